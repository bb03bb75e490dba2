"""The land answer in words: what a screen reader or a help-desk operator reads out."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Json = dict[str, Any]
LANGS = ("en", "ml")


@cache
def words() -> dict[str, Any]:
    """Return the texts of ``words.yaml``."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book


def notice(group: str, key: str, what: Json | None = None) -> Json:
    """Return a notice with its id, in both languages; ``what`` fills in the gap."""
    text = words()[group][key]
    filled = {lang: text[lang].format(what=(what or {}).get(lang, "")) for lang in LANGS}
    return {"id": key, **filled}


def describe(answer: Json) -> Json:
    """Return a plot's answer as a few plain sentences in both languages."""
    return {lang: " ".join(_sentences(answer, lang)) for lang in LANGS}


def _sentences(answer: Json, lang: str) -> list[str]:
    out = [_plot(answer["plot"], lang), _street(answer, lang)]
    zones = [f"{z['title'][lang]} {z['share_pct']:g} %" for z in answer["zones"]]
    if zones:
        out.append(_say("zones", lang, what=", ".join(zones)))
    by_answer: dict[str, list[str]] = {}
    for theme in answer["themes"]:
        by_answer.setdefault(theme["answer"], []).append(theme["title"][lang])
    told = [
        restriction["title"][lang]
        for theme in answer["themes"]
        if theme["answer"] == "affected" and theme["id"] != "zoning"
        for restriction in theme["restrictions"]
    ]
    out.append(_say("affected", lang, what="; ".join(told)) if told else _say("nothing", lang))
    out += [
        _say(key, lang, what=", ".join(by_answer[key]))
        for key in ("not_affected", "no_data", "could_not_check")
        if key in by_answer
    ]
    out += [
        _say(key, lang, what=", ".join(noc["office"][lang] for noc in answer[key]))
        for key in ("clearances", "clearances_unknown")
        if answer[key]
    ]
    return [*out, *(n[lang] for n in answer["notices"] if n["id"] in {"not-a-permit", "invented"})]


def _plot(plot: Json, lang: str) -> str:
    body = plot["local_body"]
    survey = "/".join(part for part in (plot["survey_no"], plot["subdivision"]) if part)
    deed, drawn = plot["deed_area_m2"], f"{plot['drawn_area_m2']:.0f}"
    area = _say("area", lang, deed=f"{deed:.0f}", drawn=drawn) if deed else ""
    return _say(
        "plot",
        lang,
        survey=survey,
        village=plot["village"][lang],
        body=_say("body", lang, name=body["name"][lang]) if body else "",
        area=area or _say("area_drawn", lang, drawn=drawn),
    )


def _street(answer: Json, lang: str) -> str:
    width = answer["facts"].get("street_width_m")
    return _say("street", lang, width=f"{width:g}") if width else _say("no_street", lang)


def _say(key: str, lang: str, **gaps: str) -> str:
    text: str = words()["description"][key][lang]
    return text.format(**gaps)
