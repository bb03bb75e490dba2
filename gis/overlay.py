"""Plots and what lies round them: which edge faces a street, and what is left inside the yards.

All shapes are in metres (EPSG:32643).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

from gis.crs import LONLAT, METRES

FACING_TOLERANCE_M = 1.0
SHORTEST_EDGE_M = 0.8
LEAST_FRONTAGE_M = 1.5
OPPOSITE_WITHIN_DEG = 60.0


@dataclass(frozen=True)
class Street:
    """A street by a plot: centreline, width in metres, class and name."""

    line: BaseGeometry
    width_m: float
    kind: str
    name_en: str = ""
    name_ml: str = ""


@dataclass(frozen=True)
class Edges:
    """The edges of a plot by what they face; ``street`` is the widest street it touches.

    ``front`` faces that street, ``rear`` is opposite, ``other_streets`` face further streets.
    """

    street: Street
    frontage_m: float
    front: tuple[LineString, ...]
    rear: tuple[LineString, ...]
    sides: tuple[LineString, ...]
    other_streets: tuple[LineString, ...]
    streets: tuple[Street, ...]


def edges_of(plot: Polygon) -> list[LineString]:
    """Return the straight edges of a plot, counter-clockwise, tiny kinks smoothed away."""
    smooth = plot.simplify(0.25)
    outline = orient(smooth if isinstance(smooth, Polygon) else plot)
    pairs = [LineString(pair) for pair in pairwise(outline.exterior.coords)]
    return [edge for edge in pairs if edge.length >= SHORTEST_EDGE_M]


def facing(plot: Polygon, streets: Sequence[Street]) -> Edges | None:
    """Sort a plot's edges by the street they face; None when none faces a street.

    An edge faces a street when its middle lies within half the street's width, and a metre,
    of the centreline. The front is taken to be on the widest street.
    """
    edges = edges_of(plot)
    faced = {index: _street_of(edge, streets) for index, edge in enumerate(edges)}
    frontage: dict[int, float] = {}
    for index, number in faced.items():
        if number is not None:
            frontage[number] = frontage.get(number, 0.0) + edges[index].length
    fronting = [n for n, length in frontage.items() if length >= LEAST_FRONTAGE_M]
    if not fronting:
        return None
    main = max(fronting, key=lambda n: (streets[n].width_m, frontage[n]))
    front = [edges[i] for i, n in faced.items() if n == main]
    others = [edges[i] for i, n in faced.items() if n is not None and n != main]
    inner = [edges[i] for i, n in faced.items() if n is None]
    rear = _opposite(front, inner)
    sides = [edge for edge in inner if edge not in rear]
    return Edges(
        street=streets[main],
        frontage_m=frontage[main],
        front=tuple(front),
        rear=tuple(rear),
        sides=tuple(sides),
        other_streets=tuple(others),
        streets=tuple(streets[n] for n in sorted(fronting)),
    )


def _street_of(edge: LineString, streets: Sequence[Street]) -> int | None:
    middle = edge.interpolate(0.5, normalized=True)
    near = [
        (middle.distance(street.line) - street.width_m / 2, number)
        for number, street in enumerate(streets)
    ]
    best = min(near, default=(math.inf, -1))
    return best[1] if best[0] <= FACING_TOLERANCE_M else None


def _opposite(front: Sequence[LineString], inner: Sequence[LineString]) -> list[LineString]:
    """Return the inner edges that look away from the front."""
    fx = sum(_normal(edge)[0] * edge.length for edge in front)
    fy = sum(_normal(edge)[1] * edge.length for edge in front)
    size = math.hypot(fx, fy) or 1.0
    least = math.cos(math.radians(OPPOSITE_WITHIN_DEG))
    away = {
        index: -(nx * fx + ny * fy) / size for index, (nx, ny) in enumerate(map(_normal, inner))
    }
    return [inner[index] for index, cosine in away.items() if cosine >= least]


def _normal(edge: LineString) -> tuple[float, float]:
    """Return the outward unit normal of an edge of a counter-clockwise ring."""
    (x0, y0), (x1, y1) = edge.coords[0], edge.coords[-1]
    return (y1 - y0) / edge.length, -(x1 - x0) / edge.length


def inside_yards(
    plot: Polygon, distances: Sequence[tuple[Sequence[LineString], float]]
) -> Polygon | MultiPolygon | None:
    """Return the part of a plot that keeps a distance (metres) from each group of edges.

    Kinks too small to be an edge keep the least of the distances. None when nothing of use
    (1 m2) is left.
    """
    strips = [
        edge.buffer(distance_m, quad_segs=4)
        for edges, distance_m in distances
        for edge in edges
        if distance_m > 0
    ]
    least_m = min((distance_m for edges, distance_m in distances if edges), default=0.0)
    kept = plot.buffer(-least_m, join_style="mitre") if least_m > 0 else plot
    left = kept.difference(unary_union(strips)) if strips else kept
    parts = getattr(left, "geoms", [left])
    whole = [part for part in parts if isinstance(part, Polygon) and part.area >= 1.0]
    if not whole:
        return None
    return whole[0] if len(whole) == 1 else MultiPolygon(whole)


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRES, LONLAT, always_xy=True)


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(LONLAT, METRES, always_xy=True)


def in_metres(shape: Polygon) -> Polygon:
    """Return a polygon of longitude and latitude in EPSG:32643."""
    turn = _to_metres().transform

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(turn(points[:, 0], points[:, 1]))

    turned: Polygon = shapely.transform(shape, moved)
    return turned


def in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of EPSG:32643 in longitude and latitude, to 7 decimals (1 cm)."""
    turn = _to_degrees().transform

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.column_stack(turn(points[:, 0], points[:, 1])), 7)

    turned: BaseGeometry = shapely.transform(shape, moved)
    return turned
