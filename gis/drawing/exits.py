"""Ways out and ways in: doors, exit stairs, the way to an exit, ramps."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from shapely import Point as Spot

from gis.drawing.heights import plinth_m
from gis.drawing.house import House, least, text_witness
from gis.drawing.keys import pairs
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Span
from gis.drawing.sizes import is_box, least_width_m, sides_m
from gis.drawing.stairs import WIDTH_COLOUR
from gis.model import Entity, Measure, Witness

_SLOPE = re.compile(r"1\s*(?:IN|:|/)\s*(\d+(?:\.\d+)?)\s*\Z", re.IGNORECASE | re.ASCII)
_NEAR_M = 0.35
"""A dimension this near a stair measures it."""


def exits(house: House) -> None:
    """Note the exit doors and the exit stairs of each floor."""
    doors = house.by_floor(house.spans("exit_door"))
    house.note_floors(
        "exit_door_width",
        {
            f: ((d := least(own)).length_m, "dimension_least", d.witness())
            for f, own in doors.items()
        },
    )
    house.note_floors(
        "exit_doors_total",
        {f: (_together_m(own), "exits_added", own[0].witness()) for f, own in doors.items()},
    )
    ways = house.by_floor(house.spans("exit_stair"))
    found = {f: one for f, own in ways.items() if (one := _one_of_each(house, f, own))}
    house.note_floors(
        "exit_stairs_total",
        {f: (_together_m(own), "exits_added", own[0].witness()) for f, own in found.items()},
    )


def _together_m(spans: Iterable[Span]) -> float:
    """Return clear widths added up, each rounded down to 25 cm (to the millimetre first)."""
    return sum(math.floor(round(s.length_m * 1000) / 250) * 0.25 for s in spans)


def _one_of_each(house: House, floor: int, spans: Sequence[Span]) -> list[Span] | None:
    """Return the narrowest dimension of each stair on a floor, None where it cannot be told whose.

    Where no stair is drawn, or a dimension stands in none, each counts as a stair of its own only
    if there are as many as stairs.
    """
    stairs: dict[tuple[str, int], list[Outline]] = defaultdict(list)
    for role in ("stair", "fire_stair", "spiral_stair"):
        for one in house.outlines(role):
            if one.place.floor == floor:
                stairs[role, one.place.number or 1].append(one)
    by_stair: dict[tuple[str, int], list[Span]] = defaultdict(list)
    for span in spans:
        middle = Spot(span.witness().at or (0.0, 0.0))
        near = [k for k, own in stairs.items() if _distance(own, middle) <= _NEAR_M]
        if not near:
            if len(spans) == len(stairs):
                return list(spans)
            house.parts.say(
                "exit_stair_unclear", span.entity.layer, span.entity.points[0], floor=str(floor),
                meant=house.parts.missing("stair", block=house.block, floor=floor),
            )  # fmt: skip
            return None
        key = min(near, key=lambda k: _distance(stairs[k], middle))
        by_stair[key].append(span)
    return [least(own) for own in by_stair.values()]


def _distance(own: Sequence[Outline], point: Spot) -> float:
    return min(float(o.polygon.distance(point)) for o in own)


def way_out(house: House) -> None:
    """Note the longest way to an exit: dimensions, or the way itself drawn as an open line."""
    own = [(s.length_m, s.witness(), "dimension_longest") for s in house.spans("travel")]
    for entity, _ in house.entities("travel", "outline"):
        if not entity.closed and len(entity.points) > 1:
            steps = zip(entity.points, entity.points[1:], strict=False)
            own.append((sum(math.dist(a, b) for a, b in steps), text_witness(entity), "way_drawn"))
    if own:
        length, seen, how = max(own, key=lambda o: o[0])
        house.note("travel", length, how, seen)


def ramps(house: House) -> None:
    """Note slope and width of ramps for the differently-abled, in place of stairs, for cars."""
    access = house.outlines("access_ramp")
    if access:
        house.note("entrance_by_ramp", True, "drawn_there", witness(access))
    slopes = _slopes(house, "access_ramp")
    _note_slope(house, "access_ramp_slope", access, slopes, plinth_m(house))
    if access and len({s for s, _ in slopes}) > 1:
        house.note("access_ramp_even", False, "slopes_typed", text_witness(slopes[0][1]))
    _note_width(house, "access_ramp_width", "access_ramp")
    _note_slope(house, "stair_ramp_slope", [], _slopes(house, "ramp"), None)
    _note_width(house, "stair_ramp_width", "ramp")
    _note_slope(house, "parking_ramp_run", [], _slopes(house, "vehicle_ramp"), None)
    _note_width(house, "parking_ramp_width", "vehicle_ramp")


def _note_width(house: House, name: str, role: str) -> None:
    """Note the least width of ramps: outlines, and dimensions in the colour of widths."""
    found: list[tuple[float, str, Witness | None]] = []
    for one in house.outlines(role):
        width = least_width_m(one.polygon)
        if width is None:
            return
        found.append((width, "width_least", witness([one])))
    spans = [s for s in house.spans(role) if s.entity.colour == WIDTH_COLOUR]
    if role == "vehicle_ramp":
        spans += house.spans("vehicle_ramp_width")
    found += [(s.length_m, "dimension_least", s.witness()) for s in spans]
    if found:
        value, how, seen = min(found, key=lambda f: f[0])
        house.note(name, value, how, seen)


def _slopes(house: House, role: str) -> list[tuple[float, Entity]]:
    """Return the slopes typed on a role's layers, as the run for each metre of rise."""
    out = []
    for entity, _ in house.entities(role, "text"):
        for key, value, _ in pairs(entity.text, {"SLOPE"}):
            if key != "SLOPE":
                continue
            match = _SLOPE.match(value)
            if match and float(match[1]) > 0:
                out.append((float(match[1]), entity))
            else:
                at = entity.points[0]
                house.parts.say("slope_unreadable", entity.layer, at, value=value[:60])
    return out


def _note_slope(
    house: House,
    name: str,
    ramps_drawn: Sequence[Outline],
    slopes: Sequence[tuple[float, Entity]],
    rise_m: float | None,
) -> None:
    """Note the steepest slope: as typed, and as a straight ramp up the plinth must have it."""
    typed = min(slopes, key=lambda s: s[0]) if slopes else None
    straight = [s for o in ramps_drawn if is_box(o.polygon) and (s := sides_m(o.polygon))]
    if typed is not None:
        value, entity = typed
        seen = text_witness(entity)
        house.parts.measures.append(
            Measure(
                name, value, "typed", {"key": "SLOPE"}, witness=seen, block=house.block, typed=True
            )
        )
    if rise_m and straight and len(straight) == len(ramps_drawn) == 1:
        run = straight[0][1] / rise_m
        house.note(name, run, "slope_measured", witness(list(ramps_drawn)))
        if typed is not None and run < typed[0] - 0.1:
            one = ramps_drawn[0]
            house.parts.say(
                "ramp_slope_differs", one.layer, one.middle,
                typed=f"{typed[0]:g}", measured=f"{run:.2f}",
            )  # fmt: skip
