"""Keeping ``plot_restriction`` exact: what each plot shares with each restriction, at load time.

Plots come through a cursor in chunks, with the restrictions about them, so that memory stays
bounded however much is loaded. While ``pairs_due`` holds a row, answers overlay live instead.
"""

from collections.abc import Iterator
from typing import Any, LiteralString

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg.rows import tuple_row

from gis.pairs import Pairs, Pieces, Plots, pairs
from kmap.store.pool import Connection

CHUNK = 20_000
"""Plots measured at a time."""
_KNOWN = (
    "coalesce(extract(epoch FROM lower({0}.known)), '-infinity')::float8,"
    " coalesce(extract(epoch FROM upper({0}.known)), 'infinity')::float8"
)
_PLOT = f"SELECT p.id, ST_AsBinary(p.geom), p.accuracy_m, {_KNOWN.format('p')} FROM plot p "  # noqa: S608
_OF_LOAD = _PLOT + "WHERE p.load_id = %(load)s ORDER BY p.id"
_ALL = _PLOT + "ORDER BY p.id"
_ABOUT_LOAD = f"""{_PLOT}
WHERE p.id IN (
    SELECT q.id FROM restriction r JOIN restriction_piece k ON k.restriction_id = r.id
    CROSS JOIN (SELECT slack_reach(max(accuracy_m)) AS reach_m FROM plot) s
    JOIN plot q ON q.geom && ST_Expand(k.geom, s.reach_m) WHERE r.load_id = %(load)s)
ORDER BY p.id
"""  # noqa: S608
_PIECES = f"""
SELECT k.restriction_id, ST_AsBinary(k.geom), coalesce(r.accuracy_m, l.accuracy_m),
       {_KNOWN.format("r")}
FROM restriction_piece k
JOIN restriction r ON r.id = k.restriction_id
JOIN layer_load l ON l.id = r.load_id
WHERE k.geom && ST_Expand(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 32643),
                         slack_reach(%(accuracy)s))
  AND (%(load)s::bigint IS NULL OR r.load_id = %(load)s)
ORDER BY k.restriction_id, k.geom_id, k.geom
"""  # noqa: S608
Known = tuple[NDArray[np.float64], NDArray[np.float64]]


def renew(connection: Connection, load_id: int, kind: str) -> int:
    """Add the pairs of a load's new plots or restrictions; call it in the load's transaction.

    Closed rows keep their pairs: they are asked for as they were known then. Returns how many
    were added. A shape that cannot be overlaid leaves the pairs due, and answers overlay live.
    """
    if kind == "plots":
        source, pieces_of = _OF_LOAD, None
    elif kind == "restrictions":
        source, pieces_of = _ABOUT_LOAD, load_id
    else:
        return 0
    made = _measure(connection, source, load_id, pieces_of)
    if made is None:
        return 0
    due = "DELETE FROM pairs_due WHERE what = %s || ' ' || pg_current_xact_id()"
    connection.execute(due, (kind,))
    return made


def renew_all(connection: Connection) -> int:
    """Work all pairs out anew, in a transaction of its own; return how many there are."""
    with connection.transaction():
        connection.execute("LOCK TABLE pairs_due IN SHARE ROW EXCLUSIVE MODE")
        connection.execute("SELECT pg_advisory_xact_lock(7301)")
        connection.execute("DELETE FROM plot_restriction")
        made = _measure(connection, _ALL, None, None)
        if made is None:
            return 0
        connection.execute("DELETE FROM pairs_due")
    return made


def _measure(
    connection: Connection, source: LiteralString, load: int | None, pieces_of: int | None
) -> int | None:
    made = 0
    connection.execute("SET LOCAL statement_timeout = 0")
    try:
        for plots, known in _plots(connection, source, load):
            pieces, theirs = _pieces(connection, plots, pieces_of)
            found = pairs(plots, pieces, _both_known(known, theirs))
            _copy(connection, found)
            made += len(found)
    except shapely.errors.GEOSException:
        return None
    return made


def _both_known(plots: Known, pieces: Known) -> Any:
    """Return what tells pairs that were never known at the same time."""

    def keep(p: NDArray[np.int64], k: NDArray[np.int64]) -> NDArray[np.bool_]:
        starts = np.maximum(plots[0][p], pieces[0][k])
        return starts < np.minimum(plots[1][p], pieces[1][k])

    return keep


def _plots(
    connection: Connection, source: LiteralString, load: int | None
) -> Iterator[tuple[Plots, Known]]:
    with psycopg.ServerCursor(connection, "plots_to_pair", row_factory=tuple_row) as cursor:
        cursor.itersize = CHUNK
        cursor.execute(source, {"load": load}, binary=True)
        while rows := cursor.fetchmany(CHUNK):
            keys, shapes, accuracy, known = _columns(rows)
            yield Plots(keys, shapes, accuracy), known


def _pieces(connection: Connection, plots: Plots, load: int | None) -> tuple[Pieces, Known]:
    box = shapely.total_bounds(plots.shapes)
    wanted = {
        **dict(zip(("west", "south", "east", "north"), map(float, box), strict=True)),
        "accuracy": float(plots.accuracy_m.max()),
        "load": load,
    }
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        rows = cursor.execute(_PIECES, wanted).fetchall()
    keys, shapes, accuracy, known = _columns(rows)
    return Pieces(keys, shapes, accuracy), known


def _columns(rows: list[tuple[Any, ...]]) -> tuple[Any, Any, Any, Known]:
    keys, wkb, accuracy, since, until = zip(*rows, strict=True) if rows else ((),) * 5
    numbers = (np.array(column, dtype=np.float64) for column in (accuracy, since, until))
    accuracies, starts, ends = numbers
    shapes = shapely.from_wkb(np.array(wkb, dtype=object))
    return np.array(keys, dtype=np.int64), shapes, accuracies, (starts, ends)


_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"
_KEYS = [("fields", ">i2")] + [
    part
    for name, kind in (
        ("plot", ">i8"),
        ("restriction", ">i8"),
        ("dimension", ">i2"),
        ("slack", ">f8"),
    )
    for part in ((f"{name}_len", ">i4"), (name, kind))
]
_SIZES = ("size", "least", "most", "distance")
_WHOLE = np.dtype(_KEYS + [(f"{name}_len", ">i4") for name in _SIZES])
_CROSSED = np.dtype(
    _KEYS + [part for name in _SIZES for part in ((f"{name}_len", ">i4"), (name, ">f8"))]
)


def _copy(connection: Connection, found: Pairs) -> None:
    """COPY pairs as PostgreSQL's binary rows, laid out by numpy: no Python per row."""
    whole = np.isnan(found.size)
    statement = "COPY plot_restriction FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEAD)
        copy.write(_rows(found, whole, _WHOLE, dict.fromkeys(_SIZES)).tobytes())
        sizes = dict(
            zip(_SIZES, (found.size, found.least, found.most, found.distance_m), strict=True)
        )
        copy.write(_rows(found, ~whole, _CROSSED, sizes).tobytes())
        copy.write(_TAIL)


def _rows(found: Pairs, which: Any, kind: Any, sizes: dict[str, Any]) -> NDArray[Any]:
    """Lay some pairs out; a size of None is NULL."""
    rows = np.empty(int(which.sum()), dtype=kind)
    rows["fields"] = 4 + len(_SIZES)
    keys = {
        "plot": found.plots,
        "restriction": found.restrictions,
        "dimension": found.dimension,
        "slack": found.slack_m,
    }
    for name, values in {**keys, **sizes}.items():
        rows[f"{name}_len"] = -1 if values is None else kind[name].itemsize
        if values is not None:
            rows[name] = values[which]
    return rows
