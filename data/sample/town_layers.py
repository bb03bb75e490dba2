"""The invented town's layers: local bodies, wards, villages, zones, restrictions, coverage."""

import numpy as np
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union, voronoi_diagram
from town_plan import (
    ARP,
    COAST,
    FRAME,
    HEIGHT,
    KAYAL,
    MOUTH,
    POWER_LINE,
    RAIL,
    RAIL_LINE,
    RIVER,
    RIVER_LINE,
    ROADS,
    SEA,
    WIDTH,
    polygons,
    wavy,
)

NH, SH = ROADS[0], ROADS[1]
FORT = box(705, 905, 760, 965)
TANK = Point(3010, 3080).buffer(22)
BYPASS = wavy((2250, -200), (2330, HEIGHT + 200), 70, 1.2)
FACING = ("E", "NE", "N", "NW", "W", "SW", "S", "SE")


def shapes() -> dict[str, BaseGeometry]:
    """Return every named shape of ``town.yaml``, in the town's own metres."""
    divider = wavy((-700, 2560), (WIDTH + 500, 2480), 50, 1.5)
    north = Polygon([*divider.coords, (WIDTH + 500, HEIGHT + 900), (-700, HEIGHT + 900)])
    hills = box(3410, 1380, WIDTH + 10, HEIGHT + 10)
    panchayat = FRAME.intersection(unary_union([north, hills]))
    municipality = FRAME.difference(panchayat)
    east = box(2668, -10, WIDTH + 10, HEIGHT + 10)
    coast_500 = SEA.buffer(500).difference(SEA)
    banks = unary_union([KAYAL, MOUTH]).buffer(50).difference(unary_union([KAYAL, MOUTH, SEA]))
    tidal = unary_union([coast_500, banks]).intersection(FRAME)
    mangrove = Polygon([(1205, 1790), (1330, 1770), (1400, 1850), (1380, 1930), (1230, 1880)])
    fort, tank = FORT.buffer(100), TANK.buffer(100)
    return {
        "frame": FRAME,
        "municipality": municipality,
        "panchayat": panchayat,
        "village_nlt": municipality.difference(east),
        "village_kdv": municipality.intersection(east),
        "village_plk": panchayat,
        "west_of_hills": FRAME.intersection(box(-200, -10, 3400, HEIGHT + 10)),
        "east_of_1200": FRAME.intersection(box(1200, -10, WIDTH + 10, HEIGHT + 10)),
        "south_of_3150": FRAME.intersection(box(-200, -10, WIDTH + 10, 3150)),
        "south_of_2750": FRAME.intersection(box(-200, -10, WIDTH + 10, 2750)),
        "crz_1": mangrove,
        "crz_2": tidal.intersection(municipality).difference(mangrove),
        "crz_3a": tidal.intersection(panchayat).difference(SEA.buffer(50)),
        "crz_ndz": SEA.buffer(50).difference(SEA).intersection(panchayat),
        "crz_4": unary_union([KAYAL, MOUTH, SEA]).intersection(FRAME),
        "paddy_bank": _blob((2990, 1820), 300, 390, 5).difference(RIVER.buffer(12)),
        "paddy_unnotified": _blob((2960, 690), 250, 300, 9),
        "flood": unary_union(
            [RIVER.buffer(70), KAYAL.buffer(28), _blob((2990, 1800), 330, 420, 5)]
        )
        .difference(unary_union([RIVER, KAYAL, SEA]))
        .intersection(FRAME),
        "railway_30": RAIL.buffer(30).difference(RAIL).intersection(FRAME),
        "airport_20km": Point(ARP).buffer(20_000, 512).intersection(FRAME),
        "airport_approach": _approach().intersection(FRAME),
        "fort_100": fort.difference(FORT),
        "fort_300": FORT.buffer(300).difference(fort),
        "tank_100": tank.difference(TANK),
        "heritage": Polygon([(690, 640), (1180, 660), (1210, 1180), (980, 1235), (675, 1210)]),
        "security": Point(560, 170).buffer(330).intersection(FRAME),
        "power_line": POWER_LINE.intersection(FRAME),
        "power_strip": POWER_LINE.buffer(11).intersection(FRAME),
        "sh_widening": SH.line.buffer(11)
        .difference(SH.line.buffer(SH.width_m / 2))
        .intersection(municipality),
        "bypass": BYPASS.buffer(15).intersection(municipality),
    }


def _blob(centre: tuple[float, float], rx: float, ry: float, seed: int) -> Polygon:
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    r = 1 + 0.09 * np.sin(3 * t + seed) + 0.05 * np.sin(5 * t + 2 * seed)
    return Polygon(
        np.column_stack([centre[0] + rx * r * np.cos(t), centre[1] + ry * r * np.sin(t)])
    )


def _approach() -> Polygon:
    """The funnel of the runway that looks at the town's north-east."""
    axis = LineString([(2300, 3420), ARP])
    far, near = axis.parallel_offset(420, "left"), axis.parallel_offset(420, "right")
    return Polygon([*far.coords, *list(near.coords)[::-1]]).convex_hull


def zones(municipality: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return the master plan's zones by code: cells between main roads, and strips along them."""
    lines = [r.line for r in ROADS] + [RAIL_LINE, RIVER_LINE, municipality.boundary]
    cells = [
        c
        for c in polygonize(unary_union(lines))
        if municipality.contains(c.representative_point())
    ]
    code: dict[str, list[BaseGeometry]] = {}
    for cell in cells:
        code.setdefault(_zone_of(cell.representative_point()), []).append(cell)
    zoned = {key: unary_union(parts) for key, parts in code.items()}
    strip = NH.line.buffer(62).intersection(municipality).intersection(box(0, 250, WIDTH, 2300))
    heritage = shapes()["heritage"]
    park = unary_union([_blob((1560, 1180), 60, 45, 2), _blob((480, 1580), 42, 70, 4)])
    school = unary_union([box(1450, 640, 1600, 760), box(2310, 1490, 2480, 1640)])
    out = _carve(zoned, [("C", strip), ("H", heritage), ("P", school), ("G", park)])
    return {key: shape.buffer(0).intersection(municipality) for key, shape in sorted(out.items())}


def _zone_of(spot: Point) -> str:
    rules = (
        (spot.x > 3380, "A"),
        (spot.x > 2660 and 1330 < spot.y < 2330, "A"),
        (spot.x > 2660 and spot.y < 500, "I"),
        (1340 < spot.x < 1990 and 500 < spot.y < 1330, "M"),
        (1990 < spot.x < 2660 and spot.y < 540, "I"),
    )
    return next((zone for holds, zone in rules if holds), "R")


def _carve(
    zoned: dict[str, BaseGeometry], patches: list[tuple[str, BaseGeometry]]
) -> dict[str, BaseGeometry]:
    """Lay each patch over what is below it."""
    for name, patch in patches:
        zoned = {key: shape.difference(patch) for key, shape in zoned.items()}
        zoned[name] = unary_union([zoned.get(name, Polygon()), patch])
    return zoned


def wards(body: BaseGeometry, count: int, rng: np.random.Generator) -> list[BaseGeometry]:
    """Return wards that share a local body out between them."""
    x0, y0, x1, y1 = body.bounds
    spots: list[Point] = []
    while len(spots) < count:
        spot = Point(rng.uniform(max(x0, 350), x1), rng.uniform(y0, y1))
        if body.contains(spot) and all(spot.distance(s) > 420 for s in spots):
            spots.append(spot)
    cells = voronoi_diagram(MultiPoint(spots), envelope=body)
    inside = [unary_union(polygons(cell.intersection(body))) for cell in cells.geoms]
    return sorted(inside, key=lambda s: (round(s.centroid.y / 500), s.centroid.x))


def fixed_features() -> list[dict[str, object]]:
    """Return what distances are measured to, and what the base map draws, but for lanes."""
    rows: list[dict[str, object]] = [
        _feature("railway", RAIL.intersection(FRAME), "land", "Railway land", "റെയിൽവേ ഭൂമി"),
        _feature(
            "airport",
            Point(ARP),
            "arp",
            "Aerodrome reference point (invented)",
            "വിമാനത്താവള ആധാരബിന്ദു (സാങ്കൽപ്പികം)",
        ),
        _feature("monument", FORT, "asi", "Neelathura Fort (invented)", "നീലത്തുറ കോട്ട (സാങ്കൽപ്പികം)"),
        _feature(
            "monument", TANK, "state", "Pularikkunnu Tank (invented)", "പുലരിക്കുന്ന് കുളം (സാങ്കൽപ്പികം)"
        ),
        _feature(
            "coast",
            COAST,
            "high_tide_line",
            "High tide line (invented)",
            "വേലിയേറ്റ രേഖ (സാങ്കൽപ്പികം)",
        ),
        _feature(
            "river",
            RIVER.intersection(FRAME),
            "river",
            "Neela River (invented)",
            "നീലപ്പുഴ (സാങ്കൽപ്പികം)",
        ),
        _feature(
            "power_line", POWER_LINE.intersection(FRAME), "110", "110 kV line", "110 കെ.വി. ലൈൻ"
        ),
        _feature("station", Point(2668, 1120), "station", "Neelathura", "നീലത്തുറ"),
        _feature("place", Point(1500, 900), "town", "Neelathura", "നീലത്തുറ"),
        _feature("place", Point(3100, 3250), "village", "Pularikkunnu", "പുലരിക്കുന്ന്"),
        _feature("place", Point(3050, 1000), "village", "Kadalvazhi", "കടൽവഴി"),
    ]
    water = (
        ("sea", SEA.intersection(FRAME.buffer(400)), "Sea", "കടൽ"),
        ("backwater", unary_union([KAYAL, MOUTH]).intersection(FRAME), "Backwater", "കായൽ"),
    )
    rows += [_feature("water", shape, kind, en, ml) for kind, shape, en, ml in water]
    rows.append(_feature("water", RIVER.intersection(FRAME), "river", "Neela River", "നീലപ്പുഴ"))
    for road in ROADS:
        row = _feature(
            "road", road.line.intersection(FRAME), road.kind, road.name_en, road.name_ml
        )
        rows.append({**row, "width_m": road.width_m})
    return rows


def _feature(kind: str, shape: BaseGeometry, subkind: str, en: str, ml: str) -> dict[str, object]:
    return {
        "kind": kind,
        "class": subkind,
        "name_en": en,
        "name_ml": ml,
        "width_m": None,
        "geometry": shape,
    }
