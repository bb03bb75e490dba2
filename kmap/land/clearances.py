"""The clearances a plot needs: what triggers each, who gives it, and what makes it needless."""

from math import hypot
from typing import Any

from kmap.land.found import Found
from kmap.land.may_build import MayBuild
from kmap.land.themes import office
from kmap.land.words import words

Json = dict[str, Any]
TRIGGERS: dict[str, tuple[str, str, str | None]] = {
    "noc-railway": ("railway", "railway", "railway_distance_m"),
    "noc-airport": ("aai", "airport", "airport_distance_m"),
    "noc-asi": ("asi", "monument", "monument_distance_m"),
    "noc-state-archaeology": ("state-archaeology", "monument", "monument_distance_m"),
    "noc-crz": ("kczma", "crz", "crz_category"),
    "noc-heritage": ("heritage", "heritage", "heritage_area"),
    "noc-security": ("collector", "security", "security_zone"),
    "noc-electrical": ("electrical", "power_line", "power_line_horizontal_m"),
    "noc-town-planning": ("dtp", "zoning", None),
    "land-paddy": ("rdo", "paddy", "paddy_status"),
}
"""Clearance of the book -> office and theme of the register, and the fact that triggers it."""


def needed(build: MayBuild, found: Found) -> list[Json]:
    """Return each needed clearance: trigger, reason, office, fee, days, form, and the cure."""
    return [_needed(noc, build, found) for noc in build.evaluation["nocs"]]


def _needed(noc: Json, build: MayBuild, found: Found) -> Json:
    key, theme, fact = TRIGGERS.get(noc["id"], ("", None, None))
    known = office(found.register, key) or {}
    change = build.cures.get(noc["id"])
    return {
        "id": noc["id"],
        "office": noc["office"],
        "because": noc["because"],
        "trigger": _trigger(theme, fact, found),
        "cite": noc.get("cite"),
        "cure": noc.get("cure") or _says(change, found),
        "change": change,
        "fee_rs": noc.get("fee_rs", known.get("fee_rs")),
        "days": noc.get("days", known.get("days")),
        "form": noc.get("form", known.get("form")),
    }


def _trigger(theme: str | None, fact: str | None, found: Found) -> Json:
    """Return the layer, the restrictions of it that lie here, and the fact that decides."""
    if theme is None:
        return {"by": "building", "theme": None, "fact": fact, "restrictions": []}
    told = found.themes.get(theme)
    rows = [b.overlap.row["public_id"] for b in told.bearings] if told else []
    return {"by": "map", "theme": theme, "fact": fact, "restrictions": rows}


def _says(change: Json | None, found: Found) -> Json:
    """Say the change that was tried, and whether the plot has room for it."""
    if change is None:
        none: Json = words()["needless_none"]
        return dict(none)
    far = change["from"] + _length(found)
    if change["to"] > change["from"] and change["to"] > far:
        more = {
            lang: words()["needless_far"][lang].format(far=f"{far:.1f}") for lang in ("en", "ml")
        }
        return {lang: f"{change['says'][lang]} {more[lang]}" for lang in ("en", "ml")}
    return dict(change["says"])


def _length(found: Found) -> float:
    """Return the longest way across the plot, metres: no point of it lies further in than that."""
    west, south, east, north = found.parcel.shape.bounds
    return hypot(east - west, north - south)
