"""The rule book as a page of JSON: names, versions, rules, clauses with citations on a day."""

from datetime import date
from typing import Any

from api.answers import in_language
from rules import Book

Json = dict[str, Any]


def book_page(book: Book, as_of: date, lang: str | None) -> Json:
    """Return what the book holds on a day; ``cites`` is null where a clause does not stand."""
    laws = {name: book.law_on(as_of, name) for name in book.families}
    cites = {
        name: {clause.id: clause.cite.as_json() for clause in law.clauses} if law else {}
        for name, law in laws.items()
    }
    page = {
        "id": book.id,
        "hash": book.hash,
        "title": book.title.as_json(),
        "as_of": as_of.isoformat(),
        "families": [_family(book, name, as_of) for name in book.families],
        "rules": [_folder(folder) for folder in book.rules],
        "clauses": [
            {
                "id": clause.id,
                "rule": clause.rule,
                "title": clause.title.as_json(),
                "severity": clause.severity,
                "cites": {name: cites[name].get(clause.id) for name in cites},
            }
            for clause in book.clauses.values()
        ],
        "notices": [
            {"id": notice.id, **notice.text.as_json()}
            for notice in book.notices.values()
            if notice.always
        ],
    }
    found: Json = in_language(page, lang)
    return found


def _family(book: Book, name: str, as_of: date) -> Json:
    family = book.families[name]
    rung = family.rung_on(as_of)
    return {
        "id": family.id,
        "instrument": family.instrument,
        "title": family.title.as_json(),
        "in_force": rung.key if rung else None,
        "ladder": [
            {
                "key": step.key,
                "from": step.start.isoformat(),
                "sro": step.sro,
                "trust": step.trust,
                "caution": step.caution,
            }
            for step in family.ladder
        ],
    }


def _folder(folder: Any) -> Json:
    return {
        "folder": folder.folder,
        "rule": folder.rule,
        "title": folder.title.as_json(),
        "not_encoded": [
            {"what": what.as_json(), "why": why.as_json()} for what, why in folder.untranslated
        ],
    }
