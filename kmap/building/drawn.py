"""What a survey says of the plot and the building on it, ready to be laid on the register."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from shapely.errors import GEOSException
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from gis.model import Survey
from gis.overlay import edges_of
from gis.placement import usable
from kmap.building.scrutiny import Lay
from kmap.land.place import Wanted
from kmap.land.placing import Drawn, Placer
from kmap.land.standing import Footprint

ROAD_WITHIN_M = 6.0
"""A drawn road farther from the plot than this is not the one it fronts on."""
BESIDE_M = 1.0
"""An edge so much farther from the road than the nearest point of the plot still faces it."""
YARD_ON_EDGE_M = 0.3
"""A front yard this near an edge lies on it."""


def laying(placer: Placer, want: Wanted | None) -> Lay:
    """Return what lays a survey on the parcel that is wanted, else on the one typed on it."""
    return lambda survey, as_of: placer.place(want, drawn(survey), as_of)


def asked_before(answer: Mapping[str, Any]) -> Wanted | None:
    """Return the parcel that a scrutiny was asked for by name, for its next revision."""
    asked = (answer.get("placement") or {}).get("asked") or {}
    by = asked.get("by")
    return Wanted(by, str(asked["text"])) if by in ("survey", "plot") else None


def drawn(survey: Survey) -> Drawn:
    """Gather plot, front, footprints and the typed number of a drawing."""
    plot, at = _plot(survey)
    typed = {
        m.name: str(m.value).strip()
        for m in reversed(survey.measures)
        if m.typed and m.how == "typed" and m.name in ("survey_no", "village")
    }
    number, village = typed.get("survey_no", ""), typed.get("village", "")
    return Drawn(
        plot=plot,
        fronts=_fronts(survey, plot) if plot is not None else (),
        footprints=tuple(_footprints(survey)),
        typed=f"{village}/{number}"[:200] if number and village else "",
        typed_survey=number[:60],
        at=at,
    )


def _plot(survey: Survey) -> tuple[Polygon | None, tuple[float, float] | None]:
    """Return the plot that was measured, and a point of it."""
    found = [m for m in survey.measures if m.name == "plot_area" and not m.typed]
    seen = found[0].witness if found else None
    if seen is None:
        return None, None
    shapes = (s for s in survey.sketch.get("shapes", ()) if s["id"] == seen.shape)
    shape = _polygon(next(shapes, None))
    return (shape if usable(shape) else None), seen.at


def _polygon(shape: Mapping[str, Any] | None) -> Polygon | None:
    """Return an outline of the sketch, mended where it touches itself; None for none."""
    if shape is None or shape["kind"] != "area" or len(shape["rings"][0]) < 3:
        return None
    try:
        outline = Polygon(shape["rings"][0])
        if not outline.is_valid:
            mended = shapely.make_valid(outline)
            parts = [p for p in getattr(mended, "geoms", [mended]) if isinstance(p, Polygon)]
            outline = parts[0] if len(parts) == 1 else Polygon()
    except (ValueError, GEOSException):
        return None
    return None if outline.is_empty else outline


def _of_role(survey: Survey, role: str) -> Iterator[tuple[Mapping[str, Any], Polygon]]:
    for shape in survey.sketch.get("shapes", ()):
        if shape["role"] == role and (outline := _polygon(shape)) is not None:
            yield shape, outline


def _fronts(survey: Survey, plot: Polygon) -> tuple[LineString, ...]:
    """Return the plot's edges along the drawn road; without a road, along the front yards."""
    edges = edges_of(plot)
    roads = [road for _, road in _of_role(survey, "road") if road.distance(plot) < ROAD_WITHIN_M]
    if roads:
        road = shapely.union_all(roads)
        reach = road.distance(plot) + BESIDE_M
        return tuple(
            e for e in edges if e.interpolate(0.5, normalized=True).distance(road) <= reach
        )
    yards = [s for shape, s in _of_role(survey, "yard") if shape["side"] == "front"]
    yard: BaseGeometry = shapely.union_all(yards).buffer(YARD_ON_EDGE_M)
    return tuple(e for e in edges if e.intersection(yard).length > 0.6 * e.length)


def _footprints(survey: Survey) -> Iterator[Footprint]:
    """Yield the footprints above ground, lowest first.

    Where a block is drawn at several levels, its height is shared among them evenly: that is for
    the picture alone, the rules never see it.
    """
    heights = {b["block"]: b["height_m"] for b in survey.measurements.get("blocks", ())}
    levels: dict[int, set[int]] = defaultdict(set)
    shapes = [
        (int(shape["block"]), int(shape["level"]), outline)
        for shape, outline in _of_role(survey, "footprint")
        if shape["block"] is not None and shape["level"] is not None and shape["level"] >= 0
    ]
    for block, level, _ in shapes:
        levels[block].add(level)
    for block, level, outline in sorted(shapes, key=lambda s: s[:2]):
        order = sorted(levels[block])
        height = heights.get(block)
        step = height / len(order) if height else 0.0
        place = order.index(level)
        yield Footprint(
            block, level, outline, step * place, step * (place + 1) if height else None
        )
