"""Finding a plot and what it lies in: one statement, whichever way it is asked for.

Returns the plot, its village, local body and ward, which themes have data there, the
buildings on it and what registers say of it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry import Polygon

from kmap.store.pool import Connection, Row


@dataclass(frozen=True)
class Parcel:
    """A plot as the register holds it on a day; ``shape`` in EPSG:32643."""

    key: int
    row: Row
    shape: Polygon
    coverage: dict[str, list[Row]]
    buildings: list[Row]
    evidence: list[Row]
    rasters: list[Row]
    version: int

    @property
    def drawn_m2(self) -> float:
        """The area of the drawn plot, square metres on the map grid."""
        return float(self.row["drawn_area_m2"])

    @property
    def accuracy_m(self) -> float:
        """How far a corner may lie from the truth, metres."""
        return float(self.row["accuracy_m"])


_ABOUT = """
SELECT p.id, p.tile_id, p.public_id, p.village_code, p.block, p.survey_no, p.subdivision, p.ulpin,
       p.deed_area_m2, p.drawn_area_m2, p.accuracy_m, p.source, p.invented, p.load_id,
       ST_AsBinary(p.geom) AS shape,
       ST_AsGeoJSON(ST_Transform(p.geom, 4326), 7)::json AS geojson,
       ST_X(s.centre) AS lon, ST_Y(s.centre) AS lat,
       v.name_en AS village_en, v.name_ml AS village_ml,
       (SELECT max(id) FROM layer_load) AS version,
       (SELECT to_json(b) FROM (
            SELECT l.code, l.name_en, l.name_ml, l.family, l.body_class, l.panchayat_category
            FROM local_body l
            WHERE ST_Contains(l.geom, s.spot) AND l.invented = p.invented
              AND l.valid @> %(as_of)s::date
            ORDER BY l.code LIMIT 1) b) AS body,
       (SELECT to_json(b) FROM (
            SELECT w.code, w.number, w.name_en, w.name_ml FROM ward w
            WHERE ST_Contains(w.geom, s.spot) AND w.invented = p.invented
              AND w.valid @> %(as_of)s::date
            ORDER BY w.code LIMIT 1) b) AS ward,
       (SELECT json_agg(c ORDER BY c.theme_id, c.level) FROM (
            SELECT c.theme_id, c.level, max(c.load_id) AS load_id,
                   bool_or(ST_CoveredBy(p.geom, c.geom)) OR ST_CoveredBy(p.geom, ST_Union(
                       ST_ClipByBox2D(c.geom, ST_Expand(p.geom, 2)::box2d))) AS whole
            FROM coverage c
            WHERE c.geom && p.geom AND ST_Intersects(c.geom, p.geom)
              AND c.valid @> %(as_of)s::date
            GROUP BY c.theme_id, c.level) c) AS coverage,
       (SELECT json_agg(b ORDER BY b.id) FROM (
            SELECT b.id, b.name_en, b.name_ml, b.occupancy, b.storeys, b.height_m
            FROM building b WHERE b.plot_id = p.public_id) b) AS buildings,
       (SELECT json_agg(e ORDER BY e.theme_id, e.record) FROM (
            SELECT e.theme_id, e.record, e.value, e.dated, e.holder_en, e.holder_ml, e.says_en,
                   e.says_ml, e.governs_en, e.governs_ml, e.correction_en, e.correction_ml
            FROM evidence e WHERE e.plot_id = p.public_id) e) AS evidence,
       (SELECT json_agg(r ORDER BY r.cell_m, r.load_id) FROM (
            SELECT r.path, r.cell_m, r.load_id FROM raster r
            WHERE r.geom && p.geom AND r.invented = p.invented) r) AS rasters
FROM plot p
JOIN village v ON v.code = p.village_code
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(p.geom) AS spot,
                           ST_Transform(ST_Centroid(p.geom), 4326) AS centre) s
WHERE p.valid @> %(as_of)s::date
"""
_AT = (
    _ABOUT
    + """
  AND ST_Intersects(p.geom, ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 32643))
ORDER BY p.id LIMIT 1
"""
)
_BY_ID = _ABOUT + " AND p.public_id = %(public_id)s ORDER BY p.id LIMIT 1"
_BY_SURVEY = (
    _ABOUT  # noqa: S608
    + """
  AND p.village_code = (SELECT code FROM village WHERE lower(code) = %(village)s
                        OR search_key = %(village)s OR search_key_ml = %(village)s
                        ORDER BY lower(code) = %(village)s DESC, code LIMIT 1)
  AND p.search_key = %(key)s AND (%(block)s::text IS NULL OR lower(p.block) = %(block)s)
ORDER BY p.block, p.public_id LIMIT 20
"""
)


def at(connection: Connection, lon: float, lat: float, as_of: date) -> Parcel | None:
    """Return the plot that holds a point (degrees), or None."""
    row = connection.execute(_AT, {"lon": lon, "lat": lat, "as_of": as_of}).fetchone()
    return _parcel(row) if row else None


def body_at(connection: Connection, lon: float, lat: float, as_of: date) -> Row | None:
    """Return the local body that holds a point (degrees): code, name_en, name_ml, invented."""
    found = connection.execute(
        "SELECT code, name_en, name_ml, invented FROM local_body WHERE valid @> %(as_of)s::date"
        " AND ST_Contains(geom, ST_Transform(ST_SetSRID("
        "ST_MakePoint(%(lon)s, %(lat)s), 4326), 32643)) ORDER BY invented, code LIMIT 1",
        {"lon": lon, "lat": lat, "as_of": as_of},
    )
    return found.fetchone()


def by_id(connection: Connection, public_id: str, as_of: date) -> Parcel | None:
    """Return the plot of a public id, or None."""
    row = connection.execute(_BY_ID, {"public_id": public_id, "as_of": as_of}).fetchone()
    return _parcel(row) if row else None


def by_survey(
    connection: Connection, village: str, block: str | None, key: str, as_of: date
) -> list[Parcel]:
    """Return the plots of a survey number; village by folded code or name, key folded."""
    wanted = {"village": village, "block": block, "key": key, "as_of": as_of}
    return [_parcel(row) for row in connection.execute(_BY_SURVEY, wanted).fetchall()]


def has_village(connection: Connection, village: str) -> bool:
    """Say whether a village of that folded code or name is there."""
    found = connection.execute(
        "SELECT 1 FROM village WHERE lower(code) = %(v)s OR search_key = %(v)s"
        " OR search_key_ml = %(v)s LIMIT 1",
        {"v": village},
    )
    return found.fetchone() is not None


def _parcel(row: Row) -> Parcel:
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
        version=row["version"] or 0,
    )
