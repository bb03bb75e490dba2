"""Closed polylines, curves, hatches -> outlines with exact area, or a complaint that says why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from shapely import Polygon, make_valid
from shapely.validation import explain_validity

from gis.areas import Point, flatten, ring_area_m2
from gis.drawing.dialect import Place
from gis.drawing.pieces import is_open, join
from gis.drawing.shapes import THROUGH
from gis.model import Complaint, Entity, Witness

_SAME_M2 = 1e-6
_MENDED = 1100
"""Points of an outline that is mended where it runs back on itself; a scrawl of more, and with
as many crossings as pairs of edges, would take minutes."""
_CURVES = frozenset({"ELLIPSE", "SPLINE", "REGION", "3DSOLID", "BODY", "SURFACE", "MLINE"})
"""Things that may enclose an area and are not measured."""


@dataclass(frozen=True)
class Outline:
    """One closed outline in local metres."""

    id: str
    place: Place
    entity: Entity
    area_m2: float
    polygon: Polygon

    @property
    def layer(self) -> str:
        """Return its layer."""
        return self.entity.layer

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Return its bounds."""
        x, y, right, top = self.polygon.bounds
        return x, y, right, top

    @property
    def middle(self) -> Point:
        """Return a point inside it."""
        point = self.polygon.representative_point()
        return point.x, point.y


def outline(
    entity: Entity, place: Place, gaps_m: tuple[float, float], fine: bool = False
) -> tuple[Outline | None, list[Complaint]]:
    """Return the outline an entity draws, and what is wrong with it.

    Args:
        entity: in local metres.
        place: what its layer means.
        gaps_m: ends nearer than the first are one point, than the second closed and said.
        fine: a circle so round that a distance to it is right to 1e-6 m.

    """
    if entity.kind == "circle":
        return _circle(entity, place, fine=fine)
    if entity.kind != "outline" or len(entity.points) < 2:
        code = "curve_not_measured" if entity.text in _CURVES else "not_an_outline"
        return None, [_complaint(code, entity, kind=entity.text or entity.kind)]
    points, bulges = list(entity.points), list(entity.bulges)
    said = [_complaint("curve_through_points", entity)] if entity.text == THROUGH else []
    gap = math.dist(points[0], points[-1])
    if gap <= gaps_m[0]:
        points, bulges = points[:-1], bulges[:-1]
    elif not entity.closed and gap <= gaps_m[1]:
        said.append(_complaint("outline_closed_for_you", entity, gap_m=f"{gap:.3f}"))
    elif not entity.closed:
        return None, [_complaint("outline_open", entity, gap_m=f"{gap:.2f}")]
    flat = flatten(points, bulges, closed=True)
    if len(flat) < 3:
        return None, [_complaint("outline_empty", entity)]
    return _checked(entity, place, points, bulges, flat, said)


def _checked(
    entity: Entity,
    place: Place,
    points: list[Point],
    bulges: list[float],
    flat: list[Point],
    said: list[Complaint],
) -> tuple[Outline | None, list[Complaint]]:
    """Return the outline when it encloses something once."""
    area = abs(ring_area_m2(points, bulges) + entity.excess)
    polygon = Polygon(flat)
    if not polygon.is_valid:
        mended = make_valid(polygon) if len(points) <= _MENDED else Polygon()
        parts = [p for p in getattr(mended, "geoms", [mended]) if isinstance(p, Polygon)]
        if len(parts) != 1 or abs(parts[0].area - polygon.area) > _SAME_M2 * max(1.0, area):
            at = _where(explain_validity(polygon)) or points[0]
            return None, [Complaint("outline_crosses_itself", entity.layer, at, _handle(entity))]
        polygon = parts[0]
        said.append(_complaint("outline_touches_itself", entity))
    if area < _SAME_M2:
        return None, [_complaint("outline_empty", entity)]
    return Outline(entity.handle, place, entity, area, polygon), said


def _circle(entity: Entity, place: Place, *, fine: bool) -> tuple[Outline | None, list[Complaint]]:
    (x, y), radius = entity.points[0], entity.radius
    if radius <= 0 or math.pi * radius**2 < _SAME_M2:
        return None, [_complaint("outline_empty", entity)]
    ends = [(x - radius, y), (x + radius, y)]
    sagitta, most = (5e-7, 4096) if fine else (1e-4, 512)
    polygon = Polygon(flatten(ends, [1.0, 1.0], closed=True, sagitta_m=sagitta, most=most))
    return Outline(entity.handle, place, entity, math.pi * radius**2, polygon), []


def hatched(
    entity: Entity, place: Place, gaps_m: tuple[float, float]
) -> tuple[list[Outline], list[Complaint]]:
    """Return the areas a hatch fills, what lies inside its islands left out.

    Every second ring from the outside in is a hole, as the hatch's style says.
    """
    rings: list[Outline] = []
    for loop in entity.loops:
        whole = loop[0] if len(loop) == 1 and not is_open(loop[0], gaps_m[1]) else None
        if whole is None:
            found = join([p for p in loop if is_open(p, 0.0)], gaps_m)
            if len(found.rings) != 1 or found.loose or found.forked:
                return [], [_complaint("not_an_outline", entity, kind="HATCH")]
            whole = found.rings[0].entity
        ring, said = outline(whole, place, gaps_m)
        if ring is None:
            return [], said
        rings.append(ring)
    return _nested(entity, rings), []


def _nested(entity: Entity, rings: list[Outline]) -> list[Outline]:
    """Take the inner rings of a hatch from the outer ones."""
    rings = sorted(rings, key=lambda r: -r.area_m2)
    holder: list[int | None] = []
    depth: list[int] = []
    for i, ring in enumerate(rings):
        inside = ring.polygon.representative_point()
        by = next((j for j in range(i - 1, -1, -1) if rings[j].polygon.contains(inside)), None)
        holder.append(by)
        depth.append(0 if by is None else depth[by] + 1)
    filled = {0} if entity.text == "ignore" else {d for d in depth if d % 2 == 0}
    out = []
    for i, ring in enumerate(rings):
        if depth[i] in filled:
            holes = [rings[j] for j in range(len(rings)) if holder[j] == i]
            out.append(_less(ring, [] if entity.text == "ignore" else holes))
    return out


def _less(ring: Outline, holes: Sequence[Outline]) -> Outline:
    rest = Polygon(ring.polygon.exterior.coords, [h.polygon.exterior.coords for h in holes])
    area = ring.area_m2 - sum(h.area_m2 for h in holes)
    return replace(ring, area_m2=area, polygon=rest)


def _where(reason: str) -> Point | None:
    """Return the point that GEOS names in its reason."""
    inner = reason.partition("[")[2].partition("]")[0].split()
    try:
        return float(inner[0]), float(inner[1])
    except (ValueError, IndexError):
        return None


def _handle(entity: Entity) -> dict[str, str]:
    return {"handle": entity.handle}


def _complaint(code: str, entity: Entity, **details: str) -> Complaint:
    at = entity.points[0] if entity.points else None
    return Complaint(code, entity.layer, at, {**_handle(entity), **details})


def witness(outlines: list[Outline]) -> Witness | None:
    """Return the witness of a number that comes from outlines."""
    if not outlines:
        return None
    first = outlines[0]
    return Witness(first.layer, tuple(o.id for o in outlines), first.id, first.middle)
