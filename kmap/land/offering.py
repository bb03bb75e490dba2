"""The register offered to other people's maps: collections, their extent, pages of features."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from kmap.land.search import parse_survey
from kmap.store.collections import Asked, Collection, Features, Page, collections
from kmap.store.pool import Pool, Row

KERALA_DEG = (74.0, 8.0, 77.6, 12.9)
"""What a collection covers that has nothing in it yet: Kerala with its sea, degrees."""
Extent = tuple[float, float, float, float]


class Offer:
    """Collections of the register; safe between threads. Extents are kept until the next load."""

    def __init__(self, pool: Pool) -> None:
        self._features = Features(pool)
        self._extents: dict[str, tuple[int, Extent]] = {}
        self._lock = threading.Lock()

    def collections(self) -> Mapping[str, Collection]:
        """Return the collections by id."""
        return collections()

    def pinned(self, known_at: datetime | None) -> datetime:
        """Return the time of the register a walk keeps to: the last load's, or an earlier one."""
        _, loaded_at = self._features.state()
        newest = loaded_at or datetime.now(UTC)
        return min(known_at, newest) if known_at else newest

    def page(self, collection: Collection, asked: Asked) -> Page:
        """Return one page. Raises DatabaseAwayError, also when it takes too long."""
        return self._features.page(collection, asked)

    def one(self, collection: Collection, key: str | int, crs: int) -> Row | None:
        """Return one feature, whether or not it still holds; None if there is none."""
        return self._features.one(collection, key, crs)

    def version(self) -> int:
        """Return the version of the register."""
        return self._features.state()[0]

    def extent(self, collection: Collection) -> Extent:
        """Return west, south, east, north of a collection in degrees."""
        version = self.version()
        with self._lock:  # one asks, the others wait: it reads the whole table
            kept = self._extents.get(collection.id)
            if kept is None or kept[0] != version:
                found = self._features.extent(collection) or KERALA_DEG
                kept = self._extents[collection.id] = (version, found)
            return kept[1]


def folded(name: str, text: str) -> str:
    """Return a filter's value as the register is searched by it. Raises BadSurveyNumberError."""
    return parse_survey(text).key if name == "survey" else text
