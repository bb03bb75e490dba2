"""A small rule book, whole and good, that tests may break."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules import Book, evaluate, load_book, shipped_book

SMALL = Path(__file__).parent / "small_book"
FILES = {
    path.relative_to(SMALL).as_posix(): path.read_text("utf-8") for path in SMALL.rglob("*.yaml")
}
MakeBook = Callable[..., Path]


@pytest.fixture
def make_book(tmp_path: Path) -> MakeBook:
    """Write the small book, with one text in one file replaced (or a whole file given)."""

    def make(
        file: str = "", old: str = "", new: str = "", files: Mapping[str, str] | None = None
    ) -> Path:
        for name, text in {**FILES, **(files or {})}.items():
            if name == file:
                assert old in text, f"{old!r} is not in {name}"
                text = text.replace(old, new, 1)  # noqa: PLW2901
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return make


@pytest.fixture(scope="session")
def small_book() -> Book:
    """The small book, loaded."""
    return load_book(SMALL)


@pytest.fixture(scope="session")
def book() -> Book:
    """The rule book we ship."""
    return shipped_book()


@pytest.fixture
def judge(small_book: Book) -> Callable[..., dict[str, Any]]:
    """Judge facts by the small book; municipal, on 1 January 2023, unless told."""

    def run(day: str = "2023-01-01", **facts: Any) -> dict[str, Any]:
        return evaluate(
            small_book, {"family": "municipal", **facts}, date.fromisoformat(day)
        ).as_json()

    return run
