"""The one translation: what a drawing measures and a person says -> facts of the vocabulary.

Each fact has one value and a source; everything else said about it stays beside it as a claim.
The order of trust is the vocabulary's ``supplied_by``. What a person gives as site facts takes the
best place that is not a measurement, behind the land register where the drawing was laid on it; a
text typed on a drawing never supplies a fact of the map.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gis.drawing.complaints import as_json
from gis.drawing.dialect import Dialect
from gis.model import Survey
from kmap.facts.candidates import (
    Desk,
    add_floor_area,
    from_answers,
    from_measures,
    from_site,
    from_units,
    from_uses,
)
from kmap.facts.choosing import choose
from kmap.facts.layout import layout, sources
from kmap.facts.registered import MapFact, from_land
from kmap.facts.weighing import say_typed_map, weigh_access, weigh_area
from rules import Book, normalise


@dataclass(frozen=True, slots=True)
class Translation:
    """Facts with their sources, the claims beside them, and what had to be said."""

    facts: dict[str, Any]
    sources: dict[str, Any]
    claims: dict[str, list[dict[str, Any]]]
    complaints: tuple[dict[str, Any], ...]


def translate(
    survey: Survey,
    site: Mapping[str, Any],
    dialect: Dialect,
    book: Book,
    land: Iterable[MapFact] = (),
) -> Translation:
    """Return the facts of a drawing together with what a person says about the site.

    ``land``: what the register says of the parcel the drawing was laid on.

    Raises:
        FactError: the site facts are not facts of the vocabulary.

    """
    site = normalise(book, site)
    desk = Desk(survey, dialect, book)
    from_measures(desk)
    from_site(desk, site)
    from_land(desk, land)
    from_uses(desk)
    from_units(desk)
    from_answers(desk)
    add_floor_area(desk)
    weigh_area(desk)
    weigh_access(desk)
    say_typed_map(desk)
    chosen, claims = choose(desk)
    return Translation(
        facts=normalise(book, layout(desk, chosen)),
        sources=sources(chosen),
        claims={name: [c.claim_json() for c in group] for name, group in claims.items()},
        complaints=tuple(as_json(c) for c in desk.complaints),
    )
