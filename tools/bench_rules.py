"""Speed of the law, as JSON lines: one line a measure, the median of five runs.

Usage: python tools/bench_rules.py [--seconds 1.0]
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from itertools import cycle
from typing import Any

from rules import Book, engine, evaluate, load_book
from rules.loading.yamlfile import parse_yaml

RUNS = 5
DAY = date(2026, 1, 1)
HOUSE: dict[str, Any] = {
    "family": "municipal",
    "body_class": "corporation",
    "occupancy": "A1",
    "occupancy_sub": "single_house",
    "dwelling_units": 1,
    "height_m": 7.5,
    "storeys": 2,
    "basements": 0,
    "plot_area_record_m2": 400,
    "plot_area_drawn_m2": 398,
    "built_up_area_m2": 250,
    "total_floor_area_m2": 250,
    "covered_area_m2": 130,
    "front_yard_min_m": 1.5,
    "front_yard_avg_m": 3.2,
    "rear_yard_min_m": 1.2,
    "rear_yard_avg_m": 1.6,
    "side1_yard_min_m": 1.1,
    "side1_yard_avg_m": 1.2,
    "side2_yard_min_m": 1.3,
    "side2_yard_avg_m": 1.4,
    "road_distance_m": 3,
    "street_width_m": 5,
    "street_class": "unnotified",
    "access_width_m": 3.6,
    "ground_slope_deg": 4,
    "railway_distance_m": 500,
    "airport_distance_m": 30000,
    "monument_distance_m": 900,
    "monument_kind": "none",
    "heritage_area": False,
    "security_zone": False,
    "flood_liable": False,
    "crz_category": "none",
    "paddy_status": "none",
    "excavation_depth_m": 1,
}
SHED = {"occupancy": "F", "height_m": 6, "storeys": 1}
LEVELS = {"levels": [{"level": 0}, {"level": 1, "front_yard_min_m": 2.5}]}
ESTATE = {
    **{name: value for name, value in HOUSE.items() if name != "height_m"},
    "blocks": [
        {"block": n, "height_m": 6.0 + n, "building_gap_m": 3, **LEVELS} for n in range(1, 6)
    ],
}


def measure(name: str, work: Callable[[int], object], seconds: float) -> None:
    """Run ``work`` for about ``seconds`` five times and print the median run."""
    for number in range(20):
        work(number)
    runs = []
    for _ in range(RUNS):
        count, wall, cpu = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < seconds / RUNS:
            work(count)
            count += 1
        runs.append((count, time.process_time() - cpu, time.perf_counter() - wall))
    count, cpu, wall = sorted(runs, key=lambda run: run[0] / run[1])[RUNS // 2]
    line = {
        "name": name,
        "evaluations": count,
        "cpu_s": round(cpu, 4),
        "wall_s": round(wall, 4),
        "per_s": round(count / cpu, 1),
        "runs": RUNS,
    }
    print(json.dumps(line), flush=True)


def fresh_chain(book: Book, times: int) -> None:
    """Time single evaluations, the chain run anew by durable-rules in each: nothing is kept."""
    law = engine.law_for(book, DAY, "municipal")
    if law is None:
        raise SystemExit("no law on the day of the benchmark")
    took = []
    for _ in range(times):
        law.forget_chains()
        before = time.perf_counter()
        evaluate(book, HOUSE, DAY)
        took.append(1000 * (time.perf_counter() - before))
    took.sort()
    middle, late = took[times // 2], took[times * 99 // 100]
    line = {"name": "house, the chain run anew", "p50_ms": middle, "p99_ms": late, "runs": times}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure loading, single answers and a stream of different plans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measure")
    seconds = parser.parse_args().seconds

    def cold(_number: int) -> object:
        parse_yaml.cache_clear()
        return load_book()

    start = [0.0] * RUNS
    for run in range(RUNS):
        before = time.process_time()
        cold(run)
        start[run] = time.process_time() - before
    print(json.dumps({"name": "load_book, cold", "cpu_s": round(statistics.median(start), 4)}))
    book = load_book()
    one_family = {
        name: value for name, value in HOUSE.items() if name not in {"family", "body_class"}
    }
    plans = [{**HOUSE, "height_m": 3 + n % 90 / 5, "storeys": 1 + n % 7} for n in range(630)]
    stream = cycle(plans)
    measures: dict[str, Callable[[int], object]] = {
        "house, judged": lambda _: evaluate(book, HOUSE, DAY),
        "house, judged and written as JSON": lambda _: evaluate(book, HOUSE, DAY).as_json(),
        "630 different houses, judged": lambda _: evaluate(book, next(stream), DAY),
        "shop with three facts, judged": lambda _: evaluate(
            book, {**SHED, "family": "municipal"}, DAY
        ),
        "house, both families": lambda _: evaluate(book, one_family, DAY),
        "estate of 5 blocks with 2 levels, judged": lambda _: evaluate(book, ESTATE, DAY),
    }
    for name, work in measures.items():
        measure(name, work, seconds)
    fresh_chain(book, max(100, int(200 * seconds)))


if __name__ == "__main__":
    main()
