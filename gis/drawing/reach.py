"""Where a car can go: free ground, the ways of a width through it, the width of a way."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon, STRtree, union_all
from shapely.geometry.base import BaseGeometry

_STEPS = 18
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
    return low or None


def _short_side_m(shape: Polygon) -> float:
    box = shape.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return 0.0
    a, b, c = (Point(p) for p in list(box.exterior.coords)[:3])
    return float(min(a.distance(b), b.distance(c)))


def _drawn_by(strip: Polygon, width_m: float) -> bool:
    inner = strip.buffer(-width_m / 2, join_style="mitre")
    if not isinstance(inner, Polygon) or inner.is_empty:
        return False
    again = inner.buffer(width_m / 2, join_style="mitre").intersection(strip)
    return bool(again.area >= (1 - _LOST_SHARE) * strip.area)


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground on which cars move, and where they come in; no entry: they may come from anywhere."""

    free: BaseGeometry
    entry: BaseGeometry | None = None

    def ways(self, width_m: float) -> BaseGeometry:
        """Return the ground that a way of a width can take from the entry."""
        half = (width_m - _SLACK_M) / 2
        inner = self.free.buffer(-half)
        parts = [p for p in getattr(inner, "geoms", [inner]) if not p.is_empty]
        if self.entry is not None:
            parts = [p for p in parts if p.intersects(self.entry)]
        if not parts:
            return Polygon()
        wide = union_all(parts).buffer(half, join_style="mitre", mitre_limit=2)
        return wide.intersection(self.free)


def with_entry(free: BaseGeometry, plot: Polygon, entry: BaseGeometry, width_m: float) -> Ground:
    """Return free ground with a strip of road before its entry, so that ways begin there."""
    before = entry.buffer(width_m + 0.5, cap_style="flat").difference(plot)
    return Ground(union_all([free, before, entry.buffer(0.01, cap_style="flat")]), entry)


class Obstacles:
    """What stands in a car's way: shapes and lines."""

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        self.shapes = np.array([s for s in shapes if not s.is_empty], dtype=object)
        self.tree = STRtree(self.shapes)

    def depths_m(self, sides: Sequence["_Side"]) -> NDArray[np.float64]:
        """Return how deep the ground before each side is clear over the middle of its width."""
        strips = np.array([s.strip() for s in sides], dtype=object)
        cores = np.array([s.core() for s in sides], dtype=object)
        out = np.full(len(sides), FAR_M)
        if len(sides) and len(self.shapes):
            which, what = self.tree.query(strips, predicate="intersects")
            met = shapely.intersection(strips[which], self.shapes[what])
            gaps = shapely.distance(cores[which], met)
            np.minimum.at(out, which, np.where(gaps <= _FROM_M + 1e-6, 0.0, gaps))
        return out


@dataclass(frozen=True, slots=True)
class Approach:
    """How a bay is reached."""

    short_side: bool
    """False: only along its long side."""
    depth_m: float
    """Clear ground before that side, 15 m at most."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of the rectangle round a bay, its outward normal, whether it is a short one."""

    bay: int
    a: tuple[float, float]
    b: tuple[float, float]
    normal: tuple[float, float]
    short: bool

    def core(self) -> LineString:
        """Return the middle half of it: what stands before a corner leaves the aisle its width."""
        (ax, ay), (bx, by) = self.a, self.b
        dx, dy = 0.25 * (bx - ax), 0.25 * (by - ay)
        return LineString([(ax + dx, ay + dy), (bx - dx, by - dy)])

    def strip(self) -> Polygon:
        """Return the ground before the core, 15 m deep."""
        (ax, ay), (bx, by) = self.core().coords
        nx, ny = self.normal
        near = [(ax + _FROM_M * nx, ay + _FROM_M * ny), (bx + _FROM_M * nx, by + _FROM_M * ny)]
        far = [(bx + FAR_M * nx, by + FAR_M * ny), (ax + FAR_M * nx, ay + FAR_M * ny)]
        return Polygon([*near, *far])


def approaches(
    bays: Sequence[Polygon], ways: BaseGeometry, obstacles: Obstacles
) -> list[Approach | None]:
    """Return how each bay is reached from the ways; None for one that is not.

    A bay is reached over a side most of which lies open to the ways; a short side is the better
    one, then the one with more ground before it.
    """
    sides = _all_sides(bays)
    if not sides or ways.is_empty:
        return [None] * len(bays)
    lines = np.array([LineString([s.a, s.b]) for s in sides], dtype=object)
    beside = ways.buffer(_BESIDE_M)
    shapely.prepare(beside)
    near = np.flatnonzero(shapely.intersects(lines, beside))
    shared = shapely.length(shapely.intersection(lines[near], beside))
    opened = [sides[i] for i, m in zip(near, shared, strict=True) if m >= _SHARE * lines[i].length]
    out: list[Approach | None] = [None] * len(bays)
    for side, depth in zip(opened, obstacles.depths_m(opened), strict=True):
        found, best = Approach(side.short, float(depth)), out[side.bay]
        if best is None or (found.short_side, found.depth_m) > (best.short_side, best.depth_m):
            out[side.bay] = found
    return out


def most_clear_m(bays: Sequence[Polygon], obstacles: Obstacles) -> list[float]:
    """Return the clear depth before the best of each bay's sides."""
    sides = _all_sides(bays)
    out = [0.0] * len(bays)
    for side, depth in zip(sides, obstacles.depths_m(sides), strict=True):
        out[side.bay] = max(out[side.bay], float(depth))
    return out


def _all_sides(bays: Sequence[Polygon]) -> list[_Side]:
    out = []
    for number, bay in enumerate(bays):
        box = bay.minimum_rotated_rectangle
        if not isinstance(box, Polygon):
            continue
        ring = box.exterior if box.exterior.is_ccw else box.exterior.reverse()
        pairs = [(a[:2], b[:2]) for a, b in itertools.pairwise(ring.coords)]
        least = min(math.dist(a, b) for a, b in pairs)
        for (ax, ay), (bx, by) in pairs:
            length = math.hypot(bx - ax, by - ay)
            if length > 0:
                normal = ((by - ay) / length, (ax - bx) / length)
                short = length <= least * 1.01
                out.append(_Side(number, (ax, ay), (bx, by), normal, short))
    return out


def widest_way_m(ground: Ground, bays: Sequence[Polygon], least_m: float, most_m: float) -> float:
    """Return the widest way that still leads to every bay, between two bounds."""
    low, high = least_m, most_m
    for _ in range(8):
        width = (low + high) / 2
        ways = ground.ways(width)
        reached = all(bay.distance(ways) <= _BESIDE_M for bay in bays)
        low, high = (width, high) if reached else (low, width)
    return low
