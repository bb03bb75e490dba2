"""Speed of the door: drawings sent to a server of its own, over a database of its own.

Prints one JSON line: seconds from upload to verdict (p50, p95), drawings a second, the server's
memory before and after. The server ends with this program, the database is dropped.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from api.__main__ import server
from api.app import create_app
from api.limits import SHARES, Share
from kmap import settings
from kmap.services import build_services
from kmap.store import migrate

ROOT = Path(__file__).resolve().parent.parent
SITE = '{"family": "municipal"}'
EDGE = "kmap-bench-edge"


def serve(url: str) -> None:
    """Serve without rate limits until standard input is closed; print the port first."""
    services = build_services(settings.load().model_copy(update={"database_url": url}))
    services.readers.start()
    app = create_app(services, {kind: Share(1e9, 1e9) for kind in SHARES})
    running = server(app, 0, "critical")
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    print(running.servers[0].sockets[0].getsockname()[1], flush=True)
    sys.stdin.read()
    running.should_exit = True
    thread.join()
    services.close()


@contextmanager
def database() -> Iterator[str]:
    """Make an empty, migrated database beside the configured one; drop it at the end."""
    home = settings.load().url()
    name = sql.Identifier(f"kmap_bench_door_{os.getpid()}")
    with psycopg.connect(home, autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            url = home.rsplit("/", 1)[0] + "/" + name.as_string()[1:-1]
            migrate.upgrade(url)
            yield url
        finally:
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextmanager
def running(url: str) -> Iterator[tuple[int, int]]:
    """Run the server in a process of its own; give its process id and port."""
    command = [sys.executable, "-P", __file__, "--serve", url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdin is not None  # noqa: S101 - for the type checker
        assert process.stdout is not None  # noqa: S101 - for the type checker
        try:
            yield process.pid, int(process.stdout.readline())
        finally:
            process.stdin.close()


def form(drawing: bytes) -> bytes:
    """Return the body of an upload."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="site"\r\n\r\n{SITE}\r\n--{EDGE}\r\n'
    head += 'Content-Disposition: form-data; name="file"; filename="plan.dxf"\r\n\r\n'
    return head.encode() + drawing + f"\r\n--{EDGE}--\r\n".encode()


def send(port: int, bodies: list[bytes], requests: int, clients: int) -> dict[str, Any]:
    """Send many drawings from a few clients at once; return what it took."""
    numbers, lock = count(), threading.Lock()
    seconds: list[float] = []
    verdicts: Counter[str] = Counter()
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while (number := next(numbers)) < requests:
            start = time.perf_counter()
            connection.request("POST", "/v1/scrutiny", bodies[number % len(bodies)], headers)
            answer = connection.getresponse()
            found = json.loads(answer.read())
            with lock:
                seconds.append(time.perf_counter() - start)
                verdicts[found.get("verdict", found.get("code", "?"))] += 1

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begun
    return {
        "requests": requests,
        "clients": clients,
        "p50_s": round(statistics.median(seconds), 3),
        "p95_s": round(statistics.quantiles(seconds, n=20)[-1], 3),
        "drawings_per_s": round(requests / wall, 2),
        "verdicts": dict(verdicts),
    }


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return round(int(status.split("VmRSS:")[1].split()[0]) / 1024, 1)


def cpu_s(pid: int) -> float:
    """Return the processor time of a process and of the children it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def bench(plans: list[Path], requests: int, clients: int) -> None:
    """Warm the server with each plan, then measure."""
    bodies = [form(plan.read_bytes()) for plan in plans]
    with database() as url, running(url) as (pid, port):
        send(port, bodies, 2 * len(bodies), 1)
        for at_once in (1, clients):
            row: dict[str, Any] = {"bench": "door", "plans": len(plans)}
            row["rss_before_mb"], before = rss_mb(pid), cpu_s(pid)
            row |= send(port, bodies, requests, at_once)
            row["rss_after_mb"] = rss_mb(pid)
            row["server_cpu_s_per_drawing"] = round((cpu_s(pid) - before) / requests, 4)
            row["load"] = os.getloadavg()[0]
            print(json.dumps(row), flush=True)


def soak(plans: list[Path], requests: int, clients: int) -> None:
    """Send many drawings and tell after each tenth how large the server has grown."""
    bodies = [form(plan.read_bytes()) for plan in plans]
    with database() as url, running(url) as (pid, port):
        send(port, bodies, 2 * len(bodies), clients)
        for tenth in range(1, 11):
            row = send(port, bodies, requests // 10, clients)
            row |= {"bench": "soak", "done": tenth * (requests // 10), "rss_mb": rss_mb(pid)}
            print(json.dumps(row), flush=True)


def all_plans() -> list[Path]:
    """Return the shared drawings and our own."""
    folders = (settings.load().shared / "plans", ROOT / "data" / "plans")
    return [plan for folder in folders for plan in sorted(folder.glob("*.dxf"))]


def main() -> None:
    """Serve, or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--soak", action="store_true", help="memory over many requests instead")
    parser.add_argument("plans", nargs="*", type=Path, help="drawings (default: all there are)")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    measure = soak if options.soak else bench
    measure(options.plans or all_plans(), options.requests, options.clients)


if __name__ == "__main__":
    main()
