"""The rule book and the questions put to it."""

from typing import Any

from pydantic import Field

from api.schemas.common import Cite, Closed, Evaluated, Notice, Open, Words


class Question(Closed):
    """Facts to be judged by the law of a day; today's when no day is named."""

    as_of: str | None = Field(default=None, json_schema_extra={"format": "date"})
    facts: dict[str, Any]


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
