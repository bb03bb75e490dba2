"""Which street each of many plots faces: ``gis.overlay.facing`` for a whole register at once."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.overlay import FACING_TOLERANCE_M, LEAST_FRONTAGE_M, SHORTEST_EDGE_M

Shapes = NDArray[np.object_]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Streets:
    """Streets of known width: centrelines (metres), widths in metres."""

    lines: Shapes
    width_m: Numbers


def streets_faced(plots: Shapes, streets: Streets, reach_m: float) -> Places:
    """Return for each plot the place of the widest street it faces; -1 where it faces none.

    As ``facing``: an edge faces the street whose border its middle lies nearest, within a metre;
    streets whose centreline is more than ``reach_m`` from the plot are not looked at.
    """
    faced = np.full(len(plots), -1, np.int64)
    if len(streets.lines) == 0 or len(plots) == 0:
        return faced
    owner, middles, lengths = _edges(plots)
    farthest = float(streets.width_m.max()) / 2 + FACING_TOLERANCE_M
    tree = shapely.STRtree(streets.lines)
    edge, street = tree.query(middles, predicate="dwithin", distance=farthest)
    gap = shapely.distance(middles[edge], streets.lines[street]) - streets.width_m[street] / 2
    near = gap <= FACING_TOLERANCE_M
    edge, street, gap = edge[near], street[near], gap[near]
    within = shapely.dwithin(plots[owner[edge]], streets.lines[street], reach_m)
    edge, street, gap = edge[within], street[within], gap[within]
    order = np.lexsort((street, gap, edge))
    edge, street = edge[order], street[order]
    first = np.append(True, edge[1:] != edge[:-1]) if len(edge) else np.zeros(0, bool)
    edge, street = edge[first], street[first]
    key = owner[edge] * len(streets.lines) + street
    pairs, place = np.unique(key, return_inverse=True)
    frontage = np.bincount(place, weights=lengths[edge], minlength=len(pairs))
    fronting = frontage >= LEAST_FRONTAGE_M
    plot, on = np.divmod(pairs[fronting], len(streets.lines))
    best = np.lexsort((frontage[fronting], streets.width_m[on], plot))
    faced[plot[best]] = on[best]  # the last of each plot: the widest, with the longest frontage
    return faced


def _edges(plots: Shapes) -> tuple[Places, Shapes, Numbers]:
    """Return plot, middle and length of every straight edge, tiny kinks smoothed away."""
    smooth = shapely.simplify(plots, 0.25)
    whole = shapely.get_type_id(smooth) == shapely.GeometryType.POLYGON
    rings = shapely.get_exterior_ring(np.where(whole, smooth, plots))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, owner = points[:-1][same], points[1:][same], ring[:-1][same]
    lengths = np.hypot(*(end - start).T)
    long = lengths >= SHORTEST_EDGE_M
    middles = shapely.points((start[long] + end[long]) / 2)
    return owner[long].astype(np.int64), middles, lengths[long]
