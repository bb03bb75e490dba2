"""Measure vector tiles of the town: ``python -P tools/bench_tiles.py [--copies N] [--runs N]``.

Prints JSON lines: for each layer and zoom the median over runs of wall and CPU milliseconds a
tile, its size, and tiles a second from one connection. Options as in ``bench_land.py``.
"""

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_land import backend_cpu_s, lay_out, scratch, show

from gis.tiles import at
from kmap import settings
from kmap.land.town import ensure_town
from kmap.store import cluster
from kmap.store.pool import Pool, open_pool
from kmap.store.tiles import Tiles

LAYERS = ("parcels", "zones", "restrictions", "buildings", "roads")
ZOOMS = (14, 15, 16, 17)


def main() -> None:
    """Run every measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tiles", type=int, default=60)
    asked = parser.parse_args()
    here = settings.load()
    with scratch(here.database_url or cluster.ensure(here.home).url) as own:
        pool = open_pool(own, size=1)
        ensure_town(pool, here.home, lambda text: print(text, file=sys.stderr))
        if asked.copies:
            lay_out(pool, asked.copies)
        for layer in LAYERS:
            for z in ZOOMS:
                measure(pool, layer, z, asked.runs, asked.tiles)
        pool.close()


def measure(pool: Pool, layer: str, z: int, runs: int, count: int) -> None:
    """Measure tiles at random places of the town, the same places each time."""
    tiles = Tiles(pool)
    west, south, east, north = tiles.bounds()
    dice = random.Random(z)  # noqa: S311 - the same places each time
    spots = [at(dice.uniform(west, east), dice.uniform(south, north), z) for _ in range(count)]
    walls, cpus, backends, sizes = [], [], [], []
    for run in range(runs + 1):
        began, cpu, backend = time.perf_counter(), time.process_time(), backend_cpu_s(pool)
        bodies = [tiles.tile(layer, z, x, y) for x, y in spots]
        if run:
            walls.append(1000 * (time.perf_counter() - began) / count)
            cpus.append(1000 * (time.process_time() - cpu) / count)
            backends.append(1000 * (backend_cpu_s(pool) - backend) / count)
            sizes = [len(body or b"") for body in bodies]
    wall = statistics.median(walls)
    show(
        {
            "bench": f"tiles-{layer}",
            "z": z,
            "n": count,
            "runs": runs,
            "wall_ms": round(wall, 3),
            "tiles_per_s": round(1000 / wall),
            "cpu_ms_python": round(statistics.median(cpus), 3),
            "cpu_ms_postgres": round(statistics.median(backends), 3),
            "kb_mean": round(statistics.mean(sizes) / 1000, 1),
            "empty": sum(size == 0 for size in sizes),
        }
    )


if __name__ == "__main__":
    main()
