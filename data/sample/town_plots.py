"""Lanes, blocks and plots of the invented town: land cut again and again, never quite square."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import split, unary_union
from town_plan import FRAME, LAND, POWER_LINE, RAIL, ROAD_LAND, SEA, polygons

SMALLEST_PLOT_M2 = 55.0


@dataclass(frozen=True)
class Lane:
    """A street between plots: centreline, width and class."""

    line: LineString
    width_m: float
    kind: str


@dataclass(frozen=True)
class Parcel:
    """A plot as drawn, with the number of the block it lies in."""

    shape: Polygon
    cell: int


def long_axis(shape: Polygon) -> tuple[float, float, float]:
    """Return angle (radians), length and breadth of the smallest rectangle round a shape."""
    ring = list(shape.minimum_rotated_rectangle.exterior.coords)
    a, b = math.dist(ring[0], ring[1]), math.dist(ring[1], ring[2])
    (p, q), long, short = ((ring[0], ring[1]), a, b) if a >= b else ((ring[1], ring[2]), b, a)
    return math.atan2(q[1] - p[1], q[0] - p[0]), long, short


def cut_line(shape: Polygon, at: float, turn: float, *, along: bool) -> LineString:
    """A line across (or along) a shape: ``at`` a share of the way, turned by some radians."""
    angle, long, short = long_axis(shape)
    centre = shape.minimum_rotated_rectangle.centroid
    reach = long + short
    off = (at - 0.5) * (short if along else long)
    direction = angle if along else angle + math.pi / 2
    normal = direction - math.pi / 2
    x, y = centre.x + off * math.cos(normal), centre.y + off * math.sin(normal)
    d = direction + turn
    dx, dy = reach * math.cos(d), reach * math.sin(d)
    return LineString([(x - dx, y - dy), (x, y), (x + dx, y + dy)])


def density(shape: Polygon) -> tuple[float, float]:
    """Return the usual plot area and block area of a place, square metres."""
    c = shape.centroid
    town = math.hypot((c.x - 1500) / 1.25, c.y - 900)
    if c.x > 3500:
        return 5200.0, 60_000.0
    if 2720 < c.x <= 3360 and (1400 < c.y < 2230 or 330 < c.y < 1000):
        return 3200.0, 40_000.0
    if town < 430:
        return 260.0, 5_200.0
    return (540.0, 9_500.0) if town < 900 else (1650.0, 22_000.0)


class Surveyor:
    """Cuts land into blocks along lanes, and blocks into plots; the same seed, the same town."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.lanes: list[Lane] = []
        self.blocks: list[Polygon] = []

    def survey(self) -> list[Parcel]:
        """Return every plot of the town."""
        beach = SEA.buffer(28)
        land = LAND.difference(unary_union([ROAD_LAND, RAIL, beach])).intersection(FRAME)
        for quarter in polygons(land.buffer(-0.01)):
            if quarter.area > 900:
                self._lay_lanes(quarter, depth=0)
        return [
            Parcel(shape, number)
            for number, block in enumerate(self.blocks)
            for shape in self._plots(block)
            if shape.area >= SMALLEST_PLOT_M2
        ]

    def _lay_lanes(self, shape: Polygon, depth: int) -> None:
        if shape.area <= density(shape)[1] * self.rng.uniform(0.75, 1.25):
            self.blocks.append(shape)
            return
        cutter = cut_line(
            shape, self.rng.uniform(0.42, 0.58), self.rng.normal(0, 0.06), along=False
        )
        bent = self._bend(cutter)
        width = self._width(shape.area)
        kind = "notified" if width >= 6 else ("lane" if width <= 1.8 else "unnotified")
        inside = bent.intersection(shape.buffer(6))
        for part in getattr(inside, "geoms", [inside]):
            if isinstance(part, LineString) and part.length > 20:
                self.lanes.append(Lane(part, width, kind))
        for part in polygons(shape.difference(bent.buffer(width / 2, cap_style="flat"))):
            if part.area > 150:
                self._lay_lanes(part, depth + 1)

    def _width(self, area: float) -> float:
        if area > 150_000:
            return float(self.rng.choice([6.0, 7.0, 8.0]))
        if area > 40_000:
            return float(self.rng.choice([4.0, 5.0, 6.0]))
        return float(
            self.rng.choice([1.6, 2.4, 3.0, 3.6, 4.0, 5.0], p=[0.05, 0.1, 0.3, 0.25, 0.2, 0.1])
        )

    def _bend(self, line: LineString) -> LineString:
        (x0, y0), (x1, y1), (x2, y2) = line.coords
        reach = math.dist((x0, y0), (x2, y2))
        swing = self.rng.normal(0, 0.012) * reach
        nx, ny = (y2 - y0) / reach, -(x2 - x0) / reach
        return LineString([(x0, y0), (x1 + swing * nx, y1 + swing * ny), (x2, y2)])

    def _plots(self, block: Polygon) -> Iterator[Polygon]:
        usual = density(block)[0]
        _, _, short = long_axis(block)
        rows = [block]
        if short > 1.35 * math.sqrt(usual):
            middle = cut_line(
                block, self.rng.uniform(0.44, 0.56), self.rng.normal(0, 0.03), along=True
            )
            rows = [p for p in split(block, middle).geoms if isinstance(p, Polygon)]
        for row in rows:
            yield from self._row(row, usual * float(self.rng.lognormal(-0.04, 0.25)))

    def _row(self, shape: Polygon, usual: float) -> Iterator[Polygon]:
        if shape.area <= usual * self.rng.uniform(1.15, 1.75):
            yield shape
            return
        cutter = cut_line(shape, self.rng.uniform(0.4, 0.6), self.rng.normal(0, 0.05), along=False)
        parts = [p for p in split(shape, cutter).geoms if isinstance(p, Polygon)]
        if len(parts) < 2:
            yield shape
            return
        for part in parts:
            yield from self._row(part, usual)


def house(plot: Polygon, rng: np.random.Generator) -> Polygon | None:
    """A building inside a plot, roughly square to it; None where none fits."""
    inner = plot.buffer(-rng.uniform(1.0, 2.6))
    if inner.is_empty or not isinstance(inner, Polygon) or inner.area < 28:
        return None
    angle, _, _ = long_axis(plot)
    spot: Point = inner.representative_point() if rng.random() < 0.3 else inner.centroid
    side = math.sqrt(min(plot.area * rng.uniform(0.26, 0.48), 420))
    shape = affinity.rotate(spot.buffer(1, cap_style="square"), math.degrees(angle), origin=spot)
    shape = affinity.scale(shape, side / 2 * 1.18, side / 2 / 1.18, origin=spot)
    inside = shape.intersection(inner)
    if not isinstance(inside, Polygon) or inside.area < 24:
        return None
    return None if inside.distance(POWER_LINE) < 6 else inside
