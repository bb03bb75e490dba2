"""Tables of ``kmap know``: what may be built by limit, height, part and use; records at odds."""

from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.table import Table

from kmap.land.words import words

Json = dict[str, Any]


def build_tables(answer: Json, lang: str) -> Iterator[Table]:
    """Yield the tables of what may be built that have anything to say."""
    build = answer["may_build"]
    if build["limits"]:
        yield _limits(build, lang)
    if build["envelope"]:
        yield _envelope(build, lang)
    if build["parts"]:
        yield _parts(build, lang)
    yield _uses(build, lang)


def conflict_lines(answer: Json, lang: str) -> Iterator[str]:
    """Yield what registers say where they disagree, which governs, and who corrects which."""
    for conflict in answer["conflicts"]:
        says = " | ".join(record["says"][lang] for record in conflict["records"])
        yield f"! {says} {conflict['governs'][lang]} {conflict['correction'][lang]}"
        for act in conflict["acts"]:
            yield f"    {act['act'][lang]}: {act['governs'][lang]}"
        for one in conflict["corrections"]:
            form = f", {one['form']}" if one["form"] else ""
            yield f"    {one['record']}: {one['how'][lang]} – {one['who'][lang]}{form}"


def _head(name: str, lang: str) -> str:
    return str(words()["table"][name][lang])


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:g}"


def _limits(build: Json, lang: str) -> Table:
    heads = [_head(name, lang) for name in ("limit", "binding", "slack", "next")]
    table = Table("", *heads, title=escape(build["assumed"]["title"][lang]))
    for limit in build["limits"]:
        cite = limit["cite"]
        rule = f"{cite['instrument']} {cite['rule']} [{cite['trust']}]" if cite else ""
        bound = f"{limit['says'][lang]} {rule}".strip()
        later = limit["next"]
        following = f"{later['value']:g} {later['unit']}: {later['says'][lang]}" if later else "–"
        value = f"{limit['value']:g} {limit['unit']}"
        cells = (limit["title"][lang], value, bound, _number(limit["slack"]), following)
        table.add_row(*map(escape, cells))
    return table


def _envelope(build: Json, lang: str) -> Table:
    names = ("up_to", "front", "rear", "side", "ground")
    table = Table(*[_head(name, lang) for name in names], title=_head("envelope", lang))
    for step in build["envelope"]:
        measures = [f"{step[name]:g}" for name in ("to_m", "front_m", "rear_m", "side_m")]
        table.add_row(*measures, f"{step['ground_m2']:.1f}")
    return table


def _parts(build: Json, lang: str) -> Table:
    names = ("part", "area", "use_listed", "height", "coverage", "fsi", "ground", "floor")
    together = build["combined"]
    caption = escape(together["says"][lang]) if together else None
    table = Table(
        *[_head(name, lang) for name in names], title=_head("parts", lang), caption=caption
    )
    for part in build["parts"]:
        listed = _head({True: "yes", False: "no", None: "unknown"}[part["use_listed"]], lang)
        numbers = [
            _number(part[name])
            for name in ("height_m", "coverage_pct", "fsi", "ground_m2", "floor_m2")
        ]
        table.add_row(escape(part["title"][lang]), _number(part["area_m2"]), listed, *numbers)
    return table


def _uses(build: Json, lang: str) -> Table:
    names = ("use", "fsi_free", "fsi_most", "parking", "clearances", "not_listed_in")
    table = Table(*[_head(name, lang) for name in names], title=_head("uses", lang))
    for one in build["uses"]:
        numbers = [_number(one[name]) for name in ("fsi_free", "fsi_most", "parking_cars")]
        asked = [build["uses_offices"][noc][lang] for noc in one["clearances"]]
        lists = ["; ".join(asked), ", ".join(one["not_listed_in"])]
        table.add_row(escape(one["title"][lang]), *numbers, *map(escape, lists))
    return table
