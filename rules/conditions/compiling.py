"""From a typed syntax tree to Python closures with three truth values.

A compiled expression takes an ``Env`` and returns a value or an ``Unknown`` that names the facts
which would tell. ``False and unknown`` is False, ``True or unknown`` is True; only facts that are
really needed are named. Numbers closer than ``TOLERANCE`` are equal.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.conditions.tree import (
    Aggregate,
    Arith,
    Call,
    Column,
    Compare,
    Each,
    Entry,
    Expression,
    IfElse,
    Junction,
    Known,
    Literal,
    Look,
    Name,
    Negative,
    Node,
    Not,
    Within,
)
from rules.conditions.unknown import TOLERANCE, Unknown, merge


@dataclass(slots=True)
class Env:
    """What an expression sees: the values of one place, and all values of the plot.

    ``values`` holds facts and local names; one that is missing is absent, one that cannot be told
    is an Unknown. ``everywhere`` gives a fact's value at every instance of its scope.
    """

    values: dict[str, Any]
    everywhere: Callable[[str], list[Any]] = field(default=lambda _name: [])

    def with_values(self, extra: Mapping[str, Any]) -> "Env":
        """Return this place with some more names."""
        return Env({**self.values, **extra}, self.everywhere)


Fn = Callable[[Env], Any]
Lookup = Callable[[Mapping[str, Any]], Any]  # input values -> row of a table, or Unknown
Tables = Mapping[str, Lookup]


def compile_expression(expression: Expression, tables: Tables) -> Fn:
    """Compile an expression once; ``tables`` finds rows by table id."""
    return compile_node(expression.root, tables)


def compile_node(node: Node, tables: Tables) -> Fn:
    """Compile one node of an expression."""
    return _COMPILERS[type(node)](node, tables)


def _literal(node: Literal, tables: Tables) -> Fn:
    del tables
    value = node.value
    return lambda _env: value


def _name(node: Name, tables: Tables) -> Fn:
    del tables
    name = node.name
    missing = Unknown((name,))
    return lambda env: env.values.get(name, missing)


def _add(a: Any, b: Any) -> Any:
    return a + b


def _subtract(a: Any, b: Any) -> Any:
    return a - b


def _multiply(a: Any, b: Any) -> Any:
    return a * b


def _divide(a: Any, b: Any) -> Any:
    return a / b if b else Unknown((), ("cannot-work-out",))


ARITH = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a - b < -TOLERANCE,
    "<=": lambda a, b: a - b <= TOLERANCE,
    ">": lambda a, b: a - b > TOLERANCE,
    ">=": lambda a, b: a - b >= -TOLERANCE,
    "==": lambda a, b: abs(a - b) <= TOLERANCE,
    "!=": lambda a, b: abs(a - b) > TOLERANCE,
}
EQUAL: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
}


def compare(op: str, left: float, right: float) -> bool:
    """Compare two numbers the way the book does: a difference under the tolerance is none."""
    return COMPARE[op](left, right)


def _both(left: Fn, right: Fn, work: Callable[[Any, Any], Any]) -> Fn:
    """Make a closure that works on two known values."""

    def run(env: Env) -> Any:
        a, b = left(env), right(env)
        if a.__class__ is Unknown:
            return merge((a, b)) if b.__class__ is Unknown else a
        return b if b.__class__ is Unknown else work(a, b)

    return run


def _arith(node: Arith, tables: Tables) -> Fn:
    return _both(compile_node(node.left, tables), compile_node(node.right, tables), ARITH[node.op])


def _compare(node: Compare, tables: Tables) -> Fn:
    signs = COMPARE if node.left.kind.type == "number" else EQUAL
    left, right, sign = node.left, node.right, signs[node.op]
    if isinstance(left, Name) and isinstance(right, Literal):
        return _compare_name(left.name, sign, right.value)
    return _both(compile_node(left, tables), compile_node(right, tables), sign)


def _compare_name(name: str, sign: Callable[[Any, Any], bool], limit: Any) -> Fn:
    """Compare a name with a constant: the commonest condition of all, in one step."""
    missing = Unknown((name,))

    def run(env: Env) -> Any:
        value = env.values.get(name, missing)
        return value if value.__class__ is Unknown else sign(value, limit)

    return run


def _negative(node: Negative, tables: Tables) -> Fn:
    inner = compile_node(node.item, tables)

    def run(env: Env) -> Any:
        value = inner(env)
        return value if value.__class__ is Unknown else -value

    return run


def _not(node: Not, tables: Tables) -> Fn:
    inner = compile_node(node.item, tables)

    def run(env: Env) -> Any:
        value = inner(env)
        return value if value.__class__ is Unknown else not value

    return run


def _junction(node: Junction, tables: Tables) -> Fn:
    parts = tuple(compile_node(item, tables) for item in node.items)
    decides = not node.all_of  # False decides an `and`, True decides an `or`

    def run(env: Env) -> Any:
        unknown: list[Unknown] | None = None
        for part in parts:
            value = part(env)
            if value is decides:
                return decides
            if value.__class__ is Unknown:
                unknown = [value] if unknown is None else [*unknown, value]
        return not decides if unknown is None else merge(unknown)

    return run


def _if_else(node: IfElse, tables: Tables) -> Fn:
    condition, then, other = (
        compile_node(part, tables) for part in (node.condition, node.then, node.other)
    )

    def run(env: Env) -> Any:
        chosen = condition(env)
        if chosen.__class__ is not Unknown:
            return then(env) if chosen else other(env)
        a, b = then(env), other(env)
        same = a.__class__ is not Unknown and b.__class__ is not Unknown and a == b
        return a if same else chosen

    return run


def _within(node: Within, tables: Tables) -> Fn:
    values = node.values
    if isinstance(node.item, Name):
        return _compare_name(node.item.name, _is_in, values)
    inner = compile_node(node.item, tables)

    def run(env: Env) -> Any:
        value = inner(env)
        return value if value.__class__ is Unknown else value in values

    return run


def _is_in(value: Any, values: frozenset[Any]) -> bool:
    return value in values


def _round(value: float, digits: float = 0) -> float:
    """Round half up, as a tape measure is read (not to the even neighbour)."""
    scale = 10 ** int(digits)
    return float(math.floor(value * scale + 0.5 + TOLERANCE) / scale)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "ceil": lambda value: math.ceil(value - TOLERANCE),
    "floor": lambda value: math.floor(value + TOLERANCE),
    "round": _round,
}


def _call(node: Call, tables: Tables) -> Fn:
    parts = tuple(compile_node(item, tables) for item in node.items)
    work = FUNCTIONS[node.function]

    def run(env: Env) -> Any:
        values = [part(env) for part in parts]
        for value in values:
            if value.__class__ is Unknown:
                return merge(one for one in values if one.__class__ is Unknown)
        return work(*values)

    return run


def tidy_sum(values: list[Any]) -> float:
    """Add up, and drop the dust of binary addition below a millionth."""
    return round(math.fsum(values), 6) if values else 0


WHOLE: dict[str, Callable[[list[Any]], Any]] = {
    "total": tidy_sum,
    "largest": max,
    "smallest": min,
    "count": len,
}


def _aggregate(node: Aggregate, tables: Tables) -> Fn:
    del tables
    fact, work = node.fact, WHOLE[node.function]

    def run(env: Env) -> Any:
        values = env.everywhere(fact)
        unknown = [value for value in values if value.__class__ is Unknown]
        if unknown or not values:
            return merge(unknown) if unknown else Unknown((fact,))
        return work(values)

    return run


def _known(node: Known, tables: Tables) -> Fn:
    del tables
    fact, missing = node.fact, Unknown()
    return lambda env: env.values.get(fact, missing).__class__ is not Unknown


def _entry(node: Entry, tables: Tables) -> Fn:
    inner, key = compile_node(node.map, tables), node.key

    def run(env: Env) -> Any:
        value = inner(env)
        return value if value.__class__ is Unknown else value.get(key, 0)

    return run


EACH: dict[str, Callable[[list[Any]], Any]] = {
    "sum": tidy_sum,
    "min": lambda values: min(values) if values else Unknown((), ("cannot-work-out",)),
    "max": lambda values: max(values) if values else Unknown((), ("cannot-work-out",)),
    "any": any,
    "all": all,
}


def _each(node: Each, tables: Tables) -> Fn:
    source, item = compile_node(node.source, tables), compile_node(node.item, tables)
    where = compile_node(node.where, tables) if node.where is not None else None
    variables, work = node.variables, EACH[node.function]
    pairs, decides = len(variables) == 2, {"any": True, "all": False}.get(node.function)

    def run(env: Env) -> Any:
        things = source(env)
        if things.__class__ is Unknown:
            return things
        found: list[Any] = []
        unknown: list[Unknown] = []
        for thing in things.items() if pairs else things:
            values = zip(variables, thing if pairs else (thing,), strict=True)
            inner = env.with_values(dict(values))
            chosen = True if where is None else where(inner)
            value = item(inner) if chosen is True else chosen
            if value.__class__ is Unknown:
                unknown.append(value)
            elif chosen is True:
                found.append(value)
        if decides is not None and decides in found:
            return decides
        return merge(unknown) if unknown else work(found)

    return run


def _look(node: Look, tables: Tables) -> Fn:
    inputs = tuple((name, compile_node(value, tables)) for name, value in node.inputs)
    lookup = tables[node.table]
    return lambda env: lookup({name: value(env) for name, value in inputs})


def _column(node: Column, tables: Tables) -> Fn:
    inner, column = compile_node(node.row, tables), node.column

    def run(env: Env) -> Any:
        row = inner(env)
        return row if row.__class__ is Unknown else row[column]

    return run


_COMPILERS: dict[type[Node], Callable[..., Fn]] = {
    Literal: _literal,
    Name: _name,
    Arith: _arith,
    Compare: _compare,
    Negative: _negative,
    Not: _not,
    Junction: _junction,
    IfElse: _if_else,
    Within: _within,
    Call: _call,
    Aggregate: _aggregate,
    Known: _known,
    Entry: _entry,
    Each: _each,
    Look: _look,
    Column: _column,
}
