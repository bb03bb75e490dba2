"""Of all that is said about a fact, one value is chosen by the vocabulary's order of trust."""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import Any

from gis.model import Complaint
from kmap.facts.candidates import Candidate, Desk, Where, blocks_drawn
from rules import Book, FactError, normalise

Chosen = dict[tuple[str, Where], Candidate]


def _rank(candidate: Candidate, book: Book, mapped: AbstractSet[str] = frozenset()) -> float:
    """Return the place of a candidate in the vocabulary's order of trust, least first.

    What a person gives takes the map's place only while no map was asked (``mapped``: facts that
    the land register gave); a fact for which the vocabulary names no map ranks the register after
    a measurement and before a person's word.
    """
    order = list(book.vocabulary[candidate.fact].supplied_by)
    if candidate.by == "map" and "map" not in order:
        return order.index("measured") + 0.25 if "measured" in order else -1.0
    if candidate.site and candidate.fact in mapped:
        return order.index("declared") - 0.5 if "declared" in order else 50.0
    if candidate.site:
        best = [order.index(s) for s in ("map", "declared") if s in order]
        return min(best, default=50) - 0.5
    return float(order.index(candidate.by)) if candidate.by in order else 60.0


def choose(desk: Desk) -> tuple[Chosen, dict[str, list[Candidate]]]:
    """Give each fact in each place its first supplier; the others become claims."""
    groups: dict[tuple[str, Where], list[Candidate]] = defaultdict(list)
    for candidate in desk.candidates:
        groups[candidate.fact, candidate.where].append(candidate)
    mapped = {c.fact for c in desk.candidates if c.by == "map"}
    chosen: Chosen = {}
    claims: dict[str, list[Candidate]] = defaultdict(list)
    for key, group in groups.items():
        fit = [c for c in group if c.admitted and _fits(c, desk)]
        fit.sort(key=lambda c: _rank(c, desk.book, mapped))
        if fit:
            chosen[key] = fit[0]
            _say_register(desk, fit)
        claims[key[0]].extend(c for c in group if not fit or c is not fit[0])
    _settle_site(desk, chosen, claims)
    return chosen, {name: group for name, group in claims.items() if group}


def _say_register(desk: Desk, fit: list[Candidate]) -> None:
    """Say where the register and another differ: it counts, or a measurement trusted more."""
    first, *rest = fit
    found = _rounded(desk, first)
    for other in rest:
        if "map" not in (first.by, other.by) or _same(claim := _rounded(desk, other), found):
            continue
        code = "register_differs" if first.by == "map" else "register_contradicts"
        details = {"fact": first.fact, "claim": str(claim), "found": str(found)}
        seen = (other if first.by == "map" else first).witness or {}
        at = (seen["at"][0], seen["at"][1]) if seen.get("at") else None
        desk.complaints.append(Complaint(code, seen.get("layer"), at, details))


def _same(claim: Any, found: Any) -> bool:
    """Tell whether two values are one within what measuring leaves: 0.3 and a twentieth."""
    plain = (int, float)
    if isinstance(claim, plain) and isinstance(found, plain) and not isinstance(found, bool):
        return abs(claim - found) <= max(0.3, 0.05 * abs(found))
    return bool(claim == found)


def _fits(candidate: Candidate, desk: Desk) -> bool:
    """Tell whether a value is one the vocabulary allows; if not, it is said and not used."""
    try:
        normalise(desk.book, {candidate.fact: candidate.value})
    except FactError as error:
        details = {"fact": candidate.fact, "reason": str(error)}
        desk.complaints.append(Complaint("fact_refused", None, None, details))
        return False
    return True


def _settle_site(desk: Desk, chosen: Chosen, claims: dict[str, list[Candidate]]) -> None:
    """Settle a site value for the whole plot against measured places of the same fact.

    The better supplier stands; a worse site value still holds for blocks without their own.
    """
    for key, given in list(chosen.items()):
        fact, where = key
        places = [k for k in chosen if k[0] == fact and k[1]]
        if not given.site or where or not places:
            continue
        if _rank(given, desk.book) < min(_rank(chosen[k], desk.book) for k in places):
            claims[fact].extend(chosen.pop(k) for k in places)
        elif {k[1][0][1] for k in places} >= set(blocks_drawn(desk)):
            claims[fact].append(chosen.pop(key))
    for fact, group in claims.items():
        measured = [c for (name, _), c in chosen.items() if name == fact and not c.site]
        for claim in (c for c in group if c.site):
            inside = [m for m in measured if m.where[: len(claim.where)] == claim.where]
            differing = (m for m in inside if claim.value != _rounded(desk, m))
            if (found := next(differing, None)) is not None:
                _say_difference(desk, claim, found)


def _say_difference(desk: Desk, claim: Candidate, measured: Candidate) -> None:
    """Say when a person gives another value than the drawing measures."""
    found = str(_rounded(desk, measured))
    details = {"fact": claim.fact, "claim": str(claim.value), "found": found}
    seen = measured.witness or {}
    at = (seen["at"][0], seen["at"][1]) if seen.get("at") else None
    desk.complaints.append(Complaint("claim_differs", seen.get("layer"), at, details))


def _rounded(desk: Desk, candidate: Candidate) -> Any:
    return normalise(desk.book, {candidate.fact: candidate.value})[candidate.fact]
