"""One day's law of one family as columns: given facts, worked-out facts, signals and the chain.

Everything is read on demand, so only what an asked-for clause needs comes into the graph. Facts
are flat: one block, one level; ``all x`` is ``x``. The same meaning as ``rules.engine``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from rules.columns.lookup import Tables
from rules.columns.reading import Names, Reader
from rules.columns.values import Logic, Number, Plain, Truth, Value
from rules.law import Law, LinkedDerived, LinkedLink, Steps
from rules.model import Alternatives, Fact


@dataclass(frozen=True, slots=True)
class Setter:
    """The links that set a fact, in the order of the book, and what it is when none holds."""

    links: tuple[LinkedLink, ...]
    otherwise: Any


@dataclass
class LawColumns:
    """Facts and conclusions of one law over given columns, each worked out once."""

    law: Law
    vocabulary: Mapping[str, Fact]
    logic: Logic
    given: Mapping[str, Value]
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.logic, Tables(self.logic, self.law.tables))
        self.derived = {one.fact: one for one in (*self.law.first, *self.law.last)}
        self.setters = setters_of(self.law)
        self.signals = {one.id: one for one in self.law.signals}
        self.links = {one.id: one for one in self.law.links}
        self.idle = {one.id for one in self.law.idle_links}
        self._facts: dict[str, Value] = {}
        self._answers: dict[str, Truth] = {}

    def worked_out(self) -> tuple[str, ...]:
        """List every fact that the law of the day works out, in the order of the book."""
        first, last = ((one.fact for one in part) for part in (self.law.first, self.law.last))
        return tuple(dict.fromkeys((*first, *self.setters, *last)))

    def fact(self, name: str) -> Value:
        """Give a fact as it stands when everything is worked out."""
        found = self._facts.get(name)
        if found is None:
            found = self._facts[name] = self._fact(name)
        return found

    def _fact(self, name: str) -> Value:
        value = self._given_value(name)
        if name in self.setters:
            value = self._set(self.setters[name], cast("Plain", value))
        if name in self.derived:
            value = self._work_out(self.derived[name], cast("Plain", value))
        return value

    def _given_value(self, name: str) -> Value:
        given = self.given.get(name)
        return self.logic.nothing(self.vocabulary[name].kind.type) if given is None else given

    def _work_out(self, one: LinkedDerived, given: Plain) -> Plain:
        """Work a fact out; a given value only stands where it cannot be worked out."""
        names = self.local(self.fact, one.steps)
        return self.logic.fallback(cast("Plain", self.reader.read(one.value, names)), given)

    def local(self, names: Names, steps: Steps) -> Names:
        """Give names with the local names of some steps, each worked out when it is asked for."""
        if not steps:
            return names
        expressions = dict(steps)
        found: dict[str, Value] = {}

        def of(name: str) -> Value:
            if name not in expressions:
                return names(name)
            if name not in found:
                found[name] = self.reader.read(expressions[name], of)
            return found[name]

        return of

    # -- the chain ------------------------------------------------------------------------------

    def answer(self, name: str) -> Truth:
        """Answer a signal or a link of the chain."""
        plain = name.removeprefix("all ") if name not in self.signals else name
        found = self._answers.get(plain)
        if found is None:
            found = self._answers[plain] = self._answer(plain)
        return found

    def _answer(self, name: str) -> Truth:
        if name in self.links:
            return self._link(self.links[name])
        if name in self.signals:
            return self._signal(name)
        return self.logic.no  # a link without a version on this day

    def _signal(self, name: str) -> Truth:
        g, signal = self.logic.g, self.signals[name]
        value = self.reader.condition(signal.when, self.fact)
        left_open = g.or_(
            *(self.reader.condition(when, self.fact).t for when, _ in signal.undecided)
        )
        if left_open is g.false:
            return value
        return self.logic.of(g.but(value.t, left_open), g.but(value.f, left_open))

    def _link(self, link: LinkedLink) -> Truth:
        decides = link.decides or link.office is not None
        answer = self._decide(link.when) if decides else self.logic.open
        if link.sets is None or answer.k is self.logic.g.true:
            return answer
        given = cast("Plain", self._given_value(link.sets.fact))
        told = self.logic.equal(given, self.logic.constant(link.sets.value))
        return cast("Truth", self.logic.fallback(answer, told))

    def _decide(self, when: Alternatives) -> Truth:
        groups = []
        for group in when:
            literals = [
                self.answer(name) if wanted else self.logic.not_(self.answer(name))
                for name, wanted in group
            ]
            groups.append(self.logic.junction(literals, all_of=True))
        return self.logic.junction(groups, all_of=False)

    def _set(self, setter: Setter, given: Plain) -> Plain:
        """Set a fact: the first link that holds, in the order of the book; else `otherwise`."""
        value: Plain | None = None
        if setter.otherwise is not None:
            value = self.logic.constant(setter.otherwise)
        for link in reversed(setter.links):
            assert link.sets is not None  # noqa: S101  # setters_of lists only such links
            then = self.logic.constant(link.sets.value)
            other = value if value is not None else _nothing_like(self.logic, then)
            value = self.logic.choose(self.answer(link.id), then, other)
        return given if value is None else self.logic.fallback(value, given)


def _nothing_like(logic: Logic, value: Plain) -> Plain:
    if isinstance(value, Truth):
        return logic.open
    return logic.no_number if isinstance(value, Number) else logic.no_word


def setters_of(law: Law) -> dict[str, Setter]:
    """List for each fact the links that set it, in the order of the book, and the value else."""
    found: dict[str, Setter] = {}
    for idle in law.idle_links:
        if idle.sets is not None and not law.partial:
            found[idle.sets.fact] = Setter((), idle.sets.otherwise)
    for one in sorted(law.links, key=lambda link: link.number):
        if one.sets is not None:
            known = found.get(one.sets.fact, Setter((), None))
            other = known.otherwise if one.sets.otherwise is None else one.sets.otherwise
            found[one.sets.fact] = Setter((*known.links, one), other)
    return found
