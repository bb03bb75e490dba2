"""The four answers of a theme: affected, not affected, no data, could not check.

*Not affected* needs data: a coverage area that holds the whole plot. A theme that could not be
asked is never "no restriction".
"""

from dataclasses import dataclass
from typing import Any

from kmap.store.layers import Overlap
from kmap.store.parcels import Parcel
from kmap.store.register import RECORDS_ONLY, Register

TOUCH_M2 = 1.0
TOUCH_M = 1.0
BINDING = ("in_force", "draft_with_effect")
"""A draft that has no effect yet, or a stayed order, is shown but decides nothing."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Bearing:
    """One restriction at the plot, judged: present, only touching, or too close to call.

    Areas in square metres of the drawn plot.
    """

    overlap: Overlap
    present: bool
    touches_only: bool
    too_close: bool

    @property
    def binding(self) -> bool:
        """In force, or a draft that already has effect."""
        return self.overlap.row["status"] in BINDING

    @property
    def sure(self) -> bool:
        """Present whichever way the lines lie within their accuracy."""
        return self.present and not self.too_close


@dataclass(frozen=True)
class ThemeAnswer:
    """What a theme says of a plot; ``whole`` when its data cover the plot entirely."""

    theme: str
    answer: str
    bearings: tuple[Bearing, ...]
    whole: bool
    level: str

    @property
    def known(self) -> bool:
        """Facts may be drawn from this theme here."""
        return self.whole and self.answer != "could_not_check"


def judge(overlap: Overlap) -> Bearing | None:
    """Judge one overlap; None when the restriction is near, but surely does not matter."""
    least_size = TOUCH_M2 if overlap.dimension == 2 else TOUCH_M
    present = overlap.size >= least_size
    touches = not present and overlap.distance_m == 0.0
    if overlap.dimension == 0:
        present, touches = overlap.distance_m == 0.0, False
        too_close = overlap.slack_m > 0
    else:
        too_close = overlap.least < least_size if present else overlap.most >= least_size
    if not (present or touches or too_close):
        return None
    return Bearing(overlap, present, touches, too_close)


def answers(
    parcel: Parcel, register: Register, found: dict[str, list[Overlap] | None]
) -> list[ThemeAnswer]:
    """Return every theme's answer; ``found[theme]`` is None where the theme could not be asked."""
    return [
        _answer(theme, parcel, found.get(theme, []))
        for theme in register.themes
        if theme != RECORDS_ONLY
    ]


def _answer(theme: str, parcel: Parcel, found: list[Overlap] | None) -> ThemeAnswer:
    whole, level = _covered(parcel, theme)
    if found is None:
        return ThemeAnswer(theme, "could_not_check", (), whole, level)
    bearings = tuple(b for b in map(judge, found) if b is not None)
    if bearings:
        answer = "affected"
    elif whole:
        answer = "not_affected"
    else:
        answer = "no_data"
    return ThemeAnswer(theme, answer, bearings, whole, level)


def _covered(parcel: Parcel, theme: str) -> tuple[bool, str]:
    """Return whether a complete survey of the theme holds the whole plot, and the best level."""
    parts = parcel.coverage.get(theme, [])
    levels = [part["level"] for part in parts]
    whole = any(part["level"] == "complete" and part["whole"] for part in parts)
    best = next((lv for lv in ("complete", "partial", "paper_only") if lv in levels), "none")
    return whole, best if whole or best != "complete" else "partial"


def as_json(answer: ThemeAnswer, parcel: Parcel, register: Register) -> Json:
    """Return a theme's answer as it is printed."""
    theme = register.themes[answer.theme]
    rows = sorted(answer.bearings, key=lambda b: (-b.overlap.area_m2, b.overlap.row["public_id"]))
    return {
        "id": answer.theme,
        "title": {"en": theme["title_en"], "ml": theme["title_ml"]},
        "colour": theme["colour"],
        "answer": answer.answer,
        "coverage": {"level": answer.level, "whole": answer.whole},
        "restrictions": [_restriction(row, parcel, register, theme) for row in rows],
        "source": _source(answer, parcel, register),
    }


def _restriction(bearing: Bearing, parcel: Parcel, register: Register, theme: Json) -> Json:
    overlap = bearing.overlap
    row, drawn = overlap.row, parcel.drawn_m2
    scale = registered_scale(parcel)
    since = row["since"]
    return {
        "id": row["public_id"],
        "kind": row["kind"],
        "title": {"en": row["title_en"], "ml": row["title_ml"]},
        "says": {"en": row["says_en"], "ml": row["says_ml"]},
        "status": row["status"],
        "binding": bearing.binding,
        "since": since.isoformat() if since else None,
        "area_m2": round(overlap.area_m2 * scale, 2),
        "drawn_m2": round(overlap.area_m2, 2),
        "length_m": round(overlap.size, 2) if overlap.dimension == 1 else None,
        "share_pct": round(100 * overlap.area_m2 / drawn, 2),
        "touches_only": bearing.touches_only,
        "too_close_to_call": bearing.too_close,
        "min_area_m2": _bound(overlap, overlap.least, scale),
        "max_area_m2": _bound(overlap, overlap.most, scale),
        "accuracy_m": round(overlap.slack_m, 3),
        "office": office(register, row["office_id"] or theme["office_id"]),
        "document": _document(register, row),
        "colour": row["colour"] or theme["colour"],
    }


def registered_scale(parcel: Parcel) -> float:
    """Return what turns a drawn area into a share of the area the owner's deed names."""
    deed = parcel.row["deed_area_m2"]
    return float(deed) / parcel.drawn_m2 if deed else 1.0


def _bound(overlap: Overlap, size: float, scale: float) -> float | None:
    return round(size * scale, 2) if overlap.dimension == 2 else None


def office(register: Register, key: str | None) -> Json | None:
    """Return an office with its reply time and form, as far as the register knows them."""
    row = register.offices.get(key or "")
    if row is None:
        return None
    names = {"id": row["id"], "name": {"en": row["title_en"], "ml": row["title_ml"]}}
    return {**names, "days": row["days"], "form": row["form"], "fee_rs": row["fee_rs"]}


def _document(register: Register, row: Json) -> Json | None:
    document = register.documents.get(row["document_id"] or "")
    if document is None:
        return None
    dated = document["dated"]
    title = {"en": document["title_en"], "ml": document["title_ml"]}
    when = dated.isoformat() if dated else None
    return {"id": document["id"], "title": title, "dated": when, "article": row["article"]}


def _source(answer: ThemeAnswer, parcel: Parcel, register: Register) -> Json | None:
    """Return where the theme's data here come from; None where there are none."""
    numbers = [b.overlap.row["load_id"] for b in answer.bearings]
    numbers += [part["load_id"] for part in parcel.coverage.get(answer.theme, [])]
    if answer.theme == "slope":
        numbers += [raster["load_id"] for raster in parcel.rasters]
    row = register.loads.get(numbers[0]) if numbers else None
    if row is None:
        return None
    dated = row["source_date"]
    return {
        "name": {"en": row["source_en"], "ml": row["source_ml"]},
        "date": dated.isoformat() if dated else None,
        "scale": row["source_scale"],
        "accuracy_m": row["accuracy_m"],
        "licence": row["licence"],
        "load": row["id"],
        "invented": row["invented"],
    }
