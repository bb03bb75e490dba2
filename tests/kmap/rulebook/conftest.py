"""The sample town in a database of its own, and a copy of the book to change."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kmap import settings
from kmap.land.town import ensure_town
from kmap.store.pool import Pool, open_pool
from rules import DEFAULT_BOOK


@pytest.fixture(scope="session")
def town(database_url: str) -> Iterator[Pool]:
    """A pool on a database that holds the sample town."""
    pool = open_pool(database_url)
    ensure_town(pool, settings.load().home, lambda _: None)
    yield pool
    pool.close()


@pytest.fixture
def changed_book(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Return what copies the shipped book and changes a text of one file everywhere."""

    def change(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "book"
        if not folder.exists():
            shutil.copytree(DEFAULT_BOOK, folder)
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, (name, old)
        file.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change
