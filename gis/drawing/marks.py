"""Marks over a drawing as a DXF of their own: to be attached or inserted, the drawing untouched.

Everything lies on layers of ours, at the coordinates and in the units of the drawing marked.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ezdxf.document import Drawing
from ezdxf.enums import MTextEntityAlignment, TextEntityAlignment

from gis.areas import Point
from gis.drawing.frame import METRES_IN, NAMES

LAYERS: Final = {
    "fail": ("KMAP_FINDINGS_FAIL", 1),
    "unknown": ("KMAP_FINDINGS_UNKNOWN", 30),
    "note": ("KMAP_FINDINGS_NOTE", 5),
}
"""Kind of mark -> its layer and colour (ACI)."""
LIST: Final = ("KMAP_FINDINGS_LIST", 7)
_FONTS: Final = {"en": "arial.ttf", "ml": "Nirmala.ttf"}
"""Fonts that CAD programs on common systems have; the second has Malayalam."""
_STYLE: Final = "KMAP"
_IMPERIAL: Final = {1, 2, 3, 10}
_CODES: Final = {name: code for code, name in NAMES.items()}


@dataclass(frozen=True, slots=True)
class Mark:
    """One numbered mark; places in metres of the drawing."""

    kind: str
    """fail | unknown | note."""
    number: int
    text: str
    at: Point
    disc: Point
    outlines: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Lines of text written once, below their place (metres)."""

    at: Point
    lines: tuple[str, ...]


def marks_dxf(
    marks: Iterable[Mark], note: Note | None, *, units: str | None, radius_m: float, lang: str
) -> str:
    """Return a DXF (R2010) with the marks.

    Args:
        marks: what to draw.
        note: a list beside the drawing.
        units: the name of the drawing's unit, as ``survey`` says it; metres when it says none.
        radius_m: radius of a disc.
        lang: whose letters the texts use.

    """
    code = _CODES.get(units or "", 6)
    doc = Drawing.new("AC1024")
    doc.units = code
    doc.header["$MEASUREMENT"] = int(code not in _IMPERIAL)
    doc.styles.add(_STYLE, font=_FONTS[lang])
    for name, colour in (*LAYERS.values(), LIST):
        doc.layers.add(name, color=colour)
    scale = 1 / METRES_IN[code]
    for mark in marks:
        _draw(doc, mark, scale, radius_m * scale)
    if note is not None:
        _write(doc, note, scale, radius_m * scale)
    out = io.StringIO()
    doc.write(out)
    return out.getvalue()


def _scaled(point: Point, scale: float) -> Point:
    return point[0] * scale, point[1] * scale


def _draw(doc: Drawing, mark: Mark, scale: float, radius: float) -> None:
    """Draw outlines, a leader from the place to the disc, the disc, its number and its words."""
    space = doc.modelspace()
    layer: dict[str, Any] = {"layer": LAYERS[mark.kind][0]}
    at, disc = _scaled(mark.at, scale), _scaled(mark.disc, scale)
    for ring in mark.outlines:
        points = [_scaled(p, scale) for p in ring]
        closed = len(points) > 2 and points[0] == points[-1]
        space.add_lwpolyline(points[:-1] if closed else points, close=closed, dxfattribs=layer)
    if leader := _leader(at, disc, radius):
        space.add_line(at, leader, dxfattribs=layer)
        space.add_circle(at, radius / 5, dxfattribs=layer)
    space.add_circle(disc, radius, dxfattribs=layer)
    height = radius * 0.9
    number = space.add_text(str(mark.number), height=height, dxfattribs=layer | {"style": _STYLE})
    number.set_placement(disc, align=TextEntityAlignment.MIDDLE_CENTER)
    words = space.add_text(mark.text, height=height * 0.7, dxfattribs=layer | {"style": _STYLE})
    words.set_placement((disc[0] + 1.4 * radius, disc[1]), align=TextEntityAlignment.MIDDLE_LEFT)


def _leader(at: Point, disc: Point, radius: float) -> Point | None:
    """Return where the leader meets the rim of the disc; none when the place lies under it."""
    dx, dy = at[0] - disc[0], at[1] - disc[1]
    length: float = (dx * dx + dy * dy) ** 0.5
    if length <= radius:
        return None
    return disc[0] + dx / length * radius, disc[1] + dy / length * radius


def _write(doc: Drawing, note: Note, scale: float, radius: float) -> None:
    text = "\\P".join(_escaped(line) for line in note.lines)
    attributes = {"layer": LIST[0], "style": _STYLE, "char_height": radius * 0.7}
    written = doc.modelspace().add_mtext(text, dxfattribs=attributes)
    place = _scaled(note.at, scale)
    written.set_location(place, attachment_point=MTextEntityAlignment.TOP_LEFT)


def _escaped(line: str) -> str:
    r"""Return a line whose braces and backslashes mean themselves in an MTEXT.

    >>> _escaped("{a} b\\c")
    '\\{a\\} b\\\\c'
    """
    return "".join(f"\\{c}" if c in "\\{}" else c for c in line)


def faults(text: str) -> Sequence[str]:
    """Return what ezdxf's auditor finds wrong in a DXF; empty when it is sound."""
    doc = Drawing.read(io.StringIO(text))
    audit = doc.audit()
    return [f"{one.code}: {one.message}" for one in (*audit.errors, *audit.fixes)]
