"""Random plans, for tests and for measuring: any facts of the vocabulary, the likely ones often.

The plans are no real buildings; they only have to reach every corner of the law.
"""

from random import Random
from typing import Any

from rules.law import Book
from rules.model import Fact

Json = dict[str, Any]
_SIZES = {"m": (0.3, 40.0), "m2": (10.0, 3000.0), "pct": (0.0, 100.0), "count": (0, 12)}
_OFTEN = frozenset({"family", "occupancy", "height_m", "storeys", "plot_area_record_m2"})
_OTHER_SIZE = (0.0, 500.0)


def random_plan(book: Book, random: Random) -> Json:
    """Make one plan: flat, or in up to three blocks with levels and floors; always good facts."""
    plan = _some(book, random, ("plot",), random.choice((0.3, 0.6, 0.9)))
    if random.random() < 0.6:
        for scope in ("block", "level", "floor", "unit"):
            plan |= _some(book, random, (scope,), 0.7)
        return plan
    plan["blocks"] = [_block(book, random, number) for number in range(random.randint(1, 3))]
    return plan


def _block(book: Book, random: Random, number: int) -> Json:
    block = {"block": number + 1, **_some(book, random, ("block",), 0.7)}
    for name, scope in (("levels", "level"), ("floors", "floor")):
        block[name] = [
            {scope: one, **_some(book, random, (scope,), 0.8)}
            for one in range(random.randint(0, 3))
        ]
    return block


def _some(book: Book, random: Random, scopes: tuple[str, ...], share: float) -> Json:
    """Choose facts of some scopes from outside the book, each with a chance of ``share``."""
    return {
        name: random_value(fact, random)
        for name, fact in book.vocabulary.items()
        if fact.scope in scopes
        and "derived" not in fact.supplied_by
        and fact.type != "text"
        and (random.random() < share or (name in _OFTEN and random.random() < 0.9))
    }


def random_value(fact: Fact, random: Random) -> Any:
    """Choose a value that a fact can have, on its rounding step."""
    if fact.type == "boolean":
        return random.random() < 0.4
    if fact.type == "enum":
        return random.choice(fact.values)
    if fact.type == "list":
        return [_number(fact, random) for _ in range(random.randint(0, 5))]
    if fact.type == "map":
        keys = random.sample(fact.values, min(len(fact.values), random.randint(1, 3)))
        return {key: _number(fact, random) for key in keys}
    return _number(fact, random)


def _number(fact: Fact, random: Random) -> float | int:
    low, high = _SIZES.get(fact.unit or "", _OTHER_SIZE)
    low = max(low, fact.low if fact.low is not None else low)
    high = min(high, fact.high if fact.high is not None else high)
    drawn = low + (max(high, low) - low) * random.random() ** 2  # small ones are more likely
    if fact.type == "integer":
        return int(drawn)
    return round(drawn, fact.digits if fact.digits is not None else 3)
