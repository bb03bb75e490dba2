"""The typed syntax tree: what a planner's expression becomes before it is compiled.

Every node knows its type (a ``Kind``); nodes are frozen and compare by content.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """Type of a value: number, boolean, enum, text, list, map or row.

    ``unit`` is the unit of a number (or of a list's or map's numbers), None when any unit will do.
    ``values`` are the words of an enum. ``columns`` are those of a table row.
    """

    type: str
    unit: str | None = None
    values: tuple[str, ...] = ()
    columns: tuple[tuple[str, "Kind"], ...] = ()


NUMBER = Kind("number")
BOOLEAN = Kind("boolean")


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a truth value or a word of an enum."""

    value: float | int | bool | str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A fact, a local name or a variable of a ``for``."""

    name: str


@dataclass(frozen=True, slots=True)
class Arith(Node):
    """``+ - * /`` of two numbers."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Minus a number."""

    item: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``< <= > >= == !=`` of two values."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """``and`` or ``or`` of conditions (``all_of`` true means ``and``)."""

    all_of: bool
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Negation of a condition."""

    item: Node


@dataclass(frozen=True, slots=True)
class IfElse(Node):
    """``a if condition else b``."""

    condition: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Within(Node):
    """``x in [..]``."""

    item: Node
    values: frozenset[str] | frozenset[float]


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``min max ceil floor abs round`` of numbers."""

    function: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """``total largest smallest count`` of a fact over every instance in the plot."""

    function: str
    fact: str


@dataclass(frozen=True, slots=True)
class Known(Node):
    """``known(fact)``: is the fact there."""

    fact: str


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """``areas[A1]``: the number of one group in a map; 0 when the map has no such group."""

    map: Node
    key: str


@dataclass(frozen=True, slots=True)
class Each(Node):
    """``sum(... for u in areas if ...)``; ``function`` is sum, min, max, any, all or count."""

    function: str
    variables: tuple[str, ...]
    source: Node
    where: Node | None
    item: Node


@dataclass(frozen=True, slots=True)
class Look(Node):
    """A row of a table: each input bound to an expression."""

    table: str
    inputs: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Column(Node):
    """``row.column``."""

    row: Node
    column: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression with its text and the names it needs from outside itself."""

    text: str
    root: Node
    names: frozenset[str] = field(default_factory=frozenset)  # facts and local names read directly
    whole_plot: frozenset[str] = field(default_factory=frozenset)  # facts read by an aggregate
    tables: frozenset[str] = field(default_factory=frozenset)
