"""Following one measure of a design alone, until a clause stops it.

All measures are followed in one go, in whole steps of their facts: the stretch in which a clause
stops is cut into parts and judged again until it is one step long.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rules.columns import VERDICTS, ColumnResult
from rules.columns.result import FAIL, UNKNOWN
from rules.envelope.designs import Dimension, LimitOf, Stop

Array = npt.NDArray[Any]
Judge = Callable[[Mapping[str, Any]], ColumnResult]
PARTS = 128  # into which a stretch is cut
SHOWN = 2  # clauses that stop a measure: the one that binds, and the next


@dataclass(frozen=True, slots=True)
class Line:
    """A measure to follow: from where, and if that was only assumed."""

    dimension: Dimension
    start: float
    assumed: bool

    def value(self, steps: Array) -> Array:
        """Give the values so many steps away from the start."""
        scale = 10**self.dimension.digits
        sign = -1 if self.dimension.least else 1
        start = round(self.start * scale)
        values: Array = np.round((start + sign * steps) / scale, self.dimension.digits)
        return values

    def length(self) -> int:
        """Count the steps to the end: none at all, or the greatest looked at."""
        scale = 10**self.dimension.digits
        end = 0.0 if self.dimension.least else self.dimension.reach
        return max(0, round(abs(end - self.start) * scale)) if end != self.start else 0


@dataclass(slots=True)
class Stretch:
    """Where a clause stops a line: allowed ``low`` steps away, not ``high``."""

    line: int
    clause: str
    low: int
    high: int


class Lines:
    """The lines from one design."""

    def __init__(self, judge: Judge, base: Mapping[str, Any], lines: list[Line]) -> None:
        self.judge = judge
        self.base = base
        self.lines = [one for one in lines if one.length() > 0]
        said = dict.fromkeys(n for one in self.lines for n in one.dimension.facts)
        self.facts = tuple(name for name in said if name in base)  # a book may lack some

    def limits(self) -> tuple[LimitOf, ...]:
        """Find for each line the clauses that stop it first."""
        stretches = self._coarse()
        while any(one.high - one.low > 1 for one in stretches):
            self._closer(stretches)
        beyond = self._verdicts([(one.line, np.array([one.high])) for one in stretches])
        stops: dict[int, list[tuple[int, Stop]]] = {}
        for row, one in enumerate(stretches):
            value = float(self.lines[one.line].value(np.array([one.low]))[0])
            said = VERDICTS[beyond.verdicts[one.clause][row]]
            stops.setdefault(one.line, []).append((one.low, Stop(one.clause, value, said)))
        return tuple(
            LimitOf(
                line.dimension,
                line.start,
                line.assumed,
                tuple(stop for _, stop in sorted(stops.get(n, ()), key=lambda one: one[0]))[
                    :SHOWN
                ],
            )
            for n, line in enumerate(self.lines)
        )

    def _verdicts(self, rows: list[tuple[int, Array]]) -> ColumnResult:
        """Judge designs that differ from the base in one measure each."""
        count = sum(len(steps) for _, steps in rows)
        columns = {name: np.full(count, self.base[name]) for name in self.facts}
        row = 0
        for line, steps in rows:
            values = self.lines[line].value(steps)
            for name in set(self.lines[line].dimension.facts) & columns.keys():
                columns[name][row : row + len(steps)] = values
            row += len(steps)
        return self.judge(columns)

    def _coarse(self) -> list[Stretch]:
        """Walk each line in big steps and note where each clause first stops it."""
        walks = [
            (n, np.unique(np.linspace(0, one.length(), PARTS + 1).astype(int)))
            for n, one in enumerate(self.lines)
        ]
        found, row = self._verdicts(walks), 0
        stretches: list[Stretch] = []
        for n, steps in walks:
            here = []
            for clause, verdicts in found.verdicts.items():
                stops = _stops(verdicts[row : row + len(steps)])
                if stops.any():
                    first = int(np.argmax(stops))
                    here.append(Stretch(n, clause, int(steps[first - 1]), int(steps[first])))
            stretches += _first(here)
            row += len(steps)
        return stretches

    def _closer(self, stretches: list[Stretch]) -> None:
        """Cut each stretch into parts and keep the one in which the clause stops."""
        low, high = (np.array([getattr(one, n) for one in stretches]) for n in ("low", "high"))
        tries = between(low, high)
        lines = [one.line for one in stretches]
        found = self._verdicts(list(zip(lines, tries, strict=True)))
        stopped = np.array(
            [
                _bad(found.verdicts[one.clause][row * PARTS : (row + 1) * PARTS])
                for row, one in enumerate(stretches)
            ]
        )
        low, high = narrowed(tries, stopped, low, high)
        for one, a, b in zip(stretches, low.tolist(), high.tolist(), strict=True):
            one.low, one.high = a, b


def _bad(verdicts: Array) -> Array:
    bad: Array = (verdicts == FAIL) | (verdicts == UNKNOWN)
    return bad


def _stops(verdicts: Array) -> Array:
    """Tell where a clause stops a line; one that does not stand at its start stops nothing."""
    return np.zeros(len(verdicts), np.bool_) if _bad(verdicts[:1])[0] else _bad(verdicts)


def _first(stretches: list[Stretch]) -> list[Stretch]:
    """Keep the stretches that may hold one of the first stops."""
    if len(stretches) <= SHOWN:
        return stretches
    last = sorted(one.high for one in stretches)[SHOWN - 1]
    return [one for one in stretches if one.low < last]


def between(low: Array, high: Array) -> Array:
    """Give for each stretch whole numbers from low up, all below high: shape (stretches, PARTS).

    >>> between(np.array([0]), np.array([129]))[0, [0, -1]].tolist()
    [1, 128]
    """
    parts = np.arange(1, PARTS + 1)
    tries: Array = low[:, None] + (high - low)[:, None] * parts // (PARTS + 1)
    return tries


def narrowed(tries: Array, stopped: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Give each stretch from the last try before the first stop to that stop."""
    rows = np.arange(len(tries))
    first = np.argmax(stopped, axis=1)
    any_ = stopped[rows, first]
    new_high = np.where(any_, tries[rows, first], high)
    before = np.where(any_, first - 1, PARTS - 1)
    new_low = np.where(before >= 0, tries[rows, before], low)
    return new_low, new_high
