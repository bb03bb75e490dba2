"""Limits read out of an evaluation: what a clause requires, which binds, and which is next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """One limit: value and unit, the clause that binds, its citation, and the next to bind."""

    key: str
    en: str
    ml: str
    value: float
    unit: str
    clause: str
    cite: Json | None
    says: Json
    verdict: str
    following: "Limit | None" = None
    tiers: tuple[Json, ...] = ()

    @classmethod
    def of_check(
        cls, key: str, en: str, ml: str, evaluation: Json, clause: str, value: float, unit: str
    ) -> "Limit":
        """Make a limit from a clause of an evaluation."""
        return cls.of_clause((key, en, ml), clause, evaluation["clauses"][clause], value, unit)

    @classmethod
    def of_clause(
        cls, words: tuple[str, str, str], clause: str, found: Json, value: float, unit: str
    ) -> "Limit":
        """Make a limit from one clause as the answer of the book has it."""
        key, en, ml = words
        title = found.get("title") or {"en": clause, "ml": clause}
        cite, verdict = found.get("cite"), found["verdict"]
        return cls(key, en, ml, round(value, 3), unit, clause, cite, title, verdict)

    @classmethod
    def of_place(
        cls, key: str, en: str, ml: str, value: float, clause: str, how_en: str, how_ml: str
    ) -> "Limit":
        """Make a limit from the shape of the plot."""
        says = {"en": how_en, "ml": how_ml}
        return cls(key, en, ml, round(value, 2), "m2", clause, None, says, "unknown")

    def times(self, factor: float, unit: str) -> "Limit":
        """Return the same limit in another measure."""
        return replace(self, value=round(self.value * factor, 2), unit=unit)

    def as_json(self) -> Json:
        """Return the limit as it is printed; ``next`` says what would bind after it."""
        later = self.following
        return {
            "id": self.key,
            "title": {"en": self.en, "ml": self.ml},
            "value": self.value,
            "unit": self.unit,
            "clause": self.clause,
            "cite": self.cite,
            "says": self.says,
            "tiers": list(self.tiers or (later.tiers if later else ())),
            "next": None
            if later is None
            else {
                "value": later.value,
                "unit": later.unit,
                "clause": later.clause,
                "says": later.says,
                "slack": round(abs(later.value - self.value), 2),
            },
        }


def checks_of(evaluation: Json, fact: str) -> Iterator[tuple[str, Json]]:
    """Yield clause id and check for every check of a fact, clauses in order."""
    for clause, found in evaluation["clauses"].items():
        if found["verdict"] == "not_applicable":
            continue
        for check in found.get("checks", []):
            if check["fact"] == fact:
                yield clause, check


def first_required(evaluation: Json, fact: str, op: str) -> float | None:
    """Return what the first check of a fact requires; the first alternative is the general one."""
    for _, check in checks_of(evaluation, fact):
        if check["op"] == op and isinstance(check["required"], int | float):
            return float(check["required"])
    return None


def limit_of(evaluation: Json, fact: str, key: str, en: str, ml: str) -> Limit | None:
    """Return the limit the book sets on a fact; None where it sets none, or cannot tell."""
    for clause, check in checks_of(evaluation, fact):
        value = check["required"]
        if isinstance(value, int | float) and not isinstance(value, bool):
            unit = check.get("unit") or ""
            return Limit.of_check(key, en, ml, evaluation, clause, float(value), unit)
    return None


def strictest(limits: Sequence[Limit], *, least: bool) -> Limit | None:
    """Return the limit that binds, the least or the greatest, knowing the next one."""
    ordered = sorted(
        limits, key=lambda limit: (limit.value if least else -limit.value, limit.clause)
    )
    if not ordered:
        return None
    first = ordered[0]
    others = [
        one for one in ordered[1:] if one.value != first.value and one.clause != first.clause
    ]
    return replace(ordered[0], following=others[0] if others else None)
