"""The parts of a drawing: the site plan and the floors, which lie far apart in one file.

An engineer's file has its plans side by side, with wide gaps or at far-off coordinates. A sheet is
one such part, found by the nearness of its shapes, so that each can be shown large.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely

Shape = Mapping[str, Any]
Bounds = tuple[float, float, float, float]

_SITE_ROLES: Final = frozenset({"plot", "footprint", "yard"})
_LEAD_ROLES: Final = frozenset({"plot", "footprint", "yard", "built_up", "deduct"})
_NEAR_M: Final = 1.5
_MARGIN: Final = 0.06
_LARGEST_M: Final = 1e7


@dataclass(frozen=True)
class Sheet:
    """One part of a drawing.

    ``kind`` is ``site``, ``floor`` or ``other``; ``floors`` are (block, floor) pairs; ``bounds``
    are minx, miny, maxx, maxy in drawing metres with a margin; ``shapes`` lie inside them.
    """

    kind: str
    floors: tuple[tuple[int, int], ...]
    bounds: Bounds
    shapes: tuple[Shape, ...]

    @property
    def width_m(self) -> float:
        """Width in metres, margin and all."""
        return self.bounds[2] - self.bounds[0]

    @property
    def height_m(self) -> float:
        """Height in metres, margin and all."""
        return self.bounds[3] - self.bounds[1]

    def holds(self, at: tuple[float, float] | None) -> bool:
        """Whether a point in drawing metres lies on this sheet."""
        if at is None:
            return False
        minx, miny, maxx, maxy = self.bounds
        return minx <= at[0] <= maxx and miny <= at[1] <= maxy


def rings(shape: Shape) -> list[list[tuple[float, float]]]:
    """Return the rings of a shape in drawing metres, without points that are no numbers."""
    found = []
    for ring in shape.get("rings") or []:
        points = [
            (float(p[0]), float(p[1]))
            for p in ring
            if len(p) >= 2
            and all(isinstance(v, int | float) and abs(v) < _LARGEST_M for v in p[:2])
        ]
        if points:
            found.append(points)
    return found


def sheets(sketch: Mapping[str, Any]) -> tuple[Sheet, ...]:
    """Return the parts of the drawing: site plan, floors by block and number, others."""
    shapes = [shape for shape in sketch.get("shapes") or [] if rings(shape)]
    leads = [shape for shape in shapes if shape.get("role") in _LEAD_ROLES]
    groups = _clusters(leads or shapes)
    found = [_sheet(group) for group in groups]
    return tuple(sorted(_shared_out(found, shapes, leads), key=_order))


def box_of(shapes: Sequence[Shape]) -> Bounds:
    """Minx, miny, maxx, maxy of shapes, in drawing metres."""
    points = np.array([p for shape in shapes for ring in rings(shape) for p in ring])
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _clusters(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Shapes whose boxes come within the near distance of each other, together."""
    if not shapes:
        return []
    boxes = shapely.box(*np.array([box_of([shape]) for shape in shapes]).T)
    grown = shapely.box(*(shapely.bounds(boxes) + np.array([-1, -1, 1, 1]) * _NEAR_M).T)
    parts = shapely.get_parts(shapely.union_all(grown))
    home = shapely.STRtree(parts).nearest(shapely.centroid(boxes))
    return [
        [shape for shape, part in zip(shapes, home, strict=True) if part == index]
        for index in range(len(parts))
    ]


def _sheet(shapes: Sequence[Shape]) -> Sheet:
    """Return a group of shapes as a sheet with a margin around it."""
    roles = {shape.get("role") for shape in shapes}
    floors = {
        (shape.get("block") or 0, shape["floor"])
        for shape in shapes
        if shape.get("role") in ("built_up", "deduct") and isinstance(shape.get("floor"), int)
    }
    kind = "site" if roles & _SITE_ROLES and "plot" in roles else "floor" if floors else "other"
    minx, miny, maxx, maxy = box_of(shapes)
    edge = max(_MARGIN * max(maxx - minx, maxy - miny), 0.5)
    bounds = (minx - edge, miny - edge, maxx + edge, maxy + edge)
    return Sheet(kind, tuple(sorted(floors)), bounds, tuple(shapes))


def _shared_out(
    found: Sequence[Sheet], shapes: Sequence[Shape], leads: Sequence[Shape]
) -> list[Sheet]:
    """Give each remaining shape to the sheet it lies on; what lies nowhere is left out."""
    if not leads:
        return list(found)
    held = {id(shape) for shape in leads}
    more: list[list[Shape]] = [[] for _ in found]
    for shape in shapes:
        if id(shape) not in held and (index := _home(shape, found)) is not None:
            more[index].append(shape)
    return [
        replace(sheet, shapes=(*sheet.shapes, *extra))
        for sheet, extra in zip(found, more, strict=True)
    ]


def _home(shape: Shape, found: Sequence[Sheet]) -> int | None:
    """Return the index of the sheet that holds a shape's middle, else of the first it reaches."""
    box = box_of([shape])
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    inside = (index for index, sheet in enumerate(found) if sheet.holds(middle))
    reached = (index for index, sheet in enumerate(found) if meets(box, sheet.bounds))
    return next(inside, next(reached, None))


def meets(one: Bounds, other: Bounds) -> bool:
    """Return whether two boxes have a point in common."""
    apart = one[0] > other[2] or other[0] > one[2] or one[1] > other[3] or other[1] > one[3]
    return not apart


def _order(sheet: Sheet) -> tuple[int, tuple[tuple[int, int], ...], float]:
    """Site, floors, others; then by number; then from the left."""
    return ("site", "floor", "other").index(sheet.kind), sheet.floors, sheet.bounds[0]
