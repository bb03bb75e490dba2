"""What the land register says of the parcel a drawing was laid on, as candidates for facts."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from kmap.facts.candidates import Candidate, Desk


class MapFact(Protocol):
    """A fact of the land register: :class:`kmap.land.standing.LandFact`."""

    @property
    def name(self) -> str:
        """A name of the vocabulary."""

    @property
    def value(self) -> Any:
        """Its value."""

    @property
    def how(self) -> Mapping[str, str]:
        """How the register knows it, in both languages."""

    @property
    def source(self) -> Mapping[str, Any]:
        """Name, date and load of the layer."""


def from_land(desk: Desk, land: Iterable[MapFact]) -> None:
    """Take over what the land register says of the parcel the drawing was laid on."""
    for fact in land:
        desk.add(Candidate(fact.name, fact.value, "map", fact.how, source=fact.source))
