"""What if: the same plan judged twice, and everything that comes out differently.

Before and after differ by some facts, by the day of the law, or by both. A change names a fact,
or a fact at a place: ``height_m``, ``block1.height_m``, ``block1.level0.front_yard_min_m``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.answer import Evaluation, evaluate
from rules.errors import FactError
from rules.facts import normalise, read_value
from rules.law import Book
from rules.moves import Facts, Move, Path, moved, spots

Json = dict[str, Any]
MOST_CHANGES = 50
_PLACE = re.compile(r"(block|level|floor|unit)(-?[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer of ``what_if``: both evaluations and the moves between them."""

    before: Evaluation
    after: Evaluation
    moves: tuple[Json, ...]

    def as_json(self) -> Json:
        """Return what was changed and all that differs; an empty list where nothing does."""
        before, after = self.before.as_json(), self.after.as_json()
        return {
            "as_of": before["as_of"],
            "compare_as_of": after["as_of"],
            "book": before["book"],
            "changes": list(self.moves),
            "counts": {"before": _counts(before), "after": _counts(after)},
            "clauses": _clauses(before, after),
            "derived": _values(before, after, "derived"),
            "nocs": _nocs(before, after),
            "fees": _values(before, after, "fees"),
            "notices": after["notices"],
        }


def what_if(
    book: Book,
    facts: Mapping[str, Any],
    as_of: date,
    *,
    changes: Mapping[str, Any] | None = None,
    unset: Iterable[str] = (),
    compare_as_of: date | None = None,
) -> WhatIf:
    """Judge a plan as it is, and with facts changed or by the law of another day.

    A fact without a place is changed wherever it is said; where it is said nowhere, for the plot.
    Raises FactError for facts, places or values that are none, and with the codes ``too_many``
    (changes), ``twice`` (one name changed and taken away), ``not_there`` (nobody said it).
    """
    clean = normalise(book, facts)
    made, gone = dict(changes or {}), list(dict.fromkeys(unset))
    if len(made) + len(gone) > MOST_CHANGES:
        raise FactError("too_many", "changes", f"more than {MOST_CHANGES} changes at once")
    both = sorted(made.keys() & set(gone))
    if both:
        raise FactError("twice", both[0], f"{both[0]} is both changed and taken away")
    there = dict(spots(clean))
    moves = [move for name, value in made.items() for move in _moves(book, there, name, value)]
    moves += [move for name in gone for move in _moves(book, there, name, None)]
    changed = normalise(book, moved(clean, moves))
    said = tuple(_move(book, there, one) for one in moves)
    after = evaluate(book, changed, compare_as_of or as_of)
    return WhatIf(evaluate(book, clean, as_of), after, said)


def _moves(book: Book, there: Mapping[Path, Facts], name: str, value: Any) -> list[Move]:
    """Read one change: at its place, or wherever the fact is said."""
    *steps, word = str(name).split(".")
    where = _path(steps, name)
    fact = book.vocabulary.get(word)
    if fact is None:
        normalise(book, {word: value})  # refuses it, with the nearest name
        raise FactError("unknown_fact", word[:80], f"{word[:80]} cannot be changed")
    if where is not None and where not in there:
        raise FactError("bad_instance", word, f"{str(name)[:80]}: the plan has no such place")
    said = [path for path, here in there.items() if word in here and where in (None, path)]
    if value is None and not said:
        raise FactError("not_there", word, f"{str(name)[:80]}: the plan does not say it")
    made = read_value(fact, value) if value is not None else None
    return [Move(word, one, made) for one in said or [where or ()]]


def _path(steps: list[str], name: str) -> Path | None:
    """Read the places before a fact's name; None when there are none."""
    found = []
    for step in steps:
        fits = _PLACE.fullmatch(step)
        if fits is None:
            message = f"{str(name)[:80]}: a place is written block1, block1.level0, block1.floor2"
            raise FactError("bad_instance", str(name)[:80], message)
        found.append((fits[1], int(fits[2])))
    return tuple(found) if found else None


def _move(book: Book, there: Mapping[Path, Facts], move: Move) -> Json:
    return {
        "fact": move.fact,
        "title": book.vocabulary[move.fact].title.as_json(),
        "where": dict(move.where),
        "from": there[move.where].get(move.fact),
        "to": move.value,
        "unit": book.vocabulary[move.fact].unit,
    }


def _counts(answer: Json) -> dict[str, int]:
    verdicts = [clause["verdict"] for clause in answer["clauses"].values()]
    return {one: verdicts.count(one) for one in ("fail", "unknown", "pass", "not_applicable")}


def _clauses(before: Json, after: Json) -> list[Json]:
    """List the clauses that flip, then those with other numbers, then with another citation."""
    found = []
    for name, was in before["clauses"].items():
        now = after["clauses"][name]
        flips = was["verdict"] != now["verdict"]
        numbers = any(was[key] != now[key] for key in ("checks", "indicative"))
        if flips or numbers or was["cite"] != now["cite"]:
            found.append(
                {
                    "id": name,
                    "title": now["title"],
                    "severity": now["severity"],
                    "flips": flips,
                    "numbers": numbers,
                    "before": _side(was),
                    "after": _side(now),
                }
            )
    return sorted(found, key=lambda one: (not one["flips"], not one["numbers"]))


def _side(clause: Json) -> Json:
    return {key: clause[key] for key in ("verdict", "says", "cite", "missing", "checks")}


def _values(before: Json, after: Json, part: str) -> list[Json]:
    """List the worked-out values that differ; null where one cannot be told."""
    names = dict.fromkeys((*before[part], *after[part]))
    return [
        {"fact": name, "before": before[part].get(name), "after": after[part].get(name)}
        for name in names
        if before[part].get(name) != after[part].get(name)
    ]


def _nocs(before: Json, after: Json) -> list[Json]:
    """List the clearances whose answer differs: needed, not_needed or unknown."""
    sides = []
    for answer in (before, after):
        side = {noc["id"]: ("needed", noc["office"]) for noc in answer["nocs"]}
        side |= {noc["id"]: ("unknown", noc["office"]) for noc in answer["nocs_unknown"]}
        sides.append(side)
    found = []
    for name in dict.fromkeys((*sides[0], *sides[1])):
        was, now = (side.get(name, ("not_needed", None)) for side in sides)
        if was[0] != now[0]:
            office = now[1] or was[1]
            found.append({"id": name, "office": office, "before": was[0], "after": now[0]})
    return found
