"""A dialect of drawings as data: layer names, colours, keys, tolerances (dialects/*.yaml)."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gis.drawing.keys import pairs
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


@dataclass(frozen=True, slots=True)
class Marks:
    """What only drawings of this dialect hold: names of layers, and keys."""

    layers: tuple[re.Pattern[str], ...]
    keys: frozenset[str]

    def on_layers(self, names: Collection[str]) -> bool:
        """Tell whether one of the layers, their names in normal form, is a mark."""
        return any(pattern.fullmatch(name) for pattern in self.layers for name in names)


@dataclass(frozen=True)
class Dialect:
    """Everything a dialect file says."""

    id: str
    title: Mapping[str, str]
    units_code: int
    kinds: tuple[LayerKind, ...]
    known: tuple[re.Pattern[str], ...]
    occupancies: Mapping[int, Mapping[str, Any]]
    well_distances: Mapping[int, str]
    room_heights: Mapping[int, str]
    """Colour of a dimension on HT_ROOM -> measure it is."""
    fixture_colours: Mapping[int, str]
    """Colour of a closet or bath -> male, female, common."""
    spared: Mapping[str, float]
    """Role -> share of it that the law leaves out of the floor area."""
    road_colours: Mapping[int, str]
    keys: Mapping[str, Mapping[str, Any]]
    typical_keys: tuple[str, ...]
    floor_height_key: str
    marks: "Marks"
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

    def colours(self) -> str:
        """Return the colours that stand for a use, for people: 25 = A1, 2 = A4 and so on."""
        sure = {c: use for c, use in self.occupancies.items() if "doubtful" not in use}
        return ", ".join(f"{colour} = {use['group']}" for colour, use in sorted(sure.items()))

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
    """Return a layer name in capitals, one underscore for each run of spaces and underscores.

    A hyphen parts words as an underscore does, unless it is the minus of a floor below ground:
    where nothing but hyphens parts the words, a minus is a second hyphen.

    >>> normal("blk 1  flr_0-blt_up_area"), normal("BLK-1-FLR-2-STAIR-1")
    ('BLK_1_FLR_0_BLT_UP_AREA', 'BLK_1_FLR_2_STAIR_1')
    >>> normal("BLK_1_FLR_-1_BLT_UP_AREA"), normal("BLK-1-FLR--1-BLT-UP-AREA")
    ('BLK_1_FLR_-1_BLT_UP_AREA', 'BLK_1_FLR_-1_BLT_UP_AREA')
    >>> normal("BLK-1-FLR-1_STAIR_1")  # floor 1, or -1? no name of a layer
    'BLK_1_FLR?1_STAIR_1'
    """
    name = layer.strip().upper()
    if "-" in name:
        name = _without_hyphens(name)
    return re.sub(r"[\s_]+", "_", name)


def _without_hyphens(name: str) -> str:
    """Return a name in capitals whose hyphens are minus signs, a doubtful one a question mark."""
    parted = _PARTING.sub("_", name.replace("--", "_~"))
    doubt = "-" if parted == name else "?"
    return _FLOOR_HYPHEN.sub(doubt, parted).replace("~", "-")


_PARTING = re.compile(
    r"-(?!\d)"  # before a letter
    r"|(?<!FLR)(?<!LVL)(?<![\s_])-(?=\d)"  # before a number that is no floor's
    r"|(?<=FLR|LVL)-(?=0(?!\d)|\d+-)"  # before floor 0, or with another after the number
)
_FLOOR_HYPHEN = re.compile(r"(?<=FLR|LVL)-")


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


USUAL = "kerala"


@cache
def names() -> tuple[str, ...]:
    """Return the names of the dialects there are, the usual one first."""
    found = sorted(path.stem for path in (_HERE / "dialects").glob("*.yaml"))
    return tuple(sorted(found, key=lambda name: name != USUAL))


def recognised(layers: Collection[str], texts: Iterable[str]) -> Dialect:
    """Return the dialect that a drawing plainly is of, else the usual one.

    Plainly: a layer and a key of it that the usual one does not have, and none that only the usual
    one has. What a colour means hangs on the dialect, so a mixed drawing is read as usual.
    """
    usual = load()
    forms = {normal(layer) for layer in layers}
    others = [d for d in map(load, names()) if d is not usual and d.marks.on_layers(forms)]
    if not others or usual.marks.on_layers(forms):
        return usual
    known = {key for dialect in (usual, *others) for key in dialect.keys}
    keys = {key for text in texts if "=" in text for key, _, _ in pairs(text, known)}
    if usual.marks.keys & keys:
        return usual
    return next((d for d in others if d.marks.keys & keys), usual)


def load(name: str = USUAL) -> Dialect:
    """Read a dialect file, once a process.

    Raises:
        DialectError: the file is missing or not in its form.

    """
    return _read(name)


@cache
def _read(name: str) -> Dialect:
    try:
        data = _data(name)
        return Dialect(
            id=data["id"],
            title=data["title"],
            units_code=data["units_code"],
            kinds=tuple(_kind(row) for row in data["layers"]),
            known=tuple(_pattern(text) for text in data["known"]),
            occupancies=data["occupancies"],
            well_distances=data["well_distances"],
            room_heights=data["room_heights"],
            fixture_colours=data["fixture_colours"],
            spared=data["spared"],
            road_colours=data["road_colours"],
            keys=data["keys"],
            typical_keys=tuple(data["typical_keys"]),
            floor_height_key=data["floor_height_key"],
            marks=_marks(data["marks"]),
            bay=data["bay"],
            tolerances=data["tolerances"],
        )
    except (OSError, YAMLError, KeyError, TypeError) as error:
        msg = f"{name}.yaml: {type(error).__name__}: {error}"
        raise DialectError(msg) from error


def _data(name: str) -> dict[str, Any]:
    """Return a dialect file, what it leaves out taken from the one it is like."""
    if name not in names():
        raise DialectError(f"no dialect {name[:40]!r}; there are: {', '.join(names())}")
    data: dict[str, Any] = YAML(typ="safe").load(_HERE / "dialects" / f"{name}.yaml")
    if "like" not in data:
        return data
    like = _data(data["like"])
    own = {_same_kind(row) for row in data.get("layers", ())}
    rest = [row for row in like["layers"] if _same_kind(row) not in own]
    return {
        **like,
        **data,
        "layers": [*data.get("layers", ()), *rest],
        "keys": {**data.get("keys", {}), **like["keys"], **data.get("keys", {})},
        "known": [*data.get("known", ()), *like["known"]],
    }


def _same_kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["role"], row.get("level"), row.get("street_class")


def _marks(data: Mapping[str, Any]) -> Marks:
    return Marks(tuple(_pattern(text) for text in data["layers"]), frozenset(data["keys"]))


def _kind(row: Mapping[str, Any]) -> LayerKind:
    return LayerKind(
        role=row["role"],
        name=row["name"],
        patterns=tuple(_pattern(text) for text in row["names"]),
        geometry=row["geometry"],
        level=row.get("level"),
        street_class=row.get("street_class"),
    )
