"""What is needed to draw a drawing again: every measured shape, in metres of the drawing."""

from collections.abc import Sequence
from typing import Any

from gis.areas import Point, flatten
from gis.drawing.dialect import Place
from gis.drawing.parts import Parts
from gis.model import Entity

_ROLES = {
    "plot": "plot",
    "footprint": "footprint",
    "front": "yard",
    "rear": "yard",
    "side1": "yard",
    "side2": "yard",
    "built_up": "built_up",
    "existing": "built_up",
    "unit": "built_up",
    "covered": "built_up",
    "deduct": "deduct",
    "covered_deduct": "deduct",
    "unit_deduct": "deduct",
    "road": "road",
    "well": "well",
    "pit": "well",
    "septic_tank": "well",
    "accessory": "footprint",
    "guard_room": "footprint",
    "bay": "parking",
    "visitor_bay": "parking",
    "loading": "parking",
    "mech_bay": "parking",
    "accessible_bay": "parking",
    "two_wheeler": "parking",
}
MOST_SHAPES = 5000
MOST_POINTS = 2000


def sketch(parts: Parts) -> dict[str, Any]:
    """Return bounds and shapes; the plot first, then by role, at most 5000."""
    shapes = []
    for entity, place in parts.entities[:MOST_SHAPES]:
        shape = _shape(parts, entity, place)
        if shape is not None:
            shapes.append(shape)
    points = [p for s in shapes for ring in s["rings"] for p in ring]
    bounds = None
    if points:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        bounds = [min(xs), min(ys), max(xs), max(ys)]
    site = [s for s in shapes if s["role"] in {"plot", "footprint", "yard"}] or shapes
    return {"bounds": bounds, "site_bounds": _bounds(site), "shapes": shapes}


def _bounds(shapes: Sequence[dict[str, Any]]) -> list[float] | None:
    points = [p for s in shapes for ring in s["rings"] for p in ring]
    if not points:
        return None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [min(xs), min(ys), max(xs), max(ys)]


def _shape(parts: Parts, entity: Entity, place: Place) -> dict[str, Any] | None:
    kind, rings = _kind_and_rings(entity)
    if not rings or not rings[0]:
        return None
    role = "dimension" if entity.kind == "dimension" else _ROLES.get(place.kind.role, "other")
    return {
        "id": entity.handle,
        "layer": _clean(entity.layer),
        "role": role,
        "side": place.kind.role if role == "yard" else None,
        "block": place.block,
        "floor": place.floor,
        "level": place.level,
        "kind": kind,
        "rings": [[list(parts.frame.outer(p)) for p in _thinned(ring)] for ring in rings],
        "text": _clean(entity.text) or None,
    }


def _clean(text: str) -> str:
    """Return a text without control characters, at most 2000 letters."""
    return "".join(c for c in text if c >= " " or c == "\n")[:2000]


def _thinned(points: list[Point]) -> list[Point]:
    """Return at most 2000 of the points."""
    step = len(points) // MOST_POINTS + 1
    return points[::step]


def _kind_and_rings(entity: Entity) -> tuple[str, list[list[Point]]]:
    if entity.kind == "hatch":
        whole = [loop[0] for loop in entity.loops if len(loop) == 1]
        return "area", [ring for e in whole if (ring := _kind_and_points(e)[1])]
    kind, points = _kind_and_points(entity)
    return kind, [points]


def _kind_and_points(entity: Entity) -> tuple[str, list[Point]]:
    if entity.kind == "outline":
        near = len(entity.points) > 2 and entity.points[0] == entity.points[-1]
        flat = flatten(entity.points, entity.bulges, closed=entity.closed, sagitta_m=0.005)
        return ("area" if entity.closed or near else "line"), flat
    if entity.kind == "circle":
        (x, y), r = entity.points[0], entity.radius
        return "area", flatten(
            [(x - r, y), (x + r, y)], [1.0, 1.0], closed=True, sagitta_m=0.005
        ) if r > 0 else []
    if entity.kind == "arc":
        return "line", flatten(entity.points, entity.bulges, closed=False, sagitta_m=0.005)
    if entity.kind in {"line", "dimension"}:
        return "line", list(entity.points)
    if entity.kind == "text":
        return "text", list(entity.points)
    return "point", []
