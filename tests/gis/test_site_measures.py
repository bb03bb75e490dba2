"""The site measured on drawings made by hand, with answers worked out beside them."""

from pathlib import Path

import pytest
from shapely import Polygon, box

from gis.drawing.edges import Road, sides
from gis.drawing.reach import narrowest_m
from gis.drawing.survey import survey
from gis.yards import clearances, clearances_by_edge

YARDS = ("FRONT_YARD", "REAR_YARD", "SIDE_YARD1", "SIDE_YARD2")


def codes(found) -> set[str]:
    return {c["code"] for c in found.complaints}


def value(found, name: str, level: int | None = None, typed: bool = False):
    """The one value of a name, None when there is none."""
    got = [m.value for m in found.measures if (m.name, m.typed) == (name, typed)]
    if level is not None:
        got = [
            m.value for m in found.measures if (m.name, m.typed, m.level) == (name, typed, level)
        ]
    assert len(got) <= 1, got
    return got[0] if got else None


def least_yards(found, level: int = 0) -> dict[str, float]:
    names = ("front", "rear", "side1", "side2")
    got = {n: value(found, f"{n}_min", level) for n in names}
    return {n: round(v, 3) for n, v in got.items() if v is not None}


def bare(sheet, a: tuple[float, float, float, float] = (3, 3.5, 10, 8)):
    """A house without yards on a plot 16 x 16."""
    drawing = sheet().box("PLOT_BOUNDARY", 0, 0, 16, 16)
    return drawing.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", *a)


@pytest.mark.parametrize(
    ("road", "want"),
    [
        ((-5, -6, 30, 6), {"front": 3.5, "rear": 4.5, "side1": 3, "side2": 3}),
        ((-5, 16, 30, 6), {"front": 4.5, "rear": 3.5, "side1": 3, "side2": 3}),
        ((16, -5, 6, 30), {"front": 3, "rear": 3, "side1": 3.5, "side2": 4.5}),
        ((-6, -5, 6, 30), {"front": 3, "rear": 3, "side1": 4.5, "side2": 3.5}),
    ],
)
def test_without_yards_the_road_tells_front_and_left(tmp_path: Path, sheet, road, want):
    found = survey(bare(sheet).box("NOTIFIED_ROAD", *road).write(tmp_path))
    assert least_yards(found) == want
    assert "yards_told" in codes(found)
    assert "yards_missing" not in codes(found)
    (front,) = [m for m in found.measures if m.name == "front_min"]
    assert front.how == "clearance_by_road"
    (ax, ay), (bx, by) = front.witness.line
    assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 == pytest.approx(want["front"], abs=2e-3)


def test_the_average_is_ground_over_the_edge_that_faces_the_building(tmp_path: Path, sheet):
    drawing = bare(sheet).box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 3, 1.5, 4, 2)
    found = survey(drawing.box("LANE_1", 0, -3, 16, 3).write(tmp_path))
    assert value(found, "front_min", 0) == pytest.approx(1.5)
    assert value(found, "front_avg", 0) == pytest.approx((4 * 1.5 + 6 * 3.5) / 10)


@pytest.mark.parametrize(
    ("roads", "code"),
    [
        ([], "front_no_road"),
        ([("LANE_1", -5, -4.01, 30, 3)], "front_road_apart"),
        ([("LANE_1", 7, -20, 1.2, 20)], "front_road_touches"),
        ([("LANE_1", 0, -3, 16, 3), ("LANE_1", 16, 0, 3, 16)], "front_roads_equal"),
    ],
)
def test_what_the_roads_do_not_settle_is_unknown_and_said(tmp_path: Path, sheet, roads, code):
    drawing = bare(sheet)
    for road in roads:
        drawing.box(*road)
    found = survey(drawing.write(tmp_path))
    assert least_yards(found) == {}
    assert {code, "yards_missing"} <= codes(found)


def test_of_equal_roads_the_higher_class_is_in_front_and_the_wider_before_it(
    tmp_path: Path, sheet
):
    same = bare(sheet).box("LANE_1", 0, -3, 16, 3).box("NOTIFIED_ROAD", 16, 0, 3, 16)
    assert least_yards(survey(same.write(tmp_path)))["front"] == 3
    wide = bare(sheet).box("LANE_1", 0, -4, 16, 4).box("NOTIFIED_ROAD", 16, 0, 3, 16)
    assert least_yards(survey(wide.write(tmp_path)))["front"] == 3.5


def test_a_corner_plot_its_narrower_road_and_its_cut_corner(tmp_path: Path, sheet):
    plot = [(0.0, 0.0), (13.0, 0.0), (16.0, 2.0), (16.0, 16.0), (0.0, 16.0)]
    drawing = sheet().outline("PLOT_BOUNDARY", plot)
    drawing.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 3, 3.5, 10, 8)
    drawing.box("NOTIFIED_ROAD", -2, -8, 26, 8).box("NON_NOTIFIED_ROAD", 16, 0, 5, 20)
    found = survey(drawing.write(tmp_path))
    assert value(found, "corner_plot") is True
    assert value(found, "street_width") == pytest.approx(8)
    assert value(found, "other_street_width") == pytest.approx(5)
    assert value(found, "corner_splay") == pytest.approx(3)
    assert value(found, "corner_splay_other") == pytest.approx(2)
    assert least_yards(found) == {"front": 3.5, "rear": 4.5, "side1": 3, "side2": 3}
    assert value(found, "street_class") == "notified"
    assert "several_roads" in codes(found)


def test_one_road_is_no_corner(tmp_path: Path, sheet):
    found = survey(bare(sheet).box("LANE_1", 0, -3, 16, 3).write(tmp_path))
    assert value(found, "corner_plot") is None


def test_the_class_of_several_roads_is_the_one_that_asks_most(tmp_path: Path, sheet):
    drawing = bare(sheet).box("NON_NOTIFIED_ROAD", 0, -5, 16, 5).box("NOTIFIED_ROAD", 0, 16, 16, 4)
    found = survey(drawing.write(tmp_path))
    assert value(found, "street_class") == "notified"
    assert value(found, "street_width") == pytest.approx(5)
    assert value(found, "road_distance", 0) == pytest.approx(3.5)
    level = found.measurements["blocks"][0]["levels"][0]
    assert level["road_distances_m"] == {"unnotified": 3.5, "notified": 4.5}


def test_a_dimension_is_held_against_the_road_its_colour_names(tmp_path: Path, sheet):
    drawing = bare(sheet).box("NON_NOTIFIED_ROAD", 0, -5, 16, 5).box("NOTIFIED_ROAD", 0, 16, 16, 4)
    drawing.dimension("SHORTEST_DIST_TO_ROAD", (5, 11.5), (5, 16), colour=1)
    assert "road_distance_differs" not in codes(survey(drawing.write(tmp_path)))
    drawing.dimension("SHORTEST_DIST_TO_ROAD", (6, 11.5), (6, 16), colour=2)
    assert "road_distance_differs" in codes(survey(drawing.write(tmp_path)))


@pytest.mark.parametrize(("end", "said"), [(-3.0, False), (-3.14, False), (-3.2, True)])
def test_the_dimension_to_the_middle_of_the_road(tmp_path: Path, sheet, end, said):
    drawing = bare(sheet).box("LANE_1", 0, -6, 16, 6)
    found = survey(drawing.dimension("DIST_CL_ROAD", (5, 3.5), (5, end)).write(tmp_path))
    assert ("road_centre_differs" in codes(found)) is said
    assert found.measurements["blocks"][0]["levels"][0]["road_centre_m"] == 6.5


def test_land_reserved_for_the_road_counts_as_road(tmp_path: Path, sheet):
    drawing = bare(sheet).box("LANE_1", 0, -6, 16, 6).box("ROAD_RESERVE_FRONT", 0, 0, 16, 1.5)
    assert value(survey(drawing.write(tmp_path)), "road_distance", 0) == pytest.approx(2)


def test_every_level_is_measured_with_the_sides_of_the_one_that_is_drawn(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_LVL_1_BLDG_FOOT_PRINT", 3, 2, 10, 9.5)
    found = survey(drawing.write(tmp_path))
    assert least_yards(found, 1) == {"front": 2, "rear": 4.5, "side1": 3, "side2": 3}
    assert value(found, "road_distance", 1) == pytest.approx(2)
    told = [m for m in found.measures if m.name == "front_min" and m.level == 1]
    assert [m.how for m in told] == ["clearance_other_level"]


def test_a_basement_has_yards_and_a_kind(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_BSMNT_FOOT_PRINT", 1.5, 2, 13, 10)
    found = survey(drawing.write(tmp_path))
    assert least_yards(found, -1) == {"front": 2, "rear": 4, "side1": 1.5, "side2": 1.5}
    assert value(found, "level_kind", -1) == "below_ground"
    assert value(found, "excavation_to_boundary") == pytest.approx(1.5)


def test_a_front_drawn_away_from_the_road_supplies_no_front_yard(tmp_path: Path, a_house):
    drawing = a_house()
    swap = {"BLK_1_LVL_0_FRONT_YARD": "REAR", "BLK_1_LVL_0_REAR_YARD": "FRONT"}
    drawing.entities = [
        f"BLK_1_LVL_0_{swap[v]}_YARD" if v in swap else v for v in drawing.entities
    ]
    found = survey(drawing.write(tmp_path))
    assert "front_not_on_road" in codes(found)
    assert "front" not in least_yards(found)
    assert least_yards(found)["rear"] == 3.5


def test_a_front_on_the_lesser_road_is_taken_and_said(tmp_path: Path, a_house):
    drawing = a_house().box("NOTIFIED_ROAD", -5, 16, 30, 9)
    found = survey(drawing.write(tmp_path))
    assert "front_on_lesser_road" in codes(found)
    assert least_yards(found)["front"] == 3.5


@pytest.mark.parametrize(("bottom", "said"), [(0.0, False), (-0.04, False), (-0.06, True)])
def test_a_dimension_on_a_yard_is_a_claim(tmp_path: Path, a_house, bottom, said):
    drawing = a_house().dimension("BLK_1_LVL_0_FRONT_YARD", (8, 3.5), (8, bottom))
    found = survey(drawing.write(tmp_path))
    assert ("yard_dimension_differs" in codes(found)) is said
    assert value(found, "front_min", 0) == pytest.approx(3.5)


def test_a_side_that_is_not_drawn_is_told_by_the_road_and_takes_no_edge(tmp_path: Path, a_house):
    drawing = a_house()
    drawing.entities = ["NOTES" if v == "BLK_1_LVL_0_REAR_YARD" else v for v in drawing.entities]
    found = survey(drawing.write(tmp_path))
    assert least_yards(found) == {"front": 3.5, "rear": 4.5, "side1": 3, "side2": 3}


L_PLOT = Polygon([(0, 0), (10, 0), (10, 20), (24, 20), (24, 40), (0, 40)])
L_HOUSE = Polygon([(2, 4), (9, 4), (9, 23), (22, 23), (22, 37), (2, 37)])
ROAD = [Road(box(-5, -6, 15, 0), 6.0, 0)]


def test_in_an_l_shaped_plot_the_shoulder_faces_no_yard_and_corners_do_not_leak():
    lie = sides(L_PLOT, ROAD, 1.0)
    assert [tuple(e.normal) for e in lie.no_yard] == [(0.0, -1.0)]
    edges = {s: [(e.line, e.normal) for e in found] for s, found in lie.edges.items()}
    found = clearances_by_edge(L_PLOT, L_HOUSE, edges)
    least = {side: round(clear.min_m, 3) for side, clear in found.items()}
    assert least == {"front": 4, "rear": 3, "side1": 2, "side2": 1}


def test_beside_an_inward_corner_only_what_stands_before_an_edge_counts():
    yards = {
        "front": box(2, 0, 9, 4).union(box(10, 20, 22, 23)),
        "side2": box(9, 4, 10, 20).union(box(22, 23, 24, 37)),
        "rear": box(2, 37, 22, 40),
        "side1": box(0, 4, 2, 37),
    }
    found = clearances(L_PLOT, L_HOUSE, yards, 0.1)
    assert found["front"].min_m == pytest.approx(3)  # to the shoulder, not 1 m round its end
    assert found["side2"].min_m == pytest.approx(1)
    poking = L_HOUSE.difference(box(9, 4, 10, 19)).union(box(9, 19, 9.8, 23))
    pulled = poking.difference(box(8, 4, 10, 19))
    near = clearances(L_PLOT, pulled, yards, 0.1)
    assert near["side2"].min_m == pytest.approx(0.2)


def test_an_edge_that_may_be_rear_or_side_matters_only_when_it_is_nearest():
    plot = Polygon([(0, 0), (20, 0), (20, 20), (8, 26), (0, 18)])
    lie = sides(plot, [Road(box(0, -6, 20, 0), 6.0, 0)], 1.0)
    assert len(lie.unsure) == 1
    assert {s for s, found in lie.edges.items() if found} == {"front", "rear", "side1", "side2"}


@pytest.mark.parametrize(
    ("strip", "width"),
    [
        (box(0, 0, 30, 3.6), 3.6),
        (Polygon([(0, 0), (30, 0), (30, 4), (20, 4), (20, 2.5), (10, 2.5), (10, 4), (0, 4)]), 2.5),
        (Polygon([(0, 0), (20, 0), (20, 20), (16, 20), (16, 4), (0, 4)]), 4),
        (Polygon([(0, 0), (1.22, 0), (4.5, 33), (3.3, 33)]), 1.2),
    ],
)
def test_a_way_is_as_wide_as_where_it_is_narrowest(strip, width):
    assert narrowest_m(strip) == pytest.approx(width, abs=0.02)


def test_wells_pits_and_tanks_are_measured_to_each_other_the_boundary_and_the_road(
    tmp_path: Path, a_house
):
    drawing = a_house().box("WELL", 1, 1, 1, 1).box("SEPTIC_TANK", 13.5, 14, 1, 1)
    drawing.box("RWH", 14, 0.2, 1.5, 1).box("GW_RECHARGE", 1, 13, 1, 1)
    found = survey(drawing.write(tmp_path))
    assert value(found, "well_to_street") == pytest.approx(1)
    assert value(found, "well_to_boundary") == pytest.approx(1)
    assert value(found, "well_to_pit") == pytest.approx((11.5**2 + 12**2) ** 0.5)
    assert value(found, "pit_to_boundary") == pytest.approx(1)
    assert value(found, "underground_to_road") == pytest.approx(13)
    assert value(found, "water_tank_to_boundary") == pytest.approx(0.5)
    assert value(found, "septic_tank", typed=True) is True
    assert value(found, "recharge", typed=True) is True


def test_small_buildings_are_measured_and_their_dimensions_are_claims(tmp_path: Path, a_house):
    drawing = a_house().box("ACCBLK_1_UNIT_1", 0.5, 13, 2, 2).box("GUARD_ROOM", 14, 0.5, 1, 1.5)
    drawing.dimension("ACCBLK_1_DIST_BOUNDARY", (0.5, 14), (-0.2, 14))
    found = survey(drawing.write(tmp_path))
    assert value(found, "accessory_area") == pytest.approx(5.5)
    assert value(found, "accessory_to_boundary") == pytest.approx(0.5)
    assert value(found, "accessory_to_boundary", typed=True) == pytest.approx(0.7)
    assert value(found, "accessory_to_road") == pytest.approx(0.5)
    assert value(found, "accessory_to_building") == pytest.approx((0.5**2 + 1.5**2) ** 0.5)
    assert value(found, "open_space") == pytest.approx(256 - 80 - 5.5)
    assert "distance_differs" in codes(found)


def test_wall_and_gate(tmp_path: Path, a_house):
    wall = [(0.0, 0.0), (0.0, 16.0), (16.0, 16.0), (16.0, 0.0)]
    drawing = a_house().outline("COMPOUNDWALL", wall, closed=False)
    drawing.outline("MAIN_GATE", [(4.0, 0.0), (8.5, 0.0)], closed=False)
    found = survey(drawing.write(tmp_path))
    assert value(found, "wall_length") == pytest.approx(48)
    assert value(found, "wall_on_street") is False
    assert value(found, "site_entrance") == pytest.approx(4.5)
    drawing.outline("COMPOUNDWALL", [(8.5, 0.0), (16.0, 0.0)], closed=False)
    assert value(survey(drawing.write(tmp_path)), "wall_on_street") is True


@pytest.mark.parametrize(
    ("text", "kilovolts"), [("11 KV", 11), ("33kV line", 33), ("415V", 0.415), ("HT", None)]
)
def test_overhead_lines(tmp_path: Path, a_house, text, kilovolts):
    drawing = a_house().outline("OHEL_1", [(18.0, 0.0), (18.0, 20.0)], closed=False)
    drawing.text("VOLTAGE_1", text).dimension("HORIZ_CLEAR_OHEL_1", (13, 5), (18.3, 5))
    drawing.dimension("VERT_CLEAR_OHEL_1", (13, 5), (13, 8.2))
    found = survey(drawing.write(tmp_path))
    assert value(found, "line_horizontal") == pytest.approx(5)
    assert value(found, "line_vertical") == pytest.approx(3.2)
    assert value(found, "power_line_kv", typed=True) == kilovolts
    assert "distance_differs" in codes(found)
    assert ("number_unreadable" in codes(found)) is (kilovolts is None)


def test_recreation_on_the_ground_counts_outside_the_building_only(tmp_path: Path, a_house):
    drawing = a_house().box("EXT_RECREATION", 1, 12, 6, 3)
    drawing.box("BLK_1_FLR_0_RECREATION", 11, 4, 4, 5).box("TERRACE_RECREATION", 60, 0, 5, 4)
    drawing.box("BLK_1_FLR_2_TERRACE_AREA", 60, 0, 10, 8)
    found = survey(drawing.write(tmp_path))
    assert value(found, "recreation_area") == pytest.approx(18 + 20 + 20)
    assert value(found, "recreation_ground") == pytest.approx(18 + 2 * 5)
    assert value(found, "recreation_least") == pytest.approx(3, abs=1e-3)
    assert value(found, "recreation_terrace") == pytest.approx(25)


def test_shades_project_from_the_walls_and_not_from_the_corners(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_SHADE_OVERHANG", 2.4, 2.75, 11.2, 9.35)
    found = survey(drawing.write(tmp_path))
    got = {s: value(found, f"{s}_projection") for s in ("front", "rear", "side1", "side2")}
    wanted = {"front": 0.75, "rear": 0.6, "side1": 0.6, "side2": 0.6}
    assert got == pytest.approx(wanted, abs=1e-3)


def test_the_way_of_fire_engines(tmp_path: Path, a_house):
    layer = "BLK_1_FIRE_TENDER_MOVEMENT"
    drawing = a_house().box(layer, -6, -6, 30, 5.5).box(layer, 16, -6, 4.5, 30)
    found = survey(drawing.write(tmp_path))
    assert value(found, "fire_space") == pytest.approx(4.5, abs=1e-3)
    assert value(found, "fire_space_clear") is None
    drawing.box("PARKING_SLOT", 17, 5, 2.7, 5.5)
    assert value(survey(drawing.write(tmp_path)), "fire_space_clear") is False


@pytest.mark.parametrize(("depth", "said"), [(1.5, False), (1.6, True)])
def test_a_drawn_cutting_is_held_against_the_typed_answer(tmp_path: Path, a_house, depth, said):
    drawing = a_house().dimension("DEPTH_CUTTING", (50, 0), (50, depth))
    drawing.text("PLAN_INFO", "DEPTH_CUTTING_MORE_THAN_1.5_M=NO")
    found = survey(drawing.write(tmp_path))
    assert ("cutting_differs" in codes(found)) is said
    assert value(found, "excavation_depth", typed=True) == pytest.approx(depth)


def test_what_is_only_drawn_is_a_claim(tmp_path: Path, a_house):
    drawing = a_house().box("BIO_GAS", 1, 1, 1, 1).box("EV_CHARGE", 3, 1, 1, 1)
    drawing.box("SOLAR", 80, 0, 8, 5).dimension("DISTANCE_FROM_MONUMENT", (0, 0), (0, 90))
    drawing.dimension("SURRENDER_ROAD_WIDTH", (0, 0), (0, 1.2))
    drawing.raw("0", "CIRCLE", "8", "PLANTATION_TREECOVER", "10", "1", "20", "5", "40", "0.5")
    found = survey(drawing.write(tmp_path))
    claims = {
        "organic_waste_unit": True, "ev_points": True, "monument_distance": 90,
        "surrendered_width": 1.2, "trees": 1, "pv_roof_share": 50,
    }  # fmt: skip
    got = {name: value(found, name, typed=True) for name in claims}
    assert got == pytest.approx(claims)
    assert found.measurements["grounds"]["solar_m2"] == 40


def test_too_many_roads_measure_nothing(tmp_path: Path, sheet):
    drawing = bare(sheet)
    for i in range(51):
        drawing.box("LANE_1", i * 0.1, -3 - i * 0.01, 16, 3)
    found = survey(drawing.write(tmp_path))
    assert "roads_too_many" in codes(found)
    assert value(found, "street_class") is None
