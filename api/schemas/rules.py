"""The rule book and the questions put to it."""

from typing import Any

from pydantic import Field

from api.schemas.common import BookName, Both, Cite, Closed, Evaluated, Notice, Open, Words


class Question(Closed):
    """Facts to be judged by the law of a day; today's when no day is named."""

    as_of: str | None = Field(default=None, json_schema_extra={"format": "date"})
    facts: dict[str, Any]


class WhatIfQuestion(Closed):
    """A plan, and what to change before it is judged again.

    A key of ``set`` and a word of ``unset`` is a fact, or a fact at a place:
    ``block1.level0.front_yard_min_m``.
    """

    as_of: str | None = Field(default=None, json_schema_extra={"format": "date"})
    compare_as_of: str | None = Field(default=None, json_schema_extra={"format": "date"})
    facts: dict[str, Any]
    set: dict[str, Any] = Field(default={}, max_length=50)
    unset: list[str] = Field(default=[], max_length=50)


class Differing(Open):
    """A clause that comes out differently: ``flips`` in its verdict, ``numbers`` in its checks."""

    id: str
    title: Both
    flips: bool
    numbers: bool
    before: dict[str, Any]
    after: dict[str, Any]


class WhatIf(Closed):
    """All that differs between the plan as it is and as it would be."""

    as_of: str
    compare_as_of: str
    book: BookName
    changes: list[dict[str, Any]]
    counts: dict[str, dict[str, int]]
    clauses: list[Differing]
    derived: list[dict[str, Any]]
    nocs: list[dict[str, Any]]
    fees: list[dict[str, Any]]
    notices: list[Notice]


class Cure(Open):
    """A change that was tried: its moves, and all that it does."""

    changes: list[dict[str, Any]]
    clean: bool
    cures: list[str]
    breaks: list[str]
    unsettles: list[str]
    opens: list[str]
    says: Both


class ClauseCures(Closed):
    """What cures one failed clause; ``smallest`` is null where no single change was found."""

    smallest: Cure | None
    others: list[Cure]
    together: Cure | None
    unproved: Cure | None
    complete: bool
    says: Both


class Cures(Closed):
    """The smallest tried change of each failed clause, and changes that cure several."""

    clauses: dict[str, ClauseCures]
    several: list[Cure]
    evaluations: int


class Failed(Open):
    """A question that could not be judged."""

    error: dict[str, Any]


class Rung(Closed):
    """One version of the law for one family."""

    key: str
    since: str = Field(serialization_alias="from", validation_alias="from")
    sro: str | None
    trust: str
    caution: str | None


class Family(Closed):
    """One of the two rule sets, with its ladder of versions and the one in force."""

    id: str
    instrument: str
    title: Words
    in_force: str | None
    ladder: list[Rung]


class Clause(Closed):
    """One clause of the book and its citation in each family on the day asked for."""

    id: str
    rule: str
    title: Words
    severity: str
    cites: dict[str, Cite | None]


class RuleFolder(Closed):
    """One rule of the law, and what of it is not encoded."""

    folder: str
    rule: str
    title: Words
    not_encoded: list[dict[str, Words]]


class RuleBook(Closed):
    """The rule book: name, ladder, rules and clauses as of a day."""

    id: str
    hash: str
    title: Words
    as_of: str
    families: list[Family]
    rules: list[RuleFolder]
    clauses: list[Clause]
    notices: list[Notice | dict[str, Any]]


Judged = Evaluated | Failed
