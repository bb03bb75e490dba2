"""The words of the pages: one JSON file a language, the same keys in each."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Lang = Literal["en", "ml"]
LANGS: tuple[Lang, ...] = ("ml", "en")
LOCALES = Path(__file__).resolve().parent.parent / "web" / "locales"


@dataclass(frozen=True)
class Texts:
    """The words of one language."""

    lang: Lang
    words: dict[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of ``key`` with ``values`` filled in; KeyError when it is missing."""
        return self.words[key].format(**values)

    def own(self, text: Any) -> str:
        """Return this language's side of ``{"en": ..., "ml": ...}``; a plain string stays."""
        if isinstance(text, dict):
            return str(text.get(self.lang) or text.get("en") or text.get("ml") or "")
        return "" if text is None else str(text)


@cache
def texts(lang: Lang) -> Texts:
    """Read the words of ``lang``, once."""
    return Texts(lang, json.loads((LOCALES / f"{lang}.json").read_text(encoding="utf-8")))


def other(lang: Lang) -> Lang:
    """Return the language a reader can switch to."""
    return "en" if lang == "ml" else "ml"


def preferred(header: str) -> Lang:
    """Choose from an Accept-Language header; Malayalam when it names neither.

    >>> preferred("en-IN,en;q=0.9,ml;q=0.8"), preferred("ml"), preferred("")
    ('en', 'ml', 'ml')
    """
    parts = [part.strip().lower().partition(";q=") for part in header.split(",")]
    ranked: list[tuple[float, Lang]] = [
        (_weight(weight), lang)
        for name, _, weight in parts
        for lang in LANGS
        if name.split("-")[0] == lang
    ]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else "ml"


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
