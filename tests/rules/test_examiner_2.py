"""An outside examiner's questions, written from the law papers alone (see examiner/*.yaml)."""

from functools import cache
from pathlib import Path

import pytest

from rules import Book, load_book
from rules.testing import Case, read_cases, run_case

HERE = Path(__file__).parent
BOOK = HERE.parents[1] / "rules" / "book"


@cache
def the_book() -> Book:
    """Load the book in service."""
    return load_book(BOOK)


@cache
def questions() -> dict[str, Case]:
    """Give every question by its name: its file and the first word of its sentence."""
    found: dict[str, Case] = {}
    for path in sorted((HERE / "examiner").glob("*.yaml")):
        for case in read_cases(path, path.name, the_book()):
            name = f"{path.stem}-{case.says.split()[0]}"
            assert name not in found, f"two questions are called {name}"
            found[name] = case
    return found


@pytest.mark.parametrize("name", list(questions()))
def test_question(name: str) -> None:
    """What comes out is what the papers say."""
    assert run_case(the_book(), questions()[name]) == []
