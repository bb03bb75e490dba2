"""One small, wrong drawing for each finding: findings/CODE.dxf shows the finding CODE."""

import io
from collections.abc import Callable

from pen import sheet
from tags import Tags, house

PLOT, FOOT, BUILT = "PLOT_BOUNDARY", "BLK_1_LVL_0_BLDG_FOOT_PRINT", "BLK_1_FLR_0_BLT_UP_AREA"
FLOOR = "BLK_1_FLR_0"
ROAD, FRONT = "NOTIFIED_ROAD", "BLK_1_LVL_0_FRONT_YARD"
DEDUCT, HEIGHT = "BLK_1_FLR_0_BLT_UP_AREA_DEDUCT", "BLK_1_HT_OF_BLDG"
SQUARE = [(0.0, 0.0), (16.0, 0.0), (16.0, 16.0), (0.0, 16.0)]


def info(text: str) -> Tags:
    """Return the sound house with one line of PLAN_INFO."""
    return house(without="PLAN_INFO").text("PLAN_INFO", text)


def outlined(layer: str, points: list[tuple[float, float]], closed: bool = True) -> Tags:
    """Return the sound house with one layer drawn otherwise."""
    return house(without=layer).outline(layer, points, 25 if "BLT_UP" in layer else 256, closed)


def nested(depth: int) -> Tags:
    """Return a house whose blocks lie ever deeper inside each other."""
    tags = house()
    for i in range(depth):
        tags.block(f"B{i}", "0", "INSERT", "8", "0", "2", f"B{i + 1}", "10", "0", "20", "0")
    tags.block(f"B{depth}", "0", "POINT", "8", "0", "10", "0", "20", "0")
    return tags.thing("INSERT", PLOT, "2", "B0", "10", "0", "20", "0")


def heap(tags: Tags, layer: str, columns: int, rows: int = 1) -> Tags:
    """Draw many boxes of the size of a bay, almost on one another: copies of one block."""
    low = -5 if layer == "LANE_1" else 1
    inner = Tags().box(layer, 1, low, 2.7, 5.5).entities
    tags.block("HEAP", *inner)
    grid = [
        "10",
        "0",
        "20",
        "0",
        "70",
        str(columns),
        "71",
        str(rows),
        "44",
        "0.001",
        "45",
        "0.001",
    ]
    return tags.thing("INSERT", layer, "2", "HEAP", *grid)


def towers(count: int) -> Tags:
    """Draw blocks of which each says that its one floor stands for two hundred."""
    tags = house()
    for i in range(2, count + 2):
        layer = f"BLK_{i}_FLR_0_BLT_UP_AREA"
        tags.box(layer, 40 + 12 * i, 0, 10, 8, 25)
        tags.text(layer, "TYPICAL_FLOOR_PLAN=0-199", (41 + 12 * i, 9))
    return tags


def numbered(tags: Tags, name: str, count: int) -> Tags:
    """Put one thing on each of many layers, named with a number."""
    tags.block("MARK", *Tags().box("0", 70, 0, 1, 1).entities)
    for i in range(count):
        tags.raw("0", "INSERT", "8", name.format(i), "2", "MARK", "10", "0", "20", "0")
    return tags


def through(points: list[tuple[float, float]]) -> list[str]:
    """Return the groups of a closed spline that is only known by the points it passes."""
    ring = [*points, points[0]]
    head = ["100", "AcDbSpline", "70", "8", "71", "3", "72", "0", "73", "0", "74", str(len(ring))]
    return [*head, *(tag for x, y in ring for tag in ("11", str(x), "21", str(y), "31", "0"))]


def filled(x: float, y: float, w: float, h: float) -> list[str]:
    """Return the groups of a solid hatch over a box."""
    ring = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    head = ["100", "AcDbHatch", "10", "0", "20", "0", "30", "0"]
    head += ["2", "SOLID", "70", "1", "71", "0"]
    path = ["91", "1", "92", "3", "72", "0", "73", "1", "93", "4"]
    corners = [tag for px, py in ring for tag in ("10", str(px), "20", str(py))]
    return [*head, *path, *corners, "97", "0", "75", "0", "76", "1", "98", "0"]


def two_blocks(gap: float, said: float) -> Tags:
    """Return a house with a second block beside it and a dimension between them."""
    tags = house().box("BLK_2_LVL_0_BLDG_FOOT_PRINT", 13 + gap, 5, 1, 4)
    return tags.dim("DIST_BETWEEN_BLK_1_BLK_2", (13, 7), (13 + said, 7))


def cut_short() -> bytes:
    """Return a drawing of a CAD program whose ENTITIES section has lost its end."""
    pen = sheet()
    pen.outline(PLOT, (0, 0, 16, 16))
    pen.outline(FOOT, (3, 3.5, 13, 11.5))
    text = io.StringIO()
    pen.write(text)
    head, mark, rest = text.getvalue().partition("  0\nENDSEC\n  0\nSECTION\n  2\nOBJECTS\n")
    return (head + mark.removeprefix("  0\nENDSEC\n") + rest).encode()


FILES: dict[str, bytes] = {
    "empty_file": b"",
    "zip_renamed": b"PK\x03\x04 an archive with the name of a drawing",
    "pdf_renamed": b"%PDF-1.7 a paper with the name of a drawing",
    "picture_renamed": b"\x89PNG\r\n\x1a\n a picture with the name of a drawing",
    "office_file_renamed": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old document",
    "dwg_renamed": b"AC1032\x00\x00 a DWG with the name of a DXF",
    "not_dxf": b"Dear Secretary, please find the plan attached.\n",
    "damaged_beyond_repair": b"AutoCAD Binary DXF\r\n\x1a\x00\x00\x00SECTION\x00\x02",
    "damaged_repaired": cut_short(),
    "binary_dxf": house().binary(),
}
"""Files that are wrong before anything is measured."""

SHEETS: dict[str, Callable[[], Tags]] = {
    # blocks and numbers
    "copies_over_budget": lambda: (
        house()
        .block("TREE", "0", "POINT", "8", "0")
        .thing("INSERT", PLOT, "2", "TREE", "70", "1001", "71", "1000")
    ),
    "block_cycle": lambda: (
        house().block("A", "0", "INSERT", "8", "0", "2", "A").thing("INSERT", PLOT, "2", "A")
    ),
    "blocks_too_deep": lambda: nested(60),
    "vertices_lost": lambda: house().thing(
        "LWPOLYLINE",
        "WELL",
        "100",
        "AcDbPolyline",
        "90",
        "5",
        "70",
        "1",
        "10",
        "1",
        "20",
        "1",
        "10",
        "2",
        "20",
        "1",
        "10",
        "2",
        "20",
        "2",
    ),
    "number_strange": lambda: house().thing(
        "LWPOLYLINE",
        "WELL",
        "90",
        "2",
        "70",
        "1",
        "10",
        "1e308",
        "20",
        "0",
        "10",
        "1",
        "20",
        "nan",
    ),
    # units and place
    "units_not_said": lambda: house(None),
    "units_disagree": lambda: house(4),
    "units_converted": lambda: house(4, 1000.0),
    "units_doubtful": lambda: house(6, 4.0, "PLAN_INFO"),
    "units_implausible": lambda: house(6, 1e-4, "PLAN_INFO"),
    "far_off_coordinates": lambda: house(by=(640_000.0, 1_100_000.0)),
    "dialect_chosen": lambda: (
        house(without="YARD PLAN_INFO")
        .box("BLK_1_LVL_0_FRONT_SETBACK", 0, 0, 16, 3.5)
        .box("BLK_1_LVL_0_REAR_SETBACK", 0, 11.5, 16, 4.5)
        .box("BLK_1_LVL_0_SIDE_SETBACK1", 0, 3.5, 3, 8)
        .box("BLK_1_LVL_0_SIDE_SETBACK2", 13, 3.5, 3, 8)
        .text("PLAN_INFO", r"PLOT_AREA=2755.56\PKHATA_NO=145/2A\PMAUZA=INVENTED")
    ),
    # layers
    "nothing_known": lambda: Tags().box("WALLS", 0, 0, 10, 8),
    "layers_too_many": lambda: numbered(house(), "OFFICE-{}", 1001),
    "shapes_too_many": lambda: heap(house(), "PARKING_SLOT", 46, 46),
    "text_too_long": lambda: info("NOTE=" + "SEE " * 5001),
    "layer_misspelt": lambda: house(without="HT_OF_BLDG").dim("B_1_HT_OF_BLDG", (60, 0), (60, 4)),
    "layer_names_cut": lambda: house(release="AC1009").box(
        "BLK_1_FLR_0_ROOM_1_LIGHT_VENTIL", 41, 1, 2, 1
    ),
    "strange_layers": lambda: house().box("FURNITURE", 41, 1, 2, 1),
    "paper_space_left_out": lambda: house().thing(
        "TEXT", PLOT, "67", "1", "10", "0", "20", "0", "1", "x"
    ),
    "images_left_out": lambda: house().thing("IMAGE", "SCAN", "10", "0", "20", "0"),
    "xrefs_left_out": lambda: house().block("SURVEY", flags=4),
    # outlines
    "not_an_outline": lambda: house().thing("3DFACE", FOOT, "10", "3", "20", "3"),
    "curve_not_measured": lambda: house().thing("REGION", "BLK_1_COVERED_AREA_DEDUCT", "70", "1"),
    "outline_open": lambda: outlined(
        FOOT, [(3, 3.5), (13, 3.5), (13, 11.5), (4, 11.5)], closed=False
    ),
    "outline_closed_for_you": lambda: outlined(
        FOOT, [(3, 3.5), (13, 3.5), (13, 11.5), (3, 11.5), (3, 3.52)], closed=False
    ),
    "outline_crosses_itself": lambda: outlined(FOOT, [(3, 3.5), (13, 11.5), (13, 3.5), (3, 11.5)]),
    "outline_touches_itself": lambda: outlined(
        PLOT, [*SQUARE[:2], (16, 16), (16, 18), (16, 16), SQUARE[3]]
    ),
    "outline_empty": lambda: house().outline("WELL", [(1, 1), (2, 2)]),
    "outline_twice": lambda: house().box(BUILT, 40, 0, 10, 8, 25),
    "outlines_overlap": lambda: house().box(BUILT, 49, 0, 4, 8, 25),
    "loose_lines": lambda: house().line(FOOT, (3, 3.5), (13, 3.5)),
    "layer_unmeasured": lambda: house(without="COVERED").line(
        "BLK_1_COVERED_AREA", (3, 3), (13, 3)
    ),
    "outline_joined": lambda: (
        house(without=FOOT)
        .line(FOOT, (3, 3.5), (13, 3.5))
        .line(FOOT, (13, 3.5), (13, 11.5))
        .line(FOOT, (13, 11.5), (3, 11.5))
        .line(FOOT, (3, 11.5), (3, 3.5))
    ),
    "pieces_fork": lambda: (
        house(without=FOOT)
        .line(FOOT, (3, 3.5), (13, 3.5))
        .line(FOOT, (13, 3.5), (13, 11.5))
        .line(FOOT, (13, 3.5), (3, 11.5))
        .line(FOOT, (3, 11.5), (3, 3.5))
    ),
    "curve_through_points": lambda: house().thing(
        "SPLINE", DEDUCT, *through([(41, 1), (43, 1), (43, 3), (41, 3)])
    ),
    "hatch_beyond_outline": lambda: house().thing(
        "HATCH", "BLK_1_COVERED_AREA", *filled(3, 3.5, 12, 8)
    ),
    # dimensions
    "dimension_exploded": lambda: house(without="HT_OF_BLDG").line(HEIGHT, (60, 0), (60, 4)),
    "dimension_kind": lambda: house().dim(HEIGHT, (60, 0), (60, 4), kind=2),
    "dimension_text_differs": lambda: house(without="HT_OF_BLDG").dim(
        HEIGHT, (60, 0), (60, 4), text="3.50"
    ),
    "dimension_zero": lambda: house(without="HT_OF_BLDG").dim(
        HEIGHT, (60, 0), (60, 0), text="4.00"
    ),
    # typed keys
    "two_keys_on_line": lambda: info("PLOT_AREA_M2=256 ACCESS_WIDTH_M=6"),
    "key_twice_differs": lambda: info(r"PLOT_AREA_M2=256\PPLOT_AREA_M2=265"),
    "key_misspelt": lambda: info("PLOT_AERA_M2=256"),
    "yes_no_unreadable": lambda: info("DEPTH_CUTTING_MORE_THAN_1.5_M=PERHAPS"),
    "number_unreadable": lambda: info("PLOT_AREA_M2=ABOUT 256"),
    "unit_suffix_converted": lambda: info("PLOT_AREA_M2=0.0256_HA"),
    "plot_area_differs": lambda: info("PLOT_AREA_M2=230"),
    "record_area_differs": lambda: info("ACCESS_WIDTH_M=6"),
    "plot_area_decides": lambda: house(factor=0.7, without="PLAN_INFO").text(
        "PLAN_INFO", "PLOT_AREA_M2=124.9"
    ),
    "typed_is_no_map": lambda: info("CRZ=NO"),
    "claim_differs": house,
    "fact_refused": lambda: house(without="HT_OF_BLDG").dim(HEIGHT, (60, 0), (60, 2_000_000)),
    "digits_strange": lambda: info("RS_NO=൧൪൫"),
    "several_survey_numbers": lambda: info("RS_NO=145/2, 146/1"),
    # plot, yards, roads
    "plot_missing": lambda: house(without=PLOT),
    "plot_several": lambda: house().box(PLOT, 80, 0, 16, 16),
    "footprint_missing": lambda: house(without="FOOT_PRINT"),
    "yards_told": lambda: house(without="YARD"),
    "yards_missing": lambda: house(without="YARD ROAD"),
    "front_no_road": lambda: house(without="YARD ROAD"),
    "front_road_apart": lambda: house(without="YARD ROAD").box(ROAD, -5, -9, 30, 6),
    "front_road_touches": lambda: house(without="YARD ROAD").box(ROAD, -6, -6, 6, 6),
    "front_roads_equal": lambda: house(without="YARD").box(ROAD, -6, 0, 6, 30),
    "front_not_on_road": lambda: (
        house(without="ROAD FRONT").box(ROAD, 16, -5, 6, 30).box(FRONT, 0, 0, 12, 3.5)
    ),
    "front_on_lesser_road": lambda: (
        house(without="ROAD FRONT")
        .box("LANE_1", -5, -3, 21, 3)
        .box(ROAD, 16, 0, 9, 30)
        .box(FRONT, 0, 0, 12, 3.5)
    ),
    "road_only_touches": lambda: house(without="ROAD").box(ROAD, -6, -6, 6, 6),
    "side_unsure": lambda: house(without=f"{PLOT} YARD").outline(
        PLOT, [(0, 0), (16, 0), (16, 9), (9, 16), (0, 16)]
    ),
    "yard_dimension_differs": lambda: house().dim("BLK_1_LVL_0_FRONT_YARD", (8, 0), (8, 4.5)),
    "roads_too_many": lambda: heap(house(without="ROAD"), "LANE_1", 60),
    "road_centre_differs": lambda: house().dim("DIST_CL_ROAD", (8, -3), (8, 2)),
    "access_width_differs": lambda: info("ACCESS_WIDTH_M=8"),
    "distance_differs": lambda: (
        house().box("ACCBLK_1", 1, 13, 2, 2).dim("ACCBLK_1_DIST_BOUNDARY", (0, 14), (2, 14))
    ),
    "cutting_differs": lambda: info("DEPTH_CUTTING_MORE_THAN_1.5_M=NO").dim(
        "DEPTH_CUTTING", (70, 0), (70, 2)
    ),
    "building_outside_plot": lambda: house(without=FOOT).box(FOOT, 10, 3.5, 10, 8),
    "yard_off_boundary": lambda: house(without="REAR_YARD").box(
        "BLK_1_LVL_0_REAR_YARD", 5, 12, 6, 2
    ),
    "yard_narrower_elsewhere": lambda: (
        house(without=f"{FOOT} COVERED FRONT")
        .outline(FOOT, [(3, 3.5), (8, 3.5), (8, 1.5), (13, 1.5), (13, 11.5), (3, 11.5)])
        .box("BLK_1_LVL_0_FRONT_YARD", 0, 0, 5, 3.5)
    ),
    "yard_not_open": lambda: house(without="REAR_YARD").box("BLK_1_LVL_0_REAR_YARD", 0, 8, 16, 8),
    "several_roads": lambda: house().box("LANE_1", 16, 0, 3, 20, 5),
    "road_distance_differs": lambda: house().dim("SHORTEST_DIST_TO_ROAD", (8, 0), (8, 4.5)),
    # building
    "covered_from_footprint": lambda: house(without="COVERED"),
    "covered_differs_footprint": lambda: house(without="COVERED").box(
        "BLK_1_COVERED_AREA", 3, 3.5, 11, 8
    ),
    "covered_too_small": lambda: house(without="COVERED").box("BLK_1_COVERED_AREA", 3, 3.5, 6, 8),
    "block_gap_differs": lambda: two_blocks(1.0, 2.0),
    "height_missing": lambda: house(without="HT_OF_BLDG"),
    "height_low": lambda: house(without="HT_OF_BLDG").dim(HEIGHT, (60, 0), (60, 1.2)),
    "floors_missing": lambda: house(without="FLR"),
    "floors_on_one_layer": lambda: (
        house(without="FLR")
        .box("BLK_1_FLR_1_BLT_UP_AREA", 40, 0, 10, 8, 25)
        .box("BLK_1_FLR_1_BLT_UP_AREA", 55, 0, 10, 8, 25)
    ),
    "typical_unclear": lambda: house().text(BUILT, "TYPICAL_FLOOR_PLAN=1 AND THE REST", (41, 9)),
    "typical_floor_drawn_too": lambda: (
        house()
        .box("BLK_1_FLR_1_BLT_UP_AREA", 55, 0, 10, 8, 25)
        .text(BUILT, "TYPICAL_FLOOR_PLAN=0,1", (41, 9))
    ),
    "deduction_without_floor": lambda: house().box(
        "BLK_1_FLR_3_BLT_UP_AREA_DEDUCT", 42, 2, 1, 1, 25
    ),
    "deduction_outside": lambda: house().box(DEDUCT, 70, 2, 1, 1, 25),
    "deduction_on_other_floor": lambda: (
        house().box("BLK_1_FLR_1_BLT_UP_AREA", 55, 0, 10, 8, 25).box(DEDUCT, 57, 2, 1, 1, 25)
    ),
    "deductions_overlap": lambda: (
        house().box(DEDUCT, 42, 2, 2, 2, 25).box(DEDUCT, 43, 2, 2, 2, 25)
    ),
    "spared_outside": lambda: house().box(f"{FLOOR}_VERANDAH", 70, 0, 3, 2),
    "places_too_many": lambda: towers(8),
    "occupancy_colour_unknown": lambda: house(without=BUILT).box(BUILT, 40, 0, 10, 8, 99),
    "occupancy_colour_doubtful": lambda: house(without=BUILT).box(BUILT, 40, 0, 10, 8, 9),
    "units_missing": lambda: house(without="UNITFA"),
    # heights, stairs, rooms
    "height_levels_differ": lambda: (
        house()
        .text("BLK_1_AVG_GROUND_LVL", "+0.00", (61, 0))
        .text("BLK_1_ROOF_LVL", "+5.00", (61, 4))
    ),
    "level_unreadable": lambda: house().text("BLK_1_AVG_GROUND_LVL", "ROAD LEVEL", (61, 0)),
    "floor_height_differs": lambda: (
        house()
        .box(f"{FLOOR}_STAIR_1", 41, 1, 2, 3)
        .text(f"{FLOOR}_STAIR_1", r"FLR_HT_M=3.00", (41, 2))
        .text(f"{FLOOR}_STAIR_1", "FLR_HT_M=3.30", (41, 3))
    ),
    "floor_not_named": lambda: house().box("WC_BATH", 41, 1, 2, 1.5),
    "stair_width_differs": lambda: (
        house()
        .box(f"{FLOOR}_STAIR_1_FLIGHT_1", 41, 1, 1.2, 3)
        .dim(f"{FLOOR}_STAIR_1_FLIGHT_1", (41, 1), (42, 1), 2)
    ),
    "exit_stair_unclear": lambda: (
        house()
        .box(f"{FLOOR}_STAIR_1", 41, 1, 2, 3)
        .dim(f"{FLOOR}_EXIT_WIDTH_STAIR", (47, 6), (48, 6))
        .dim(f"{FLOOR}_EXIT_WIDTH_STAIR", (47, 7), (48, 7))
    ),
    "slope_unreadable": lambda: house().text("BLK_1_DA_RAMP_1", "SLOPE=GENTLE", (13, 3)),
    "ramp_slope_differs": lambda: (
        house()
        .dim("BLK_1_PLINTH_HEIGHT", (61, 0), (61, 0.6))
        .box("BLK_1_DA_RAMP_1", 4, 2, 3, 1.2)
        .text("BLK_1_DA_RAMP_1", "SLOPE=1IN12", (4, 3))
    ),
    "room_colour_unknown": lambda: house().dim(f"{FLOOR}_HT_ROOM", (62, 0), (62, 3), 99),
    "closet_colour_unknown": lambda: house().box(f"{FLOOR}_WATER_CLOSET", 41, 1, 1, 1.5, 99),
    "mezzanine_room_missing": lambda: house().box(f"{FLOOR}_ROOM_1_MEZ_AREA_1", 41, 1, 2, 2),
    "light_missing": lambda: (
        house()
        .box(f"{FLOOR}_REGULAR_ROOM_1", 40.2, 0.2, 4, 3)
        .box(f"{FLOOR}_ROOM_2_LIGHT_VENTILATION_1", 46, 0, 1.5, 0.2)
    ),
    "projection_elsewhere": lambda: house().box("BLK_1_SHADE_OVERHANG", 70, 0, 10, 0.6),
    # parking, wells
    "bay_small": lambda: house().box("PARKING_SLOT", 0.2, 0.2, 2.5, 5.0),
    "bays_overlap": lambda: (
        house().box("PARKING_SLOT", 0, 0, 2.7, 5.5).box("PARKING_SLOT", 1, 0, 2.7, 5.5)
    ),
    "bays_too_many": lambda: heap(house(), "PARKING_SLOT", 20, 16),
    "bay_outside_plot": lambda: house().box("PARKING_SLOT", 15, 6, 2.7, 5.5),
    "bay_not_reached": lambda: (
        house(without=f"{FOOT} COVERED SIDE")
        .box(FOOT, 0.5, 3.5, 15, 5)
        .box("PARKING_SLOT", 5, 9.5, 2.7, 5.5)
    ),
    "bay_reach_unknown": lambda: house(without="ROAD").box("PARKING_SLOT", 13.2, 9.0, 2.7, 5.5),
    "bays_in_building": lambda: house().box("PARKING_SLOT", 5, 5, 2.7, 5.5),
    "well_distance_differs": lambda: (
        house().circle("WELL", (2, 14), 0.6).dim("DIST_WELL", (0, 14), (2, 14), 7)
    ),
}
"""Drawings that are wrong in one way each."""

SITES: dict[str, dict[str, object]] = {
    "record_area_differs": {"plot_area_record_m2": 230},
    "claim_differs": {"height_m": 5},
}
"""Site facts that a finding needs beside its drawing."""


def files() -> dict[str, bytes]:
    """Return every file of the folder by name, site facts among them."""
    out = {f"{name}.dxf": data for name, data in FILES.items()}
    return out | {f"{name}.dxf": draw().dxf() for name, draw in SHEETS.items()}
