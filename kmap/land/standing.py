"""Where a placed building stands: what the register says of its plot, and of its own ground.

Facts of the plot are those of Know Your Land. Where the book asks how far the *building* is from
something, the distance from the placed footprint less all that is uncertain (fit, register, layer)
is given: never more than the truth. What a restriction does to the footprint is told as a finding.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis.model import Complaint
from gis.overlay import in_degrees
from gis.placement import Fit
from kmap.land.facts import land_facts
from kmap.land.found import Found
from kmap.land.themes import Bearing
from kmap.land.words import notice, words
from kmap.store import sites
from kmap.store.pool import Connection

Json = dict[str, Any]
OF_DRAWING = frozenset({"plot_area_drawn_m2"})
"""Facts of Know Your Land that the drawing itself measures."""
REACH_M = 100.0
"""A restriction farther from the footprint is only told as clear."""
SURE_M2 = 0.5
"""So much of the footprint, shrunk by all that is uncertain, must lie inside to say it does."""
DRAWN_AT_MOST = 60
"""Footprints on the map."""


@dataclass(frozen=True)
class LandFact:
    """A fact of the land register for the rule book, and where it comes from."""

    name: str
    value: Any
    how: Json
    source: Json


@dataclass(frozen=True, slots=True)
class Footprint:
    """A building's outline at one level, in drawing metres; heights above the ground."""

    block: int
    level: int
    shape: BaseGeometry
    base_m: float
    height_m: float | None
    """None: no height is drawn."""


@dataclass(frozen=True)
class Stands:
    """How a placed building lies to what bears on its plot."""

    slack_m: float
    restrictions: tuple[Json, ...]
    beside: dict[str, Json]

    def as_json(self) -> Json:
        """Return what the answer prints."""
        return {
            "slack_m": round(self.slack_m, 2),
            "restrictions": list(self.restrictions),
            "beside": self.beside,
        }


def plot_json(found: Found) -> Json:
    """Name the parcel, its area and its source."""
    row = found.parcel.row
    number = "/".join(part for part in (row["survey_no"], row["subdivision"]) if part)
    return {
        "id": row["public_id"],
        "tile_id": row["tile_id"],
        "survey": number,
        "village": {"en": row["village_en"], "ml": row["village_ml"]},
        "block": row["block"],
        "area_m2": round(found.parcel.drawn_m2, 2),
        "accuracy_m": found.parcel.accuracy_m,
        "centroid": [round(row["lon"], 7), round(row["lat"], 7)],
        "invented": row["invented"],
        "source": _source(found, row["load_id"]),
    }


def notices(found: Found) -> tuple[Json, ...]:
    """Return what must be said with every answer that rests on this plot."""
    return (notice("notices", "invented"),) if found.parcel.row["invented"] else ()


def plot_facts(found: Found) -> tuple[LandFact, ...]:
    """Return what Know Your Land knows of the plot, each fact with its source and map date."""
    told = land_facts(found)
    return tuple(
        LandFact(name, value, _how(name), _source(found, told.sources[name]["load"]))
        for name, value in told.facts.items()
        if name not in OF_DRAWING
    )


def _how(key: str, **gaps: str) -> Json:
    text = words()["fact_sources"].get(key) or words()["fact_sources"]["any"]
    return {lang: text[lang].format(**gaps) for lang in ("en", "ml")}


def _source(found: Found, load: Any) -> Json:
    """Return name, date and accuracy of the load a fact comes from."""
    row = found.register.loads.get(load if load is not None else found.parcel.row["load_id"])
    if row is None:
        return {"name": None, "date": None, "load": load, "invented": None}
    dated = row["source_date"]
    return {
        "name": {"en": row["source_en"], "ml": row["source_ml"]},
        "date": dated.isoformat() if dated else None,
        "load": row["id"],
        "invented": row["invented"],
    }


def stand(
    connection: Connection, found: Found, fit: Fit, footprints: Sequence[Footprint], as_of: date
) -> Stands | None:
    """Look how the placed building lies to what bears on the plot; None without a footprint."""
    if not footprints:
        return None
    building = fit.motion.carry(shapely.union_all([f.shape for f in footprints]))
    slack = fit.rms_m + found.parcel.accuracy_m
    bearing = _bearing(found)
    met = {
        one.row["public_id"]: one
        for one in sites.met(connection, building, slack, [*bearing], as_of)
    }
    told = [
        _stands(bearing[name], met.get(name), theme_title, building.area)
        for name, theme_title in _titles(found, bearing)
    ]
    invented = bool(found.parcel.row["invented"])
    near = sites.beside(connection, building, as_of, invented=invented)
    beside = {
        kind: {
            "distance_m": round(float(row["distance"]), 2),
            "at_least_m": _least(float(row["distance"]) - slack - float(row["accuracy_m"])),
            "class": row["class"],
            "load": row["load_id"],
        }
        for kind, row in near.items()
    }
    return Stands(slack, tuple(told), beside)


def _least(metres: float) -> float:
    return round(max(0.0, metres), 2)


def _bearing(found: Found) -> dict[str, Bearing]:
    """Return the areas that bear on the plot, by public id."""
    return {
        b.overlap.row["public_id"]: b
        for told in found.themes.values()
        for b in told.bearings
        if b.overlap.dimension == 2
    }


def _titles(found: Found, bearing: dict[str, Bearing]) -> list[tuple[str, Json]]:
    themes = found.register.themes
    return [
        (name, {lang: themes[b.overlap.row["theme_id"]][f"title_{lang}"] for lang in ("en", "ml")})
        for name, b in sorted(bearing.items())
    ]


def _stands(bearing: Bearing, met: sites.Met | None, theme: Json, footprint_m2: float) -> Json:
    """Say whether the building stands in a restriction, clear of it, or too close to call."""
    row = bearing.overlap.row
    if met is None or met.distance_m > met.slack_m:
        where = "clear"
    elif met.surely_m2 > SURE_M2:
        where = "inside" if met.area_m2 > footprint_m2 - SURE_M2 else "partly"
    else:
        where = "too_close"
    return {
        "id": row["public_id"],
        "theme": row["theme_id"],
        "theme_title": theme,
        "title": {"en": row["title_en"], "ml": row["title_ml"]},
        "kind": row["kind"],
        "binding": bearing.binding,
        "building": where,
        "area_m2": round(met.area_m2, 2) if met else 0.0,
        "distance_m": round(met.distance_m, 2) if met else None,
        "slack_m": round(met.slack_m, 2) if met else None,
    }


def with_building(
    facts: tuple[LandFact, ...], found: Found, stands: Stands | None
) -> tuple[LandFact, ...]:
    """Put distances of the building in the place of those of the plot, where the book asks so."""
    if stands is None:
        return facts
    own = {fact.name: fact for fact in facts}
    railway = stands.beside.get("railway")
    told = found.themes.get("railway")
    if railway and told is not None and told.known:
        _say_distance(own, found, "railway_distance_m", "railway_of_building", railway)
    line = stands.beside.get("power_line")
    told = found.themes.get("power_line")
    if line and line["class"] and told is not None and told.known and line["at_least_m"] > 0:
        source = _source(found, line["load"])
        kv = LandFact("power_line_kv", float(line["class"]), _how("power_line_kv"), source)
        own["power_line_kv"] = kv
        _say_distance(own, found, "power_line_horizontal_m", "line_of_building", line)
    return tuple(own.values())


def _say_distance(
    own: dict[str, LandFact], found: Found, name: str, how: str, beside: Json
) -> None:
    """Give the building's distance, lessened by all that is uncertain.

    Never less than the plot's own, which holds for whatever stands on the plot.
    """
    before = own.get(name)
    least = beside["at_least_m"]
    if before is not None and before.value >= least:
        return
    gaps = {"measured": f"{beside['distance_m']:.2f}", "least": f"{least:.2f}"}
    fact = LandFact(name, least, _how(how, **gaps), _source(found, beside["load"]))
    own[name] = fact


def complaints(stands: Stands | None) -> list[Complaint]:
    """Say where the building stands on ground that may not be built on, or may do so."""
    out = []
    for one in stands.restrictions if stands else ():
        if one["kind"] != "prohibits" or not one["binding"] or one["building"] == "clear":
            continue
        close = one["building"] == "too_close"
        code = "building_near_no_build" if close else "building_in_no_build"
        details = {
            "what": one["title"]["en"],
            "what_ml": one["title"]["ml"],
            "area_m2": f"{one['area_m2']:.1f}",
            "distance_m": f"{one['distance_m']:.2f}",
            "slack_m": f"{one['slack_m']:.2f}",
        }
        out.append(Complaint(code, None, None, details))
    return out


def _in_degrees(shape: BaseGeometry) -> Json:
    found: Json = json.loads(shapely.to_geojson(in_degrees(shape)))
    return found


def geojson(found: Found, fit: Fit, plot: BaseGeometry, footprints: Sequence[Footprint]) -> Json:
    """Return in degrees the parcel, the drawn plot laid on it, and footprints with heights."""
    parcel = {"role": "parcel", "plot": found.parcel.row["public_id"]}
    shapes: list[tuple[BaseGeometry, Json]] = [(plot, {"role": "plot"})]
    shapes += [
        (
            one.shape,
            {
                "role": "footprint",
                "block": one.block,
                "level": one.level,
                "base_m": round(one.base_m, 2),
                "height_m": None if one.height_m is None else round(one.height_m, 2),
            },
        )
        for one in footprints[:DRAWN_AT_MOST]
    ]
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": parcel, "geometry": found.parcel.row["geojson"]},
            *(
                {
                    "type": "Feature",
                    "properties": about,
                    "geometry": _in_degrees(fit.motion.carry(shape.simplify(0.02))),
                }
                for shape, about in shapes
            ),
        ],
    }
