"""A clause as one generated function, written for the names that are known at a place.

The function gives a ``Trace``: the verdict, the ``Leaf`` it came out at and the numbers worked out
on the way (limits, conditions of checks, local names of the sentences). ``Leaf`` says what the
numbers are. Where doubt about exceptions or open readings decide, the trace holds the verdict and
the full outcome is made by ``judging``, whose meaning this is; the two are compared in tests.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product
from typing import Any

from rules.conditions.compiling import Tables
from rules.conditions.source import KNOWN, MAYBE, UNKNOWN, Piece, number_sign
from rules.engine.judging import SIGNS, verdict_of
from rules.engine.trace import HELPERS, NOT_APPLICABLE, SLOW, Leaf, Slots
from rules.engine.writing import Body, Scope
from rules.errors import RulesError
from rules.law import LinkedCheck, LinkedClause, LinkedVariant, world_key

TRUE = Piece("True", KNOWN, (True,))
MAX_LINES = 250  # longer functions cost more to compile than they save


class TooManyWaysError(RulesError):
    """Internal: a clause branches too much to be written; ``judging`` tells it."""

    code = "too_many_ways"


@dataclass(frozen=True, slots=True)
class CheckPiece:
    """One check written: its verdict as source, or as a constant."""

    code: str
    fixed: str | None
    found: Piece
    limit: Piece
    condition: Piece


class ClauseWriter:
    """Writes one clause, or a part of it, as one function."""

    def __init__(
        self,
        clause: LinkedClause,
        tables: Tables,
        known: AbstractSet[str],
        told: AbstractSet[str],
        *,
        flat: bool,
        body: Body | None = None,
        weigh: Callable[..., Any] | None = None,
    ) -> None:
        self.clause = clause
        self.weigh = weigh  # asked where exceptions must be weighed
        self.body = Body(tables, flat=flat) if body is None else body
        self.body.pool.values.update(HELPERS, _verdict=verdict_of)
        self.start = len(self.body.lines)
        self.known, self.told = known, told
        self.preferred = tuple(fork.readings[0] for fork in clause.forks)
        self.base = self.scope(None, self.preferred)

    def scope(self, variant: LinkedVariant | None, readings: tuple[LinkedVariant, ...]) -> Scope:
        """Give the names of one world."""
        steps = dict(self.clause.worlds[world_key(variant, readings)])
        return Scope(self.body, self.known, self.told, steps)

    def whole(self, target: str | None = None) -> None:
        """Write everything into a name, or out of the function.

        Raises TooManyWaysError where doubt must be weighed.
        """
        applies = self.applies(target)
        if not applies.known:
            raise TooManyWaysError(self.clause.id)
        if applies.fixed == (True,):
            self.exceptions(0, target)
        elif not applies.fixed:
            with self.body.block("else:"):
                self.exceptions(0, target)

    def head(self) -> None:
        """Write whether it applies, then the conditions of the exceptions, in order."""
        applies = self.applies(None)
        if applies.fixed != (False,):
            whens = [self.when(one) for one in self.clause.exceptions]
            parts = "".join(f", {piece.code}" for piece in whens)
            code = applies.code if applies.fixed or not applies.known else "True"
            self.body.line(f"return ({code}{parts},)")

    def applies(self, target: str | None) -> Piece:
        """Write the end of a clause that does not apply; say what is known of whether it does."""
        if self.clause.applies is None:
            return TRUE
        piece = self.base.named(self.clause.applies)
        if piece.state == UNKNOWN or (piece.fixed == (True,) and piece.known):
            return piece
        why = self.clause.why_not
        names = frozenset[str]() if why is None else why.names
        test = f"if {piece.code} is False:" if piece.state == MAYBE else f"if not {piece.code}:"
        with self.body.block("if True:" if piece.fixed else test):
            self.put(target, self.trace(repr(NOT_APPLICABLE), self.base, None, None, names))
        return piece

    def when(self, variant: LinkedVariant) -> Piece:
        """Write the condition of an exception."""
        return TRUE if variant.when is None else self.base.named(variant.when)

    def exceptions(self, index: int, target: str | None) -> None:
        """Write the choice of the first exception that holds; all conditions must be known."""
        if index == len(self.clause.exceptions):
            self.under(None, target)
            return
        variant = self.clause.exceptions[index]
        piece = self.when(variant)
        if piece.fixed == (False,) and piece.known:
            self.exceptions(index + 1, target)
        elif not piece.known:
            raise TooManyWaysError(self.clause.id)
        elif piece.fixed:
            self.holds(variant, target)
        else:
            with self.body.block(f"if {piece.code}:"):
                self.holds(variant, target)
            with self.body.block("else:"):
                self.exceptions(index + 1, target)

    def holds(self, variant: LinkedVariant, target: str | None) -> None:
        """Write the clause under an exception that holds; others beside it are weighed outside."""
        if variant.first and (variant.decides is not False or not self.clause.decides):
            self.under(variant, target)
        elif self.weigh is None:
            raise TooManyWaysError(self.clause.id)
        else:
            self.put(target, f"{self.body.pool.add(self.weigh)}(v, e)")

    def under(self, variant: LinkedVariant | None, target: str | None) -> None:
        """Write the readings under one exception; into ``target``, or out of the function."""
        if variant is not None and variant.drops:
            names = variant.says.names
            self.put(target, self.trace(repr(NOT_APPLICABLE), self.base, variant, (), names))
            return
        self.forks(variant, 0, (), target)

    def forks(
        self,
        variant: LinkedVariant | None,
        index: int,
        chosen: tuple[tuple[LinkedVariant, ...], ...],
        target: str | None,
    ) -> None:
        """Write which forks are open; then the worlds."""
        if index == len(self.clause.forks):
            self.worlds(variant, chosen, target)
            return
        fork = self.clause.forks[index]
        shut = (*chosen, fork.readings[:1])
        wide = (*chosen, fork.readings)
        scope = self.scope(variant, self.preferred)
        piece = TRUE if fork.when is None else scope.named(fork.when)
        if piece.state == UNKNOWN or piece.fixed:
            open_now = piece.known and piece.fixed == (True,)
            self.forks(variant, index + 1, wide if open_now else shut, target)
            return
        with self.body.block(f"if {piece.code} is True:"):
            self.forks(variant, index + 1, wide, target)
        with self.body.block("else:"):
            self.forks(variant, index + 1, shut, target)

    def worlds(
        self,
        variant: LinkedVariant | None,
        chosen: tuple[tuple[LinkedVariant, ...], ...],
        target: str | None,
    ) -> None:
        """Write every world of the open readings; where those that weigh disagree: unknown."""
        every = list(product(*chosen))
        if len(every) == 1:
            self.world(variant, every[0], target)
            return
        weighed = [
            readings
            for readings in every
            if all(
                reading is fork.readings[0] or not fork.decided
                for fork, reading in zip(self.clause.forks, readings, strict=True)
            )
        ]
        inner = "r" if target is None else target + "r"
        for number, readings in enumerate(weighed):
            self.world(variant, readings, f"{inner}{number}")
        first = f"{inner}0"
        same = " and ".join(f"{inner}{n}[0] == {first}[0]" for n in range(1, len(weighed)))
        verdict = f"({first}[0] if {same} else 'unknown')" if same else f"{first}[0]"
        rest = ", ".join(f"{inner}{n}" for n in range(len(weighed)))
        self.put(target, f"({self.trusted(verdict, variant)}, {self.body.pool.add(SLOW)}, {rest})")

    def put(self, target: str | None, code: str) -> None:
        """Write a trace into a name, or out of the function."""
        if len(self.body.lines) - self.start > MAX_LINES:
            raise TooManyWaysError(self.clause.id)
        self.body.line(f"return {code}" if target is None else f"{target} = {code}")

    def world(
        self,
        variant: LinkedVariant | None,
        readings: tuple[LinkedVariant, ...],
        target: str | None,
    ) -> None:
        """Write the checks of one world; of several alternatives the best stands."""
        scope = self.scope(variant, readings)
        done: dict[LinkedCheck, CheckPiece] = {}
        for group in self.clause.checks:
            for one in group:
                if one not in done:
                    done[one] = self.check(one, scope)
        groups = [(group, tuple(done[one] for one in group)) for group in self.clause.checks]
        if len(groups) == 1:
            group, pieces = groups[0]
            names = self.spoken(variant)
            checks = tuple(zip(group, pieces, strict=True))
            verdict = self.trusted(_worst_of(pieces).code, variant)
            self.put(target, self.trace(verdict, scope, variant, checks, names))
            return
        self.put(target, self.best(groups, scope, variant))

    def best(
        self,
        groups: list[tuple[tuple[LinkedCheck, ...], tuple[CheckPiece, ...]]],
        scope: Scope,
        variant: LinkedVariant | None,
    ) -> str:
        """Write the trace of several alternatives; they share what they carry."""
        slots, names = Slots(), self.spoken(variant)
        leaves = tuple(
            self.leaf(slots, scope, variant, tuple(zip(group, pieces, strict=True)), names)
            for group, pieces in groups
        )
        verdicts = ", ".join(_worst_of(pieces).code for _, pieces in groups)
        nothing = Leaf(
            plain=True, variant=variant, names=leaves[0].names, notices=leaves[0].notices
        )
        pool = self.body.pool
        parts = "".join(f", {code}" for code in slots.codes)
        chosen = f"_best({pool.add((*leaves, nothing))}, {verdicts})"
        return f"({self.trusted('(y := ' + chosen + ')[0]', variant)}, y[1]{parts})"

    def spoken(self, variant: LinkedVariant | None) -> AbstractSet[str]:
        """Gather the names in the sentences about a pass or a failure."""
        said = (self.clause.says, self.clause.cure, None if variant is None else variant.says)
        return frozenset[str]().union(*(one.names for one in said if one is not None))

    def trusted(self, verdict: str, variant: LinkedVariant | None) -> str:
        """Let no clause of low trust decide; an exception of low trust is weighed outside."""
        if self.clause.decides or (variant is not None and variant.decides):
            return verdict
        return f"(x if (x := {verdict}) not in ('pass', 'fail') else 'unknown')"

    def check(self, form: LinkedCheck, scope: Scope) -> CheckPiece:
        """Write one check: its limit, its condition and its verdict."""
        limit = (
            scope.writer.fixed(form.op == "is_true")
            if form.limit is None
            else scope.named(form.limit)
        )
        condition = TRUE if form.when is None else scope.named(form.when)
        found = scope.resolve(form.fact)
        if condition.known and condition.fixed == (False,):
            return CheckPiece(repr(NOT_APPLICABLE), NOT_APPLICABLE, found, limit, condition)
        plain = UNKNOWN in (found.state, limit.state)
        code = "'unknown'" if plain else self.compared(form.op, found, limit)
        if condition.known and condition.fixed:
            return CheckPiece(code, "unknown" if plain else None, found, limit, condition)
        if condition.known:
            code = f"({code} if {condition.code} else {NOT_APPLICABLE!r})"
            return CheckPiece(code, None, found, limit, condition)
        code = f"_when({condition.code}, {code})"
        return CheckPiece(code, None, found, limit, condition)

    def compared(self, op: str, found: Piece, limit: Piece) -> str:
        """Write the comparison of a value with its limit."""
        value = limit.fixed[0] if limit.fixed else None
        if found.known and (value is True or value is False):
            return f"('pass' if {found.code} == {limit.code} else 'fail')"
        if found.known and value.__class__ is str:
            return f"('pass' if {found.code} == {limit.code} else 'fail')"
        sign = SIGNS.get(op)
        if sign is None or MAYBE in (found.state, limit.state):
            return f"_verdict({op!r}, {found.code}, {limit.code})"
        return f"('pass' if {number_sign(sign, found.code, limit.code)} else 'fail')"

    def trace(
        self,
        verdict: str,
        scope: Scope,
        variant: LinkedVariant | None,
        checks: tuple[tuple[LinkedCheck, CheckPiece], ...] | None,
        names: AbstractSet[str],
    ) -> str:
        """Write a trace and its leaf; ``checks`` None: the clause does not apply."""
        slots, pool = Slots(), self.body.pool
        leaf = self.leaf(slots, scope, variant, checks, names)
        parts = "".join(f", {code}" for code in slots.codes)
        if not slots.codes and verdict.startswith("'"):
            return pool.add((verdict.strip("'"), leaf))
        return f"({verdict}, {pool.add(leaf)}{parts})"

    def leaf(
        self,
        slots: "Slots",
        scope: Scope,
        variant: LinkedVariant | None,
        checks: tuple[tuple[LinkedCheck, CheckPiece], ...] | None,
        names: AbstractSet[str],
    ) -> Leaf:
        """Say what a trace holds, and where."""
        spoken = sorted(name for name in names if name in scope.steps)
        notices = () if checks is None else self.clause.notices
        quiet = not notices and not checks and not names
        drops = variant is not None and variant.drops
        return Leaf(
            plain=True,
            settled=quiet and (checks is None or drops),
            applies=checks is not None,
            variant=variant,
            group=tuple(form for form, _ in checks or ()),
            found=tuple(
                slots.add(piece.found) if form.fact in scope.steps else None
                for form, piece in checks or ()
            ),
            limits=tuple(slots.add(piece.limit) for _, piece in checks or ()),
            conditions=tuple(slots.add(piece.condition) for _, piece in checks or ()),
            names=tuple((name, slots.add(scope.resolve(name))) for name in spoken),
            notices=tuple((notice, slots.add(self.base.named(when))) for notice, when in notices),
        )


def _worst_of(pieces: tuple[CheckPiece, ...]) -> Piece:
    """Write the verdict of a group: fail before unknown before pass."""
    fixed = [piece.fixed for piece in pieces if piece.fixed is not None]
    loose = [piece.code for piece in pieces if piece.fixed is None]
    if not loose:
        verdict = next((one for one in ("unknown", "pass") if one in fixed), NOT_APPLICABLE)
        return Piece(repr(verdict), KNOWN, (verdict,))
    simple = all(code.startswith("('pass' if ") for code in loose)
    if simple and len({*fixed} - {NOT_APPLICABLE}) <= 1:
        best = "unknown" if "unknown" in fixed else "pass"
        conditions = " and ".join(
            code[len("('pass' if ") : -len(" else 'fail')")] for code in loose
        )
        return Piece(f"({best!r} if {conditions} else 'fail')")
    parts = ", ".join([*loose, *(repr(one) for one in fixed)])
    return Piece(f"_worst(({parts},))")
