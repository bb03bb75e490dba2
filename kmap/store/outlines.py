"""A drawn outline against the register: which plots it meets, what lies on it, what is near.

The same sizes and bounds as for plots (see ``layers``), worked out live: an outline is asked once.
"""

from dataclasses import dataclass
from datetime import date

from kmap.store.layers import MONUMENT_CLASSES, NEAREST_KINDS, Near, Overlap
from kmap.store.pool import Connection, Row

MOST_PLOTS = 50


@dataclass(frozen=True)
class Drawn:
    """An outline as it is asked about: WKB in EPSG:32643, and how exact it is, metres."""

    shape: bytes
    accuracy_m: float
    as_of: date

    def values(self) -> Row:
        """Return what the statements name."""
        return {"shape": self.shape, "accuracy": self.accuracy_m, "as_of": self.as_of}


_O = "WITH o AS (SELECT ST_SetSRID(ST_GeomFromWKB(%(shape)s), 32643) AS geom)"
_PLOTS = f"""{_O}
SELECT p.public_id, p.village_code, p.survey_no, p.subdivision, p.invented, p.drawn_area_m2,
       ST_Area(ST_Intersection(p.geom, o.geom)) AS area_m2
FROM o JOIN plot p ON p.geom && o.geom AND ST_Intersects(p.geom, o.geom)
WHERE p.valid @> %(as_of)s::date AND upper_inf(p.known)
ORDER BY area_m2 DESC, p.public_id LIMIT %(most)s
"""  # noqa: S608
_COVERAGE = f"""{_O}
SELECT c.theme_id, c.level, max(c.load_id) AS load_id,
       ST_CoveredBy((SELECT geom FROM o), ST_Union(c.geom)) AS whole
FROM o JOIN coverage c ON ST_Intersects(c.geom, o.geom)
WHERE c.valid @> %(as_of)s::date AND upper_inf(c.known)
GROUP BY c.theme_id, c.level ORDER BY c.theme_id, c.level
"""  # noqa: S608
_OVERLAPS = f"""{_O},
near AS (
    SELECT k.restriction_id, k.geom, ST_Dimension(k.geom) AS dimension,
           (%(accuracy)s + coalesce(r.accuracy_m, l.accuracy_m)) AS slack
    FROM o JOIN restriction_piece k ON k.geom && ST_Expand(o.geom, 30)
    JOIN restriction r ON r.id = k.restriction_id JOIN layer_load l ON l.id = r.load_id
    WHERE r.valid @> %(as_of)s::date AND upper_inf(r.known) AND r.status <> 'repealed'
      AND ST_DWithin(k.geom, o.geom, (%(accuracy)s + coalesce(r.accuracy_m, l.accuracy_m)) * 1.02)
),
sized AS (
    SELECT n.restriction_id, n.dimension, max(n.slack) AS slack, min(ST_Distance(n.geom, o.geom))
           AS distance, sum(m.at) AS size, sum(m.least) AS least, sum(m.most) AS most
    FROM near n, o,
    LATERAL (SELECT ST_Intersection(n.geom, o.geom) AS at,
                    ST_Intersection(n.geom, ST_Buffer(o.geom, -n.slack * 1.02, 4)) AS l,
                    ST_Intersection(n.geom, ST_Buffer(o.geom, n.slack * 1.02, 4)) AS m) g,
    LATERAL (SELECT CASE n.dimension WHEN 2 THEN ST_Area(g.at) ELSE ST_Length(g.at) END AS at,
                    CASE n.dimension WHEN 2 THEN ST_Area(g.l) ELSE ST_Length(g.l) END AS least,
                    CASE n.dimension WHEN 2 THEN ST_Area(g.m) ELSE ST_Length(g.m) END AS most) m
    GROUP BY n.restriction_id, n.dimension
)
SELECT r.public_id, r.theme_id, r.kind, r.status, r.value, r.zone_code, r.title_en, r.title_ml,
       r.says_en, r.says_ml, r.colour, r.office_id, r.document_id, r.article, r.load_id,
       lower(r.valid) AS since, upper(r.valid) AS until, s.dimension, s.slack, s.distance, s.size,
       s.least,
       CASE WHEN s.dimension = 2 THEN least(s.most, ST_Area(o.geom)) ELSE s.most END AS most
FROM sized s JOIN restriction r ON r.id = s.restriction_id, o
ORDER BY r.theme_id, r.public_id, s.dimension
"""  # noqa: S608


def plots(connection: Connection, drawn: Drawn) -> list[Row]:
    """Return the plots an outline meets, the most of it first; one more than ``MOST_PLOTS``."""
    wanted = {**drawn.values(), "most": MOST_PLOTS + 1}
    return connection.execute(_PLOTS, wanted).fetchall()


def coverage(connection: Connection, drawn: Drawn) -> dict[str, list[Row]]:
    """Return which themes have data on an outline, and whether they cover all of it."""
    found: dict[str, list[Row]] = {}
    for row in connection.execute(_COVERAGE, drawn.values()).fetchall():
        found.setdefault(row["theme_id"], []).append(row)
    return found


def overlaps(connection: Connection, drawn: Drawn) -> dict[str, list[Overlap]]:
    """Return every restriction that meets an outline, or may within accuracy, by theme."""
    found: dict[str, list[Overlap]] = {}
    for row in connection.execute(_OVERLAPS, drawn.values()).fetchall():
        sizes = (float(row[name]) for name in ("size", "least", "most", "distance", "slack"))
        one = Overlap(row, row["dimension"], *sizes)
        found.setdefault(row["theme_id"], []).append(one)
    return found


def _nearest(kind: str, subkind: str = "") -> str:
    narrowed = f" AND f.class = '{subkind}'" if subkind else ""
    return f"""(SELECT '{kind}' AS kind, f.class, f.name_en, f.name_ml, f.width_m, f.load_id,
        ST_Distance(f.geom, o.geom) AS distance
 FROM o, feature f WHERE f.kind = '{kind}'{narrowed} AND f.invented = %(invented)s
   AND f.valid @> %(as_of)s::date AND upper_inf(f.known)
 ORDER BY f.geom <-> o.geom, f.id LIMIT 1)"""  # noqa: S608


_NEAR = f"""{_O}
{" UNION ALL ".join(_nearest(kind) for kind in NEAREST_KINDS)} UNION ALL
{" UNION ALL ".join(_nearest("monument", subkind) for subkind in MONUMENT_CLASSES)}
"""


def near(connection: Connection, drawn: Drawn, *, invented: bool) -> list[Near]:
    """Return the nearest feature of each kind to an outline."""
    rows = connection.execute(_NEAR, {**drawn.values(), "invented": invented}).fetchall()
    return [Near(row["kind"], float(row["distance"]), row) for row in rows]
