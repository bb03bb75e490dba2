"""A list of plots in, a row for each out: the four answers a theme, limits, clearances, errors."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from kmap.errors import DatabaseAwayError, KmapError
from kmap.land.errors import BadSurveyNumberError, TooManyAskedError
from kmap.land.lookup import Land

Json = dict[str, Any]
MOST = 1000
"""Most plots in one list over HTTP."""
MOST_LETTERS = 200
HEADS = ("survey", "plot", "id", "number")
LIMITS = (
    "front_yard_m",
    "rear_yard_m",
    "side_yard_m",
    "footprint_m2",
    "floor_area_m2",
    "height_m",
)


def entries(text: str, most: int = MOST) -> list[str]:
    """Read survey numbers (VILLAGE/SURVEY) or plot ids, one a line, from CSV or plain lines.

    The column ``survey``, ``plot``, ``id`` or ``number`` is read where a head names one, the first
    otherwise. Raises TooManyAskedError.
    """
    rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if any(row)]
    if not rows:
        return []
    heads = [cell.strip().casefold() for cell in rows[0]]
    column = next((heads.index(name) for name in HEADS if name in heads), None)
    cells = rows if column is None else rows[1:]
    found = [row[column or 0].strip() if len(row) > (column or 0) else "" for row in cells]
    if len(found) > most:
        raise TooManyAskedError(
            f"The list names {len(found)} plots; {most} are answered in one go.",
            f"പട്ടികയിൽ {len(found)} പ്ലോട്ടുകളുണ്ട്; ഒരു തവണ {most} വരെ മാത്രം.",
        )
    return found


def rows(land: Land, asked: Iterable[str], as_of: date, use: str = "A1") -> Iterator[Json]:
    """Yield one row for each entry, in order; an entry that fails has its error in its row.

    Raises DatabaseAwayError: then nothing further can be answered.
    """
    for number, entry in enumerate(asked, 1):
        head = {"row": number, "asked": entry[:MOST_LETTERS]}
        try:
            yield {**head, "error": None, **_row(_ask(land, entry, as_of, use))}
        except DatabaseAwayError:
            raise
        except KmapError as error:
            says = {"en": error.message, "ml": error.message_ml}
            yield {**head, "error": {"code": error.code, "says": says}}


def _ask(land: Land, entry: str, as_of: date, use: str) -> Json:
    if len(entry) > MOST_LETTERS or not entry.isprintable():
        raise BadSurveyNumberError(
            "That is neither a survey number nor a plot's id.",
            "ഇത് സർവേ നമ്പറോ പ്ലോട്ടിന്റെ ഐഡിയോ അല്ല.",
        )
    return land.by_name(entry, as_of, use)


def _row(answer: Json) -> Json:
    plot, build = answer["plot"], answer["may_build"]
    body = plot["local_body"]
    limits = {limit["id"]: limit["value"] for limit in build["limits"]}
    return {
        "plot": plot["id"],
        "village": plot["village"],
        "deed_area_m2": plot["deed_area_m2"],
        "drawn_area_m2": plot["drawn_area_m2"],
        "local_body": body["name"] if body else None,
        "zones": [{"code": z["code"], "share_pct": z["share_pct"]} for z in answer["zones"]],
        "themes": {theme["id"]: theme["answer"] for theme in answer["themes"]},
        "too_close": [
            row["id"]
            for theme in answer["themes"]
            for row in theme["restrictions"]
            if row["too_close_to_call"]
        ],
        "limits": {name: limits.get(name) for name in LIMITS},
        "clearances": [noc["id"] for noc in answer["clearances"]],
        "clearances_unknown": [noc["id"] for noc in answer["clearances_unknown"]],
        "conflicts": [one["theme"] for one in answer["conflicts"]],
    }


def flat(row: Json, themes: Sequence[str]) -> dict[str, Any]:
    """Return a row as the cells of a table, a column a theme and a limit; empty: unknown."""
    error = row.get("error") or {}
    told = row.get("themes") or {}
    limits = row.get("limits") or {}
    zones = row.get("zones") or []
    return {
        "row": row["row"],
        "asked": _safe(row["asked"]),
        "error": error.get("code", ""),
        "error_says": (error.get("says") or {}).get("en", ""),
        "plot": row.get("plot", ""),
        "deed_area_m2": row.get("deed_area_m2"),
        "drawn_area_m2": row.get("drawn_area_m2"),
        "zones": "; ".join(f"{z['code']} {z['share_pct']:g} %" for z in zones),
        **{name: told.get(name, "") for name in themes},
        "too_close": "; ".join(row.get("too_close") or []),
        **{name: limits.get(name) for name in LIMITS},
        "clearances": "; ".join(row.get("clearances") or []),
        "clearances_unknown": "; ".join(row.get("clearances_unknown") or []),
        "conflicts": "; ".join(row.get("conflicts") or []),
    }


def _safe(cell: str) -> str:
    """Keep a cell from being read as a formula by a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
