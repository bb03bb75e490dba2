"""The graph of columns: each thing worked out once, what is the same for all rows folded.

Nodes are two-valued: a three-valued value is a pair of nodes (``rules.columns.values``). The same
operation on the same nodes is the same node; an operation on constants is a constant.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from rules.columns.ops import Frozen, work_of

FEW = 4  # so many words are compared one by one; more are looked up in a list
WIDE = 16  # a junction is not opened beyond so many parts


class Node:
    """One column: an operation on other columns, a constant or a leaf."""

    __slots__ = ("args", "digits", "extra", "negated", "number", "op")

    def __init__(
        self, op: str, args: tuple["Node", ...], extra: Any, digits: int | None, number: int
    ) -> None:
        self.op = op
        self.args = args
        self.extra = extra
        self.digits = digits  # decimal places that its numbers surely have at most
        self.number = number  # a node stands after those it needs
        self.negated: Node | None = None

    def __repr__(self) -> str:
        inside = ", ".join(f"#{one.number}" for one in self.args)
        return f"#{self.number} {self.op}({inside}) {self.extra!r}"


class Graph:
    """Makes nodes; equal ones only once."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Node] = {}
        self._count = 0
        self.true = self.constant(True)
        self.false = self.constant(False)
        self.zero = self.constant(0.0)

    def _add(
        self, key: tuple[Any, ...], op: str, args: tuple[Node, ...], extra: Any, digits: int | None
    ) -> Node:
        self._count += 1
        node = self._made[key] = Node(op, args, extra, digits, self._count)
        return node

    def constant(self, value: Any) -> Node:
        """Give the node of a constant: bool, float (numbers) or int (codes)."""
        key = ("const", value.__class__, value)
        found = self._made.get(key)
        if found is None:
            digits = _digits(value) if value.__class__ is float else None
            found = self._add(key, "const", (), value, digits)
        return found

    def leaf(self, name: tuple[str, ...], digits: int | None = None) -> Node:
        """Give the node of a column from outside."""
        key = ("leaf", name)
        return self._made.get(key) or self._add(key, "leaf", (), name, digits)

    def make(self, op: str, *args: Node, extra: Any = None, digits: int | None = None) -> Node:
        """Give the node of an operation; of constants, the constant."""
        key = (op, extra, *args)
        found = self._made.get(key)
        if found is not None:
            return found
        if all(one.op == "const" for one in args):
            with np.errstate(all="ignore"):
                value = work_of(op, extra)(*(one.extra for one in args))
            found = self._made[key] = self.constant(_plain(value))
            return found
        return self._add(key, op, args, extra, digits)

    # -- truth ---------------------------------------------------------------------------------

    def not_(self, one: Node) -> Node:
        """Negate."""
        other = one.negated
        if other is None:
            other = one.negated = one.args[0] if one.op == "not" else self.make("not", one)
        return other

    def and_(self, *items: Node) -> Node:
        """Tell where all hold."""
        return self._junction("and", items, self.true, self.false)

    def or_(self, *items: Node) -> Node:
        """Tell where any holds."""
        return self._junction("or", items, self.false, self.true)

    def but(self, one: Node, other: Node) -> Node:
        """Tell where the first holds and the other does not."""
        return self.and_(one, self.not_(other))

    def pick(self, condition: Node, then: Node, other: Node) -> Node:
        """Choose between two conditions."""
        if then is other:
            return then
        return self.or_(self.and_(condition, then), self.but(other, condition))

    def _junction(self, op: str, items: Iterable[Node], unit: Node, zero: Node) -> Node:
        parts = self._open(op, items)
        parts.pop(unit, None)
        if zero in parts or any(one.op == "not" and one.args[0] in parts for one in parts):
            return zero
        kept = [self._against(op, one, parts) if one.args else one for one in parts]
        kept = [one for one in kept if one is not unit]
        if len(kept) < 2:
            return kept[0] if kept else unit
        if any(one not in parts for one in kept):
            return self._junction(op, kept, unit, zero)
        ordered = sorted(kept, key=lambda one: one.number)
        return self.make(op, *ordered)

    def _open(self, op: str, items: Iterable[Node]) -> dict[Node, None]:
        """List the parts of a junction, those of inner ones of the same kind too."""
        other = "or" if op == "and" else "and"
        parts: dict[Node, None] = {}
        for one in items:
            inner = one.args[0] if one.op == "not" else one
            if one.op == op and len(one.args) <= WIDE:
                parts.update(dict.fromkeys(one.args))
            elif one.op == "not" and inner.op == other and len(inner.args) <= WIDE:
                parts.update(dict.fromkeys(self.not_(part) for part in inner.args))
            else:
                parts[one] = None
        return parts

    def _against(self, op: str, one: Node, parts: dict[Node, None]) -> Node:
        """Shorten one part by what the others say already: x and (x or y), x and (not x or y)."""
        other = "or" if op == "and" else "and"
        negated = one.op == "not" and one.args[0].op == op
        if one.op != other and not negated:
            return one
        inner = [self.not_(part) for part in one.args[0].args] if negated else list(one.args)
        if any(part in parts for part in inner):
            return self.true if op == "and" else self.false
        left = [part for part in inner if self.not_(part) not in parts]
        if len(left) == len(inner):
            return one
        return self.or_(*left) if op == "and" else self.and_(*left)

    # -- numbers and words ---------------------------------------------------------------------

    def where(self, condition: Node, then: Node, other: Node) -> Node:
        """Choose between two numbers or two words."""
        if condition is self.true or then is other:
            return then
        if condition is self.false:
            return other
        if condition.op == "not":
            return self.where(condition.args[0], other, then)
        return self.make("where", condition, then, other, digits=_most(then, other))

    def arith(self, op: str, left: Node, right: Node) -> Node:
        """Work with two numbers: + - * / min max."""
        if right is self.zero and op in "+-":
            return left
        if left is self.zero and op == "+":
            return right
        digits = None
        if op in ("min", "max"):
            if left is right:
                return left
            digits = _most(left, right)
        elif op != "/" and left.digits == right.digits == 0:
            digits = 0
        return self.make(op, left, right, digits=digits)

    def whole(self, op: str, one: Node) -> Node:
        """Round to a whole number: ceil or floor."""
        return self.make(op, one, digits=0)

    def exactly(self, one: Node, digits: int) -> Node:
        """Round as Python does; nothing to do where the number has no more places."""
        if one.digits is not None and one.digits <= digits:
            return one
        return self.make("exactly", one, extra=digits, digits=digits)

    def compare(self, op: str, left: Node, right: Node) -> Node:
        """Compare two numbers with the tolerance of the book."""
        if op in (">", ">="):
            op, left, right = {">": "<", ">=": "<="}[op], right, left
        if op == "!=":
            return self.not_(self.compare("==", left, right))
        if left is right:
            return self.constant(op != "<")
        if left.op == "where" and right.op == "const" and _half_constant(left):
            yes, then, other = left.args
            return self.pick(yes, self.compare(op, then, right), self.compare(op, other, right))
        if right.op == "where" and left.op == "const" and _half_constant(right):
            yes, then, other = right.args
            return self.pick(yes, self.compare(op, left, then), self.compare(op, left, other))
        return self.make(op, left, right)

    def same(self, left: Node, right: Node) -> Node:
        """Tell where two values are exactly the same."""
        return self.true if left is right else self.make("same", left, right)

    def is_in(self, one: Node, codes: frozenset[int], size: int) -> Node:
        """Tell where a word is one of some; ``size``: how many words there are by now."""
        if one.op == "where" and _half_constant(one):
            yes, then, other = one.args
            return self.pick(yes, self.is_in(then, codes, size), self.is_in(other, codes, size))
        if len(codes) <= FEW:
            equal = (self.make("same", one, self.constant(code)) for code in sorted(codes))
            return self.or_(*equal)
        listed = np.zeros(size + 1, np.bool_)
        listed[sorted(codes)] = True
        return self.make("take", one, extra=Frozen(listed))

    def take(self, key: Node, column: Any, digits: int | None = None) -> Node:
        """Look a key up in a short list; a list of one value is that value."""
        values = np.asarray(column)
        if len(values) and (values == values[0]).all():
            return self.constant(_plain(values[0]))
        return self.make("take", key, extra=Frozen(values), digits=digits)


def _half_constant(one: Node) -> bool:
    return "const" in (one.args[1].op, one.args[2].op)


def _plain(value: Any) -> Any:
    """Make a constant of what an operation gave: bool, float or int."""
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def _digits(value: float) -> int | None:
    """Count the decimal places of a constant; None when they are more than nine."""
    return next((places for places in range(10) if round(value, places) == value), None)


def _most(one: Node, two: Node) -> int | None:
    if one.digits is None or two.digits is None:
        return None
    return max(one.digits, two.digits)
