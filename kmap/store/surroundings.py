"""What lies on and around a plot, for the map on a paper: outlines clipped to a window.

Only papers ask for it; the land answer itself stays three statements.
"""

from datetime import date, datetime
from typing import Any

from kmap.store.parcels import moment
from kmap.store.pool import Connection

Json = dict[str, Any]

_AROUND = """
WITH p AS (
    SELECT id, invented, ST_Expand(ST_Envelope(geom), %(reach_m)s) AS box FROM plot
    WHERE public_id = %(plot)s AND range_contains_elem(valid, %(as_of)s::date)
      AND range_contains_elem(known, %(known_at)s::timestamptz) LIMIT 1
),
seen AS (
    SELECT 'restriction' AS kind, r.public_id AS name, NULL::float AS width_m,
           NULL AS title_en, NULL AS title_ml, ST_Union(ST_Intersection(k.geom, p.box)) AS geom
    FROM p
    JOIN restriction_piece k ON k.geom && p.box
    JOIN restriction r ON r.id = k.restriction_id
    WHERE range_contains_elem(r.valid, %(as_of)s::date)
      AND range_contains_elem(r.known, %(known_at)s::timestamptz)
      AND r.status <> 'repealed'
    GROUP BY r.public_id
    UNION ALL
    SELECT f.kind, f.class, f.width_m, f.name_en, f.name_ml, ST_Intersection(f.geom, p.box)
    FROM p JOIN feature f ON f.geom && p.box AND f.kind IN ('road', 'water')
     AND f.invented = p.invented AND range_contains_elem(f.valid, %(as_of)s::date)
     AND range_contains_elem(f.known, %(known_at)s::timestamptz)
    UNION ALL
    SELECT 'neighbour', o.public_id, NULL, NULL, NULL, ST_Intersection(o.geom, p.box)
    FROM p JOIN plot o ON o.geom && p.box AND o.id <> p.id
     AND o.invented = p.invented AND range_contains_elem(o.valid, %(as_of)s::date)
     AND range_contains_elem(o.known, %(known_at)s::timestamptz)
    UNION ALL
    SELECT 'building', NULL, NULL, NULL, NULL, ST_Intersection(b.geom, p.box)
    FROM p JOIN building b ON b.geom && p.box AND b.invented = p.invented
)
SELECT kind, name, width_m, title_en, title_ml,
       ST_AsGeoJSON(ST_Transform(geom, 4326), 7)::json AS geometry
FROM seen WHERE NOT ST_IsEmpty(geom) ORDER BY kind, name, width_m, ST_AsText(geom)
"""


def around(
    connection: Connection,
    plot_id: str,
    as_of: date,
    reach_m: float,
    known_at: datetime | None = None,
) -> list[Json]:
    """Return kind, name, width_m, title and geometry (GeoJSON, 4326) of all near a plot.

    Kinds: restriction (named by its public id), road, water, neighbour, building. ``reach_m`` is
    how far the window goes beyond the plot's box, in metres.
    """
    wanted = {"plot": plot_id, "reach_m": reach_m, **moment(as_of, known_at)}
    return [
        {
            "kind": row["kind"],
            "name": row["name"],
            "width_m": row["width_m"],
            "title": {"en": row["title_en"], "ml": row["title_ml"]} if row["title_en"] else None,
            "geometry": row["geometry"],
        }
        for row in connection.execute(_AROUND, wanted).fetchall()
    ]
