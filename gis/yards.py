"""Yards: which edges of a plot belong to which side, and how far the building stands from them.

The drawn yard polygons only say which side is which. The clearance is measured from the building's
outline to the whole plot edge of that side, so a yard drawn too small
or too large changes nothing.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Point, Polygon, union_all
from shapely.geometry.base import BaseGeometry

from gis.rings import outer_segments, plain, ring_of, shortest

_SMOOTH_M = 0.002
"""Arcs are this coarse in averages; least distances use the fine outline."""
_INWARD = 0.1
"""Sine of the turn from which a corner of the plot counts as turning inward."""
_FAR_M = 100_000.0
_ALL_SIDES = 4
"""With fewer yards drawn an edge may belong to a side that is not drawn, and stays without one."""
Side = str
"""front | rear | side1 | side2."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """One yard of one level, lengths in m, area in m2."""

    min_m: float
    avg_m: float | None
    """Ground between the edge and the building over the length of edge that faces the building;
    the lesser of that along the drawn yard and along the whole side."""
    open_area_m2: float
    """Of the drawn yard: what lies inside the plot and outside the building; where none is drawn
    the ground between edge and building."""
    length_m: float
    """Of the plot's edge that faces the building."""
    contact_m: float
    """Of the plot's edge that the drawn yard covers."""
    drawn_min_m: float | None
    """Least distance to the edge that the drawn polygon covers."""
    nearest: tuple[tuple[float, float], tuple[float, float]]
    """The shortest way: its point on the plot's edge, its point on the building."""
    facing: tuple[float, float]
    """The way this side of the plot faces."""


@dataclass(frozen=True, slots=True)
class _Piece:
    line: LineString
    edge: int
    covered_by: frozenset[Side]
    normal: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Zone:
    yard: BaseGeometry
    wide: BaseGeometry
    contact_m: float

    def corners_on(self, line: LineString) -> list[float]:
        """Return how far along a line the corners of the yard lie that are on it."""
        points = np.array(shapely.points(shapely.get_coordinates(self.yard)), dtype=object)
        near = points[shapely.dwithin(points, line, self.contact_m)]
        return [float(m) for m in shapely.line_locate_point(line, near)]


def clearances(
    plot: BaseGeometry,
    footprint: BaseGeometry,
    yards: Mapping[Side, BaseGeometry],
    contact_m: float,
) -> dict[Side, Clearance]:
    """Return the clearance of each side that a drawn yard names.

    Args:
        plot: outline of the plot, local metres.
        footprint: outline of the building at one level, inside the plot.
        yards: drawn polygon of each side.
        contact_m: a yard this near the plot's edge lies on it.

    """
    plot, footprint = plain(plot), plain(footprint)
    zones = {
        side: _Zone(yard, yard.buffer(contact_m, quad_segs=4), contact_m)
        for side, yard in yards.items()
    }
    pieces = _pieces(plot, zones, 3 * contact_m)
    owners = _owners(pieces, yards)
    facing = outer_segments(footprint.simplify(_SMOOTH_M))
    ways = _ways(pieces, owners, footprint)
    out: dict[Side, Clearance] = {}
    for side, yard in yards.items():
        own = [i for i, owner in enumerate(owners) if owner == side]
        covered = [i for i in own if side in pieces[i].covered_by]  # not the edge round a corner
        if not own:
            continue
        ground = yard.intersection(plot).difference(footprint).area
        out[side] = _clearance(footprint, facing, pieces, ways, (own, covered), side, ground)
    return out


def clearances_by_edge(
    plot: BaseGeometry,
    footprint: BaseGeometry,
    sides: Mapping[Side, Sequence[tuple[LineString, tuple[float, float]]]],
) -> dict[Side, Clearance]:
    """Return the clearance of each side whose edges (and outward normals) are known.

    No yard is drawn: its area is the ground before the edges, as the average counts it.
    """
    plot, footprint = plain(plot), plain(footprint)
    own_of = {_ends(line): side for side, edges in sides.items() for line, _ in edges}
    pieces = _pieces(plot, {}, 0.0)
    owners = [own_of.get(_ends(p.line)) for p in pieces]
    facing = outer_segments(footprint.simplify(_SMOOTH_M))
    ways = _ways(pieces, owners, footprint)
    out: dict[Side, Clearance] = {}
    for side in sides:
        own = [i for i, owner in enumerate(owners) if owner == side]
        if own:
            out[side] = _clearance(footprint, facing, pieces, ways, (own, ()), side, None)
    return out


def _ends(line: LineString) -> tuple[tuple[float, float], tuple[float, float]]:
    (ax, ay), (bx, by) = line.coords[0], line.coords[-1]
    return (ax, ay), (bx, by)


_Way = tuple[float, tuple[tuple[float, float], tuple[float, float]]]
"""A length in m and the two ends of it, the first on the plot's edge."""


def _ways(
    pieces: Sequence[_Piece], owners: Sequence[Side | None], footprint: BaseGeometry
) -> list[_Way | None]:
    """Return the shortest way from each piece of the ring to the building before it.

    Where the ring turns inward between two sides, the building beside one edge is near the end of
    the other without standing before it. There only what stands before an edge counts for it, and
    what stands between both before neither, if it is nearer than the building before the other.
    """
    inward = [i for i in range(len(pieces)) if _turns_inward(pieces, owners, i)]
    seen: dict[int, BaseGeometry] = {}
    for i in inward:
        j = (i + 1) % len(pieces)
        for one, end in ((i, -1), (j, 0)):
            seen[one] = seen.get(one, footprint).intersection(_before(pieces[one], end))
    out = [_way(p.line, seen.get(i, footprint)) for i, p in enumerate(pieces)]
    strict = list(out)
    for i in inward:
        j = (i + 1) % len(pieces)
        corner = Point(pieces[j].line.coords[0])
        rest = footprint.difference(union_all([_before(pieces[i], -1), _before(pieces[j], 0)]))
        between = _way(corner, rest)
        for one, other in ((i, j), (j, i)):
            out[one] = _lesser(out[one], between if _less(between, strict[other]) else None)
    return out


def _turns_inward(pieces: Sequence[_Piece], owners: Sequence[Side | None], i: int) -> bool:
    """Tell whether the ring turns inward between a piece and the next, of another side."""
    j = (i + 1) % len(pieces)
    (ax, ay), (bx, by) = pieces[i].normal, pieces[j].normal
    return owners[i] != owners[j] and ax * by - ay * bx < -_INWARD


def _before(piece: _Piece, end: int) -> Polygon:
    """Return the ground on the piece's own side of the line across its end."""
    x, y = piece.line.coords[end]
    ox, oy = piece.line.coords[-1 - end]
    size = math.hypot(ox - x, oy - y)
    ux, uy = _FAR_M * (ox - x) / size, _FAR_M * (oy - y) / size
    near = [(x - uy, y + ux), (x + uy, y - ux)]
    return Polygon([*near, (x + ux + uy, y + uy - ux), (x + ux - uy, y + uy + ux)])


def _way(edge: BaseGeometry, building: BaseGeometry) -> _Way | None:
    if building.is_empty:
        return None
    return float(edge.distance(building)), shortest(edge, building)


def _less(one: _Way | None, other: _Way | None) -> bool:
    return one is not None and (other is None or one[0] < other[0] - 1e-6)


def _lesser(one: _Way | None, other: _Way | None) -> _Way | None:
    return other if _less(other, one) else one


def _clearance(
    footprint: BaseGeometry,
    facing: NDArray[np.float64],
    pieces: Sequence[_Piece],
    ways: Sequence[_Way | None],
    numbers: tuple[Sequence[int], Sequence[int]],
    side: Side,
    yard_m2: float | None,
) -> Clearance:
    """Return the clearance of a side.

    Args:
        footprint: the building.
        facing: the segments of its outline.
        pieces: the plot's ring.
        ways: the shortest way from each piece.
        numbers: the pieces of this side; those its drawn yard covers.
        side: its name.
        yard_m2: open ground of its drawn yard, if drawn.

    """
    own, covered = ([pieces[i] for i in group] for group in numbers)
    edges = MultiLineString([p.line for p in own])
    least = _shortest_of(ways, numbers[0]) or (
        edges.distance(footprint),
        shortest(edges, footprint),
    )
    drawn = _shortest_of(ways, numbers[1])
    fronts = [(p, _frontage(p, facing)) for p in own]
    whole = [front for _, front in fronts]
    along_yard = [front for p, front in fronts if side in p.covered_by]
    averages = [a for stretch in (whole, along_yard) if (a := _average(stretch)) is not None]
    return Clearance(
        min_m=least[0],
        avg_m=min(averages, default=None),
        open_area_m2=sum(area for _, area in whole) if yard_m2 is None else yard_m2,
        length_m=sum(length for length, _ in along_yard or whole),
        contact_m=sum(p.line.length for p in covered),
        drawn_min_m=None if drawn is None else drawn[0],
        nearest=least[1],
        facing=_mean_normal(own),
    )


def _shortest_of(ways: Sequence[_Way | None], numbers: Sequence[int]) -> _Way | None:
    found = [way for i in numbers if (way := ways[i]) is not None]
    return min(found, key=lambda w: w[0], default=None)


def _average(stretches: Sequence[tuple[float, float]]) -> float | None:
    """Return area over length of stretches, None when nothing faces the building."""
    length_m = sum(length for length, _ in stretches)
    return sum(area for _, area in stretches) / length_m if length_m > 0.01 else None


def _frontage(piece: _Piece, segments: NDArray[np.float64]) -> tuple[float, float]:
    """Return (length, area) of the ground between a stretch of edge and the building facing it.

    Only where the way straight inward from the edge meets the building: the exact lower envelope
    of the building's outline in the frame of the edge.

    Args:
        piece: the stretch of edge.
        segments: of the building's outline, as rows (x0, y0, x1, y1).

    """
    ax, ay = piece.line.coords[0]
    size = piece.line.length
    nx, ny = piece.normal
    u0, u1 = (
        -(segments[:, i] - ax) * ny + (segments[:, i + 1] - ay) * nx for i in (0, 2)
    )  # along the edge
    v0, v1 = (
        -(segments[:, i] - ax) * nx - (segments[:, i + 1] - ay) * ny for i in (0, 2)
    )  # inward from it
    near = (np.maximum(u0, u1) > 0) & (np.minimum(u0, u1) < size) & (np.abs(u1 - u0) > 1e-12)
    u0, u1, v0, v1 = u0[near], u1[near], v0[near], v1[near]
    inner = np.concatenate([u0, u1])
    cuts = np.sort(np.concatenate([[0.0, size], inner[(inner > 0) & (inner < size)]]))
    start, end = cuts[:-1, None], cuts[1:, None]
    spans = (np.minimum(u0, u1) <= start + 1e-9) & (np.maximum(u0, u1) >= end - 1e-9)
    slope = (v1 - v0) / (u1 - u0)
    both = 2 * v0 + slope * (start + end - 2 * u0)
    both = np.where(spans & (both > -1e-6), both, np.inf)
    if not both.size:
        return 0.0, 0.0
    first = both.min(axis=1)
    wide = (end - start)[:, 0]
    met = np.isfinite(first) & (wide >= 1e-9)
    depth = np.maximum(0.0, first[met] / 2)
    return float(wide[met].sum()), float((wide[met] * depth).sum())


def _pieces(plot: BaseGeometry, zones: Mapping[Side, _Zone], least_m: float) -> list[_Piece]:
    """Cut the plot's ring where the cover by drawn yards changes."""
    points = ring_of(plot)
    out: list[_Piece] = []
    for edge, (a, b) in enumerate(itertools.pairwise(points)):
        length = math.hypot(b[0] - a[0], b[1] - a[1])
        if length == 0:
            continue
        normal = ((b[1] - a[1]) / length, -(b[0] - a[0]) / length)
        line = LineString([a, b])
        stretches = {
            side: _stretch(line, zone, min(least_m, length / 2)) for side, zone in zones.items()
        }
        cuts = sorted({0.0, length, *(v for s in stretches.values() for pair in s for v in pair)})
        for start, end in itertools.pairwise(cuts):
            middle = (start + end) / 2
            by = {
                side
                for side, spans in stretches.items()
                if any(s <= middle <= e for s, e in spans)
            }
            piece = LineString([_along(a, b, start / length), _along(a, b, end / length)])
            out.append(_Piece(piece, edge, frozenset(by), normal))
    return out


def _along(a: Sequence[float], b: Sequence[float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _stretch(line: LineString, zone: _Zone, least_m: float) -> list[tuple[float, float]]:
    """Return the (start, end) distances along a line that a yard lies on."""
    if not zone.wide.intersects(line):
        return []
    inside = line.intersection(zone.wide)
    out = []
    near = zone.corners_on(line)
    for part in getattr(inside, "geoms", [inside]):
        if not isinstance(part, LineString) or part.length < least_m:
            continue
        start, end = sorted(line.project(Point(p)) for p in (part.coords[0], part.coords[-1]))
        if len(near) > 1:
            start, end = max(start, min(near)), min(end, max(near))
        if end - start >= least_m / 2:
            out.append((start, end))
    return out


def _owners(pieces: Sequence[_Piece], yards: Mapping[Side, BaseGeometry]) -> list[Side | None]:
    """Give every piece of the ring to one side."""
    facing = {side: _facing(pieces, side) for side in yards}
    facing = {side: way for side, way in facing.items() if way != (0.0, 0.0)}
    on_edge: dict[int, dict[Side, float]] = {}
    for piece in pieces:
        for side in piece.covered_by:
            lengths = on_edge.setdefault(piece.edge, {})
            lengths[side] = lengths.get(side, 0.0) + piece.line.length
    return [_owner(piece, facing, on_edge.get(piece.edge, {})) for piece in pieces]


def _owner(
    piece: _Piece, facing: Mapping[Side, tuple[float, float]], on_edge: Mapping[Side, float]
) -> Side | None:
    """Return the side of one piece: of those drawn on it the one that faces as it does.

    A yard drawn round a corner covers a bit of the next side's edge; facing tells them apart.
    """

    def agreement(side: Side) -> float:
        return _dot(facing[side], piece.normal)

    drawn = [s for s in facing if s in piece.covered_by]
    best = max(drawn, key=agreement, default=None)
    if best is not None and agreement(best) >= 0.5:
        return best
    among = [s for s in facing if s in on_edge] or list(facing)
    owner = max([*among, *drawn], key=agreement, default=None)
    if len(facing) < _ALL_SIDES and owner is not None and owner not in drawn:
        return owner if agreement(owner) >= 0.5 else None
    return owner


def _facing(pieces: Sequence[_Piece], side: Side) -> tuple[float, float]:
    """Return the way a side faces: that of the longest edge it covers, alone if there is one."""
    alone = [p for p in pieces if p.covered_by == {side}]
    chosen = alone or [p for p in pieces if side in p.covered_by]
    if chosen:
        main = max(chosen, key=lambda p: p.line.length)
        chosen = [p for p in chosen if _dot(p.normal, main.normal) > 0.7]
    return _mean_normal(chosen)


def _mean_normal(pieces: Sequence[_Piece]) -> tuple[float, float]:
    x = sum(p.normal[0] * p.line.length for p in pieces)
    y = sum(p.normal[1] * p.line.length for p in pieces)
    size = math.hypot(x, y)
    return (x / size, y / size) if size else (0.0, 0.0)


def _dot(a: tuple[float, float], b: tuple[float, float]) -> float:
    return a[0] * b[0] + a[1] * b[1]
