"""From columns of facts to columns of verdicts: which family judges which row, and both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from rules.columns.intake import Array, Column, Intake, ManyColumn, take_in, told_at_run
from rules.columns.plan import Fixed, Plans, Shape, Varies, Wanted, plans_of
from rules.columns.program import Leaf
from rules.columns.result import NOT_APPLICABLE, UNKNOWN, ColumnResult, Derived
from rules.law import Book, Law

CHUNK = 32_768
PART = 4 * CHUNK
Found = dict[tuple[str, str], Any]  # what and of what -> a column, or one value for all rows


@dataclass(frozen=True, slots=True)
class Pace:
    """How the work is cut: rows in a chunk, threads, and rows in a part of ``judge_parts``."""

    chunk: int = CHUNK
    workers: int = 1
    part: int = PART


def judge_columns(
    book: Book,
    columns: Mapping[str, Any],
    as_of: date,
    *,
    clauses: Iterable[str] | None = None,
    derived: Iterable[str] = (),
    required: bool = True,
    pace: Pace | None = None,
) -> ColumnResult:
    """Judge many plans at once by the law in force on a day: one row, one plan of flat facts.

    ``columns``: fact -> array (numbers, booleans, words; masked or ``Coded``), or one value for
    all rows. A missing or masked fact makes clauses unknown, as in ``evaluate``, with which every
    row agrees. With ``clauses`` only these are judged, and the facts ``derived`` names worked out,
    with only what they need. Raises FactError.
    """
    wanted = _wanted(book, clauses, tuple(derived), required=required)
    run, families = _run_of(book, columns, as_of, wanted, pace or Pace())
    return run.result(families)


def judge_parts(
    book: Book,
    columns: Mapping[str, Any],
    as_of: date,
    *,
    clauses: Iterable[str] | None = None,
    derived: Iterable[str] = (),
    required: bool = True,
    pace: Pace | None = None,
) -> Iterator[ColumnResult]:
    """Judge as ``judge_columns`` does, and yield the answer for ``pace.part`` rows at a time.

    For whole States: the answers to every clause are 6 GB for a million plans, 1 GB for a part.
    Raises FactError before the first part.
    """
    wanted = _wanted(book, clauses, tuple(derived), required=required)
    run, families = _run_of(book, columns, as_of, wanted, pace or Pace())
    for start in range(0, run.taken.rows, run.pace.part):
        rows = slice(start, start + run.pace.part)
        part = replace(run, taken=run.taken.part(rows))
        yield part.result(families if isinstance(families, int) else families[rows])


def judge_designs(
    book: Book,
    site: Mapping[str, Any],
    designs: Mapping[str, Any],
    as_of: date,
    *,
    folded: Iterable[str] = (),
) -> ColumnResult:
    """Judge many designs on one site; verdicts only.

    ``site``: plain facts; ``designs``: fact -> array. Of the site's facts those in ``folded``
    become part of the plan, the others are told when it is run: the plan serves the next site.
    Raises FactError.
    """
    wanted = Wanted(tuple(book.clauses), (), (), required=False)
    return _designed(book, site, designs, as_of, folded, wanted)


def judge_some(
    book: Book,
    site: Mapping[str, Any],
    designs: Mapping[str, Any],
    as_of: date,
    *,
    clauses: Iterable[str] = (),
    derived: Iterable[str] = (),
    clearances: Iterable[str] = (),
) -> ColumnResult:
    """Judge many designs on one site, as ``judge_designs`` does, but only what is asked for.

    Clauses come with their limits. The plan serves every site of which the same facts are known.
    Raises FactError, KeyError for a name the book does not have.
    """
    chosen = _wanted(book, clauses, tuple(derived), required=True)
    links = {link.id for link in book.links if _asks(link)}
    asked = tuple(dict.fromkeys(clearances))
    for name in asked:
        if name not in links:
            raise KeyError(f"there is no clearance {name!r}")
    wanted = Wanted(chosen.clauses, chosen.derived, asked, required=True)
    return _designed(book, site, designs, as_of, (), wanted)


def _designed(
    book: Book,
    site: Mapping[str, Any],
    designs: Mapping[str, Any],
    as_of: date,
    folded: Iterable[str],
    wanted: Wanted,
) -> ColumnResult:
    plans = plans_of(book)
    taken = take_in(book, {**site, **designs}, plans.words)
    kept = {"family", "body", "body_class", *folded}
    told = {
        name: told_at_run(value, plans.words)
        for name, value in taken.fixed.items()
        if name not in kept and not isinstance(value, tuple | Mapping)
    }
    fixed = {name: value for name, value in taken.fixed.items() if name not in told}
    families, taken = _families(book, Intake(taken.rows, fixed, {**told, **taken.columns}), plans)
    return _Run(book, as_of, plans, taken, wanted, Pace()).result(families)


def _run_of(
    book: Book, columns: Mapping[str, Any], as_of: date, wanted: Wanted, pace: Pace
) -> "tuple[_Run, Array | int]":
    """Take columns in; give what judges them, and the family that judges each row."""
    plans = plans_of(book)
    families, taken = _families(book, take_in(book, columns, plans.words), plans)
    return _Run(book, as_of, plans, taken, wanted, pace), families


def _wanted(
    book: Book, clauses: Iterable[str] | None, derived: tuple[str, ...], *, required: bool
) -> Wanted:
    if clauses is None:
        offices = dict.fromkeys(link.id for link in book.links if _asks(link))
        return Wanted(tuple(book.clauses), tuple(book.vocabulary), tuple(offices), required)
    chosen = tuple(dict.fromkeys(clauses))
    for name in chosen:
        if name not in book.clauses:
            raise KeyError(f"there is no clause {name!r}")
    return Wanted(chosen, derived, (), required)


def _asks(link: Any) -> bool:
    return link.office is not None or any(one.body.office is not None for one in link.entries)


def _families(book: Book, taken: Intake, plans: Plans) -> tuple[Array | int, Intake]:
    """Fill family and class from the body's code; say for each row which family judges it."""
    letters = _letters(taken, plans)
    fixed, columns = dict(taken.fixed), dict(taken.columns)
    for place, name in enumerate(("family", "body_class")):
        known = {letter: one[place] for letter, one in book.bodies.items()}
        if name in fixed or letters is None:
            continue
        if isinstance(letters, str):
            if letters in known:
                _fill(fixed, columns, name, known[letters], plans)
            continue
        filled = np.full(taken.rows, -1, np.int16)
        for letter, word in known.items():
            filled[letters == letter] = plans.words.code(word)
        columns[name] = _overlay(columns.get(name), filled)
    which = _which(fixed, columns.get("family"), plans, tuple(book.families))
    fixed.pop("family", None)
    columns.pop("family", None)
    kept = {name: one for name, one in columns.items() if one.known is None or one.known.any()}
    return which, Intake(taken.rows, fixed, kept)


def _letters(taken: Intake, plans: Plans) -> Array | str | None:
    """Give the first letter of the body's code: one for all, one a row, or none."""
    if "body" in taken.fixed:
        return str(taken.fixed["body"])[:1]
    body = taken.columns.get("body")
    if not isinstance(body, Column):
        return None
    codes, places = np.unique(body.values, return_inverse=True)
    letters = np.array([plans.words.list[code][:1] for code in codes.tolist()], "U1")[places]
    return letters if body.known is None else np.where(body.known, letters, "")


def _fill(
    fixed: dict[str, Any], columns: dict[str, Any], name: str, word: str, plans: Plans
) -> None:
    column = columns.get(name)
    if column is None:
        fixed[name] = word
    elif column.known is not None:
        values = np.where(column.known, column.values, plans.words.code(word))
        columns[name] = Column(values, None)


def _overlay(given: Column | ManyColumn | None, filled: Array) -> Column:
    """Take what was given, and what the body says where nothing was."""
    known = filled >= 0
    if isinstance(given, Column):
        there = np.ones(len(filled), np.bool_) if given.known is None else given.known
        filled, known = np.where(there, given.values, filled), known | there
    return Column(np.where(known, filled, 0), None if known.all() else known)


def _which(
    fixed: Mapping[str, Any],
    family: Column | ManyColumn | None,
    plans: Plans,
    names: tuple[str, ...],
) -> Any:
    """Give the place of the family that judges each row, or of the row; none told: all of them."""
    whole = len(names)
    if "family" in fixed:
        return names.index(fixed["family"])
    if not isinstance(family, Column):
        return whole
    which = np.full(len(family.values), whole, np.int8)
    for place, name in enumerate(names):
        which[family.values == plans.words.code(name)] = place
    return which if family.known is None else np.where(family.known, which, whole)


@dataclass(frozen=True, slots=True)
class _Run:
    """One call: the columns taken in and what is wanted of them."""

    book: Book
    as_of: date
    plans: Plans
    taken: Intake
    wanted: Wanted
    pace: Pace

    def result(self, families: Array | int) -> ColumnResult:
        """Judge each row by its family."""
        if isinstance(families, int):
            return self._made(self._judged(families, None))
        places = {
            which: np.flatnonzero(families == which) for which in np.unique(families).tolist()
        }
        parts = [(rows, self._judged(which, rows)) for which, rows in places.items()]
        return self._made(_scattered(parts, self.taken.rows))

    def _judged(self, which: int, places: Array | None) -> Found:
        rows = self.taken.rows if places is None else len(places)
        families = tuple(self.book.families)
        names = families if which == len(families) else (families[which],)
        laws = [(name, self.book.law_on(self.as_of, name)) for name in names]
        standing = [(name, law) for name, law in laws if law is not None]
        if not standing:
            return self._before_the_book()
        leaves = self._leaves(places)
        parts = [self._family(name, law, leaves, rows) for name, law in standing]
        return parts[0] if len(parts) == 1 else _both(parts[0], parts[1])

    def _family(self, family: str, law: Law, leaves: Mapping[Leaf, Any], rows: int) -> Found:
        program = self.plans.program(law, self._shape(family), self.wanted)
        found: Found = program.run(leaves, rows, self.pace.chunk, self.pace.workers)
        silent = UNKNOWN if law.partial else NOT_APPLICABLE
        for name in self.wanted.clauses:
            if ("verdict", name) not in found:
                found["verdict", name] = silent
        settled = {one.id for one in law.links}
        offices = {one.id for one in law.links if one.office is not None}
        for name in self.wanted.clearances:
            if name not in offices:
                found["clearance", name] = 2 if law.partial and name not in settled else 1
        return found

    def _before_the_book(self) -> Found:
        found: Found = {("verdict", name): UNKNOWN for name in self.wanted.clauses}
        found.update({("clearance", name): 2 for name in self.wanted.clearances})
        return found

    def _shape(self, family: str) -> Shape:
        fixed = {**self.taken.fixed, "family": family}
        shape: dict[str, Fixed | Varies] = {
            name: Fixed(_frozen(value)) for name, value in fixed.items()
        }
        for name, one in self.taken.columns.items():
            keys = tuple(one.items) if isinstance(one, ManyColumn) else None
            shape[name] = Varies(one.known is not None, keys)
        return tuple(sorted(shape.items(), key=lambda item: item[0]))

    def _leaves(self, places: Array | None) -> dict[Leaf, Any]:
        def part(column: Array) -> Array:
            return column if places is None else column[places]

        leaves: dict[Leaf, Any] = {}
        for name, one in self.taken.columns.items():
            if one.known is not None:
                leaves[name, "known"] = part(one.known)
            if isinstance(one, Column):
                leaves[name, "value"] = part(one.values)
                continue
            for key, (present, values) in one.items.items():
                leaves[name, "present", key] = part(present)
                leaves[name, "value", key] = part(values)
        return leaves

    def _made(self, found: Found) -> ColumnResult:
        rows, vocabulary = self.taken.rows, self.book.vocabulary
        tables: dict[str, dict[str, Array]] = {"verdict": {}, "required": {}, "clearance": {}}
        derived = {}
        words = tuple(self.plans.words.list)
        wanted = {"verdict": self.wanted.clauses, "clearance": self.wanted.clearances}
        for what, name in ((what, name) for what, names in wanted.items() for name in names):
            tables[what][name] = _column(found[what, name], rows, np.int8)
        for (what, name), value in found.items():
            if what == "required":
                tables[what][name] = _column(value, rows, np.float64)
            elif what == "value":
                known = _column(found["known", name], rows, np.bool_)
                spelled = words if vocabulary[name].kind.type in ("enum", "text") else None
                derived[name] = Derived(_column(value, rows, None), known, spelled)
        required = tables["required"]
        return ColumnResult(rows, tables["verdict"], required, derived, tables["clearance"])


def _scattered(parts: list[tuple[Array, Found]], rows: int) -> Found:
    """Put what was found for some rows each into whole columns, giving the parts up."""
    found: Found = {}
    for key in list(dict.fromkeys(key for _, part in parts for key in part)):
        kind = np.result_type(*(np.asarray(part[key]) for _, part in parts if key in part))
        whole = found[key] = np.empty(rows, kind)
        for places, part in parts:
            whole[places] = part.pop(key, _NOTHING[key[0]])
    return found


def _both(one: Found, two: Found) -> Found:
    """Bring both families' answers together: what they agree on stands."""
    found: Found = {}
    for key in dict.fromkeys((*one, *two)):
        what, name = key
        a, b = (part.get(key, _NOTHING[what]) for part in (one, two))
        if what == "required":
            same = np.equal(one["verdict", name], two["verdict", name]) & np.equal(a, b)
            found[key] = np.where(same, a, np.nan)
        elif what == "known":
            value_a, value_b = (part.get(("value", name), 0) for part in (one, two))
            found[key] = np.logical_and(a, b) & np.equal(value_a, value_b)
        else:
            found[key] = a if what == "value" else np.where(np.equal(a, b), a, UNKNOWN)
    return found


def _column(value: Any, rows: int, kind: Any) -> Array:
    """Make a column of what was found; one value for all rows stays one value."""
    column = np.asarray(value, kind)
    return column if column.ndim else np.broadcast_to(column, rows)


def _frozen(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, Mapping) else value


_NOTHING: dict[str, Any] = {
    "verdict": UNKNOWN,
    "clearance": UNKNOWN,
    "required": np.nan,
    "value": 0,
    "known": False,
}
