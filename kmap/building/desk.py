"""The desk that takes drawings in: read, judge, store; a few at a time.

The one way from an uploaded file to a stored scrutiny, for the API and for the pages. A
drawing that cannot be read is stored too: its verdict is ``unreadable``.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, ClassVar, Protocol

from kmap.building.compare import compare
from kmap.building.completion import completion
from kmap.building.drawn import asked_before, laying
from kmap.building.judgement import judgement
from kmap.building.scrutiny import Lay, not_laid
from kmap.errors import KmapError
from kmap.land.place import Wanted
from kmap.land.placing import Placer
from kmap.store.scrutinies import (
    Fresh,
    Kept,
    Receipt,
    RevisedError,
    Scrutinies,
    Tombstone,
)
from rules import Book

AT_ONCE, WAITING = 2, 16
"""Drawings worked on at the same moment, and waiting for that; the next is told to come back."""
PATIENCE_S = 45.0
"""Longest wait for a place, in seconds."""


class BusyError(KmapError):
    """All places for reading drawings, or for making papers, are taken."""

    code: ClassVar[str] = "busy"

    def __init__(self) -> None:
        super().__init__(
            "Much is being worked on at this moment. Try again in a minute.",
            "ഇപ്പോൾ തിരക്കാണ്. ഒരു മിനിറ്റ് കഴിഞ്ഞ് വീണ്ടും ശ്രമിക്കുക.",
        )


class Places:
    """A few places for costly work, and a short queue before them; safe across threads."""

    def __init__(self, at_once: int, waiting: int, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._all = BoundedSemaphore(at_once + waiting)
        self._running = BoundedSemaphore(at_once)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold a place while the block lasts; BusyError when the queue is full or too slow."""
        if not self._all.acquire(blocking=False):
            raise BusyError
        try:
            if not self._running.acquire(timeout=self._patience_s):
                raise BusyError
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._all.release()


class Judged(Protocol):
    """What reading and judging a drawing gives: the answer, and what is needed to draw it."""

    @property
    def answer(self) -> dict[str, Any]:
        """The object that ``kmap check --json`` prints."""

    @property
    def judged(self) -> dict[str, Any]:
        """What the law alone said: the object that ``kmap rules evaluate --json`` prints."""

    @property
    def sketch(self) -> dict[str, Any]:
        """The shapes of the drawing, in drawing metres."""


class Judge(Protocol):
    """Reads and judges one drawing: :func:`kmap.building.scrutiny.scrutinise`."""

    def __call__(
        self, path: Path, *, site: Mapping[str, Any], as_of: date, book: Book, lay: Lay
    ) -> Judged:
        """Return the judged drawing; raises nothing for a drawing that is merely broken."""


@dataclass(frozen=True)
class Submitted:
    """A stored scrutiny as its sender gets it; ``key`` is told only here."""

    id: str
    key: str
    revision: int
    previous_id: str | None
    made_at: datetime
    as_of: date
    verdict: str
    answer: dict[str, Any]
    sketch: dict[str, Any]


class Desk:
    """Takes drawings in, and hands out what was kept to who knows the key."""

    def __init__(
        self,
        book: Book,
        store: Scrutinies,
        judge: Judge,
        places: Places | None = None,
        placer: Placer | None = None,
    ) -> None:
        self._book, self._store, self._judge, self._placer = book, store, judge, placer
        self._places = places or Places(AT_ONCE, WAITING)

    def submit(
        self,
        path: Path,
        *,
        site: Mapping[str, Any],
        as_of: date,
        building: str | None = None,
        want: Wanted | None = None,
    ) -> Submitted:
        """Read, judge and store the drawing at ``path``, laid on the parcel that is wanted.

        Raises BusyError, rules.FactError for facts of the site that are no facts, and
        DatabaseAwayError.
        """
        return self._take(path, site, as_of, self._store.add, building, want)

    def revise(
        self,
        previous: str,
        key: str,
        path: Path,
        *,
        site: Mapping[str, Any],
        as_of: date,
        want: Wanted | None = None,
    ) -> Submitted:
        """Store a new revision of a scrutiny, with a key of its own; its parcel stays.

        Raises as :meth:`submit`, and NoScrutinyError, ErasedError, RevisedError.
        """
        before = self._store.get(previous, key)
        if before.next_id:
            raise RevisedError
        return self._take(
            path,
            site,
            as_of,
            lambda fresh: self._store.add(fresh, (previous, key)),
            before.building,
            want or asked_before(before.answer),
        )

    def get(self, scrutiny_id: str, key: str) -> Kept:
        """Return a scrutiny to who knows its key. Raises NoScrutinyError, ErasedError."""
        return self._store.get(scrutiny_id, key)

    def compare(
        self, before: tuple[str, str], after: tuple[str, str], *, completed: bool = False
    ) -> tuple[dict[str, Any], tuple[dict[str, Any], dict[str, Any]]]:
        """Compare two scrutinies, each (id, key); gives what changed, and both sketches.

        With ``completed`` the first is the permit and the second what was built, judged by the
        law of the second's day. Raises NoScrutinyError, ErasedError.
        """
        old, new = self._store.get(*before), self._store.get(*after)
        found = compare(old.answer, new.answer, (old.sketch, new.sketch))
        if completed:
            found["completion"] = completion(old.answer, new.answer, self._book, new.as_of)
        return found, (old.sketch, new.sketch)

    def erase(self, scrutiny_id: str, key: str) -> Tombstone:
        """Erase drawing, facts and answer. Raises NoScrutinyError, ErasedError."""
        return self._store.erase(scrutiny_id, key)

    def _take(
        self,
        path: Path,
        site: Mapping[str, Any],
        as_of: date,
        store: Callable[[Fresh], Receipt],
        building: str | None,
        want: Wanted | None,
    ) -> Submitted:
        lay = laying(self._placer, want) if self._placer else not_laid
        with self._places.hold():
            judged = self._judge(path, site=site, as_of=as_of, book=self._book, lay=lay)
        answer, drawing = judged.answer, path.read_bytes()
        fresh = Fresh(
            drawing=drawing,
            drawing_sha256=hashlib.sha256(drawing).hexdigest(),
            as_of=as_of,
            book={"id": self._book.id, "hash": self._book.hash},
            verdict=str(answer["verdict"]),
            site=site,
            answer=answer,
            sketch=judged.sketch,
            building=building,
            judgement=judgement(self._book, answer["facts"], as_of, judged.judged),
        )
        receipt = store(fresh)
        return Submitted(
            id=receipt.id,
            key=receipt.key,
            revision=receipt.revision,
            previous_id=receipt.previous_id,
            made_at=receipt.made_at,
            as_of=as_of,
            verdict=fresh.verdict,
            answer=answer,
            sketch=judged.sketch,
        )
