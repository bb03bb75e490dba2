"""Vector tiles of the register: kept in the database, cut from it where none is kept.

A kept tile is true: the transaction that changes what it draws takes it out (migration 0006,
decision 0015). Every tile comes with the version of its layer, read in the same snapshot.
"""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from isal import igzip

from gis.tiles import BUFFER, EXTENT, bounds, check
from kmap.days import today
from kmap.errors import KmapError
from kmap.store.pool import Connection, Pool, Row, connected
from kmap.store.tile_layers import KEPT_FROM, KEPT_TO, LAYERS, Layer
from kmap.store.tile_news import News

ALL = "all"
"""The name under which all layers come in one tile."""
KERALA_BOUNDS = (74.8, 8.1, 77.6, 12.9)


class NoSuchLayerError(KmapError):
    """There is no tile layer of that name."""

    code = "no_such_layer"


@dataclass(frozen=True)
class Tile:
    """A tile: gzipped MVT (empty: nothing to draw) and the version of the state it shows."""

    version: int
    packed: bytes


_KEPT = """
SELECT l.version, k.body, d.day FROM tile_layer l CROSS JOIN tile_day d
LEFT JOIN tile_kept k ON k.layer = l.layer AND k.z = %(z)s AND k.x = %(x)s AND k.y = %(y)s
WHERE l.layer = %(layer)s
"""
_CUT = """
SELECT (SELECT version FROM tile_layer WHERE layer = '{layer}') AS version, ({sql}) AS tile
"""
_KEEP = "SELECT tile_keep(%s, %s, %s, %s, %s, %s) AS kept"
_ONES = {name: _CUT.format(layer=name, sql=layer.sql) for name, layer in LAYERS.items()}
_VERSIONS = "SELECT l.layer, l.version, d.day FROM tile_layer l CROSS JOIN tile_day d"
_REGISTER = """
SELECT coalesce(max(id), 0) || '-' || coalesce(extract(epoch FROM max(loaded_at))::bigint, 0)
  AS version FROM layer_load
"""
_BOUNDS = """
SELECT ST_XMin(b) AS west, ST_YMin(b) AS south, ST_XMax(b) AS east, ST_YMax(b) AS north
FROM (SELECT ST_Transform(ST_SetSRID(ST_Extent(geom)::geometry, 32643), 4326) AS b FROM plot) e
"""


class Tiles:
    """Tiles of the register; safe between threads."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._bounds: dict[int, tuple[float, float, float, float]] = {}
        self._lock = threading.Lock()
        self.news = News(str(pool.conninfo), self.versions)

    def close(self) -> None:
        """End the listener."""
        self.news.close()

    def layers(self) -> Mapping[str, Layer]:
        """Return the layers by name."""
        return LAYERS

    def version(self) -> str:
        """Return what changes when anything was loaded."""
        with connected(self._pool) as connection:
            row = connection.execute(_REGISTER).fetchone()
        return str((row or {})["version"])

    def versions(self) -> dict[str, int]:
        """Return the version of each layer now, and of all of them together (their sum)."""
        with connected(self._pool) as connection:
            rows = connection.execute(_VERSIONS).fetchall()
            if rows and rows[0]["day"] != today():
                self._turn(connection)
                rows = connection.execute(_VERSIONS).fetchall()
        found = {row["layer"]: int(row["version"]) for row in rows}
        return {**found, ALL: sum(found[name] for name in LAYERS)}

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of the plots, degrees; Kerala where there are none."""
        version = self.versions()["parcels"]
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
        """Return a tile's plain bytes; None where it is empty. Errors as :meth:`packed`."""
        found = self.packed(layer, z, x, y).packed
        return gzip.decompress(found) if found else None

    def packed(self, layer: str, z: int, x: int, y: int) -> Tile:
        """Return a tile: the kept one, or one cut now and kept.

        Raises NoSuchLayerError, or gis.tiles.BadTileError for numbers that name no tile.
        """
        check(z, x, y)
        if layer == ALL:
            return self._together(z, x, y)
        known = LAYERS.get(layer)
        if known is None:
            raise NoSuchLayerError(f"There is no tile layer {layer}; choose {', '.join(LAYERS)}.")
        with connected(self._pool) as connection:
            row = self._kept(connection, layer, z, x, y)
            if row["body"] is not None:
                return Tile(row["version"], bytes(row["body"]))
            if z < known.minzoom:
                return Tile(row["version"], b"")
            tile = cut(connection, layer, z, x, y)
            if tile.packed and KEPT_FROM <= z <= min(known.maxzoom, KEPT_TO):
                keep(connection, layer, (z, x, y), tile)
            return tile

    def _kept(self, connection: Connection, layer: str, z: int, x: int, y: int) -> Row:
        asked = {"layer": layer, "z": z, "x": x, "y": y}
        row = connection.execute(_KEPT, asked).fetchone() or {}
        if row["day"] != today():
            self._turn(connection)
            row = connection.execute(_KEPT, asked).fetchone() or {}
        return row

    def _turn(self, connection: Connection) -> None:
        """Let the tiles of what begins or ends today be cut anew."""
        connection.execute("SELECT tiles_turn(%s)", (today(),))

    def _together(self, z: int, x: int, y: int) -> Tile:
        """Return all layers in one tile (MVT layers may follow one another), of one state.

        The parts are read one by one: if a load came in between, they are read again.
        """
        for _ in range(8):
            before = self.versions()
            parts = {name: self.packed(name, z, x, y) for name in LAYERS}
            if all(part.version == before[name] for name, part in parts.items()):
                break
        else:
            return self._together_now(z, x, y)
        raw = b"".join(gzip.decompress(p.packed) for p in parts.values() if p.packed)
        return Tile(before[ALL], pack(raw))

    def _together_now(self, z: int, x: int, y: int) -> Tile:
        """Cut all layers in one snapshot, where loads follow each other too fast to wait."""
        with connected(self._pool) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            parts = [cut(connection, n, z, x, y) for n in LAYERS if z >= LAYERS[n].minzoom]
            rows = connection.execute(_VERSIONS).fetchall()
        version = sum(row["version"] for row in rows if row["layer"] in LAYERS)
        return Tile(version, pack(b"".join(gzip.decompress(p.packed) for p in parts if p.packed)))


def cut(connection: Connection, layer: str, z: int, x: int, y: int) -> Tile:
    """Cut a tile now, whatever is kept, with the version of the state it was cut from."""
    row = connection.execute(_ONES[layer], square(z, x, y)).fetchone() or {}
    return Tile(int(row["version"]), pack(bytes(row["tile"] or b"")))


def keep(connection: Connection, layer: str, at: tuple[int, int, int], tile: Tile) -> bool:
    """Keep a tile unless the state it shows is past; say whether it is kept."""
    row = connection.execute(_KEEP, (layer, *at, tile.version, tile.packed)).fetchone()
    return bool((row or {})["kept"])


def pack(raw: bytes) -> bytes:
    """Return gzipped bytes, the same for the same input; nothing for nothing.

    By ISA-L: a ninth of zlib's time, bytes within a twentieth (a plot tile: 0.18 against 1.6 ms).
    """
    return bytes(igzip.compress(raw, 3, mtime=0)) if raw else b""


def square(z: int, x: int, y: int) -> dict[str, float]:
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
