"""The scrutiny report: a paper an engineer hands to a client, as HTML and as PDF."""

import re
from collections.abc import Mapping
from typing import Any, Final

from kmap.papers import clearances, paper, plan, statement, texts
from kmap.papers.figures import details, figures, placed_numbers
from kmap.papers.findings import Finding, findings, judged, several
from kmap.papers.format import Lang, day, land_area, pick, plain, quantity, short
from kmap.papers.lacking import needs, numbers
from kmap.papers.marked import overlay_dxf
from kmap.papers.overlay import overlay_svg
from kmap.papers.sheets import Sheet, sheets

__all__ = ["overlay_dxf", "overlay_svg", "report_html", "report_pdf"]

Json = Mapping[str, Any]

_VERDICTS: Final = ("pass", "fail", "unknown", "unreadable")


def report_html(answer: Json, sketch: Json, lang: Lang) -> str:
    """Return the report as one self-contained HTML page: inline CSS and SVG, no script.

    ``answer`` is the object of ``kmap check --json``, ``sketch`` what is needed to draw it.
    Raises PaperError for a language that is not there.
    """
    return paper.render("scrutiny.html", lang, _view(answer, sketch, paper.language(lang)))


def report_pdf(answer: Json, sketch: Json, lang: Lang) -> bytes:
    """Return the same report as PDF (A4); the same answer gives the same bytes."""
    return paper.pdf(report_html(answer, sketch, lang))


def _view(answer: Json, sketch: Json, lang: Lang) -> dict[str, Any]:
    """All that the template shows."""
    found = findings(answer, lang)
    parts = sheets(sketch)
    passed = judged(answer, lang, "pass")
    idle = judged(answer, lang, "not_applicable")
    by_kind = {
        kind: [item for item in found if item.verdict == kind]
        for kind in ("fail", "unknown", "complaint")
    }
    verdict = answer.get("verdict")
    return {
        "verdict": verdict if verdict in _VERDICTS else "unknown",
        "fails": by_kind["fail"],
        "unknowns": by_kind["unknown"],
        "needs": needs(by_kind["unknown"], lang),
        "numbers": numbers,
        "several": several(answer, lang),
        "complaints": by_kind["complaint"],
        "passed": passed,
        "idle": idle,
        "on_plan": placed_numbers(parts, found),
        "figures": figures(parts, found, lang),
        "details": details(parts, found, lang),
        "legend": _legend(parts, lang),
        "marker_colours": plan.MARKS,
        "particulars": _particulars(answer, lang),
        "blocks": statement.blocks(answer, lang),
        "totals": _totals(answer, lang),
        "claims": statement.claims(answer, lang),
        "notes": _notes([*found, *passed]),
        "clearances": clearances.needed(answer.get("nocs") or [], lang),
        "clearances_unknown": clearances.untold(answer.get("nocs_unknown") or [], answer, lang),
        "notices": _notices(answer, [*found, *passed], lang),
        "marks": _marks_used([*found, *passed, *idle], lang),
        "foot": _foot(answer, lang),
    }


def _particulars(answer: Json, lang: Lang) -> list[tuple[str, str]]:
    """Return the box at the head: whose plan, which drawing, which law."""
    drawing = answer.get("drawing") or {}
    info = {str(key).upper(): value for key, value in _typed(answer).items()}
    facts = answer.get("facts") or {}
    book = answer.get("book") or {}
    family = facts.get("family") or (answer.get("derived") or {}).get("family")
    rows = [
        ("survey_no", plain(info.get("RS_NO") or "")),
        ("village", plain(info.get("VILLAGE") or "")),
        ("ward", plain(info.get("REVENUE_WARD") or "")),
        ("desam", plain(info.get("DESAM") or "")),
        ("local_body", plain(facts.get("body") or "")),
        ("rules_family", texts.instrument(family, lang) if family else _both(lang)),
        ("plot_area_drawn", land_area(_measured(answer, "plot_area_drawn_m2"), lang)),
        *_placement(answer, lang),
        ("law_of", day(answer.get("as_of"), lang)),
        ("book_and_hash", f"{plain(book.get('id', '–'))}, {short(book.get('hash'))}"),
        ("drawing_sha", short(drawing.get("sha256"), 16)),
        ("drawing_release", _release(drawing)),
    ]
    return [(texts.text(key, lang), value or texts.text("not_said", lang)) for key, value in rows]


def _placement(answer: Json, lang: Lang) -> list[tuple[str, str]]:
    """Say how the drawing lies on the land register, where a plot was asked for."""
    placement = answer.get("placement") or {}
    return [("on_the_land", pick(placement["says"], lang))] if placement.get("asked") else []


def _typed(answer: Json) -> Json:
    """Return the pairs that were typed on the drawing."""
    typed = (answer.get("measurements") or {}).get("typed")
    return typed if isinstance(typed, Mapping) else {}


def _both(lang: Lang) -> str:
    """Both sets of rules, for a local body that is not said."""
    return texts.text("both_families", lang)


def _release(drawing: Json) -> str:
    """DXF release and units of the file."""
    return ", ".join(plain(drawing[key]) for key in ("release", "units") if drawing.get(key))


def _measured(answer: Json, name: str) -> float | None:
    """Return a number of ``measurements``; none when it is not there."""
    value = (answer.get("measurements") or {}).get(name)
    return float(value) if isinstance(value, int | float) else None


def _totals(answer: Json, lang: Lang) -> list[tuple[str, str]]:
    """Plot, coverage and FSI as the law works them out."""
    derived = answer.get("derived") or {}
    rows = [
        ("plot_area_drawn", land_area(_measured(answer, "plot_area_drawn_m2"), lang)),
        ("plot_area", land_area(_single(derived.get("plot_area_m2")), lang)),
        ("coverage", quantity(_single(derived.get("coverage_pct")), "pct", lang)),
        ("fsi", quantity(_single(derived.get("fsi")), "ratio", lang)),
    ]
    return [(texts.text(key, lang), value) for key, value in rows]


def _single(value: Any) -> float | None:
    """Return a derived number of the plot; none when it is missing or differs by instance."""
    return float(value) if isinstance(value, int | float) else None


def _legend(parts: tuple[Sheet, ...], lang: Lang) -> list[tuple[str, str, str]]:
    """Fill, stroke and name of each role that is on the drawing."""
    seen = {plan.role_of(shape) for sheet in parts for shape in sheet.shapes}
    return [
        (fill, stroke, texts.text(f"role_{role}", lang))
        for role, (fill, stroke, _) in plan.ROLES.items()
        if role in seen
    ]


def _notes(items: list[Finding]) -> dict[str, str]:
    """Return a letter for each caution, in the order in which they first occur."""
    cautions = dict.fromkeys(caution for item in items for caution in item.cautions)
    return {caution: chr(ord("a") + index % 26) for index, caution in enumerate(cautions)}


_OURS: Final = ("notice_permit", "notice_copies", "notice_measured", "notice_repeat")
_SAID: Final = frozenset({"not-a-permit", "not-gazetted"})


def _notices(answer: Json, items: list[Finding], lang: Lang) -> list[str]:
    """Our notices, then those of the answer that do not say the same again."""
    ours = [texts.text(key, lang) for key in _OURS]
    given = [
        pick(item, lang) for item in answer.get("notices") or [] if item.get("id") not in _SAID
    ]
    known = _notes(items)
    return ours + [text for text in dict.fromkeys(given) if text and text not in known]


def _marks_used(items: list[Finding], lang: Lang) -> list[tuple[str, str]]:
    """Return the trust marks that occur on this paper, with their meaning."""
    used = {item.trust for item in items if item.trust}
    return [(mark, texts.trust(mark, lang)) for mark in sorted(used, key=_rank)]


def _rank(mark: str) -> tuple[str, bool]:
    """Return A, B, B-, C."""
    return mark[:1], mark.endswith("-")


def _foot(answer: Json, lang: Lang) -> dict[str, str]:
    """Return the running foot, fit for a CSS string."""
    sha = re.sub(r"[^0-9a-zA-Z]", "", plain((answer.get("drawing") or {}).get("sha256", "")))
    book = re.sub(r"[^0-9a-zA-Z]", "", plain((answer.get("book") or {}).get("hash", "")))
    return {
        "left": paper.css_text(
            f"{texts.text('drawing', lang)} {sha[:12]}", f"{texts.text('book', lang)} {book[:12]}"
        ),
        "middle": paper.css_text(texts.text("not_a_permit", lang)),
        "page": paper.css_text(texts.text("page", lang)),
    }
