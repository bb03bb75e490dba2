"""A completed building against its permit: each deviation judged by what the law lets differ.

Rule 20(3) lets a yard as built miss a little of what the rules ask; rule 89 says when a change
needs a revised permit. Both are judged by the rule book itself, as it stands on the day. Where the
law has no figure, that is said, and the built measure has to keep its own rule.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from kmap.building.compare import Change, changes, same
from rules import Book, evaluate

Json = Mapping[str, Any]
TOLERANCE: Final = "r20-tolerance"
REVISED: Final = "r89-revised-permit"
_SIDES: Final = ("front_yard", "rear_yard", "side1_yard", "side2_yard")
SPACES: Final[Mapping[str, str]] = {
    **{f"{side}_{kind}_m": "yard" for side in _SIDES for kind in ("min", "avg")},
    "narrower_side_yard_m": "yard",
    "wider_side_yard_m": "yard",
    "edge_outside_yards_m": "yard",
    "road_distance_m": "distance_from_road",
    "fire_space_m": "high_rise_fire_space",
}
"""Fact -> the kind of space that rule 20(3) speaks of."""
_THROUGH: Final = {"covered_area_m2": "coverage_pct", "total_floor_area_m2": "fsi"}
"""Fact -> the worked-out value by which a clause limits it."""
_BY_USE: Final = frozenset({"built_up_area_m2", "floor_built_up_m2"})
"""Areas that rule 89 judges by the use they belong to."""
_SAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "own_rule": {
        "en": "The law has no figure for how far this may differ at completion; as built it has "
        "to keep its own rule.",
        "ml": "പൂർത്തിയാകുമ്പോൾ ഇത് എത്ര മാറാം എന്നതിന് നിയമത്തിൽ അളവില്ല; പണിതത് അതിന്റെ ചട്ടം പാലിക്കണം.",
    },
    "no_figure": {
        "en": "The law has no figure for how far this may differ, and no clause that was judged "
        "limits it.",
        "ml": "ഇത് എത്ര മാറാം എന്നതിന് നിയമത്തിൽ അളവില്ല; പരിശോധിച്ച ഒരു ചട്ടവും ഇതിനു പരിധി വയ്ക്കുന്നില്ല.",
    },
}
_SAYS_BY_USE: Final = {
    "en": "It counts with the area of its use, for which rule 89 says how far it may change.",
    "ml": "അതിന്റെ ഉപയോഗത്തിന്റെ വിസ്തീർണ്ണത്തോടൊപ്പം കണക്കാക്കുന്നു; എത്ര മാറാം എന്ന് ചട്ടം 89 പറയുന്നു.",
}
_SHOW: Final = {
    "en": "Show it in the completion plan.",
    "ml": "പൂർത്തീകരണ പ്ലാനിൽ കാണിക്കുക.",
}
_WORST: Final = ("fail", "unknown", "pass", "not_applicable")


def completion(permit: Json, built: Json, book: Book, as_of: date) -> dict[str, Any]:
    """Return each deviation with clause, verdict and cure; whether a revised permit is needed.

    ``verdict`` is fail when a deviation fails or a revised permit is needed, unknown when one of
    them cannot be told, else pass.
    """
    found = changes(permit, built)
    rows = [*_changed(found, built, book, as_of), *_short(found, permit, built, book, as_of)]
    revised = _revised(found, rows, permit, built, book, as_of)
    verdicts = {row["verdict"] for row in rows} | {revised["verdict"]}
    return {
        "as_of": as_of.isoformat(),
        "deviations": rows,
        "revised_permit": revised,
        "verdict": next((v for v in ("fail", "unknown") if v in verdicts), "pass"),
    }


def _changed(
    found: tuple[Change, ...], built: Json, book: Book, as_of: date
) -> Iterator[dict[str, Any]]:
    """Judge each measured value that differs from the permit's."""
    measured = {name for name, fact in book.vocabulary.items() if "measured" in fact.supplied_by}
    for one in found:
        plain = not isinstance(one.new if one.new is not None else one.old, list | tuple | Mapping)
        if plain and (one.name in measured or one.name not in book.vocabulary):
            yield _judged(one, _checks(built, one), built, book, as_of)


def _short(
    found: tuple[Change, ...], permit: Json, built: Json, book: Book, as_of: date
) -> Iterator[dict[str, Any]]:
    """Judge the spaces that are too narrow as built and did not stand among the changes."""
    seen = {(one.name, tuple(one.where.items())) for one in found}
    for clause, check in _all_checks(built):
        where = check.get("where") or {}
        key = check["fact"], tuple(where.items())
        if check["fact"] in SPACES and check["verdict"] == "fail" and key not in seen:
            seen.add(key)
            one = Change(check["fact"], where, _found(permit, clause, check), check["found"])
            yield _judged(one, [(clause, check)], built, book, as_of)


def _all_checks(answer: Json) -> Iterator[tuple[str, Json]]:
    for name, clause in (answer.get("clauses") or {}).items():
        if clause["verdict"] != "not_applicable":
            for check in clause.get("checks") or []:
                yield name, check


def _checks(built: Json, one: Change) -> list[tuple[str, Json]]:
    """Return the checks of a fact at its place, or of the whole where the place is not told."""

    def fits(where: Json) -> bool:
        return all(one.where.get(k, v) == v for k, v in where.items())

    limited = {one.name, _THROUGH.get(one.name, one.name)}
    held = [(n, c) for n, c in _all_checks(built) if c["fact"] in limited]
    return [(n, c) for n, c in held if fits(c.get("where") or {})]


def _found(answer: Json, clause: str, like: Json) -> Any:
    """Return what another answer found for the same check."""
    for check in ((answer.get("clauses") or {}).get(clause) or {}).get("checks") or []:
        if (check["fact"], check.get("where")) == (like["fact"], like.get("where")):
            return check.get("found")
    return None


def _judged(
    one: Change, checks: list[tuple[str, Json]], built: Json, book: Book, as_of: date
) -> dict[str, Any]:
    """Return one deviation: by rule 20(3) where a space is short, else by its own rule."""
    row = one.as_json()
    checks = sorted(checks, key=lambda pair: _WORST.index(pair[1]["verdict"]))
    if one.name in _BY_USE:
        return row | _verdict("by_use", REVISED, None, _SAYS_BY_USE, _SHOW)
    if not checks:
        return row | _verdict("no_figure", None, None, _SAYS["no_figure"], _SHOW)
    clause, check = checks[0]
    if check["verdict"] == "fail" and one.name in SPACES and check.get("required") is not None:
        told = {
            "yard_mandatory_m": check["required"],
            "yard_as_built_m": check["found"],
            "yard_built_kind": SPACES[one.name],
        }
        by = _clause(TOLERANCE, told, built, book, as_of)
        judged = (by.get("checks") or [{}])[0]
        return row | _verdict(by["verdict"], TOLERANCE, by, by["says"], by.get("cure"), judged)
    by = built["clauses"][clause]
    cure = by.get("cure") if check["verdict"] == "fail" else _SHOW
    return row | _verdict(check["verdict"], clause, by, _SAYS["own_rule"], cure, check)


def _verdict(
    verdict: str,
    clause: str | None,
    by: Json | None,
    says: Any,
    cure: Any,
    check: Json | None = None,
) -> dict[str, Any]:
    check = check or {}
    return {
        "verdict": verdict,
        "clause": clause,
        "title": by["title"] if by else None,
        "cite": by["cite"] if by else None,
        "limit": {part: check.get(part) for part in ("required", "op", "unit")},
        "says": says,
        "cure": cure,
    }


def _clause(clause: str, told: Json, built: Json, book: Book, as_of: date) -> dict[str, Any]:
    """Judge one clause by a few facts and the family of rules of the answer."""
    facts = built.get("facts") or {}
    given = {name: facts[name] for name in ("family", "road_widened_meanwhile") if name in facts}
    found: dict[str, Any] = evaluate(book, {**given, **told}, as_of).as_json()["clauses"][clause]
    return found


def _revised(
    found: tuple[Change, ...],
    rows: list[dict[str, Any]],
    permit: Json,
    built: Json,
    book: Book,
    as_of: date,
) -> dict[str, Any]:
    """Judge whether the change needs a revised permit (rule 89), by the area of each use."""
    told: dict[str, Any] = {"plan_changed": bool(found or rows), "permit_revised": False}
    areas = _by_use(permit), _by_use(built)
    if all(areas):
        told["change_area_pct"] = _largest_change(*areas)
        told["change_of_occupancy"] = set(areas[0]) != set(areas[1])
    if (within := _within_rules(rows, permit, built)) is not None:
        told["change_within_rules"] = within
    facts = told | dict(built.get("facts") or {})
    answer = evaluate(book, facts, as_of).as_json()
    clause = answer["clauses"][REVISED]
    derived = answer["derived"]
    return {
        "told": told,
        "verdict": "pass" if clause["verdict"] == "not_applicable" else clause["verdict"],
        "needed": derived.get("revised_permit_needed"),
        "fee_rs": derived.get("change_fee_rs"),
        "clause": REVISED,
        **{part: clause.get(part) for part in ("title", "cite", "says", "cure", "missing")},
    }


def _by_use(answer: Json) -> dict[str, float]:
    """Return the floor area of each occupancy group; empty when a block does not tell."""
    facts = answer.get("facts") or {}
    held = [facts, *(facts.get("blocks") or [])]
    tellers = [one["floor_area_by_group_m2"] for one in held if "floor_area_by_group_m2" in one]
    total: dict[str, float] = {}
    for areas in tellers:
        for group, area in areas.items():
            total[group] = total.get(group, 0.0) + float(area)
    whole = "floor_area_by_group_m2" in facts or len(tellers) == len(facts.get("blocks") or [])
    return total if whole else {}


def _largest_change(old: Mapping[str, float], new: Mapping[str, float]) -> float:
    """Return by how many per cent the area of a use changes, where it changes most.

    Rounded up to hundredths, so that no more than the law's ten is ever taken for ten.

    >>> _largest_change({"A1": 100.0, "F": 50.0}, {"A1": 105.0, "F": 44.0})
    12.0
    >>> _largest_change({"A1": 100.0}, {"A1": 110.001})
    10.01
    """
    ways = [abs(new.get(g, 0.0) / old[g] - 1) if old.get(g) else 1.0 for g in {*old, *new}]
    return math.ceil(10_000 * max(ways) - 1e-6) / 100


def _within_rules(rows: list[dict[str, Any]], permit: Json, built: Json) -> bool | None:
    """Whether the change keeps every rule; None while a clause is unknown.

    A space that rule 20(3) lets off keeps its rule; what the permit's drawing broke in the same
    way is no part of the change.
    """
    let_off = {
        (row["name"], tuple(row["where"].items()))
        for row in rows
        if row["clause"] == TOLERANCE and row["verdict"] != "fail"
    }
    for name, clause in (built.get("clauses") or {}).items():
        if clause["verdict"] != "fail" or clause.get("severity") == "advisory":
            continue
        for check in (c for c in clause["checks"] if c["verdict"] == "fail"):
            key = check["fact"], tuple((check.get("where") or {}).items())
            if key not in let_off and not _broken_before(permit, name, check):
                return False
    unknown = any(c["verdict"] == "unknown" for c in (built.get("clauses") or {}).values())
    return None if unknown else True


def _broken_before(permit: Json, clause: str, check: Json) -> bool:
    """Whether the permit's drawing failed the same check with the same value."""
    was = ((permit.get("clauses") or {}).get(clause) or {}).get("checks") or []
    return any(
        (c["fact"], c.get("where"), c["verdict"]) == (check["fact"], check.get("where"), "fail")
        and same(check["fact"], c.get("found"), check.get("found"))
        for c in was
    )
