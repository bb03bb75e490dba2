"""What stands out over the yards: shades and cornices; open stairs."""

import itertools
from collections.abc import Mapping

from shapely import Polygon, union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.house import House, least
from gis.drawing.outlines import witness
from gis.drawing.parts import Parts
from gis.drawing.site import home
from gis.drawing.sizes import least_width_m
from gis.model import Measure
from gis.yards import Clearance

_STEPS = 14
_FARTHEST_M = 6.0
_LEAST_M2 = 1e-3
_JOINED_M = 0.05


def shades(parts: Parts, block: int, sides: Mapping[str, Clearance]) -> None:
    """Note how far the shades of a block reach beyond its walls on each side that was measured.

    In front of the walls of a side: at a corner the shade of two walls reaches farther.
    """
    own = [o for o in parts.outlines("shade") if o.place.block == block]
    walls = home(parts, block)
    if not own or walls is None:
        return
    elsewhere = [o for o in own if o.polygon.distance(walls) > _JOINED_M]
    for one in elsewhere:
        parts.say("projection_elsewhere", one.layer, one.middle)
    if elsewhere:
        return
    beyond = union_all([o.polygon for o in own]).difference(walls)
    seen = witness(own)
    for side, clear in sides.items():
        reach = _reach_m(beyond.intersection(_before(walls, clear.facing)), walls)
        parts.measures.append(
            Measure(f"{side}_projection", reach, "projection", witness=seen, block=block)
        )


def _before(walls: BaseGeometry, facing: tuple[float, float]) -> BaseGeometry:
    """Return the ground that a building would pass over when pushed towards one side."""
    dx, dy = facing[0] * _FARTHEST_M, facing[1] * _FARTHEST_M
    swept = [
        Polygon([a, b, (b[0] + dx, b[1] + dy), (a[0] + dx, a[1] + dy)])
        for part in getattr(walls, "geoms", [walls])
        for a, b in itertools.pairwise(part.exterior.coords)
    ]
    return union_all([one for one in swept if one.is_valid])


def _reach_m(piece: BaseGeometry, walls: BaseGeometry) -> float:
    """Return how far a shade reaches beyond walls, square to them, to a millimetre."""
    if piece.area < _LEAST_M2:
        return 0.0
    low, high = 0.0, _FARTHEST_M
    for _ in range(_STEPS):
        middle = (low + high) / 2
        grown = walls.buffer(middle, join_style="mitre", mitre_limit=2)
        if piece.difference(grown).area < _LEAST_M2:
            high = middle
        else:
            low = middle
    return high


def open_steps(house: House) -> None:
    """Note how far open stairs keep from the boundary, and how wide they are."""
    if own := house.spans("open_stair"):
        nearest = least(own)
        house.note("open_steps_gap", nearest.length_m, "dimension_least", nearest.witness())
    widths = [(w, o) for o in house.outlines("open_stair") if (w := least_width_m(o.polygon))]
    if widths:
        wide, one = max(widths, key=lambda w: w[0])
        house.note("open_steps_width", wide, "outline_width", witness([one]))
