"""The register of the law: which rule of it is in the book, which is not, and why.

``coverage.yaml`` lists every rule of the law by an id. It is data of the book but no part of its
hash: it speaks about the book.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.law import Book
from rules.loading import read_yaml
from rules.loading.fields import Fields
from rules.loading.yamlfile import Spot
from rules.model import Text

STATES = ("encoded", "partly", "advisory", "not_yet")
"""How much of a rule is in the book; ``advisory`` tells something, with nothing to judge."""
MARKS = ("A", "B", "B-", "C", "unseen")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the law and how much of it the book holds."""

    id: str
    status: str
    substantive: bool
    rule: str
    subject: Text
    source: str
    trust: Mapping[str, str]
    holds: tuple[str, ...]  # clauses, links of the chain and worked-out facts that say it
    reason: Text | None

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values."""
        return {
            "id": self.id,
            "status": self.status,
            "substantive": self.substantive,
            "rule": self.rule,
            "subject": self.subject.as_json(),
            "source": self.source,
            "trust": dict(self.trust),
            "clauses": list(self.holds),
            "reason": None if self.reason is None else self.reason.as_json(),
        }


def read_register(book: Book) -> tuple[Row, ...]:
    """Read the register of a book; empty when the book has none.

    Raises BookError for a row that is malformed or names what the book does not have.
    """
    path = Path(book.folder) / "coverage.yaml"
    if not path.is_file():
        return ()
    fields = Fields(read_yaml(path, path.name), "coverage")
    rows = tuple(_row(key, one, book) for key, one in fields.take_map("rows", needed=True).items())
    fields.done()
    return rows


def _row(key: str, spot: Spot, book: Book) -> Row:
    fields = Fields(spot, f"coverage {key}")
    row = Row(
        key,
        fields.take_word("status", STATES),
        fields.take("substantive", bool),
        str(fields.take("rule", (str, int))),
        fields.need_text("subject"),
        fields.take("source", str),
        _trust(fields, tuple(book.families)),
        fields.take_words("clauses"),
        fields.take_text("reason", needed=False),
    )
    fields.done()
    known = {*book.clauses, *book.vocabulary, *(link.id for link in book.links)}
    for name in row.holds:
        if name not in known:
            spot.fail(f"coverage {key}: the book has no `{name}`")
    if row.status in {"encoded", "partly"} and not row.holds:
        spot.fail(f"coverage {key}: {row.status}, but by nothing in the book")
    if row.status != "encoded" and row.reason is None:
        spot.fail(f"coverage {key}: {row.status} needs a reason")
    return row


def _trust(fields: Fields, families: tuple[str, ...]) -> Mapping[str, str]:
    spot = fields.spot_of("trust")
    assert spot is not None  # noqa: S101  # spot_of has refused it otherwise
    inner = Fields(spot, f"{fields.what}: trust")
    found = {family: inner.take_word(family, MARKS) for family in families}
    inner.done()
    return found
