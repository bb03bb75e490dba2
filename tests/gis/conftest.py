"""Drawings made by hand: a sheet takes polylines, dimensions and texts and writes a DXF."""

from pathlib import Path

import pytest

Point = tuple[float, float]


class Sheet:
    """A small DXF writer of our own, so that tests do not trust the library that reads."""

    def __init__(self, units: int | None = 6, release: str = "AC1021") -> None:
        self.head = ["9", "$ACADVER", "1", release]
        if units is not None:
            self.head += ["9", "$INSUNITS", "70", str(units)]
        self.entities: list[str] = []
        self.blocks: list[str] = []
        self.handles = 0x100

    def _start(self, kind: str, layer: str, colour: int) -> list[str]:
        self.handles += 1
        return [
            "0",
            kind,
            "5",
            f"{self.handles:X}",
            "100",
            "AcDbEntity",
            "8",
            layer,
            "62",
            str(colour),
        ]

    def outline(
        self,
        layer: str,
        points: list[Point],
        colour: int = 256,
        closed: bool = True,
        bulges: dict[int, float] | None = None,
    ) -> "Sheet":
        out = self._start("LWPOLYLINE", layer, colour)
        out += ["100", "AcDbPolyline", "90", str(len(points)), "70", "1" if closed else "0"]
        for i, (x, y) in enumerate(points):
            out += ["10", repr(x), "20", repr(y)]
            if bulges and i in bulges:
                out += ["42", repr(bulges[i])]
        self.entities += out
        return self

    def box(
        self, layer: str, x: float, y: float, w: float, h: float, colour: int = 256
    ) -> "Sheet":
        return self.outline(layer, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour)

    def dimension(
        self, layer: str, a: Point, b: Point, colour: int = 256, text: str = "", kind: int = 1
    ) -> "Sheet":
        out = self._start("DIMENSION", layer, colour)
        out += ["100", "AcDbDimension", "1", text, "70", str(32 + kind)]
        out += ["13", repr(a[0]), "23", repr(a[1]), "14", repr(b[0]), "24", repr(b[1])]
        self.entities += out
        return self

    def text(self, layer: str, text: str, at: Point = (0.0, 0.0)) -> "Sheet":
        out = self._start("MTEXT", layer, 256)
        self.entities += [
            *out,
            "100",
            "AcDbMText",
            "10",
            repr(at[0]),
            "20",
            repr(at[1]),
            "1",
            text,
        ]
        return self

    def raw(self, *pairs: str) -> "Sheet":
        self.entities += list(pairs)
        return self

    def block(self, name: str, *pairs: str) -> "Sheet":
        head = ["0", "BLOCK", "8", "0", "2", name, "70", "0", "10", "0", "20", "0"]
        self.blocks += [*head, *pairs, "0", "ENDBLK", "8", "0"]
        return self

    def dxf(self) -> str:
        lines = ["0", "SECTION", "2", "HEADER", *self.head, "0", "ENDSEC"]
        lines += ["0", "SECTION", "2", "BLOCKS", *self.blocks, "0", "ENDSEC"]
        lines += ["0", "SECTION", "2", "ENTITIES", *self.entities, "0", "ENDSEC", "0", "EOF", ""]
        return "\n".join(lines)

    def write(self, folder: Path, name: str = "plan.dxf") -> Path:
        path = folder / name
        path.write_text(self.dxf(), encoding="utf-8")
        return path


def house(factor: float = 1.0, shift: Point = (0.0, 0.0), **more: int) -> Sheet:
    """Draw a house 10 x 8 m on a plot 16 x 16 m: front 3.5, rear 4.5, sides 3; a 6 m road."""
    sheet = Sheet(**more)

    def box(layer: str, x: float, y: float, w: float, h: float, colour: int = 256) -> None:
        x, y = (x + shift[0]) * factor, (y + shift[1]) * factor
        sheet.box(layer, x, y, w * factor, h * factor, colour)

    box("PLOT_BOUNDARY", 0, 0, 16, 16)
    box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 3, 3.5, 10, 8)
    box("BLK_1_LVL_0_FRONT_YARD", 3, 0, 10, 3.5)
    box("BLK_1_LVL_0_REAR_YARD", 3, 11.5, 10, 4.5)
    box("BLK_1_LVL_0_SIDE_YARD1", 0, 3.5, 3, 8)
    box("BLK_1_LVL_0_SIDE_YARD2", 13, 3.5, 3, 8)
    box("BLK_1_COVERED_AREA", 3, 3.5, 10, 8)
    box("BLK_1_FLR_0_BLT_UP_AREA", 40, 0, 10, 8, 25)
    box("BLK_1_FLR_0_UNITFA", 40, 0, 10, 8, 25)
    box("NOTIFIED_ROAD", -5, -6, 30, 6)
    a, b = (60 + shift[0], shift[1]), (60 + shift[0], 4 + shift[1])
    sheet.dimension(
        "BLK_1_HT_OF_BLDG", (a[0] * factor, a[1] * factor), (b[0] * factor, b[1] * factor)
    )
    sheet.text("PLAN_INFO", r"PLOT_AREA_M2=256\PACCESS_WIDTH_M=6\PCRZ=NO")
    return sheet


@pytest.fixture(scope="session")
def sheet() -> type[Sheet]:
    """The writer of drawings."""
    return Sheet


@pytest.fixture(scope="session")
def a_house() -> object:
    """A function that draws a sound house."""
    return house
