"""Watches as rows: who watches which plot, what was last seen of it, the alerts written.

An alert is written in the transaction that moves what was seen, with the watch's row locked: a
process killed at any moment loses none and doubles none.
"""

import hashlib
import hmac
import json
import secrets
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from kmap.errors import KmapError
from kmap.store.pool import Connection, Pool, Row, connected

Json = dict[str, Any]
LISTED = 100
"""Most alerts that a feed shows, the newest first."""
MAX_SEEN = 20_000_000
_ONE_RUN = 0x77617463  # "watc": one run over the watches at a time
_NOBODY = bytes(32)


class NoWatchError(KmapError):
    """There is no watch with this id and this key."""

    code: ClassVar[str] = "no_watch"

    def __init__(self) -> None:
        super().__init__(
            "There is no watch at this secret address; it may have been deleted.",
            "ഈ രഹസ്യവിലാസത്തിൽ നിരീക്ഷണമൊന്നുമില്ല; നീക്കിയിരിക്കാം.",
        )


class TooManyWatchesError(KmapError):
    """No more watches are taken, of this plot or at all."""

    code: ClassVar[str] = "too_many_watches"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"No more than {most} watches are kept here. Delete one that is not needed.",
            f"{most} നിരീക്ഷണങ്ങളിൽ കൂടുതൽ സൂക്ഷിക്കുന്നില്ല. വേണ്ടാത്ത ഒന്ന് നീക്കുക.",
        )


@dataclass(frozen=True)
class Seen:
    """What was found of a watched plot: the answer, its essence, the book and how far it looks.

    ``reaches``: metres to the nearest feature of each kind; a nearer one would matter.
    """

    answer: Json
    essence: str
    book_hash: str
    reaches: Json


@dataclass(frozen=True)
class Watch:
    """One watch, without its key."""

    id: str
    plot_id: str
    use: str
    made_at: datetime


@dataclass(frozen=True)
class Alert:
    """One alert: when, of which loads and book, and what changed in both languages."""

    number: int
    made_at: datetime
    book_hash: str
    loads: tuple[int, ...]
    changes: list[Json]


class Watches:
    """The store of watches over a pool of connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, plot_id: str, use: str, most: int, most_of_plot: int) -> tuple[str, str]:
        """Keep a watch of which nothing was seen yet; return its id and its key, told once.

        Raises TooManyWatchesError.
        """
        key, new = secrets.token_urlsafe(32), uuid.uuid4()
        with connected(self._pool) as db, db.transaction():
            db.execute("LOCK TABLE watch IN SHARE ROW EXCLUSIVE MODE")  # counts must hold
            counts = db.execute(_COUNT, [plot_id]).fetchall()[0]
            for name, limit in (("whole", most), ("plot", most_of_plot)):
                if counts[name] >= limit:
                    raise TooManyWatchesError(limit)
            digest = hashlib.sha256(key.encode()).digest()
            db.execute(_ADD, [new, digest, plot_id, use])
        return str(new), key

    def get(self, watch_id: str, key: str) -> tuple[Watch, list[Alert]]:
        """Return a watch and its newest alerts to who knows its key. Raises NoWatchError."""
        with connected(self._pool) as db, db.transaction():
            row = self._known(db, watch_id, key)
            alerts = db.execute(_ALERTS, [row["id"], LISTED]).fetchall()
        return _watch(row), [_alert(one) for one in alerts]

    def delete(self, watch_id: str, key: str) -> None:
        """Delete a watch with its alerts, for good. Raises NoWatchError."""
        with connected(self._pool) as db, db.transaction():
            row = self._known(db, watch_id, key)
            db.execute("DELETE FROM watch WHERE id = %s", [row["id"]])

    @contextmanager
    def one_run(self) -> Iterator[None]:
        """Hold the only run over the watches while the block lasts; another run waits."""
        with connected(self._pool) as db:
            db.execute("SET statement_timeout = 0")  # waiting for the run before is no failure
            try:
                db.execute("SELECT pg_advisory_lock(%s)", [_ONE_RUN])
                yield
            finally:
                db.execute("SELECT pg_advisory_unlock(%s)", [_ONE_RUN])
                db.execute("SET statement_timeout = '20s'")

    def pending(self) -> list[int]:
        """Return the loads whose effect on the watches was not looked at yet."""
        with connected(self._pool) as db:
            return [row["id"] for row in db.execute(_PENDING).fetchall()]

    def candidates(self, loads: Sequence[int], book_hash: str) -> list[Watch]:
        """Return the watches that some loads, or another book than they saw, may concern."""
        asked = {"loads": list(loads), "book": book_hash}
        with connected(self._pool) as db, db.transaction():
            db.execute("SET LOCAL statement_timeout = '600s'")
            return [_watch(row) for row in db.execute(_CANDIDATES, asked).fetchall()]

    def any(self) -> bool:
        """Say whether there is a watch at all."""
        with connected(self._pool) as db:
            return db.execute("SELECT FROM watch LIMIT 1").fetchone() is not None

    def everyone(self) -> list[Watch]:
        """Return all watches."""
        with connected(self._pool) as db:
            return [_watch(row) for row in db.execute(_EVERYONE).fetchall()]

    @contextmanager
    def locked(self, watch_id: str) -> Iterator["Locked | None"]:
        """Lock one watch for a transaction; None when it has been deleted."""
        with connected(self._pool) as db, db.transaction():
            row = db.execute("SELECT * FROM watch WHERE id = %s FOR UPDATE", [watch_id]).fetchone()
            yield Locked(db, row) if row else None

    def looked(self, loads: Sequence[int]) -> None:
        """Write down that the effect of some loads on every watch has been looked at."""
        with connected(self._pool) as db:
            db.execute(_LOOKED, [list(loads)])

    def _known(self, db: Connection, watch_id: str, key: str) -> Row:
        try:
            wanted: uuid.UUID | None = uuid.UUID(watch_id)
        except ValueError:
            wanted = None
        row = db.execute("SELECT * FROM watch WHERE id = %s", [wanted]).fetchone()
        given = hashlib.sha256(key.encode("utf-8", "replace")).digest()
        opens = hmac.compare_digest(given, row["key_hash"] if row else _NOBODY)
        if row is None or not opens:
            raise NoWatchError
        return row


class Locked:
    """One watch while its row is locked."""

    def __init__(self, db: Connection, row: Row) -> None:
        self._db, self._row = db, row

    @property
    def seen(self) -> Json | None:
        """What was last seen of the plot; None when nothing was yet."""
        packed = self._row["seen"]
        if packed is None:
            return None
        found: Json = json.loads(zlib.decompressobj().decompress(packed, MAX_SEEN))
        return found

    def see(self, seen: Seen) -> None:
        """Write what is seen now."""
        row = {
            "id": self._row["id"],
            "seen": zlib.compress(json.dumps(seen.answer, ensure_ascii=False).encode(), 6),
            "essence": seen.essence,
            "book": seen.book_hash,
            "reaches": json.dumps(seen.reaches),
            "outline": json.dumps((seen.answer.get("plot") or {}).get("geometry")),
        }
        self._db.execute(_SEE, row)

    def alert(self, before: str, seen: Seen, loads: Sequence[int], changes: list[Json]) -> None:
        """Write an alert; its number follows the last one's."""
        row = {
            "id": self._row["id"],
            "before": before,
            "after": seen.essence,
            "book": seen.book_hash,
            "loads": list(loads),
            "changes": json.dumps(changes, ensure_ascii=False),
        }
        self._db.execute(_ALERT, row)


def _watch(row: Row) -> Watch:
    return Watch(str(row["id"]), row["plot_id"], row["intended_use"], row["made_at"])


def _alert(row: Row) -> Alert:
    loads, changes = tuple(row["loads"]), json.loads(row["changes"])
    return Alert(row["number"], row["made_at"], row["book_hash"], loads, changes)


_COUNT = """
SELECT count(*) AS whole, count(*) FILTER (WHERE plot_id = %s) AS plot FROM watch"""
_ADD = "INSERT INTO watch (id, key_hash, plot_id, intended_use) VALUES (%s, %s, %s, %s)"
_ALERTS = "SELECT * FROM watch_alert WHERE watch_id = %s ORDER BY number DESC LIMIT %s"
_EVERYONE = "SELECT id, plot_id, intended_use, made_at FROM watch ORDER BY plot_id, id"
_PENDING = """
SELECT id FROM layer_load l
WHERE NOT EXISTS (SELECT FROM watch_load d WHERE d.load_id = l.id) ORDER BY id"""
_LOOKED = """
INSERT INTO watch_load (load_id) SELECT unnest(%s::bigint[]) ON CONFLICT DO NOTHING"""
_SEE = """
UPDATE watch SET seen = %(seen)s, essence = %(essence)s, book_hash = %(book)s,
    reaches = %(reaches)s::jsonb,
    geom = coalesce(ST_Transform(ST_GeomFromGeoJSON(nullif(%(outline)s, 'null')), 32643), geom)
WHERE id = %(id)s"""
_ALERT = """
WITH counted AS (
    UPDATE watch SET alerts = alerts + 1 WHERE id = %(id)s RETURNING alerts)
INSERT INTO watch_alert (watch_id, number, before, after, book_hash, loads, changes)
SELECT %(id)s, alerts, %(before)s, %(after)s, %(book)s, %(loads)s::bigint[], %(changes)s
FROM counted"""
_CANDIDATES = """
WITH new_load AS MATERIALIZED (
    SELECT id, kind, loaded_at FROM layer_load WHERE id = ANY(%(loads)s)),
first AS MATERIALIZED (SELECT min(loaded_at) AS at FROM new_load),
new_feature AS MATERIALIZED (
    SELECT f.kind, f.geom FROM feature f, first
    WHERE f.load_id = ANY(%(loads)s) OR upper(f.known) >= first.at)
SELECT w.id, w.plot_id, w.intended_use, w.made_at FROM watch w, first
WHERE w.book_hash IS DISTINCT FROM %(book)s
   OR EXISTS (SELECT FROM new_load WHERE kind NOT IN
        ('plots', 'restrictions', 'coverage', 'features', 'buildings', 'evidence', 'dem'))
   OR EXISTS (
        SELECT FROM plot p WHERE p.public_id = w.plot_id
          AND (p.load_id = ANY(%(loads)s) OR upper(p.known) >= first.at))
   OR EXISTS (
        SELECT FROM restriction_piece k JOIN restriction r ON r.id = k.restriction_id
        WHERE k.geom && ST_Expand(w.geom, slack_reach(
                  (SELECT max(p.accuracy_m) FROM plot p WHERE p.public_id = w.plot_id)))
          AND (r.load_id = ANY(%(loads)s) OR upper(r.known) >= first.at))
   OR EXISTS (
        SELECT FROM coverage c WHERE c.geom && ST_Expand(w.geom, 3)
          AND (c.load_id = ANY(%(loads)s) OR upper(c.known) >= first.at))
   OR EXISTS (
        SELECT FROM evidence e WHERE e.plot_id = w.plot_id
          AND (e.load_id = ANY(%(loads)s) OR upper(e.known) >= first.at))
   OR EXISTS (
        SELECT FROM building b WHERE b.plot_id = w.plot_id AND b.load_id = ANY(%(loads)s))
   OR EXISTS (SELECT FROM raster t WHERE t.geom && w.geom AND t.load_id = ANY(%(loads)s))
   OR EXISTS (
        SELECT FROM new_feature f
        WHERE ST_DWithin(f.geom, w.geom, CASE
              WHEN f.kind IN ('road', 'water') THEN 61
              WHEN f.kind = 'monument' THEN 1e9
              ELSE coalesce((w.reaches ->> f.kind)::float + 1, 1e9) END))
ORDER BY w.plot_id, w.id"""
