"""KEY=VALUE texts: PLAN_INFO and the notes on other layers. Numbers are read strictly."""

import difflib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gis.model import Complaint, Entity

_KEY = re.compile(
    r"([A-Z][A-Z0-9_.]{0,60}(?: [A-Z0-9_.]{1,60}){0,9})\s{0,60}=", re.IGNORECASE | re.ASCII
)  # bounded: a long text without a = must not be tried from every letter to its end
_VALUE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)([^\d.].*|)", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)", re.ASCII)
_FEET_INCHES = re.compile(
    r"(\d+)\s*(?:'|FT\.?|FEET)\s*-?\s*(\d+(?:\.\d+)?)\s*(?:\"|''|IN|INCH|INCHES)", re.ASCII
)
_SQUARE_METRES = (
    "M2 SQM SQMT SQMTS SQMTR SQMTRS SQMETRE SQMETRES SQMETER SQMETERS SQUAREMETRES SQUAREMETERS"
)
_SQUARE_FEET = "SQFT SQFEET SFT FT2 SQUAREFEET"
_UNITS: Mapping[str, Mapping[str, float]] = {
    "area": {
        **dict.fromkeys(_SQUARE_METRES.split(), 1.0),
        **dict.fromkeys(_SQUARE_FEET.split(), 0.09290304),
        **dict.fromkeys(("SQYD", "SQYDS", "SQYARD", "SQYARDS"), 0.83612736),
        **dict.fromkeys(("HA", "HECTARE", "HECTARES"), 10_000.0),
        **dict.fromkeys(("ARE", "ARES"), 100.0),
        **dict.fromkeys(("CENT", "CENTS"), 40.468564224),
        **dict.fromkeys(("ACRE", "ACRES"), 4046.8564224),
    },
    "length": {
        **dict.fromkeys(
            ["M", "MT", "MTS", "MTR", "MTRS", "METRE", "METRES", "METER", "METERS"], 1.0
        ),
        **dict.fromkeys(("FT", "FEET", "FOOT", "'"), 0.3048),
        **dict.fromkeys(("IN", "INCH", "INCHES", '"'), 0.0254),
        "CM": 0.01,
        "MM": 0.001,
    },
    "count": dict.fromkeys(("NOS", "NO", "CARS"), 1.0),
    "litres": {
        **dict.fromkeys(["L", "LTR", "LTRS", "LITRE", "LITRES", "LITER", "LITERS"], 1.0),
        **dict.fromkeys(("KL", "M3", "CUM"), 1000.0),
    },
}
_PLAIN = {"area": "M2", "length": "M", "litres": "L", "count": "NOS"}
"""Unit of a number without one, where the dialect names none for the key."""
_ODD_DIGIT = re.compile(r"(?![0-9])\d")
"""Digits of Malayalam, of full width and of any other script but ours."""


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
    for line in text.replace("＝", "=").splitlines():
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
    raw, said = _gathered(texts, keys)
    out: dict[str, list[Typed]] = {}
    for known, values in raw.items():
        kind = keys[known]
        own = [_all_of(values)] if kind["kind"] == "list" else values
        if len({_same(value, kind) for value, _ in own}) > 1:
            shown = ", ".join(sorted({value for value, _ in own}))
            said.append(_complaint("key_twice_differs", own[0][1], key=known, values=shown))
            continue
        typed, complaint = _typed(known, kind, *own[0])
        said.extend(complaint)
        if typed is not None:
            out.setdefault(typed.means, []).append(typed)
    return out, said


def _gathered(
    texts: Iterable[Entity], keys: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, list[tuple[str, Entity]]], list[Complaint]]:
    """Return every value of each key as it stands, and what is wrong with the keys."""
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
    return raw, said


def _all_of(values: Sequence[tuple[str, Entity]]) -> tuple[str, Entity]:
    """Return the values of a list typed in several places as one."""
    return ", ".join(dict.fromkeys(value for value, _ in values if value)), values[0][1]


def _same(text: str, kind: Mapping[str, Any]) -> str | float:
    """Return what tells two typed values apart: 6, 6.0 and 600 cm are one length."""
    read = number_in(text, kind["kind"], kind.get("unit")) if kind["kind"] in _UNITS else None
    return text.upper() if read is None else read[0]


def _typed(
    key: str, kind: Mapping[str, Any], text: str, entity: Entity
) -> tuple[Typed | None, list[Complaint]]:
    """Read one value as its kind says; NA and empty are no answer."""
    if text.upper() in {"", "NA", "N/A", "NIL", "-"}:
        return None, []
    value, said = _read(key, kind, text, entity)
    return None if value is None else Typed(kind["means"], key, text, value, entity), said


def _read(
    key: str, kind: Mapping[str, Any], text: str, entity: Entity
) -> tuple[float | bool | str | None, list[Complaint]]:
    """Return a value as its kind says and what is to be said of it; None: refused."""
    if kind["kind"] == "yes_no":
        if text.upper() not in {"YES", "NO", "Y", "N"}:
            return None, [_complaint("yes_no_unreadable", entity, key=key, value=text[:60])]
        return text.upper().startswith("Y"), []
    if kind["kind"] in _UNITS:
        none = kind["kind"] == "count" and text.upper() in {"NO", "NONE"}
        read = number_in("0" if none else text, kind["kind"], kind.get("unit"))
        if read is None:
            return None, [_complaint("number_unreadable", entity, key=key, value=text[:60])]
        shown = {"key": key, "value": text[:60], "to": f"{read[0]:g}"}
        return read[0], [_complaint("unit_suffix_converted", entity, **shown)] * read[1]
    if _ODD_DIGIT.search(text):
        return None, [_complaint("digits_strange", entity, key=key, value=text[:60])]
    parts = _listed(text) if kind["kind"] == "list" else []
    shown = {"key": key, "values": ", ".join(parts)[:120]}
    return text, [_complaint("several_survey_numbers", entity, **shown)] * (len(parts) > 1)


def _listed(text: str) -> list[str]:
    """Return the numbers of a list such as 12/1, 12/2 & 13."""
    parts = re.split(r"[,;&+\n]|\bAND\b", text, flags=re.IGNORECASE)
    return list(dict.fromkeys(p.strip() for p in parts if any(c.isdigit() for c in p)))


def number_in(text: str, kind: str, unit: str | None = None) -> tuple[float, bool] | None:
    """Return (value in m2, m or l; was it converted) of a typed number, None if it is not one.

    >>> number_in("0.0195_HA", "area")
    (195.0, True)
    >>> number_in("1,306 sq. ft.", "area")
    (121.33137, True)
    >>> number_in("１２", "area") is None
    True
    """
    text = text.strip().upper()
    if kind == "length" and (match := _FEET_INCHES.fullmatch(text)):
        return round(float(match[1]) * 0.3048 + float(match[2]) * 0.0254, 6), True
    if kind != "length" and (match := _GROUPED.match(text)):
        text = match[0].replace(",", "") + text[match.end() :]
    match = _VALUE.fullmatch(text)
    if not match:
        return None
    named = re.sub(r"[\s._]", "", match[2].replace("²", "2").replace("³", "3"))
    factor = _UNITS[kind].get(named or unit or _PLAIN[kind])
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
