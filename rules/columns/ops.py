"""What the nodes of a graph do: NumPy on whole columns, with the book's tolerance.

Every function takes columns (or single values, which stand for a whole column) and gives one.
Where a value is not known its column holds anything at all; a second column says so.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from rules.conditions import TOLERANCE

Work = Callable[..., Any]


def round_exactly(values: Any, extra: int) -> Any:
    """Round like Python's ``round``: to ``extra`` digits, by the exact binary value.

    >>> round_exactly(np.array([0.125, 2.675, 1.0]), 2).tolist()
    [0.12, 2.67, 1.0]
    """
    if np.ndim(values) == 0:
        return float(round(float(values), extra))
    scale = 10.0**extra
    scaled = values * scale
    whole = np.floor(scaled)
    close = np.abs(scaled - whole - 0.5) <= np.abs(scaled) * 4e-16 + 1e-6
    out = np.rint(scaled, out=scaled)
    out /= scale
    if close.any():
        places = np.flatnonzero(close)
        out[places] = [round(value, extra) for value in values[places].tolist()]
    return out


def tape_round(values: Any, digits: Any) -> Any:
    """Round half up, as a tape measure is read."""
    scale = np.power(10.0, np.trunc(digits))
    return np.floor(values * scale + 0.5 + TOLERANCE) / scale


def pieces(values: Any, extra: tuple[float, ...]) -> Any:
    """Say between which edges each number lies: 0 below the first, 1 on it, 2 above it, ..."""
    found = np.zeros(np.shape(values), np.int16)
    for edge in extra:
        away = values - edge
        found += away >= -TOLERANCE
        found += away > TOLERANCE
    return found


def mix(*codes: Any, extra: tuple[int, ...]) -> Any:
    """Make one key of several codes, each times its stride."""
    key: Any = np.intp(0)
    for code, stride in zip(codes, extra, strict=True):
        key = key + np.multiply(code, stride, dtype=np.intp)
    return key


def take(codes: Any, extra: "Frozen") -> Any:
    """Look codes up; one that came up after the list was made counts as the last."""
    return extra.column.take(codes, mode="clip")


def all_of(first: Any, *others: Any) -> Any:
    """Tell where all conditions hold."""
    for one in others:
        first = first & one
    return first


def any_of(first: Any, *others: Any) -> Any:
    """Tell where any condition holds."""
    for one in others:
        first = first | one
    return first


def verdict_code(passes: Any, fails: Any, unknown: Any) -> Any:
    """Make codes 0 pass, 1 fail, 2 unknown, 3 not applicable of three exclusive conditions."""
    code = np.multiply(passes, 3, dtype=np.int8)
    code = code + np.multiply(fails, 2, dtype=np.int8) + np.multiply(unknown, 1, dtype=np.int8)
    return np.subtract(np.int8(3), code, dtype=np.int8)


class Frozen:
    """A short column used as a list to look things up in; equal content, equal key."""

    def __init__(self, column: Any) -> None:
        self.column = np.asarray(column)
        self._key = (self.column.dtype.str, self.column.tobytes())
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frozen) and self._key == other._key


PLAIN: dict[str, Work] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "neg": np.negative,
    "min": np.minimum,
    "max": np.maximum,
    "abs": np.abs,
    "ceil": lambda values: np.ceil(values - TOLERANCE),
    "floor": lambda values: np.floor(values + TOLERANCE),
    "round": tape_round,
    "<": lambda a, b: a - b < -TOLERANCE,
    "<=": lambda a, b: a - b <= TOLERANCE,
    "==": lambda a, b: np.abs(a - b) <= TOLERANCE,
    "same": np.equal,
    "and": all_of,
    "or": any_of,
    "not": np.logical_not,
    "where": np.where,
    "verdict": verdict_code,
}
WITH_EXTRA: dict[str, Work] = {
    "exactly": round_exactly,
    "pieces": pieces,
    "mix": mix,
    "take": take,
}


def work_of(op: str, extra: Any) -> Work:
    """Give the function of an operation."""
    plain = PLAIN.get(op)
    return plain if plain is not None else partial(WITH_EXTRA[op], extra=extra)
