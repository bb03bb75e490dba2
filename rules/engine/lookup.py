"""Finding the row of a table, also when not every input is known."""

from collections.abc import Mapping
from typing import Any

from rules.conditions import Unknown, merge
from rules.loading.tables import find_gap, narrow
from rules.model import Row, Table


class PossibleRows:
    """The rows that may still apply: a column is known where all of them agree."""

    def __init__(self, rows: tuple[Row, ...], unknown: Unknown) -> None:
        self.rows = rows
        self.unknown = unknown

    def __getitem__(self, column: str) -> Any:
        values = [row.then[column] for row in self.rows]
        return values[0] if all(value == values[0] for value in values) else self.unknown


class TableLookup:
    """A table ready for look-ups; answers are kept, a plan asks for the same row many times."""

    KEPT = 10_000

    def __init__(self, table: Table) -> None:
        self.table = table
        self.nothing = Unknown((), ("no-row",))
        self._kept: dict[tuple[Any, ...], Any] = {}

    def __call__(self, inputs: Mapping[str, Any]) -> Any:
        """Return the row's values, the possible rows, or an Unknown (no row, or nothing known)."""
        key = tuple(inputs.values())
        found = self._kept.get(key)
        if found is None:
            found = self._find(inputs)
            if len(self._kept) >= self.KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found

    def _find(self, inputs: Mapping[str, Any]) -> Any:
        rows: tuple[Row, ...] = self.table.rows
        unknown: dict[str, Unknown] = {}
        for name, value in inputs.items():
            if value.__class__ is Unknown:
                unknown[name] = value
            else:
                rows = narrow(rows, name, value)
        if not rows:
            return self.nothing
        if not unknown:
            return rows[0].then
        return self._possible(rows, unknown)

    def _possible(self, rows: tuple[Row, ...], unknown: Mapping[str, Unknown]) -> Any:
        needed = [one for name, one in unknown.items() if any(name in row.when for row in rows)]
        if not needed:
            return rows[0].then
        what = merge(needed)
        if find_gap(self.table, rows, tuple(unknown)) is not None:
            return what
        return PossibleRows(rows, what)
