"""What changed between two land answers of a plot, part by part, in words of both languages.

One function for everything that compares: the page of an extract, a watch, two dates, two plots.
It tells a change exactly where :func:`kmap.land.aspects.essence` differs.
"""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kmap.land.aspects import GONE, Aspect, aspects
from kmap.land.canonical import canonical

Json = dict[str, Any]
LANGS = ("en", "ml")
_UNITS = {
    "_m2": {"en": "m²", "ml": "ച.മീ."},
    "_m": {"en": "m", "ml": "മീ."},
    "_pct": {"en": "%", "ml": "%"},
    "_rs": {"en": "rupees", "ml": "രൂപ"},
}


@cache
def words() -> dict[str, Any]:
    """Return the texts of ``changes.yaml``."""
    text = Path(__file__).with_name("changes.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book


def changes(old: Json, new: Json) -> list[Json]:
    """Return what was added, removed or changed from one land answer to another.

    Each change: ``what`` (a kind of ``changes.yaml``), ``id``, ``change`` (added, removed,
    changed), ``title``, ``before`` and ``after`` (the members that differ; all of them where the
    other side is not there), ``says`` in both languages, ``by`` (load, document, book: what
    brought it, each None where it did not or is not known).
    """
    before, after = aspects(old), aspects(new)
    if not before or not after:
        return _whole(old, new)
    keys = list(dict.fromkeys([*before, *after]))
    found = [
        _change(old, new, key, before.get(key), after.get(key))
        for key in keys
        if _value(before.get(key)) != _value(after.get(key))
    ]
    return sorted(found, key=lambda one: list(words()["kinds"]).index(one["what"]))


def _whole(old: Json, new: Json) -> list[Json]:
    """Tell of a plot that went or came back as a whole."""
    if old == new:
        return []
    gone = new == GONE
    there = next(iter(aspects(old if gone else new).values()))
    return [
        {
            "what": "plot",
            "id": "plot",
            "change": "removed" if gone else "added",
            "title": dict(there.title),
            "before": there.value if gone else None,
            "after": None if gone else there.value,
            "says": dict(words()["says"]["gone" if gone else "back"]),
            "by": {"load": None, "document": None, "book": None},
        }
    ]


def _value(aspect: Aspect | None) -> bytes | None:
    return None if aspect is None else canonical(aspect.value)


def _change(
    old: Json, new: Json, key: tuple[str, str], before: Aspect | None, after: Aspect | None
) -> Json:
    here = after or before
    assert here is not None  # noqa: S101 - one of the two is there
    was = None if before is None else before.value
    now = None if after is None else after.value
    unit = str(here.value.get("unit") or "")
    if was is not None and now is not None:
        differing = [name for name in {**was, **now} if was.get(name) != now.get(name)]
        was = {name: was.get(name) for name in differing}
        now = {name: now.get(name) for name in differing}
    told = {
        "what": key[0],
        "id": key[1],
        "change": "added" if before is None else "removed" if after is None else "changed",
        "title": dict(here.title),
        "before": was,
        "after": now,
        "by": _by(old, new, before, after),
    }
    return {**told, "says": {lang: _says(told, unit, lang) for lang in LANGS}}


def _by(old: Json, new: Json, before: Aspect | None, after: Aspect | None) -> Json:
    """Return what brought a change: the load whose data are new, the document, the new book."""
    here = after or before
    loads = {load["id"]: load for load in new.get("loads", [])}
    known = {load["id"] for load in old.get("loads", [])}
    number = after.load if after else None
    if here is not None and here.kind == "restriction" and after is None:
        number = _theme_load(new, here.id.split("/", 1)[0])
    load = loads.get(number) if number not in known else None
    of_law = here is not None and here.kind in {"limit", "clause", "clearance"}
    other_book = old.get("book") != new.get("book")
    return {
        "load": load,
        "document": here.document if here else None,
        "book": new.get("book") if of_law and other_book else None,
    }


def _theme_load(answer: Json, theme: str) -> int | None:
    """Return the load whose data now stand for a theme from which a restriction has gone."""
    for one in answer.get("themes", []):
        if one["id"] == theme:
            number: int | None = (one.get("source") or {}).get("load")
            return number
    return None


_PLAIN = ("kind", "status", "area_m2", "length_m", "value", "answer", "days", "missing", "records")
"""What is said of a part that is new or gone."""


def _says(told: Json, unit: str, lang: str) -> str:
    says = words()["says"]
    was, now = told["before"], told["after"]
    if was is not None and now is not None:
        detail = "; ".join(_differs(name, was[name], now[name], unit, lang) for name in now)
    else:
        side = now or was or {}
        shown = [name for name in _PLAIN if side.get(name) not in (None, [], 0, 0.0)]
        parts = [f"{_field(n, lang)} {_word(n, side[n], unit, lang)}" for n in shown]
        detail = f" ({'; '.join(parts)})" if parts else ""
    kind = words()["kinds"][told["what"]][lang]
    title = told["title"][lang].rstrip(".")
    text: str = says[told["change"]][lang].format(kind=kind, title=title, detail=detail)
    cause = _cause(told["by"], lang)
    return f"{text} [{cause}]." if cause else f"{text}."


def _differs(name: str, was: Any, now: Any, unit: str, lang: str) -> str:
    if name == "outline":
        return f"{_field(name, lang)} {words()['values']['moved'][lang]}"
    text: str = words()["says"]["was"][lang]
    before, after = _word(name, was, unit, lang), _word(name, now, unit, lang)
    return text.format(field=_field(name, lang), before=before, after=after)


def _cause(by: Json, lang: str) -> str:
    says, parts = words()["says"], []
    if by["document"]:
        article = by["document"].get("article")
        named = by["document"]["title"][lang] + (f", {article}" if article else "")
        parts.append(says["by_document"][lang].format(what=named))
    if by["load"]:
        what = " ".join(str(p) for p in (f"#{by['load']['id']}", by["load"].get("date")) if p)
        parts.append(says["by_load"][lang].format(what=what))
    if by["book"]:
        parts.append(says["by_book"][lang].format(what=by["book"]["id"]))
    return "; ".join(parts)


def _field(name: str, lang: str) -> str:
    known = words()["fields"].get(name)
    return str(known[lang]) if known else name.replace("_", " ")


def _word(name: str, value: Any, unit: str, lang: str) -> str:
    """Write one member's value for people; ``unit`` is that of a member named ``value``."""
    values = words()["values"]
    match value:
        case None:
            return "–"
        case bool():
            return str(values["yes" if value else "no"][lang])
        case int() | float():
            ends = f"_{unit}" if name == "value" else name
            named = next((u[lang] for end, u in _UNITS.items() if ends.endswith(end)), "")
            return f"{value:.10g} {named}".rstrip()
        case {"en": str(), "ml": str()}:
            return str(value[lang])
        case list():
            return ", ".join(str(one) for one in value) or "–"
        case dict():
            return ", ".join(f"{key} {one}" for key, one in value.items()) or "–"
    known = values.get(value)
    return str(known[lang]) if known else str(value)
