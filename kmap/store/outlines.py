"""Which plots a drawn outline meets, and which themes have data on it; its overlay is a plot's."""

from datetime import date

from kmap.store.layers import Outline
from kmap.store.parcels import moment
from kmap.store.pool import Connection, Row

MOST_PLOTS = 50

_O = "WITH o AS (SELECT ST_SetSRID(ST_GeomFromWKB(%(shape)s), 32643) AS geom)"
_HOLDS = """range_contains_elem({0}.valid, %(as_of)s::date)
  AND range_contains_elem({0}.known, %(known_at)s::timestamptz)"""
_PLOTS = f"""{_O}
SELECT p.public_id, p.village_code, p.survey_no, p.subdivision, p.invented, p.drawn_area_m2,
       ST_Area(ST_Intersection(p.geom, o.geom)) AS area_m2
FROM o JOIN plot p ON p.geom && o.geom AND ST_Intersects(p.geom, o.geom)
WHERE {_HOLDS.format("p")}
ORDER BY area_m2 DESC, p.public_id LIMIT %(most)s
"""  # noqa: S608
_COVERAGE = f"""{_O}
SELECT c.theme_id, c.level, max(c.load_id) AS load_id,
       ST_CoveredBy((SELECT geom FROM o), ST_Union(c.geom)) AS whole
FROM o JOIN coverage c ON ST_Intersects(c.geom, o.geom)
WHERE {_HOLDS.format("c")}
GROUP BY c.theme_id, c.level ORDER BY c.theme_id, c.level
"""  # noqa: S608


def plots(connection: Connection, shape: bytes, as_of: date) -> list[Row]:
    """Return the plots an outline (WKB, EPSG:32643) meets, most first; one over ``MOST_PLOTS``."""
    wanted = {"shape": shape, "most": MOST_PLOTS + 1, **moment(as_of, None)}
    return connection.execute(_PLOTS, wanted).fetchall()


def coverage(connection: Connection, outline: Outline, as_of: date) -> dict[str, list[Row]]:
    """Return which themes have data on an outline, and whether they cover all of it."""
    found: dict[str, list[Row]] = {}
    wanted = {**outline.values(), **moment(as_of, None)}
    for row in connection.execute(_COVERAGE, wanted).fetchall():
        found.setdefault(row["theme_id"], []).append(row)
    return found
