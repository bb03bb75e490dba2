"""Stairs drawn by hand: width, tread and riser worked out beside them."""

from pathlib import Path

import pytest

from gis.drawing.survey import survey

STAIR = "BLK_1_FLR_0_STAIR_1"
FLIGHT = f"{STAIR}_FLIGHT"


def codes(found) -> set[str]:
    return {c["code"] for c in found.complaints}


def values(found, name: str) -> dict[int | None, object]:
    """What was measured under a name, by floor."""
    return {m.floor: m.value for m in found.measures if m.name == name and not m.typed}


def flight(sheet, layer: str, x: float, width: float, places: list[float], run: float = 2.7):
    """Draw a flight going up the sheet from (x, 20), with a line across at each place."""
    sheet.box(layer, x, 20, width, run)
    for y in places:
        sheet.raw(
            "0", "LINE", "8", layer, "10", repr(x), "20", repr(20 + y),
            "11", repr(x + width), "21", repr(20 + y),
        )  # fmt: skip


def even(count: int, tread: float = 0.3) -> list[float]:
    return [round(tread * (i + 1), 6) for i in range(count)]


def stair(a_house, *, width: float = 1.2, height: str = "3.0", places=None):
    """A house with a stair of two flights of 2.70 m; eight lines make nine treads of 0.30 m."""
    drawing = a_house().box(STAIR, 70, 19, 3, 5)
    flight(drawing, FLIGHT, 70, width, even(8))
    flight(drawing, FLIGHT, 71.5, width, even(8) if places is None else places)
    return drawing.text(STAIR, f"FLR_HT_M={height}")


def test_a_stair_has_the_width_tread_and_riser_that_are_drawn(tmp_path: Path, a_house):
    found = survey(stair(a_house).write(tmp_path))
    assert values(found, "stair_width") == {0: pytest.approx(1.2)}
    assert values(found, "stair_tread") == {0: pytest.approx(0.3)}
    assert values(found, "stair_riser") == {0: pytest.approx(3.0 / 20)}
    (riser,) = [m for m in found.measures if m.name == "stair_riser"]
    assert riser.witness.layer == FLIGHT
    assert len(riser.witness.handles) == 2


def test_lines_on_the_ends_of_a_flight_are_the_same_steps(tmp_path: Path, a_house):
    ends = [0.0, *even(8), 2.7]
    found = survey(stair(a_house, places=ends).write(tmp_path))
    assert values(found, "stair_riser") == {0: pytest.approx(0.15)}


def test_the_shallowest_tread_counts(tmp_path: Path, a_house):
    uneven = [*even(7), 2.39]
    found = survey(stair(a_house, places=uneven).write(tmp_path))
    assert values(found, "stair_tread") == {0: pytest.approx(0.29)}
    assert values(found, "stair_riser") == {0: pytest.approx(0.15)}


def test_a_piece_of_landing_in_the_outline_is_no_step(tmp_path: Path, a_house):
    drawing = a_house().box(STAIR, 70, 19, 3, 5).text(STAIR, "FLR_HT_M=1.5")
    flight(drawing, FLIGHT, 70, 1.2, [0.0, *even(9)], run=3.9)  # 9 treads, 1.20 m of landing
    found = survey(drawing.write(tmp_path))
    assert values(found, "stair_riser") == {0: pytest.approx(1.5 / 10)}


def test_steps_missing_from_one_flight_leave_tread_and_riser_open(tmp_path: Path, a_house):
    found = survey(stair(a_house, places=[]).write(tmp_path))
    assert values(found, "stair_width") == {0: pytest.approx(1.2)}
    assert values(found, "stair_tread") == values(found, "stair_riser") == {}


def test_steps_may_be_outlines_of_their_own(tmp_path: Path, a_house):
    drawing = a_house().box(STAIR, 70, 19, 3, 5).text(STAIR, "FLR_HT_M=3")
    for column in (0, 1):
        for i in range(9):
            drawing.box(f"{STAIR}_STEP", 70 + 2 * column, 20 + 0.3 * i, 1.25, 0.3)
    found = survey(drawing.write(tmp_path))
    assert values(found, "stair_width") == {0: pytest.approx(1.25)}
    assert values(found, "stair_tread") == {0: pytest.approx(0.3)}
    assert values(found, "stair_riser") == {0: pytest.approx(0.15)}


@pytest.mark.parametrize(("drawn", "dimension"), [(1.15, 1.2), (1.2, 1.15)])
def test_the_lesser_of_dimension_and_outline_is_the_width(
    tmp_path: Path, a_house, drawn, dimension
):
    drawing = stair(a_house, width=drawn)
    drawing.dimension(FLIGHT, (70, 25), (70 + dimension, 25), colour=2)
    drawing.dimension(FLIGHT, (70, 20), (70, 20.4), colour=1)  # a length is no width
    found = survey(drawing.write(tmp_path))
    assert values(found, "stair_width") == {0: pytest.approx(1.15)}
    assert "stair_width_differs" in codes(found)


def test_a_dimension_that_agrees_is_no_finding(tmp_path: Path, a_house):
    drawing = stair(a_house).dimension(FLIGHT, (70, 25), (71.205, 25), colour=2)
    found = survey(drawing.write(tmp_path))
    assert values(found, "stair_width") == {0: pytest.approx(1.2)}
    assert "stair_width_differs" not in codes(found)


def test_of_two_stairs_on_a_floor_the_narrower_counts_and_typical_floors_repeat_it(
    tmp_path: Path, a_house
):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 10, 8, 25)
    drawing.text("BLK_1_FLR_1_BLT_UP_AREA", "TYP=1 TO 3")
    for number, width in ((1, 1.3), (2, 1.1)):
        layer = f"BLK_1_FLR_1_STAIR_{number}_FLIGHT"
        flight(drawing, layer, 80 + 2 * number, width, even(8))
    found = survey(drawing.write(tmp_path))
    assert values(found, "stair_width") == {n: pytest.approx(1.1) for n in (1, 2, 3)}


@pytest.mark.parametrize("height", ["3.0", "2.5"])
def test_a_floor_height_that_contradicts_itself_or_its_room_is_said(
    tmp_path: Path, a_house, height
):
    drawing = stair(a_house).dimension("BLK_1_FLR_0_HT_ROOM", (90, 0), (90, 2.8), colour=2)
    drawing.text("BLK_1_FLR_0_FIRESTAIR_1", f"FLR_HT_M={height}")
    found = survey(drawing.write(tmp_path))
    differs = height != "3.0"
    assert ("floor_height_differs" in codes(found)) == differs
    assert (values(found, "stair_riser") == {}) == differs
    low = stair(a_house, height="2.7").dimension(
        "BLK_1_FLR_0_HT_ROOM", (90, 0), (90, 2.8), colour=2
    )
    assert "floor_height_differs" in codes(survey(low.write(tmp_path)))


def test_the_worst_fire_stair_of_all_floors_counts(tmp_path: Path, a_house):
    drawing = a_house()
    for floor, width, tread in ((0, 0.9, 0.25), (1, 0.75, 0.2)):
        layer = f"BLK_1_FLR_{floor}_FIRESTAIR_1"
        drawing.box(layer, 70, 19 + 10 * floor, 3, 5).text(layer, "FLR_HT_M=2.4")
        drawing.box(f"{layer}_FLIGHT", 70, 20, width, 2)
        for y in even(round(2 / tread) - 1, tread):
            drawing.raw(
                "0", "LINE", "8", f"{layer}_FLIGHT", "10", "70", "20", repr(20 + y),
                "11", repr(70 + width), "21", repr(20 + y),
            )  # fmt: skip
    drawing.raw(
        "0", "CIRCLE", "8", "BLK_1_FLR_0_SPIRAL_FIRE_STAIR_2", "10", "60", "20", "0", "40", "0.7"
    )
    found = survey(drawing.write(tmp_path))
    assert values(found, "fire_stair_width") == {None: pytest.approx(0.75)}
    assert values(found, "fire_stair_tread") == {None: pytest.approx(0.2)}
    assert values(found, "fire_stair_risers") == {None: 11}
    assert values(found, "fire_stair_riser") == {None: pytest.approx(2.4 / 9)}
    assert values(found, "fire_stair_diameter") == {None: pytest.approx(1.4, abs=1e-3)}
    assert values(found, "fire_stairs") == {None: 2}
    assert values(found, "fire_stair_basement") == {}
    drawing.box("BLK_1_FLR_-1_BLT_UP_AREA", 120, 0, 10, 8, 25)
    assert values(survey(drawing.write(tmp_path)), "fire_stair_basement") == {}
    drawing.box("BLK_1_FLR_-1_FIRESTAIR_1", 120, 0, 3, 5)
    assert values(survey(drawing.write(tmp_path)), "fire_stair_basement") == {None: True}


def test_a_square_flight_alone_has_no_width(tmp_path: Path, a_house):
    drawing = a_house().box(FLIGHT, 70, 20, 1.5, 1.5).box(FLIGHT, 72, 20, 1.2, 2.4)
    assert values(survey(drawing.write(tmp_path)), "stair_width") == {}


def test_a_dimension_of_no_length_measures_nothing(tmp_path: Path, a_house):
    drawing = a_house().dimension(FLIGHT, (70, 20), (70, 20), colour=2, text="1.20")
    found = survey(drawing.write(tmp_path))
    assert values(found, "stair_width") == {}
    assert "dimension_zero" in codes(found)


def test_lifts_to_every_floor_and_the_stair_to_the_roof(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 10, 8, 25)
    drawing.text("BLK_1_FLR_1_BLT_UP_AREA", "TYP=1,2").box("BLK_1_FLR_0_LIFT_1", 40, 0, 2, 2)
    assert values(survey(drawing.write(tmp_path)), "step_free") == {}
    drawing.box("BLK_1_FLR_1_LIFT_1", 80, 0, 2, 2)
    found = survey(drawing.write(tmp_path))
    assert values(found, "step_free") == {None: True}
    assert values(found, "terrace_access") == {}
    drawing.box("BLK_1_FLR_3_BLT_UP_AREA", 100, 0, 3, 5, 25).box(
        "BLK_1_FLR_3_STAIR_1", 100, 0, 3, 5
    )
    assert values(survey(drawing.write(tmp_path)), "terrace_access") == {None: True}


def test_lifts_without_number_and_lifts_for_the_disabled_are_counted_each(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_0_LIFT_1", 40, 0, 2, 2)
    drawing.box("BLK_1_FLR_0_DA_LIFT_1", 42, 0, 2, 2).box("BLK_1_FLR_0_DA_LIFT", 44, 0, 2, 2)
    drawing.box("BLK_1_FLR_0_LIFT_1", 46, 0, 1, 1)  # a second outline of lift 1
    assert values(survey(drawing.write(tmp_path)), "lifts") == {None: 3}
