"""Two answers about drawings compared: what changed in the measures, which findings are gone.

Pure: the objects of ``kmap check --json`` and their sketches in, plain values out. A number
counts as changed beyond what a drawing can be exact to.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kmap.building.moved import moved

Json = Mapping[str, Any]
Where = tuple[tuple[str, int], ...]
NEAR: Final = {"m": 0.005, "m2": 0.05}
"""Differences of lengths and areas that are not counted, by the end of the fact's name."""
OPEN: Final = frozenset({"fail", "unknown"})
"""Verdicts that ask for something to be done."""
_BELOW: Final = {"blocks": "block", "levels": "level", "floors": "floor", "units": "unit"}
_FLOOR_AREAS: Final = {
    "built_up_area_m2": "floor_built_up_m2",
    "deducted_m2": "deducted_m2",
    "existing_m2": "existing_m2",
}


@dataclass(frozen=True)
class Change:
    """One measured or told value that differs; None where a drawing does not have it."""

    name: str
    where: Mapping[str, int]
    old: Any
    new: Any

    def as_json(self) -> dict[str, Any]:
        """Return the change with the difference of numbers."""
        both = _number(self.old) and _number(self.new)
        by = round(self.new - self.old, 6) if both else None
        return {**vars(self), "where": dict(self.where), "by": by}


def compare(old: Json, new: Json, sketches: tuple[Json, Json] | None = None) -> dict[str, Any]:
    """Return what changed from one answer to another, as plain JSON values.

    Clauses and complaints are ``gone``, ``new``, ``still`` there, or ``turned`` (a fail that
    became unknown, or the other way). With sketches, ``outlines`` says which moved.
    """
    return {
        "drawings": [_drawing(old), _drawing(new)],
        "measures": [one.as_json() for one in changes(old, new)],
        "clauses": list(_clauses(old, new)),
        "complaints": list(_complaints(old, new)),
        "outlines": [] if sketches is None else moved(*sketches),
    }


def _drawing(answer: Json) -> dict[str, Any]:
    drawing = answer.get("drawing") or {}
    return {
        "sha256": drawing.get("sha256"),
        "verdict": answer.get("verdict"),
        "as_of": answer.get("as_of"),
        "book": answer.get("book"),
    }


def changes(old: Json, new: Json) -> tuple[Change, ...]:
    """Return the facts and areas of floors that differ, the whole plot first."""
    return tuple(_changes(old, new))


def _changes(old: Json, new: Json) -> Iterator[Change]:
    sides = [_values(old), _values(new)]
    names = dict.fromkeys(name for side in sides for name, _ in side)
    for name in names:
        places = {where for side in sides for fact, where in side if fact == name}
        for where in sorted(_deepest(places)):
            before, after = (_at(side, name, where) for side in sides)
            if not same(name, before, after):
                yield Change(name, dict(where), before, after)


def _values(answer: Json) -> dict[tuple[str, Where], Any]:
    """Return every fact by name and place, and the areas of each floor, mezzanines with it."""
    areas: dict[tuple[str, Where], float] = {}
    for block in (answer.get("measurements") or {}).get("blocks") or []:
        for floor in block.get("floors") or []:
            where: Where = (("block", block["block"]), ("floor", floor["floor"]))
            for key, name in _FLOOR_AREAS.items():
                if area := floor.get(key):
                    areas[name, where] = areas.get((name, where), 0.0) + area
    return {**areas, **dict(_flat(answer.get("facts") or {}, ()))}


def _flat(facts: Json, where: Where) -> Iterator[tuple[tuple[str, Where], Any]]:
    for name, value in facts.items():
        if name in _BELOW:
            for one in value:
                yield from _flat(one, (*where, (_BELOW[name], one[_BELOW[name]])))
        elif name not in _BELOW.values():
            yield (name, where), value


def _deepest(places: set[Where]) -> set[Where]:
    """Leave out a place that others lie in: one drawing says it for all, the other for each."""
    return {p for p in places if not any(o != p and o[: len(p)] == p for o in places)}


def _at(side: Mapping[tuple[str, Where], Any], name: str, where: Where) -> Any:
    """Return a value at a place, else that of the place around it."""
    for length in range(len(where), -1, -1):
        if (name, where[:length]) in side:
            return side[name, where[:length]]
    return None


def same(name: str, old: Any, new: Any) -> bool:
    """Whether two values are the same within what a drawing can be exact to.

    >>> same("height_m", 6.5, 6.504), same("height_m", 6.5, 6.506), same("storeys", 2, 3)
    (True, False, False)
    """
    if _number(old) and _number(new):
        return bool(abs(old - new) <= NEAR.get(name.rsplit("_", 1)[-1], 1e-9))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(same(name, old.get(key, 0), new.get(key, 0)) for key in {*old, *new})
    if isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) == len(new):
        return all(same(name, one, other) for one, other in zip(old, new, strict=True))
    return bool(old == new)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _clauses(old: Json, new: Json) -> Iterator[dict[str, Any]]:
    """Tell each clause that was or is a finding, in the order of the book."""
    before, after = old.get("clauses") or {}, new.get("clauses") or {}
    for clause in dict.fromkeys([*after, *before]):
        was, now = (side.get(clause) or {} for side in (before, after))
        verdicts = was.get("verdict"), now.get("verdict")
        if change := _change(*verdicts):
            yield {
                "clause": clause,
                "change": change,
                "old": verdicts[0],
                "new": verdicts[1],
                "title": (now or was).get("title"),
                "cite": (now or was).get("cite"),
                "says": (now or was).get("says"),
                "cure": now.get("cure") if verdicts[1] in OPEN else None,
            }


def _change(old: str | None, new: str | None) -> str:
    """Tell what became of a finding; '' when there was and is none."""
    if old in OPEN and new in OPEN:
        return "still" if old == new else "turned"
    return "gone" if old in OPEN else "new" if new in OPEN else ""


def _complaints(old: Json, new: Json) -> Iterator[dict[str, Any]]:
    """Tell the complaints by code and layer with how many are gone, new and still there."""
    sides = [_by_code(old), _by_code(new)]
    counts = [Counter({key: len(group) for key, group in side.items()}) for side in sides]
    for key in dict.fromkeys([*sides[1], *sides[0]]):
        before, after = counts[0][key], counts[1][key]
        one = (sides[1].get(key) or sides[0][key])[-1]
        parts = {"gone": before - after, "new": after - before, "still": min(before, after)}
        for change, count in parts.items():
            if count > 0:
                yield {"code": key[0], "layer": key[1], "change": change, "count": count} | {
                    part: one[part] for part in ("severity", "message", "cure")
                }


def _by_code(answer: Json) -> dict[tuple[str, Any], list[Json]]:
    found: dict[tuple[str, Any], list[Json]] = {}
    for one in answer.get("complaints") or []:
        found.setdefault((one["code"], one.get("layer")), []).append(one)
    return found
