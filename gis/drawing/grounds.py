"""What else stands on the plot: small buildings, walls and gates, recreation, plants, power lines.

A thing whose mere presence the law asks for is a claim that was drawn (``drawn``); what can be
measured is measured. Dimensions that only say a distance to something off the drawing stay claims.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from shapely import LineString, union_all
from shapely.geometry.base import BaseGeometry

from gis.areas import flatten
from gis.drawing.edges import Sides
from gis.drawing.outlines import Outline, witness
from gis.drawing.parking import standing
from gis.drawing.parts import Parts
from gis.drawing.reach import narrowest_m
from gis.drawing.roads import Street, abutting, road_edges
from gis.drawing.sizes import size_m
from gis.model import Entity, Measure, Witness
from gis.rings import shortest

_NEAR_M = 60.0
_MOST_LINES = 2000
_VOLTS = re.compile(
    r"(?<![\d.])(\d{1,4}(?:\.\d{1,3})?)\s*(K?V)(?![A-Z])", re.IGNORECASE | re.ASCII
)
_PRESENT = {
    "recharge_pit": "recharge",
    "organic_waste": "organic_waste_unit",
    "water_reuse": "water_reuse",
    "waste_segregation": "waste_segregation",
    "solar_heater": "solar_water_provision",
    "compound_wall": "compound_wall",
    "septic_tank": "septic_tank",
}
"""Role of a layer -> what its being drawn says."""
_DRAWN_DISTANCES = ("monument_distance", "river_distance", "drain_distance", "public_distance")


def grounds(
    parts: Parts, ground: Outline | None, streets: Sequence[Street], lie: Sides
) -> dict[str, Any]:
    """Measure and note all of it; return what is shown as JSON."""
    home = standing(parts)
    _present(parts)
    out: dict[str, Any] = {}
    if ground is not None:
        out |= _accessory(parts, ground, home, streets)
        _wall(parts, ground, lie)
        _dig(parts, ground)
    _entrance(parts)
    out |= _recreation(parts, ground, home)
    _fire_space(parts)
    _power_lines(parts, home)
    out |= _solar(parts, home) | _trees(parts) | _said_distances(parts)
    return out


def _present(parts: Parts) -> None:
    for role, name in _PRESENT.items():
        drawn = next((e for e, _ in parts.of(role) if e.kind not in {"text", "dimension"}), None)
        if drawn is not None:
            seen = parts.mark(drawn)
            parts.measures.append(Measure(name, True, "drawn", witness=seen, typed=True))


def lines_of(entities: Iterable[Entity]) -> list[LineString]:
    """Return the lines that entities draw, arcs as chords, at most 2000 of them."""
    out = []
    for entity in entities:
        if entity.kind in {"outline", "line"} and len(entity.points) > 1:
            bulges = entity.bulges or (0.0,) * len(entity.points)
            points = flatten(entity.points, bulges, closed=entity.closed, sagitta_m=0.01)
            if entity.closed:
                points = [*points, points[0]]
            line = LineString(points)
            if line.length > 0:
                out.append(line)
        if len(out) >= _MOST_LINES:
            break
    return out


def _near_lines(parts: Parts, role: str, to: BaseGeometry) -> list[LineString]:
    found = lines_of(e for e, _ in parts.of(role))
    return [line for line in found if line.distance(to) < _NEAR_M]


def _accessory(
    parts: Parts, ground: Outline, home: BaseGeometry, streets: Sequence[Street]
) -> dict[str, Any]:
    """Measure the small buildings beside the main one, and the open space that is left."""
    units = [*parts.outlines("accessory"), *parts.outlines("guard_room")]
    units = [u for u in units if u.polygon.intersects(ground.polygon)]
    covered = [home, *(u.polygon for u in units)]
    if not home.is_empty:
        left = float(ground.polygon.difference(union_all(covered)).area)
        seen = witness([ground])
        parts.measures.append(Measure("open_space", left, "open_space", witness=seen))
    true: dict[str, tuple[float, Witness]] = {}
    if units:
        seen = witness(units)
        area = sum(u.area_m2 for u in units)
        parts.measures.append(Measure("accessory_building", True, "drawn", witness=seen))
        parts.measures.append(Measure("accessory_area", area, "outline", witness=seen))
        true["accessory_to_boundary"] = _least(units, ground.polygon.exterior)
        if not home.is_empty:
            true["accessory_to_building"] = _least(units, home)
        roads = [s.outline.polygon for s in abutting(streets)]
        if roads:
            true["accessory_to_road"] = _least(units, union_all(roads))
    for name, (metres, witness_) in true.items():
        parts.measures.append(Measure(name, metres, "between_outlines", witness=witness_))
    for name in ("accessory_to_boundary", "accessory_to_building", "accessory_to_road"):
        beside(parts, name, name, true.get(name))
    return {"accessory_m2": round(sum(u.area_m2 for u in units), 6)} if units else {}


def _least(things: Sequence[Outline], other: BaseGeometry) -> tuple[float, Witness]:
    """Return the least distance of things to another shape, and its witness."""
    one = min(things, key=lambda t: t.polygon.distance(other))
    ends = shortest(one.polygon, other)
    seen = Witness(one.layer, (one.id,), one.id, ends[0], ends)
    return float(one.polygon.distance(other)), seen


def beside(parts: Parts, role: str, name: str, true: tuple[float, Witness] | None) -> None:
    """Note the shortest dimension of a role: the fact where nothing is drawn, else a claim."""
    span = min(parts.spans(role), key=lambda s: s.length_m, default=None)
    if span is None:
        return
    how = "dimension" if true is None else "dimension_claim"
    parts.measures.append(
        Measure(name, span.length_m, how, witness=span.witness(), typed=true is not None)
    )
    if true is not None and abs(span.length_m - true[0]) > parts.dialect.tolerances["distance_m"]:
        parts.say(
            "distance_differs", span.entity.layer, span.entity.points[0],
            dimension_m=f"{span.length_m:.2f}", true_m=f"{true[0]:.2f}",
        )  # fmt: skip


def _wall(parts: Parts, ground: Outline, lie: Sides) -> None:
    """Note the length of the compound wall and whether it stands along a road."""
    entities = [e for e, _ in parts.of("compound_wall")]
    walls = _near_lines(parts, "compound_wall", ground.polygon)
    if not walls:
        return
    seen = parts.mark(entities[0])
    length = sum(w.length / (2 if _is_strip(w) else 1) for w in walls)
    parts.measures.append(Measure("wall_length", length, "wall_lines", witness=seen))
    roads = road_edges(lie)
    if not roads.is_empty:
        along = roads.intersection(union_all(walls).buffer(0.5)).length
        on_street = along > 1.0
        parts.measures.append(Measure("wall_on_street", on_street, "wall_lines", witness=seen))


def _is_strip(line: LineString) -> bool:
    """Tell whether a closed line draws both faces of a wall and not a ring of wall."""
    if not line.is_ring or not line.is_simple:
        return False
    area = shapely.Polygon(line).area
    return bool(area < 0.5 * line.length / 2)


def _entrance(parts: Parts) -> None:
    """Note the width of the main entrance: its dimension, else the gate as drawn."""
    for role in ("main_gate", "gate"):
        spans = parts.spans(role)
        if spans:
            wide = max(spans, key=lambda s: s.length_m)
            parts.measures.append(
                Measure("site_entrance", wide.length_m, "dimension", witness=wide.witness())
            )
            return
        entities = [e for e, _ in parts.of(role)]
        drawn = lines_of(entities)
        if drawn:
            wide_m = max(size_m(g)[1] if g.is_ring else g.length for g in drawn)
            seen = parts.mark(entities[0])
            parts.measures.append(Measure("site_entrance", wide_m, "gate_drawn", witness=seen))
            return


def _dig(parts: Parts, ground: Outline) -> None:
    """Note how deep the ground is cut and how near the boundary a basement comes."""
    spans = parts.spans("cutting")
    if spans:
        deepest = max(spans, key=lambda s: s.length_m)
        parts.measures.append(
            Measure(
                "excavation_depth", deepest.length_m, "drawn_dimension",
                witness=deepest.witness(), typed=True,
            )
        )  # fmt: skip
    under = [o for o in parts.outlines("footprint") if (o.place.level or 0) < 0]
    under = [o for o in under if o.polygon.intersects(ground.polygon)]
    if under:
        metres, seen = _least(under, ground.polygon.exterior)
        inside = all(ground.polygon.buffer(0.001).contains(o.polygon) for o in under)
        parts.measures.append(
            Measure("excavation_to_boundary", metres if inside else 0.0, "dig", witness=seen)
        )


def _recreation(parts: Parts, ground: Outline | None, home: BaseGeometry) -> dict[str, Any]:
    """Measure recreational space: in all, outside on the ground, on the terrace, least width."""
    outside = parts.outlines("recreation")
    floors = parts.outlines("floor_recreation")
    terrace = parts.outlines("terrace_recreation")
    found = [*outside, *floors, *terrace]
    if not found:
        return {}
    seen = witness(found)
    area = sum(o.area_m2 for o in found)
    parts.measures.append(Measure("recreation_area", area, "outline", witness=seen))
    on_ground = 0.0
    if ground is not None:
        open_ground = ground.polygon.difference(home)
        level = [o for o in floors if (o.place.floor or 0) <= 0]
        on_ground = sum(
            float(o.polygon.intersection(open_ground).area) for o in (*outside, *level)
        )
        parts.measures.append(
            Measure("recreation_ground", on_ground, "outline_on_ground", witness=seen)
        )
    widths = [narrowest_m(o.polygon) for o in found]
    if all(w is not None for w in widths):
        least = min((w, i) for i, w in enumerate(widths) if w is not None)
        seen = witness([found[least[1]]])
        parts.measures.append(Measure("recreation_least", least[0], "narrowest", witness=seen))
    roofs = sum(o.area_m2 for o in parts.outlines("terrace"))
    if roofs:
        share = 100 * sum(o.area_m2 for o in terrace) / roofs
        parts.measures.append(
            Measure("recreation_terrace", share, "terrace_share", witness=witness(terrace))
        )
    return {"recreation_m2": round(area, 6), "recreation_ground_m2": round(on_ground, 6)}


def _fire_space(parts: Parts) -> None:
    """Note the width of the drawn ways for fire engines, and what is drawn to stand in them."""
    found = parts.outlines("fire_space")
    roles = ("bay", "visitor_bay", "accessible_bay", "two_wheeler", "mech_bay", "accessory")
    things = [o for role in (*roles, "guard_room") for o in parts.outlines(role)]
    tree = shapely.STRtree([t.polygon for t in things])
    for block in sorted({o.place.block for o in found if o.place.block is not None}):
        own = [o for o in found if o.place.block == block]
        widths = [w for o in own if (w := narrowest_m(o.polygon)) is not None]
        if len(widths) == len(own) and len(own) > 1:
            parts.measures.append(
                Measure("fire_space", min(widths), "narrowest", witness=witness(own), block=block)
            )
    for one in found:
        for i in tree.query(one.polygon, predicate="intersects"):
            if things[i].polygon.intersection(one.polygon).area > 0.05:
                seen = witness([things[i], one])
                parts.measures.append(
                    Measure("fire_space_clear", False, "stands_in_way", witness=seen)
                )
                return


def _power_lines(parts: Parts, home: BaseGeometry) -> None:
    """Note voltage and clearances of overhead lines, true ones where a line is drawn."""
    lines = [] if home.is_empty else _near_lines(parts, "power_line", home)
    true: tuple[float, Witness] | None = None
    if lines:
        near = min(lines, key=lambda g: g.distance(home))
        ends = shortest(near, home)
        first = next(e for e, _ in parts.of("power_line"))
        true = float(near.distance(home)), Witness(first.layer, (first.handle,), None, *_at(ends))
        parts.measures.append(Measure("line_horizontal", true[0], "to_line", witness=true[1]))
    beside(parts, "line_horizontal", "line_horizontal", true)
    beside(parts, "line_vertical", "line_vertical", None)
    volts = []
    for entity, _ in parts.of("voltage"):
        if entity.kind == "text":
            volts.extend(_kilovolts(parts, entity))
    if volts:
        kilovolts, entity = max(volts, key=lambda v: v[0])
        seen = parts.mark(entity)
        details = {"key": entity.layer}
        parts.measures.append(
            Measure("power_line_kv", kilovolts, "typed", details, witness=seen, typed=True)
        )


def _at(ends: tuple[Any, Any]) -> tuple[Any, tuple[Any, Any]]:
    return ends[0], ends


def _kilovolts(parts: Parts, entity: Entity) -> list[tuple[float, Entity]]:
    """Read the voltage in a text; one that names none or several is said."""
    found = _VOLTS.findall(entity.text)
    if len(found) != 1:
        text = entity.text.replace("\n", " ")[:60]
        at = entity.points[0] if entity.points else None
        parts.say("number_unreadable", entity.layer, at, key=entity.layer, value=text)
        return []
    number, unit = found[0]
    return [(float(number) / (1 if unit.upper() == "KV" else 1000), entity)]


def _solar(parts: Parts, home: BaseGeometry) -> dict[str, Any]:
    """Note the share of the roof that panels take; their kilowatt must be typed."""
    found = parts.outlines("solar")
    if not found:
        return {}
    area = sum(o.area_m2 for o in found)
    if len(parts.blocks()) == 1 and not home.is_empty:
        share = min(100.0, 100 * area / float(home.area))
        seen = witness(found)
        parts.measures.append(
            Measure("pv_roof_share", share, "drawn_share", witness=seen, typed=True)
        )
    return {"solar_m2": round(area, 6)}


def _trees(parts: Parts) -> dict[str, Any]:
    """Count trees drawn as circles; a strip of green is an area and no number of trees."""
    trees = [e for e, _ in parts.of("tree_cover") if e.kind == "circle"]
    if trees:
        seen = parts.mark(trees[0])
        parts.measures.append(Measure("trees", len(trees), "drawn", witness=seen, typed=True))
    green = [*parts.outlines("greenstrip"), *parts.outlines("tree_cover")]
    return {"green_m2": round(sum(o.area_m2 for o in green), 6)} if green else {}


def _said_distances(parts: Parts) -> dict[str, Any]:
    """Note distances to what is not on the drawing: claims, never measurements."""
    said = {}
    for role in _DRAWN_DISTANCES:
        span = min(parts.spans(role), key=lambda s: s.length_m, default=None)
        if span is not None:
            said[f"{role}_m"] = round(span.length_m, 6)
            parts.measures.append(
                Measure(role, span.length_m, "drawn_dimension", witness=span.witness(), typed=True)
            )
    given = min(parts.spans("surrendered"), key=lambda s: s.length_m, default=None)
    if given is not None:
        parts.measures.append(
            Measure(
                "surrendered_width", given.length_m, "drawn_dimension",
                witness=given.witness(), typed=True,
            )
        )  # fmt: skip
    return {"drawn_distances": said} if said else {}


def against_typed(parts: Parts, typed: Mapping[str, Any]) -> None:
    """Say where a drawn cutting and the typed answer about it contradict each other."""
    spans = parts.spans("cutting")
    answers = [t for t in typed.get("deep_cutting", []) if isinstance(t.value, bool)]
    if not spans or not answers:
        return
    deepest = max(spans, key=lambda s: s.length_m)
    if (deepest.length_m > parts.dialect.tolerances["deep_cutting_m"]) != answers[0].value:
        parts.say(
            "cutting_differs", deepest.entity.layer, deepest.entity.points[0],
            depth_m=f"{deepest.length_m:.2f}", value=answers[0].text,
        )  # fmt: skip
