"""Speed of reading and measuring drawings beside other readers, as JSON lines (medians of runs).

``survey`` = our reader and all measures in this process; ``child`` = the same in a pooled limited
child; ``check`` = with the rules and cures, the judging repeated; the others only read:
``ezdxf`` and ``ezdxf iterdxf``, ``GDAL`` (C++, by pyogrio), ``dxfgrabber`` where it is installed.
Last the door: drawings sent to a server of its own (see bench_door.py).
"""

import argparse
import importlib.util
import json
import logging
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pyogrio
from ezdxf import filemanagement
from ezdxf.addons import iterdxf

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench_door

from gis.drawing.sandbox import read_safely, shared
from gis.drawing.survey import survey
from kmap.building.scrutiny import scrutinise
from rules import load_book

Work = Callable[[], object]


def timed(work: Work, runs: int) -> dict[str, float | str]:
    """Return the median CPU and wall seconds of a piece of work; its error when it has one.

    CPU seconds do not count what a pooled child uses: it belongs to the forking process.
    """
    cpu, wall = [], []
    try:
        work()
        for _ in range(runs):
            before, start = _cpu_s(), time.perf_counter()
            work()
            wall.append(time.perf_counter() - start)
            cpu.append(_cpu_s() - before)
    except Exception as error:  # noqa: BLE001 - a peer that cannot read a drawing is a result
        return {"error": type(error).__name__}
    return {
        "cpu_s": round(statistics.median(cpu), 4),
        "wall_s": round(statistics.median(wall), 4),
    }


def _cpu_s() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _iterdxf(plan: Path) -> int:
    document = iterdxf.opendxf(plan)
    try:
        return sum(1 for _ in document.modelspace())
    finally:
        document.close()


def peers(plan: Path) -> dict[str, Work]:
    """Return how each other reader reads a drawing."""
    works: dict[str, Work] = {
        "ezdxf": partial(filemanagement.readfile, plan),
        "ezdxf iterdxf": partial(_iterdxf, plan),
        "GDAL": partial(pyogrio.read_dataframe, plan),
    }
    if importlib.util.find_spec("dxfgrabber") is not None:
        import dxfgrabber  # noqa: PLC0415 - optional

        works["dxfgrabber"] = partial(dxfgrabber.readfile, str(plan))
    return works


def main() -> None:
    """Measure each real plan, then the door."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each piece of work")
    parser.add_argument("--requests", type=int, default=120, help="drawings sent to the door")
    parser.add_argument("--clients", type=int, default=4, help="clients that send at once")
    parser.add_argument("plans", nargs="*", type=Path, help="drawings (default: all there are)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    plans = options.plans or bench_door.all_plans()
    book = load_book()
    shared().start()
    for plan in plans:
        works: dict[str, Work] = {
            "survey": partial(survey, plan),
            "child": partial(read_safely, plan),
            "check": partial(
                scrutinise, plan, site={"family": "municipal"}, as_of=date(2026, 1, 15), book=book
            ),
            **peers(plan),
        }
        for name, work in works.items():
            row = {"bench": "drawings", "work": name, "plan": plan.name}
            row |= {"megabytes": round(plan.stat().st_size / 1e6, 2), "runs": options.runs}
            print(json.dumps(row | timed(work, options.runs)), flush=True)
    if options.requests:
        bench_door.bench(plans, options.requests, options.clients)


if __name__ == "__main__":
    main()
