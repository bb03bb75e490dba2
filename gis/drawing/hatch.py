"""HATCH -> its boundary paths, each a closed polyline or the pieces that make one."""

import math

from gis.areas import Point
from gis.drawing.curves import Nurbs, ellipse, spline
from gis.drawing.shapes import Head, arc, curved, faced, facing_of
from gis.drawing.tags import Thing, integer, number
from gis.model import Entity

_POLYLINE, _TEXT_BOX = 2, 8
MOST_LOOPS = 500
"""A pattern of more boundary paths is no outline of anything."""


class _PathError(Exception):
    """The groups of a boundary path are not in their order."""


class _Groups:
    """The groups of a HATCH, taken one after another."""

    def __init__(self, thing: Thing) -> None:
        self.pairs = list(thing.pairs())
        self.at = 0

    def next_is(self, code: str) -> bool:
        return self.at < len(self.pairs) and self.pairs[self.at][0] == code

    def take(self, code: str) -> str:
        if not self.next_is(code):
            raise _PathError(code)
        self.at += 1
        return self.pairs[self.at - 1][1]

    def number(self, code: str, default: float | None = None) -> float:
        if default is not None and not self.next_is(code):
            return default
        return number(self.take(code))

    def count(self, code: str) -> int:
        found = integer(self.take(code), -1)
        if not 0 <= found <= len(self.pairs):
            raise _PathError(code)
        return found

    def point(self, code: str = "1") -> Point:
        """Take an x and a y, of codes 10 and 20, or 11 and 21."""
        last = "0" if code == "1" else "1"
        return number(self.take(f"1{last}")), number(self.take(f"2{last}"))

    def find(self, code: str) -> None:
        """Go on to the first group of a code."""
        while self.at < len(self.pairs) and not self.next_is(code):
            self.at += 1


def hatch(thing: Thing, own: Head, colour: int) -> Entity:
    """Read the boundary paths of a HATCH."""
    groups = _Groups(thing)
    groups.find("91")
    style = "ignore" if integer(thing.first("75")) == 2 else ""
    try:
        count = groups.count("91")
        if not 0 < count <= MOST_LOOPS:
            raise _PathError("91")
        loops = [loop for _ in range(count) if (loop := _path(groups, own, colour))]
    except _PathError:
        return Entity("other", own.layer, own.handle, colour, text="HATCH")
    at = loops[0][0].points[:1] if loops else ()
    made = Entity("hatch", own.layer, own.handle, colour, at, text=style, loops=tuple(loops))
    return faced(made, facing_of(thing))


def _path(groups: _Groups, own: Head, colour: int) -> tuple[Entity, ...]:
    flags = groups.count("92")
    if flags & _POLYLINE:
        pieces: tuple[Entity, ...] = (_polyline(groups, own, colour),)
    else:
        edges = groups.count("93")
        pieces = tuple(_edge(groups, own, colour) for _ in range(edges))
    if groups.next_is("97"):
        for _ in range(groups.count("97")):
            groups.take("330")
    return () if flags & _TEXT_BOX else pieces


def _polyline(groups: _Groups, own: Head, colour: int) -> Entity:
    groups.take("72")
    groups.take("73")
    points, bulges = [], []
    for _ in range(groups.count("93")):
        points.append(groups.point())
        bulges.append(groups.number("42", 0.0))
    return Entity(
        "outline", own.layer, own.handle, colour, tuple(points), tuple(bulges), closed=True
    )


def _edge(groups: _Groups, own: Head, colour: int) -> Entity:
    kind = groups.take("72").strip()
    if kind == "1":
        ends = groups.point(), groups.point("2")
        return Entity("line", own.layer, own.handle, colour, ends)
    if kind == "2":
        centre, radius = groups.point(), groups.number("40")
        return arc(own, colour, centre, radius, _turns(groups))
    if kind == "3":
        centre, major, ratio = groups.point(), groups.point("2"), groups.number("40")
        start, end = (_parameter(a, ratio) for a in _turns(groups))
        return curved(own, colour, ellipse(centre, major, ratio, start, end), "ELLIPSE")
    if kind == "4":
        return _spline(groups, own, colour)
    raise _PathError(kind)


def _turns(groups: _Groups) -> tuple[float, float]:
    """Take the angles of an arc, as they lie anticlockwise; clockwise ones are counted down."""
    start, end = groups.number("50"), groups.number("51")
    if integer(groups.take("73")):
        return start, end
    return 360.0 - end, 360.0 - start


def _parameter(angle_deg: float, ratio: float) -> float:
    """Return the parameter of an ellipse at an angle as seen from its centre."""
    angle = math.radians(angle_deg)
    turns = math.floor((angle + math.pi) / math.tau)
    return math.atan2(math.sin(angle), math.cos(angle) * ratio) + turns * math.tau


def _spline(groups: _Groups, own: Head, colour: int) -> Entity:
    degree = groups.count("94")
    groups.take("73")
    groups.take("74")
    knots, control = groups.count("95"), groups.count("96")
    places = [groups.number("40") for _ in range(knots)]
    points, weights = [], []
    for _ in range(control):
        points.append(groups.point())
        if groups.next_is("42"):
            weights.append(groups.number("42"))
    _skip_fit_points(groups)
    return curved(own, colour, spline(Nurbs(degree, places, points, weights)), "SPLINE")


def _skip_fit_points(groups: _Groups) -> None:
    """Step over fit points and tangents; a count of sources looks alike and is left."""
    if not groups.next_is("97"):
        return
    following = groups.pairs[groups.at + 1 : groups.at + 2]
    if not following or following[0][0] not in {"11", "12", "13", "72", "97"}:
        return
    for _ in range(groups.count("97")):
        groups.point("2")
    for code in ("12", "22", "13", "23"):
        if groups.next_is(code):
            groups.take(code)
