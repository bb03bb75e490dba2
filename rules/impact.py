"""What a change of the rule book does: the same plans judged by the old book and by the new.

Plans are columns (one row, one plan: every plot of a State) or nested facts one by one. A verdict
got *worse* when it moved towards fail, *better* when it moved away from it; a missing fact stays
unknown in both books and changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from rules.answer import evaluate
from rules.columns import ANSWERS, VERDICTS, ColumnResult, Pace, judge_parts
from rules.columns.result import FAIL, NOT_APPLICABLE
from rules.law import Book

Json = dict[str, Any]
Array = npt.NDArray[Any]
_GRAVITY = np.array([0, 2, 1, 0], np.int8)
"""How grave each verdict is, by its place in VERDICTS."""
_GRAVE = dict(zip(VERDICTS, _GRAVITY.tolist(), strict=True))
_NEEDED = np.array([2, 0, 1], np.int8)
"""How heavy each answer of a clearance is, by its place in ANSWERS."""
_SAME = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Moves:
    """How many plans moved from one answer to another: ``counts[old, new]``."""

    words: tuple[str, ...]
    counts: npt.NDArray[np.int64]

    @property
    def changed(self) -> int:
        """Count the plans that moved."""
        return int(self.counts.sum() - np.trace(self.counts))

    def as_json(self) -> list[Json]:
        """List the moves, most plans first."""
        rows = [
            {"from": self.words[old], "to": self.words[new], "plans": int(count)}
            for (old, new), count in np.ndenumerate(self.counts)
            if old != new and count
        ]
        return sorted(rows, key=lambda row: -row["plans"])


@dataclass(frozen=True, slots=True)
class LimitMoves:
    """How a numeric limit moved: plans for which it is lower or higher, and by how much."""

    lower: int
    higher: int
    least: float
    most: float

    def as_json(self) -> Json:
        """Return the move as plain values; ``least`` and ``most`` are new minus old."""
        return {"lower": self.lower, "higher": self.higher, "least": self.least, "most": self.most}


@dataclass(frozen=True, eq=False, slots=True)
class Impact:
    """The outcome over columns. Arrays have one entry a plan."""

    rows: int
    clauses: Mapping[str, Moves]
    limits: Mapping[str, LimitMoves]
    clearances: Mapping[str, Moves]
    worse: npt.NDArray[np.bool_]
    better: npt.NDArray[np.bool_]
    limited: npt.NDArray[np.bool_]
    """Plans for which some limit is another number."""
    old_fails: npt.NDArray[np.int16]
    new_fails: npt.NDArray[np.int16]
    kept: Mapping[str, tuple[Array, Array]]
    """Limits and worked-out numbers asked for: name -> (old, new), NaN where none."""

    @property
    def changed(self) -> npt.NDArray[np.bool_]:
        """Plans for which anything changed."""
        moved: npt.NDArray[np.bool_] = self.worse | self.better | self.limited
        return moved

    def as_json(self) -> Json:
        """Return counts only."""
        return {
            "plans": self.rows,
            "changed": int(self.changed.sum()),
            "worse": int(self.worse.sum()),
            "better": int(self.better.sum()),
            "newly_failing": int(((self.old_fails == 0) & (self.new_fails > 0)).sum()),
            "no_longer_failing": int(((self.old_fails > 0) & (self.new_fails == 0)).sum()),
            "clauses": {name: moves.as_json() for name, moves in self.clauses.items()},
            "limits": {name: moves.as_json() for name, moves in self.limits.items()},
            "clearances": {name: moves.as_json() for name, moves in self.clearances.items()},
        }


def impact(
    old: Book,
    new: Book,
    columns: Mapping[str, Any],
    as_of: date,
    *,
    new_columns: Mapping[str, Any] | None = None,
    keep: Sequence[str] = (),
    pace: Pace | None = None,
) -> Impact:
    """Judge columns by both books on one day and tell the difference.

    ``columns`` as for ``judge_columns``; a fact that one of the books does not know is left out
    there. ``new_columns`` are judged by the new book instead, row by row the same plans (a new
    zoning plan). ``keep`` names clauses whose limits, and worked-out numbers whose values, are
    wanted row by row. Raises FactError.
    """
    tally = _Tally(keep)
    given = ((old, columns), (new, columns if new_columns is None else new_columns))
    sides = [judge_parts(book, _known(book, one), as_of, pace=pace) for book, one in given]
    for before, after in zip(*sides, strict=True):
        tally.add(before, after)
    return tally.impact()


def first_difference(old: Book, new: Book) -> date | None:
    """Return the first day on which the new book begins a version that the old one has not.

    None when the books begin theirs on the same days: then they may differ from the start.
    """
    before, after = _starts(old), _starts(new)
    later = sorted(after - before)
    return later[0] if later else None


def _starts(book: Book) -> set[date]:
    days = {rung.start for family in book.families.values() for rung in family.ladder}
    days |= {entry.start for clause in book.clauses.values() for entry in clause.entries}
    days |= {entry.start for link in book.links for entry in link.entries}
    return days | {entry.start for entries in book.tables.values() for entry in entries}


def _known(book: Book, columns: Mapping[str, Any]) -> Json:
    return {name: column for name, column in columns.items() if name in book.vocabulary}


class _Tally:
    """Adds up parts of both answers; memory does not grow with clauses times plans."""

    def __init__(self, keep: Sequence[str]) -> None:
        self._keep = keep
        self._counts: dict[tuple[str, str], npt.NDArray[np.int64]] = {}
        self._limits: dict[str, LimitMoves] = {}
        self._parts: list[dict[str, Array]] = []

    def add(self, old: ColumnResult, new: ColumnResult) -> None:
        """Take in the same rows as both books judge them."""
        rows = old.rows
        part = {
            "worse": np.zeros(rows, np.bool_),
            "better": np.zeros(rows, np.bool_),
            "limited": np.zeros(rows, np.bool_),
            "old_fails": np.zeros(rows, np.int16),
            "new_fails": np.zeros(rows, np.int16),
        }
        for name in dict.fromkeys((*old.verdicts, *new.verdicts)):
            self._clause(part, name, old, new)
        for name in dict.fromkeys((*old.clearances, *new.clearances)):
            a, b = (_codes(side.clearances, name, 1, rows) for side in (old, new))
            self._moved(part, ("clearance", name), a, b, _NEEDED)
        for name in self._keep:
            part[f"old:{name}"] = _limit(old, name)
            part[f"new:{name}"] = _limit(new, name)
        self._parts.append(part)

    def impact(self) -> Impact:
        """Give the whole."""
        whole = {
            key: np.concatenate([part[key] for part in self._parts]) for key in self._parts[0]
        }
        moves = {
            key: Moves(VERDICTS if key[0] == "clause" else ANSWERS, counts)
            for key, counts in self._counts.items()
        }
        return Impact(
            rows=len(whole["worse"]),
            clauses={name: m for (what, name), m in moves.items() if what == "clause"},
            limits=self._limits,
            clearances={name: m for (what, name), m in moves.items() if what == "clearance"},
            worse=whole["worse"],
            better=whole["better"],
            limited=whole["limited"],
            old_fails=whole["old_fails"],
            new_fails=whole["new_fails"],
            kept={name: (whole[f"old:{name}"], whole[f"new:{name}"]) for name in self._keep},
        )

    def _clause(
        self, part: dict[str, Array], name: str, old: ColumnResult, new: ColumnResult
    ) -> None:
        a, b = (_codes(side.verdicts, name, NOT_APPLICABLE, old.rows) for side in (old, new))
        part["old_fails"] += a == FAIL
        part["new_fails"] += b == FAIL
        self._moved(part, ("clause", name), a, b, _GRAVITY)
        before, after = _limit(old, name), _limit(new, name)
        stands = (a != NOT_APPLICABLE) & (b != NOT_APPLICABLE)
        by = np.where(stands, after - before, 0.0)
        other = np.isfinite(by) & (np.abs(by) > _SAME)
        if other.any():
            part["limited"] |= other
            earlier = self._limits.get(name, LimitMoves(0, 0, np.inf, -np.inf))
            self._limits[name] = LimitMoves(
                earlier.lower + int((by[other] < 0).sum()),
                earlier.higher + int((by[other] > 0).sum()),
                min(earlier.least, round(float(by[other].min()), 6)),
                max(earlier.most, round(float(by[other].max()), 6)),
            )

    def _moved(
        self, part: dict[str, Array], key: tuple[str, str], a: Array, b: Array, weight: Array
    ) -> None:
        if np.array_equal(a, b):
            return
        size = len(weight)
        counts = np.bincount(a.astype(np.int64) * size + b, minlength=size * size)
        self._counts[key] = self._counts.get(key, 0) + counts.reshape(size, size)
        step = weight[b] - weight[a]
        part["worse"] |= step > 0
        part["better"] |= step < 0


def _codes(table: Mapping[str, Array], name: str, absent: int, rows: int) -> Array:
    found = table.get(name)
    return np.full(rows, absent, np.int8) if found is None else found


def _limit(side: ColumnResult, name: str) -> Array:
    found = side.required.get(name)
    if found is None and name in side.derived:
        worked_out = side.derived[name]
        found = np.where(worked_out.known, worked_out.values, np.nan)
    return np.full(side.rows, np.nan) if found is None else found


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What changes for one plan: clauses and clearances with old and new answer, and limits."""

    key: str
    changes: tuple[Json, ...]

    @property
    def worse(self) -> bool:
        """Some clause moved towards fail."""
        return any(
            _GRAVE[one["to"]] > _GRAVE[one["from"]] for one in self.changes if "clause" in one
        )

    def as_json(self) -> Json:
        """Return the change as plain values."""
        return {"plan": self.key, "worse": self.worse, "changes": list(self.changes)}


def plan_changes(
    old: Book, new: Book, plans: Iterable[tuple[str, Mapping[str, Any]]], as_of: date
) -> Iterator[PlanChange]:
    """Judge plans one by one by both books; yield one entry a plan, also where nothing changed.

    For plans of several blocks, which columns do not hold. Raises FactError.
    """
    for key, facts in plans:
        before, after = (evaluate(book, _known_facts(book, facts), as_of) for book in (old, new))
        yield PlanChange(key, tuple(_changes(before.as_json(), after.as_json())))


def _known_facts(book: Book, facts: Mapping[str, Any]) -> Json:
    """Leave out what a book does not know, at every level."""
    known = {name: value for name, value in facts.items() if name in book.vocabulary}
    for group in ("blocks", "levels", "floors", "units"):
        if isinstance(facts.get(group), list):
            known[group] = [_known_facts(book, one) for one in facts[group]]
    marks = ("block", "level", "floor", "unit", "mezzanine")
    return known | {name: facts[name] for name in marks if name in facts}


def _changes(old: Json, new: Json) -> Iterator[Json]:
    nothing: Json = {"verdict": "not_applicable", "checks": []}
    for name in dict.fromkeys((*old["clauses"], *new["clauses"])):
        a, b = (side["clauses"].get(name, nothing) for side in (old, new))
        limits = [[check.get("required") for check in one.get("checks", [])] for one in (a, b)]
        if a["verdict"] != b["verdict"] or (limits[0] != limits[1] and limits[0] and limits[1]):
            yield {
                "clause": name,
                "from": a["verdict"],
                "to": b["verdict"],
                "required_from": limits[0],
                "required_to": limits[1],
            }
    for key in dict.fromkeys((*old["fees"], *new["fees"])):
        if old["fees"].get(key) != new["fees"].get(key):
            yield {"fee": key, "from": old["fees"].get(key), "to": new["fees"].get(key)}
    before, after = _nocs(old), _nocs(new)
    for key in dict.fromkeys((*before, *after)):
        a, b = before.get(key, "not_needed"), after.get(key, "not_needed")
        if a != b:
            yield {"clearance": key, "from": a, "to": b}


def _nocs(answer: Json) -> dict[str, str]:
    """Return what an evaluation says of each clearance; one that is not named is not needed."""
    unknown = {one["id"]: "unknown" for one in answer["nocs_unknown"]}
    return unknown | {one["id"]: "needed" for one in answer["nocs"]}
