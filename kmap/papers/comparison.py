"""What changed between two drawings, in words: for the terminal, the page and the paper.

Pure: the object of ``kmap compare --json`` in, ready texts out; and the outlines of both drawings
as one picture, the old one dashed where it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from markupsafe import Markup
from shapely.geometry import LineString

from kmap.building.moved import group_of, laying
from kmap.papers import paper, plan, texts
from kmap.papers.findings import citation
from kmap.papers.format import Lang, day, pick, place, plain, quantity, requirement, short
from kmap.papers.sheets import Sheet, sheets
from kmap.papers.statement import unit_in

Json = Mapping[str, Any]
CHANGES: Final = ("gone", "new", "turned", "still")
_OLD_PEN: Final = "#b3261e"
_DRAWN: Final = ("plot", "footprint", "built_up", "yard", "parking", "well")


@dataclass(frozen=True)
class Measure:
    """One value that changed, in words."""

    title: str
    where: str
    old: str
    new: str
    by: str


@dataclass(frozen=True)
class Change:
    """One finding and what became of it."""

    code: str
    change: str
    title: str
    says: str
    cite: str
    cure: str
    verdict: str


@dataclass(frozen=True)
class Outline:
    """One layer whose outline lies elsewhere."""

    layer: str
    change: str
    by: str
    area: str


@dataclass(frozen=True)
class Deviation:
    """One deviation of a completed building from its permit, judged."""

    measure: Measure
    verdict: str
    word: str
    limit: str
    clause: str
    cite: str
    says: str
    cure: str


def view(compared: Json, lang: Lang) -> dict[str, Any]:
    """Return everything that a table, a page or the paper shows of a comparison."""
    judged = compared.get("completion")
    return {
        "sides": [_side(one, lang) for one in compared["drawings"]],
        "measures": [_measure(one, lang) for one in compared["measures"]],
        "changes": _grouped([*_clauses(compared, lang), *_complaints(compared, lang)]),
        "outlines": [_outline(one, lang) for one in compared["outlines"]],
        "deviations": []
        if judged is None
        else [_deviation(d, lang) for d in judged["deviations"]],
        "revised": None if judged is None else _revised(judged["revised_permit"], lang),
        "completed": None if judged is None else texts.text(f"built_{judged['verdict']}", lang),
        "completed_verdict": None if judged is None else judged["verdict"],
    }


def _side(one: Json, lang: Lang) -> dict[str, str]:
    return {
        "sha": short(one.get("sha256"), 16),
        "verdict": texts.verdict(plain(one.get("verdict") or "unknown"), lang),
        "as_of": day(one.get("as_of"), lang),
    }


def _measure(one: Json, lang: Lang) -> Measure:
    """Write one changed value; a fact that the book does not have goes by our own words."""
    name = plain(one["name"])
    unit = unit_in(name)
    own = f"measure_{name}"
    words = texts.sections()["paper"].get(own)
    by = one.get("by")
    sign = "+" if by is not None and by > 0 else ""
    return Measure(
        title=pick(words, lang) if words else texts.fact(name).title(lang),
        where=place(one.get("where"), lang),
        old=quantity(texts.value(one.get("old"), lang), unit, lang),
        new=quantity(texts.value(one.get("new"), lang), unit, lang),
        by="" if by is None else sign + quantity(by, unit, lang),
    )


def _clauses(compared: Json, lang: Lang) -> Iterator[Change]:
    for one in compared["clauses"]:
        yield Change(
            code=plain(one["clause"]),
            change=one["change"],
            title=pick(one.get("title"), lang) or plain(one["clause"]),
            says=pick(one.get("says"), lang),
            cite=citation(one.get("cite"), lang),
            cure=pick(one.get("cure"), lang),
            verdict=plain(one.get("new") or one.get("old") or "unknown"),
        )


def _complaints(compared: Json, lang: Lang) -> Iterator[Change]:
    for one in compared["complaints"]:
        count = f" ({one['count']})" if one["count"] > 1 else ""
        yield Change(
            code=plain(one["code"]),
            change=one["change"],
            title=pick(one["message"], lang) + count,
            says="",
            cite="",
            cure=pick(one["cure"], lang) if one["change"] != "gone" else "",
            verdict="complaint",
        )


def _grouped(found: list[Change]) -> list[tuple[str, list[Change]]]:
    """Return the findings by what became of them: gone, new, turned, still; fails first."""
    order = ("fail", "unknown", "complaint")
    found = sorted(found, key=lambda c: order.index(c.verdict) if c.verdict in order else 3)
    groups = [(change, [one for one in found if one.change == change]) for change in CHANGES]
    return [(change, held) for change, held in groups if held]


def _outline(one: Json, lang: Lang) -> Outline:
    return Outline(
        layer=plain(one["layer"]),
        change=texts.text(f"outline_{one['change']}", lang),
        by=quantity(one.get("by_m"), "m", lang),
        area=quantity(one.get("area_m2"), "m2", lang),
    )


def _deviation(one: Json, lang: Lang) -> Deviation:
    limit, verdict = one["limit"], plain(one["verdict"])
    return Deviation(
        measure=_measure(one, lang),
        verdict=verdict,
        word=texts.text(f"deviation_{verdict}", lang),
        limit=requirement(limit.get("required"), limit.get("unit"), limit.get("op"), lang),
        clause=pick(one.get("title"), lang),
        cite=citation(one.get("cite"), lang),
        says=pick(one["says"], lang),
        cure=pick(one.get("cure"), lang),
    )


def _revised(one: Json, lang: Lang) -> dict[str, str]:
    """Say whether a revised permit is needed, by which change of area, and its fee."""
    needed = "unknown" if one.get("needed") is None else "yes" if one["needed"] else "no"
    pct = one["told"].get("change_area_pct")
    return {
        "needed": texts.text(f"revised_{needed}", lang),
        "verdict": plain(one["verdict"]),
        "pct": quantity(pct, "pct", lang),
        "fee": quantity(one.get("fee_rs"), "rs", lang),
        "says": pick(one.get("says"), lang),
        "cure": pick(one.get("cure"), lang),
        "cite": citation(one.get("cite"), lang),
        "missing": ", ".join(texts.fact(plain(n)).title(lang) for n in one.get("missing") or []),
    }


def comparison_html(compared: Json, sketches: tuple[Json, Json], lang: Lang) -> str:
    """Return the comparison as one self-contained HTML page. Raises PaperError for a language."""
    known = paper.language(lang)
    foot = {
        "left": paper.css_text(*(short(d.get("sha256")) for d in compared["drawings"])),
        "middle": paper.css_text(texts.text("not_a_permit", known)),
        "page": paper.css_text(texts.text("page", known)),
    }
    shown = view(compared, known) | {"pictures": pictures(sketches, known), "foot": foot}
    return paper.render("comparison.html", known, shown)


def comparison_pdf(compared: Json, sketches: tuple[Json, Json], lang: Lang) -> bytes:
    """Return the same comparison as PDF."""
    return paper.pdf(comparison_html(compared, sketches, lang))


def pictures(sketches: tuple[Json, Json], lang: Lang) -> list[dict[str, Any]]:
    """Return each part of the new drawing with the old outlines dashed over it, for a page."""
    old, new = sketches
    found = []
    for sheet in sheets(new):
        if sheet.kind == "other":
            continue
        root = _picture(sheet, old, new)
        wide = min(178.0, 120.0 * sheet.width_m / sheet.height_m)
        size = {"width_mm": wide if sheet.kind == "site" else min(wide, 84.0)}
        svg = Markup(plan.svg_text(root))  # noqa: S704 - the XML writer escaped it
        found.append(
            {"title": plan.sheet_title(sheet, lang), "kind": sheet.kind, "svg": svg} | size
        )
    return found


def comparison_svg(sketches: tuple[Json, Json], lang: Lang) -> str:
    """Return the site, or the first part, of both drawings over each other as one SVG."""
    parts = sheets(sketches[1])
    if not parts:
        return plan.svg_text(Element("svg", {"xmlns": "http://www.w3.org/2000/svg"}))
    root = _picture(parts[0], *sketches)
    root.set("lang", lang)
    return plan.svg_text(root)


def _picture(sheet: Sheet, old: Json, new: Json) -> Element:
    """Draw one part of the new drawing, and the old outlines where they lie on it."""
    unit = plan.unit_of(sheet.width_m, sheet.height_m) * 1.6
    box = {"viewBox": f"0 0 {sheet.width_m:.3f} {sheet.height_m:.3f}"}
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg"} | box)
    plan.draw_shapes(root, sheet, unit, tolerance_m=0.25 * unit)
    group = SubElement(root, "g", {"class": "before", "fill": "none", "stroke": _OLD_PEN})
    laid = laying(old, new)
    for shape in old.get("shapes") or []:
        if shape.get("role") not in _DRAWN or shape.get("kind") != "area":
            continue
        for ring in shape["rings"]:
            there = laid.carry(LineString(ring), group_of(shape))
            points = [plan.local(sheet, (x, y)) for x, y in there.coords]
            if any(0 <= x <= sheet.width_m and 0 <= y <= sheet.height_m for x, y in points):
                pen = {"stroke-width": f"{1.2 * unit:.3f}", "stroke-dasharray": f"{6 * unit:.3f}"}
                path = "L".join(f"{x:.3f} {y:.3f}" for x, y in points)
                SubElement(group, "path", {"d": f"M{path}Z"} | pen)
    return root
