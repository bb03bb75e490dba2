"""What may be built: the best design holds for the law, and one step beyond does not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from rules import Book, Envelope, envelope, evaluate
from rules.envelope import Design, LimitOf, Stop

DAY = date(2026, 9, 1)
PLOT: dict[str, Any] = {
    "family": "municipal",
    "body_class": "corporation",
    "occupancy": "A1",
    "occupancy_sub": "single_house",
    "dwelling_units": 1,
    "plot_area_record_m2": 400,
    "plot_area_drawn_m2": 398,
    "street_width_m": 5,
    "street_class": "unnotified",
    "access_width_m": 3.6,
    "ground_slope_deg": 4,
    "railway_distance_m": 500,
    "airport_distance_m": 30000,
    "monument_distance_m": 900,
    "monument_kind": "none",
    "heritage_area": False,
    "security_zone": False,
    "flood_liable": False,
    "crz_category": "none",
    "paddy_status": "none",
    "power_line_kv": 0,
}
SITES = {
    "a house": {},
    "a shop": {"occupancy": "F", "occupancy_sub": "none", "street_width_m": 12},
    "flats": {"occupancy_sub": "apartment", "dwelling_units": 8, "plot_area_record_m2": 1500,
              "plot_area_drawn_m2": 1490, "street_width_m": 8, "access_width_m": 6},
    "a small plot": {"plot_area_record_m2": 110, "plot_area_drawn_m2": 110},
    "a hall in a panchayat": {"family": "panchayat", "body_class": "grama_panchayat",
                              "panchayat_category": "I", "occupancy": "D",
                              "occupancy_sub": "hall", "hall_area_m2": 200},
    "yards that are given": {"front_yard_min_m": 3.2, "front_yard_avg_m": 3.5},
}  # fmt: skip


@pytest.fixture(scope="module", params=sorted(SITES))
def answer(request: pytest.FixtureRequest, book: Book) -> Envelope:
    return envelope(book, {**PLOT, **SITES[request.param]}, DAY)


def verdicts(book: Book, plan: Mapping[str, Any]) -> dict[str, str]:
    clauses = evaluate(book, plan, DAY).as_json()["clauses"]
    return {name: clause["verdict"] for name, clause in clauses.items()}


def chosen(answer: Envelope) -> Design:
    """Give the design whose limits are told: the allowed one, or else the one not forbidden."""
    design = answer.best if answer.best is not None else answer.not_forbidden
    assert design is not None
    return design


def moved(answer: Envelope, limit: LimitOf, stop: Stop, steps: int) -> dict[str, Any]:
    """Give the best design with one measure at a stop, so many steps beyond it."""
    way = -1 if limit.dimension.least else 1
    value = round(stop.value + way * steps * 10.0**-limit.dimension.digits, limit.dimension.digits)
    if limit.dimension.digits == 0:
        value = int(value)
    return {**answer.plan(chosen(answer)), **dict.fromkeys(limit.dimension.facts, value)}


def test_the_best_design_holds_when_it_is_judged_alone(book: Book, answer: Envelope) -> None:
    for design, left in (
        (answer.best, answer.not_decided),
        (answer.not_forbidden, answer.open_there),
    ):
        if design is not None:
            found = verdicts(book, answer.plan(design))
            assert "fail" not in found.values()
            assert {name for name, one in found.items() if one == "unknown"} == set(left)
    assert answer.not_forbidden is not None
    assert answer.best is not None or answer.size_not_decided or answer.by_storeys == ()


def test_one_step_beyond_each_limit_its_clause_says_no(book: Book, answer: Envelope) -> None:
    stops = [(limit, stop) for limit in answer.limits for stop in limit.stops]
    assert len({stop.clause for _, stop in stops}) > 3
    for limit, stop in stops:
        at = verdicts(book, moved(answer, limit, stop, 0))[stop.clause]
        beyond = verdicts(book, moved(answer, limit, stop, 1))[stop.clause]
        assert at in ("pass", "not_applicable"), (limit.dimension.id, stop)
        assert beyond == stop.beyond, (limit.dimension.id, stop)


def test_the_clause_that_binds_stops_before_the_next(answer: Envelope) -> None:
    for limit in answer.limits:
        values = [stop.value for stop in limit.stops]
        assert values == sorted(values, reverse=limit.dimension.least)
        if values and not limit.dimension.least:
            assert values[0] >= limit.at_best


def test_a_larger_ground_floor_is_stopped_by_the_clauses_named(
    book: Book, answer: Envelope
) -> None:
    for design in answer.by_storeys:
        if not design.stops:
            continue
        ground = round(design.covered_area_m2 + 0.01, 2)
        floor = round(design.storeys * ground, 2)
        larger = {
            **answer.plan(design),
            "covered_area_m2": ground,
            "built_up_area_m2": floor,
            "total_floor_area_m2": floor,
        }
        found = verdicts(book, larger)
        assert {found[name] for name in design.stops} <= {"fail", "unknown"}


def test_what_is_not_known_is_never_allowed(book: Book) -> None:
    """The access limits the size; without its width no size is allowed, only not forbidden."""
    bare = {name: one for name, one in PLOT.items() if name != "access_width_m"}
    answer = envelope(book, bare, DAY)
    assert answer.best is None
    assert "r28-access" in {one["clause"] for one in answer.as_json()["size_not_decided"]}
    assert answer.not_forbidden is not None
    assert "r28-access" in answer.open_there


def test_without_the_area_of_the_plot_there_is_no_design(book: Book) -> None:
    bare = {name: one for name, one in PLOT.items() if not name.startswith("plot_area")}
    answer = envelope(book, bare, DAY)
    assert (answer.best, answer.not_forbidden, answer.plot_area_m2) == (None, None, None)
    assert "r27-coverage" in answer.size_not_decided


def test_a_clause_about_the_ground_stands_beside_the_size(book: Book) -> None:
    bare = {name: one for name, one in PLOT.items() if name != "ground_slope_deg"}
    answer = envelope(book, bare, DAY)
    assert "r22-slope" in answer.not_decided
    assert "r22-slope" not in answer.size_not_decided


def test_where_a_clause_forbids_every_design_there_is_none(book: Book) -> None:
    answer = envelope(book, {**PLOT, "paddy_status": "data_bank"}, DAY)
    assert answer.best is None
    assert not answer.limits
    assert "land-paddy-data-bank" in answer.forbids
    assert answer.as_json()["forbids"][0]["cite"]["rule"]


def test_the_size_of_the_building_is_asked_not_taken(book: Book) -> None:
    sized = {**PLOT, "height_m": 90, "storeys": 30, "covered_area_m2": 1, "built_up_area_m2": 9}
    assert envelope(book, sized, DAY).best == envelope(book, PLOT, DAY).best


def test_without_a_family_only_what_both_allow_is_allowed(book: Book) -> None:
    either = {name: one for name, one in PLOT.items() if name not in ("family", "body_class")}
    answer = envelope(book, either, DAY)
    found = verdicts(book, answer.plan(chosen(answer)))
    assert "fail" not in found.values()
