"""The sample town in a database of its own, and the land service over it."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kmap import settings
from kmap.land.lookup import Land
from kmap.land.town import ensure_town, fingerprint, made
from kmap.store.pool import Pool, open_pool
from rules import Book, shipped_book


@pytest.fixture(scope="session")
def book() -> Book:
    return shipped_book()


@pytest.fixture(scope="session")
def town_folder() -> Path:
    return made(settings.load().home, fingerprint(), lambda _: None)


@pytest.fixture(scope="session")
def town(database_url: str) -> Iterator[Pool]:
    """A pool on a database that holds the sample town."""
    pool = open_pool(database_url)
    ensure_town(pool, settings.load().home, lambda _: None)
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def land(town: Pool, book: Book) -> Land:
    return Land(town, book)


@pytest.fixture(scope="session")
def tool() -> Callable[[str], ModuleType]:
    """Imports a module of ``tools/`` by name."""
    folder = Path(__file__).resolve().parents[3] / "tools"
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return importlib.import_module
