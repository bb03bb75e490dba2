"""A plot in several zones, part by part: each with its own use, height, coverage and floor area.

A plan's figures prevail over the rules (rule 3(3)), so a zone's parameters become facts of the
book for its own part. What is said of a zone's parameters in ``PARAMETERS`` is read; any other is
shown as the plan has it. No zone stands for the whole plot.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kmap.land.limits import limit_of
from kmap.land.words import words
from rules import Book, evaluate

Json = dict[str, Any]
PARAMETERS = {
    "max_height_m": "plan_height_m",
    "max_coverage_pct": "plan_coverage_pct",
    "max_fsi": "plan_fsi",
    "front_yard_m": "plan_front_yard_m",
    "rear_yard_m": "plan_rear_yard_m",
    "side_yard_m": "plan_side_yard_m",
    "access_m": "plan_access_m",
    "parking_cars": "plan_parking_cars",
}
"""Parameter of a zone type -> fact of the rule book; a parameter may also be named as the fact."""


def plan_facts(book: Book, zone: Json) -> Json:
    """Return what a zone's parameters let the rule book know."""
    told = zone.get("parameters") or {}
    known = {PARAMETERS.get(name, name): value for name, value in told.items()}
    return {
        name: value
        for name, value in known.items()
        if name.startswith("plan_") and name in book.vocabulary and not isinstance(value, bool)
    }


def parts(
    book: Book,
    facts: Mapping[str, Any],
    as_of: date,
    zones: Sequence[Json],
    group: str,
) -> list[Json]:
    """Return each zone's part with what it allows; the limits of an unsplit plot stand elsewhere.

    ``facts`` are those of the whole plot and of the assumed building, without any zone's.
    """
    plain: Json | None = None
    out = []
    for zone in zones:
        own = plan_facts(book, zone)
        if own or plain is None:
            told = evaluate(book, {**facts, **own}, as_of).applying()
            plain = plain if own else told
        else:
            told = plain
        out.append(_part(told, zone, own, group))
    return out


def _part(evaluation: Json, zone: Json, own: Json, group: str) -> Json:
    area = float(zone["area_m2"])
    coverage = _value(evaluation, "coverage_pct")
    fsi = _value(evaluation, "fsi")
    return {
        "zone": zone["code"],
        "title": zone["title"],
        "area_m2": area,
        "share_pct": zone["share_pct"],
        "use_listed": None if zone["uses"] is None else group in zone["uses"],
        "height_m": own.get("plan_height_m"),
        "coverage_pct": coverage,
        "ground_m2": None if coverage is None else round(area * coverage / 100, 2),
        "fsi": fsi,
        "floor_m2": None if fsi is None else round(area * fsi, 2),
        "of_plan": own,
    }


def _value(evaluation: Json, fact: str) -> float | None:
    found = limit_of(evaluation, fact, fact, fact, fact)
    return found.value if found else None


def combined(told: Sequence[Json]) -> Json | None:
    """Return what the parts come to together, and the rule that combines them; None for one."""
    if len(told) < 2:
        return None
    sums = {
        name: None if any(p[name] is None for p in told) else round(sum(p[name] for p in told), 2)
        for name in ("ground_m2", "floor_m2")
    }
    heights = [p["height_m"] for p in told if p["height_m"] is not None]
    says = {lang: words()["parts"]["combined"][lang] for lang in ("en", "ml")}
    lowest = min(heights) if heights else None
    return {**sums, "height_across_m": lowest, "says": says}
