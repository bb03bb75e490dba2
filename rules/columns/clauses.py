"""Judging a clause over columns: applies, exceptions, readings, checks, trust.

The same meaning as ``rules.engine.judging``: each verdict is three exclusive conditions (what is
none of them does not apply), each world is worked out where it can make a difference.
"""

from dataclasses import dataclass
from itertools import product
from typing import cast

from rules.columns.graph import Node
from rules.columns.laws import LawColumns
from rules.columns.reading import Names
from rules.columns.values import Logic, Number, Plain, Truth
from rules.law import LinkedCheck, LinkedClause, LinkedFork, LinkedVariant, world_key

SIGNS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a clause passes, fails, is not known; ``required`` is the deciding check's limit."""

    p: Node
    f: Node
    u: Node
    required: Number

    def applies(self, logic: Logic) -> Node:
        """Tell where the clause applies at all."""
        return logic.g.or_(self.p, self.f, self.u)

    def differs(self, other: "Verdict", logic: Logic) -> Node:
        """Tell where two verdicts are not the same."""
        g = logic.g
        pairs = ((self.p, other.p), (self.f, other.f), (self.u, other.u))
        if all(one is two for one, two in pairs):
            return g.false
        na, other_na = g.not_(self.applies(logic)), g.not_(other.applies(logic))
        return g.or_(*(g.but(one, two) for one, two in (*pairs, (na, other_na))))

    def doubted(self, doubt: Node, logic: Logic) -> "Verdict":
        """Make the verdict unknown where there is a doubt."""
        if doubt is logic.g.false:
            return self
        p, f = logic.g.but(self.p, doubt), logic.g.but(self.f, doubt)
        return Verdict(p, f, logic.g.or_(self.u, doubt), self.required)


def select(logic: Logic, where: Node, then: Verdict, other: Verdict) -> Verdict:
    """Choose between two verdicts."""
    g = logic.g
    if where is g.false or then is other:
        return other
    if where is g.true:
        return then
    p, f, u = (
        g.pick(where, one, two)
        for one, two in ((then.p, other.p), (then.f, other.f), (then.u, other.u))
    )
    return Verdict(p, f, u, _pick_number(logic, where, then.required, other.required))


def _pick_number(logic: Logic, where: Node, then: Number, other: Number) -> Number:
    if then == other:
        return then
    known = logic.g.pick(where, then.k, other.k)
    if other.k is logic.g.false:
        return logic.number(then.v, known)
    if then.k is logic.g.false:
        return logic.number(other.v, known)
    return logic.number(logic.g.where(where, then.v, other.v), known)


class ClauseColumns:
    """One clause over the columns of a law."""

    def __init__(self, law: LawColumns, clause: LinkedClause) -> None:
        self.law = law
        self.logic = law.logic
        self.g = law.logic.g
        self.clause = clause
        self.silent = Verdict(self.g.false, self.g.false, self.g.false, self.logic.no_number)
        self.preferred = tuple(fork.readings[0] for fork in clause.forks)
        self._worlds: dict[tuple[str, ...], Verdict] = {}
        self._locals: dict[tuple[str, ...], Names] = {}

    def judge(self) -> Verdict:
        """Judge the clause."""
        if self.clause.omitted:
            return self.silent
        local = self._local(None, self.preferred)
        applies = self.law.reader.condition(self.clause.applies, local)
        if applies.f is self.g.true:
            return self.silent
        outcome = self._with_exceptions(local)
        doubt = self.g.and_(self.logic.unknown(applies), outcome.applies(self.logic))
        return select(self.logic, applies.f, self.silent, outcome.doubted(doubt, self.logic))

    def _local(self, variant: LinkedVariant | None, readings: tuple[LinkedVariant, ...]) -> Names:
        key = world_key(variant, readings)
        if key not in self._locals:
            self._locals[key] = self.law.local(self.law.fact, self.clause.worlds[key])
        return self._locals[key]

    # -- exceptions -----------------------------------------------------------------------------

    def _with_exceptions(self, local: Names) -> Verdict:
        """Weigh the exceptions in order; a first one that holds ends the list."""
        g, logic, clause = self.g, self.logic, self.clause
        base = self._with_forks(None)
        outcome, doubts = self._trusted(base, clause.decides), list[tuple[LinkedVariant, Node]]()
        plain = base  # the outcome before trust, which doubtful exceptions are weighed against
        alive, held, clash = g.true, g.false, g.false
        for variant in clause.exceptions:
            when = self.law.reader.condition(variant.when, local)
            holds = g.and_(alive, when.t)
            clash = g.or_(clash, g.and_(holds, held))
            chosen = g.but(holds, held)
            if chosen is not g.false:
                under, decides = self._under(variant, base)
                plain = select(logic, chosen, under, plain)
                outcome = select(logic, chosen, self._trusted(under, decides), outcome)
            doubts.append((variant, g.and_(alive, logic.unknown(when))))
            held = g.or_(held, holds)
            if variant.first:
                alive = g.but(alive, chosen)
        doubt = g.or_(*(self._doubt(variant, where, base, plain) for variant, where in doubts))
        outcome = outcome.doubted(doubt, logic)
        return select(logic, clash, _all_unknown(base, g.true, g.false), outcome)

    def _doubt(self, variant: LinkedVariant, where: Node, base: Verdict, outcome: Verdict) -> Node:
        """Tell where an exception whose condition is not known could change the verdict."""
        if where is self.g.false:
            return where
        if variant.decides is True and not self.clause.decides:
            return where
        other, _ = self._under(variant, base)
        return self.g.and_(where, other.differs(outcome, self.logic))

    def _under(self, variant: LinkedVariant, base: Verdict) -> tuple[Verdict, bool]:
        """Judge under one exception, and say if it may decide; low trust changes nothing."""
        other = self.silent if variant.drops else self._with_forks(variant)
        own = self.clause.decides
        if variant.decides is not False or not own:
            return other, own if variant.decides is None else variant.decides
        return base.doubted(other.differs(base, self.logic), self.logic), own

    def _trusted(self, verdict: Verdict, decides: bool) -> Verdict:
        """Let nothing of low trust decide."""
        if decides:
            return verdict
        unknown = self.g.or_(verdict.p, verdict.f, verdict.u)
        return Verdict(self.g.false, self.g.false, unknown, verdict.required)

    # -- readings -------------------------------------------------------------------------------

    def _with_forks(self, variant: LinkedVariant | None) -> Verdict:
        """Judge under every reading that counts; where they disagree the verdict is unknown."""
        first = self._world(variant, self.preferred)
        if not self.clause.forks:
            return first
        local = self._local(variant, self.preferred)
        disagree = []
        choices = [self._choices(fork, local) for fork in self.clause.forks]
        for chosen in list(product(*choices))[1:]:
            where = self.g.and_(*(one for _, one in chosen))
            if where is not self.g.false:
                world = self._world(variant, tuple(reading for reading, _ in chosen))
                disagree.append(self.g.and_(where, world.differs(first, self.logic)))
        return first.doubted(self.g.or_(*disagree), self.logic)

    def _choices(self, fork: LinkedFork, local: Names) -> list[tuple[LinkedVariant, Node]]:
        """List the readings that are weighed, and where; the others of a decided fork are not."""
        first = [(fork.readings[0], self.g.true)]
        if fork.decided:
            return first
        where = self.law.reader.condition(fork.when, local).t
        return [*first, *((reading, where) for reading in fork.readings[1:])]

    # -- checks ---------------------------------------------------------------------------------

    def _world(
        self, variant: LinkedVariant | None, readings: tuple[LinkedVariant, ...]
    ) -> Verdict:
        key = world_key(variant, readings)
        if key not in self._worlds:
            self._worlds[key] = self._alternatives(self._local(variant, readings))
        return self._worlds[key]

    def _alternatives(self, local: Names) -> Verdict:
        """Judge the checks; of several alternatives the best stands for the clause."""
        g, logic = self.g, self.logic
        made: dict[LinkedCheck, Verdict] = {}
        groups = []
        for group in self.clause.checks:
            for check in group:
                if check not in made:
                    made[check] = self._check(check, local)
            groups.append(self._group([made[check] for check in group]))
        if len(groups) == 1:
            return self._where_it_applies(groups[0])
        p, f, u = (g.or_(*(getattr(one, name) for one in groups)) for name in "pfu")
        required = self.logic.no_number
        for name in "fup":  # the first that passes, else the first not known, else that fails
            for one in reversed(groups):
                required = _pick_number(logic, getattr(one, name), one.required, required)
        f, u = g.and_(f, g.not_(p), g.not_(u)), g.but(u, p)
        return self._where_it_applies(Verdict(p, f, u, required))

    def _where_it_applies(self, one: Verdict) -> Verdict:
        """Name no limit where no check applies."""
        known = self.g.and_(one.required.k, one.applies(self.logic))
        return Verdict(one.p, one.f, one.u, self.logic.number(one.required.v, known))

    def _group(self, checks: list[Verdict]) -> Verdict:
        g, logic = self.g, self.logic
        if len(checks) == 1:
            return checks[0]
        p, f, u = (g.or_(*(getattr(one, name) for one in checks)) for name in "pfu")
        required = checks[0].required if checks else self.logic.no_number
        for name in "puf":
            for one in reversed(checks):
                required = _pick_number(logic, getattr(one, name), one.required, required)
        return Verdict(g.and_(p, g.not_(f), g.not_(u)), f, g.but(u, f), required)

    def _check(self, check: LinkedCheck, local: Names) -> Verdict:
        g, logic = self.g, self.logic
        found = cast("Plain", local(check.fact))
        required, good = self._good(check, found, local)
        p, f, u = good.t, good.f, logic.unknown(good)
        if check.when is not None:
            when = self.law.reader.condition(check.when, local)
            u = g.or_(g.but(u, when.f), g.and_(f, logic.unknown(when)))
            p, f = g.but(p, when.f), g.and_(f, when.t)
        return Verdict(p, f, u, required)

    def _good(self, check: LinkedCheck, found: Plain, local: Names) -> tuple[Number, Truth]:
        """Compare the fact with its limit; give the limit too, where it is a number."""
        logic = self.logic
        if check.limit is None:
            return logic.no_number, logic.equal(found, logic.constant(check.op == "is_true"))
        limit = cast("Plain", self.law.reader.read(check.limit, local))
        if isinstance(found, Number) and isinstance(limit, Number):
            shown = logic.number(logic.g.exactly(limit.v, 9), limit.k)
            return shown, logic.compare(SIGNS.get(check.op, "=="), found, limit)
        return logic.no_number, logic.equal(found, limit)


def _all_unknown(like: Verdict, true: Node, false: Node) -> Verdict:
    return Verdict(false, false, true, like.required)
