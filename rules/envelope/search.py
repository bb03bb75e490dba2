"""The search: a grid of designs through the columns, then closer and closer to each limit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from rules.columns import ColumnResult, judge_columns, judge_designs
from rules.columns.result import FAIL, UNKNOWN
from rules.envelope.answer import Envelope
from rules.envelope.designs import AMOUNTS, ASSUMED, FLOOR_FACTS, SIZES, Design, LimitOf
from rules.envelope.limits import PARTS, Line, Lines, between, narrowed
from rules.envelope.reach import clauses_about
from rules.law import Book

Array = npt.NDArray[Any]
STOREYS = 12
SHARES = 101  # of the plot that is built over, from none to all
NEAR = 0.999  # a design of as good as the same floor area, but fewer storeys, is the better one
FOLDED = ("occupancy", "occupancy_sub", "floor_area_by_group_m2", "unit_areas_m2")


def envelope(
    book: Book, site: Mapping[str, Any], as_of: date, *, floor_height_m: float = 3.0
) -> Envelope:
    """Work out what may be built on a site by the law of a day.

    ``site``: facts of the plot and of the use (group, homes); the size of the building is what is
    asked, so facts that say it are left aside. Yards, parking and the like that are not given are
    taken as ample, and the answer says how little of them would do. Raises FactError.
    """
    search = _Search(book, site, as_of, floor_height_m)
    return search.envelope()


class _Search:
    """One search: the site, what is assumed, and the designs judged so far."""

    def __init__(
        self, book: Book, site: Mapping[str, Any], as_of: date, floor_height_m: float
    ) -> None:
        self.book = book
        self.as_of = as_of
        self.floor_height_m = floor_height_m
        sizes = {name for one in SIZES for name in one.facts}
        self.site = {name: value for name, value in site.items() if name not in sizes}
        ample = {name: one.ample for one in AMOUNTS for name in one.facts}
        self.assumed = {
            name: int(value or 0) if book.vocabulary[name].type == "integer" else value
            for name, value in {**ASSUMED, **ample}.items()
            if name in book.vocabulary and name not in self.site
        }
        self.judged = 0
        self.open: frozenset[str] = frozenset()  # not decided, whatever the size

    def judge(self, designs: Mapping[str, Any]) -> ColumnResult:
        """Judge designs on the site."""
        site = {k: v for k, v in {**self.assumed, **self.site}.items() if k not in designs}
        asked = {name: one for name, one in designs.items() if name in self.book.vocabulary}
        found = judge_designs(self.book, site, asked, self.as_of, folded=FOLDED)
        self.judged += found.rows
        return found

    def envelope(self) -> Envelope:
        """Judge the grid, then look closer at the largest designs and at each of their limits."""
        told = self._plot_area()
        area = told if told is not None else 1000.0  # anything: only what holds for all is kept
        storeys, shares = np.arange(1, STOREYS + 1), np.linspace(0.0, 1.0, SHARES)
        grid_storeys, grid_shares = (one.ravel() for one in np.meshgrid(storeys, shares))
        found = self.judge(self._sized(grid_storeys, np.round(grid_shares * area, 2)))
        never = {name for name, one in found.verdicts.items() if (one == UNKNOWN).all()}
        sized = self._about_size() & never
        self.open = frozenset(never - sized)
        forbids = tuple(n for n, one in found.verdicts.items() if (one == FAIL).all())
        shape = (SHARES, STOREYS)
        decided, allowed = (
            self._largest(~self._stopped(found, strict=strict).reshape(shape), area, strict=strict)
            if told is not None
            else ()
            for strict in (True, False)
        )
        best, other = _best(decided), _best(allowed)
        chosen = best if best is not None else other
        limits = () if chosen is None else self._limits(chosen)
        open_there = self._open_at(other)
        return Envelope(
            book=self.book,
            as_of=self.as_of,
            site=self.site,
            assumed=self.assumed,
            designs=self.judged,
            best=best,
            by_storeys=decided,
            not_forbidden=other,
            open_there=open_there,
            forbids=forbids,
            not_decided=tuple(name for name in self.book.clauses if name in self.open),
            size_not_decided=tuple(name for name in self.book.clauses if name in sized),
            plot_area_m2=told,
            limits=limits,
        )

    def _about_size(self) -> frozenset[str]:
        """Name the clauses that may say something else for another size of the building."""
        sizes = {name for one in SIZES for name in one.facts}
        laws = (self.book.law_on(self.as_of, family) for family in self.book.families)
        found = (clauses_about(law, sizes) for law in laws if law is not None)
        return frozenset[str]().union(*found)

    def _plot_area(self) -> float | None:
        """Give the area of the plot that the law goes by; None where it is not known."""
        found = judge_columns(
            self.book, self.site, self.as_of, clauses=(), derived=("plot_area_m2",)
        )
        told = found.derived.get("plot_area_m2")
        value = told.at(0) if told is not None else None
        return float(value) if value else None

    def _sized(self, storeys: Array, ground: Array) -> dict[str, Array]:
        floor = np.round(storeys * ground, 2)
        return {
            "storeys": storeys,
            "height_m": np.round(storeys * self.floor_height_m, 3),
            "covered_area_m2": ground,
            **dict.fromkeys(FLOOR_FACTS, floor),
        }

    def _stopped(self, found: ColumnResult, *, strict: bool) -> Array:
        """Tell which designs a clause forbids, or (strict) leaves open while it decides others."""
        stopped = np.zeros(found.rows, np.bool_)
        for name, verdicts in found.verdicts.items():
            stopped |= verdicts == FAIL
            if strict and name not in self.open:
                stopped |= verdicts == UNKNOWN
        return stopped

    def _largest(self, good: Array, area: float, *, strict: bool = True) -> tuple[Design, ...]:
        """Find for each number of storeys the largest ground floor, to the step of the fact."""
        cells = np.where(good.any(0), SHARES - 1 - np.argmax(good[::-1], 0), 0)
        places = np.flatnonzero(cells > 0)
        low = np.round(cells[places] / (SHARES - 1) * area * 100).astype(int)
        high = np.round((cells[places] + 1) / (SHARES - 1) * area * 100).astype(int)
        high = np.minimum(high, round(area * 100) + 1)
        storeys = places + 1
        while len(places) and (high - low > 1).any():
            tries = between(low, high)
            found = self.judge(self._sized(np.repeat(storeys, PARTS), tries.ravel() / 100))
            stopped = self._stopped(found, strict=strict).reshape(tries.shape)
            low, high = narrowed(tries, stopped, low, high)
        beyond = self.judge(self._sized(storeys, high / 100)) if len(places) else None
        sized = self._sized(storeys, low / 100)
        return tuple(
            Design(
                int(sized["storeys"][row]),
                float(sized["height_m"][row]),
                float(sized["covered_area_m2"][row]),
                float(sized["total_floor_area_m2"][row]),
                () if beyond is None else self._stopping(beyond, row, strict=strict),
            )
            for row in range(len(places))
        )

    def _stopping(self, found: ColumnResult, row: int, *, strict: bool) -> tuple[str, ...]:
        bad = (FAIL, UNKNOWN) if strict else (FAIL,)
        return tuple(
            name
            for name, verdicts in found.verdicts.items()
            if verdicts[row] == FAIL or (verdicts[row] in bad and name not in self.open)
        )

    def _open_at(self, design: Design | None) -> tuple[str, ...]:
        if design is None:
            return ()
        found = self.judge({name: np.array([one]) for name, one in design.facts().items()})
        return tuple(name for name, one in found.verdicts.items() if one[0] == UNKNOWN)

    def _limits(self, best: Design) -> tuple[LimitOf, ...]:
        """Follow each dimension from the best design, alone, until two clauses have stopped it."""
        base = {**self.assumed, **self.site, **best.facts()}
        lines = [
            Line(one, start, one.facts[0] in self.assumed)
            for one in (*SIZES, *AMOUNTS)
            if one.facts[0] in self.book.vocabulary
            and (start := base.get(one.facts[0])) is not None
        ]
        return Lines(self.judge, base, lines).limits()


def _best(designs: tuple[Design, ...]) -> Design | None:
    """Choose the largest design; of those as good as it, the one with the fewest storeys."""
    most = max((one.floor_area_m2 for one in designs), default=0.0)
    near = (one for one in designs if one.floor_area_m2 >= most * NEAR)
    return min(near, key=lambda one: one.storeys, default=None)
