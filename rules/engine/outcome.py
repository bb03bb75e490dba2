"""What the engine finds: plain frozen results, without sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rules.law import LinkedClause, LinkedLink
from rules.model import Cite, Template, Text


def differ(given: Any, value: Any) -> bool:
    """Say whether a claim differs from what was worked out, beyond rounding."""
    if isinstance(given, float | int) and isinstance(value, float | int):
        return abs(given - value) > 0.01 + 1e-9
    return bool(given != value)


WORST = {"fail": 3, "unknown": 2, "pass": 1, "not_applicable": 0}
Where = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One comparison at one place; ``required`` and ``found`` are None when not known."""

    fact: str
    where: Where
    op: str
    required: Any
    found: Any
    unit: str | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text, with what it would come to."""

    fork: str
    id: str
    says: Template | Text
    verdict: str
    required: Any
    found: Any
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicative:
    """What a limit that may not decide would come to."""

    required: Any
    found: Any
    would_be: str


@dataclass(frozen=True, slots=True)
class Applied:
    """An exception that holds."""

    id: str
    says: Template
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A clause judged: at one place, or all places together (the worst on top).

    ``values`` are the facts and local names of the place on top, for the sentences.
    """

    verdict: str
    where: Where = field(default_factory=dict)
    checks: tuple[CheckResult, ...] = ()
    missing: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    forks: tuple[Reading, ...] = ()
    indicative: Indicative | None = None
    applied: tuple[Applied, ...] = ()
    spoken: Template | None = None  # the sentence of the exception that decided, if one did
    decided: bool | None = None  # an exception's own trust; None: the clause's
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """A clause with its outcome; ``cautions`` are the outcome's and those of its source.

    A result that is the same for every plan is one object; ``kept`` then holds what was written
    of it.
    """

    clause: LinkedClause
    outcome: Outcome
    cautions: tuple[str, ...]
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Firing:
    """One rule of the chain that fired: which link, what it concluded, from which facts."""

    rule: str
    link: str
    concluded: str
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkResult:
    """A link of the chain for the whole plot: yes, no, or not known (None) and what would tell."""

    link: LinkedLink
    answer: bool | None
    missing: tuple[str, ...]
    open_text: Text | None  # what the text itself leaves open
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DerivedResult:
    """A worked-out fact at every place of its scope; the chain's own have no ``cite``."""

    fact: str
    values: tuple[tuple[Where, Any], ...]  # where -> value; an Unknown names what is missing
    cite: Cite | None = None


class FamilyResult(Protocol):
    """Everything one family's law says."""

    @property
    def family(self) -> str:
        """Which family."""

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The verdict of each clause that stands."""

    @property
    def clauses(self) -> Mapping[str, ClauseResult]:
        """Each clause that stands, in full."""

    @property
    def absent(self) -> Mapping[str, tuple[Text, str, Cite]]:
        """Title, severity and source of each clause that does not stand on the day."""

    @property
    def derived(self) -> Mapping[str, DerivedResult]:
        """The worked-out facts."""

    @property
    def links(self) -> tuple[LinkResult, ...]:
        """The chain's conclusions about the plot."""

    @property
    def firings(self) -> tuple[Firing, ...]:
        """The rules of the chain that fired, in order."""

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the whole answer must say."""

    @property
    def partial(self) -> bool:
        """Whether only a part of this version is in the book."""
