"""Which edge of a plot is front, rear or side, told by the roads it lies on.

The front lies on the widest road at the plot (of equal roads: the one of the higher class), the
rear looks away from it, the others are sides: side1 on the left of a person who comes in from the
road. What the roads do not settle is not settled here.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gis.rings import plain, ring_of
from gis.yards import Side

_NEAR_M = 0.3
"""A road lies on an edge up to this much farther than it is from the plot."""
_FRONTAGE_M = 3.0
"""What a road must share with an edge to settle which side it is, or half the edge."""
_REAR_COS, _UNSURE_COS = math.cos(math.radians(52)), math.cos(math.radians(38))
"""An edge turned away from the front by less than 38 degrees from its opposite is the rear, by
more than 52 a side; between them it may be either."""
_SAME_WAY_COS = 0.7
_SPLAY_M = 10.0
MOST_ROADS = 50
_ONE_LINE_M = 1.0
"""An edge that goes on where the road's strip was drawn too short is still the front."""

Vector = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Road:
    """A road that could lie on an edge."""

    polygon: BaseGeometry
    width_m: float
    rank: int
    """0 for the highest class of road."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight edge of the plot's ring, its outward normal, and the road on it."""

    line: LineString
    normal: Vector
    road: int | None = None
    shared_m: float = 0.0
    """How much of it the road lies on."""

    @property
    def fronts(self) -> bool:
        """Tell whether the road runs along the edge and does not only touch it."""
        return self.shared_m >= min(_FRONTAGE_M, 0.5 * self.line.length) > 0


@dataclass(frozen=True, slots=True)
class Sides:
    """The edges of a plot by side."""

    edges: Mapping[Side, tuple[Edge, ...]]
    unsure: tuple[Edge, ...] = ()
    """Edges that may be rear or side."""
    no_yard: tuple[Edge, ...] = ()
    """Edges that look towards the road and do not lie on it: they face no yard."""
    road: int | None = None
    """The road in front."""
    why: str | None = None
    """Why no side is told: no_road | apart | touches | equal."""
    ring: tuple[Edge, ...] = field(default=(), repr=False)

    @property
    def corner(self) -> tuple[Edge, Edge] | None:
        """Return (front, side edge on a road too) of a corner plot."""
        others = [e for s in ("side1", "side2") for e in self.edges.get(s, ()) if e.fronts]
        front = max(self.edges.get("front", ()), key=lambda e: e.shared_m, default=None)
        if front is None or not others:
            return None
        return front, max(others, key=lambda e: e.shared_m)


def ring_edges(plot: Polygon) -> list[Edge]:
    """Return the edges of a plot's ring, counter-clockwise, without roads."""
    out = []
    for a, b in itertools.pairwise(ring_of(plain(plot))):
        length = math.hypot(b[0] - a[0], b[1] - a[1])
        if length > 1e-6:
            normal = ((b[1] - a[1]) / length, -(b[0] - a[0]) / length)
            out.append(Edge(LineString([a, b]), normal))
    return out


def sides(plot: Polygon, roads: Sequence[Road], abuts_m: float) -> Sides:
    """Return the sides of a plot as its roads tell them.

    Args:
        plot: its outline, local metres.
        roads: drawn roads near it.
        abuts_m: a road farther from the plot than this does not lie at it.

    """
    near = _near(plot, roads, abuts_m)
    ring = [_with_road(e, near) for e in ring_edges(plot)]
    main, why = _front(ring, roads, near)
    if main is None:
        return Sides({}, why=why, ring=tuple(ring))
    fronts = [
        e for e in ring if e.road == main.road and dot(e.normal, main.normal) > _SAME_WAY_COS
    ]
    facing = mean_normal(fronts)
    out: dict[Side, list[Edge]] = defaultdict(list)
    unsure: list[Edge] = []
    no_yard: list[Edge] = []
    splays = _splays(ring)
    for edge in (e for e in ring if e not in splays):
        away = -dot(edge.normal, facing)
        if edge in fronts or (away < -_UNSURE_COS and _goes_on(edge, fronts, facing)):
            out["front"].append(edge)
        elif away > _UNSURE_COS:
            out["rear"].append(edge)
        elif away > _REAR_COS:
            unsure.append(edge)
        elif away < -_UNSURE_COS:
            no_yard.append(edge)
        else:
            left = edge.normal[0] * facing[1] - edge.normal[1] * facing[0]
            out["side1" if left > 0 else "side2"].append(edge)
    edges = {side: tuple(found) for side, found in out.items()}
    return Sides(edges, tuple(unsure), tuple(no_yard), main.road, ring=tuple(ring))


@dataclass(frozen=True, slots=True)
class _Near:
    """A road at the plot: its number, shape, the ground within reach of it, how far it is."""

    number: int
    polygon: BaseGeometry
    zone: BaseGeometry
    step_m: float


def _near(plot: Polygon, roads: Sequence[Road], abuts_m: float) -> list[_Near]:
    out: list[_Near] = []
    for number, road in enumerate(roads):
        gap = float(road.polygon.distance(plot))
        if gap <= abuts_m and len(out) < MOST_ROADS:
            step = gap + _NEAR_M
            zone = road.polygon.buffer(step, quad_segs=4)
            shapely.prepare(zone)
            out.append(_Near(number, road.polygon, zone, step))
    return out


def _with_road(edge: Edge, near: Sequence[_Near]) -> Edge:
    """Return an edge with the road that shares most of it."""
    best = edge
    for road in near:
        if road.zone.intersects(edge.line):
            shared = _shared_m(edge, road)
            if shared > max(best.shared_m, 1e-3):
                best = Edge(edge.line, edge.normal, road.number, shared)
    return best


def _shared_m(edge: Edge, road: _Near) -> float:
    """Return the length of an edge that has the road before it, not merely round its corner."""
    near = edge.line.intersection(road.zone)
    total = 0.0
    for part in getattr(near, "geoms", [near]):
        if not isinstance(part, LineString) or part.is_empty:
            continue
        middle = part.interpolate(0.5, normalized=True)
        dx, dy = edge.normal[0] * road.step_m, edge.normal[1] * road.step_m
        if road.polygon.distance(Point(middle.x + dx, middle.y + dy)) < 1e-6:
            total += part.length
    return total


def _front(
    ring: Sequence[Edge], roads: Sequence[Road], near: Sequence[_Near]
) -> tuple[Edge | None, str | None]:
    """Return the edge along the road in front, or why it cannot be told."""
    if not near:
        return None, "apart" if roads else "no_road"
    along = [e for e in ring if e.fronts and e.road is not None]
    if not along:
        return None, "touches"

    def merit(edge: Edge) -> tuple[float, int]:
        road = roads[edge.road or 0]
        return round(road.width_m, 1), -road.rank

    best = max(merit(e) for e in along)
    equal = sorted((e for e in along if merit(e) == best), key=lambda e: -e.shared_m)
    main = equal[0]
    elsewhere = [e for e in equal if dot(e.normal, main.normal) < _SAME_WAY_COS]
    if elsewhere and elsewhere[0].shared_m > 0.8 * main.shared_m:
        return None, "equal"
    return main, None


def _splays(ring: Sequence[Edge]) -> list[Edge]:
    """Return the edges that cut a corner between two roads: yards count from the uncut corner."""
    out = []
    last = len(ring) - 1
    for i, edge in enumerate(ring):
        before, after = ring[i - 1], ring[0 if i == last else i + 1]
        turn = dot(before.normal, after.normal)
        between = min(dot(edge.normal, before.normal), dot(edge.normal, after.normal))
        short = edge.line.length < min(_SPLAY_M, before.line.length, after.line.length)
        if before.fronts and after.fronts and short and turn < _SAME_WAY_COS and between > 0.3:
            out.append(edge)
    return out


def _goes_on(edge: Edge, fronts: Sequence[Edge], facing: Vector) -> bool:
    """Tell whether an edge lies in the line of the front."""
    middle = edge.line.interpolate(0.5, normalized=True)
    depths = [dot((p[0] - middle.x, p[1] - middle.y), facing) for p in _ends(fronts)]
    return min(abs(d) for d in depths) < _ONE_LINE_M


def _ends(edges: Sequence[Edge]) -> list[Vector]:
    return [(c[0], c[1]) for e in edges for c in e.line.coords]


def mean_normal(edges: Sequence[Edge]) -> Vector:
    """Return the way edges face together, the longer the weightier."""
    x = sum(e.normal[0] * e.line.length for e in edges)
    y = sum(e.normal[1] * e.line.length for e in edges)
    size = math.hypot(x, y)
    return (x / size, y / size) if size else (0.0, 0.0)


def splay_m(front: Edge, other: Edge) -> tuple[float, float] | None:
    """Return how far the corner is cut back along two edges on roads, None if they are parallel.

    Measured from the corner that their lines would make.
    """
    (ax, ay), (bx, by) = front.line.coords[0], front.line.coords[-1]
    (cx, cy), (dx, dy) = other.line.coords[0], other.line.coords[-1]
    cross = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if abs(cross) < 0.1 * front.line.length * other.line.length:
        return None
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / cross
    corner = Point(ax + t * (bx - ax), ay + t * (by - ay))
    return float(front.line.distance(corner)), float(other.line.distance(corner))


def together(edges: Sequence[Edge]) -> MultiLineString:
    """Return edges as one shape."""
    return MultiLineString([e.line for e in edges])


def dot(a: Vector, b: Vector) -> float:
    """Return the inner product."""
    return a[0] * b[0] + a[1] * b[1]
