"""Shapes that many answers share."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["pass", "fail", "unknown", "not_applicable"]


class Open(BaseModel):
    """An object whose named members are promised and to which others may be added."""

    model_config = ConfigDict(extra="allow")


class Closed(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class Both(Closed):
    """One text in both languages."""

    en: str
    ml: str


Words = Both | str
"""A text: both languages, or the one asked for with ``lang``."""


class Problem(Open):
    """What went wrong and what to do (RFC 9457)."""

    type: str
    title: str
    title_ml: str
    status: int = Field(ge=400, le=599)
    code: str = Field(pattern="^[a-z0-9_]+$")
    detail: str
    detail_ml: str


class BookName(Open):
    """The rule book that judged; the hash names its content."""

    id: str
    hash: str


class Cite(Open):
    """Where a statement stands in the law, and how far the copy is trusted."""

    instrument: str | None
    rule: str | None
    table: str | None
    sro: str | None
    trust: str | None


class Check(Open):
    """One comparison: what was required, what was found."""

    fact: str
    where: dict[str, int]
    required: Any
    found: Any
    unit: str | None
    verdict: Verdict


class ClauseAnswer(Open):
    """The verdict of one clause with its reasons."""

    verdict: Verdict
    cite: Cite | None
    says: Any
    missing: list[str]
    cautions: list[Any]
    forks: list[Any]
    indicative: Any
    checks: list[Check]


class Evaluated(Open):
    """What the law says of some facts: the object ``kmap rules evaluate`` prints."""

    as_of: str
    book: BookName
    clauses: dict[str, ClauseAnswer]
    derived: dict[str, Any]
    derived_missing: dict[str, list[str]]
    nocs: list[dict[str, Any]]
    nocs_unknown: list[dict[str, Any]]
    fees: dict[str, Any]


class Notice(Open):
    """A standing notice on an answer."""

    id: str
    en: str
    ml: str
