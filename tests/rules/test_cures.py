"""Every cure that is offered was tried; the smallest is the smallest; what it breaks is told."""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

import pytest

from rules import Book, cures, evaluate
from rules.cures import Cures
from rules.engine import judge, judge_again
from rules.facts import normalise
from rules.moves import Move, moved, spots
from rules.samples import random_plan, random_value

DAY = date(2026, 1, 1)
SHOP = {
    "family": "municipal",
    "occupancy": "F",
    "occupancy_sub": "none",
    "plot_area_record_m2": 600,
    "plot_area_drawn_m2": 600,
    "height_m": 9.5,
    "storeys": 3,
    "built_up_area_m2": 900,
    "total_floor_area_m2": 900,
    "covered_area_m2": 300,
    "floor_area_by_group_m2": {"F": 900},
}


def found(book: Book, facts: Mapping[str, Any], day: date = DAY) -> Cures:
    return cures(book, facts, day)


def smallest(book: Book, facts: Mapping[str, Any], clause: str) -> dict[str, Any]:
    answer = found(book, facts).as_json()["clauses"][clause]
    assert answer["smallest"], answer["says"]["en"]
    return answer["smallest"]


def change(book: Book, facts: Mapping[str, Any], clause: str) -> tuple[Any, ...]:
    (one,) = smallest(book, facts, clause)["changes"]
    return one["fact"], one["from"], one["to"], one["by"], one["unit"]


def test_a_front_yard_short_by_forty_centimetres_goes_to_its_limit(book: Book) -> None:
    facts = {**SHOP, "front_yard_min_m": 3.0, "front_yard_avg_m": 6.0}
    limit = evaluate(book, facts, DAY).as_json()["clauses"]["r26-front-yard"]["checks"][0]
    short = {**facts, "front_yard_min_m": limit["required"] - 0.4}
    assert change(book, short, "r26-front-yard") == (
        *("front_yard_min_m", pytest.approx(limit["required"] - 0.4), limit["required"]),
        *(pytest.approx(0.4), "m"),
    )


def test_cars_that_are_missing_are_counted_whole(book: Book) -> None:
    needed = evaluate(book, SHOP, DAY).as_json()["derived"]["parking_required_cars"]
    assert needed > 3
    got = change(book, {**SHOP, "parking_cars": needed - 3}, "r29-parking-cars")
    assert got == ("parking_cars", needed - 3, needed, 3, "count")


def test_coverage_too_high_can_be_cured_by_less_covered_area_to_the_exact_step(
    book: Book,
) -> None:
    facts = {**SHOP, "covered_area_m2": 590}
    fact, _, to, by, unit = change(book, facts, "r27-coverage")
    assert (fact, unit) == ("covered_area_m2", "m2")
    assert by < 0
    verdicts = [
        evaluate(book, {**facts, fact: area}, DAY).verdict("r27-coverage")
        for area in (to, to + 0.01)
    ]
    assert verdicts == ["pass", "fail"]


def test_coverage_of_two_blocks_can_be_cured_at_either(book: Book) -> None:
    blocks = [{"block": n, "covered_area_m2": 260, "storeys": 1} for n in (1, 2)]
    facts = {name: value for name, value in SHOP.items() if name != "covered_area_m2"}
    answer = found(book, {**facts, "blocks": blocks}).as_json()["clauses"]["r27-coverage"]
    ways = [one["changes"][0]["where"] for one in (answer["smallest"], *answer["others"])]
    assert ways == [{"block": 1}, {"block": 2}]


def test_too_many_storeys_beside_a_power_line_come_down_or_the_wall_moves(book: Book) -> None:
    facts = {
        "family": "municipal",
        "power_line_kv": 11,
        "power_line_horizontal_m": 0.5,
        "storeys": 2,
        "power_line_noc": True,
    }
    answer = found(book, facts).as_json()["clauses"]["r22-power-line"]
    ways = [one["changes"][0] for one in (answer["smallest"], *answer["others"])]
    by_fact = {one["fact"]: one["to"] for one in ways}
    assert by_fact["storeys"] == 1
    assert by_fact["power_line_horizontal_m"] > 0.5


def test_one_change_that_cures_several_is_told_with_them_all(book: Book) -> None:
    yards = ("front_yard_min_m", "front_yard_avg_m", "rear_yard_min_m", "rear_yard_avg_m")
    facts = {**SHOP, "height_m": 30, "street_width_m": 5, **dict.fromkeys(yards, 3.0)}
    several = found(book, facts).several
    assert several
    for one in several:
        after = evaluate(book, moved(facts, one.moves), DAY)
        assert len(one.cures) > 1
        assert {after.verdict(name) for name in one.cures} <= {"pass", "not_applicable"}


def test_a_site_fact_is_never_moved_and_that_is_said_honestly(book: Book) -> None:
    facts = {"family": "municipal", "flood_liable": True}
    answer = found(book, facts).as_json()["clauses"]["r22-flood"]
    assert (answer["smallest"], answer["together"], answer["unproved"]) == (None, None, None)
    assert answer["complete"]
    assert "no single change" in answer["says"]["en"]
    assert "മാറ്റം" in answer["says"]["ml"]


def test_two_yards_that_are_short_are_cured_only_together(book: Book) -> None:
    facts = {**SHOP, "occupancy": "A1", "built_up_area_m2": 213.1, "height_m": 11.57}
    facts |= {"floor_area_by_group_m2": {"A1": 213.1}, "dwelling_units": 3}
    facts |= {"front_yard_min_m": 1.4, "front_yard_avg_m": 3.1}
    answer = found(book, facts).as_json()["clauses"]["r26-front-yard"]
    assert answer["smallest"] is None
    assert {one["fact"] for one in answer["together"]["changes"]} == {
        "front_yard_min_m",
        "front_yard_avg_m",
    }
    assert answer["together"]["says"]["en"].startswith("Only together")


def test_the_change_is_made_at_the_place_that_fails(book: Book) -> None:
    facts = {
        "family": "municipal",
        "occupancy": "F",
        "storeys": 3,
        "blocks": [
            {"block": 1, "floors": [{"floor": n, "stair_width_m": 1.5} for n in range(2)]},
            {"block": 2, "floors": [{"floor": 0, "stair_width_m": 0.9}]},
        ],
    }
    (one,) = smallest(book, facts, "r35-stair-width")["changes"]
    assert one["where"] == {"block": 2, "floor": 0}
    assert "block 2, floor 0" in one["says"]["en"]


def test_a_plan_that_fails_nothing_has_no_cures_and_costs_nothing(book: Book) -> None:
    assert found(book, {}).as_json() == {"clauses": {}, "several": [], "evaluations": 1}


@pytest.mark.parametrize("seed", range(6))
def test_every_cure_offered_really_passes_when_evaluated(book: Book, seed: int) -> None:
    random = Random(seed)
    offered = 0
    for day in (date(2021, 1, 1), DAY):
        plan = random_plan(book, random)
        before = evaluate(book, plan, day).as_json()["clauses"]
        for clause, ways in cures(book, plan, day, most=400).clauses.items():
            assert before[clause]["verdict"] == "fail"
            for cure in (*ways.single, *([ways.together] if ways.together else [])):
                offered += 1
                after = evaluate(book, moved(plan, cure.moves), day).as_json()["clauses"]
                assert after[clause]["verdict"] in {"pass", "not_applicable"}
                assert clause in cure.cures
                newly = {
                    name
                    for name, one in after.items()
                    if one["verdict"] == "fail" and before[name]["verdict"] != "fail"
                }
                assert newly == set(cure.breaks)
                assert all(book.vocabulary[move.fact].designed for move in cure.moves)
    assert offered


def test_a_change_that_breaks_another_clause_is_never_offered_as_clean(make_book: Any) -> None:
    from rules import load_book  # noqa: PLC0415

    book = load_book(make_book(files={"r99-both/rule.yaml": TWO_SIDED}))
    facts = {"family": "municipal", "height_m": 9.0}
    answer = cures(book, facts, DAY).as_json()["clauses"]["r99-high"]["smallest"]
    assert answer["breaks"] == ["r99-low"]
    assert not answer["clean"]
    assert "then this fails" in answer["says"]["en"]


def test_the_same_question_has_the_same_answer(book: Book) -> None:
    plan = {**SHOP, "covered_area_m2": 590, "stairs": 0, "fire_stairs": 0}
    assert found(book, plan).as_json() == found(book, plan).as_json()


def test_the_work_is_bounded_and_an_unfinished_search_says_so(book: Book) -> None:
    facts = {**SHOP, "covered_area_m2": 590, "parking_cars": 0}
    answer = cures(book, facts, DAY, most=5)
    assert answer.evaluations <= 5
    assert not all(one.complete for one in answer.clauses.values())


TWO_SIDED = """
rule: "99"
title: {en: Both sides, ml: ഇരുവശം}
clauses:
  - id: r99-high
    title: {en: High enough, ml: വേണ്ടത്ര ഉയരം}
    severity: mandatory
    versions:
      - {from: V1, cite: {rule: "99"}, checks: [{fact: height_m, at_least: 10, unit: m}]}
  - id: r99-low
    title: {en: Low enough, ml: വേണ്ടത്ര താഴ്ച}
    severity: mandatory
    versions:
      - {from: V1, cite: {rule: "99"}, checks: [{fact: height_m, at_most: 9.5, unit: m}]}
"""


def seen(outcome: Any) -> tuple[Any, ...]:
    return outcome.verdict, outcome.checks, outcome.missing, outcome.applied, outcome.indicative


def test_judging_again_only_what_hangs_on_a_change_says_what_judging_all_says(book: Book) -> None:
    random, turned = Random(20261125), 0
    plans = (random_plan(book, random) for _ in range(60))
    for plan in [one for one in plans if len(one.get("blocks", ())) > 1][:6]:
        facts = normalise(book, plan)
        base = judge(book, facts, DAY)
        for _ in range(25):
            where, there = random.choice([one for one in spots(facts) if one[1]])
            names = [n for n in there if n in book.vocabulary and book.vocabulary[n].designed]
            if not names:
                continue
            name = random.choice(names)
            value = random_value(book.vocabulary[name], random)
            changed = normalise(book, moved(facts, [Move(name, where, value)]))
            whole = judge(book, changed, DAY)
            again = judge_again(book, changed, DAY, base, frozenset({name}))
            for one, two in zip(whole, again, strict=True):
                assert one.verdicts == two.verdicts, (name, where, value)
                for clause, result in one.clauses.items():
                    assert seen(result.outcome) == seen(two.clauses[clause].outcome), clause
                assert {k: v.values for k, v in one.derived.items()} == {
                    k: v.values for k, v in two.derived.items()
                }
            turned += any(a.verdicts != b.verdicts for a, b in zip(whole, base, strict=True))
    assert turned > 2
