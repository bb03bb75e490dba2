"""Three-valued values over a graph: each with a node that says where it is known.

``Truth`` has three nodes: surely true, surely false, known. Where a number or a word is not known
its own node holds anything. A value that is known nowhere folds away.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rules.columns.graph import Graph, Node
from rules.columns.words import Words


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes, no or not known."""

    t: Node
    f: Node
    k: Node


@dataclass(frozen=True, slots=True)
class Number:
    """A number, known where ``k``."""

    v: Node
    k: Node


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an enum or a text as its code, known where ``k``."""

    v: Node
    k: Node


@dataclass(frozen=True, slots=True)
class Item:
    """One number of a list or map, there where ``present``; ``key`` is its group in a map."""

    key: str | None
    present: Node
    number: Number


@dataclass(frozen=True, slots=True)
class Many:
    """A list or a map of numbers, known where ``k``."""

    items: tuple[Item, ...]
    k: Node


@dataclass(eq=False, slots=True)
class RowOf:
    """A row of a table: its columns by name; ``settled`` where it is one row for certain."""

    names: tuple[str, ...]
    column: Callable[[str], "Plain"]
    k: Node
    settled: Node


Plain = Truth | Number | Word
Value = Truth | Number | Word | Many | RowOf


class Logic:
    """The three-valued operations of the book."""

    def __init__(self, graph: Graph, words: Words) -> None:
        self.g = graph
        self.words = words
        true, false = graph.true, graph.false
        self.yes = Truth(true, false, true)
        self.no = Truth(false, true, true)
        self.open = Truth(false, false, false)
        self.no_number = Number(graph.zero, false)
        self.no_word = Word(graph.constant(0), false)

    # -- making values -------------------------------------------------------------------------

    def constant(self, value: Any) -> Plain:
        """Make a value that is the same for all rows."""
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, str):
            return Word(self.g.constant(self.words.code(value)), self.g.true)
        return Number(self.g.constant(float(value)), self.g.true)

    def nothing(self, kind: str) -> Value:
        """Make a value of a kind that is known nowhere."""
        if kind == "number":
            return self.no_number
        if kind == "boolean":
            return self.open
        if kind in ("list", "map"):
            return Many((), self.g.false)
        return self.no_word

    def truth(self, condition: Node, known: Node) -> Truth:
        """Make a truth value of a condition and where it is known."""
        g = self.g
        return Truth(g.and_(known, condition), g.but(known, condition), known)

    def of(self, t: Node, f: Node) -> Truth:
        """Make a truth value of surely and surely not."""
        return Truth(t, f, self.g.or_(t, f))

    def number(self, value: Node, known: Node) -> Number:
        """Make a number; one known nowhere is plainly nothing."""
        return self.no_number if known is self.g.false else Number(value, known)

    def word(self, code: Node, known: Node) -> Word:
        """Make a word; one known nowhere is plainly nothing."""
        return self.no_word if known is self.g.false else Word(code, known)

    # -- truth ---------------------------------------------------------------------------------

    def not_(self, one: Truth) -> Truth:
        """Negate."""
        return Truth(one.f, one.t, one.k)

    def junction(self, parts: Iterable[Truth], *, all_of: bool) -> Truth:
        """Say ``and`` or ``or`` of truth values, the Kleene way."""
        g, items = self.g, list(parts)
        t = (g.and_ if all_of else g.or_)(*(one.t for one in items))
        if all(one.k is g.true for one in items):
            return Truth(t, g.not_(t), g.true)
        f = (g.or_ if all_of else g.and_)(*(one.f for one in items))
        return self.of(t, f)

    def unknown(self, one: Truth) -> Node:
        """Tell where a truth value is not known."""
        return self.g.not_(one.k)

    # -- comparing -----------------------------------------------------------------------------

    def compare(self, op: str, left: Number, right: Number) -> Truth:
        """Compare two numbers with the tolerance of the book."""
        known = self.g.and_(left.k, right.k)
        if known is self.g.false:
            return self.open
        return self.truth(self.g.compare(op, left.v, right.v), known)

    def equal(self, left: Plain, right: Plain) -> Truth:
        """Tell whether two values are exactly the same."""
        known = self.g.and_(left.k, right.k)
        if known is self.g.false:
            return self.open
        if isinstance(left, Truth) and isinstance(right, Truth):
            both = self.g.or_(self.g.and_(left.t, right.t), self.g.and_(left.f, right.f))
            return self.truth(both, known)
        if isinstance(left, Word) and isinstance(right, Word):
            return self.truth(self._same_word(left.v, right.v), known)
        if isinstance(left, Number) and isinstance(right, Number):
            return self.truth(self.g.same(left.v, right.v), known)
        return self.truth(self.g.false, known)

    def _same_word(self, left: Node, right: Node) -> Node:
        if right.op == "const":
            return self.g.is_in(left, frozenset({right.extra}), len(self.words))
        if left.op == "const":
            return self.g.is_in(right, frozenset({left.extra}), len(self.words))
        return self.g.same(left, right)

    def is_word(self, one: Word, words: Iterable[str]) -> Truth:
        """Tell whether a word is one of some."""
        if one.k is self.g.false:
            return self.open
        codes = frozenset(self.words.code(word) for word in words)
        return self.truth(self.g.is_in(one.v, codes, len(self.words)), one.k)

    # -- choosing ------------------------------------------------------------------------------

    def choose(self, condition: Truth, then: Plain, other: Plain) -> Plain:
        """Choose by a condition; where it is not known, nothing is."""
        return self._choose(condition, then, other, self.g.false)

    def if_else(self, condition: Truth, then: Plain, other: Plain) -> Plain:
        """Choose by a condition; where it is not known but both sides agree, that stands."""
        if condition.k is self.g.true:
            return self._choose(condition, then, other, self.g.false)
        agree = self.g.but(self.equal(then, other).t, condition.k)
        return self._choose(condition, then, other, agree)

    def _choose(self, condition: Truth, then: Plain, other: Plain, agree: Node) -> Plain:
        g = self.g
        if isinstance(then, Truth) and isinstance(other, Truth):
            t, f = (
                g.or_(g.and_(condition.t, a), g.and_(condition.f, b), g.and_(agree, a))
                for a, b in ((then.t, other.t), (then.f, other.f))
            )
            return self.of(t, f)
        known = g.or_(g.and_(condition.t, then.k), g.and_(condition.f, other.k), agree)
        if isinstance(then, Word) and isinstance(other, Word):
            return self.word(self._where(condition, then, other), known)
        if isinstance(then, Number) and isinstance(other, Number):
            return self.number(self._where(condition, then, other), known)
        raise TypeError("the sides of a choice are of different kinds")

    def _where(self, condition: Truth, then: Number | Word, other: Number | Word) -> Node:
        """Choose between two columns; where one side is never known, the other will do."""
        if then.k is self.g.false:
            return other.v
        if other.k is self.g.false:
            return then.v
        return self.g.where(condition.t, then.v, other.v)

    def fallback(self, value: Plain, given: Plain) -> Plain:
        """Take a value, and the other one where it is not known."""
        g = self.g
        if value.k is g.true or given.k is g.false:
            return value
        if isinstance(value, Truth) and isinstance(given, Truth):
            t, f = (
                g.or_(a, g.but(b, value.k)) for a, b in ((value.t, given.t), (value.f, given.f))
            )
            return self.of(t, f)
        known = g.or_(value.k, given.k)
        if isinstance(value, Word) and isinstance(given, Word):
            return self.word(g.where(value.k, value.v, given.v), known)
        if isinstance(value, Number) and isinstance(given, Number):
            return self.number(g.where(value.k, value.v, given.v), known)
        raise TypeError("a fact and what was given for it are of different kinds")
