"""The height envelope: what a taller building leaves of the plot, step by step.

The book is asked, never inverted: for a column of heights it tells the yards, for a column of
front yards the height it allows. A step holds for every height up to its top, since its yards are
those asked of the tallest building in it. Shapes in EPSG:32643, lengths in metres.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely.geometry import MultiPolygon, Polygon

from gis.overlay import Edges, inside_yards
from rules import VERDICTS, Book, Evaluation, judge_some

TALL_M = 60.0
"""Asked with a height this great, every clause that caps the height says its cap."""
LOWEST_M, STEP_M = 3.0, 0.5
DEEPEST_M = 30.0
"""The deepest front yard that is tried for the sake of height."""
MOST_STEPS = 6
COARSE_M = 3.0
"""Where height grows with the front yard, a step is this high."""
FAIL = VERDICTS.index("fail")
AMPLE_M = 1000.0
YARDS = {
    "front": ("front_yard_min_m", "front_yard_avg_m"),
    "rear": ("rear_yard_min_m", "rear_yard_avg_m"),
    "side": ("side1_yard_min_m", "side2_yard_min_m", "side1_yard_avg_m", "side2_yard_avg_m"),
}
LEASTS = tuple(name for names in YARDS.values() for name in names if "_min_" in name)
Json = dict[str, Any]
Array = npt.NDArray[np.float64]
Shape = Polygon | MultiPolygon


@dataclass(frozen=True)
class Step:
    """Up to ``to_m`` of height: the yards to keep, and the ground inside them (None: nothing)."""

    to_m: float
    front_m: float
    rear_m: float
    side_m: float
    ground: Shape | None


@dataclass(frozen=True)
class Asked:
    """What the envelope asks about: the book, its law of a day, the facts, and the plot."""

    book: Book
    evaluation: Evaluation
    facts: Mapping[str, Any]
    as_of: date
    plot: Polygon
    edges: Edges
    road_m: float


def steps(asked: Asked) -> tuple[Step, ...]:
    """Return the envelope from the ground up; () where the yards cannot be told."""
    fronts, caps = _caps(asked)
    heights = np.unique(
        np.concatenate([np.arange(LOWEST_M, TALL_M + STEP_M / 2, STEP_M), caps[caps <= TALL_M]])
    )
    told = _yards(asked, heights)
    if any((yard <= 0).all() for yard in told.values()):
        return ()
    front = _front_for_height(np.maximum(told["front"], asked.road_m), heights, fronts, caps)
    rows = np.column_stack([heights, front, told["rear"], told["side"]])
    out: list[Step] = []
    for row in _tops(rows[np.isfinite(front)]):
        step = _step(asked, *(round(float(value), 3) for value in row))
        if step.ground is None or len(out) == MOST_STEPS:
            break
        out.append(step)
    return tuple(out)


def _relevant(asked: Asked, clauses: tuple[str, ...], without: Iterable[str]) -> Json:
    """Return the facts behind some clauses; plots that differ in others are asked alike."""
    behind = asked.evaluation.hangs().behind(clauses=clauses) | {"family", "body_class"}
    left = behind.difference(without)
    return {name: value for name, value in asked.facts.items() if name in left}


def _caps(asked: Asked) -> tuple[Array, Array]:
    """Return front yards, and for each the height the law allows (infinite: no cap is told)."""
    fronts = np.arange(0.0, DEEPEST_M + STEP_M / 2, STEP_M)
    clauses = asked.evaluation.hangs().checking("height_m")
    found = judge_some(
        asked.book,
        _relevant(asked, clauses, ("height_m", *YARDS["front"])),
        {
            "height_m": np.full(len(fronts), TALL_M),
            "front_yard_min_m": fronts,
            "front_yard_avg_m": fronts,
            "road_distance_m": np.maximum(fronts, asked.road_m),
        },
        asked.as_of,
        clauses=clauses,
    )
    caps = np.full(len(fronts), np.inf)
    for name in clauses:
        if name in found.verdicts:
            told = found.required[name]
            caps = np.where(found.verdicts[name] == FAIL, np.fmin(caps, told), caps)
    return fronts, caps


def _yards(asked: Asked, heights: Array) -> dict[str, Array]:
    """Return the yards asked of each height: the least one, or the average if that is more."""
    clauses = {
        side: tuple(
            name
            for name in asked.evaluation.hangs().checking(*names)
            if asked.evaluation.hangs().subject(name) in names
        )
        for side, names in YARDS.items()
    }
    every = tuple(dict.fromkeys(name for names in clauses.values() for name in names))
    ample = {name: np.full(len(heights), AMPLE_M) for name in LEASTS}
    facts = _relevant(asked, every, ("height_m", *LEASTS))
    out = {side: np.zeros(len(heights)) for side in YARDS}
    for more in ({}, ample):
        rows = {"height_m": heights, **more}
        found = judge_some(asked.book, facts, rows, asked.as_of, clauses=every)
        for side, names in clauses.items():
            for name in names:
                if name in found.required:
                    out[side] = np.fmax(out[side], found.required[name])
    return out


def _front_for_height(least: Array, heights: Array, fronts: Array, caps: Array) -> Array:
    """Return the front yard of each height: what the yard or the height asks; NaN: none."""
    out = np.full(len(heights), np.nan)
    for index, height in enumerate(heights):
        at_least = np.interp(least[index], fronts, np.where(np.isfinite(caps), caps, TALL_M))
        if at_least >= height:
            out[index] = least[index]
            continue
        good = (caps >= height) & (fronts >= least[index])
        if good.any():
            out[index] = fronts[int(np.argmax(good))]
    return out


def _tops(rows: npt.NDArray[Any]) -> list[tuple[float, float, float, float]]:
    """Return the tops of the steps: where a yard is about to grow, coarsely where all do."""
    out: list[tuple[float, float, float, float]] = []
    for index, row in enumerate(rows):
        last = index == len(rows) - 1
        if not last and (rows[index + 1][1:] == row[1:]).all():
            continue
        grows = not last and (rows[index + 1][2:] != row[2:]).any()
        if last or grows or not out or row[0] - out[-1][0] >= COARSE_M:
            out.append((row[0], row[1], row[2], row[3]))
    return out


def _step(asked: Asked, to_m: float, front_m: float, rear_m: float, side_m: float) -> Step:
    edges = asked.edges
    ground = inside_yards(
        asked.plot,
        [
            (edges.front, front_m),
            (edges.other_streets, max(side_m, asked.road_m)),
            (edges.rear, rear_m),
            (edges.sides, side_m),
        ],
    )
    return Step(to_m, front_m, rear_m, side_m, ground)
