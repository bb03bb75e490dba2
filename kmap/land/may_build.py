"""What may be built on a plot: the rule book's limits turned into metres on this plot.

Nothing here knows a number of the law. The book is asked with an assumed use; each limit is what
its clause requires, with the clause that binds and the one that would bind next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from gis.overlay import Edges, inside_yards
from kmap.land.choices import choices
from kmap.land.envelope import TALL_M, YARDS, Asked, Step, steps
from kmap.land.limits import Limit, first_required, limit_of, strictest
from kmap.land.needless import cures
from kmap.land.parts import parts, plan_facts
from kmap.land.uses import uses
from kmap.land.words import words
from rules import Book, Evaluation, evaluate

Json = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """The plot as far as building on it goes; shapes in EPSG:32643, areas in square metres."""

    plot: Polygon
    edges: Edges | None
    facts: Mapping[str, Any]
    as_of: date
    zones: tuple[Json, ...] = ()
    """The zones of the plot: code, title, area_m2, share_pct, uses, parameters.

    Where one zone surely holds the whole plot, ``facts`` has it, and what it says, already.
    """


@dataclass(frozen=True)
class MayBuild:
    """The limits, the ground left inside the yards by height, and what was assumed."""

    assumed: Json
    evaluation: Json
    limits: list[Json]
    footprint: Polygon | MultiPolygon | None
    footprint_how: Json
    steps: tuple[Step, ...]
    parts: list[Json]
    choices: list[Json]
    cures: Json


def may_build(book: Book, site: Site, use: str) -> MayBuild:
    """Work out what may be built for a use of ``uses.yaml``."""
    assumed = dict(uses()[use]["facts"])
    of_plot = {k: v for k, v in site.facts.items() if k in book.vocabulary}
    facts = {**of_plot, **assumed}
    judged = evaluate(book, facts, site.as_of)
    evaluation = judged.applying()
    kept = _yards_kept(evaluation)
    tall = evaluate(book, {**facts, **kept, "height_m": TALL_M}, site.as_of)
    yards = {name: _yard(evaluation, name) for name in YARDS}
    road = limit_of(evaluation, "road_distance_m", *_words("road"))
    yards["front"] = strictest([one for one in (yards["front"], road) if one], least=False)
    footprint, how = _footprint(site, yards, road)
    limits = [_named(limit, name) for name, limit in yards.items() if limit]
    limits += [road] if road else []
    limits += _areas(evaluation, footprint, assumed)
    split = () if "zone" in of_plot else site.zones
    limits += _height(evaluation, tall, assumed, split)
    limits += [
        limit
        for name in ("access_width_m", "parking_cars")
        if (limit := limit_of(evaluation, name, *_words(name)))
    ]
    needed = [noc["id"] for noc in evaluation["nocs"]]
    return MayBuild(
        assumed={"use": use, "title": uses()[use]["title"], "facts": assumed},
        evaluation=evaluation,
        limits=[_limit_json(limit, assumed) for limit in limits],
        footprint=footprint,
        footprint_how=how,
        steps=_steps(book, judged, facts, site, road) if footprint is not None else (),
        parts=parts(book, facts, site.as_of, split, str(assumed["occupancy"])),
        choices=choices(judged, of_plot, site.zones),
        cures=cures(judged, facts, needed),
    )


def _steps(
    book: Book, judged: Evaluation, facts: Mapping[str, Any], site: Site, road: Limit | None
) -> tuple[Step, ...]:
    if site.edges is None:
        return ()
    road_m = float(road.value) if road else 0.0
    return steps(Asked(book, judged, facts, site.as_of, site.plot, site.edges, road_m))


def _named(limit: Limit, side: str) -> Limit:
    """Give a limit the name of the yard it stands for, whichever clause binds."""
    key, en, ml = _words(side)
    return replace(limit, key=key, en=en, ml=ml)


ASSUMED_AS = {"height_m": "height_m", "floor_area_m2": "built_up_area_m2"}
"""The assumed fact that a limit leaves slack to."""


def _limit_json(limit: Limit, assumed: Json) -> Json:
    """Return a limit as it is printed, with the slack that the assumed building leaves."""
    there = assumed.get(ASSUMED_AS.get(limit.key, ""))
    slack = None if there is None else round(limit.value - float(there), 2)
    return {**limit.as_json(), "slack": slack}


def _words(name: str) -> tuple[str, str, str]:
    """Return id, English and Malayalam title of a limit."""
    found = words()["limits"][name]
    return found["id"], found["en"], found["ml"]


def _yards_kept(evaluation: Json) -> dict[str, float]:
    """Return the yard facts of a building that keeps exactly what is required."""
    kept: dict[str, float] = {}
    for names in YARDS.values():
        for name in names:
            required = first_required(evaluation, name, "at_least")
            if required is not None:
                kept[name] = required
    road = first_required(evaluation, "road_distance_m", "at_least")
    front = kept.get("front_yard_min_m")
    if road is not None:
        kept["road_distance_m"] = max(road, front or 0.0)
        if front is not None:
            kept["front_yard_min_m"] = max(front, road)
    return kept


def _yard(evaluation: Json, side: str) -> Limit | None:
    """Return a yard's limit: its average where one is required, which keeps the least too."""
    found = [limit_of(evaluation, name, *_words(side)) for name in YARDS[side]]
    return strictest([limit for limit in found if limit], least=False)


def _footprint(
    site: Site, yards: dict[str, Limit | None], road: Limit | None
) -> tuple[Polygon | MultiPolygon | None, Json]:
    """Return the plot inside its yards, and how it was found or why it was not."""
    if site.edges is None:
        return None, _how("no-street")
    if any(limit is None for limit in yards.values()):
        return None, _how("no-yards")
    wide = {name: float(limit.value) for name, limit in yards.items() if limit}
    at_road = float(road.value) if road else 0.0
    edges = site.edges
    shape = inside_yards(
        site.plot,
        [
            (edges.front, max(wide["front"], at_road)),
            (edges.other_streets, max(wide["side"], at_road)),
            (edges.rear, wide["rear"]),
            (edges.sides, wide["side"]),
        ],
    )
    if shape is None:
        return None, _how("nothing-left")
    return shape, _how("found" if edges.rear else "no-rear")


def _how(key: str) -> Json:
    en, ml = (words()["footprint"][key][lang] for lang in ("en", "ml"))
    return {"id": f"footprint-{key}", "en": en, "ml": ml}


def _areas(
    evaluation: Json, footprint: Polygon | MultiPolygon | None, assumed: Json
) -> list[Limit]:
    """Return the limits on covered ground and floor area, square metres."""
    area = evaluation["derived"].get("plot_area_m2")
    if not isinstance(area, int | float):
        return []
    coverage = limit_of(evaluation, "coverage_pct", *_words("footprint"))
    ground = [coverage.times(area / 100, "m2")] if coverage else []
    if footprint is not None:
        en, ml = "inside the yards", "മുറ്റങ്ങൾക്കുള്ളിൽ"
        ground.append(Limit.of_place(*_words("footprint"), footprint.area, "r26-yards", en, ml))
    covered = strictest(ground, least=True)
    floors = []
    fsi = limit_of(evaluation, "fsi", *_words("floor"))
    if fsi:
        floors.append(replace(fsi.times(area, "m2"), tiers=_tiers(evaluation, area)))
    if covered and assumed.get("storeys"):
        en, ml = f"on {assumed['storeys']} storeys", f"{assumed['storeys']} നിലകളിൽ"
        room = covered.value * assumed["storeys"]
        floors.append(Limit.of_place(*_words("floor"), room, covered.clause, en, ml))
    return [limit for limit in (covered, strictest(floors, least=True)) if limit]


def _tiers(evaluation: Json, area: float) -> tuple[Json, ...]:
    """Return the steps of floor area: free, with the first fee, with the second."""
    names = (("free", "fsi_allowed_free"), ("first_fee", "fsi_allowed_first"))
    out: list[Json] = []
    best = 0.0
    for tier, name in (*names, ("second_fee", "fsi_allowed_top")):
        fsi = evaluation["derived"].get(name)
        if isinstance(fsi, int | float) and fsi > best:
            out.append({"tier": tier, "fsi": fsi, "area_m2": round(fsi * area, 2)})
            best = float(fsi)
    return tuple(out)


def _height(
    evaluation: Json, tall: Evaluation, assumed: Json, zones: Sequence[Json]
) -> list[Limit]:
    """Return the height limit: the lowest cap, never below a height the book already passes.

    ``zones`` are those of a split plot: their heights are caps too, for it may stand on either.
    """
    key, en, ml = _words("height")
    caps = [
        Limit(
            key, en, ml, float(height), "m", f"zone-{zone['code']}", None, zone["title"], "unknown"
        )
        for zone in zones
        if (height := plan_facts(tall.book, zone).get("plan_height_m")) is not None
    ]
    for clause, check in tall.checks("height_m"):
        if check.op not in {"at_most", "less_than"} or check.required is None:
            continue
        told = evaluation["clauses"].get(clause, {}).get("verdict", "not_applicable")
        passes = told in {"pass", "not_applicable"}
        floor = float(assumed.get("height_m", 0.0)) if passes else 0.0
        limit = Limit.of_clause(
            _words("height"), clause, tall.clause(clause), max(float(check.required), floor), "m"
        )
        caps.append(limit)
    found = strictest(caps, least=True)
    return [found] if found else []
