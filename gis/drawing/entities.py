"""Groups -> entities: polylines with bulges, circles, lines, dimensions, texts.

Coordinates of flat things lie in their own plane (OCS); a mirrored plane (extrusion 0,0,-1)
turns x and the bulges round. Other planes are not drawings of a plan and are left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gis.areas import Point
from gis.drawing.mtext import plain, plain_line
from gis.drawing.tags import Thing, integer, number
from gis.errors import StrangeNumberError
from gis.model import Complaint, Entity

KINDS = frozenset(
    {"LWPOLYLINE", "POLYLINE", "CIRCLE", "LINE", "ARC", "DIMENSION", "TEXT", "MTEXT"}
)
"""Entity types that are read."""


@dataclass(frozen=True, slots=True)
class Head:
    """What every entity has."""

    layer: str
    handle: str
    colour: int
    paper: bool


def head(thing: Thing) -> Head:
    """Read layer, handle, colour and space of an entity; the first of each group counts."""
    layer, handle, colour, paper = "0", "", 256, False
    for code, value in zip(thing.codes, thing.values, strict=True):
        if code == "8":
            layer = value.strip()
        elif code == "5":
            handle = value.strip()
        elif code == "62":
            colour = integer(value, 256)
        elif code == "67":
            paper = integer(value) == 1
        elif code == "100" and value.strip() != "AcDbEntity" and len(value) > 4:
            break
    return Head(layer, handle, colour, paper)


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


def _vertices(thing: Thing) -> tuple[list[Point], list[float], int, float]:
    """Read points, bulges, flags and the extrusion's z of an LWPOLYLINE."""
    points: list[Point] = []
    bulges: list[float] = []
    x, flags, facing = 0.0, 0, 1.0
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
        elif code == "230":
            facing = number(value)
    return points, bulges, flags, facing


def _faced(
    points: list[Point], bulges: list[float], facing: float
) -> tuple[list[Point], list[float]]:
    if facing >= 0:
        return points, bulges
    return [(-x, y) for x, y in points], [-b for b in bulges]


def _polyline(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    points, bulges, flags, facing = _vertices(thing)
    if thing.type == "POLYLINE":
        points, bulges = [], []
        for child in children:
            if integer(child.first("70")) & 16:
                continue
            points.append((number(child.first("10")), number(child.first("20"))))
            bulges.append(number(child.first("42", "0")))
    points, bulges = _faced(points, bulges, facing)
    return Entity(
        "outline", own.layer, own.handle, colour, tuple(points), tuple(bulges), bool(flags & 1)
    )


def _xy(thing: Thing, x_code: str, y_code: str, default: str = "") -> Point:
    """Read a point; a missing coordinate is as strange as one that is no number."""
    return number(thing.first(x_code, default)), number(thing.first(y_code, default))


def _circle(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    x, y = _xy(thing, "10", "20")
    if number(thing.first("230", "1")) < 0:
        x = -x
    radius = number(thing.first("40"))
    kind = "circle" if thing.type == "CIRCLE" else "arc"
    return Entity(kind, own.layer, own.handle, colour, ((x, y),), radius=radius)


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
    return Entity(
        "dimension",
        own.layer,
        own.handle,
        colour,
        ends,
        text="" if text == "<>" else text,
        dim_type=kind,
        angle_deg=number(thing.first("50", "0")),
    )


def _text(thing: Thing, children: list[Thing], own: Head, colour: int) -> Entity:
    del children
    if thing.type == "MTEXT":
        parts = [value for code, value in thing.pairs() if code in {"1", "3"}]
        text = plain("".join(parts))
    else:
        text = plain_line(thing.first("1"))
    return Entity("text", own.layer, own.handle, colour, (_xy(thing, "10", "20"),), text=text)


_Reader = Callable[[Thing, list[Thing], Head, int], Entity]
_READERS: dict[str, _Reader] = {
    "LWPOLYLINE": _polyline,
    "POLYLINE": _polyline,
    "CIRCLE": _circle,
    "ARC": _circle,
    "LINE": _line,
    "DIMENSION": _dimension,
    "TEXT": _text,
    "MTEXT": _text,
}
