"""A drawing -> everything it says: the one way through read, frame, parts and measures."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from gis.drawing import building, floors, services, site
from gis.drawing.complaints import NOTHING, as_json, unreadable
from gis.drawing.crowds import MOST_NAMES, fewer, without_crowds, without_long_texts
from gis.drawing.dialect import Dialect, load
from gis.drawing.frame import NAMES, Frame, choose
from gis.drawing.keys import read_keys
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts
from gis.drawing.read import load as load_bytes
from gis.drawing.read import parse, taken
from gis.drawing.sketch import sketch
from gis.errors import UnreadableError
from gis.model import Complaint, Measure, Raw, Survey

_LEAST_STOREY_M = 2.0
"""No storey of a building is lower; a height that says so measures something else."""


def survey(path: Path, dialect: Dialect | None = None) -> Survey:
    """Read and measure a drawing; never raises for what the drawing holds.

    Returns:
        The survey; ``readable`` False with one complaint when nothing could be read.

    """
    return _surveyed(lambda: load_bytes(path), dialect or load())


def survey_of(file: BinaryIO) -> Survey:
    """Read and measure an open drawing, as :func:`survey`."""
    return _surveyed(lambda: taken(file), load())


def _surveyed(take: Callable[[], bytes], dialect: Dialect) -> Survey:
    sha256: str | None = None
    try:
        data = take()
        sha256 = hashlib.sha256(data).hexdigest()
        raw = parse(data, dialect.measures)
    except UnreadableError as error:
        return unreadable(error.complaint, sha256, **error.details)
    except RecursionError:
        return unreadable("blocks_too_deep", sha256)
    return measured(raw, dialect, sha256)


def measured(raw: Raw, dialect: Dialect, sha256: str) -> Survey:
    """Measure a drawing that was read."""
    raw = without_long_texts(raw)
    texts = [e for e in raw.entities if e.kind == "text"]
    typed, said = read_keys(texts, dialect.keys)
    plots = [e for e in raw.entities if _role(dialect, e.layer) == "plot"]
    area = next((t.value for t in typed.get("plot_area", [])), None)
    frame = choose(raw, plots, area if isinstance(area, float) else None)
    placed = [(frame.local(e), p) for e in raw.entities if (p := dialect.place(e.layer))]
    placed, crowds = without_crowds(placed)
    parts = Parts(dialect, frame, placed)
    outer = [*raw.complaints, *frame.complaints, *crowds]
    local = [replace(c, at=_local(frame, c)) for c in said]
    parts.complaints.extend(local)
    _say_layers(parts, raw)
    measurements = _measure(parts) if frame.sure else dict(NOTHING)
    typed_local = {
        means: [replace(t, entity=frame.local(t.entity)) for t in group]
        for means, group in typed.items()
    }
    measurements["typed"] = services.typed(parts, typed_local)
    drawing = {
        "sha256": sha256,
        "units": NAMES[frame.units_code],
        "release": raw.release,
        "dialect": dialect.id,
        "layers_measured": sorted({e.layer for e in raw.entities}),
    }
    complaints = [*outer, *(_placed(frame, c) for c in parts.complaints)]
    return Survey(
        drawing,
        measurements,
        tuple(_outer(frame, m) for m in parts.measures),
        tuple(as_json(c) for c in fewer(_in_order(complaints))),
        sketch(parts),
    )


def _role(dialect: Dialect, layer: str) -> str | None:
    place = dialect.place(layer)
    return place.kind.role if place else None


def _local(frame: Frame, complaint: Complaint) -> tuple[float, float] | None:
    if complaint.at is None:
        return None
    (x, y), (ox, oy) = complaint.at, frame.origin
    return x * frame.metres - ox, y * frame.metres - oy


def _placed(frame: Frame, complaint: Complaint) -> Complaint:
    return complaint if complaint.at is None else replace(complaint, at=frame.outer(complaint.at))


def _outer(frame: Frame, measure: Measure) -> Measure:
    seen = measure.witness
    if seen is None or seen.at is None:
        return measure
    return replace(measure, witness=replace(seen, at=frame.outer(seen.at)))


def _in_order(complaints: Iterable[Complaint]) -> list[Complaint]:
    """Drop exact repeats, keep the order."""
    seen: set[tuple[Any, ...]] = set()
    out = []
    for one in complaints:
        key = (one.code, one.layer, one.at, tuple(sorted(one.details.items())))
        if key not in seen:
            seen.add(key)
            out.append(one)
    return out


def _say_layers(parts: Parts, raw: Raw) -> None:
    """Say what was left out and which layer names are near misses."""
    dialect = parts.dialect
    outside = [n for n in raw.strange_layers if not dialect.is_known(n)]
    meant = {name: dialect.suggestion(name) for name in outside[:MOST_NAMES]}
    for name, right in meant.items():
        if right is not None:
            parts.say("layer_misspelt", name, None, meant=right)
    if len(outside) > MOST_NAMES:
        counts = {"count": str(len(outside)), "most": str(MOST_NAMES)}
        parts.say("layers_too_many", None, None, **counts)
    rest = sorted(n for n in outside if meant.get(n) is None and n != "0")
    if rest:
        names = ", ".join(rest[:6]) + (" ..." if len(rest) > 6 else "")
        parts.say("strange_layers", None, None, count=str(len(rest)), names=names)
    codes = {
        "paper_space": "paper_space_left_out",
        "image": "images_left_out",
        "xref": "xrefs_left_out",
    }
    for kind, count in raw.left_out.items():
        parts.say(codes[kind], None, None, count=str(count))
    if not raw.entities:
        parts.say("nothing_known", None, None)


def _measure(parts: Parts) -> dict[str, Any]:
    ground = site.plot(parts)
    roads = site.roads(parts, ground)
    numbers = parts.blocks()
    blocks = [_block(parts, ground, roads, n) for n in numbers]
    building.ways_out(parts, numbers)
    building.gaps(parts, numbers)
    services.power_lines(parts)
    return {
        "plot_area_drawn_m2": None if ground is None else round(ground.area_m2, 6),
        "blocks": blocks,
        "roads": [{"layer": r.layer, "street_class": r.place.kind.street_class} for r in roads],
        **services.water(parts, ground),
        "parking": services.parking(parts),
    }


def _block(
    parts: Parts, ground: Outline | None, roads: list[Outline], block: int
) -> dict[str, Any]:
    covered = building.covered(parts, block)
    height = building.height(parts, block)
    found = floors.floors(parts, block)
    units = building.units(parts, block)
    building.stairs(parts, block)
    building.hall(parts, block)
    out: dict[str, Any] = {
        "block": block,
        "covered_area_m2": None if covered is None else round(covered, 6),
        "height_m": None if height is None else round(height, 6),
        "floors": [],
        "levels": _levels(parts, ground, roads, block),
        "units_m2": [round(u, 6) for u in units],
    }
    if found:
        _note_floors(parts, block, found, covered, height)
        out["floors"] = [_floor_json(parts, f) for f in found]
    else:
        layer = parts.missing("built_up", block=block, floor=0)
        parts.say("floors_missing", layer, None, block=str(block))
    return out


def _floor_json(parts: Parts, floor: floors.Floor) -> dict[str, Any]:
    uses: dict[str, float] = {}
    for colour, area in floor.by_colour_m2.items():
        use = parts.dialect.occupancies.get(colour, {})
        name = use.get("group") or f"colour {colour}"
        uses[name] = round(uses.get(name, 0.0) + area, 6)
    return floor.as_json() | {"by_occupancy": uses}


def _note_floors(
    parts: Parts,
    block: int,
    found: list[floors.Floor],
    covered_m2: float | None,
    height_m: float | None,
) -> None:
    """Note built-up area, uses, storeys and basements of a block."""
    seen = witness([o for f in found for o in f.outlines if f.typical_of is None])
    count, basements, how = floors.storeys(parts, found, covered_m2 or 0.0)
    if height_m is not None and height_m < _LEAST_STOREY_M * count:
        layer = parts.missing("height", block=block)
        high = f"{height_m:.2f}"
        parts.say("height_low", layer, None, block=str(block), height_m=high, storeys=str(count))
    uses = {str(c): a for c, a in building.uses(found).items()}
    total = sum(f.built_up_m2 for f in found)
    for name, value, said in (
        ("built_up", total, "floors_added"),
        ("uses", uses, "colour"),
        ("storeys", count, how),
        ("basements", basements, "basements_counted"),
    ):
        parts.measures.append(Measure(name, value, said, witness=seen, block=block))


def _levels(
    parts: Parts, ground: Outline | None, roads: list[Outline], block: int
) -> list[dict[str, Any]]:
    out = []
    levels = site.levels(parts, block)
    above = [n for n in levels if n >= 0]
    for level in levels:
        found = site.yards(parts, ground, block, level)
        entry: dict[str, Any] = {"level": level, "yards": found, "road_distance_m": None}
        if level >= 0:
            distance = site.road_distance(parts, roads, block, level, min(above))
            entry["road_distance_m"] = None if distance is None else round(distance, 6)
        elif entry["yards"]:
            layer = parts.missing("footprint", block=block, level=0)
            parts.say("basement_yards_not_judged", layer, None, block=str(block))
        out.append(entry)
    return out
