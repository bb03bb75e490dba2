"""The register in bulk: many plots at a time with what they share with restrictions.

What a land answer asks of one plot, asked of all: as the law was on a day, as known now. Shapes
are shapely, EPSG:32643.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg.rows import tuple_row

from kmap.store.pool import Connection, Row

CHUNK = 50_000
"""Plots read at a time."""

_PLOTS = """
SELECT p.id, p.tile_id, p.public_id, ST_AsBinary(p.geom), p.deed_area_m2, p.drawn_area_m2,
       p.invented
FROM plot p
WHERE p.valid @> %(as_of)s::date AND upper_inf(p.known) ORDER BY p.id
"""
_PAIRS = """
SELECT x.plot_id, x.restriction_id, x.dimension, coalesce(x.size, 'infinity'),
       coalesce(x.least, 'infinity'), coalesce(x.most, 'infinity'), coalesce(x.distance, 0),
       x.slack
FROM plot_restriction x JOIN restriction r ON r.id = x.restriction_id
WHERE x.plot_id BETWEEN %(first)s AND %(last)s
  AND r.valid @> %(as_of)s::date AND upper_inf(r.known) AND r.status <> 'repealed'
ORDER BY x.plot_id
"""
_RESTRICTIONS = """
SELECT r.id, r.theme_id, r.status, r.value, r.zone_code FROM restriction r
WHERE r.valid @> %(as_of)s::date AND upper_inf(r.known) AND r.status <> 'repealed'
ORDER BY r.id
"""
_COVERAGE = """
SELECT c.theme_id, ST_AsBinary(c.geom) FROM coverage c
WHERE c.level = 'complete' AND c.valid @> %(as_of)s::date AND upper_inf(c.known) ORDER BY c.id
"""
_BODIES = """
SELECT code, family, body_class, panchayat_category, invented, ST_AsBinary(geom) FROM local_body
WHERE valid @> %(as_of)s::date AND geom IS NOT NULL ORDER BY code
"""
_FEATURES = """
SELECT f.kind, f.class, f.width_m, f.invented, ST_AsBinary(f.geom) FROM feature f
WHERE f.kind = ANY(%(kinds)s) AND f.valid @> %(as_of)s::date AND upper_inf(f.known) ORDER BY f.id
"""
_RASTERS = """
SELECT path, cell_m, invented, ST_AsBinary(geom) FROM raster ORDER BY cell_m, load_id
"""


@dataclass(frozen=True, eq=False, slots=True)
class PlotChunk:
    """Some plots, in the order of their keys; areas in square metres, NaN where not known."""

    keys: NDArray[np.int64]
    tile_ids: NDArray[np.int64]
    public_ids: Sequence[str]
    shapes: NDArray[np.object_]
    deed_m2: NDArray[np.float64]
    drawn_m2: NDArray[np.float64]
    invented: NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class PairChunk:
    """Overlaps of a chunk's plots: ``plot`` is a place in the chunk; sizes m2 or m.

    A size is infinite where the plot lies wholly inside, whichever way the lines lie.
    """

    plot: NDArray[np.int64]
    restriction: NDArray[np.int64]
    dimension: NDArray[np.int64]
    size: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    distance: NDArray[np.float64]
    slack: NDArray[np.float64]


@contextmanager
def one_view(connection: Connection) -> Iterator[None]:
    """Read everything as it stood at one moment, however long it takes."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL statement_timeout = 0")
        yield


def plot_chunks(connection: Connection, as_of: date, size: int = CHUNK) -> Iterator[PlotChunk]:
    """Yield every plot that holds on a day."""
    with psycopg.ServerCursor(connection, "bulk_plots", row_factory=tuple_row) as cursor:
        cursor.itersize = size
        cursor.execute(_PLOTS, {"as_of": as_of}, binary=True)
        while rows := cursor.fetchmany(size):
            keys, tiles, names, wkb, deed, drawn, invented = zip(*rows, strict=True)
            yield PlotChunk(
                np.array(keys, np.int64),
                np.array(tiles, np.int64),
                names,
                shapely.from_wkb(np.array(wkb, object)),
                np.array(deed, np.float64),
                np.array(drawn, np.float64),
                np.array(invented, np.bool_),
            )


def pair_chunk(connection: Connection, plots: PlotChunk, as_of: date) -> PairChunk:
    """Return the overlaps of a chunk's plots with the restrictions that stand."""
    wanted = {
        "first": int(plots.keys[0]),
        "last": int(plots.keys[-1]),
        "as_of": as_of,
    }
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        rows = cursor.execute(_PAIRS, wanted).fetchall()
    table = np.array(rows, np.float64).reshape(-1, 8)
    place = np.searchsorted(plots.keys, table[:, 0].astype(np.int64))
    place = np.minimum(place, len(plots.keys) - 1)
    table = table[plots.keys[place] == table[:, 0]]
    at = np.searchsorted(plots.keys, table[:, 0].astype(np.int64))
    whole = table[:, 1:3].astype(np.int64)
    return PairChunk(at, whole[:, 0], whole[:, 1], *table[:, 3:].T)


def restrictions(connection: Connection, as_of: date) -> list[Row]:
    """Return id, theme_id, status, value and zone_code of every restriction that stands."""
    return connection.execute(_RESTRICTIONS, {"as_of": as_of}).fetchall()


def coverage(connection: Connection, as_of: date) -> list[tuple[Any, ...]]:
    """Return (theme, shape) of every area with complete data."""
    return _shaped(connection, _COVERAGE, as_of)


def bodies(connection: Connection, as_of: date) -> list[tuple[Any, ...]]:
    """Return (code, family, body_class, panchayat_category, invented, shape)."""
    return _shaped(connection, _BODIES, as_of)


def features(connection: Connection, as_of: date, kinds: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return (kind, class, width_m, invented, shape)."""
    return _shaped(connection, _FEATURES, as_of, {"kinds": list(kinds)})


def rasters(connection: Connection, as_of: date) -> list[tuple[Any, ...]]:
    """Return (path, cell_m, invented, frame) of every elevation model, finest first."""
    return _shaped(connection, _RASTERS, as_of)


def pairs_are_whole(connection: Connection) -> bool:
    """Say whether every overlap is worked out."""
    return connection.execute("SELECT FROM pairs_due LIMIT 1").fetchone() is None


def _shaped(
    connection: Connection, statement: LiteralString, as_of: date, more: Row | None = None
) -> list[tuple[Any, ...]]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(statement, {"as_of": as_of, **(more or {})}).fetchall()
    return [(*row[:-1], shapely.from_wkb(bytes(row[-1]))) for row in rows]
