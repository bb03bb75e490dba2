"""Designs and their measures: what the grid varies, and what stops it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FLOOR_FACTS = ("total_floor_area_m2", "built_up_area_m2")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One measure of a design: the facts that say it, its step, and how far to look.

    ``least``: the law asks for at least so much (yards, parking), so it is followed down to none;
    otherwise up to ``reach``. ``ample`` is taken when nothing was said: enough for any clause.
    """

    id: str
    facts: tuple[str, ...]
    digits: int
    reach: float
    least: bool = False
    ample: float | None = None


def _ample(name: str, facts: tuple[str, ...], digits: int, amount: float) -> Dimension:
    return Dimension(name, facts, digits, amount, least=True, ample=amount)


SIZES = (
    Dimension("height", ("height_m",), 3, 120.0),
    Dimension("storeys", ("storeys",), 0, 40.0),
    Dimension("floor_area", FLOOR_FACTS, 2, 100_000.0),
    Dimension("ground", ("covered_area_m2",), 2, 100_000.0),
)
AMOUNTS = (
    _ample("front_yard", ("front_yard_min_m", "front_yard_avg_m"), 3, 40.0),
    _ample("rear_yard", ("rear_yard_min_m", "rear_yard_avg_m"), 3, 40.0),
    _ample("side1_yard", ("side1_yard_min_m", "side1_yard_avg_m"), 3, 40.0),
    _ample("side2_yard", ("side2_yard_min_m", "side2_yard_avg_m"), 3, 40.0),
    _ample("road_distance", ("road_distance_m",), 3, 40.0),
    _ample("parking", ("parking_cars",), 0, 1024.0),
    _ample("accessible_parking", ("parking_accessible",), 0, 128.0),
    _ample("two_wheeler_parking", ("parking_two_wheeler_m2",), 2, 4096.0),
    _ample("rain_tank", ("rain_tank_l",), 0, 1_000_000.0),
    _ample("solar", ("pv_kw",), 3, 1000.0),
    _ample("trees", ("trees",), 0, 1000.0),
    _ample("lifts", ("lifts",), 0, 64.0),
    _ample("stairs", ("stairs",), 0, 64.0),
    _ample("fire_stairs", ("fire_stairs",), 0, 64.0),
    _ample("stair_width", ("stair_width_m",), 3, 10.0),
    _ample("stair_tread", ("stair_tread_m",), 3, 1.0),
    Dimension("stair_riser", ("stair_riser_m",), 3, 1.0, ample=0.1),
    Dimension("travel_distance", ("travel_distance_m",), 3, 200.0, ample=1.0),
)
ASSUMED: Mapping[str, Any] = {"basements": 0}


@dataclass(frozen=True, slots=True)
class Design:
    """A design: its size, and the clauses that forbid (or leave open) a larger ground floor."""

    storeys: int
    height_m: float
    covered_area_m2: float
    floor_area_m2: float
    stops: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Give the design as facts."""
        return {
            "storeys": self.storeys,
            "height_m": self.height_m,
            "covered_area_m2": self.covered_area_m2,
            **dict.fromkeys(FLOOR_FACTS, self.floor_area_m2),
        }


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a clause ends a dimension: the last value that is allowed, and what comes after."""

    clause: str
    value: float
    beyond: str  # fail | unknown


@dataclass(frozen=True, slots=True)
class LimitOf:
    """A dimension at the best design: its value there, and the clauses that stop it, in order."""

    dimension: Dimension
    at_best: float
    assumed: bool  # nobody said it: an ample amount was taken
    stops: tuple[Stop, ...]
