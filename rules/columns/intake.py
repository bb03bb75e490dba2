"""Columns from outside: checked against the vocabulary and rounded once, or refused with a code.

The same codes as ``rules.facts``; ``not_flat`` where blocks are given and ``bad_length`` where
columns are not of one length. A masked value is a missing one; NaN is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rules.columns.ops import round_exactly
from rules.columns.words import Words
from rules.errors import FactError
from rules.facts import INSTANCES, MAX_TEXT, normalise, read_value
from rules.law import Book
from rules.model import Fact

Array = npt.NDArray[Any]
MOST_ITEMS = 64  # numbers in one list, where lists differ from row to row


@dataclass(frozen=True, eq=False)
class Coded:
    """Words as small numbers: ``codes`` are places in ``words``, below 0 is missing."""

    words: tuple[str, ...]
    codes: Array

    def texts(self) -> Array:
        """Write the words out; None where missing."""
        listed = np.array([*self.words, None], object)
        texts: Array = listed[np.where(self.codes < 0, len(self.words), self.codes)]
        return texts


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column taken in: float64, bool or int16 codes; ``known`` is None where all are."""

    values: Array
    known: Array | None

    def part(self, rows: slice) -> "Column":
        """Give some of the rows; a value told for all of them stays one value."""
        values = self.values[rows] if self.values.ndim else self.values
        return Column(values, None if self.known is None else self.known[rows])


@dataclass(frozen=True, eq=False, slots=True)
class ManyColumn:
    """Lists or maps that differ from row to row: for each group or place present and value."""

    items: Mapping[str, tuple[Array, Array]]
    known: Array | None

    def part(self, rows: slice) -> "ManyColumn":
        """Give some of the rows."""
        items = {key: (there[rows], values[rows]) for key, (there, values) in self.items.items()}
        return ManyColumn(items, None if self.known is None else self.known[rows])


@dataclass(frozen=True, eq=False, slots=True)
class Intake:
    """Everything taken in: what is the same for all rows, and what varies."""

    rows: int
    fixed: Mapping[str, Any]
    columns: Mapping[str, Column | ManyColumn]

    def part(self, rows: slice) -> "Intake":
        """Give some of the rows, of the same shape."""
        columns = {name: one.part(rows) for name, one in self.columns.items()}
        return Intake(len(range(*rows.indices(self.rows))), self.fixed, columns)


def take_in(book: Book, given: Mapping[str, Any], words: Words) -> Intake:
    """Check and round all columns; arrays (also masked or ``Coded``) vary, all else is fixed.

    Raises FactError for the first that is wrong, with its row.
    """
    varying = {name: one for name, one in given.items() if isinstance(one, np.ndarray | Coded)}
    fixed = normalise(book, {name: one for name, one in given.items() if name not in varying})
    for name in INSTANCES:
        if name in fixed:
            raise FactError("not_flat", name, f"{name}: columns take flat facts, one block a row")
    rows = _length(varying)
    reader = _Reader(words)
    columns: dict[str, Column | ManyColumn] = {}
    for name, one in varying.items():
        fact = book.vocabulary.get(name)
        if fact is None:
            normalise(book, {name: None})  # refuses the name, and suggests another
            continue
        column = reader.column(fact, one)
        value = _same(fact, column, words)
        if value is not None:
            fixed[name] = value
        elif column.known is None or column.known.any():
            columns[name] = column
    return Intake(rows, fixed, columns)


def told_at_run(value: Any, words: Words) -> Column:
    """Make a column of one value for all rows that is no part of the plan."""
    if isinstance(value, str):
        return Column(np.asarray(np.int32(words.code(value))), None)
    return Column(np.asarray(value if isinstance(value, bool) else float(value)), None)


def _length(varying: Mapping[str, Any]) -> int:
    shapes = {
        name: np.shape(one.codes if isinstance(one, Coded) else one)
        for name, one in varying.items()
    }
    sizes = set(shapes.values())
    if len(sizes) > 1 or any(len(shape) != 1 for shape in sizes):
        name = next(iter(shapes))
        raise FactError("bad_length", name, f"all columns need one length, there are {shapes}")
    return int(sizes.pop()[0]) if sizes else 1


def _same(fact: Fact, column: Column | ManyColumn, words: Words) -> Any:
    """Give the value that all rows have; None where they differ."""
    if isinstance(column, ManyColumn) or column.known is not None or not len(column.values):
        return None
    values = column.values
    first = values[0]
    if values[-1] != first or values[len(values) // 2] != first or not (values == first).all():
        return None
    plain = first.item()
    return words.list[plain] if fact.type in ("enum", "text") else plain


class _Reader:
    """Reads one column of each type."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def column(self, fact: Fact, given: Any) -> Column | ManyColumn:
        """Read a column by its fact's type."""
        if isinstance(given, Coded):
            return self.coded(fact, given)
        mask = np.ma.getmaskarray(given) if isinstance(given, np.ma.MaskedArray) else None
        known = ~mask if mask is not None and mask.any() else None
        values = given.data if isinstance(given, np.ma.MaskedArray) else given
        reads: dict[str, Callable[[Fact, Array, Array | None], Column | ManyColumn]] = {
            "number": self.numbers,
            "integer": self.numbers,
            "boolean": self.truths,
            "enum": self.enum,
            "text": self.text,
        }
        return reads.get(fact.type, self.many)(fact, values, known)

    def numbers(self, fact: Fact, values: Array, known: Array | None) -> Column:
        if values.dtype.kind not in "iuf":
            raise _refuse("wrong_type", fact, values, None, "must be a column of numbers")
        numbers = values.astype(np.float64)
        if known is not None:
            numbers[~known] = fact.low or 0.0
        self._bad(fact, "not_finite", numbers, ~np.isfinite(numbers), "must be a finite number")
        low = -1e15 if fact.low is None else fact.low
        high = 1e15 if fact.high is None else fact.high
        outside = (numbers < low) | (numbers > high)
        between = f"must lie between {fact.low} and {fact.high}"
        self._bad(fact, "out_of_range", numbers, outside, between)
        if fact.type == "integer":
            broken = numbers != np.trunc(numbers)
            self._bad(fact, "wrong_type", numbers, broken, "must be a whole number")
            return Column(numbers, known)
        if fact.digits is not None:
            numbers = round_exactly(numbers, fact.digits) + 0.0
        return Column(numbers, known)

    def truths(self, fact: Fact, values: Array, known: Array | None) -> Column:
        if values.dtype.kind != "b":
            raise _refuse("wrong_type", fact, values, None, "must be a column of true and false")
        return Column(values if known is None else values & known, known)

    def enum(self, fact: Fact, values: Array, known: Array | None) -> Column:
        if values.dtype.kind not in "UO":
            raise _refuse("wrong_type", fact, values, None, "must be a column of words")
        codes = np.full(len(values), -1, np.int16)
        for word in fact.values:
            codes[values == word] = self.words.code(word)
        if known is not None:
            codes[~known] = 0
        self._bad(fact, "not_a_value", values, codes < 0, f"is one of {', '.join(fact.values)}")
        return Column(codes, known)

    def text(self, fact: Fact, values: Array, known: Array | None) -> Column:
        if values.dtype.kind not in "UO":
            raise _refuse("wrong_type", fact, values, None, "must be a column of texts")
        plain = values.astype(object)
        if known is not None:
            plain[~known] = ""
        texts = set(plain.tolist())
        for one in texts:
            read_value(fact, one)  # refuses what is no text, or too long
        codes = {one: self.words.code(one) for one in texts}
        found = np.fromiter((codes[one] for one in plain.tolist()), np.int32, len(plain))
        return Column(found, known)

    def coded(self, fact: Fact, given: Coded) -> Column:
        if fact.type not in ("enum", "text") or given.codes.dtype.kind not in "iu":
            raise _refuse("wrong_type", fact, given.codes, None, "must not be a column of words")
        for word in given.words:
            if len(word) > MAX_TEXT or (fact.type == "enum" and word not in fact.values):
                raise _refuse("not_a_value", fact, np.array([word], object), 0, "cannot be that")
        self._bad(
            fact, "not_a_value", given.codes, given.codes >= len(given.words), "has no such word"
        )
        missing = given.codes < 0
        codes = np.array([*(self.words.code(word) for word in given.words), 0], np.int32)
        found = codes[np.where(missing, len(given.words), given.codes)]
        return Column(found, ~missing if missing.any() else None)

    def many(self, fact: Fact, values: Array, known: Array | None) -> ManyColumn:
        """Read lists or maps: one column for each group, or for each place in the list."""
        read: list[dict[str, float]] = []
        for place, value in enumerate(values.tolist()):
            there = known is None or known[place]
            one = read_value(fact, value) if there else {}
            if fact.type == "list":
                if len(one) > MOST_ITEMS:
                    message = f"more than {MOST_ITEMS} numbers"
                    raise _refuse("too_many", fact, values, place, message)
                one = {str(number): item for number, item in enumerate(one)}
            read.append(one)
        items = {}
        for key in dict.fromkeys(key for one in read for key in one):
            present = np.array([key in one for one in read], np.bool_)
            items[key] = present, np.array([one.get(key, 0.0) for one in read], np.float64)
        return ManyColumn(items, known)

    def _bad(self, fact: Fact, code: str, values: Array, wrong: Array, what: str) -> None:
        if wrong.any():
            raise _refuse(code, fact, values, int(np.argmax(wrong)), what)


def _refuse(code: str, fact: Fact, values: Array, row: int | None, what: str) -> FactError:
    where = f", not {str(values[row])[:40]!r} (row {row})" if row is not None else ""
    where = where or f", not {values.dtype}"
    return FactError(code, fact.name, f"{fact.name} {what}{where}")
