"""The engine: the law of a day, compiled once, judged over facts. Pure: no clock, no files."""

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from rules.engine.depends import Depends
from rules.engine.evaluating import Change, CompiledLaw, Judged
from rules.engine.fast import FastLaw
from rules.engine.outcome import FamilyResult
from rules.law import Book

__all__ = ["depends_of", "families_of", "judge", "judge_again", "law_for"]

_compiled: WeakKeyDictionary[Book, dict[int, FastLaw]] = WeakKeyDictionary()
_lock = threading.Lock()


def families_of(book: Book, facts: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Fill family and class from the body's code; say which families must be judged."""
    filled = dict(facts)
    known = book.bodies.get(str(filled.get("body", ""))[:1])
    if known is not None:
        filled.setdefault("family", known[0])
        filled.setdefault("body_class", known[1])
    family = filled.get("family")
    return filled, tuple(book.families) if family is None else (str(family),)


def judge(book: Book, facts: Mapping[str, Any], as_of: date) -> tuple[FamilyResult, ...]:
    """Judge normalised facts by the law of a day; nothing when no version stands yet."""
    filled, families = families_of(book, facts)
    results: list[FamilyResult] = []
    for family in families:
        law = law_for(book, as_of, family)
        if law is not None:
            given = {**filled, "family": family}
            results.append(law.run(given) or law.compiled.run(given))
    return tuple(results)


def judge_again(
    book: Book,
    facts: Mapping[str, Any],
    as_of: date,
    base: tuple[FamilyResult, ...],
    changed: frozenset[str],
) -> tuple[FamilyResult, ...]:
    """Judge normalised facts that differ from those of ``base`` in some facts only.

    The same verdicts, checks and worked-out facts as ``judge``; cautions may be those of ``base``.
    Of plans of several places only what hangs on the change is judged, when it is looked at.
    """
    filled, _ = families_of(book, facts)
    results: list[FamilyResult] = []
    for one in base:
        law = law_for(book, as_of, one.family)
        given = {**filled, "family": one.family}
        if law is not None and isinstance(one, Judged):
            results.append(law.compiled.run(given, Change(one, changed)))
        elif law is not None:
            results.append(law.run(given) or law.compiled.run(given))
    return tuple(results)


def depends_of(book: Book, as_of: date, family: str) -> Depends | None:
    """Say what hangs on what in the law of a day and family; None before its first version."""
    law = law_for(book, as_of, family)
    return None if law is None else law.compiled.depends


def law_for(book: Book, as_of: date, family: str) -> FastLaw | None:
    """Give the compiled law of a day and family; None before its first version."""
    law = book.law_on(as_of, family)
    if law is None:
        return None
    found = _compiled.get(book, {}).get(id(law))
    if found is None:
        with _lock:
            known = _compiled.setdefault(book, {})
            found = known.get(id(law))
            if found is None:
                found = known[id(law)] = FastLaw(CompiledLaw(book, law))
    return found
