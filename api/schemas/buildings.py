"""My Building, first form."""

from typing import Any

from api.schemas.common import BookName, Closed, Notice, Words


class Floor(Closed):
    """One floor's area in one use: m2 and m."""

    floor: int
    occupancy: str
    area_m2: float
    height_m: float | None
    units: int


class SentScrutiny(Closed):
    """What everybody may know of a scrutiny sent for the building."""

    made_on: str
    as_of: str
    verdict: str
    revision: int
    book: BookName


class BuildingPlot(Closed):
    """The plot the building stands on."""

    id: str
    village: Words
    survey_no: str
    subdivision: str | None
    drawn_area_m2: float


class Building(Closed):
    """The record of one building; what the register does not hold is null."""

    id: str
    tile_id: int
    as_of: str
    name: Words
    occupancy: str
    storeys: int | None
    height_m: float | None
    roof: str | None
    completed: str | None
    age_years: int | None
    permit: dict[str, str | None]
    certificate: str | None
    footprint_m2: float | None
    floor_area_m2: float | None
    by_occupancy: dict[str, float]
    floors: list[Floor]
    plot_id: str | None
    plot: BuildingPlot | None
    local_body: dict[str, Any] | None
    ward_code: str | None
    outline: dict[str, Any] | None
    scrutinies: list[SentScrutiny]
    source: dict[str, Any] | None
    invented: bool
    notices: list[Notice | dict[str, Any]]
