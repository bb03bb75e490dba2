"""A plan: the law of a day and a family, made into a program for columns of a certain shape.

The shape says of each fact whether it is the same for all rows (then its value is folded in),
one value told when the plan is run, or a column, with or without missing rows. A fact that is not
in the shape is missing everywhere, and folds away. Plans are kept, the latest used longest.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

from rules.columns.clauses import ClauseColumns
from rules.columns.graph import Graph, Node
from rules.columns.laws import LawColumns
from rules.columns.program import Program
from rules.columns.values import Item, Logic, Many, Number, Plain, Truth, Value, Word
from rules.columns.words import Words
from rules.law import Book, Law
from rules.model import Fact

NAN = float("nan")
KEPT = 64


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fact that is the same for all rows: its value is part of the plan."""

    value: Any


@dataclass(frozen=True, slots=True)
class Varies:
    """A fact told when the plan is run: a column, or one value for all rows."""

    masked: bool = False
    keys: tuple[str, ...] | None = None  # of lists and maps: the groups or places there are


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to work out: ids of clauses, of worked-out facts and of clearances."""

    clauses: tuple[str, ...]
    derived: tuple[str, ...]
    clearances: tuple[str, ...]
    required: bool = True


Shape = tuple[tuple[str, Fixed | Varies], ...]


class Plans:
    """The plans of one book, and its code book of words."""

    def __init__(self, book: Book) -> None:
        self.vocabulary = book.vocabulary
        self.words = Words(word for fact in book.vocabulary.values() for word in fact.values)
        self._kept: OrderedDict[tuple[Any, ...], tuple[Law, Program]] = OrderedDict()
        self._lock = threading.Lock()

    def program(self, law: Law, shape: Shape, wanted: Wanted) -> Program:
        """Give the program for a law, a shape and what is wanted; made once."""
        key = (id(law), shape, wanted)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept[1]
        program = _make(self.vocabulary, law, shape, wanted, self.words)
        with self._lock:
            self._kept[key] = (law, program)  # the law keeps its id alive
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return program


_plans: WeakKeyDictionary[Book, Plans] = WeakKeyDictionary()
_lock = threading.Lock()


def plans_of(book: Book) -> Plans:
    """Give the plans of a book."""
    with _lock:
        found = _plans.get(book)
        if found is None:
            found = _plans[book] = Plans(book)
    return found


def _make(
    vocabulary: Mapping[str, Fact], law: Law, shape: Shape, wanted: Wanted, words: Words
) -> Program:
    logic = Logic(Graph(), words)
    given = {name: given_value(logic, vocabulary[name], how) for name, how in shape}
    columns = LawColumns(law, vocabulary, logic, given)
    outputs: dict[Any, Node] = {}
    outputs.update(_clauses(columns, wanted))
    outputs.update(_derived(columns, wanted.derived))
    for name in wanted.clearances:
        answer = columns.answer(name)
        unknown = logic.unknown(answer)
        outputs["clearance", name] = logic.g.make("verdict", answer.t, answer.f, unknown)
    return Program(outputs)


def _clauses(columns: LawColumns, wanted: Wanted) -> Iterable[tuple[tuple[str, ...], Node]]:
    g = columns.logic.g
    stand = {one.id: one for one in columns.law.clauses}
    for name in wanted.clauses:
        if name not in stand:
            continue
        verdict = ClauseColumns(columns, stand[name]).judge()
        yield ("verdict", name), g.make("verdict", verdict.p, verdict.f, verdict.u)
        if wanted.required:
            limit = verdict.required
            known = g.and_(limit.k, verdict.applies(columns.logic))
            yield ("required", name), g.where(known, limit.v, g.constant(NAN))


def _derived(columns: LawColumns, names: Iterable[str]) -> Iterable[tuple[tuple[str, ...], Node]]:
    there = columns.worked_out()
    for name in names:
        if name not in there:
            continue
        value = cast("Plain", columns.fact(name))
        if isinstance(value, Number):
            value = Number(columns.logic.g.exactly(value.v, 9), value.k)
        yield ("value", name), value.t if isinstance(value, Truth) else value.v
        yield ("known", name), value.k


def given_value(logic: Logic, fact: Fact, how: Fixed | Varies) -> Value:
    """Make the value of a given fact: a constant, or leaves to be filled when the plan is run."""
    if isinstance(how, Fixed):
        return _fixed(logic, fact, how.value)
    g = logic.g
    known = g.leaf((fact.name, "known")) if how.masked else g.true
    if how.keys is not None:
        return Many(tuple(_item(logic, fact, key) for key in how.keys), known)
    digits = 0 if fact.type == "integer" else fact.digits
    leaf = g.leaf((fact.name, "value"), digits if fact.kind.type == "number" else None)
    if fact.kind.type == "boolean":
        return logic.truth(leaf, known)
    return Number(leaf, known) if fact.kind.type == "number" else Word(leaf, known)


def _fixed(logic: Logic, fact: Fact, value: Any) -> Value:
    if fact.type not in ("list", "map"):
        return logic.constant(value)
    pairs = value if fact.type == "map" else tuple((None, one) for one in value)
    items = (Item(key, logic.g.true, _number(logic, one)) for key, one in pairs)
    return Many(tuple(items), logic.g.true)


def _number(logic: Logic, value: float) -> Number:
    return Number(logic.g.constant(float(value)), logic.g.true)


def _item(logic: Logic, fact: Fact, key: str) -> Item:
    leaf = logic.g.leaf((fact.name, "value", key), fact.digits)
    present = logic.g.leaf((fact.name, "present", key))
    return Item(key, present, Number(leaf, logic.g.true))
