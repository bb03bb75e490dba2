"""The size of things that are about rectangles: bays, gates."""

import math

from shapely import Polygon
from shapely.geometry.base import BaseGeometry


def holds(shape: BaseGeometry, short_m: float, long_m: float) -> bool:
    """Tell whether an outline is a rectangle that holds one of a size."""
    one, two = size_m(shape)
    return one >= short_m and two >= long_m and shape.area >= 0.98 * one * two


def size_m(shape: BaseGeometry) -> tuple[float, float]:
    """Return (short, long) side of the smallest rectangle round an outline."""
    box = shape.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return 0.0, 0.0
    points = list(box.exterior.coords)
    sides = math.dist(points[0], points[1]), math.dist(points[1], points[2])
    return min(sides), max(sides)
