"""Vector tiles straight from PostGIS (MVT, extent 4096).

Plots and buildings are small: their clockwise EPSG:3857 rings are moved into tile space by one
``ST_TransScale``, half a unit added so that the cast to whole units rounds; nothing is clipped.
Zones, restrictions, roads and water are big or long: ``ST_AsMVTGeom`` clips them.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from gis.tiles import BUFFER, EXTENT, bounds, check
from kmap.errors import KmapError
from kmap.store.pool import Pool, connected


class NoSuchLayerError(KmapError):
    """There is no tile layer of that name."""

    code = "no_such_layer"


@dataclass(frozen=True)
class Layer:
    """A tile layer: its title, zooms with content, attributes with their types, and its query."""

    title: str
    minzoom: int
    maxzoom: int
    fields: Mapping[str, str]
    sql: str


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
           ST_AsMVTGeom({shape},
                        ST_MakeEnvelope(%(x0)s, %(y0)s, %(x1)s, %(y1)s, 3857), 4096, 64) AS geom
    FROM {table}
    WHERE {box} && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857)
      AND {where}
    ORDER BY {order}) t
WHERE geom IS NOT NULL
"""
_RESTRICTION = "restriction_geom g JOIN restriction r ON r.id = g.restriction_id"
_RESTRICTION += " JOIN theme h ON h.id = r.theme_id"
_STANDING = "upper_inf(r.known) AND r.status <> 'repealed' AND r.valid @> CURRENT_DATE"


def _small(name: str, table: str, columns: str, where: str) -> str:
    return _SMALL.format(name=name, table=table, columns=columns, where=where)


def _big(name: str, table: str, columns: str, where: str, alias: str) -> str:
    shape = f"{alias}.geom_3857"
    return _BIG.format(
        name=name,
        table=table,
        columns=columns,
        shape=shape,
        box=shape,
        where=where,
        order=f"{alias}.id",
    )


LAYERS: dict[str, Layer] = {
    "parcels": Layer(
        "Plots",
        13,
        22,
        {"plot": "String", "no": "String"},
        _small(
            "parcels",
            "plot",
            "f.tile_id AS id, f.public_id AS plot, CASE WHEN f.subdivision = '' THEN f.survey_no"
            " ELSE f.survey_no || '/' || f.subdivision END AS no",
            "upper_inf(f.valid)",
        ).replace("ORDER BY f.id", ""),
    ),
    "buildings": Layer(
        "Buildings",
        14,
        22,
        {"building": "String", "use": "String", "storeys": "Number", "height": "Number"},
        _small(
            "buildings",
            "building",
            "f.tile_id AS id, f.id AS building, f.occupancy AS use, f.storeys,"
            " f.height_m AS height",
            "f.geom_3857 IS NOT NULL",
        ),
    ),
    "zones": Layer(
        "Zones of the master plan",
        10,
        22,
        {"code": "String", "en": "String", "ml": "String", "colour": "String"},
        _big(
            "zones",
            _RESTRICTION,
            "g.id, r.zone_code AS code, r.title_en AS en, r.title_ml AS ml,"
            " coalesce(r.colour, h.colour) AS colour",
            f"r.theme_id = 'zoning' AND {_STANDING}",
            "g",
        ),
    ),
    "restrictions": Layer(
        "Restrictions",
        10,
        22,
        {
            "restriction": "String",
            "theme": "String",
            "kind": "String",
            "status": "String",
            "en": "String",
            "ml": "String",
            "colour": "String",
        },
        _big(
            "restrictions",
            _RESTRICTION,
            "g.id, r.public_id AS restriction, r.theme_id AS theme, r.kind, r.status,"
            " r.title_en AS en, r.title_ml AS ml, coalesce(r.colour, h.colour) AS colour",
            f"r.theme_id <> 'zoning' AND {_STANDING}",
            "g",
        ),
    ),
    "local_bodies": Layer(
        "Local bodies",
        6,
        22,
        {"code": "String", "en": "String", "ml": "String", "class": "String"},
        _big(
            "local_bodies",
            "local_body b",
            "b.id, b.code, b.name_en AS en, b.name_ml AS ml, b.body_class AS class",
            "b.valid @> CURRENT_DATE",
            "b",
        ),
    ),
    "water": Layer(
        "Water",
        8,
        22,
        {"class": "String", "en": "String", "ml": "String"},
        _big(
            "water",
            "feature f",
            "f.id, f.class, f.name_en AS en, f.name_ml AS ml",
            "f.kind = 'water'",
            "f",
        ),
    ),
    "roads": Layer(
        "Roads, railway and lines",
        11,
        22,
        {"kind": "String", "class": "String", "width": "Number", "en": "String", "ml": "String"},
        _big(
            "roads",
            "feature f",
            "f.id, f.kind, f.class, f.width_m AS width, f.name_en AS en, f.name_ml AS ml",
            "f.kind IN ('road', 'railway', 'power_line') AND (%(z)s >= 14 OR f.kind <> 'road'"
            " OR f.name_en IS NOT NULL OR f.width_m >= 6 AND %(z)s >= 13)",
            "f",
        ),
    ),
    "places": Layer(
        "Names",
        8,
        22,
        {"kind": "String", "class": "String", "en": "String", "ml": "String"},
        _big(
            "places",
            "feature f",
            "f.id, f.kind, f.class, f.name_en AS en, f.name_ml AS ml",
            "f.kind IN ('place', 'station', 'monument') AND f.name_en IS NOT NULL",
            "f",
        ),
    ),
}
# the time beside the id: a database made anew counts its loads from 1 again
_VERSION = """
SELECT coalesce(max(id), 0) || '-' || coalesce(extract(epoch FROM max(loaded_at))::bigint, 0)
  AS version FROM layer_load
"""
_BOUNDS = """
SELECT ST_XMin(b) AS west, ST_YMin(b) AS south, ST_XMax(b) AS east, ST_YMax(b) AS north
FROM (SELECT ST_Transform(ST_SetSRID(ST_Extent(geom)::geometry, 32643), 4326) AS b FROM plot) e
"""
KERALA_BOUNDS = (74.8, 8.1, 77.6, 12.9)


class Tiles:
    """Tiles of the register; safe between threads."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._bounds: dict[str, tuple[float, float, float, float]] = {}
        self._lock = threading.Lock()

    def layers(self) -> Mapping[str, Layer]:
        """Return the layers by name."""
        return LAYERS

    def version(self) -> str:
        """Return what changes when anything was loaded: part of every tile's ETag."""
        with connected(self._pool) as connection:
            row = connection.execute(_VERSION).fetchone()
        return str((row or {})["version"])

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of the plots, degrees; Kerala where there are none."""
        version = self.version()
        with self._lock:
            if version not in self._bounds:
                with connected(self._pool) as connection:
                    row = connection.execute(_BOUNDS).fetchone() or {}
                found = [row.get(k) for k in ("west", "south", "east", "north")]
                west, south, east, north = [float(n) for n in found if n is not None] or (
                    KERALA_BOUNDS
                )
                self._bounds = {version: (west, south, east, north)}
            return self._bounds[version]

    def tile(self, layer: str, z: int, x: int, y: int) -> bytes | None:
        """Return a tile's bytes; None where it is empty.

        Raises NoSuchLayerError, or gis.tiles.BadTileError for numbers that name no tile.
        """
        known = LAYERS.get(layer)
        if known is None:
            raise NoSuchLayerError(f"There is no tile layer {layer}; choose {', '.join(LAYERS)}.")
        check(z, x, y)
        if not known.minzoom <= z <= known.maxzoom:
            return None
        with connected(self._pool) as connection:
            row = connection.execute(known.sql, _square(z, x, y)).fetchone()
        return bytes(row["tile"]) if row and row["tile"] else None


def _square(z: int, x: int, y: int) -> dict[str, float]:
    """Return a tile's square, the square with its margin, and the move into tile space."""
    x0, y0, x1, y1 = bounds(z, x, y)
    unit_m = (x1 - x0) / EXTENT
    margin = BUFFER * unit_m
    return {
        "z": z,
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "west": x0 - margin,
        "south": y0 - margin,
        "east": x1 + margin,
        "north": y1 + margin,
        "dx": -x0 + unit_m / 2,
        "dy": -y1 - unit_m / 2,
        "sx": 1 / unit_m,
        "sy": -1 / unit_m,
    }
