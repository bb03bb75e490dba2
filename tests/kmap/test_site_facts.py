"""What is measured or drawn on the site becomes facts; claims stay beside them."""

from pathlib import Path

import pytest

from gis.drawing.dialect import load
from gis.drawing.survey import survey
from kmap.facts import translate
from rules import shipped_book


@pytest.fixture(scope="module")
def book():
    return shipped_book()


def told(drawing, folder: Path, book, **site):
    return translate(survey(drawing.write(folder)), site, load(), book)


def codes(found) -> set[str]:
    return {c["code"] for c in found.complaints}


@pytest.mark.parametrize(
    ("typed", "width", "said"),
    [("5.5", 5.5, False), ("6.05", 6.05, False), ("6.06", 6, True), ("12", 6, True)],
)
def test_a_typed_access_wider_than_the_drawn_way_is_not_believed(
    tmp_path: Path, a_house, book, typed, width, said
):
    drawing = a_house()
    drawing.entities = [
        v.replace("ACCESS_WIDTH_M=6", f"ACCESS_WIDTH_M={typed}") for v in drawing.entities
    ]
    found = told(drawing, tmp_path, book)
    assert found.facts["access_width_m"] == width
    assert ("access_width_differs" in codes(found)) is said
    assert [c["by"] for c in found.claims["access_width_m"]] == [
        "declared" if said else "measured"
    ]


def test_the_drawn_way_alone_is_no_width_of_access(tmp_path: Path, a_house, book):
    drawing = a_house()
    drawing.entities = [v.replace(r"\PACCESS_WIDTH_M=6", "") for v in drawing.entities]
    found = told(drawing, tmp_path, book)
    assert "access_width_m" not in found.facts
    assert [c["value"] for c in found.claims["access_width_m"]] == [pytest.approx(6, abs=1e-3)]


def test_a_person_who_says_more_than_is_drawn_is_told_so(tmp_path: Path, a_house, book):
    found = told(a_house(), tmp_path, book, access_width_m=7)
    assert found.facts["access_width_m"] == 7
    assert "access_width_differs" in codes(found)


def test_what_is_drawn_supplies_what_may_be_declared_and_never_what_the_map_knows(
    tmp_path: Path, a_house, book
):
    drawing = a_house().box("GW_RECHARGE", 1, 1, 1, 1).box("SEPTIC_TANK", 1, 13, 1, 1)
    drawing.text("VOLTAGE_1", "11 KV").dimension("DISTANCE_FROM_MONUMENT", (0, 0), (0, 90))
    drawing.dimension("DEPTH_CUTTING", (50, 0), (50, 2))
    found = told(drawing, tmp_path, book)
    facts = {"recharge": True, "septic_tank": True, "power_line_kv": 11, "excavation_depth_m": 2}
    assert {k: found.facts[k] for k in facts} == facts
    assert found.sources["recharge"]["by"] == "declared"
    assert "monument_distance_m" not in found.facts
    assert [c["value"] for c in found.claims["monument_distance_m"]] == [90]


def test_parking_and_grounds_reach_their_facts(tmp_path: Path, a_house, book):
    drawing = (
        a_house().box("PARKING_SLOT", 0.1, 0.1, 2.7, 5.5).box("DA_PARKING", 12, 0.1, 3.6, 5.5)
    )
    drawing.box("TWO_WHEELER_PARKING", 5, 13, 3, 2).box("EXT_RECREATION", 9, 12.5, 5, 3)
    drawing.box("BLK_1_SHADE_OVERHANG", 2.4, 2.9, 11.2, 9.2).box("WELL", 1, 13, 1, 1)
    facts = told(drawing, tmp_path, book).facts
    want = {
        "car_bay_width_m": 2.7, "car_bay_length_m": 5.5, "accessible_bay_width_m": 3.6,
        "two_wheeler_bay_width_m": 2, "recreation_ground_m2": 15, "recreation_least_m": 3,
        "front_projection_m": 0.6, "well_to_street_m": 13, "open_space_m2": 176,
    }  # fmt: skip
    assert {k: facts[k] for k in want} == want


def test_a_front_where_no_road_is_stays_unknown(tmp_path: Path, a_house, book):
    drawing = a_house()
    swap = {"FRONT": "REAR", "REAR": "FRONT"}
    for i, v in enumerate(drawing.entities):
        side = v.removeprefix("BLK_1_LVL_0_").removesuffix("_YARD")
        if v.startswith("BLK_1_LVL_0_") and side in swap:
            drawing.entities[i] = f"BLK_1_LVL_0_{swap[side]}_YARD"
    found = told(drawing, tmp_path, book)
    assert "front_yard_min_m" not in found.facts
    assert found.facts["rear_yard_min_m"] == 3.5
    assert next(c["value"] for c in found.claims["front_yard_min_m"]) == pytest.approx(4.5)


def test_two_blocks_share_what_is_said_of_the_plot(tmp_path: Path, a_house, book):
    drawing = a_house().box("BLK_2_LVL_0_BLDG_FOOT_PRINT", 3, 13, 3, 2)
    drawing.box("SEPTIC_TANK", 14, 14, 1, 1)
    found = told(drawing, tmp_path, book)
    assert found.facts["septic_tank"] is True
    assert {b["block"] for b in found.facts["blocks"]} == {1, 2}
