"""What is missing names who would supply it: for every fact of the book, and for many unknowns."""

import pytest

from gis.drawing.dialect import load as load_dialect
from kmap.building.supply import key_for, supply
from kmap.facts.candidates import MEASURED
from kmap.papers.findings import Finding, Missing
from kmap.papers.lacking import needs, numbers
from rules import shipped_book

BOOK = shipped_book()
DIALECT = load_dialect()
COULD = [f.name for f in BOOK.vocabulary.values() if "measured" in f.supplied_by]


@pytest.mark.parametrize("fact", COULD)
def test_a_fact_that_could_be_measured_names_its_layer_or_says_it_is_not_read(fact: str) -> None:
    found = supply(fact, DIALECT, BOOK, {"block": 2, "level": 1, "floor": 3})
    if fact in MEASURED.values():
        assert (found["by"], DIALECT.measures(found["layer"])) == ("measured", True)
        assert found["layer"] in found["says"]["en"]
        assert found["layer"] in found["says"]["ml"]
    if found["layer"] is None and found["by"] != "map":
        assert f"not read from drawings: give {fact} in the site facts" in found["says"]["en"]
        assert fact in found["says"]["ml"]


def test_the_layer_is_that_of_the_place_where_the_fact_is_missing() -> None:
    def layer(fact: str, **where: int) -> str:
        return supply(fact, DIALECT, BOOK, where)["layer"]

    assert layer("front_yard_min_m", block=2, level=1) == "BLK_2_LVL_1_FRONT_YARD"
    assert layer("stair_width_m", block=1, floor=3) == "BLK_1_FLR_3_STAIR_1_FLIGHT"
    assert layer("plot_area_drawn_m2") == "PLOT_BOUNDARY"


def test_a_typed_answer_is_asked_for_by_its_key_unless_a_map_decides_it() -> None:
    assert key_for("plot_area_record_m2", DIALECT) == "PLOT_AREA_M2"
    assert key_for("neighbour_consent", DIALECT) == "NOC_TO_ABUT_SIDE"
    assert key_for("security_zone", DIALECT) is None
    assert key_for("excavation_depth_m", DIALECT) is None
    found = supply("access_width_m", DIALECT, BOOK, {})
    assert (found["by"], found["layer"]) == ("declared", "PLAN_INFO")
    assert "ACCESS_WIDTH_M=" in found["says"]["en"]
    assert supply("flood_liable", DIALECT, BOOK, {})["by"] == "map"
    assert supply("refuse_on_plot", DIALECT, BOOK, {})["says"]["en"].startswith("Give refuse")


def unknown(number: int, *facts: tuple[str, str, str]) -> Finding:
    missing = tuple(
        Missing(fact, fact.title(), "", f"{fact}?", layer, f"say {fact}", by)
        for fact, by, layer in facts
    )
    return Finding(
        number, "clause", f"c{number}", f"c{number}", "unknown", "mandatory", "", "open",
        missing=missing,
    )  # fmt: skip


CARS = ("cars", "measured", "PARKING_SLOT")
WIDTH = ("width", "measured", "PARKING_SLOT")
FLOOD = ("flood", "map", "")


def test_needs_are_one_line_for_each_layer_the_most_helpful_first() -> None:
    found = [
        unknown(1, FLOOD),
        unknown(2, CARS),
        unknown(3, CARS, WIDTH),
        unknown(4, CARS, FLOOD),
        unknown(5, ("kind", "measured", "UNIT"), FLOOD),
        unknown(6),
    ]
    drawing, land = needs(found, "en")
    assert [(n.source, n.alone, n.waits) for n in drawing.rows] == [
        ("PARKING_SLOT", (2, 3), (2, 3, 4)),
        ("UNIT", (), (5,)),
    ]
    assert drawing.rows[0].titles == ("Cars", "Width")
    assert [n.source for n in drawing.main] == ["PARKING_SLOT"]
    assert [n.source for n in drawing.rest] == ["UNIT"]
    assert [(n.source, n.alone, n.waits) for n in land.rows] == [("flood", (1,), (1, 4, 5))]
    assert needs([unknown(6)], "ml") == ()


def test_runs_of_numbers_are_taken_together() -> None:
    assert numbers((1, 2, 3, 5, 6, 8)) == "1–3, 5, 6, 8"
    assert numbers(()) == ""
