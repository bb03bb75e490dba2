"""All that was found of a plot, before it becomes an answer."""

from dataclasses import dataclass
from datetime import date

from gis.overlay import Edges
from gis.terrain import Slope
from kmap.land.themes import ThemeAnswer
from kmap.store.layers import Near
from kmap.store.parcels import Parcel
from kmap.store.register import Register


@dataclass(frozen=True)
class Found:
    """All that was found of a plot on a day."""

    parcel: Parcel
    register: Register
    themes: dict[str, ThemeAnswer]
    nearest: list[Near]
    slope: Slope | None
    edges: Edges | None
    as_of: date
