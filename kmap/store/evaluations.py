"""Evaluations as they were judged, and the frozen books they were judged by.

Both only grow (triggers of the migration); an evaluation of a scrutiny goes when that is erased.
"""

import hashlib
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from kmap.errors import KmapError
from kmap.store.pool import Connection, Pool, connected

PAGE = 200
"""Evaluations read at a time."""
MAX_ANSWER = 100_000_000
"""Largest answer unpacked, in bytes."""


class NoFrozenBookError(KmapError):
    """The rule book of a stored evaluation is not kept."""

    code: ClassVar[str] = "no_frozen_book"

    def __init__(self, book_hash: str) -> None:
        super().__init__(
            f"The rule book {book_hash[:12]} is not kept in this database.",
            f"{book_hash[:12]} എന്ന ചട്ടപ്പുസ്തകം ഈ ഡാറ്റാബേസിൽ സൂക്ഷിച്ചിട്ടില്ല.",
        )


@dataclass(frozen=True)
class FrozenBook:
    """A rule book as its bytes, packed by ``rules.record.freeze``."""

    id: str
    hash: str
    content: bytes


@dataclass(frozen=True)
class Judgement:
    """One evaluation to be kept: ``facts`` is JSON text, ``answer`` canonical JSON bytes."""

    book: FrozenBook
    as_of: date
    engine: str
    facts: str
    answer: bytes


@dataclass(frozen=True)
class KeptJudgement:
    """One evaluation as kept; ``shown`` is the whole answer its scrutiny showed, as JSON text."""

    id: str
    scrutiny_id: str | None
    made_at: datetime
    as_of: date
    book_hash: str
    engine: str
    facts: str
    packed: bytes
    answer_sha256: str
    shown: str | None

    def answer(self) -> bytes | None:
        """Unpack the answer's bytes; None when they are damaged or not those of their hash."""
        try:
            found = zlib.decompressobj().decompress(self.packed, MAX_ANSWER)
        except zlib.error:
            return None
        return found if hashlib.sha256(found).hexdigest() == self.answer_sha256 else None


@dataclass(frozen=True)
class Wanted:
    """Which evaluations are asked for; nothing said: all."""

    since: date | None = None
    ids: Sequence[str] = ()
    limit: int | None = None


class Evaluations:
    """The store of evaluations over a pool of connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, judgements: Iterable[Judgement]) -> int:
        """Keep evaluations that belong to no scrutiny, in one transaction; return how many."""
        count = 0
        with connected(self._pool) as db, db.transaction():
            for one in judgements:
                keep(db, one, None)
                count += 1
        return count

    def book(self, book_hash: str) -> bytes:
        """Return the frozen bytes of a book. Raises NoFrozenBookError."""
        with connected(self._pool) as db:
            row = db.execute(_BOOK, [book_hash]).fetchone()
        if row is None:
            raise NoFrozenBookError(book_hash)
        return bytes(row["content"])

    def pages(self, wanted: Wanted) -> Iterator[KeptJudgement]:
        """Give the evaluations asked for, oldest first, a page at a time."""
        after: tuple[datetime | None, Any] = (None, None)
        left = wanted.limit
        ids = [uuid.UUID(one) for one in wanted.ids] or None
        while left is None or left > 0:
            ask = {"since": wanted.since, "ids": ids, "made": after[0], "id": after[1]}
            with connected(self._pool) as db:
                rows = db.execute(_PAGE, ask | {"page": min(PAGE, left or PAGE)}).fetchall()
            for row in rows:
                names = ("made_at", "as_of", "book_hash", "engine", "facts", "answer_sha256")
                yield KeptJudgement(
                    id=str(row["id"]),
                    scrutiny_id=str(row["scrutiny_id"]) if row["scrutiny_id"] else None,
                    packed=bytes(row["answer"]),
                    shown=row["shown"],
                    **{name: row[name] for name in names},
                )
            if not rows:
                return
            after = rows[-1]["made_at"], rows[-1]["id"]
            left = None if left is None else left - len(rows)

    def older(self) -> int:
        """Count the scrutinies from before evaluations were kept; they cannot be repeated."""
        with connected(self._pool) as db:
            row = db.execute(_OLDER).fetchone()
        return int(row["count"]) if row else 0


def keep(db: Connection, one: Judgement, scrutiny: uuid.UUID | None) -> None:
    """Write one evaluation, its book first if that is not there; in the caller's transaction."""
    if not db.execute(_HAS_BOOK, [one.book.hash]).fetchone():
        db.execute(_ADD_BOOK, [one.book.hash, one.book.id, one.book.content])
    row = {
        "id": scrutiny or uuid.uuid4(),
        "scrutiny": scrutiny,
        "as_of": one.as_of,
        "book_hash": one.book.hash,
        "engine": one.engine,
        "facts": one.facts,
        "answer": zlib.compress(one.answer, 6),
        "sha256": hashlib.sha256(one.answer).hexdigest(),
    }
    db.execute(_ADD, row)


_HAS_BOOK = "SELECT FROM book_frozen WHERE hash = %s"
_ADD_BOOK = """
INSERT INTO book_frozen (hash, book_id, content) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"""
_BOOK = "SELECT content FROM book_frozen WHERE hash = %s"
_ADD = """
INSERT INTO evaluation (id, scrutiny_id, as_of, book_hash, engine, facts, answer, answer_sha256)
VALUES (%(id)s, %(scrutiny)s, %(as_of)s, %(book_hash)s, %(engine)s, %(facts)s, %(answer)s,
        %(sha256)s)"""
_PAGE = """
SELECT e.*, c.answer::text AS shown FROM evaluation e
LEFT JOIN scrutiny_content c ON c.scrutiny_id = e.scrutiny_id
WHERE (%(since)s::date IS NULL
       OR e.made_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Kolkata')
  AND (%(ids)s::uuid[] IS NULL OR e.id = ANY(%(ids)s))
  AND (%(made)s::timestamptz IS NULL OR (e.made_at, e.id) > (%(made)s, %(id)s::uuid))
ORDER BY e.made_at, e.id LIMIT %(page)s"""
_OLDER = """
SELECT count(*) FROM scrutiny_content c
WHERE NOT EXISTS (SELECT FROM evaluation e WHERE e.scrutiny_id = c.scrutiny_id)"""
