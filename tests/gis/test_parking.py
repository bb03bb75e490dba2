"""Bays are counted once, on ground of the plan, and only where a car can come to them."""

from pathlib import Path

import pytest

from gis.drawing.survey import survey


def codes(found) -> list[str]:
    return [c["code"] for c in found.complaints]


def value(found, name: str):
    got = [m.value for m in found.measures if m.name == name and not m.typed]
    assert len(got) <= 1, got
    return got[0] if got else None


def site(sheet, width: float = 30.0):
    """A plot 30 m deep, a building 10 m deep at its rear, a road along its front."""
    drawing = sheet().box("PLOT_BOUNDARY", 0, 0, width, 30)
    drawing.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 2, 18, width - 4, 10)
    return drawing.box("NOTIFIED_ROAD", -5, -8, width + 10, 8)


def test_bays_in_two_rows_along_an_aisle_are_all_reached(tmp_path: Path, sheet):
    drawing = site(sheet)
    for i in range(5):
        drawing.box("PARKING_SLOT", 5 + 2.7 * i, 12, 2.7, 5.5)
        drawing.box("PARKING_SLOT", 5 + 2.7 * i, 2, 2.7, 5.5)
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == 10
    assert value(found, "parking_aisle") == pytest.approx(4.5, abs=0.01)
    assert value(found, "driveway_width") == pytest.approx(4.5, abs=0.05)
    assert not {"bay_not_reached", "bay_reach_unknown"} & set(codes(found))
    assert value(found, "car_bay_width") == pytest.approx(2.7)
    assert value(found, "car_bay_length") == pytest.approx(5.5)


@pytest.mark.parametrize(("gap", "reached"), [(2.45, True), (2.35, False)])
def test_a_way_narrower_than_any_driveway_leads_nowhere(tmp_path: Path, sheet, gap, reached):
    drawing = site(sheet).box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 0, 9, 15 - gap / 2, 1)
    drawing.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 15 + gap / 2, 9, 15 - gap / 2, 1)
    found = survey(drawing.box("PARKING_SLOT", 20, 12, 2.7, 5.5).write(tmp_path))
    assert value(found, "cars") == (1 if reached else 0)
    assert ("bay_not_reached" in codes(found)) is not reached
    if reached:
        assert value(found, "driveway_width") == pytest.approx(gap, abs=0.05)


def test_a_gate_is_the_only_way_in(tmp_path: Path, sheet):
    drawing = site(sheet).box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 14, 0, 1, 18)
    drawing.box("PARKING_SLOT", 20, 6, 2.7, 5.5).box("PARKING_SLOT", 5, 6, 2.7, 5.5)
    assert value(survey(drawing.write(tmp_path)), "cars") == 2
    drawing.box("MAIN_GATE", 4, -0.1, 4, 0.2)
    assert value(survey(drawing.write(tmp_path)), "cars") == 1


def test_a_bay_shut_in_by_bays_does_not_count(tmp_path: Path, sheet):
    drawing = site(sheet)
    for x, y in ((10, 5), (10, 10.5), (7.3, 5), (7.3, 10.5), (12.7, 5), (12.7, 10.5)):
        drawing.box("PARKING_SLOT", x, y, 2.7, 5.5)
    drawing.box("PARKING_SLOT", 7.3, 2.2, 5.5, 2.7).box("PARKING_SLOT", 12.8, 2.2, 5.5, 2.7)
    found = survey(drawing.box("TWO_WHEELER_PARKING", 7, 16.1, 9, 1.8).write(tmp_path))
    assert value(found, "cars") == 6  # the two in the middle of the block are shut in
    assert codes(found).count("bay_not_reached") == 2


def test_a_bay_on_the_road_edge_is_reached_from_the_road(tmp_path: Path, sheet):
    found = survey(site(sheet).box("PARKING_SLOT", 5, 0, 2.7, 5.5).write(tmp_path))
    assert value(found, "cars") == 1
    assert value(found, "parking_aisle") is None


def test_a_bay_reached_along_its_long_side_is_a_parallel_bay(tmp_path: Path, sheet):
    drawing = sheet().box("PLOT_BOUNDARY", 0, 0, 7, 40).box("LANE_1", 0, -4, 7, 4)
    drawing.box("PARKING_SLOT", 0.3, 10, 2.7, 6.2).box("PARKING_SLOT", 0.3, 16.2, 2.7, 5.8)
    found = survey(drawing.box("PARKING_SLOT", 0.3, 22, 2.7, 6).write(tmp_path))
    assert value(found, "cars") == 3
    assert value(found, "parallel_bay_length") == pytest.approx(5.8)
    assert value(found, "parking_aisle") == pytest.approx(4, abs=0.01)


@pytest.mark.parametrize(("step", "cars"), [(2.7, 3), (2.62, 3), (2.6, 2), (0.0, 1)])
def test_bays_that_share_ground_count_once(tmp_path: Path, sheet, step, cars):
    drawing = site(sheet)
    for i in range(3):
        drawing.box("PARKING_SLOT", 8 + step * i, 8 + 0.001 * i, 2.7, 5.5)
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == cars
    assert ("bays_overlap" in codes(found)) is (cars < 3)


def test_a_wide_bay_that_still_holds_a_car_beside_its_neighbour_counts(tmp_path: Path, sheet):
    drawing = site(sheet).box("PARKING_SLOT", 8, 8, 2.7, 5.5)
    found = survey(drawing.box("PARKING_SLOT", 10.5, 8, 3.0, 5.5).write(tmp_path))
    assert value(found, "cars") == 2


def test_a_bay_partly_outside_the_plot_does_not_count(tmp_path: Path, sheet):
    outside = site(sheet).box("PARKING_SLOT", 5, -2, 2.7, 5.5)
    found = survey(outside.write(tmp_path))
    assert value(found, "cars") == 0
    assert "bay_outside_plot" in codes(found)
    long_bay = site(sheet).box("PARKING_SLOT", 5, -0.3, 2.7, 6)
    assert value(survey(long_bay.write(tmp_path)), "cars") == 1


def test_on_a_floor_bays_count_with_a_word_unless_they_are_shut_in(tmp_path: Path, sheet):
    drawing = site(sheet).box("BLK_1_FLR_-1_BLT_UP_AREA", 100, 0, 12, 17)
    for i in range(4):
        drawing.box("BLK_1_FLR_-1_PARKING_SLOT", 100.2 + 2.9 * i, 0.5, 2.7, 5.5)
        drawing.box("BLK_1_FLR_-1_PARKING_SLOT", 100.2 + 2.9 * i, 9.5, 2.7, 5.5)
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == 8
    assert codes(found).count("bay_reach_unknown") == 1
    assert value(found, "parking_aisle") == pytest.approx(3.5, abs=0.01)  # can only be narrower
    drawing.box("BLK_1_FLR_-1_PARKING_SLOT", 100.2, 6.2, 5.5, 2.7)
    found = survey(drawing.write(tmp_path))
    assert "bay_not_reached" in codes(found)


def test_an_aisle_wide_enough_on_a_floor_is_not_known_for_walls_are_not_seen(
    tmp_path: Path, sheet
):
    drawing = site(sheet).box("BLK_1_FLR_-1_BLT_UP_AREA", 100, 0, 12, 12)
    drawing.box("PARKING_SLOT", 101, 0.5, 2.7, 5.5)
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == 1
    assert value(found, "parking_aisle") is None
    assert value(found, "yard_parking") == 0


def test_without_a_road_the_way_is_unknown_and_the_bays_count(tmp_path: Path, sheet):
    drawing = sheet().box("PLOT_BOUNDARY", 0, 0, 30, 30).box("PARKING_SLOT", 5, 5, 2.7, 5.5)
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == 1
    assert "bay_reach_unknown" in codes(found)


def test_other_kinds_of_parking(tmp_path: Path, sheet):
    drawing = site(sheet, 40).box("VISITOR_PARKING", 5, 2, 2.7, 5.5)
    drawing.box("DA_PARKING", 10, 2, 3.6, 5.5).box("DA_PARKING", 15, 2, 3.3, 5.5)
    drawing.box("TWO_WHEELER_PARKING", 20, 2, 4, 1.6).box("TWO_WHEELER_PARKING", 22, 2, 4, 1.6)
    drawing.box("LOADING_UNLOADING", 30, 2, 3, 6).box("LOADING_UNLOADING", 34, 2, 2.9, 6)
    drawing.box("MECH_PARKING", 37.5, 10, 2, 6)
    drawing.dimension("MECHEIGHT_PARKING", (50, 0), (50, 11))
    drawing.dimension("DA_PARKING", (11, 7), (11, 18)).text("PLAN_INFO", "MECHANICAL_PARKING=6")
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == 1
    assert value(found, "accessible") == 2
    assert value(found, "accessible_bay_width") == pytest.approx(3.3)
    assert value(found, "accessible_bay_distance") == pytest.approx(11)
    assert value(found, "two_wheeler") == pytest.approx(6 * 1.6)
    assert value(found, "two_wheeler_bay_width") == pytest.approx(1.6)
    assert value(found, "loading_area") == pytest.approx(35.4)
    assert value(found, "loading_bays") == 1
    assert value(found, "mechanised_distance") == pytest.approx(0.5)
    assert value(found, "mechanised_height") == pytest.approx(11)
    assert [m.value for m in found.measures if m.name == "mechanical_parking"] == [6]


def test_a_heap_of_bays_counts_nothing(tmp_path: Path, sheet):
    drawing = site(sheet)
    for i in range(330):
        drawing.box("PARKING_SLOT", 5 + 0.001 * i, 5, 2.7, 5.5)
    found = survey(drawing.write(tmp_path))
    assert value(found, "cars") == 0
    assert "bays_too_many" in codes(found)
