"""Reading a mapping of the book field by field: every key known, every type checked."""

import difflib
from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

from rules.errors import BookError, Problem
from rules.loading.yamlfile import Spot
from rules.model import CiteForm, Place, Template, Text

_ABSENT = object()


class Fields:
    """One mapping; ``take_*`` reads a key once, ``done`` refuses what is left over."""

    def __init__(self, spot: Spot, what: str) -> None:
        if not isinstance(spot.value, dict):
            spot.fail(f"{what}: a mapping is needed here")
        self.spot = spot
        self.what = what
        self.left: dict[str, Spot] = dict(spot.value)
        self.asked: list[str] = []

    def spot_of(self, key: str, *, needed: bool = True) -> Spot | None:
        """Take the raw value of a key; None when it may be absent and is."""
        self.asked.append(key)
        found = self.left.pop(key, None)
        if found is None and needed:
            self._lacks(key)
        return found

    def _lacks(self, key: str) -> None:
        near = difflib.get_close_matches(key, list(self.left), 1)
        hint = f" (`{near[0]}` is not it)" if near else ""
        self.spot.fail(f"{self.what}: `{key}` is missing{hint}")

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = _ABSENT) -> Any:
        """Take a scalar of a type; without ``default`` it must be there. A bool is no number."""
        spot = self.spot_of(key, needed=default is _ABSENT)
        if spot is None:
            return default
        kinds = kind if isinstance(kind, tuple) else (kind,)
        fits = isinstance(spot.value, kinds) and (
            bool in kinds or not isinstance(spot.value, bool)
        )
        if not fits:
            names = " or ".join(_NAMES.get(one, one.__name__) for one in kinds)
            spot.fail(f"{self.what}: `{key}` must be {names}, not {_shown(spot.value)}")
        return spot.value

    def take_word(self, key: str, words: tuple[str, ...], default: Any = _ABSENT) -> Any:
        """Take one of a list of words."""
        spot = self.spot_of(key, needed=default is _ABSENT)
        if spot is None:
            return default
        if spot.value not in words:
            spot.fail(
                f"{self.what}: `{key}` must be one of {', '.join(words)}, not {_shown(spot.value)}"
            )
        return spot.value

    def take_words(self, key: str, default: Any = _ABSENT) -> tuple[str, ...]:
        """Take a list of words."""
        spot = self.spot_of(key, needed=default is _ABSENT)
        if spot is None:
            return tuple(default)
        words = [item.value for item in spot.items()]
        if not all(isinstance(word, str) for word in words) or len(set(words)) != len(words):
            spot.fail(f"{self.what}: `{key}` must be a list of different words")
        return tuple(words)

    def take_text(self, key: str, *, needed: bool = True) -> Text | None:
        """Take a text in both languages."""
        spot = self.spot_of(key, needed=needed)
        return text_of(spot, f"{self.what}: `{key}`") if spot is not None else None

    def need_text(self, key: str) -> Text:
        """Take a text that must be there."""
        spot = self.spot_of(key)
        assert spot is not None  # noqa: S101  # spot_of has refused it otherwise
        return text_of(spot, f"{self.what}: `{key}`")

    def take_template(self, key: str) -> Template | None:
        """Take a sentence with ``{names}`` that may be absent."""
        spot = self.spot_of(key, needed=False)
        return template_of(spot, f"{self.what}: `{key}`") if spot is not None else None

    def take_place(self, key: str, *, needed: bool = True) -> Place | None:
        """Take an expression: kept as text, number or truth value with its position."""
        spot = self.spot_of(key, needed=needed)
        return place_of(spot, f"{self.what}: `{key}`") if spot is not None else None

    def need_place(self, key: str) -> Place:
        """Take an expression that must be there."""
        spot = self.spot_of(key)
        assert spot is not None  # noqa: S101  # spot_of has refused it otherwise
        return place_of(spot, f"{self.what}: `{key}`")

    def take_list(self, key: str, *, needed: bool = False) -> list[Spot]:
        """Take a list of values; empty when it may be absent and is."""
        spot = self.spot_of(key, needed=needed)
        return list(spot.items()) if spot is not None else []

    def take_map(self, key: str, *, needed: bool = False) -> dict[str, Spot]:
        """Take a mapping with free keys; empty when it may be absent and is."""
        spot = self.spot_of(key, needed=needed)
        if spot is None:
            return {}
        if not isinstance(spot.value, dict):
            spot.fail(f"{self.what}: `{key}` must be a mapping")
        return spot.value

    def take_cite(self) -> CiteForm:
        """Take the compulsory citation."""
        spot = self.spot_of("cite")
        assert spot is not None  # noqa: S101  # spot_of has refused it otherwise
        return cite_of(spot, self.what)

    def done(self) -> None:
        """Refuse every key that was not asked for."""
        for key, spot in self.left.items():
            near = difflib.get_close_matches(key, self.asked, 1)
            hint = f"; do you mean `{near[0]}`?" if near else f"; known: {', '.join(self.asked)}"
            spot.fail(f"{self.what}: unknown key `{key}`{hint}")


_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date (2025-10-29)",
}


def _shown(value: Any) -> str:
    return (
        "a mapping"
        if isinstance(value, dict)
        else "a list"
        if isinstance(value, list)
        else f"`{value}`"
    )


def text_of(spot: Spot, what: str) -> Text:
    """Read {en, ml}; both must be there and not empty."""
    fields = Fields(spot, what)
    en, ml = fields.take("en", str), fields.take("ml", str)
    fields.done()
    if not en.strip() and not ml.strip():
        return Text("", "")
    if not en.strip() or not ml.strip():
        spot.fail(f"{what}: both en and ml must say something")
    return Text(en.strip(), ml.strip())


def template_of(spot: Spot, what: str) -> Template:
    """Read a sentence; its ``{names}`` must be plain names, the same in both languages."""
    text = text_of(spot, what)
    names = [_names(spot, language, what) for language in (text.en, text.ml)]
    if not names[1] <= names[0] | {"limit", "short_by"} or not names[0] <= names[1] | {
        "limit",
        "short_by",
    }:
        odd = ", ".join(sorted(names[0] ^ names[1]))
        spot.fail(f"{what}: {{{odd}}} stands in one language only")
    return Template(text, frozenset(names[0] | names[1]))


def _names(spot: Spot, sentence: str, what: str) -> set[str]:
    names: set[str] = set()
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError as error:
        raise BookError((Problem(spot.file, spot.line, f"{what}: {error}"),)) from None
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            spot.fail(f"{what}: `{{{name}}}` must be a plain name in braces")
        names.add(name)
    return names


def place_of(spot: Spot, what: str) -> Place:
    """Read an expression's text."""
    if isinstance(spot.value, dict | list | date) or spot.value is None:
        spot.fail(f"{what}: an expression is needed here")
    return Place(spot.value, spot.file, spot.line)


def cite_of(spot: Spot, what: str) -> CiteForm:
    """Read a citation: rule (as text), table, and an instrument for other law."""
    fields = Fields(spot, f"{what}: `cite`")
    rule = fields.take("rule", (str, int))
    table_spot = fields.spot_of("table", needed=False)
    table = None if table_spot is None or table_spot.value is None else str(table_spot.value)
    instrument = fields.take("instrument", str, None)
    fields.done()
    return CiteForm(str(rule), table, instrument)


def collect(problems: list[Problem], error: BookError) -> None:
    """Add the problems of one error to a list."""
    problems.extend(error.problems)


def trust_of(fields: Fields, families: tuple[str, ...]) -> Mapping[str, str]:
    """Read an optional trust override: one mark, or one for each family."""
    spot = fields.spot_of("trust", needed=False)
    if spot is None:
        return {}
    marks = ("A", "B", "B-", "C")
    if spot.value in marks:
        return dict.fromkeys(families, str(spot.value))
    inner = Fields(spot, f"{fields.what}: `trust`")
    found: dict[str, str] = {
        family: inner.take_word(family, marks) for family in families if family in inner.left
    }
    inner.done()
    return found
