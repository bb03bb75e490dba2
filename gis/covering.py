"""Which of many small shapes lie in big areas, or wholly in several of them together.

The areas are found by their boxes and asked as prepared shapes: once for all the small ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
Shapes = NDArray[np.object_]


class Areas:
    """Big areas, ready to be asked."""

    def __init__(self, shapes: Sequence[Any]) -> None:
        self.shapes = np.array(shapes, object)
        shapely.prepare(self.shapes)
        self._tree = STRtree(self.shapes)

    def holding(self, small: Shapes) -> tuple[Places, Places]:
        """Return the places of small shapes and of the areas that hold them."""
        at, area = self._tree.query(small)
        held = shapely.contains(self.shapes[area], small[at])
        return at[held], area[held]

    def ask(self, small: Shapes) -> "Asked":
        """Find which areas each small shape may lie in, and which cover it."""
        at, area = self._tree.query(small)
        return Asked(self.shapes, small, at, area, shapely.covers(self.shapes[area], small[at]))


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """Small shapes and the areas whose boxes they meet; ``covers`` where one covers it alone."""

    areas: Shapes
    small: Shapes
    at: Places
    area: Places
    covers: Flags

    def whole(self, own: Sequence[int]) -> Flags:
        """Say which small shapes lie wholly in some of the areas, in one or in several."""
        mine = np.isin(self.area, own)
        whole = np.zeros(len(self.small), bool)
        whole[self.at[mine & self.covers]] = True
        left = np.flatnonzero(mine & ~whole[self.at])
        meets = shapely.intersects(self.areas[self.area[left]], self.small[self.at[left]])
        for some in _alike(left[meets], self.at):
            if len(some) > 1:
                place = self.at[some[0]]
                together = shapely.union_all(self.areas[self.area[some]])
                whole[place] = bool(shapely.covers(together, self.small[place]))
        return whole


def _alike(rows: Places, at: Places) -> list[Places]:
    """Part rows by the small shape they are of."""
    rows = rows[np.argsort(at[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(at[rows])) + 1) if len(rows) else []
