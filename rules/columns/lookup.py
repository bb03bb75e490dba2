"""Look-ups in tables, also with inputs that are not known.

What is the same for all rows narrows the table when the graph is made. Each input that varies is
cut into the pieces the table tells apart, one more for "not known"; the pieces make a key, and
for each key the answer is worked out once, the way one plan's look-up does it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

import numpy as np

from rules.columns.graph import Node
from rules.columns.ops import Frozen
from rules.columns.values import Logic, Number, Plain, RowOf, Truth, Word
from rules.loading.tables import find_gap, fits, narrow
from rules.model import Range, Row, Table

Mask = int  # which rows of a list, a bit for each


@dataclass(frozen=True, slots=True)
class Cut:
    """One input that varies: its code for each row of the data, and what each code means.

    ``masks`` says which rows of the table each code fits; None stands for "not known".
    """

    name: str
    code: Node
    masks: tuple[Mask | None, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a key gives: the rows that may apply; ``known`` is false for no row and for a gap.

    ``settled``: one row, and no input that is not known could still change it.
    """

    rows: tuple[Row, ...]
    known: bool
    settled: bool


class Tables:
    """The tables of one law as columns; the same look-up is made once."""

    def __init__(self, logic: Logic, tables: Mapping[str, Table]) -> None:
        self.logic = logic
        self.tables = tables
        self._made: dict[tuple[Any, ...], RowOf] = {}

    def row(self, table_id: str, inputs: Mapping[str, Plain]) -> RowOf:
        """Look a row up."""
        key = (table_id, *inputs.values())
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._look(self.tables[table_id], inputs)
        return found

    def _look(self, table: Table, inputs: Mapping[str, Plain]) -> RowOf:
        rows: tuple[Row, ...] = table.rows
        never: list[str] = []
        varies: dict[str, Plain] = {}
        for name, value in inputs.items():
            if value.k is self.logic.g.false:
                never.append(name)
            elif self._fixed(value):
                rows = narrow(rows, name, self._plain(value))
            else:
                varies[name] = value
        used = {name for row in rows for name in row.when}
        cuts = [self._cut(rows, name, value) for name, value in varies.items() if name in used]
        sizes = [len(one.masks) for one in cuts]
        strides = [int(np.prod(sizes[place + 1 :], dtype=np.int64)) for place in range(len(sizes))]
        solve = _Solver(table, rows, tuple(name for name in never if name in used))
        answers = [
            solve.answer([(c.name, m) for c, m in zip(cuts, masks, strict=True)])
            for masks in product(*(one.masks for one in cuts))
        ]
        return self._row(table, self._key(cuts, strides), answers)

    def _fixed(self, value: Plain) -> bool:
        g = self.logic.g
        if value.k is not g.true:
            return False
        return (value.t if isinstance(value, Truth) else value.v).op == "const"

    def _plain(self, value: Plain) -> Any:
        if isinstance(value, Truth):
            return value.t is self.logic.g.true
        return self.logic.words.list[value.v.extra] if isinstance(value, Word) else value.v.extra

    def _cut(self, rows: tuple[Row, ...], name: str, value: Plain) -> Cut:
        g = self.logic.g
        if isinstance(value, Truth):
            code: Node = g.where(value.t, g.constant(1), g.constant(0))
            masks = [_mask(rows, name, one) for one in (False, True)]
        elif isinstance(value, Word):
            code, masks = self._cut_word(rows, name, value)
        else:
            code, masks = self._cut_number(rows, name, value)
        if value.k is g.true:
            return Cut(name, code, tuple(masks))
        code = g.where(value.k, code, g.constant(len(masks)))
        return Cut(name, code, (*masks, None))

    def _cut_word(self, rows: tuple[Row, ...], name: str, value: Word) -> tuple[Node, list[Mask]]:
        words = self.logic.words
        for row in rows:
            for word in row.when.get(name, ()):
                words.code(word)
        masks = [_mask(rows, name, word) for word in words.list]
        masks.append(_mask(rows, name, None))  # a word that nobody has named yet
        return self._merged(value.v, masks)

    def _cut_number(
        self, rows: tuple[Row, ...], name: str, value: Number
    ) -> tuple[Node, list[Mask]]:
        edges = _edges(rows, name)
        probes = [edges[0] - 1.0]
        for place, edge in enumerate(edges):
            after = edges[place + 1] if place + 1 < len(edges) else edge + 2.0
            probes += [edge, (edge + after) / 2]
        raw = self.logic.g.make("pieces", value.v, extra=edges)
        return self._merged(raw, [_mask(rows, name, probe) for probe in probes])

    def _merged(self, raw: Node, masks: list[Mask]) -> tuple[Node, list[Mask]]:
        """Give codes that fit the same rows one number."""
        kinds = {mask: number for number, mask in enumerate(dict.fromkeys(masks))}
        column = np.array([kinds[mask] for mask in masks], np.int16)
        return self.logic.g.take(raw, column), list(kinds)

    def _key(self, cuts: list[Cut], strides: list[int]) -> Node:
        g = self.logic.g
        codes = [one.code for one in cuts]
        if len(codes) == 1:
            return codes[0]
        return g.make("mix", *codes, extra=tuple(strides)) if codes else g.constant(0)

    def _row(self, table: Table, key: Node, answers: list[Answer]) -> RowOf:
        made: dict[str, Plain] = {}
        kinds = dict(table.row_kind.columns)

        def column(name: str) -> Plain:
            if name not in made:
                values = [_agreed(one, name) for one in answers]
                made[name] = self._column(key, kinds[name].type, values)
            return made[name]

        known = self._listed(key, [one.known for one in answers])
        settled = self._listed(key, [one.settled for one in answers])
        return RowOf(tuple(kinds), column, known, settled)

    def _column(self, key: Node, kind: str, values: list[Any]) -> Plain:
        known = self._listed(key, [value is not None for value in values])
        if known is self.logic.g.false:
            return self.logic.nothing(kind)  # type: ignore[return-value]  # rows hold plain values
        filler = next(value for value in values if value is not None)
        filled = [filler if value is None else value for value in values]
        if kind == "boolean":
            return self.logic.truth(self._listed(key, [bool(value) for value in filled]), known)
        if kind == "number":
            numbers = np.array(filled, np.float64)
            places = [self.logic.g.constant(float(value)).digits for value in filled]
            digits = max((one for one in places if one is not None), default=0)
            digits_known = None if None in places else digits
            return Number(self._taken(key, numbers, digits_known), known)
        codes = np.array([self.logic.words.code(value) for value in filled], np.int16)
        return Word(self._taken(key, codes, None), known)

    def _listed(self, key: Node, values: list[bool]) -> Node:
        return self._taken(key, np.array(values, np.bool_), None)

    def _taken(self, key: Node, column: Any, digits: int | None) -> Node:
        g = self.logic.g
        if (column == column[0]).all():
            return g.constant(column[0].item())
        if key.op == "const":
            return g.constant(column[key.extra].item())
        return g.make("take", key, extra=Frozen(column), digits=digits)


class _Solver:
    """Works out what a key gives, the way the look-up of one plan does."""

    def __init__(self, table: Table, rows: tuple[Row, ...], never: tuple[str, ...]) -> None:
        self.table = table
        self.rows = rows
        self.never = never
        self.all = (1 << len(rows)) - 1
        self._kept: dict[tuple[Mask, tuple[str, ...]], Answer] = {}

    def answer(self, masks: list[tuple[str, Mask | None]]) -> Answer:
        """Give the answer for one mask an input."""
        left = reduce(lambda a, b: a & b, (m for _, m in masks if m is not None), self.all)
        unknown = tuple(name for name, mask in masks if mask is None)
        key = (left, unknown)
        found = self._kept.get(key)
        if found is None:
            rows = tuple(row for place, row in enumerate(self.rows) if left >> place & 1)
            found = self._kept[key] = self._answer(rows, (*self.never, *unknown))
        return found

    def _answer(self, rows: tuple[Row, ...], unknown: tuple[str, ...]) -> Answer:
        if not rows:
            return Answer((), known=False, settled=False)
        if not any(name in row.when for row in rows for name in unknown):
            return Answer(rows[:1], known=True, settled=True)
        gap = find_gap(self.table, rows, unknown) is not None
        return Answer(rows, known=not gap, settled=False)


def _agreed(answer: Answer, column: str) -> Any:
    """Give a column's value where all rows that may apply agree on it; None where they do not."""
    if not answer.known:
        return None
    values = [row.then[column] for row in answer.rows]
    return values[0] if all(value == values[0] for value in values) else None


def _mask(rows: tuple[Row, ...], name: str, value: Any) -> Mask:
    fit = (
        name not in row.when or (value is not None and fits(value, row.when[name])) for row in rows
    )
    return sum(1 << place for place, one in enumerate(fit) if one)


def _edges(rows: tuple[Row, ...], name: str) -> tuple[float, ...]:
    """List where the cells of an input begin and end."""
    found = {
        edge
        for row in rows
        for part in row.when.get(name, ())
        if isinstance(part, Range)
        for edge in (part.low, part.high)
        if edge is not None
    }
    return tuple(sorted(found)) or (0.0,)
