"""Of all that is said about a fact, one value is chosen by the vocabulary's order of trust."""

from collections import defaultdict
from typing import Any

from gis.model import Complaint
from kmap.facts.candidates import Candidate, Desk, Where, blocks_drawn
from rules import Book, FactError, normalise

Chosen = dict[tuple[str, Where], Candidate]


def _rank(candidate: Candidate, book: Book) -> float:
    """Return the place of a candidate in the vocabulary's order of trust, least first."""
    order = list(book.vocabulary[candidate.fact].supplied_by)
    if candidate.site:
        best = [order.index(s) for s in ("map", "declared") if s in order]
        return min(best, default=50) - 0.5
    return float(order.index(candidate.by)) if candidate.by in order else 60.0


def choose(desk: Desk) -> tuple[Chosen, dict[str, list[Candidate]]]:
    """Give each fact in each place its first supplier; the others become claims."""
    groups: dict[tuple[str, Where], list[Candidate]] = defaultdict(list)
    for candidate in desk.candidates:
        groups[candidate.fact, candidate.where].append(candidate)
    chosen: Chosen = {}
    claims: dict[str, list[Candidate]] = defaultdict(list)
    for key, group in groups.items():
        fit = [c for c in group if c.admitted and _fits(c, desk)]
        fit.sort(key=lambda c: _rank(c, desk.book))
        if fit:
            chosen[key] = fit[0]
        claims[key[0]].extend(c for c in group if not fit or c is not fit[0])
    _settle_site(desk, chosen, claims)
    return chosen, {name: group for name, group in claims.items() if group}


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
