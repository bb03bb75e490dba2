"""The law as linked: typed, in order, of one day and one family; and the book that holds it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.conditions import Expression
from rules.model import (
    Alternatives,
    Cite,
    Clause,
    Entry,
    Fact,
    Family,
    Link,
    Notice,
    Office,
    OtherLaw,
    RuleFolder,
    Sets,
    Table,
    Template,
    Text,
    Unit,
)

Steps = tuple[tuple[str, Expression], ...]  # local names, each after those it needs


@dataclass(frozen=True, slots=True)
class LinkedCheck:
    """A check with its expressions typed."""

    fact: str
    op: str
    limit: Expression | None
    when: Expression | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class LinkedVariant:
    """A clause body under one exception or reading: the whole list of local names, replaced."""

    id: str
    when: Expression | None
    drops: bool
    first: bool
    overrides: tuple[tuple[str, Expression], ...]
    cite: Cite | None
    decides: bool | None  # None: as the clause does
    says: Template


LinkedNotices = tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class LinkedFork:
    """A fork with typed readings."""

    id: str
    when: Expression | None
    decided: bool
    says: Text
    readings: tuple[LinkedVariant, ...]


def world_key(variant: LinkedVariant | None, readings: Iterable[LinkedVariant]) -> tuple[str, ...]:
    """Name the choice of an exception (or none) and a reading of each fork."""
    return ("" if variant is None else variant.id, *(reading.id for reading in readings))


@dataclass(frozen=True, slots=True)
class LinkedClause:
    """A clause as it stands on a day for a family, ready to compile."""

    id: str
    title: Text
    severity: str
    scope: str
    cite: Cite
    cautions: tuple[str, ...]
    omitted: bool
    decides: bool
    applies: Expression | None
    why_not: Template | None
    worlds: Mapping[tuple[str, ...], Steps]  # local names for each choice, by world_key
    checks: tuple[tuple[LinkedCheck, ...], ...]
    exceptions: tuple[LinkedVariant, ...]
    forks: tuple[LinkedFork, ...]
    notices: "LinkedNotices"
    says: Template | None
    cure: Template | None

    @property
    def reads(self) -> frozenset[str]:
        """Every fact and local name that judging it may read."""
        parts = [self.applies, *(when for _, when in self.notices)]
        parts += [part for steps in self.worlds.values() for _, part in steps]
        checks = [one for group in self.checks for one in group]
        parts += [part for one in checks for part in (one.limit, one.when)]
        parts += [one.when for one in self.exceptions]
        parts += [one.when for one in self.forks]
        names = {one.fact for one in checks}
        for part in parts:
            if part is not None:
                names |= part.names | part.whole_plot
        return frozenset(names)


@dataclass(frozen=True, slots=True)
class LinkedDerived:
    """A worked-out fact as it stands on a day for a family."""

    fact: str
    scope: str
    cite: Cite
    steps: Steps
    value: Expression
    notices: LinkedNotices


@dataclass(frozen=True, slots=True)
class LinkedLink:
    """A link of the chain as it stands on a day for a family.

    A link of the block runs once for each block, a link of the plot once, over all blocks.
    """

    id: str
    number: int  # its place in the book
    scope: str  # plot | block
    sets: Sets | None
    office: Office | None
    because: Template | None
    cite: Cite
    decides: bool
    when: Alternatives
    notices: LinkedNotices


@dataclass(frozen=True, slots=True)
class LinkedSignal:
    """A signal as it stands on a day for a family."""

    id: str
    scope: str
    when: Expression
    undecided: tuple[tuple[Expression, Text], ...]


@dataclass(frozen=True, slots=True)
class Law:
    """Everything that stands on one day for one family."""

    family: str
    key: str
    clauses: tuple[LinkedClause, ...]
    absent: tuple[tuple[Clause, Cite], ...]  # clauses that do not stand yet
    first: tuple[LinkedDerived, ...]  # derived facts the chain may need, in order
    last: tuple[LinkedDerived, ...]  # derived facts that need the chain, in order
    signals: tuple[LinkedSignal, ...]
    links: tuple[LinkedLink, ...]  # in dependency order
    idle_links: tuple[Link, ...]  # links without a version on this day
    tables: Mapping[str, Table]
    cautions: tuple[str, ...]  # of an unseen version
    partial: bool  # what has no version on this day is not known, not absent


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Book:
    """The loaded rule book. Immutable; ``hash`` names its content."""

    id: str
    title: Text
    hash: str
    families: Mapping[str, Family]
    bodies: Mapping[str, tuple[str, str]]
    other_law: Mapping[str, OtherLaw]
    notices: Mapping[str, Notice]
    fees: tuple[str, ...]  # worked-out facts that answer as fees
    units: Mapping[str, Unit]
    words: Mapping[str, Text]  # the words of enums
    vocabulary: Mapping[str, Fact]
    clauses: Mapping[str, Clause]
    links: tuple[Link, ...]
    tables: Mapping[str, tuple[Entry[Table], ...]]
    rules: tuple[RuleFolder, ...]
    folder: str
    files: Mapping[str, bytes] = field(
        repr=False
    )  # what it was read from, to be kept with answers
    law_on: Callable[[date, str], Law | None] = field(repr=False)
