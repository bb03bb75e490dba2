"""A clause as generated functions, also where it is not known which exceptions hold."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

from rules.conditions.compiling import Tables
from rules.engine.clause_source import ClauseWriter, TooManyWaysError
from rules.engine.trace import NOT_APPLICABLE, SLOW, Trace
from rules.law import LinkedClause, LinkedVariant


def write_clause(
    clause: LinkedClause,
    tables: Tables,
    known: AbstractSet[str],
    told: AbstractSet[str],
    *,
    flat: bool,
) -> Callable[..., Trace | None] | None:
    """Write and compile a clause for a set of known names; None where it branches too much.

    The function takes the values of a place and a way to all places of a fact; it gives a trace,
    or None where only ``judging`` can tell.
    """
    make = partial(ClauseWriter, clause, tables, known, told, flat=flat)
    try:
        return make().whole()
    except TooManyWaysError:
        pass
    try:
        return Weighing(clause, make)
    except TooManyWaysError:
        return None


class Weighing:
    """A clause with exceptions that may hold: their worlds are judged and compared as needed."""

    def __init__(self, clause: LinkedClause, make: Callable[[], "ClauseWriter"]) -> None:
        self.clause = clause
        self.make = make
        self.head = make().head()
        self._worlds: dict[LinkedVariant | None, Callable[..., Trace] | None] = {}

    def __call__(self, v: dict[str, Any], e: Any) -> Trace | None:
        """Judge the clause at one place."""
        found = self.head(v, e)
        if found[0].__class__ is str:
            trace: Trace = found
            return trace
        try:
            return self._weigh(found[0], found[1:], v, e)
        except TooManyWaysError:
            return None

    def _world(self, variant: LinkedVariant | None) -> Callable[..., Trace] | None:
        try:
            return self.make().alone(variant)
        except TooManyWaysError:
            return None

    def _under(self, variant: LinkedVariant | None, v: dict[str, Any], e: Any) -> Trace:
        """Judge under one exception, or none."""
        if variant not in self._worlds:
            self._worlds[variant] = self._world(variant)
        world = self._worlds[variant]
        if world is None:
            raise TooManyWaysError(self.clause.id)
        trace = world(v, e)
        if variant is None or variant.decides is not False or not self.clause.decides:
            return trace
        base = self._under(None, v, e)
        return (base[0] if base[0] == trace[0] else "unknown", SLOW, base, trace)

    def _weigh(self, applies: Any, whens: tuple[Any, ...], v: dict[str, Any], e: Any) -> Trace:
        """Choose the exception that holds and weigh those that may, as ``judging`` does."""
        holding, doubtful = _choose(self.clause.exceptions, whens)
        if len(holding) > 1 and not holding[0].first:
            return ("unknown", SLOW)
        trace = self._under(holding[0] if holding else None, v, e)
        verdict, why = trace[0], None
        for variant, when in doubtful:
            trusted = variant.decides is True and not self.clause.decides
            if verdict != "unknown" and (trusted or self._under(variant, v, e)[0] != verdict):
                verdict, why = "unknown", when
        if applies is not True and verdict != NOT_APPLICABLE:
            verdict, why = "unknown", applies
        if why is None and (self.clause.decides or not doubtful):
            return trace
        return (verdict, SLOW, why)


def _choose(
    variants: Sequence[LinkedVariant], whens: Sequence[Any]
) -> tuple[list[LinkedVariant], list[tuple[LinkedVariant, Any]]]:
    """List the exceptions that hold and those that may; a first one ends the list."""
    holding: list[LinkedVariant] = []
    doubtful: list[tuple[LinkedVariant, Any]] = []
    for variant, when in zip(variants, whens, strict=True):
        if when is True:
            holding.append(variant)
            if holding[0].first:
                break
        elif when is not False:
            doubtful.append((variant, when))
    return holding, doubtful
