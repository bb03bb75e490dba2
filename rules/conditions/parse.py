"""From a planner's expression to a typed syntax tree.

Python's own grammar is read with ``ast`` and everything outside a short whitelist is refused;
no text is ever executed. Names, units and words of enums are checked here, so that a book with
a mistyped name never loads.
"""

import ast
import difflib
from collections.abc import Callable

from rules.conditions.kinds import Kinds
from rules.conditions.names import ConditionError, Names
from rules.conditions.tree import (
    BOOLEAN,
    NUMBER,
    Aggregate,
    Arith,
    Call,
    Column,
    Each,
    Entry,
    Expression,
    IfElse,
    Junction,
    Kind,
    Known,
    Literal,
    Look,
    Name,
    Negative,
    Node,
    Not,
    Within,
)

MAX_LENGTH = 400
MAX_DEPTH = 20
AGGREGATES = ("total", "largest", "smallest")
EACH = ("sum", "min", "max", "any", "all")
CALLS = {
    "min": (1, 12),
    "max": (1, 12),
    "ceil": (1, 1),
    "floor": (1, 1),
    "abs": (1, 1),
    "round": (1, 2),
}
ARITH = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def parse(text: str | float | bool, names: Names, expected: Kind | None = None) -> Expression:
    """Read one expression.

    ``expected`` is the kind it must have (a word of an enum may then stand alone).
    Raises ConditionError with a message for a planner.
    """
    source = str(text) if not isinstance(text, bool) else ("True" if text else "False")
    if len(source) > MAX_LENGTH:
        raise ConditionError(
            f"expression of {len(source)} characters; at most {MAX_LENGTH}: use `let`"
        )
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or "not an expression"
        raise ConditionError(f"cannot read `{source}`: {reason}") from None
    reader = _Reader(names, source)
    node = reader.node(tree, expected, 0)
    if expected is not None:
        reader.must_be(node, expected)
    return Expression(
        source, node, frozenset(reader.read), frozenset(reader.whole), frozenset(reader.tables)
    )


class _Reader(Kinds):
    """Turns Python's tree into ours; remembers which names were read."""

    def __init__(self, names: Names, source: str) -> None:
        self.names = names
        self.source = source
        self.read: set[str] = set()
        self.whole: set[str] = set()
        self.tables: set[str] = set()
        self.variables: dict[str, Kind] = {}

    def node(self, item: ast.expr, expected: Kind | None, depth: int) -> Node:
        """Read one node and all below it."""
        if depth > MAX_DEPTH:
            raise self.error(f"nested deeper than {MAX_DEPTH}: use `let`")
        reader = _READERS.get(type(item))
        if reader is None:
            raise self.error(f"`{ast.unparse(item)}` is not allowed here")
        return reader(self, item, expected, depth + 1)

    def number(self, item: ast.expr, depth: int) -> Node:
        """Read a node that must be a number."""
        return self.must_be(self.node(item, None, depth), NUMBER)

    def condition(self, item: ast.expr, depth: int) -> Node:
        """Read a node that must be true or false."""
        return self.must_be(self.node(item, BOOLEAN, depth), BOOLEAN)

    def resolve(self, name: str) -> Kind | None:
        """Find what a name stands for: a variable, a local name, a fact."""
        for place in (self.variables, self.names.local, self.names.facts):
            if name in place:
                return place[name]
        return None

    def constant(self, item: ast.Constant, expected: Kind | None, depth: int) -> Node:
        """Read a number, a truth value or a quoted text."""
        del depth
        value = item.value
        if isinstance(value, bool):
            return Literal(BOOLEAN, value)
        if isinstance(value, int | float):
            if abs(value) > 1e12 or value != value:  # noqa: PLR0124  # NaN is not itself
                raise self.error(f"number {value} is out of range")
            return Literal(NUMBER, value)
        if isinstance(value, str) and expected is not None and expected.type == "text":
            return Literal(expected, value)
        raise self.error(f"{value!r} is not allowed here (words of an enum stand without quotes)")

    def name(self, item: ast.Name, expected: Kind | None, depth: int) -> Node:
        """Read a name; an unknown one may be a word of the expected enum."""
        del depth
        kind = self.resolve(item.id)
        if kind is not None:
            if item.id not in self.variables:
                self.read.add(item.id)
            return Name(kind, item.id)
        if item.id in {"true", "false"}:
            return Literal(BOOLEAN, item.id == "true")
        if expected is not None and expected.type == "enum":
            return self.word(item.id, expected)
        raise self.error(f"unknown name `{item.id}`{self.near(item.id)}")

    def word(self, word: str, kind: Kind) -> Literal:
        """Read one word of an enum."""
        if kind.values and word not in kind.values:
            raise self.error(f"`{word}` is none of {', '.join(kind.values)}")
        return Literal(Kind("enum", values=(word,)), word)

    def near(self, word: str) -> str:
        """Suggest the nearest name."""
        known = [*self.variables, *self.names.local, *self.names.facts]
        found = difflib.get_close_matches(word, known, 1)
        return f"; do you mean `{found[0]}`?" if found else ""

    def arith(self, item: ast.BinOp, expected: Kind | None, depth: int) -> Node:
        """Read ``+ - * /``, with units."""
        del expected
        op = ARITH.get(type(item.op))
        if op is None:
            raise self.error(f"`{ast.unparse(item)}`: only + - * / are allowed")
        left, right = self.number(item.left, depth), self.number(item.right, depth)
        return Arith(Kind("number", self.unit(op, left, right)), op, left, right)

    def unary(self, item: ast.UnaryOp, expected: Kind | None, depth: int) -> Node:
        """Read ``not x`` and ``-x``."""
        del expected
        if isinstance(item.op, ast.Not):
            return Not(BOOLEAN, self.condition(item.operand, depth))
        if isinstance(item.op, ast.USub):
            inner = self.number(item.operand, depth)
            return Negative(inner.kind, inner)
        raise self.error(f"`{ast.unparse(item)}` is not allowed")

    def junction(self, item: ast.BoolOp, expected: Kind | None, depth: int) -> Node:
        """Read ``and`` and ``or``."""
        del expected
        parts = tuple(self.condition(value, depth) for value in item.values)
        return Junction(BOOLEAN, isinstance(item.op, ast.And), parts)

    def compare(self, item: ast.Compare, expected: Kind | None, depth: int) -> Node:
        """Read comparisons, chained ones too."""
        del expected
        parts: list[Node] = []
        left = item.left
        for op, right in zip(item.ops, item.comparators, strict=True):
            parts.append(self.one_compare(left, op, right, depth))
            left = right
        return parts[0] if len(parts) == 1 else Junction(BOOLEAN, True, tuple(parts))

    def one_compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr, depth: int) -> Node:
        """Read one comparison of two values of one kind and unit."""
        if isinstance(op, ast.In | ast.NotIn):
            inside = self.within(left, right, depth)
            return Not(BOOLEAN, inside) if isinstance(op, ast.NotIn) else inside
        sign = COMPARE.get(type(op))
        if sign is None:
            raise self.error("`is` is not allowed; use == or `in [..]`")
        if isinstance(left, ast.Name) and self.resolve(left.id) is None:
            if isinstance(right, ast.Name) and self.resolve(right.id) is None:
                raise self.error(f"unknown name `{left.id}`{self.near(left.id)}")
            b = self.node(right, None, depth)
            a = self.node(left, b.kind, depth)
        else:
            a = self.node(left, None, depth)
            b = self.node(right, a.kind, depth)
        return self.comparable(sign, a, b)

    def within(self, left: ast.expr, right: ast.expr, depth: int) -> Node:
        """Read ``x in [..]``."""
        item = self.node(left, None, depth)
        if not isinstance(right, ast.List | ast.Tuple) or not right.elts:
            raise self.error("`in` needs a list: `in [A1, A2]`")
        values = [self.node(one, item.kind, depth) for one in right.elts]
        if not all(isinstance(value, Literal) for value in values):
            raise self.error("the list after `in` holds plain words or numbers only")
        literals = [value.value for value in values if isinstance(value, Literal)]
        if item.kind.type == "number":
            numbers = [float(value) for value in literals if isinstance(value, int | float)]
            if len(numbers) != len(literals):
                raise self.error("numbers and words are mixed in one list")
            return Within(BOOLEAN, item, frozenset(numbers))
        if item.kind.type not in {"enum", "text"}:
            raise self.error(f"`in` cannot be used with a {item.kind.type}")
        return Within(BOOLEAN, item, frozenset(str(value) for value in literals))

    def if_else(self, item: ast.IfExp, expected: Kind | None, depth: int) -> Node:
        """Read ``a if c else b``; both sides of one kind."""
        condition = self.condition(item.test, depth)
        then = self.node(item.body, expected, depth)
        other = self.node(item.orelse, expected or then.kind, depth)
        if then.kind.type != other.kind.type:
            raise self.error(f"one side is a {then.kind.type}, the other a {other.kind.type}")
        if then.kind.type == "number":
            self.same_unit(then, other)
        values = tuple(dict.fromkeys((*then.kind.values, *other.kind.values)))
        kind = Kind(then.kind.type, then.kind.unit or other.kind.unit, values, then.kind.columns)
        return IfElse(kind, condition, then, other)

    def attribute(self, item: ast.Attribute, expected: Kind | None, depth: int) -> Node:
        """Read ``row.column``."""
        del expected
        row = self.node(item.value, None, depth)
        if row.kind.type != "row":
            raise self.error(f"`{ast.unparse(item.value)}` is not a row of a table")
        kind = dict(row.kind.columns).get(item.attr)
        if kind is None:
            columns = ", ".join(name for name, _ in row.kind.columns)
            raise self.error(f"the table has no column `{item.attr}`; it has {columns}")
        return Column(kind, row, item.attr)

    def subscript(self, item: ast.Subscript, expected: Kind | None, depth: int) -> Node:
        """Read ``areas[A1]``."""
        del expected
        source = self.node(item.value, None, depth)
        if source.kind.type != "map" or not isinstance(item.slice, ast.Name):
            raise self.error(f"`{ast.unparse(item)}`: only a map can be asked for one group")
        key = self.word(item.slice.id, Kind("enum", values=source.kind.values))
        return Entry(Kind("number", source.kind.unit), source, str(key.value))

    def call(self, item: ast.Call, expected: Kind | None, depth: int) -> Node:
        """Read a call: of the fixed list of functions, or of a table."""
        del expected
        if not isinstance(item.func, ast.Name):
            raise self.error(f"`{ast.unparse(item.func)}` cannot be called")
        function = item.func.id
        if function in self.names.tables:
            return self.look(function, item, depth)
        if item.keywords:
            raise self.error(f"`{function}` takes no named arguments")
        if function in EACH and len(item.args) == 1 and isinstance(item.args[0], ast.GeneratorExp):
            return self.each(function, item.args[0], depth)
        if function == "count":
            return self.count(item.args, depth)
        if function in {*AGGREGATES, "known"}:
            return self.about_fact(function, item.args)
        return self.plain_call(function, item.args, depth)

    def plain_call(self, function: str, args: list[ast.expr], depth: int) -> Node:
        """Read ``min max ceil floor abs round`` and ``sum`` of a list."""
        if function in {"sum", "min", "max"} and len(args) == 1:
            source = self.node(args[0], None, depth)
            if source.kind.type not in {"list", "map"}:
                raise self.error(f"`{function}` of one thing needs a list")
            kind = Kind("number", source.kind.unit)
            variables = ("each",) if source.kind.type == "list" else ("group", "each")
            return Each(kind, function, variables, source, None, Name(kind, "each"))
        if function not in CALLS:
            have = ", ".join(sorted({*CALLS, *EACH, *AGGREGATES, "known", "count"}))
            raise self.error(f"there is no function `{function}`; there are {have}")
        low, high = CALLS[function]
        if not low <= len(args) <= high:
            raise self.error(f"`{function}` takes {low} to {high} arguments")
        items = tuple(self.number(arg, depth) for arg in args)
        if function == "round":
            return Call(items[0].kind, function, items)
        for other in items[1:]:
            self.same_unit(items[0], other)
        unit = next((one.kind.unit for one in items if one.kind.unit), None)
        return Call(Kind("number", unit), function, items)

    def about_fact(self, function: str, args: list[ast.expr]) -> Node:
        """Read ``total(f)``, ``largest(f)``, ``smallest(f)`` and ``known(f)``."""
        if len(args) != 1 or not isinstance(args[0], ast.Name) or self.resolve(args[0].id) is None:
            raise self.error(f"`{function}` takes the name of one fact")
        name = args[0].id
        if function == "known":
            self.read.add(name)
            return Known(BOOLEAN, name)
        if name not in self.names.facts:
            raise self.error(f"`{function}` takes the name of one fact")
        kind = self.names.facts[name]
        if kind.type != "number" or name not in self.names.instance_facts:
            raise self.error(f"`{function}` needs a number of a block, level, floor or unit")
        self.whole.add(name)
        return Aggregate(Kind("number", kind.unit), function, name)

    def count(self, args: list[ast.expr], depth: int) -> Node:
        """Read ``count()`` (blocks in the plot) and ``count(list)``."""
        if not args:
            return Aggregate(Kind("number", "count"), "count", "")
        source = self.node(args[0], None, depth)
        if len(args) != 1 or source.kind.type not in {"list", "map"}:
            raise self.error("`count` takes nothing (blocks) or one list")
        variables = ("each",) if source.kind.type == "list" else ("group", "each")
        return Each(Kind("number", "count"), "sum", variables, source, None, Literal(NUMBER, 1))

    def each(self, function: str, item: ast.GeneratorExp, depth: int) -> Node:
        """Read ``sum(expr for u in list if condition)``; two variables go over a map."""
        if len(item.generators) != 1 or len(item.generators[0].ifs) > 1:
            raise self.error("one `for` and at most one `if` only")
        loop = item.generators[0]
        source = self.node(loop.iter, None, depth)
        targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
        variables = tuple(one.id for one in targets if isinstance(one, ast.Name))
        if (source.kind.type, len(variables)) not in {("list", 1), ("map", 2)}:
            raise self.error("`for x in list` or `for group, x in map` is needed")
        number = Kind("number", source.kind.unit)
        kinds = (
            [number] if len(variables) == 1 else [Kind("enum", values=source.kind.values), number]
        )
        if any(self.resolve(name) is not None for name in variables):
            raise self.error("a variable of `for` has the name of something else")
        self.variables.update(zip(variables, kinds, strict=True))
        wants = BOOLEAN if function in {"any", "all"} else NUMBER
        where = self.condition(loop.ifs[0], depth) if loop.ifs else None
        inner = self.must_be(self.node(item.elt, wants, depth), wants)
        for name in variables:
            del self.variables[name]
        return Each(inner.kind, function, variables, source, where, inner)

    def look(self, function: str, item: ast.Call, depth: int) -> Node:
        """Read ``table_6(occupancy=g)``: inputs not named are facts or local names."""
        shape = self.names.tables[function]
        given = {word.arg: word.value for word in item.keywords}
        if item.args or not set(given) <= set(shape.inputs):
            raise self.error(f"`{function}` takes named inputs: {', '.join(shape.inputs)}")
        inputs = []
        for name, kind in shape.inputs.items():
            value = given.get(name, ast.Name(name))
            inputs.append((name, self.must_be(self.node(value, kind, depth), kind)))
        self.tables.add(shape.id)
        return Look(shape.row, shape.id, tuple(inputs))


_READERS: dict[type[ast.expr], Callable[..., Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.BinOp: _Reader.arith,
    ast.UnaryOp: _Reader.unary,
    ast.BoolOp: _Reader.junction,
    ast.Compare: _Reader.compare,
    ast.IfExp: _Reader.if_else,
    ast.Attribute: _Reader.attribute,
    ast.Subscript: _Reader.subscript,
    ast.Call: _Reader.call,
}
