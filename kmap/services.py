"""The composition root: settings in, ready parts out. Every door asks these and nothing else."""

import os
from dataclasses import dataclass
from functools import partial

from gis.drawing.sandbox import Limits
from gis.drawing.sandbox import Pool as Readers
from kmap.building.desk import Desk, Places
from kmap.building.record import BuildingRecords
from kmap.building.scrutiny import scrutinise
from kmap.land.lookup import Land
from kmap.land.placing import Placer
from kmap.settings import Settings
from kmap.store import health
from kmap.store.buildings import Buildings
from kmap.store.pool import Pool, open_pool
from kmap.store.scrutinies import Scrutinies
from kmap.store.tiles import Tiles
from rules import DEFAULT_BOOK, Book, load_book, shipped_book

WAIT_S = 4.0
"""Longest wait for a free connection, in seconds; then the answer is 503."""


@dataclass(frozen=True)
class Services:
    """What the doors may ask. Made by :func:`build_services`, ended by :meth:`close`."""

    settings: Settings
    book: Book
    pool: Pool
    land: Land
    tiles: Tiles
    scrutinies: Desk
    readers: Readers
    buildings: BuildingRecords
    paper_places: Places
    newest_migration: str

    def database(self) -> health.DatabaseState:
        """Look whether the database is there, and at which migration, now."""
        return health.look(self.pool, self.newest_migration)

    def close(self) -> None:
        """Give the connections back, end the readers; the services are of no use afterwards."""
        self.readers.close()
        self.tiles.close()
        self.pool.close()


def book_of(settings: Settings) -> Book:
    """Return the rule book of these settings. Raises rules.BookError."""
    shipped = settings.book.resolve() == DEFAULT_BOOK
    return shipped_book() if shipped else load_book(settings.book)


def build_services(settings: Settings) -> Services:
    """Make the services of these settings.

    Raises rules.BookError for a book that cannot be used, and DatabaseAwayError.
    """
    book = book_of(settings)
    pool = open_pool(settings.url(), timeout_s=WAIT_S)
    store = Scrutinies(pool)
    land = Land(pool, book)
    at_once = settings.drawings_at_once or os.cpu_count() or 1
    readers = Readers(at_once, _limits(settings))
    return Services(
        settings=settings,
        book=book,
        pool=pool,
        land=land,
        tiles=Tiles(pool),
        scrutinies=Desk(
            book,
            store,
            partial(scrutinise, read=readers.read),
            Places(at_once, settings.drawings_waiting),
            Placer(pool, land),
        ),
        readers=readers,
        buildings=BuildingRecords(Buildings(pool), store),
        paper_places=Places(at_once=2, waiting=8),
        newest_migration=health.newest(),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        settings.drawing_memory_mb * 1_048_576, settings.drawing_cpu_s, settings.drawing_wall_s
    )
