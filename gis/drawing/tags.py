"""DXF text -> groups: the strict, fast first reader. It knows sections and entities, no meaning.

A DXF file is pairs of lines: a group code and a value. Anything out of form raises DamagedError,
and the tolerant reader (gis.drawing.repair) takes over.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

from gis.errors import DamagedError, StrangeNumberError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+\Z", re.ASCII)
_MODEST = 1e10
"""No drawing has a coordinate beyond 10,000 km in millimetres (grid northings come near)."""


def number(text: str) -> float:
    """Return a finite, modest float from plain ASCII digits.

    Raises:
        StrangeNumberError: NaN, infinity, full-width digits, beyond 1e10.

    """
    text = text.strip()
    if not _NUMBER.match(text):
        raise StrangeNumberError(text[:40])
    value = float(text)
    if not math.isfinite(value) or abs(value) > _MODEST:
        raise StrangeNumberError(text[:40])
    return value


def integer(text: str, default: int = 0) -> int:
    """Return a plain ASCII integer of at most nine digits, else ``default``."""
    text = text.strip()
    return int(text) if len(text) <= 10 and _INTEGER.match(text) else default


@dataclass(slots=True)
class Thing:
    """One entity or table record: its type and where its groups stand among all of the file.

    Nothing is copied until it is asked for: most things of a drawing are only looked at once. Not
    frozen, as a file has tens of thousands and a frozen one takes three times as long to make.
    """

    type: str
    _codes: list[str]
    _values: list[str]
    start: int
    end: int

    @property
    def codes(self) -> list[str]:
        """Return the group codes in order."""
        return self._codes[self.start : self.end]

    @property
    def values(self) -> list[str]:
        """Return the values in order."""
        return self._values[self.start : self.end]

    def first(self, code: str, default: str = "") -> str:
        """Return the first value of a group code."""
        try:
            return self._values[self._codes.index(code, self.start, self.end)]
        except ValueError:
            return default

    def front(self) -> dict[str, str]:
        """Return what every entity has, code -> first value: up to the groups of its own kind."""
        end = self._subclass(self.start)
        if end < self.end and self._values[end].strip() == "AcDbEntity":
            end = self._subclass(end + 1)
        codes, values = self._codes[self.start : end], self._values[self.start : end]
        return dict(zip(reversed(codes), reversed(values), strict=True))

    def starts_with(self, code: str) -> bool:
        """Tell whether a group code stands among the first sixteen: a quick look."""
        return code in self._codes[self.start : min(self.start + 16, self.end)]

    def _subclass(self, at: int) -> int:
        """Return where the next subclass begins."""
        try:
            return self._codes.index("100", at, self.end)
        except ValueError:
            return self.end

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the groups up to any embedded object or extended data."""
        for code, value in zip(self.codes, self.values, strict=True):
            if code == "101" or len(code) == 4:
                return
            yield code, value


@dataclass(frozen=True, slots=True)
class Sections:
    """The parts of a DXF file that are needed."""

    header: dict[str, str]
    tables: tuple[Thing, ...]
    blocks: tuple[Thing, ...]
    entities: tuple[Thing, ...]

    def layers(self) -> set[str]:
        """Return the layers that anything drawn lies on."""
        return {t.first("8").strip() for part in (self.entities, self.blocks) for t in part}

    def texts(self) -> Iterator[str]:
        """Yield what is written on the drawing, as it stands."""
        for thing in self.entities:
            if thing.type in {"MTEXT", "TEXT"}:
                yield thing.first("1")
            elif thing.type == "ATTRIB":
                yield f"{thing.first('2').strip()}={thing.first('1')}"


def split(text: str) -> Sections:
    """Cut a DXF text into its sections.

    Raises:
        DamagedError: odd lines, a section that does not end, no ENTITIES, no EOF.

    """
    lines = text.replace("\r", "").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) % 2:
        lines.append("")
    written, values = lines[0::2], lines[1::2]
    clean = {code: code.strip() for code in set(written)}
    codes = list(map(clean.__getitem__, written))
    starts = list(compress(range(len(codes)), map("0".__eq__, codes)))
    if not starts or not all(map(_INTEGER.match, clean.values())):
        msg = "group codes are not numbers"
        raise DamagedError(msg)
    if values[starts[-1]].strip() != "EOF":
        msg = "the file does not end with EOF"
        raise DamagedError(msg)
    return _sections(codes, values, starts)


def _sections(codes: list[str], values: list[str], starts: list[int]) -> Sections:
    found: dict[str, tuple[Thing, ...]] = {}
    kinds, wanted = map(values.__getitem__, starts), False
    header: dict[str, str] = {}
    ends = [*starts[1:], len(codes)]
    name, open_ = "", False
    things: list[Thing] = []
    for start, end, kind in zip(starts, ends, map(str.strip, kinds), strict=True):
        if kind == "SECTION":
            if open_:
                msg = f"section {name} has no ENDSEC"
                raise DamagedError(msg)
            open_, things = True, []
            name = values[start + 1].strip() if end > start + 1 and codes[start + 1] == "2" else ""
            wanted = name in _WANTED
            if name == "HEADER":
                header = _header(codes[start:end], [v.strip() for v in values[start:end]])
        elif kind == "ENDSEC":
            found[name], open_, wanted = tuple(things), False, False
        elif wanted and kind != "EOF":
            things.append(Thing(kind, codes, values, start + 1, end))
    if open_ or "ENTITIES" not in found:
        msg = f"section {name or 'ENTITIES'} has no ENDSEC"
        raise DamagedError(msg)
    empty: tuple[Thing, ...] = ()
    return Sections(
        header, found.get("TABLES", empty), found.get("BLOCKS", empty), found["ENTITIES"]
    )


_WANTED = frozenset({"TABLES", "BLOCKS", "ENTITIES"})


def _header(codes: list[str], values: list[str]) -> dict[str, str]:
    """Return the header variables, the first value of each."""
    out: dict[str, str] = {}
    for i, code in enumerate(codes[:-1]):
        if code == "9":
            out[values[i]] = values[i + 1]
    return out
