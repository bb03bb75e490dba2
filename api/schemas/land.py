"""The land answer, as promised to clients; see kmap.land for what each part means."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.common import BookName, Open, Words


class Plot(Open):
    """The plot found: areas in m2, ``geometry`` GeoJSON in EPSG:4326."""

    id: str
    tile_id: int
    village: Words
    village_code: str
    survey_no: str
    subdivision: str | None
    drawn_area_m2: float
    geometry: dict[str, Any]
    accuracy_m: float
    invented: bool


class Theme(Open):
    """One theme's answer, with the restrictions that bear on the plot."""

    id: str
    title: Words
    answer: Literal["affected", "not_affected", "no_data", "could_not_check"]
    restrictions: list[dict[str, Any]]


class LandAnswer(Open):
    """Know Your Land: four answers a theme, clearances, zones and what may be built."""

    plot: Plot
    as_of: str
    known_at: str
    book: BookName
    notices: list[Any]
    themes: list[Theme]
    zones: list[dict[str, Any]]
    facts: dict[str, Any]
    sources: dict[str, Any]
    evaluation: dict[str, Any]
    clearances: list[dict[str, Any]]
    clearances_unknown: list[dict[str, Any]]
    clearances_of_use: list[dict[str, Any]]
    may_build: dict[str, Any]
    buildings: list[dict[str, Any]]
    description: Words


class Found(Open):
    """One plot that a search found."""

    id: str
    survey_no: str


class SearchAnswer(Open):
    """What a search found, best first."""

    query: str
    found: list[Found] = Field(max_length=50)


class Comparison(Open):
    """Two land answers: the sides, and every change from the first to the second."""

    use: str
    changes: list[dict[str, Any]]
