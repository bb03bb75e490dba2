"""Cures: for each failed clause the smallest change that lets it pass, tried before it is told.

Every change that is offered was made and the whole plan judged again by the same law, so an
answer also says what else the change cures and what it would newly break. Only facts that a
designer can change are moved (``designed`` in the vocabulary). The work is bounded by a count of
evaluations, never by time: the same question has the same answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from rules.answer import Evaluation
from rules.cures.search import Grid, along, to_limits
from rules.cures.trials import GOOD, NO_FAIL, Moves, SpentError, Trials
from rules.cures.words import change_says, cure_says, none_says, several_says
from rules.engine import depends_of, families_of
from rules.facts import normalise
from rules.law import Book
from rules.model import Fact
from rules.moves import Move, spots, value_at

MOST = 1_500
"""Evaluations for one plan."""
MOST_EACH = 200
"""Evaluations for one clause."""
SMALL = 6
"""Places (plot, blocks, levels, floors) up to which a plan gets all its evaluations."""
SHOWN = 5
"""Changes told for one clause."""
Json = dict[str, Any]

__all__ = ["MOST", "Cure", "Cures", "cures"]


@dataclass(frozen=True, slots=True)
class Cure:
    """One tried change: its moves, its size against what is there, and all that it does."""

    moves: Moves
    size: float  # least is best: 0.1 is a tenth of the number; yes to no, or a word, is 1
    cures: tuple[str, ...]  # clauses that failed and no longer do
    breaks: tuple[str, ...]  # clauses that newly fail
    unsettles: tuple[str, ...]  # clauses that passed or did not apply and are newly unknown
    opens: tuple[str, ...]  # clauses that failed and are unknown then

    @property
    def clean(self) -> bool:
        """Say whether nothing else comes out worse."""
        return not self.breaks and not self.unsettles

    def order(self) -> tuple[bool, bool, float, str]:
        """Give what cures are sorted by: clean, nothing left open, small; ties by name."""
        return (not self.clean, bool(self.opens), round(self.size, 9), repr(self.moves))


@dataclass(frozen=True, slots=True)
class ClauseCures:
    """What cures one clause: single changes, best first; else several at once, if that does."""

    single: tuple[Cure, ...]
    together: Cure | None
    unproved: Cure | None  # it no longer fails then, but something missing leaves it unknown
    complete: bool  # False: the evaluations ended before everything was tried


@dataclass(frozen=True, slots=True)
class Cures:
    """The answer of ``cures``; ``several`` are changes that each cure more than one clause."""

    book: Book
    facts: Mapping[str, Any]
    clauses: Mapping[str, ClauseCures]
    several: tuple[Cure, ...]
    evaluations: int

    def as_json(self) -> Json:
        """Return the answer as plain JSON values, sentences in both languages."""
        return {
            "clauses": {name: self._clause(name, one) for name, one in self.clauses.items()},
            "several": [
                {**self._cure(one), "says": several_says(self.book, self.facts, one).as_json()}
                for one in self.several
            ],
            "evaluations": self.evaluations,
        }

    def _clause(self, name: str, found: ClauseCures) -> Json:
        best = found.single[0] if found.single else found.together or found.unproved
        says = (
            cure_says(self.book, self.facts, name, best)
            if best is not None
            else none_says(self.book, name, found.complete)
        )
        return {
            "smallest": self._cure(found.single[0], name) if found.single else None,
            "others": [self._cure(one, name) for one in found.single[1:]],
            "together": self._cure(found.together, name) if found.together else None,
            "unproved": self._cure(found.unproved, name) if found.unproved else None,
            "complete": found.complete,
            "says": says.as_json(),
        }

    def _cure(self, cure: Cure, clause: str = "") -> Json:
        return {
            "changes": [self._change(move) for move in cure.moves],
            "size": round(cure.size, 4),
            "clean": cure.clean,
            "cures": list(cure.cures),
            "breaks": list(cure.breaks),
            "unsettles": list(cure.unsettles),
            "opens": list(cure.opens),
            "says": cure_says(self.book, self.facts, clause, cure).as_json(),
        }

    def _change(self, move: Move) -> Json:
        before = value_at(self.facts, move.fact, move.where)
        return {
            "fact": move.fact,
            "where": dict(move.where),
            "from": before,
            "to": move.value,
            "by": _by(self.book.vocabulary[move.fact], before, move.value),
            "unit": self.book.vocabulary[move.fact].unit,
            "says": change_says(self.book, self.facts, move).as_json(),
        }


def cures(
    book: Book,
    facts: Mapping[str, Any],
    as_of: date,
    *,
    most: int = MOST,
    evaluated: Evaluation | None = None,
) -> Cures:
    """Find for each failed clause the smallest change that cures it; every one is tried.

    ``most`` bounds the evaluations (1 to 5 ms each); a plan of more than ``SMALL`` places, whose
    evaluation takes longer, gets fewer. ``evaluated``: the same facts on the same day, where they
    were evaluated already. Raises FactError as ``evaluate`` does.
    """
    clean = normalise(book, facts)
    count = sum(1 for _ in spots(clean))
    most = max(most * SMALL // max(SMALL, count), 1)
    trials = Trials(book, clean, as_of, most, () if evaluated is None else evaluated.results)
    found = {name: _of_clause(trials, name) for name in trials.failed}
    several = _several(cure for one in found.values() for cure in one.single)
    return Cures(book, clean, found, several, trials.count)


def _of_clause(trials: Trials, clause: str) -> ClauseCures:
    whole, trials.most = trials.most, min(trials.most, trials.count + MOST_EACH)
    single: dict[Moves, Cure] = {}
    together, unproved, complete = None, None, True
    try:
        for moves in _single(trials, clause):
            single.setdefault(moves, _weigh(trials, moves))
        if not single:
            together = _together(trials, clause, GOOD, 2)
            unproved = None if together else _together(trials, clause, NO_FAIL, 1)
    except SpentError:
        complete = False
    trials.most = whole
    best = _one_each(sorted(single.values(), key=Cure.order))
    return ClauseCures(tuple(best)[:SHOWN], together, unproved, complete)


def _one_each(found: list[Cure]) -> Iterator[Cure]:
    """Leave of the changes of one fact at one place, in one direction, only the best."""
    seen: set[tuple[Any, ...]] = set()
    for one in found:
        key = tuple((move.fact, move.where) for move in one.moves)
        if key not in seen:
            seen.add(key)
            yield one


def _single(trials: Trials, clause: str) -> Iterator[Moves]:
    """Try one fact after the other: those that fail a check first, then all behind the clause."""
    vocabulary = trials.book.vocabulary
    failing = trials.base.failing(clause)
    for fact in dict.fromkeys(check.fact for check in failing):
        if _movable(vocabulary.get(fact)) and (moves := to_limits(trials, clause, [fact])):
            yield moves
    near = tuple(failing[0].where.items()) if failing else ()
    _, families = families_of(trials.book, trials.facts)
    for fact in sorted(_behind(trials, clause, families)):
        if vocabulary[fact].designed:
            yield from along(trials, clause, vocabulary[fact], near)


def _movable(fact: Fact | None) -> bool:
    return fact is not None and fact.designed and fact.type in {"number", "integer", "boolean"}


def _behind(trials: Trials, clause: str, families: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for family in families:
        law = trials.book.law_on(trials.as_of, family)
        depends = depends_of(trials.book, trials.as_of, family)
        for one in law.clauses if law is not None else ():
            if depends is not None and one.id == clause:
                found |= depends.clause(one)
    return found & trials.book.vocabulary.keys()


def _together(trials: Trials, clause: str, accept: frozenset[str], least: int) -> Cure | None:
    """Try the missed limits of several checked facts at once: few first, four at most."""
    vocabulary = trials.book.vocabulary
    facts = [
        name
        for name in dict.fromkeys(check.fact for check in trials.base.failing(clause))
        if _movable(vocabulary.get(name))
    ]
    for count in range(least, min(len(facts), 4) + 1):
        found = [
            moves
            for some in combinations(facts, count)
            if (moves := to_limits(trials, clause, some, accept))
        ]
        if found:
            return min((_weigh(trials, moves) for moves in found), key=Cure.order)
    return None


def _weigh(trials: Trials, moves: Moves) -> Cure:
    """Say all that a change does."""
    before, after = trials.base.verdicts, trials.run(moves).verdicts
    vocabulary = trials.book.vocabulary
    sizes = [
        _size(vocabulary[move.fact], value_at(trials.facts, move.fact, move.where), move.value)
        for move in moves
    ]
    return Cure(
        moves,
        max(sizes) if len({move.fact for move in moves}) == 1 else sum(sizes),
        tuple(name for name in trials.failed if after[name] in GOOD),
        tuple(n for n, verdict in after.items() if verdict == "fail" and before[n] != "fail"),
        tuple(n for n, verdict in after.items() if verdict == "unknown" and before[n] in GOOD),
        tuple(name for name in trials.failed if after[name] == "unknown"),
    )


def _size(fact: Fact, before: Any, after: Any) -> float:
    if fact.type not in {"number", "integer"} or before is None:
        return 1.0
    return float(abs(after - before) / max(abs(before), abs(after), Grid(fact).step))


def _by(fact: Fact, before: Any, after: Any) -> float | int | None:
    if fact.type not in {"number", "integer"} or before is None:
        return None
    grid = Grid(fact)
    return grid.value(grid.index(after) - grid.index(before))


def _several(found: Iterable[Cure]) -> tuple[Cure, ...]:
    """Choose, again and again, the change that cures most of what is left; at least two."""
    chosen: list[Cure] = []
    pool, left = list(found), None
    while True:
        counted = [
            (-len(useful), one.order(), one)
            for one in pool
            if len(useful := set(one.cures) - (left or set())) > 1
        ]
        if not counted:
            return tuple(chosen)
        clean = [one for one in counted if one[2].clean] or counted
        best = min(clean, key=lambda one: one[:2])[2]
        chosen.append(best)
        left = (left or set()) | set(best.cures)
