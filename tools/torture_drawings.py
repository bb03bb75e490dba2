"""Mutated drawings without end: each must get a named complaint or a true reading.

Every drawing there is (the shared ones and our own) is mutated again and again and read in the
pool of limited children. A mutant at fault (the reader gave up, a number that is none, a pass that
another reader does not confirm) is written to --keep. Prints progress and a summary as JSON
lines; status 1 when there was a fault.

Usage: python tools/torture_drawings.py [--count 10000] [--seed 0] [--keep out/torture]
"""

import argparse
import json
import logging
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gis.drawing.sandbox import Limits, Pool
from kmap import settings
from kmap.building.intake import site_facts_file
from rules import load_book
from tests.gis.mutants import Court, mutant

ROOT = Path(__file__).resolve().parent.parent
BATCH = 250
SMALL = 200_000
"""Bytes up to which a drawing is mutated often; a larger one takes its turn now and then."""


def plans() -> Iterator[tuple[str, bytes]]:
    """Give the originals, the small ones six times: they meet more of what is measured."""
    for folder in (settings.load().shared / "plans", ROOT / "data" / "plans"):
        for path in sorted(folder.glob("*.dxf")):
            data = path.read_bytes()
            yield from [(path.name, data)] * (6 if len(data) < SMALL else 1)


class Torture:
    """Mutates, reads, judges, and keeps count."""

    def __init__(self, pool: Pool, court: Court, keep: Path) -> None:
        self.pool, self.court, self.keep = pool, court, keep
        self.originals = list(plans())
        self.answers: dict[str, dict[str, Any]] = {}
        self.said: Counter[str] = Counter()
        self.faults: dict[str, list[str]] = {}
        self.slowest = (0.0, "")

    def prepare(self) -> None:
        """Judge the originals."""
        for name, data in self.originals:
            if name not in self.answers:
                self.answers[name] = self.court.answer(self._read(data)[0])

    def one(self, seed: int) -> None:
        """Read and judge the mutant of a seed."""
        name, original = self.originals[seed % len(self.originals)]
        data = mutant(original, seed)
        found, seconds = self._read(data)
        self.slowest = max(self.slowest, (seconds, f"{name} {seed}"))
        self.said.update({c["code"] for c in found.complaints} or {"nothing to say"})
        if faults := self.court.faults(self.answers[name], data, found):
            self.faults[f"{name} {seed}"] = faults
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{seed}_{name}").write_bytes(data)
            print(json.dumps({"fault": f"{name} {seed}", "says": faults}), flush=True)

    def _read(self, data: bytes) -> tuple[Any, float]:
        with tempfile.NamedTemporaryFile(suffix=".dxf") as file:
            file.write(data)
            file.flush()
            start = time.perf_counter()
            return self.pool.read(Path(file.name)), time.perf_counter() - start


def main() -> None:
    """Torture, and sum up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("out/torture"))
    given = parser.parse_args()
    logging.disable(logging.ERROR)  # ezdxf's, about what it repairs
    site = site_facts_file(ROOT / "data" / "plans" / "site.json")
    pool = Pool(limits=Limits(cpu_s=10))
    torture = Torture(pool, Court(load_book(), site, date(2026, 11, 22)), given.keep)
    torture.prepare()
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for first in range(given.seed, given.seed + given.count, BATCH):
            last = min(first + BATCH, given.seed + given.count)
            list(threads.map(torture.one, range(first, last)))
            spent = round(time.perf_counter() - start, 1)
            progress = {"done": last - given.seed, "of": given.count, "s": spent}
            print(json.dumps(progress | {"faults": len(torture.faults)}), flush=True)
    pool.close()
    summary = {
        "mutants": given.count,
        "faults": torture.faults,
        "complaints": dict(torture.said.most_common()),
        "slowest_s": round(torture.slowest[0], 2),
        "slowest": torture.slowest[1],
        "grown_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1),
        "per_s": round(given.count / (time.perf_counter() - start), 1),
    }
    print(json.dumps(summary), flush=True)
    sys.exit(1 if torture.faults else 0)


if __name__ == "__main__":
    main()
