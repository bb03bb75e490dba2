"""Slopes of plots from the elevation models the register names; files are opened once."""

import threading
from collections.abc import Sequence
from pathlib import Path

from shapely.geometry import Polygon

from gis.errors import GroundError
from gis.terrain import COARSEST_CELL_M, Slope, Terrain
from kmap.store.parcels import Parcel
from kmap.store.pool import Row


class Heights:
    """Open elevation models by path."""

    def __init__(self) -> None:
        self._open: dict[str, Terrain] = {}
        self._lock = threading.Lock()

    def slope(self, parcel: Parcel) -> tuple[Slope | None, bool]:
        """Return the slope of a plot, if known, and whether the model could be read."""
        return self.slope_of(parcel.shape, parcel.rasters)

    def slope_of(self, shape: Polygon, rasters: Sequence[Row]) -> tuple[Slope | None, bool]:
        """Return the slope of a shape by the finest of the rasters that hold it."""
        fine = [raster for raster in rasters if raster["cell_m"] <= COARSEST_CELL_M]
        if not fine:
            return None, True
        try:
            return self._terrain(fine[0]["path"]).slope(shape), True
        except GroundError:
            return None, False

    def _terrain(self, path: str) -> Terrain:
        with self._lock:
            if path not in self._open:
                self._open[path] = Terrain(Path(path))
            return self._open[path]
