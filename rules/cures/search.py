"""The search for the smallest change of one fact that lets a failed clause pass.

A fact that is checked itself goes to its limit. Any other is tried at a few sizes on both sides;
where one helps, the interval between it and the last that did not is halved (or cut where the
shortfall says) down to one step of the fact: 1 mm, 0.01 m2, one whole thing. The result is exact
to that step where the clause does not come and go in between.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.cures.trials import GOOD, Moves, Trials
from rules.engine.outcome import CheckResult
from rules.model import Fact
from rules.moves import Move, Path, holder, holders, value_at

SIZES = (
    (0.95, 0.8, 0.5, 0.2),
    (1.05, 1.25, 2.0, 4.0),
)  # the sizes first tried, as shares of the number
STARTS = (1.0, 10.0, 100.0)  # first tried for a number that is 0
ROUNDS = 4  # a limit may move with the fact that is moved to it
CUTS = 40
MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Grid:
    """The values a fact can have: whole multiples of its step, within what can be true."""

    fact: Fact

    @property
    def step(self) -> float:
        """The rounding step of the fact."""
        return 1.0 if self.fact.type == "integer" else 10.0 ** -(self.fact.digits or 0)

    def index(self, value: float) -> int:
        """Give the number of the step nearest to a value."""
        return round(value / self.step)

    def value(self, index: int) -> float | int:
        """Give the value of a step."""
        if self.fact.type == "integer":
            return index
        return round(index * self.step, self.fact.digits or 0) + 0.0

    def holds(self, index: int) -> bool:
        """Say whether a step lies within what can be true at all."""
        value, fact = self.value(index), self.fact
        low, high = fact.low, fact.high
        return (low is None or value >= low) and (high is None or value <= high)

    def limit(self, check: CheckResult) -> int | None:
        """Find the first step that meets the limit of a failed check."""
        if isinstance(check.required, bool) or not isinstance(check.required, int | float):
            return None
        exact = check.required / self.step
        match check.op:
            case "at_least":
                return math.ceil(exact - 1e-6)
            case "more_than":
                return math.floor(exact + 1e-6) + 1
            case "at_most":
                return math.floor(exact + 1e-6)
            case "less_than":
                return math.ceil(exact - 1e-6) - 1
        return round(exact)


def to_limits(
    trials: Trials, clause: str, facts: Iterable[str], accept: frozenset[str] = GOOD
) -> Moves:
    """Move checked facts to the limits they miss, at every place that fails; () if that fails.

    ``accept`` holds the verdicts that will do.
    """
    wanted, moves = frozenset(facts), dict[tuple[str, Path], Move]()
    for turn in range(ROUNDS):
        trial = trials.run(tuple(moves.values()))
        if trial.good(clause, accept):
            return tuple(moves.values())
        before = dict(moves)
        for check in trial.failing(clause):
            if check.fact in wanted:
                _to_limit(trials, check, moves, turn)
        if moves == before:
            return ()
    done = tuple(moves.values())
    return done if trials.run(done).good(clause, accept) else ()


def _to_limit(
    trials: Trials, check: CheckResult, moves: dict[tuple[str, Path], Move], turn: int
) -> None:
    """Add the move of one failed check; of two at one place the one that goes further stands."""
    where = holder(trials.facts, check.fact, tuple(check.where.items()))
    if where is None:
        return
    fact = trials.book.vocabulary[check.fact]
    if fact.type == "boolean":
        moves[check.fact, where] = Move(check.fact, where, check.op == "is_true")
        return
    grid, up = Grid(fact), check.op in {"at_least", "more_than"}
    index = grid.limit(check)
    if index is None:
        return
    known = moves.get((check.fact, where))
    if known is not None:
        other = grid.index(known.value)
        index = max(index, other + (turn > 1)) if up else min(index, other - (turn > 1))
    if grid.holds(index):
        moves[check.fact, where] = Move(check.fact, where, grid.value(index))


def along(trials: Trials, clause: str, fact: Fact, near: Path) -> Iterator[Moves]:
    """Find the smallest changes of a fact that cure a clause, one for each way and place."""
    for where in _in_reach(holders(trials.facts, fact.name), near):
        value = value_at(trials.facts, fact.name, where)
        if fact.type in {"number", "integer"}:
            yield from _numbers(trials, clause, fact, where)
        elif fact.type == "boolean":
            yield from _tried(trials, clause, Move(fact.name, where, not value))
        elif fact.type == "enum":
            for word in [one for one in fact.values if one != value][:MOST_WORDS]:
                yield from _tried(trials, clause, Move(fact.name, where, word))
    if fact.type == "boolean" and not holders(trials.facts, fact.name):
        yield from _tried(trials, clause, Move(fact.name, (), True))


def _in_reach(found: list[Path], near: Path) -> list[Path]:
    """Put the places around the failing one first; those beside it only if there are few."""
    fits = [one for one in found if all(a == b for a, b in zip(one, near, strict=False))]
    beside = [one for one in found if one not in fits]
    return fits[:8] + (beside if len(beside) <= 3 else [])


def _tried(trials: Trials, clause: str, move: Move) -> Iterator[Moves]:
    if trials.run((move,)).good(clause):
        yield (move,)


def _numbers(trials: Trials, clause: str, fact: Fact, where: Path) -> Iterator[Moves]:
    line = _Line(trials, clause, fact, where)
    for ladder in line.ladders():
        last = line.start
        for index in ladder:
            if line.good(index):
                found = line.boundary(last, index)
                yield (line.move(found),)
                break
            last = index


@dataclass(frozen=True, slots=True)
class _Line:
    """One number at one place, along which a clause is tried."""

    trials: Trials
    clause: str
    fact: Fact
    where: Path

    @property
    def grid(self) -> Grid:
        return Grid(self.fact)

    @property
    def start(self) -> int:
        return self.grid.index(value_at(self.trials.facts, self.fact.name, self.where))

    def ladders(self) -> Iterator[list[int]]:
        """Give the steps to try first, down and up, each further than the one before."""
        start, grid = self.start, self.grid
        if start == 0:
            yield [index for size in STARTS if grid.holds(index := grid.index(size))]
            return
        down, up = ([round(start * share) for share in shares] for shares in SIZES)
        if self.fact.type == "integer":
            down, up = [start - 1, *down, 0], [start + 1, *up]
        for way, steps in ((-1, down), (1, up)):
            further = sorted({i for i in steps if (i - start) * way > 0}, key=lambda i: i * way)
            yield [index for index in further if grid.holds(index)]

    def move(self, index: int) -> Move:
        return Move(self.fact.name, self.where, self.grid.value(index))

    def good(self, index: int) -> bool:
        return self.trials.run((self.move(index),)).good(self.clause)

    def _gap(self, index: int) -> float | None:
        moves = () if index == self.start else (self.move(index),)
        return self.trials.run(moves).shortfall(self.clause)

    def boundary(self, bad: int, good: int) -> int:
        """Find the good step beside a bad one, between a bad and a good one."""
        for turn in range(CUTS):
            if abs(good - bad) == 1:
                break
            guess = self._cut(bad, good) if turn % 3 == 0 else (bad + good) // 2
            way = 1 if good > bad else -1
            if self.good(guess):
                good = guess
                if guess - way != bad and turn % 3 == 0:
                    bad, good = self._beside(bad, good, -way)
            else:
                bad = guess
                if guess + way != good and turn % 3 == 0:
                    bad, good = self._beside(bad, good, way, from_bad=True)
        return good

    def _beside(self, bad: int, good: int, way: int, from_bad: bool = False) -> tuple[int, int]:
        """Look one step on from a cut, where the limit of a straight line lies."""
        index = (bad if from_bad else good) + way
        return (bad, index) if self.good(index) else (index, good)

    def _cut(self, bad: int, good: int) -> int:
        """Guess the limit from the shortfall on both sides, as if it ran straight."""
        below, above = self._gap(bad), self._gap(good)
        middle = (bad + good) // 2
        if below is None or above is None or below <= 0 or above > 0 or below == above:
            return middle
        guess = bad + round((good - bad) * below / (below - above))
        low, high = min(bad, good) + 1, max(bad, good) - 1
        return min(max(guess, low), high)
