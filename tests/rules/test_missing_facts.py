"""A fact taken away from a plan never turns a failure into a pass, and is asked for by name."""

from datetime import date
from typing import Any

import pytest

from rules import Book, evaluate

Facts = dict[str, Any]
# The land and the measurements of a plan about which nothing is left unsaid.
WHOLE: Facts = {
    "family": "municipal",
    "plot_area_record_m2": 500,
    "plot_area_drawn_m2": 500,
    "plot_shape_peculiar": False,
    "street_width_m": 5,
    "street_class": "unnotified",
    "access_width_m": 4,
    "neighbour_consent": False,
    "openings_on_short_yard": True,
    "basements": 0,
    "road_distance_m": 3.5,
    "front_yard_min_m": 3.5,
    "front_yard_avg_m": 4,
    "rear_yard_min_m": 2.5,
    "rear_yard_avg_m": 2.5,
    "side1_yard_min_m": 2.5,
    "side1_yard_avg_m": 2.5,
    "side2_yard_min_m": 2.5,
    "side2_yard_avg_m": 2.5,
    "parking_cars": 30,
    "parking_accessible": 1,
    "parking_two_wheeler_m2": 50,
    "stair_width_m": 1.2,
    "stair_tread_m": 0.3,
    "stair_riser_m": 0.15,
    "stairs": 2,
    "fire_stairs": 1,
    "travel_distance_m": 20,
    "sprinklered": False,
    "lifts": 1,
    "well_to_pit_m": 8,
    "well_to_boundary_m": 1.5,
    "pit_to_boundary_m": 1.3,
    "rain_tank_l": 9000,
    "pv_kw": 1,
    "trees": 1,
    "excavation_depth_m": 1,
    "ground_slope_deg": 50,
    "flood_liable": False,
    "declared_unsuitable": False,
    "plan_floodable": True,
    "soil_impermeable": True,
    "drain_blocked": True,
    "power_line_kv": 11,
    "power_line_horizontal_m": 3,
    "crz_category": "II",
    "paddy_status": "data_bank",
    "railway_distance_m": 20,
    "airport_distance_m": 50000,
    "monument_kind": "none",
    "heritage_area": False,
    "security_zone": False,
}
PLANS: dict[str, Facts] = {
    "a house": {
        "occupancy": "A1",
        "occupancy_sub": "single_house",
        "dwelling_units": 1,
        "built_up_area_m2": 250,
        "total_floor_area_m2": 240,
        "covered_area_m2": 330,
        "height_m": 7,
        "storeys": 2,
    },
    "flats": {
        "occupancy": "A1",
        "occupancy_sub": "apartment",
        "dwelling_units": 12,
        "unit_areas_m2": [80] * 12,
        "built_up_area_m2": 1200,
        "total_floor_area_m2": 1100,
        "covered_area_m2": 300,
        "height_m": 13,
        "storeys": 5,
    },
    "a school": {
        "occupancy": "B",
        "occupancy_sub": "school_to_hss",
        "built_up_area_m2": 600,
        "total_floor_area_m2": 580,
        "covered_area_m2": 240,
        "height_m": 11,
        "storeys": 3,
    },
    "large works": {
        "occupancy": "G1",
        "occupancy_sub": "g1_green",
        "built_up_area_m2": 1100,
        "total_floor_area_m2": 1100,
        "covered_area_m2": 300,
        "height_m": 9,
        "storeys": 2,
    },
}
EACH = pytest.mark.parametrize("plan", PLANS)
DAYS = pytest.mark.parametrize("day", ["2023-02-01", "2026-01-01"])


def clauses(book: Book, facts: Facts, day: str) -> dict[str, Any]:
    found: dict[str, Any] = evaluate(book, facts, date.fromisoformat(day)).as_json()["clauses"]
    return found


@EACH
@DAYS
def test_a_missing_fact_never_turns_a_failure_into_a_pass(book: Book, plan: str, day: str) -> None:
    whole = {**WHOLE, **PLANS[plan]}
    before = clauses(book, whole, day)
    faults = []
    for fact in whole:
        after = clauses(book, {k: v for k, v in whole.items() if k != fact}, day)
        faults += [
            f"{fact}: {clause} {before[clause]['verdict']} -> pass"
            for clause, now in after.items()
            if now["verdict"] == "pass" and before[clause]["verdict"] in ("fail", "unknown")
        ]
    assert faults == []


@EACH
@DAYS
def test_what_a_missing_fact_leaves_open_asks_for_it_by_name(
    book: Book, plan: str, day: str
) -> None:
    whole = {**WHOLE, **PLANS[plan]}
    before = clauses(book, whole, day)
    faults = []
    for fact in whole:
        if fact == "family":
            continue  # both families are judged then
        after = clauses(book, {k: v for k, v in whole.items() if k != fact}, day)
        faults += [
            f"{fact}: {clause} unknown, missing {now['missing']}"
            for clause, now in after.items()
            if now["verdict"] == "unknown" != before[clause]["verdict"]
            and fact not in now["missing"]
        ]
    assert faults == []


@DAYS
def test_what_is_missing_is_always_something_a_person_can_supply(book: Book, day: str) -> None:
    answer = evaluate(book, {}, date.fromisoformat(day)).as_json()
    asked = {fact for clause in answer["clauses"].values() for fact in clause["missing"]}
    asked |= {fact for missing in answer["derived_missing"].values() for fact in missing}
    asked |= {fact for noc in answer["nocs_unknown"] for fact in noc["missing"]}
    helpers = {f for f in asked if tuple(book.vocabulary[f].supplied_by) == ("derived",)}
    assert asked
    assert helpers == set()
