"""Alembic's door: uses the connection it is given, or the database of the settings."""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

from kmap import settings
from kmap.store.migrate import engine
from kmap.store.tables import metadata


def _include(thing: Any, name: Any, kind: str, reflected: bool, compare_to: Any) -> bool:
    if kind == "table" and reflected and compare_to is None:
        return False  # spatial_ref_sys and tables of other parts of the service
    kept = alembic_helpers.include_object(thing, name, kind, reflected, compare_to)  # type: ignore[no-untyped-call]
    return bool(kept)


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=_include,
        render_item=alembic_helpers.render_item,
        process_revision_directives=alembic_helpers.writer,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    with engine(settings.load().url()).begin() as own:
        _migrate(own)
