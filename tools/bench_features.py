"""Measure OGC API - Features: ours, tipg and pygeoapi on the same plots, in one run.

``python -P tools/bench_features.py --database URL [--peers PYTHON] [--requests N]``. The database
holds the town laid out many times (``tools/bench_land.py``); ``--peers`` is the Python of an
environment with tipg 1.6.1 and pygeoapi 0.21. One process each, four clients. Prints a JSON line
for each: requests a second, p50 and p99 in ms, CPU ms a request (server, PostgreSQL), bytes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

PORT = 8690
OURS = """
import sys, uvicorn
from api.app import create_app
from api.limits import SHARES, Share
from kmap.services import build_services
from kmap.settings import Settings
services = build_services(Settings(database_url=sys.argv[1]))
app = create_app(services, {kind: Share(1e9, 1e9) for kind in SHARES})
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False)
"""
CONFIG = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json
  encoding: utf-8
  languages: [en]
  gzip: false
  limits: {{default_items: 100, max_items: 1000}}
  map: {{url: "http://127.0.0.1/{{z}}/{{x}}/{{y}}.png", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: x, description: x, keywords: [x], keywords_type: theme,
    terms_of_service: x, url: "http://127.0.0.1"}}
  license: {{name: x, url: "http://127.0.0.1"}}
  provider: {{name: x, url: "http://127.0.0.1"}}
  contact: {{name: x, email: x@example.org, url: "http://127.0.0.1"}}
resources:
  plot:
    type: collection
    title: plots
    description: plots
    keywords: [x]
    links: []
    extents: {{spatial: {{bbox: [75, 10, 77, 12], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - type: feature
        name: PostgreSQL
        data: {{host: "{host}", port: {db_port}, dbname: "{name}", user: "{user}",
          password: "{password}", search_path: [public]}}
        id_field: id
        table: plot
        geom_field: geom
        storage_crs: http://www.opengis.net/def/crs/EPSG/0/32643
"""


def main() -> None:
    """Serve each in turn and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--peers", default="")
    parser.add_argument("--requests", type=int, default=200)
    asked = parser.parse_args()
    boxes = _boxes(asked.database)
    with tempfile.TemporaryDirectory() as folder:
        for name, command, extra, items in _servers(asked, Path(folder)):
            _measure(name, command, extra, items, boxes, asked)


def _servers(asked: argparse.Namespace, folder: Path) -> list[tuple]:
    ours = [sys.executable, "-P", "-c", OURS, asked.database, str(PORT)]
    found = [("ours", ours, {}, "/ogc/collections/plots/items")]
    if asked.peers:
        uvicorn = [asked.peers, "-m", "uvicorn", "--port", str(PORT), "--log-level", "error"]
        tipg = {
            "DATABASE_URL": asked.database,
            "TIPG_DB_SCHEMAS": '["public"]',
            "TIPG_MAX_FEATURES_PER_QUERY": "1000",
        }
        place = urlsplit(asked.database)
        config = folder / "config.yml"
        config.write_text(
            CONFIG.format(
                port=PORT,
                host=place.hostname,
                db_port=place.port,
                name=place.path[1:],
                user=place.username,
                password=place.password,
            )
        )
        pages = folder / "openapi.yml"
        settings = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(pages)}
        made = [str(Path(asked.peers).with_name("pygeoapi")), "openapi", "generate", str(config)]
        with pages.open("w") as out:
            subprocess.run(made, check=True, stdout=out, env={**_clean(), **settings})
        found.append(("tipg", [*uvicorn, "tipg.main:app"], tipg, "/collections/public.plot/items"))
        found.append(
            (
                "pygeoapi",
                [*uvicorn, "pygeoapi.starlette_app:APP"],
                settings,
                "/collections/plot/items",
            )
        )
    return found


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _boxes(url: str) -> list[str]:
    """Return 50 boxes of 150 m on plots, degrees."""
    with psycopg.connect(url) as db:
        rows = db.execute(
            "SELECT ST_X(c), ST_Y(c) FROM (SELECT ST_Transform(ST_PointOnSurface(geom), 4326) AS c"
            " FROM plot WHERE id % 20011 = 7 ORDER BY md5(public_id) LIMIT 50) s"
        ).fetchall()
    return [f"{x:.6f},{y:.6f},{x + 0.0014:.6f},{y + 0.0014:.6f}" for x, y in rows]


def _measure(
    name: str,
    command: list[str],
    extra: dict[str, str],
    items: str,
    boxes: list[str],
    asked: argparse.Namespace,
) -> None:
    env = {**(os.environ if name == "ours" else _clean()), **extra}
    log = tempfile.TemporaryFile()  # noqa: SIM115  # a pipe that nobody reads would stop it
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=log)
    try:
        base = f"http://127.0.0.1:{PORT}"
        _wait(f"{base}{items}?limit=1", server)
        for kind, queries in (
            ("box", [f"limit=1000&bbox={box}" for box in boxes]),
            ("page-100", ["limit=100"]),
            ("page-1000", ["limit=1000"]),
        ):
            form = "geojson" if name == "tipg" else "json"
            urls = [f"{base}{items}?f={form}&{query}" for query in queries]
            count = asked.requests if kind == "box" else max(20, asked.requests // 4)
            print(
                json.dumps(
                    {"server": name, "kind": kind, **_run(urls, count, server.pid, asked.database)}
                ),
                flush=True,
            )
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: subprocess.Popen) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}")
        try:
            if httpx.get(url, timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"no answer at {url}: {httpx.get(url).text[:500]}")


def _run(urls: list[str], count: int, pid: int, database: str) -> dict[str, float]:
    seen: list[tuple[float, int, int]] = []

    def ask(turn: int) -> None:
        begun = time.perf_counter()
        answer = client.get(urls[turn % len(urls)])
        answer.raise_for_status()
        found = len(answer.json()["features"])
        seen.append(((time.perf_counter() - begun) * 1000, len(answer.content), found))

    plain = {"Accept-Encoding": "identity"}
    with httpx.Client(timeout=120, headers=plain) as client, ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(min(len(urls), 20))))
        seen.clear()
        mine, theirs, begun = _cpu(pid), _backends(database), time.perf_counter()
        list(pool.map(ask, range(count)))
        took = time.perf_counter() - begun
        mine, theirs = _cpu(pid) - mine, _backends(database) - theirs
    times = sorted(one[0] for one in seen)
    return {
        "per_s": round(count / took, 1),
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(len(times) * 0.99)], 1),
        "server_cpu_ms": round(mine * 1000 / count, 1),
        "postgres_cpu_ms": round(theirs * 1000 / count, 1),
        "bytes": round(statistics.mean(one[1] for one in seen)),
        "features": round(statistics.mean(one[2] for one in seen), 1),
    }


def _cpu(pid: int) -> float:
    """Return user and system seconds of a process."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _backends(database: str) -> float:
    """Return CPU seconds of the PostgreSQL processes that serve this database."""
    name, total = urlsplit(database).path[1:], 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            if line.startswith(b"postgres: ") and f" {name} ".encode() in line:
                total += _cpu(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


if __name__ == "__main__":
    main()
