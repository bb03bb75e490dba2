"""Rings of outlines: points and segments in order, how many there may be, shortest ways."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import nearest_points

_MOST_POINTS, _PLAIN_M = 600, 0.001


def plain(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of a bounded number of points: true to 1 mm where it has very many."""
    return shape.simplify(_PLAIN_M) if shapely.get_num_coordinates(shape) > _MOST_POINTS else shape


def ring_of(plot: BaseGeometry) -> list[tuple[float, float]]:
    """Return the points of a plot's outer ring, counter-clockwise, the first again at the end."""
    ring = shapely.get_coordinates(orient(plot).exterior) if isinstance(plot, Polygon) else ()
    return [(float(x), float(y)) for x, y in ring]


def outer_segments(shape: BaseGeometry) -> NDArray[np.float64]:
    """Return the segments of a shape's outer rings, counter-clockwise, as (x0, y0, x1, y1)."""
    rings = [
        shapely.get_coordinates(orient(part).exterior)
        for part in getattr(shape, "geoms", [shape])
        if isinstance(part, Polygon)
    ]
    rows = [np.hstack([ring[:-1], ring[1:]]) for ring in rings]
    return np.vstack(rows) if rows else np.empty((0, 4))


def shortest(
    one: BaseGeometry, other: BaseGeometry
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two ends of the shortest way between two shapes."""
    a, b = nearest_points(one, other)
    return (a.x, a.y), (b.x, b.y)
