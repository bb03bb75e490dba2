"""Replay: a stored evaluation repeated under its own book, and compared byte for byte."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kmap.errors import KmapError
from kmap.store.evaluations import Evaluations, KeptJudgement, Wanted
from rules import Book, FactError
from rules.errors import RulesError
from rules.record import answer_bytes, canonical, engine_mark, thaw

BOOKS = 4
"""Thawed books held at once; compiling one takes a second."""
TOLD = 20
"""Differences told of one evaluation."""


@dataclass(frozen=True)
class Difference:
    """One place of the answer that comes out otherwise now."""

    path: str
    stored: Any
    now: Any


@dataclass(frozen=True)
class Replayed:
    """One evaluation repeated; ``fault`` is a code when something is wrong, else None.

    Codes: ``answer_differs``, ``answer_damaged`` (the stored bytes are not those of their hash),
    ``shown_differs`` (the scrutiny shows another answer than was judged), ``facts_differ`` (the
    scrutiny keeps other facts), ``not_judged`` (facts or book can no longer be read).
    """

    id: str
    scrutiny_id: str | None
    book_hash: str
    fault: str | None
    same_engine: bool
    says: str = ""
    differences: tuple[Difference, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as plain JSON values."""
        return {
            "id": self.id,
            "scrutiny_id": self.scrutiny_id,
            "book_hash": self.book_hash,
            "fault": self.fault,
            "same_engine": self.same_engine,
            "says": self.says,
            "differences": [vars(one) for one in self.differences],
        }


class Replay:
    """Repeats evaluations of a store; each frozen book is thawed once."""

    def __init__(self, store: Evaluations) -> None:
        self._store = store
        self._books: dict[str, Book] = {}

    def run(self, wanted: Wanted) -> Iterator[Replayed]:
        """Repeat the evaluations asked for, oldest first."""
        for kept in self._store.pages(wanted):
            yield self._one(kept)

    def _one(self, kept: KeptJudgement) -> Replayed:
        try:
            facts = json.loads(kept.facts)
            now = answer_bytes(self._book(kept.book_hash), facts, kept.as_of)
        except (RulesError, FactError, KmapError, ValueError, RecursionError) as error:
            return _told(kept, "not_judged", str(error))
        stored = kept.answer()
        if stored is None:
            return _told(kept, "answer_damaged", "the stored bytes are not those of their hash")
        if stored != now:
            return _told(kept, "answer_differs", "", differences(_read(stored), _read(now)))
        return _shown_as_judged(kept, facts, now)

    def _book(self, book_hash: str) -> Book:
        if book_hash not in self._books:
            if len(self._books) >= BOOKS:
                self._books.pop(next(iter(self._books)))
            self._books[book_hash] = thaw(self._store.book(book_hash), book_hash)
        return self._books[book_hash]


def _shown_as_judged(kept: KeptJudgement, facts: Any, now: bytes) -> Replayed:
    """Look whether what a scrutiny shows to people is what was judged."""
    if kept.shown is None:
        return _told(kept, None)
    shown, judged = json.loads(kept.shown), json.loads(now)
    if canonical(shown.get("facts")) != canonical(facts):
        return _told(kept, "facts_differ", "", differences(facts, shown.get("facts"), "facts"))
    part = {name: shown.get(name) for name in judged if name != "notices"}
    judged.pop("notices", None)  # the scrutiny puts its own in front
    if canonical(part) != canonical(judged):
        return _told(kept, "shown_differs", "", differences(part, judged))
    return _told(kept, None)


def _told(
    kept: KeptJudgement, fault: str | None, says: str = "", found: tuple[Difference, ...] = ()
) -> Replayed:
    same = kept.engine == engine_mark()
    return Replayed(kept.id, kept.scrutiny_id, kept.book_hash, fault, same, says, found)


def _read(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def differences(stored: Any, now: Any, path: str = "") -> tuple[Difference, ...]:
    """List the places at which two JSON values differ, the first twenty.

    >>> differences({"a": [1, 2]}, {"a": [1, 3]})
    (Difference(path='a.1', stored=2, now=3),)
    """
    found: list[Difference] = []
    for one in _walk(stored, now, path):
        found.append(one)
        if len(found) == TOLD:
            break
    return tuple(found)


def _walk(stored: Any, now: Any, path: str) -> Iterator[Difference]:
    here = f"{path}." if path else ""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        for key in sorted({*stored, *now}):
            yield from _walk(stored.get(key), now.get(key), f"{here}{key}")
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for index, (one, other) in enumerate(zip(stored, now, strict=True)):
            yield from _walk(one, other, f"{here}{index}")
    elif stored != now or type(stored) is not type(now):
        yield Difference(path, stored, now)
