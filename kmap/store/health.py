"""Is the database there, and are its tables the newest? Asked through the service's own pool."""

from dataclasses import dataclass

import psycopg
from alembic.script import ScriptDirectory
from psycopg_pool import PoolTimeout

from kmap.store.migrate import MIGRATIONS
from kmap.store.pool import Pool

WAIT_S = 2.0


@dataclass(frozen=True)
class DatabaseState:
    """What was seen: reachable or not, the migration it is at, the newest one."""

    reachable: bool
    migration: str | None
    newest: str

    @property
    def good(self) -> bool:
        """Reachable, and at the newest migration."""
        return self.reachable and self.migration == self.newest


def newest() -> str:
    """Return the newest migration this program knows."""
    return ",".join(sorted(ScriptDirectory(str(MIGRATIONS)).get_heads()))


def look(pool: Pool, wanted: str) -> DatabaseState:
    """Ask the database now; never raises. ``wanted`` is :func:`newest`, read once."""
    try:
        with pool.connection(timeout=WAIT_S) as db:
            rows = db.execute("SELECT version_num FROM alembic_version ORDER BY 1").fetchall()
    except psycopg.errors.UndefinedTable:
        return DatabaseState(reachable=True, migration=None, newest=wanted)
    except (PoolTimeout, psycopg.Error):
        return DatabaseState(reachable=False, migration=None, newest=wanted)
    return DatabaseState(True, ",".join(str(row["version_num"]) for row in rows), wanted)
