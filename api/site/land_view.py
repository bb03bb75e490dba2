"""From the land answer to what the plot page shows: three lists, a sketch, limits, sources."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from api.site.build_tables import build_tables
from api.site.sketch import sketch
from api.site.texts import Texts
from kmap.land.uses import uses
from kmap.papers import format as written
from kmap.papers import texts as papers

Json = Mapping[str, Any]
PLAIN_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}")


def plot_path(lang: str, plot_id: str) -> str:
    """Return the page of a plot; the id keeps its colons, all else is escaped."""
    return f"/{lang}/plot/{quote(plot_id, safe=':')}"


def plot_url(lang: str, plot_id: str, as_of: object = None, use: str | None = None) -> str:
    """Return the address of a plot's page, with the day and the use when they are given."""
    query = {"as_of": as_of, "use": use}
    asked = {name: str(value) for name, value in query.items() if value}
    return plot_path(lang, plot_id) + (f"?{urlencode(asked)}" if asked else "")


def found_view(found: Json, lang: str) -> dict[str, Any]:
    """Return one line of a search's result."""
    return {
        "url": plot_url(lang, found["id"]),
        "survey": survey(found),
        "village": found["village"],
        "block": found["block"],
        "place": found.get("place"),
    }


def survey(plot: Json) -> str:
    """Write the survey number with its subdivision, as deeds do: ``112/3``."""
    part = plot.get("subdivision")
    return f"{plot['survey_no']}/{part}" if part else str(plot["survey_no"])


def colour(value: Any) -> str:
    """Return a colour that may stand in an attribute; grey for anything else."""
    return value if isinstance(value, str) and PLAIN_COLOUR.fullmatch(value) else "#8a8a8a"


def land_view(answer: Json, t: Texts) -> dict[str, Any]:
    """Return everything the plot page reads from the answer of ``GET /v1/land``."""
    plot = answer["plot"]
    themes = answer["themes"]
    build = answer.get("may_build") or {}
    path = plot_path(t.lang, plot["id"])
    as_of = str(answer["as_of"])
    use = (build.get("assumed") or {}).get("use")
    asked = {"plot": plot["id"], "as_of": as_of, **({"use": use} if use else {})}
    book = answer["book"]
    return _plot(plot) | {
        "path": path,
        "url": plot_url(t.lang, plot["id"], as_of),
        "extract_url": f"/v1/extract.pdf?{urlencode({**asked, 'lang': t.lang})}",
        "json_url": f"/v1/land?{urlencode(asked)}",
        "as_of": as_of,
        "description": answer.get("description"),
        "sketch": sketch(plot.get("geometry"), build.get("footprint")),
        "allowed": _rounded(build.get("footprint")),
        "zones": answer.get("zones") or [],
        "street": _street(build.get("street"), t),
        "affected": [_restriction(r, th) for th in _of(themes, "affected") for r in _found(th)],
        **{kind: [_theme(th, t) for th in _of(themes, kind)] for kind in OTHER_ANSWERS},
        "conflicts": answer.get("conflicts") or [],
        "assumed": _assumed(build.get("assumed") or {}, t),
        "use": use,
        "uses": [(name, t.own(known["title"])) for name, known in uses().items()],
        "tables": build_tables(build, t),
        "nearest": _nearest(answer.get("nearest") or {}, t),
        "lineage": answer.get("lineage") or [],
        "build_notices": build.get("notices") or [],
        "limits": [_limit(limit, t) for limit in build.get("limits") or []],
        "clearances": [_clearance(c, t) for c in answer.get("clearances") or []],
        "clearances_unknown": [
            {
                "office": c["office"],
                "missing": [papers.fact(m).title(t.lang) for m in c["missing"]],
            }
            for c in answer.get("clearances_unknown") or []
        ],
        "clearances_of_use": [t.own(c["office"]) for c in answer.get("clearances_of_use") or []],
        "buildings": answer.get("buildings") or [],
        "notices": answer.get("notices") or [],
        "sources": _sources(themes, t),
        "book_id": book["id"],
        "book_hash": written.short(book["hash"]),
    }


def _nearest(nearest: Json, t: Texts) -> list[dict[str, str]]:
    """Return what is near, the nearest first, each with its distance."""
    found = sorted(nearest.values(), key=lambda one: float(one["distance_m"]))
    return [
        {"name": t.own(one["name"]), "far": quantity(round(one["distance_m"]), "m", t)}
        for one in found
        if (one["name"] or {}).get("en")
    ]


OTHER_ANSWERS = ("not_affected", "no_data", "could_not_check")


def _of(themes: Sequence[Json], kind: str) -> list[Json]:
    return [theme for theme in themes if theme["answer"] == kind]


def _found(theme: Json) -> Sequence[Json]:
    return theme.get("restrictions") or []


def _plot(plot: Json) -> dict[str, Any]:
    body = plot.get("local_body") or {}
    ward = plot.get("ward") or {}
    deed = plot.get("deed_area_m2")
    return {
        "id": plot["id"],
        "tile_id": plot["tile_id"],
        "survey": survey(plot),
        "village": plot["village"],
        "block": plot["block"],
        "deed_area_m2": float(deed) if deed is not None else None,
        "drawn_area_m2": plot["drawn_area_m2"],
        "body": body.get("name"),
        "ward": ward.get("name"),
        "ward_number": ward.get("number"),
        "centroid": plot["centroid"],
    }


def _restriction(found: Json, theme: Json) -> dict[str, Any]:
    names = ("id", "kind", "title", "says", "status", "since", "area_m2", "share_pct", "length_m")
    more = ("touches_only", "too_close_to_call", "min_area_m2", "max_area_m2")
    document = found.get("document") or {}
    return {name: found.get(name) for name in names + more} | {
        "office": named(found.get("office")),
        "document": document.get("title"),
        "article": document.get("article"),
        "dated": document.get("dated"),
        "colour": colour(found.get("colour")),
        "theme": theme["title"],
        "theme_id": theme["id"],
        "partial": not (theme.get("coverage") or {}).get("whole", True),
    }


def _rounded(shape: Json | None) -> str:
    """Return a GeoJSON shape as text with seven decimals (a centimetre); empty without shape."""
    if not shape:
        return ""
    text = json.dumps(shape, separators=(",", ":"))
    return re.sub(r"(\.\d{7})\d+", r"\1", text)


def _street(street: Json | None, t: Texts) -> dict[str, Any] | None:
    return {**street, "kind": quantity(street["class"], None, t)} if street else None


def named(thing: Any) -> Any:
    """Return the name or title of an office, a body, a ward; a bilingual text stays."""
    if isinstance(thing, Mapping) and "en" not in thing:
        return thing.get("name") or thing.get("title")
    return thing


def _theme(theme: Json, t: Texts) -> dict[str, Any]:
    near = [t.own(found["title"]) for found in _found(theme)]
    return {
        "title": theme["title"],
        "near": ", ".join(near),
        "source": _source(theme.get("source") or {}, t),
    }


def _source(source: Json, t: Texts) -> str:
    if not source.get("name"):
        return ""
    parts = [t.own(source["name"])]
    if source.get("date"):
        parts.append(written.day(source["date"], t.lang))
    if source.get("scale"):
        parts.append(t("keep.scale", scale=source["scale"]))
    if source.get("accuracy_m") is not None:
        parts.append(t("keep.accuracy", metres=written.number(source["accuracy_m"], 0, 1)))
    return " · ".join([*parts, *([str(source["licence"])] if source.get("licence") else [])])


def _sources(themes: Sequence[Json], t: Texts) -> list[str]:
    """Return each source once, with the themes that come from it."""
    by_source: dict[str, list[str]] = {}
    for theme in themes:
        line = _source(theme.get("source") or {}, t)
        if line:
            by_source.setdefault(line, []).append(t.own(theme["title"]))
    return [f"{', '.join(titles)}: {line}" for line, titles in by_source.items()]


def _limit(limit: Json, t: Texts) -> dict[str, Any]:
    return {
        "title": limit["title"],
        "text": quantity(limit["value"], limit.get("unit"), t),
        "says": limit.get("says"),
        "cite": limit.get("cite"),
        "next": _next(limit.get("next"), t),
        "slack": _slack(limit, t),
    }


def _slack(limit: Json, t: Texts) -> str:
    """Say what the assumed building leaves, or by how much it is over; empty where neither."""
    slack = limit.get("slack")
    if slack is None:
        return ""
    key = "build.to_spare" if slack >= 0 else "build.over"
    return t(key, amount=quantity(abs(slack), limit.get("unit"), t))


def _next(limit: Json | None, t: Texts) -> str:
    if not limit:
        return ""
    return f"{t.own(limit.get('says'))}, {quantity(limit['value'], limit.get('unit'), t)}"


def _clearance(found: Json, t: Texts) -> dict[str, Any]:
    terms = []
    if found.get("fee_rs") is not None:
        terms.append(t("noc.fee", amount=written.number(found["fee_rs"])))
    if found.get("days") is not None:
        terms.append(t("noc.days", days=found["days"]))
    if found.get("form"):
        terms.append(t("noc.form", form=t.own(found["form"])))
    kept = {name: found.get(name) for name in ("because", "cite", "cure")}
    return kept | {"office": named(found["office"]), "terms": terms}


def _titles(facts: Sequence[str], t: Texts) -> list[str]:
    return [papers.fact(name).title(t.lang) for name in facts]


def _assumed(assumed: Json, t: Texts) -> list[dict[str, Any]]:
    facts = assumed.get("facts") or {}
    return [
        {"title": papers.fact(name).title(t.lang), "value": fact_value(name, value, t)}
        for name, value in facts.items()
    ]


def fact_value(name: str, value: Any, t: Texts) -> str:
    """Write a fact's value with the unit its name carries."""
    unit = next((end[1:] for end in ("_m2", "_m", "_pct") if name.endswith(end)), None)
    return quantity(value, unit, t)


def quantity(value: Any, unit: str | None, t: Texts) -> str:
    """Write a value of a fact with its unit, enumerated words in the reader's language."""
    return written.quantity(papers.value(value, t.lang), unit, t.lang)
