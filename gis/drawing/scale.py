"""What a drawing holds that tells its unit: plot, bays, typed area, height of a storey."""

import math
from collections.abc import Sequence

from gis.drawing.dialect import Dialect, Place
from gis.drawing.frame import Clues
from gis.drawing.keys import floors_in, pairs
from gis.drawing.pieces import is_open, join
from gis.model import Entity

Placed = Sequence[tuple[Entity, Place]]


def clues(placed: Placed, typed_m2: float | None, dialect: Dialect) -> Clues:
    """Return the clues to the unit of a drawing, in drawing units."""
    plots = _whole([e for e, p in placed if p.kind.role == "plot"])
    bays = [e for e, p in placed if p.kind.role == "bay"]
    return Clues(plots, typed_m2, bays, _storey(placed, dialect))


def _whole(drawn: Sequence[Entity]) -> list[Entity]:
    """Return the plot's outlines; pieces are joined over gaps that are small for its size."""
    whole = [e for e in drawn if not is_open(e, 0.0)]
    whole += [loop[0] for e in drawn for loop in e.loops if len(loop) == 1]
    pieces = [e for e in drawn if is_open(e, 0.0)]
    reach = max(
        (
            abs(v - w)
            for e in pieces
            for p in e.points
            for v, w in zip(p, pieces[0].points[0], strict=True)
        ),
        default=0.0,
    )
    if reach > 0:
        whole += [j.entity for j in join(pieces, (1e-4 * reach, 1e-3 * reach)).rings]
    return [*whole, *pieces]


def _storey(placed: Placed, dialect: Dialect) -> float | None:
    """Return the height of the tallest building over the number of its storeys."""
    heights = [
        math.dist(*e.points)
        for e, p in placed
        if p.kind.role == "height" and e.kind == "dimension" and len(e.points) == 2
    ]
    floors = {p.floor for _, p in placed if p.kind.role == "built_up" and p.floor is not None}
    if not heights or not floors:
        return None
    for entity, _ in placed:
        for key, value, _ in pairs(entity.text) if entity.kind == "text" else ():
            if key in dialect.typical_keys:
                floors |= set(floors_in(value))
    return max(heights) / max(1, *(f + 1 for f in floors))
