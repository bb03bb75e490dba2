"""The composition root: settings in, ready parts out. Every door asks these and nothing else."""

import os
from dataclasses import dataclass
from functools import partial

from gis.drawing.sandbox import Limits
from gis.drawing.sandbox import Pool as Readers
from kmap.building.desk import Desk, Places
from kmap.building.record import BuildingRecords
from kmap.building.scrutiny import scrutinise
from kmap.land.heights import Heights
from kmap.land.lookup import Land
from kmap.land.outline import Outlines
from kmap.land.placing import Placer
from kmap.land.watching import Watching
from kmap.papers.issue import Issuer
from kmap.papers.keys import Ring
from kmap.settings import Settings
from kmap.store import health
from kmap.store.buildings import Buildings
from kmap.store.extracts import Extracts
from kmap.store.lookups import Lookups
from kmap.store.pool import Pool, open_pool
from kmap.store.scrutinies import Scrutinies
from kmap.store.tiles import Tiles
from kmap.store.watches import Watches
from rules import DEFAULT_BOOK, Book, load_book, shipped_book

WAIT_S = 4.0
"""Longest wait for a free connection, in seconds; then the answer is 503."""
LOCK_WAIT_S = 1.5
"""Longest wait for a table someone else holds; a theme that waits longer could not be checked."""


@dataclass(frozen=True)
class Services:
    """What the doors may ask. Made by :func:`build_services`, ended by :meth:`close`."""

    settings: Settings
    book: Book
    pool: Pool
    land: Land
    lookups: Lookups
    outlines: Outlines
    tiles: Tiles
    scrutinies: Desk
    readers: Readers
    buildings: BuildingRecords
    paper_places: Places
    issuer: Issuer
    watching: Watching
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
    pool = open_pool(settings.url(), timeout_s=WAIT_S, lock_wait_s=LOCK_WAIT_S)
    store = Scrutinies(pool)
    land = Land(pool, book)
    at_once = settings.drawings_at_once or os.cpu_count() or 1
    readers = Readers(at_once, _limits(settings))
    return Services(
        settings=settings,
        book=book,
        pool=pool,
        land=land,
        lookups=Lookups(settings.url()),
        outlines=Outlines(pool, book, land, Heights()),
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
        issuer=issuer_of(settings, pool, land),
        watching=watching_of(settings, pool, land, book),
        newest_migration=health.newest(),
    )


def ring_of(settings: Settings) -> Ring:
    """Return the keys of these settings."""
    return Ring(settings.home / "keys", settings.signing_key.get_secret_value())


def issuer_of(settings: Settings, pool: Pool, land: Land) -> Issuer:
    """Return what issues extracts."""
    return Issuer(land, Extracts(pool), ring_of(settings), settings.base_url)


def watching_of(settings: Settings, pool: Pool, land: Land, book: Book) -> Watching:
    """Return what watches plots."""
    return Watching(land, Watches(pool), book.hash, settings.watches_most)


def _limits(settings: Settings) -> Limits:
    return Limits(
        settings.drawing_memory_mb * 1_048_576, settings.drawing_cpu_s, settings.drawing_wall_s
    )
