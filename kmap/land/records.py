"""What registers say of a plot: side by side where they disagree, and what the plot came from.

Which register governs for which act, who corrects which, on what form and in how many days stands
in ``records.yaml``; days that were not seen in a source stay unsaid.
"""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kmap.store.parcels import Parcel

Json = dict[str, Any]


@cache
def known() -> dict[str, Any]:
    """Return ``records.yaml``: for each theme the acts, and the corrections by record."""
    text = Path(__file__).with_name("records.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book


def conflicts(parcel: Parcel) -> list[Json]:
    """Return what registers say of the plot where they disagree, side by side."""
    by_theme: dict[str, list[Json]] = {}
    for row in parcel.evidence:
        by_theme.setdefault(row["theme_id"], []).append(row)
    return [
        _conflict(theme, rows)
        for theme, rows in sorted(by_theme.items())
        if len({row["value"] for row in rows}) > 1
    ]


def _conflict(theme: str, rows: list[Json]) -> Json:
    told = known().get(theme, {})
    there = {row["record"] for row in rows}
    return {
        "theme": theme,
        "records": [_record(row) for row in rows],
        **_both(rows[0], "governs", "correction"),
        "acts": [act for act in told.get("acts", []) if there & set(act["records"])],
        "corrections": [one for one in told.get("corrections", []) if one["record"] in there],
    }


def _record(row: Json) -> Json:
    when = str(row["dated"]) if row.get("dated") else None
    said = _both(row, "holder", "says")
    return {"record": row["record"], "value": row["value"], "dated": when, **said}


def _both(row: Json, *names: str) -> Json:
    return {name: {"en": row[f"{name}_en"], "ml": row[f"{name}_ml"]} for name in names}


def lineage(parcel: Parcel) -> list[Json]:
    """Return which plots this one came from or went into, and when; [] when none is recorded."""
    return [
        {
            "kind": row["kind"],
            "from": row["parent_id"],
            "to": row["child_id"],
            "dated": str(row["dated"]),
        }
        for row in parcel.row["lineage"] or []
    ]
