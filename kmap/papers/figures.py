"""The marked plan on paper: each sheet at a true scale, Malayalam labels laid over the drawing.

WeasyPrint sets SVG text letter by letter and so breaks Malayalam; labels are HTML, placed in
per cent of the picture. Only the digits of the markers are SVG text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

from markupsafe import Markup

from kmap.papers import plan, texts
from kmap.papers.findings import Finding
from kmap.papers.format import Lang
from kmap.papers.sheets import Sheet, box_of, meets

SCALES: Final = (50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000, 2000, 5000, 10000)
"""Scales 1:n that a ruler knows."""
_SITE_MM: Final = (178.0, 150.0)
_FLOOR_MM: Final = (84.0, 84.0)
_MOST_SHEETS: Final = 9
_DETAIL_M: Final = 10.0
"""Width of a detail on the ground; drawn where the whole is more than twice as large."""
_MOST_DETAILS: Final = 6


@dataclass(frozen=True)
class Figure:
    """One sheet ready for the page: its size on paper in mm, its scale 1:n, SVG and labels.

    ``labels`` are (left %, top %, words); ``bar_mm`` is the printed length of ``bar_m`` metres.
    """

    title: str
    kind: str
    scale: int
    width_mm: float
    height_mm: float
    svg: Markup
    labels: tuple[tuple[float, float, str], ...]
    bar_m: int
    bar_mm: float


def figures(parts: Sequence[Sheet], found: Sequence[Finding], lang: Lang) -> tuple[Figure, ...]:
    """Return the sheets as figures, the site large; parts without floor or marker are left."""
    kept = [
        sheet
        for sheet in parts
        if sheet.kind != "other" or any(sheet.holds(finding.at) for finding in found)
    ]
    return tuple(_figure(sheet, found, lang) for sheet in (kept or list(parts))[:_MOST_SHEETS])


def details(parts: Sequence[Sheet], found: Sequence[Finding], lang: Lang) -> tuple[Figure, ...]:
    """Return the ground around each failing finding, where the whole plan shows it too small."""
    cuts: list[Sheet] = []
    for finding in (one for one in found if one.verdict == "fail"):
        home = next((sheet for sheet in parts if sheet.holds(finding.at)), None)
        if home is None or max(home.width_m, home.height_m) < 2.2 * _DETAIL_M:
            continue
        if len(cuts) < _MOST_DETAILS and not any(cut.holds(finding.at) for cut in cuts):
            cuts.append(_cut(home, finding.at or (0.0, 0.0)))
    return tuple(_detail(cut, [one for one in found if cut.holds(one.at)], lang) for cut in cuts)


def _cut(home: Sheet, at: tuple[float, float]) -> Sheet:
    """Cut a window around a place out of its sheet."""
    half = _DETAIL_M / 2
    window = (at[0] - half, at[1] - half, at[0] + half, at[1] + half)
    shapes = tuple(shape for shape in home.shapes if meets(box_of([shape]), window))
    return Sheet("detail", home.floors, window, shapes)


def _detail(cut: Sheet, near: Sequence[Finding], lang: Lang) -> Figure:
    """Draw a detail; its title says which failing findings are in it."""
    numbers = ", ".join(str(one.number) for one in near if one.verdict == "fail")
    title = texts.text("detail_around", lang).format(numbers)
    return replace(_figure(cut, near, lang), title=title)


def _figure(sheet: Sheet, found: Sequence[Finding], lang: Lang) -> Figure:
    """One sheet at the largest scale that fits its place on the page."""
    room = _SITE_MM if sheet.kind == "site" else _FLOOR_MM
    scale = next(
        (
            n
            for n in SCALES
            if sheet.width_m * 1000 / n <= room[0] and sheet.height_m * 1000 / n <= room[1]
        ),
        SCALES[-1],
    )
    mm = scale / 1000  # metres of the ground in a millimetre of paper
    unit, radius, size = 0.18 * mm, 2.3 * mm, 2.6 * mm
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {sheet.width_m:.3f} {sheet.height_m:.3f}",
            "aria-hidden": "true",
        },
    )
    plan.draw_shapes(root, sheet, unit, tolerance_m=0.1 * mm)
    marks = plan.marks(sheet, found, radius)
    plan.draw_marks(root, marks, radius, unit)
    labels = plan.labels(sheet, lang, size, marks, radius)
    bar = plan.bar_m(sheet.width_m)
    return Figure(
        title=plan.sheet_title(sheet, lang),
        kind=sheet.kind,
        scale=scale,
        width_mm=sheet.width_m / mm,
        height_mm=sheet.height_m / mm,
        svg=Markup(plan.svg_text(root)),  # noqa: S704 - the XML writer escaped it
        labels=tuple(
            (100 * label.x / sheet.width_m, 100 * label.y / sheet.height_m, label.text)
            for label in labels
        ),
        bar_m=bar,
        bar_mm=bar / mm,
    )


def placed_numbers(parts: Sequence[Sheet], found: Sequence[Finding]) -> frozenset[int]:
    """Return the numbers of the findings that stand on some sheet."""
    return frozenset(
        finding.number
        for finding in found
        if finding.number is not None and any(sheet.holds(finding.at) for sheet in parts)
    )
