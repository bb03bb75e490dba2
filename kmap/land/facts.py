"""What the land's layers let the rule book know of a plot: vocabulary facts, each with its source.

A fact is given only where its theme has data for the whole plot and the lines do not pass too
close to call. A missing fact makes the law say *unknown*; it never makes it say *pass*.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kmap.land.found import Found
from kmap.land.themes import Bearing, ThemeAnswer
from kmap.store.layers import Near

CRZ_SEVERITY = ("none", "IV", "II", "III_A", "III_B", "I")
PADDY_SEVERITY = ("none", "unnotified", "data_bank")
MONUMENT_REACH_M = 300.0
"""An ASI monument within this is told before a nearer one of another kind."""


@dataclass
class LandFacts:
    """Vocabulary facts of the land, and where each comes from."""

    facts: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)

    def say(self, name: str, value: Any, how: str, load: Any = None) -> None:
        """Add a fact: lengths to 1 cm, areas to 0.01 m2, angles to 0.01 degree."""
        if isinstance(value, float):
            value = round(value, 2)
        self.facts[name] = value
        self.sources[name] = {"by": "map", "how": how, "load": load}


def land_facts(ground: Found) -> LandFacts:
    """Return the facts of a plot."""
    out = LandFacts()
    _plot(out, ground)
    _categories(out, ground)
    _distances(out, ground)
    _street(out, ground)
    if ground.slope is not None and ground.parcel.rasters:
        load = ground.parcel.rasters[0]["load_id"]
        how = f"steepest of {ground.slope.cells} cells of the elevation model"
        out.say("ground_slope_deg", ground.slope.max_deg, how, load)
    return out


def _plot(out: LandFacts, ground: Found) -> None:
    row = ground.parcel.row
    body = row["body"]
    if body:
        out.say("body", body["code"], "the local body that holds the plot")
        out.say("family", body["family"], "the local body that holds the plot")
        out.say("body_class", body["body_class"], "the local body that holds the plot")
        if body["panchayat_category"]:
            out.say("panchayat_category", body["panchayat_category"], "the local body's category")
    if row["deed_area_m2"]:
        out.say("plot_area_record_m2", float(row["deed_area_m2"]), "the deed", row["load_id"])
    out.say("plot_area_drawn_m2", ground.parcel.drawn_m2, "the survey outline", row["load_id"])


def _categories(out: LandFacts, ground: Found) -> None:
    crz = _worst(ground.themes.get("crz"), CRZ_SEVERITY)
    paddy = _worst(ground.themes.get("paddy"), PADDY_SEVERITY)
    if crz:
        out.say("crz_category", crz, "coastal zone map laid over the plot", _load(ground, "crz"))
    if paddy:
        how = "paddy data bank and tax register laid over the plot"
        out.say("paddy_status", paddy, how, _load(ground, "paddy"))
    for name, theme in (
        ("heritage_area", "heritage"),
        ("security_zone", "security"),
        ("flood_liable", "flood"),
    ):
        told = _present(ground.themes.get(theme))
        if told is not None:
            out.say(name, told, f"{theme} layer laid over the plot", _load(ground, theme))
    zone = _zone(ground.themes.get("zoning"))
    if zone:
        out.say(
            "zone", zone, "the one zone of the plan that holds the plot", _load(ground, "zoning")
        )


def _load(ground: Found, theme: str) -> Any:
    parts = ground.parcel.coverage.get(theme, [])
    return parts[0]["load_id"] if parts else None


def _deciding(answer: ThemeAnswer) -> list[Bearing]:
    return [b for b in answer.bearings if b.binding and (b.present or b.too_close)]


def _worst(answer: ThemeAnswer | None, severity: Sequence[str]) -> str | None:
    """Return the gravest category that surely holds; None when an unsure one is graver."""
    if answer is None or not answer.known:
        return None
    sure, unsure = 0, 0
    for bearing in _deciding(answer):
        value = bearing.overlap.row["value"]
        rank = severity.index(value) if value in severity else len(severity)
        if bearing.sure:
            sure = max(sure, rank)
        else:
            unsure = max(unsure, rank)
    return severity[sure] if unsure <= sure < len(severity) else None


def _present(answer: ThemeAnswer | None) -> bool | None:
    if answer is None or not answer.known:
        return None
    deciding = _deciding(answer)
    if any(bearing.sure for bearing in deciding):
        return True
    return None if deciding else False


def _zone(answer: ThemeAnswer | None) -> str | None:
    """Return the zone only when one zone holds the whole plot: never "the larger part"."""
    if answer is None or not answer.known:
        return None
    zones = {b.overlap.row["zone_code"] for b in _deciding(answer)}
    return str(zones.pop()) if len(zones) == 1 and None not in zones else None


def _distances(out: LandFacts, ground: Found) -> None:
    for kind, name in (("railway", "railway_distance_m"), ("airport", "airport_distance_m")):
        near = next((n for n in ground.nearest if n.kind == kind), None)
        if near is not None and _clear(ground, kind):
            how = f"from the plot to the nearest {kind} the register holds"
            out.say(name, near.distance_m, how, near.row["load_id"])
    _power_line(out, ground)
    monuments = [n for n in ground.nearest if n.kind == "monument"]
    if not monuments or not _clear(ground, "monument"):
        return
    chosen = min(monuments, key=_monument_rank)
    how = "from the plot to the monument"
    out.say("monument_distance_m", chosen.distance_m, how, chosen.row["load_id"])
    out.say("monument_kind", chosen.row["class"], how, chosen.row["load_id"])


def _power_line(out: LandFacts, ground: Found) -> None:
    """Tell the distance to the nearest line, when none comes near the plot.

    A building on the plot stands at least that far away; under a line it may stand anywhere.
    """
    near = next((n for n in ground.nearest if n.kind == "power_line"), None)
    answer = ground.themes.get("power_line")
    if near is None or answer is None or not answer.known or answer.bearings:
        return
    how = "from the plot to the nearest line the register holds"
    if near.row["class"]:
        out.say("power_line_kv", float(near.row["class"]), how, near.row["load_id"])
        out.say("power_line_horizontal_m", near.distance_m, how, near.row["load_id"])


def _monument_rank(near: Near) -> tuple[bool, float]:
    governs = near.row["class"] == "asi" and near.distance_m <= MONUMENT_REACH_M
    return not governs, near.distance_m


def _clear(ground: Found, theme: str) -> bool:
    """Tell whether the theme has data and no line is too close to call: then distances count."""
    answer = ground.themes.get(theme)
    return answer is not None and answer.known and not any(b.too_close for b in answer.bearings)


def _street(out: LandFacts, ground: Found) -> None:
    roads = ground.themes.get("roads")
    if ground.edges is None or roads is None or not roads.known:
        return
    street = ground.edges.street
    how = f"the widest street the plot faces, over {ground.edges.frontage_m:.1f} m"
    out.say("street_width_m", float(street.width_m), how, _load(ground, "roads"))
    out.say("street_class", street.kind, how, _load(ground, "roads"))
