"""A second dialect is a file: invented drawings in it, read and recognised without code."""

import re
from pathlib import Path

import pytest

from gis.drawing.dialect import load, names, normal
from gis.drawing.survey import survey
from gis.errors import DialectError

FOOT = 0.3048


def national_house(sheet, **more):
    """A house in feet: plot 50 x 60, yards 10 / 8 / 5 / 5, three flights, use colour 1."""
    drawing = sheet(**more)
    drawing.box("PLOT_BOUNDARY", 0, 0, 50, 60)
    drawing.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 5, 10, 40, 42)
    drawing.box("BLK_1_LVL_0_FRONT_SETBACK", 0, 0, 50, 10)
    drawing.box("BLK_1_LVL_0_REAR_SETBACK", 0, 52, 50, 8)
    drawing.box("BLK_1_LVL_0_SIDE_SETBACK1", 0, 10, 5, 42)
    drawing.box("BLK_1_LVL_0_SIDE_SETBACK2", 45, 10, 5, 42)
    drawing.box("BLK_1_FLR_0_BLT_UP_AREA", 100, 0, 40, 42, 1)
    drawing.box("BLK_1_FLR_0_UNITFA", 100, 0, 40, 42, 1)
    drawing.box("BLK_1_FLR_0_STAIR_1", 105, 5, 8, 12)
    drawing.box("BLK_1_FLR_0_STAIR_1_FLIGHT_1", 105, 5, 4, 10)
    drawing.box("BLK_1_FLR_0_STAIR_1_FLIGHT_2", 109, 5, 4, 10)
    drawing.dimension("BLK_1_HT_OF_BLDG", (200, 0), (200, 11))
    drawing.text("PLAN_INFO", r"PLOT_AREA=3000\PKHATA_NO=12/4, 12/5\PROAD_WIDTH=20")
    return drawing


def codes(found) -> set[str]:
    return {c["code"] for c in found.complaints}


def values(found, name: str, typed: bool = False) -> list:
    return [m.value for m in found.measures if m.name == name and m.typed is typed]


@pytest.mark.parametrize("units", [2, None, 0])
def test_a_drawing_of_the_second_dialect_is_recognised_and_measured_in_feet(
    tmp_path: Path, sheet, units
):
    found = survey(national_house(sheet, units=units).write(tmp_path))
    assert (found.drawing["dialect"], found.drawing["units"]) == ("national", "feet")
    assert "dialect_chosen" in codes(found)
    square = FOOT * FOOT
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(3000 * square, abs=1e-6)
    (block,) = found.measurements["blocks"]
    assert block["floors"][0]["by_occupancy"] == {"A1": pytest.approx(1680 * square, abs=1e-6)}
    yards = block["levels"][0]["yards"]
    for side, feet in (("front", 10), ("rear", 8), ("side1", 5), ("side2", 5)):
        assert yards[side]["min_m"] == pytest.approx(feet * FOOT, abs=1e-6)
    assert values(found, "stair_width") == [pytest.approx(4 * FOOT)]
    assert values(found, "plot_area", typed=True) == [pytest.approx(3000 * square, abs=1e-6)]
    assert values(found, "access_width", typed=True) == [pytest.approx(20 * FOOT)]
    assert values(found, "survey_no", typed=True) == ["12/4, 12/5"]
    assert "units_disagree" not in codes(found)


def test_a_feet_drawing_that_says_metres_is_told_by_its_typed_area(tmp_path: Path, sheet):
    found = survey(national_house(sheet, units=6).write(tmp_path))
    assert found.drawing["units"] == "feet"
    assert "units_disagree" in codes(found)


def test_the_dialect_can_be_named_and_colours_mean_what_it_says(tmp_path: Path, sheet):
    path = national_house(sheet, units=2).write(tmp_path)
    usual = survey(path, load("kerala"))
    assert usual.drawing["dialect"] == "kerala"
    assert "dialect_chosen" not in codes(usual)
    assert set(usual.measurements["blocks"][0]["floors"][0]["by_occupancy"]) == {"colour 1"}
    assert values(usual, "plot_area", typed=True) == []


@pytest.mark.parametrize(
    "mixed",
    [
        lambda d: d.text("PLAN_INFO", "PLOT_AREA_M2=278.7"),
        lambda d: d.box("BLK_1_LVL_1_FRONT_YARD", 0, 0, 50, 10),
        lambda d: setattr(
            d,
            "entities",
            [v.replace("KHATA_NO", "X").replace("PLOT_AREA", "Y") for v in d.entities],
        ),
        lambda d: setattr(
            d,
            "entities",
            [v.replace("SETBACK", "S").replace("FLIGHT", "STEP") for v in d.entities],
        ),
    ],
)
def test_a_drawing_that_is_not_plainly_of_the_second_dialect_is_read_as_usual(
    tmp_path: Path, sheet, mixed
):
    drawing = national_house(sheet, units=2)
    mixed(drawing)
    assert survey(drawing.write(tmp_path)).drawing["dialect"] == "kerala"


def test_every_real_plan_is_of_the_usual_dialect(shared: Path):
    for plan in sorted((shared / "plans").glob("*.dxf")):
        assert survey(plan).drawing.get("dialect", "kerala") == "kerala", plan.name


def test_a_dialect_that_is_not_there_is_said():
    assert names()[0] == "kerala"
    with pytest.raises(DialectError, match="kerala, national"):
        load("../kerala")


def test_a_dialect_has_every_role_of_the_one_it_is_like():
    like, own = load("kerala"), load("national")
    assert {k.role for k in like.kinds} == {k.role for k in own.kinds}
    assert own.layer_for("front", block=2, level=1) == "BLK_2_LVL_1_FRONT_SETBACK"
    assert own.layer_for("covered", block=2) == "BLK_2_COVERED_AREA"
    assert own.place("BLK_1_FLR_0_STAIR_2_FLIGHT_1").kind.role == "stair_flight"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("blk-1-flr-0-blt-up-area", "BLK_1_FLR_0_BLT_UP_AREA"),
        ("BLK-1-FLR--1-BLT-UP-AREA", "BLK_1_FLR_-1_BLT_UP_AREA"),
        ("BLK 1 FLR -1 BLT UP AREA", "BLK_1_FLR_-1_BLT_UP_AREA"),
        ("BLK_1_FLR_-1_BLT_UP_AREA", "BLK_1_FLR_-1_BLT_UP_AREA"),
        ("BLK-1_FLR-0_BLT_UP_AREA", "BLK_1_FLR_0_BLT_UP_AREA"),
        ("BLK-1-FLR-2-BLT_UP_AREA", "BLK_1_FLR_2_BLT_UP_AREA"),
        ("PLOT-BOUNDARY", "PLOT_BOUNDARY"),
        ("BLK1FLR-1BLTUPAREA", "BLK1FLR-1BLTUPAREA"),
        ("BLK_1_FLR-1_BLT_UP_AREA", "BLK_1_FLR-1_BLT_UP_AREA"),
    ],
)
def test_hyphens_and_spaces_part_words_and_a_minus_stays(written, meant):
    assert normal(written) == meant
    below = -1 if re.search("FLR.?-1", meant) else None
    assert load().place(written).floor in {below, 0, 2, None} - ({0, 2, None} if below else set())


def test_a_floor_that_could_be_1_or_minus_1_is_neither():
    assert load().place("BLK-1_FLR-1_BLT_UP_AREA") is None
    assert load().place("BLK-1-LVL-1_FRONT_YARD") is None
    assert load().place("BLK-1-FLR-1BLTUPAREA") is None
