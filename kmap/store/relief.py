"""Which elevation models lie under a tile, and the relief drawn from them."""

from pathlib import Path

from gis import relief
from gis.tiles import bounds
from kmap.errors import KmapError
from kmap.store.pool import Pool, connected
from kmap.store.tiles import Tile

KINDS = ("hillshade", "slope")
MOST_MODELS = 8
COARSEST = 64
"""A tile is drawn where a pixel holds at most so many cells of a model's side: work is bounded."""
_UNDER = """
SELECT l.version, array(
    SELECT r.path FROM raster r
    WHERE r.geom && ST_Transform(
              ST_MakeEnvelope(%(x0)s, %(y0)s, %(x1)s, %(y1)s, 3857), 32643)
      AND %(pixel_m)s <= r.cell_m * %(coarsest)s
    ORDER BY r.cell_m, r.id DESC LIMIT %(most)s) AS paths
FROM tile_layer l WHERE l.layer = 'relief'
"""


class NoSuchReliefError(KmapError):
    """There is no relief of that kind."""

    code = "no_such_relief"


class Relief:
    """Hill-shade and slope of the register's elevation models; safe between threads."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def tile(self, kind: str, z: int, x: int, y: int) -> Tile:
        """Return a tile as PNG (empty: no data, or a zoom without relief), with its version.

        Raises NoSuchReliefError, gis.tiles.BadTileError, gis.terrain.NoElevationError.
        """
        if kind not in KINDS:
            raise NoSuchReliefError(f"There is no relief {kind}; choose {', '.join(KINDS)}.")
        x0, y0, x1, y1 = bounds(z, x, y)
        asked = {"x0": x0, "y0": y0, "x1": x1, "y1": y1, "most": MOST_MODELS}
        asked |= {"pixel_m": relief.pixel_m(z, y), "coarsest": COARSEST}
        with connected(self._pool) as connection:
            row = connection.execute(_UNDER, asked).fetchone() or {}
        version, paths = int(row["version"]), [Path(path) for path in row["paths"]]
        if not paths or not relief.FIRST <= z <= relief.LAST:
            return Tile(version, b"")
        ground = relief.heights(paths, z, x, y)
        if ground is None:
            return Tile(version, b"")
        draw = relief.slope_png if kind == "slope" else relief.hillshade_png
        return Tile(version, draw(ground, relief.pixel_m(z, y)) or b"")
