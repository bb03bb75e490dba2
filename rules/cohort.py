"""The cohort: reference sites of a book, the standing witness of every change.

``cohort/*.yaml`` of a book: ``common`` facts and ``sites`` with an id, a title and facts of their
own. Data beside the book, no part of its hash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.errors import FactError
from rules.facts import normalise
from rules.law import Book
from rules.loading import read_yaml
from rules.loading.fields import Fields
from rules.loading.yamlfile import Spot
from rules.model import Text


@dataclass(frozen=True, slots=True)
class Site:
    """One reference site: plain facts as ``evaluate`` takes them."""

    id: str
    title: Text
    facts: Mapping[str, Any]


def read_cohort(book: Book) -> tuple[Site, ...]:
    """Read the reference sites of a book; empty when it has none.

    Raises BookError for a site that is malformed, named twice, or states what the book refuses.
    """
    if not book.folder:
        return ()
    sites: dict[str, Site] = {}
    for path in sorted((Path(book.folder) / "cohort").glob("*.yaml")):
        fields = Fields(read_yaml(path, f"cohort/{path.name}"), "cohort")
        common = _plain(fields.take_map("common"))
        spot = fields.spot_of("sites")
        assert spot is not None  # noqa: S101  # spot_of has refused it otherwise
        for one in spot.items():
            site = _site(one, common, book)
            if site.id in sites:
                one.fail(f"cohort: `{site.id}` is there twice")
            sites[site.id] = site
        fields.done()
    return tuple(sites.values())


def _site(spot: Spot, common: Mapping[str, Any], book: Book) -> Site:
    fields = Fields(spot, "site")
    key, title = fields.take("id", str), fields.need_text("title")
    facts = {**common, **_plain(fields.take_map("facts", needed=True))}
    fields.done()
    try:
        normalise(book, facts)
    except FactError as error:
        spot.fail(f"site {key}: {error}")
    return Site(key, title, facts)


def _plain(found: Mapping[str, Spot]) -> dict[str, Any]:
    return {name: one.plain() for name, one in found.items()}
