"""From the loaded book to the rules page: each rule with its clauses and their versions."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from api.site.texts import Texts
from kmap.papers import texts as words
from rules import Book
from rules.model import Clause, Entry, RuleFolder, Text
from rules.register import STATES, Row
from rules.saying import say, say_table


def rules_view(book: Book, rows: Sequence[Row], t: Texts) -> dict[str, Any]:
    """Return the rules, the ladder of both families, and the register of the law's coverage."""
    clauses: dict[str, list[dict[str, Any]]] = {}
    for clause in book.clauses.values():
        folder = clause.entries[0].file.split("/")[0]
        clauses.setdefault(folder, []).append(_clause(clause, t))
    judged = [row for row in rows if row.substantive]
    return {
        "book_title": t.own(book.title.as_json()),
        "folders": [
            {
                "rule": folder.rule if folder.rule[:1].isdigit() else "",
                "folder": folder.folder,
                "title": t.own(folder.title.as_json()),
                "clauses": clauses.get(folder.folder, []),
                "untranslated": [t.own(what.as_json()) for what, _ in folder.untranslated],
            }
            for folder in sorted(book.rules, key=_by_number)
        ],
        "ladders": [
            {"title": t.own(family.title.as_json()), "rungs": family.ladder}
            for family in book.families.values()
        ],
        "count": len(book.clauses),
        "coverage": _coverage(rows, t),
        "share": {"done": sum(row.status == "encoded" for row in judged), "all": len(judged)},
    }


def _coverage(rows: Sequence[Row], t: Texts) -> list[dict[str, Any]]:
    """Group the rows of the register by how much of them is in the book."""
    groups = [(state, [r for r in rows if r.status == state]) for state in STATES]
    return [
        {
            "state": t(f"rules.{state}"),
            "count": len(found),
            "rows": [
                {
                    "id": r.id,
                    "rule": r.rule,
                    "subject": t.own(r.subject.as_json()),
                    "why": t.own(r.reason.as_json()) if r.reason else "",
                    "clauses": r.holds,
                }
                for r in found
            ],
        }
        for state, found in groups
        if found
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


def clause_view(book: Book, clause_id: str, day: date, t: Texts) -> dict[str, Any]:
    """Return one clause as the law of a day says it, for each family; KeyError for none such."""
    clause = book.clauses[clause_id]
    return {
        "title": t.own(clause.title.as_json()),
        "id": clause.id,
        "severity": clause.severity,
        "on": day,
        "families": _families(book, clause_id, day, t),
        "versions": _clause(clause, t)["versions"],
    }


def _families(book: Book, clause_id: str, day: date, t: Texts) -> list[dict[str, Any]]:
    """Say a clause for each family; one that says what the one before it says is named so."""
    found: list[dict[str, Any]] = []
    for key, family in book.families.items():
        said = _said(book, clause_id, day, key, t)
        same = any(_law_of(one["said"]) == _law_of(said) for one in found if said is not None)
        found.append({"name": t.own(family.title.as_json()), "said": said, "same": same})
    return found


def _law_of(said: dict[str, Any] | None) -> dict[str, Any]:
    """Give what is said without its source."""
    return {key: value for key, value in (said or {}).items() if key != "cite"}


def _said(book: Book, clause_id: str, day: date, family: str, t: Texts) -> dict[str, Any] | None:
    law = book.law_on(day, family)
    stands = [] if law is None else [one for one in law.clauses if one.id == clause_id]
    if law is None or not stands or stands[0].omitted:
        return None
    said, own = say(book, law, stands[0]), _in_language(t)
    return {
        "cite": stands[0].cite.as_json(),
        "applies": own(said.applies) if said.applies is not None else "",
        "groups": [[own(one) for one in group] for group in said.checks],
        "where": [{"name": name, "means": own(text)} for name, text in said.where],
        "except": [[own(one) for one in parts] for parts in said.exceptions],
        "reads": [
            {"says": own(fork), "readings": [own(one) for one in readings]}
            for fork, readings in said.readings
        ],
        "tables": [
            {
                "title": own(law.tables[table].title),
                "rows": [[own(one) for one in row] for row in say_table(book, law.tables[table])],
            }
            for table in said.tables
        ],
    }


def _in_language(t: Texts) -> Callable[[Text], str]:
    return lambda text: text.of(t.lang)
