"""The site plan: the plot, its sides, and the yards of every level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.edges import Sides, sides, together
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts
from gis.drawing.roads import ABUTS_M, Street, as_roads
from gis.model import Measure, Witness
from gis.rings import shortest
from gis.yards import Clearance, clearances, clearances_by_edge

SIDES = ("front", "rear", "side1", "side2")
_WHY_NOT = {
    "no_road": "front_no_road",
    "apart": "front_road_apart",
    "touches": "front_road_touches",
    "equal": "front_roads_equal",
}
"""Why the roads do not tell the front -> the complaint."""


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


def home(parts: Parts, block: int) -> BaseGeometry | None:
    """Return the building's outline at ground, or at the lowest level above it."""
    above = [n for n in levels(parts, block) if n >= 0]
    return next((h for n in above if (h := footprint(parts, block, n)) is not None), None)


def below_ground(parts: Parts, block: int, level: int) -> None:
    """Note that a level lies under the ground: its yards are asked for as under 10 m."""
    own = _at(parts, "footprint", block, level)
    parts.measures.append(
        Measure(
            "level_kind", "below_ground", "layer_name", witness=witness(own),
            block=block, level=level,
        )
    )  # fmt: skip


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


def sides_of(ground: Outline | None, streets: Sequence[Street]) -> Sides:
    """Return which edge of the plot is front, rear and side, as the roads tell it."""
    if ground is None:
        return Sides({}, why="no_plot")
    return sides(ground.polygon, as_roads(streets), ABUTS_M)


@dataclass(frozen=True, slots=True)
class Level:
    """The yards of one level: their JSON, and the clearances that were measured."""

    json: dict[str, Any]
    clearances: Mapping[str, Clearance]


def yards(parts: Parts, ground: Outline | None, lie: Sides, block: int, level: int) -> Level:
    """Measure the yards of one level; measures are noted on the way.

    A drawn yard says which side is which; sides that are not drawn at this level are those of
    another level of the block, else those that the roads tell.
    """
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
    if home is None or ground is None:
        return Level(out, {})
    own = _at(parts, "footprint", block, level)[0]
    if home.difference(ground.polygon).area > 0.05 * home.area:
        parts.say("building_outside_plot", own.layer, own.middle, level=str(level))
        return Level(out, {})
    found_yards = _drawn_yards(parts, ground, lie, drawn, home, out)
    if len(found_yards) < len(SIDES) and len(drawn) < len(SIDES):
        found_yards |= _told_yards(parts, ground, lie, own, home, out)
    return Level(out, found_yards)


def _drawn_yards(
    parts: Parts,
    ground: Outline,
    lie: Sides,
    drawn: Mapping[str, Sequence[Outline]],
    home: BaseGeometry,
    out: dict[str, Any],
) -> dict[str, Clearance]:
    """Measure the sides whose yards are drawn."""
    areas = {side: union_all([o.polygon for o in found]) for side, found in drawn.items()}
    contact = parts.dialect.tolerances["contact_m"]
    clears = clearances(ground.polygon, home, areas, contact)
    for side, found in drawn.items():
        clear = clears.get(side)
        if clear is None:
            parts.say("yard_off_boundary", found[0].layer, found[0].middle)
            continue
        out[side] |= _yard_json(clear)
        sure = side != "front" or _front_on_road(parts, found[0], areas[side], lie)
        _note_yard(parts, side, found, clear, sure)
    return clears


def _front_on_road(parts: Parts, first: Outline, yard: BaseGeometry, lie: Sides) -> bool:
    """Tell whether the drawn front yard may stand; say where it does not lie on the road."""
    if lie.why not in {None, "touches"}:
        return True
    near = yard.buffer(parts.dialect.tolerances["contact_m"])
    at = [e for e in lie.ring if near.intersection(e.line).length > min(0.5, e.line.length / 2)]
    fronts = [e for e in at if e.fronts]
    if any(e.road == lie.road for e in fronts):
        return True
    if fronts:
        parts.say("front_on_lesser_road", first.layer, first.middle)
        return True
    if lie.why == "touches":
        parts.say("road_only_touches", first.layer, first.middle)
        return True
    parts.say("front_not_on_road", first.layer, first.middle)
    return False


def _told_yards(
    parts: Parts,
    ground: Outline,
    lie: Sides,
    own: Outline,
    home: BaseGeometry,
    out: dict[str, Any],
) -> dict[str, Clearance]:
    """Measure the sides that are not drawn at a level."""
    block, level = own.place.block, own.place.level or 0
    others = _other_level(parts, block, level) if not out else {}
    if others:
        contact = parts.dialect.tolerances["contact_m"]
        found, how = clearances(ground.polygon, home, others, contact), "clearance_other_level"
    else:
        found, how = _by_road(parts, ground, lie, own, home), "clearance_by_road"
    found = {side: clear for side, clear in found.items() if side not in out}
    if found:
        parts.say("yards_told", own.layer, own.middle, level=str(level))
    elif not out and level >= 0:
        parts.say("yards_missing", own.layer, own.middle, level=str(level))
        if lie.why in _WHY_NOT:
            parts.say(_WHY_NOT[lie.why], ground.layer, ground.middle)
    for side, clear in found.items():
        out[side] = {"area_m2": None} | _yard_json(clear)
        _note_told(parts, ground, own, side, clear, how)
    return found


def _note_told(
    parts: Parts, ground: Outline, own: Outline, side: str, clear: Clearance, how: str
) -> None:
    """Note least and average of a yard that is not drawn."""
    seen = Witness(own.layer, (ground.id, own.id), own.id, clear.nearest[0], clear.nearest)
    place = own.place
    for name, value, said in (
        (f"{side}_min", clear.min_m, how),
        (f"{side}_avg", clear.avg_m, "yard_average"),
    ):
        if value is not None:
            parts.measures.append(
                Measure(name, value, said, witness=seen, block=place.block, level=place.level)
            )


def _other_level(parts: Parts, block: int | None, level: int) -> dict[str, BaseGeometry]:
    """Return the yards drawn at the nearest other level of a block that has all four."""
    at: dict[int, dict[str, list[BaseGeometry]]] = {}
    for side in SIDES:
        for one in parts.outlines(side):
            if one.place.block == block and one.place.level is not None:
                sides_there = at.setdefault(one.place.level, {})
                sides_there.setdefault(side, []).append(one.polygon)
    whole = [n for n, found in at.items() if len(found) == len(SIDES) and n != level]
    if not whole:
        return {}
    nearest = min(whole, key=lambda n: (abs(n - level), n))
    return {side: union_all(found) for side, found in at[nearest].items()}


def _by_road(
    parts: Parts, ground: Outline, lie: Sides, own: Outline, home: BaseGeometry
) -> dict[str, Clearance]:
    """Return the clearances of the sides that the roads tell; a doubtful one is left out.

    An edge that may be rear or side does no harm while it is not the nearest of either.
    """
    plain = {s: [(e.line, e.normal) for e in found] for s, found in lie.edges.items()}
    clears = clearances_by_edge(ground.polygon, home, plain)
    if lie.unsure:
        more = [(e.line, e.normal) for e in lie.unsure]
        least = min(float(line.distance(home)) for line, _ in more)
        for side in ("rear", "side1", "side2"):
            clear = clears.get(side)
            if clear is None or least < clear.min_m - 1e-6:
                clears.pop(side, None)
                parts.say("side_unsure", own.layer, own.middle, side=side)
    if lie.no_yard:
        edges = together(lie.no_yard)
        ends = shortest(edges, home)
        seen = Witness(own.layer, (ground.id, own.id), own.id, ends[0], ends)
        parts.measures.append(
            Measure(
                "edge_outside_yards", float(edges.distance(home)), "clearance_no_yard",
                witness=seen, block=own.place.block, level=own.place.level,
            )
        )  # fmt: skip
    return clears


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
    parts: Parts, side: str, found: Sequence[Outline], clear: Clearance, sure: bool
) -> None:
    """Note least and average of a yard; the drawn polygon's own average stays a claim.

    Not sure: the front is drawn where no road is; what is measured there is a claim as well.
    """
    place, first = found[0].place, found[0]
    handles = tuple(o.id for o in found)
    seen = Witness(first.layer, handles, first.id, clear.nearest[0], clear.nearest)
    where = {"block": place.block, "level": place.level}

    def note(name: str, value: float, how: str, typed: bool = False) -> None:
        parts.measures.append(
            Measure(name, value, how, witness=seen, typed=typed, **where)  # type: ignore[arg-type]
        )

    note(f"{side}_min", clear.min_m, "clearance", typed=not sure)
    drawn_m2 = sum(o.area_m2 for o in found)
    if clear.avg_m is not None:
        note(f"{side}_avg", clear.avg_m, "yard_average", typed=not sure)
    if clear.contact_m > 0:
        note(f"{side}_avg", drawn_m2 / clear.contact_m, "yard_drawn", typed=True)
    if clear.drawn_min_m is not None:
        note(f"{side}_min", clear.drawn_min_m, "yard_drawn_min", typed=True)
        if clear.drawn_min_m - clear.min_m > 0.05:
            parts.say(
                "yard_narrower_elsewhere", first.layer, clear.nearest[0],
                drawn_m=f"{clear.drawn_min_m:.2f}", true_m=f"{clear.min_m:.2f}",
            )  # fmt: skip
    _claim_dimension(parts, side, first, clear)
    if drawn_m2 - clear.open_area_m2 > max(0.05, 0.01 * drawn_m2):
        parts.say(
            "yard_not_open", first.layer, first.middle,
            drawn_m2=f"{drawn_m2:.2f}", open_m2=f"{clear.open_area_m2:.2f}",
        )  # fmt: skip


def _claim_dimension(parts: Parts, side: str, first: Outline, clear: Clearance) -> None:
    """Keep the shortest dimension on a yard beside the measured least; say one that is larger."""
    place = first.place
    own = [
        s
        for s in parts.spans(side)
        if (s.place.block, s.place.level) == (place.block, place.level)
    ]
    span = min(own, key=lambda s: s.length_m, default=None)
    if span is None:
        return
    parts.measures.append(
        Measure(
            f"{side}_min", span.length_m, "dimension_claim", witness=span.witness(),
            block=place.block, level=place.level, typed=True,
        )
    )  # fmt: skip
    if span.length_m - clear.min_m > parts.dialect.tolerances["yard_m"]:
        parts.say(
            "yard_dimension_differs", span.entity.layer, span.entity.points[0],
            dimension_m=f"{span.length_m:.2f}", true_m=f"{clear.min_m:.2f}",
        )  # fmt: skip
