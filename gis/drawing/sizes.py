"""Widths of outlines: the sides of a box, the least width of a room or corridor of any shape."""

import itertools
import math
from collections.abc import Iterator, Sequence

from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from gis.areas import Point

_BOX = 0.98
"""An outline that fills this share of its smallest rectangle is that rectangle."""
_MOST_EDGES = 120
_FACING = -0.5
_SLIGHT_M = 0.005


def sides_m(polygon: BaseGeometry) -> tuple[float, float] | None:
    """Return (short, long) side of the smallest rectangle round an outline.

    >>> sides_m(Polygon([(0, 0), (3, 0), (3, 2), (0, 2)]))
    (2.0, 3.0)
    """
    box = polygon.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return None
    points = list(box.exterior.coords)
    one, two = math.dist(points[0], points[1]), math.dist(points[1], points[2])
    return min(one, two), max(one, two)


def size_m(shape: BaseGeometry) -> tuple[float, float]:
    """Return (short, long) side of the smallest rectangle round a shape; zeros for a line."""
    return sides_m(shape) or (0.0, 0.0)


def holds(shape: BaseGeometry, short_m: float, long_m: float) -> bool:
    """Tell whether a shape is a rectangle that holds one of a size."""
    one, two = size_m(shape)
    return one >= short_m and two >= long_m and shape.area >= _BOX * one * two


def is_box(polygon: Polygon) -> bool:
    """Tell whether an outline is a rectangle, up to 2 % of its area."""
    sides = sides_m(polygon)
    return sides is not None and polygon.area >= _BOX * sides[0] * sides[1]


def least_width_m(polygon: Polygon) -> float | None:
    """Return the least width that lies inside an outline; None where it has too many corners.

    Two edges that face each other across the inside give a width, if the stretch is longer than
    wide or joins two parts of the room; a recess that is neither is no narrow place.

    >>> corner = Polygon([(0, 0), (6, 0), (6, 1.2), (1.5, 1.2), (1.5, 5), (0, 5)])
    >>> least_width_m(corner)
    1.2
    """
    sides = sides_m(polygon)
    if sides is None or is_box(polygon):
        return None if sides is None else sides[0]
    slight = polygon.simplify(_SLIGHT_M)
    if not isinstance(slight, Polygon):
        return None
    ring = [(x, y) for x, y, *_ in orient(slight).exterior.coords]
    if len(ring) > _MOST_EDGES:
        return sides[0] if polygon.convex_hull.area < polygon.area / _BOX else None
    wider = polygon.buffer(1e-6)
    for width, length, across in sorted(_facing(ring)):
        if width >= sides[0]:
            break
        if not wider.covers(LineString(across)):
            continue
        if length >= width or polygon.buffer(-width / 2 - 1e-3).geom_type != "Polygon":
            return round(width, 9)
    return sides[0]


def _facing(ring: Sequence[Point]) -> Iterator[tuple[float, float, tuple[Point, Point]]]:
    """Yield (width, length of the stretch, line across) of edges that face each other."""
    edges = list(itertools.pairwise(ring))
    for i, one in enumerate(edges):
        for j in range(i + 2, len(edges)):
            if (i, j) != (0, len(edges) - 1) and (found := _across(*one, *edges[j])):
                yield found


def _across(
    a: Point, b: Point, c: Point, d: Point
) -> tuple[float, float, tuple[Point, Point]] | None:
    """Return width, length and a line across between edges a-b and c-d of a left-turning ring."""
    long_one, long_two = math.dist(a, b), math.dist(c, d)
    if long_one < _SLIGHT_M or long_two < _SLIGHT_M:
        return None
    ux, uy = (b[0] - a[0]) / long_one, (b[1] - a[1]) / long_one
    along = ((d[0] - c[0]) * ux + (d[1] - c[1]) * uy) / long_two
    if along > _FACING:
        return None

    def flat(p: Point) -> Point:
        x, y = p[0] - a[0], p[1] - a[1]
        return x * ux + y * uy, y * ux - x * uy

    (ct, ch), (dt, dh) = flat(c), flat(d)
    start, end = max(0.0, min(ct, dt)), min(long_one, max(ct, dt))
    if end - start < _SLIGHT_M:
        return None

    def high(t: float) -> float:
        return ch + (dh - ch) * (t - ct) / (dt - ct)

    t = min((start, end), key=high)
    width = high(t)
    if width <= _SLIGHT_M:
        return None
    middle = (start + end) / 2
    foot = (a[0] + ux * middle, a[1] + uy * middle)
    tall = high(middle)
    return width, end - start, (foot, (foot[0] - uy * tall, foot[1] + ux * tall))
