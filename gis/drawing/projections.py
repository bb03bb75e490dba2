"""What stands out over the yards: shades, balconies, porches; open stairs."""

from shapely import union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.house import House, least
from gis.drawing.outlines import witness
from gis.drawing.site import SIDES, footprint
from gis.drawing.sizes import least_width_m

_STEPS = 14
_FARTHEST_M = 6.0
_LEAST_M2 = 1e-3


def projections(house: House) -> None:
    """Note how far shades stand out over each yard, and open stairs from the boundary."""
    _shades(house)
    if own := house.spans("open_stair"):
        nearest = least(own)
        house.note("open_steps_gap", nearest.length_m, "dimension_least", nearest.witness())
    widths = [(w, o) for o in house.outlines("open_stair") if (w := least_width_m(o.polygon))]
    if widths:
        wide, one = max(widths, key=lambda w: w[0])
        house.note("open_steps_width", wide, "outline_width", witness([one]))


def _shades(house: House) -> None:
    """Note the projection over each drawn yard: how far beyond the wall below a shade reaches."""
    shades = house.outlines("shade")
    if not shades:
        return
    levels = {o.place.level for o in house.outlines("footprint")}
    homes = [footprint(house.parts, house.block, n) for n in levels if n is not None and n >= 0]
    walls = union_all([h for h in homes if h is not None])
    over = [o for o in shades if o.polygon.intersects(walls.buffer(0.05))]
    for one in (o for o in shades if o not in over):
        house.parts.say("projection_elsewhere", one.layer, one.middle)
    if len(over) < len(shades):
        return
    roof = union_all([o.polygon for o in over])
    for side in SIDES:
        yards = [o.polygon for o in house.outlines(side) if (o.place.level or 0) >= 0]
        if yards:
            piece = roof.intersection(union_all(yards)).difference(walls)
            house.note(f"{side}_projection", _reach_m(piece, walls), "projection", witness(over))


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
