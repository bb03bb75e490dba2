"""Web tiles: which square of the earth is z/x/y, in EPSG:3857 metres.

>>> bounds(0, 0, 0)[0] < -20037508
True
"""

import math

from gis.errors import GroundError

MAX_ZOOM = 22
EXTENT = 4096
BUFFER = 64
_HALF_WORLD_M = math.pi * 6378137.0


class BadTileError(GroundError):
    """The tile's numbers name no square: zoom 0 to 22, x and y from 0 to 2^zoom - 1."""

    code = "bad_tile"


def check(z: int, x: int, y: int) -> None:
    """Raise BadTileError unless z/x/y names a tile."""
    if not 0 <= z <= MAX_ZOOM or not 0 <= x < 2**z or not 0 <= y < 2**z:
        raise BadTileError(f"No tile {z}/{x}/{y}: zoom 0 to {MAX_ZOOM}, x and y below 2^zoom.")


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a tile in EPSG:3857 metres.

    >>> [round(n) for n in bounds(1, 1, 0)]
    [0, 0, 20037508, 20037508]
    """
    check(z, x, y)
    size_m = 2 * _HALF_WORLD_M / 2**z
    west, north = x * size_m - _HALF_WORLD_M, _HALF_WORLD_M - y * size_m
    return west, north - size_m, west + size_m, north


def at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return x and y of the tile that holds a point (degrees).

    >>> at(76.0, 10.5, 14)
    (11650, 7711)
    """
    n = 2**z
    x = int((lon + 180) / 360 * n)
    turned = math.asinh(math.tan(math.radians(lat)))
    return x, int((1 - turned / math.pi) / 2 * n)
