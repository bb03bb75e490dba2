"""A dialect of drawings as data: layer names, colours, keys, tolerances (dialects/*.yaml)."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gis.errors import DialectError

_HERE = Path(__file__).parent
_TOKEN = re.compile(r"\{(\w)\}")
_NUMBERS = re.compile(r"(?<![A-Za-z\d])-?\d+|\d+")


@dataclass(frozen=True, slots=True)
class LayerKind:
    """One kind of layer: what it is for and how its name is built."""

    role: str
    name: str
    patterns: tuple[re.Pattern[str], ...]
    geometry: str
    level: int | None = None
    street_class: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A layer name understood: its kind and the integers in it."""

    kind: LayerKind
    block: int | None = None
    level: int | None = None
    floor: int | None = None
    mezzanine: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class Dialect:
    """Everything a dialect file says."""

    id: str
    units_code: int
    kinds: tuple[LayerKind, ...]
    known: tuple[re.Pattern[str], ...]
    occupancies: Mapping[int, Mapping[str, Any]]
    well_distances: Mapping[int, str]
    keys: Mapping[str, Mapping[str, Any]]
    typical_keys: tuple[str, ...]
    floor_height_key: str
    bay: Mapping[str, float]
    tolerances: Mapping[str, float]
    _places: dict[str, Place | None] = field(default_factory=dict, compare=False, repr=False)

    def place(self, layer: str) -> Place | None:
        """Return what a layer name means, or None when the dialect does not measure it."""
        if layer not in self._places:
            self._places[layer] = self._look(normal(layer))
        return self._places[layer]

    def measures(self, layer: str) -> bool:
        """Tell whether anything on a layer is measured or read."""
        return self.place(layer) is not None

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """One pattern of every layer name: a drawing may have a hundred thousand that are none."""
        return _either(pattern for kind in self.kinds for pattern in kind.patterns)

    @cached_property
    def _any_known(self) -> re.Pattern[str]:
        return _either(self.known)

    def _look(self, name: str) -> Place | None:
        if not self._any.fullmatch(name):
            return None
        for kind in self.kinds:
            for pattern in kind.patterns:
                found = pattern.fullmatch(name)
                if found:
                    parts = {k: int(v) for k, v in found.groupdict().items() if v is not None}
                    level = parts.get("l", kind.level)
                    return Place(
                        kind, parts.get("b"), level, parts.get("f"), parts.get("m"), parts.get("i")
                    )
        return None

    def is_known(self, layer: str) -> bool:
        """Tell whether a layer is in the published lists, measured or not."""
        return self._any_known.fullmatch(normal(layer)) is not None

    def suggestion(self, layer: str) -> str | None:
        """Return the layer name that a misspelt one most likely means, its numbers kept."""
        numbers = iter(_NUMBERS.findall(layer))
        shapes = {
            _skeleton(_TOKEN.sub("0", kind.name)): _NUMBERS.sub("#", _TOKEN.sub("#", kind.name))
            for kind in self.kinds
        }
        near = difflib.get_close_matches(
            _skeleton(normal(layer)), list(shapes), n=1, cutoff=self.tolerances["near_miss"]
        )
        if not near:
            return None
        filled = re.sub("#", lambda _: next(numbers, "#"), shapes[near[0]])
        return None if "#" in filled else filled

    def layer_for(self, role: str, **numbers: int | None) -> str:
        """Return the name of the layer that would supply something, numbers filled in."""
        kind = next(k for k in self.kinds if k.role == role)
        letters = {"block": "b", "level": "l", "floor": "f", "number": "i"}
        filled = {letters[k]: str(v) for k, v in numbers.items() if v is not None}
        return _TOKEN.sub(
            lambda m: filled.get(m[1], {"f": "0", "l": "0"}.get(m[1], "1")), kind.name
        )


def normal(layer: str) -> str:
    """Return a layer name in capitals, one underscore for each run of spaces and underscores."""
    return re.sub(r"[\s_]+", "_", layer.strip()).upper()


def _either(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """Return one pattern that matches what any of them matches; its groups have no names."""
    return re.compile("|".join(re.sub(r"\?P<\w+>", "?:", one.pattern) for one in patterns))


def _skeleton(name: str) -> str:
    return re.sub(r"[_-]", "", _NUMBERS.sub("#", name))


def _pattern(text: str) -> re.Pattern[str]:
    """Turn a name of the dialect file into a pattern; underscores may be missing."""
    out = []
    seen: set[str] = set()
    for part in re.split(r"(\{\w\}|\[|\]|_)", text):
        if match := _TOKEN.fullmatch(part):
            letter = match[1]
            digits = r"-?\d{1,3}" if letter in "fln" else r"\d{1,4}"
            out.append(digits if letter in seen or letter in "nj" else f"(?P<{letter}>{digits})")
            seen.add(letter)
        elif part == "_":
            out.append("_?")
        elif part in {"[", "]"}:
            out.append("(?:" if part == "[" else ")?")
        else:
            out.append(part.replace("(", "(?:").replace(".", r"\."))
    return re.compile("".join(out))


@cache
def load(name: str = "kerala") -> Dialect:
    """Read a dialect file, once a process.

    Raises:
        DialectError: the file is missing or not in its form.

    """
    path = _HERE / "dialects" / f"{name}.yaml"
    try:
        data = YAML(typ="safe").load(path)
        return Dialect(
            id=data["id"],
            units_code=data["units_code"],
            kinds=tuple(_kind(row) for row in data["layers"]),
            known=tuple(_pattern(text) for text in data["known"]),
            occupancies=data["occupancies"],
            well_distances=data["well_distances"],
            keys=data["keys"],
            typical_keys=tuple(data["typical_keys"]),
            floor_height_key=data["floor_height_key"],
            bay=data["bay"],
            tolerances=data["tolerances"],
        )
    except (OSError, YAMLError, KeyError, TypeError) as error:
        msg = f"{path.name}: {type(error).__name__}: {error}"
        raise DialectError(msg) from error


def _kind(row: Mapping[str, Any]) -> LayerKind:
    return LayerKind(
        role=row["role"],
        name=row["name"],
        patterns=tuple(_pattern(text) for text in row["names"]),
        geometry=row["geometry"],
        level=row.get("level"),
        street_class=row.get("street_class"),
    )
