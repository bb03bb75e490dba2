"""Measure Know Your Land at scale: ``python -P tools/bench_land.py [--plots N] [--peers]``.

Makes a register of a million plots and 100,000 restrictions in a scratch database (or takes the
one of ``--keep``), and prints JSON lines: making the pairs; the answer's one statement; the whole
answer; both over HTTP with clients at once; the bare look-up; with ``--peers`` pyramid_oereb on
the same plots and restrictions. CPU is that of the serving process and of its database processes.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent))
import oereb_peer
import scale_town

from kmap import settings
from kmap.land.lookup import Land
from kmap.land.themes import as_json
from kmap.store import asking, cluster, migrate, parcels
from kmap.store.pool import Pool, open_pool
from rules import shipped_book

TODAY = date(2026, 11, 22)
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
Point = dict[str, Any]


def main() -> None:
    """Run every measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--restrictions", type=int, default=100_000)
    parser.add_argument("--villages", type=int, default=300)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sample", type=int, default=300, help="points asked for in a run")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--keep", default="", help="a database already made; it is kept")
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args()
    here = settings.load()
    url = here.database_url or cluster.ensure(here.home).url
    with database(url, asked.keep) as own:
        pool = open_pool(own, size=1)
        if not asked.keep:
            made = scale_town.make(pool, asked.plots, asked.restrictions, villages=asked.villages)
            show({"bench": "land-scale", **vars(made), "rss_mb": rss_mb()})
        points = sample(pool, asked.sample)
        in_process(pool, points, asked.runs)
        pool.close()
        over_http(own, points, asked.clients)
        if asked.peers:
            pool = open_pool(own, size=1)
            oereb_peer.measure(own, points, show, lambda: cpu_s(backends(pool)))
            pool.close()


@contextmanager
def database(url: str, keep: str) -> Iterator[str]:
    """Make a database for this run and drop it afterwards, or name the one to keep."""
    name = keep or f"kmap_bench_{os.getpid()}"
    own = url.rsplit("/", 1)[0] + "/" + name
    if keep:
        yield own
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        migrate.upgrade(own)
        yield own
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rss_mb() -> float:
    """Return the most memory this process has held, megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def sample(pool: Pool, count: int) -> list[Point]:
    """Return points inside plots of the whole register, the same each time."""
    with pool.connection() as connection:
        return connection.execute(
            "SELECT id, public_id, ST_X(c) AS lon, ST_Y(c) AS lat FROM (SELECT id, public_id,"
            " ST_Transform(ST_PointOnSurface(geom), 4326) AS c FROM plot"
            " TABLESAMPLE BERNOULLI (0.5) REPEATABLE (7) ORDER BY md5(public_id) LIMIT %s) s",
            (count,),
        ).fetchall()


def in_process(pool: Pool, points: list[Point], runs: int) -> None:
    """Measure the one statement, the whole answer, its bytes and its statements."""
    land = Land(pool, shipped_book())

    def statement(point: Point) -> int:
        with pool.connection() as connection:
            asking.everything(connection, parcels.at(point["lon"], point["lat"]), TODAY)
        return 0

    def whole(point: Point) -> int:
        return len(orjson.dumps(land.at(point["lon"], point["lat"], TODAY)))

    def themes(point: Point) -> int:
        with pool.connection() as connection:
            asked = asking.everything(connection, parcels.at(point["lon"], point["lat"]), TODAY)
            if asked is None:
                return 0
            found = land.told(connection, asked, TODAY)
        listed = [as_json(told, found.parcel, found.register) for told in found.themes.values()]
        return len(orjson.dumps({"plot": found.parcel.row, "themes": listed}))

    # what a cadastre of restrictions says, as pyramid_oereb does: no law, no "may be built"
    steps = (("land-statement", statement), ("land-themes", themes), ("land-answer", whole))
    for name, step in steps:
        show({"bench": name, "n": len(points), **timed(pool, points, step, runs)})
    show({"bench": "land-answer-statements", "statements": statements(whole, points[0])})


def timed(
    pool: Pool, points: list[Point], step: Callable[[Point], int], runs: int
) -> dict[str, float]:
    """Return medians over runs; the first run warms up and is not counted."""
    rows = []
    for run in range(runs + 1):
        cpu, base = time.process_time(), cpu_s(backends(pool))
        walls, sizes = [], []
        for point in points:
            began = time.perf_counter()
            sizes.append(step(point))
            walls.append(1000 * (time.perf_counter() - began))
        per = 1000 / len(points)
        if run:
            rows.append(
                {
                    "wall_ms_p50": statistics.median(walls),
                    "wall_ms_p95": sorted(walls)[int(0.95 * len(walls))],
                    "cpu_ms_python": per * (time.process_time() - cpu),
                    "cpu_ms_postgres": per * since(base, cpu_s(backends(pool))),
                    "bytes_p50": statistics.median(sizes),
                    "bytes_max": max(sizes),
                }
            )
    return {"runs": runs, **{k: round(statistics.median(r[k] for r in rows), 3) for k in rows[0]}}


def statements(step: Callable[[Point], int], point: Point) -> int:
    """Count what is sent to the database for one answer."""
    sent = []
    execute = psycopg.Connection.execute

    def counting(self: Any, query: Any, *more: Any, **options: Any) -> Any:
        sent.append(query)
        return execute(self, query, *more, **options)

    psycopg.Connection.execute = counting  # type: ignore[method-assign]
    try:
        step(point)
    finally:
        psycopg.Connection.execute = execute  # type: ignore[method-assign]
    return len(sent)


def backends(pool: Pool) -> list[int]:
    """Return the process numbers of this database's connections."""
    with pool.connection() as connection:
        return [
            row["pid"]
            for row in connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend'"
            ).fetchall()
        ]


Used = dict[int, float]


def since(before: Used, after: Used) -> float:
    """Return the CPU seconds used between two looks; a process that came between counts whole."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def cpu_s(pids: list[int]) -> Used:
    """Return the CPU seconds some processes have used (Linux; else nothing)."""
    used = {}
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            continue
        used[pid] = TICK_S * sum(map(int, told.rsplit(")", 1)[1].split()[11:13]))
    return used


SERVE = """
import sys
from api.__main__ import server
from api.app import create_app
from api.limits import SHARES, Share
from kmap.services import build_services
from kmap.settings import Settings
services = build_services(Settings(database_url=sys.argv[1]))
free = server(create_app(services, {kind: Share(1e9, 1e9) for kind in SHARES}), 0, "critical")
class Told(type(free)):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
free.__class__ = Told
free.run()
services.close()
"""


@contextmanager
def served(own: str) -> Iterator[tuple[str, int]]:
    """Serve the application in a process of its own; yields its address and process number."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", SERVE, own], stdout=subprocess.PIPE, text=True
    )
    try:
        port = (child.stdout or sys.stdin).readline().strip()
        yield f"http://127.0.0.1:{port}", child.pid
    finally:
        child.terminate()
        child.wait(20)


def over_http(own: str, points: list[Point], clients: int) -> None:
    """Measure the answer and the bare look-up with clients at once."""
    pool = open_pool(own, size=1)
    land = [f"/v1/land?lon={p['lon']}&lat={p['lat']}&as_of={TODAY}" for p in points]
    look = [f"/v1/lookup?lon={p['lon']}&lat={p['lat']}&as_of={TODAY}" for p in points]
    with served(own) as (address, pid):
        for name, paths, count, at_once in (
            ("land-http-1", land, 300, 1),
            (f"land-http-{clients}", land, 600, clients),
            ("lookup-http-1", look, 3_000, 1),
            (f"lookup-http-{2 * clients}", look, 10_000, 2 * clients),
        ):
            asked(address, paths, len(paths), at_once)  # warms up
            cpu, base = cpu_s([pid]), cpu_s(backends(pool))
            told = asked(address, paths, count, at_once)
            per = 1000 / count
            show(
                {
                    "bench": name,
                    **told,
                    "cpu_ms_server": round(per * since(cpu, cpu_s([pid])), 3),
                    "cpu_ms_postgres": round(per * since(base, cpu_s(backends(pool))), 3),
                }
            )
    pool.close()


def asked(address: str, paths: list[str], count: int, at_once: int) -> dict[str, Any]:
    """Ask from a process of its own, each client one request after another."""
    with multiprocessing.get_context("spawn").Pool(1) as other:
        return dict(other.apply(ask_all, (address, paths, count, at_once)))


def ask_all(address: str, paths: list[str], count: int, at_once: int) -> dict[str, Any]:
    """Return req/s, milliseconds and bytes of some requests; every one must be 200."""
    began = time.perf_counter()
    per_client = -(-count // at_once)

    async def everyone() -> list[list[tuple[float, int]]]:
        some = [one_client(address, paths[n:] + paths[:n], per_client) for n in range(at_once)]
        return await asyncio.gather(*some)

    seen = [one for client in asyncio.run(everyone()) for one in client]
    took = time.perf_counter() - began
    walls = sorted(wall for wall, _ in seen)
    return {
        "clients": at_once,
        "req_s": round(len(seen) / took, 1),
        **{f"ms_p{q}": round(walls[int(q / 100 * (len(walls) - 1))], 2) for q in (50, 95, 99)},
        "bytes_p50": statistics.median(size for _, size in seen),
    }


async def one_client(address: str, paths: list[str], count: int) -> list[tuple[float, int]]:
    """Send requests over one kept connection; return milliseconds and body bytes of each."""
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    seen = []
    for number in range(count):
        path = paths[number % len(paths)]
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"{path}: {head!r}")
        size = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(size)
        seen.append((1000 * (time.perf_counter() - began), size))
    writer.close()
    return seen


def show(line: dict[str, Any]) -> None:
    """Print one JSON line."""
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
