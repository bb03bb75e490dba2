"""Overlaps against an overlay of our own: ``python -P tools/torture_land.py [--count N]``.

Makes plots and restrictions of every awkward kind (slivers, notches, holes, bent lines, points,
shapes in pieces), measures them as a load does, and compares each pair with a plain shapely
overlay of the whole shapes; then shifts every layer by its accuracy in eight directions: a
definite answer must not flip. With ``--register`` also random plots of a made register.
The small counts run in the suite (``tests/kmap/land/test_overlay_made.py``).
"""

import argparse
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import psycopg
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

sys.path.insert(0, str(Path(__file__).resolve().parent))
import scale_town

from gis.pairs import Pairs, Pieces, Plots, pairs
from kmap import settings
from kmap.land.themes import TOUCH_M, TOUCH_M2, judge
from kmap.store import asking, cluster, migrate, parcels
from kmap.store.layers import Overlap
from kmap.store.pool import Pool, open_pool

AGREE_M2 = 0.01
TODAY = date(2026, 11, 22)
ACCURACIES = (0.0, 0.05, 0.3, 1.0, 4.0)
Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """Some plots and whole restrictions, with their accuracies in metres."""

    plots: list[BaseGeometry]
    plot_accuracy: list[float]
    shapes: list[BaseGeometry]
    accuracy: list[float]


def a_case(seed: int) -> Case:
    """Return about twenty plots and ten restrictions within 120 m of each other."""
    rng = np.random.default_rng(seed)
    plots = [one for _ in range(20) if (one := _sound(_plot(rng))) is not None]
    shapes = [one for _ in range(10) if (one := _sound(_shape(rng))) is not None]
    return Case(
        plots,
        [float(rng.choice(ACCURACIES)) for _ in plots],
        shapes,
        [float(rng.choice(ACCURACIES)) for _ in shapes],
    )


def _sound(shape: BaseGeometry) -> BaseGeometry | None:
    return shape if shape.is_valid and not shape.is_empty else None


def _spot(rng: Rng) -> tuple[float, float]:
    x, y = rng.uniform(0, 120, 2)
    return float(600_000 + x), float(1_160_000 + y)


def _plot(rng: Rng) -> BaseGeometry:
    """Return a quadrilateral, a sliver, a plot with a notch, or one round another's plot."""
    kind = rng.integers(4)
    x, y = _spot(rng)
    wide, deep = rng.uniform(8, 40, 2)
    if kind == 1:
        deep = rng.uniform(0.2, 2.0)
    ring = [(0, 0), (wide, 0), (wide, deep), (0, deep)]
    made: BaseGeometry = Polygon(ring)
    if kind == 2:
        made = Polygon([*ring[:3], (wide / 2, deep * 0.2), ring[3]])
    if kind == 3:
        hole = [(wide * a, deep * b) for a, b in ((0.3, 0.3), (0.6, 0.3), (0.6, 0.7), (0.3, 0.7))]
        made = Polygon(ring, [hole])
    turned = affinity.rotate(made, float(rng.uniform(0, 360)), origin=(0, 0))
    return affinity.translate(turned, x, y)


def _shape(rng: Rng) -> BaseGeometry:
    """Return a blob, one with a hole, a sliver, a great area, a bent line or a point."""
    kind = rng.integers(7)
    x, y = _spot(rng)
    if kind == 0:
        return Point(x, y)
    if kind in (1, 2):
        turn = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.5, 6))
        steps = np.column_stack((np.cos(turn), np.sin(turn))) * rng.uniform(1, 20)
        return LineString(np.cumsum(np.vstack(((x, y), steps)), 0))
    if kind == 3:
        strip = affinity.rotate(shapely.box(0, 0, 90, float(rng.uniform(0.05, 1.5))), 37)
        return affinity.translate(strip, x - 45, y)
    size = float(rng.uniform(3, 30) if kind < 6 else rng.uniform(80, 300))
    angle = np.linspace(0, 2 * np.pi, int(rng.integers(5, 80)), endpoint=False)
    reach = size * rng.uniform(0.6, 1.0, len(angle))
    ring = np.column_stack((np.cos(angle), np.sin(angle))) * reach[:, None] + (x, y)
    return Polygon(ring, [ring[::-1] * 0.4 + np.array((x, y)) * 0.6] if kind == 5 else None)


def measured(case: Case) -> Pairs:
    """Measure a case as a load does, each area cut into pieces."""
    cut = [_in_pieces(shape) for shape in case.shapes]
    keys = [number for number, parts in enumerate(cut) for _ in parts]
    return pairs(
        Plots(np.arange(len(case.plots)), np.array(case.plots), np.array(case.plot_accuracy)),
        Pieces(
            np.array(keys),
            np.array([part for parts in cut for part in parts]),
            np.array([case.accuracy[key] for key in keys]),
        ),
    )


def _in_pieces(shape: BaseGeometry) -> list[BaseGeometry]:
    west, south, east, north = shape.bounds
    if shapely.get_dimensions(shape) != 2:
        return [shape]
    middle, centre = (west + east) / 2, (south + north) / 2
    quarters = [
        shapely.box(west, south, middle, centre),
        shapely.box(middle, south, east, centre),
        shapely.box(west, centre, middle, north),
        shapely.box(middle, centre, east, north),
    ]
    parts = [part for box in quarters for part in _areas(shape.intersection(box))]
    return parts or [shape]


def _areas(shape: BaseGeometry) -> list[BaseGeometry]:
    return [one for one in getattr(shape, "geoms", [shape]) if one.geom_type == "Polygon"]


def size(shape: BaseGeometry, plot: BaseGeometry) -> float:
    """Return the shared area, for a line the shared length."""
    shared = shape.intersection(plot)
    dimension = shapely.get_dimensions(shape)
    return float(shared.area if dimension == 2 else shared.length if dimension == 1 else 0.0)


def overlap_of(found: Pairs, number: int, area: float) -> Overlap:
    """Return a pair as the answer reads it."""
    whole = bool(np.isnan(found.size[number]))
    numbers = (found.size, found.least, found.most)
    sizes = [area if whole else float(told[number]) for told in numbers]
    return Overlap(
        {},
        int(found.dimension[number]),
        *sizes,
        0.0 if whole else float(found.distance_m[number]),
        float(found.slack_m[number]),
    )


def shifts(by_m: float) -> Iterator[tuple[float, float]]:
    """Return eight moves of a length."""
    for turn in range(8):
        yield by_m * math.cos(math.pi * turn / 4), by_m * math.sin(math.pi * turn / 4)


def faults(case: Case) -> list[str]:
    """Return what is wrong with the pairs of a case; nothing when they hold."""
    found = measured(case)
    keys = zip(found.plots, found.restrictions, strict=True)
    told = {(int(p), int(r)): number for number, (p, r) in enumerate(keys)}
    wrong = []
    for p, plot in enumerate(case.plots):
        for r, shape in enumerate(case.shapes):
            number = told.get((p, r))
            overlap = None if number is None else overlap_of(found, number, plot.area)
            slack = case.plot_accuracy[p] + case.accuracy[r]
            wrong += [f"{p} {r}: {fault}" for fault in _faults(plot, shape, overlap, slack)]
    return wrong


def _faults(
    plot: BaseGeometry, shape: BaseGeometry, overlap: Overlap | None, slack: float
) -> Iterator[str]:
    drawn = size(shape, plot)
    if abs((overlap.size if overlap else 0.0) - drawn) > AGREE_M2:
        yield f"size {overlap and overlap.size} is {drawn}"
    bearing = judge(overlap) if overlap else None
    if bearing is not None and bearing.too_close:
        return
    least = TOUCH_M2 if shapely.get_dimensions(shape) == 2 else TOUCH_M
    present = bearing is not None and bearing.present
    for dx, dy in shifts(slack):
        moved = affinity.translate(shape, dx, dy)
        point = shapely.get_dimensions(shape) == 0
        there = moved.distance(plot) == 0 if point else size(moved, plot) >= least
        if there != present:
            yield f"moved by {dx:.2f}, {dy:.2f} it is {there}, was called {present}"
        if overlap and not (
            overlap.least - AGREE_M2 <= size(moved, plot) <= overlap.most + AGREE_M2
        ):
            yield f"{size(moved, plot)} is not in {overlap.least} to {overlap.most}"


def register_faults(pool: Pool, count: int) -> list[str]:
    """Compare what the register says of random plots with an overlay by shapely's STRtree."""
    with pool.connection() as connection:
        rows = connection.execute(
            "SELECT r.public_id, ST_AsBinary(g.geom) AS shape FROM restriction r"
            " JOIN restriction_geom g ON g.restriction_id = r.id"
            " WHERE upper_inf(r.known) AND r.status <> 'repealed' ORDER BY g.id"
        ).fetchall()
        shapes = shapely.from_wkb(np.array([row["shape"] for row in rows], dtype=object))
        names = [row["public_id"] for row in rows]
        tree = STRtree(shapes)
        ids = connection.execute(
            "SELECT public_id FROM plot WHERE upper_inf(known) ORDER BY md5(public_id) LIMIT %s",
            (count,),
        ).fetchall()
        wrong = []
        for row in ids:
            asked = asking.everything(connection, parcels.named(row["public_id"]), TODAY)
            if asked is None:
                wrong.append(f"{row['public_id']} is not found")
                continue
            plot = asked.parcel.shape
            ours = {names[i]: size(shapes[i], plot) for i in tree.query(plot, "intersects")}
            said = {o.row["public_id"]: o for some in asked.overlaps.values() for o in some or []}
            wrong += [
                f"{row['public_id']} {name}: {said[name].size if name in said else None} is {told}"
                for name, told in {**dict.fromkeys(said, 0.0), **ours}.items()
                if name not in said or abs(said[name].size - told) > AGREE_M2
            ]
    return wrong


def main() -> None:
    """Run the cases and the register; exit status 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="random plots of the register")
    parser.add_argument("--cases", type=int, default=500)
    asked = parser.parse_args()
    wrong = [fault for seed in range(asked.cases) for fault in faults(a_case(seed))]
    print(f"{asked.cases} made cases: {len(wrong)} faults", flush=True)
    here = settings.load()
    url = here.database_url or cluster.ensure(here.home).url
    name = f"kmap_torture_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        own = url.rsplit("/", 1)[0] + "/" + name
        migrate.upgrade(own)
        pool = open_pool(own, size=1)
        scale_town.make(pool, 2 * asked.count, asked.count // 5, villages=12)
        more = register_faults(pool, asked.count)
        pool.close()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    print(f"{asked.count} plots of a register: {len(more)} faults", flush=True)
    for fault in (*wrong, *more)[:20]:
        print(fault)
    sys.exit(bool(wrong or more))


if __name__ == "__main__":
    main()
