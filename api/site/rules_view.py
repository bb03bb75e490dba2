"""From the loaded book to the rules page: each rule with its clauses and their versions."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from api.site.texts import Texts
from kmap.papers import texts as words
from rules import Book
from rules.model import Clause, Entry, RuleFolder

STATES = ("encoded", "partly", "advisory", "not_yet")
"""How much of a piece of the law is in the book, in the order shown."""


def rules_view(book: Book, register: Path, t: Texts) -> dict[str, Any]:
    """Return the rules, the ladder of both families, and the register of the law's coverage."""
    clauses: dict[str, list[dict[str, Any]]] = {}
    for clause in book.clauses.values():
        clauses.setdefault(clause.rule, []).append(_clause(clause, t))
    return {
        "book_title": t.own(book.title.as_json()),
        "folders": [
            {
                "rule": folder.rule if folder.rule[:1].isdigit() else "",
                "folder": folder.folder,
                "title": t.own(folder.title.as_json()),
                "clauses": clauses.get(folder.rule, []),
                "untranslated": [t.own(what.as_json()) for what, _ in folder.untranslated],
            }
            for folder in sorted(book.rules, key=_by_number)
        ],
        "ladders": [
            {"title": t.own(family.title.as_json()), "rungs": family.ladder}
            for family in book.families.values()
        ],
        "count": len(book.clauses),
        "coverage": _coverage(register, t),
    }


@cache
def _rows(register: Path) -> list[dict[str, Any]]:
    if not register.exists():
        return []
    book = YAML(typ="safe").load(register.read_text(encoding="utf-8"))
    return list(book["rows"].values())


def _coverage(register: Path, t: Texts) -> list[dict[str, Any]]:
    """Group the rows of ``coverage.yaml`` by how much of them is in the book."""
    groups = [(state, [r for r in _rows(register) if r["status"] == state]) for state in STATES]
    return [
        {
            "state": t(f"rules.{state}"),
            "rows": [
                {"rule": r["rule"], "subject": t.own(r["subject"]), "why": t.own(r.get("reason"))}
                for r in rows
            ],
        }
        for state, rows in groups
        if rows
    ]


def _by_number(folder: RuleFolder) -> tuple[int, str]:
    """Rules of the building rules in the order of their numbers, other law after them."""
    digits = re.match(r"\d+", folder.rule)
    return (int(digits[0]) if digits else 1_000, folder.rule)


def _clause(clause: Clause, t: Texts) -> dict[str, Any]:
    return {
        "id": clause.id,
        "title": t.own(clause.title.as_json()),
        "severity": clause.severity,
        "versions": [_version(entry, t) for entry in clause.entries],
    }


def _version(entry: Entry[Any], t: Texts) -> dict[str, Any]:
    cite = entry.body.cite
    return {
        "start": entry.start,
        "family": "" if entry.family == "any" else words.value(entry.family, t.lang),
        "rule": cite.rule,
        "table": cite.table,
        "instrument": words.instrument(cite.instrument, t.lang) if cite.instrument else "",
    }
