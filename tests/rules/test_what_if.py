"""What if: the same plan judged twice; all that differs is told, and nothing else."""

from datetime import date

import pytest

from rules import Book, FactError, evaluate, what_if

DAY = date(2026, 1, 1)
HOUSE = {
    "family": "municipal",
    "occupancy": "A1",
    "occupancy_sub": "single_house",
    "height_m": 11.0,
    "storeys": 3,
    "built_up_area_m2": 180,
    "plot_area_record_m2": 300,
    "plot_area_drawn_m2": 300,
    "front_yard_min_m": 1.0,
    "front_yard_avg_m": 1.2,
}
BLOCKS = {
    "family": "municipal",
    "occupancy": "F",
    "blocks": [
        {"block": n, "height_m": 9.0, "levels": [{"level": 0, "rear_yard_min_m": 1.0}]}
        for n in (1, 2)
    ],
}


def test_a_change_of_nothing_changes_nothing(book: Book) -> None:
    answer = what_if(book, HOUSE, DAY).as_json()
    assert not any(answer[part] for part in ("changes", "clauses", "derived", "nocs", "fees"))


def test_before_and_after_are_what_evaluate_says(book: Book) -> None:
    answer = what_if(
        book, HOUSE, DAY, changes={"front_yard_min_m": 3.0, "front_yard_avg_m": 3.5}
    ).as_json()
    front = next(one for one in answer["clauses"] if one["id"] == "r26-front-yard")
    assert (front["flips"], front["before"]["verdict"], front["after"]["verdict"]) == (
        *(True, "fail"),
        "pass",
    )
    after = evaluate(book, {**HOUSE, "front_yard_min_m": 3.0, "front_yard_avg_m": 3.5}, DAY)
    assert front["after"]["verdict"] == after.verdict("r26-front-yard")
    assert answer["counts"]["after"]["fail"] == answer["counts"]["before"]["fail"] - 1


def test_a_fact_without_a_place_is_changed_wherever_it_is_said(book: Book) -> None:
    answer = what_if(book, BLOCKS, DAY, changes={"height_m": 12}).as_json()
    assert [one["where"] for one in answer["changes"]] == [{"block": 1}, {"block": 2}]


def test_a_fact_at_a_place_is_changed_only_there(book: Book) -> None:
    found = what_if(book, BLOCKS, DAY, changes={"block2.level0.rear_yard_min_m": 3})
    assert [one["where"] for one in found.moves] == [{"block": 2, "level": 0}]


def test_the_law_of_two_days_shows_what_the_amendment_changed(book: Book) -> None:
    answer = what_if(book, HOUSE, date(2025, 10, 28), compare_as_of=date(2025, 10, 29)).as_json()
    assert (answer["as_of"], answer["compare_as_of"]) == ("2025-10-28", "2025-10-29")
    assert any(one["numbers"] for one in answer["clauses"])


def test_a_fact_taken_away_is_unknown_and_not_nought(book: Book) -> None:
    answer = what_if(book, HOUSE, DAY, unset=["height_m"]).as_json()
    assert answer["counts"]["after"]["unknown"] > answer["counts"]["before"]["unknown"]


@pytest.mark.parametrize(
    ("changes", "unset", "code"),
    [
        ({"heigth_m": 3}, [], "unknown_fact"),
        ({"blocks": []}, [], "unknown_fact"),
        ({"height_m": -1}, [], "out_of_range"),
        ({"height_m": "tall"}, [], "wrong_type"),
        ({"occupancy": "Z"}, [], "not_a_value"),
        ({"block7.height_m": 3}, [], "bad_instance"),
        ({"roof.height_m": 3}, [], "bad_instance"),
        ({"height_m": 3}, ["height_m"], "twice"),
        ({}, ["trees"], "not_there"),
        ({f"block1.level{n}.height_m": 3 for n in range(60)}, [], "too_many"),
        ({"block1.plot_area_record_m2": 3}, [], "wrong_scope"),
    ],
)
def test_a_change_that_is_none_is_refused_by_name(
    book: Book, changes: dict[str, object], unset: list[str], code: str
) -> None:
    with pytest.raises(FactError) as refused:
        what_if(book, BLOCKS, DAY, changes=changes, unset=unset)
    assert refused.value.code == code


def test_the_facts_given_are_left_alone(book: Book) -> None:
    before = repr(BLOCKS)
    what_if(book, BLOCKS, DAY, changes={"height_m": 12, "block1.level0.rear_yard_min_m": 3})
    assert repr(BLOCKS) == before
