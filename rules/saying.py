"""What the law says, before any plan is looked at: clauses as sentences and formulas.

``explain`` says what a verdict says about one plan; this module reads the same typed trees and
says the rule itself, in both languages: what must hold, when it applies, what the local names
stand for, the exceptions, the open readings and the tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.conditions import Expression
from rules.conditions.tree import (
    Aggregate,
    Arith,
    Call,
    Column,
    Compare,
    Each,
    Entry,
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
from rules.explain import LANGUAGES, shown, unit_title
from rules.law import Book, Law, LinkedCheck, LinkedClause
from rules.model import Range, Row, Table, Template, Text, Unit

WORDS: Mapping[str, Text] = {
    "at_least": Text("{} must be at least {}", "{} കുറഞ്ഞത് {} വേണം"),
    "more_than": Text("{} must be more than {}", "{} {}-ൽ കൂടുതൽ വേണം"),
    "at_most": Text("{} must be at most {}", "{} പരമാവധി {} ആകാം"),
    "less_than": Text("{} must be less than {}", "{} {}-ൽ കുറവായിരിക്കണം"),
    "equals": Text("{} must be {}", "{} {} ആയിരിക്കണം"),
    "is_true": Text("{}: must be so", "{}: വേണം"),
    "is_false": Text("{}: must not be so", "{}: പാടില്ല"),
    "if": Text("{0} if {1}, otherwise {2}", "{1} എങ്കിൽ {0}, അല്ലെങ്കിൽ {2}"),
    "when": Text("{0}, where {1}", "{1} എങ്കിൽ {0}"),
    "and": Text(" and ", ", കൂടാതെ "),
    "or": Text(" or ", " അല്ലെങ്കിൽ "),
    "not": Text("not ({})", "({}) എന്നല്ല"),
    "is": Text("{} is {}", "{} {} ആണ്"),
    "is not": Text("{} is not {}", "{} {} അല്ല"),
    "one of": Text("{} is one of {}", "{} ഇവയിലൊന്നാണ്: {}"),
    "true": Text("{}: yes", "{}: അതെ"),
    "false": Text("{}: no", "{}: അല്ല"),
    "known": Text("{} is told", "{} പറഞ്ഞിട്ടുണ്ട്"),
    "min": Text("the least of ({})", "ഏറ്റവും കുറവ് ({})"),
    "max": Text("the greatest of ({})", "ഏറ്റവും കൂടുതൽ ({})"),
    "ceil": Text("({}) rounded up", "({}) മുകളിലേക്ക് പൂർണ്ണമാക്കിയത്"),
    "floor": Text("({}) rounded down", "({}) താഴേക്ക് പൂർണ്ണമാക്കിയത്"),
    "abs": Text("({}) without its sign", "({}) ചിഹ്നമില്ലാതെ"),
    "round": Text("({}) rounded", "({}) പൂർണ്ണമാക്കിയത്"),
    "sum": Text("sum of ({})", "ആകെത്തുക ({})"),
    "any": Text("for any: ({})", "ഏതെങ്കിലും ഒന്നിന്: ({})"),
    "all": Text("for each: ({})", "എല്ലാത്തിനും: ({})"),
    "total": Text("{} in all", "{} ആകെ"),
    "largest": Text("the largest {}", "{} ഏറ്റവും വലുത്"),
    "smallest": Text("the smallest {}", "{} ഏറ്റവും ചെറുത്"),
    "count": Text("number of buildings", "കെട്ടിടങ്ങളുടെ എണ്ണം"),
    "for": Text("{} for each {} of {}", "{2}-ലെ ഓരോ {1}-നും {0}"),
    "column": Text("“{1}” of {0}", "{0}: “{1}”"),
    "with": Text("{} with {}", "{} ({})"),
    "any value": Text("any", "ഏതും"),
}
GAPS: Mapping[str, Text] = {
    "limit": Text("limit", "പരിധി"),
    "found": Text("found", "കണ്ടത്"),
    "short_by": Text("difference", "വ്യത്യാസം"),
}
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
ARITH = {"+": "+", "-": "−", "*": "×", "/": "÷"}


@dataclass(frozen=True, slots=True)
class Said:
    """A clause as the law says it; every text in both languages."""

    checks: tuple[tuple[Text, ...], ...]  # alternatives: one whole group must hold
    applies: Text | None
    where: tuple[tuple[str, Text], ...]  # local names and what they stand for
    exceptions: tuple[tuple[Text, Text, Text], ...]  # when, what changes, in words
    readings: tuple[tuple[Text, tuple[Text, ...]], ...]
    tables: tuple[str, ...]


def say(book: Book, law: Law, clause: LinkedClause) -> Said:
    """Say a clause as it stands in a law."""
    both = _Both(book, law)
    base = next(iter(clause.worlds.values()))
    exceptions = tuple(
        (
            Text("always", "എപ്പോഴും") if one.when is None else both.phrase(one.when),
            both.changes(one.overrides, drops=one.drops),
            both.open_sentence(one.says),
        )
        for one in clause.exceptions
    )
    readings = tuple(
        (fork.says, tuple(both.open_sentence(one.says) for one in fork.readings))
        for fork in clause.forks
    )
    return Said(
        tuple(tuple(both.check(one) for one in group) for group in clause.checks),
        None if clause.applies is None else both.phrase(clause.applies),
        tuple((name, both.phrase(step)) for name, step in base),
        exceptions,
        readings,
        tuple(sorted({table for _, step in base for table in step.tables})),
    )


def say_table(book: Book, table: Table) -> list[tuple[Text, ...]]:
    """Say a table: a first row of heads, then one row a row; inputs first, then what they give."""
    heads = [fact.title if (fact := book.vocabulary.get(n)) else _raw(n) for n in table.inputs]
    heads += [_raw(column) for column, _ in table.row_kind.columns]
    return [tuple(heads), *(_row(book, table, row) for row in table.rows)]


def _row(book: Book, table: Table, row: Row) -> tuple[Text, ...]:
    cells = []
    for name, kind in table.inputs.items():
        unit = book.units.get(kind.unit or "")
        parts = row.when.get(name)
        cells.append(
            WORDS["any value"]
            if parts is None
            else _joined([_cell(book, one, unit) for one in parts])
        )
    for column, _ in table.row_kind.columns:
        value = row.then[column]
        cells.append(Text(*(shown(value, language) for language in LANGUAGES)))
    return tuple(cells)


def _cell(book: Book, part: Any, unit: Unit | None) -> Text:
    if isinstance(part, str) and part in book.words:
        return book.words[part]
    if not isinstance(part, Range):
        return Text(*(shown(part, language) for language in LANGUAGES))
    texts = []
    for language in LANGUAGES:
        sign = f" {unit.title.of(language)}" if unit is not None else ""
        low = "" if part.low is None else f"{'≥' if part.low_in else '>'} {shown(part.low)}"
        high = "" if part.high is None else f"{'≤' if part.high_in else '<'} {shown(part.high)}"
        same = part.low is not None and part.low == part.high
        words = shown(part.low) if same else " , ".join(one for one in (low, high) if one)
        texts.append((words.replace(" , ", ", ") + sign).strip())
    return Text(*texts)


class _Both:
    """Writes phrases in both languages."""

    def __init__(self, book: Book, law: Law) -> None:
        self.book = book
        self.writers = [_Phrases(book, law, language) for language in LANGUAGES]

    def phrase(self, expression: Expression) -> Text:
        return Text(*(one.node(expression.root) for one in self.writers))

    def check(self, form: LinkedCheck) -> Text:
        return Text(*(one.check(form) for one in self.writers))

    def open_sentence(self, said: Template | Text) -> Text:
        """Give a sentence about a plan with the names of its values in their places."""
        if isinstance(said, Text):
            return said
        texts = []
        for one in self.writers:
            gaps = {name: f"‹{one.named(name)}›" for name in said.names}
            texts.append(said.text.of(one.language).format_map(gaps))
        return Text(*texts)

    def changes(self, overrides: Iterable[tuple[str, Expression]], *, drops: bool) -> Text:
        if drops:
            return Text("this rule does not apply", "ഈ ചട്ടം ബാധകമല്ല")
        parts = list(overrides)
        return Text(
            *("; ".join(f"{n} = {w.node(e.root)}" for n, e in parts) for w in self.writers)
        )


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Writes phrases in one language."""

    book: Book
    law: Law
    language: str

    def word(self, key: str) -> str:
        return WORDS[key].of(self.language)

    def node(self, node: Node) -> str:
        return _SAY[type(node)](self, node)

    def inner(self, node: Node) -> str:
        """Write a part of a formula, in parentheses where it needs them."""
        text = self.node(node)
        return f"({text})" if isinstance(node, Arith | IfElse | Junction) else text

    def check(self, form: LinkedCheck) -> str:
        unit = unit_title(self.book, form.unit).of(self.language)
        limit = "" if form.limit is None else f"{self.node(form.limit.root)} {unit}".strip()
        text = self.word(form.op).format(self.title(form.fact), limit)
        if form.when is None:
            return text
        return self.word("when").format(text, self.node(form.when.root))

    def named(self, name: str) -> str:
        """Name a value of a sentence: a fact, a word of the sentences, or a local name."""
        if name in GAPS:
            return GAPS[name].of(self.language)
        fact = self.book.vocabulary.get(name)
        return name.replace("_", " ") if fact is None else fact.title.of(self.language)

    def title(self, name: str) -> str:
        fact = self.book.vocabulary.get(name)
        return fact.title.of(self.language) if fact is not None else f"*{name}*"

    def value(self, value: Any, name: str = "") -> str:
        """Write a value; a word as this fact means it."""
        words = self.book.words
        text = words.get(f"{name}.{value}") or words.get(value) if isinstance(value, str) else None
        return shown(value, self.language, 6) if text is None else text.of(self.language)

    def table(self, table_id: str) -> str:
        table = self.law.tables.get(table_id)
        return table.title.of(self.language) if table is not None else table_id


def _literal(say: _Phrases, node: Literal) -> str:
    return say.value(node.value)


def _name(say: _Phrases, node: Name) -> str:
    title = say.title(node.name)
    return say.word("true").format(title) if node.kind.type == "boolean" else title


def _arith(say: _Phrases, node: Arith) -> str:
    return f"{say.inner(node.left)} {ARITH[node.op]} {say.inner(node.right)}"


def _compare(say: _Phrases, node: Compare) -> str:
    left, right = say.inner(node.left), say.inner(node.right)
    if isinstance(node.left, Name) and isinstance(node.right, Literal):
        right = say.value(node.right.value, node.left.name)
    if node.left.kind.type == "number":
        return f"{left} {SIGNS[node.op]} {right}"
    return say.word("is" if node.op == "==" else "is not").format(left, right)


def _junction(say: _Phrases, node: Junction) -> str:
    """Join conditions; "x is told and x" says no more than "x"."""
    names = {name for one in node.items for name in _asked(one)}
    items = [one for one in node.items if not (isinstance(one, Known) and one.fact in names)]
    if node.all_of and len(items) < len(node.items):
        node = Junction(node.kind, node.all_of, tuple(items))
    return say.word("and" if node.all_of else "or").join(say.inner(one) for one in node.items)


def _asked(node: Node) -> list[str]:
    """List the names a condition asks for directly."""
    parts = [node, *(getattr(node, key, None) for key in ("item", "left", "right"))]
    return [one.name for one in parts if isinstance(one, Name)]


def _not(say: _Phrases, node: Not) -> str:
    if isinstance(node.item, Name):
        return say.word("false").format(say.title(node.item.name))
    return say.word("not").format(say.node(node.item))


def _within(say: _Phrases, node: Within) -> str:
    name = node.item.name if isinstance(node.item, Name) else ""
    words = ", ".join(say.value(one, name) for one in sorted(node.values, key=str))
    return say.word("one of").format(say.inner(node.item), words)


def _if_else(say: _Phrases, node: IfElse) -> str:
    parts = (say.inner(node.then), say.node(node.condition), say.inner(node.other))
    return say.word("if").format(*parts)


def _call(say: _Phrases, node: Call) -> str:
    return say.word(node.function).format("; ".join(say.node(one) for one in node.items))


def _aggregate(say: _Phrases, node: Aggregate) -> str:
    return say.word(node.function).format(say.title(node.fact) if node.fact else "")


def _each(say: _Phrases, node: Each) -> str:
    variables = ", ".join(f"*{one}*" for one in node.variables)
    text = say.word("for").format(say.inner(node.item), variables, say.node(node.source))
    if node.where is not None:
        text = say.word("when").format(text, say.node(node.where))
    return say.word(node.function).format(text)


def _look(say: _Phrases, node: Look) -> str:
    told = [
        f"{say.title(name)} = {say.node(value)}"
        for name, value in node.inputs
        if not (isinstance(value, Name) and value.name == name)
    ]
    title = say.table(node.table)
    return say.word("with").format(title, ", ".join(told)) if told else title


def _column(say: _Phrases, node: Column) -> str:
    return say.word("column").format(say.node(node.row), node.column.replace("_", " "))


_SAY: dict[type[Node], Callable[[_Phrases, Any], str]] = {
    Literal: _literal,
    Name: _name,
    Arith: _arith,
    Compare: _compare,
    Negative: lambda say, node: f"−{say.inner(node.item)}",
    Not: _not,
    Junction: _junction,
    IfElse: _if_else,
    Within: _within,
    Call: _call,
    Aggregate: _aggregate,
    Known: lambda say, node: say.word("known").format(say.title(node.fact)),
    Entry: lambda say, node: f"{say.node(node.map)}: {node.key}",
    Each: _each,
    Look: _look,
    Column: _column,
}


def _raw(name: str) -> Text:
    words = name.replace("_", " ")
    return Text(words, words)


def _joined(texts: list[Text]) -> Text:
    return Text("; ".join(one.en for one in texts), "; ".join(one.ml for one in texts))
