"""A drawing against the rules: facts, verdicts, what is missing and who would supply it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gis.drawing.complaints import as_json
from gis.drawing.dialect import USUAL, Dialect
from gis.drawing.dialect import load as load_dialect
from gis.drawing.sandbox import read_safely
from gis.model import Complaint, Survey
from kmap.building.intake import Reader
from kmap.building.supply import Where, supply
from kmap.errors import KmapError
from kmap.facts import Translation, translate
from kmap.land.place import NOT_ASKED, Placed
from rules import Book, cures, evaluate

NOTICE = {
    "id": "not-a-permit",
    "en": "This is not a permit. It was worked from copies of the rules not yet compared with "
    "the gazette.",
    "ml": "ഇത് പെർമിറ്റ് അല്ല. ഗസറ്റുമായി ഇനിയും ഒത്തുനോക്കാത്ത ചട്ടപ്പകർപ്പുകളിൽ നിന്ന് തയ്യാറാക്കിയത്.",
}


TRIED = 300
"""Evaluations for the cures of one drawing."""


class UnreadableDrawingError(KmapError):
    """The drawing cannot be read, so there are no facts to judge."""

    code = "unreadable_drawing"


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """The answer about one drawing, what is needed to draw it, and what the law alone said."""

    answer: dict[str, Any]
    sketch: dict[str, Any]
    judged: dict[str, Any]


Lay = Callable[[Survey, date], Placed]
"""Lays a drawing on the land register: ``kmap.building.drawn.laying``."""


def not_laid(survey: Survey, as_of: date) -> Placed:
    """Lay nothing: no register is asked."""
    del survey, as_of
    return Placed(NOT_ASKED)


def scrutinise(
    path: Path,
    *,
    site: Mapping[str, Any],
    as_of: date,
    book: Book,
    read: Reader = read_safely,
    dialect: str | None = None,
    lay: Lay = not_laid,
) -> Scrutiny:
    """Read, measure and judge the drawing at a path.

    Args:
        path: a DXF file; whatever it holds, the answer is an object with a verdict.
        site: facts of the vocabulary said about the site.
        as_of: the day whose law counts.
        book: the rule book.
        read: reads the drawing in a limited child.
        dialect: name of the dialect it is drawn in; None = the one it plainly is of.
        lay: lays the drawing on the land register.

    Raises:
        FactError: the site facts are not facts of the vocabulary.

    """
    return judge(read(path, dialect=dialect), site=site, as_of=as_of, book=book, lay=lay)


def facts_of(path: Path, *, site: Mapping[str, Any], book: Book) -> dict[str, Any]:
    """Read a drawing and give its facts alone, to be judged otherwise.

    Raises UnreadableDrawingError, and FactError for site facts that are none.
    """
    survey = read_safely(path)
    if not survey.readable:
        said: dict[str, str] = next(
            (one["message"] for one in survey.complaints if one.get("message")), {}
        )
        raise UnreadableDrawingError(
            f"{path.name} cannot be read. {said.get('en', '')}".strip(),
            f"{path.name} വായിക്കാനായില്ല. {said.get('ml', '')}".strip(),
        )
    return translate(survey, site, dialect_of(survey), book).facts


def dialect_of(survey: Survey) -> Dialect:
    """Return the dialect a drawing was read in; the usual one for a drawing that was not read."""
    return load_dialect(survey.drawing.get("dialect") or USUAL)


def judge(
    survey: Survey,
    *,
    site: Mapping[str, Any],
    as_of: date,
    book: Book,
    tried: int = TRIED,
    lay: Lay = not_laid,
) -> Scrutiny:
    """Judge a drawing that has been read; see ``scrutinise``. ``tried`` bounds the cures."""
    dialect = dialect_of(survey)
    placed = lay(survey, as_of) if survey.readable else not_laid(survey, as_of)
    found = translate(survey, site, dialect, book, placed.facts)
    evaluated = evaluate(book, found.facts, as_of)
    judged = evaluated.as_json()
    said = [as_json(one) for one in placed.complaints]
    complaints = [*survey.complaints, *said, *found.complaints]
    if turned := _turned_by_area(found, judged, as_of, book):
        at = found.sources.get("plot_area_record_m2", {}).get("witness") or {}
        point = at.get("at")
        decides = Complaint(
            "plot_area_decides", "PLAN_INFO", tuple(point) if point else None,
            {"clauses": ", ".join(turned)},
        )  # fmt: skip
        complaints.append(as_json(decides))
    answer = {
        "drawing": survey.drawing,
        "measurements": survey.measurements,
        "facts": found.facts,
        "sources": found.sources,
        "claims": found.claims,
        "placement": placed.answer,
        "complaints": complaints,
        "supply": _supply(judged, survey, dialect, book, register_asked=bool(placed.facts)),
        "cures": cures(book, found.facts, as_of, most=tried, evaluated=evaluated).as_json(),
        **judged,
        "verdict": _verdict(survey, judged, complaints, turned),
    }
    answer["notices"] = [*_notices(judged), *placed.notices]
    return Scrutiny(answer, survey.sketch, judged)


def _notices(judged: Mapping[str, Any]) -> list[Any]:
    notices = list(judged.get("notices", []))
    return notices if any(n.get("id") == NOTICE["id"] for n in notices) else [NOTICE, *notices]


def _supply(
    judged: Mapping[str, Any],
    survey: Survey,
    dialect: Dialect,
    book: Book,
    *,
    register_asked: bool,
) -> dict[str, Any]:
    """Say for each missing fact who or which layer would supply it, at the place it is missing."""
    missing: dict[str, Where] = {}
    for clause in judged["clauses"].values():
        for name in clause.get("missing", []):
            missing.setdefault(name, _lacking_at(clause, name))
    for names in judged.get("derived_missing", {}).values():
        missing.update({name: {} for name in names if name not in missing})
    for noc in judged.get("nocs_unknown", []):
        missing.update({name: {} for name in noc.get("missing", []) if name not in missing})
    blocks = [b["block"] for b in survey.measurements.get("blocks", [])] or [1]
    first = {"block": blocks[0]}
    return {
        name: supply(
            name, dialect, book, {**first, **missing[name]}, register_asked=register_asked
        )
        for name in sorted(missing)
    }


def _lacking_at(clause: Mapping[str, Any], fact: str) -> dict[str, int]:
    """Return block, level or floor of the first check that a missing fact left open."""
    open_ = [c for c in clause.get("checks", []) if c["verdict"] == "unknown"]
    open_.sort(key=lambda c: c.get("fact") != fact)
    where = open_[0].get("where") or {} if open_ else {}
    return {k: v for k, v in where.items() if k in {"block", "level", "floor"}}


def _turned_by_area(
    found: Translation, judged: Mapping[str, Any], as_of: date, book: Book
) -> list[str]:
    """Return the clauses that pass only because of a typed plot area that is not the drawn one."""
    source = found.sources.get("plot_area_record_m2")
    drawn = found.facts.get("plot_area_drawn_m2")
    typed = found.facts.get("plot_area_record_m2")
    if source is None or source.get("witness") is None or drawn is None or typed == drawn:
        return []
    other = evaluate(book, found.facts | {"plot_area_record_m2": drawn}, as_of).as_json()
    lenient = {"pass", "not_applicable"}
    return [
        name
        for name, clause in judged["clauses"].items()
        if clause["verdict"] in lenient and other["clauses"][name]["verdict"] not in lenient
    ]


def _verdict(
    survey: Survey,
    judged: Mapping[str, Any],
    complaints: list[dict[str, Any]],
    turned: list[str],
) -> str:
    """Return the overall verdict: unreadable, fail, unknown or pass.

    Fail: a mandatory clause fails. Unknown: a clause is unknown, a relaxable one fails, something
    drawn could not be used, or a clause passes only by the typed plot area.
    """
    if not survey.readable:
        return "unreadable"
    clauses = [c for c in judged["clauses"].values() if c.get("severity") != "advisory"]
    if any(c["verdict"] == "fail" and c.get("severity") != "relaxable" for c in clauses):
        return "fail"
    open_ = any(c["verdict"] in {"unknown", "fail"} for c in clauses)
    errors = any(c["severity"] == "error" for c in complaints)
    return "unknown" if open_ or errors or turned or not clauses else "pass"
