"""A drawing -> everything it says: the one way through read, frame, parts and measures."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from gis.drawing import (
    building,
    exits,
    floors,
    grounds,
    heights,
    roads,
    rooms,
    services,
    site,
    stairs,
)
from gis.drawing.collect import collect
from gis.drawing.complaints import NOTHING, as_json, unreadable
from gis.drawing.crowds import MOST_NAMES, fewer, without_crowds, without_long_texts
from gis.drawing.dialect import USUAL, Dialect, load, recognised
from gis.drawing.edges import Sides
from gis.drawing.frame import NAMES, Frame, choose
from gis.drawing.house import House
from gis.drawing.keys import read_keys
from gis.drawing.mezzanines import mezzanines
from gis.drawing.mtext import plain
from gis.drawing.outlines import Outline, witness
from gis.drawing.parking import parking
from gis.drawing.parts import Parts
from gis.drawing.projections import open_steps, shades
from gis.drawing.read import load as load_bytes
from gis.drawing.read import opened, taken
from gis.drawing.scale import clues
from gis.drawing.sketch import sketch
from gis.errors import UnreadableError
from gis.model import Complaint, Measure, Raw, Survey

_R12, _R12_LETTERS = "AC1009", 31
"""The release that cuts the names of layers, and where."""
_LEAST_STOREY_M = 2.0
"""No storey of a building is lower; a height that says so measures something else."""


def survey(path: Path, dialect: Dialect | None = None) -> Survey:
    """Read and measure a drawing; never raises for what the drawing holds.

    Args:
        path: of the drawing.
        dialect: the one it is drawn in; None = the one it plainly is of, else the usual one.

    Returns:
        The survey; ``readable`` False with one complaint when nothing could be read.

    """
    return _surveyed(lambda: load_bytes(path), dialect)


def survey_of(file: BinaryIO, dialect: Dialect | None = None) -> Survey:
    """Read and measure an open drawing, as :func:`survey`."""
    return _surveyed(lambda: taken(file), dialect)


def _surveyed(take: Callable[[], bytes], dialect: Dialect | None) -> Survey:
    sha256: str | None = None
    try:
        data = take()
        sha256 = hashlib.sha256(data).hexdigest()
        sections, said = opened(data)
        if dialect is None:
            dialect = recognised(sections.layers(), map(plain, sections.texts()))
            said = (*said, *_unusual(dialect))
        raw = collect(sections, dialect.measures)
        raw = replace(raw, complaints=(*said, *raw.complaints))
    except UnreadableError as error:
        return unreadable(error.complaint, sha256, **error.details)
    except RecursionError:
        return unreadable("blocks_too_deep", sha256)
    return measured(raw, dialect, sha256)


def _unusual(dialect: Dialect) -> list[Complaint]:
    """Say that a drawing was taken for one of another dialect."""
    if dialect.id == USUAL:
        return []
    usual = load().title
    details = {"title": dialect.title["en"], "title_ml": dialect.title["ml"]}
    details |= {"usual": usual["en"], "usual_ml": usual["ml"]}
    return [Complaint("dialect_chosen", details=details)]


def measured(raw: Raw, dialect: Dialect, sha256: str) -> Survey:
    """Measure a drawing that was read."""
    raw = without_long_texts(raw)
    texts = [e for e in raw.entities if e.kind == "text"]
    typed, said = read_keys(texts, dialect.keys)
    on_layers = [(e, p) for e in raw.entities if (p := dialect.place(e.layer))]
    area = next((t.value for t in typed.get("plot_area", [])), None)
    found = clues(on_layers, area if isinstance(area, float) else None, dialect)
    frame = choose(raw, found, dialect.units_code)
    placed = [(frame.local(e), p) for e, p in on_layers]
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
    grounds.against_typed(parts, typed_local)
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


def _local(frame: Frame, complaint: Complaint) -> tuple[float, float] | None:
    if complaint.at is None:
        return None
    (x, y), (ox, oy) = complaint.at, frame.origin
    return x * frame.metres - ox, y * frame.metres - oy


def _placed(frame: Frame, complaint: Complaint) -> Complaint:
    return complaint if complaint.at is None else replace(complaint, at=frame.outer(complaint.at))


def _outer(frame: Frame, measure: Measure) -> Measure:
    seen = measure.witness
    if seen is None:
        return measure
    at = None if seen.at is None else frame.outer(seen.at)
    line = None if seen.line is None else (frame.outer(seen.line[0]), frame.outer(seen.line[1]))
    return replace(measure, witness=replace(seen, at=at, line=line))


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
    cut = [n for n in outside if raw.release == _R12 and len(n) == _R12_LETTERS]
    if cut:
        parts.say("layer_names_cut", cut[0], None, names=", ".join(cut[:3]))
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
    streets = roads.streets(parts, ground)
    lie = site.sides_of(ground, streets)
    numbers = parts.blocks()
    blocks = [_block(parts, ground, streets, lie, n) for n in numbers]
    building.gaps(parts, numbers)
    roads.corner(parts, streets, lie)
    roads.internal(parts, streets, {n: h for n in numbers if (h := site.home(parts, n))})
    access_m = roads.access(parts, streets)
    return {
        "plot_area_drawn_m2": None if ground is None else round(ground.area_m2, 6),
        "blocks": blocks,
        "roads": [s.as_json() for s in streets],
        "access_narrowest_m": None if access_m is None else round(access_m, 6),
        **services.water(parts, ground, streets, lie),
        "parking": parking(parts, ground, streets, lie),
        "grounds": grounds.grounds(parts, ground, streets, lie),
    }


def _block(
    parts: Parts,
    ground: Outline | None,
    streets: Sequence[roads.Street],
    lie: Sides,
    block: int,
) -> dict[str, Any]:
    covered = building.covered(parts, block)
    found = floors.floors(parts, block)
    house = House(
        parts,
        block,
        alone=parts.blocks() == [block],
        repeats=floors.typical(parts, block),
        cabins=frozenset(f.floor for f in found if f.cabin),
    )
    height = heights.height(house)
    units = building.units(parts, block)
    building.hall(parts, block)
    _parts_of(house)
    out: dict[str, Any] = {
        "block": block,
        "covered_area_m2": None if covered is None else round(covered, 6),
        "height_m": None if height is None else round(height, 6),
        "floors": [],
        "levels": _levels(parts, ground, streets, lie, block),
        "units_m2": [round(u, 6) for u in units],
    }
    if found:
        _note_floors(house, found, covered, height)
        out["floors"] = [_floor_json(parts, f) for f in found]
    else:
        layer = parts.missing("built_up", block=block, floor=0)
        parts.say("floors_missing", layer, None, block=str(block))
    return out


def _parts_of(house: House) -> None:
    """Note stairs, rooms, ways out, ramps and projections of a block."""
    stairs.stairs(house)
    heights.rooms(house)
    heights.above_floor(house)
    rooms.rooms(house)
    mezzanines(house)
    exits.exits(house)
    exits.way_out(house)
    exits.ramps(house)
    open_steps(house)


def _floor_json(parts: Parts, floor: floors.Floor) -> dict[str, Any]:
    uses: dict[str, float] = {}
    for colour, area in floor.by_colour_m2.items():
        use = parts.dialect.occupancies.get(colour, {})
        name = use.get("group") or f"colour {colour}"
        uses[name] = round(uses.get(name, 0.0) + area, 6)
    return floor.as_json() | {"by_occupancy": uses}


def _note_floors(
    house: House,
    found: list[floors.Floor],
    covered_m2: float | None,
    height_m: float | None,
) -> None:
    """Note built-up area, uses, storeys and basements of a block, and its floors."""
    parts, block = house.parts, house.block
    seen = witness([o for f in found for o in f.outlines if f.typical_of is None])
    count, basements, how = floors.storeys(parts, found, covered_m2 or 0.0)
    if height_m is not None and height_m < _LEAST_STOREY_M * count:
        layer = parts.missing("height", block=block)
        high = f"{height_m:.2f}"
        parts.say("height_low", layer, None, block=str(block), height_m=high, storeys=str(count))
    uses = {str(c): a for c, a in building.uses(found).items()}
    less = sum(f.built_up_m2 - f.floor_area_m2 for f in found)
    for name, value, said in (
        ("built_up", sum(f.built_up_m2 for f in found), "floors_added"),
        ("uses", uses, "colour"),
        ("storeys", count, how),
        ("basements", basements, "basements_counted"),
    ):
        house.note(name, value, said, seen)
    total = sum(f.floor_area_m2 for f in found)
    house.note("floor_area", total, "floor_area_law", seen, less_m2=f"{less:.2f}")
    parking = sum(f.spared("parking_ground") for f in found)
    if parking:
        house.note("parking_inside", parking, "inside_floors", seen)
    if how == "storeys_counted":
        _note_each_floor(house, found)
        stairs.between_floors(house, {f.floor for f in found if not f.cabin})


def _note_each_floor(house: House, found: list[floors.Floor]) -> None:
    """Note area and uses of each floor with its mezzanines, and that floor 0 is the ground floor.

    Where several floors lie on one floor's layer, no floor's own area can be told.
    """
    for number in sorted({f.floor for f in found if not f.cabin}):
        own = [f for f in found if f.floor == number]
        seen = witness([o for f in own for o in f.outlines])
        area = sum(f.built_up_m2 for f in own)
        uses = {str(c): a for c, a in building.built_up_uses(own).items()}
        house.note("floor_built_up", area, "floor_outlines", seen, number)
        house.note("floor_uses", uses, "colour", seen, number)
        if number == 0:
            house.note("floor_at_ground", True, "on_ground_floor", seen, number)


def _levels(
    parts: Parts,
    ground: Outline | None,
    streets: Sequence[roads.Street],
    lie: Sides,
    block: int,
) -> list[dict[str, Any]]:
    """Measure the yards and the distance from the road at every level of a block."""
    out = []
    levels = site.levels(parts, block)
    lowest = min((n for n in levels if n >= 0), default=None)
    for level in levels:
        found = site.yards(parts, ground, lie, block, level)
        home = site.footprint(parts, block, level)
        entry: dict[str, Any] = {"level": level, "yards": found.json}
        entry |= roads.distances(parts, streets, home, (block, level), level == lowest)
        if level < 0 and home is not None:
            site.below_ground(parts, block, level)
        if level == lowest and home is not None:
            shades(parts, block, found.clearances)
        out.append(entry)
    return out
