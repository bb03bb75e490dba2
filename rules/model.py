"""The book as typed, frozen data: what the loader makes and the engine reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from rules.conditions import Kind

CONVERTED = 9  # decimals of a number turned from the unit of the law into that of the facts
JUDGES = frozenset({"A", "B"})  # trust marks that may decide; B- and C only indicate


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    en: str
    ml: str

    def as_json(self) -> dict[str, str]:
        """Return {"en", "ml"}."""
        return {"en": self.en, "ml": self.ml}

    def of(self, language: str) -> str:
        """Give the text in a language, ``en`` or ``ml``."""
        return self.ml if language == "ml" else self.en


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with ``{names}`` in both languages; ``names`` are all that it mentions."""

    text: Text
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: the step facts are rounded to, and what can be true at all.

    A unit ``of`` another one (a foot of 0.3048 m) is how a law may be written; facts, verdicts
    and limits are in that other unit.
    """

    id: str
    title: Text
    digits: int | None
    low: float | None
    high: float | None
    of: str | None = None
    times: float = 1.0

    @property
    def base(self) -> str:
        """The unit in which values of this one are kept."""
        return self.of or self.id


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the vocabulary: what it is, in which unit, of what, and who supplies it."""

    name: str
    type: str  # number | integer | boolean | enum | text | list | map
    unit: str | None
    scope: str  # plot | block | level | floor | unit
    supplied_by: tuple[str, ...]
    values: tuple[str, ...]
    low: float | None
    high: float | None
    digits: int | None
    title: Text
    says: Text | None
    asks: Text | None
    internal: bool  # a helper of the book: worked out, but not shown
    designed: bool  # a designer can change it: what a cure may move
    kind: Kind = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rung:
    """One version of the law for one family: from which day, by which S.R.O., how far trusted."""

    key: str
    start: date
    sro: str | None
    trust: str
    caution: str | None
    unseen: bool  # its text was not seen: the values before it stand, with the caution
    partial: bool  # only a part of it is in the book: what has no version there is not known
    instrument: str | None  # where it is not the family's own


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a statement of the book comes from."""

    instrument: str
    rule: str
    table: str | None
    sro: str | None
    start: date | None
    trust: str | None

    def as_json(self) -> dict[str, str | None]:
        """Return the citation as the answers print it."""
        return {
            "instrument": self.instrument,
            "rule": self.rule,
            "table": self.table,
            "sro": self.sro,
            "from": self.start.isoformat() if self.start else None,
            "trust": self.trust,
        }


@dataclass(frozen=True, slots=True)
class CiteForm:
    """A citation as written: the ladder and the family fill in the rest."""

    rule: str
    table: str | None
    instrument: str | None  # only for law outside the building rules


B = TypeVar("B")
# any of (all of (id, wanted)); an id may be "all x": x in every block
Alternatives = tuple[tuple[tuple[str, bool], ...], ...]


@dataclass(frozen=True, slots=True)
class Entry(Generic[B]):
    """One dated version of something, for one family or any."""

    start: date
    key: str
    family: str  # any | municipal | panchayat
    body: B
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of text in a book file, with where it stands."""

    value: Any
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """A notice said only when it bites."""

    id: str
    when: Place


@dataclass(frozen=True, slots=True)
class CheckForm:
    """One comparison of a fact with a limit, as written."""

    fact: str
    op: str
    limit: Place | None
    when: Place | None
    unit: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class VariantForm:
    """An exception or a reading: overrides of local names, or `not applicable`."""

    id: str
    when: Place | None
    drops: bool
    first: bool
    let: tuple[tuple[str, Place], ...]
    cite: CiteForm | None
    trust: Mapping[str, str]
    says: Template
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ForkForm:
    """A place where the text can be read two ways; the first reading is the preferred one."""

    id: str
    when: Place | None
    decided: bool  # the first reading decides, the others are only shown
    says: Text
    readings: tuple[VariantForm, ...]


@dataclass(frozen=True, slots=True)
class ClauseForm:
    """One version of a clause, as written."""

    cite: CiteForm
    omitted: bool
    trust: Mapping[str, str]
    cautions: tuple[str, ...]
    applies: Place | None
    why_not: Template | None
    bindings: tuple[tuple[str, Place], ...]  # let and lookup, in the order written
    checks: tuple[tuple[CheckForm, ...], ...]  # alternatives; usually one
    exceptions: tuple[VariantForm, ...]
    forks: tuple[ForkForm, ...]
    notices: tuple[NoticeForm, ...]
    says: Template | None
    cure: Template | None


@dataclass(frozen=True, slots=True)
class DerivedForm:
    """One version of a fact that the book works out; ``value`` None: from here on it does not."""

    cite: CiteForm
    trust: Mapping[str, str]
    value: Place | None
    bindings: tuple[tuple[str, Place], ...]
    notices: tuple[NoticeForm, ...]


@dataclass(frozen=True, slots=True)
class SignalForm:
    """One version of a number turned into yes, no or unknown.

    ``undecided`` are cases in which the text itself leaves the answer open.
    """

    when: Place
    undecided: tuple[tuple[Place, Text], ...]


@dataclass(frozen=True, slots=True)
class ChainForm:
    """One version of a link of the chain: any of (all of literals)."""

    cite: CiteForm
    trust: Mapping[str, str]
    when: "Alternatives"  # none at all: never
    office: "Office | None"  # overrides the link's
    because: Template | None
    notices: tuple[NoticeForm, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """An interval with said ends; None is an open end."""

    low: float | None
    high: float | None
    low_in: bool
    high_in: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: for each input the words or ranges that fit (absent: any)."""

    id: str
    when: Mapping[str, tuple[Any, ...]]
    then: Mapping[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a table with hit policy unique."""

    id: str
    title: Text
    cite: CiteForm
    inputs: Mapping[str, Kind]
    row_kind: Kind
    rows: tuple[Row, ...]
    none: Text | None


@dataclass(frozen=True, slots=True)
class Sets:
    """The fact a link of the chain sets."""

    fact: str
    value: Any
    otherwise: Any


@dataclass(frozen=True, slots=True)
class Office:
    """The clearance a link of the chain asks for."""

    title: Text
    kind: str  # clearance | declaration | permission | prohibition
    days: int | None
    form: str | None
    fee_rs: float | None
    cure: Text | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the chain with all its versions."""

    id: str
    sets: Sets | None
    office: Office | None
    because: Template | None
    entries: tuple[Entry[ChainForm], ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with all its versions."""

    id: str
    rule: str
    title: Text
    severity: str
    entries: tuple[Entry[ClauseForm], ...]


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """One folder of the book: one rule of the law."""

    folder: str
    rule: str
    title: Text
    untranslated: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A standing notice or a caution."""

    id: str
    text: Text
    always: bool


@dataclass(frozen=True, slots=True)
class Family:
    """One rule set with its ladder, oldest first; a book has one of them, or two."""

    id: str
    instrument: str
    title: Text
    ladder: tuple[Rung, ...]

    def rung_on(self, day: date) -> Rung | None:
        """Find the version in force on a day; None before the first."""
        return next((rung for rung in reversed(self.ladder) if rung.start <= day), None)


@dataclass(frozen=True, slots=True)
class OtherLaw:
    """An instrument outside the building rules."""

    id: str
    trust: str
    start: date
    title: Text
