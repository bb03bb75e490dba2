"""Shades over yards that are not drawn (those over drawn yards: projections.py)."""

from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.drawing.outlines import Outline
from gis.drawing.parts import Parts
from gis.model import Measure, Witness
from gis.rings import outer_segments, shortest
from gis.yards import Clearance

_AHEAD_COS, _STRAIGHT_COS, _LEAST_SEGMENT_M = 0.7, 0.99, 0.02
_MOST_LINES = 2000
_JOINED_M = 0.05


def projections(
    parts: Parts, block: int, home: BaseGeometry, sides: Mapping[str, Clearance]
) -> None:
    """Note how far the shades of a block project beyond its outline on each side.

    Between corners: at a corner the shade of two walls reaches farther than either projects.
    """
    drawn = {o.place.kind.role for side in sides for o in parts.outlines(side) if _of(o, block)}
    sides = {side: clear for side, clear in sides.items() if side not in drawn}
    shades = [o for o in parts.outlines("shade") if o.place.block == block]
    elsewhere = [s for s in shades if s.polygon.distance(home) > _JOINED_M]
    for one in elsewhere:
        parts.say("projection_elsewhere", one.layer, one.middle)
    if elsewhere or not shades or not sides:
        return
    segments = np.vstack([outer_segments(s.polygon)[:_MOST_LINES] for s in shades])
    middles = np.array(shapely.points((segments[:, :2] + segments[:, 2:]) / 2), dtype=object)
    along = segments[:, 2:] - segments[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    normals = np.column_stack([along[:, 1], -along[:, 0]]) / np.maximum(length, 1e-9)[:, None]
    feet = shapely.get_coordinates(shapely.shortest_line(home, middles)).reshape(-1, 2, 2)
    out = feet[:, 1] - feet[:, 0]
    apart = np.hypot(out[:, 0], out[:, 1])
    straight = (out * normals).sum(axis=1) > _STRAIGHT_COS * apart
    for side, clear in sides.items():
        ahead = (normals @ np.array(clear.facing) > _AHEAD_COS) & (length > _LEAST_SEGMENT_M)
        beyond = np.where(ahead & straight, apart, 0.0)
        most = int(beyond.argmax())
        ends = shortest(home, middles[most])
        first = shades[0]
        seen = Witness(first.layer, tuple(s.id for s in shades), first.id, ends[1], ends)
        parts.measures.append(
            Measure(
                f"{side}_projection", float(beyond[most]), "beyond_wall", witness=seen, block=block
            )
        )


def _of(yard: Outline, block: int) -> bool:
    return yard.place.block == block and (yard.place.level or 0) >= 0
