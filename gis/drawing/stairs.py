"""Stairs and fire stairs: how many, how wide, their treads and risers.

A flight is an outline across which the steps are drawn as lines, or each step is an outline of
its own. Dimensions of colour 1 measure a flight's length, of colour 2 its width; the lesser of
dimension and outline counts, so that neither hides a narrow stair.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shapely import LineString, Polygon, union_all

from gis.drawing.heights import of_floors
from gis.drawing.house import House, least
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Span
from gis.drawing.sizes import sides_m
from gis.model import Entity, Witness

_LIFTS = ("lift", "accessible_lift")
WIDTH_COLOUR = 2
_STEP_M = 0.45
"""An outline shorter than this is one step, not a flight."""
_LEAST_TREAD_M = 0.05
_SAME_M = 0.01
_MOST_LINES = 2000
_MOST_FLIGHTS = 100
"""No stair of one floor has more; where more are drawn, steps are not looked for."""

Key = tuple[int, int]
"""(floor, number of the stair)."""


@dataclass
class Stair:
    """What is drawn of one stair on one floor."""

    floor: int
    flights: list[Outline] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    lines: list[Entity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a stair: the least tread, the risers of each flight."""

    tread_m: float
    risers: tuple[int, ...]
    seen: Witness | None


def stairs(house: House) -> None:
    """Note stairs, fire stairs and lifts of a block with their sizes."""
    _counts(house)
    tall = {floor: value for floor, (value, _) in of_floors(house).items()}
    _ordinary(house, tall)
    _fire(house, tall)


def _counts(house: House) -> None:
    """Note stairs (fire stairs among them), fire stairs and lifts of the floor that has most."""
    counted = (
        ("stairs", ("stair", "fire_stair", "spiral_stair")),
        ("fire_stairs", ("fire_stair", "spiral_stair")),
        ("lifts", _LIFTS),
    )
    for name, roles in counted:
        own = [o for role in roles for o in house.outlines(role)]
        by_floor: dict[int, set[tuple[str, int | str]]] = defaultdict(set)
        for one in own:
            mark = (one.place.kind.role, one.place.number or one.id)
            by_floor[one.place.floor or 0].add(mark)
        if by_floor:
            count = max(len(marks) for marks in by_floor.values())
            house.note(name, count, "layers_counted", witness(own))


def between_floors(house: House, floors: Collection[int]) -> None:
    """Note that a lift stops at each floor, and that a stair leads to the roof, where drawn.

    A floor without a lift on its layers, or a roof without a stair, says nothing.
    """
    drawn = [o for role in _LIFTS for o in house.outlines(role)]
    lifts = [o for o in drawn if o.place.floor is not None]
    stops = {level for o in lifts for level in house.levels(o.place.floor or 0)}
    if len(floors) > 1 and stops >= set(floors):
        house.note("step_free", True, "lift_on_each_floor", witness(lifts))
    roof = [
        o
        for role in ("stair", "fire_stair")
        for o in house.outlines(role)
        if o.place.floor in house.cabins
    ]
    if roof:
        house.note("terrace_access", True, "stair_to_roof", witness(roof))


def _drawn(house: House, role: str) -> dict[Key, Stair]:
    """Return the flights of each stair with their dimensions and lines."""
    out: dict[Key, Stair] = {}
    for floor, flights in house.by_floor(house.outlines(role)).items():
        for one in flights:
            _of(out, floor, one.place.number).flights.append(one)
    for floor, spans in house.by_floor(house.spans(role)).items():
        for span in spans:
            _of(out, floor, span.place.number).spans.append(span)
    lines = 0
    for entity, place in house.parts.of(role):
        key = (place.floor or 0, place.number or 1)
        if entity.kind == "line" and place.block == house.block and key in out:
            lines += 1
            if lines <= _MOST_LINES:
                out[key].lines.append(entity)
    return out


def _of(stairs_: dict[Key, Stair], floor: int, number: int | None) -> Stair:
    return stairs_.setdefault((floor, number or 1), Stair(floor))


def _ordinary(house: House, tall: Mapping[int, float]) -> None:
    """Note width, tread and riser of the stairs of each floor, the worst of several."""
    widths: dict[int, list[tuple[float, str, Witness | None]]] = defaultdict(list)
    treads: dict[int, list[tuple[float, str, Witness | None]]] = defaultdict(list)
    risers: dict[int, list[tuple[float, str, Witness | None]]] = defaultdict(list)
    unknown: set[int] = set()
    for (floor, _), stair in _drawn(house, "stair_flight").items():
        width = _width(house, "stair_width", stair)
        if width is None:
            unknown.add(floor)
        else:
            widths[floor].append(width)
        steps = _steps(stair)
        if steps is None:
            treads[floor].append((0.0, "", None))
            risers[floor].append((0.0, "", None))
            continue
        treads[floor].append((steps.tread_m, "tread", steps.seen))
        riser = tall[floor] / sum(steps.risers) if floor in tall else 0.0
        risers[floor].append((riser, "riser", steps.seen))
    house.note_floors(
        "stair_width",
        {f: min(found, key=_value) for f, found in widths.items() if f not in unknown},
    )
    for name, by_floor, worst in (("stair_tread", treads, min), ("stair_riser", risers, max)):
        whole = {f: found for f, found in by_floor.items() if all(v > 0 for v, _, _ in found)}
        house.note_floors(name, {f: worst(found, key=_value) for f, found in whole.items()})
    _headroom(house)


def _value(found: tuple[float, str, Witness | None]) -> float:
    return found[0]


def _headroom(house: House) -> None:
    """Note the least head-room under stairs; the layer names no floor."""
    if own := house.spans("stair_headroom"):
        low = least(own)
        house.note("stair_headroom", low.length_m, "dimension_least", low.witness())


def _fire(house: House, tall: Mapping[int, float]) -> None:
    """Note the worst width, tread, riser and flight of all fire stairs of the block."""
    widths, steps, risers = [], [], []
    drawn = _drawn(house, "fire_stair_flight")
    for (floor, _), stair in drawn.items():
        width = _width(house, "fire_stair_width", stair)
        found = _steps(stair)
        if width is not None:
            widths.append(width)
        if found is not None:
            steps.append(found)
            if floor in tall:
                risers.append((tall[floor] / sum(found.risers), found.seen))
    if widths and len(widths) == len(drawn):
        value, how, seen = min(widths, key=_value)
        house.note("fire_stair_width", value, how, seen)
    if steps and len(steps) == len(drawn):
        worst = min(steps, key=lambda s: s.tread_m)
        house.note("fire_stair_tread", worst.tread_m, "tread", worst.seen)
        longest = max(steps, key=lambda s: max(s.risers))
        house.note("fire_stair_risers", max(longest.risers), "risers_counted", longest.seen)
    if risers and len(risers) == len(drawn):
        highest, seen = max(risers, key=lambda r: r[0])
        house.note("fire_stair_riser", highest, "riser", seen)
    _spiral(house)
    _to_basement(house)


def _spiral(house: House) -> None:
    """Note the least diameter of spiral fire stairs: the shorter side of what is drawn."""
    own = house.outlines("spiral_stair")
    wide = [(s[0], o) for o in own if (s := sides_m(o.polygon))]
    if wide and len(wide) == len(own):
        value, one = min(wide, key=lambda w: w[0])
        house.note("fire_stair_diameter", value, "outline_width", witness([one]))


def _to_basement(house: House) -> None:
    """Note a fire stair drawn on the lowest basement; that none is drawn there says nothing."""
    basements = {o.place.floor for o in house.outlines("built_up") if (o.place.floor or 0) < 0}
    own = [o for role in ("fire_stair", "spiral_stair") for o in house.outlines(role)]
    if basements and (low := [o for o in own if o.place.floor == min(basements, key=_floor)]):
        house.note("fire_stair_basement", True, "drawn_there", witness(low))


def _floor(floor: int | None) -> int:
    return floor or 0


def _width(house: House, name: str, stair: Stair) -> tuple[float, str, Witness | None] | None:
    """Return (width, how, witness) of a stair: the lesser of its dimensions and its outlines."""
    spans = [s for s in stair.spans if s.entity.colour == WIDTH_COLOUR]
    treads = [o for o in stair.flights if _is_step(o.polygon)]
    flights = [o for o in stair.flights if not _is_step(o.polygon)]
    drawn = common_width_m([o.polygon for o in flights])
    if drawn is None and treads:
        drawn = min(s[1] for o in treads if (s := sides_m(o.polygon)))
    seen = witness(stair.flights)
    if not spans:
        return None if drawn is None else (drawn, "flights", seen)
    short = least(spans)
    if drawn is None:
        return short.length_m, "dimension_least", short.witness()
    both = [(short.length_m, "dimension_least", short.witness()), (drawn, "flights", seen)]
    if abs(short.length_m - drawn) > _SAME_M:
        other, how, where = max(both, key=lambda b: b[0])
        house.claim(name, other, how, where, stair.floor if name == "stair_width" else None)
        house.parts.say(
            "stair_width_differs", short.entity.layer, short.entity.points[0],
            dimension_m=f"{short.length_m:.3f}", drawn_m=f"{drawn:.3f}",
        )  # fmt: skip
    return min(both, key=lambda b: round(b[0], 6))


def common_width_m(flights: Sequence[Polygon]) -> float | None:
    """Return the width that all flights of a stair share, None when it cannot be told.

    A flight is width x run; the run differs between flights, the width does not. A single kind of
    flight counts only when it is clearly longer than wide.
    """
    sizes = [s for f in flights if (s := sides_m(f))]
    if not sizes:
        return None
    shared = [
        v for v in sizes[0] if all(min(abs(v - o) for o in size) < _SAME_M for size in sizes)
    ]
    if not shared:
        return None
    if len(shared) == 1 or max(shared) - min(shared) < _SAME_M:
        return min(shared)
    return min(shared) if max(shared) > 1.5 * min(shared) else None


def _is_step(outline: Polygon) -> bool:
    sides = sides_m(outline)
    return sides is not None and sides[0] < _STEP_M


def _steps(stair: Stair) -> Steps | None:
    """Return the steps of a stair, None where they are not drawn in every flight."""
    treads = [o for o in stair.flights if _is_step(o.polygon)]
    flights = [o for o in stair.flights if not _is_step(o.polygon)]
    if len(stair.flights) > _MOST_FLIGHTS:
        return None
    if treads and not flights:
        return _from_outlines(treads)
    found = [s for f in flights if (s := _from_lines(f, stair.lines))]
    if not found or len(found) < len(flights):
        return None
    risers = tuple(count for _, count in found)
    return Steps(min(tread for tread, _ in found), risers, witness(flights))


def _from_outlines(treads: Sequence[Outline]) -> Steps | None:
    """Read steps that are outlines of their own; outlines that touch make a flight."""
    whole = union_all([o.polygon.buffer(_SAME_M) for o in treads])
    flights = getattr(whole, "geoms", [whole])
    risers = tuple(sum(1 for o in treads if f.intersects(o.polygon)) + 1 for f in flights)
    tread = min(s[0] for o in treads if (s := sides_m(o.polygon)))
    return Steps(tread, risers, witness(list(treads))) if tread > _LEAST_TREAD_M else None


def _from_lines(flight: Outline, lines: Iterable[Entity]) -> tuple[float, int] | None:
    """Return (least tread, risers) of a flight from the lines drawn across it.

    The ends of the outline are risers too, unless they lie farther off than a step is deep: then
    the outline holds a piece of landing.
    """
    places: list[float] = []
    reach = flight.polygon.buffer(0.02)
    box = flight.polygon.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return None
    inside = [
        e for e in lines if reach.covers(LineString(e.points)) and math.dist(*e.points) > 0.1
    ]
    corners = list(box.exterior.coords)
    for a, b in (corners[0:2], corners[1:3]):
        run = math.dist(a, b)
        ux, uy = (b[0] - a[0]) / run, (b[1] - a[1]) / run
        across = [
            e for e in inside
            if abs((e.points[1][0] - e.points[0][0]) * ux + (e.points[1][1] - e.points[0][1]) * uy)
            < 0.05 * math.dist(*e.points)
            and math.dist(*e.points) > 0.6 * flight.area_m2 / run
        ]  # fmt: skip
        if len(across) > len(places):
            middles = [
                ((p[0] + q[0]) / 2 - a[0], (p[1] + q[1]) / 2 - a[1])
                for p, q in (e.points for e in across)
            ]
            places = [x * ux + y * uy for x, y in middles]
            ends = (0.0, run)
    return _tread_and_risers(places, ends) if len(places) > 1 else None


def _tread_and_risers(
    places: Iterable[float], ends: tuple[float, float]
) -> tuple[float, int] | None:
    """Return (least tread, risers) of risers at these distances along a flight."""
    own: list[float] = []
    for place in sorted(places):
        if not own or place - own[-1] > _SAME_M:
            own.append(place)
    if len(own) < 2:
        return None
    gaps = [b - a for a, b in itertools.pairwise(own)]
    deep = max(gaps)
    for end, nearest in zip(ends, (own[0], own[-1]), strict=True):
        gap = abs(end - nearest)
        if _SAME_M < gap <= 1.25 * deep:
            gaps.append(gap)
    return (min(gaps), len(gaps) + 1) if min(gaps) > _LEAST_TREAD_M else None
