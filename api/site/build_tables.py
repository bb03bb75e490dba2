"""Tables of the plot page on what may be built: by height, by part, by use."""

from collections.abc import Mapping
from typing import Any

from api.site.texts import Texts
from kmap.land.words import words
from kmap.papers import format as written

Json = Mapping[str, Any]


def build_tables(build: Json, t: Texts) -> list[dict[str, Any]]:
    """Return the tables that have anything to say: title, heads, rows of text, and what to add."""
    return [
        table
        for table in (_envelope(build, t), _parts(build, t), _uses(build, t))
        if table["rows"]
    ]


def _table(
    name: str, heads: tuple[str, ...], rows: list[list[str]], t: Texts, note: str = ""
) -> dict[str, Any]:
    said = words()["table"]
    titles = [t.own(said[head]) for head in heads]
    return {"id": name, "title": t.own(said[name]), "heads": titles, "rows": rows, "note": note}


def _number(value: Any, most: int = 2) -> str:
    return "–" if value is None else written.number(float(value), 0, most)


def _envelope(build: Json, t: Texts) -> dict[str, Any]:
    measures = ("to_m", "front_m", "rear_m", "side_m")
    rows = [
        [*(_number(step[one]) for one in measures), _number(step["ground_m2"], 1)]
        for step in build.get("envelope") or []
    ]
    note = t.own(words()["envelope_says"])
    return _table("envelope", ("up_to", "front", "rear", "side", "ground"), rows, t, note)


def _parts(build: Json, t: Texts) -> dict[str, Any]:
    said = words()["table"]
    answers = {True: "yes", False: "no", None: "unknown"}
    numbers = ("height_m", "coverage_pct", "fsi", "ground_m2", "floor_m2")
    rows = [
        [
            t.own(part["title"]),
            _number(part["area_m2"], 1),
            t.own(said[answers[part["use_listed"]]]),
            *(_number(part[one], 1) for one in numbers),
        ]
        for part in build.get("parts") or []
    ]
    heads = ("part", "area", "use_listed", "height", "coverage", "fsi", "ground", "floor")
    together = build.get("combined")
    return _table("parts", heads, rows, t, t.own(together["says"]) if together else "")


def _uses(build: Json, t: Texts) -> dict[str, Any]:
    asked = build.get("uses_offices") or {}
    rows = [
        [
            t.own(one["title"]),
            *(_number(one[name]) for name in ("fsi_free", "fsi_most", "parking_cars")),
            ", ".join(t.own(asked.get(noc, noc)) for noc in one["clearances"]) or "–",
            ", ".join(one["not_listed_in"]) or "–",
        ]
        for one in build.get("uses") or []
    ]
    heads = ("use", "fsi_free", "fsi_most", "parking", "clearances", "not_listed_in")
    return _table("uses", heads, rows, t)
