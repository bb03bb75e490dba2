"""KEY=VALUE texts: PLAN_INFO and the notes on other layers. Numbers are read strictly."""

import difflib
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gis.model import Complaint, Entity

_KEY = re.compile(
    r"([A-Z][A-Z0-9_.]{0,60}(?: [A-Z0-9_.]{1,60}){0,9})\s{0,60}=", re.IGNORECASE | re.ASCII
)  # bounded: a long text without a = must not be tried from every letter to its end
_VALUE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)[\s_]*([A-Za-z][A-Za-z0-9.]*|)\s*\Z", re.ASCII)
_UNITS: Mapping[str, Mapping[str, float]] = {
    "area": {
        "": 1, "M2": 1, "SQM": 1, "SQ.M": 1, "SQMT": 1, "HA": 10_000, "HECTARE": 10_000,
        "HECTARES": 10_000, "ARE": 100, "ARES": 100, "CENT": 40.4686, "CENTS": 40.4686,
        "ACRE": 4046.856, "ACRES": 4046.856, "SQFT": 0.09290304,
    },
    "length": {"": 1, "M": 1, "CM": 0.01, "MM": 0.001, "FT": 0.3048},
    "litres": {"": 1, "L": 1, "LTR": 1, "LITRE": 1, "LITRES": 1, "KL": 1000, "M3": 1000},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """One typed value: what it means, as it stands, and read."""

    means: str
    key: str
    text: str
    value: float | bool | str
    entity: Entity


def pairs(text: str, known: Container[str] = ()) -> Iterable[tuple[str, str, bool]]:
    """Yield (key, value, crowded) of each KEY=VALUE; crowded: two keys stood on one line.

    A key may be written with spaces; on a line with several, the words before a key that is known
    belong to the value of the one before it.
    """
    for line in text.splitlines():
        found = [_start(m, i > 0, known) for i, m in enumerate(_KEY.finditer(line))]
        for i, (key, _, start) in enumerate(found):
            end = found[i + 1][1] if i + 1 < len(found) else len(line)
            yield key, line[start:end].strip(" ,;\t"), len(found) > 1


def _start(match: re.Match[str], later: bool, known: Container[str]) -> tuple[str, int, int]:
    """Return (key, where it starts, where its value starts) of one KEY= on a line."""
    words = list(re.finditer(r"\S+", match[1]))
    ways = [
        ("_".join(w[0] for w in words[i:]).upper(), words[i].start()) for i in range(len(words))
    ]
    last = len(ways) - 1 if later else 0
    key, start = next(((k, s) for k, s in ways if k in known), ways[last])
    return key, match.start() + start, match.end()


def read_keys(
    texts: Iterable[Entity], keys: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, list[Typed]], list[Complaint]]:
    """Return what is typed, by meaning, and what is wrong with it.

    A key with two different values is not used at all.
    """
    raw: dict[str, list[tuple[str, Entity]]] = {}
    said: list[Complaint] = []
    for entity in texts:
        for key, value, crowded in pairs(entity.text, keys):
            known = _known(key, keys)
            if known is None:
                said.extend(_misspelt(key, keys, entity))
                continue
            if crowded:
                said.append(_complaint("two_keys_on_line", entity, key=key))
            raw.setdefault(known, []).append((value, entity))
    out: dict[str, list[Typed]] = {}
    for known, values in raw.items():
        kind = keys[known]
        if len({_same(value, kind["kind"]) for value, _ in values}) > 1:
            shown = ", ".join(sorted({value for value, _ in values}))
            said.append(_complaint("key_twice_differs", values[0][1], key=known, values=shown))
            continue
        typed, complaint = _typed(known, kind, *values[0])
        said.extend(complaint)
        if typed is not None:
            out.setdefault(typed.means, []).append(typed)
    return out, said


def _same(text: str, kind: str) -> str | float:
    """Return what tells two typed values apart: 6, 6.0 and 600 cm are one length."""
    read = number_in(text, kind) if kind in _UNITS else None
    return text.upper() if read is None else read[0]


def _typed(
    key: str, kind: Mapping[str, Any], text: str, entity: Entity
) -> tuple[Typed | None, list[Complaint]]:
    """Read one value as its kind says; NA and empty are no answer."""
    if text.upper() in {"", "NA", "N/A", "NIL", "-"}:
        return None, []
    means, said = kind["means"], list[Complaint]()
    value: float | bool | str = text
    if kind["kind"] == "yes_no":
        if text.upper() not in {"YES", "NO", "Y", "N"}:
            return None, [_complaint("yes_no_unreadable", entity, key=key, value=text[:60])]
        value = text.upper().startswith("Y")
    elif kind["kind"] in _UNITS:
        read = number_in(text, kind["kind"])
        if read is None:
            return None, [_complaint("number_unreadable", entity, key=key, value=text[:60])]
        value, converted = read
        if converted:
            shown = f"{value:g}"
            said.append(_complaint("unit_suffix_converted", entity, key=key, value=text, to=shown))
    return Typed(means, key, text, value, entity), said


def number_in(text: str, kind: str) -> tuple[float, bool] | None:
    """Return (value in m2, m or l; was it converted) of a typed number, None if it is not one.

    >>> number_in("0.0195_HA", "area")
    (195.0, True)
    >>> number_in("１２", "area") is None
    True
    """
    match = _VALUE.match(text.strip())
    if not match:
        return None
    factor = _UNITS[kind].get(match[2].upper())
    if factor is None or len(match[1]) > 20:
        return None
    return round(float(match[1]) * factor, 6), factor != 1


def floors_in(text: str) -> list[int]:
    """Return the floors a list such as 1,2,3 or 1-4 names, at most 200; none if it holds more.

    >>> floors_in("1, 3 TO 5")
    [1, 3, 4, 5]
    >>> floors_in("1 and the rest")
    []
    """
    joined = re.sub(r"\s*(?<=[\d\s])(?:-|TO|–)\s*(?=\d)", "~", text.strip(), flags=re.IGNORECASE)
    out: set[int] = set()
    for part in filter(None, re.split(r"[,&;\s]+|AND", joined, flags=re.IGNORECASE)):
        match = re.fullmatch(r"(-?\d{1,3})(?:~(\d{1,3}))?", part, re.ASCII)
        if not match:
            return []
        first, last = int(match[1]), int(match[2] or match[1])
        out.update(range(first, min(last, first + 200) + 1))
    return sorted(out)


def _known(key: str, keys: Mapping[str, Any]) -> str | None:
    if key in keys:
        return key
    longer = [k for k in keys if key.startswith(k) and keys[k]["kind"] == "yes_no"]
    return longer[0] if longer else None


def _misspelt(key: str, keys: Mapping[str, Any], entity: Entity) -> list[Complaint]:
    near = difflib.get_close_matches(key, list(keys), n=1, cutoff=0.85)
    return [_complaint("key_misspelt", entity, key=key, meant=near[0])] if near else []


def _complaint(code: str, entity: Entity, **details: str) -> Complaint:
    at = entity.points[0] if entity.points else None
    return Complaint(code, entity.layer, at, details)
