"""Finding a plot and what it lies in: one statement, whichever way it is asked for.

Returns the plot, its village, local body and ward, which themes have data there, the
buildings on it and what registers say of it: as the law was on a day, as known at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from shapely.geometry import Polygon

from kmap.store.pool import Connection, Row

Way = tuple[str, Mapping[str, Any]]
"""How a plot is asked for: a key of ``WHERE``, and the values it names."""


@dataclass(frozen=True)
class Parcel:
    """A plot as the register held it at a time; ``shape`` in EPSG:32643.

    ``version`` is the newest load the register then held, ``known_at`` the time of that load.
    """

    key: int
    row: Row
    shape: Polygon
    coverage: dict[str, list[Row]]
    buildings: list[Row]
    evidence: list[Row]
    rasters: list[Row]
    version: int
    known_at: datetime

    @property
    def drawn_m2(self) -> float:
        """The area of the drawn plot, square metres on the map grid."""
        return float(self.row["drawn_area_m2"])

    @property
    def accuracy_m(self) -> float:
        """How far a corner may lie from the truth, metres."""
        return float(self.row["accuracy_m"])


def moment(as_of: date, known_at: datetime | None) -> Row:
    """Return the two times every statement of the answer names.

    They are asked as ``range_contains_elem``: a generic plan takes ``@>`` for one row in 200, and
    then walks the ranges of a million plots. The function it takes for one in three, unindexed.
    A row that is still open holds at ``infinity``: that is "as known now" without a clock. Rows
    without ``known`` come and stay with their load: those of later loads were not known.
    """
    return {"as_of": as_of, "known_at": known_at.isoformat() if known_at else "infinity"}


COLUMNS = """
       p.id, p.tile_id, p.public_id, p.village_code, p.block, p.survey_no, p.subdivision, p.ulpin,
       p.deed_area_m2, p.drawn_area_m2, p.accuracy_m, p.source, p.invented, p.load_id,
       ST_AsBinary(p.geom) AS shape,
       ST_AsGeoJSON(ST_Transform(p.geom, 4326), 7)::json AS geojson,
       ST_X(s.centre) AS lon, ST_Y(s.centre) AS lat,
       v.name_en AS village_en, v.name_ml AS village_ml,
       n.id AS version, n.loaded_at AS known_at,
       (SELECT to_json(b) FROM (
            SELECT l.code, l.name_en, l.name_ml, l.family, l.body_class, l.panchayat_category
            FROM local_body l
            WHERE ST_Contains(l.geom, s.spot) AND l.invented = p.invented
              AND range_contains_elem(l.valid, %(as_of)s::date) AND l.load_id <= n.id
            ORDER BY l.code LIMIT 1) b) AS body,
       (SELECT to_json(b) FROM (
            SELECT w.code, w.number, w.name_en, w.name_ml FROM ward w
            WHERE ST_Contains(w.geom, s.spot) AND w.invented = p.invented
              AND range_contains_elem(w.valid, %(as_of)s::date) AND w.load_id <= n.id
            ORDER BY w.code LIMIT 1) b) AS ward,
       (SELECT json_agg(c ORDER BY c.theme_id, c.level) FROM (
            SELECT c.theme_id, c.level, max(c.load_id) AS load_id,
                   bool_or(c.whole) OR count(*) > 1 AND ST_CoveredBy(p.geom, ST_Union(
                       array_agg(ST_ClipByBox2D(c.geom, ST_Expand(p.geom, 2)::box2d)))) AS whole
            FROM (SELECT c.*, ST_CoveredBy(p.geom, c.geom) AS whole FROM coverage c
                  WHERE ST_Intersects(c.geom, p.geom)
                    AND range_contains_elem(c.valid, %(as_of)s::date)
                    AND range_contains_elem(c.known, %(known_at)s::timestamptz)) c
            GROUP BY c.theme_id, c.level) c) AS coverage,
       (SELECT json_agg(b ORDER BY b.id) FROM (
            SELECT b.id, b.name_en, b.name_ml, b.occupancy, b.storeys, b.height_m
            FROM building b WHERE b.plot_id = p.public_id AND b.load_id <= n.id) b) AS buildings,
       (SELECT json_agg(e ORDER BY e.theme_id, e.record, e.value) FROM (
            SELECT e.theme_id, e.record, e.value, e.dated, e.holder_en, e.holder_ml, e.says_en,
                   e.says_ml, e.governs_en, e.governs_ml, e.correction_en, e.correction_ml
            FROM evidence e
            WHERE e.plot_id = p.public_id
              AND range_contains_elem(e.known, %(known_at)s::timestamptz)) e) AS evidence,
       (SELECT json_agg(g ORDER BY g.dated, g.parent_id, g.child_id) FROM (
            SELECT g.kind, g.parent_id, g.child_id, g.dated FROM plot_lineage g
            WHERE p.public_id IN (g.parent_id, g.child_id)
              AND g.dated <= %(as_of)s::date) g) AS lineage,
       (SELECT json_agg(r ORDER BY r.cell_m, r.load_id) FROM (
            SELECT r.path, r.cell_m, r.load_id FROM raster r
            WHERE r.geom && p.geom AND r.invented = p.invented AND r.load_id <= n.id) r) AS rasters
"""
FROM = """
FROM plot p
JOIN village v ON v.code = p.village_code
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(p.geom) AS spot,
                           ST_Transform(ST_Centroid(p.geom), 4326) AS centre) s
CROSS JOIN (SELECT id, loaded_at FROM layer_load WHERE loaded_at <= %(known_at)s::timestamptz
            ORDER BY id DESC LIMIT 1) n
WHERE range_contains_elem(p.valid, %(as_of)s::date)
  AND range_contains_elem(p.known, %(known_at)s::timestamptz) AND """
SPOT = "ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 32643)"
WHERE = {
    # the sum keeps the planner from walking all plots in the order of their keys
    "at": f"ST_Intersects(p.geom, {SPOT}) ORDER BY p.id + 0 LIMIT 1",
    "id": "p.public_id = %(public_id)s LIMIT 1",
}
_ONE = {way: f"SELECT {COLUMNS} {FROM} {where}" for way, where in WHERE.items()}
_BY_SURVEY = """
SELECT p.public_id, p.block FROM plot p
WHERE range_contains_elem(p.valid, %(as_of)s::date)
  AND range_contains_elem(p.known, %(known_at)s::timestamptz)
  AND p.village_code = (SELECT code FROM village WHERE lower(code) = %(village)s
                        OR search_key = %(village)s OR search_key_ml = %(village)s
                        ORDER BY lower(code) = %(village)s DESC, code LIMIT 1)
  AND p.search_key = %(key)s AND (%(block)s::text IS NULL OR lower(p.block) = %(block)s)
ORDER BY p.block, p.public_id LIMIT 20
"""


def at(lon: float, lat: float) -> Way:
    """Ask for the plot that holds a point, degrees."""
    return "at", {"lon": lon, "lat": lat}


def named(public_id: str) -> Way:
    """Ask for the plot of a public id."""
    return "id", {"public_id": public_id}


def one(
    connection: Connection, way: Way, as_of: date, known_at: datetime | None = None
) -> Parcel | None:
    """Return the plot asked for, or None."""
    kind, wanted = way
    row = connection.execute(_ONE[kind], {**wanted, **moment(as_of, known_at)}).fetchone()
    return parcel(row) if row else None


def by_id(
    connection: Connection, public_id: str, as_of: date, known_at: datetime | None = None
) -> Parcel | None:
    """Return the plot of a public id, or None."""
    return one(connection, named(public_id), as_of, known_at)


def by_survey(
    connection: Connection,
    village: str,
    block: str | None,
    key: str,
    as_of: date,
    known_at: datetime | None = None,
) -> list[Row]:
    """Return public_id and block of a survey number's plots; village and key folded."""
    wanted = {"village": village, "block": block, "key": key, **moment(as_of, known_at)}
    return connection.execute(_BY_SURVEY, wanted).fetchall()


def body_at(connection: Connection, lon: float, lat: float, as_of: date) -> Row | None:
    """Return the local body that holds a point (degrees): code, name_en, name_ml, invented."""
    found = connection.execute(
        "SELECT code, name_en, name_ml, invented FROM local_body WHERE valid @> %(as_of)s::date"  # noqa: S608
        f" AND ST_Contains(geom, {SPOT}) ORDER BY invented, code LIMIT 1",
        {"lon": lon, "lat": lat, "as_of": as_of},
    )
    return found.fetchone()


def has_village(connection: Connection, village: str) -> bool:
    """Say whether a village of that folded code or name is there."""
    found = connection.execute(
        "SELECT 1 FROM village WHERE lower(code) = %(v)s OR search_key = %(v)s"
        " OR search_key_ml = %(v)s LIMIT 1",
        {"v": village},
    )
    return found.fetchone() is not None


def parcel(row: Row) -> Parcel:
    """Return the plot of a row of ``COLUMNS``."""
    shape = shapely.from_wkb(row["shape"])
    if not isinstance(shape, Polygon):
        raise TypeError(row["public_id"])
    coverage: dict[str, list[Row]] = {}
    for part in row["coverage"] or []:
        coverage.setdefault(part["theme_id"], []).append(part)
    kept: dict[str, Any] = {k: v for k, v in row.items() if k != "shape"}
    return Parcel(
        key=row["id"],
        row=kept,
        shape=shape,
        coverage=coverage,
        buildings=row["buildings"] or [],
        evidence=row["evidence"] or [],
        rasters=row["rasters"] or [],
        version=row["version"],
        known_at=row["known_at"],
    )
