"""The layers of the map as vector tiles (MVT, extent 4096): zooms, attributes, and their SQL.

Plots and buildings are small: their clockwise EPSG:3857 rings are moved into tile space by one
``ST_TransScale``, half a unit added so that the cast to whole units rounds; nothing is clipped.
What is big or long is clipped by ``ST_AsMVTGeom``. Attributes are what the map draws, no more:
a feature's id, and the rest on demand. What is drawn here and what the triggers of migration
0006 compare must agree: ``tests/kmap/land/test_tiles.py`` cuts every tile before and after.
"""

from collections.abc import Mapping
from dataclasses import dataclass

KEPT_FROM, KEPT_TO = 6, 17
"""Zooms whose tiles are kept; beyond, a client draws the tile of zoom 17 larger."""


@dataclass(frozen=True)
class Layer:
    """A tile layer: its title, zooms with content, attributes with their types, and its query.

    ``maxzoom`` is the finest zoom worth asking for: a unit of its tiles is below 0.1 m (plots)
    or below a pixel (the rest). Finer tiles are cut all the same, but not kept. Below zoom
    ``thinned_below`` not everything is drawn: an empty tile may have a full one under it.
    """

    title: str
    minzoom: int
    maxzoom: int
    fields: Mapping[str, str]
    sql: str
    thinned_below: int = 0


_SMALL = """
SELECT ST_AsMVT(t, '{name}', 4096, 'geom', 'id') AS tile FROM (
    SELECT {columns},
           ST_TransScale(f.geom_3857, %(dx)s, %(dy)s, %(sx)s, %(sy)s) AS geom
    FROM {table} f
    WHERE f.geom_3857 && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)
      AND {where}
    ORDER BY f.id) t
"""
_BIG = """
SELECT ST_AsMVT(t, '{name}', 4096, 'geom', 'id') AS tile FROM (
    SELECT {columns},
           ST_AsMVTGeom({alias}.geom_3857,
                        ST_MakeEnvelope(%(x0)s, %(y0)s, %(x1)s, %(y1)s, 3857), 4096, 64) AS geom
    FROM {table}
    WHERE {alias}.geom_3857 && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)
      AND {where}
    ORDER BY {alias}.id) t
WHERE geom IS NOT NULL
"""
# Where a local body is known, but a theme has no complete layer: the land that is to be shaded.
_MISSING = """
SELECT ST_AsMVT(t, 'missing', 4096, 'geom') AS tile FROM (
    SELECT h.id AS theme,
           ST_AsMVTGeom(ST_Difference(l.shape, coalesce(c.shape, 'SRID=3857;POLYGON EMPTY')),
                        ST_MakeEnvelope(%(x0)s, %(y0)s, %(x1)s, %(y1)s, 3857), 4096, 64) AS geom
    FROM (SELECT ST_Union(ST_Intersection(b.geom_3857, s.square)) AS shape
          FROM local_body b, (SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s,
                                                     3857) AS square) s
          WHERE b.geom_3857 && s.square AND b.valid @> (SELECT day FROM tile_day)) l
    CROSS JOIN theme h
    LEFT JOIN LATERAL (
        SELECT ST_Union(c.geom_3857) AS shape FROM coverage c
        WHERE c.theme_id = h.id AND c.level = 'complete'
          AND c.geom_3857 && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)
          AND upper_inf(c.known) AND c.valid @> (SELECT day FROM tile_day)) c ON true
    WHERE l.shape IS NOT NULL AND h.id <> 'cadastre'
    ORDER BY h.sort) t
WHERE geom IS NOT NULL
"""
_RESTRICTION = (
    "restriction_geom g JOIN restriction r ON r.id = g.restriction_id"
    " JOIN theme h ON h.id = r.theme_id"
)
_DAY = "(SELECT day FROM tile_day)"
_COLOUR = "coalesce(r.colour, h.colour) AS colour"


def _small(name: str, table: str, columns: str, where: str) -> str:
    return _SMALL.format(name=name, table=table, columns=columns, where=where)


def _big(name: str, table: str, columns: str, where: str, alias: str) -> str:
    return _BIG.format(name=name, table=table, columns=columns, where=where, alias=alias)


def _drawn(name: str, columns: str) -> str:
    standing = (
        f"tile_layer_of(r.theme_id, r.status) = '{name}' AND upper_inf(r.known)"
        f" AND r.valid @> {_DAY}"
    )
    return _big(name, _RESTRICTION, columns, standing, "g")


def _feature(name: str, columns: str, where: str) -> str:
    standing = f"{where} AND upper_inf(f.known) AND f.valid @> {_DAY}"
    return _big(name, "feature f", columns, standing, "f")


_TEXTS = {"en": "String", "ml": "String"}
LAYERS: dict[str, Layer] = {
    "parcels": Layer(
        "Plots",
        13,
        17,
        {"no": "String"},
        _small(
            "parcels",
            "plot",
            "f.tile_id AS id, CASE WHEN %(z)s < 16 THEN NULL WHEN f.subdivision = ''"
            " THEN f.survey_no ELSE f.survey_no || '/' || f.subdivision END AS no",
            "upper_inf(f.valid) AND upper_inf(f.known)",
        ),
    ),
    "buildings": Layer(
        "Buildings",
        14,
        17,
        {"height": "Number"},
        _small(
            "buildings",
            "building",
            "f.tile_id AS id, f.height_m AS height",
            "f.geom_3857 IS NOT NULL",
        ),
    ),
    "zones": Layer(
        "Zones of the master plan",
        10,
        15,
        {"code": "String", **_TEXTS, "colour": "String"},
        _drawn(
            "zones",
            f"g.id, r.zone_code AS code, r.title_en AS en, r.title_ml AS ml, {_COLOUR}",
        ),
    ),
    "restrictions": Layer(
        "Restrictions in force",
        10,
        16,
        {"restriction": "String", "theme": "String", "colour": "String"},
        _drawn(
            "restrictions",
            f"g.id, r.public_id AS restriction, r.theme_id AS theme, {_COLOUR}",
        ),
    ),
    "drafts": Layer(
        "Drafts, drafts with effect, and what is stayed",
        10,
        16,
        {"restriction": "String", "theme": "String", "status": "String", "colour": "String"},
        _drawn(
            "drafts",
            f"g.id, r.public_id AS restriction, r.theme_id AS theme, r.status, {_COLOUR}",
        ),
    ),
    "local_bodies": Layer(
        "Local bodies",
        6,
        13,
        {"code": "String", **_TEXTS},
        _big(
            "local_bodies",
            "local_body b",
            "b.id, b.code, b.name_en AS en, b.name_ml AS ml",
            f"b.valid @> {_DAY}",
            "b",
        ),
    ),
    "coverage": Layer(
        "Where a theme has data, and of what kind",
        8,
        14,
        {"theme": "String", "level": "String"},
        _big(
            "coverage",
            "coverage c",
            "c.id, c.theme_id AS theme, c.level",
            f"upper_inf(c.known) AND c.valid @> {_DAY}",
            "c",
        ),
    ),
    "missing": Layer("Where a theme has no complete data", 8, 14, {"theme": "String"}, _MISSING),
    "water": Layer(
        "Water",
        8,
        15,
        {"class": "String", **_TEXTS},
        _feature(
            "water",
            "f.id, f.class, f.name_en AS en, f.name_ml AS ml",
            "tile_layer_of_feature(f.kind) = 'water'",
        ),
    ),
    "roads": Layer(
        "Roads, railway and lines",
        11,
        16,
        {"kind": "String", "class": "String", "width": "Number", **_TEXTS},
        _feature(
            "roads",
            "f.id, f.kind, f.class, f.width_m AS width, f.name_en AS en, f.name_ml AS ml",
            "tile_layer_of_feature(f.kind) = 'roads' AND (%(z)s >= 14 OR f.kind <> 'road'"
            " OR f.name_en IS NOT NULL OR f.width_m >= 6 AND %(z)s >= 13)",
        ),
        thinned_below=14,
    ),
    "places": Layer(
        "Names",
        8,
        14,
        {"kind": "String", "class": "String", **_TEXTS},
        _feature(
            "places",
            "f.id, f.kind, f.class, f.name_en AS en, f.name_ml AS ml",
            "tile_layer_of_feature(f.kind) = 'places' AND f.name_en IS NOT NULL",
        ),
    ),
}
