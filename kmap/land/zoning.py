"""A zoning plan that is not in the register yet: read from a file, to see what it would do."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from kmap.land.errors import LayerUnreadableError
from kmap.land.intake import GROUND, read_frame
from rules import Coded

CODE_FIELDS = ("code", "zone_code", "zone")


@dataclass(frozen=True, eq=False)
class NewZoning:
    """A plan: its zones' codes and shapes (EPSG:32643)."""

    codes: tuple[str, ...]
    shapes: NDArray[np.object_]

    def column(self, plots: NDArray[np.object_]) -> Coded:
        """Return each plot's zone; masked where the plan leaves it out or several zones share it.

        A zone counts from one square metre; the plan holds a plot that it covers but for one.
        """
        words = tuple(sorted(set(self.codes)))
        at, zone = shapely.STRtree(self.shapes).query(plots, predicate="intersects")
        area = shapely.area(shapely.intersection(plots[at], self.shapes[zone]))
        codes = np.array([words.index(code) for code in self.codes])[zone]
        lowest, highest = np.full(len(plots), len(words)), np.full(len(plots), -1)
        shared = area >= 1.0
        np.minimum.at(lowest, at[shared], codes[shared])
        np.maximum.at(highest, at[shared], codes[shared])
        covered = np.zeros(len(plots))
        np.add.at(covered, at, area)
        whole = covered >= shapely.area(plots) - 1.0
        return Coded(words, np.where(whole & (lowest == highest), highest, -1))


def read_zoning(path: Path) -> NewZoning:
    """Read a layer of zones with a code each. Raises LayerUnreadableError."""
    frame = read_frame(path)
    field = next((name for name in CODE_FIELDS if name in frame.columns), None)
    if not isinstance(frame, gpd.GeoDataFrame) or field is None:
        raise LayerUnreadableError(
            f"{path.name} needs shapes and one of the columns {', '.join(CODE_FIELDS)}."
        )
    shapes = shapely.make_valid(shapely.force_2d(np.asarray(frame.geometry.to_crs(GROUND).array)))
    named = [(str(code), shape) for code, shape in zip(frame[field], shapes, strict=True) if code]
    if not named:
        raise LayerUnreadableError(f"{path.name} has no zone with a code.")
    codes, kept = zip(*named, strict=True)
    return NewZoning(codes, np.array(kept, object))
