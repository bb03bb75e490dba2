"""From a building's record to its page: figures, floors, the plot it stands on."""

from collections.abc import Mapping
from typing import Any

from api.site.land_view import plot_url, quantity
from api.site.sketch import sketch
from api.site.texts import Texts
from kmap.papers import format as written

Json = Mapping[str, Any]
FIGURES = (
    ("building.storeys", "storeys", "count"),
    ("building.height", "height_m", "m"),
    ("building.area_total", "floor_area_m2", "m2"),
    ("building.footprint", "footprint_m2", "m2"),
    ("building.roof", "roof", None),
    ("building.certificate", "certificate", None),
)
"""Text key, name in the record, unit."""


def building_view(record: Json, t: Texts) -> dict[str, Any]:
    """Return everything the building page reads from ``GET /v1/buildings/{id}``."""
    plot = record.get("plot") or {}
    plot_id = record.get("plot_id")
    return {
        "b": record,
        "sketch": sketch(record.get("outline"), None),
        "rows": _rows(record, t),
        "floors": [_floor(floor, t) for floor in record.get("floors") or []],
        "plot_url": plot_url(t.lang, plot_id) if plot_id else "",
        "plot_name": _plot_name(plot, t) if plot else plot_id,
    }


def _rows(record: Json, t: Texts) -> list[dict[str, str]]:
    rows = [
        {"title": t(key), "value": _value(record.get(name), unit, t)}
        for key, name, unit in FIGURES
    ]
    completed = record.get("completed")
    rows.append(
        {
            "title": t("building.completed"),
            "value": written.day(completed, t.lang) if completed else t("is.no_data"),
        }
    )
    permit = record.get("permit") or {}
    rows.append({"title": t("building.permit"), "value": permit.get("number") or t("is.no_data")})
    return rows


def _value(value: Any, unit: str | None, t: Texts) -> str:
    if value is None:
        return t("is.no_data")
    if isinstance(value, str):
        return t.words.get(f"building.is_{value}", value)
    return quantity(value, unit, t)


def _floor(floor: Json, t: Texts) -> dict[str, str]:
    return {
        "floor": written.floor_name(floor.get("floor"), t.lang),
        "use": quantity(floor.get("occupancy"), None, t),
        "area": quantity(floor.get("area_m2"), "m2", t),
    }


def _plot_name(plot: Json, t: Texts) -> str:
    part = plot.get("subdivision")
    number = f"{plot.get('survey_no')}/{part}" if part else str(plot.get("survey_no"))
    return t("plot.name", survey=number)
