"""A sheet of the drawing as SVG: shapes by role, numbered markers, a scale bar.

Presentation attributes only: no style, no script, nothing from outside, all text escaped by the
XML writer. Coordinates are metres from the sheet's upper left corner, y downwards.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import shapely

from kmap.papers import texts
from kmap.papers.findings import Finding
from kmap.papers.format import Lang, floor_name, plain
from kmap.papers.sheets import Shape, Sheet, rings

FONTS: Final = "Manjari, 'Noto Sans Malayalam', 'Noto Sans', 'DejaVu Sans', sans-serif"
"""The fonts of all papers: one that has both scripts first."""

ROLES: Final[Mapping[str, tuple[str, str, float]]] = {
    "road": ("#e7e2da", "#8a8072", 1.0),
    "plot": ("#fdfbf5", "#1d2a33", 2.4),
    "yard": ("#dcecd5", "#6f9a5f", 0.8),
    "footprint": ("#cfdcea", "#2f5d8a", 1.6),
    "built_up": ("#e4ebf4", "#2f5d8a", 1.4),
    "deduct": ("#ffffff", "#7b8794", 0.8),
    "parking": ("#efe9f7", "#7c5fa6", 0.8),
    "well": ("#d4eef2", "#1d7f92", 1.2),
    "other": ("none", "#b9b4aa", 0.5),
    "dimension": ("none", "#8d99a3", 0.6),
}
"""Fill, stroke and line weight of each role, in the order in which they are painted."""

MARKS: Final[Mapping[str, str]] = {"fail": "#b3261e", "unknown": "#8a5a00", "complaint": "#4a5568"}
"""Colour of a marker by the verdict of its finding."""

_LINES: Final = frozenset({"dimension", "other"})


@dataclass(frozen=True)
class Label:
    """Words on a sheet; ``x``, ``y`` in metres from its upper left corner."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A numbered marker: where the finding is, and where its disc could be put (sheet metres)."""

    finding: Finding
    at: tuple[float, float]
    disc: tuple[float, float]


def unit_of(width_m: float, height_m: float) -> float:
    """Return the pen's unit in metres: about a thousandth of the picture's width."""
    return max(width_m, height_m / 1.6, 1.0) / 1000


def local(sheet: Sheet, at: tuple[float, float]) -> tuple[float, float]:
    """Return a point of the drawing in metres right of and below the sheet's corner."""
    return at[0] - sheet.bounds[0], sheet.bounds[3] - at[1]


def marks(sheet: Sheet, found: Iterable[Finding], radius_m: float) -> tuple[Mark, ...]:
    """Return the findings that have a place on this sheet, their discs kept apart."""
    placed: list[Mark] = []
    for finding in found:
        if finding.at is not None and finding.number is not None and sheet.holds(finding.at):
            at = local(sheet, finding.at)
            placed.append(Mark(finding, at, _free_place(at, placed, radius_m, sheet)))
    return tuple(placed)


def _free_place(
    at: tuple[float, float], placed: Sequence[Mark], radius_m: float, sheet: Sheet
) -> tuple[float, float]:
    """Return the nearest place for a disc that touches no other disc and stays on the sheet."""
    for step in range(200):
        ring, turn = divmod(step, 12)
        reach = (ring + 1) * 2.2 * radius_m if step else 0.0
        angle = math.pi / 6 * turn
        x, y = at[0] + reach * math.cos(angle), at[1] - reach * math.sin(angle)
        inside = (
            radius_m < x < sheet.width_m - radius_m and radius_m < y < sheet.height_m - radius_m
        )
        if inside and all(math.dist((x, y), mark.disc) > 2.1 * radius_m for mark in placed):
            return x, y
    return at


def draw_shapes(parent: Element, sheet: Sheet, unit_m: float, tolerance_m: float) -> None:
    """Paint the shapes of a sheet, lowest role first, each with ``id="shape-<id>"``."""
    order = list(ROLES)
    for shape in sorted(sheet.shapes, key=lambda s: order.index(role_of(s))):
        if shape.get("kind") != "text" and (path := _path(sheet, shape, tolerance_m)):
            fill, stroke, weight = ROLES[role_of(shape)]
            area = shape.get("kind") == "area" and role_of(shape) not in _LINES
            attributes = {
                "id": f"shape-{_token(shape.get('id'))}",
                "class": f"shape role-{role_of(shape)}",
                "d": path,
                "fill": fill if area else "none",
                "stroke": stroke,
                "stroke-width": _n(weight * unit_m),
            }
            if area:
                attributes |= {"fill-rule": "evenodd", "fill-opacity": "0.85"}
            SubElement(parent, "path", attributes)


def role_of(shape: Shape) -> str:
    """Return the shape's role; one that is not known is ``other``."""
    role = shape.get("role")
    return role if isinstance(role, str) and role in ROLES else "other"


def _token(name: object) -> str:
    """Return an id without blanks."""
    return "_".join(plain(name).split()) or "none"


def _n(value: float) -> str:
    """Return a number in SVG: millimetres at most, no needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _path(sheet: Sheet, shape: Shape, tolerance_m: float) -> str:
    """Return the path of a shape in sheet metres, freed of points nobody can see."""
    closed = shape.get("kind") == "area"
    parts = []
    for ring in rings(shape):
        points = [local(sheet, point) for point in ring]
        if len(points) == 1:
            (x, y), r = points[0], 3 * tolerance_m
            points = [(x - r, y), (x, y - r), (x + r, y), (x, y + r), (x - r, y)]
        if len(points) > 4:
            line = shapely.LineString(points).simplify(tolerance_m, preserve_topology=False)
            points = [(float(x), float(y)) for x, y in line.coords]
        text = "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        parts.append(f"M{text}{'Z' if closed else ''}")
    return "".join(parts)


def draw_marks(parent: Element, found: Sequence[Mark], radius_m: float, unit_m: float) -> None:
    """Draw the markers: a leader where the disc was moved, the disc, its number, its title."""
    for mark in found:
        colour = MARKS.get(mark.finding.verdict, MARKS["complaint"])
        attributes = {
            "class": f"marker verdict-{_token(mark.finding.verdict)}",
            "data-finding": mark.finding.key,
            "data-number": str(mark.finding.number),
            "tabindex": "0",
            "role": "img",
        }
        group = SubElement(parent, "g", attributes)
        SubElement(group, "title").text = f"{mark.finding.number}. {mark.finding.title}"
        if math.dist(mark.at, mark.disc) > unit_m:
            ends = dict(
                zip(("x1", "y1", "x2", "y2"), map(_n, (*mark.at, *mark.disc)), strict=True)
            )
            SubElement(group, "line", ends | {"stroke": colour, "stroke-width": _n(1.5 * unit_m)})
            dot = {"cx": _n(mark.at[0]), "cy": _n(mark.at[1]), "r": _n(radius_m / 4)}
            SubElement(group, "circle", dot | {"fill": colour})
        disc = {"cx": _n(mark.disc[0]), "cy": _n(mark.disc[1]), "r": _n(radius_m)}
        rim = {"fill": colour, "stroke": "#ffffff", "stroke-width": _n(2 * unit_m)}
        SubElement(group, "circle", disc | rim)
        _text(
            group, mark.disc[0], mark.disc[1] + radius_m * 0.42, radius_m * 1.2, "#ffffff"
        ).text = str(mark.finding.number)


def _text(parent: Element, x: float, y: float, size_m: float, fill: str) -> Element:
    """Return a text element centred on x; the caller sets its words."""
    attributes = {
        "x": _n(x),
        "y": _n(y),
        "font-size": _n(size_m),
        "fill": fill,
        "text-anchor": "middle",
        "font-family": FONTS,
        "font-weight": "700",
    }
    return SubElement(parent, "text", attributes)


def draw_label(parent: Element, label: Label, size_m: float) -> None:
    """Write a label with a pale rim, for browsers (paper lays its labels over the SVG instead)."""
    element = _text(parent, label.x, label.y, size_m, "#1d2a33")
    element.set("class", "label")
    element.set("font-weight", "400")
    element.set("stroke", "#ffffff")
    element.set("stroke-width", _n(size_m / 6))
    element.set("paint-order", "stroke")
    element.set("pointer-events", "none")
    element.text = label.text


def bar_m(width_m: float) -> int:
    """Return a round length for the scale bar, about a quarter of the width.

    >>> bar_m(18), bar_m(90), bar_m(3)
    (5, 20, 1)
    """
    return max((n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n <= width_m / 3.5), default=1)


def draw_bar(parent: Element, x: float, y: float, length_m: int, unit_m: float) -> None:
    """Draw the scale bar, its left end at x, y (sheet metres)."""
    half = length_m / 2
    for start, fill in ((0.0, "#1d2a33"), (half, "#ffffff")):
        SubElement(
            parent,
            "rect",
            {
                "x": _n(x + start),
                "y": _n(y - 8 * unit_m),
                "width": _n(half),
                "height": _n(8 * unit_m),
                "fill": fill,
                "stroke": "#1d2a33",
                "stroke-width": _n(unit_m),
            },
        )


def sheet_title(sheet: Sheet, lang: Lang) -> str:
    """Return the name of a sheet: the site, the floors it shows, or another part."""
    if sheet.kind == "site":
        return texts.text("sheet_site", lang)
    names = [
        texts.text("sheet_floor", lang).format(block=block or "–", floor=floor_name(floor, lang))
        for block, floor in sheet.floors
    ]
    return "; ".join(names) or texts.text("sheet_other", lang)


def labels(
    sheet: Sheet, lang: Lang, size_m: float, placed: Sequence[Mark] = (), radius_m: float = 0.0
) -> tuple[Label, ...]:
    """Return the names of yards and footprints, each once, on the sheet and off markers."""
    found: dict[str, Label] = {}
    for shape in sheet.shapes:
        words = _words(shape, sheet, lang)
        if words and words not in found and (point := _inside(shape)) is not None:
            x, y = local(sheet, point)
            half = 0.3 * size_m * len(words)
            x = min(max(x, half), max(sheet.width_m - half, half))
            clash = (m.disc for m in placed if abs(m.disc[0] - x) < half + radius_m)
            for disc in sorted(clash, key=lambda d: d[1]):
                if abs(disc[1] - y) < radius_m + size_m:
                    y = disc[1] + radius_m + 1.1 * size_m
            found[words] = Label(x, y, words)
    return tuple(found.values())


_YARDS: Final = {"FRONT": "short_front", "REAR": "short_rear", "SIDE": "short_side1"}


def _words(shape: Shape, sheet: Sheet, lang: Lang) -> str:
    """Say what to write on a shape of the site plan; '' for most."""
    layer = plain(shape.get("layer") or "").upper()
    if sheet.kind != "site" or shape.get("level") not in (0, None) or "BSMNT" in layer:
        return ""
    if role_of(shape) == "footprint":
        return f"{texts.text('block', lang)} {shape.get('block') or ''}".strip()
    if role_of(shape) != "yard":
        return ""
    key = next((text for part, text in _YARDS.items() if part in layer), "yard")
    return texts.text("short_side2" if key == "short_side1" and layer[-1:] == "2" else key, lang)


def _inside(shape: Shape) -> tuple[float, float] | None:
    """Return a point well inside an area; none when it has no inside."""
    ring = rings(shape)[0]
    if len(ring) < 4:
        return None
    area = shapely.Polygon(ring)
    if not area.is_valid or area.is_empty:
        return None
    point = shapely.maximum_inscribed_circle(area, tolerance=0.1).coords[0]
    return float(point[0]), float(point[1])


def svg_text(root: Element) -> str:
    """Return the SVG as text, ready to stand inside a page."""
    return tostring(root, encoding="unicode", short_empty_elements=True)
