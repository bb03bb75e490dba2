"""Another city's law is data: an invented ordinance in feet, read by the same engine."""

import shutil
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest

from rules import BookError, envelope, evaluate, judge_columns, load_book
from rules.columns.result import VERDICTS
from rules.samples import random_plan
from rules.saying import say
from rules.testing import find_cases, run_case

PLACE = Path(__file__).resolve().parents[2] / "data/second-place/book"
DAY = date(2025, 1, 1)


@pytest.fixture(scope="module")
def ordinance():
    return load_book(PLACE)


def test_every_case_of_the_ordinance_comes_out(ordinance):
    cases = list(find_cases(PLACE, ordinance))
    assert len(cases) >= 36
    assert [wrong for case in cases for wrong in run_case(ordinance, case)] == []


def test_feet_are_metres_in_every_reading(ordinance):
    facts = {"zone": "R1", "plot_area_drawn_m2": 929.03, "height_m": 10.668, "storeys": 2}
    scalar = evaluate(ordinance, facts, DAY).as_json()["clauses"]["z2-height"]
    assert (scalar["verdict"], scalar["checks"][0]["unit"]) == ("pass", "m")
    found = judge_columns(
        ordinance,
        {**facts, "height_m": np.array([10.667, 10.668, 10.669]), "occupancy": "A1"},
        DAY,
    )
    assert [VERDICTS[code] for code in found.verdicts["z2-height"]] == ["pass", "pass", "fail"]
    assert set(found.required["z2-height"]) == {10.668}
    law = ordinance.law_on(DAY, "city")
    clause = next(one for one in law.clauses if one.id == "z3-front")
    assert "7.62" in str(say(ordinance, law, clause)) or clause.worlds
    site = {"family": "city", "zone": "R2", "plot_area_drawn_m2": 600, "occupancy": "A1"}
    limits = {one["id"]: one for one in envelope(ordinance, site, DAY).as_json()["limits"]}
    assert {one["binding"]["clause"] for one in limits.values() if one["binding"]} >= {"z2-height"}


def test_columns_agree_with_the_scalar_reading_of_one_family(ordinance):
    dice = Random(5)
    plans = [random_plan(ordinance, dice) for _ in range(150)]
    for plan in plans:
        if "blocks" in plan:
            continue
        answer = evaluate(ordinance, plan, DAY).as_json()
        assert not any(one["id"] == "both-families" for one in answer["notices"])
        found = judge_columns(ordinance, {**plan, "street_width_m": np.array([5.0])}, DAY)
        told = {name: VERDICTS[codes[0]] for name, codes in found.verdicts.items()}
        again = evaluate(ordinance, {**plan, "street_width_m": 5.0}, DAY).as_json()
        assert told == {name: one["verdict"] for name, one in again["clauses"].items()}


FEET = "  ft: {title: {en: ft, ml: അടി}, of: m, times: 0.3048}"
BREAKS = {
    "half a unit": (FEET, "  ft: {title: {en: ft, ml: അടി}, of: m}", "go together"),
    "a unit of nothing": (FEET, FEET.replace("of: m,", "of: ell,"), "stands above it"),
    "a unit that shrinks to nothing": (FEET, FEET.replace("0.3048", "0"), "go together"),
    "a unit with a step of its own": (FEET, FEET.replace("times", "step: 0.1, times"), "of m"),
    "a fact in feet": (
        "height_m: {type: number, unit: m,",
        "height_m: {type: number, unit: ft,",
        "facts are kept in m",
    ),
}


@pytest.mark.parametrize(("old", "new", "says"), BREAKS.values(), ids=BREAKS.keys())
def test_units_that_are_none_are_refused(tmp_path, old, new, says):
    with pytest.raises(BookError, match=rf"vocabulary.yaml:\d+: .*{says}"):
        load_book(changed(tmp_path, "vocabulary.yaml", old, new))


def test_a_limit_in_feet_is_a_plain_number(tmp_path):
    old, new = "at_most: row.height, unit: m}", "at_most: 35, unit: ft}"
    book = load_book(changed(tmp_path / "a", "z2-bulk/rule.yaml", old, new))
    facts = {"zone": "R1", "plot_area_drawn_m2": 500, "height_m": 10.6681}
    told = evaluate(book, facts, DAY).as_json()["clauses"]["z2-height"]
    assert (told["verdict"], told["checks"][0]["required"]) == ("pass", 10.668)
    with pytest.raises(BookError, match=r"z2-bulk/rule.yaml:\d+: .*a plain number"):
        load_book(changed(tmp_path / "b", "z2-bulk/rule.yaml", old, new.replace("35", "row.far")))


def test_three_rule_sets_are_one_too_many(tmp_path):
    city = "  city:\n    instrument: MBZO-2020\n"
    more = "".join(
        f"  {name}: {{instrument: X, title: {{en: X, ml: ച}}}}\n" for name in ("north", "south")
    )
    with pytest.raises(BookError, match="one rule set or two"):
        load_book(changed(tmp_path, "book.yaml", city, more + city))


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    shutil.copytree(PLACE, folder / "book")
    file = folder / "book" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return folder / "book"
