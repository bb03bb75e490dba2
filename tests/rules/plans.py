"""Random plans of any rule book: its own vocabulary, and numbers on both sides of its limits."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from rules import Book
from rules.conditions.tree import Compare, Literal, Name, Node
from rules.law import Law
from rules.model import Fact, Range

LATE = date(2026, 9, 1)
ROUND = (0.0, 1.0, 10.0, 100.0, 1000.0)


def days_of(book: Book) -> list[date]:
    """List the first day of every version, the day before the first, and a day of late."""
    starts = {rung.start for family in book.families.values() for rung in family.ladder}
    whole = {
        rung.start
        for family in book.families.values()
        for rung in family.ladder
        if not rung.partial
    }
    partly = sorted(starts - whole)[-1:]
    return sorted({min(starts) - timedelta(days=1), *partly, *whole, max(starts | {LATE})})


@lru_cache(maxsize=4)
def numbers_of(book: Book) -> "Numbers":
    """Give the numbers of a book, gathered once."""
    return Numbers(book)


class Plans:
    """Draws plans; the same seed gives the same plans."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book = book
        self.rng = np.random.default_rng(seed)
        self.numbers = numbers_of(book)

    def batch(self, count: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Draw plans twice over: as columns, and as facts of each plan.

        Each batch has some facts that nobody gives and some that are the same for all.
        """
        missing, fixed = self.rng.choice([0.0, 0.1, 0.4]), self.rng.choice([0.0, 0.3, 0.8])
        columns: dict[str, Any] = {}
        plans: list[dict[str, Any]] = [{} for _ in range(count)]
        for fact in self.book.vocabulary.values():
            given = 0.15 if "derived" in fact.supplied_by else 1.0
            if self.rng.random() < missing or self.rng.random() > given:
                continue
            if self.rng.random() < fixed:
                value = columns[fact.name] = self.value(fact)
                for plan in plans:
                    plan[fact.name] = value
                continue
            gaps = self.rng.choice([0.0, 0.0, 0.2, 0.7])
            there = self.rng.random(count) >= gaps
            values = [self.value(fact) for _ in range(count)]
            columns[fact.name] = column_of(fact, values, there)
            for plan, value, here in zip(plans, values, there, strict=True):
                if here:
                    plan[fact.name] = value
        return columns, plans

    def value(self, fact: Fact) -> Any:
        """Draw a value of a fact."""
        if fact.type == "boolean":
            return bool(self.rng.random() < 0.5)
        if fact.type == "enum":
            return str(self.rng.choice(fact.values))
        if fact.type == "text":
            return str(self.rng.choice([*self.book.bodies, "?"])) + "-01"
        if fact.type == "list":
            return [self.number(fact) for _ in range(self.rng.integers(0, 4))]
        if fact.type == "map":
            keys = self.rng.choice(fact.values, self.rng.integers(0, 4), replace=False)
            return {str(key): self.number(fact) for key in keys}
        return self.number(fact)

    def number(self, fact: Fact) -> float | int:
        """Draw a number: a limit of the book, just beside one, or any."""
        pool = self.numbers.of(fact)
        step = 1.0 if fact.type == "integer" else 10.0 ** -(fact.digits or 0)
        value = float(self.rng.choice(pool))
        way = self.rng.random()
        if way < 0.3:
            value += step * self.rng.choice([-1, 1])
        elif way < 0.5:
            value *= self.rng.random() * 2
        elif way < 0.55:
            value += self.rng.choice([-1, 1]) * 10.0 ** -self.rng.integers(8, 12)
        low = -1e6 if fact.low is None else fact.low
        high = 1e6 if fact.high is None else fact.high
        value = min(max(value, low), high)
        return int(value) if fact.type == "integer" else float(value)


class Numbers:
    """The numbers a book speaks of, for each fact and each unit."""

    def __init__(self, book: Book) -> None:
        self.by_fact: dict[str, set[float]] = {}
        self.by_unit: dict[str | None, set[float]] = {}
        seen: set[int] = set()
        for day in days_of(book):
            for family in book.families:
                law = book.law_on(day, family)
                if law is not None:
                    self._walk(law, seen)
                    self._tables(law)

    def of(self, fact: Fact) -> list[float]:
        """List the numbers that matter for a fact: its own limits twice, and those of its unit."""
        own = sorted(self.by_fact.get(fact.name, set()))
        unit = sorted(self.by_unit.get(fact.unit, set()))
        return [*own, *own, *(own * (len(unit) // (len(own) or 1))), *unit, *ROUND]

    def _tables(self, law: Law) -> None:
        for table in law.tables.values():
            kinds = dict(table.row_kind.columns)
            for row in table.rows:
                for name, cell in row.when.items():
                    for part in cell:
                        if isinstance(part, Range):
                            ends = {end for end in (part.low, part.high) if end is not None}
                            self.by_fact.setdefault(name, set()).update(ends)
                for name, value in row.then.items():
                    if kinds[name].type == "number":
                        self.by_unit.setdefault(kinds[name].unit, set()).add(float(value))

    def _walk(self, thing: Any, seen: set[int]) -> None:
        if isinstance(thing, Compare):
            self._limit(thing.left, thing.right)
            self._limit(thing.right, thing.left)
        if isinstance(thing, Literal) and thing.kind.type == "number":
            self.by_unit.setdefault(thing.kind.unit, set()).add(float(thing.value))
        for part in _parts(thing):
            if id(part) not in seen:
                seen.add(id(part))
                self._walk(part, seen)

    def _limit(self, one: Node, other: Node) -> None:
        if isinstance(one, Name) and isinstance(other, Literal) and one.kind.type == "number":
            self.by_fact.setdefault(one.name, set()).add(float(other.value))
            self.by_unit.setdefault(one.kind.unit, set()).add(float(other.value))


def _parts(thing: Any) -> Iterator[Any]:
    if isinstance(thing, tuple | list):
        yield from thing
    elif isinstance(thing, dict):
        yield from thing.values()
    elif is_dataclass(thing) and not isinstance(thing, type):
        for one in fields(thing):
            yield getattr(thing, one.name)


def column_of(fact: Fact, values: list[Any], there: Any) -> Any:
    """Make a column of plain values; masked where some are not there."""
    if fact.type in ("list", "map"):
        column = np.empty(len(values), object)
        column[:] = values
    else:
        column = np.array(values)
    return column if there.all() else np.ma.MaskedArray(column, mask=~there)
