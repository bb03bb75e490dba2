# ruff: noqa: S608  # statements are put together from collections.yaml only; values are parameters
"""Features of the register a page at a time: what OGC API - Features reads (EPSG:32643 inside).

What there is stands in ``collections.yaml``. A page is walked by key, never by offset: rows are
closed, not changed, so a walk pinned to a time of the register meets each feature exactly once
while loads happen. The planner is not trusted with "filter, then order by key, then limit": few
hits are gathered by their own index first, many are walked in order of the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kmap.store.pool import Connection, Pool, Row, connected

MOST_VERTICES = 100_000
"""A page ends before the feature that would take it past so many vertices."""
FEW = 30_000
"""Up to so many hits are gathered by index and sorted; more are walked in order of the key."""
TIMEOUT = "5s"
_DIGITS = {4326: 8, 3857: 3, 32643: 3}
"""Decimals of coordinates: a millimetre, in degrees or metres."""


@dataclass(frozen=True)
class Collection:
    """One collection of the register: texts in both languages, and the parts of its SQL.

    ``properties`` maps a name to its SQL and JSON type; ``filters`` a query parameter to its
    condition; ``exact`` says that ``box`` tests the true shape; ``valid`` and ``known`` whether
    the rows say when they hold in law and when the register held them true.
    """

    id: str
    title: Mapping[str, str]
    says: Mapping[str, str]
    source: str
    key: str
    shape: str
    box: str
    properties: Mapping[str, tuple[str, str]]
    filters: Mapping[str, str]
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str = "geometry-any"
    exact: bool = False
    valid: bool = True
    known: bool = True
    where: str = "true"
    layer: str | None = None

    @property
    def counted(self) -> bool:
        """Whether the key is a number; else it is a text."""
        return self.key == "t.id" and "building" not in self.properties


@dataclass(frozen=True)
class Area:
    """A rectangle in EPSG:4326 or EPSG:32643; its sides may have no length."""

    west: float
    south: float
    east: float
    north: float
    srid: int


@dataclass(frozen=True)
class Asked:
    """What a page holds: at most ``limit`` features after the key ``after``.

    ``days`` is a PostgreSQL daterange, ``known_at`` the time of the register; None leaves it out.
    """

    limit: int
    crs: int = 4326
    after: str | int | None = None
    area: Area | None = None
    days: str | None = None
    known_at: datetime | None = None
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Features of one page, in order of their keys; ``more`` says that others follow."""

    rows: list[Row]
    more: bool


@cache
def collections() -> Mapping[str, Collection]:
    """Return the collections by id."""
    path = Path(__file__).with_name("collections.yaml")
    book: dict[str, dict[str, Any]] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return {name: _collection(name, dict(parts)) for name, parts in book.items()}


def _collection(name: str, parts: dict[str, Any]) -> Collection:
    properties = {key: (sql, kind) for key, (sql, kind) in parts.pop("properties").items()}
    for column in ("valid", "known"):
        if parts.get(column, True):
            properties |= {key: (sql, kind) for key, (sql, kind) in _TIMES[column].items()}
    return Collection(name, source=parts.pop("from"), properties=properties, **parts)


_TIMES = {
    "valid": {
        "valid_from": ("lower(t.valid)", "date"),
        "valid_to": ("upper(t.valid) - 1", "date"),
    },
    "known": {
        "known_from": ("lower(t.known)", "date-time"),
        "known_to": ("upper(t.known)", "date-time"),
    },
}


class Features:
    """Reads collections; safe between threads."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def state(self) -> tuple[int, datetime | None]:
        """Return the version of the register (0: nothing loaded) and the time of its last load.

        That time, not the clock's, is what a walk is pinned to: a load under way would close
        rows as of a moment before the clock's.
        """
        with connected(self._pool) as connection:
            row = connection.execute(_STATE).fetchone() or {}
        return int(row["version"]), row["loaded_at"]

    def page(self, collection: Collection, asked: Asked) -> Page:
        """Return one page. Raises DatabaseAwayError, also after five seconds."""
        values = _values(asked)
        with connected(self._pool) as connection, connection.transaction():
            connection.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
            few = _selects(asked) and _are_few(connection, collection, asked, values)
            rows = connection.execute(_page_sql(collection, asked, few=few), values).fetchall()
        more = bool(rows) and rows[-1].pop("more")
        for row in rows[:-1]:
            del row["more"]
        return Page(rows, more)

    def one(self, collection: Collection, key: str | int, crs: int) -> Row | None:
        """Return one feature by its key, whether or not it still holds; None if there is none."""
        shape = _written(collection.shape, crs)
        sql = (
            f"SELECT {collection.key} AS key, {_columns(collection)}, {shape} AS shape"
            f" FROM {collection.source} WHERE {collection.key} = %(key)s AND {collection.where}"
        )
        with connected(self._pool) as connection:
            return connection.execute(sql, {"key": key}).fetchone()

    def extent(self, collection: Collection) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north of a collection, degrees; None if it is empty."""
        with connected(self._pool) as connection:
            row = connection.execute(_extent_sql(collection)).fetchone() or {}
        found = [row[side] for side in ("west", "south", "east", "north")]
        return None if found[0] is None else tuple(found)


def _selects(asked: Asked) -> bool:
    return asked.area is not None or bool(asked.filters)


def _values(asked: Asked) -> Row:
    values: Row = {"limit": asked.limit, "after": asked.after, "most": MOST_VERTICES}
    values |= {"days": asked.days, "known_at": asked.known_at}
    values |= {f"f_{name}": value for name, value in asked.filters.items()}
    if asked.area:
        area = asked.area
        values |= {"west": area.west, "south": area.south, "east": area.east, "north": area.north}
        values["step"] = max(area.east - area.west, area.north - area.south, 1e-6) / 32
    return values


def _are_few(connection: Connection, collection: Collection, asked: Asked, values: Row) -> bool:
    """Say whether the box and the filters leave few rows; counts no further than needed."""
    sql = (
        f"WITH {_area_sql(asked)} SELECT count(*) AS n FROM (SELECT FROM {collection.source}"
        f" WHERE {' AND '.join(_selecting(collection, asked))} LIMIT {FEW + 1}) s"
    )
    row = connection.execute(sql, values).fetchone() or {}
    return int(row["n"]) <= FEW


def _page_sql(collection: Collection, asked: Asked, *, few: bool) -> str:
    """Return the statement of a page; values go in as parameters, never as text."""
    conditions = [collection.where, *_holding(collection, asked)]
    selecting = _selecting(collection, asked)
    hits = f"hit AS MATERIALIZED (SELECT {collection.key} AS key FROM {collection.source}"
    if few:
        hits += f" WHERE {' AND '.join([*selecting, *conditions])}"
        hits += " ORDER BY 1 LIMIT %(limit)s + 1)"
    else:  # wrapped, so that no index but the key's is of use
        walked = [f"coalesce({condition}, false)" for condition in selecting]
        hits += f" WHERE {' AND '.join([*conditions, *walked])}"
        hits += f" ORDER BY {collection.key} LIMIT %(limit)s + 1)"
    return f"""
WITH {_area_sql(asked)}, {hits},
found AS MATERIALIZED (
    SELECT {collection.key} AS key, {collection.shape} AS geom, {_columns(collection)}
    FROM {collection.source} WHERE {collection.key} IN (SELECT key FROM hit)),
told AS (
    SELECT *, row_number() OVER w AS nth, lead(key) OVER w IS NOT NULL AS more,
           sum(coalesce(ST_NPoints(geom), 0)) OVER w - coalesce(ST_NPoints(geom), 0) AS before
    FROM found WINDOW w AS (ORDER BY key))
SELECT key, {", ".join(f'"{name}"' for name in collection.properties)}, more,
       {_written("geom", asked.crs)} AS shape
FROM told WHERE nth <= %(limit)s AND before < %(most)s ORDER BY key"""


def _area_sql(asked: Asked) -> str:
    """Return the box as a table of one row; its sides are bent as the projection bends them."""
    area = asked.area
    if area is None:
        return "box AS (SELECT NULL::geometry AS area)"
    corners = "ST_MakeLine(ST_MakePoint(%(west)s, %(south)s), ST_MakePoint(%(east)s, %(north)s))"
    made = f"ST_Envelope(ST_SetSRID({corners}, {area.srid}))"
    if area.srid != 32643:
        made = f"ST_Transform(ST_Segmentize({made}, %(step)s), 32643)"
    return f"box AS MATERIALIZED (SELECT {made} AS area)"


def _selecting(collection: Collection, asked: Asked) -> list[str]:
    """Return the conditions of the box and the filters."""
    found = [
        "(" + collection.filters[name].format(value=f"%(f_{name})s") + ")"
        for name in asked.filters
    ]
    if asked.area:
        area = "(SELECT area FROM box)"
        found.append("(" + collection.box.format(area=area) + ")")
        if not collection.exact:
            found.append(f"ST_Intersects({collection.shape}, {area})")
    return found


def _holding(collection: Collection, asked: Asked) -> list[str]:
    """Return the conditions of the page's place, of the law's day and of the register's time."""
    found = []
    if asked.after is not None:
        found.append(f"{collection.key} > %(after)s")
    if collection.valid and asked.days is not None:
        found.append("t.valid && %(days)s::daterange")
    if collection.known and asked.known_at is not None:
        found.append("t.known @> %(known_at)s::timestamptz")
    return found


def _columns(collection: Collection) -> str:
    return ", ".join(f'{sql} AS "{name}"' for name, (sql, _) in collection.properties.items())


def _written(shape: str, crs: int) -> str:
    moved = shape if crs == 32643 else f"ST_Transform({shape}, {crs})"
    return f"ST_AsGeoJSON({moved}, {_DIGITS[crs]}, 0)"


def _extent_sql(collection: Collection) -> str:
    shapes = f"SELECT {collection.shape} AS geom FROM {collection.source}"
    return f"""
SELECT ST_XMin(b) AS west, ST_YMin(b) AS south, ST_XMax(b) AS east, ST_YMax(b) AS north
FROM (SELECT ST_Transform(ST_SetSRID(ST_Extent(s.geom)::geometry, 32643), 4326) AS b
      FROM ({shapes} WHERE {collection.where}) s) e"""


# the load's own time, since rows begin and end to be known at that time
_STATE = """
SELECT coalesce(max(id), 0) AS version, max(loaded_at) AS loaded_at FROM layer_load
"""
