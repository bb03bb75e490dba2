"""Scrutinies as rows: an append-only ledger, erasable content, tombstones.

Triggers of the migration hold the promise (no update, no delete without a tombstone); this
module is the only way in. Who knows the secret key may read; of the key only its SHA-256 is
kept. A wrong key and a missing scrutiny are the same answer.
"""

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from psycopg import errors as pg

from kmap.errors import KmapError
from kmap.store.evaluations import Judgement, keep
from kmap.store.pool import Connection, Pool, Row, connected

_NOBODY = bytes(32)


class NoScrutinyError(KmapError):
    """There is no scrutiny with this id and this key."""

    code: ClassVar[str] = "no_scrutiny"

    def __init__(self) -> None:
        super().__init__(
            "There is no scrutiny at this secret address. Check that the address is whole.",
            "ഈ രഹസ്യവിലാസത്തിൽ പരിശോധനയൊന്നുമില്ല. വിലാസം മുഴുവനുമുണ്ടോ എന്നു നോക്കുക.",
        )


class ErasedError(KmapError):
    """The scrutiny was erased on request."""

    code: ClassVar[str] = "scrutiny_erased"

    def __init__(self, tombstone: "Tombstone") -> None:
        day = tombstone.erased_at.date().isoformat()
        super().__init__(
            f"This scrutiny was erased on {day} at its holder's request. Send the drawing again.",
            f"ഈ പരിശോധന {day}-ന് അപേക്ഷപ്രകാരം മായ്ച്ചു. ഡ്രോയിങ് വീണ്ടും അയയ്ക്കുക.",
        )
        self.tombstone = tombstone


class RevisedError(KmapError):
    """The scrutiny has a later revision already; a line of revisions does not fork."""

    code: ClassVar[str] = "scrutiny_revised"

    def __init__(self) -> None:
        super().__init__(
            "This scrutiny has been revised already. Revise the latest revision.",
            "ഈ പരിശോധന നേരത്തേ പുതുക്കിയതാണ്. ഏറ്റവും പുതിയത് പുതുക്കുക.",
        )


@dataclass(frozen=True)
class Fresh:
    """What a scrutiny is made of before it is stored; ``book`` is {id, hash}."""

    drawing: bytes
    drawing_sha256: str
    as_of: date
    book: Mapping[str, str]
    verdict: str
    site: Mapping[str, Any]
    answer: Mapping[str, Any]
    sketch: Mapping[str, Any]
    building: str | None = None
    judgement: Judgement | None = None  # what is needed to repeat it


@dataclass(frozen=True)
class Receipt:
    """What the sender gets back: the id, and the key that is told this once."""

    id: str
    key: str
    revision: int
    previous_id: str | None
    made_at: datetime


@dataclass(frozen=True)
class Kept:
    """A scrutiny as stored; ``site``, ``answer`` and ``sketch`` exactly as they were."""

    id: str
    revision: int
    previous_id: str | None
    next_id: str | None
    made_at: datetime
    as_of: date
    drawing_sha256: str
    book_id: str
    book_hash: str
    verdict: str
    site: dict[str, Any]
    answer: dict[str, Any]
    sketch: dict[str, Any]
    building: str | None


@dataclass(frozen=True)
class Tombstone:
    """What stays of an erased scrutiny: that it was, of which drawing, and when it went."""

    id: str
    drawing_sha256: str
    made_at: datetime
    erased_at: datetime


class Scrutinies:
    """The store of scrutinies over a pool of connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, fresh: Fresh, previous: tuple[str, str] | None = None) -> Receipt:
        """Store a scrutiny, as a revision of ``previous`` (id, key) when given.

        Raises NoScrutinyError, ErasedError or RevisedError for the previous one.
        """
        key = secrets.token_urlsafe(32)
        new = uuid.uuid4()
        with self._transaction() as db:
            before = self._known(db, *previous) if previous else None
            try:
                made_at = self._insert(db, new, key, fresh, before)
            except pg.UniqueViolation:
                raise RevisedError from None
        revision = before["revision"] + 1 if before else 1
        return Receipt(str(new), key, revision, str(before["id"]) if before else None, made_at)

    def get(self, scrutiny_id: str, key: str) -> Kept:
        """Return a scrutiny to who knows its key. Raises NoScrutinyError, ErasedError."""
        with self._transaction() as db:
            known = self._known(db, scrutiny_id, key)
            content = db.execute(_CONTENT, [known["id"]]).fetchone()
        if content is None:  # erased between the two statements
            raise NoScrutinyError
        ids = {name: _text(known[name]) for name in ("id", "previous_id", "next_id")}
        rest = ("revision", "made_at", "as_of", "drawing_sha256", "book_id", "book_hash")
        parts = {name: json.loads(content[name]) for name in ("site", "answer", "sketch")}
        return Kept(
            **ids,  # type: ignore[arg-type]
            **{name: known[name] for name in rest},
            **parts,
            verdict=content["verdict"],
            building=content["building_id"],
        )

    def erase(self, scrutiny_id: str, key: str) -> Tombstone:
        """Erase drawing, facts and answer; keep a tombstone. Raises as :meth:`get`."""
        with self._transaction() as db:
            known = self._known(db, scrutiny_id, key)
            row = db.execute(_ENTOMB, [known["id"]]).fetchone()
            for statement in _ERASE:
                db.execute(statement, [known["id"]])
            if row is None:
                raise ErasedError(self._tombstone(db, known))
        return Tombstone(
            str(known["id"]), known["drawing_sha256"], known["made_at"], row["erased_at"]
        )

    def of_building(self, building: str) -> list[Row]:
        """Return what everybody may know of the scrutinies sent for a building, newest first.

        Each row: made_at, as_of, verdict, revision, book_id, book_hash. No id, no key.
        """
        with self._transaction() as db:
            return db.execute(_OF_BUILDING, [building]).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with connected(self._pool) as db, db.transaction():
            yield db

    def _known(self, db: Connection, scrutiny_id: str, key: str) -> Row:
        """Return the ledger's row if the key opens it and it is not erased."""
        try:
            wanted: uuid.UUID | None = uuid.UUID(scrutiny_id)
        except ValueError:
            wanted = None
        row = db.execute(_LEDGER, [wanted]).fetchone() if wanted else None
        given = hashlib.sha256(key.encode("utf-8", "replace")).digest()
        opens = hmac.compare_digest(given, row["key_hash"] if row else _NOBODY)
        if row is None or not opens:
            raise NoScrutinyError
        if row["erased_at"]:
            raise ErasedError(self._tombstone(db, row))
        return row

    def _tombstone(self, db: Connection, row: Row) -> Tombstone:
        erased = row["erased_at"]
        if erased is None:
            found = db.execute(_ERASED_AT, [row["id"]]).fetchone()
            erased = found["erased_at"] if found else row["made_at"]
        return Tombstone(str(row["id"]), row["drawing_sha256"], row["made_at"], erased)

    def _insert(
        self,
        db: Connection,
        new: uuid.UUID,
        key: str,
        fresh: Fresh,
        before: Row | None,
    ) -> datetime:
        ledger = {
            "id": new,
            "first": before["first_id"] if before else new,
            "previous": before["id"] if before else None,
            "revision": before["revision"] + 1 if before else 1,
            "key_hash": hashlib.sha256(key.encode()).digest(),
            "sha256": fresh.drawing_sha256,
            "size": len(fresh.drawing),
            "as_of": fresh.as_of,
            "book_id": fresh.book["id"],
            "book_hash": fresh.book["hash"],
        }
        made_at: datetime = db.execute(_ADD, ledger).fetchall()[0]["made_at"]
        content = {
            "id": new,
            "drawing": fresh.drawing,
            "verdict": fresh.verdict,
            "building": fresh.building,
            "site": _json(fresh.site),
            "facts": _json(fresh.answer.get("facts", {})),
            "sources": _json(fresh.answer.get("sources", {})),
            "answer": _json(fresh.answer),
            "sketch": _json(fresh.sketch),
        }
        db.execute(_ADD_CONTENT, content)
        if fresh.judgement is not None:
            keep(db, fresh.judgement, new)
        return made_at


def _json(value: Any) -> str:
    """Return JSON text that keeps order, refuses NaN, and replaces what no UTF-8 can hold."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace").decode()


def _text(value: uuid.UUID | None) -> str | None:
    return str(value) if value else None


_LEDGER = """
SELECT s.*, later.id AS next_id, e.erased_at FROM scrutiny s
LEFT JOIN scrutiny later ON later.previous_id = s.id
LEFT JOIN scrutiny_erasure e ON e.scrutiny_id = s.id
WHERE s.id = %s"""
_CONTENT = """
SELECT verdict, building_id, site::text, answer::text, sketch::text FROM scrutiny_content
WHERE scrutiny_id = %s"""
_ADD = """
INSERT INTO scrutiny (id, first_id, previous_id, revision, key_hash, drawing_sha256,
                      drawing_size, as_of, book_id, book_hash)
VALUES (%(id)s, %(first)s, %(previous)s, %(revision)s, %(key_hash)s, %(sha256)s, %(size)s,
        %(as_of)s, %(book_id)s, %(book_hash)s)
RETURNING made_at"""
_ADD_CONTENT = """
INSERT INTO scrutiny_content (scrutiny_id, drawing, verdict, building_id, site, facts, sources,
                              answer, sketch)
VALUES (%(id)s, %(drawing)s, %(verdict)s, %(building)s, %(site)s, %(facts)s, %(sources)s,
        %(answer)s, %(sketch)s)"""
_ERASE = (
    "DELETE FROM scrutiny_content WHERE scrutiny_id = %s",
    "DELETE FROM evaluation WHERE scrutiny_id = %s",
)
_ENTOMB = """
INSERT INTO scrutiny_erasure (scrutiny_id) VALUES (%s)
ON CONFLICT (scrutiny_id) DO NOTHING RETURNING erased_at"""
_ERASED_AT = "SELECT erased_at FROM scrutiny_erasure WHERE scrutiny_id = %s"
_OF_BUILDING = """
SELECT s.made_at, s.as_of, c.verdict, s.revision, s.book_id, s.book_hash FROM scrutiny s
JOIN scrutiny_content c ON c.scrutiny_id = s.id
WHERE c.building_id = %s ORDER BY s.made_at DESC, s.revision DESC LIMIT 100"""
