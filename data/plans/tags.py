"""A hand that writes DXF tag by tag, so that a drawing can be as wrong as one wishes."""

import struct
from collections.abc import Sequence

Point = tuple[float, float]


class Tags:
    """A DXF text in the making; every method returns the hand itself."""

    def __init__(self, units: int | None = 6, release: str = "AC1021") -> None:
        self.head = ["9", "$ACADVER", "1", release]
        if units is not None:
            self.head += ["9", "$INSUNITS", "70", str(units)]
        self.entities: list[str] = []
        self.blocks: list[str] = []
        self.handles = 0x100

    def _start(self, kind: str, layer: str, colour: int) -> list[str]:
        self.handles += 1
        own = ["0", kind, "5", f"{self.handles:X}", "100", "AcDbEntity", "8", layer]
        return [*own, "62", str(colour)]

    def outline(
        self, layer: str, points: Sequence[Point], colour: int = 256, closed: bool = True
    ) -> "Tags":
        """Draw a polyline."""
        out = self._start("LWPOLYLINE", layer, colour)
        out += ["100", "AcDbPolyline", "90", str(len(points)), "70", "1" if closed else "0"]
        for x, y in points:
            out += ["10", f"{x:.12g}", "20", f"{y:.12g}"]
        self.entities += out
        return self

    def box(self, layer: str, x: float, y: float, w: float, h: float, colour: int = 256) -> "Tags":
        """Draw a box by its lower left corner, width and depth."""
        return self.outline(layer, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour)

    def line(self, layer: str, a: Point, b: Point) -> "Tags":
        """Draw a line."""
        ends = _point("10", "20", a) + _point("11", "21", b)
        return self.raw(*self._start("LINE", layer, 256), "100", "AcDbLine", *ends)

    def circle(self, layer: str, centre: Point, radius: float) -> "Tags":
        """Draw a circle."""
        size = ["10", f"{centre[0]:.12g}", "20", f"{centre[1]:.12g}", "40", f"{radius:.12g}"]
        return self.raw(*self._start("CIRCLE", layer, 256), "100", "AcDbCircle", *size)

    def dim(
        self, layer: str, a: Point, b: Point, colour: int = 256, text: str = "", kind: int = 1
    ) -> "Tags":
        """Draw a dimension; kind 1: aligned, 2: of an angle."""
        out = self._start("DIMENSION", layer, colour)
        out += ["100", "AcDbDimension", "1", text, "70", str(32 + kind)]
        ends = _point("13", "23", a) + _point("14", "24", b)
        return self.raw(*out, *ends)

    def text(self, layer: str, text: str, at: Point = (0.0, 20.0)) -> "Tags":
        r"""Write a text; \\P starts a new line."""
        out = [*self._start("MTEXT", layer, 256), "100", "AcDbMText"]
        return self.raw(*out, "10", f"{at[0]:.12g}", "20", f"{at[1]:.12g}", "40", "0.3", "1", text)

    def thing(self, kind: str, layer: str, *pairs: str) -> "Tags":
        """Write an entity of any type."""
        return self.raw(*self._start(kind, layer, 256), *pairs)

    def raw(self, *pairs: str) -> "Tags":
        """Write groups as they are."""
        self.entities += list(pairs)
        return self

    def block(self, name: str, *pairs: str, flags: int = 0) -> "Tags":
        """Write a block; flag 4: it stands for another file."""
        head = ["0", "BLOCK", "8", "0", "2", name, "70", str(flags), "10", "0", "20", "0"]
        self.blocks += [*head, *pairs, "0", "ENDBLK", "8", "0"]
        return self

    def lines(self) -> list[str]:
        """Return all groups of the file."""
        out = ["0", "SECTION", "2", "HEADER", *self.head, "0", "ENDSEC"]
        if self.blocks:
            out += ["0", "SECTION", "2", "BLOCKS", *self.blocks, "0", "ENDSEC"]
        return [*out, "0", "SECTION", "2", "ENTITIES", *self.entities, "0", "ENDSEC", "0", "EOF"]

    def dxf(self) -> bytes:
        """Return the file as text."""
        return "\n".join([*self.lines(), ""]).encode()

    def binary(self) -> bytes:
        """Return the file as binary DXF."""
        out = bytearray(b"AutoCAD Binary DXF\r\n\x1a\x00")
        pairs = self.lines()
        for code, value in zip(map(int, pairs[0::2]), pairs[1::2], strict=True):
            out += struct.pack("<H", code)
            if 10 <= code < 60:
                out += struct.pack("<d", float(value))
            elif 60 <= code < 80:
                out += struct.pack("<h", int(value))
            elif 90 <= code < 100:
                out += struct.pack("<i", int(value))
            else:
                out += value.encode() + b"\x00"
        return bytes(out)


def _point(x_code: str, y_code: str, at: Point) -> list[str]:
    return [x_code, f"{at[0]:.12g}", y_code, f"{at[1]:.12g}"]


def house(
    units: int | None = 6,
    factor: float = 1.0,
    without: str = "",
    by: Point = (0, 0),
    release: str = "AC1021",
) -> Tags:
    """Draw a sound house 10 x 8 m on a plot 16 x 16 m; leave out layers that hold a word.

    Front 3.5 m, rear 4.5 m, sides 3 m, a road of 6 m, 4 m high, floor 0 drawn at x = 40.
    """
    tags = Tags(units, release)
    boxes: list[tuple[str, float, float, float, float, int]] = [
        ("PLOT_BOUNDARY", 0, 0, 16, 16, 256), ("NOTIFIED_ROAD", -5, -6, 30, 6, 1),
        ("BLK_1_LVL_0_BLDG_FOOT_PRINT", 3, 3.5, 10, 8, 256),
        ("BLK_1_COVERED_AREA", 3, 3.5, 10, 8, 256),
        ("BLK_1_LVL_0_FRONT_YARD", 0, 0, 16, 3.5, 256),
        ("BLK_1_LVL_0_REAR_YARD", 0, 11.5, 16, 4.5, 256),
        ("BLK_1_LVL_0_SIDE_YARD1", 0, 3.5, 3, 8, 256),
        ("BLK_1_LVL_0_SIDE_YARD2", 13, 3.5, 3, 8, 256),
        ("BLK_1_FLR_0_BLT_UP_AREA", 40, 0, 10, 8, 25), ("BLK_1_FLR_0_UNITFA", 40, 0, 10, 8, 25),
    ]  # fmt: skip
    leave = [word for word in without.split() if word]
    for layer, x, y, w, h, colour in boxes:
        if not any(word in layer for word in leave):
            at = ((x + by[0]) * factor, (y + by[1]) * factor)
            tags.box(layer, *at, w * factor, h * factor, colour)
    if "HT_OF_BLDG" not in leave:
        low, high = (60 + by[0], by[1]), (60 + by[0], 4 + by[1])
        ends = [(p[0] * factor, p[1] * factor) for p in (low, high)]
        tags.dim("BLK_1_HT_OF_BLDG", *ends)
    if "PLAN_INFO" not in leave:
        tags.text("PLAN_INFO", r"PLOT_AREA_M2=256\PACCESS_WIDTH_M=6")
    return tags
