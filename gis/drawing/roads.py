"""The roads at a plot: their classes and widths, how far buildings stand from each, the access."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from gis.drawing.edges import MOST_ROADS, Road, Sides, splay_m
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts, Span
from gis.drawing.reach import narrowest_m
from gis.model import Measure, Witness
from gis.rings import shortest

_NEAR_M = 60.0
"""A road, well or pit farther than this from the plot belongs to another plan of the sheet."""
ABUTS_M = 1.0
_STRICTEST_FIRST = ("notified", "unnotified", "cul_de_sac", "lane")
"""The class that asks most first: of several roads at a plot the law's strictest is the fact."""
_INSIDE = 0.6
"""A road with this share of it inside the plot is an internal street."""


@dataclass(frozen=True, slots=True)
class Street:
    """One drawn road near the plot."""

    outline: Outline
    width_m: float
    gap_m: float
    """From the plot; 0 when no plot is drawn."""
    inside: bool = False

    @property
    def kind(self) -> str | None:
        """Return its class."""
        return self.outline.place.kind.street_class

    @property
    def rank(self) -> int:
        """Return 0 for the class that asks most."""
        known = self.kind in _STRICTEST_FIRST
        return _STRICTEST_FIRST.index(str(self.kind)) if known else len(_STRICTEST_FIRST)

    def as_json(self) -> dict[str, Any]:
        """Return its JSON form."""
        return {
            "layer": self.outline.layer,
            "street_class": self.kind,
            "width_m": round(self.width_m, 6),
            "from_plot_m": round(self.gap_m, 6),
        }


def streets(parts: Parts, ground: Outline | None) -> list[Street]:
    """Return the roads near the plot, and note class and width of those that lie at it."""
    found = [_street(one, ground) for one in parts.outlines("road")]
    found = [s for s in found if s.gap_m < _NEAR_M]
    if len(found) > MOST_ROADS:
        one = found[0].outline
        parts.say("roads_too_many", one.layer, one.middle, count=str(len(found)))
        return []
    at_plot = abutting(found)
    if not at_plot:
        return found
    first = min(at_plot, key=lambda s: (s.rank, -s.width_m))
    seen = witness([first.outline])
    parts.measures.append(Measure("street_class", first.kind, "layer_name", witness=seen))
    widest = max(at_plot, key=lambda s: s.width_m)
    seen = witness([widest.outline])
    parts.measures.append(Measure("street_width", widest.width_m, "road_width", witness=seen))
    if len({s.kind for s in at_plot}) > 1:
        at = first.outline.middle
        parts.say("several_roads", first.outline.layer, at, street=str(first.kind))
    return found


def _street(one: Outline, ground: Outline | None) -> Street:
    width = strip_width_m(one)
    if ground is None:
        return Street(one, width, 0.0)
    gap = float(one.polygon.distance(ground.polygon))
    share = one.polygon.intersection(ground.polygon).area / one.area_m2 if gap == 0 else 0.0
    return Street(one, width, gap, share > _INSIDE)


def abutting(found: Sequence[Street]) -> list[Street]:
    """Return the roads at the plot: as near as the nearest one, within 1 m; internal ones not."""
    outside = [s for s in found if not s.inside]
    least = min((s.gap_m for s in outside), default=0.0)
    return [s for s in outside if s.gap_m <= least + ABUTS_M]


def as_roads(found: Sequence[Street]) -> list[Road]:
    """Return the roads by which the sides of the plot are told."""
    return [Road(s.outline.polygon, s.width_m, s.rank) for s in found if not s.inside]


def strip_width_m(road: Outline) -> float:
    """Return the width of the strip that has a road's area and perimeter, bent or straight."""
    half = road.polygon.length / 2
    return float(half - max(0.0, half * half - 4 * road.area_m2) ** 0.5) / 2


def access(parts: Parts, found: Sequence[Street]) -> float | None:
    """Note the width of the best drawn way to the plot where it is narrowest; return it.

    It is drawn only so far: the way to the main street may be narrower, never this part wider.
    """
    at_plot = [s for s in abutting(found) if s.gap_m <= ABUTS_M]
    widths = [(narrowest_m(s.outline.polygon), s) for s in at_plot]
    told = [(w, s) for w, s in widths if w is not None]
    if not told:
        return None
    width, best = max(told, key=lambda t: t[0])
    seen = witness([best.outline])
    parts.measures.append(Measure("access_drawn", width, "access_narrowest", witness=seen))
    return width


def corner(parts: Parts, found: Sequence[Street], lie: Sides) -> None:
    """Note that the plot lies at a corner, the narrower road there, and how the corner is cut."""
    at_corner = lie.corner
    roads = [s for s in found if not s.inside]
    if at_corner is None:
        return
    front, other = at_corner
    wide, narrow = (roads[e.road or 0] for e in (front, other))
    seen = witness([wide.outline, narrow.outline])
    for name, value, how in (
        ("corner_plot", True, "roads_on_two_edges"),
        ("other_street_width", narrow.width_m, "road_width"),
    ):
        parts.measures.append(Measure(name, value, how, witness=seen))
    cut = splay_m(front, other)
    for name, value in zip(("corner_splay", "corner_splay_other"), cut or (), strict=False):
        parts.measures.append(Measure(name, value, "corner_cut", witness=seen))


def internal(
    parts: Parts, found: Sequence[Street], homes: dict[int, BaseGeometry]
) -> dict[int, float]:
    """Note how far each building of a group stands from the nearest street inside the plot."""
    inside = [s for s in found if s.inside]
    if not inside or len(homes) < 2:
        return {}
    out = {}
    for block, home in homes.items():
        near = min(inside, key=lambda s: s.outline.polygon.distance(home))
        out[block] = float(near.outline.polygon.distance(home))
        seen = _between(near.outline, home)
        parts.measures.append(
            Measure("internal_street", out[block], "to_road", witness=seen, block=block)
        )
    return out


def distances(
    parts: Parts,
    found: Sequence[Street],
    home: BaseGeometry | None,
    where: tuple[int, int],
    lowest: bool,
) -> dict[str, Any]:
    """Note and return how far the building at one level stands from each road at the plot.

    With a road drawn it is measured between the outlines; else the dimension on the drawing is
    taken, at the lowest level above ground. A strip reserved for the road counts as road.
    """
    block, level = where
    spans = parts.spans("road_distance") if lowest and len(parts.blocks()) == 1 else []
    shortest_span = min(spans, key=lambda s: s.length_m, default=None)
    at_plot = abutting(found)
    if home is None or not at_plot:
        if shortest_span is not None:
            _note(parts, shortest_span.length_m, "dimension", shortest_span.witness(), where)
        value = None if shortest_span is None else round(shortest_span.length_m, 6)
        return {"road_distance_m": value}
    apart = [(float(s.outline.polygon.distance(home)), s) for s in at_plot]
    least, nearest = min(apart, key=lambda t: t[0])
    _note(parts, *_least(parts, home, nearest, least), where)
    by_class: dict[str, float] = {}
    for metres, street in apart:
        name = str(street.kind)
        by_class[name] = min(metres, by_class.get(name, metres))
    for span in spans:
        _claim(parts, span, block, level, by_class, least)
    centre = least + nearest.width_m / 2
    if lowest:
        _centre(parts, centre)
    return {
        "road_distance_m": round(least, 6),
        "road_distances_m": {name: round(metres, 6) for name, metres in by_class.items()},
        "road_centre_m": round(centre, 6),
    }


def _least(
    parts: Parts, home: BaseGeometry, nearest: Street, least_m: float
) -> tuple[float, str, Witness]:
    """Return the distance that counts: to the nearest road or to land reserved for one."""
    reserved = [(float(o.polygon.distance(home)), o) for o in parts.outlines("road_reserve")]
    metres, strip = min(reserved, key=lambda t: t[0], default=(least_m, nearest.outline))
    if metres < least_m:
        return metres, "to_road_reserve", _between(strip, home)
    return least_m, "to_road", _between(nearest.outline, home)


def _note(parts: Parts, metres: float, how: str, seen: Witness, where: tuple[int, int]) -> None:
    block, level = where
    parts.measures.append(
        Measure("road_distance", metres, how, witness=seen, block=block, level=level)
    )


def _claim(
    parts: Parts, span: Span, block: int, level: int, by_class: dict[str, float], least_m: float
) -> None:
    """Keep a dimension beside the measured distance to the class of road its colour names."""
    seen = span.witness()
    parts.measures.append(
        Measure(
            "road_distance", span.length_m, "dimension_claim", witness=seen,
            block=block, level=level, typed=True,
        )
    )  # fmt: skip
    named = parts.dialect.road_colours.get(span.entity.colour, "")
    true = by_class.get(named, least_m)
    if abs(span.length_m - true) > parts.dialect.tolerances["road_distance_m"]:
        parts.say(
            "road_distance_differs", span.entity.layer, span.entity.points[0],
            dimension_m=f"{span.length_m:.2f}", true_m=f"{true:.2f}",
        )  # fmt: skip


def _centre(parts: Parts, true_m: float) -> None:
    """Say when the dimension to the road's centre line is not what the outlines give."""
    if len(parts.blocks()) != 1:
        return
    for span in parts.spans("road_centre_distance"):
        if abs(span.length_m - true_m) > parts.dialect.tolerances["road_centre_m"]:
            parts.say(
                "road_centre_differs", span.entity.layer, span.entity.points[0],
                dimension_m=f"{span.length_m:.2f}", true_m=f"{true_m:.2f}",
            )  # fmt: skip


def _between(one: Outline, home: BaseGeometry) -> Witness:
    ends = shortest(one.polygon, home)
    return Witness(one.layer, (one.id,), one.id, ends[0], ends)


def road_edges(lie: Sides) -> MultiLineString:
    """Return the edges of the plot that lie on a road."""
    return MultiLineString([e.line for e in lie.ring if e.fronts])
