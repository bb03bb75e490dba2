"""Judging a clause at one place: applies, exceptions, readings, checks.

A clause may come out differently in several *worlds*: with or without an exception whose
condition is not known, under each reading of a fork. Where all worlds agree the verdict stands;
where they differ it is unknown, and the first world is shown as an indication.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from rules.conditions import (
    NOTHING,
    Env,
    Expression,
    Fn,
    Unknown,
    compare,
    compile_expression,
    merge,
)
from rules.engine.outcome import Applied, CheckResult, Indicative, Outcome, Reading, Where
from rules.law import LinkedCheck, LinkedClause, LinkedFork, LinkedVariant, world_key

Tables = Mapping[str, Callable[[Mapping[str, Any]], Any]]
SIGNS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}


@dataclass(frozen=True, slots=True)
class Check:
    """A check ready to run."""

    form: LinkedCheck
    limit: Fn | None
    when: Fn | None

    def judge(self, env: Env, where: Where) -> tuple[CheckResult, Unknown]:
        """Compare; also give what is missing when the verdict is unknown."""
        form = self.form
        found = env.values.get(form.fact, Unknown((form.fact,)))
        required = form.op == "is_true" if self.limit is None else self.limit(env)
        chosen = True if self.when is None else self.when(env)
        return weigh(form, where, found, required, chosen)


def weigh(
    form: LinkedCheck, where: Where, found: Any, required: Any, chosen: Any
) -> tuple[CheckResult, Unknown]:
    """Compare a value with its limit where the check is asked for; either may be unknown."""
    verdict, missing = _verdict(form.op, found, required)
    if chosen is False:
        verdict, missing = "not_applicable", NOTHING
    elif chosen.__class__ is Unknown and verdict != "pass":
        verdict, missing = "unknown", merge((chosen, missing))
    shown = CheckResult(
        form.fact, where, form.op, _known(required), _known(found), form.unit, verdict
    )
    return shown, missing


def _known(value: Any) -> Any:
    if value.__class__ is Unknown:
        return None
    return round(value, 9) if value.__class__ is float else value


def verdict_of(op: str, found: Any, required: Any) -> str:
    """Compare a value with its limit; either may be unknown."""
    return _verdict(op, found, required)[0]


def _verdict(op: str, found: Any, required: Any) -> tuple[str, Unknown]:
    if found.__class__ is Unknown or required.__class__ is Unknown:
        parts = (part for part in (found, required) if part.__class__ is Unknown)
        return "unknown", merge(parts)
    sign = SIGNS.get(op)
    if sign is not None:
        good = compare(sign, found, required)
    elif isinstance(found, float | int) and not isinstance(found, bool):
        good = compare("==", found, required)
    else:
        good = found == required
    return ("pass" if good else "fail"), NOTHING


@dataclass(frozen=True, slots=True)
class World:
    """The clause under one choice of exception and readings, without further doubt."""

    verdict: str
    checks: tuple[CheckResult, ...]
    unknown: Unknown
    values: Mapping[str, Any]

    def main(self) -> CheckResult | None:
        """Give the check that speaks for the clause: the first that decides the verdict."""
        same = (check for check in self.checks if check.verdict == self.verdict)
        return next(same, self.checks[0] if self.checks else None)


def world_of(results: Sequence[tuple[CheckResult, Unknown]], values: Mapping[str, Any]) -> World:
    """Bring the checks of one group together: fail before unknown before pass."""
    checks = tuple(result for result, _ in results)
    verdicts = [check.verdict for check in checks]
    for verdict in ("fail", "unknown", "pass"):
        if verdict in verdicts:
            unknown = merge(missing for _, missing in results) if verdict == "unknown" else NOTHING
            return World(verdict, checks, unknown, values)
    return World("not_applicable", checks, NOTHING, values)


class JudgeClause:
    """One clause version compiled once, run at many places."""

    def __init__(self, clause: LinkedClause, tables: Tables) -> None:
        self.clause = clause
        self.tables = tables
        self._compiled: dict[int, Fn] = {}
        self.applies = self._optional(clause.applies)
        made = {one: self._check(one) for group in clause.checks for one in group}
        self.groups = tuple(tuple(made[one] for one in group) for group in clause.checks)
        self.exceptions = tuple((one, self._optional(one.when)) for one in clause.exceptions)
        self.forks = tuple((one, self._optional(one.when)) for one in clause.forks)
        self.preferred = tuple(fork.readings[0] for fork in clause.forks)
        self.early = self._early()
        self.notices = tuple((notice, self._fn(when)) for notice, when in clause.notices)
        self.steps = {
            key: tuple((name, self._fn(part)) for name, part in steps)
            for key, steps in clause.worlds.items()
        }

    def _early(self) -> bool:
        """Say whether `applies` can be asked before any local name is worked out."""
        clause = self.clause
        local = {name for steps in clause.worlds.values() for name, _ in steps}
        if clause.applies is None or clause.notices:
            return False
        said = clause.why_not.names if clause.why_not is not None else frozenset()
        return not local & (clause.applies.names | said)

    def _optional(self, expression: Expression | None) -> Fn | None:
        return None if expression is None else self._fn(expression)

    def _fn(self, expression: Expression) -> Fn:
        key = id(expression)
        if key not in self._compiled:
            self._compiled[key] = compile_expression(expression, self.tables)
        return self._compiled[key]

    def _check(self, form: LinkedCheck) -> Check:
        return Check(form, self._optional(form.limit), self._optional(form.when))

    def judge(self, env: Env, where: Where) -> Outcome:
        """Judge the clause at one place."""
        if self.early and self.applies is not None and self.applies(env) is False:
            return Outcome("not_applicable", where, values=env.values)
        case = Case(self, env, where)
        local = case.local(None, self.preferred)
        applies = True if self.applies is None else self.applies(local)
        if applies is False:
            return Outcome("not_applicable", where, values=local.values)
        outcome = self._with_exceptions(case, local)
        if applies.__class__ is Unknown and outcome.verdict != "not_applicable":
            outcome = _doubt(outcome, applies)
        bitten = [notice for notice, when in self.notices if when(local) is True]
        if bitten:
            outcome = replace(outcome, cautions=added(outcome.cautions, *bitten))
        return self.trusted(outcome)

    def _with_exceptions(self, case: "Case", local: Env) -> Outcome:
        holding, doubtful = self._exceptions(local)
        base = self._with_forks(case, None)
        if len(holding) > 1 and not holding[0].first:
            clash = Unknown((), ("exceptions-clash",))
            return replace(_doubt(base, clash), applied=applied_of(holding))
        outcome = self._under(case, holding[0], base) if holding else base
        for variant, unknown in doubtful:
            other = self._under(case, variant, base)
            trusted = variant.decides is True and not self.clause.decides
            if outcome.verdict != "unknown" and (trusted or other.verdict != outcome.verdict):
                outcome = _doubt(outcome, unknown)
        return outcome

    def _exceptions(
        self, local: Env
    ) -> tuple[list[LinkedVariant], list[tuple[LinkedVariant, Unknown]]]:
        """List the exceptions that hold and those that may; a first one ends the list."""
        holding: list[LinkedVariant] = []
        doubtful: list[tuple[LinkedVariant, Unknown]] = []
        for variant, when in self.exceptions:
            value = True if when is None else when(local)
            if value is True:
                holding.append(variant)
                if holding[0].first:
                    break
            elif value.__class__ is Unknown:
                doubtful.append((variant, value))
        return holding, doubtful

    def _under(self, case: "Case", variant: LinkedVariant, base: Outcome) -> Outcome:
        """Judge under one exception; one of low trust may not change the verdict."""
        applied = applied_of([variant])
        if variant.drops:
            outcome = Outcome("not_applicable", case.where, applied=applied, values=base.values)
        else:
            outcome = replace(
                self._with_forks(case, variant), applied=applied, spoken=variant.says
            )
        if variant.decides is not False or not self.clause.decides:
            return replace(outcome, decided=variant.decides)
        if outcome.verdict == base.verdict:
            return replace(base, applied=applied)
        return replace(
            base,
            verdict="unknown",
            indicative=_indicative(outcome),
            applied=applied,
            cautions=added(base.cautions, "low-trust"),
        )

    def _with_forks(self, case: "Case", variant: LinkedVariant | None) -> Outcome:
        """Judge under every reading; where readings disagree the verdict is unknown."""
        choices = self._choices(case.local(variant, self.preferred))
        worlds = [(readings, case.world(variant, readings)) for readings in product(*choices)]
        first = worlds[0][1]
        outcome = outcome_of(first, case.where)
        if len(worlds) == 1:
            return outcome
        shown = tuple(_readings([fork for fork, _ in self.forks], choices, worlds))
        outcome = replace(outcome, forks=shown, cautions=added(outcome.cautions, "text-forks"))
        weighed = [
            world
            for readings, world in worlds
            if all(
                reading is fork.readings[0] or not fork.decided
                for (fork, _), reading in zip(self.forks, readings, strict=True)
            )
        ]
        if all(world.verdict == first.verdict for world in weighed):
            return outcome
        others = merge(world.unknown for world in weighed)
        return replace(
            outcome,
            verdict="unknown",
            indicative=_indicative(outcome) if first.verdict != "unknown" else None,
            missing=others.missing,
        )

    def _choices(self, local: Env) -> list[tuple[LinkedVariant, ...]]:
        """List the readings of each fork; of one that is not open only the first."""
        return [
            fork.readings if when is None or when(local) is True else fork.readings[:1]
            for fork, when in self.forks
        ]

    def trusted(self, outcome: Outcome) -> Outcome:
        """Let no clause of low trust decide."""
        decides = self.clause.decides if outcome.decided is None else outcome.decided
        if decides or outcome.verdict not in ("pass", "fail"):
            return outcome
        return replace(
            outcome,
            verdict="unknown",
            indicative=_indicative(outcome),
            cautions=added(outcome.cautions, "low-trust"),
        )


class Case:
    """One clause at one place: its local names and worlds, each worked out once."""

    def __init__(self, clause: JudgeClause, env: Env, where: Where) -> None:
        self.clause = clause
        self.env = env
        self.where = where
        self._locals: dict[tuple[str, ...], Env] = {}

    def local(self, variant: LinkedVariant | None, readings: tuple[LinkedVariant, ...]) -> Env:
        """Work out the local names under an exception and a reading of each fork."""
        key = world_key(variant, readings)
        found = self._locals.get(key)
        if found is None:
            found = self._locals[key] = self._work_out(self.clause.steps[key])
        return found

    def _work_out(self, steps: tuple[tuple[str, Fn], ...]) -> Env:
        if not steps:
            return self.env
        local = self.env.with_values({})
        for name, work in steps:
            local.values[name] = work(local)
        return local

    def world(self, variant: LinkedVariant | None, readings: tuple[LinkedVariant, ...]) -> World:
        """Judge the checks; of several alternatives the best stands for the clause."""
        local = self.local(variant, readings)
        done: dict[int, tuple[CheckResult, Unknown]] = {}  # alternatives share checks
        found: dict[str, World] = {}
        for group in self.clause.groups:
            world = self._group(group, local, done)
            if world.verdict == "pass":
                return world
            found.setdefault(world.verdict, world)
        for verdict in ("unknown", "fail"):
            if verdict in found:
                return found[verdict]
        return World("not_applicable", (), NOTHING, local.values)

    def _group(
        self, group: tuple[Check, ...], local: Env, done: dict[int, tuple[CheckResult, Unknown]]
    ) -> World:
        for check in group:
            if id(check) not in done:
                done[id(check)] = check.judge(local, self.where)
        return world_of([done[id(check)] for check in group], local.values)


def applied_of(variants: Iterable[LinkedVariant]) -> tuple[Applied, ...]:
    """Name exceptions as the answers do."""
    return tuple(Applied(one.id, one.says, one.cite) for one in variants)


def added(items: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Add words that are not there yet."""
    return tuple(dict.fromkeys((*items, *more)))


def _doubt(outcome: Outcome, unknown: Unknown) -> Outcome:
    """Make an outcome unknown because a condition is not known."""
    return replace(
        outcome,
        verdict="unknown",
        missing=added(outcome.missing, *unknown.missing),
        cautions=added(outcome.cautions, *unknown.cautions),
    )


def outcome_of(world: World, where: Where) -> Outcome:
    """Make the outcome of one world."""
    unknown = world.unknown if world.verdict == "unknown" else NOTHING
    return Outcome(
        world.verdict,
        where,
        world.checks,
        unknown.missing,
        unknown.cautions,
        values=world.values,
    )


def _indicative(outcome: Outcome) -> Indicative:
    if not outcome.checks:
        return Indicative(None, None, outcome.verdict)
    same = (check for check in outcome.checks if check.verdict == outcome.verdict)
    main = next(same, outcome.checks[0])
    return Indicative(main.required, main.found, outcome.verdict)


def _readings(
    forks: list[LinkedFork],
    choices: list[tuple[LinkedVariant, ...]],
    worlds: list[tuple[tuple[LinkedVariant, ...], World]],
) -> Iterable[Reading]:
    """Show each reading of each open fork, the other forks at their first reading."""
    for index, fork in enumerate(forks):
        if len(choices[index]) == 1:
            continue
        for reading in choices[index]:
            for readings, world in worlds:
                others = [
                    r for i, r in enumerate(readings) if i != index and r is not choices[i][0]
                ]
                if readings[index] is reading and not others:
                    main = world.main()
                    yield Reading(
                        fork.id,
                        reading.id,
                        reading.says,
                        world.verdict,
                        main.required if main else None,
                        main.found if main else None,
                        world.values,
                    )
