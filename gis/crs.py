"""The two frames of the house: 4326 at the doors, 32643 (UTM 43 N, metres) inside."""

import math
from functools import cache

from pyproj import Transformer

from gis.errors import CoordinateError

LONLAT = 4326
"""WGS 84 longitude and latitude in degrees: what people and browsers give."""
METRES = 32643
"""WGS 84 / UTM zone 43 N: Kerala in metres."""
TILES = 3857
"""Web Mercator: tiles only; never measure in it."""


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(lon_deg: float, lat_deg: float) -> tuple[float, float]:
    """Return (easting_m, northing_m) in EPSG 32643 of a point in degrees.

    Raises:
        CoordinateError: not finite, or outside -180..180, -90..90.

    """
    finite = math.isfinite(lon_deg) and math.isfinite(lat_deg)
    if not finite or abs(lon_deg) > 180 or abs(lat_deg) > 90:
        msg = f"lon {lon_deg}, lat {lat_deg}: give degrees, lon -180..180 and lat -90..90"
        raise CoordinateError(msg)
    x, y = _transformer(LONLAT, METRES).transform(lon_deg, lat_deg)
    return float(x), float(y)


def to_lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    """Return (lon_deg, lat_deg) of a point in EPSG 32643 metres.

    Raises:
        CoordinateError: not finite.

    """
    if not (math.isfinite(x_m) and math.isfinite(y_m)):
        msg = f"x {x_m}, y {y_m}: give finite metres"
        raise CoordinateError(msg)
    lon, lat = _transformer(METRES, LONLAT).transform(x_m, y_m)
    return float(lon), float(lat)
