"""Slopes of plots from the elevation models the register names; files are opened once."""

import threading
from pathlib import Path

from gis.errors import GroundError
from gis.terrain import COARSEST_CELL_M, Slope, Terrain
from kmap.store.parcels import Parcel


class Heights:
    """Open elevation models by path."""

    def __init__(self) -> None:
        self._open: dict[str, Terrain] = {}
        self._lock = threading.Lock()

    def slope(self, parcel: Parcel) -> tuple[Slope | None, bool]:
        """Return the slope of a plot, if known, and whether the model could be read."""
        fine = [raster for raster in parcel.rasters if raster["cell_m"] <= COARSEST_CELL_M]
        if not fine:
            return None, True
        try:
            return self._terrain(fine[0]["path"]).slope(parcel.shape), True
        except GroundError:
            return None, False

    def _terrain(self, path: str) -> Terrain:
        with self._lock:
            if path not in self._open:
                self._open[path] = Terrain(Path(path))
            return self._open[path]
