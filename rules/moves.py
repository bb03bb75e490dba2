"""Changing facts at their places: what a cure and a what-if do to a plan, nothing in place.

A place is a path: () for the plot, (("block", 1),), (("block", 1), ("level", 0)).
"""

from collections.abc import Iterable, Mapping
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


def places(facts: Facts, inside: Path = ()) -> Iterable[Path]:
    """List every place of a plan, the plot first.

    >>> list(places({"blocks": [{"block": 1, "levels": [{"level": 0}]}]}))
    [(), (('block', 1),), (('block', 1), ('level', 0))]
    """
    yield inside
    for name, scope in INSTANCES.items():
        for one in facts.get(name, ()):
            yield from places(one, (*inside, (scope, one[scope])))


def at(facts: Facts, where: Path) -> Facts | None:
    """Give the facts said at a place itself; None when the plan has no such place."""
    here: Facts | None = facts
    for scope, number in where:
        inner = here.get(_LISTS[scope], ()) if here is not None else ()
        here = next((one for one in inner if one[scope] == number), None)
    return here


def holders(facts: Facts, fact: str) -> list[Path]:
    """List the places at which a fact is said."""
    return [where for where in places(facts) if fact in (at(facts, where) or {})]


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
    changed = dict(facts)
    for move in moves:
        changed = _with(changed, move.where, move)
    return changed


def _with(facts: Facts, where: Path, move: Move) -> dict[str, Any]:
    copy = dict(facts)
    if where:
        (scope, number), rest = where[0], where[1:]
        name = _LISTS[scope]
        copy[name] = [
            _with(one, rest, move) if one[scope] == number else one for one in copy.get(name, ())
        ]
    elif move.value is None:
        copy.pop(move.fact, None)
    else:
        copy[move.fact] = move.value
    return copy
