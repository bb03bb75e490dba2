"""The as-of pairs of the law (LAW.md section 12) through the command a planner would type."""

import json
import subprocess
import sys
from typing import Any

import pytest

BEFORE, AFTER = "2025-10-28", "2025-10-29"
MUNICIPAL = {"family": "municipal", "body_class": "corporation"}


def evaluate(*questions: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask ``kmap rules evaluate -`` one line a question; the family is municipal."""
    lines = [
        json.dumps({"as_of": day, "facts": {**MUNICIPAL, **facts}}) for day, facts in questions
    ]
    command = [sys.executable, "-P", "-m", "kmap.cli", "rules", "evaluate", "-", "--json"]
    done = subprocess.run(
        command, input="\n".join(lines), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["as_of"] for answer in answers] == [day for day, _ in questions]
    return answers


def verdicts(clause: str, facts: dict[str, Any], *days: str) -> list[str]:
    return [a["clauses"][clause]["verdict"] for a in evaluate(*((day, facts) for day in days))]


def required(clause: str, facts: dict[str, Any], *days: str) -> list[float]:
    return [
        a["clauses"][clause]["checks"][0]["required"]
        for a in evaluate(*((day, facts) for day in days))
    ]


def test_pair_1_apartments_of_25000_m2_need_10_m_of_access_then_8() -> None:
    facts = {
        "occupancy": "A1",
        "occupancy_sub": "apartment",
        "dwelling_units": 200,
        "total_floor_area_m2": 25000,
        "access_width_m": 9,
        "height_m": 15,
        "storeys": 5,
        "basements": 0,
    }
    assert verdicts("r28-access", facts, BEFORE, AFTER) == ["fail", "pass"]
    assert required("r28-access", facts, BEFORE, AFTER) == [10, 8]


def test_pair_2_a_house_of_250_m2_becomes_low_risk() -> None:
    facts = {
        "occupancy": "A1",
        "occupancy_sub": "single_house",
        "built_up_area_m2": 250,
        "storeys": 2,
        "basements": 0,
        "height_m": 7.5,
        "excavation_depth_m": 0,
    }
    days = ["2021-06-28", "2021-06-29", BEFORE, AFTER]
    answers = evaluate(*((day, facts) for day in days))
    assert [a["derived"]["channel"] for a in answers] == ["ordinary"] * 3 + ["self_certified"]
    assert [a["derived"]["low_risk"] for a in answers] == [False, False, False, True]


def test_pair_3_a_shop_of_180_m2_becomes_low_risk() -> None:
    facts = {
        "occupancy": "F",
        "built_up_area_m2": 180,
        "storeys": 2,
        "basements": 0,
        "height_m": 7,
        "excavation_depth_m": 0,
    }
    answers = evaluate((BEFORE, facts), (AFTER, facts))
    assert [a["derived"]["channel"] for a in answers] == ["ordinary", "self_certified"]


def test_pair_4_a_school_may_cover_38_percent_only_from_2025() -> None:
    school = {"occupancy": "B", "occupancy_sub": "school_to_hss", "coverage_pct": 38}
    assert verdicts("r27-coverage", school, BEFORE, AFTER) == ["fail", "pass"]
    works = {"occupancy": "G1", "coverage_pct": 62}
    assert verdicts("r27-coverage", works, BEFORE, AFTER) == ["fail", "pass"]
    measured = {
        "occupancy": "B",
        "occupancy_sub": "school_to_hss",
        "covered_area_m2": 380,
        "plot_area_record_m2": 1000,
        "plot_area_drawn_m2": 1000,
    }
    assert verdicts("r27-coverage", measured, BEFORE, AFTER) == ["fail", "pass"]


def test_pair_5_fsi_5_is_refused_then_allowed_in_the_third_tier() -> None:
    facts = {"occupancy": "A1", "occupancy_sub": "apartment", "fsi": 5}
    assert verdicts("r27-fsi", facts, BEFORE, AFTER) == ["fail", "pass"]


def test_pair_6_forty_small_flats_need_14_cars_then_20() -> None:
    facts = {
        "occupancy": "A1",
        "occupancy_sub": "apartment",
        "dwelling_units": 40,
        "unit_areas_m2": [70] * 40,
        "total_floor_area_m2": 2800,
        "parking_cars": 18,
        "plot_area_m2": 2000,
        "built_up_area_m2": 3200,
    }
    answers = evaluate((BEFORE, facts), (AFTER, facts))
    assert [a["derived"]["parking_required_cars"] for a in answers] == [14, 20]
    assert [a["clauses"]["r29-parking-cars"]["verdict"] for a in answers] == ["pass", "fail"]


def test_pair_7_a_hall_of_900_m2_needs_45_cars_then_60_and_a_multiplex_240_then_200() -> None:
    hall = {
        "occupancy": "D",
        "occupancy_sub": "hall",
        "total_floor_area_m2": 900,
        "hall_area_m2": 900,
        "built_up_area_m2": 1000,
        "plot_area_m2": 3000,
    }
    answers = evaluate((BEFORE, hall), (AFTER, hall))
    assert [a["derived"]["parking_required_cars"] for a in answers] == [45, 60]
    multiplex = {
        "occupancy": "J",
        "total_floor_area_m2": 12000,
        "built_up_area_m2": 12000,
        "plot_area_m2": 9000,
    }
    answers = evaluate((BEFORE, multiplex), (AFTER, multiplex))
    assert [a["derived"]["parking_required_cars"] for a in answers] == [240, 200]


def test_pair_8_five_floors_are_a_high_rise_only_in_the_first_version() -> None:
    facts = {"occupancy": "A1", "occupancy_sub": "apartment", "height_m": 15, "storeys": 5}
    answers = evaluate(("2020-09-30", facts), ("2020-10-01", facts), (AFTER, facts))
    assert [a["derived"]["high_rise"] for a in answers] == [True, False, False]


def test_pair_9_a_house_front_yard_on_a_narrow_lane() -> None:
    house = {
        "occupancy": "A1",
        "occupancy_sub": "single_house",
        "built_up_area_m2": 150,
        "plot_area_m2": 300,
        "height_m": 7,
        "storeys": 2,
        "street_class": "unnotified",
        "street_width_m": 4,
        "road_distance_m": 2,
        "plot_shape_peculiar": False,
    }
    two = house | {"front_yard_min_m": 2, "front_yard_avg_m": 2}
    assert verdicts("r26-front-yard", two, BEFORE, AFTER) == ["pass", "fail"]
    modern = house | {"front_yard_min_m": 1.8, "front_yard_avg_m": 3}
    assert verdicts("r26-front-yard", modern, BEFORE, AFTER) == ["fail", "pass"]
    assert verdicts("r23-road-distance", two, BEFORE, AFTER) == ["pass", "pass"]


def test_pair_12_a_store_of_400_m2_needs_7_m_of_access_then_3_60() -> None:
    facts = {
        "occupancy": "H",
        "total_floor_area_m2": 400,
        "built_up_area_m2": 400,
        "access_width_m": 4,
        "height_m": 8,
        "storeys": 1,
    }
    assert required("r28-access", facts, BEFORE, AFTER) == [7, 3.6]
    assert verdicts("r28-access", facts, BEFORE, AFTER) == ["fail", "pass"]


@pytest.mark.parametrize("day", ["2019-11-08", "2020-10-01", "2025-04-01", AFTER, "2026-11-22"])
def test_nothing_known_passes_nothing(day: str) -> None:
    """A missing fact is unknown in clauses, clearances and derived values alike."""
    (answer,) = evaluate((day, {"occupancy": "F"}))
    assert {c["verdict"] for c in answer["clauses"].values()} <= {"unknown", "not_applicable"}
    assert not answer["nocs"]
    unknown = {noc["id"]: noc["missing"] for noc in answer["nocs_unknown"]}
    assert unknown["noc-railway"] == ["railway_distance_m"]
    assert unknown["noc-airport"] == ["airport_distance_m"]
    assert answer["derived_missing"]["high_rise"]
    assert answer["derived_missing"]["plot_area_m2"]
    assert not set(answer["derived"]) & set(answer["derived_missing"])
