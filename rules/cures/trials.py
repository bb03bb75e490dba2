"""Trying changes: every change is judged by the law itself, remembered, and counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from rules.engine import judge, judge_again
from rules.engine.outcome import CheckResult, FamilyResult
from rules.errors import RulesError
from rules.law import Book
from rules.moves import Move, moved

GOOD = frozenset({"pass", "not_applicable"})
NO_FAIL = GOOD | {"unknown"}
_SIGNS = {"at_least": 1.0, "more_than": 1.0, "at_most": -1.0, "less_than": -1.0}
Moves = tuple[Move, ...]


class SpentError(RulesError):
    """The evaluations that a search may use are used up; never leaves this package."""

    code = "cure_search_spent"

    def __init__(self) -> None:
        super().__init__("the search for cures has used its evaluations")


@dataclass(frozen=True)
class Trial:
    """How the plan comes out under some moves: every verdict; the checks when asked for."""

    results: tuple[FamilyResult, ...]

    @cached_property
    def verdicts(self) -> Mapping[str, str]:
        """The verdicts, of both families together as the answer has them."""
        each = [one.verdicts for one in self.results]
        if len(each) == 1:
            return each[0]
        names = dict.fromkeys(name for one in each for name in one)
        return {name: self._joined(name) for name in names}

    def _joined(self, clause: str) -> str:
        """Where the families differ, it is not known."""
        found = {one.verdicts.get(clause) or _absent(one) for one in self.results}
        return found.pop() if len(found) == 1 else "unknown"

    def good(self, clause: str, accept: frozenset[str] = GOOD) -> bool:
        """Say whether a clause no longer fails and (unless told otherwise) is known not to."""
        return self._joined(clause) in accept

    def failing(self, clause: str) -> tuple[CheckResult, ...]:
        """List the checks of a clause that fail; of two families those of the first."""
        return tuple(check for check in self._checks(clause) if check.verdict == "fail")

    def shortfall(self, clause: str) -> float | None:
        """Say how far the worst number is from its limit (below 0: to spare); None without one."""
        found = [gap for check in self._checks(clause) if (gap := _gap(check)) is not None]
        return max(found, default=None)

    def _checks(self, clause: str) -> tuple[CheckResult, ...]:
        found = self.results[0].clauses.get(clause)
        return found.outcome.checks if found is not None else ()


def _gap(check: CheckResult) -> float | None:
    sign = _SIGNS.get(check.op)
    if sign is None or check.required is None or check.found is None:
        return None
    return sign * (float(check.required) - float(check.found))


class Trials:
    """Judges a plan under moves; the same moves are judged once."""

    def __init__(
        self,
        book: Book,
        facts: Mapping[str, Any],
        as_of: date,
        most: int,
        results: tuple[FamilyResult, ...] = (),
    ) -> None:
        self.book, self.facts, self.as_of = book, facts, as_of
        self.count, self.most = 1, most
        self.base = Trial(results or judge(book, facts, as_of))
        self._kept: dict[Moves, Trial] = {(): self.base}

    @property
    def failed(self) -> tuple[str, ...]:
        """List the clauses that fail as the plan stands."""
        return tuple(name for name, verdict in self.base.verdicts.items() if verdict == "fail")

    def run(self, moves: Moves) -> Trial:
        """Judge the plan with some moves made; raises SpentError when no evaluation is left."""
        found = self._kept.get(moves)
        if found is None:
            if self.count >= self.most:
                raise SpentError
            self.count += 1
            found = self._kept[moves] = Trial(self._judged(moves))
        return found

    def _judged(self, moves: Moves) -> tuple[FamilyResult, ...]:
        facts = moved(self.facts, moves)
        changed = frozenset(move.fact for move in moves)
        if "family" in changed:
            return judge(self.book, facts, self.as_of)
        return judge_again(self.book, facts, self.as_of, self.base.results, changed)


def _absent(result: FamilyResult) -> str:
    return "unknown" if result.partial else "not_applicable"
