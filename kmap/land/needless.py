"""What change makes a clearance unnecessary: tried on the rule book, never known beforehand.

Only measures a builder may choose are moved: the size of the building, and how far from a line
or a railway it stands. The book is asked over a column of values, then closer to where its answer
turns.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from kmap.land.words import words
from rules import ANSWERS, Book, Evaluation, judge_some

Json = dict[str, Any]
NEEDLESS = ANSWERS.index("not_needed")
TRIED = 81
ROUNDS = 2
"""A range is divided by 80 each time: from 60 m to under a centimetre."""


def cures(evaluation: Evaluation, facts: Mapping[str, Any], needed: Sequence[str]) -> Json:
    """Return for each needed clearance the change that makes it needless; ``None``: none does.

    A change: ``fact``, ``from``, ``to`` (a value that was tried, and needs none), and a sentence.
    The nearest change of each measure is tried; of several the one that is least.
    """
    return {noc: _cure(evaluation, facts, noc) for noc in needed}


def _cure(evaluation: Evaluation, facts: Mapping[str, Any], noc: str) -> Json | None:
    behind = evaluation.hangs().behind(links=[noc])
    given = {k: v for k, v in facts.items() if k in behind or k in {"family", "body_class"}}
    found = [
        _change(fact, float(given[fact]), to)
        for fact, one in words()["needless"].items()
        if fact in given and (to := _turn(evaluation, given, noc, fact, one)) is not None
    ]
    return min(found, key=_size, default=None)


def _turn(
    evaluation: Evaluation, given: Mapping[str, Any], noc: str, fact: str, knob: Json
) -> float | None:
    """Return the value nearest to the given one at which a clearance is not needed, if any."""
    rest = tuple(sorted((name, value) for name, value in given.items() if name != fact))
    here = float(given[fact])
    end = 0.0 if knob["less"] else here + float(knob["reach"])
    return _turning(evaluation.book, evaluation.as_of, noc, rest, fact, here, end)


@lru_cache(maxsize=4096)
def _turning(
    book: Book,
    as_of: date,
    noc: str,
    rest: tuple[tuple[str, Any], ...],
    fact: str,
    start: float,
    end: float,
) -> float | None:
    found: float | None = None
    for _ in range(ROUNDS):
        values = np.round(np.linspace(start, end, TRIED), 2)
        told = judge_some(book, dict(rest), {fact: values}, as_of, clearances=[noc])
        good = np.flatnonzero(told.clearances[noc] == NEEDLESS)
        if not len(good) or good[0] == 0:
            return found
        start, end = float(values[good[0] - 1]), float(values[good[0]])
        found = end
    return found


def _size(change: Json) -> float:
    return float(abs(change["to"] - change["from"]) / max(change["from"], 0.01))


def _change(fact: str, before: float, to: float) -> Json:
    text = words()["needless"][fact]
    says = {
        lang: text[lang].format(to=f"{to:g}", by=f"{abs(to - before):g}") for lang in ("en", "ml")
    }
    return {"fact": fact, "from": before, "to": to, "says": says}
