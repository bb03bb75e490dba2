"""The law over columns says of every plan what the law says of that plan alone."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from unittest.mock import ANY

import numpy as np
import pytest

from rules import Book, FactError, evaluate
from rules.columns import ANSWERS, VERDICTS, Coded, ColumnResult, Pace, judge_columns, judge_parts
from rules.columns.ops import round_exactly
from rules.columns.plan import plans_of
from tests.rules.plans import Plans, days_of

GRAVEST = ("fail", "unknown", "pass")
DAY = date(2026, 9, 1)
SLOPE = ["r22-slope"]
TURNS, PLANS = 4, 1000


def differences(book: Book, columns: Mapping[str, Any], plans: list[Any], day: date) -> list[str]:
    """List where the two readings of the book differ."""
    together = judge_columns(book, columns, day)
    wrong = []
    for row, plan in enumerate(plans):
        alone = evaluate(book, plan, day)
        for what, one, many in compared(book, alone, together, row):
            if one != many:
                wrong.append(f"{day} row {row}: {what} is {one} alone, {many} in columns: {plan}")
    return wrong


def compared(book: Book, alone: Any, together: ColumnResult, row: int) -> Any:
    """Yield everything the two say of one plan."""
    answer = alone.as_json()
    for name, clause in answer["clauses"].items():
        yield name, clause["verdict"], VERDICTS[together.verdicts[name][row]]
        if len(alone.results) == 1:
            limit = together.required[name][row] if name in together.required else np.nan
            yield f"limit of {name}", limit_of(clause), None if np.isnan(limit) else limit
    known = {**answer["derived"], **answer["fees"]}
    for name, column in together.derived.items():
        if not book.vocabulary[name].internal:
            yield name, known.pop(name, None), column.at(row)
    assert not known, "columns must hold every worked-out fact"
    needed = {noc["id"] for noc in answer["nocs"]}
    unknown = {noc["id"] for noc in answer["nocs_unknown"]}
    for name, column in together.clearances.items():
        said = "needed" if name in needed else "unknown" if name in unknown else "not_needed"
        yield name, said, ANSWERS[column[row]]
    assert needed | unknown <= together.clearances.keys()


def limit_of(clause: Mapping[str, Any]) -> float | None:
    """Give the limit of the check that decides: the first of the gravest verdict."""
    for verdict in GRAVEST:
        for check in clause["checks"]:
            if check["verdict"] == verdict:
                limit = check["required"]
                number = isinstance(limit, int | float) and not isinstance(limit, bool)
                return float(limit) if number else None
    return None


@pytest.mark.parametrize("turn", range(TURNS))
def test_a_thousand_random_plans_come_out_the_same_both_ways(book: Book, turn: int) -> None:
    days = days_of(book)
    plans, wrong = Plans(book, turn), list[str]()
    for day in days[turn::TURNS]:
        columns, drawn = plans.batch(1 + PLANS // len(days))
        wrong += differences(book, columns, drawn, day)
    assert not wrong, "\n".join(one[:400] for one in wrong[:5])


def test_random_plans_of_the_small_book_come_out_the_same_both_ways(small_book: Book) -> None:
    plans, wrong = Plans(small_book, 1), list[str]()
    for day in days_of(small_book):
        columns, drawn = plans.batch(50)
        wrong += differences(small_book, columns, drawn, day)
    assert not wrong, "\n".join(one[:400] for one in wrong[:5])


def test_the_random_plans_meet_every_verdict(book: Book) -> None:
    plans, seen = Plans(book, 4), np.zeros(4, int)
    for _ in range(6):
        found = judge_columns(book, plans.batch(50)[0], DAY, required=False)
        seen += sum(np.bincount(one, minlength=4) for one in found.verdicts.values())
    assert (seen > len(book.clauses)).all(), dict(zip(VERDICTS, seen, strict=True))


def test_chunks_and_threads_change_nothing(book: Book) -> None:
    columns, _ = Plans(book, 2).batch(300)
    whole = judge_columns(book, columns, DAY)
    cut = judge_columns(book, columns, DAY, pace=Pace(chunk=64, workers=2))
    for name, column in whole.verdicts.items():
        assert (column == cut.verdicts[name]).all()
        assert np.array_equal(whole.required[name], cut.required[name], equal_nan=True)
    for name, derived in whole.derived.items():
        assert (derived.known == cut.derived[name].known).all()


def test_parts_say_what_the_whole_says(book: Book) -> None:
    columns, _ = Plans(book, 4).batch(250)
    whole = judge_columns(book, columns, DAY)
    parts = list(judge_parts(book, columns, DAY, pace=Pace(part=100)))
    assert [part.rows for part in parts] == [100, 100, 50]
    for name, column in whole.verdicts.items():
        assert (column == np.concatenate([part.verdicts[name] for part in parts])).all()
    for name, column in whole.clearances.items():
        assert (column == np.concatenate([part.clearances[name] for part in parts])).all()
    for name, derived in whole.derived.items():
        assert (derived.known == np.concatenate([p.derived[name].known for p in parts])).all()


def test_some_clauses_alone_say_what_they_say_among_all(book: Book) -> None:
    columns, _ = Plans(book, 3).batch(100)
    whole = judge_columns(book, columns, DAY)
    chosen = sorted(book.clauses)[::5]
    few = judge_columns(book, columns, DAY, clauses=chosen, required=False)
    assert list(few.verdicts) == chosen
    assert not few.derived
    assert not few.required
    for name in chosen:
        assert (few.verdicts[name] == whole.verdicts[name]).all()
    with pytest.raises(KeyError, match="no clause 'nonsense'"):
        judge_columns(book, columns, DAY, clauses=["nonsense"])


def test_a_clause_alone_asks_only_for_what_it_needs(book: Book) -> None:
    """The slope clause reads the slope; a plan made for it has few steps."""
    columns = {"family": "municipal", **Plans(book, 5).batch(10)[0]}
    judge_columns(book, {**columns, "ground_slope_deg": np.arange(10.0)}, DAY, clauses=SLOPE)
    latest = next(reversed(plans_of(book)._kept.values()))[1]
    assert {name[0] for name, _ in latest.leaves} == {"ground_slope_deg"}


def test_words_may_come_as_codes_with_gaps(book: Book) -> None:
    words = ("A1", "F", "D")
    codes = np.array([0, 1, -1, 2])
    plain = np.ma.MaskedArray(np.array(["A1", "F", "A1", "D"]), [False, False, True, False])
    site = {"family": "municipal", "height_m": np.array([9.0, 12.0, 20.0, 31.0]), "storeys": 4}
    one = judge_columns(book, {**site, "occupancy": Coded(words, codes)}, DAY)
    two = judge_columns(book, {**site, "occupancy": plain}, DAY)
    for name, column in one.verdicts.items():
        assert (column == two.verdicts[name]).all()
    assert [one.derived["occupancy_group"].at(row) for row in range(4)] == ["A1", "F", None, "D"]


@pytest.mark.parametrize(
    ("name", "column", "code"),
    [
        ("height_m", np.array([3.0, np.nan]), "not_finite"),
        ("height_m", np.array([3.0, np.inf]), "not_finite"),
        ("height_m", np.array([3.0, -1.0]), "out_of_range"),
        ("height_m", np.array([True, False]), "wrong_type"),
        ("height_m", np.array(["3", "4"]), "wrong_type"),
        ("storeys", np.array([1.0, 1.5]), "wrong_type"),
        ("occupancy", np.array(["A1", "Z9"]), "not_a_value"),
        ("occupancy", np.array([1, 2]), "wrong_type"),
        ("occupancy", Coded(("A1", "Z9"), np.array([0, 1])), "not_a_value"),
        ("occupancy", Coded(("A1",), np.array([0, 1])), "not_a_value"),
        ("heritage_area", np.array([0, 1]), "wrong_type"),
        ("heigth_m", np.array([3.0, 4.0]), "unknown_fact"),
        ("height_m", np.array([[3.0, 4.0]]), "bad_length"),
        ("height_m", np.array([3.0, 4.0, 5.0]), "bad_length"),
        ("body", np.array(["C" * 300, "C01"]), "out_of_range"),
        ("unit_areas_m2", np.array([[1.0], "x"], object), "wrong_type"),
        ("blocks", [{"block": 1}], "not_flat"),
    ],
)
def test_a_bad_column_is_refused_by_name(book: Book, name: str, column: Any, code: str) -> None:
    with pytest.raises(FactError) as caught:
        judge_columns(book, {"basements": np.array([0, 1]), name: column}, DAY)
    assert (caught.value.code, caught.value.fact) == (code, name if code != "bad_length" else ANY)


def test_masked_rows_may_hold_anything(book: Book) -> None:
    heights = np.ma.MaskedArray([3.0, np.nan, -5.0], [False, True, True])
    found = judge_columns(book, {"family": "municipal", "height_m": heights}, DAY)
    assert found.rows == 3


def test_rounding_is_that_of_python(book: Book) -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.uniform(0, 1e6, 20_000), rng.integers(0, 10**9, 20_000) / 2**12])
    values = np.concatenate([values, np.round(values, 3) + 5e-4, [2.675, 1e15, 0.0, 1e-9]])
    for digits in (0, 2, 3, 9):
        plain = [round(value, digits) for value in values.tolist()]
        assert round_exactly(values.copy(), digits).tolist() == plain
