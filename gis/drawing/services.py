"""Wells, pits and tanks: how far from each other, boundary and road; what the applicant typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from gis.drawing.edges import Sides
from gis.drawing.keys import Typed
from gis.drawing.outlines import Outline
from gis.drawing.parking import standing
from gis.drawing.parts import Parts
from gis.drawing.roads import Street, abutting, road_edges
from gis.model import Measure, Witness
from gis.rings import shortest

_NEAR_M = 60.0


def water(
    parts: Parts, ground: Outline | None, streets: Sequence[Street], lie: Sides
) -> dict[str, Any]:
    """Measure wells, pits and tanks against each other, the plot's edge and the road."""
    wells = _near_plot(parts, "well", ground)
    pits = [o for role in ("pit", "septic_tank") for o in _near_plot(parts, role, ground)]
    true: dict[str, tuple[float, Witness]] = {}
    if wells and pits:
        true["well_to_pit"] = min(
            (_between(w, p) for w in wells[:_MOST] for p in pits[:_MOST]), key=_metres
        )
    for name, things in (("well_to_boundary", wells), ("pit_to_boundary", pits)):
        inside = [t for t in things if ground is not None and t.polygon.intersects(ground.polygon)]
        if inside and ground is not None:
            true[name] = min((_to_edge(t, ground) for t in inside), key=_metres)
    _to_roads(true, wells, [*pits, *_near_plot(parts, "recharge_pit", ground)], streets)
    _tank(parts, true, ground, lie)
    for name, (value, seen) in true.items():
        parts.measures.append(Measure(name, value, "between_outlines", witness=seen))
    _well_dimensions(parts, true)
    out: dict[str, Any] = {"wells": len(wells), "waste_pits": len(pits)}
    out |= {f"{name}_m": round(value, 6) for name, (value, _) in true.items()}
    return out


_MOST = 200
"""Of more wells or pits the first are measured against each other: a plot has no more."""


def _metres(found: tuple[float, Witness]) -> float:
    return found[0]


def _to_roads(
    true: dict[str, tuple[float, Witness]],
    wells: Sequence[Outline],
    below: Sequence[Outline],
    streets: Sequence[Street],
) -> None:
    """Measure a well, and what lies in the ground, against the roads at the plot."""
    roads = [s.outline for s in abutting(streets)]
    for name, things in (("well_to_street", wells), ("underground_to_road", below)):
        if roads and things:
            true[name] = min((_between(t, r) for t in things for r in roads[:_MOST]), key=_metres)


def _tank(
    parts: Parts, true: dict[str, tuple[float, Witness]], ground: Outline | None, lie: Sides
) -> None:
    """Measure a rain-water tank in the yards against the boundary that is no road."""
    tanks = [] if ground is None else _near_plot(parts, "rain", ground)
    home = standing(parts) if tanks else None
    for tank in tanks:
        if ground is None or home is None or not tank.polygon.intersects(ground.polygon):
            continue
        if tank.polygon.intersection(home).area > 0.5 * tank.polygon.area:
            continue
        edge = ground.polygon.exterior.difference(road_edges(lie).buffer(0.01))
        ends = shortest(edge, tank.polygon)
        seen = Witness(tank.layer, (tank.id, ground.id), tank.id, ends[0], ends)
        inside = ground.polygon.contains(tank.polygon)
        found = (float(tank.polygon.distance(edge)) if inside else 0.0, seen)
        if "water_tank_to_boundary" not in true or found[0] < true["water_tank_to_boundary"][0]:
            true["water_tank_to_boundary"] = found


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
    ends = shortest(one.polygon, other.polygon)
    seen = Witness(one.layer, (one.id, other.id), one.id, ends[0], ends)
    return float(one.polygon.distance(other.polygon)), seen


def _to_edge(one: Outline, ground: Outline) -> tuple[float, Witness]:
    edge = ground.polygon.exterior
    ends = shortest(edge, one.polygon)
    inside = ground.polygon.contains(one.polygon)
    distance = float(one.polygon.distance(edge)) if inside else 0.0
    return distance, Witness(one.layer, (one.id, ground.id), one.id, ends[0], ends)


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
