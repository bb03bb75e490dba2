"""From a typed syntax tree to Python source, written for one set of known names.

The closures of ``compiling`` ask at every step whether a value is known. Here it is said once,
when the source is written, which names are known and which are not: what is left is plain
arithmetic, and an expression that cannot be told folds to a constant. The text holds only our own
tokens and the ``repr`` of numbers and words; no planner's text ever gets into it.

A ``Piece`` is known (never an Unknown), unknown (always one) or maybe (seen when it runs). The
meaning is that of ``compiling``; ``tests/rules/test_source.py`` compares the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.conditions.compiling import EACH, FUNCTIONS, Tables, compile_node, tidy_sum
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
from rules.conditions.upkeep import HELPERS

KNOWN, MAYBE, UNKNOWN = "known", "maybe", "unknown"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of source with what is sure about its value; ``fixed`` holds a constant's value."""

    code: str
    state: str = KNOWN
    fixed: tuple[Any, ...] = ()

    @property
    def known(self) -> bool:
        """Say whether the value is never an Unknown."""
        return self.state == KNOWN


@dataclass(slots=True)
class Pool:
    """The constants of one generated function, by name."""

    values: dict[str, Any] = field(default_factory=lambda: dict(HELPERS))
    names: dict[Any, str] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        """Name a constant; the same object keeps its name."""
        key = id(value)
        if key not in self.names:
            self.names[key] = f"k{len(self.names)}"
            self.values[self.names[key]] = value
        return self.names[key]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes expressions: ``resolve`` says what a name stands for, ``flat``: all is one place."""

    resolve: Callable[[str], Piece]
    pool: Pool
    tables: Tables
    flat: bool

    def write(self, expression: Expression) -> Piece:
        """Write one expression."""
        return self.node(expression.root)

    def node(self, node: Node) -> Piece:
        """Write one node."""
        return _WRITERS[type(node)](self, node)

    def fixed(self, value: Any) -> Piece:
        """Write a constant."""
        if value.__class__ is Unknown:
            return Piece(self.pool.add(value), UNKNOWN, (value,))
        plain = value is True or value is False or value.__class__ in (int, float, str)
        return Piece(repr(value) if plain else self.pool.add(value), KNOWN, (value,))

    def fold(self, pieces: tuple[Piece, ...], work: Callable[..., Any]) -> Piece | None:
        """Work out a step all of whose parts are constants."""
        if not all(piece.fixed for piece in pieces):
            return None
        return self.fixed(work(*(piece.fixed[0] for piece in pieces)))

    def strict(self, pieces: tuple[Piece, ...], code: str, work: Callable[..., Any]) -> Piece:
        """Write a step that needs all its parts; ``code`` is how it reads when all are known."""
        if all(piece.known for piece in pieces):
            return self.fold(pieces, work) or Piece(code)
        missing = tuple(piece for piece in pieces if piece.state != KNOWN)
        if all(piece.state == UNKNOWN for piece in missing):
            return self.merged(missing)
        parts = ", ".join(piece.code for piece in pieces)
        sure = any(piece.state == UNKNOWN for piece in missing)
        return Piece(f"_strict({self.pool.add(work)}, ({parts},))", UNKNOWN if sure else MAYBE)

    def merged(self, pieces: tuple[Piece, ...]) -> Piece:
        """Put unknowns together."""
        if all(piece.fixed for piece in pieces):
            return self.fixed(merge(piece.fixed[0] for piece in pieces))
        if len(pieces) == 1:
            return pieces[0]
        parts = ", ".join(piece.code for piece in pieces)
        return Piece(f"_merge(({parts},))", UNKNOWN)

    def with_names(self, inner: Mapping[str, Piece]) -> "Writer":
        """Give a writer that knows some more names."""
        outer = self.resolve
        return Writer(
            lambda name: inner.get(name) or outer(name), self.pool, self.tables, self.flat
        )


def _literal(writer: Writer, node: Literal) -> Piece:
    return writer.fixed(node.value)


def _name(writer: Writer, node: Name) -> Piece:
    return writer.resolve(node.name)


_ARITH: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


def _arith(writer: Writer, node: Arith) -> Piece:
    left, right = writer.node(node.left), writer.node(node.right)
    if node.op != "/":
        return writer.strict(
            (left, right), f"({left.code} {node.op} {right.code})", _ARITH[node.op]
        )
    divide = HELPERS["_divide"]
    sure = bool(right.fixed) and right.known and right.fixed[0] != 0
    code = f"({left.code} / {right.code})" if sure else f"_divide({left.code}, {right.code})"
    piece = writer.strict((left, right), code, divide)
    if sure or piece.fixed or not piece.known:
        return piece
    return Piece(piece.code, MAYBE)


_SIGNS = {
    "<": f"({{0}} - {{1}} < -{TOLERANCE!r})",
    "<=": f"({{0}} - {{1}} <= {TOLERANCE!r})",
    ">": f"({{0}} - {{1}} > {TOLERANCE!r})",
    ">=": f"({{0}} - {{1}} >= -{TOLERANCE!r})",
    "==": f"(-{TOLERANCE!r} <= {{0}} - {{1}} <= {TOLERANCE!r})",
    "!=": f"(not -{TOLERANCE!r} <= {{0}} - {{1}} <= {TOLERANCE!r})",
}


def number_sign(sign: str, left: str, right: str) -> str:
    """Write the comparison of two known numbers, a difference under the tolerance being none."""
    return _SIGNS[sign].format(left, right)


def _compare(writer: Writer, node: Compare) -> Piece:
    left, right = writer.node(node.left), writer.node(node.right)
    if node.left.kind.type == "number":
        code = number_sign(node.op, left.code, right.code)
        return writer.strict((left, right), code, HELPERS[f"_number{node.op}"])
    code = f"({left.code} {node.op} {right.code})"
    return writer.strict((left, right), code, HELPERS[f"_word{node.op}"])


def _negative(writer: Writer, node: Negative) -> Piece:
    item = writer.node(node.item)
    return writer.strict((item,), f"(-{item.code})", lambda value: -value)


def _not(writer: Writer, node: Not) -> Piece:
    item = writer.node(node.item)
    return writer.strict((item,), f"(not {item.code})", HELPERS["_not"])


def _junction(writer: Writer, node: Junction) -> Piece:
    decides, word = not node.all_of, " and " if node.all_of else " or "
    pieces = [writer.node(item) for item in node.items]
    if any(piece.known and piece.fixed == (decides,) for piece in pieces):
        return writer.fixed(decides)
    plain = [piece for piece in pieces if piece.known and not piece.fixed]
    doubt = tuple(piece for piece in pieces if not piece.known)
    if not doubt:
        return (
            Piece(f"({word.join(one.code for one in plain)})")
            if plain
            else writer.fixed(not decides)
        )
    if all(piece.state == UNKNOWN for piece in doubt):
        rest = writer.merged(doubt)
    else:
        parts = ", ".join(piece.code for piece in doubt)
        rest = Piece(f"_junction({decides}, ({parts},))", MAYBE)
    if not plain:
        return rest
    known = word.join(one.code for one in plain)
    if node.all_of:
        return Piece(f"({rest.code} if {known} else False)", MAYBE)
    return Piece(f"(True if {known} else {rest.code})", MAYBE)


def _if_else(writer: Writer, node: IfElse) -> Piece:
    condition = writer.node(node.condition)
    if condition.known and condition.fixed:
        return writer.node(node.then if condition.fixed[0] else node.other)
    then, other = writer.node(node.then), writer.node(node.other)
    if condition.known:
        same = then.state if then.state == other.state else MAYBE
        return Piece(f"({then.code} if {condition.code} else {other.code})", same)
    if condition.state == UNKNOWN and UNKNOWN in (then.state, other.state):
        return condition
    if condition.state == UNKNOWN and then.fixed and other.fixed:
        return then if then.fixed == other.fixed else condition
    return Piece(f"_if_else({condition.code}, {then.code}, {other.code})", MAYBE)


def _within(writer: Writer, node: Within) -> Piece:
    item = writer.node(node.item)
    values = node.values
    code = f"({item.code} in {writer.pool.add(values)})"
    return writer.strict((item,), code, lambda value: value in values)


def _call(writer: Writer, node: Call) -> Piece:
    pieces = tuple(writer.node(item) for item in node.items)
    work = FUNCTIONS[node.function]
    parts = ", ".join(piece.code for piece in pieces)
    if len(pieces) == 1 and node.function in {"min", "max"}:
        return pieces[0]
    return writer.strict(pieces, f"{writer.pool.add(work)}({parts})", work)


def _aggregate(writer: Writer, node: Aggregate) -> Piece:
    if not writer.flat:
        return Piece(f"_whole({node.function!r}, e({node.fact!r}), {node.fact!r})", MAYBE)
    if not node.fact:
        return writer.fixed(1)
    value = writer.resolve(node.fact)
    if node.function == "total":
        return writer.strict(
            (value,), f"round({value.code} + 0.0, 6)", lambda one: tidy_sum([one])
        )
    return writer.fixed(1) if node.function == "count" and value.known else value


def _known(writer: Writer, node: Known) -> Piece:
    piece = writer.resolve(node.fact)
    if piece.state == MAYBE:
        return Piece(f"({piece.code}.__class__ is not Unknown)")
    return writer.fixed(piece.known)


def _entry(writer: Writer, node: Entry) -> Piece:
    item, key = writer.node(node.map), node.key
    return writer.strict((item,), f"{item.code}.get({key!r}, 0)", lambda value: value.get(key, 0))


def _each(writer: Writer, node: Each) -> Piece:
    source = writer.node(node.source)
    if source.state == UNKNOWN:
        return source
    names = {name: Piece(f"x_{name}") for name in node.variables}
    inner = writer.with_names(names)
    item = inner.node(node.item)
    where = inner.node(node.where) if node.where is not None else Piece("True", KNOWN, (True,))
    if not (source.known and item.known and where.known):
        return _each_slow(writer, node)
    variables = ", ".join(piece.code for piece in names.values())
    things = f"{source.code}.items()" if len(names) == 2 else source.code
    chosen = "" if where.fixed == (True,) else f" if {where.code}"
    listed = f"[{item.code} for {variables} in {things}{chosen}]"
    code = f"{writer.pool.add(EACH[node.function])}({listed})"
    return Piece(code, MAYBE if node.function in {"min", "max"} else KNOWN)


def _each_slow(writer: Writer, node: Each) -> Piece:
    """Leave a loop with doubt inside to the closures, with the names it reads handed over."""
    names: dict[str, str] = {}
    _names_read(node, frozenset(), names, writer)
    given = ", ".join(f"{name!r}: {code}" for name, code in names.items())
    return Piece(
        f"{writer.pool.add(compile_node(node, writer.tables))}(_env({{{given}}}, e))", MAYBE
    )


def _names_read(node: Any, bound: frozenset[str], found: dict[str, str], writer: Writer) -> None:
    """Gather the names a tree reads from outside itself, each with its source."""
    if isinstance(node, Name | Known):
        name = node.name if isinstance(node, Name) else node.fact
        if name not in bound and name not in found:
            found[name] = writer.resolve(name).code
        return
    if isinstance(node, Each):
        bound |= frozenset(node.variables)
    if isinstance(node, tuple):
        for one in node:
            _names_read(one, bound, found, writer)
    elif isinstance(node, Node):
        for key in node.__slots__:
            _names_read(getattr(node, key), bound, found, writer)


def _look(writer: Writer, node: Look) -> Piece:
    table = writer.tables[node.table]
    pieces = tuple(writer.node(value) for _, value in node.inputs)
    if all(piece.fixed for piece in pieces):
        pairs = zip(node.inputs, pieces, strict=True)
        row = table({name: piece.fixed[0] for (name, _), piece in pairs})
        if isinstance(row, Mapping | Unknown):
            return writer.fixed(row)
    if all(piece.known for piece in pieces):
        parts = ", ".join(piece.code for piece in pieces)
        state = KNOWN if getattr(table, "complete", False) else MAYBE
        return Piece(f"{writer.pool.add(table)}.row(({parts},))", state)
    inputs = zip(node.inputs, pieces, strict=True)
    given = ", ".join(f"{name!r}: {piece.code}" for (name, _), piece in inputs)
    return Piece(f"{writer.pool.add(table)}({{{given}}})", MAYBE)


def _column(writer: Writer, node: Column) -> Piece:
    row, column = writer.node(node.row), node.column
    if row.fixed and row.known:
        return writer.fixed(row.fixed[0][column])
    if row.known:
        return Piece(f"{row.code}[{column!r}]")
    return row if row.state == UNKNOWN else Piece(f"_column({row.code}, {column!r})", MAYBE)


_WRITERS: dict[type[Node], Callable[..., Piece]] = {
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
