"""What every test may ask for: the shared folder, a fresh database, the sample town."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from psycopg import sql

from kmap import settings
from kmap.land.town import ensure_town
from kmap.store import cluster, migrate
from kmap.store.pool import open_pool

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def on_parcels() -> ModuleType:
    """The maker of drawings on parcels of the register: ``tests/parcels.py``."""
    spec = importlib.util.spec_from_file_location("parcels", ROOT / "tests" / "parcels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real plans and layers; never committed."""
    folder = Path(os.environ.get("KMAP_SHARED") or ROOT.parent / "shared").resolve()
    if (folder / "plans").is_dir():
        return folder
    reason = f"No shared folder at {folder}: set KMAP_SHARED to the folder with plans/ and data/."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server() -> str:
    """The address of a PostGIS server on which tests may make databases of their own."""
    here = settings.load()
    return here.database_url or cluster.ensure(here.home).url


@pytest.fixture(scope="session")
def database_url(server: str) -> Iterator[str]:
    """A fresh, migrated database for this run; dropped afterwards."""
    with scratch_database(server, "test") as url:
        migrate.upgrade(url)
        yield url


@pytest.fixture(scope="session")
def town(server: str) -> Iterator[str]:
    """The address of a database of its own that holds the sample town; dropped afterwards."""
    with scratch_database(server, "town") as url:
        migrate.upgrade(url)
        pool = open_pool(url)
        ensure_town(pool, settings.load().home, lambda _: None)
        pool.close()
        yield url


def scratch_database(server: str, name: str) -> "ScratchDatabase":
    """Return a context manager that makes a database and drops it."""
    return ScratchDatabase(server, f"kmap_{name}_{os.getpid()}")


class ScratchDatabase:
    """A database that lives as long as its ``with`` block."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name

    def __enter__(self) -> str:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._do("CREATE DATABASE {}")
        url = self.server.rsplit("/", 1)[0] + "/" + self.name
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        return url

    def __exit__(self, *_: object) -> None:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(self.name)))
