"""Floors, exits, ramps and projections as facts: by hand, and of the real drawings."""

from pathlib import Path

import pytest

from gis.drawing.dialect import load
from gis.drawing.survey import survey
from kmap.facts import translate
from rules import shipped_book

F0 = "BLK_1_FLR_0"


@pytest.fixture(scope="module")
def book():
    return shipped_book()


def codes(found) -> list[str]:
    return [c["code"] for c in found.complaints]


def values(found, name: str) -> dict[int | None, object]:
    return {m.floor: m.value for m in found.measures if m.name == name and not m.typed}


def facts_of(path: Path, book) -> dict:
    return translate(survey(path), {}, load(), book).facts


def by_floor(facts: dict, fact: str) -> dict[int, object]:
    """The values of a fact that stand at floors."""
    return {
        f["floor"]: f[fact]
        for block in facts.get("blocks", [])
        for f in block.get("floors", [])
        if fact in f
    }


def test_the_law_s_floor_area_leaves_out_what_the_floor_shows(tmp_path: Path, a_house, book):
    drawing = a_house().box(f"{F0}_VERANDAH", 40, 0, 1.5, 4)  # 6 m2, half counts
    drawing.box(f"{F0}_UNITFA_BALCONY", 48, 0, 2, 2)  # 4 m2, half counts
    drawing.box(f"{F0}_VENTILATION_SHAFT", 44, 3, 1, 1.2)
    drawing.box("BLK_1_PORTICO", 45, 6, 3, 2)
    facts = facts_of(drawing.write(tmp_path), book)
    assert facts["built_up_area_m2"] == 80
    assert facts["total_floor_area_m2"] == pytest.approx(80 - 3 - 2 - 1.2 - 6)
    assert facts["floor_area_by_group_m2"] == {"A1": pytest.approx(67.8)}
    assert facts["floor_built_up_m2"] == 80


def test_what_is_deducted_or_lies_outside_is_not_left_out_again(tmp_path: Path, a_house, book):
    drawing = a_house().box(f"{F0}_VENTILATION_SHAFT", 44, 3, 2, 2)
    drawing.box(f"{F0}_BLT_UP_AREA_DEDUCT", 44, 3, 1, 2)  # half of the shaft
    drawing.box(f"{F0}_VERANDAH", 38, 0, 4, 1)  # half of it outside the floor
    drawing.box("BLK_1_PORTICO", 200, 0, 3, 3)
    facts = facts_of(drawing.write(tmp_path), book)
    assert facts["built_up_area_m2"] == 78
    assert facts["total_floor_area_m2"] == pytest.approx(78 - 2 - 1)


def test_what_is_to_be_regularised_is_built_up(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA_TBR", 80, 0, 6, 8, 25)
    drawing.box("BLK_1_FLR_1_BLT_UP_AREA_DEDUCT_TBR", 80, 0, 2, 2)
    (block,) = survey(drawing.write(tmp_path)).measurements["blocks"]
    floor = block["floors"][1]
    assert (floor["floor"], floor["drawn_m2"], floor["built_up_area_m2"]) == (1, 48, 44)
    assert floor["to_regularise_m2"] == 44


def test_each_floor_has_its_area_and_its_use(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 5, 8, 25)
    drawing.box("BLK_1_FLR_1_BLT_UP_AREA", 85, 0, 2, 8, 8)
    drawing.box("BLK_1_FLR_1_M_1_BLT_UP_AREA", 95, 0, 2, 2, 8)
    facts = facts_of(drawing.write(tmp_path), book)
    assert by_floor(facts, "floor_built_up_m2") == {0: 80, 1: 60}
    assert by_floor(facts, "floor_use_m2") == {0: {"A1": 80}, 1: {"A1": 40, "F": 20}}
    assert by_floor(facts, "floor_use_areas_m2") == {1: {"A1": 40, "F": 20}}
    assert by_floor(facts, "floor_group") == {0: "A1"}
    assert by_floor(facts, "floor_at_ground") == {0: True}


def test_a_doubtful_colour_leaves_the_use_of_its_floor_open(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 5, 8, 23)
    facts = facts_of(drawing.write(tmp_path), book)
    assert by_floor(facts, "floor_built_up_m2") == {0: 80, 1: 40}
    assert by_floor(facts, "floor_use_m2") == {0: {"A1": 80}}


def test_a_value_of_one_floor_does_not_hold_for_the_others(tmp_path: Path, a_house, book):
    drawing = a_house().dimension(f"{F0}_HT_ROOM", (90, 0), (90, 3), colour=2)
    assert facts_of(drawing.write(tmp_path), book)["room_height_m"] == 3
    drawing.box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 5, 8, 25)
    facts = facts_of(drawing.write(tmp_path), book)
    assert "room_height_m" not in facts
    assert by_floor(facts, "room_height_m") == {0: 3}


def test_a_cabin_of_stairs_is_no_floor_to_judge(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 3, 5, 25)
    drawing.box("BLK_1_FLR_1_STAIR_1", 80, 0, 3, 5)
    drawing.dimension("BLK_1_FLR_1_EXIT_WIDTH_DOOR", (80, 0), (80.9, 0))
    facts = facts_of(drawing.write(tmp_path), book)
    assert facts["storeys"] == 1
    assert facts["floor_built_up_m2"] == 80
    assert "exit_door_width_m" not in facts


def test_the_parking_head_room_of_all_blocks_is_one_fact(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_2_LVL_0_BLDG_FOOT_PRINT", 13.5, 12, 2, 2)
    drawing.dimension("BLK_1_FLR_-1_HT_ROOM", (90, 0), (90, 2.4), colour=4)
    drawing.dimension("BLK_2_FLR_0_HT_ROOM", (91, 0), (91, 2.1), colour=4)
    assert facts_of(drawing.write(tmp_path), book)["parking_headroom_m"] == 2.1


@pytest.mark.parametrize(("width", "counted"), [(1.2, 1.0), (1.25, 1.25), (1.2496, 1.25)])
def test_exit_doors_are_added_by_quarters_of_a_metre(tmp_path: Path, a_house, width, counted):
    drawing = a_house().dimension(f"{F0}_EXIT_WIDTH_DOOR", (40, 0), (40 + width, 0))
    drawing.dimension(f"{F0}_EXIT_WIDTH_DOOR", (45, 0), (47, 0))
    found = survey(drawing.write(tmp_path))
    assert values(found, "exit_doors_total") == {0: pytest.approx(2 + counted)}
    assert values(found, "exit_door_width") == {0: pytest.approx(width)}


def test_of_each_stair_one_flight_counts_as_exit(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_STAIR_1", 40, 0, 3, 5).box(f"{F0}_FIRESTAIR_1", 48, 0, 2, 5)
    layer = f"{F0}_EXIT_WIDTH_STAIR"
    drawing.dimension(layer, (40, 1), (41.5, 1)).dimension(layer, (41.6, 1), (42.9, 1))
    drawing.dimension(layer, (48, 1), (48.75, 1))
    found = survey(drawing.write(tmp_path))
    assert values(found, "exit_stairs_total") == {0: pytest.approx(1.25 + 0.75)}
    drawing.dimension(layer, (60, 1), (62, 1))  # beside no stair
    found = survey(drawing.write(tmp_path))
    assert values(found, "exit_stairs_total") == {}
    assert "exit_stair_unclear" in codes(found)


def test_the_way_to_an_exit_is_measured_along_its_turns(tmp_path: Path, a_house):
    drawing = a_house().dimension("DIST_EXIT", (40, 0), (49, 0))
    drawing.outline("DIST_EXIT", [(40.0, 0.0), (46.0, 0.0), (46.0, 5.0)], closed=False)
    found = survey(drawing.write(tmp_path))
    assert values(found, "travel") == {None: pytest.approx(11)}


def test_a_ramp_is_as_steep_as_its_length_up_the_plinth(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_1_DA_RAMP_1", 20, 20, 1.2, 5.4)
    drawing.text("BLK_1_DA_RAMP_1", "SLOPE=1IN12")
    facts = facts_of(drawing.write(tmp_path), book)
    assert (facts["access_ramp_one_in"], facts["access_ramp_width_m"]) == (12, 1.2)
    assert facts["entrance_by_ramp"]
    right = drawing.dimension("BLK_1_PLINTH_HEIGHT", (30, 0), (30, 0.45))
    assert "ramp_slope_differs" not in codes(survey(right.write(tmp_path)))
    steep = right.dimension("BLK_1_PLINTH_HEIGHT", (31, 0), (31, 0.6))
    found = survey(steep.write(tmp_path))
    assert "ramp_slope_differs" in codes(found)
    assert facts_of(steep.write(tmp_path), book)["access_ramp_one_in"] == pytest.approx(9)


def test_slopes_that_cannot_be_read_or_differ_are_said(tmp_path: Path, a_house, book):
    drawing = a_house().text("BLK_1_DA_RAMP_1", "SLOPE=STEEP")
    found = survey(drawing.write(tmp_path))
    assert "slope_unreadable" in codes(found)
    drawing = a_house().box("BLK_1_DA_RAMP_1", 20, 20, 1.2, 5).box("BLK_1_DA_RAMP_2", 30, 20, 1, 5)
    drawing.text("BLK_1_DA_RAMP_1", "SLOPE=1IN12").text("BLK_1_DA_RAMP_2", "SLOPE=1:10")
    facts = facts_of(drawing.write(tmp_path), book)
    assert (facts["access_ramp_one_in"], facts["access_ramp_width_m"]) == (10, 1)
    assert facts["access_ramp_even"] is False


def test_ramps_for_stairs_and_for_cars(tmp_path: Path, a_house, book):
    drawing = a_house().box(f"{F0}_RAMP_1", 20, 20, 1.3, 9).text(f"{F0}_RAMP_1", "SLOPE=1IN10")
    drawing.box("BLK_1_FLR_-1_VEHICLE_RAMP_1_FLIGHT", 30, 20, 3.2, 12)
    drawing.dimension("BLK_1_FLR_-1_VEHICLE_RAMP_1_WIDTH", (30, 20), (33, 20))
    drawing.text("BLK_1_FLR_-1_VEHICLE_RAMP", "SLOPE=1IN7")
    facts = facts_of(drawing.write(tmp_path), book)
    assert (facts["stair_ramp_one_in"], facts["stair_ramp_width_m"]) == (10, 1.3)
    assert (facts["parking_ramp_run_m"], facts["parking_ramp_width_m"]) == (7, 3)


def test_flats_may_be_drawn_as_residential_units(tmp_path: Path, a_house):
    drawing = a_house()
    drawing.entities = [v.replace("UNITFA", "RESI_UNIT") for v in drawing.entities]
    drawing.box(f"{F0}_RESI_UNIT_DEDUCT", 40, 0, 1, 2)
    found = survey(drawing.write(tmp_path))
    assert values(found, "unit_areas") == {None: [78]}
    drawing.box(f"{F0}_UNITFA", 40, 0, 4, 8)  # both drawn: one list, not both
    assert values(survey(drawing.write(tmp_path)), "units") == {None: 1}


def test_the_real_house_on_a_small_plot_is_not_let_off_by_its_typed_area(shared: Path, book):
    path = shared / "plans" / "kl01_house_121m2.dxf"
    found = translate(survey(path), {}, load(), book)
    assert {"plot_area_differs"} <= {c["code"] for c in found.complaints}
    assert "floors_on_one_layer" in codes(survey(path))
    assert found.facts["plot_area_drawn_m2"] == 132.31  # 125 m2 is the law's small plot
    assert "plot_area_record_m2" not in found.facts
    assert [c["value"] for c in found.claims["plot_area_record_m2"]] == [121.527]
    assert "floor_built_up_m2" not in found.facts  # both floors lie on one layer
    assert found.facts["total_floor_area_m2"] == pytest.approx(118.09)


def test_the_real_apartments_by_hand(shared: Path, book):
    facts = facts_of(shared / "plans" / "kl07_apartment_1484m2_basement.dxf", book)
    assert by_floor(facts, "stair_width_m") == dict.fromkeys(range(5), 1.5)
    assert by_floor(facts, "exit_stairs_total_m") == dict.fromkeys(range(5), 2.5)
    assert by_floor(facts, "exit_doors_total_m") == {-1: 1.0, 0: 3.75}
    assert by_floor(facts, "exit_door_width_m") == {-1: 1.0, 0: 1.9}
    assert by_floor(facts, "floor_built_up_m2") == pytest.approx(
        {-1: 29.82, 0: 693.79} | dict.fromkeys((1, 2, 3, 4), 651.62)
    )
    assert (facts["fire_stair_width_m"], facts["fire_stair_to_lowest_basement"]) == (1.25, True)
    assert (facts["access_ramp_one_in"], facts["access_ramp_width_m"]) == (12, 2.1)
    assert (facts["special_wcs"], facts["special_wc_short_m"], facts["special_wc_long_m"]) == (
        1, 1.5, 2.0,
    )  # fmt: skip


def test_the_real_shops_by_hand(shared: Path, book):
    facts = facts_of(shared / "plans" / "kl08_commercial_320m2_basement.dxf", book)
    assert by_floor(facts, "room_height_m") == {0: 4.05, 1: 3.6, 2: 3.6}
    assert by_floor(facts, "exit_stairs_total_m") == {-1: 1.0, 0: 1.75, 1: 1.75, 2: 1.75}
    assert by_floor(facts, "exit_doors_total_m") == {0: 3.0}
    assert facts["fire_stair_width_m"] == 0.75
    assert facts["parking_headroom_m"] == 2.45
    assert (facts["wc_male"], facts["wc_female"], facts["urinals"]) == (3, 3, 3)
    assert (facts["urinal_short_m"], facts["urinal_long_m"]) == (0.6, 0.7)
    assert (facts["special_wc_short_m"], facts["special_wc_long_m"]) == (1.5, 1.95)


def test_the_shades_of_the_real_houses_reach_60_cm_over_every_yard(shared: Path):
    for plan in ("kl01_house_121m2", "kl02_house_202m2"):
        found = survey(shared / "plans" / f"{plan}.dxf")
        for side in ("front", "rear", "side1", "side2"):
            assert values(found, f"{side}_projection")[None] == pytest.approx(0.6, abs=0.007)


def test_a_shade_drawn_elsewhere_is_not_measured(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_SHADE_OVERHANG", 2.4, 2.75, 11.2, 9.15)
    found = survey(drawing.write(tmp_path))
    sizes = {
        s: values(found, f"{s}_projection")[None] for s in ("front", "rear", "side1", "side2")
    }
    assert sizes == pytest.approx(
        {"front": 0.75, "rear": 0.4, "side1": 0.6, "side2": 0.6}, abs=1e-3
    )
    drawing.box("BLK_1_SHADE_OVERHANG", 300, 0, 5, 5)
    found = survey(drawing.write(tmp_path))
    assert "projection_elsewhere" in codes(found)
    assert values(found, "front_projection") == {}


def test_open_stairs_by_their_distance_and_width(tmp_path: Path, a_house):
    drawing = a_house().dimension("BLK_1_OPEN_STAIR", (0, 5), (0.7, 5))
    drawing.box("BLK_1_OPEN_STAIR", 0.7, 5, 1.0, 3)
    found = survey(drawing.write(tmp_path))
    assert values(found, "open_steps_gap") == {None: pytest.approx(0.7)}
    assert values(found, "open_steps_width") == {None: pytest.approx(1.0)}


def test_more_places_than_the_rules_take_are_said_and_not_judged(tmp_path: Path, a_house, book):
    drawing = a_house()
    for block in range(2, 10):
        drawing.box(f"BLK_{block}_FLR_1_BLT_UP_AREA", 20 * block, 50, 10, 8, 25)
        drawing.text(f"BLK_{block}_FLR_1_BLT_UP_AREA", "TYP=1-200")
    found = translate(survey(drawing.write(tmp_path)), {}, load(), book)
    assert "places_too_many" in {c["code"] for c in found.complaints}
    assert "blocks" not in found.facts
    assert "built_up_area_m2" not in found.facts


def test_each_block_has_its_own_parts(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_2_LVL_0_BLDG_FOOT_PRINT", 13.5, 12, 2, 2)
    drawing.box("BLK_2_FLR_0_BLT_UP_AREA", 80, 0, 6, 5, 8)
    for block, width in ((1, 1.3), (2, 1.1)):
        drawing.dimension(f"BLK_{block}_FLR_0_STAIR_1_FLIGHT", (80, 0), (80 + width, 0), colour=2)
    drawing.box("BLK_2_FLR_0_WATER_CLOSET", 80, 0, 1, 1.2, 1)
    drawing.dimension("PASSAGE", (0, 50), (1.0, 50), colour=2)  # whose, nobody can tell
    one, two = facts_of(drawing.write(tmp_path), book)["blocks"]
    assert (one["block"], two["block"]) == (1, 2)
    assert (one["occupancy"], two["occupancy"]) == ("A1", "F")
    assert [b["floors"][0]["stair_width_m"] for b in (one, two)] == [1.3, 1.1]
    assert (two["wc_male"], two["floors"][0]["floor_group"]) == (1, "F")
    assert "wc_male" not in one
    assert not any("corridor_width_m" in place for place in (one, two, *two["floors"]))


def test_parking_inside_a_floor_is_left_out_of_its_floor_area(tmp_path: Path, a_house, book):
    drawing = a_house().box(f"{F0}_COVERED_PARKING", 40, 0, 5, 6)
    drawing.box(f"{F0}_BLT_UP_AREA_DEDUCT", 40, 0, 5, 2)
    facts = facts_of(drawing.write(tmp_path), book)
    assert (facts["built_up_area_m2"], facts["parking_inside_m2"]) == (70, 20)
    assert facts["total_floor_area_m2"] == 50
    drawing.box(f"{F0}_COVERED_PARKING", 300, 0, 5, 6)
    found = survey(drawing.write(tmp_path))
    assert "spared_outside" in codes(found)
    assert values(found, "parking_inside") == {None: 20}
