"""What many plots share with many restrictions, measured at once with shapely.

The numbers are those of the live overlay (``kmap.store.layers``): the size as drawn, and its
bounds under every shift within the slack (plot shrunk and grown by it). Most plots lie wholly in
or wholly out; only those a boundary crosses need their outline shrunk and grown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.strtree import STRtree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[Any]
SLACK_MARGIN = 1.02
"""Round corners are drawn as chords; this keeps the grown plot outside the true one."""
WHOLE_M2 = 0.01
"""A grown plot covered but for this much is covered: between pieces lie gaps of noise."""


@dataclass(frozen=True)
class Plots:
    """Outlines in metres, with their keys and accuracies."""

    keys: Ints
    shapes: Shapes
    accuracy_m: Floats


@dataclass(frozen=True)
class Pieces:
    """Pieces of restrictions in metres, each with its restriction's key and accuracy."""

    keys: Ints
    shapes: Shapes
    accuracy_m: Floats


@dataclass(frozen=True)
class Pairs:
    """Plots and restrictions that meet, or may within accuracy, by plot, restriction, dimension.

    Sizes are square metres or, for lines, metres; NaN where the grown plot lies wholly inside.
    """

    plots: Ints
    restrictions: Ints
    dimension: Ints
    slack_m: Floats
    size: Floats
    least: Floats
    most: Floats
    distance_m: Floats

    def __len__(self) -> int:
        return len(self.plots)


def pairs(plots: Plots, pieces: Pieces, keep: Callable[[Ints, Ints], Any] | None = None) -> Pairs:
    """Measure every pair; ``keep(plot numbers, piece numbers)`` may leave some out.

    Raises shapely.errors.GEOSException for a shape that cannot be overlaid.
    """
    p, k = _near(plots, pieces)
    if keep is not None:
        kept = keep(p, k)
        p, k = p[kept], k[kept]
    slack = plots.accuracy_m[p] + pieces.accuracy_m[k]
    inside = _surely_inside(plots.shapes[p], pieces.shapes[k], slack)
    met = inside.copy()
    rest = np.flatnonzero(~inside)
    reach = slack[rest] * SLACK_MARGIN
    met[rest] = _within(pieces.shapes[k[rest]], plots.shapes[p[rest]], reach)
    p, k, slack, inside = p[met], k[met], slack[met], inside[met]
    return _joined(plots, pieces, p, k, _measured(plots, pieces, p, k, slack, inside))


def _within(pieces: Shapes, plots: Shapes, reach_m: Any) -> NDArray[np.bool_]:
    """Say which come within reach of each other; the stubs know no array of distances."""
    near: NDArray[np.bool_] = shapely.dwithin(pieces, plots, reach_m)
    return near


def _near(plots: Plots, pieces: Pieces) -> tuple[Ints, Ints]:
    """Return the numbers of plots and pieces whose boxes come within the slack."""
    if not len(plots.keys) or not len(pieces.keys):
        none = np.empty(0, dtype=np.int64)
        return none, none
    most = SLACK_MARGIN * (plots.accuracy_m + pieces.accuracy_m.max())
    found = STRtree(pieces.shapes).query(_boxes(plots.shapes, most))
    shapely.prepare(pieces.shapes)
    p, k = found[0].astype(np.int64), found[1].astype(np.int64)
    order = np.lexsort((p, k))  # one prepared piece after the other
    return p[order], k[order]


def _boxes(shapes: Shapes, by_m: Floats) -> Shapes:
    west, south, east, north = shapely.bounds(shapes).T
    boxes: Shapes = shapely.box(west - by_m, south - by_m, east + by_m, north + by_m)
    return boxes


def _surely_inside(plots: Shapes, pieces: Shapes, slack: Floats) -> NDArray[np.bool_]:
    """Say which plots lie inside with the whole box of their grown outline: no buffer needed."""
    areas = shapely.get_dimensions(pieces) == 2
    inside = np.zeros(len(plots), dtype=bool)
    boxes = _boxes(plots[areas], slack[areas] * SLACK_MARGIN)
    inside[areas] = shapely.covers(pieces[areas], boxes)
    return inside


def _measured(
    plots: Plots, pieces: Pieces, p: Ints, k: Ints, slack: Floats, inside: NDArray[np.bool_]
) -> dict[str, Any]:
    """Return slack, size, least, most, distance and grown area of each plot and piece."""
    dimension = shapely.get_dimensions(pieces.shapes[k]).astype(np.int64)
    area = shapely.area(plots.shapes)[p]
    size, least, most = area.copy(), area.copy(), area.copy()
    distance, grown_area = np.zeros(len(p)), area.copy()
    edge = np.flatnonzero(~inside)
    shrunk, grown = _offsets(plots.shapes, p[edge], slack[edge])
    grown_area[edge] = shapely.area(grown)
    most[edge] = grown_area[edge]
    within = (dimension[edge] == 2) & shapely.covers(pieces.shapes[k[edge]], grown)
    edge, shrunk, grown = edge[~within], shrunk[~within], grown[~within]
    piece, plot, kind = pieces.shapes[k[edge]], plots.shapes[p[edge]], dimension[edge]
    size[edge] = _shared(piece, plot, kind)
    least[edge] = _shared(piece, shrunk, kind)
    most[edge] = _shared(piece, grown, kind)
    distance[edge] = shapely.distance(piece, plot)
    return {
        "dimension": dimension,
        "slack": slack,
        "area": area,
        "size": size,
        "least": least,
        "most": most,
        "distance": distance,
        "grown_area": grown_area,
    }


def _offsets(shapes: Shapes, p: Ints, slack: Floats) -> tuple[Shapes, Shapes]:
    """Return plots shrunk and grown by the slack, each made once for all pieces it meets."""
    made, back = np.unique(np.column_stack((p, slack)), axis=0, return_inverse=True)
    plot, by_m = shapes[made[:, 0].astype(np.int64)], made[:, 1] * SLACK_MARGIN
    shrunk = shapely.buffer(plot, -by_m, quad_segs=4)
    grown = shapely.buffer(plot, by_m, quad_segs=4)
    back = back.reshape(-1)
    return shrunk[back], grown[back]


def _shared(pieces: Shapes, plots: Shapes, dimension: Ints) -> Floats:
    """Return shared areas, for lines shared lengths, and 0 for points."""
    out = np.zeros(len(pieces))
    wide = dimension > 0
    shared = shapely.intersection(pieces[wide], plots[wide])
    sizes = np.where(dimension[wide] == 2, shapely.area(shared), shapely.length(shared))
    out[wide] = sizes
    return out


def _joined(plots: Plots, pieces: Pieces, p: Ints, k: Ints, told: dict[str, Any]) -> Pairs:
    """Add up the pieces of each restriction at each plot."""
    plot, restriction, dimension = plots.keys[p], pieces.keys[k], told["dimension"]
    order = np.lexsort((k, dimension, restriction, plot))
    plot, restriction, dimension = plot[order], restriction[order], dimension[order]
    told = {name: values[order] for name, values in told.items()}
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(plot) != 0) | (np.diff(restriction) != 0) | (np.diff(dimension) != 0)
    start = np.flatnonzero(new)
    if not len(start):
        told = {name: values[:0] for name, values in told.items()}
        return Pairs(plot, restriction, dimension, *[told["slack"]] * 5)
    slack = np.maximum.reduceat(told["slack"], start)
    size, least, most = (np.add.reduceat(told[name], start) for name in ("size", "least", "most"))
    distance = np.minimum.reduceat(told["distance"], start)
    grown = np.maximum.reduceat(told["grown_area"], start)
    area = told["area"][start]
    wide = dimension[start] == 2
    whole = wide & (most > grown - WHOLE_M2)
    least = np.where(whole, area, least)
    most = np.where(wide, np.minimum(most, area), most)
    plain = whole & (np.abs(size - area) < WHOLE_M2 / 100) & (distance == 0.0)
    blank = np.where(plain, np.nan, 0.0)
    return Pairs(
        plot[start],
        restriction[start],
        dimension[start],
        slack,
        size + blank,
        least + blank,
        most + blank,
        distance + blank,
    )
