"""The land register for ``kmap check``: opened for the one drawing, closed again."""

from datetime import date

from gis.model import Survey
from kmap import settings
from kmap.building.drawn import laying
from kmap.building.scrutiny import Lay
from kmap.land.lookup import Land
from kmap.land.place import Placed
from kmap.land.placing import Placer, wanted
from kmap.store.pool import open_pool
from rules import Book


def lay(book: Book, survey: str, near: str, within: str) -> Lay:
    """Return what lays a drawing on the register of this machine. Raises PlaceError."""
    want = wanted(survey=survey, near=near, body=within)

    def laid(read: Survey, as_of: date) -> Placed:
        here = settings.load()
        pool = open_pool(here.url())
        try:
            placer = Placer(pool, Land(pool, book))
            return laying(placer, want)(read, as_of)
        finally:
            pool.close()

    return laid
