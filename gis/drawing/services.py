"""What serves a building: wells, pits, bays, tanks, power lines, and what the applicant typed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shapely import Polygon, STRtree
from shapely.ops import nearest_points

from gis.drawing.keys import Typed
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts
from gis.model import Measure, Witness

_NEAR_M = 60.0
_MOST_PAIRS = 2000
"""Pairs of bays near each other that are looked at."""


def water(parts: Parts, ground: Outline | None) -> dict[str, Any]:
    """Measure wells and pits against each other and the plot's edge; note and return them."""
    wells, pits = (_near_plot(parts, role, ground) for role in ("well", "pit"))
    true: dict[str, tuple[float, Witness]] = {}
    if wells and pits:
        true["well_to_pit"] = min(
            (_between(w, p) for w in wells for p in pits), key=lambda t: t[0]
        )
    for name, things in (("well_to_boundary", wells), ("pit_to_boundary", pits)):
        inside = [t for t in things if ground is not None and t.polygon.intersects(ground.polygon)]
        if inside and ground is not None:
            true[name] = min((_to_edge(t, ground) for t in inside), key=lambda t: t[0])
    for name, (value, seen) in true.items():
        parts.measures.append(Measure(name, value, "between_outlines", witness=seen))
    _well_dimensions(parts, true)
    out: dict[str, Any] = {"wells": len(wells), "waste_pits": len(pits)}
    out |= {f"{name}_m": round(value, 6) for name, (value, _) in true.items()}
    return out


def _well_dimensions(parts: Parts, true: Mapping[str, tuple[float, Witness]]) -> None:
    """Note the dimensions on DIST_WELL: the fact where nothing is drawn, else a claim."""
    shortest: dict[str, Any] = {}
    for span in parts.spans("well_distance"):
        name = parts.dialect.well_distances.get(span.entity.colour)
        if name is not None and (name not in shortest or span.length_m < shortest[name].length_m):
            shortest[name] = span
    for name, span in shortest.items():
        typed = name in true
        how = "dimension_claim" if typed else "dimension"
        seen = span.witness()
        parts.measures.append(Measure(name, span.length_m, how, witness=seen, typed=typed))
        if typed and abs(span.length_m - true[name][0]) > 0.10:
            parts.say(
                "well_distance_differs", span.entity.layer, span.entity.points[0],
                dimension_m=f"{span.length_m:.2f}", true_m=f"{true[name][0]:.2f}",
            )  # fmt: skip


def _near_plot(parts: Parts, role: str, ground: Outline | None) -> list[Outline]:
    found = parts.outlines(role)
    if ground is None:
        return found
    return [o for o in found if o.polygon.distance(ground.polygon) < _NEAR_M]


def _between(one: Outline, other: Outline) -> tuple[float, Witness]:
    point = nearest_points(one.polygon, other.polygon)[0]
    seen = Witness(one.layer, (one.id, other.id), one.id, (point.x, point.y))
    return float(one.polygon.distance(other.polygon)), seen


def _to_edge(one: Outline, ground: Outline) -> tuple[float, Witness]:
    edge = ground.polygon.exterior
    point = nearest_points(edge, one.polygon)[0]
    inside = ground.polygon.contains(one.polygon)
    distance = float(one.polygon.distance(edge)) if inside else 0.0
    return distance, Witness(one.layer, (one.id, ground.id), one.id, (point.x, point.y))


def parking(parts: Parts) -> dict[str, Any]:
    """Count and measure bays; note cars, accessible bays and two-wheeler area."""
    bay = parts.dialect.bay
    short, long_ = bay["short_m"] - bay["tolerance_m"], bay["long_m"] - bay["tolerance_m"]
    out: dict[str, Any] = {}
    for role, name in (("bay", "cars"), ("accessible_bay", "accessible")):
        found = parts.outlines(role)
        if not found:
            continue
        good = [o for o in found if _holds(o.polygon, short, long_)]
        fit = {id(o) for o in good}
        for small in (o for o in found if id(o) not in fit):
            one, two = _size_m(small.polygon)
            parts.say("bay_small", small.layer, small.middle, size=f"{one:.3f} x {two:.3f}")
        _say_bays_overlap(parts, good)
        parts.measures.append(Measure(name, len(good), "bays_counted", witness=witness(found)))
        out[f"{name}_drawn"], out[name] = len(found), len(good)
    cycles = parts.outlines("two_wheeler")
    if cycles:
        area = sum(o.area_m2 for o in cycles)
        parts.measures.append(Measure("two_wheeler", area, "outline", witness=witness(cycles)))
        out["two_wheeler_m2"] = round(area, 6)
    return out


def _holds(bay: Polygon, short_m: float, long_m: float) -> bool:
    one, two = _size_m(bay)
    return one >= short_m and two >= long_m and bay.area >= 0.98 * one * two


def _size_m(bay: Polygon) -> tuple[float, float]:
    """Return (short, long) side of the smallest rectangle round an outline."""
    box = bay.minimum_rotated_rectangle
    if not isinstance(box, Polygon):
        return 0.0, 0.0
    points = list(box.exterior.coords)
    sides = math.dist(points[0], points[1]), math.dist(points[1], points[2])
    return min(sides), max(sides)


def _say_bays_overlap(parts: Parts, bays: Sequence[Outline]) -> None:
    shapes = [one.polygon for one in bays]
    near = STRtree(shapes).query(shapes)
    pairs = near[:, near[1] < near[0]][:, :_MOST_PAIRS]
    for i, k in pairs.T.tolist():
        both = shapes[i].intersection(shapes[k]).area
        if both > 0.5:
            parts.say("bays_overlap", bays[i].layer, bays[i].middle, area_m2=f"{both:.2f}")


def power_lines(parts: Parts) -> None:
    """Note the clearances to overhead lines that are dimensioned."""
    for role in ("line_horizontal", "line_vertical"):
        spans = parts.spans(role)
        if spans:
            least = min(spans, key=lambda s: s.length_m)
            parts.measures.append(
                Measure(role, least.length_m, "dimension", witness=least.witness())
            )


def typed(parts: Parts, found: Mapping[str, Sequence[Typed]]) -> dict[str, str]:
    """Note everything the applicant typed as claims; return it for people, by key."""
    shown: dict[str, str] = {}
    for group in found.values():
        for one in group:
            shown[one.key] = one.text
            at = one.entity.points[0] if one.entity.points else None
            seen = Witness(one.entity.layer, (one.entity.handle,), one.entity.handle, at)
            details = {"key": one.key}
            parts.measures.append(
                Measure(one.means, one.value, "typed", details, witness=seen, typed=True)
            )
    return shown
