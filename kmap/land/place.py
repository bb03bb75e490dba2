"""Which parcel a drawing is for, and what came of laying it there: plain data, asked of nobody."""

from dataclasses import dataclass
from typing import Any, Literal

from gis.model import Complaint
from kmap.facts.registered import MapFact

Json = dict[str, Any]
By = Literal["survey", "plot", "near", "body", "typed"]
NOT_ASKED: Json = {
    "outcome": "not_asked",
    "says": {
        "en": "No plot was named, so nothing of the land register is in this scrutiny.",
        "ml": "പ്ലോട്ട് പറഞ്ഞിട്ടില്ല; അതിനാൽ ഭൂരേഖയിലെ വിവരങ്ങൾ ഈ പരിശോധനയിലില്ല.",
    },
}
"""The placement of a drawing for which no plot was named."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which parcel a drawing is for, and who says so; ``point`` in EPSG:32643."""

    by: By
    text: str
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Placed:
    """What came of it: the placement as JSON, the register's facts, what had to be said."""

    answer: Json
    facts: tuple[MapFact, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    notices: tuple[Json, ...] = ()
