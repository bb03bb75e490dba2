"""Strict YAML 1.2 with positions.

Only plain mappings, lists and scalars: anchors, aliases, tags, duplicate keys, several documents,
infinities and NaN are refused. A scalar is a number, a date, true/false/null or a text; nothing
else is guessed (``NO``, ``1:12`` and ``010`` are texts; a field that needs a number refuses them).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from rules.errors import BookError, Problem

_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of a book file with the file and line where it stands."""

    value: Any  # dict[str, Spot] | list[Spot] | scalar
    file: str
    line: int

    def fail(self, message: str) -> NoReturn:
        """Raise a BookError that points here."""
        raise BookError((Problem(self.file, self.line, message),))

    def plain(self) -> Any:
        """Return the bare value without positions."""
        if isinstance(self.value, dict):
            return {key: spot.plain() for key, spot in self.value.items()}
        if isinstance(self.value, list):
            return [spot.plain() for spot in self.value]
        return self.value

    def items(self) -> Iterator["Spot"]:
        """Walk a list; anything else is refused."""
        if not isinstance(self.value, list):
            self.fail("a list is needed here")
        return iter(self.value)


def read_yaml(path: Path, name: str) -> Spot:
    """Read one file of the book; ``name`` is how messages call it.

    Raises BookError with file and line for anything that is not plain, strict YAML.
    """
    return parse_yaml(read_bytes(path, name), name)


def read_bytes(path: Path, name: str) -> bytes:
    """Read the bytes of one file; raises BookError for one that is too large."""
    if path.stat().st_size > MAX_BYTES:
        raise BookError((Problem(name, 1, f"file larger than {MAX_BYTES} bytes"),))
    return path.read_bytes()


@lru_cache(maxsize=256)  # by content: a reload parses only the files that changed
def parse_yaml(content: bytes, name: str) -> Spot:
    """Read the bytes of one file; raises BookError as ``read_yaml`` does."""
    try:
        return build(fast_events(content.decode("utf-8")), name)
    except UnicodeDecodeError as error:
        raise BookError((Problem(name, 1, f"not UTF-8: {error.reason}"),)) from None
    except (yaml.YAMLError, YAMLError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        message = getattr(error, "problem", None) or getattr(error, "context", None) or str(error)
        raise BookError((Problem(name, line, f"not YAML: {message}"),)) from None
    except (RecursionError, ValueError) as error:
        raise BookError((Problem(name, 1, f"not YAML: {error}"),)) from None


def strict_events(text: str) -> Iterator[Any]:
    """Parse with ruamel.yaml, YAML 1.2 in pure Python: the measure of the fast way."""
    events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
    return events


def fast_events(text: str) -> Iterator[Any]:
    """Parse with libyaml where it is compiled in, else with ruamel.yaml.

    Only the events are used. What a scalar means is decided below, never by the library, so the
    traps of YAML 1.1 (``NO``, ``1:12``, ``010``) are not taken over.
    """
    if not yaml.__with_libyaml__:
        return strict_events(text)
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
    return events


def build(events: Iterator[Any], file: str) -> Spot:
    """Build the tree of one document from its events; raises BookError."""
    found: Spot | None = None
    for event in events:
        kind = type(event).__name__
        if kind in {
            "StreamStartEvent",
            "StreamEndEvent",
            "DocumentStartEvent",
            "DocumentEndEvent",
        }:
            continue
        if found is not None:
            Spot(None, file, event.start_mark.line + 1).fail("the file must hold one document")
        found = _value(event, events, file, 0)
    return found if found is not None else Spot(None, file, 1).fail("the file is empty")


def _value(event: Any, events: Iterator[Any], file: str, depth: int) -> Spot:
    here = Spot(None, file, event.start_mark.line + 1)
    kind = type(event).__name__
    if kind == "AliasEvent" or event.anchor is not None:
        here.fail("anchors and aliases (& and *) are not allowed")
    if event.tag is not None:
        here.fail("tags (!) are not allowed")
    if depth > 30:
        here.fail("nested too deeply")
    if kind == "ScalarEvent":
        return Spot(_scalar(str(event.value), event.style, here), file, here.line)
    if kind == "SequenceStartEvent":
        items = _until("SequenceEndEvent", events)
        return Spot([_value(one, events, file, depth + 1) for one in items], file, here.line)
    return Spot(_mapping(events, file, depth), file, here.line)


def _until(end: str, events: Iterator[Any]) -> Iterator[Any]:
    for event in events:
        if type(event).__name__ == end:
            return
        yield event


def _mapping(events: Iterator[Any], file: str, depth: int) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for event in _until("MappingEndEvent", events):
        at = Spot(None, file, event.start_mark.line + 1)
        if type(event).__name__ != "ScalarEvent" or event.anchor or event.tag:
            at.fail("a key must be a plain word")
        key = str(event.value)
        if key in found:
            at.fail(f"key `{key}` is given twice")
        if key == "<<":
            at.fail("merge keys (<<) are not allowed")
        found[key] = _value(next(events), events, file, depth + 1)
    return found


def _scalar(text: str, style: str | None, here: Spot) -> Any:
    if style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            here.fail(f"`{text}` is not a day of the calendar")
    if text.lower() in {".inf", "-.inf", "+.inf", ".nan"}:
        here.fail(f"`{text}` is not a number the law knows")
    return text
