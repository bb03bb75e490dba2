"""The worked-out facts and signals of a law as one generated function, for one set of given facts.

The function writes every worked-out fact into the values of the plot (a plan of one building) and
gives what came out unknown, the notices that bite and the signals of the chain. Its meaning is
that of ``evaluating`` and ``chaining``.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from rules.conditions import Unknown
from rules.conditions.compiling import Tables
from rules.conditions.source import KNOWN, MAYBE, UNKNOWN, Piece
from rules.engine.outcome import differ
from rules.engine.writing import Body, Scope
from rules.law import LinkedDerived, LinkedSignal
from rules.model import Fact, Text

Stage = Callable[..., tuple[int, list[str], tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Written:
    """A stage compiled: its function, and what its mask of unknown facts means."""

    run: Stage
    known: frozenset[str]  # known after it whatever happens
    told: frozenset[str]  # unknown after it whatever happens
    maybe: tuple[str, ...]  # bit n of the mask: this fact came out unknown

    def names(self, mask: int) -> tuple[frozenset[str], frozenset[str]]:
        """Say which names are known after a run, and which hold an Unknown."""
        out = {fact for bit, fact in enumerate(self.maybe) if mask >> bit & 1}
        return self.known | (set(self.maybe) - out), self.told | out


def write_stage(
    derived: Sequence[LinkedDerived],
    signals: Sequence[tuple[LinkedSignal, Mapping[Text, Unknown]]],
    names: tuple[AbstractSet[str], AbstractSet[str]],
    vocabulary: Mapping[str, Fact],
    tables: Tables,
) -> Written:
    """Write a stage for what is known (and what holds an Unknown) before it.

    ``signals`` come with the Unknown that stands for each text that leaves one undecided.
    """
    return _StageWriter(names, vocabulary, tables).write(derived, signals)


class _StageWriter:
    """Writes one stage."""

    def __init__(
        self,
        names: tuple[AbstractSet[str], AbstractSet[str]],
        vocabulary: Mapping[str, Fact],
        tables: Tables,
    ) -> None:
        self.known, self.told = set(names[0]), set(names[1])
        self.vocabulary = vocabulary
        self.body = Body(tables, flat=True)
        self.body.pool.values["_differ"] = differ
        self.maybe: list[str] = []

    def write(
        self,
        derived: Sequence[LinkedDerived],
        signals: Sequence[tuple[LinkedSignal, Mapping[Text, Unknown]]],
    ) -> Written:
        """Write the facts in their order, then the signals."""
        self.body.line("m, c = 0, []")
        for one in derived:
            self.fact(one)
        codes = [self.signal(one, texts) for one, texts in signals]
        self.body.line(f"return m, c, ({''.join(code + ', ' for code in codes)})")
        known = frozenset(self.known - set(self.maybe))
        return Written(self.body.function(), known, frozenset(self.told), tuple(self.maybe))

    def fact(self, one: LinkedDerived) -> None:
        """Write one worked-out fact; a given value only stands where it cannot be worked out."""
        fact, body = one.fact, self.body
        scope = Scope(body, self.known, self.told, dict(one.steps))
        piece = scope.named(one.value)
        whole = self.vocabulary[fact].type == "integer" and not piece.fixed
        if whole and piece.state != UNKNOWN:
            code = piece.code
            body.line(
                f"if {code}.__class__ is float and {code}.is_integer(): {code} = int({code})"
            )
        if piece.state != UNKNOWN:
            self.cautions(one, scope, piece)
        if fact in self.known:
            piece = self.over_given(fact, piece)
        else:
            body.line(f"v[{fact!r}] = {piece.code}")
        self.remember(fact, piece)

    def cautions(self, one: LinkedDerived, scope: Scope, piece: Piece) -> None:
        """Write the notices that bite, and whether a claim differs, where the value is known."""
        lines = []
        for notice, when in one.notices:
            bites = scope.named(when)
            if bites.known and bites.fixed == (True,):
                lines.append(f"c.append({notice!r})")
            elif not bites.fixed and bites.state != UNKNOWN:
                lines.append(f"if {bites.code} is True: c.append({notice!r})")
        if one.fact in self.known:
            code = f"_differ(v[{one.fact!r}], {piece.code})"
            lines.append(f"if {code}: c.append('claim-differs')")
        if piece.state == MAYBE and lines:
            with self.body.block(f"if {piece.code}.__class__ is not Unknown:"):
                for line in lines:
                    self.body.line(line)
            return
        for line in lines:
            self.body.line(line)

    def over_given(self, fact: str, piece: Piece) -> Piece:
        """Write a worked-out value over a given one; what stays is known."""
        read = f"v[{fact!r}]"
        if piece.state == UNKNOWN:
            return self.body.name(Piece(read, KNOWN))
        if piece.state == MAYBE:
            code = f"{read} if {piece.code}.__class__ is Unknown else {piece.code}"
            piece = self.body.name(Piece(f"({code})", KNOWN))
        self.body.line(f"{read} = {piece.code}")
        return piece

    def remember(self, fact: str, piece: Piece) -> None:
        """Keep a fact at hand for what is written after it."""
        self.body.at_hand[(fact,)] = piece
        if piece.state == UNKNOWN:
            self.told.add(fact)
            return
        self.known.add(fact)
        if piece.state == MAYBE:
            self.body.line(f"if {piece.code}.__class__ is Unknown: m |= {1 << len(self.maybe)}")
            self.maybe.append(fact)

    def signal(self, one: LinkedSignal, texts: Mapping[Text, Unknown]) -> str:
        """Write one signal."""
        scope = Scope(self.body, self.known, self.told, {})
        piece = scope.named(one.when)
        for when, says in one.undecided:
            open_now = scope.named(when)
            stands = self.body.pool.add(texts[says])
            if open_now.known and open_now.fixed == (True,):
                piece = Piece(stands, UNKNOWN)
            elif not open_now.fixed and open_now.state != UNKNOWN:
                code = f"({stands} if {open_now.code} is True else {piece.code})"
                piece = self.body.name(Piece(code, MAYBE))
        return piece.code
