"""What of a land answer matters to who owns the plot: the parts that are compared and watched.

Left out on purpose: ids, dates, checksums and accuracies of loads, the hash of the rule book,
texts that repeat numbers said elsewhere, facts and their sources. A new load that says the same
is no change; a new book under which nothing of this plot differs is none either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kmap.land.canonical import canonical, name_of

Json = dict[str, Any]
GONE: Json = {"gone": True}
"""Stands for the answer of a plot that the register no longer has."""


@dataclass(frozen=True)
class Aspect:
    """One part that is compared: of what kind, named how, its members, and where it comes from.

    ``load`` is the number of the load its data come from, ``document`` {id, title, ...}.
    """

    kind: str
    id: str
    title: Mapping[str, str]
    value: Json
    load: int | None = field(default=None, compare=False)
    document: Json | None = field(default=None, compare=False)


def aspects(answer: Json) -> dict[tuple[str, str], Aspect]:
    """Return the parts of a land answer that matter, by kind and id, in the order of a reader."""
    found: dict[tuple[str, str], Aspect] = {}
    if answer == GONE:
        return found
    for one in _all(answer):
        key, again = (one.kind, one.id), 1
        while key in found:  # two limits of one kind, say: told apart by their place
            again += 1
            key = (one.kind, f"{one.id}#{again}")
        found[key] = one
    return found


def essence(answer: Json) -> str:
    """Return the hash that a watch compares: of what matters, and of nothing else."""
    parts = {"\n".join(key): one.value for key, one in aspects(answer).items()}
    return name_of(canonical({"parts": parts, "gone": answer == GONE}))


def unchecked(answer: Json) -> list[str]:
    """Return the themes that could not be checked: no change can be told by such an answer."""
    return [t["id"] for t in answer.get("themes", []) if t["answer"] == "could_not_check"]


def _all(answer: Json) -> Iterator[Aspect]:
    yield _plot(answer["plot"], answer.get("may_build") or {})
    for theme in answer.get("themes", []):
        yield from _theme(theme)
    for zone in answer.get("zones", []):
        value = _some(zone, "area_m2", "share_pct", "uses", "parameters")
        yield Aspect("zone", zone["code"], zone["title"], value)
    for conflict in answer.get("conflicts", []):
        yield _conflict(conflict, answer)
    for noc in answer.get("clearances", []):
        value = {**_some(noc, "fee_rs", "days", "form", "cure"), **_cited(noc)}
        yield Aspect("clearance", noc["id"], noc["office"], value)
    for noc in answer.get("clearances_unknown", []):
        value = {"missing": sorted(noc.get("missing", []))}
        yield Aspect("clearance_unknown", noc["id"], noc["office"], value)
    yield from _of_building(answer)
    yield from _of_ground(answer)


def _of_ground(answer: Json) -> Iterator[Aspect]:
    for kind, near in (answer.get("nearest") or {}).items():
        told = {"distance_m": round(near["distance_m"]), **_some(near, "class")}
        yield Aspect("nearest", kind, near["name"], told | {"name": near["name"]})
    for row in answer.get("buildings", []):
        value = _some(row, "occupancy", "storeys", "height_m")
        yield Aspect("building", row["id"], row["name"], value)


def _plot(plot: Json, build: Json) -> Aspect:
    value = _some(plot, "deed_area_m2", "drawn_area_m2", "accuracy_m", "survey_no", "subdivision")
    for name in ("local_body", "ward"):
        value[name] = (plot.get(name) or {}).get("name")
    street = build.get("street") or {}
    value["street"] = f"{street['width_m']:g} m" if street.get("width_m") else None
    value["outline"] = name_of(canonical(plot.get("geometry")))
    survey = "/".join(str(p) for p in (plot["survey_no"], plot.get("subdivision")) if p)
    names = {lang: f"{name} {survey}" for lang, name in plot["village"].items()}
    return Aspect("plot", "plot", names, value)


def _theme(theme: Json) -> Iterator[Aspect]:
    load = (theme.get("source") or {}).get("load")
    coverage = theme.get("coverage") or {}
    value = {"answer": theme["answer"], **_some(coverage, "level", "whole")}
    yield Aspect("theme", theme["id"], theme["title"], value, load)
    for row in theme.get("restrictions", []):
        yield _restriction(theme, row, load)


_OF_RESTRICTION = (
    *("kind", "status", "binding", "since", "until", "title", "says", "area_m2", "length_m"),
    *("touches_only", "too_close_to_call", "min_area_m2", "max_area_m2"),
)


def _restriction(theme: Json, row: Json, load: int | None) -> Aspect:
    document = row.get("document") or {}
    value = _some(row, *_OF_RESTRICTION)
    value["office"] = (row.get("office") or {}).get("name")
    value["document"], value["article"] = document.get("title"), document.get("article")
    title = {lang: f"{theme['title'][lang]}: {row['title'][lang]}" for lang in ("en", "ml")}
    own = row.get("load", load)
    return Aspect("restriction", f"{theme['id']}/{row['id']}", title, value, own, document or None)


def _conflict(conflict: Json, answer: Json) -> Aspect:
    titles = {theme["id"]: theme["title"] for theme in answer.get("themes", [])}
    theme = conflict["theme"]
    records = {
        lang: "; ".join(f"{r['holder'][lang]}: {r['says'][lang]}" for r in conflict["records"])
        for lang in ("en", "ml")
    }
    value = {"records": records, **_some(conflict, "governs", "correction")}
    return Aspect("conflict", theme, titles.get(theme) or _same(theme), value)


def _of_building(answer: Json) -> Iterator[Aspect]:
    """Give the limits, the notices and the rules that the plot does not meet."""
    build = answer.get("may_build") or {}
    for limit in build.get("limits", []):
        value = {**_some(limit, "value", "unit", "clause"), **_cited(limit)}
        yield Aspect("limit", limit["id"], limit["title"], value)
    for told in build.get("notices", []):
        yield Aspect("building_notice", told["id"], _texts(told), {})
    for clause_id, clause in (answer.get("evaluation") or {}).get("clauses", {}).items():
        if clause["verdict"] == "fail":
            title = clause.get("title") or _same(clause_id)
            yield Aspect("clause", clause_id, title, _cited(clause))


def _cited(thing: Json) -> Json:
    cite = thing.get("cite") or {}
    named = " ".join(str(cite[part]) for part in ("instrument", "rule") if cite.get(part))
    return {"rule": named or None, "trust": cite.get("trust")}


def _some(row: Json, *names: str) -> Json:
    return {name: row.get(name) for name in names}


def _texts(row: Json) -> dict[str, str]:
    return {lang: row[lang] for lang in ("en", "ml")}


def _same(name: str) -> dict[str, str]:
    return {"en": name, "ml": name}
