"""From the trace of a generated clause to the outcome that the answers are written from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules.conditions import Env, Unknown
from rules.engine.judging import (
    JudgeClause,
    added,
    applied_of,
    outcome_of,
    weigh,
    world_of,
)
from rules.engine.outcome import Outcome, Where
from rules.engine.trace import Leaf, Trace, slot_value


def decode(judge: JudgeClause, trace: Trace, env: Env, where: Where) -> Outcome:
    """Make the outcome; a trace that holds too little is judged again by the closures."""
    leaf: Leaf = trace[1]
    if not leaf.plain:
        return judge.judge(env, where)
    values = _values(leaf, trace, env)
    if not leaf.applies:
        return Outcome("not_applicable", where, values=values)
    variant = leaf.variant
    if variant is not None and variant.drops:
        outcome = Outcome("not_applicable", where, values=values)
    else:
        world = world_of(_checks(leaf, trace, env, where), values)
        if world.verdict == "not_applicable":
            world = replace(world, checks=())
        outcome = outcome_of(world, where)
    if variant is not None:
        spoken = None if variant.drops else variant.says
        outcome = replace(
            outcome, applied=applied_of([variant]), spoken=spoken, decided=variant.decides
        )
    bitten = [notice for notice, slot in leaf.notices if slot_value(slot, trace) is True]
    if bitten:
        outcome = replace(outcome, cautions=added(outcome.cautions, *bitten))
    return judge.trusted(outcome)


def _values(leaf: Leaf, trace: Trace, env: Env) -> Mapping[str, Any]:
    """Give the facts of the place and the local names that the sentences use."""
    if not leaf.names:
        return env.values
    return {**env.values, **{name: slot_value(slot, trace) for name, slot in leaf.names}}


def _checks(leaf: Leaf, trace: Trace, env: Env, where: Where) -> list[Any]:
    parts = zip(leaf.group, leaf.found, leaf.limits, leaf.conditions, strict=True)
    return [
        weigh(
            form,
            where,
            env.values.get(form.fact, Unknown((form.fact,)))
            if found is None
            else slot_value(found, trace),
            slot_value(limit, trace),
            slot_value(condition, trace),
        )
        for form, found, limit, condition in parts
    ]
