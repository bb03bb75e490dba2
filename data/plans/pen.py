"""The pen of the demonstration drawings: metres in, a DXF in any unit out, the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TextIO

import ezdxf
from ezdxf.document import Drawing
from ezdxf.entities import Hatch, LWPolyline
from ezdxf.layouts import Modelspace

ezdxf.options.write_fixed_meta_data_for_testing = True

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1"""
BYLAYER = 256
INKS = {
    "A-WALL": 7, "A-DOOR": 3, "A-WIND": 4, "A-NOTE": 7, "A-SHEET": 8, "A-SITE": 94, "A-SECT": 252,
    "A-FITTINGS": 9, "PLOT": 1, "FOOT_PRINT": 5, "YARD": 94, "COVERED": 6, "ROAD": 1, "LANE": 5,
}  # fmt: skip
"""Colour of a layer by a word in its name; A-...: the architect's own, which no scrutiny reads."""


def corners(box: Box) -> list[Point]:
    """Return the corners of a box, counter-clockwise from the lower left.

    >>> corners((0, 0, 2, 1))
    [(0, 0), (2, 0), (2, 1), (0, 1)]
    """
    x0, y0, x1, y1 = box
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def ring(shape: Box | Sequence[Point]) -> Sequence[Point]:
    """Return the corners of a box, or the points that are given."""
    return corners(shape) if isinstance(shape[0], int | float) else shape


def sheet(units: int = 6, per_metre: float = 1.0) -> "Pen":
    """Return a pen on a new, empty drawing in model space."""
    document = ezdxf.new("R2010", units=units)
    style = document.dimstyles.get("Standard")
    for name, metres in (("dimtxt", 0.22), ("dimasz", 0.18), ("dimexe", 0.1), ("dimexo", 0.1)):
        style.set_dxf_attrib(name, metres * per_metre)
    style.dxf.dimdec = 2
    return Pen(document, document.modelspace(), per_metre)


@dataclass(frozen=True)
class Pen:
    """Draws in metres at a shift; ``per_metre`` turns them into drawing units."""

    document: Drawing
    space: Modelspace
    per_metre: float
    shift: Point = (0.0, 0.0)
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Parts of layer names that another dialect writes otherwise."""
    colours: Mapping[int, int] = field(default_factory=dict)
    """Colours that another dialect gives another number."""
    reach: list[Point] = field(default_factory=list)
    """Every point drawn, in metres of the sheet: the frame is drawn round them."""

    def moved(self, dx: float, dy: float) -> "Pen":
        """Return a pen on the same sheet that draws elsewhere."""
        return replace(self, shift=(self.shift[0] + dx, self.shift[1] + dy))

    def on(self, layer: str, colour: int = BYLAYER) -> dict[str, str | int]:
        """Return the attributes of an entity on a layer; the layer is made when it is new."""
        for ours, theirs in self.renamed.items():
            layer = layer.replace(ours, theirs)
        colour = self.colours.get(colour, colour)
        if layer not in self.document.layers:
            ink = next((own for word, own in INKS.items() if word in layer), 7)
            self.document.layers.add(layer, color=ink)
        return {"layer": layer, "color": colour}

    def at(self, point: Point) -> Point:
        """Return a point in drawing units, a micrometre exact."""
        there = (point[0] + self.shift[0], point[1] + self.shift[1])
        self.reach.append(there)
        return round(there[0] * self.per_metre, 6), round(there[1] * self.per_metre, 6)

    def outline(
        self,
        layer: str,
        shape: Box | Sequence[Point],
        colour: int = BYLAYER,
        bulges: Sequence[float] = (),
        close: bool = True,
    ) -> LWPolyline:
        """Draw a closed polyline: a box or points, with the bulge of each side."""
        points = ring(shape)
        bends = [*bulges, *[0.0] * (len(points) - len(bulges))]
        rows = [(*self.at(p), bend) for p, bend in zip(points, bends, strict=True)]
        return self.space.add_lwpolyline(
            rows, format="xyb", close=close, dxfattribs=self.on(layer, colour)
        )

    def line(self, layer: str, a: Point, b: Point, colour: int = BYLAYER) -> None:
        """Draw a line."""
        self.space.add_line(self.at(a), self.at(b), dxfattribs=self.on(layer, colour))

    def circle(self, layer: str, centre: Point, radius: float, colour: int = BYLAYER) -> None:
        """Draw a circle."""
        self.space.add_circle(
            self.at(centre), radius * self.per_metre, dxfattribs=self.on(layer, colour)
        )

    def arc(self, layer: str, centre: Point, radius: float, start: float, end: float) -> None:
        """Draw an arc, counter-clockwise, angles in degrees."""
        size = radius * self.per_metre
        self.space.add_arc(self.at(centre), size, start, end, dxfattribs=self.on(layer))

    def ellipse(self, layer: str, centre: Point, half: Point, ratio: float, colour: int) -> None:
        """Draw a whole ellipse; ``half``: its longer half axis."""
        axis = (half[0] * self.per_metre, half[1] * self.per_metre)
        self.space.add_ellipse(self.at(centre), axis, ratio, dxfattribs=self.on(layer, colour))

    def spline(self, layer: str, controls: Sequence[Point], colour: int = BYLAYER) -> None:
        """Draw a cubic spline that starts and ends at its first control point."""
        curve = self.space.add_spline(dxfattribs=self.on(layer, colour))
        curve.set_open_uniform([(*self.at(p), 0.0) for p in [*controls, controls[0]]], degree=3)

    def hatch(
        self, layer: str, shape: Box | Sequence[Point], pattern: str = "", colour: int = BYLAYER
    ) -> Hatch:
        """Fill a shape, solid or with a pattern."""
        points = ring(shape)
        fill = self.space.add_hatch(color=colour, dxfattribs=self.on(layer))
        if pattern:
            fill.set_pattern_fill(pattern, color=colour, scale=0.08 * self.per_metre)
        fill.paths.add_polyline_path([self.at(p) for p in points], is_closed=True)
        return fill

    def dim(
        self,
        layer: str,
        a: Point,
        b: Point,
        colour: int = BYLAYER,
        off: float = 0.4,
        text: str = "<>",
    ) -> None:
        """Draw an aligned dimension; ``off``: how far the dimension line lies to its left."""
        self.space.add_aligned_dim(
            p1=self.at(a), p2=self.at(b), distance=off * self.per_metre, text=text,
            dxfattribs=self.on(layer, colour),
        ).render()  # fmt: skip

    def text(self, layer: str, lines: str | Sequence[str], at: Point, height: float = 0.3) -> None:
        """Write lines, the first one's upper left corner at a point."""
        text = lines if isinstance(lines, str) else "\\P".join(lines)
        note = self.space.add_mtext(text, dxfattribs=self.on(layer))
        note.set_location(self.at(at), attachment_point=1)
        note.dxf.char_height = height * self.per_metre

    def label(self, text: str, at: Point, height: float = 0.22, layer: str = "A-NOTE") -> None:
        """Write one or two lines centred on a point."""
        note = self.space.add_mtext(text, dxfattribs=self.on(layer))
        note.set_location(self.at(at), attachment_point=5)
        note.dxf.char_height = height * self.per_metre

    def write(self, out: TextIO) -> None:
        """Write the drawing; its classes are sorted, for the library takes them from a set."""
        classes = self.document.classes
        classes.add_required_classes(self.document.dxfversion)
        classes.classes = dict(sorted(classes.classes.items()))
        self.document.write(out)
