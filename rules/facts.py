"""Facts from outside: checked against the vocabulary and rounded once, or refused with a code.

Codes of FactError: ``not_an_object``, ``unknown_fact``, ``wrong_type``, ``wrong_scope``,
``not_a_value``, ``not_finite``, ``out_of_range``, ``null_fact``, ``bad_instance``, ``too_many``.
"""

import difflib
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from rules.errors import FactError
from rules.law import Book
from rules.model import Fact

INSTANCES = {"blocks": "block", "levels": "level", "floors": "floor", "units": "unit"}
BELOW = {"plot": ("blocks",), "block": ("levels", "floors", "units")}
HOLDS = {
    "plot": ("plot", "block", "level", "floor", "unit"),
    "block": ("block", "level", "floor", "unit"),
    "level": ("level",),
    "floor": ("floor",),
    "unit": ("unit",),
}
MAX_INSTANCES = 2000  # of all blocks, levels, floors and units together
MAX_ITEMS = 10_000  # numbers in one list
MAX_TEXT = 200


def normalise(book: Book, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Check a facts object against the vocabulary and round its numbers once (1 mm, 0.01 m2).

    Returns a new object of the same shape; doing it twice changes nothing.
    Raises FactError, whose ``code`` and ``fact`` say what is wrong.
    """
    return _Reader(book).read(facts, "plot", "facts")


class _Reader:
    """Walks one facts object."""

    def __init__(self, book: Book) -> None:
        self.vocabulary = book.vocabulary
        self.readers = _readers_of(book)
        self.instances = 0

    def read(self, facts: Any, scope: str, at: str) -> dict[str, Any]:
        """Read the facts of one place and of the places below it."""
        if not isinstance(facts, Mapping):
            raise FactError("not_an_object", at, f"{at} must be a JSON object of facts")
        found: dict[str, Any] = {}
        readers, below = self.readers[scope], BELOW.get(scope, ())
        for name, value in facts.items():
            reader = readers.get(name)
            if reader is not None:
                found[name] = reader(value)
            elif name in below:
                found[name] = self.places(value, name)
            elif name in self.vocabulary:
                fact = self.vocabulary[name]
                raise FactError(
                    "wrong_scope",
                    name,
                    f"{name} is a fact of the {fact.scope}; it cannot stand in a {scope}",
                )
            elif name != scope:  # "block": 1 names the place itself
                raise self.unknown(name, at)
        return found

    def unknown(self, name: Any, at: str) -> FactError:
        """Make the error for a name that the vocabulary does not have."""
        near = difflib.get_close_matches(str(name), list(self.vocabulary), 1)
        hint = f"; do you mean {near[0]}?" if near else ""
        return FactError(
            "unknown_fact", str(name)[:80], f"{at} has no fact {str(name)[:80]!r}{hint}"
        )

    def places(self, value: Any, name: str) -> list[dict[str, Any]]:
        """Read a list of blocks, levels, floors or units, each with its own number."""
        scope = INSTANCES[name]
        if not isinstance(value, list | tuple):
            raise FactError("wrong_type", name, f"{name} must be a list of objects")
        self.instances += len(value)
        if self.instances > MAX_INSTANCES:
            raise FactError(
                "too_many", name, f"more than {MAX_INSTANCES} blocks, levels and floors"
            )
        found: list[dict[str, Any]] = []
        seen: set[int] = set()
        for one in value:
            inner = self.read(one, scope, scope)
            number = one.get(scope)
            if (
                not isinstance(number, int)
                or isinstance(number, bool)
                or number in seen
                or abs(number) > 10_000
            ):
                raise FactError(
                    "bad_instance",
                    scope,
                    f'each of {name} needs its own whole number, "{scope}": 1',
                )
            seen.add(number)
            found.append({scope: number, **inner})
        return found


def read_value(fact: Fact, value: Any) -> Any:
    """Check one value against its fact and round it; raises FactError."""
    if value is None:
        raise FactError("null_fact", fact.name, f"{fact.name} is null; leave a missing fact out")
    return _READERS[fact.type](fact, value)


_kept: WeakKeyDictionary[Book, dict[str, dict[str, Callable[[Any], Any]]]] = WeakKeyDictionary()


def _readers_of(book: Book) -> dict[str, dict[str, Callable[[Any], Any]]]:
    """Make a reader for each fact that a place may hold, once for each book."""
    found = _kept.get(book)
    if found is None:
        made = {name: _reader(fact) for name, fact in book.vocabulary.items()}
        found = _kept[book] = {
            scope: {
                name: made[name] for name, fact in book.vocabulary.items() if fact.scope in holds
            }
            for scope, holds in HOLDS.items()
        }
    return found


def _reader(fact: Fact) -> Callable[[Any], Any]:
    """Make the reader of a fact; the commonest case, a plain number in range, is short."""
    plain, digits = partial(read_value, fact), fact.digits
    if fact.type != "number" or fact.low is None or fact.high is None or digits is None:
        return plain
    low, high = fact.low, fact.high

    def number(value: Any) -> Any:
        if value.__class__ is float and low <= value <= high:
            return round(value, digits) + 0.0
        return plain(value)

    return number


def _word(fact: Fact, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(fact, "a word", value)
    if value not in fact.values:
        message = f"{fact.name} must be one of {', '.join(fact.values)}"
        raise FactError("not_a_value", fact.name, message)
    return value


def _truth(fact: Fact, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(fact, "true or false", value)
    return value


def _text(fact: Fact, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(fact, "a text", value)
    if len(value) > MAX_TEXT:
        raise FactError("out_of_range", fact.name, f"{fact.name} is longer than {MAX_TEXT}")
    return value


def _number(fact: Fact, value: Any) -> float | int:
    if value.__class__ is not float and (
        isinstance(value, bool) or not isinstance(value, int | float)
    ):
        raise _wrong(fact, "a number", value)
    if isinstance(value, int) and abs(value) > 10**15:
        raise FactError("out_of_range", fact.name, f"{fact.name} is out of range")
    if not math.isfinite(value):
        raise FactError("not_finite", fact.name, f"{fact.name} must be a finite number")
    if (fact.low is not None and value < fact.low) or (
        fact.high is not None and value > fact.high
    ):
        raise FactError(
            "out_of_range", fact.name, f"{fact.name} must lie between {fact.low} and {fact.high}"
        )
    if fact.type == "integer":
        if value != int(value):
            raise _wrong(fact, "a whole number", value)
        return int(value)
    if fact.digits is not None:
        return round(float(value), fact.digits) + 0.0
    return float(value) if isinstance(value, float) else value  # NumPy's floats are floats too


def _list(fact: Fact, value: Any) -> tuple[float | int, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong(fact, "a list of numbers", value)
    if len(value) > MAX_ITEMS:
        raise FactError("too_many", fact.name, f"{fact.name} has more than {MAX_ITEMS} numbers")
    return tuple(_number(fact, one) for one in value)


def _map(fact: Fact, value: Any) -> dict[str, float | int]:
    if not isinstance(value, Mapping):
        raise _wrong(fact, "an object of numbers", value)
    for key in value:
        if key not in fact.values:
            message = f"{fact.name}: {str(key)[:40]!r} is none of {', '.join(fact.values)}"
            raise FactError("not_a_value", fact.name, message)
    return {key: _number(fact, one) for key, one in value.items()}


def _wrong(fact: Fact, what: str, value: Any) -> FactError:
    plain = isinstance(value, str | int | float)
    shown = repr(value)[:40] if plain else f"a {type(value).__name__}"
    return FactError("wrong_type", fact.name, f"{fact.name} must be {what}, not {shown}")


_READERS: dict[str, Callable[[Fact, Any], Any]] = {
    "number": _number,
    "integer": _number,
    "enum": _word,
    "boolean": _truth,
    "text": _text,
    "list": _list,
    "map": _map,
}
