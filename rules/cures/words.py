"""What a cure says, in both languages."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rules.explain import LANGUAGES, shown, unit_title
from rules.law import Book
from rules.model import Fact, Text
from rules.moves import Move, value_at

if TYPE_CHECKING:
    from rules.cures import Cure

_PLACES = {
    "block": Text("block {}", "ബ്ലോക്ക് {}"),
    "level": Text("level {}", "ലെവൽ {}"),
    "floor": Text("floor {}", "നില {}"),
    "unit": Text("unit {}", "യൂണിറ്റ് {}"),
}
_NUMBER = Text(
    "{what}: {to} instead of {was} ({by} {way})", "{what}: {was} എന്നതിനു പകരം {to} ({by} {way})"
)
_OTHER = Text("{what}: {to} instead of {was}", "{what}: {was} എന്നതിനു പകരം {to}")
_NEW = Text("{what}: {to}", "{what}: {to}")
_GONE = Text("{what}: no longer said ({was})", "{what}: ഇനി പറയുന്നില്ല ({was})")
_MORE, _LESS = Text("more", "കൂടുതൽ"), Text("less", "കുറവ്")
_ALSO = Text("This also cures: {}.", "ഇതോടെ ഇതും ശരിയാകും: {}.")
_BREAKS = Text("But then this fails: {}.", "എന്നാൽ അപ്പോൾ ഇതു പാലിക്കില്ല: {}.")
_UNSETTLES = Text("But then this cannot be told: {}.", "എന്നാൽ അപ്പോൾ ഇതു പറയാനാവില്ല: {}.")
_OPENS = Text(
    "Then this no longer fails, but cannot be told yet: {}.",
    "അപ്പോൾ ഇതു തെറ്റല്ലാതാകും; പക്ഷേ ഇപ്പോൾ പറയാനാവില്ല: {}.",
)
_ONLY_TOGETHER = Text("Only together: {}.", "ഒരുമിച്ചു മാത്രം: {}.")
_NONE = Text(
    "{}: no single change of the design was found that cures this.",
    "{}: രൂപകൽപനയിലെ ഒരൊറ്റ മാറ്റം കൊണ്ട് ഇതു ശരിയാകുന്നതായി കണ്ടില്ല.",
)
_STOPPED = Text(
    "The search ended at its limit before everything was tried.",
    "എല്ലാം പരീക്ഷിക്കും മുമ്പ് തിരച്ചിൽ അതിന്റെ പരിധിയിൽ അവസാനിച്ചു.",
)
_SEVERAL = Text(
    "{count} findings go with one change: {change}. They are: {names}.",
    "ഒരൊറ്റ മാറ്റം കൊണ്ട് {count} കണ്ടെത്തലുകൾ ശരിയാകും: {change}. അവ: {names}.",
)


def change_says(book: Book, facts: Mapping[str, Any], move: Move) -> Text:
    """Say one change: what, where, from what, to what, by how much."""
    fact, was = book.vocabulary[move.fact], value_at(facts, move.fact, move.where)
    form = _form(fact, was, move.value)
    texts = []
    for lang in LANGUAGES:
        words = {
            "what": _what(fact, move, lang),
            "was": _amount(book, fact, was, lang),
            "to": _amount(book, fact, move.value, lang),
        }
        if form is _NUMBER:
            by = round(abs(move.value - was), 6)
            words["by"] = _amount(book, fact, by, lang)
            words["way"] = (_MORE if move.value > was else _LESS).of(lang)
        texts.append(form.of(lang).format(**words))
    return Text(*texts)


def _form(fact: Fact, was: Any, value: Any) -> Text:
    if value is None:
        return _GONE
    if was is None:
        return _NEW
    return _NUMBER if fact.type in {"number", "integer"} else _OTHER


def _what(fact: Fact, move: Move, lang: str) -> str:
    where = ", ".join(_PLACES[scope].of(lang).format(number) for scope, number in move.where)
    return f"{fact.title.of(lang)} ({where})" if where else fact.title.of(lang)


def _amount(book: Book, fact: Fact, value: Any, lang: str) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_amount(book, fact, one, lang)}" for key, one in value.items())
    unit = "" if isinstance(value, bool | str) else unit_title(book, fact.unit).of(lang)
    return f"{shown(value, lang)} {unit}".strip()


def _changes(book: Book, facts: Mapping[str, Any], moves: Iterable[Move]) -> Text:
    said = [change_says(book, facts, move) for move in moves]
    return Text("; ".join(one.en for one in said), "; ".join(one.ml for one in said))


def _titles(book: Book, names: Iterable[str]) -> Text:
    titles = [book.clauses[name].title for name in names]
    return Text("; ".join(one.en for one in titles), "; ".join(one.ml for one in titles))


def cure_says(book: Book, facts: Mapping[str, Any], clause: str, cure: "Cure") -> Text:
    """Say a change, then what else it cures and what it would break."""
    change = _changes(book, facts, cure.moves)
    several = len({move.fact for move in cure.moves}) > 1
    head = _put(_ONLY_TOGETHER, change) if several else Text(f"{change.en}.", f"{change.ml}.")
    parts = [head]
    for form, names in (
        (_ALSO, [name for name in cure.cures if name != clause] if clause else []),
        (_OPENS, cure.opens),
        (_BREAKS, cure.breaks),
        (_UNSETTLES, cure.unsettles),
    ):
        if names:
            parts.append(_put(form, _titles(book, names)))
    return _joined(parts)


def none_says(book: Book, clause: str, complete: bool) -> Text:
    """Say that no change was found, and if not everything could be tried."""
    said = _put(_NONE, book.clauses[clause].title)
    return said if complete else _joined([said, _STOPPED])


def several_says(book: Book, facts: Mapping[str, Any], cure: "Cure") -> Text:
    """Say that one change cures several findings, and what it would break."""
    change, names = _changes(book, facts, cure.moves), _titles(book, cure.cures)
    count = len(cure.cures)
    head = Text(
        _SEVERAL.en.format(count=count, change=change.en, names=names.en),
        _SEVERAL.ml.format(count=count, change=change.ml, names=names.ml),
    )
    broken = [_put(_BREAKS, _titles(book, cure.breaks))] if cure.breaks else []
    return _joined([head, *broken])


def _put(form: Text, inner: Text) -> Text:
    return Text(form.en.format(inner.en), form.ml.format(inner.ml))


def _joined(parts: Iterable[Text]) -> Text:
    listed = list(parts)
    return Text(" ".join(one.en for one in listed), " ".join(one.ml for one in listed))
