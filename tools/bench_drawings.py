"""Speed of reading and measuring drawings, as JSON lines: CPU and wall seconds, median of runs.

``survey`` = our reader and all measures in this process; ``child`` = the same in the limited child
process, start included; ``check`` = with the rules; ``ezdxf`` = ezdxf.readfile alone.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from ezdxf import filemanagement

from gis.drawing.sandbox import read_safely
from gis.drawing.survey import survey
from kmap.building.scrutiny import scrutinise
from kmap.settings import load
from rules import load_book


def timed(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Return the median CPU and wall seconds of a piece of work, children included."""
    cpu, wall = [], []
    for _ in range(runs):
        before, start = _cpu_s(), time.perf_counter()
        work()
        wall.append(time.perf_counter() - start)
        cpu.append(_cpu_s() - before)
    return {
        "cpu_s": round(statistics.median(cpu), 4),
        "wall_s": round(statistics.median(wall), 4),
    }


def _cpu_s() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Measure each real plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each piece of work")
    parser.add_argument("plans", nargs="*", type=Path, help="drawings (default: the shared ones)")
    options = parser.parse_args()
    plans = options.plans or sorted((load().shared / "plans").glob("kl*.dxf"))
    book = load_book()
    for plan in plans:
        works: dict[str, Callable[[], object]] = {
            "survey": partial(survey, plan),
            "child": partial(read_safely, plan),
            "check": partial(scrutinise, plan, site={}, as_of=date(2026, 1, 15), book=book),
            "ezdxf": partial(filemanagement.readfile, plan),
        }
        for name, work in works.items():
            row = {"bench": "drawings", "work": name, "plan": plan.name}
            row |= {"megabytes": round(plan.stat().st_size / 1e6, 2), "runs": options.runs}
            print(json.dumps(row | timed(work, options.runs)), flush=True)


if __name__ == "__main__":
    main()
