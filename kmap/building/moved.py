"""Which outlines of two drawings lie elsewhere: the site laid on the plot, each floor on itself.

A drawing is often redrawn at other coordinates, or turned; what counts is where things lie on
the plot, or within their own floor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from gis.placement import lay

Json = Mapping[str, Any]
LAID_ON: Final = 0.02
"""Metres within which an outline counts as unmoved."""
_SITE: Final = frozenset({"plot", "footprint", "yard", "road", "well"})
_ROLES: Final = (
    *("plot", "footprint", "yard", "road", "well"),
    *("built_up", "deduct", "parking"),
)
_SAME_PLOT: Final = 0.05
"""Metres (root mean square) within which a turned plot is the same plot."""
_MOST_LAYERS: Final = 200
_MOST_STEPS: Final = 1_000_000
"""Products of point numbers up to which the farthest way between outlines is worked out."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Laying:
    """How the old drawing is carried onto the new one: turned about its origin, then shifted.

    The turn, in degrees, is that of the plot; each floor has a shift of its own, in metres.
    """

    turn_deg: float
    shifts: Mapping[str, tuple[float, float]]

    def carry(self, outline: BaseGeometry, group: str) -> BaseGeometry:
        """Return an outline of a group (``group_of``) where it lies on the new drawing."""
        turned = affinity.rotate(outline, self.turn_deg, origin=(0, 0))
        return affinity.translate(turned, *self.shifts.get(group, (0.0, 0.0)))


def laying(old: Json, new: Json) -> Laying:
    """Find how the old drawing lies on the new one."""
    return _laying(_layers(old), _layers(new))


def moved(old: Json, new: Json) -> list[dict[str, Any]]:
    """Return the layers whose outlines differ: added, removed or moved, by how much.

    ``by_m`` is the farthest way between the two outlines (None when it was not worked out),
    ``area_m2`` the area that belongs to one of them only.
    """
    before, after = _layers(old), _layers(new)
    found_at = _laying(before, after)
    found = []
    for layer, role, group in list(_ordered(before, after))[:_MOST_LAYERS]:
        one, other = before.get((layer, role, group)), after.get((layer, role, group))
        if one is not None and other is not None:
            laid = found_at.carry(one, group)
            by = _apart(laid, other)
            area = laid.symmetric_difference(other).area
            if (by if by is not None else area) > LAID_ON:
                found.append(_row(layer, role, "moved", by, area))
        elif other is not None:
            found.append(_row(layer, role, "added", None, other.area))
        elif one is not None:
            found.append(_row(layer, role, "removed", None, one.area))
    return found


def _laying(before: Mapping[Key, BaseGeometry], after: Mapping[Key, BaseGeometry]) -> Laying:
    turn = _turn_deg(before, after)
    turned = {key: affinity.rotate(area, turn, origin=(0, 0)) for key, area in before.items()}
    groups = {key[2] for side in (before, after) for key in side}
    return Laying(turn, {group: _shift(turned, after, group) for group in groups})


def _turn_deg(before: Mapping[Key, BaseGeometry], after: Mapping[Key, BaseGeometry]) -> float:
    """Return how far the drawing was turned, by its plot; 0 where that is not plain.

    A plot that looks the same from several ways is laid so that all of the site lies nearest.
    """
    site = [key for key in before if key in after and key[2] == "site"]
    plots = [key for key in site if key[1] == "plot"]

    def off(turn_deg: float) -> tuple[float, float]:
        turned = {key: affinity.rotate(before[key], turn_deg, origin=(0, 0)) for key in site}
        shift = _shift(turned, after, "site")
        laid = (affinity.translate(area, *shift) for area in turned.values())
        apart = sum(
            one.symmetric_difference(after[key]).area
            for one, key in zip(laid, turned, strict=True)
        )
        return round(apart, 1), abs(turn_deg)

    if len(plots) != 1 or off(0.0)[0] == 0:
        return 0.0
    laid = lay(before[plots[0]], after[plots[0]])
    turns = [
        fit.motion.angle_deg
        for fit in (laid.best, *laid.rivals)
        if fit is not None and fit.rms_m <= _SAME_PLOT
    ]
    return min([0.0, *turns], key=off)


def _row(layer: str, role: str, change: str, by: float | None, area: float) -> dict[str, Any]:
    shown = None if by is None else round(by, 3)
    return {
        "layer": layer,
        "role": role,
        "change": change,
        "by_m": shown,
        "area_m2": round(area, 3),
    }


def _layers(sketch: Json) -> dict[Key, BaseGeometry]:
    """Return the outlines of each layer together."""
    parts: dict[Key, list[BaseGeometry]] = {}
    for shape in sketch.get("shapes") or []:
        if shape.get("kind") != "area" or shape.get("role") not in _ROLES:
            continue
        key = (str(shape.get("layer")), str(shape["role"]), group_of(shape))
        for ring in shape["rings"]:
            if len(ring) >= 3:
                area = shapely.make_valid(shapely.Polygon(ring))
                parts.setdefault(key, []).append(area)
    joined = {key: shapely.union_all(group) for key, group in parts.items()}
    return {key: area for key, area in joined.items() if area.area > 0}


def group_of(shape: Json) -> str:
    """Name what a shape is laid on by: the site, or its floor."""
    if shape.get("role") in _SITE or shape.get("floor") is None:
        return "site"
    return f"{shape.get('block')}/{shape['floor']}"


def _ordered(*sides: Mapping[Key, BaseGeometry]) -> Sequence[Key]:
    keys = {key for side in sides for key in side}
    return sorted(keys, key=lambda key: (_ROLES.index(key[1]), key[0]))


def _shift(
    old: Mapping[Key, BaseGeometry], new: Mapping[Key, BaseGeometry], group: str
) -> tuple[float, float]:
    """Return the way from the old plot's corner (or the old floor's) to the new one's."""
    lead = "plot" if group == "site" else "built_up"
    boxes = []
    for side in (old, new):
        held = [area for key, area in side.items() if key[2] == group]
        first = [area for key, area in side.items() if key[1:] == (lead, group)] or held
        if not first:
            return 0.0, 0.0
        boxes.append(shapely.total_bounds(first))
    return float(boxes[1][0] - boxes[0][0]), float(boxes[1][1] - boxes[0][1])


def _apart(one: BaseGeometry, other: BaseGeometry) -> float | None:
    """Return the farthest way between two outlines; None when they have too many points."""
    if shapely.get_num_coordinates(one) * shapely.get_num_coordinates(other) > _MOST_STEPS:
        return None
    return float(shapely.hausdorff_distance(one.boundary, other.boundary))
