"""The words of the papers: ``texts.yaml`` holds every sentence in English and Malayalam.

The titles of facts come from the rule book's vocabulary, so that a paper and the law say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ruamel.yaml import YAML

from kmap.papers.format import Lang, pick, plain
from rules import shipped_book

_FILE: Final = Path(__file__).with_name("texts.yaml")


@lru_cache(maxsize=1)
def sections() -> Mapping[str, Mapping[str, Any]]:
    """All texts by section; a leaf is ``{en, ml}``."""
    loaded: dict[str, dict[str, Any]] = YAML(typ="safe").load(_FILE.read_text("utf-8"))
    return MappingProxyType(loaded)


def text(key: str, lang: Lang) -> str:
    """One sentence or word of the papers. A key that is not there is our mistake: KeyError."""
    return str(sections()["paper"][key][lang])


def _named(section: str, key: str, lang: Lang) -> str:
    """Return a word of a closed list; a name that is not in it stands as given."""
    words = sections()[section].get(key)
    return str(words[lang]) if words else plain(key).replace("_", " ")


def verdict(name: str, lang: Lang) -> str:
    """Return a verdict, a complaint's severity or a land answer, in words."""
    return _named("verdicts", name, lang)


def trust(mark: str, lang: Lang) -> str:
    """Say what a trust mark means; '' without a mark."""
    return _named("trust", mark, lang) if mark else ""


def instrument(name: str, lang: Lang) -> str:
    """Return the name of a body of law, short enough for a citation."""
    return _named("instruments", name, lang)


def clearance_kind(name: str, lang: Lang) -> str:
    """Clearance, declaration, permission or prohibition, in words."""
    return _named("clearances", name, lang)


def load_kind(name: str, lang: Lang) -> str:
    """Say of what kind a load of the register is."""
    return _named("load_kinds", name, lang)


def value(found: Any, lang: Lang) -> Any:
    """Return a value with its enumerated words in ``lang``; numbers as they are."""
    if isinstance(found, str):
        words = _words().get(found)
        return words[lang] if words else plain(found).replace("_", " ")
    if isinstance(found, list):
        return [value(item, lang) for item in found]
    return found


def notice(found: Any, answer: Mapping[str, Any], lang: Lang) -> str:
    """Return a caution or notice by its id: the answer's own text, else ours, else the id."""
    if isinstance(found, Mapping):
        return pick(found, lang)
    known = {item.get("id"): item for item in answer.get("notices") or []}
    return pick(known[found], lang) if found in known else _named("notices", str(found), lang)


@dataclass(frozen=True)
class FactWords:
    """The words of one fact of the vocabulary."""

    name: str
    titles: Mapping[str, str] | None = None
    sources: tuple[str, ...] = ()
    questions: Mapping[str, str] | None = None

    def title(self, lang: Lang) -> str:
        """Return the fact's title; its bare name when the book does not know it."""
        return pick(self.titles, lang) or self.name.replace("_", " ")

    def supplied_by(self, lang: Lang) -> str:
        """Who supplies the fact, in words, the most trusted first."""
        return " / ".join(_named("suppliers", name, lang) for name in self.sources)

    def asks(self, lang: Lang) -> str:
        """Return the question that asks a person for the fact; '' when nobody is to be asked."""
        return pick(self.questions, lang)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    """Return the words of enums: the book's, and those of the drawings that it does not have."""
    words = {name: text.as_json() for name, text in shipped_book().words.items()}
    return {**sections()["values"], **words}


@lru_cache(maxsize=1024)
def fact(name: str) -> FactWords:
    """Return the words of a fact; an unknown name gets its own name as title."""
    entry = shipped_book().vocabulary.get(name)
    if entry is None:
        return FactWords(name)
    asks = entry.asks.as_json() if entry.asks else None
    return FactWords(name, entry.title.as_json(), tuple(entry.supplied_by), asks)
