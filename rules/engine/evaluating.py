"""One day's law of one family, compiled, and run over the facts of one plot."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules.conditions import Env, Expression, Fn, Unknown, compile_expression, merge
from rules.engine.chain import Answers, missing_facts
from rules.engine.inference import Inference
from rules.engine.judging import JudgeClause
from rules.engine.lookup import TableLookup
from rules.engine.outcome import (
    WORST,
    ClauseResult,
    DerivedResult,
    FamilyResult,
    Firing,
    LinkResult,
    Outcome,
)
from rules.engine.places import Places, Spot
from rules.model import Book, Fact, Law, Link, LinkedDerived

LOW_TRUST = Unknown((), ("low-trust",))


class CompiledLaw:
    """Compiled once for a stretch of days and a family; then only run."""

    def __init__(self, book: Book, law: Law) -> None:
        self.law = law
        self.vocabulary: Mapping[str, Fact] = book.vocabulary
        self.tables = {table_id: TableLookup(table) for table_id, table in law.tables.items()}
        self.clauses = tuple(JudgeClause(clause, self.tables) for clause in law.clauses)
        self.first = tuple(self._derived(one) for one in law.first)
        self.last = tuple(self._derived(one) for one in law.last)
        self.signals = tuple((name, scope, self._fn(when)) for name, scope, when in law.signals)
        self.links = {one.link.id: one for one in law.links}
        self.inference = Inference(law.links, tuple(link.id for link in law.idle_links))
        self.setters = _setters(book.links)
        self.absent = {
            clause.id: (clause.title, clause.severity, cite) for clause, cite in law.absent
        }

    def _fn(self, expression: Expression) -> Fn:
        return compile_expression(expression, self.tables)

    def _derived(self, one: LinkedDerived) -> tuple[str, str, tuple[tuple[str, Fn], ...], Fn]:
        steps = tuple((name, self._fn(step)) for name, step in one.bindings.steps)
        return one.fact, one.scope, steps, self._fn(one.value)

    def run(self, facts: Mapping[str, Any]) -> FamilyResult:
        """Judge everything over normalised facts."""
        places = Places(facts, self.vocabulary)
        cautions: dict[str, None] = dict.fromkeys(self.law.cautions)
        derived: dict[str, DerivedResult] = {}
        for one in self.first:
            self._work_out(places, one, derived, cautions)
        links, firings = self._chain(places, facts, derived)
        for one in self.last:
            self._work_out(places, one, derived, cautions)
        return FamilyResult(
            family=self.law.family,
            clauses={judge.clause.id: self._judge(judge, places) for judge in self.clauses},
            absent=self.absent,
            derived=derived,
            links=links,
            firings=firings,
            cautions=tuple(cautions),
        )

    def _work_out(
        self,
        places: Places,
        one: tuple[str, str, tuple[tuple[str, Fn], ...], Fn],
        derived: dict[str, DerivedResult],
        cautions: dict[str, None],
    ) -> None:
        """Work out a fact everywhere; a given value only stands where it cannot be worked out."""
        fact, scope, steps, work = one
        integer = self.vocabulary[fact].type == "integer"
        values = []
        for spot in places.at[scope]:
            value = _run_steps(spot.env, steps, work)
            if integer and value.__class__ is float and value.is_integer():
                value = int(value)
            given = spot.env.values.get(fact)
            if value.__class__ is Unknown:
                value = value if given is None else given
            elif given is not None and _differ(given, value):
                cautions["claim-differs"] = None
            values.append((spot, value))
        for spot, value in values:
            places.put(spot, fact, value)
        derived[fact] = DerivedResult(fact, tuple((spot.where, value) for spot, value in values))

    def _chain(
        self, places: Places, facts: Mapping[str, Any], derived: dict[str, DerivedResult]
    ) -> tuple[tuple[LinkResult, ...], tuple[Firing, ...]]:
        """Run the chain for each block, then bring the blocks' answers together for the plot."""
        blocks = places.at["block"]
        values = [self._signal_values(places.plot, block) for block in blocks]
        found: list[Answers] = []
        firings: dict[Firing, None] = {}
        for block, signals in zip(blocks, values, strict=True):
            plain = {
                name: None if value.__class__ is Unknown else bool(value)
                for name, value in signals.items()
            }
            answers, fired = self.inference.run(plain, self._given(block))
            found.append(answers)
            firings.update(dict.fromkeys(fired))
        per_link = {
            link_id: [
                (block, answers[link_id], self._missing(link_id, answers, signals))
                for block, answers, signals in zip(blocks, found, values, strict=True)
            ]
            for link_id in self.links
        }
        for fact, setters in self.setters.items():
            self._set(places, fact, setters, per_link, derived)
        results = tuple(
            self._together(one.link, per_link[one.link.id], places) for one in self.law.links
        )
        return results, tuple(firings)

    def _signal_values(self, plot: Spot, block: Spot) -> dict[str, Any]:
        return {
            name: when((plot if scope == "plot" else block).env)
            for name, scope, when in self.signals
        }

    def _given(self, block: Spot) -> dict[str, bool]:
        """Read conclusions that were given as facts; used only where the chain cannot tell."""
        given = {}
        for fact, setters in self.setters.items():
            value = block.env.values.get(fact)
            if value is None:
                continue
            for link in setters:
                if link.id in self.links and link.sets is not None:
                    given[link.id] = value == link.sets.value
        return given

    def _missing(self, link_id: str, answers: Answers, signals: Mapping[str, Any]) -> Unknown:
        if answers[link_id] is not None:
            return Unknown()
        one = self.links[link_id]
        if not one.decides and one.link.office is None:
            return LOW_TRUST
        return missing_facts(one, self.links, answers, lambda name: signals[name])

    def _together(
        self, link: Link, per_block: list[tuple[Spot, bool | None, Unknown]], places: Places
    ) -> LinkResult:
        answers = [answer for _, answer, _ in per_block]
        wanted = link.blocks == "any"
        answer = _whole(answers, wanted)
        shown = next((spot for spot, one, _ in per_block if one is answer), places.plot)
        missing = merge(unknown for _, one, unknown in per_block if one is None)
        return LinkResult(
            self.links[link.id], answer, missing.missing if answer is None else (), shown.env.values
        )

    def _set(
        self,
        places: Places,
        fact: str,
        setters: tuple[Link, ...],
        per_link: Mapping[str, list[tuple[Spot, bool | None, Unknown]]],
        derived: dict[str, DerivedResult],
    ) -> None:
        """Set the fact that links conclude: the first link that holds, in the order of the book."""
        otherwise = next((one.sets.otherwise for one in reversed(setters) if one.sets and one.sets.otherwise is not None), None)  # fmt: skip
        spots = places.at[self.vocabulary[fact].scope]
        values = []
        for number, spot in enumerate(spots):
            value: Any = otherwise if otherwise is not None else Unknown()
            for link in setters:
                if link.id not in per_link or link.sets is None:
                    continue
                answer, unknown = self._one_or_whole(link, per_link[link.id], number, len(spots))
                if answer is not False:
                    value = link.sets.value if answer else unknown
                    break
            given = spot.env.values.get(fact)
            if value.__class__ is Unknown and given is not None:
                value = given
            values.append((spot, value))
        for spot, value in values:
            places.put(spot, fact, value)
        derived[fact] = DerivedResult(fact, tuple((spot.where, value) for spot, value in values))

    def _one_or_whole(
        self,
        link: Link,
        per_block: list[tuple[Spot, bool | None, Unknown]],
        number: int,
        spots: int,
    ) -> tuple[bool | None, Unknown]:
        if link.sets is not None and self.vocabulary[link.sets.fact].scope == "block":
            _, answer, unknown = per_block[number]
            return answer, unknown
        del spots
        answer = _whole([one for _, one, _ in per_block], link.blocks == "any")
        return answer, merge(unknown for _, one, unknown in per_block if one is None)

    def _judge(self, judge: JudgeClause, places: Places) -> ClauseResult:
        clause = judge.clause
        cautions = (*clause.cautions, *self.law.cautions)
        if clause.omitted:
            outcome = Outcome("not_applicable", cautions=(*cautions, "not-yet-in-force"))
            return ClauseResult(clause, outcome)
        outcomes = [judge.judge(spot.env, spot.where) for spot in places.at[clause.scope]]
        outcome = outcomes[0] if len(outcomes) == 1 else _worst(outcomes)
        if cautions:
            outcome = replace(outcome, cautions=tuple(dict.fromkeys((*outcome.cautions, *cautions))))
        return ClauseResult(clause, outcome)


def _run_steps(env: Env, steps: tuple[tuple[str, Fn], ...], work: Fn) -> Any:
    if steps:
        env = env.with_values({})
        for name, step in steps:
            env.values[name] = step(env)
    value = work(env)
    return round(value, 9) if value.__class__ is float else value


def _differ(given: Any, value: Any) -> bool:
    """Say whether a claim differs from what was worked out, beyond rounding."""
    if isinstance(given, float | int) and isinstance(value, float | int):
        return abs(given - value) > 0.01 + 1e-9
    return bool(given != value)


def _whole(answers: list[bool | None], wanted: bool) -> bool | None:
    """Bring the answers of blocks together: any of them (wanted) or all of them."""
    if wanted in answers:
        return wanted
    return None if None in answers else not wanted


def _setters(links: tuple[Link, ...]) -> dict[str, tuple[Link, ...]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        if link.sets is not None:
            found.setdefault(link.sets.fact, []).append(link)
    return {fact: tuple(group) for fact, group in found.items()}


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
