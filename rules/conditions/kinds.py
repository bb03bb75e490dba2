"""Checking kinds and units: metres do not meet square metres, words do not meet numbers."""

from rules.conditions.names import ConditionError
from rules.conditions.tree import BOOLEAN, NUMBER, Compare, Kind, Node


class Kinds:
    """The checks of one expression; every error quotes it."""

    source: str

    def error(self, message: str) -> ConditionError:
        """Make an error that quotes the expression."""
        return ConditionError(f"in `{self.source}`: {message}")

    def must_be(self, node: Node, kind: Kind) -> Node:
        """Check a node against the kind its place asks for."""
        have, want = node.kind, kind
        fits = have.type == want.type or {have.type, want.type} == {"enum", "text"}
        if not fits:
            raise self.error(f"a {want.type} is needed here, this is a {have.type}")
        if have.unit and want.unit and have.unit != want.unit:
            raise self.error(f"unit {want.unit} is needed here, this is in {have.unit}")
        if want.type == "enum" and have.values and not set(have.values) <= set(want.values):
            raise self.error(f"words {', '.join(have.values)} do not fit {', '.join(want.values)}")
        return node

    def unit(self, op: str, left: Node, right: Node) -> str | None:
        """Work out the unit of a result; None when any unit will do."""
        a, b = left.kind.unit, right.kind.unit
        if op in "+-":
            self.same_unit(left, right)
            return a or b
        lengths = {("*", "m", "m"): "m2", ("/", "m2", "m"): "m"}
        return lengths.get((op, a or "", b or ""))

    def same_unit(self, left: Node, right: Node) -> None:
        """Refuse to add or compare metres with square metres."""
        a, b = left.kind.unit, right.kind.unit
        if a and b and a != b:
            raise self.error(f"{a} and {b} cannot be added or compared")

    def comparable(self, sign: str, a: Node, b: Node) -> Node:
        """Check that two values may be compared."""
        if "number" in (a.kind.type, b.kind.type):
            self.must_be(a, NUMBER)
            self.must_be(b, NUMBER)
            self.same_unit(a, b)
        elif sign not in {"==", "!="} or a.kind.type != b.kind.type:
            raise self.error(f"a {a.kind.type} and a {b.kind.type} cannot be compared with {sign}")
        return Compare(BOOLEAN, sign, a, b)
