"""The health of the service."""

from typing import Literal

from api.schemas.common import BookName, Closed


class Database(Closed):
    """What was seen of the database at this moment."""

    reachable: bool
    migration: str | None
    newest: str


class Health(Closed):
    """Well or not, and why."""

    status: Literal["ok", "unwell"]
    database: Database
    book: BookName
