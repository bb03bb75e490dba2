"""What a generated clause gives back: verdict, where it came out, the numbers on the way."""

from dataclasses import dataclass
from typing import Any

from rules.conditions.source import Piece
from rules.law import LinkedCheck, LinkedVariant

Trace = tuple[Any, ...]  # verdict, leaf, values
Slot = tuple[bool, Any]  # (True, place in the trace) or (False, the value itself)
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a clause came out; ``plain`` leaves hold all that an outcome needs."""

    plain: bool
    settled: bool = False  # its sentence names nothing of the plan: always the same result
    applies: bool = True
    variant: LinkedVariant | None = None
    group: tuple[LinkedCheck, ...] = ()
    found: tuple[Slot | None, ...] = ()  # None: a fact, found among the values of the place
    limits: tuple[Slot, ...] = ()
    conditions: tuple[Slot, ...] = ()
    names: tuple[tuple[str, Slot], ...] = ()
    notices: tuple[tuple[str, Slot], ...] = ()


SLOW = Leaf(plain=False)


class Slots:
    """The values that a trace carries, in order."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    def add(self, piece: Piece) -> Slot:
        """Carry a value, unless it is a constant."""
        if piece.fixed:
            return (False, piece.fixed[0])
        if piece.code in self.codes:
            return (True, self.codes.index(piece.code) + 2)
        self.codes.append(piece.code)
        return (True, len(self.codes) + 1)


def when_asked(condition: Any, verdict: str) -> str:
    """Weigh a check whose condition may not be known."""
    if condition is True or condition is False:
        return verdict if condition else NOT_APPLICABLE
    return "pass" if verdict == "pass" else "unknown"


def worst(verdicts: tuple[str, ...]) -> str:
    """Give the verdict of a group of checks."""
    for one in ("fail", "unknown", "pass"):
        if one in verdicts:
            return one
    return NOT_APPLICABLE


def best(leaves: tuple[Leaf, ...], *verdicts: str) -> tuple[str, Leaf]:
    """Choose among alternatives: one that passes, else one not known, else one that fails."""
    for wanted in ("pass", "unknown", "fail"):
        if wanted in verdicts:
            return wanted, leaves[verdicts.index(wanted)]
    return NOT_APPLICABLE, leaves[-1]


def slot_value(slot: Slot, trace: Trace) -> Any:
    """Read a value of a trace."""
    moving, value = slot
    return trace[value] if moving else value


HELPERS = {"_when": when_asked, "_worst": worst, "_best": best}
"""What generated clauses call, by the name they use."""
