"""From a stored scrutiny to what its page shows: findings in groups, the drawing, measurements."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from api.site.texts import Texts
from kmap.papers import format as written
from kmap.papers import scrutiny as papers
from kmap.papers import texts as words
from kmap.papers.findings import Finding, findings, judged, several
from kmap.papers.lacking import needs, numbers
from rules import Book

Json = Mapping[str, Any]
MARKS = {
    "fail": "fail",
    "unknown": "unknown",
    "complaint": "could_not_check",
    "pass": "pass",
    "not_applicable": "not_applicable",
}
"""Group of findings -> the mark it is shown with."""
SITE_FACTS = (
    *("family", "plot_area_record_m2", "access_width_m"),
    *("street_width_m", "street_class"),
)
"""Facts about the site that the form asks for; names of the book's vocabulary."""
OFTEN = 4
"""A caution that at least so many findings share is said once, above them."""
PLACEHOLDERS = ("", "–")


def result_view(answer: Json, sketch: Json, t: Texts) -> dict[str, Any]:
    """Return everything the result page reads from an answer of ``kmap check --json``."""
    numbered = findings(answer, t.lang)
    todo = [_shown(found, t) for found in numbered]
    unread = not sketch.get("shapes")
    kinds = ("complaint", "fail", "unknown") if unread else ("fail", "unknown", "complaint")
    groups = [(kind, [f for f in todo if f["group"] == kind]) for kind in kinds]
    groups += [
        (kind, [_shown(found, t) for found in judged(answer, t.lang, kind)])
        for kind in ("pass", "not_applicable")
    ]
    return {
        "answer": answer,
        "groups": groups,
        "several": several(answer, t.lang),
        "needs": needs([f for f in numbered if f.verdict == "unknown"], t.lang),
        "numbers": numbers,
        "common": _take_common(todo),
        "marks": MARKS,
        "drawing": "" if unread else papers.overlay_svg(answer, sketch, t.lang),
        "measured": measured(answer.get("measurements") or {}, t),
        "nocs": answer.get("nocs") or [],
        "sha": (answer.get("drawing") or {}).get("sha256", ""),
    }


def _take_common(entries: list[dict[str, Any]]) -> list[str]:
    """Take the cautions that most entries share out of them, to be said once."""
    counts = Counter(text for entry in entries for text in entry["cautions"])
    often = max(OFTEN, len(entries) // 3)
    common = [text for text, count in counts.items() if count >= often]
    for entry in entries:
        entry["cautions"] = [text for text in entry["cautions"] if text not in common]
    return common


def _shown(found: Finding, t: Texts) -> dict[str, Any]:
    entry = asdict(found)
    for name in ("required", "found"):
        entry[name] = "" if entry[name] in PLACEHOLDERS else entry[name]
    entry["checks"] = [one for one in entry["checks"] if one["verdict"] != "not_applicable"]
    complaint = found.kind == "complaint"
    if complaint and found.says and found.title == found.code.replace("_", " "):
        entry["title"], entry["says"] = found.says, ""  # its code is a name for machines
    grave = found.severity in ("fatal", "error")
    return entry | {
        "group": found.kind if complaint else found.verdict,
        "mark": ("fail" if grave else "unknown") if complaint else found.verdict,
        "word": words.verdict(found.severity, t.lang) if complaint else t(f"is.{found.verdict}"),
        "target": f"shape-{found.shapes[0]}" if found.shapes else "",
    }


def measured(measurements: Json, t: Texts) -> list[dict[str, str]]:
    """List the main measurements with their units, the plot first, then block by block."""
    rows = [(t("measure.plot"), measurements.get("plot_area_drawn_m2"), "m2")]
    for block in measurements.get("blocks") or []:
        name = block.get("block")
        rows.append((t("measure.covered", block=name), block.get("covered_area_m2"), "m2"))
        rows.append((t("measure.height", block=name), block.get("height_m"), "m"))
        for floor in block.get("floors") or []:
            title = t("measure.floor", block=name, floor=_floor(floor, t))
            rows.append((title, floor.get("built_up_area_m2"), "m2"))
    return [
        {"title": title, "value": written.quantity(value, unit, t.lang)}
        for title, value, unit in rows
        if value is not None
    ]


def _floor(floor: Json, t: Texts) -> str:
    name = written.floor_name(floor.get("floor"), t.lang)
    return f"{name} (M{floor['mezzanine']})" if floor.get("mezzanine") else name


def site_fields(book: Book, t: Texts) -> list[dict[str, Any]]:
    """Describe the form's fields: name, title, unit, and options of a choice."""
    known = [book.vocabulary[name] for name in SITE_FACTS if name in book.vocabulary]
    return [
        {
            "name": fact.name,
            "title": t.own(fact.title.as_json()),
            "unit": fact.unit if fact.unit in ("m", "m2") else "",
            "options": [(value, words.value(value, t.lang)) for value in fact.values],
        }
        for fact in known
    ]


def site_facts(fields: Mapping[str, str], book: Book) -> dict[str, Any]:
    """Turn the form's texts into facts; an empty field is a fact that is not there.

    Raises ValueError with the name of a number that is none.
    """
    facts: dict[str, Any] = {}
    for name in SITE_FACTS:
        text = fields.get(name, "").strip()
        if text and name in book.vocabulary:
            number = book.vocabulary[name].type == "number"
            facts[name] = _number(name, text) if number else text
    return facts


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(name) from None
    if not 0 <= value < 10_000_000 or not text.isascii():
        raise ValueError(name)
    return value


def as_day(text: str, today: date) -> date:
    """Read the form's date; an empty one is today. Raises ValueError."""
    return date.fromisoformat(text) if text.strip() else today
