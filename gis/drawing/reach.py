"""Where a car can go: free ground, the ways of a width through it, the width of a way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon, STRtree, union_all
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

_STEPS = 15
_LOST_SHARE = 0.005
"""An opening loses this much of a strip to rounding; more is a narrow place."""
_BESIDE_M = 0.25
"""A bay is drawn this far from its aisle without being off it."""
_SHARE = 0.8
"""Of the side of a bay that must lie open."""
FAR_M = 15.0
"""No aisle is looked for beyond this."""
_FROM_M = 0.05
"""What stands nearer before a bay than this touches it."""
_SLACK_M = 0.002
_ROUND = 6
"""Corners in a quarter of a turn: a way round an obstacle is found to a centimetre."""
_MOST_POINTS = 2000


def narrowest_m(strip: BaseGeometry) -> float | None:
    """Return the width of a strip where it is narrowest, None for what is no single outline.

    The widest square-cornered pen that can draw the whole strip in one go.
    """
    if not isinstance(strip, Polygon) or strip.is_empty:
        return None
    if len(strip.exterior.coords) > _MOST_POINTS:
        plain = strip.simplify(0.01)
        strip = plain if isinstance(plain, Polygon) else strip
    low, high = 0.0, _short_side_m(strip) * 1.0001
    for _ in range(_STEPS):
        width = (low + high) / 2
        low, high = (width, high) if _drawn_by(strip, width) else (low, width)
    return (low + high) / 2 if low else None


def _short_side_m(shape: Polygon) -> float:
    box = shape.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return 0.0
    a, b, c = (Point(p) for p in list(box.exterior.coords)[:3])
    return float(min(a.distance(b), b.distance(c)))


def _grown(shape: BaseGeometry, by_m: float, limit: float = 5.0) -> BaseGeometry:
    """Return a shape grown with square corners; what GEOS divides on the way is no matter."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return shape.buffer(by_m, join_style="mitre", mitre_limit=limit)


def _drawn_by(strip: Polygon, width_m: float) -> bool:
    inner = _grown(strip, -width_m / 2)
    if not isinstance(inner, Polygon) or inner.is_empty:
        return False
    again = _grown(inner, width_m / 2).intersection(strip)
    return bool(again.area >= (1 - _LOST_SHARE) * strip.area)


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground on which cars move, and where they come in; no entry: they may come from anywhere."""

    free: BaseGeometry
    entry: BaseGeometry | None = None

    def ways(self, width_m: float) -> BaseGeometry:
        """Return the ground that ways of a width can take from the entry, and a bay's gap more."""
        half = (width_m - _SLACK_M) / 2
        inner = self.free.buffer(-half, quad_segs=_ROUND)
        parts = [p for p in getattr(inner, "geoms", [inner]) if not p.is_empty]
        if self.entry is not None:
            parts = [p for p in parts if p.intersects(self.entry)]
        if not parts:
            return Polygon()
        wide = union_all(parts) if len(parts) > 1 else parts[0]
        return _grown(wide, half + _BESIDE_M, limit=2.0)


def with_entry(free: BaseGeometry, plot: Polygon, entry: BaseGeometry, width_m: float) -> Ground:
    """Return free ground with a strip of road before its entry, so that ways begin there."""
    before = entry.buffer(width_m + 0.5, cap_style="flat").difference(plot)
    return Ground(union_all([free, before, entry.buffer(0.01, cap_style="flat")]), entry)


@dataclass(frozen=True, slots=True)
class Approach:
    """How a bay is reached."""

    short_side: bool
    """False: only along its long side."""
    depth_m: float
    """Clear ground before that side, 15 m at most."""


class Approaches:
    """The sides of the rectangles round bays, and how deep the ground before each is clear."""

    def __init__(self, bays: Sequence[Polygon], obstacles: Sequence[BaseGeometry]) -> None:
        boxes = [(i, bay.minimum_rotated_rectangle) for i, bay in enumerate(bays)]
        sound = [(i, box) for i, box in boxes if isinstance(box, Polygon) and box.area > 0]
        whole = [i for i, _ in sound]
        rings = [shapely.get_coordinates(orient(box).exterior) for _, box in sound]
        corners = np.array(rings).reshape(-1, 5, 2)
        self.bay = np.repeat(np.array(whole, dtype=int), 4)
        self.count = len(bays)
        self.a, self.b = corners[:, :4].reshape(-1, 2), corners[:, 1:].reshape(-1, 2)
        along = self.b - self.a
        self.length = np.hypot(along[:, 0], along[:, 1])
        least = np.repeat(self.length.reshape(-1, 4).min(axis=1), 4)
        self.short = self.length <= least * 1.01
        self.depth_m = self._depths(along, obstacles)

    def _depths(
        self, along: NDArray[np.float64], obstacles: Sequence[BaseGeometry]
    ) -> NDArray[np.float64]:
        """Measure before the middle half: what stands by a corner leaves the aisle its width."""
        out = np.full(len(along), FAR_M)
        stand = np.array([s for s in obstacles if not s.is_empty], dtype=object)
        if not len(along) or not len(stand):
            return out
        normal = np.column_stack([along[:, 1], -along[:, 0]]) / self.length[:, None]
        c, d = self.a + along / 4, self.b - along / 4
        near, far = _FROM_M * normal, FAR_M * normal
        strips = _shapes(
            shapely.polygons, np.stack([c + near, d + near, d + far, c + far], axis=1)
        )
        which, what = STRtree(stand).query(strips, predicate="intersects")
        met = shapely.intersection(strips[which], stand[what])
        gaps = shapely.distance(_shapes(shapely.linestrings, np.stack([c, d], axis=1))[which], met)
        np.minimum.at(out, which, np.where(gaps <= _FROM_M + 1e-6, 0.0, gaps))
        return out

    def reached(self, ways: BaseGeometry) -> list[Approach | None]:
        """Return how each bay is reached from the ways; None for one that is not.

        A bay is reached over a side most of which lies open to the ways; a short side is the
        better one, then the one with more ground before it.
        """
        out: list[Approach | None] = [None] * self.count
        if not len(self.bay) or ways.is_empty:
            return out
        lines = _shapes(shapely.linestrings, np.stack([self.a, self.b], axis=1))
        shapely.prepare(ways)
        near = np.flatnonzero(shapely.intersects(lines, ways))
        shared = shapely.length(shapely.intersection(lines[near], ways))
        opened = near[shared >= _SHARE * self.length[near]]
        for i in opened.tolist():
            found = Approach(bool(self.short[i]), float(self.depth_m[i]))
            best = out[self.bay[i]]
            if best is None or _merit(found) > _merit(best):
                out[self.bay[i]] = found
        return out

    def most_clear_m(self) -> list[float]:
        """Return the clear depth before the best of each bay's sides."""
        out = np.zeros(self.count)
        np.maximum.at(out, self.bay, self.depth_m)
        return [float(m) for m in out]


def _shapes(make: Callable[..., Any], points: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return shapes of rows of points, as an array also of one."""
    return np.array(make(points), dtype=object)


def _merit(found: Approach) -> tuple[bool, float]:
    return found.short_side, found.depth_m


def widest_way_m(ground: Ground, bays: Sequence[Polygon], least_m: float, most_m: float) -> float:
    """Return the widest way that still leads to every bay, between two bounds."""
    low, high = least_m, most_m
    for _ in range(8):
        width = (low + high) / 2
        ways = ground.ways(width)
        reached = all(bay.intersects(ways) for bay in bays)
        low, high = (width, high) if reached else (low, width)
    return low
