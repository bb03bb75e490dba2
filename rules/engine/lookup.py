"""Finding the row of a table, also when not every input is known."""

import itertools
import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules.conditions import Unknown, merge
from rules.conditions.unknown import TOLERANCE
from rules.loading.tables import find_gap, narrow
from rules.model import Range, Row, Table


class PossibleRows:
    """The rows that may still apply: a column is known where all of them agree."""

    def __init__(self, rows: tuple[Row, ...], unknown: Unknown) -> None:
        self.rows = rows
        self.unknown = unknown

    def __getitem__(self, column: str) -> Any:
        values = [row.then[column] for row in self.rows]
        return values[0] if all(value == values[0] for value in values) else self.unknown


class Stretch:
    """The rows left for one choice of words, cut at the edges of the one number they look at.

    ``cuts`` rises; ``found`` holds one more: what stands below the first cut, and from each on.
    """

    def __init__(self, rows: Sequence[Row], numbers: Sequence[tuple[int, str]]) -> None:
        self.rows = rows
        self.numbers = [
            (place, name) for place, name in numbers if any(name in row.when for row in rows)
        ]
        self.place = self.numbers[0][0] if self.numbers else 0
        self.cuts: list[float] = []
        self.found: list[Row | None] = []
        if not self.numbers:
            self.found = [rows[0] if rows else None]
        elif len(self.numbers) == 1:
            self._cut(self.numbers[0][1])

    def _cut(self, name: str) -> None:
        """Cut the line of the number, if each stretch of it fits one row."""
        if any(name not in row.when for row in self.rows):
            return
        pieces = sorted(
            ((*_ends(part), row) for row in self.rows for part in row.when[name]),
            key=lambda piece: piece[:2],
        )
        if any(one[1] > two[0] for one, two in itertools.pairwise(pieces)):
            return
        self.found = [None]
        for low, high, row in pieces:
            if self.cuts and self.cuts[-1] == low:
                self.found[-1] = row
            else:
                self.cuts.append(low)
                self.found.append(row)
            self.cuts.append(high)
            self.found.append(None)

    def row(self, key: Sequence[Any]) -> Row | None:
        """Find the row that known inputs fit."""
        if self.found:
            return self.found[bisect_right(self.cuts, key[self.place]) if self.cuts else 0]
        rows: Sequence[Row] = self.rows
        for place, name in self.numbers:
            rows = narrow(rows, name, key[place])
        return rows[0] if rows else None


def _ends(part: Range) -> tuple[float, float]:
    """Give the first number in a range and the first beyond it, with the tolerance of the book."""
    low = -math.inf if part.low is None else part.low - TOLERANCE
    high = math.inf if part.high is None else part.high - TOLERANCE
    if part.low is not None and not part.low_in:
        low = math.nextafter(part.low + TOLERANCE, math.inf)
    if part.high is not None and part.high_in:
        high = math.nextafter(part.high + TOLERANCE, math.inf)
    return low, high


class TableLookup:
    """A table ready for look-ups."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.complete = table.none is None
        self.nothing = Unknown((), ("no-row",))
        kinds = [
            (place, name, kind.type) for place, (name, kind) in enumerate(table.inputs.items())
        ]
        self._numbers = [(place, name) for place, name, kind in kinds if kind == "number"]
        self._words = [(place, name) for place, name, kind in kinds if kind != "number"]
        places = [place for place, _ in self._words]
        self._pick: Callable[[Sequence[Any]], Any] = (
            operator.itemgetter(*places) if places else lambda _key: None
        )
        self._stretches: dict[Any, Stretch] = {}
        self._gaps: dict[tuple[tuple[int, ...], tuple[str, ...]], bool] = {}

    def __call__(self, inputs: Mapping[str, Any]) -> Any:
        """Return the row's values, the possible rows, or an Unknown (no row, or nothing known)."""
        for value in inputs.values():
            if value.__class__ is Unknown:
                return self._doubtful(inputs)
        return self.row(tuple(inputs[name] for name in self.table.inputs))

    def row(self, key: Sequence[Any]) -> Any:
        """Return the values of the row that known inputs, in the table's order, fit."""
        words = self._pick(key)
        stretch = self._stretches.get(words)
        if stretch is None:
            stretch = self._stretch(words, key)
        row = stretch.row(key)
        return self.nothing if row is None else row.then

    def _stretch(self, words: Any, key: Sequence[Any]) -> Stretch:
        rows: Sequence[Row] = self.table.rows
        for place, name in self._words:
            rows = narrow(rows, name, key[place])
        made = Stretch(rows, self._numbers)
        if len(self._stretches) < MAX_STRETCHES:  # texts from outside could be without end
            self._stretches[words] = made
        return made

    def _doubtful(self, inputs: Mapping[str, Any]) -> Any:
        rows: tuple[Row, ...] = self.table.rows
        unknown: dict[str, Unknown] = {}
        for name, value in inputs.items():
            if value.__class__ is Unknown:
                unknown[name] = value
            else:
                rows = narrow(rows, name, value)
        if not rows:
            return self.nothing
        return self._possible(rows, unknown)

    def _possible(self, rows: tuple[Row, ...], unknown: Mapping[str, Unknown]) -> Any:
        needed = [one for name, one in unknown.items() if any(name in row.when for row in rows)]
        if not needed:
            return rows[0].then
        what = merge(needed)
        return what if self._gap(rows, tuple(unknown)) else PossibleRows(rows, what)

    def _gap(self, rows: tuple[Row, ...], names: tuple[str, ...]) -> bool:
        """Say whether there is a case of the unknown inputs that none of these rows fits."""
        key = (tuple(map(id, rows)), names)
        found = self._gaps.get(key)
        if found is None:
            found = self._gaps[key] = find_gap(self.table, rows, names) is not None
        return found


MAX_STRETCHES = 4096
