"""Rooms: baths, latrines, corridors, kitchens, shafts, courtyards, fixtures, light."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from shapely import union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.house import House
from gis.drawing.outlines import Outline, witness
from gis.drawing.sizes import least_width_m, sides_m
from gis.drawing.stairs import WIDTH_COLOUR
from gis.model import Witness

Found = tuple[float, str, Witness | None]
Room = tuple[str, int | None, int | None]
"""(role, floor, number)."""
_LIGHTS = {"room": "room_light", "ac_room": "ac_light"}
"""Role of a room -> role of its openings."""
_MOST_ROOMS = 300
_FINE_M = 0.0005
_ROOM_NEAR_M = 0.5
"""An opening drawn farther than this from its room belongs to an elevation, not to the plan."""


def rooms(house: House) -> None:
    """Note everything about rooms that the book asks."""
    _sanitary(house)
    _passages(house)
    _single(house)
    _fixtures(house)
    _light(house)


def _area(one: Outline) -> float | None:
    return one.area_m2


def _side(one: Outline) -> float | None:
    return least_width_m(one.polygon)


def _least(
    own: Sequence[Outline], size: Callable[[Outline], float | None], how: str
) -> Found | None:
    """Return the least size of some outlines; None where one of them has none."""
    sizes = [(value, o) for o in own if (value := size(o)) is not None]
    if not own or len(sizes) < len(own):
        return None
    value, one = min(sizes, key=lambda s: s[0])
    return value, how, witness([one])


def _sanitary(house: House) -> None:
    """Note the smallest and the narrowest bath, latrine and both in one, of each floor."""
    everything: list[Outline] = []
    for role in ("bath", "latrine", "bath_wc"):
        own = house.outlines(role)
        everything.extend(own)
        by_floor = house.by_floor(own)
        for name, size, how in (
            (f"{role}_area", _area, "outline_least"), (f"{role}_side", _side, "width_least"),
        ):  # fmt: skip
            found = {f: one for f, group in by_floor.items() if (one := _least(group, size, how))}
            house.note_floors(name, found)
    _note_total(house, "sanitary_rooms", everything)
    kitchens = house.outlines("kitchen")
    if everything and kitchens:
        baths = [o for o in everything if o.place.kind.role != "latrine"]
        house.count("baths_and_kitchens", [*baths, *kitchens])
    if kitchens:
        house.note("kitchen", True, "drawn_there", witness(kitchens))


def _note_total(house: House, name: str, own: Sequence[Outline]) -> None:
    """Note the area of rooms together, typical floors repeated; overlaps count once."""
    by_floor: dict[int, list[Outline]] = defaultdict(list)
    for one in own:
        if one.place.floor is not None:
            by_floor[one.place.floor].append(one)
    total = sum(
        float(union_all([o.polygon for o in group]).area) * len(house.levels(floor, by_floor))
        for floor, group in by_floor.items()
    )
    if by_floor:
        house.note(name, total, "outlines_added", witness(list(own)))


def _passages(house: House) -> None:
    """Note the narrowest corridor, verandah or passage of each floor, or of the whole block."""
    narrow: dict[int | None, list[Found | None]] = defaultdict(list)
    for role in ("passage", "verandah"):
        for one in house.outlines(role):
            narrow[one.place.floor].append(_least([one], _side, "width_least"))
        for span in house.spans(role):
            if span.entity.colour == WIDTH_COLOUR:
                found = (span.length_m, "dimension_least", span.witness())
                narrow[span.place.floor].append(found)
    whole = {
        floor: min(known, key=_value)
        for floor, group in narrow.items()
        if len(known := [g for g in group if g is not None]) == len(group)
    }
    if (everywhere := whole.pop(None, None)) is not None:
        house.note("corridor_width", everywhere[0], everywhere[1], everywhere[2])
    floors = {f: v for f, v in whole.items() if f is not None and f not in house.cabins}
    house.note_floors("corridor_width", floors)
    verandahs = [(w, o) for o in house.outlines("verandah") if (w := _side(o)) is not None]
    if verandahs:
        wide, one = max(verandahs, key=lambda v: v[0])
        house.note("verandah_width", wide, "outline_width", witness([one]))


def _value(found: Found) -> float:
    return found[0]


def _single(house: House) -> None:
    """Note what a block has one figure of: shafts, courtyards, special closets, rooms."""
    shafts = house.outlines("shaft")
    if shafts:
        house.note("air_shaft", True, "drawn_there", witness(shafts))
    for name, own, size, how in (
        ("air_shaft_area", shafts, _area, "outline_least"),
        ("air_shaft_width", shafts, _side, "width_least"),
        ("courtyard", house.outlines("courtyard"), _side, "width_least"),
        ("access_landing_short", house.outlines("access_landing"), _short, "outline_width"),
        ("access_landing_long", house.outlines("access_landing"), _long, "outline_length"),
        ("special_wc_short", house.outlines("special_wc"), _short, "outline_width"),
        ("special_wc_long", house.outlines("special_wc"), _long, "outline_length"),
        ("urinal_short", house.outlines("urinal"), _short, "outline_width"),
        ("urinal_long", house.outlines("urinal"), _long, "outline_length"),
    ):
        if found := _least(own, size, how):
            house.note(name, found[0], found[1], found[2])
    _note_total(house, "library_stack", house.outlines("book_stack"))
    if apart := house.outlines("segregated_toilet"):
        house.note("visitor_toilets_apart", True, "drawn_there", witness(apart))
    balconies = [*house.outlines("balcony"), *house.outlines("projected_balcony")]
    if balconies:
        house.note("open_balconies", True, "drawn_there", witness(balconies))


def _short(one: Outline) -> float | None:
    sides = sides_m(one.polygon)
    return None if sides is None else sides[0]


def _long(one: Outline) -> float | None:
    sides = sides_m(one.polygon)
    return None if sides is None else sides[1]


def _fixtures(house: House) -> None:
    """Count closets by colour, urinals, fountains, special closets and rooms, baths by colour."""
    kinds = house.parts.dialect.fixture_colours
    closets = house.outlines("closet")
    for one in closets:
        if one.entity.colour not in kinds:
            colour = str(one.entity.colour)
            house.parts.say("closet_colour_unknown", one.layer, one.middle, colour=colour)
    baths = [*house.outlines("bath"), *house.outlines("bath_wc")]
    for code, kind in kinds.items():
        house.count(f"wc_{kind}", [o for o in closets if o.entity.colour == code])
        if kind != "common":
            house.count(f"baths_{kind}", [o for o in baths if o.entity.colour == code])
    latrines = [*house.outlines("latrine"), *house.outlines("bath_wc")]
    house.count("water_closets", closets or latrines)
    for name, role in (
        ("urinals", "urinal"),
        ("drinking_fountains", "drinking_water"),
        ("special_wcs", "special_wc"),
        ("special_rooms", "special_room"),
    ):
        house.count(name, house.outlines(role))
    ground = [o for o in house.outlines("special_wc") if o.place.floor == 0]
    if ground:
        house.note("special_wc_at_entrance", True, "on_ground_floor", witness(ground))


def _light(house: House) -> None:
    """Note how deep the rooms of a floor lie behind their openings, and that all open to the air.

    A room whose opening is not drawn beside it leaves its floor unmeasured, and is said. Where no
    opening of any room is drawn, nothing is: the plan does not show openings.
    """
    openings = _numbered(house, _LIGHTS.values())
    if not openings:
        return
    drawn = {role: house.by_floor(house.outlines(role)) for role in _LIGHTS}
    depths: dict[int, Found] = {}
    airy: dict[int, Found] = {}
    for floor in sorted({f for by_floor in drawn.values() for f in by_floor}):
        rooms_here = [o for by_floor in drawn.values() for o in by_floor.get(floor, [])]
        lit = [(room, _lights(house, room, openings)) for room in rooms_here[:_MOST_ROOMS]]
        if len(rooms_here) > _MOST_ROOMS or not all(lights for _, lights in lit):
            continue
        depth, deepest = max(
            ((_depth_m(room, lights), room) for room, lights in lit), key=lambda d: d[0]
        )
        depths[floor] = (depth, "light_depth", witness([deepest]))
        walls = _outer_walls(house, floor)
        if walls is not None and all(
            any(o.polygon.distance(walls) <= _ROOM_NEAR_M for o in lights) for _, lights in lit
        ):
            airy[floor] = (True, "opens_to_air", witness([deepest]))
    house.note_floors("light_depth", depths)
    house.note_floors("rooms_to_air", airy)


def _numbered(house: House, roles: Iterable[str]) -> dict[Room, list[Outline]]:
    out: dict[Room, list[Outline]] = defaultdict(list)
    for role in roles:
        for one in house.outlines(role):
            out[role, one.place.floor, one.place.number].append(one)
    return out


def _lights(
    house: House, room: Outline, openings: Mapping[Room, Sequence[Outline]]
) -> list[Outline]:
    """Return the openings of a room that are drawn beside it; a room without is said."""
    role, floor, number = _LIGHTS[room.place.kind.role], room.place.floor, room.place.number
    found = [
        o
        for o in openings.get((role, floor, number), [])
        if o.polygon.distance(room.polygon) <= _ROOM_NEAR_M
    ]
    if not found:
        meant = house.parts.missing(role, block=house.block, floor=floor, number=number)
        house.parts.say("light_missing", room.layer, room.middle, meant=meant)
    return found


def _outer_walls(house: House, floor: int) -> BaseGeometry | None:
    own = [
        o.polygon
        for o in house.outlines("built_up")
        if o.place.floor == floor and not o.place.mezzanine
    ]
    return union_all(own).boundary if own else None


def _depth_m(room: Outline, lights: Sequence[Outline]) -> float:
    """Return how far the farthest part of a room lies from the opening nearest to it.

    The least distance round the openings that covers the room, never too small: between two
    openings the farthest part is no corner.
    """
    openings = union_all([o.polygon for o in lights])
    low, high = 0.0, float(openings.hausdorff_distance(room.polygon)) + room.polygon.length
    while high - low > _FINE_M:
        middle = (low + high) / 2
        if room.polygon.difference(openings.buffer(middle, quad_segs=32)).area > 1e-6:
            low = middle
        else:
            high = middle
    return high
