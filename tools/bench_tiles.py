"""Measure tiles beside their peers: ``python -P tools/bench_tiles.py [--plots N]``.

One database, the same tiles, one run: ours cut live and ours from memory (200 and 304), tipg and
timvt on the same table, nginx on the same bytes. Load comes from ``wrk``, a process of its own.
JSON lines: requests a second, p50 and p99, bytes, CPU milliseconds a request of the server and of
Postgres. A peer that cannot be had is named in a line of its own.
"""

import argparse
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import psycopg
import scale_town
from bench_land import Point, database, sample, show

from gis.tiles import at
from kmap import settings
from kmap.store import cluster
from kmap.store.pool import open_pool

ROOT = Path(__file__).resolve().parent.parent
PEERS = {
    "tipg": ["tipg==1.6.1"],
    "timvt": ["timvt==0.7.0", "pydantic<2", "fastapi<0.95", "starlette<0.27"],  # as old as it is
}
ZOOMS = (14, 15, 16, 17)
TICK = os.sysconf("SC_CLK_TCK")
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local n = 0
request = function()
  n = n %% #paths + 1
  local path, tag = paths[n]:match("(%%S+) ?(.*)")
  local headers = { ["Accept-Encoding"] = "gzip" }
  if tag ~= "" then headers["If-None-Match"] = tag end
  return wrk.format("GET", path, headers)
end
done = function(summary, latency, requests)
  print(string.format("RESULT %%d %%d %%d %%f %%f %%d", summary.requests, summary.duration,
    summary.bytes, latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""
OURS = """
import sys
import uvicorn
from api.app import create_app
from api.limits import SHARES, Share
from kmap import settings
from kmap.services import build_services
if sys.argv[2] == "live":
    from kmap.store import tiles
    tiles.KEPT_TO = -1  # nothing is kept
    from api import tile_shelf
    tile_shelf.Shelf.put = lambda *_: None
app = create_app(build_services(settings.load()), {kind: Share(1e9, 1e9) for kind in SHARES})
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def main() -> None:
    """Run every measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--keep", default="", help="a database already made; it is kept")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--tiles", type=int, default=100, help="tiles a zoom")
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt-get install wrk")
    here = settings.load()
    with database(here.database_url or cluster.ensure(here.home).url, asked.keep) as url:
        pool = open_pool(url, size=1)
        if not asked.keep:
            scale_town.make(pool, asked.plots)
        places = spots(sample(pool, 4 * asked.tiles), asked.tiles)
        pool.close()
        for peer in ("kmap", *PEERS):
            try:
                measure(peer, url, places, asked.seconds)
            except (OSError, subprocess.CalledProcessError, TimeoutError) as error:
                show({"bench": "tiles-live", "who": peer, "cannot_be_had": str(error)[:300]})


def spots(points: list[Point], count: int) -> list[tuple[int, int, int]]:
    """Return tiles that hold plots, about ``count`` a zoom, the same ones on every run."""
    found = []
    for z in ZOOMS:
        tiles = dict.fromkeys((z, *at(point["lon"], point["lat"], z)) for point in points)
        found += list(tiles)[:count]
    random.Random(5).shuffle(found)  # noqa: S311 - the same order each time
    return found


def measure(who: str, url: str, places: list[tuple[int, int, int]], seconds: int) -> None:
    """Start a server, ask it for the tiles, stop it."""
    with server(who, url, "live") as (port, pid, path):
        paths = [path.format(z=z, x=x, y=y) for z, x, y in places]
        show({"bench": "tiles-live", "who": who, **load(url, port, pid, paths, seconds)})
    if who != "kmap":
        return
    with server(who, url, "stored") as (port, pid, _):
        kept, tags = [], []
        for one in paths[:200]:
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}{one}",
                headers={"Accept-Encoding": "gzip"},
            )
            with urllib.request.urlopen(asked) as answer:  # noqa: S310
                if answer.status == 200:
                    kept.append((one, answer.read()))
                    tags.append(f"{one} {answer.headers['etag']}")
        hot = [one for one, _ in kept]
        show({"bench": "tiles-stored", "who": who, **load(url, port, pid, hot, seconds)})
        show({"bench": "tiles-304", "who": who, **load(url, port, pid, tags, seconds)})
    if shutil.which("nginx"):
        with nginx(kept) as (port, pid):
            show({"bench": "tiles-stored", "who": "nginx", **load(url, port, pid, hot, seconds)})
    else:
        show({"bench": "tiles-stored", "who": "nginx", "cannot_be_had": "apt-get install nginx"})


def load(url: str, port: int, pid: int, paths: list[str], seconds: int) -> dict[str, float]:
    """Ask for the paths over 8 connections: the first time to warm, the second is counted."""
    with tempfile.TemporaryDirectory() as folder:
        lines, script = Path(folder) / "paths", Path(folder) / "load.lua"
        lines.write_text("\n".join(paths) + "\n")
        script.write_text(LUA % lines)
        command = ["wrk", "-t1", "-c8", "--latency", "-s", str(script)]
        address = f"http://127.0.0.1:{port}"
        subprocess.run([*command, "-d1s", address], check=True, capture_output=True)
        before = cpu_s(pid), backends_s(url)
        ran = subprocess.run(
            [*command, f"-d{seconds}s", address], check=True, capture_output=True, text=True
        )
        after = cpu_s(pid), backends_s(url)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", ran.stdout)
    if not found:
        raise OSError(ran.stdout[-300:])
    count, micros, size, p50, p99, bad = map(float, found.groups())
    return {
        "req_s": round(count / micros * 1e6, 1),
        "p50_ms": round(p50 / 1000, 2),
        "p99_ms": round(p99 / 1000, 2),
        "bytes": round(size / max(count, 1)),
        "cpu_ms_server": round(1000 * (after[0] - before[0]) / max(count, 1), 3),
        "cpu_ms_postgres": round(1000 * (after[1] - before[1]) / max(count, 1), 3),
        "not_200": bad,
    }


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and its living children."""
    total = 0.0
    for one in [pid, *children(pid)]:
        used = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        total += sum(map(int, used)) / TICK
    return total


def children(pid: int) -> list[int]:
    """Return the processes started by a process."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def backends_s(url: str) -> float:
    """Return the CPU seconds of the database's own connections to this database."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        ).fetchall()
    total = 0.0
    for (pid,) in rows:
        used = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        total += sum(map(int, used)) / TICK
    return total


@contextmanager
def server(who: str, url: str, how: str) -> Iterator[tuple[int, int, str]]:
    """Run a server; yields its port, process and the form of a tile's address."""
    port = free_port()
    env = {**os.environ, "DATABASE_URL": url, "KMAP_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    if who == "kmap":
        command = [sys.executable, "-P", "-c", OURS, str(port), how]
        path = "/v1/tiles/parcels/{z}/{x}/{y}.mvt"
    else:
        command = [str(environment(who) / "bin" / "uvicorn"), f"{who}.main:app"]
        command += ["--port", str(port), "--log-level", "error", "--no-access-log"]
        env |= {"TIPG_DB_SCHEMAS": '["public"]', "PYTHONPATH": ""}
        path = {
            "tipg": "/collections/public.plot_tiles/tiles/WebMercatorQuad/{z}/{x}/{y}"
            "?properties=tile_id,survey_no",
            "timvt": "/tiles/WebMercatorQuad/public.plot_tiles/{z}/{x}/{y}"
            "?columns=tile_id,survey_no",
        }[who]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE OR REPLACE VIEW plot_tiles AS SELECT tile_id, survey_no, geom_3857"
                " FROM plot WHERE upper_inf(valid) AND upper_inf(known)"
            )
    log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
    running = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd="/tmp")  # noqa: S108
    try:
        wait_for(port, running, log)
        yield port, running.pid, path
    finally:
        running.terminate()
        running.wait(20)


def environment(who: str) -> Path:
    """Return a peer's own environment, made now if need be; its packages are not ours."""
    folder = Path(tempfile.gettempdir()) / f"kmap-peer-{who}"
    if not (folder / "bin" / "uvicorn").exists():
        subprocess.run(["uv", "venv", "-q", "--clear", str(folder)], check=True)
        install = ["uv", "pip", "install", "-q", "--python", str(folder / "bin" / "python")]
        subprocess.run([*install, *PEERS[who], "uvicorn[standard]"], check=True)
    return folder


@contextmanager
def nginx(kept: list[tuple[str, bytes]]) -> Iterator[tuple[int, int]]:
    """Run nginx with one worker on files of the same bytes; yields port and worker."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        for path, body in kept:
            (root / "www" / path[1:]).parent.mkdir(parents=True, exist_ok=True)
            (root / "www" / path[1:]).write_bytes(body)
        text = (
            f"user root; daemon off; worker_processes 1; pid {root}/pid; error_log {root}/log;"
            "events { worker_connections 256; } http { access_log off; sendfile on;"
            " open_file_cache max=2000; default_type application/vnd.mapbox-vector-tile;"
            f" server {{ listen 127.0.0.1:{port}; root {root}/www;"
            " add_header Content-Encoding gzip; keepalive_requests 10000000; } }"
        )
        (root / "conf").write_text(text)
        running = subprocess.Popen(["nginx", "-c", str(root / "conf")])
        try:
            wait_for(port, running, None)
            yield port, running.pid
        finally:
            running.terminate()
            running.wait(20)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, running: "subprocess.Popen[bytes]", log: object) -> None:
    """Wait until a server listens; OSError with its last words when it ends before."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if running.poll() is not None:
            last = ""
            if log is not None:
                log.seek(0)  # type: ignore[attr-defined]
                last = log.read()[-300:].decode()  # type: ignore[attr-defined]
            raise OSError(f"it ended at once: {last}")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("it does not listen")


if __name__ == "__main__":
    main()
