"""The slope of the ground from an elevation model (GeoTIFF, metres).

Slope by Horn's eight-neighbour formula, as GIS tools do it. A cell without data, or a model too
coarse for plots, gives no number: unknown ground is not flat ground.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.windows import Window, from_bounds
from shapely.geometry import Polygon

from gis.errors import GroundError

COARSEST_CELL_M = 30.0


class NoElevationError(GroundError):
    """The elevation model cannot be opened or read."""

    code = "no_elevation"


@dataclass(frozen=True)
class Slope:
    """The slope of a plot, degrees: steepest and mean cell, and how many cells were seen."""

    max_deg: float
    mean_deg: float
    cells: int


class Terrain:
    """An elevation model in metres of EPSG:32643, read window by window; safe between threads."""

    def __init__(self, path: Path) -> None:
        try:
            self._model = rasterio.open(path)
        except rasterio.errors.RasterioError as error:
            raise NoElevationError(f"Cannot open the elevation model {path.name}.") from error
        self._lock = threading.Lock()

    @property
    def cell_m(self) -> float:
        """The side of a cell, metres."""
        return float(abs(self._model.transform.a))

    def slope(self, shape: Polygon) -> Slope | None:
        """Return the slope within a polygon (EPSG:32643); None where any cell is unknown.

        Raises NoElevationError when the file cannot be read.
        """
        if self.cell_m > COARSEST_CELL_M:
            return None
        cells = self._cells(shape)
        if cells is None:
            return None
        ground, inside = cells
        degrees = slope_deg(ground, self.cell_m)[inside[1:-1, 1:-1]]
        if degrees.size == 0 or np.isnan(degrees).any():
            return None
        return Slope(float(degrees.max()), float(degrees.mean()), int(degrees.size))

    def close(self) -> None:
        """Close the file."""
        self._model.close()

    def _cells(self, shape: Polygon) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
        """Return heights round a shape (one cell more on each side) and which cells it covers."""
        exact = from_bounds(*shape.bounds, transform=self._model.transform)
        col, row = int(np.floor(exact.col_off)) - 1, int(np.floor(exact.row_off)) - 1
        right = int(np.ceil(exact.col_off + exact.width)) + 1
        below = int(np.ceil(exact.row_off + exact.height)) + 1
        if col < 0 or row < 0 or right > self._model.width or below > self._model.height:
            return None
        window = Window(col, row, right - col, below - row)
        try:
            with self._lock:
                ground = self._model.read(1, window=window, masked=True)
        except rasterio.errors.RasterioError as error:
            raise NoElevationError("The elevation model cannot be read.") from error
        return ground.astype("float64").filled(np.nan), self._covered(
            shape, col, row, ground.shape
        )

    def _covered(
        self, shape: Polygon, col: int, row: int, size: tuple[int, int]
    ) -> NDArray[np.bool_]:
        """Return which cells of a window the shape overlaps.

        By shapely: rasterio's own mask changes the warning filters, which threads share.
        """
        place = self._model.transform
        west = place.c + place.a * (col + np.arange(size[1] + 1))
        north = place.f + place.e * (row + np.arange(size[0] + 1))
        cells = shapely.box(west[None, :-1], north[1:, None], west[None, 1:], north[:-1, None])
        hit, edge = shapely.intersects(cells, shape), shapely.touches(cells, shape)
        covered: NDArray[np.bool_] = np.asarray(hit, dtype=bool) & ~np.asarray(edge, dtype=bool)
        return covered


def slope_deg(ground: NDArray[np.float64], cell_m: float) -> NDArray[np.float64]:
    """Return the slope of each inner cell, degrees (rows-2, cols-2), by Horn's formula.

    >>> import numpy as np
    >>> plane = np.tile(np.arange(5.0) * 10, (5, 1))
    >>> slope_deg(plane, 10.0).round(6).tolist()[0]
    [45.0, 45.0, 45.0]
    """
    g = ground
    east = g[:-2, 2:] + 2 * g[1:-1, 2:] + g[2:, 2:]
    west = g[:-2, :-2] + 2 * g[1:-1, :-2] + g[2:, :-2]
    south = g[2:, :-2] + 2 * g[2:, 1:-1] + g[2:, 2:]
    north = g[:-2, :-2] + 2 * g[:-2, 1:-1] + g[:-2, 2:]
    rise = np.hypot((east - west) / (8 * cell_m), (south - north) / (8 * cell_m))
    degrees: NDArray[np.float64] = np.degrees(np.arctan(rise))
    return degrees
