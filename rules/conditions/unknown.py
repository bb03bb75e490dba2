"""The third truth value: what is not known, and which facts would tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeGuard

# Two numbers closer than this are one number: facts come rounded to 1 mm and 0.01 m2,
# so a smaller difference is an artefact of binary arithmetic, never of a building.
TOLERANCE = 5e-10


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be told.

    ``missing`` names the facts that would tell it, ``cautions`` the notices that explain it
    (a table without a row, a division by zero).
    """

    missing: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


NOTHING = Unknown()  # unknown, and no fact would tell


def is_unknown(value: Any) -> TypeGuard[Unknown]:
    """Say whether a value is not known."""
    return value.__class__ is Unknown


def merge(values: Iterable[Unknown]) -> Unknown:
    """Put several unknowns together, each missing fact named once, in order."""
    found = [value for value in values if value.missing or value.cautions]
    if len(found) < 2:
        return found[0] if found else NOTHING
    missing: dict[str, None] = {}
    cautions: dict[str, None] = {}
    for value in found:
        missing.update(dict.fromkeys(value.missing))
        cautions.update(dict.fromkeys(value.cautions))
    return Unknown(tuple(missing), tuple(cautions))
