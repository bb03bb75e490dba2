"""Chosen facts -> the facts object of the rule book, and the source of each."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from gis.model import Complaint
from kmap.facts.candidates import Candidate, Desk, Where, blocks_drawn

MOST_PLACES = 200
"""Blocks, levels and floors that are judged; the rules take 2000 places at most."""


def layout(desk: Desk, chosen: Mapping[tuple[str, Where], Candidate]) -> dict[str, Any]:
    """Lay facts flat where there is one place or one value; else by block, level, floor.

    A value of one floor stands flat only when every floor has it: flat it would hold for all.
    """
    facts: dict[str, Any] = {}
    nested: dict[Where, dict[str, Any]] = defaultdict(dict)
    blocks = {w[0] for _, w in chosen if w} | {("block", b) for b in blocks_drawn(desk)}
    levels = {w[1] for _, w in chosen if len(w) == 2 and w[1][0] == "level"}
    floors = {w for _, w in chosen if len(w) == 2 and w[1][0] == "floor"}
    values: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[Where]] = defaultdict(set)
    for (fact, where), candidate in chosen.items():
        values[fact].add(repr(candidate.value))
        places[fact].add(where)
    for (fact, where), candidate in chosen.items():
        single = len(blocks) <= 1 and (
            len(where) <= 1
            or (where[1][0] == "level" and len(levels) == 1)
            or (where[1][0] == "floor" and len(values[fact]) == 1 and places[fact] >= floors)
        )
        if not where or single:
            facts[fact] = candidate.value
        else:
            nested[where][fact] = candidate.value
    if len(nested) > MOST_PLACES:
        details = {"count": str(len(nested)), "most": str(MOST_PLACES)}
        desk.complaints.append(Complaint("places_too_many", None, None, details))
    elif nested:
        facts["blocks"] = _tree(nested)
    return facts


def _tree(nested: Mapping[Where, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Build the list of blocks with their levels and floors."""
    out: dict[int, dict[str, Any]] = {}
    for where, facts in sorted(nested.items()):
        number = where[0][1]
        block = out.setdefault(number, {"block": number})
        if len(where) == 1:
            block.update(facts)
            continue
        kind, inner = where[1]
        places = block.setdefault(f"{kind}s", [])
        places.append({kind: inner} | dict(facts))
    return [out[number] for number in sorted(out)]


def sources(chosen: Mapping[tuple[str, Where], Candidate]) -> dict[str, Any]:
    """Return the source of each fact; several places stand under ``each``."""
    out: dict[str, Any] = {}
    for (fact, where), candidate in chosen.items():
        one = candidate.as_json()
        if fact not in out:
            out[fact] = one | {"each": []}
        out[fact]["each"].append({"where": dict(where)} | one)
    for source in out.values():
        if len(source["each"]) == 1:
            del source["each"]
    return out
