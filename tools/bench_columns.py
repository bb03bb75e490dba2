"""Speed of the law over columns, as JSON lines: a million plots, and the grid of designs.

Usage: python tools/bench_columns.py [--plots 1000000] [--workers 2]
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from rules import Book, envelope, load_book
from rules.columns import Coded, Pace, judge_columns, judge_designs, judge_parts

DAY = date(2026, 9, 1)
DESIGN: dict[str, Any] = {
    "occupancy": "A1",
    "occupancy_sub": "single_house",
    "dwelling_units": 1,
    "height_m": 7.5,
    "storeys": 2,
    "basements": 0,
    "built_up_area_m2": 250,
    "total_floor_area_m2": 250,
    "covered_area_m2": 130,
    "front_yard_min_m": 1.9,
    "front_yard_avg_m": 3.2,
    "rear_yard_min_m": 1.2,
    "rear_yard_avg_m": 1.6,
    "side1_yard_min_m": 1.1,
    "side1_yard_avg_m": 1.2,
    "side2_yard_min_m": 1.3,
    "side2_yard_avg_m": 1.4,
    "road_distance_m": 3,
    "access_width_m": 3.6,
    "parking_cars": 1,
    "excavation_depth_m": 1,
}


def land(book: Book, count: int) -> dict[str, Any]:
    """Invent what the map says of many plots, with gaps: 16 facts, both families."""
    rng = np.random.default_rng(7)

    def number(low: float, high: float, gaps: float = 0.05) -> Any:
        return np.ma.MaskedArray(rng.uniform(low, high, count), rng.random(count) < gaps)

    def word(name: str, gaps: float = 0.05) -> Any:
        values = book.vocabulary[name].values
        codes = rng.integers(0, len(values), count)
        return Coded(values, np.where(rng.random(count) < gaps, -1, codes))

    def truth(share: float) -> Any:
        return np.ma.MaskedArray(rng.random(count) < share, rng.random(count) < 0.05)

    area = number(40, 2000)
    return {
        "body": Coded(("C01", "M07", "G1204"), rng.integers(0, 3, count)),
        "panchayat_category": word("panchayat_category"),
        "plot_area_record_m2": area,
        "plot_area_drawn_m2": area * rng.uniform(0.97, 1.03, count),
        "street_width_m": number(1, 30),
        "street_class": word("street_class"),
        "ground_slope_deg": number(0, 60),
        "crz_category": word("crz_category"),
        "paddy_status": word("paddy_status"),
        "heritage_area": truth(0.02),
        "security_zone": truth(0.02),
        "flood_liable": truth(0.1),
        "railway_distance_m": number(0, 5000),
        "airport_distance_m": number(0, 60000),
        "monument_distance_m": number(0, 2000),
        "monument_kind": word("monument_kind"),
    }


def measure(name: str, rows: int, work: Callable[[], object], **more: object) -> None:
    """Run once and print a line."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    line = {
        "name": name,
        "rows": rows,
        "wall_s": round(wall, 4),
        "cpu_s": round(cpu, 4),
        "rows_per_s": round(rows / wall),
        "rows_per_cpu_s": round(rows / cpu),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **more,
    }
    print(json.dumps(line), flush=True)


def site(book: Book) -> dict[str, Any]:
    """Take one plot of the invented land, with the use but without the size of the building."""
    sizes = {"height_m", "storeys", "built_up_area_m2", "total_floor_area_m2", "covered_area_m2"}
    plot: dict[str, Any] = {"body": "C01"}
    for name, column in land(book, 50).items():
        if name != "body":
            one = column.texts()[3] if isinstance(column, Coded) else column.tolist()[3]
            plot.update({name: one} if one is not None else {})
    return {**plot, **{name: one for name, one in DESIGN.items() if name not in sizes}}


def grid(area: float) -> dict[str, Any]:
    """Make 1,212 designs: 12 heights by 101 shares of the plot."""
    storeys, shares = (one.ravel() for one in np.meshgrid(np.arange(1, 13), np.arange(101)))
    ground = np.round(shares * area / 100, 2)
    floor = np.round(storeys * ground, 2)
    sizes = {"storeys": storeys, "height_m": storeys * 3.0, "covered_area_m2": ground}
    return {**sizes, "total_floor_area_m2": floor, "built_up_area_m2": floor}


def count_all(book: Book, columns: dict[str, Any], pace: Pace) -> dict[str, Any]:
    """Judge every plot by every clause, part by part, and count the verdicts."""
    seen = dict.fromkeys(book.clauses, 0)
    for part in judge_parts(book, columns, DAY, pace=pace):
        for name, column in part.verdicts.items():
            seen[name] += np.bincount(column, minlength=4)
    return seen


def main() -> None:
    """Measure plots with one and more threads, and a few clauses alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plots", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--chunk", type=int, default=Pace().chunk)
    given = parser.parse_args()
    book = load_book()
    columns = {**land(book, given.plots), **DESIGN}
    clauses = len(book.clauses)
    small = land(book, 1000) | DESIGN
    measure("columns: plan made, 1,000 plots", 1000, lambda: judge_columns(book, small, DAY))
    measure("columns: plan kept, 1,000 plots", 1000, lambda: judge_columns(book, small, DAY))
    for workers in dict.fromkeys((1, given.workers)):
        pace = Pace(given.chunk, workers)
        measure(
            f"columns: every clause, {workers} thread" + ("s" if workers > 1 else ""),
            given.plots,
            lambda pace=pace: count_all(book, columns, pace),
            clauses=clauses,
        )
    measure(
        "columns: one clause (r27-fsi), 1 thread",
        given.plots,
        lambda: judge_columns(book, columns, DAY, clauses=["r27-fsi"]),
        clauses=1,
    )
    plot, designs = site(book), grid(400.0)
    folded = ("occupancy", "occupancy_sub")
    for name in ("plan made", "plan kept", "plan kept, again"):
        measure(
            f"design grid, {name}",
            1212,
            lambda: judge_designs(book, plot, designs, DAY, folded=folded),
        )
    for name in ("plan made", "plan kept"):
        measure(f"envelope of a site, {name}", 1212, lambda: envelope(book, plot, DAY))


if __name__ == "__main__":
    main()
