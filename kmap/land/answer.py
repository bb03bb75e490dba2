"""Putting the land answer together: the same plot, day and loads give the same bytes."""

from datetime import UTC
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gis.overlay import Edges, in_degrees
from kmap.land.choices import offices
from kmap.land.clearances import needed
from kmap.land.envelope import Step
from kmap.land.facts import land_facts
from kmap.land.found import Found
from kmap.land.may_build import MayBuild, Site, may_build
from kmap.land.parts import combined, plan_facts
from kmap.land.records import conflicts, lineage
from kmap.land.themes import as_json, registered_scale
from kmap.land.uses import uses
from kmap.land.words import describe, notice
from kmap.store.parcels import Parcel
from rules import Book

Json = dict[str, Any]


def compose(book: Book, found: Found, use: str) -> Json:
    """Return the whole answer for an intended use of ``uses.yaml``."""
    parcel, register = found.parcel, found.register
    facts = land_facts(found)
    zones = _zones(found)
    if "zone" in facts.facts:
        for name, value in plan_facts(book, zones[0]).items():
            facts.say(name, value, f"zone {zones[0]['code']} of the plan", _zone_load(found))
    site = Site(parcel.shape, found.edges, facts.facts, found.as_of, tuple(zones))
    build = may_build(book, site, use)
    answer: Json = {
        "plot": _plot(parcel),
        "as_of": found.as_of.isoformat(),
        "known_at": parcel.known_at.astimezone(UTC).isoformat(),
        "book": {"id": book.id, "hash": book.hash},
        "loads": _loads(found),
        "notices": _notices(parcel, build.evaluation["notices"]),
        "themes": [as_json(told, parcel, register) for told in found.themes.values()],
        "zones": zones,
        "nearest": _nearest(found),
        "conflicts": conflicts(parcel),
        "lineage": lineage(parcel),
        "facts": facts.facts,
        "sources": facts.sources,
        "evaluation": brief(build.evaluation),
        "clearances": needed(build, found),
        **_open_clearances(build, book),
        "may_build": _may_build(build, found, zones, use, offices(book, build.choices)),
        "buildings": _buildings(parcel),
    }
    answer["description"] = describe(answer)
    return answer


def _plot(parcel: Parcel) -> Json:
    row = parcel.row
    body, ward = row["body"], row["ward"]
    return {
        "id": row["public_id"],
        "tile_id": row["tile_id"],
        "village": {"en": row["village_en"], "ml": row["village_ml"]},
        "village_code": row["village_code"],
        "block": row["block"],
        "survey_no": row["survey_no"],
        "subdivision": row["subdivision"],
        "ulpin": row["ulpin"],
        "deed_area_m2": row["deed_area_m2"],
        "drawn_area_m2": round(parcel.drawn_m2, 2),
        "local_body": _named(body, "family", "body_class"),
        "ward": _named(ward, "number"),
        "geometry": row["geojson"],
        "centroid": [round(row["lon"], 7), round(row["lat"], 7)],
        "accuracy_m": parcel.accuracy_m,
        "invented": row["invented"],
    }


def _named(row: Json | None, *more: str) -> Json | None:
    if row is None:
        return None
    names = {"code": row["code"], "name": {"en": row["name_en"], "ml": row["name_ml"]}}
    return {**names, **{key: row[key] for key in more}}


def _loads(found: Found) -> list[Json]:
    """Return the loads this answer was worked from."""
    numbers = {found.parcel.row["load_id"]}
    numbers |= {near.row["load_id"] for near in found.nearest}
    numbers |= {raster["load_id"] for raster in found.parcel.rasters}
    for told in found.themes.values():
        numbers |= {bearing.overlap.row["load_id"] for bearing in told.bearings}
        numbers |= {part["load_id"] for part in found.parcel.coverage.get(told.theme, [])}
    rows = [found.register.loads[n] for n in sorted(numbers) if n in found.register.loads]
    return [
        {
            "id": row["id"],
            "kind": row["kind"],
            "theme": row["theme_id"],
            "checksum": row["checksum"],
            "date": row["source_date"].isoformat() if row["source_date"] else None,
            "invented": row["invented"],
        }
        for row in rows
    ]


def _notices(parcel: Parcel, of_the_book: list[Json]) -> list[Json]:
    """Return what holds for the whole answer, the book's own notices after the register's."""
    keys = ["not-a-permit", "not-gazetted"]
    keys += ["invented"] if parcel.row["invented"] else []
    keys += ["grid-area"] if parcel.row["deed_area_m2"] else ["grid-area", "no-deed"]
    own = [notice("notices", key) for key in keys]
    return own + [told for told in of_the_book if told["id"] not in keys]


def _zones(found: Found) -> list[Json]:
    """Return the zones of the plot, each with its part; never the larger one alone."""
    told = found.themes.get("zoning")
    if told is None:
        return []
    scale, drawn = registered_scale(found.parcel), found.parcel.drawn_m2
    kinds = {
        row["code"]: row
        for row in found.register.zone_types
        if row["valid"] is None or found.as_of in row["valid"]
    }
    rows = [b.overlap for b in told.bearings if b.overlap.row["zone_code"] and b.present]
    return [
        {
            "code": o.row["zone_code"],
            "title": {"en": o.row["title_en"], "ml": o.row["title_ml"]},
            "share_pct": round(100 * o.area_m2 / drawn, 2),
            "area_m2": round(o.area_m2 * scale, 2),
            "uses": kinds.get(o.row["zone_code"], {}).get("uses"),
            "parameters": kinds.get(o.row["zone_code"], {}).get("parameters"),
        }
        for o in sorted(rows, key=lambda o: (-o.area_m2, o.row["zone_code"]))
    ]


def _nearest(found: Found) -> Json:
    """Return metres to the nearest of each kind, with its name."""
    out: Json = {}
    for near in sorted(found.nearest, key=lambda n: (n.kind, n.distance_m)):
        if near.kind not in out:
            out[near.kind] = {
                "distance_m": round(near.distance_m, 2),
                "class": near.row["class"],
                "name": {"en": near.row["name_en"], "ml": near.row["name_ml"]},
            }
    return out


def _open_clearances(build: MayBuild, book: Book) -> Json:
    """Part the clearances that cannot be told: for want of a map, or of what will be built."""
    of_land: list[Json] = []
    of_use: list[Json] = []
    for noc in build.evaluation["nocs_unknown"]:
        told_by_map = any("map" in book.vocabulary[one].supplied_by for one in noc["missing"])
        if told_by_map or not noc["missing"]:
            of_land.append(
                {key: noc[key] for key in ("id", "office", "missing", "because") if key in noc}
            )
        else:
            of_use.append({"id": noc["id"], "office": noc["office"]})
    return {"clearances_unknown": of_land, "clearances_of_use": of_use}


def brief(evaluation: Json) -> Json:
    """Leave out of an evaluation what the answer says elsewhere, and what says nothing of land.

    A clause of which not even a limit is known is named with what it lacks, those that do not
    apply are counted; the others stand without what is empty in them.
    """
    whole, open_clauses = {}, {}
    for clause_id, clause in evaluation["clauses"].items():
        if clause["verdict"] == "unknown" and not _speaks(clause):
            open_clauses[clause_id] = clause["missing"]
        else:
            whole[clause_id] = _clause(clause)
    return {
        "as_of": evaluation["as_of"],
        "clauses": whole,
        "unknown": open_clauses,
        "not_applicable": evaluation["not_applicable"],
        "derived": {k: v for k, v in evaluation["derived"].items() if v not in _NOTHING},
        "fees": evaluation["fees"],
    }


_NOTHING: tuple[Any, ...] = (0, False, "none")
"""A worked-out value that says that nothing is asked; most are."""


def _clause(clause: Json) -> Json:
    says = () if clause["verdict"] == "unknown" else ("says",)  # of an unknown: what is missing
    title = ("title",) if clause["verdict"] == "fail" else ()  # the others are named by their id
    names = (*title, "verdict", *says, "missing", "exceptions", "forks", "indicative")
    kept = {name: clause[name] for name in names if clause[name]}
    kept["cite"] = {name: value for name, value in clause["cite"].items() if value}
    if clause["verdict"] == "pass":  # its sentence tells the figures
        return kept
    checks = [{k: v for k, v in check.items() if k != "where" or v} for check in clause["checks"]]
    return {**kept, "checks": checks}


def _speaks(clause: Json) -> bool:
    """Say whether a clause that is not known still tells a limit or a reading."""
    limits = any(check["required"] is not None for check in clause["checks"])
    return limits or clause["indicative"] is not None or bool(clause["forks"])


def _may_build(build: MayBuild, found: Found, zones: list[Json], use: str, asked: Json) -> Json:
    shape = build.footprint
    return {
        "assumed": build.assumed,
        "limits": build.limits,
        "footprint": _drawn(shape),
        "footprint_m2": round(shape.area, 2) if shape is not None else None,
        "envelope": [_step(step, shape) for step in build.steps],
        "parts": build.parts,
        "combined": combined(build.parts),
        "uses": build.choices,
        "uses_offices": asked,
        "street": _street(found.edges),
        "notices": [*_building_notices(found, zones, use), build.footprint_how],
    }


def _step(step: Step, lowest: BaseGeometry | None) -> Json:
    """Return a step of the height envelope; the footprint of the lowest is told above it."""
    same = step.ground is not None and lowest is not None and step.ground.equals(lowest)
    return {
        "to_m": step.to_m,
        "front_m": step.front_m,
        "rear_m": step.rear_m,
        "side_m": step.side_m,
        "ground_m2": round(step.ground.area, 2) if step.ground is not None else 0.0,
        "footprint": None if same else _drawn(step.ground),
    }


def _drawn(shape: BaseGeometry | None) -> Json | None:
    """Return a shape as GeoJSON in degrees, to a centimetre."""
    return None if shape is None else dict(mapping(in_degrees(shape)))


def _zone_load(found: Found) -> Any:
    parts = found.parcel.coverage.get("zoning", [])
    return parts[0]["load_id"] if parts else None


def _street(edges: Edges | None) -> Json | None:
    if edges is None:
        return None
    street = edges.street
    names = {"en": street.name_en, "ml": street.name_ml} if street.name_en else None
    return {
        "width_m": street.width_m,
        "class": street.kind,
        "name": names,
        "frontage_m": round(edges.frontage_m, 2),
    }


def _building_notices(found: Found, zones: list[Json], use: str) -> list[Json]:
    out = [notice("may_build", "assumed")]
    banned = [
        bearing.overlap.row
        for told in found.themes.values()
        for bearing in told.bearings
        if bearing.binding
        and bearing.overlap.row["kind"] == "prohibits"
        and (bearing.present or bearing.too_close)
    ]
    if banned:
        what = {lang: ", ".join(row[f"title_{lang}"] for row in banned) for lang in ("en", "ml")}
        out.append(notice("may_build", "prohibited", what))
    if len(zones) > 1:
        out.append(notice("may_build", "split"))
    group = uses()[use]["facts"]["occupancy"]
    barred = [z for z in zones if z["uses"] is not None and group not in z["uses"]]
    return out + [notice("may_build", "zone-use", zone["title"]) for zone in barred]


def _buildings(parcel: Parcel) -> list[Json]:
    return [
        {
            "id": row["id"],
            "name": {"en": row["name_en"], "ml": row["name_ml"]},
            "occupancy": row["occupancy"],
            "storeys": row["storeys"],
            "height_m": row["height_m"],
        }
        for row in parcel.buildings
    ]
