"""Floors of a block: outlines, deductions, what exists, uses by colour, typical floors."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely import union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.keys import floors_in, pairs
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts
from gis.model import Witness

Key = tuple[int, int]
"""(floor, mezzanine); mezzanine 0 = the floor itself."""


@dataclass(frozen=True, slots=True)
class Floor:
    """One floor of one block, areas in m2."""

    block: int
    floor: int
    mezzanine: int
    drawn_m2: float
    deducted_m2: float
    existing_m2: float
    by_colour_m2: dict[int, float]
    """What is left after deductions, by colour of the outline."""
    outlines: tuple[Outline, ...]
    typical_of: int | None = None
    cabin: bool = False
    """True: nothing but stairs and lifts stands on it."""

    @property
    def built_up_m2(self) -> float:
        """Return what is left after deductions."""
        return max(0.0, self.drawn_m2 - self.deducted_m2)

    def witness(self) -> Witness | None:
        """Return the witness of its area."""
        return witness(list(self.outlines))

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form, rounded to 1e-6 m2."""
        out: dict[str, Any] = {
            "floor": self.floor,
            "mezzanine": self.mezzanine or None,
            "drawn_m2": round(self.drawn_m2, 6),
            "deducted_m2": round(self.deducted_m2, 6),
            "built_up_area_m2": round(self.built_up_m2, 6),
            "existing_m2": round(self.existing_m2, 6),
        }
        if self.typical_of is not None:
            out["typical_of"] = self.typical_of
        if self.cabin:
            out["stair_cabin"] = True
        return out


def floors(parts: Parts, block: int) -> list[Floor]:
    """Return the floors of a block from the lowest up, typical ones repeated."""
    drawn = _by_floor(parts, block, "built_up")
    existing = _by_floor(parts, block, "existing")
    deducts = _by_floor(parts, block, "deduct")
    spared = _by_floor(parts, block, "existing_deduct")
    everything = [o for group in (*drawn.values(), *existing.values()) for o in group]
    found: dict[Key, Floor] = {}
    for key in sorted({*drawn, *existing}):
        extra = [o for o in existing.get(key, []) if not _inside(o, drawn.get(key, []))]
        outlines = [*drawn.get(key, []), *extra]
        old = existing.get(key, [])
        less = sum(_deductions(parts, spared.get(key, []), old, old).values())
        left = _deductions(
            parts, [*deducts.get(key, []), *spared.get(key, [])], outlines, everything
        )
        found[key] = _floor(parts, block, key, outlines, left, (old, less))
    for key, lost in (*deducts.items(), *spared.items()):
        if key not in found:
            first = lost[0]
            parts.say("deduction_without_floor", first.layer, first.middle, floor=str(key[0]))
    _repeat_typical(parts, block, found)
    return [found[key] for key in sorted(found)]


def _by_floor(parts: Parts, block: int, role: str) -> dict[Key, list[Outline]]:
    out: dict[Key, list[Outline]] = defaultdict(list)
    for one in parts.outlines(role):
        if one.place.block == block and one.place.floor is not None:
            out[one.place.floor, one.place.mezzanine or 0].append(one)
    return dict(out)


def _inside(one: Outline, others: Sequence[Outline]) -> bool:
    """Tell whether an outline lies in others, up to 1 % of its area."""
    if not others:
        return False
    rest = one.polygon.difference(union_all([o.polygon for o in others])).area
    return bool(rest <= 0.01 * one.area_m2)


def _deductions(
    parts: Parts, deducts: list[Outline], own: list[Outline], everything: list[Outline]
) -> dict[int, float]:
    """Return the deducted area by colour of the outline it lies in.

    A deduction counts on the floor its layer names if it lies in any outline of the block; one
    that lies in another floor's outline is said, one that lies nowhere is not deducted.
    """
    out: dict[int, float] = defaultdict(float)
    taken: BaseGeometry | None = None
    for one in deducts:
        area = one.area_m2
        if not _inside(one, own):
            if not _inside(one, everything):
                parts.say("deduction_outside", one.layer, one.middle, area_m2=f"{area:.2f}")
                continue
            parts.say("deduction_on_other_floor", one.layer, one.middle, area_m2=f"{area:.2f}")
        if taken is not None and (twice := one.polygon.intersection(taken).area) > 0.01:
            parts.say("deductions_overlap", one.layer, one.middle, area_m2=f"{twice:.2f}")
            area -= twice
        taken = one.polygon if taken is None else taken.union(one.polygon)
        holder = max(own, key=lambda o: o.polygon.intersection(one.polygon).area)
        out[holder.entity.colour] += area
    return dict(out)


def _floor(
    parts: Parts,
    block: int,
    key: Key,
    outlines: list[Outline],
    left: dict[int, float],
    existing: tuple[list[Outline], float],
) -> Floor:
    """Put one floor together; ``existing``: its outlines and what is deducted from them."""
    by_colour: dict[int, float] = defaultdict(float)
    for one in outlines:
        by_colour[one.entity.colour] += one.area_m2
    for colour, area in left.items():
        by_colour[colour] = max(0.0, by_colour[colour] - area)
    _say_overlaps(parts, outlines)
    return Floor(
        block=block,
        floor=key[0],
        mezzanine=key[1],
        drawn_m2=sum(o.area_m2 for o in outlines),
        deducted_m2=sum(left.values()),
        existing_m2=max(0.0, sum(o.area_m2 for o in existing[0]) - existing[1]),
        by_colour_m2=dict(by_colour),
        outlines=tuple(outlines),
        cabin=_is_cabin(parts, block, key, outlines),
    )


def _say_overlaps(parts: Parts, outlines: list[Outline]) -> None:
    for i, one in enumerate(outlines):
        for other in outlines[:i]:
            both = one.polygon.intersection(other.polygon).area
            if both > 0.01:
                parts.say("outlines_overlap", one.layer, one.middle, area_m2=f"{both:.2f}")


def _is_cabin(parts: Parts, block: int, key: Key, outlines: list[Outline]) -> bool:
    """Tell whether stairs and lifts alone fill the outlines of a floor above ground."""
    if key[0] <= 0 or key[1] or not outlines:
        return False
    shafts = [
        o.polygon
        for role in ("stair", "fire_stair", "lift")
        for o in parts.outlines(role)
        if (o.place.block, o.place.floor) == (block, key[0])
    ]
    if not shafts:
        return False
    whole = union_all([o.polygon for o in outlines])
    return bool(whole.difference(union_all(shafts)).area < 0.05 * whole.area)


def typical(parts: Parts, block: int) -> dict[int, list[int]]:
    """Return which floor stands for which: floor drawn -> floors it is typical of.

    The list stands on the drawn floor's own layer, or on PLAN_INFO when just one of the floors it
    names is drawn; a list that says neither plainly is complained of and not used.
    """
    out: dict[int, list[int]] = {}
    drawn = {o.place.floor for o in parts.outlines("built_up") if o.place.block == block}
    for entity, place in (*parts.of("built_up"), *parts.of("plan_info")):
        if entity.kind != "text" or place.block not in {block, None}:
            continue
        for key, value, _ in pairs(entity.text):
            if key not in parts.dialect.typical_keys:
                continue
            named = floors_in(value)
            source = place.floor if place.block == block else _only(drawn & set(named))
            if source is None or not named:
                parts.say(
                    "typical_unclear", entity.layer, entity.points[0], key=key, value=value[:60]
                )
                continue
            out[source] = named
    return out


def _only(floors: set[int | None]) -> int | None:
    return next(iter(floors)) if len(floors) == 1 else None


def _repeat_typical(parts: Parts, block: int, found: dict[Key, Floor]) -> None:
    for source, targets in typical(parts, block).items():
        originals = [floor for key, floor in found.items() if key[0] == source]
        for target in (t for t in targets if t != source):
            for original in originals:
                key = target, original.mezzanine
                if key in found:
                    at = original.outlines[0]
                    parts.say("typical_floor_drawn_too", at.layer, at.middle, floor=str(target))
                    continue
                found[key] = replace(original, floor=target, typical_of=source)


def storeys(parts: Parts, found: Sequence[Floor], covered_m2: float) -> tuple[int, int, str]:
    """Return (storeys, basements, how) of a block.

    Stair cabins are no storey. When floor 0 is missing and one layer holds several outlines about
    the size of the building, each counts as a storey, and this is complained of.
    """
    main = {f.floor for f in found if not f.cabin and not f.mezzanine and f.floor >= 0}
    basements = len({f.floor for f in found if f.floor < 0})
    count, how = len(main), "storeys_counted"
    for one in found:
        large = [o for o in one.outlines if o.area_m2 > 0.4 * max(covered_m2, 1.0)]
        apart = len(large) > 1 and not large[0].polygon.intersects(large[1].polygon)
        if one.floor > 0 and 0 not in main and apart and one.typical_of is None:
            first = large[1]
            parts.say(
                "floors_on_one_layer", first.layer, first.middle, count=str(len(large)),
                suggested=parts.missing("built_up", block=one.block, floor=0),
            )  # fmt: skip
            count, how = count + len(large) - 1, "storeys_from_outlines"
    return count, basements, how
