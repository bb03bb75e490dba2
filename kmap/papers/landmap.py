"""The map of one plot and of what lies on it, drawn from the land answer's own geometries.

GeoJSON in degrees is laid flat around the plot; over the hundred metres shown the error is below
a millimetre of paper.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

import shapely
from markupsafe import Markup
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from kmap.papers import plan, texts
from kmap.papers.figures import SCALES, Figure
from kmap.papers.format import Lang, pick, plain

Json = Mapping[str, Any]

_M_PER_DEG: Final = 111_320.0
_ROOM_MM: Final = (176.0, 105.0)
_AROUND_M: Final = 12.0
_INKS: Final = ("#b3261e", "#8a5a00", "#6a4c93", "#1d7f92", "#3d6b35", "#a3456f", "#4a5568")


@dataclass(frozen=True)
class Layer:
    """One thing on the map: its outline in local metres, its paint, its words and number."""

    outline: BaseGeometry
    fill: str
    stroke: str
    opacity: float
    title: str
    number: str = ""
    weight: float = 1.0


def land_map(
    answer: Json, lang: Lang, around: Sequence[Json] = ()
) -> tuple[Figure, tuple[tuple[str, str, str], ...]] | None:
    """Return the map and its legend (fill, stroke, words); none when the plot has no geometry.

    ``around`` is what ``kmap.land.lookup.Land.around`` gives; without it only the plot is drawn.
    """
    plot = answer.get("plot") or {}
    centre = plot.get("centroid") or []
    outline = _flat(plot.get("geometry"), centre)
    if outline is None or outline.is_empty:
        return None
    minx, miny, maxx, maxy = outline.bounds
    window = shapely.box(minx - _AROUND_M, miny - _AROUND_M, maxx + _AROUND_M, maxy + _AROUND_M)
    found = list(_layers(answer, around, centre, outline, lang))
    everywhere = [layer for layer in found if layer.number.isdigit() and _fills(layer, window)]
    layers = [layer for layer in found if layer not in everywhere]
    whole = tuple(
        ("none", layer.stroke, f"{_named(layer)} – {texts.text('map_whole', lang)}")
        for layer in everywhere
    )
    return _draw(layers, window, lang), _legend(layers) + whole


def _fills(layer: Layer, window: BaseGeometry) -> bool:
    """Return whether a layer covers all that the map shows; painted, it would only dull it."""
    return bool(shapely.intersection(layer.outline, window).area > 0.98 * window.area)


def _named(layer: Layer) -> str:
    """Return a layer's words with its number."""
    return f"{layer.number}. {layer.title}" if layer.number.isdigit() else layer.title


def _flat(geometry: object, centre: Sequence[float]) -> BaseGeometry | None:
    """Return GeoJSON in metres east and north of ``centre``; none when it cannot be read."""
    if not isinstance(geometry, Mapping) or len(centre) != 2:
        return None
    lon, lat = float(centre[0]), float(centre[1])
    wide = _M_PER_DEG * math.cos(math.radians(lat))
    try:
        found = shapely.transform(
            shape(dict(geometry)), lambda p: (p - [lon, lat]) * [wide, _M_PER_DEG]
        )
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return found if found.is_valid else shapely.make_valid(found)


def restrictions(answer: Json) -> Iterator[tuple[int, Json, Json]]:
    """Yield number, theme and restriction of all that affects the plot, in paper order."""
    number = 0
    for theme in answer.get("themes") or []:
        if theme.get("answer") == "affected":
            for item in theme.get("restrictions") or []:
                number += 1
                yield number, theme, item


def _layers(
    answer: Json,
    around: Sequence[Json],
    centre: Sequence[float],
    outline: BaseGeometry,
    lang: Lang,
) -> Iterator[Layer]:
    """Yield what is drawn, lowest first: surroundings, restrictions, the plot, the footprint."""
    plot = answer.get("plot") or {}
    yield from _ground(around, centre, lang)
    yield Layer(outline, "#fdfbf5", "none", 1.0, "", weight=0)
    shapes = {item["name"]: item["geometry"] for item in around if item["kind"] == "restriction"}
    for number, theme, item in restrictions(answer):
        if (lies := _flat(shapes.get(item.get("id")), centre)) is not None:
            ink = _colour(item.get("colour"), number)
            title = pick(item.get("title"), lang) or pick(theme.get("title"), lang)
            yield Layer(lies, ink, ink, 0.22, title, number=str(number), weight=1.4)
    survey = "/".join(plain(plot[k]) for k in ("survey_no", "subdivision") if plot.get(k))
    yield Layer(outline, "none", "#1d2a33", 1.0, texts.text("land_plot", lang), survey, weight=3.0)
    footprint = _flat((answer.get("may_build") or {}).get("footprint"), centre)
    if footprint is not None and not footprint.is_empty:
        yield Layer(footprint, "#2f5d8a", "#2f5d8a", 0.18, texts.text("land_footprint", lang))


_GROUND: Final[Mapping[str, tuple[str, str, float]]] = {
    "water": ("#d4e6f2", "#7aa9c9", 0.6),
    "road": ("#e7e2da", "#b3aa9b", 0.6),
    "neighbour": ("none", "#b9c0c6", 0.7),
    "building": ("#c9ced3", "#7b8794", 0.7),
}


def _ground(around: Sequence[Json], centre: Sequence[float], lang: Lang) -> Iterator[Layer]:
    """Yield water, roads at their width, neighbouring plots and buildings."""
    for kind, (fill, stroke, weight) in _GROUND.items():
        for item in around:
            flat = _flat(item["geometry"], centre) if item["kind"] == kind else None
            if flat is not None:
                if kind == "road" and not flat.area:
                    flat = flat.buffer(float(item.get("width_m") or 3.0) / 2, cap_style="flat")
                title = texts.text(f"map_{kind}", lang)
                yield Layer(flat, fill, stroke, 1.0, title, weight=weight)


def _colour(given: object, number: int) -> str:
    """Return a colour of the answer if it is one, else one of ours by number."""
    text = plain(given or "")
    good = (
        len(text) in (4, 7)
        and text[0] == "#"
        and all(c in "0123456789abcdefABCDEF" for c in text[1:])
    )
    return text if good else _INKS[(number - 1) % len(_INKS)]


def _draw(layers: Sequence[Layer], window: BaseGeometry, lang: Lang) -> Figure:
    """Draw the layers inside the window at the largest scale that fits the page."""
    left, bottom, right, top = window.bounds
    width, height = right - left, top - bottom
    scale = next(
        (n for n in SCALES if width * 1e3 / n <= _ROOM_MM[0] and height * 1e3 / n <= _ROOM_MM[1]),
        SCALES[-1],
    )
    mm = scale / 1000
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.2f} {height:.2f}",
            "aria-hidden": "true",
        },
    )
    labels: list[plan.Label] = []
    for layer in layers:
        seen = shapely.intersection(layer.outline, window)
        if seen.is_empty:
            continue
        SubElement(root, "path", _paint(layer, seen, left, top, mm))
        if layer.number:
            spot = seen.representative_point()
            labels.append(_apart((spot.x - left, top - spot.y), labels, 4 * mm, layer.number))
    bar = plan.bar_m(width)
    return Figure(
        title=texts.text("land_map", lang),
        kind="site",
        scale=scale,
        width_mm=width / mm,
        height_mm=height / mm,
        svg=Markup(plan.svg_text(root)),  # noqa: S704 - the XML writer escaped it
        labels=tuple((100 * p.x / width, 100 * p.y / height, p.text) for p in labels),
        bar_m=bar,
        bar_mm=bar / mm,
    )


def _apart(
    spot: tuple[float, float], labels: Sequence[plan.Label], step_m: float, words: str
) -> plan.Label:
    """Return a label moved down until it lies on no other."""
    x, y = spot
    while any(abs(x - p.x) < 2 * step_m and abs(y - p.y) < step_m for p in labels):
        y += step_m
    return plan.Label(x, y, words)


def _paint(layer: Layer, seen: BaseGeometry, left: float, top: float, mm: float) -> dict[str, str]:
    """Return the attributes of one layer's path, in metres from the upper left corner."""
    lines = shapely.get_coordinates
    parts = []
    for piece in shapely.get_parts(seen):
        rings = [piece.exterior, *piece.interiors] if piece.geom_type == "Polygon" else [piece]
        for ring in rings:
            points = "L".join(f"{x - left:.2f} {top - y:.2f}" for x, y in lines(ring))
            parts.append(f"M{points}{'Z' if piece.geom_type == 'Polygon' else ''}")
    areal = seen.area > 0 and layer.fill != "none"
    return {
        "d": "".join(parts),
        "fill": layer.fill if areal else "none",
        "fill-opacity": f"{layer.opacity:.2f}",
        "fill-rule": "evenodd",
        "stroke": layer.stroke if layer.weight else "none",
        "stroke-width": f"{0.2 * mm * layer.weight:.3f}",
    }


def _legend(layers: Sequence[Layer]) -> tuple[tuple[str, str, str], ...]:
    """Return fill, stroke and words of what is drawn, each once."""
    found = {
        (layer.title, layer.stroke): (
            layer.fill,
            layer.stroke,
            _named(layer),
        )
        for layer in layers
        if layer.title
    }
    return tuple(found.values())
