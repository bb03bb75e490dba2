"""Connections to PostGIS: a pool whose statements are prepared once and planned once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from kmap.errors import DatabaseAwayError, KmapError

Row = dict[str, Any]
Connection = psycopg.Connection[dict[str, Any]]
Pool = ConnectionPool[psycopg.Connection[dict[str, Any]]]
AWAY = "The database cannot be reached: start it with `kmap db start`."
AWAY_ML = "ഡാറ്റാബേസിൽ എത്താനായില്ല: `kmap db start` ഉപയോഗിച്ച് തുടങ്ങുക."


def open_pool(
    url: str, *, size: int = 8, timeout_s: float = 10.0, lock_wait_s: float = 0.0
) -> Pool:
    """Open a pool on a ``postgresql://`` address; close it with ``.close()``.

    ``lock_wait_s`` is how long a statement waits for a lock; 0 for as long as it takes.

    The database need not be there yet: whoever asks it later waits ``timeout_s`` at most.
    """
    pool: Pool = ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        timeout=timeout_s,
        kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 0},
        configure=partial(_configure, lock_wait_s),
        open=False,
    )
    pool.open(wait=False)
    return pool


class RegisterRefusedError(KmapError):
    """The register's own constraints refuse what was to be written; nothing was."""

    code = "register_refused"


@contextmanager
def connected(pool: Pool) -> Iterator[Connection]:
    """Borrow a connection; a database that is away becomes a named error."""
    try:
        with pool.connection() as connection:
            yield connection
    except (PoolTimeout, psycopg.OperationalError) as error:
        raise DatabaseAwayError(AWAY, AWAY_ML) from error
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        message = f"The register refuses this: {error.diag.message_primary}."
        raise RegisterRefusedError(message) from error


def _configure(lock_wait_s: float, connection: Connection) -> None:
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.execute("SET statement_timeout = '20s'")
    connection.execute(f"SET lock_timeout = {int(1000 * lock_wait_s)}")
    connection.execute("SET jit = off")
    set_json_loads(orjson.loads, connection)
