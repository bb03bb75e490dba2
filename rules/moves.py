"""Changing facts at their places: what a cure and a what-if do to a plan, nothing in place.

A place is a path: () for the plot, (("block", 1),), (("block", 1), ("level", 0)).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.facts import INSTANCES

Path = tuple[tuple[str, int], ...]
Facts = Mapping[str, Any]
_LISTS = {scope: name for name, scope in INSTANCES.items()}


@dataclass(frozen=True, slots=True)
class Move:
    """One fact set at one place; ``value`` None takes it away."""

    fact: str
    where: Path
    value: Any


def spots(facts: Facts, inside: Path = ()) -> Iterator[tuple[Path, Facts]]:
    """List every place of a plan with what is said there itself, the plot first.

    >>> [path for path, _ in spots({"blocks": [{"block": 1, "levels": [{"level": 0}]}]})]
    [(), (('block', 1),), (('block', 1), ('level', 0))]
    """
    yield inside, facts
    for name, scope in INSTANCES.items():
        for one in facts.get(name, ()):
            yield from spots(one, (*inside, (scope, one[scope])))


def at(facts: Facts, where: Path) -> Facts | None:
    """Give the facts said at a place itself; None when the plan has no such place."""
    here: Facts | None = facts
    for scope, number in where:
        inner = here.get(_LISTS[scope], ()) if here is not None else ()
        here = next((one for one in inner if one[scope] == number), None)
    return here


def holders(facts: Facts, fact: str) -> list[Path]:
    """List the places at which a fact is said."""
    return [where for where, here in spots(facts) if fact in here]


def holder(facts: Facts, fact: str, where: Path) -> Path | None:
    """Find where a fact that is read at a place is said: there, or at the nearest wider place."""
    for length in range(len(where), -1, -1):
        if fact in (at(facts, where[:length]) or {}):
            return where[:length]
    return None


def value_at(facts: Facts, fact: str, where: Path) -> Any:
    """Give what is said of a fact at a place itself; None when nothing is."""
    return (at(facts, where) or {}).get(fact)


def moved(facts: Facts, moves: Iterable[Move]) -> dict[str, Any]:
    """Return the facts with the moves made; the facts given are left alone.

    >>> moved({"height_m": 12.0}, [Move("height_m", (), 9.8), Move("storeys", (), 3)])
    {'height_m': 9.8, 'storeys': 3}
    """
    wanted: dict[Path, list[Move]] = {}
    for move in moves:
        for length in range(len(move.where)):
            wanted.setdefault(move.where[:length], [])
        wanted.setdefault(move.where, []).append(move)
    return _with(facts, (), wanted)


def _with(facts: Facts, here: Path, wanted: Mapping[Path, list[Move]]) -> dict[str, Any]:
    """Copy a place, and the places below it that are ``wanted``; the others are shared."""
    copy = dict(facts)
    for name, scope in INSTANCES.items():
        if name in copy:
            below = [((*here, (scope, one[scope])), one) for one in copy[name]]
            copy[name] = [
                _with(one, path, wanted) if path in wanted else one for path, one in below
            ]
    for move in wanted.get(here, ()):
        if move.value is None:
            copy.pop(move.fact, None)
        else:
            copy[move.fact] = move.value
    return copy
