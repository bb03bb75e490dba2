"""A block: covered area, dwelling units, hall, gaps to other blocks, uses."""

from collections import defaultdict
from collections.abc import Sequence

from shapely import Polygon, union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.floors import Floor, typical
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts, Span
from gis.drawing.site import footprint
from gis.model import Measure, Witness


def covered(parts: Parts, block: int) -> float | None:
    """Return the covered area in m2: its layer less deductions, else the footprint at ground."""
    own = [o for o in parts.outlines("covered") if o.place.block == block]
    home = footprint(parts, block, 0)
    if not own:
        if home is None:
            return None
        layer = parts.missing("covered", block=block)
        at = home.representative_point()
        parts.say("covered_from_footprint", layer, (at.x, at.y))
        ground = [
            o for o in parts.outlines("footprint") if (o.place.block, o.place.level) == (block, 0)
        ]
        area = sum(o.area_m2 for o in ground)
        seen = witness(ground)
        parts.measures.append(Measure("covered", area, "footprint", witness=seen, block=block))
        return area
    less = _covered_less_m2(parts, block, own)
    drawn = sum(o.area_m2 for o in own)
    how = "outline_less" if less else "outline"
    measure = Measure("covered", max(0.0, drawn - less), how, witness=witness(own), block=block)
    parts.measures.append(measure)
    if home is not None and abs(drawn - home.area) > max(0.5, 0.01 * drawn):
        code = "covered_differs_footprint" if drawn > home.area else "covered_too_small"
        parts.say(
            code, own[0].layer, own[0].middle,
            covered_m2=f"{drawn:.2f}", footprint_m2=f"{home.area:.2f}",
        )  # fmt: skip
    return max(0.0, drawn - less)


def _covered_less_m2(parts: Parts, block: int, own: Sequence[Outline]) -> float:
    """Return what the deductions take from the covered area; one drawn elsewhere is said."""
    whole = union_all([o.polygon for o in own])
    taken: BaseGeometry = Polygon()
    for one in parts.outlines("covered_deduct"):
        if one.place.block != block:
            continue
        if one.polygon.difference(whole).area > 0.01 * one.area_m2:
            area = f"{one.area_m2:.2f}"
            parts.say("deduction_outside", one.layer, one.middle, area_m2=area)
            continue
        taken = taken.union(one.polygon)
    return float(taken.area)


def units(parts: Parts, block: int) -> list[float]:
    """Return the area of each dwelling unit in m2, typical floors repeated; notes their number."""
    repeats = typical(parts, block)
    roles = ("unit", "unit_deduct")
    if not any(o.place.block == block for o in parts.outlines("unit")):
        roles = ("home", "home_deduct")
    own = [o for o in parts.outlines(roles[0]) if o.place.block == block and _is_home(parts, o)]
    areas: list[float] = []
    for one in own:
        less = sum(
            d.area_m2
            for d in parts.outlines(roles[1])
            if (d.place.block, d.place.floor) == (block, one.place.floor)
            and one.polygon.contains(d.polygon)
        )
        floor = one.place.floor or 0
        times = len({floor, *repeats.get(floor, [])})
        areas.extend([max(0.0, one.area_m2 - less)] * times)
    if not own:
        return []
    seen = witness(own)
    parts.measures.append(Measure("units", len(areas), "units_counted", witness=seen, block=block))
    parts.measures.append(Measure("unit_areas", areas, "outline", witness=seen, block=block))
    return areas


def _is_home(parts: Parts, unit: Outline) -> bool:
    """Tell whether a unit is a dwelling: not drawn in the colour of another use on its floor."""
    use = parts.dialect.occupancies.get(unit.entity.colour, {})
    if str(use.get("group", "A")).startswith("A"):
        return True
    place = unit.place
    return not any(
        o.entity.colour == unit.entity.colour
        for o in parts.outlines("built_up")
        if (o.place.block, o.place.floor) == (place.block, place.floor)
    )


def gaps(parts: Parts, blocks: Sequence[int]) -> None:
    """Note the least distance of each block to another, between footprints of any level.

    Where a block's outline is not drawn, the shortest dimension between the two blocks is taken.
    """
    homes = {b: h for b in blocks if (h := _above_ground(parts, b)) is not None}
    found: dict[int, list[tuple[float, int, str, Witness | None]]] = defaultdict(list)
    for block, home in homes.items():
        own = [o for o in parts.outlines("footprint") if o.place.block == block]
        for other, there in homes.items():
            if other != block:
                gap = float(home.distance(there))
                found[block].append((gap, other, "between_blocks", witness(own)))
    for span in parts.spans("block_gap"):
        one, two = span.place.block or 0, span.place.number or 0
        if one in homes and two in homes:
            _claim_gap(parts, span, float(homes[one].distance(homes[two])))
            continue
        for block, other in ((one, two), (two, one)):
            said = (span.length_m, other, "dimension_between_blocks", span.witness())
            found[block].append(said)
    for block in (b for b in blocks if b in found):
        gap, other, how, seen = min(found[block], key=lambda g: g[0])
        details = {"other": str(other)}
        parts.measures.append(Measure("block_gap", gap, how, details, witness=seen, block=block))


def _above_ground(parts: Parts, block: int) -> BaseGeometry | None:
    levels = {o.place.level for o in parts.outlines("footprint") if o.place.block == block}
    homes = [footprint(parts, block, n) for n in levels if n is not None and n >= 0]
    return union_all([h for h in homes if h is not None]) if homes else None


def _claim_gap(parts: Parts, span: Span, true_m: float) -> None:
    parts.measures.append(
        Measure(
            "block_gap", span.length_m, "dimension_claim", witness=span.witness(),
            block=span.place.block, typed=True,
        )
    )  # fmt: skip
    if abs(span.length_m - true_m) > 0.02:
        parts.say(
            "block_gap_differs", span.entity.layer, span.entity.points[0],
            dimension_m=f"{span.length_m:.2f}", true_m=f"{true_m:.2f}",
        )  # fmt: skip


def hall(parts: Parts, block: int) -> None:
    """Note the area of the hall, when its layer is drawn."""
    own = [o for o in parts.outlines("hall") if o.place.block == block]
    if own:
        area = sum(o.area_m2 for o in own)
        parts.measures.append(Measure("hall", area, "outline", witness=witness(own), block=block))


def uses(floors: Sequence[Floor]) -> dict[int, float]:
    """Return the floor area of some floors by colour: built-up less what the law leaves out."""
    out: dict[int, float] = defaultdict(float)
    for floor in floors:
        for colour, area in floor.by_colour_m2.items():
            spared = sum(floor.spared_m2.get(colour, {}).values())
            out[colour] += max(0.0, area - spared)
    return dict(out)


def built_up_uses(floors: Sequence[Floor]) -> dict[int, float]:
    """Return the built-up area of some floors by colour."""
    out: dict[int, float] = defaultdict(float)
    for floor in floors:
        for colour, area in floor.by_colour_m2.items():
            out[colour] += area
    return dict(out)
