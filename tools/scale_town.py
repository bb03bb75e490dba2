"""A land register of any size in real village outlines: ``python -P tools/scale_town.py URL``.

Plots are irregular quadrilaterals along lanes, clustered in villages; restrictions are mixed in
kind, size and dimension: zones that share borders, floods, small paddies, discs, lines, points.
The same numbers make the same register, byte for byte. Everything in it is invented but the
outlines, and marked so. Benches and tests import :func:`make`.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from psycopg import sql
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from kmap.land.search import plot_id, survey_key, tile_id
from kmap.store import loads, pairs, register
from kmap.store.loads import Source
from kmap.store.pool import Connection, Pool, open_pool

Row = dict[str, Any]
SHARED = Path(os.environ.get("KMAP_SHARED") or "/work/shared")
OUTLINES = "data/kerala_villages_simplified.gpkg"
CELL_M, LANE_M, ROW = 22.0, 6.0, 8
"""A plot's side, a lane's width, and how many plots lie between two lanes."""
TODAY = date(2026, 11, 22)
SOURCE = Source(
    source_en="Invented plots in real village outlines, made by tools/scale_town.py",
    source_ml="യഥാർത്ഥ വില്ലേജ് അതിരുകളിലെ സാങ്കൽപ്പിക പ്ലോട്ടുകൾ; tools/scale_town.py നിർമ്മിച്ചത്",
    source_date=TODAY,
    source_scale="1:1000",
    accuracy_m=0.3,
    licence="CC0-1.0",
    invented=True,
)
THEMES = "zoning crz paddy flood railway airport monument heritage security power_line roads"
ZONES = ("res", "com", "ind", "agr", "pub")
MIX = {
    # theme: share of the restrictions that are not zones, kind, dimension, least and most metres
    "paddy": (0.52, "prohibits", 2, 10.0, 60.0),
    "crz": (0.06, "needs_noc", 2, 40.0, 300.0),
    "flood": (0.02, "informs", 2, 150.0, 600.0),
    "heritage": (0.04, "needs_noc", 2, 30.0, 120.0),
    "security": (0.02, "needs_noc", 2, 100.0, 300.0),
    "roads": (0.22, "limits", 1, 40.0, 200.0),
    "power_line": (0.06, "limits", 1, 300.0, 1200.0),
    "monument": (0.06, "informs", 0, 0.0, 0.0),
}
INDEXES = (
    "CREATE INDEX plot_geom_gist ON plot USING gist (geom)",
    "CREATE INDEX plot_geom_3857_gist ON plot USING gist (geom_3857) WHERE upper_inf(valid)",
    (
        "ALTER TABLE plot ADD CONSTRAINT plot_one_version_at_a_time"
        " EXCLUDE USING gist (public_id WITH =, valid WITH &&, known WITH &&)"
    ),
)


@dataclass(frozen=True)
class Village:
    """A village outline (EPSG:32643) and the middle of its plots."""

    code: str
    name: str
    outline: BaseGeometry
    plots: int
    spot: tuple[float, float]


@dataclass(frozen=True)
class Made:
    """What was made, and the seconds each step took."""

    plots: int
    restrictions: int
    pairs: int
    seconds: dict[str, float]


def make(
    pool: Pool, plots: int = 1_000_000, restrictions: int = 100_000, *, villages: int = 300
) -> Made:
    """Fill a migrated, empty register; plots may come out a few fewer than asked for."""
    took: dict[str, float] = {}
    with pool.connection() as connection:
        connection.execute("SET statement_timeout = 0")
        with connection.transaction():
            register.sync(connection)
            places = _villages(connection, plots, villages)
            _timed(took, "features", lambda: _features(connection, places))
            _timed(took, "coverage", lambda: _coverage(connection, places))
            laid = _timed(
                took, "restrictions", lambda: _restrictions(connection, places, restrictions)
            )
            load_id = _load(connection, "plots")
            count = _timed(took, "plots", lambda: _plots(connection, places, load_id))
            made = _timed(took, "pairs", lambda: pairs.renew(connection, load_id, "plots"))
            loads.finish_load(connection, load_id, count, 0)
        loads.analyse(connection)
        connection.execute("SET statement_timeout = '20s'")
    return Made(count, laid, made, took)


def _timed(took: dict[str, float], name: str, step: Any) -> Any:
    began = time.perf_counter()
    done = step()
    took[name] = round(time.perf_counter() - began, 2)
    return done


def _load(
    connection: Connection, kind: str, accuracy_m: float = 0.3, theme: str | None = None
) -> int:
    source = replace(SOURCE, accuracy_m=accuracy_m)
    return loads.record_load(connection, kind, theme, f"scale {kind} {theme}", source)


def _villages(connection: Connection, plots: int, count: int) -> list[Village]:
    """Return the villages with most room, spread over the state, and load them."""
    frame = pyogrio.read_dataframe(SHARED / OUTLINES).to_crs(32643)
    frame = (
        frame.assign(area=frame.geometry.area).sort_values(["area", "CEN_2001"]).iloc[-3 * count :]
    )
    frame = frame.sort_values("CEN_2001").iloc[::3][:count]
    each = -(-plots // len(frame))
    spots = frame.geometry.representative_point()
    found = [
        Village(
            f"S{number:04d}", str(name or f"Village {number}"), outline, each, (spot.x, spot.y)
        )
        for number, (name, outline, spot) in enumerate(
            zip(frame["NAME"], frame.geometry, spots, strict=True), 1
        )
    ]
    load_id = _load(connection, "villages")
    marks = {"load_id": load_id, "invented": True}
    names = [{"name_en": v.name, "name_ml": f"പരീക്ഷണ വില്ലേജ് {v.code[1:]}"} for v in found]
    outlines = [loads.ground(_many(v.outline)) for v in found]
    rows = list(zip(found, names, outlines, strict=True))
    loads.copy_rows(
        connection,
        "village",
        [
            {
                "code": v.code,
                **n,
                "search_key": v.code.lower(),
                "search_key_ml": n["name_ml"],
                "geom": g,
            }
            | marks
            for v, n, g in rows
        ],
    )
    kind = {"tier": "gram_panchayat", "family": "panchayat", "body_class": "grama_panchayat"}
    loads.copy_rows(
        connection,
        "local_body",
        [
            {"code": f"B{v.code}", **n, **kind, "district": "Test", "geom": g} | marks
            for v, n, g in rows
        ],
    )
    loads.copy_rows(
        connection,
        "ward",
        [
            {"code": f"W{v.code}", "local_body_code": f"B{v.code}", "number": 1, **n, "geom": g}
            | marks
            for v, n, g in rows
        ],
    )
    return found


def _many(shape: BaseGeometry) -> BaseGeometry:
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])


def _rng(village: Village, what: int) -> np.random.Generator:
    return np.random.default_rng([what, int(village.code[1:])])


def _nodes(i: NDArray[Any], j: NDArray[Any], village: Village) -> NDArray[np.float64]:
    """Return jittered corners of the lattice; neighbours share theirs."""
    x0, y0 = village.spot
    x = x0 + i * CELL_M + np.floor_divide(i, ROW + 1) * (LANE_M - CELL_M)
    noise = np.sin(i * 12.9898 + j * 78.233 + x0) * 43758.5453
    other = np.sin(i * 39.3468 + j * 11.135 + y0) * 24634.6345
    jitter = 5.0 * (np.stack((noise, other), -1) % 1.0 - 0.5)
    return np.stack((x, y0 + j * CELL_M), -1) + jitter


def _cells(village: Village) -> NDArray[np.int64]:
    """Return lattice cells of the village's plots, nearest to its middle first taken."""
    half = int(np.sqrt(village.plots) * 0.75) + 3
    i, j = np.meshgrid(np.arange(-half, half), np.arange(-half, half), indexing="ij")
    cells = np.column_stack((i.ravel(), j.ravel()))
    cells = cells[cells[:, 0] % (ROW + 1) != ROW]
    middle = _nodes(cells[:, 0] + 0.5, cells[:, 1] + 0.5, village)
    cells = cells[shapely.contains_xy(village.outline, middle[:, 0], middle[:, 1])]
    order = np.argsort(np.hypot(cells[:, 0], cells[:, 1]), kind="stable")
    kept = cells[order][: village.plots]
    return kept[np.lexsort((kept[:, 1], kept[:, 0] // 8, kept[:, 1] // 8))]


def _plots(connection: Connection, villages: list[Village], load_id: int) -> int:
    for index in ("plot_geom_gist", "plot_geom_3857_gist"):
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
    connection.execute("ALTER TABLE plot DROP CONSTRAINT plot_one_version_at_a_time")
    made = sum(
        loads.copy_rows(connection, "plot", list(_plot_rows(village, load_id)))
        for village in villages
    )
    for statement in INDEXES:
        connection.execute(statement)
    connection.execute("ANALYZE plot")
    return made


def _plot_rows(village: Village, load_id: int) -> Iterator[Row]:
    cells = _cells(village)
    i, j = cells[:, 0], cells[:, 1]
    corners = [_nodes(i + a, j + b, village) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    shapes = shapely.set_srid(shapely.polygons(np.stack(corners, 1)), 32643)
    deeds = np.round(shapely.area(shapes) * _rng(village, 1).uniform(0.96, 1.04, len(shapes)), 1)
    for number, (shape, deed) in enumerate(zip(shapes, deeds, strict=True), 1):
        survey, part = str(1 + number // 12), str(1 + number % 12)
        name = plot_id(village.code, "1", survey, part)
        yield {
            "tile_id": tile_id(name),
            "public_id": name,
            "village_code": village.code,
            "block": "1",
            "survey_no": survey,
            "subdivision": part,
            "search_key": survey_key(survey, part),
            "deed_area_m2": float(deed) if number % 2 else None,
            "geom": shape,
            "source": SOURCE.source_en,
            "accuracy_m": SOURCE.accuracy_m,
            "load_id": load_id,
            "invented": True,
        }


def _features(connection: Connection, villages: list[Village]) -> None:
    load_id = _load(connection, "features")
    rows = [
        {
            "kind": kind,
            "class": subkind,
            "name_en": f"{kind} {village.code}",
            "name_ml": f"പരീക്ഷണം {village.code}",
            "width_m": width,
            "geom": loads.ground(shape),
            "load_id": load_id,
            "invented": True,
        }
        for number, village in enumerate(villages)
        for kind, subkind, width, shape in _of_village(village, number)
    ]
    loads.copy_rows(connection, "feature", rows)


def _of_village(
    village: Village, number: int
) -> Iterator[tuple[str, str | None, float | None, BaseGeometry]]:
    half = int(np.sqrt(village.plots) * 0.6) + 3
    x0, y0 = village.spot
    ends = np.arange(-half, half)
    for lane in range(-half // (ROW + 1), half // (ROW + 1) + 1):
        column = np.full(len(ends), lane * (ROW + 1) + ROW)
        left, right = _nodes(column, ends, village), _nodes(column + 1, ends, village)
        yield "road", "unnotified", LANE_M, LineString((left + right) / 2)
    wave = [(x0 + 40.0 * s, y0 + 300.0 + 60.0 * np.sin(s / 3.0)) for s in range(-60, 61)]
    yield "river", None, None, LineString(wave)
    if number % 10 == 0:
        yield "railway", None, None, LineString([(x0 - 3000, y0 - 900), (x0 + 3000, y0 - 700)])
        yield (
            "coast",
            None,
            None,
            LineString([(x0 - 9000 - 9 * y, y0 + 90 * y) for y in range(-60, 61)]),
        )
        yield "monument", "asi", None, Point(x0 + 150, y0 + 90)
        yield "monument", "state", None, Point(x0 - 350, y0 + 290)
        yield "power_line", "110", None, LineString([(x0 - 2000, y0 + 400), (x0 + 2000, y0 + 500)])
    if number % 75 == 0:
        yield "airport", None, None, Point(x0 + 5000, y0).buffer(800, quad_segs=4)


def _coverage(connection: Connection, villages: list[Village]) -> None:
    load_id = _load(connection, "coverage")
    rows = [
        {"theme_id": theme, "level": "complete", "geom": loads.ground(part), "load_id": load_id}
        for village in villages
        for part in getattr(village.outline, "geoms", [village.outline])
        for theme in THEMES.split()
        if theme != "security" or int(village.code[1:]) % 4
    ]
    loads.copy_rows(connection, "coverage", rows)


def _restrictions(connection: Connection, villages: list[Village], count: int) -> int:
    zones = [row for village in villages for row in _zones(village)]
    rest = max(count - len(zones), 0)
    each = [rest // len(villages) + (n < rest % len(villages)) for n in range(len(villages))]
    others = [row for v, n in zip(villages, each, strict=True) for row in _others(v, n)]
    made = 0
    for theme in ("zoning", *MIX):
        load_id = _load(connection, "restrictions", 0.0 if theme == "zoning" else 1.0, theme)
        some = [(row, shape) for row, shape in (*zones, *others) if row["theme_id"] == theme]
        rows = [{**row, "load_id": load_id} for row, _ in some]
        loads.add_restrictions(connection, rows, [[shape] for _, shape in some])
        pairs.renew(connection, load_id, "restrictions")
        loads.finish_load(connection, load_id, len(rows), 0)
        made += len(rows)
    return made


def _row(name: str, theme: str, kind: str, value: str | None, zone: str | None) -> Row:
    return {
        "public_id": name,
        "theme_id": theme,
        "kind": kind,
        "status": "in_force",
        "value": value,
        "zone_code": zone,
        "title_en": f"Invented {theme} {name}",
        "title_ml": f"സാങ്കൽപ്പിക നിയന്ത്രണം {name}",
        "says_en": "Made for measuring speed; it restricts nothing; its text is as usual.",
        "says_ml": "വേഗം അളക്കാൻ ഉണ്ടാക്കിയത്; ഒന്നും നിയന്ത്രിക്കുന്നില്ല.",
        "valid": loads.from_day(date(2020, 1, 1)),
    }


def _zones(village: Village) -> Iterator[tuple[Row, BaseGeometry]]:
    """Cut the village's plots into 5 x 5 zones whose ragged borders are shared, without a gap."""
    side = 1.3 * CELL_M * np.sqrt(village.plots) / 5
    x0, y0 = village.spot
    rng = _rng(village, 2)
    from_end = np.minimum(np.arange(1, 24), np.arange(23, 0, -1))
    most = np.minimum(9.0, 0.4 * side / 24 * from_end)  # borders that meet do not cross
    ragged = rng.uniform(-1.0, 1.0, (2, 6, 5, 23)) * most

    def border(way: int, line: int, part: int) -> NDArray[np.float64]:
        along = np.linspace(part - 2.5, part - 1.5, 25) * side
        across = np.full(25, (line - 2.5) * side)
        across[1:-1] += ragged[way, line, part]
        points = (along, across) if way == 0 else (across, along)
        return np.column_stack((points[0] + x0, points[1] + y0))

    for i in range(5):
        for j in range(5):
            south, north = border(0, j, i), border(0, j + 1, i)[::-1]
            west, east = border(1, i, j)[::-1], border(1, i + 1, j)
            ring = np.vstack((south[:-1], east[:-1], north[:-1], west))
            code = ZONES[int(rng.integers(len(ZONES)))]
            name = f"zone-{village.code}-{i}{j}"
            yield _row(name, "zoning", "limits", code, code), Polygon(ring)


def _others(village: Village, count: int) -> Iterator[tuple[Row, BaseGeometry]]:
    rng = _rng(village, 3)
    names = list(MIX)
    themes = rng.choice(names, count, p=[MIX[name][0] for name in names])
    spread = 0.75 * CELL_M * np.sqrt(village.plots)
    for number, theme in enumerate(themes):
        _, kind, dimension, least, most = MIX[theme]
        x, y = np.array(village.spot) + rng.uniform(-spread, spread, 2)
        size = least * (most / least) ** rng.random() if least else 0.0
        value = {"crz": "II", "paddy": "data_bank"}.get(theme)
        shape = _shape(rng, dimension, (x, y), size)
        yield _row(f"{theme}-{village.code}-{number}", theme, kind, value, None), shape


def _shape(
    rng: np.random.Generator, dimension: int, spot: tuple[float, float], size: float
) -> BaseGeometry:
    """Return a blob of about a radius, a bent line of a length, or a point."""
    if dimension == 0:
        return Point(spot)
    if dimension == 1:
        turn = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.3, 5))
        steps = np.column_stack((np.cos(turn), np.sin(turn))) * size / 5
        return LineString(np.vstack((spot, spot + np.cumsum(steps, 0))))
    corners = int(rng.integers(9, 40)) if size < 100 else int(rng.integers(60, 300))
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = size * (
        1 + 0.25 * np.sin(2 * angle + rng.random()) + rng.uniform(-0.08, 0.08, corners)
    )
    return Polygon(np.column_stack((np.cos(angle), np.sin(angle))) * reach[:, None] + spot)


def main() -> None:
    """Fill the database at an address and say what was made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--restrictions", type=int, default=100_000)
    parser.add_argument("--villages", type=int, default=300)
    asked = parser.parse_args()
    pool = open_pool(asked.url, size=1)
    print(make(pool, asked.plots, asked.restrictions, villages=asked.villages))
    pool.close()


if __name__ == "__main__":
    main()
