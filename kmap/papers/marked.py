"""The findings as a DXF that an engineer attaches over the drawing: discs, leaders, outlines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gis.drawing.marks import Mark, Note, marks_dxf
from kmap.papers import paper, plan, texts
from kmap.papers.findings import Finding, findings
from kmap.papers.format import Lang, plain
from kmap.papers.sheets import Sheet, rings, sheets

Json = Mapping[str, Any]
_KINDS: Final = {"fail": "fail", "unknown": "unknown", "complaint": "note"}
_MOST_MARKS: Final = 500
_MOST_OUTLINES: Final = 20
_LONGEST: Final = 120


def overlay_dxf(answer: Json, sketch: Json, lang: Lang) -> str:
    """Return the findings that have a place as a DXF of their own, R2010, on layers of ours.

    It lies at the coordinates and in the units of the drawing; the drawing itself is not in it.
    Raises PaperError for a language that is not there.
    """
    known = paper.language(lang)
    found = [f for f in findings(answer, known) if f.number is not None]
    parts = sheets(sketch)
    radius = _radius(parts)
    shapes = {plain(s.get("id")): s for s in sketch.get("shapes") or []}
    marks = list(_marks(found, parts, shapes, radius))[:_MOST_MARKS]
    units = (answer.get("drawing") or {}).get("units")
    note = _note(found, parts, radius, known)
    return marks_dxf(marks, note, units=units, radius_m=radius, lang=known)


def _radius(parts: Sequence[Sheet]) -> float:
    """Return the radius of a disc: a sixtieth of the site plan, within what can be read."""
    if not parts:
        return 0.3
    return min(max(parts[0].width_m, parts[0].height_m) / 60, 3.0)


def _marks(
    found: Sequence[Finding], parts: Sequence[Sheet], shapes: Mapping[str, Json], radius: float
) -> Iterator[Mark]:
    """Place the discs part by part, kept apart; what lies on no part is marked where it is."""
    done: set[str] = set()
    for sheet in parts:
        for mark in plan.marks(sheet, found, radius):
            if mark.finding.key not in done:
                done.add(mark.finding.key)
                yield _mark(mark.finding, _outer(sheet, mark.at), _outer(sheet, mark.disc), shapes)
    for one in found:
        if one.at is not None and one.key not in done:
            yield _mark(one, one.at, one.at, shapes)


def _outer(sheet: Sheet, at: tuple[float, float]) -> tuple[float, float]:
    return sheet.bounds[0] + at[0], sheet.bounds[3] - at[1]


def _mark(
    one: Finding,
    at: tuple[float, float],
    disc: tuple[float, float],
    shapes: Mapping[str, Json],
) -> Mark:
    held = [shapes[name] for name in one.shapes[:_MOST_OUTLINES] if name in shapes]
    return Mark(
        kind=_KINDS[one.verdict],
        number=one.number or 0,
        text=_words(one),
        at=at,
        disc=disc,
        outlines=tuple(_ring(shape, ring) for shape in held for ring in rings(shape)),
    )


def _ring(shape: Json, ring: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return the points of an outline, an area's first point once more at its end."""
    closed = shape.get("kind") == "area" and ring[0] != ring[-1]
    return (*ring, ring[0]) if closed else tuple(ring)


def _words(one: Finding) -> str:
    """Say a finding in one line: its title, what is required and what was found."""
    pair = f": {one.required}; {one.found}" if one.required != "–" or one.found != "–" else ""
    text = one.says if one.kind == "complaint" else one.title + pair
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _note(
    found: Sequence[Finding], parts: Sequence[Sheet], radius: float, lang: Lang
) -> Note | None:
    """List what fails and what is said about the drawing, left of and below the site plan."""
    listed = [one for one in found if one.verdict != "unknown"]
    open_ = sum(one.verdict == "unknown" for one in found)
    if not parts:
        return None
    lines = [f"K-MAP – {texts.text('not_a_permit', lang)}"]
    lines += [f"{one.number}. {_words(one)}" for one in listed[:_MOST_MARKS]]
    lines += [f"{open_} {texts.text('count_unknown', lang)}"] if open_ else []
    minx, miny, *_ = parts[0].bounds
    return Note((minx, miny - 3 * radius), tuple(lines))
