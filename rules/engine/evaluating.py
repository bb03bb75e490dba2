"""One day's law of one family, compiled, and run over the facts of one plot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rules.conditions import Env, Expression, Fn, Unknown, compile_expression
from rules.engine.chaining import Chain
from rules.engine.depends import Depends
from rules.engine.judging import JudgeClause
from rules.engine.lookup import TableLookup
from rules.engine.outcome import (
    WORST,
    ClauseResult,
    DerivedResult,
    Firing,
    LinkResult,
    Outcome,
    differ,
)
from rules.engine.places import Places
from rules.law import Book, Law, LinkedDerived
from rules.model import Cite, Fact, Text


class CompiledLaw:
    """Compiled once for a stretch of days and a family; then only run."""

    def __init__(self, book: Book, law: Law) -> None:
        self.law = law
        self.vocabulary: Mapping[str, Fact] = book.vocabulary
        self.tables = {table_id: TableLookup(table) for table_id, table in law.tables.items()}
        self.clauses = tuple(JudgeClause(clause, self.tables) for clause in law.clauses)
        self.first = tuple(self._derived(one) for one in law.first)
        self.last = tuple(self._derived(one) for one in law.last)
        self.chain = Chain(law, self.tables, self.vocabulary)
        self.clause = {judge.clause.id: judge for judge in self.clauses}
        self.depends = Depends(law)
        self.absent = {
            clause.id: (clause.title, clause.severity, cite) for clause, cite in law.absent
        }

    def _fn(self, expression: Expression) -> Fn:
        return compile_expression(expression, self.tables)

    def _derived(self, one: LinkedDerived) -> "WorkOut":
        return WorkOut(
            one.fact,
            one.scope,
            tuple((name, self._fn(step)) for name, step in one.steps),
            self._fn(one.value),
            tuple((notice, self._fn(when)) for notice, when in one.notices),
            one.cite,
        )

    def run(self, facts: Mapping[str, Any], change: "Change | None" = None) -> "Judged":
        """Judge everything over normalised facts.

        With ``change`` the facts are those of a plan judged before but for a few: what hangs on
        none of these is taken over, its cautions too, and a clause is judged when it is looked at.
        """
        places = Places(facts, self.vocabulary)
        told = self.law.cautions if change is None else change.base.cautions
        cautions: dict[str, None] = dict.fromkeys(told)
        derived: dict[str, DerivedResult] = {}
        for one in self.first:
            self._settle(places, one, derived, cautions, change)
        links, firings = self.chain.run(places, derived, cautions)
        for one in self.last:
            self._settle(places, one, derived, cautions, change)
        clauses: Mapping[str, ClauseResult] = (
            {judge.clause.id: self.judge(judge, places) for judge in self.clauses}
            if change is None
            else _JudgedAgain(self, places, change)
        )
        return Judged(
            family=self.law.family,
            clauses=clauses,
            absent=self.absent,
            derived=derived,
            links=links,
            firings=firings,
            cautions=tuple(cautions),
            partial=self.law.partial,
        )

    def _settle(
        self,
        places: Places,
        one: "WorkOut",
        derived: dict[str, DerivedResult],
        cautions: dict[str, None],
        change: "Change | None",
    ) -> None:
        """Work out a fact, or take it over where nothing behind it changed."""
        if change is None or change.reaches(self.depends.fact(one.fact)):
            self._work_out(places, one, derived, cautions)
            return
        kept = derived[one.fact] = change.base.derived[one.fact]
        for spot, (_, value) in zip(places.at[one.scope], kept.values, strict=True):
            places.put(spot, one.fact, value)

    def _work_out(
        self,
        places: Places,
        one: "WorkOut",
        derived: dict[str, DerivedResult],
        cautions: dict[str, None],
    ) -> None:
        """Work out a fact everywhere; a given value only stands where it cannot be worked out."""
        fact = one.fact
        integer = self.vocabulary[fact].type == "integer"
        values = []
        for spot in places.at[one.scope]:
            value, notices = one.value(spot.env)
            if integer and value.__class__ is float and value.is_integer():
                value = int(value)
            given = spot.env.values.get(fact)
            if value.__class__ is Unknown:
                value = value if given is None else given
            else:
                cautions.update(dict.fromkeys(notices))
                if given is not None and differ(given, value):
                    cautions["claim-differs"] = None
            values.append((spot, value))
        derived[fact] = replace(places.put_all(fact, values), cite=one.cite)

    def judge(self, judge: JudgeClause, places: Places) -> ClauseResult:
        """Judge one clause at every place of its scope."""
        if judge.clause.omitted:
            return self.result(judge, Outcome("not_applicable"))
        spots = places.at[judge.clause.scope]
        outcomes = [judge.judge(spot.env, spot.where) for spot in spots]
        return self.result(judge, outcomes[0] if len(outcomes) == 1 else _worst(outcomes))

    def result(self, judge: JudgeClause, outcome: Outcome) -> ClauseResult:
        """Put the cautions of a clause's source to its outcome."""
        clause = judge.clause
        cautions = (*clause.cautions, *self.law.cautions)
        if clause.omitted:
            return ClauseResult(clause, outcome, (*cautions, "not-yet-in-force"))
        if outcome.cautions:
            cautions = tuple(dict.fromkeys((*outcome.cautions, *cautions)))
        return ClauseResult(clause, outcome, cautions)


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything one family's law says, worked out by closures."""

    family: str
    clauses: Mapping[str, ClauseResult]
    absent: Mapping[str, tuple[Text, str, Cite]]
    derived: Mapping[str, DerivedResult]
    links: tuple[LinkResult, ...]
    firings: tuple[Firing, ...]
    cautions: tuple[str, ...]
    partial: bool

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The verdict of each clause that stands."""
        return _Verdicts(self.clauses)


@dataclass(frozen=True, slots=True)
class Change:
    """The facts in which a plan differs from one that was judged at the same places."""

    base: Judged
    facts: frozenset[str]

    def reaches(self, names: frozenset[str]) -> bool:
        """Tell whether any of these facts changed."""
        return not self.facts.isdisjoint(names)


class _JudgedAgain(Mapping[str, ClauseResult]):
    """The clauses of a changed plan; each is judged when it is first looked at."""

    def __init__(self, law: CompiledLaw, places: Places, change: Change) -> None:
        self._law, self._places, self._change = law, places, change
        self._found: dict[str, ClauseResult] = {}

    def __getitem__(self, name: str) -> ClauseResult:
        found = self._found.get(name)
        if found is None:
            law, judge = self._law, self._law.clause[name]
            reached = self._change.reaches(law.depends.clause(judge.clause))
            found = law.judge(judge, self._places) if reached else self._change.base.clauses[name]
            self._found[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._law.clause)

    def __len__(self) -> int:
        return len(self._law.clause)


class _Verdicts(Mapping[str, str]):
    """The verdicts of clauses, read out of their results."""

    def __init__(self, clauses: Mapping[str, ClauseResult]) -> None:
        self._clauses = clauses

    def __getitem__(self, name: str) -> str:
        return self._clauses[name].outcome.verdict

    def __iter__(self) -> Iterator[str]:
        return iter(self._clauses)

    def __len__(self) -> int:
        return len(self._clauses)


@dataclass(frozen=True, slots=True)
class WorkOut:
    """A worked-out fact, compiled."""

    fact: str
    scope: str
    steps: tuple[tuple[str, Fn], ...]
    work: Fn
    notices: tuple[tuple[str, Fn], ...]
    cite: Cite

    def value(self, env: Env) -> tuple[Any, list[str]]:
        """Work out the fact at one place; also list the notices that bite."""
        if self.steps:
            env = env.with_values({})
            for name, step in self.steps:
                env.values[name] = step(env)
        value = self.work(env)
        notices = [notice for notice, when in self.notices if when(env) is True]
        return value, notices


def _worst(outcomes: list[Outcome]) -> Outcome:
    """Put the worst place on top and list the checks of all."""
    top = max(outcomes, key=lambda outcome: WORST[outcome.verdict])
    missing = dict.fromkeys(name for one in outcomes for name in one.missing)
    cautions = dict.fromkeys(name for one in outcomes for name in one.cautions)
    applied = dict.fromkeys(item for one in outcomes for item in one.applied)
    return replace(
        top,
        checks=tuple(check for one in outcomes for check in one.checks),
        missing=tuple(missing),
        cautions=tuple(cautions),
        applied=tuple(applied),
    )
