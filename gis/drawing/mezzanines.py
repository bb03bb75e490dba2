"""Mezzanines: their area beside that of the room, hall or floor that holds them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gis.drawing.house import House
from gis.drawing.outlines import Outline, witness

_ROOMS = {"room_mezzanine": "room", "ac_mezzanine": "ac_room"}
"""Role of a mezzanine in a room -> role of the room."""


@dataclass(frozen=True, slots=True)
class Mezzanine:
    """A mezzanine on a floor, and what holds it."""

    floor: int
    number: int
    own: Sequence[Outline]
    around: Sequence[Outline]
    role: str
    """Role of the layer that would show what holds it."""
    less_m2: float = 0.0
    """What is deducted from what holds it."""

    @property
    def area_m2(self) -> float:
        """Return its own area."""
        return sum(o.area_m2 for o in self.own)

    @property
    def room_m2(self) -> float:
        """Return the area of what holds it."""
        return max(0.01, sum(o.area_m2 for o in self.around) - self.less_m2)


def mezzanines(house: House) -> None:
    """Note, of each floor, the mezzanine that takes the greatest share of its room, and the room.

    One that no room holds is said, and nothing is measured on its floor.
    """
    by_floor: dict[int, list[Mezzanine]] = defaultdict(list)
    for one in (*_in_rooms(house), *_in_halls(house)):
        by_floor[one.floor].append(one)
        if not one.around:
            meant = house.parts.missing(
                one.role, block=house.block, floor=one.floor, number=one.number
            )
            first = one.own[0]
            house.parts.say("mezzanine_room_missing", first.layer, first.middle, meant=meant)
    worst = {
        floor: max(found, key=lambda m: m.area_m2 / m.room_m2)
        for floor, found in by_floor.items()
        if all(m.around for m in found)
    }
    house.note_floors(
        "mezzanine_area",
        {f: (m.area_m2, "outline", witness(list(m.own))) for f, m in worst.items()},
    )
    house.note_floors(
        "mezzanine_room",
        {f: (m.room_m2, "outline", witness(list(m.around))) for f, m in worst.items()},
    )


def _in_rooms(house: House) -> Iterator[Mezzanine]:
    for role, room_role in _ROOMS.items():
        groups: dict[tuple[int, int], list[Outline]] = defaultdict(list)
        for floor, own in house.by_floor(house.outlines(role)).items():
            for one in own:
                groups[floor, one.place.number or 1].append(one)
        for (floor, number), own in groups.items():
            around = _numbered(house, room_role, floor, number)
            yield Mezzanine(floor, number, own, around, room_role)


def _in_halls(house: House) -> Iterator[Mezzanine]:
    """Yield the mezzanine floors: the hall of the same number holds them, else the whole floor."""
    groups: dict[tuple[int, int], list[Outline]] = defaultdict(list)
    for floor, own in house.by_floor(house.outlines("built_up")).items():
        for one in own:
            groups[floor, one.place.mezzanine or 0].append(one)
    for (floor, number), own in groups.items():
        if number:
            role = "mezzanine_hall"
            hall = _numbered(house, role, floor, number)
            lost = _numbered(house, "mezzanine_hall_deduct", floor, number)
            around = hall or groups.get((floor, 0), [])
            less = sum(o.area_m2 for o in lost) if hall else 0.0
            yield Mezzanine(floor, number, own, around, role, less)


def _numbered(house: House, role: str, floor: int, number: int) -> list[Outline]:
    return [
        o for o in house.outlines(role) if (o.place.floor, o.place.number or 1) == (floor, number)
    ]
