"""Hostile drawings by name: how each is made, and what must be said of it.

Most are a sound house, which passes, plus one hostile thing.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

READ = "read"
"""The hostile thing is read as it is drawn, and there is nothing to say of it."""
SAME = "same"
"""The hostile thing changes nothing: every fact is that of the house alone."""
PLOT, COVERED, YARD = "PLOT_BOUNDARY", "BLK_1_COVERED_AREA", "BLK_1_LVL_0_FRONT_YARD"


@dataclass(frozen=True)
class Beast:
    """One hostile drawing: how it is made from the writer of drawings, and what must be said."""

    make: Callable[[Any, Any], Any]
    codes: set[str]


def entity(kind: str, layer: str, *pairs: object) -> list[str]:
    return ["0", kind, "5", "BAD", "100", "AcDbEntity", "8", layer, *map(str, pairs)]


def polyline(layer: str, points: list[tuple[Any, Any]], *more: object) -> list[str]:
    pairs: list[object] = ["100", "AcDbPolyline", 90, len(points), 70, 1, *more]
    for x, y in points:
        pairs += [10, x, 20, y]
    return entity("LWPOLYLINE", layer, *pairs)


def plus(*pairs: str, head: tuple[str, ...] = ()) -> Callable[[Any, Any], Any]:
    """A house and something more."""

    def make(house: Any, sheet: Any) -> Any:
        drawing = house()
        drawing.head += head
        return drawing.raw(*pairs)

    return make


def text(change: Callable[[str], str | bytes]) -> Callable[[Any, Any], Any]:
    """A house whose file is changed as text."""
    return lambda house, sheet: change(house().dxf())


def layers(count: int) -> Callable[[Any, Any], Any]:
    def make(house: Any, sheet: Any) -> Any:
        drawing = house()
        for n in range(count):
            drawing.raw("0", "POINT", "8", f"JUNK_{n}", "10", "0", "20", "0")
        return drawing

    return make


def table(name: str, colour: object) -> Callable[[Any, Any], Any]:
    """A house with a table of layers."""
    rows = ["0", "SECTION", "2", "TABLES", "0", "TABLE", "2", "LAYER", "0", "LAYER", "2", name]
    rows += ["62", str(colour), "0", "ENDTAB", "0", "ENDSEC"]
    return text(lambda dxf: "\n".join(rows) + "\n" + dxf)


def inserts(*more: object, layer: str = "0", block: str = "B") -> Callable[[Any, Any], Any]:
    """A house and an INSERT of a well."""

    def make(house: Any, sheet: Any) -> Any:
        drawing = house()
        drawing.block("B", "0", "CIRCLE", "8", "WELL", "10", "0", "20", "0", "40", "1")
        return drawing.raw(*entity("INSERT", layer, 2, block, 10, 8, 20, 1, *more))

    return make


def ring(count: int, radius: float = 6.0) -> list[tuple[float, float]]:
    turn = math.tau / count
    return [
        (round(8 + radius * math.cos(i * turn), 6), round(8 + radius * math.sin(i * turn), 6))
        for i in range(count)
    ]


def many(layer: str, count: int) -> Callable[[Any, Any], Any]:
    """A house and very many small boxes on one layer."""

    def make(house: Any, sheet: Any) -> Any:
        drawing = house()
        for n in range(count):
            drawing.box(layer, n % 100 * 3, 100 + n // 100 * 6, 2.7, 5.5)
        return drawing

    return make


def nested(depth: int, times: int) -> Callable[[Any, Any], Any]:
    def make(house: Any, sheet: Any) -> Any:
        drawing = house().block("B0", *entity("LINE", PLOT, 10, 0, 20, 0, 11, 1, 21, 1))
        for n in range(1, depth):
            inside = entity("INSERT", "0", 2, f"B{n - 1}", 10, 0, 20, 0)
            drawing.block(f"B{n}", *(inside * times))
        return drawing.raw(*entity("INSERT", "0", 2, f"B{depth - 1}", 10, 0, 20, 0))

    return make


SPLINE = ("100", "AcDbSpline", "70", "1", "71", "3")
UNMEASURED = {
    "curve_not_measured", "not_an_outline", "layer_unmeasured", "number_strange", "outline_empty",
    "curve_broken", "outline_open", "outline_crosses_itself", "outlines_overlap",
}  # fmt: skip
"""What may be said of a curve that encloses nothing."""
BOX = [(20, 20), (30, 20), (30, 30), (20, 30)]
MALAYALAM = "കെട്ടിടം"
SCRIPT = "<script>alert(1)</script>"
ZOO: dict[str, Beast] = {
    # --- numbers
    "a corner without its y": Beast(
        plus(*entity("LWPOLYLINE", COVERED, 90, 3, 70, 1, 10, 0, 20, 0, 10, 5, 10, 5, 20, 5)),
        {"vertices_lost"},
    ),
    "corners out of order": Beast(
        plus(
            *entity("LWPOLYLINE", COVERED, 90, 3, 70, 1, 20, 0, 10, 0, 20, 5, 10, 5, 20, 0, 10, 5)
        ),
        {"vertices_lost"},
    ),
    "fewer corners than said": Beast(
        plus(
            *entity("LWPOLYLINE", COVERED, 90, 4, 70, 1, 10, 0, 20, 0, 10, 5, 20, 0, 10, 5, 20, 5)
        ),
        {"vertices_lost"},
    ),
    "minus three corners": Beast(
        plus(
            *entity("LWPOLYLINE", COVERED, 90, -3, 70, 1, 10, 0, 20, 0, 10, 5, 20, 0, 10, 5, 20, 5)
        ),
        {"vertices_lost"},
    ),
    "a denormal radius": Beast(
        plus(*entity("CIRCLE", "WELL", 10, 1, 20, 1, 40, "5e-324")), {"outline_empty"}
    ),
    "a negative radius": Beast(
        plus(*entity("CIRCLE", "WELL", 10, 1, 20, 1, 40, -2)),
        {"outline_empty", "number_strange", "well_outside_plot"},
    ),
    "no radius": Beast(plus(*entity("CIRCLE", "WELL", 10, 1, 20, 1)), {"number_strange"}),
    "a radius of a thousand digits": Beast(
        plus(*entity("CIRCLE", "WELL", 10, 1, 20, 1, 40, "9" * 1000)), {"number_strange"}
    ),
    "a coordinate of a million digits": Beast(
        plus(*polyline(COVERED, [("1" * 1_000_000, 0), (5, 0), (5, 5)])), {"number_strange"}
    ),
    "1e308 as a bulge": Beast(
        plus(*polyline(COVERED, BOX[:3], 42, 0), "42", "1e308"), {"number_strange"}
    ),
    "a huge bulge": Beast(
        plus(*polyline(COVERED, BOX), "42", "1e9"),
        {
            "covered_differs_footprint",
            "outline_crosses_itself",
            "outline_empty",
            "number_strange",
            "curve_not_measured",
        },
    ),
    "a NaN bulge": Beast(plus(*polyline(COVERED, BOX), "42", "nan"), {"number_strange"}),
    "a dimension without its end": Beast(
        plus(*entity("DIMENSION", "BLK_1_HT_OF_BLDG", 70, 33, 13, 0, 23, 0)), {"number_strange"}
    ),
    "a dimension at 1e308": Beast(
        plus(*entity("DIMENSION", "BLK_1_HT_OF_BLDG", 70, 33, 13, 0, 23, 0, 14, "1e308", 24, 5)),
        {"number_strange"},
    ),
    "Malayalam digits": Beast(
        plus(*polyline(COVERED, [("൧൦", 0), (5, 0), (5, 5)])), {"number_strange"}
    ),
    "a decimal comma": Beast(
        plus(*polyline(COVERED, [("1,5", 0), (5, 0), (5, 5)])), {"number_strange"}
    ),
    "an integer where a text is due": Beast(
        plus(
            *entity(
                "LWPOLYLINE",
                COVERED,
                90,
                "four",
                70,
                "closed",
                10,
                0,
                20,
                0,
                10,
                5,
                20,
                0,
                10,
                5,
                20,
                5,
            )
        ),
        {"outline_open", "vertices_lost", "outlines_overlap"},
    ),
    # --- outlines
    "a polyline of one point": Beast(plus(*polyline(COVERED, [(5, 5)])), UNMEASURED),
    "a polyline of no point": Beast(plus(*polyline(COVERED, [])), UNMEASURED),
    "a polyline of two points": Beast(plus(*polyline(COVERED, [(5, 5), (9, 9)])), UNMEASURED),
    "the same point a thousand times": Beast(
        plus(*polyline(COVERED, [(5, 5)] * 1000)), UNMEASURED
    ),
    "a spike": Beast(
        plus(*polyline(PLOT, [(50, 0), (60, 0), (60, 10), (90, 10), (60, 10), (50, 10)])),
        {"outline_touches_itself", "outline_crosses_itself", "plot_several"},
    ),
    "a figure of eight": Beast(
        plus(*polyline(PLOT, [(50, 0), (60, 10), (60, 0), (50, 10)])), {"outline_crosses_itself"}
    ),
    "a bow-tie footprint": Beast(
        plus(*polyline("BLK_1_LVL_0_BLDG_FOOT_PRINT", [(3, 3), (13, 11), (13, 3), (3, 11)])),
        {"outline_crosses_itself"},
    ),
    "a plot turned inside out": Beast(
        lambda house, sheet: sheet().outline(PLOT, [(0, 0), (0, 16), (16, 16), (16, 0)]),
        {READ},
    ),
    "two plots": Beast(
        plus(*polyline(PLOT, [(50, 0), (70, 0), (70, 20), (50, 20)])), {"plot_several"}
    ),
    "a sliver": Beast(
        plus(*polyline(PLOT, [(50, 0), (1e6, 0), (1e6, 1e-7), (50, 1e-7)])),
        {"plot_several", "outline_empty", "outline_crosses_itself"},
    ),
    "a million corners": Beast(
        lambda house, sheet: house().outline(COVERED, ring(250_000)),
        {"outlines_overlap", "covered_differs_footprint"},
    ),
    "a comb that crosses itself everywhere": Beast(
        plus(*polyline(PLOT, [(i % 2 * 16, (i * 7919) % 16) for i in range(3000)])),
        {"outline_crosses_itself", "outline_empty"},
    ),
    "a mirrored plane": Beast(
        plus(
            *polyline(
                COVERED, [(-3, 3.5), (-13, 3.5), (-13, 11.5), (-3, 11.5)], 210, 0, 220, 0, 230, -1
            )
        ),
        {"outline_twice"},
    ),
    "a tilted plane": Beast(
        plus(*polyline(COVERED, BOX, 210, 1, 220, 0, 230, 0)),
        {
            "not_an_outline",
            "curve_not_measured",
            "outline_outside_plot",
            "covered_differs_footprint",
            "plane_tilted",
        },
    ),
    "a three-dimensional polyline": Beast(
        plus(
            *entity("POLYLINE", COVERED, 66, 1, 70, 9),
            *(
                p
                for x, y in [(3, 3.5), (13, 3.5), (13, 11.5), (3, 11.5)]
                for p in entity("VERTEX", COVERED, 10, x, 20, y, 30, 7, 70, 32)
            ),
            *entity("SEQEND", COVERED),
        ),
        {"outline_twice"},
    ),
    "a polyline without vertices": Beast(
        plus(*entity("POLYLINE", COVERED, 66, 1, 70, 1), *entity("SEQEND", COVERED)), UNMEASURED
    ),
    "vertices without a polyline": Beast(
        plus(*entity("VERTEX", COVERED, 10, 1, 20, 1), *entity("SEQEND", COVERED)), {SAME}
    ),
    "an ellipse without an axis": Beast(
        plus(*entity("ELLIPSE", COVERED, 10, 5, 20, 5, 11, 0, 21, 0, 40, 0, 41, 0, 42, 6.283185)),
        UNMEASURED,
    ),
    "a spline with broken knots": Beast(
        plus(
            *entity(
                "SPLINE",
                COVERED,
                *SPLINE,
                72,
                4,
                73,
                4,
                40,
                9,
                40,
                1,
                40,
                0,
                40,
                -5,
                10,
                0,
                20,
                0,
                10,
                5,
                20,
                0,
                10,
                5,
                20,
                5,
                10,
                0,
                20,
                5,
            )
        ),
        UNMEASURED,
    ),
    "a spline of degree a billion": Beast(
        plus(
            *entity(
                "SPLINE",
                COVERED,
                "100",
                "AcDbSpline",
                70,
                1,
                71,
                999999999,
                10,
                0,
                20,
                0,
                10,
                5,
                20,
                5,
            )
        ),
        UNMEASURED,
    ),
    "a spline of a hundred thousand points": Beast(
        plus(
            *entity(
                "SPLINE",
                COVERED,
                *SPLINE,
                *(v for n in range(100_000) for v in (40, n)),
                *(v for n in range(99_996) for v in (10, n % 97, 20, n % 89)),
            )
        ),
        UNMEASURED,
    ),
    "a hatch that says a billion edges": Beast(
        plus(
            *entity(
                "HATCH",
                COVERED,
                2,
                "SOLID",
                70,
                1,
                91,
                1,
                92,
                1,
                93,
                999999999,
                72,
                1,
                10,
                0,
                20,
                0,
            )
        ),
        UNMEASURED | {"hatch_not_measured", "hatch_broken"},
    ),
    "a hatch with a hundred thousand edges": Beast(
        plus(
            *entity(
                "HATCH",
                COVERED,
                2,
                "SOLID",
                70,
                1,
                91,
                1,
                92,
                1,
                93,
                100_000,
                *(
                    v
                    for n in range(100_000)
                    for v in (72, 1, 10, n % 97, 20, n % 89, 11, (n + 1) % 97, 21, (n + 1) % 89)
                ),
            )
        ),
        UNMEASURED | {"hatch_not_measured", "hatch_broken"},
    ),
    "a hatch with minus one loops": Beast(
        plus(*entity("HATCH", COVERED, 2, "SOLID", 70, 1, 91, -1)),
        UNMEASURED | {"hatch_not_measured", "hatch_broken"},
    ),
    # --- layers, colours, handles
    "a hundred thousand layers": Beast(layers(100_000), {"strange_layers"}),
    "ten thousand misspelt layers": Beast(
        lambda house, sheet: house().raw(
            *(
                v
                for n in range(10_000)
                for v in ("0", "POINT", "8", f"BLK_{n}_COVRED_ARAE", "10", "0", "20", "0")
            )
        ),
        {"layer_misspelt", "strange_layers", "layers_misspelt_many"},
    ),
    "a thousand blocks of buildings": Beast(
        lambda house, sheet: house().raw(
            *(
                v
                for n in range(2, 1_000)
                for v in polyline(f"BLK_{n}_COVERED_AREA", [(0, 0), (1, 0), (1, 1)])
            )
        ),
        {
            "height_missing",
            "footprint_missing",
            "too_many_blocks",
            "covered_from_footprint",
            "floors_missing",
        },
    ),
    "a layer name of a million letters": Beast(
        plus(*polyline("X" * 1_000_000, BOX)), {"strange_layers"}
    ),
    "a layer with control characters": Beast(
        plus(*polyline("WALL\x07\x1b[2J", BOX)), {"strange_layers"}
    ),
    "a layer that is a script": Beast(plus(*polyline(SCRIPT, BOX)), {"strange_layers"}),
    "a layer in Malayalam": Beast(plus(*polyline(MALAYALAM, BOX)), {"strange_layers"}),
    "a layer turned right to left": Beast(
        plus(*polyline("\u202egnp.AERA", BOX)), {"strange_layers"}
    ),
    "a layer of format codes": Beast(
        plus(*polyline("{0.__class__}%s{layer}", BOX)), {"strange_layers"}
    ),
    "a block number of forty digits": Beast(
        plus(*polyline(f"BLK_{'9' * 40}_COVERED_AREA", BOX)), {"strange_layers", "layer_misspelt"}
    ),
    "no layer name": Beast(plus(*polyline("", BOX)), {"strange_layers"}),
    "a colour out of range": Beast(
        plus(*polyline("BLK_1_FLR_0_BLT_UP_AREA", [(40, 20), (50, 20), (50, 28)], 62, 999999999)),
        {READ, "occupancy_colour_unknown"},
    ),
    "a layer table with strange colours": Beast(table(COVERED, "many"), {SAME}),
    "a layer table with a negative colour": Beast(table(COVERED, -7), {SAME}),
    "the same handle a hundred times": Beast(
        plus(*(entity("POINT", "JUNK", 10, 0, 20, 0) * 100)), {"strange_layers"}
    ),
    # --- blocks
    "an insert of no block": Beast(inserts(block="NONE"), {SAME}),
    "an insert with a negative grid": Beast(inserts(70, -5, 71, -5), {READ}),
    "an insert with a NaN scale": Beast(inserts(41, "nan"), {"number_strange"}),
    "an insert with scale nought": Beast(
        inserts(41, 0, 42, 0), {"outline_empty", "well_outside_plot", "not_an_outline"}
    ),
    "an insert at 1e308": Beast(inserts(50, "1e308"), {"number_strange"}),
    "an insert a million times": Beast(inserts(70, 1000, 71, 1001), {"copies_over_budget"}),
    "blocks nested twenty deep, each ten times": Beast(nested(20, 10), {"copies_over_budget"}),
    "blocks nested a thousand deep": Beast(nested(1000, 1), {"blocks_too_deep"}),
    "two thousand copies of a well": Beast(
        inserts(70, 45, 71, 45, 44, 0.001, 45, 0.001),
        {"shapes_too_many"},
    ),
    # --- texts
    "a text of ten million letters": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "A" * 10_000_000)), {"text_too_long"}
    ),
    "a text of a million braces": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "{\\f" * 1_000_000)),
        {SAME, "text_too_long"},
    ),
    "a text that backtracks": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "A " * 200_000 + "=")),
        {"text_too_long"},
    ),
    "a key with a value of a million digits": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "RWH_CAPACITY_L=" + "9" * 1_000_000)),
        {"text_too_long"},
    ),
    "a hundred thousand keys": Beast(
        plus(
            *entity(
                "MTEXT",
                "PLAN_INFO",
                10,
                0,
                20,
                0,
                1,
                "\\P".join(f"KEY{n}=1" for n in range(100_000)),
            )
        ),
        {SAME},
    ),
    "a text with half surrogates": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "PROJECT=\\U+D800\\U+DC00\\U+0000")),
        {SAME},
    ),
    "twenty thousand letters that backtrack": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "A " * 9_900 + "=")),
        {SAME, "two_keys_on_line"},
    ),
    "twenty thousand letters that open braces": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "{\\f\\S" * 3_900)), {SAME}
    ),
    "a key with five thousand digits": Beast(
        plus(*entity("MTEXT", "PLAN_INFO", 10, 0, 20, 0, 1, "RWH_CAPACITY_L=" + "9" * 5_000)),
        {"number_unreadable", "number_strange", "value_implausible", "fact_refused"},
    ),
    # --- paths to elsewhere
    "an xref to a file of the server": Beast(
        lambda house, sheet: (
            house()
            .raw(*entity("INSERT", "0", 2, "X", 10, 0, 20, 0))
            .dxf()
            .replace(
                "BLOCKS\n",
                "BLOCKS\n0\nBLOCK\n8\n0\n2\nX\n70\n4\n10\n0\n20\n0\n1\nfile:///etc/passwd\n0\nENDBLK\n",
            )
        ),
        {"xrefs_left_out"},
    ),
    "an image of a file of the server": Beast(
        plus(
            *entity("IMAGE", "0", 10, 0, 20, 0, 340, "F1"),
            *entity("IMAGEDEF", "0", 1, "/etc/passwd"),
        ),
        {"images_left_out"},
    ),
    # --- sections and encodings
    "no ENDSEC": Beast(
        text(lambda dxf: dxf.replace("0\nENDSEC\n0\nEOF", "0\nEOF")), {"damaged_repaired"}
    ),
    "no EOF": Beast(text(lambda dxf: dxf.replace("0\nEOF\n", "")), {"damaged_repaired"}),
    "a section in a section": Beast(
        text(lambda dxf: dxf.replace("ENTITIES\n", "ENTITIES\n0\nSECTION\n2\nENTITIES\n")),
        {"damaged_repaired", "damaged_beyond_repair"},
    ),
    "two sections of entities": Beast(
        text(lambda dxf: dxf.replace("0\nEOF", "0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF")),
        {"nothing_known", "section_twice", "damaged_repaired", "damaged_beyond_repair"},
    ),
    "no header": Beast(
        text(lambda dxf: dxf[dxf.index("0\nSECTION\n2\nBLOCKS") :]), {"units_not_said"}
    ),
    "a group code that is a word": Beast(
        text(lambda dxf: dxf.replace("\n62\n", "\ncolour\n", 1)),
        {"damaged_repaired", "damaged_beyond_repair"},
    ),
    "a line lost": Beast(
        text(lambda dxf: dxf.replace("\n62\n256\n", "\n62\n", 1)),
        {"damaged_repaired", "damaged_beyond_repair"},
    ),
    "all in one line": Beast(
        text(lambda dxf: dxf.replace("\n", " ")), {"damaged_beyond_repair", "damaged_repaired"}
    ),
    "old Macintosh line ends": Beast(
        text(lambda dxf: dxf.replace("\n", "\r").encode()),
        {"damaged_repaired", "damaged_beyond_repair"} | {SAME},
    ),
    "UTF-16": Beast(text(lambda dxf: dxf.encode("utf-16")), {"not_dxf", "damaged_repaired"}),
    "UTF-32": Beast(text(lambda dxf: dxf.encode("utf-32")), {"not_dxf", "damaged_repaired"}),
    "NULs between lines": Beast(
        text(lambda dxf: dxf.replace("\n", "\x00\n")),
        {"damaged_repaired", "damaged_beyond_repair", "not_dxf"},
    ),
    "a code page that is none": Beast(
        text(
            lambda dxf: (
                dxf.replace("AC1021", "AC1015\n9\n$DWGCODEPAGE\n3\nANSI_99999").encode("latin-1")
                + b"999\n\xe9\n"
            )
        ),
        {SAME},
    ),
    "a code page of Python's own": Beast(
        text(
            lambda dxf: (
                dxf.replace("AC1021", "AC1015\n9\n$DWGCODEPAGE\n3\nANSI_65001")
                .replace("0\nEOF", "999\n\xe9\n0\nEOF")
                .encode("latin-1")
            )
        ),
        {SAME},
    ),
    "forty megabytes and more": Beast(
        text(lambda dxf: dxf + "999\nx\n" * 8_000_000), {"too_large"}
    ),
    "twenty megabytes of comments": Beast(text(lambda dxf: "999\nx\n" * 3_000_000 + dxf), {SAME}),
    "a comment of ten megabytes": Beast(
        text(lambda dxf: "999\n" + "x" * 10_000_000 + "\n" + dxf), {SAME}
    ),
    # --- other files
    "a DWG": Beast(lambda house, sheet: b"AC1032\x00\x00\x00" + bytes(200), {"dwg_renamed"}),
    "a binary DXF cut off": Beast(
        lambda house, sheet: (
            b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\x00\x00SECTION\x00\x02\x00HEADER\x00\x09"
        ),
        {"damaged_beyond_repair"},
    ),
    "a binary DXF of noise": Beast(
        lambda house, sheet: b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(range(256)) * 400,
        {"damaged_beyond_repair"},
    ),
    "a JSON": Beast(
        lambda house, sheet: json.dumps({"SECTION": [1, 2]}),
        {"damaged_beyond_repair", "damaged_repaired", "not_dxf"},
    ),
    "a web page": Beast(
        lambda house, sheet: "<html>SECTION</html>",
        {"damaged_beyond_repair", "damaged_repaired", "not_dxf"},
    ),
    # --- units
    "units out of the list": Beast(lambda house, sheet: house(units=9999), {"units_not_said"}),
    "miles": Beast(lambda house, sheet: house(units=3), {"units_disagree"}),
    "a plot of a thousand kilometres": Beast(
        lambda house, sheet: house(1e6), {"units_implausible", "units_disagree", "number_strange"}
    ),
    "a plot of a millimetre": Beast(
        lambda house, sheet: house(1e-6), {"units_implausible", "outline_empty"}
    ),
    "coordinates at nine million": Beast(
        lambda house, sheet: house(shift=(9e9, -9e9)), {"far_off_coordinates"}
    ),
    # --- many things
    "twenty thousand parking bays": Beast(many("PARKING_SLOT", 20_000), {"shapes_too_many"}),
    "two thousand wells a millimetre apart": Beast(
        inserts(70, 44, 71, 45, 44, 0.0011, 45, 0.0011), {READ, "outlines_overlap"}
    ),
    "nineteen hundred bays on top of each other": Beast(
        lambda house, sheet: house().raw(
            *(
                v
                for n in range(1_900)
                for v in polyline(
                    "PARKING_SLOT",
                    [(20 + n / 500, 0), (23 + n / 500, 0), (23 + n / 500, 6), (20 + n / 500, 6)],
                )
            )
        ),
        {"bays_too_many"},
    ),
    "ten thousand plots on top of each other": Beast(
        lambda house, sheet: house().raw(
            *(polyline(PLOT, [(0, 0), (16, 0), (16, 16), (0, 16)]) * 10_000)
        ),
        {"shapes_too_many"},
    ),
    "nineteen hundred plots on top of each other": Beast(
        lambda house, sheet: house().raw(
            *(polyline(PLOT, [(0, 0), (16, 0), (16, 16), (0, 16)]) * 1_900)
        ),
        {"outline_twice"},
    ),
    "a hundred thousand loose lines": Beast(
        plus(*(entity("LINE", COVERED, 10, 0, 20, 0, 11, 1, 21, 1) * 100_000)),
        {"loose_lines", "layer_unmeasured", "pieces_fork"},
    ),
}
