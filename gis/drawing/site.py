"""The site plan: plot, roads, yards, wells, pits, parking."""

from collections.abc import Sequence
from typing import Any

from shapely import union_all
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts, Span
from gis.model import Measure, Witness
from gis.yards import Clearance, clearances

SIDES = ("front", "rear", "side1", "side2")
_NEAR_M = 60.0
"""A road, well or pit farther than this from the plot belongs to another plan of the sheet."""
_ABUTS_M = 1.0


def plot(parts: Parts) -> Outline | None:
    """Return the plot's outline and note its area; None when missing or several."""
    found = parts.outlines("plot")
    if not found:
        if not any(True for _ in parts.of("plot")):
            parts.say("plot_missing", parts.missing("plot"), None)
        return None
    if len(found) > 1:
        homes = parts.outlines("footprint")
        holding = [o for o in found if any(o.polygon.intersects(h.polygon) for h in homes)]
        parts.say("plot_several", found[0].layer, found[1].middle, count=str(len(found)))
        if len(holding) != 1:
            return None
        found = holding
    parts.measures.append(
        Measure("plot_area", found[0].area_m2, "outline", witness=witness(found))
    )
    return found[0]


def footprint(parts: Parts, block: int, level: int) -> BaseGeometry | None:
    """Return the building's outline at one level, all its parts together."""
    own = _at(parts, "footprint", block, level)
    return union_all([o.polygon for o in own]) if own else None


def _at(parts: Parts, role: str, block: int, level: int) -> list[Outline]:
    return [o for o in parts.outlines(role) if (o.place.block, o.place.level) == (block, level)]


def levels(parts: Parts, block: int) -> list[int]:
    """Return the levels of a block that have a footprint or a yard, basements first."""
    roles = {"footprint", *SIDES}
    return sorted(
        {
            p.level
            for _, p in parts.entities
            if p.block == block and p.kind.role in roles and p.level is not None
        }
    )


def yards(parts: Parts, ground: Outline | None, block: int, level: int) -> dict[str, Any]:
    """Measure the yards of one level and return their JSON; measures are noted on the way."""
    drawn = {side: found for side in SIDES if (found := _at(parts, side, block, level))}
    home = footprint(parts, block, level)
    if home is None and drawn:
        layer = parts.missing("footprint", block=block, level=level)
        first = next(iter(drawn.values()))[0]
        parts.say("footprint_missing", layer, first.middle, level=str(level))
    out: dict[str, Any] = {
        side: {"area_m2": round(sum(o.area_m2 for o in found), 6), "min_m": None, "avg_m": None}
        for side, found in drawn.items()
    }
    if home is not None and not drawn and level >= 0:
        own = _at(parts, "footprint", block, level)[0]
        parts.say("yards_missing", own.layer, own.middle, level=str(level))
    if home is None or ground is None or not drawn:
        return out
    if home.difference(ground.polygon).area > 0.05 * home.area:
        own = _at(parts, "footprint", block, level)[0]
        parts.say("building_outside_plot", own.layer, own.middle, level=str(level))
        return out
    areas = {side: union_all([o.polygon for o in found]) for side, found in drawn.items()}
    contact = parts.dialect.tolerances["contact_m"]
    found_yards = clearances(ground.polygon, home, areas, contact)
    for side, found in drawn.items():
        clear = found_yards.get(side)
        if clear is None:
            parts.say("yard_off_boundary", found[0].layer, found[0].middle)
            continue
        out[side] |= _yard_json(clear)
        _note_yard(parts, side, found, clear, level)
    return out


def _yard_json(clear: Clearance) -> dict[str, Any]:
    avg = None if clear.avg_m is None else round(clear.avg_m, 6)
    drawn_min = None if clear.drawn_min_m is None else round(clear.drawn_min_m, 6)
    return {
        "min_m": round(clear.min_m, 6),
        "avg_m": avg,
        "length_m": round(clear.length_m, 6),
        "drawn_length_m": round(clear.contact_m, 6),
        "open_area_m2": round(clear.open_area_m2, 6),
        "drawn_min_m": drawn_min,
    }


def _note_yard(
    parts: Parts, side: str, found: Sequence[Outline], clear: Clearance, level: int
) -> None:
    """Note least and average of a yard; the drawn polygon's own average stays a claim."""
    place, first = found[0].place, found[0]
    seen = Witness(first.layer, tuple(o.id for o in found), first.id, clear.nearest)
    where = {"block": place.block, "level": level}

    def note(name: str, value: float, how: str, typed: bool = False) -> None:
        parts.measures.append(
            Measure(name, value, how, witness=seen, typed=typed, **where)  # type: ignore[arg-type]
        )

    note(f"{side}_min", clear.min_m, "clearance")
    drawn_m2 = sum(o.area_m2 for o in found)
    if clear.avg_m is not None:
        note(f"{side}_avg", clear.avg_m, "yard_average")
    if clear.contact_m > 0:
        note(f"{side}_avg", drawn_m2 / clear.contact_m, "yard_drawn", typed=True)
    if clear.drawn_min_m is not None:
        note(f"{side}_min", clear.drawn_min_m, "yard_drawn_min", typed=True)
        if clear.drawn_min_m - clear.min_m > 0.05:
            parts.say(
                "yard_narrower_elsewhere", first.layer, clear.nearest,
                drawn_m=f"{clear.drawn_min_m:.2f}", true_m=f"{clear.min_m:.2f}",
            )  # fmt: skip
    if drawn_m2 - clear.open_area_m2 > max(0.05, 0.01 * drawn_m2):
        parts.say(
            "yard_not_open", first.layer, first.middle,
            drawn_m2=f"{drawn_m2:.2f}", open_m2=f"{clear.open_area_m2:.2f}",
        )  # fmt: skip


def roads(parts: Parts, ground: Outline | None) -> list[Outline]:
    """Return the roads near the plot; note class of the nearest and width of the widest."""
    found = parts.outlines("road")
    if ground is not None:
        found = [r for r in found if r.polygon.distance(ground.polygon) < _NEAR_M]
    if not found:
        return []
    nearest = found[0] if ground is None else min(
        found, key=lambda r: (round(r.polygon.distance(ground.polygon), 1), -_width_m(r))
    )  # fmt: skip
    street = nearest.place.kind.street_class
    parts.measures.append(
        Measure("street_class", street, "layer_name", witness=witness([nearest]))
    )
    widest = max(_abutting(found, ground), key=_width_m)
    width = Measure("street_width", _width_m(widest), "road_width", witness=witness([widest]))
    parts.measures.append(width)
    if len({r.place.kind.street_class for r in found}) > 1:
        parts.say("several_roads", nearest.layer, nearest.middle, street=str(street))
    return found


def _abutting(found: Sequence[Outline], ground: Outline | None) -> list[Outline]:
    """Return the roads that lie at the plot: as near as the nearest one, within 1 m."""
    if ground is None:
        return list(found)
    away = [float(r.polygon.distance(ground.polygon)) for r in found]
    return [r for r, m in zip(found, away, strict=True) if m <= min(away) + _ABUTS_M]


def _width_m(road: Outline) -> float:
    """Return the width of the strip that has a road's area and perimeter, bent or straight."""
    half = road.polygon.length / 2
    return float(half - max(0.0, half * half - 4 * road.area_m2) ** 0.5) / 2


def road_distance(
    parts: Parts, found: Sequence[Outline], block: int, level: int, lowest: int
) -> float | None:
    """Return the distance from the building at a level to the nearest road, and note it.

    With a road drawn it is measured between the outlines; else the dimension on the drawing is
    taken, at the lowest level above ground.
    """
    home = footprint(parts, block, level)
    spans = parts.spans("road_distance") if level == lowest else []
    spans = spans if len(parts.blocks()) == 1 else []
    shortest = min(spans, key=lambda s: s.length_m, default=None)
    if home is not None and found:
        road = min(found, key=lambda r: r.polygon.distance(home))
        distance = float(road.polygon.distance(home))
        seen = Witness(road.layer, (road.id,), road.id, _near(road.polygon, home))
        parts.measures.append(
            Measure("road_distance", distance, "to_road", witness=seen, block=block, level=level)
        )
        if shortest is not None:
            _claim_road(parts, shortest, block, level, distance)
        return distance
    if shortest is None:
        return None
    parts.measures.append(
        Measure(
            "road_distance",
            shortest.length_m,
            "dimension",
            witness=shortest.witness(),
            block=block,
            level=level,
        )
    )
    return shortest.length_m


def _claim_road(parts: Parts, span: Span, block: int, level: int, distance_m: float) -> None:
    parts.measures.append(
        Measure(
            "road_distance",
            span.length_m,
            "dimension_claim",
            witness=span.witness(),
            block=block,
            level=level,
            typed=True,
        )
    )
    if abs(span.length_m - distance_m) > 0.02:
        parts.say(
            "road_distance_differs", span.entity.layer, span.entity.points[0],
            dimension_m=f"{span.length_m:.2f}", true_m=f"{distance_m:.2f}",
        )  # fmt: skip


def _near(edge: BaseGeometry, home: BaseGeometry) -> tuple[float, float]:
    point = nearest_points(edge, home)[0]
    return point.x, point.y
