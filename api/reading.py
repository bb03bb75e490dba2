"""Reading JSON that strangers send: strict, bounded, finite; before pydantic sees it.

Python's reader accepts NaN, lets the last of two equal keys win and keeps half of a
surrogate pair; each of those has turned a broken request into a wrong or a crashed answer.
"""

import json
import math
import re
from itertools import pairwise
from typing import Any, ClassVar, NoReturn

from kmap.errors import KmapError

MAX_DEPTH = 24
"""Deepest nesting of lists and objects that is read."""
MAX_DIGITS = 18
"""Longest whole number that is read, in digits."""
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class BadJsonError(KmapError):
    """The body is not JSON as RFC 8259 has it, or it is more than we read."""

    code: ClassVar[str] = "bad_json"


class DuplicateKeyError(BadJsonError):
    """An object names the same key twice."""

    code: ClassVar[str] = "duplicate_key"


class NotFiniteError(BadJsonError):
    """A number is NaN, infinite, or too large to hold."""

    code: ClassVar[str] = "not_finite"


class TooDeepError(BadJsonError):
    """Lists and objects are nested deeper than we read."""

    code: ClassVar[str] = "too_deep"


def read_json(body: bytes) -> Any:
    """Return the value in ``body`` (UTF-8 JSON), or raise a :class:`BadJsonError`.

    >>> read_json(b'{"height_m": 6.5}')
    {'height_m': 6.5}
    """
    _check_depth(body)
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except UnicodeDecodeError:
        raise BadJsonError("The body is not UTF-8 text.", "ഉള്ളടക്കം UTF-8 അല്ല.") from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise BadJsonError(
            f"The body is not JSON ({at}: {error.msg}).", f"ഉള്ളടക്കം JSON അല്ല ({at})."
        ) from None
    if _SURROGATE.search(body):
        _check_text(value)
    return value


def _check_depth(body: bytes) -> None:
    depth = 0
    for token in _TOKENS.finditer(body):
        match token.group()[:1]:
            case b"{" | b"[":
                depth += 1
            case b"}" | b"]":
                depth -= 1
        if depth > MAX_DEPTH:
            raise TooDeepError(
                f"Lists and objects are nested more than {MAX_DEPTH} deep.",
                f"{MAX_DEPTH} തട്ടിൽ കൂടുതൽ അടുക്കിയിരിക്കുന്നു.",
            )


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = sorted(key for key, _ in pairs)
    name = _printable(next(a for a, b in pairwise(names) if a == b))[:60]
    raise DuplicateKeyError(f"The key {name} is given twice.", f"{name} രണ്ടു തവണ നൽകിയിരിക്കുന്നു.")


def _constant(text: str) -> NoReturn:
    raise NotFiniteError(f"{text} is not a number that can be judged.", f"{text} ഒരു സംഖ്യയല്ല.")


def _float(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _constant(text[:40])


def _int(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise NotFiniteError(
            f"A whole number has more than {MAX_DIGITS} digits.",
            f"ഒരു സംഖ്യയ്ക്ക് {MAX_DIGITS} അക്കത്തിൽ കൂടുതലുണ്ട്.",
        )
    return int(text)


def _check_text(value: Any) -> None:
    """Refuse half surrogate pairs: no UTF-8 text can hold them."""
    match value:
        case str():
            if value != _printable(value):
                raise BadJsonError(
                    "A text holds half of a surrogate pair.", "ഒരു വാചകത്തിൽ അപൂർണ്ണമായ അക്ഷരമുണ്ട്."
                )
        case dict():
            for key, item in value.items():
                _check_text(key)
                _check_text(item)
        case list():
            for item in value:
                _check_text(item)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
