"""Yards: which edges of a plot belong to which side, and how far the building stands from them.

The drawn yard polygons only say which side is which. The clearance is measured from the building's
outline to the whole plot edge of that side, so a yard drawn too small
or too large changes nothing.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

_SMOOTH_M = 0.002
"""Arcs are this coarse in averages; least distances use the fine outline."""
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
    """Of the drawn yard: what lies inside the plot and outside the building."""
    length_m: float
    """Of the plot's edge that faces the building."""
    contact_m: float
    """Of the plot's edge that the drawn yard covers."""
    drawn_min_m: float | None
    """Least distance to the edge that the drawn polygon covers."""
    nearest: tuple[float, float]
    """Point of the plot's edge nearest to the building."""


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

    def corners(self) -> list[Point]:
        parts = getattr(self.yard, "geoms", [self.yard])
        return [Point(c) for part in parts for c in part.exterior.coords]


def clearances(
    plot: Polygon, footprint: BaseGeometry, yards: Mapping[Side, BaseGeometry], contact_m: float
) -> dict[Side, Clearance]:
    """Return the clearance of each side that a drawn yard names.

    Args:
        plot: outline of the plot, local metres.
        footprint: outline of the building at one level, inside the plot.
        yards: drawn polygon of each side.
        contact_m: a yard this near the plot's edge lies on it.

    """
    zones = {side: _Zone(yard, yard.buffer(contact_m), contact_m) for side, yard in yards.items()}
    pieces = _pieces(plot, zones, 3 * contact_m)
    owners = _owners(pieces, yards)
    out: dict[Side, Clearance] = {}
    for side, yard in yards.items():
        own = [p for p, owner in zip(pieces, owners, strict=True) if owner == side]
        covered = [p.line for p in pieces if side in p.covered_by]
        if not own:
            continue
        out[side] = _clearance(plot, footprint, yard, own, covered, side)
    return out


def _clearance(
    plot: Polygon,
    footprint: BaseGeometry,
    yard: BaseGeometry,
    own: Sequence[_Piece],
    covered: Sequence[LineString],
    side: Side,
) -> Clearance:
    edges = MultiLineString([p.line for p in own])
    drawn = MultiLineString(list(covered)).distance(footprint) if covered else None
    facing = footprint.simplify(_SMOOTH_M)
    fronts = [(p, _frontage(p, facing)) for p in own]
    whole = [front for _, front in fronts]
    along_yard = [front for p, front in fronts if side in p.covered_by]
    averages = [a for stretch in (whole, along_yard) if (a := _average(stretch)) is not None]
    return Clearance(
        min_m=edges.distance(footprint),
        avg_m=min(averages, default=None),
        open_area_m2=yard.intersection(plot).difference(footprint).area,
        length_m=sum(length for length, _ in along_yard or whole),
        contact_m=sum(line.length for line in covered),
        drawn_min_m=drawn,
        nearest=_nearest(edges, footprint),
    )


def _average(stretches: Sequence[tuple[float, float]]) -> float | None:
    """Return area over length of stretches, None when nothing faces the building."""
    length_m = sum(length for length, _ in stretches)
    return sum(area for _, area in stretches) / length_m if length_m > 0.01 else None


def _frontage(piece: _Piece, footprint: BaseGeometry) -> tuple[float, float]:
    """Return (length, area) of the ground between a stretch of edge and the building facing it.

    Only where the way straight inward from the edge meets the building: the exact lower envelope
    of the building's outline in the frame of the edge.
    """
    (ax, ay), _ = piece.line.coords[0], piece.line.coords[-1]
    inward = (-piece.normal[0], -piece.normal[1])
    along = (-piece.normal[1], piece.normal[0])
    rings = [footprint.exterior] if isinstance(footprint, Polygon) else [
        g.exterior for g in getattr(footprint, "geoms", [])
    ]  # fmt: skip
    segments = []
    cuts = {0.0, piece.line.length}
    for ring in rings:
        flat = [
            (
                (x - ax) * along[0] + (y - ay) * along[1],
                (x - ax) * inward[0] + (y - ay) * inward[1],
            )
            for x, y in ring.coords
        ]
        segments += list(itertools.pairwise(flat))
        cuts |= {u for u, _ in flat if 0 < u < piece.line.length}
    length = area = 0.0
    places = sorted(cuts)
    for start, end in itertools.pairwise(places):
        if end - start < 1e-9:
            continue
        depths = [d for s in segments if (d := _depths(s, start, end)) and sum(d) > -1e-6]
        if depths:
            first = min(depths, key=sum)
            length += end - start
            area += (end - start) * max(0.0, sum(first) / 2)
    return length, area


def _depths(
    segment: tuple[tuple[float, float], tuple[float, float]], start: float, end: float
) -> tuple[float, float] | None:
    """Return the depths of a segment at both ends of an interval it spans, else None."""
    (u0, v0), (u1, v1) = segment
    if abs(u1 - u0) < 1e-12 or min(u0, u1) > start + 1e-9 or max(u0, u1) < end - 1e-9:
        return None
    slope = (v1 - v0) / (u1 - u0)
    return v0 + slope * (start - u0), v0 + slope * (end - u0)


def _nearest(edges: BaseGeometry, footprint: BaseGeometry) -> tuple[float, float]:
    point = nearest_points(edges, footprint)[0]
    return point.x, point.y


def _pieces(plot: Polygon, zones: Mapping[Side, _Zone], least_m: float) -> list[_Piece]:
    """Cut the plot's ring where the cover by drawn yards changes."""
    ring = plot.exterior if plot.exterior.is_ccw else plot.exterior.reverse()
    points = list(ring.coords)
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
    inside = line.intersection(zone.wide)
    out = []
    near = [line.project(p) for p in zone.corners() if line.distance(p) <= zone.contact_m]
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
    return max([*among, *drawn], key=agreement, default=None)


def _facing(pieces: Sequence[_Piece], side: Side) -> tuple[float, float]:
    """Return the way a side faces: that of the longest edge it covers, alone if there is one."""
    alone = [p for p in pieces if p.covered_by == {side}]
    chosen = alone or [p for p in pieces if side in p.covered_by]
    if chosen:
        main = max(chosen, key=lambda p: p.line.length)
        chosen = [p for p in chosen if _dot(p.normal, main.normal) > 0.7]
    x = sum(p.normal[0] * p.line.length for p in chosen)
    y = sum(p.normal[1] * p.line.length for p in chosen)
    size = math.hypot(x, y)
    return (x / size, y / size) if size else (0.0, 0.0)


def _dot(a: tuple[float, float], b: tuple[float, float]) -> float:
    return a[0] * b[0] + a[1] * b[1]
