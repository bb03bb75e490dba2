"""Writing layers: COPY into the land register, with a record of each load.

Rows come checked (``kmap.land.loading``); here they only go in. Geometry is shapely, EPSG:32643.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange
from shapely.geometry.base import BaseGeometry

from kmap.store.columns import GROUND_SRID
from kmap.store.pool import Connection, Row


@dataclass(frozen=True)
class Source:
    """Where a layer comes from; ``accuracy_m`` is the positional accuracy declared for it."""

    source_en: str
    source_ml: str
    source_date: date | None = None
    source_scale: str | None = None
    accuracy_m: float = 0.0
    licence: str = ""
    invented: bool = False


def find_load(connection: Connection, kind: str, theme: str | None, checksum: str) -> Row | None:
    """Return the record of an earlier load of the same bytes, if there is one.

    A load that took no row is forgotten: what it lacked (a village, an office) may be there now.
    """
    same = (kind, theme or "", checksum)
    where = "WHERE kind = %s AND coalesce(theme_id, '') = %s AND checksum = %s"
    connection.execute(f"DELETE FROM layer_load {where} AND rows = 0", same)  # noqa: S608
    return connection.execute(f"SELECT * FROM layer_load {where}", same).fetchone()  # noqa: S608


def record_load(
    connection: Connection, kind: str, theme: str | None, checksum: str, source: Source
) -> int:
    """Open the record of a load and return its id; ``finish_load`` fills in the counts."""
    row = connection.execute(
        "INSERT INTO layer_load (kind, theme_id, source_en, source_ml, source_date, source_scale,"
        " accuracy_m, licence, checksum, rows, invented)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s) RETURNING id",
        (
            kind,
            theme,
            source.source_en,
            source.source_ml,
            source.source_date,
            source.source_scale,
            source.accuracy_m,
            source.licence,
            checksum,
            source.invented,
        ),
    ).fetchone()
    return int((row or {})["id"])


def finish_load(connection: Connection, load_id: int, rows: int, refused: int) -> None:
    """Write how many rows went in and how many were refused."""
    connection.execute(
        "UPDATE layer_load SET rows = %s, refused = %s WHERE id = %s", (rows, refused, load_id)
    )


def copy_rows(connection: Connection, table: str, rows: Sequence[Row]) -> int:
    """COPY rows (all with the same keys) into a table; return how many."""
    if not rows:
        return 0
    columns = list(rows[0])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_cell(row[column]) for column in columns])
    return len(rows)


def _cell(value: Any) -> Any:
    if isinstance(value, BaseGeometry):
        return shapely.to_wkb(value, hex=True, include_srid=True, output_dimension=2)
    if isinstance(value, dict | list):
        return Jsonb(value)
    return value


def ground(shape: BaseGeometry) -> BaseGeometry:
    """Mark a shape as lying in EPSG:32643."""
    marked: BaseGeometry = shapely.set_srid(shape, GROUND_SRID)
    return marked


def from_day(day: date | None, until: date | None = None) -> DateRange:
    """Return the days from ``day`` on, up to but not on ``until``."""
    return DateRange(day, until, "[)" if day else "()")


def existing(connection: Connection, table: str, column: str, keys: Iterable[str]) -> set[str]:
    """Return which of the keys a table already holds."""
    statement = sql.SQL("SELECT {0} AS key FROM {1} WHERE {0} = ANY(%s)").format(
        sql.Identifier(column), sql.Identifier(table)
    )
    return {row["key"] for row in connection.execute(statement, (list(keys),)).fetchall()}


def villages(connection: Connection, codes: Iterable[str], *, invented: bool) -> set[str]:
    """Return which codes are villages of this world: the real one, or the invented town's."""
    statement = "SELECT code FROM village WHERE code = ANY(%s) AND invented = %s"
    return {r["code"] for r in connection.execute(statement, (list(codes), invented)).fetchall()}


def add_restrictions(connection: Connection, rows: Sequence[Row], shapes: Sequence[Any]) -> int:
    """Add restrictions with their shapes; an older version known under the same id is closed.

    ``shapes[i]`` is the list of single-dimension shapes of ``rows[i]``. Returns the rows added.
    """
    ids = [row["public_id"] for row in rows]
    connection.execute(
        "UPDATE restriction SET known = tstzrange(lower(known), now())"
        " WHERE public_id = ANY(%s) AND upper_inf(known) AND lower(known) < now()",
        (ids,),
    )
    copy_rows(connection, "restriction", rows)
    numbers = connection.execute(
        "SELECT id, public_id FROM restriction WHERE public_id = ANY(%s) AND upper_inf(known)",
        (ids,),
    )
    number = {row["public_id"]: row["id"] for row in numbers.fetchall()}
    geoms = [
        {
            "restriction_id": number[row["public_id"]],
            "dimension": shapely.get_dimensions(part),
            "geom": ground(part),
        }
        for row, parts in zip(rows, shapes, strict=True)
        for part in parts
    ]
    copy_rows(connection, "restriction_geom", geoms)
    return len(rows)


def save_zone_types(connection: Connection, rows: Sequence[Row]) -> None:
    """Add zone types; the same code again replaces what was there."""
    codes = [row["code"] for row in rows]
    connection.execute("DELETE FROM zone_type WHERE code = ANY(%s)", (codes,))
    copy_rows(connection, "zone_type", rows)


def remove_invented(connection: Connection) -> None:
    """Take the invented town out again, whole; real layers stay."""
    statement = sql.SQL(
        "DELETE FROM {} WHERE load_id IN (SELECT id FROM layer_load WHERE invented)"
    )
    tables = "evidence restriction coverage raster plot ward building local_body village feature"
    for table in tables.split():
        connection.execute(statement.format(sql.Identifier(table)))
    connection.execute("DELETE FROM zone_type WHERE invented")
    connection.execute("DELETE FROM document WHERE invented")
    connection.execute("DELETE FROM layer_load WHERE invented")


def analyse(connection: Connection) -> None:
    """Let the planner learn what was loaded."""
    connection.execute("ANALYZE")


def add_raster(connection: Connection, load_id: int, theme: str, row: Row) -> None:
    """Add an elevation model: path, cell_m, geom (its frame), invented."""
    copy_rows(connection, "raster", [{"theme_id": theme, "load_id": load_id, **row}])


def place_buildings(connection: Connection) -> None:
    """Tell each building its local body and ward, from its footprint or its plot."""
    connection.execute(
        """
        UPDATE building b SET local_body_code = l.code, ward_code = w.code
        FROM building c
        LEFT JOIN plot p ON p.public_id = c.plot_id AND upper_inf(p.valid)
        CROSS JOIN LATERAL (SELECT ST_PointOnSurface(coalesce(c.geom, p.geom)) AS spot) s
        LEFT JOIN local_body l ON ST_Contains(l.geom, s.spot) AND l.invented = c.invented
        LEFT JOIN ward w ON ST_Contains(w.geom, s.spot) AND w.invented = c.invented
        WHERE c.id = b.id AND b.local_body_code IS NULL
        """
    )
