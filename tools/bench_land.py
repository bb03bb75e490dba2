"""Measure Know Your Land on the town: ``python -P tools/bench_land.py [--copies N] [--runs N]``.

Prints JSON lines: for each step the median over runs of wall and CPU milliseconds an answer
(CPU of this process, and of the database's process), p50 and p95. ``--copies`` lays the town out
many times over in a scratch database (87 copies: a million plots).
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import psycopg

from kmap import settings
from kmap.land.lookup import Land
from kmap.land.town import ensure_town
from kmap.store import asking, cluster, migrate, parcels, register
from kmap.store.pool import Pool, open_pool
from rules import Book, load_book

TODAY = date(2026, 11, 22)
STEP_EAST_M, STEP_NORTH_M, COLUMNS = 4400, 3700, 10

COPIES = """
INSERT INTO plot (tile_id, public_id, village_code, block, survey_no, subdivision, search_key,
                  deed_area_m2, geom, source, accuracy_m, valid, invented, load_id)
SELECT tile_id + n, public_id || '@' || n, village_code, block || '@' || n, survey_no, subdivision,
       search_key, deed_area_m2, ST_Translate(geom, {east}, {north}), source, accuracy_m, valid,
       invented, load_id
FROM plot, generate_series(1, %(copies)s) n WHERE public_id NOT LIKE '%%@%%'
ORDER BY n, id
"""
LAYERS = """
WITH made AS (
    INSERT INTO restriction (public_id, theme_id, kind, status, value, zone_code, title_en,
                             title_ml, says_en, says_ml, accuracy_m, valid, load_id)
    SELECT public_id || '@' || n, theme_id, kind, status, value, zone_code, title_en, title_ml,
           says_en, says_ml, accuracy_m, valid, load_id
    FROM restriction, generate_series(1, %(copies)s) n
    WHERE public_id <> 'airport-20km'
    RETURNING id, public_id)
INSERT INTO restriction_geom (restriction_id, dimension, geom)
SELECT m.id, g.dimension, ST_Translate(g.geom, {east}, {north})
FROM made m
CROSS JOIN LATERAL (SELECT split_part(m.public_id, '@', 2)::int AS n) s
JOIN restriction r ON r.public_id = split_part(m.public_id, '@', 1)
JOIN restriction_geom g ON g.restriction_id = r.id
"""


WITHOUT = (
    "ALTER TABLE plot DROP CONSTRAINT plot_one_version_at_a_time",
    "DROP INDEX plot_geom_gist, plot_geom_3857_gist",
)
AGAIN = (
    "CREATE INDEX plot_geom_gist ON plot USING gist (geom)",
    "CREATE INDEX plot_geom_3857_gist ON plot USING gist (geom_3857) WHERE upper_inf(valid)",
)


def main() -> None:
    """Run every measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--plots", type=int, default=300)
    asked = parser.parse_args()
    here = settings.load()
    url = here.database_url or cluster.ensure(here.home).url
    book = load_book(here.book)
    with scratch(url) as own:
        pool = open_pool(own, size=1)
        began = time.perf_counter()
        ensure_town(pool, here.home, lambda text: print(text, file=sys.stderr))
        show({"bench": "land-load-town", "wall_s": round(time.perf_counter() - began, 2)})
        if asked.copies:
            lay_out(pool, asked.copies)
        measure(pool, book, asked.runs, asked.plots)
        pool.close()


@contextmanager
def scratch(url: str) -> Any:
    """Make a database for this run and drop it afterwards."""
    name = f"kmap_bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    own = url.rsplit("/", 1)[0] + "/" + name
    try:
        migrate.upgrade(own)
        yield own
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def lay_out(pool: Pool, copies: int) -> None:
    """Lay the town out many times over."""
    move = {
        "east": f"(n %% {COLUMNS}) * {STEP_EAST_M}",
        "north": f"(n / {COLUMNS}) * {STEP_NORTH_M}",
    }
    began = time.perf_counter()
    with pool.connection() as connection:
        connection.execute("SET statement_timeout = 0")
        for statement in WITHOUT:
            connection.execute(statement)
        for statement in (COPIES, LAYERS):
            connection.execute(statement.format(**move), {"copies": copies})
        for statement in AGAIN:
            connection.execute(statement)
        connection.execute("ANALYZE")
        row = connection.execute(
            "SELECT (SELECT count(*) FROM plot) AS plots,"
            " (SELECT count(*) FROM restriction) AS restrictions,"
            " (SELECT count(*) FROM restriction_piece) AS pieces"
        ).fetchone()
        connection.execute("SET statement_timeout = '20s'")
    show({"bench": "land-scale", **(row or {}), "wall_s": round(time.perf_counter() - began, 1)})


def measure(pool: Pool, book: Book, runs: int, count: int) -> None:
    """Measure the three statements, the whole answer, and its size."""
    land = Land(pool, book)
    with pool.connection() as connection:
        points = connection.execute(
            "SELECT ST_X(c) AS lon, ST_Y(c) AS lat FROM (SELECT ST_Transform("
            "ST_PointOnSurface(geom), 4326) AS c FROM plot ORDER BY md5(public_id) LIMIT %s) s",
            (count,),
        ).fetchall()
        themes = [t for t in register.read(connection).themes if t != register.RECORDS_ONLY]

    def statements(point: dict[str, float]) -> None:
        with pool.connection() as connection:
            parcel = parcels.at(connection, point["lon"], point["lat"], TODAY)
            if parcel is not None:
                asking.overlaps(connection, parcel.key, TODAY, themes)
                asking.near(connection, parcel.key, TODAY)

    def whole(point: dict[str, float]) -> None:
        land.at(point["lon"], point["lat"], TODAY)

    for name, step in (("land-statements", statements), ("land-answer", whole)):
        show({"bench": name, "n": len(points), **timed(pool, points, step, runs)})
    sizes = [len(orjson.dumps(land.at(p["lon"], p["lat"], TODAY))) for p in points[:50]]
    show({"bench": "land-answer-size", "bytes_p50": statistics.median(sizes), "max": max(sizes)})


def timed(
    pool: Pool, points: list[dict[str, float]], step: Callable[[dict[str, float]], None], runs: int
) -> dict[str, float]:
    """Return medians over runs; the first run warms up and is not counted."""
    rows = []
    for run in range(runs + 1):
        cpu, database = time.process_time(), backend_cpu_s(pool)
        walls = []
        for point in points:
            began = time.perf_counter()
            step(point)
            walls.append(1000 * (time.perf_counter() - began))
        per = 1000 / len(points)
        if run:
            rows.append(
                {
                    "wall_ms_p50": statistics.median(walls),
                    "wall_ms_p95": sorted(walls)[int(0.95 * len(walls))],
                    "cpu_ms_python": per * (time.process_time() - cpu),
                    "cpu_ms_postgres": per * (backend_cpu_s(pool) - database),
                }
            )
    return {"runs": runs, **{k: round(statistics.median(r[k] for r in rows), 3) for k in rows[0]}}


def backend_cpu_s(pool: Pool) -> float:
    """Return the CPU seconds the pool's one database process has used (Linux; else nothing)."""
    with pool.connection() as connection:
        pid = (connection.execute("SELECT pg_backend_pid() AS pid").fetchone() or {})["pid"]
    try:
        used = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    except OSError:
        return 0.0
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def show(line: dict[str, Any]) -> None:
    """Print one JSON line."""
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
