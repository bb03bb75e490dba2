"""Hill-shade and slope as map tiles (PNG, 256 pixels) from elevation models, in web Mercator.

A pixel without data is transparent: unknown ground is not flat ground. Heights are metres; the
length of a pixel on the ground is its Mercator length times the cosine of the latitude.
Every call opens the files for itself: rasterio's datasets are not safe between threads.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT

from gis.terrain import NoElevationError, slope_deg
from gis.tiles import bounds, check

SIZE = 256
FIRST, LAST = 6, 16
"""Zooms with relief; beyond, a client draws the tile larger."""
SUN_AZIMUTH_DEG, SUN_HEIGHT_DEG = 315.0, 45.0
_EARTH_M = 6378137.0
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Class:
    """A class of slope: from ``above_deg`` (exclusive, but 0) to ``to_deg``, and its colour."""

    above_deg: float
    to_deg: float
    colour: str


CLASSES = (
    Class(0, 5, "#fff7d6"),
    Class(5, 10, "#fde08a"),
    Class(10, 20, "#f9a94e"),
    Class(20, 30, "#e0592a"),
    Class(30, 90, "#8e1b3a"),
)


def heights(paths: Sequence[Path], z: int, x: int, y: int) -> Floats | None:
    """Return heights of a tile and one pixel round it (258, 258), NaN where unknown; None if all.

    ``paths`` come finest first; a coarser model fills what the finer ones leave open.
    Raises NoElevationError when a file cannot be read, gis.tiles.BadTileError for no tile.
    """
    check(z, x, y)
    west, south, east, north = bounds(z, x, y)
    edge = (east - west) / SIZE
    wide = SIZE + 2
    place = from_bounds(west - edge, south - edge, east + edge, north + edge, wide, wide)
    ground = np.full((wide, wide), np.nan)
    for path in paths:
        try:
            with (
                rasterio.open(path) as model,
                WarpedVRT(
                    model,
                    crs="EPSG:3857",
                    transform=place,
                    width=wide,
                    height=wide,
                    resampling=Resampling.bilinear,
                ) as warped,
            ):
                found = warped.read(1, masked=True).astype("float64").filled(np.nan)
        except rasterio.errors.RasterioError as error:
            raise NoElevationError(f"Cannot read the elevation model {path.name}.") from error
        ground = np.where(np.isnan(ground), found, ground)
        if not np.isnan(ground).any():
            break
    return None if np.isnan(ground).all() else ground


def pixel_m(z: int, y: int) -> float:
    """Return the side of a pixel on the ground at the middle of a row of tiles, metres.

    >>> round(pixel_m(0, 0))
    156543
    """
    _, south, east, north = bounds(z, 0, y)
    west = -np.pi * _EARTH_M
    shrink = 1 / np.cosh((south + north) / 2 / _EARTH_M)
    return float((east - west) / SIZE * shrink)


def slope_png(ground: Floats, cell_m: float) -> bytes | None:
    """Return slope classes as PNG with transparency; None where no pixel has data."""
    degrees = slope_deg(ground, cell_m)
    known = ~np.isnan(degrees)
    if not known.any():
        return None
    number = np.digitize(np.where(known, degrees, 0), [c.to_deg for c in CLASSES[:-1]], right=True)
    palette = np.array([_rgb(c.colour) for c in CLASSES], dtype=np.uint8)
    bands = np.concatenate([palette[number].transpose(2, 0, 1), known[None] * np.uint8(255)])
    return png(bands.astype(np.uint8))


def hillshade_png(ground: Floats, cell_m: float) -> bytes | None:
    """Return shade as grey with transparency (flat ground is clear); None without data.

    Light from the north-west at 45 degrees, by Horn's gradient.
    """
    g = ground
    dx = (g[:-2, 2:] + 2 * g[1:-1, 2:] + g[2:, 2:]) - (g[:-2, :-2] + 2 * g[1:-1, :-2] + g[2:, :-2])
    dy = (g[:-2, :-2] + 2 * g[:-2, 1:-1] + g[:-2, 2:]) - (g[2:, :-2] + 2 * g[2:, 1:-1] + g[2:, 2:])
    east, north = dx / (8 * cell_m), dy / (8 * cell_m)
    azimuth, height = np.radians(SUN_AZIMUTH_DEG), np.radians(SUN_HEIGHT_DEG)
    sun = (
        np.sin(azimuth) * np.cos(height),
        np.cos(azimuth) * np.cos(height),
        np.sin(height),
    )
    light = (-east * sun[0] - north * sun[1] + sun[2]) / np.sqrt(east**2 + north**2 + 1)
    known = ~np.isnan(light)
    if not known.any():
        return None
    change = np.where(known, light - sun[2], 0.0)
    grey = np.where(change < 0, 0, 255)
    alpha = np.clip(np.abs(change) / sun[2] * 230, 0, 200)
    return png(np.stack([grey, alpha]).astype(np.uint8))


def png(bands: Bytes) -> bytes:
    """Return bands (2: grey and alpha; 4: colour and alpha; rows; columns) as PNG.

    Written here: a GDAL image without a place on earth warns, in filters that threads share.
    """
    kind = {2: 4, 4: 6}[len(bands)]
    rows, columns = bands.shape[1:]
    lines = np.zeros((rows, 1 + columns * len(bands)), dtype=np.uint8)  # 0: no filter
    lines[:, 1:] = bands.transpose(1, 2, 0).reshape(rows, -1)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, kind, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines.tobytes(), 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
