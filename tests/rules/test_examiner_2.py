"""An outside examiner's questions, written from the law papers alone (see examiner/*.yaml)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules import Book, load_book
from rules.testing import Case, read_cases, run_case

HERE = Path(__file__).parent
BOOK = HERE.parents[1] / "rules" / "book"


@pytest.fixture(scope="module")
def book() -> Book:
    """The book in service."""
    return load_book(BOOK)


def questions() -> Iterator[Any]:
    """Every question; its id is its file and the first word of its sentence."""
    book = load_book(BOOK)
    for path in sorted((HERE / "examiner").glob("*.yaml")):
        for case in read_cases(path, path.name, book):
            yield pytest.param(case, id=f"{path.stem}-{case.says.split()[0]}")


@pytest.mark.parametrize("case", questions())
def test_question(book: Book, case: Case) -> None:
    """What comes out is what the papers say."""
    assert not run_case(book, case)


def test_names_are_different() -> None:
    """No two questions share a name."""
    names = [param.id for param in questions()]
    assert len(names) == len(set(names)) >= 150
