"""From a scrutiny's placement to its page: where the drawing lies on the land."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from api.site.land_view import plot_path
from api.site.sketch import sketch
from api.site.texts import Texts
from kmap.papers import format as written

Json = Mapping[str, Any]
MARKS = {"clear": "not_affected", "too_close": "could_not_check"}
"""How the building lies to a restriction -> its mark; in one it is a fail where it prohibits."""


def placed_view(answer: Json, t: Texts, scrutiny_id: str, key: str) -> dict[str, Any] | None:
    """Return what the page says of the placement; None for a scrutiny from before there was one.

    The link to the plot's page carries the key behind a ``#``: no server is ever sent it.
    """
    placement = answer.get("placement")
    if not placement:
        return None
    shapes = (placement.get("geojson") or {}).get("features") or []
    plot, building = placement.get("plot"), placement.get("building") or {}
    secret = urlencode({"scrutiny": scrutiny_id, "key": key})
    return {
        "outcome": placement["outcome"],
        "says": t.own(placement["says"]),
        "plot_url": f"{plot_path(t.lang, plot['id'])}#{secret}" if plot else "",
        "centroid": plot["centroid"] if plot else None,
        "tile_id": plot["tile_id"] if plot else None,
        "source": _source(plot["source"], t) if plot else "",
        "sketch": sketch(_shape(shapes, "parcel"), _together(shapes)),
        "data_url": f"/v1/scrutiny/{scrutiny_id}/building.geojson" if shapes else "",
        "fit": _fit(placement.get("fit"), t),
        "stands": [_stands(one, t) for one in building.get("restrictions") or []],
    }


def _shape(shapes: list[Json], role: str) -> Any:
    return next((s["geometry"] for s in shapes if s["properties"]["role"] == role), None)


def _together(shapes: list[Json]) -> Json:
    """Put the footprints together as one shape."""
    feet = [s["geometry"] for s in shapes if s["properties"]["role"] == "footprint"]
    whole = [[foot["coordinates"]] for foot in feet if foot["type"] == "Polygon"]
    parted = [foot["coordinates"] for foot in feet if foot["type"] == "MultiPolygon"]
    return {"type": "MultiPolygon", "coordinates": [p for ps in whole + parted for p in ps]}


def _source(source: Json, t: Texts) -> str:
    if not source.get("name"):
        return ""
    parts = [t.own(source["name"])]
    return " · ".join([*parts, *([written.day(source["date"], t.lang)] if source["date"] else [])])


def _fit(fit: Json | None, t: Texts) -> list[tuple[str, str]]:
    """Return the fit as rows of a table: what, and how much."""
    if not fit:
        return []
    rows = [
        (t("placed.rms"), written.quantity(fit["rms_m"], "m", t.lang)),
        (t("placed.worst"), written.quantity(fit["worst_m"], "m", t.lang)),
        (t("placed.area"), written.quantity(round(fit["area_pct"], 1) + 0.0, "pct", t.lang)),
        (t("placed.shared"), written.quantity(round(fit["iou_pct"], 1), "pct", t.lang)),
    ]
    if fit.get("settled_by"):
        rows.append((t("placed.way"), t(f"placed.by_{fit['settled_by']}")))
    return rows


def _stands(one: Json, t: Texts) -> dict[str, Any]:
    where = one["building"]
    gaps = {
        "area": written.quantity(one["area_m2"], "m2", t.lang),
        "distance": written.quantity(one["distance_m"] or 0.0, "m", t.lang),
        "slack": written.quantity(one["slack_m"] or 0.0, "m", t.lang),
    }
    far = where == "clear" and one["distance_m"] is None
    return {
        "title": t.own(one["title"]),
        "theme": t.own(one["theme_title"]),
        "kind": t(f"kind.{one['kind']}"),
        "mark": MARKS.get(where) or ("fail" if one["kind"] == "prohibits" else "affected"),
        "says": t("placed.far") if far else t(f"placed.is_{where}", **gaps),
    }
