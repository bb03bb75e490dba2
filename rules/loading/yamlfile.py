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

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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
    if path.stat().st_size > MAX_BYTES:
        raise BookError((Problem(name, 1, f"file larger than {MAX_BYTES} bytes"),))
    return _parse(path.read_bytes(), name)


@lru_cache(maxsize=256)  # by content: a reload parses only the files that changed
def _parse(content: bytes, name: str) -> Spot:
    try:
        nodes = list(YAML(typ="safe", pure=True).compose_all(content.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise BookError((Problem(name, 1, f"not UTF-8: {error.reason}"),)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"not YAML: {error.problem or error.context}"
        raise BookError((Problem(name, line, message),)) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise BookError((Problem(name, 1, f"not YAML: {error}"),)) from None
    if len(nodes) != 1 or nodes[0] is None:
        raise BookError((Problem(name, 1, "the file must hold one document"),))
    return _spot(nodes[0], name, 0)


def _spot(node: Node, file: str, depth: int) -> Spot:
    line = node.start_mark.line + 1
    here = Spot(None, file, line)
    if depth > 30:
        here.fail("nested too deeply")
    if node.anchor:
        here.fail("anchors and aliases (& and *) are not allowed")
    if node.ctag is not None and node.ctag.handle:
        here.fail("tags (!) are not allowed")
    if isinstance(node, ScalarNode):
        return Spot(_scalar(node, here), file, line)
    if isinstance(node, SequenceNode):
        return Spot([_spot(item, file, depth + 1) for item in node.value], file, line)
    if not isinstance(node, MappingNode):
        here.fail("only mappings, lists and plain values")
    return Spot(_mapping(node, file, depth), file, line)


def _mapping(node: MappingNode, file: str, depth: int) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for key_node, value_node in node.value:
        at = Spot(None, file, key_node.start_mark.line + 1)
        if not isinstance(key_node, ScalarNode) or key_node.anchor:
            at.fail("a key must be a plain word")
        key = str(key_node.value)
        if key in found:
            at.fail(f"key `{key}` is given twice")
        if key == "<<":
            at.fail("merge keys (<<) are not allowed")
        found[key] = _spot(value_node, file, depth + 1)
    return found


def _scalar(node: ScalarNode, here: Spot) -> Any:
    text = str(node.value)
    if node.style is not None:
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
