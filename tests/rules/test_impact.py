"""The impact of a changed book: columns agree with judging every plan by both books."""

import re
from datetime import date
from random import Random

import numpy as np
import pytest

from rules import load_book
from rules.columns import Coded
from rules.columns.result import VERDICTS
from rules.impact import first_difference, impact, plan_changes
from rules.loading import load_files

DAY = date(2026, 6, 1)
GRAVE = {"pass": 0, "not_applicable": 0, "unknown": 1, "fail": 2}
FSI = "r27-fsi"


@pytest.fixture(scope="module")
def book():
    return load_book()


def edited(book, name, old, new):
    """Return a book with one text of one file changed everywhere."""
    text = book.files[name].decode()
    assert old in text, (name, old)
    return load_files({**book.files, name: text.replace(old, new).encode()})


@pytest.fixture(scope="module")
def draft(book):
    """The book with a wider rule for wells."""
    return edited(book, "r75-wells/rule.yaml", "at_least: 7.5", "at_least: 8")


def columns(book, count):
    dice = np.random.default_rng(3)
    random = Random(3)
    occupancy = book.vocabulary["occupancy"].values
    return {
        "family": Coded(("municipal", "panchayat"), dice.integers(0, 2, count)),
        "occupancy": Coded(occupancy, dice.integers(0, len(occupancy), count)),
        "plot_area_record_m2": np.round(dice.uniform(60, 3000, count), 2),
        "plot_area_drawn_m2": np.round(dice.uniform(60, 3000, count), 2),
        "total_floor_area_m2": np.round(dice.uniform(60, 9000, count), 2),
        "built_up_area_m2": np.round(dice.uniform(60, 9000, count), 2),
        "height_m": np.round(dice.uniform(3, 40, count), 2),
        "well_to_pit_m": np.ma.MaskedArray(
            np.round(dice.uniform(6, 9, count), 2), dice.random(count) < 0.2
        ),
        "storeys": np.array([random.randint(1, 12) for _ in range(count)]),
    }


def row(given, place):
    facts = {}
    for name, column in given.items():
        value = column.texts()[place] if isinstance(column, Coded) else column[place]
        if value is not None and value is not np.ma.masked:
            facts[name] = value.item() if hasattr(value, "item") else value
    return facts


def test_columns_agree_with_every_plan_before_and_after(book):
    table = "r27-coverage-fsi/table-6.yaml"
    text = book.files[table].decode()
    lowered = re.sub(r"(?<= fsi_top: )[2-9](\.\d+)?", lambda top: str(float(top[0]) - 0.5), text)
    lowered = re.sub(r"(?<= special_fsi: )[2-9](\.\d+)?", "1", lowered)
    assert lowered != text
    new = load_files({**book.files, table: lowered.encode()})
    given = columns(book, 300)
    found = impact(book, new, given, DAY, keep=[FSI])
    plans = list(plan_changes(book, new, ((str(n), row(given, n)) for n in range(300)), DAY))
    counted = {}
    for n, plan in enumerate(plans):
        clauses = [one for one in plan.changes if "clause" in one and one["from"] != one["to"]]
        for one in clauses:
            key = one["clause"], one["from"], one["to"]
            counted[key] = counted.get(key, 0) + 1
        worse = any(GRAVE[one["to"]] > GRAVE[one["from"]] for one in clauses)
        assert bool(found.worse[n]) == worse, (n, plan)
        assert bool(found.changed[n]) >= bool(clauses), (n, plan)
        if not plan.changes:
            assert not found.changed[n]
    told = {
        (name, move["from"], move["to"]): move["plans"]
        for name, moves in found.clauses.items()
        for move in moves.as_json()
    }
    assert told == counted
    assert found.limited.sum() > 20
    before, after = found.kept[FSI]
    lower = np.flatnonzero(after < before)
    assert len(lower) == found.limits[FSI].lower > 0
    assert found.limits[FSI].higher == 0


def test_a_wider_well_rule_fails_exactly_the_plots_between(book, draft):
    given = columns(book, 500)
    found = impact(book, draft, given, DAY)
    wells = given["well_to_pit_m"]
    between = np.asarray(((wells >= 7.5) & (wells < 8)).filled(False))
    assert between.sum() > 50
    assert (found.worse == between).all()
    assert not found.better.any()
    assert list(found.clauses) == ["r75-well-to-pit"]
    assert found.clauses["r75-well-to-pit"].as_json() == [
        {"from": "pass", "to": "fail", "plans": int(between.sum())}
    ]
    told = found.as_json()
    assert (told["plans"], told["worse"], told["better"]) == (500, int(between.sum()), 0)
    assert found.limits["r75-well-to-pit"].as_json() == {
        "lower": 0,
        "higher": 500,  # the limit stands where nobody measured, too
        "least": 0.5,
        "most": 0.5,
    }


def test_the_same_book_changes_nothing(book):
    found = impact(book, load_files(book.files), columns(book, 100), DAY)
    assert not found.changed.any()
    assert (found.clauses, found.limits, found.clearances) == ({}, {}, {})
    assert {*VERDICTS} >= {"pass"}


def test_a_plan_of_blocks_is_judged_by_both(book, draft):
    facts = {
        "family": "municipal",
        "well_to_pit_m": 7.6,
        "blocks": [{"block": 1, "height_m": 7, "levels": [{"level": 0, "front_yard_min_m": 3}]}],
        "a_fact_of_another_book": 3,
    }
    [plan] = plan_changes(book, draft, [("one", facts)], DAY)
    assert plan.as_json() == {
        "plan": "one",
        "worse": True,
        "changes": [
            {
                "clause": "r75-well-to-pit",
                "from": "pass",
                "to": "fail",
                "required_from": [7.5],
                "required_to": [8],
            }
        ],
    }


def test_the_day_on_which_a_draft_begins_is_found(book):
    rung = "  - key: V7\n    from: 2027-03-01\n    municipal: {sro: '1/2027', trust: A}\n"
    cover = book.files["book.yaml"].decode()
    lines = cover.splitlines(keepends=True)
    last = next(n for n, line in enumerate(lines) if line.startswith("  - key: V6"))
    end = next(n for n in range(last + 1, len(lines)) if not lines[n].startswith("    "))
    longer = "".join([*lines[:end], rung, *lines[end:]])
    new = load_files({**book.files, "book.yaml": longer.encode()})
    assert first_difference(book, new) == date(2027, 3, 1)
    assert first_difference(book, book) is None
