"""From the loaded book to the rules page: each rule with its clauses and their versions."""

import re
from typing import Any

from api.site.texts import Texts
from kmap.papers import texts as words
from rules import Book
from rules.model import Clause, Entry, RuleFolder


def rules_view(book: Book, t: Texts) -> dict[str, Any]:
    """Return the rules in the book's order, and the ladder of amendments of both families."""
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
    }


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
