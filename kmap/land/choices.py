"""All uses a person may choose, side by side on one plot: what each would be asked."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

import numpy as np

from kmap.land.uses import uses
from rules import ANSWERS, Book, Evaluation, judge_some

Json = dict[str, Any]
NEEDED, OPEN = ANSWERS.index("needed"), ANSWERS.index("unknown")
DERIVED = ("fsi_allowed_free", "fsi_allowed_top", "parking_required_cars")
OF_PLACE = "_distance_m"
"""Facts so named say where the plot lies; a clearance that hangs on one is not of the use."""


def choices(evaluation: Evaluation, facts: Mapping[str, Any], zones: Sequence[Json]) -> list[Json]:
    """Return for each use: FSI, cars to park, clearances of the use itself, zones without it.

    ``facts`` are those of the plot alone. What the plot needs whatever its use is not repeated;
    a number the book cannot tell is None.
    """
    links = _of_use(evaluation)
    behind = evaluation.hangs().behind(derived=DERIVED, links=links) | {"family", "body_class"}
    given = tuple(sorted((name, value) for name, value in facts.items() if name in behind))
    told = _told(evaluation.book, evaluation.as_of, given, links)
    return [{**one, "not_listed_in": _barred(one["use"], zones)} for one in told]


def offices(book: Book, told: Sequence[Json]) -> Json:
    """Return the office of every clearance that some uses need, each once."""
    needed = {name for one in told for name in one["clearances"]}
    return {
        link.id: link.office.title.as_json()
        for link in book.links
        if link.id in needed and link.office is not None
    }


def _barred(use: str, zones: Sequence[Json]) -> list[str]:
    group = uses()[use]["facts"]["occupancy"]
    return [z["code"] for z in zones if z["uses"] is not None and group not in z["uses"]]


def _of_use(evaluation: Evaluation) -> tuple[str, ...]:
    """Name the clearances that hang on the use or its size, and on no distance."""
    assumed = set(_columns()[1])
    out = []
    for link in evaluation.book.links:
        behind = evaluation.hangs().behind(links=[link.id])
        placed = any(name.endswith(OF_PLACE) for name in behind)
        if link.office is not None and behind & assumed and not placed:
            out.append(link.id)
    return tuple(out)


@lru_cache(maxsize=2048)
def _told(
    book: Book, as_of: date, given: tuple[tuple[str, Any], ...], links: tuple[str, ...]
) -> tuple[Json, ...]:
    names, columns = _columns()
    found = judge_some(book, dict(given), columns, as_of, derived=DERIVED, clearances=links)
    out = []
    for row, name in enumerate(names):
        told = [found.derived[one].at(row) if one in found.derived else None for one in DERIVED]
        answers = [(one, found.clearances[one][row]) for one in links if one in found.clearances]
        out.append(
            {
                "use": name,
                "title": uses()[name]["title"],
                "fsi_free": told[0],
                "fsi_most": told[1],
                "parking_cars": told[2],
                "clearances": [one for one, answer in answers if answer == NEEDED],
                "clearances_unknown": [one for one, answer in answers if answer == OPEN],
            }
        )
    return tuple(out)


@cache
def _columns() -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the uses, and their facts as columns; only facts that every use assumes."""
    names = tuple(uses())
    common = [f for f in uses()[names[0]]["facts"] if all(f in uses()[n]["facts"] for n in names)]
    values = {fact: [uses()[name]["facts"][fact] for name in names] for fact in common}
    return names, {fact: np.array(column) for fact, column in values.items()}
