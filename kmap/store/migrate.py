"""Bring a database to the newest tables; two starters at once do not collide."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from kmap.errors import DatabaseAwayError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x6B6D6170  # "kmap": one migration at a time on a database


def engine(url: str) -> Engine:
    """Return an engine for a ``postgresql://`` address; nothing is kept open."""
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool
    )


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at ``url``; does nothing when it is already there.

    Raises DatabaseAwayError when the database cannot be reached.
    """
    try:
        with engine(url).begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _run(connection, revision)
    except OperationalError as error:
        message = "The database cannot be reached: start it with `kmap db start`."
        raise DatabaseAwayError(message) from error


def is_current(url: str) -> bool:
    """Say whether the database already has the newest tables."""
    with engine(url).connect() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _run(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
