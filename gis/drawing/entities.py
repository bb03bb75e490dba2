"""Groups -> entities: polylines with bulges, circles, curves, lines, dimensions, texts.

Coordinates of flat things lie in their own plane (OCS); a mirrored plane (extrusion 0,0,-1)
turns x and the bulges round. Things in other planes are no part of a plan: kind ``other``.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from gis.areas import Point
from gis.drawing.curves import Nurbs, ellipse, spline, through
from gis.drawing.hatch import hatch
from gis.drawing.mtext import plain, plain_line
from gis.drawing.shapes import THROUGH, Head, arc, curved, faced, facing, facing_of
from gis.drawing.tags import Thing, integer, number
from gis.errors import StrangeNumberError
from gis.model import Complaint, Entity


def things_with_children(things: Sequence[Thing]) -> Iterator[tuple[Thing, list[Thing]]]:
    """Yield each entity with the VERTEX or ATTRIB records that follow it."""
    parent: Thing | None = None
    children: list[Thing] = []
    for thing in things:
        if thing.type in {"VERTEX", "ATTRIB"}:
            children.append(thing)
        elif thing.type != "SEQEND":
            if parent is not None:
                yield parent, children
            parent, children = thing, []
    if parent is not None:
        yield parent, children


def entity(
    thing: Thing, children: list[Thing], own: Head, colour: int
) -> tuple[Entity | None, Complaint | None]:
    """Read one entity; a strange number gives a complaint instead of the entity."""
    reader = _READERS.get(thing.type)
    if reader is None:
        return Entity("other", own.layer, own.handle, colour, text=thing.type), None
    if thing.type == "LWPOLYLINE" and (lost := _lost(thing)):
        return None, Complaint("vertices_lost", own.layer, None, {"handle": own.handle, **lost})
    try:
        return reader(thing, children, own, colour), None
    except StrangeNumberError as error:
        details = {"number": str(error), "handle": own.handle}
        return None, Complaint("number_strange", own.layer, None, details)


def _lost(thing: Thing) -> dict[str, str]:
    """Return what is wrong with the corners of an LWPOLYLINE: unpaired, or not as many as said."""
    codes = [code for code, _ in thing.pairs() if code in {"10", "20"}]
    pairs = len(codes) // 2
    said = integer(thing.first("90"), pairs)
    if codes == ["10", "20"] * pairs and said == pairs:
        return {}
    return {"said": str(said), "found": str(pairs)}


def _polyline(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    if thing.type == "POLYLINE":
        return _old_polyline(thing, children, own, colour)
    points: list[Point] = []
    bulges: list[float] = []
    x, flags, away = 0.0, 0, [0.0, 0.0, 1.0]
    for code, value in thing.pairs():
        if code == "10":
            x = number(value)
        elif code == "20":
            points.append((x, number(value)))
            bulges.append(0.0)
        elif code == "42" and bulges:
            bulges[-1] = number(value)
        elif code == "70":
            flags = integer(value)
        elif code in _AWAY:
            away[_AWAY[code]] = number(value)
    made = _outline(own, colour, points, bulges, closed=bool(flags & 1))
    return faced(made, facing(*away))


_AWAY = {"210": 0, "220": 1, "230": 2}


def _old_polyline(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    """Read a POLYLINE with its VERTEX records: not those that only steer a fitted curve."""
    flags = integer(thing.first("70"))
    if flags & _MESH:
        return Entity("other", own.layer, own.handle, colour, text="mesh")
    vertices = [c for c in children if c.type == "VERTEX" and not integer(c.first("70")) & 16]
    points = [(number(v.first("10")), number(v.first("20"))) for v in vertices]
    bulges = [number(v.first("42", "0")) for v in vertices]
    made = _outline(own, colour, points, bulges, closed=bool(flags & 1))
    return faced(made, 1.0 if flags & _SPATIAL else facing_of(thing))


_SPATIAL, _MESH = 8, 16 | 64


def _outline(
    own: Head, colour: int, points: Sequence[Point], bulges: Sequence[float], closed: bool
) -> Entity:
    return Entity("outline", own.layer, own.handle, colour, tuple(points), tuple(bulges), closed)


def _xy(thing: Thing, x_code: str, y_code: str, default: str = "") -> Point:
    """Read a point; a missing coordinate is as strange as one that is no number."""
    return number(thing.first(x_code, default)), number(thing.first(y_code, default))


def _circle(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    radius = number(thing.first("40"))
    turns = 0.0, 0.0
    if thing.type == "ARC":
        turns = number(thing.first("50", "0")), number(thing.first("51", "360"))
    made = arc(own, colour, _xy(thing, "10", "20"), radius, turns)
    return faced(made, facing_of(thing))


def _ellipse(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    way = facing_of(thing)
    if way is None:
        return Entity("other", own.layer, own.handle, colour, text="tilted ellipse")
    ratio, start, end = (
        number(thing.first(code, default))
        for code, default in (("40", "1"), ("41", "0"), ("42", repr(math.tau)))
    )
    found = ellipse(_xy(thing, "10", "20"), _xy(thing, "11", "21"), ratio, start, end, way)
    return curved(own, colour, found, "ELLIPSE")


def _spline(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    lists: dict[str, list[float]] = {code: [] for code in _SPLINE_LISTS}
    for code, value in thing.pairs():
        if code in lists:
            lists[code].append(number(value))
    control, fit, first, last = (
        list(zip(lists[x], lists[y], strict=False))
        for x, y in (("10", "20"), ("11", "21"), ("12", "22"), ("13", "23"))
    )
    flags, degree = integer(thing.first("70")), integer(thing.first("71"), 3)
    if control:
        found = spline(Nurbs(degree, lists["40"], control, lists["41"]))
        return curved(own, colour, found, "SPLINE")
    return curved(own, colour, through(fit, bool(flags & 1), [*first, *last]), "SPLINE", THROUGH)


_SPLINE_LISTS = ("10", "20", "11", "21", "12", "22", "13", "23", "40", "41")


def _hatch(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    return hatch(thing, own, colour)


def _line(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    ends = (_xy(thing, "10", "20"), _xy(thing, "11", "21"))
    return Entity("line", own.layer, own.handle, colour, ends)


def _dimension(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    kind = integer(thing.first("70")) & 15
    default = "" if kind in {0, 1} else "0"  # other kinds are not measured
    ends = (_xy(thing, "13", "23", default), _xy(thing, "14", "24", default))
    text = plain(thing.first("1")).strip()
    angle = number(thing.first("50", "0"))
    if (facing_of(thing) or 1.0) < 0:  # its points are those of the plan, its angle is not
        angle = 180.0 - angle
    return Entity(
        "dimension",
        own.layer,
        own.handle,
        colour,
        ends,
        text="" if text == "<>" else text,
        dim_type=kind,
        angle_deg=angle,
        factor=_own_factor(thing),
    )


def _own_factor(thing: Thing) -> float:
    """Return the DIMLFAC that a dimension sets for itself in its extended data, else 0."""
    for i, (code, value) in enumerate(zip(thing.codes, thing.values, strict=True)):
        if code == "1070" and value.strip() == "144" and thing.codes[i + 1 : i + 2] == ["1040"]:
            return number(thing.values[i + 1])
    return 0.0


def _text(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    if thing.type == "MTEXT":
        parts = [value for code, value in thing.pairs() if code in {"1", "3"}]
        text = plain("".join(parts))
    else:
        text = plain_line(thing.first("1"))
        if thing.type == "ATTRIB" and "=" not in text:
            text = f"{thing.first('2').strip()}={text}"
    made = Entity("text", own.layer, own.handle, colour, (_xy(thing, "10", "20"),), text=text)
    return made if thing.type == "MTEXT" else faced(made, facing_of(thing) or 1.0)


_Reader = Callable[[Thing, list[Thing], Head, int], Entity]
_READERS: dict[str, _Reader] = {
    "LWPOLYLINE": _polyline,
    "POLYLINE": _polyline,
    "CIRCLE": _circle,
    "ARC": _circle,
    "LINE": _line,
    "ELLIPSE": _ellipse,
    "SPLINE": _spline,
    "HATCH": _hatch,
    "DIMENSION": _dimension,
    "TEXT": _text,
    "MTEXT": _text,
    "ATTRIB": _text,
}
