"""Fees as an answer shows them, against the research tables (shared/law/law_tables.yaml).

The cases beside the schedules show the same cells to a reader; these read every figure from the
tables when they run, and see how far each can be trusted.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from rules import Book, evaluate

Facts = dict[str, Any]
DAYS = {"F0": "2019-11-08", "F1": "2023-04-10", "F2": "2024-08-01", "F3": "2025-10-29"}
CLASSES = {
    "corporation": "corporation",
    "council": "municipal_council",
    "panchayat": "grama_panchayat",
}
GROUPS = {"A1": ("A1",), "G": ("G1", "G2", "G3"), "FJ": ("F", "J"), "D1": ("D1",)}
EDGES = ((80.0, 0), (80.01, 1), (150.0, 1), (150.01, 2), (300.0, 2), (300.01, 3))


@pytest.fixture(scope="session")
def law(shared: Path) -> dict[str, Any]:
    """The research tables."""
    tables: dict[str, Any] = YAML(typ="safe").load((shared / "law/law_tables.yaml").read_text())
    return tables


def answer(book: Book, day: str, column: str = "corporation", **facts: Any) -> dict[str, Any]:
    family = "panchayat" if column == "panchayat" else "municipal"
    given = {"family": family, "body_class": CLASSES[column], **facts}
    found: dict[str, Any] = evaluate(book, given, date.fromisoformat(day)).as_json()
    return found


def fees(book: Book, day: str, column: str = "corporation", **facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer(book, day, column, **facts)["fees"]
    return found


def home(area: float, **more: Any) -> Facts:
    return {"occupancy": "A1", "built_up_area_m2": area, **more}


@pytest.mark.parametrize("column", ["corporation", "council"])
def test_every_cell_of_schedule_2_from_2025(book: Book, law: dict[str, Any], column: str) -> None:
    faults = []
    for row, rates in law["permit_fee_rs_per_m2_F3"][column].items():
        for group in GROUPS.get(row, ("A2",)):
            for area, slab in EDGES:
                plan = {"occupancy": group, "built_up_area_m2": area}
                got = fees(book, DAYS["F3"], column, **plan).get("permit_fee_rs")
                if got != pytest.approx(rates[slab] * area):
                    faults.append((row, group, area, got))
    assert faults == []


@pytest.mark.parametrize("column", ["corporation", "council"])
def test_the_first_schedule_2(book: Book, law: dict[str, Any], column: str) -> None:
    table = law["permit_fee_rs_per_m2_F0"]
    rates = table[column]
    for day in (DAYS["F0"], "2023-04-09"):
        for area, half in ((150.0, table["residential_le150_factor"]), (150.01, 1)):
            got = fees(book, day, column, **home(area))["permit_fee_rs"]
            assert got == pytest.approx(rates["A1"] * half * area)
            other = fees(book, day, column, occupancy="A2", built_up_area_m2=area)
            assert other["permit_fee_rs"] == pytest.approx(rates["other"] * area)


@pytest.mark.parametrize("version", ["F1", "F2"])
@pytest.mark.parametrize("column", list(CLASSES))
def test_the_rates_of_the_newspapers(
    book: Book, law: dict[str, Any], version: str, column: str
) -> None:
    rates = law["permit_fee_rs_per_m2_A1_news"][version][column]
    # a house or a small shop has no layout to be scrutinised; of panchayats nothing is told
    no_layout = {} if column == "panchayat" else {"layout_fee_rs": 0}
    for area, slab in EDGES[1:]:
        found = answer(book, DAYS[version], column, **home(area))
        fee = {"permit_fee_rs": pytest.approx(rates[slab - 1] * area)}
        assert found["fees"] == {**fee, **no_layout}
        assert found["fee_cites"]["permit_fee_rs"]["trust"] == "B"
        assert "fees-from-news" in {notice["id"] for notice in found["notices"]}
    assert fees(book, DAYS[version], column, **home(80)) == no_layout
    shop = {"occupancy": "F", "built_up_area_m2": 250}
    assert fees(book, DAYS[version], column, **shop) == no_layout


@pytest.mark.parametrize("column", ["corporation", "council"])
def test_application_fees(book: Book, law: dict[str, Any], column: str) -> None:
    flat = law["application_fee_rs_F0"][column]
    for day in (DAYS["F0"], "2023-04-09"):
        for area in (50, 5000):
            assert fees(book, day, column, **home(area))["application_fee_rs"] == flat
    slabs = law["application_fee_rs_F3"][column]
    asked = ((100, "le100"), (100.01, "le300"), (300, "le300"), (300.01, "gt300"))
    for area, slab in asked:
        assert fees(book, DAYS["F3"], column, **home(area))["application_fee_rs"] == slabs[slab]
    for day in (DAYS["F1"], DAYS["F2"], "2025-10-28"):
        assert "application_fee_rs" not in fees(book, day, column, **home(250))


def test_of_the_panchayat_only_the_newspapers_tell_a_fee(book: Book) -> None:
    told = {day: fees(book, day, "panchayat", **home(250)) for day in DAYS.values()}
    assert [len(paid) for paid in told.values()] == [0, 1, 1, 0]
