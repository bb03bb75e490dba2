"""Tables: reading them, and proving that no case has two rows or, silently, none."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rules.conditions import BOOLEAN, Kind
from rules.loading.fields import Fields
from rules.loading.yamlfile import Spot
from rules.model import CONVERTED, Fact, Range, Row, Table, Text, Unit

_RANGE = re.compile(r"([(\[])\s*(\.\.|-?[0-9.eE+-]+)\s*,\s*(\.\.|-?[0-9.eE+-]+)\s*([)\]])")


def read_table(
    table_id: str,
    title: Text,
    fields: Fields,
    facts: Mapping[str, Fact],
    units: Mapping[str, Unit],
) -> Table:
    """Read one version of a table; its rows must be unique and, without `none`, complete."""
    cite = fields.take_cite()
    asked, given = (fields.take_map(key, needed=True) for key in ("inputs", "outputs"))
    inputs = {name: _input_kind(name, one, facts, units) for name, one in asked.items()}
    outputs = {name: _output_kind(name, one, units) for name, one in given.items()}
    into, out = ({n: _scale(one, units) for n, one in part.items()} for part in (asked, given))
    fields.take_word("hit", ("unique",), "unique")
    specs = fields.take_list("rows", needed=True)
    none = fields.take_text("none", needed=False)
    fields.done()
    rows = tuple(_row(one, inputs, outputs, table_id) for one in specs)
    rows = tuple(_converted(row, into, out) for row in rows)
    if len({row.id for row in rows}) != len(rows):
        fields.spot.fail(f"table {table_id}: two rows have the same id")
    kind = Kind("row", columns=tuple(outputs.items()))
    table = Table(table_id, title, cite, inputs, kind, rows, none)
    _prove(table, fields.spot)
    return table


def _input_kind(
    name: str, spot: Spot, facts: Mapping[str, Fact], units: Mapping[str, Unit]
) -> Kind:
    if isinstance(spot.value, list):
        return Kind("enum", values=tuple(str(item.value) for item in spot.items()))
    word = spot.value
    if name in facts:
        kind = facts[name].kind
        if _base(word, units) not in {kind.type, kind.unit}:
            spot.fail(f"input {name}: the vocabulary says {kind.type}, unit {kind.unit}")
        return kind
    if word == "boolean":
        return BOOLEAN
    if word in {"number", *units}:
        return Kind("number", None if word == "number" else _base(word, units))
    return spot.fail(f"input {name}: a unit, `number`, `boolean`, or a list of words is needed")


def _output_kind(name: str, spot: Spot, units: Mapping[str, Unit]) -> Kind:
    word = spot.value
    if isinstance(word, list):
        return Kind("enum", values=tuple(str(item.value) for item in spot.items()))
    if word in {"boolean", "text"}:
        return Kind(str(word))
    if word in {"number", *units}:
        return Kind("number", None if word == "number" else _base(word, units))
    return spot.fail(
        f"output {name}: a unit, `number`, `boolean`, `text` or a list of words is needed"
    )


def _base(word: Any, units: Mapping[str, Unit]) -> Any:
    """Name the unit in which a column is kept."""
    return units[word].base if isinstance(word, str) and word in units else word


def _scale(spot: Spot, units: Mapping[str, Unit]) -> float:
    """Return what turns a column as written into one as kept."""
    return units[spot.value].times if isinstance(spot.value, str) and spot.value in units else 1.0


def _converted(row: Row, into: Mapping[str, float], out: Mapping[str, float]) -> Row:
    """Turn the numbers of a row that the law writes in feet into metres."""
    if {*into.values(), *out.values()} == {1.0}:
        return row
    when = {name: tuple(_scaled(part, into[name]) for part in row.when[name]) for name in row.when}
    then = {name: _scaled(row.then[name], out[name]) for name in row.then}
    return replace(row, when=when, then=then)


def _scaled(value: Any, scale: float) -> Any:
    if scale == 1.0 or value is None:
        return value
    if isinstance(value, Range):
        return replace(value, low=_scaled(value.low, scale), high=_scaled(value.high, scale))
    return round(value * scale, CONVERTED)


def _row(spot: Spot, inputs: Mapping[str, Kind], outputs: Mapping[str, Kind], table: str) -> Row:
    fields = Fields(spot, f"table {table}: row")
    row_id = str(fields.take("id", (str, int)))
    what = f"table {table}: row {row_id}"
    when: dict[str, tuple[Any, ...]] = {}
    for name, cell in fields.take_map("when").items():
        if name not in inputs:
            cell.fail(f"{what}: `{name}` is not an input; inputs are {', '.join(inputs)}")
        when[name] = _cell(cell, inputs[name], f"{what}: {name}")
    then = fields.take_map("then", needed=True)
    fields.done()
    if set(then) != set(outputs):
        odd = ", ".join(sorted(set(then) ^ set(outputs)))
        spot.fail(f"{what}: `then` must give every output once; look at {odd}")
    values = {name: _value(then[name], kind, f"{what}: {name}") for name, kind in outputs.items()}
    return Row(row_id, when, values, spot.line)


def _value(spot: Spot, kind: Kind, what: str) -> Any:
    value = spot.value
    fits = {
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "text": isinstance(value, str),
        "enum": value in kind.values,
    }[kind.type]
    if not fits:
        spot.fail(f"{what}: `{value}` is not a {kind.type}")
    return value


def _cell(spot: Spot, kind: Kind, what: str) -> tuple[Any, ...]:
    parts = list(spot.items()) if isinstance(spot.value, list) else [spot]
    if not parts:
        spot.fail(f"{what}: an empty list fits nothing")
    if kind.type == "number":
        return tuple(_range(part, what) for part in parts)
    values = tuple(part.value for part in parts)
    for part in parts:
        fits = (
            isinstance(part.value, bool) if kind.type == "boolean" else part.value in kind.values
        )
        if kind.type != "text" and not fits:
            part.fail(
                f"{what}: `{part.value}` is none of {', '.join(kind.values) or 'true, false'}"
            )
    if len(set(values)) != len(values):
        spot.fail(f"{what}: a word is given twice")
    return values


def _range(spot: Spot, what: str) -> Range:
    value = spot.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Range(float(value), float(value), True, True)
    found = _RANGE.fullmatch(str(value).strip())
    if found is None:
        spot.fail(f"{what}: `{value}` is not a range; write (200, 500] or [0, 10) or (500, ..)")
    left, low_text, high_text, right = found.groups()
    low = None if low_text == ".." else float(low_text)
    high = None if high_text == ".." else float(high_text)
    made = Range(low, high, left == "[", right == "]")
    if (
        low is not None
        and high is not None
        and (low > high or (low == high and left + right != "[]"))
    ):
        spot.fail(f"{what}: range {value} is empty")
    return made


def inside(value: float, part: Range) -> bool:
    """Say whether a number lies in a range, with the tolerance of the book."""
    dust = 5e-10
    if part.low is not None:
        gap = value - part.low
        if gap < -dust or (gap <= dust and not part.low_in):
            return False
    if part.high is not None:
        gap = part.high - value
        if gap < -dust or (gap <= dust and not part.high_in):
            return False
    return True


def fits(value: Any, cell: tuple[Any, ...]) -> bool:
    """Say whether a known value fits a cell."""
    if cell and isinstance(cell[0], Range):
        return any(inside(value, part) for part in cell)
    return value in cell


def samples(table: Table, name: str) -> list[Any]:
    """List one value for each piece into which the rows cut an input."""
    kind = table.inputs[name]
    if kind.type == "boolean":
        return [False, True]
    if kind.type == "text":
        words = {word for row in table.rows for word in row.when.get(name, ())}
        return [*sorted(words), "\0"]
    if kind.type == "enum":
        return list(kind.values)
    edges = {
        edge
        for row in table.rows
        for part in row.when.get(name, ())
        for edge in (part.low, part.high)
        if edge is not None
    }
    return _between(sorted({0.0, *edges}))


def _between(edges: list[float]) -> list[float]:
    """List each edge from 0 up and one value after each."""
    found: list[float] = []
    for edge, following in itertools.pairwise([*edges, edges[-1] + 2.0]):
        found += [edge, (edge + following) / 2]
    return [value for value in found if value >= min(0.0, edges[0])]


def narrow(rows: Sequence[Row], name: str, value: Any) -> tuple[Row, ...]:
    """Keep the rows that a value of one input fits."""
    return tuple(row for row in rows if name not in row.when or fits(value, row.when[name]))


def find_gap(table: Table, rows: tuple[Row, ...], names: Sequence[str]) -> dict[str, Any] | None:
    """Find a case of the named inputs that none of these rows fits; None when there is none."""
    if not rows:
        return {}
    used = [name for name in names if any(name in row.when for row in rows)]
    if not used:
        return None
    name, rest = used[0], used[1:]
    seen: set[tuple[str, ...]] = set()
    for value in samples(table, name):
        kept = narrow(rows, name, value)
        key = tuple(row.id for row in kept)
        if key in seen:
            continue
        seen.add(key)
        gap = find_gap(table, kept, rest)
        if gap is not None:
            return {name: value, **gap}
    return None


def _prove(table: Table, spot: Spot) -> None:
    for one, two in itertools.combinations(table.rows, 2):
        if all(
            _meet(one.when[name], two.when[name]) for name in one.when.keys() & two.when.keys()
        ):
            Spot(None, spot.file, two.line).fail(
                f"table {table.id}: rows {one.id} and {two.id} overlap: a case can match both"
            )
    gap = None if table.none is not None else find_gap(table, table.rows, tuple(table.inputs))
    if gap is not None:
        shown = ", ".join(f"{name} = {value}" for name, value in gap.items())
        spot.fail(
            f"table {table.id}: no row for {shown}; "
            "add one, or say with `none` that the law has none"
        )


def _meet(one: tuple[Any, ...], two: tuple[Any, ...]) -> bool:
    if isinstance(one[0], Range):
        return any(_cross(a, b) for a in one for b in two)
    return bool(set(one) & set(two))


def _cross(a: Range, b: Range) -> bool:
    """Say whether two ranges share a number."""
    for left, right in ((a, b), (b, a)):
        if left.high is None or right.low is None or left.high > right.low:
            continue
        if left.high < right.low or not (left.high_in and right.low_in):
            return False
    return True
