"""Verdicts: limits, gaps, places, exceptions, families, forks, trust, days."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Book, evaluate, load_book

Judge = Callable[..., dict[str, Any]]
YARD = {"use": "A", "height_m": 9.0}


@pytest.mark.parametrize(
    ("yard", "verdict"), [(0.999, "fail"), (1.0, "pass"), (0.9996, "pass"), (0.9994, "fail")]
)
def test_the_limit_is_exact_after_rounding_to_a_millimetre(
    judge: Judge, yard: float, verdict: str
) -> None:
    assert judge(**YARD, yard_m=yard, consent=False)["clauses"]["yard"]["verdict"] == verdict


def test_a_clause_says_what_it_found_in_both_languages(judge: Judge) -> None:
    clause = judge(**YARD, yard_m=0.75, consent=False)["clauses"]["yard"]
    assert clause["says"] == {"en": "Yard 0.75 m; at least 1 m.", "ml": "മുറ്റം 0.75 മീ.; 1 മീ."}
    assert clause["cure"] == {"en": "Move 0.25 m.", "ml": "0.25 മീ. മാറ്റുക."}
    cite = ("TOWN-1", "1(1)", "1", "1/2020", "2020-01-01", "A")
    assert tuple(clause["cite"].values()) == cite
    check = clause["checks"][0]
    assert (check["required"], check["found"], check["unit"], check["op"]) == (
        1,
        0.75,
        "m",
        "at_least",
    )


def test_a_missing_fact_is_unknown_and_named_but_the_limit_is_still_told(judge: Judge) -> None:
    clause = judge(**YARD, consent=False)["clauses"]["yard"]
    assert clause["verdict"] == "unknown"
    assert clause["missing"] == ["yard_m"]
    assert clause["checks"][0]["required"] == 1
    assert clause["checks"][0]["found"] is None


def test_nothing_passes_without_facts(judge: Judge) -> None:
    answer = judge()
    assert {clause["verdict"] for clause in answer["clauses"].values()} == {"unknown"}
    assert answer["derived"] == {}
    assert answer["derived_missing"] == {
        "whole_floor_m2": ["floor_m2"],
        "high": ["height_m", "storeys"],
        "way": ["height_m", "storeys", "railway_m"],
    }
    assert answer["nocs"] == []
    assert "railway_m" in answer["nocs_unknown"][0]["missing"]


def test_a_row_that_is_not_settled_is_known_where_all_rows_agree(judge: Judge) -> None:
    clause = judge(use="B", height_m=3, yard_m=5, consent=False)["clauses"]["yard"]
    assert clause["verdict"] == "unknown"
    assert clause["missing"] == ["floor_m2"]


def test_an_exception_counts_only_where_it_changes_something(judge: Judge) -> None:
    low = {"use": "A", "height_m": 7}
    assert judge(**low, yard_m=1.0)["clauses"]["yard"]["verdict"] == "pass"  # consent not asked
    unsure = judge(**low, yard_m=0.6)["clauses"]["yard"]
    assert (unsure["verdict"], unsure["missing"]) == ("unknown", ["consent"])
    applied = judge(**low, yard_m=0.6, consent=True)["clauses"]["yard"]
    assert (applied["verdict"], applied["exceptions"][0]["id"]) == ("pass", "with-consent")
    assert applied["checks"][0]["required"] == 0.5
    assert judge(**low, yard_m=0.4)["clauses"]["yard"]["verdict"] == "fail"  # in either case


def test_a_clause_that_does_not_apply_says_so(judge: Judge) -> None:
    clause = judge(use="C", floor_m2=900, plot_m2=100)["clauses"]["size"]
    assert clause["verdict"] == "not_applicable"
    assert clause["says"]["en"]


def test_each_level_is_judged_and_the_worst_stands_on_top(judge: Judge) -> None:
    blocks = [
        {
            "block": 1,
            "use": "A",
            "height_m": 9,
            "levels": [{"level": 0, "yard_m": 2}, {"level": 1, "yard_m": 0.2}],
        },
        {"block": 2, "use": "B", "height_m": 9, "floor_m2": 300, "yard_m": 3},
    ]
    clause = judge(blocks=blocks, consent=False)["clauses"]["yard"]
    assert clause["verdict"] == "fail"
    assert clause["says"]["en"] == "Yard 0.2 m; at least 1 m."
    assert [(check["where"], check["verdict"]) for check in clause["checks"]] == [
        ({"block": 1, "level": 0}, "pass"),
        ({"block": 1, "level": 1}, "fail"),
        ({"block": 2}, "pass"),
    ]


def test_a_wider_fact_holds_below_unless_a_place_has_its_own(judge: Judge) -> None:
    answer = judge(
        use="A",
        height_m=20,
        blocks=[
            {"block": 1, "floor_m2": 10},
            {"block": 2, "height_m": 3, "storeys": 1, "floor_m2": 5.5},
        ],
    )
    assert answer["derived"]["high"] == [
        {"where": {"block": 1}, "value": True},
        {"where": {"block": 2}, "value": False},
    ]
    assert answer["derived"]["whole_floor_m2"] == 15.5
    assert (
        answer["derived_missing"]["way"] == ["railway_m"]
        if "way" in answer["derived_missing"]
        else True
    )


def test_the_plot_is_short_only_if_no_block_is_high(judge: Judge) -> None:
    low, high = {"height_m": 3, "storeys": 1}, {"height_m": 20}
    one = judge(railway_m=50, blocks=[{"block": 1, **low}, {"block": 2, **low}])
    two = judge(railway_m=50, blocks=[{"block": 1, **low}, {"block": 2, **high}])
    three = judge(railway_m=50, blocks=[{"block": 1, **low}, {"block": 2}])
    assert one["derived"]["way"] == "short"
    assert two["derived"]["way"] == "long"
    assert three["derived_missing"]["way"] == ["height_m", "storeys"]


def test_a_clearance_says_why_and_is_never_silently_dropped(judge: Judge) -> None:
    needed = judge(railway_m=29.5)["nocs"][0]
    assert needed["because"]["en"] == "Within 30 m of the railway (29.5 m)."
    assert needed["days"] == 15
    assert judge(railway_m=31)["nocs"] == judge(railway_m=31)["nocs_unknown"] == []


def test_a_worked_out_value_stands_against_a_claim(judge: Judge) -> None:
    answer = judge(floor_m2=100, whole_floor_m2=50)
    assert answer["derived"]["whole_floor_m2"] == 100
    assert "claim-differs" in {notice["id"] for notice in answer["notices"]}
    assert judge(whole_floor_m2=50)["derived"]["whole_floor_m2"] == 50


def test_a_conclusion_that_is_told_counts_only_where_the_chain_cannot_tell(judge: Judge) -> None:
    assert judge(high=True)["derived"]["high"] is True
    assert judge(high=True, height_m=3, storeys=1)["derived"]["high"] is False
    assert judge(high=True)["derived"]["way"] == "long"


@pytest.mark.parametrize(
    ("day", "storeys", "high"),
    [("2021-12-31", 5, True), ("2022-01-01", 5, False), ("2022-01-01", 6, True)],
)
def test_the_law_of_the_day_decides(judge: Judge, day: str, storeys: int, high: bool) -> None:
    assert judge(day, height_m=15, storeys=storeys)["derived"]["high"] is high


def test_a_clause_of_later_years_does_not_apply_before(judge: Judge) -> None:
    clause = judge("2021-06-01", storeys=9)["clauses"]["late"]
    assert (clause["verdict"], clause["cautions"]) == ("not_applicable", ["not-yet-in-force"])


def test_before_the_first_version_nothing_can_be_told(judge: Judge) -> None:
    answer = judge("2019-12-31", use="A", height_m=3, yard_m=9, railway_m=5)
    assert {clause["verdict"] for clause in answer["clauses"].values()} == {"unknown"}
    assert all(
        "before-first-version" in clause["cautions"] for clause in answer["clauses"].values()
    )
    assert [noc["id"] for noc in answer["nocs_unknown"]] == ["noc-railway"]
    assert answer["nocs"] == []


def test_a_limit_of_low_trust_only_indicates(small_book: Book) -> None:
    facts = {"family": "panchayat", "use": "A", "yard_m": 2.5}
    clause = evaluate(small_book, facts, date(2024, 5, 1)).as_json()["clauses"]["yard"]
    assert clause["verdict"] == "unknown"
    assert clause["indicative"] == {"required": 3, "found": 2.5, "would_be": "fail"}
    assert "low-trust" in clause["cautions"]


def test_without_a_family_what_both_say_stands_and_the_rest_is_shown(small_book: Book) -> None:
    facts = {
        "use": "A",
        "height_m": 3,
        "storeys": 1,
        "yard_m": 2.5,
        "railway_m": 10,
        "consent": False,
    }
    answer = evaluate(small_book, facts, date(2024, 5, 1)).as_json()
    late, yard = answer["clauses"]["late"], answer["clauses"]["yard"]
    assert late["verdict"] == "pass"
    assert "both-families" in late["cautions"]
    assert yard["verdict"] == "unknown"
    assert [(one["id"], one["verdict"]) for one in yard["forks"]] == [
        ("municipal", "pass"),
        ("panchayat", "unknown"),
    ]
    assert [noc["id"] for noc in answer["nocs"]] == ["noc-railway"]


@pytest.mark.parametrize(("body", "instrument"), [("M050101", "TOWN-1"), ("G050101", "VILLAGE-1")])
def test_the_body_gives_the_family(small_book: Book, body: str, instrument: str) -> None:
    answer = evaluate(small_book, {"body": body}, date(2023, 1, 1)).as_json()
    assert answer["clauses"]["size"]["cite"]["instrument"] == instrument


FORK = """        forks:
          - id: which
            {decided}says: {{en: Two ways, ml: രണ്ട് വഴി}}
            readings:
              - {{id: narrow, says: {{en: Narrow, ml: കുറവ്}}, let: {{least: "row.yard"}}}}
              - {{id: wide, says: {{en: Wide, ml: കൂടുതൽ}}, let: {{least: "row.yard + 1"}}}}
        says: {{en: "Yard"""


@pytest.mark.parametrize(
    ("decided", "yard", "verdict"),
    [
        ("", 1.5, "unknown"),
        ("", 2, "pass"),
        ("", 0.5, "fail"),
        ("decided: true\n            ", 1.5, "pass"),
    ],
)
def test_readings_that_disagree_are_shown_and_decide_only_if_said(
    make_book: Callable[..., Path], decided: str, yard: float, verdict: str
) -> None:
    folder = make_book("r1/rule.yaml", '        says: {en: "Yard', FORK.format(decided=decided))
    facts = {"family": "municipal", **YARD, "yard_m": yard, "consent": False}
    clause = evaluate(load_book(folder), facts, date(2023, 1, 1)).as_json()["clauses"]["yard"]
    assert clause["verdict"] == verdict
    assert [one["id"] for one in clause["forks"]] == ["narrow", "wide"]
    assert (clause["indicative"] is not None) == (verdict == "unknown")


def test_two_exceptions_at_once_decide_nothing_unless_one_is_first(
    make_book: Callable[..., Path],
) -> None:
    old = '          - {id: with-consent, when: "consent'
    more = """\
          - {id: other, FIRSTwhen: "height_m <= 7", then: not_applicable, cite: {rule: "9"},
             says: {en: Other, ml: മറ്റ്}}
          - {id: with-consent, when: "consent"""
    facts = {"family": "municipal", "use": "A", "height_m": 5, "yard_m": 0.1, "consent": True}
    for first, verdict in (("", "unknown"), ("first: true, ", "not_applicable")):
        book = load_book(make_book("r1/rule.yaml", old, more.replace("FIRST", first)))
        clause = evaluate(book, facts, date(2023, 1, 1)).as_json()["clauses"]["yard"]
        assert clause["verdict"] == verdict
        assert ("exceptions-clash" in clause["cautions"]) == (verdict == "unknown")


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "use": st.sampled_from("ABC"),
            "height_m": st.floats(0, 60),
            "storeys": st.integers(0, 20),
            "floor_m2": st.floats(0, 1000),
            "plot_m2": st.floats(0, 1000),
            "yard_m": st.floats(0, 6),
            "railway_m": st.floats(0, 100),
            "consent": st.booleans(),
        },
    ),
    st.sampled_from(["municipal", "panchayat", None]),
)
def test_more_facts_never_turn_a_verdict_round(
    small_book: Book, facts: dict[str, Any], family: str | None
) -> None:
    day = date(2023, 1, 1)
    facts = facts if family is None else {**facts, "family": family}
    full = {
        "use": "A",
        "height_m": 12,
        "storeys": 3,
        "floor_m2": 90,
        "plot_m2": 200,
        "yard_m": 1.2,
        "railway_m": 40,
        "consent": True,
        "family": "municipal",
        **facts,
    }
    less, more = (
        evaluate(small_book, facts, day).as_json(),
        evaluate(small_book, full, day).as_json(),
    )
    for clause_id, clause in less["clauses"].items():
        if clause["verdict"] != "unknown":
            assert more["clauses"][clause_id]["verdict"] == clause["verdict"]
        else:
            assert clause["missing"], clause_id
    for name, value in less["derived"].items():
        assert more["derived"][name] == value


def test_a_round_number_of_litres_keeps_its_zeros(book: Book) -> None:
    facts = {
        "family": "municipal",
        "occupancy": "F",
        "built_up_area_m2": 400,
        "covered_area_m2": 150,
        "rain_tank_l": 500,
    }
    clause = evaluate(book, facts, date(2026, 1, 1)).as_json()["clauses"]["r76-rain-tank"]
    assert clause["says"]["en"].startswith("The rain-water tank holds 500 litres; at least 3750")
    assert clause["cure"]["en"] == "Make the tank 3250 litres larger."
