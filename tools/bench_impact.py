"""Measure the impact of a changed rule over a whole register: ``python -P tools/bench_impact.py``.

Makes a register of a million plots in a scratch database (or takes the one of ``--keep``), lowers
the highest FSI of Table 6 in a copy of the book, and prints JSON lines: working the land facts
out, and the whole impact by use.
"""

import argparse
import json
import re
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench_land
import scale_town

from kmap import settings
from kmap.land.bulk import land_chunks
from kmap.rulebook.impact import USES, on_plots
from kmap.store import cluster
from kmap.store.pool import Pool, connected, open_pool
from rules import Book, shipped_book
from rules.columns import Pace
from rules.loading import load_files

DAY = date(2026, 6, 1)
TABLE = "r27-coverage-fsi/table-6.yaml"


def main() -> None:
    """Run each measure once and print a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", default="", help="a database already made; it is kept")
    asked = parser.parse_args()
    here = settings.load()
    url = here.database_url or cluster.ensure(here.home).url
    with bench_land.database(url, asked.keep) as own:
        pool = open_pool(own, size=1)
        if not asked.keep:
            scale_town.make(pool, asked.plots)
        old = shipped_book()
        new = lowered(old)
        pace = Pace(workers=asked.workers)
        timed("land facts of every plot", lambda: count(pool))
        for use in USES:
            timed(
                f"impact, {use}",
                lambda use=use: on_plots(pool, old, new, DAY, [use], pace=pace).plots,
            )
        timed("impact, four uses", lambda: on_plots(pool, old, new, DAY, USES, pace=pace).plots)
        pool.close()


def lowered(book: Book) -> Book:
    """Return the book with the highest FSI of Table 6 lowered from 4 to 3.2."""
    text = book.files[TABLE].decode()
    return load_files({**book.files, TABLE: re.sub(r"(?<= fsi_top: )4\b", "3.2", text).encode()})


def count(pool: Pool) -> int:
    """Work every plot's facts out; return how many plots there are."""
    with connected(pool) as connection:
        return sum(len(chunk.plots.keys) for chunk in land_chunks(connection, DAY))


def timed(name: str, work: Callable[[], int]) -> None:
    """Run once and print plots, wall and CPU seconds of this process, and its peak memory."""
    wall, cpu = time.perf_counter(), time.process_time()
    plots = work()
    line = {
        "bench": name,
        "plots": plots,
        "wall_s": round(time.perf_counter() - wall, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
