"""The pages of reference are the ones the book makes."""

import re
from datetime import date
from pathlib import Path

from kmap.cli import finding_pages
from kmap.cli.rule_pages import write_pages
from rules import shipped_book
from rules.register import read_register

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"


def test_the_reference_pages_are_the_ones_the_book_makes(tmp_path: Path) -> None:
    book = shipped_book()
    found = re.search(r"as it stands on (\d{4}-\d{2}-\d{2})", (PAGES / "README.md").read_text())
    assert found
    made = write_pages(book, read_register(book), tmp_path, date.fromisoformat(found[1]))
    assert {one.name for one in made} == {one.name for one in PAGES.glob("*.md")}
    stale = [one.name for one in made if one.read_text() != (PAGES / one.name).read_text()]
    assert not stale, "run: kmap rules pages docs/rules"


def test_every_clause_belongs_to_a_row_of_the_register() -> None:
    book = shipped_book()
    held = {name for row in read_register(book) for name in row.holds}
    assert not [clause for clause in book.clauses if clause not in held]


def test_every_word_of_an_enum_has_both_languages() -> None:
    book = shipped_book()
    words = [
        (fact.name, value)
        for fact in book.vocabulary.values()
        if fact.type == "enum"
        for value in fact.values
        if not re.fullmatch(r"[A-Z0-9_]+", value)
    ]
    assert not [
        (name, value)
        for name, value in words
        if value not in book.words and f"{name}.{value}" not in book.words
    ]


def test_the_pages_of_findings_are_the_ones_the_catalogue_makes(tmp_path: Path) -> None:
    folder = PAGES.parent / "findings"
    made = finding_pages.write_pages(tmp_path)
    assert {one.name for one in made} == {one.name for one in folder.glob("*.md")}
    stale = [one.name for one in made if one.read_text() != (folder / one.name).read_text()]
    assert not stale, "run: kmap findings pages docs/findings"
