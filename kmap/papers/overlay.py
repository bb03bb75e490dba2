"""The drawing with its findings marked, as one SVG for a page or a file.

The parts of the drawing are moved together (site plan first, then the floors), because real files
hold hundreds of metres of emptiness between them; inside a part everything keeps its true scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from kmap.papers import plan, texts
from kmap.papers.findings import Finding, findings
from kmap.papers.format import Lang
from kmap.papers.sheets import Sheet, sheets

LARGEST_BYTES: Final = 300_000
"""An overlay heavier than this is drawn again with fewer points, then without the lesser roles."""

_ATTEMPTS: Final[tuple[tuple[float, frozenset[str]], ...]] = (
    (0.25, frozenset()),
    (0.5, frozenset()),
    (1.0, frozenset({"other"})),
    (2.0, frozenset({"other", "dimension"})),
    (4.0, frozenset({"other", "dimension", "deduct", "parking"})),
)


@dataclass(frozen=True)
class Placed:
    """A sheet and the place of its upper left corner in the packed picture (metres)."""

    sheet: Sheet
    x: float
    y: float


def overlay_svg(answer: Mapping[str, Any], sketch: Mapping[str, Any], lang: Lang) -> str:
    """Return the drawing with findings marked: viewBox in metres, no style, no script.

    Shapes carry ``id="shape-<id>"``; markers ``data-finding`` (clause id or ``complaint-<i>``) and
    ``data-number``. At most about 300 kB.
    """
    found = findings(answer, lang)
    parts = sheets(sketch)
    svg = ""
    for pens, dropped in _ATTEMPTS:
        svg = _draw(parts, found, lang, pens, dropped)
        if len(svg.encode()) <= LARGEST_BYTES:
            break
    return svg


def packed(parts: Sequence[Sheet], gap_m: float) -> tuple[tuple[Placed, ...], float, float]:
    """Sheets in rows: their places, and the width and height of the whole (metres)."""
    if not parts:
        return (), 10.0, 4.0
    widest = max(sheet.width_m for sheet in parts)
    room = max(widest, parts[0].width_m * 2.2 + gap_m)
    placed: list[Placed] = []
    x = y = row = right = 0.0
    for sheet in parts:
        if x and x + sheet.width_m > room:
            x, y, row = 0.0, y + row + 2 * gap_m, 0.0
        placed.append(Placed(sheet, x, y + gap_m))
        x += sheet.width_m + gap_m
        row = max(row, sheet.height_m)
        right = max(right, x - gap_m)
    return tuple(placed), right, y + row + 3 * gap_m


def _draw(
    parts: Sequence[Sheet],
    found: Sequence[Finding],
    lang: Lang,
    pens: float,
    dropped: frozenset[str],
) -> str:
    """Draw once, with points nearer than ``pens`` pen units taken together."""
    rough = max((max(s.width_m, s.height_m) for s in parts), default=10.0)
    placed, width, height = packed(parts, gap_m=max(rough / 14, 1.0))
    unit = plan.unit_of(width, height)
    root = _root(width, height, lang)
    for item in placed:
        sheet = Sheet(
            item.sheet.kind,
            item.sheet.floors,
            item.sheet.bounds,
            tuple(s for s in item.sheet.shapes if plan.role_of(s) not in dropped),
        )
        group = _group(root, item)
        window = {"width": f"{sheet.width_m:.2f}", "height": f"{sheet.height_m:.2f}"}
        inner = SubElement(group, "svg", window | {"class": "window"})
        plan.draw_shapes(inner, sheet, unit, tolerance_m=pens * unit)
        radius, size = 11 * unit, 13 * unit
        placed_marks = plan.marks(sheet, found, radius)
        for label in plan.labels(sheet, lang, size, placed_marks, radius):
            plan.draw_label(group, label, size)
        title = plan.Label(sheet.width_m / 2, -6 * unit, plan.sheet_title(sheet, lang))
        plan.draw_label(group, title, size_m=16 * unit)
        plan.draw_marks(group, placed_marks, radius, unit)
    _foot(root, placed, height, unit, lang)
    return plan.svg_text(root)


def _root(width_m: float, height_m: float, lang: Lang) -> Element:
    """Return the empty picture with its name for those who cannot see it."""
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width_m:.2f} {height_m:.2f}",
            "class": "overlay",
            "role": "group",
            "lang": lang,
        },
    )
    SubElement(root, "title").text = texts.text("svg_title", lang)
    return root


def _group(root: Element, item: Placed) -> Element:
    """Return the group of one sheet; its origin is the sheet's upper left corner."""
    return SubElement(
        root,
        "g",
        {
            "class": "sheet",
            "data-sheet": item.sheet.kind,
            "data-origin-x": f"{item.sheet.bounds[0]:.3f}",
            "data-origin-y": f"{item.sheet.bounds[3]:.3f}",
            "transform": f"translate({item.x:.2f} {item.y:.2f})",
        },
    )


def _foot(
    root: Element, placed: Sequence[Placed], height_m: float, unit_m: float, lang: Lang
) -> None:
    """Scale bar and its length; or a sentence when there is nothing to draw."""
    if not placed:
        plan.draw_label(root, plan.Label(5, 2, texts.text("nothing_to_draw", lang)), 0.4)
        return
    length = plan.bar_m(placed[0].sheet.width_m)
    bottom = height_m - 8 * unit_m
    plan.draw_bar(root, 6 * unit_m, bottom, length, unit_m)
    plan.draw_label(root, plan.Label(length + 22 * unit_m, bottom, f"{length} m"), 14 * unit_m)
