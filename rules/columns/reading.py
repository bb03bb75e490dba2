"""The second reading of an expression: from the typed tree to a column with three truth values.

The same meaning as ``rules.conditions.compiling``, held to it by ``tests/rules/test_columns.py``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from rules.columns.graph import Node
from rules.columns.lookup import Tables
from rules.columns.values import Item, Logic, Many, Number, Plain, RowOf, Truth, Value, Word
from rules.conditions import Expression
from rules.conditions import tree as t

Names = Callable[[str], Value]  # a fact, a local name or a variable -> its column


class Reader:
    """Reads expressions; the same expression over the same columns is read once."""

    def __init__(self, logic: Logic, tables: Tables) -> None:
        self.logic = logic
        self.g = logic.g
        self.tables = tables
        self._kept: dict[tuple[Any, ...], tuple[Expression, Value]] = {}

    def read(self, expression: Expression, names: Names) -> Value:
        """Read an expression where names stand for columns."""
        needs = sorted(expression.names | expression.whole_plot - {""})
        key = (id(expression), *(names(name) for name in needs))
        kept = self._kept.get(key)
        if kept is None:
            value = _In(self, names).value(expression.root)
            kept = self._kept[key] = (expression, value)  # the expression keeps its id alive
        return kept[1]

    def condition(self, expression: Expression | None, names: Names) -> Truth:
        """Read a condition; none at all is always true."""
        if expression is None:
            return self.logic.yes
        return cast("Truth", self.read(expression, names))


class _In:
    """Reads the nodes of one expression among some names."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.reader = reader
        self.logic = reader.logic
        self.g = reader.g
        self.names = names

    def value(self, node: t.Node) -> Value:
        return _READERS[type(node)](self, node)

    def truth(self, node: t.Node) -> Truth:
        return cast("Truth", self.value(node))

    def number(self, node: t.Node) -> Number:
        return cast("Number", self.value(node))

    def plain(self, node: t.Node) -> Plain:
        return cast("Plain", self.value(node))

    # -- one method a kind of node --------------------------------------------------------------

    def literal(self, node: t.Literal) -> Value:
        return self.logic.constant(node.value)

    def name(self, node: t.Name) -> Value:
        return self.names(node.name)

    def arith(self, node: t.Arith) -> Value:
        left, right = self.number(node.left), self.number(node.right)
        known = self.g.and_(left.k, right.k)
        if known is self.g.false:
            return self.logic.no_number
        if node.op == "/":
            divides = self.g.not_(self.g.same(right.v, self.g.zero))
            known = self.g.and_(known, divides)
            if known is self.g.false:
                return self.logic.no_number
        return self.logic.number(self.g.arith(node.op, left.v, right.v), known)

    def negative(self, node: t.Negative) -> Value:
        one = self.number(node.item)
        return self.logic.number(self.g.make("neg", one.v, digits=one.v.digits), one.k)

    def compare(self, node: t.Compare) -> Value:
        if node.left.kind.type == "number":
            return self.logic.compare(node.op, self.number(node.left), self.number(node.right))
        same = self.logic.equal(self.plain(node.left), self.plain(node.right))
        return same if node.op == "==" else self.logic.not_(same)

    def not_(self, node: t.Not) -> Value:
        return self.logic.not_(self.truth(node.item))

    def junction(self, node: t.Junction) -> Value:
        return self.logic.junction((self.truth(one) for one in node.items), all_of=node.all_of)

    def if_else(self, node: t.IfElse) -> Value:
        condition = self.truth(node.condition)
        if condition.t is self.g.true:
            return self.value(node.then)
        if condition.f is self.g.true:
            return self.value(node.other)
        then, other = self.value(node.then), self.value(node.other)
        if isinstance(then, RowOf) and isinstance(other, RowOf):
            return self._if_rows(condition, then, other)
        if isinstance(then, Many) or isinstance(other, Many):
            raise TypeError("a choice between lists or maps cannot be read as columns")
        return self.logic.if_else(condition, cast("Plain", then), cast("Plain", other))

    def _if_rows(self, condition: Truth, then: RowOf, other: RowOf) -> RowOf:
        if then is other:
            return then
        g, logic = self.g, self.logic
        agree = g.false
        if condition.k is not g.true:
            same = (logic.equal(then.column(name), other.column(name)).t for name in then.names)
            agree = g.and_(then.settled, other.settled, g.not_(condition.k), *same)

        def column(name: str) -> Plain:
            chosen = logic.choose(condition, then.column(name), other.column(name))
            both = Truth(agree, g.false, agree)
            return logic.fallback(chosen, logic.choose(both, then.column(name), then.column(name)))

        known, settled = (
            g.or_(g.and_(condition.t, a), g.and_(condition.f, b), agree)
            for a, b in ((then.k, other.k), (then.settled, other.settled))
        )
        return RowOf(then.names, column, known, settled)

    def within(self, node: t.Within) -> Value:
        item = self.plain(node.item)
        if isinstance(item, Word):
            return self.logic.is_word(item, (str(value) for value in node.values))
        number = cast("Number", item)
        if number.k is self.g.false:
            return self.logic.open
        same = (self.g.same(number.v, self.g.constant(float(value))) for value in node.values)
        return self.logic.truth(self.g.or_(*same), number.k)

    def call(self, node: t.Call) -> Value:
        parts = [self.number(one) for one in node.items]
        known = self.g.and_(*(one.k for one in parts))
        if known is self.g.false:
            return self.logic.no_number
        return self.logic.number(self._worked(node.function, [one.v for one in parts]), known)

    def _worked(self, function: str, values: list[Node]) -> Node:
        if function in ("min", "max"):
            found = values[0]
            for one in values[1:]:
                found = self.g.arith(function, found, one)
            return found
        if function in ("ceil", "floor"):
            return self.g.whole(function, values[0])
        if function == "round":
            digits = values[1] if len(values) > 1 else self.g.zero
            return self.g.make("round", values[0], digits)
        return self.g.make("abs", values[0], digits=values[0].digits)

    def aggregate(self, node: t.Aggregate) -> Value:
        """Read a whole-plot value: with flat facts each is that of the one place."""
        if not node.fact:
            return self.logic.constant(1)
        one = cast("Number", self.names(node.fact))
        if node.function == "count":
            return Number(self.g.constant(1.0), one.k)
        value = self.g.exactly(one.v, 6) if node.function == "total" else one.v
        return self.logic.number(value, one.k)

    def known(self, node: t.Known) -> Value:
        k = self.names(node.fact).k
        return Truth(k, self.g.not_(k), self.g.true)

    def entry(self, node: t.Entry) -> Value:
        many = cast("Many", self.value(node.map))
        for item in many.items:
            if item.key == node.key:
                value = self.g.where(item.present, item.number.v, self.g.zero)
                return self.logic.number(value, many.k)
        return self.logic.number(self.g.zero, many.k)

    def each(self, node: t.Each) -> Value:
        many = cast("Many", self.value(node.source))
        if many.k is self.g.false:
            return self.logic.nothing("boolean" if node.function in ("any", "all") else "number")
        chosen: list[tuple[Node, Plain]] = []
        doubts: list[Node] = []
        for item in many.items:
            inner = _In(self.reader, _with_variables(self.names, node.variables, item, self.logic))
            keeps = self.logic.yes if node.where is None else inner.truth(node.where)
            takes = self.g.and_(item.present, keeps.t)
            doubts.append(self.g.but(item.present, keeps.k))
            if takes is not self.g.false:
                value = inner.plain(node.item)
                chosen.append((takes, value))
                doubts.append(self.g.but(takes, value.k))
        sure = self.g.and_(many.k, self.g.not_(self.g.or_(*doubts)))
        return self._gathered(node.function, chosen, sure, many.k)

    def _gathered(
        self, function: str, chosen: list[tuple[Node, Plain]], sure: Node, there: Node
    ) -> Value:
        g = self.g
        if function in ("any", "all"):
            truths = [(takes, cast("Truth", value)) for takes, value in chosen]
            if function == "any":
                t_ = g.and_(there, g.or_(*(g.and_(takes, one.t) for takes, one in truths)))
                return self.logic.of(t_, g.but(sure, t_))
            f_ = g.and_(there, g.or_(*(g.and_(takes, one.f) for takes, one in truths)))
            return self.logic.of(g.but(sure, f_), f_)
        numbers = [(takes, cast("Number", value)) for takes, value in chosen]
        if function == "sum":
            total = g.zero
            for takes, one in numbers:
                total = g.arith("+", total, g.where(takes, one.v, g.zero))
            return self.logic.number(g.exactly(total, 6), sure)
        best, any_ = g.zero, g.false
        for takes, one in numbers:
            better = g.where(any_, g.arith(function, best, one.v), one.v)
            best = g.where(takes, better, best)
            any_ = g.or_(any_, takes)
        return self.logic.number(best, g.and_(sure, any_))

    def look(self, node: t.Look) -> Value:
        inputs = {name: self.plain(value) for name, value in node.inputs}
        return self.reader.tables.row(node.table, inputs)

    def column(self, node: t.Column) -> Value:
        return cast("RowOf", self.value(node.row)).column(node.column)


def _with_variables(names: Names, variables: Iterable[str], item: Item, logic: Logic) -> Names:
    """Give names with the variables of a ``for`` set to one item."""
    values: Mapping[str, Value]
    *key, last = variables
    values = {last: item.number, **{one: logic.constant(item.key or "") for one in key}}
    return lambda name: values[name] if name in values else names(name)


_READERS: dict[type[t.Node], Callable[[_In, Any], Value]] = {
    t.Literal: _In.literal,
    t.Name: _In.name,
    t.Arith: _In.arith,
    t.Compare: _In.compare,
    t.Negative: _In.negative,
    t.Not: _In.not_,
    t.Junction: _In.junction,
    t.IfElse: _In.if_else,
    t.Within: _In.within,
    t.Call: _In.call,
    t.Aggregate: _In.aggregate,
    t.Known: _In.known,
    t.Entry: _In.entry,
    t.Each: _In.each,
    t.Look: _In.look,
    t.Column: _In.column,
}
