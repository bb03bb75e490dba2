"""How numbers, dates and places are written for people, in both languages.

Lengths are metres and areas square metres inside; citizens also read ares and cents.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, Literal

Lang = Literal["en", "ml"]
"""The two languages of every paper: English and Malayalam."""

LANGS: Final[tuple[Lang, Lang]] = ("en", "ml")

M2_PER_ARE: Final = 100.0
"""Square metres in an are, the unit of Kerala's land records."""

M2_PER_CENT: Final = 40.4686
"""Square metres in a cent (1/100 acre), the unit land is bought in."""

_MONTHS: Final[dict[Lang, str]] = {
    "en": "January February March April May June July August September October November December",
    "ml": "ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മേയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ",
}

_UNITS: Final[dict[str, dict[Lang, str]]] = {
    "m": {"en": "m", "ml": "മീ."},
    "m2": {"en": "sq m", "ml": "ച.മീ."},
    "pct": {"en": "%", "ml": "%"},
    "deg": {"en": "°", "ml": "°"},
    "kv": {"en": "kV", "ml": "കെ.വി."},
    "kw": {"en": "kW", "ml": "കി.വാ."},
    "l": {"en": "litres", "ml": "ലിറ്റർ"},
    "km": {"en": "km", "ml": "കി.മീ."},
    "rs": {"en": "₹", "ml": "₹"},
    "days": {"en": "days", "ml": "ദിവസം"},
    "are": {"en": "ares", "ml": "ആർ"},
    "cent": {"en": "cents", "ml": "സെന്റ്"},
}

_ALIASES: Final = {"%": "pct", "m²": "m2", "sqm": "m2", "kV": "kv", "kW": "kw", "litre": "l"}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: object) -> str:
    """Strip the control characters that neither XML nor a page can hold."""
    return _CONTROL.sub("", str(text))


def pick(text: object, lang: Lang) -> str:
    """Take the wanted language of an ``{en, ml}`` text; plain text stays, none gives ''."""
    if text is None:
        return ""
    if isinstance(text, Mapping):
        return plain(text.get(lang) or text.get("en") or "")
    return plain(text)


def group(digits: str) -> str:
    """Group as India does the whole digits.

    >>> group("1234567")
    '12,34,567'
    """
    head, tail = digits[:-3], digits[-3:]
    parts = []
    while head:
        parts.append(head[-2:])
        head = head[:-2]
    return ",".join([*reversed(parts), tail])


def number(value: float, least: int = 0, most: int = 3) -> str:
    """Write a finite number with between ``least`` and ``most`` decimals, Indian grouping.

    >>> number(1.8, 2), number(1.796, 2), number(1234567.5), number(-0.0001)
    ('1.80', '1.796', '12,34,567.5', '0')
    """
    if not math.isfinite(value):
        return "–"
    whole, _, rest = f"{abs(value):.{most}f}".partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    sign = "−" if value < 0 and (int(whole) or rest.strip("0")) else ""
    return sign + group(whole) + (f".{rest}" if rest else "")


def unit_name(unit: str | None, lang: Lang) -> str:
    """Name the unit as people write it; '' when there is none; an unknown unit stands as given."""
    key = _ALIASES.get(unit or "", unit or "")
    if key in ("", "none", "count", "ratio", "bool", "enum", "text", "list", "map"):
        return ""
    return _UNITS[key][lang] if key in _UNITS else plain(key)


def _decimals(unit: str | None) -> tuple[int, int]:
    """Tell the least and most decimals: millimetres are shown only where they are there."""
    key = _ALIASES.get(unit or "", unit or "")
    return {"m": (2, 3), "m2": (2, 2), "pct": (0, 2), "rs": (0, 2)}.get(key, (0, 3))


def quantity(value: Any, unit: str | None, lang: Lang) -> str:
    """Write a value of a check with its unit; a value that is not there is a dash.

    >>> quantity(1.8, "m", "en"), quantity(88.3, "m2", "ml"), quantity(True, None, "ml")
    ('1.80 m', '88.30 ച.മീ.', 'ഉണ്ട്')
    >>> quantity(None, "m", "en"), quantity(["A1", "B"], None, "en"), quantity(43.5, "pct", "en")
    ('–', 'A1, B', '43.5 %')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "ml": ("ഇല്ല", "ഉണ്ട്")}[lang][value]
    if isinstance(value, int | float):
        text = number(float(value), *_decimals(unit))
        name = unit_name(unit, lang)
        if name == "₹":
            return f"₹ {text}"
        return f"{text}{'' if name == '°' else ' '}{name}".rstrip()
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(k)}: {quantity(v, unit, lang)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(quantity(item, unit, lang) for item in value)
    return plain(value).replace("_", " ")


_OPERATORS: Final[dict[str, dict[Lang, str]]] = {
    "at_least": {"en": "at least {}", "ml": "കുറഞ്ഞത് {}"},
    "more_than": {"en": "more than {}", "ml": "{} കവിയണം"},
    "at_most": {"en": "at most {}", "ml": "പരമാവധി {}"},
    "less_than": {"en": "less than {}", "ml": "{} തികയരുത്"},
    "equals": {"en": "{}", "ml": "{}"},
    "is_true": {"en": "yes", "ml": "വേണം"},
    "is_false": {"en": "no", "ml": "പാടില്ല"},
}


def requirement(value: Any, unit: str | None, op: str | None, lang: Lang) -> str:
    """Say what is required.

    >>> requirement(1.8, "m", "at_least", "en"), requirement(None, "m", "at_least", "en")
    ('at least 1.80 m', '–')
    """
    if op in ("is_true", "is_false"):
        return _OPERATORS[op][lang]
    if value is None:
        return "–"
    return _OPERATORS.get(op or "equals", _OPERATORS["equals"])[lang].format(
        quantity(value, unit, lang)
    )


def day(value: str | date | None, lang: Lang) -> str:
    """Write a date for people; text that is no date stands as given.

    >>> day("2026-11-22", "en"), day("2026-11-22", "ml"), day(None, "en")
    ('22 November 2026', '2026 നവംബർ 22', '–')
    """
    if value is None:
        return "–"
    try:
        on = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        return plain(value)
    month = _MONTHS[lang].split()[on.month - 1]
    return f"{on.day} {month} {on.year}" if lang == "en" else f"{on.year} {month} {on.day}"


def land_area(area_m2: float | None, lang: Lang) -> str:
    """Write a plot's area in square metres with ares and cents.

    >>> land_area(202.343, "en"), land_area(None, "en")
    ('202.34 sq m (2.02 ares, 5.00 cents)', '–')
    """
    if area_m2 is None:
        return "–"
    ares = f"{number(area_m2 / M2_PER_ARE, 2, 2)} {unit_name('are', lang)}"
    cents = f"{number(area_m2 / M2_PER_CENT, 2, 2)} {unit_name('cent', lang)}"
    return f"{quantity(area_m2, 'm2', lang)} ({ares}, {cents})"


_PLACES: Final[dict[Lang, dict[str, str]]] = {
    "en": {"block": "block {}", "level": "level {}", "floor": "floor {}", "unit": "unit {}"},
    "ml": {"block": "ബ്ലോക്ക് {}", "level": "ലെവൽ {}", "floor": "നില {}", "unit": "യൂണിറ്റ് {}"},
}
_FLOORS: Final[dict[Lang, Callable[[int], str]]] = {
    "en": lambda n: "ground floor" if n == 0 else (f"basement {-n}" if n < 0 else f"floor {n}"),
    "ml": lambda n: "താഴത്തെ നില" if n == 0 else (f"ബേസ്മെന്റ് {-n}" if n < 0 else f"നില {n}"),
}


def floor_name(floor: Any, lang: Lang) -> str:
    """Say a floor's number.

    >>> floor_name(0, "en"), floor_name(-1, "en"), floor_name(2, "ml")
    ('ground floor', 'basement 1', 'നില 2')
    """
    return _FLOORS[lang](floor) if isinstance(floor, int) else plain(floor)


def place(where: Mapping[str, Any] | None, lang: Lang) -> str:
    """Say block, level and floor of a check; '' for the whole plot.

    >>> place({"block": 1, "floor": 0}, "en"), place({}, "en")
    ('block 1, ground floor', '')
    """
    words = []
    for scope, value in (where or {}).items():
        if scope == "floor":
            words.append(floor_name(value, lang))
        elif scope in _PLACES[lang]:
            words.append(_PLACES[lang][scope].format(plain(value)))
        else:
            words.append(f"{plain(scope)} {plain(value)}")
    return ", ".join(words)


def short(sha: object, length: int = 12) -> str:
    """Take the head of a hash, enough to compare by eye; '–' when there is none."""
    return plain(sha)[:length] if sha else "–"
