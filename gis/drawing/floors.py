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

_STANDING = {"existing": "existing_deduct", "regularise": "regularise_deduct"}
"""Role of what stands already -> role of what is deducted from it."""
_SLIGHT_M2 = 0.01

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
    regularise_m2: float
    """What stands without permit and is to be regularised, deductions taken off."""
    by_colour_m2: dict[int, float]
    """What is left after deductions, by colour of the outline."""
    spared_m2: dict[int, dict[str, float]]
    """What the law leaves out of the floor area though it is built up: colour -> kind -> area."""
    outlines: tuple[Outline, ...]
    typical_of: int | None = None
    cabin: bool = False
    """True: nothing but stairs and lifts stands on it."""

    @property
    def built_up_m2(self) -> float:
        """Return what is left after deductions."""
        return max(0.0, self.drawn_m2 - self.deducted_m2)

    def spared(self, role: str) -> float:
        """Return how much of one kind the law leaves out, in m2."""
        return sum(kinds.get(role, 0.0) for kinds in self.spared_m2.values())

    @property
    def floor_area_m2(self) -> float:
        """Return the floor area: built-up area less what the law leaves out."""
        spared = sum(sum(kinds.values()) for kinds in self.spared_m2.values())
        return max(0.0, self.built_up_m2 - spared)

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
            "floor_area_m2": round(self.floor_area_m2, 6),
        }
        if self.regularise_m2:
            out["to_regularise_m2"] = round(self.regularise_m2, 6)
        if self.typical_of is not None:
            out["typical_of"] = self.typical_of
        if self.cabin:
            out["stair_cabin"] = True
        return out


def floors(parts: Parts, block: int) -> list[Floor]:
    """Return the floors of a block from the lowest up, typical ones repeated."""
    drawn = _by_floor(parts, block, "built_up")
    standing = {kind: _by_floor(parts, block, kind) for kind in _STANDING}
    lost = {role: _by_floor(parts, block, role) for role in ("deduct", *_STANDING.values())}
    everything = [
        o for by_floor in (drawn, *standing.values()) for group in by_floor.values() for o in group
    ]
    found: dict[Key, Floor] = {}
    for key in sorted({*drawn, *(k for by_floor in standing.values() for k in by_floor)}):
        outlines = list(drawn.get(key, []))
        net: dict[str, float] = {}
        for kind, role in _STANDING.items():
            old = standing[kind].get(key, [])
            outlines += [o for o in old if not _inside(o, outlines)]
            less = sum(_deductions(parts, lost[role].get(key, []), old, old).values())
            net[kind] = max(0.0, sum(o.area_m2 for o in old) - less)
        deducted = [o for by_floor in lost.values() for o in by_floor.get(key, [])]
        left = _deductions(parts, deducted, outlines, everything)
        found[key] = _floor(parts, block, key, outlines, left, deducted, net)
    for by_floor in lost.values():
        for key, group in by_floor.items():
            if key not in found:
                first = group[0]
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
    deducted: Sequence[Outline],
    net: dict[str, float],
) -> Floor:
    """Put one floor together; ``net``: what stands already or is to be regularised, in m2."""
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
        existing_m2=net["existing"],
        regularise_m2=net["regularise"],
        by_colour_m2=dict(by_colour),
        spared_m2=_spared(parts, block, key, outlines, deducted),
        outlines=tuple(outlines),
        cabin=_is_cabin(parts, block, key, outlines),
    )


def _spared(
    parts: Parts, block: int, key: Key, outlines: Sequence[Outline], deducted: Sequence[Outline]
) -> dict[int, dict[str, float]]:
    """Return what the law leaves out of a floor's area, where it is drawn inside its outlines.

    What a deduction has taken off already, or what lies outside, is not taken off again.
    """
    out: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    taken: BaseGeometry = union_all([o.polygon for o in deducted])
    for role, share in parts.dialect.spared.items():
        for one in parts.outlines(role):
            place = one.place
            if place.block != block or place.floor not in {key[0], None} or key[1]:
                continue
            if place.floor is not None and not _touches(one, outlines):
                parts.say("spared_outside", one.layer, one.middle, floor=str(key[0]))
            for holder in outlines:
                piece = one.polygon.intersection(holder.polygon).difference(taken)
                if piece.area > _SLIGHT_M2:
                    out[holder.entity.colour][role] += share * float(piece.area)
                    taken = taken.union(piece)
    return {colour: dict(kinds) for colour, kinds in out.items()}


def _touches(one: Outline, outlines: Sequence[Outline]) -> bool:
    return any(o.polygon.intersects(one.polygon) for o in outlines)


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
        for role in ("stair", "fire_stair", "spiral_stair", "lift", "accessible_lift")
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
