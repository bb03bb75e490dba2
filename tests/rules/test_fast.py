"""Generated functions say of a plan, to the byte, what the closures say."""

import threading
from datetime import date
from typing import Any

import orjson
import pytest

from rules import Book, FactError, evaluate, normalise
from rules.answer import Evaluation
from rules.engine import families_of, fast, law_for
from tests.rules.plans import Plans, days_of

BATCHES, PLANS = 10, 12


@pytest.fixture
def hot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions are written at once, and one for all clauses after two plans."""
    monkeypatch.setattr(fast, "USES_BEFORE", 0)
    monkeypatch.setattr(fast, "USES_TOGETHER", 2)


def alike(plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cut plans down to the facts that all of them give."""
    shared = set.intersection(*(set(plan) for plan in plans))
    return [{name: value for name, value in plan.items() if name in shared} for plan in plans]


def written(book: Book, day: date, result: Any) -> bytes:
    return orjson.dumps(Evaluation(book, day, (result,)).as_json())


@pytest.mark.parametrize("batch", range(BATCHES))
def test_generated_functions_and_closures_give_the_same_bytes(
    book: Book, hot: None, batch: int
) -> None:
    draw = Plans(book, 7000 + batch)
    days = days_of(book)
    day = days[1 + batch % (len(days) - 1)]
    compared = 0
    for plan in alike(draw.batch(PLANS)[1]):
        filled, families = families_of(book, normalise(book, plan))
        for family in families:
            law = law_for(book, day, family)
            if law is None:
                continue
            facts = {**filled, "family": family}
            quick, plain = law.run(facts), law.compiled.run(facts)
            assert quick is not None
            assert dict(quick.verdicts) == dict(plain.verdicts), plan
            assert written(book, day, quick) == written(book, day, plain), plan
            compared += 1
    assert compared or day < date(2000, 1, 1)


def test_a_set_of_facts_is_judged_alike_before_and_after_functions_are_written(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast, "USES_TOGETHER", 5)
    facts = {"family": "municipal", "occupancy": "A1", "storeys": 3, "height_m": 9.5, "trees": 2}
    answers = {orjson.dumps(evaluate(book, facts, date(2026, 1, 1)).as_json()) for _ in range(40)}
    assert len(answers) == 1


def test_verdicts_are_those_of_the_written_answer(book: Book) -> None:
    for plan in Plans(book, 5).batch(6)[1]:
        for day in (date(2005, 1, 1), date(2026, 9, 1)):
            answer = evaluate(book, plan, day)
            told = {name: one["verdict"] for name, one in answer.as_json()["clauses"].items()}
            assert dict(answer.verdicts) == told


def test_threads_that_write_functions_at_once_agree(book: Book, hot: None) -> None:
    day, wrong = date(2026, 9, 1), []
    plans = [
        {"family": "municipal", "occupancy": "F", "height_m": 3.0 + n, "storeys": 1 + n % 4}
        for n in range(24)
    ]
    law = law_for(book, day, "municipal")
    assert law is not None
    expected = [dict(law.compiled.run(normalise(book, plan)).verdicts) for plan in plans]

    def work(start: int) -> None:
        for n in range(len(plans)):
            at = (start + n) % len(plans)
            found = law.run(normalise(book, plans[at])) if law is not None else None
            if found is None or dict(found.verdicts) != expected[at]:
                wrong.append(plans[at])

    threads = [threading.Thread(target=work, args=(n * 5,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_reader_refuses_what_the_long_way_refuses(book: Book) -> None:
    for value in (float("nan"), float("inf"), -1.0, 1e9, True, "3", None, [1]):
        with pytest.raises(FactError):
            normalise(book, {"height_m": value})
    assert normalise(book, {"height_m": 3.00049}) == {"height_m": 3.0}
    assert str(normalise(book, {"height_m": -0.0})["height_m"]) == "0.0"
