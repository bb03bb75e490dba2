"""Finding plots by what people type: number, village and number, id, or the name of a place."""

from typing import Any

from kmap.store.pool import Connection, Row

_PLOT = """
SELECT p.public_id, p.survey_no, p.subdivision, p.block, p.village_code, v.name_en, v.name_ml,
       ST_X(c.centre) AS lon, ST_Y(c.centre) AS lat, p.invented
FROM plot p JOIN village v ON v.code = p.village_code
CROSS JOIN LATERAL (SELECT ST_Transform(ST_PointOnSurface(p.geom), 4326) AS centre) c
"""
_BY_ID = _PLOT + "WHERE p.public_id = %(id)s AND upper_inf(p.valid) AND upper_inf(p.known)"
_BY_NUMBER = (
    _PLOT  # noqa: S608
    + """
WHERE upper_inf(p.valid) AND upper_inf(p.known)
  AND p.village_code IN (SELECT code FROM village WHERE %(name)s = '' OR lower(code) = %(name)s
                         OR search_key LIKE %(name)s || '%%'
                         OR search_key_ml LIKE %(name)s || '%%')
  AND (p.search_key = %(number)s OR p.search_key LIKE %(number)s || '/%%')
ORDER BY p.search_key <> %(number)s, p.village_code, p.block,
         length(p.search_key), p.search_key LIMIT %(limit)s
"""
)
_BY_PLACE = """
SELECT f.kind, f.name_en AS place_en, f.name_ml AS place_ml, n.*
FROM feature f
CROSS JOIN LATERAL (
    SELECT p.public_id, p.survey_no, p.subdivision, p.block, p.village_code, v.name_en, v.name_ml,
           ST_X(ST_Transform(ST_PointOnSurface(p.geom), 4326)) AS lon,
           ST_Y(ST_Transform(ST_PointOnSurface(p.geom), 4326)) AS lat, p.invented
    FROM plot p JOIN village v ON v.code = p.village_code
    WHERE upper_inf(p.valid) AND upper_inf(p.known) ORDER BY p.geom <-> f.geom LIMIT 1) n
WHERE f.kind IN ('place', 'station', 'monument') AND f.name_en IS NOT NULL
  AND upper_inf(f.known)
"""


def search(connection: Connection, asked: Any, limit: int) -> list[Row]:
    """Return plots, best first; ``asked`` is a ``kmap.land.search.Query``."""
    if asked.plot_id:
        rows = connection.execute(_BY_ID, {"id": asked.plot_id}).fetchall()
    elif asked.number:
        wanted = {"name": asked.name, "number": asked.number, "limit": limit}
        rows = connection.execute(_BY_NUMBER, wanted).fetchall()
    else:
        return []
    return [_found(row) for row in rows[:limit]]


def places(connection: Connection) -> list[Row]:
    """Return every named place of the register with the plot nearest to it."""
    rows = connection.execute(_BY_PLACE).fetchall()
    named = {"en": "place_en", "ml": "place_ml"}
    return [
        {**_found(row), "place": {lang: row[column] for lang, column in named.items()}}
        for row in rows
    ]


def _found(row: Row) -> Row:
    number = "/".join(part for part in (row["survey_no"], row["subdivision"]) if part)
    return {
        "id": row["public_id"],
        "survey_no": row["survey_no"],
        "subdivision": row["subdivision"],
        "block": row["block"],
        "village_code": row["village_code"],
        "village": {"en": row["name_en"], "ml": row["name_ml"]},
        "label": {lang: f"{row[f'name_{lang}']} {number}" for lang in ("en", "ml")},
        "lon": round(row["lon"], 7),
        "lat": round(row["lat"], 7),
        "invented": row["invented"],
    }
