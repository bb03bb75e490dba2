"""Asking everything about a plot: one statement, so every part is of one and the same moment.

When that statement fails, or the pairs are not whole, each part is asked for itself inside one
read-only snapshot, and each theme alone where need be: one bad theme spoils no other.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from kmap.store import layers, parcels
from kmap.store.layers import NEARBY, PAIRED, Near, Overlap, StreetLine
from kmap.store.parcels import COLUMNS, FROM, WHERE, Parcel, Way, moment
from kmap.store.pool import Connection, Row

T = TypeVar("T")
KINDS = (*layers.NEAREST_KINDS, "monument", "road")
KIND_THEMES = {
    "railway": "railway",
    "airport": "airport",
    "monument": "monument",
    "power_line": "power_line",
    "road": "roads",
}
PATIENCE_S = 6.0
"""So long a plot's parts are asked for one by one; what is left then could not be checked."""


@dataclass(frozen=True)
class Asked:
    """What the register holds of a plot; ``overlaps[theme]`` is None where asking failed.

    ``failed`` names the themes whose features could not be asked for.
    """

    parcel: Parcel
    overlaps: dict[str, list[Overlap] | None]
    nearest: list[Near]
    streets: list[StreetLine]
    failed: frozenset[str]


_WHOLE = {
    way: f"""
SELECT {COLUMNS},
       NOT EXISTS (SELECT FROM pairs_due) AS paired,
       (SELECT json_agg(o) FROM ({PAIRED}) o) AS overlaps,
       (SELECT json_agg(o) FROM ({NEARBY}) o) AS nearby
{FROM} {where}"""  # noqa: S608
    for way, where in WHERE.items()
}


def everything(
    connection: Connection, way: Way, as_of: date, known_at: datetime | None = None
) -> Asked | None:
    """Return all that is held of a plot, as known at a time; None where there is no plot."""
    kind, wanted = way
    values = {**wanted, "kinds": list(KINDS), **moment(as_of, known_at)}
    try:
        row = connection.execute(_WHOLE[kind], values).fetchone()
    except psycopg.Error:
        if connection.closed or connection.broken:
            raise
        return _apart(connection, way, as_of, known_at)
    if row is None:
        return None
    return _together(row) if row["paired"] else _apart(connection, way, as_of, known_at)


def _together(row: Row) -> Asked:
    found: dict[str, list[Overlap]] = {}
    for told in row.pop("overlaps") or []:
        found.setdefault(told["theme_id"], []).append(layers.overlap(told))
    nearest, streets = layers.nearby(row.pop("nearby") or [])
    return Asked(parcels.parcel(row), {**found}, nearest, streets, frozenset())


def _apart(
    connection: Connection, way: Way, as_of: date, known_at: datetime | None
) -> Asked | None:
    """Ask for each part in one snapshot, overlaying live."""
    with _snapshot(connection):
        parcel = parcels.one(connection, way, as_of, known_at)
        if parcel is None:
            return None
        until = time.monotonic() + PATIENCE_S
        names = [row["id"] for row in connection.execute("SELECT id FROM theme").fetchall()]
        overlaps: dict[str, list[Overlap] | None] = dict.fromkeys(names)

        def overlay(themes: Sequence[str]) -> None:
            found: dict[str, list[Overlap]] = {theme: [] for theme in themes}
            rows = layers.overlaps(connection, parcel.key, as_of, list(themes), known_at)
            for overlap in rows:
                found[overlap.row["theme_id"]].append(overlap)
            overlaps.update(found)

        nearest: list[Near] = []
        streets: list[StreetLine] = []
        answered: list[str] = []

        def look(kinds: Sequence[str]) -> None:
            near_by, beside = layers.near(connection, parcel.key, as_of, tuple(kinds), known_at)
            nearest.extend(near_by)
            streets.extend(beside)
            answered.extend(kinds)

        _each(connection, names, overlay, until)
        _each(connection, KINDS, look, until)
    failed = {theme for kind, theme in KIND_THEMES.items() if kind not in answered}
    return Asked(parcel, overlaps, nearest, streets, frozenset(failed))


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """Hold one moment of the register; short waits, so that a dead source is soon known."""
    fresh = connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction():
        if fresh:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL lock_timeout = '500ms'")
        connection.execute("SET LOCAL statement_timeout = '2s'")
        yield


def _each(
    connection: Connection,
    names: Sequence[str],
    ask: Callable[[Sequence[str]], None],
    until_s: float,
) -> None:
    """Ask for all names at once; if that fails, for each alone while there is time."""
    for some in (names, *[(name,) for name in names]):
        if time.monotonic() > until_s:
            return
        try:
            with connection.transaction():
                ask(some)
        except psycopg.Error:
            if connection.closed or connection.broken:
                raise
        else:
            if some is names:
                return
