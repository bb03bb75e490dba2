"""A clause as generated functions, also where it is not known which exceptions hold."""

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

from rules.conditions.compiling import Tables
from rules.engine.clause_source import ClauseWriter, TooManyWaysError
from rules.engine.trace import NOT_APPLICABLE, SLOW, Trace
from rules.engine.writing import Body, Scope
from rules.law import LinkedClause, LinkedVariant

Function = Callable[..., Trace]


def write_clause(
    clause: LinkedClause,
    tables: Tables,
    known: AbstractSet[str],
    told: AbstractSet[str],
    closures: Function,
    *,
    flat: bool,
) -> Function:
    """Write and compile a clause for a set of known names.

    The function takes the values of a place and a way to all places of a fact; it gives a trace.
    ``closures`` is asked where a clause branches too much to be written.
    """
    make = partial(ClauseWriter, clause, tables, known, told, flat=flat)
    weighing = Weighing(clause, make, closures)
    try:
        writer = make(weigh=weighing)
        writer.whole()
    except TooManyWaysError:
        return weighing
    return writer.body.function()


def write_all(
    clauses: Sequence[LinkedClause],
    functions: Sequence[Function],
    tables: Tables,
    known: AbstractSet[str],
    told: AbstractSet[str],
) -> Callable[..., list[Trace]]:
    """Write many clauses as one function, so that what they share is read and worked out once.

    ``functions`` are those of the single clauses; one that must weigh doubt is called as it is.
    """
    body = Body(tables, flat=True)
    names = Scope(body, known, told, {})
    for fact in sorted(_shared(clauses) & (known | told)):
        names.resolve(fact)
    for number, (clause, function) in enumerate(zip(clauses, functions, strict=True)):
        target = f"t{number}"
        lines, at_hand = len(body.lines), dict(body.at_hand)
        try:
            writer = ClauseWriter(
                clause, tables, known, told, flat=True, body=body, weigh=function
            )
            writer.whole(target)
        except TooManyWaysError:
            del body.lines[lines:]
            body.at_hand, body.depth = at_hand, 1
            body.line(f"{target} = {body.pool.add(function)}(v, e)")
    body.line(f"return [{', '.join(f't{number}' for number in range(len(clauses)))}]")
    return body.function()


def _shared(clauses: Sequence[LinkedClause]) -> set[str]:
    """List the names that two clauses or more read."""
    count = Counter(name for one in clauses for name in one.reads)
    return {name for name, times in count.items() if times > 1}


class Weighing:
    """A clause with exceptions that may hold: their worlds are judged and compared as needed."""

    def __init__(
        self, clause: LinkedClause, make: Callable[..., ClauseWriter], closures: Function
    ) -> None:
        self.clause = clause
        self.make = make
        self.closures = closures
        self._head: Callable[..., Any] | None = None
        self._worlds: dict[LinkedVariant | None, Function | None] = {}

    def __call__(self, v: dict[str, Any], e: Any) -> Trace:
        """Judge the clause at one place."""
        if self._head is None:
            writer = self.make()
            writer.head()
            self._head = writer.body.function()
        found = self._head(v, e)
        if found[0].__class__ is str:
            trace: Trace = found
            return trace
        try:
            return self._weigh(found[0], found[1:], v, e)
        except TooManyWaysError:
            return self.closures(v, e)

    def _world(self, variant: LinkedVariant | None) -> Function | None:
        writer = self.make()
        try:
            writer.under(variant, None)
        except TooManyWaysError:
            return None
        return writer.body.function()

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
