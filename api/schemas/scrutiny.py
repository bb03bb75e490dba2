"""Scrutinies as they go in and out."""

from typing import Any, Literal

from api.schemas.common import BookName, Closed, Open

Outcome = Literal["pass", "fail", "unknown", "unreadable"]


class CheckAnswer(Open):
    """What ``kmap check --json`` prints for a drawing."""

    drawing: dict[str, Any]
    facts: dict[str, Any]
    sources: dict[str, Any]
    placement: dict[str, Any]
    complaints: list[dict[str, Any]]
    verdict: Outcome


class Links(Closed):
    """Where the parts of a scrutiny are, as paths with the secret key in them."""

    self: str
    overlay_en: str
    overlay_ml: str
    overlay_dxf_en: str
    overlay_dxf_ml: str
    report_en: str
    report_ml: str
    report_pdf_en: str
    report_pdf_ml: str
    revise: str
    page: str
    building: str


class StoredScrutiny(Closed):
    """A scrutiny as kept: which drawing, which law, which answer."""

    id: str
    revision: int
    previous_id: str | None
    next_id: str | None
    made_at: str
    as_of: str
    drawing_sha256: str
    book: BookName
    verdict: Outcome
    building: str | None
    site: dict[str, Any]
    answer: CheckAnswer
    sketch: dict[str, Any]
    links: Links


class NewScrutiny(Closed):
    """The receipt: id, secret key and secret address, told this once, with the answer."""

    id: str
    key: str
    url: str
    revision: int
    previous_id: str | None
    made_at: str
    as_of: str
    verdict: Outcome
    answer: CheckAnswer
    sketch: dict[str, Any]
    links: Links


class Compared(Closed):
    """What ``kmap compare --json`` prints: what changed from one drawing to another."""

    drawings: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    complaints: list[dict[str, Any]]
    outlines: list[dict[str, Any]]
    completion: dict[str, Any] | None = None


class Erased(Closed):
    """The tombstone of an erased scrutiny."""

    id: str
    drawing_sha256: str
    made_at: str
    erased_at: str
