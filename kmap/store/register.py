"""The register every land answer refers to: themes, offices, documents, loads, zone types."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kmap.store.pool import Connection, Row

RECORDS_ONLY = "cadastre"
"""The theme of survey and deed: it has records side by side, but no restrictions of its own."""


@dataclass(frozen=True)
class Register:
    """What changes only when something is loaded; answers read it from memory."""

    version: int
    themes: dict[str, Row]
    offices: dict[str, Row]
    documents: dict[str, Row]
    zone_types: tuple[Row, ...]
    loads: dict[int, Row]


@cache
def _standing() -> dict[str, Any]:
    path = Path(__file__).with_name("register.yaml")
    book: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return book


def sync(connection: Connection) -> None:
    """Bring themes, offices and documents of ``register.yaml`` into the database."""
    book = _standing()
    for row in book["offices"]:
        connection.execute(_OFFICE, {"days": None, "form": None, **_flat(row)})
    for sort, row in enumerate(book["themes"], 1):
        connection.execute(_THEME, {"sort": sort, **_flat(row)})
    for row in book["documents"]:
        save_document(connection, _flat(row), invented=False)


def save_document(connection: Connection, row: Row, *, invented: bool) -> None:
    """Add or renew a document: id, title_en, title_ml, dated."""
    connection.execute(_DOCUMENT, {"dated": None, **row, "invented": invented})


def save_article(connection: Connection, row: Row) -> None:
    """Add or renew an article of a document: document, article, says_en, says_ml."""
    connection.execute(_ARTICLE, row)


def read(connection: Connection, version: int | None = None) -> Register:
    """Read the register as known when a load (the newest by default) came in.

    Small, and read again only when something was loaded. Words of themes, offices and documents
    are those of today.
    """
    rows = connection.execute
    articles = rows("SELECT * FROM document_article ORDER BY document_id, article").fetchall()
    documents = {r["id"]: {**r, "articles": {}} for r in rows("SELECT * FROM document").fetchall()}
    for row in articles:
        documents[row["document_id"]]["articles"][row["article"]] = row
    loads = {r["id"]: r for r in rows(_LOADS, {"version": version}).fetchall()}
    newest = max(loads, default=0)
    return Register(
        version=newest,
        themes={r["id"]: r for r in rows("SELECT * FROM theme ORDER BY sort").fetchall()},
        offices={r["id"]: r for r in rows("SELECT * FROM office ORDER BY id").fetchall()},
        documents=documents,
        zone_types=tuple(rows(_ZONE_TYPES, {"version": newest}).fetchall()),
        loads=loads,
    )


def _flat(row: Row) -> Row:
    title = row["title"]
    rest = {key: value for key, value in row.items() if key != "title"}
    return {**rest, "title_en": title["en"], "title_ml": title["ml"]}


_LOADS = """
SELECT * FROM layer_load WHERE id <= %(version)s::bigint OR %(version)s::bigint IS NULL ORDER BY id
"""
_ZONE_TYPES = """
SELECT z.* FROM zone_type z
WHERE z.known @> (SELECT loaded_at FROM layer_load WHERE id = %(version)s::bigint)
ORDER BY z.code, lower(z.valid)
"""
_OFFICE = """
INSERT INTO office (id, title_en, title_ml, days, form)
VALUES (%(id)s, %(title_en)s, %(title_ml)s, %(days)s, %(form)s)
ON CONFLICT (id) DO UPDATE SET title_en = excluded.title_en, title_ml = excluded.title_ml,
    days = excluded.days, form = excluded.form
"""
_THEME = """
INSERT INTO theme (id, sort, title_en, title_ml, colour, office_id)
VALUES (%(id)s, %(sort)s, %(title_en)s, %(title_ml)s, %(colour)s, %(office)s)
ON CONFLICT (id) DO UPDATE SET title_en = excluded.title_en, title_ml = excluded.title_ml,
    colour = excluded.colour, office_id = excluded.office_id
"""
_DOCUMENT = """
INSERT INTO document (id, title_en, title_ml, dated, invented)
VALUES (%(id)s, %(title_en)s, %(title_ml)s, %(dated)s, %(invented)s)
ON CONFLICT (id) DO UPDATE SET title_en = excluded.title_en, title_ml = excluded.title_ml,
    dated = excluded.dated
"""
_ARTICLE = """
INSERT INTO document_article (document_id, article, says_en, says_ml)
VALUES (%(document)s, %(article)s, %(says_en)s, %(says_ml)s)
ON CONFLICT (document_id, article) DO UPDATE SET says_en = excluded.says_en,
    says_ml = excluded.says_ml
"""
