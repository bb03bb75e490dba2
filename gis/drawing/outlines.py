"""Closed polylines and circles -> outlines with exact area, or a complaint that says why not."""

import math
from dataclasses import dataclass
from functools import cached_property

from shapely import Polygon, make_valid
from shapely.validation import explain_validity

from gis.areas import Point, flatten, ring_area_m2
from gis.drawing.dialect import Place
from gis.model import Complaint, Entity, Witness

_SAME_M2 = 1e-6
_CURVES = frozenset({"ELLIPSE", "SPLINE", "REGION", "stretched arc"})
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
    entity: Entity, place: Place, gaps_m: tuple[float, float]
) -> tuple[Outline | None, list[Complaint]]:
    """Return the outline an entity draws, and what is wrong with it.

    Args:
        entity: in local metres.
        place: what its layer means.
        gaps_m: ends nearer than the first are one point, than the second closed and said.

    """
    if entity.kind == "circle":
        return _circle(entity, place)
    if entity.kind != "outline" or len(entity.points) < 2:
        code = "curve_not_measured" if entity.text in _CURVES else "not_an_outline"
        return None, [_complaint(code, entity, kind=entity.text or entity.kind)]
    points, bulges = list(entity.points), list(entity.bulges)
    said: list[Complaint] = []
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
    area = abs(ring_area_m2(points, bulges))
    polygon = Polygon(flat)
    if not polygon.is_valid:
        mended = make_valid(polygon)
        parts = [p for p in getattr(mended, "geoms", [mended]) if isinstance(p, Polygon)]
        if len(parts) != 1 or abs(parts[0].area - polygon.area) > _SAME_M2 * max(1.0, area):
            at = _where(explain_validity(polygon)) or points[0]
            return None, [Complaint("outline_crosses_itself", entity.layer, at, _handle(entity))]
        polygon = parts[0]
        said.append(_complaint("outline_touches_itself", entity))
    if area < _SAME_M2:
        return None, [_complaint("outline_empty", entity)]
    return Outline(entity.handle, place, entity, area, polygon), said


def _circle(entity: Entity, place: Place) -> tuple[Outline | None, list[Complaint]]:
    (x, y), radius = entity.points[0], entity.radius
    if radius <= 0 or math.pi * radius**2 < _SAME_M2:
        return None, [_complaint("outline_empty", entity)]
    ends = [(x - radius, y), (x + radius, y)]
    polygon = Polygon(flatten(ends, [1.0, 1.0], closed=True))
    return Outline(entity.handle, place, entity, math.pi * radius**2, polygon), []


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
