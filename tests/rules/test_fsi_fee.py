"""The fee for additional FSI, in rupees: by version, by step, and absent where it cannot be told.

(`fees` of an answer are not among its worked-out facts, so the cases of the book cannot ask them.)
"""

from datetime import date
from typing import Any

import pytest

from rules import Book, evaluate

PARK = {"occupancy": "E", "occupancy_sub": "it_park"}


def fee(book: Book, day: str, floor: float, plot: float = 1000, **facts: Any) -> Any:
    given = {
        "family": "municipal",
        "occupancy": "A1",
        "plot_area_record_m2": plot,
        "plot_area_drawn_m2": plot,
        "total_floor_area_m2": floor,
        "built_up_area_m2": floor,
        **facts,
    }
    answer = evaluate(book, given, date.fromisoformat(day)).as_json()
    return answer["fees"].get("additional_fsi_fee_rs")


@pytest.mark.parametrize(
    ("day", "floor", "rupees"),
    [
        ("2019-11-08", 3000, 0),
        ("2019-11-08", 3000.02, 100),
        ("2025-10-28", 4000, 5_000_000),
        ("2025-10-28", 4000.02, None),  # not allowed at all: no fee makes it lawful
        ("2025-10-29", 3000, 0),
        ("2025-10-29", 4000, 5_000_000),
        ("2025-10-29", 5000, 12_500_000),  # 1000 at 5000, 1000 at 7500
        ("2025-10-29", 6000, 20_000_000),
        ("2025-10-29", 6000.02, None),
        ("2001-02-21", 4000, None),  # the columns of before that day were not seen
        ("2001-02-22", 3000, 0),
        ("2001-02-22", 4000, 1_000_000),
        ("2019-03-25", 4000, 1_000_000),
        ("2019-03-26", 4000, 5_000_000),
        ("2019-11-07", 4000.02, None),
        ("1999-09-30", 3000, None),
    ],
)
def test_flats_by_version_and_step(book: Book, day: str, floor: float, rupees: Any) -> None:
    assert fee(book, day, floor) == rupees


@pytest.mark.parametrize(
    ("day", "floor", "facts", "rupees"),
    [
        # no row for the dearer rate: A2 ends at 4
        ("2025-10-29", 4000, {"occupancy": "A2"}, 7_500_000),
        ("2025-10-29", 4000.02, {"occupancy": "A2"}, None),
        ("2025-10-29", 5000, {"occupancy": "G2"}, 15_000_000),  # 1.5 at 5000, 1 at 7500
        ("2025-10-29", 5000, {"ews_flats": True}, 0),
        ("2025-10-29", 6000, {"ews_flats": True}, 7_500_000),
        ("2025-10-29", 7000, {**PARK, "it_park_government": True}, 0),
        ("2025-10-29", 3000, PARK, 0),
        ("2025-10-29", 3000.02, PARK, None),
        ("2025-10-28", 3000.02, {**PARK, "it_park_government": True}, None),
        ("2025-10-29", 3500, {"occupancy": "E"}, None),
        ("2025-10-29", 3500, {"occupancy": "E", "occupancy_sub": "none"}, 2_500_000),
        ("2025-10-29", 6000, {"occupancy": "F", "commercial_zone": True}, 20_000_000),
        ("2025-10-29", 6000.02, {"occupancy": "F", "commercial_zone": True}, None),
        ("2025-10-29", 4000, {"plan_fsi": 5}, None),
        ("2025-10-29", 3000, {"plan_fsi": 5}, 0),
        ("2025-10-29", 4000, {"surrendered_area_m2": 10}, None),
        ("2025-10-29", 4000, {"surrendered_area_m2": 0}, 5_000_000),
        # a large project pays like any other; above the table only where there is one fee column
        ("2025-10-29", 4000, {"large_project": True}, 5_000_000),
        ("2025-10-29", 6000.02, {"large_project": True}, None),
        ("2025-10-28", 5000, {"large_project": True}, 10_000_000),
        ("2025-10-28", 5000.02, {"large_project": True}, None),
        ("2025-10-29", 4000, {"hut": True}, 0),
        # the built-up area made the FSI in the first version
        ("2020-09-30", 3000, {"built_up_area_m2": 3500}, 2_500_000),
        ("2020-10-01", 3000, {"built_up_area_m2": 3500}, 0),
        # the readings of the older rules differ: above the lower free FSI nothing is told
        ("2015-01-01", 2000, {"occupancy": "E"}, None),
        ("2015-01-01", 3500, {"row_building": True}, None),
        # panchayats
        ("2010-01-01", 4000, {"family": "panchayat"}, 1_000_000),
        ("2025-10-29", 1000, {"family": "panchayat", "panchayat_category": "I"}, None),
    ],
)
def test_who_pays_what(
    book: Book, day: str, floor: float, facts: dict[str, Any], rupees: Any
) -> None:
    assert fee(book, day, floor, **facts) == rupees


@pytest.mark.parametrize(
    ("category", "group", "floor", "rupees"),
    [
        ("I", "A2", 1500, 0),
        ("I", "A2", 2000, 250_000),
        ("I", "A2", 2500, 750_000),
        ("I", "A2", 2500.02, None),
        ("I", "B", 1750, 250_000),  # no column of Rs 500: 1000 from the start
        ("II", "B", 1750, 125_000),
        ("II", "A2", 2250, 375_000),
    ],
)
def test_panchayats_from_2011(
    book: Book, category: str, group: str, floor: float, rupees: Any
) -> None:
    facts = {"family": "panchayat", "panchayat_category": category, "occupancy": group}
    assert fee(book, "2011-02-14", floor, **facts) == rupees


def test_a_small_plot_pays_nothing_and_a_mixed_building_by_its_average(book: Book) -> None:
    assert fee(book, "2025-10-29", 900, plot=125) == 0
    mixed = {"occupancy": "A2", "floor_area_by_group_m2": {"A2": 1800, "C": 1800}}
    assert fee(book, "2025-10-29", 3000, **mixed) == 2_500_000  # 2.5 free for both
    assert fee(book, "2025-10-29", 3750.02, **mixed) is None  # above their average of 3.75
