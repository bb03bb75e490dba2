"""The few functions generated source calls: three truth values for what is maybe known."""

from collections.abc import Callable, Mapping
from typing import Any

from rules.conditions.compiling import ARITH, COMPARE, EQUAL, WHOLE, Env
from rules.conditions.unknown import Unknown, merge


def _strict(work: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    """Work on values that must all be known."""
    missing = [value for value in values if value.__class__ is Unknown]
    if not missing:
        return work(*values)
    return missing[0] if len(missing) == 1 else merge(missing)


def _junction(decides: bool, values: tuple[Any, ...]) -> Any:  # generated calls
    """Join truth values of which some may be unknown."""
    missing = [value for value in values if value.__class__ is Unknown]
    if decides in [value for value in values if value.__class__ is not Unknown]:
        return decides
    return merge(missing) if missing else not decides


def _if_else(condition: Any, then: Any, other: Any) -> Any:
    """Choose by a condition that may be unknown."""
    if condition.__class__ is not Unknown:
        return then if condition else other
    known = then.__class__ is not Unknown and other.__class__ is not Unknown
    return then if known and then == other else condition


def _column(row: Any, column: str) -> Any:
    """Read a column of a row that may be unknown."""
    return row if row.__class__ is Unknown else row[column]


def _whole(function: str, values: list[Any], fact: str) -> Any:
    """Bring the values of all places together."""
    missing = [value for value in values if value.__class__ is Unknown]
    if missing or not values:
        return merge(missing) if missing else Unknown((fact,))
    return WHOLE[function](values)


def _env(values: dict[str, Any], everywhere: Callable[[str], list[Any]]) -> Env:
    """Make the place that closures read; names that are not there stay absent."""
    return Env(values, everywhere)


HELPERS: Mapping[str, Any] = {
    "Unknown": Unknown,
    "_merge": merge,
    "_strict": _strict,
    "_junction": _junction,
    "_if_else": _if_else,
    "_column": _column,
    "_whole": _whole,
    "_env": _env,
    "_divide": ARITH["/"],
    "_not": lambda value: not value,
    **{f"_number{sign}": work for sign, work in COMPARE.items()},
    **{f"_word{sign}": work for sign, work in EQUAL.items()},
}
