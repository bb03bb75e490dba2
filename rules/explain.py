"""Sentences for people: what a clause says about this plan, and what would cure it."""

from collections.abc import Iterable, Mapping
from typing import Any

from rules.conditions import Unknown
from rules.engine.outcome import CheckResult, ClauseResult, Outcome
from rules.law import Book
from rules.model import Template, Text

_OPS = {
    "at_least": Text("at least {}", "കുറഞ്ഞത് {}"),
    "more_than": Text("more than {}", "{}-ൽ കൂടുതൽ"),
    "at_most": Text("at most {}", "പരമാവധി {}"),
    "less_than": Text("less than {}", "{}-ൽ കുറവ്"),
    "equals": Text("must be {}", "{} ആയിരിക്കണം"),
    "is_true": Text("must be so", "വേണം"),
    "is_false": Text("must not be so", "പാടില്ല"),
}
_NOT_APPLICABLE = Text("{title}: does not apply here.", "{title}: ഇവിടെ ബാധകമല്ല.")
_NOT_KNOWN = Text(
    "{title}: cannot be told; missing: {missing}.", "{title}: പറയാനാവില്ല; ഇല്ലാത്ത വിവരം: {missing}."
)
_UNSURE = Text("{title}: cannot be decided from the text.", "{title}: പാഠത്തിൽ നിന്ന് തീരുമാനിക്കാനാവില്ല.")
_YES, _NO = Text("yes", "അതെ"), Text("no", "അല്ല")
LANGUAGES = ("en", "ml")


def shown(value: Any, language: str = "en", digits: int = 3) -> str:
    """Write a value the way a person reads it: no dust after the point, yes and no in words.

    >>> shown(1.5), shown(3.0), shown(10.0, digits=0), shown(True, "ml"), shown("A1")
    ('1.5', '3', '10', 'അതെ', 'A1')
    """
    if isinstance(value, bool):
        return (_YES if value else _NO).of(language)
    if isinstance(value, float):
        text = f"{value:.{digits}f}"
        return text.rstrip("0").rstrip(".") if digits else text
    if isinstance(value, str):
        return value.replace("_", " ")
    if isinstance(value, tuple | list):
        return ", ".join(shown(one, language) for one in value)
    return str(value)


def fill(book: Book, template: Template, values: Mapping[str, Any]) -> Text | None:
    """Fill a sentence; None when one of its values is not known."""
    for name in template.names:
        if values.get(name) is None or values[name].__class__ is Unknown:
            return None
    texts = []
    for language in LANGUAGES:
        words = {name: worded(book, name, values[name], language) for name in template.names}
        texts.append(template.text.of(language).format_map(words))
    return Text(*texts)


def worded(book: Book, name: str, value: Any, language: str) -> str:
    """Write the value of a fact: an enum in words, a number with the fact's decimals."""
    if isinstance(value, str):
        text = book.words.get(f"{name}.{value}") or book.words.get(value)
        if text is not None:
            return text.of(language)
    fact = book.vocabulary.get(name)
    digits = fact.digits if fact is not None and fact.digits is not None else 3
    return shown(value, language, min(digits, 3))


def unit_title(book: Book, unit: str | None) -> Text:
    """Give a unit's sign; empty when there is none."""
    return book.units[unit].title if unit is not None and unit in book.units else Text("", "")


def fill_gaps(book: Book, template: Template, values: Mapping[str, Any]) -> Text:
    """Fill a sentence; a value that is not known is shown as a dash."""
    known = {name: value for name, value in values.items() if value.__class__ is not Unknown}
    gaps = {name: "–" for name in template.names if known.get(name) is None}
    filled = fill(book, template, {**known, **gaps})
    return filled if filled is not None else template.text


def fact_title(book: Book, name: str) -> Text:
    """Give a fact's title; a local name is its own."""
    fact = book.vocabulary.get(name)
    return fact.title if fact is not None else Text(name.replace("_", " "), name.replace("_", " "))


def short_by(check: CheckResult) -> float | None:
    """Say by how much a number misses its limit; None when that has no meaning."""
    if not isinstance(check.required, float | int) or not isinstance(check.found, float | int):
        return None
    return round(abs(check.required - check.found), 3)


def clause_sentence(book: Book, result: ClauseResult) -> Text:
    """Say what a clause finds, in both languages; never empty."""
    clause, outcome = result.clause, result.outcome
    if outcome.verdict == "not_applicable":
        return _why_not(book, result)
    if outcome.verdict == "unknown":
        return _cannot_tell(book, result)
    values = sentence_values(outcome)
    templates = (one for one in (outcome.spoken, clause.says) if one is not None)
    said = next((text for one in templates if (text := fill(book, one, values)) is not None), None)
    here = [check for check in outcome.checks if check.where == outcome.where]
    if said is None:
        parts = [
            _check_sentence(book, check) for check in here if check.verdict == outcome.verdict
        ]
        return _join(parts or [clause.title])
    more = [_check_sentence(book, check) for check in here[1:] if check.verdict == "fail"]
    return _join([said, *more])


def _why_not(book: Book, result: ClauseResult) -> Text:
    clause, outcome = result.clause, result.outcome
    for applied in outcome.applied:
        said = fill(book, applied.says, sentence_values(outcome))
        if said is not None:
            return said
    if clause.why_not is not None and not outcome.applied:
        said = fill(book, clause.why_not, sentence_values(outcome))
        if said is not None:
            return said
    return _format(_NOT_APPLICABLE, title=clause.title)


def _cannot_tell(book: Book, result: ClauseResult) -> Text:
    title, outcome = result.clause.title, result.outcome
    if not outcome.missing:
        return _format(_UNSURE, title=title)
    names = _join([fact_title(book, name) for name in outcome.missing], ", ")
    return _format(_NOT_KNOWN, title=title, missing=names)


def clause_cure(book: Book, result: ClauseResult) -> Text | None:
    """Say what would cure a failure; None when the clause has no such sentence."""
    clause, outcome = result.clause, result.outcome
    if outcome.verdict != "fail" or clause.cure is None:
        return None
    return fill(book, clause.cure, sentence_values(outcome))


def sentence_values(outcome: Outcome) -> dict[str, Any]:
    """Gather what a clause's sentences may name: facts, local names, limit, found, short_by."""
    values = dict(outcome.values)
    here = [check for check in outcome.checks if check.where == outcome.where]
    if here:
        failing = next((check for check in here if check.verdict == "fail"), here[0])
        extra = {"limit": here[0].required, "found": here[0].found, "short_by": short_by(failing)}
        values.update({name: value for name, value in extra.items() if value is not None})
    return values


def _check_sentence(book: Book, check: CheckResult) -> Text:
    title = fact_title(book, check.fact)
    unit = unit_title(book, check.unit)
    parts = []
    for language in LANGUAGES:
        mark = unit.of(language)
        required = f"{worded(book, check.fact, check.required, language)} {mark}".strip()
        limit = _OPS[check.op].of(language).format(required)
        stop = "" if limit.endswith(".") else "."
        found = f"{worded(book, check.fact, check.found, language)} {mark}".strip()
        parts.append(f"{title.of(language)}: {found}; {limit}{stop}")
    return Text(*parts)


def _format(text: Text, **words: Text) -> Text:
    return Text(
        text.en.format(**{name: word.en for name, word in words.items()}),
        text.ml.format(**{name: word.ml for name, word in words.items()}),
    )


def _join(texts: Iterable[Text], between: str = " ") -> Text:
    parts = list(texts)
    return Text(between.join(one.en for one in parts), between.join(one.ml for one in parts))
