"""The invented town's ground: sea, backwater, river, hills, main roads, railway.

Everything is drawn in metres from the town's south-west corner and moved once to EPSG:32643.
The corner is in the sea off the real coast, so that no real plot is ever meant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

SEED = 20261122
EAST_0, NORTH_0 = 602_000.0, 1_158_000.0  # EPSG:32643; about 75.93 E, 10.47 N, at sea
WIDTH, HEIGHT = 4200.0, 3600.0
CRS = "EPSG:32643"


@dataclass(frozen=True)
class Road:
    """A named main road: centreline, width of its land, class and names."""

    line: LineString
    width_m: float
    kind: str
    name_en: str
    name_ml: str


def place(shape: BaseGeometry) -> BaseGeometry:
    """Move a shape from the town's own metres to EPSG:32643."""
    return affinity.translate(shape, EAST_0, NORTH_0)


def wavy(
    start: tuple[float, float], end: tuple[float, float], swing: float, waves: float
) -> LineString:
    """A smooth wandering line from start to end."""
    t = np.linspace(0, 1, 90)
    (x0, y0), (x1, y1) = start, end
    length = float(np.hypot(x1 - x0, y1 - y0))
    side = swing * (
        np.sin(2 * np.pi * waves * t) + 0.35 * np.sin(2 * np.pi * waves * 2.7 * t + 1.1)
    )
    side *= np.sin(np.pi * np.clip(t, 0, 1)) ** 0.3
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    return LineString(
        np.column_stack([x0 + (x1 - x0) * t + nx * side, y0 + (y1 - y0) * t + ny * side])
    )


COAST = wavy((330, -300), (300, HEIGHT + 300), 45, 2.3)
SEA = Polygon([*COAST.coords, (-900, HEIGHT + 300), (-900, -300)])
RIVER_LINE = wavy((WIDTH + 300, 2250), (1420, 2060), 130, 1.7)
RIVER = RIVER_LINE.buffer(23)
_KAYAL_SPINE = wavy((1330, 1930), (1240, HEIGHT + 250), 60, 1.4)
KAYAL = unary_union(
    [_KAYAL_SPINE.buffer(130), _KAYAL_SPINE.interpolate(0.35, normalized=True).buffer(210)]
)
MOUTH = wavy((250, 1880), (1330, 2000), 40, 0.8).buffer(55)
WATER = unary_union([SEA, RIVER, KAYAL, MOUTH])
FRAME = box(-100, 0, WIDTH, HEIGHT)
LAND = FRAME.difference(WATER).buffer(0)

ROADS = (
    Road(
        wavy((1950, -200), (1990, HEIGHT + 200), 60, 1.1),
        30,
        "national_highway",
        "National Highway",
        "ദേശീയപാത",
    ),
    Road(
        wavy((-100, 1290), (WIDTH + 200, 1370), 45, 1.6),
        16,
        "state_highway",
        "Fort - Hills Road",
        "കോട്ട - മല റോഡ്",
    ),
    Road(
        wavy((-100, 470), (WIDTH + 200, 560), 35, 1.9),
        12,
        "district_road",
        "South Market Road",
        "തെക്കേ ചന്ത റോഡ്",
    ),
    Road(
        wavy((-100, 2790), (WIDTH + 200, 2760), 40, 1.5),
        12,
        "district_road",
        "Ferry Road",
        "കടവ് റോഡ്",
    ),
    Road(
        wavy((640, -200), (700, HEIGHT + 200), 30, 1.7), 8, "notified", "Beach Road", "കടപ്പുറം റോഡ്"
    ),
    Road(wavy((1350, -200), (1330, 1880), 25, 1.3), 8, "notified", "Temple Road", "അമ്പലം റോഡ്"),
    Road(
        wavy((3380, -200), (3440, HEIGHT + 200), 60, 1.4),
        8,
        "notified",
        "Foothill Road",
        "മലയടി റോഡ്",
    ),
)
RAIL_LINE = wavy((2650, -200), (2690, HEIGHT + 200), 40, 0.9)
RAIL = RAIL_LINE.buffer(15, cap_style="flat")
ROAD_LAND = unary_union([r.line.buffer(r.width_m / 2, cap_style="flat") for r in ROADS])
POWER_LINE = LineString(
    [
        (WIDTH + 200, 640),
        (3700, 1150),
        (3150, 1700),
        (2480, 2480),
        (1760, 3250),
        (1600, HEIGHT + 200),
    ]
)
ARP = (21_300.0, 7_400.0)  # 19-22 km away: the 20 km line crosses the town


def polygons(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons of a shape, small crumbs left out."""
    parts = shape.geoms if isinstance(shape, MultiPolygon) or hasattr(shape, "geoms") else [shape]
    return [p for p in parts if isinstance(p, Polygon) and p.area > 1.0]


def elevation(cell: float = 10.0) -> NDArray[np.float32]:
    """Return the ground's height, metres, rows from north to south; NaN where nothing is known.

    Flat and low by the sea, hills in the east with one old quarry face steeper than 45 degrees;
    a corner in the north-east was not surveyed.
    """
    cols, rows = round(WIDTH / cell), round(HEIGHT / cell)
    x = (np.arange(cols) + 0.5) * cell
    y = HEIGHT - (np.arange(rows) + 0.5) * cell
    gx, gy = np.meshgrid(x, y)
    ground = 0.8 + np.clip((gx - 320) / 900, 0, 4)
    rise = 1 / (1 + np.exp(-(gx - 3720 - 80 * np.sin(gy / 420)) / 70))
    hills = 62 + 26 * np.sin(gy / 310 + 0.4) + 18 * np.sin(gx / 150 + gy / 240)
    ground += rise * hills
    ground += 14 * np.exp(-(((gx - 2950) / 170) ** 2 + ((gy - 3060) / 150) ** 2))
    quarry = (np.abs(gx - 3960) < 90) & (np.abs(gy - 980) < 110)
    ground = np.where(quarry & (gx < 3960), ground - 55, ground)
    ground = np.where((gx > 3950) & (gy > 3250), np.nan, ground)
    return ground.astype(np.float32)
