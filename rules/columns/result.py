"""What comes out: columns of codes, each row one plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

VERDICTS = ("pass", "fail", "unknown", "not_applicable")
"""The verdict of each code."""
ANSWERS = ("needed", "not_needed", "unknown")
"""The answer of each code of a clearance."""
PASS, FAIL, UNKNOWN, NOT_APPLICABLE = range(4)

Codes = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, slots=True)
class Derived:
    """A worked-out fact: values (numbers, truth values or codes of ``words``), and where known."""

    values: npt.NDArray[Any]
    known: npt.NDArray[np.bool_]
    words: tuple[str, ...] | None = None

    def at(self, row: int) -> Any:
        """Give the value at one row as a plain value; None where it is not known."""
        if not self.known[row]:
            return None
        value = self.values[row].item()
        return self.words[value] if self.words is not None else value


@dataclass(frozen=True, eq=False, slots=True)
class ColumnResult:
    """The answer of ``judge_columns``.

    ``verdicts``: clause -> int8 places in VERDICTS. ``required``: clause -> limit of the check
    that decides (the first of the gravest verdict), NaN where there is none, it is not known or
    it is no number. ``clearances``: id -> int8 places in ANSWERS.
    A column that is the same for all rows may be a read-only view of one value.
    """

    rows: int
    verdicts: Mapping[str, Codes]
    required: Mapping[str, npt.NDArray[np.float64]]
    derived: Mapping[str, Derived]
    clearances: Mapping[str, Codes]

    def counts(self, clause: str) -> dict[str, int]:
        """Count the verdicts of a clause."""
        found = np.bincount(self.verdicts[clause], minlength=len(VERDICTS))
        return dict(zip(VERDICTS, found.tolist(), strict=True))
