"""Heights: of the building and what stands on its roof, of rooms, parapet, plinth and floors."""

import re
from collections import defaultdict
from collections.abc import Sequence

from gis.drawing.house import House, least, text_witness
from gis.drawing.parts import Span
from gis.model import Entity, Witness

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_ON_ROOF = ("mumty", "tank", "chimney")
_NEAR_M = 0.05
"""Levels this near are one level."""


def height(house: House) -> float | None:
    """Return the height in m: the longest dimension of its layer, else roof less ground level."""
    own = house.spans("height")
    levels = _levels(house)
    if not own:
        if levels is None:
            layer = house.parts.missing("height", block=house.block)
            house.parts.say("height_missing", layer, None, block=str(house.block))
            return None
        value, seen = levels
        house.note("height", value, "levels", seen)
        return value
    tallest = max(own, key=lambda s: s.length_m)
    house.note("height", tallest.length_m, "dimension", tallest.witness())
    if levels is not None:
        house.claim("height", levels[0], "levels", levels[1])
        if abs(levels[0] - tallest.length_m) > _NEAR_M:
            house.parts.say(
                "height_levels_differ", tallest.entity.layer, tallest.entity.points[0],
                levels_m=f"{levels[0]:.2f}", height_m=f"{tallest.length_m:.2f}",
            )  # fmt: skip
    _top(house, tallest)
    return tallest.length_m


def _levels(house: House) -> tuple[float, Witness] | None:
    """Return roof level less ground level as written, None where either cannot be told."""
    ground, roof = (_level_texts(house, role) for role in ("ground_level", "roof_level"))
    if not ground or not roof:
        return None
    if max(ground)[0] - min(ground)[0] > _NEAR_M:
        entity = ground[0][1]
        shown = ", ".join(f"{value:g}" for value, _ in ground[:6])
        house.parts.say("level_unreadable", entity.layer, entity.points[0], text=shown)
        return None
    value, entity = max(roof, key=lambda r: r[0])
    found = value - min(g[0] for g in ground)
    return (found, text_witness(entity)) if found > 0 else None


def _level_texts(house: House, role: str) -> list[tuple[float, Entity]]:
    out = []
    for entity, _ in house.entities(role, "text"):
        found = _NUMBER.findall(entity.text.rpartition("=")[2])
        if len(found) == 1 and abs(value := float(found[0])) < 10_000:
            out.append((value, entity))
        else:
            house.parts.say(
                "level_unreadable", entity.layer, entity.points[0], text=entity.text[:60]
            )
    return out


def _top(house: House, tallest: Span) -> None:
    """Note the height to the topmost point, where what stands on the roof is dimensioned.

    One thing on the roof adds its height. Several are placed by the elevation they are drawn in;
    where they do not stand in one elevation with the height, nothing is said.
    """
    parts = [max(own, key=_length) for role in _ON_ROOF if (own := house.spans(role))]
    if not parts:
        return
    if len(parts) == 1:
        top = tallest.length_m + parts[0].length_m
    else:
        base, roof = _ends(tallest)
        ends = [_ends(p) for p in parts]
        starts = {roof, *(high for _, high in ends)}
        if any(min(abs(low - s) for s in starts) > _NEAR_M for low, _ in ends):
            return
        top = max(high for _, high in ends) - base
    house.note("top_height", top, "height_and_above", parts[-1].witness())


def _length(span: Span) -> float:
    return span.length_m


def _ends(span: Span) -> tuple[float, float]:
    (_, a), (_, b) = span.entity.points
    return min(a, b), max(a, b)


def above_floor(house: House) -> None:
    """Note the least parapet of the roof and the plinth."""
    for role in ("parapet", "plinth"):
        if own := house.spans(role):
            lowest = least(own)
            house.note(role, lowest.length_m, "dimension_least", lowest.witness())


def plinth_m(house: House) -> float | None:
    """Return the highest plinth that is dimensioned."""
    own = house.spans("plinth")
    return max(s.length_m for s in own) if own else None


def rooms(house: House) -> None:
    """Note the least height of each kind of room on each floor, the kind by the colour.

    A dimension of a colour that means no kind is said; where it is lower than the rooms of the
    floor, their height is not measured, for it may be one of them.
    """
    kinds = house.parts.dialect.room_heights
    lowest: dict[str, dict[int, Span]] = defaultdict(dict)
    for floor, spans in house.by_floor(house.spans("room_height")).items():
        unknown = [s for s in spans if s.entity.colour not in kinds]
        for one in unknown:
            house.parts.say(
                "room_colour_unknown", one.entity.layer, one.entity.points[0],
                colour=str(one.entity.colour), length_m=f"{one.length_m:.2f}",
            )  # fmt: skip
        doubt = min((s.length_m for s in unknown), default=float("inf"))
        by_kind: dict[str, list[Span]] = defaultdict(list)
        for one in spans:
            if one.entity.colour in kinds:
                by_kind[kinds[one.entity.colour]].append(one)
        for kind, own in by_kind.items():
            if (low := least(own)).length_m <= doubt:
                lowest[kind][floor] = low
    for kind, found in lowest.items():
        house.note_floors(
            kind, {f: (s.length_m, "dimension_least", s.witness()) for f, s in found.items()}
        )
    _small_rooms(house)


def _small_rooms(house: House) -> None:
    """Note the least height of baths and latrines on each floor."""
    own = [s for role in ("bath_height", "latrine_height") for s in house.spans(role)]
    found = house.by_floor(own)
    house.note_floors(
        "bath_height",
        {
            floor: ((low := least(spans)).length_m, "dimension_least", low.witness())
            for floor, spans in found.items()
        },
    )


def of_floors(house: House) -> dict[int, tuple[float, Entity]]:
    """Return the height typed for each floor (FLR_HT_M); two that differ are said and not used."""
    key = house.parts.dialect.floor_height_key
    by_floor: dict[int, list[tuple[float, Entity]]] = defaultdict(list)
    for role in ("stair", "fire_stair", "spiral_stair", "built_up"):
        for floor, found in house.typed(role, key, "length").items():
            if floor is not None and floor not in house.cabins:
                by_floor[floor].extend(found)
    out = {}
    for floor, found in by_floor.items():
        if _agree(house, floor, found):
            out[floor] = found[0]
    return out


def _agree(house: House, floor: int, found: Sequence[tuple[float, Entity]]) -> bool:
    """Tell whether the typed heights of a floor are one height that its rooms fit into."""
    low, high = min(found, key=lambda f: f[0]), max(found, key=lambda f: f[0])
    rooms_m = [
        s.length_m
        for s in house.spans("room_height")
        if s.place.floor == floor and s.entity.colour in house.parts.dialect.room_heights
    ]
    room = max(rooms_m, default=0.0)
    if high[0] - low[0] <= 0.01 and room <= low[0] + _NEAR_M:
        return True
    entity = low[1]
    values = f"{low[0]:g}, {high[0]:g}" if high[0] - low[0] > 0.01 else f"{low[0]:g}"
    house.parts.say(
        "floor_height_differs", entity.layer, entity.points[0],
        floor=str(floor), values=values, room_m=f"{room:.2f}",
    )  # fmt: skip
    return False
