"""Questions of an outside examiner, written from the law papers alone before the book was read.

`examiner_1/*.yaml`: `plans` are facts by name, `questions` build on one of them (`plan`, and `but`
for what differs; `without` takes facts away). `expect` takes what cases.yaml takes, and
`names.<clause>`: facts that must be among the missing ones; `forks.<clause>`: whether two readings
are shown.
"""
# its first words are long

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules import Book, evaluate
from rules.loading import read_yaml
from rules.testing import Case, run_case

FILES = sorted((Path(__file__).parent / "examiner_1").glob("*.yaml"))


def _questions() -> list[Any]:
    found = []
    for path in FILES:
        page = read_yaml(path, path.name).plain()
        for one in page["questions"]:
            given = {**page.get("plans", {}).get(one.get("plan"), {}), **one.get("but", {})}
            for name in one.get("without", ()):
                del given[name]
            found.append(pytest.param(one, given, id=f"{path.stem}: {one['id']}"))
    return found


QUESTIONS = _questions()


@pytest.mark.parametrize(("question", "given"), QUESTIONS)
def test_question(book: Book, question: dict[str, Any], given: dict[str, Any]) -> None:
    """The answer is what the papers say."""
    day = question["on"]
    assert isinstance(day, date)
    wanted = question["expect"]
    plain = {key: one for key, one in wanted.items() if key.partition(".")[0] not in OWN}
    wrong = run_case(book, Case(question["id"], day, given, plain, "examiner", 0))
    clauses = evaluate(book, given, day).as_json()["clauses"]
    for key, one in wanted.items():
        kind, _, clause = key.partition(".")
        if kind == "names" and not set(one) <= set(clauses[clause]["missing"]):
            wrong.append(f"{key}: {one} not among {clauses[clause]['missing']}")
        if kind == "forks" and bool(clauses[clause]["forks"]) != one:
            wrong.append(f"{key}: {clauses[clause]['forks']}")
    assert not wrong, "\n".join(wrong)


OWN = ("names", "forks")


def test_questions_have_names_of_their_own() -> None:
    """No two questions share a name; there are enough of them."""
    names = [one.id for one in QUESTIONS]
    assert len(set(names)) == len(names) >= 150
