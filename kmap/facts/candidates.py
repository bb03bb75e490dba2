"""What could be a fact: everything measured, typed or given, before one is chosen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gis.drawing.complaints import fill, hows
from gis.drawing.dialect import Dialect
from gis.model import Complaint, Measure, Survey
from kmap.facts.parts import PARTS, PLOT_LEAST
from rules import Book

Where = tuple[tuple[str, int], ...]
"""() for the plot, (("block", 1),), (("block", 1), ("level", 0)), (("block", 1), ("floor", 2))."""

SIDES = ("front", "rear", "side1", "side2")
MEASURED = {
    "plot_area": "plot_area_drawn_m2",
    "street_class": "street_class",
    "street_width": "street_width_m",
    "corner_plot": "corner_plot",
    "other_street_width": "other_street_width_m",
    "corner_splay": "corner_splay_m",
    "corner_splay_other": "corner_splay_other_m",
    "internal_street": "internal_street_distance_m",
    "level_kind": "level_kind",
    "covered": "covered_area_m2",
    "height": "height_m",
    "built_up": "built_up_area_m2",
    "storeys": "storeys",
    "basements": "basements",
    "units": "dwelling_units",
    "unit_areas": "unit_areas_m2",
    "hall": "hall_area_m2",
    "stairs": "stairs",
    "fire_stairs": "fire_stairs",
    "lifts": "lifts",
    **{measure: fact for measure, (fact, _) in PARTS.items()},
    "block_gap": "building_gap_m",
    "road_distance": "road_distance_m",
    "well_to_pit": "well_to_pit_m",
    "well_to_boundary": "well_to_boundary_m",
    "pit_to_boundary": "pit_to_boundary_m",
    "well_to_street": "well_to_street_m",
    "underground_to_road": "underground_to_road_m",
    "water_tank_to_boundary": "water_tank_to_boundary_m",
    "septic_tank": "septic_tank",
    "cars": "parking_cars",
    "car_bay_width": "car_bay_width_m",
    "car_bay_length": "car_bay_length_m",
    "parallel_bay_length": "parallel_bay_length_m",
    "accessible": "parking_accessible",
    "accessible_bay_width": "accessible_bay_width_m",
    "accessible_bay_distance": "accessible_bay_distance_m",
    "two_wheeler": "parking_two_wheeler_m2",
    "two_wheeler_bay_width": "two_wheeler_bay_width_m",
    "parking_aisle": "parking_aisle_m",
    "driveway_width": "driveway_width_m",
    "yard_parking": "yard_parking_pct",
    "loading_area": "loading_area_m2",
    "loading_bays": "loading_bays",
    "mechanised_distance": "mechanised_distance_m",
    "mechanised_height": "mechanised_height_m",
    "recreation_area": "recreation_area_m2",
    "recreation_ground": "recreation_ground_m2",
    "recreation_least": "recreation_least_m",
    "recreation_terrace": "recreation_terrace_pct",
    "accessory_building": "accessory_building",
    "accessory_area": "accessory_area_m2",
    "accessory_to_boundary": "accessory_to_boundary_m",
    "accessory_to_building": "accessory_to_building_m",
    "accessory_to_road": "accessory_to_road_m",
    "open_space": "open_space_m2",
    "wall_length": "wall_length_m",
    "wall_on_street": "wall_on_street",
    "site_entrance": "site_entrance_m",
    "fire_space": "fire_space_m",
    "fire_space_clear": "fire_space_clear",
    "excavation_to_boundary": "excavation_to_boundary_m",
    "line_horizontal": "power_line_horizontal_m",
    "line_vertical": "power_line_vertical_m",
    "edge_outside_yards": "edge_outside_yards_m",
    **{f"{s}_{k}": f"{s}_yard_{k}_m" for s in SIDES for k in ("min", "avg")},
}
"""Name of a measure -> fact."""
TYPED = {
    **MEASURED,
    "plot_area": "plot_area_record_m2",
    "access_width": "access_width_m",
    "rain_tank": "rain_tank_l",
    "mechanical_parking": "mechanised_cars",
    "power_line_kv": "power_line_kv",
    "excavation_depth": "excavation_depth_m",
    "surrendered_width": "surrendered_width_m",
    "monument_distance": "monument_distance_m",
    "recharge": "recharge",
    "organic_waste_unit": "organic_waste_unit",
    "water_reuse": "water_reuse",
    "waste_segregation": "waste_segregation",
    "solar_water_provision": "solar_water_provision",
    "pv_roof_share": "pv_roof_share_pct",
    "compound_wall": "compound_wall",
    "ev_points": "ev_points",
    "trees": "trees",
    "crz": "crz_category",
    "security_zone": "security_zone",
    "commercial_zone": "commercial_zone_only",
    "deep_cutting": "excavation_depth_m",
}
"""Name of a typed value -> the fact it claims."""
_SAID = {"typed", "drawn", "drawn_dimension", "drawn_share"}
"""How an applicant says a thing: by a text, or by drawing what is no measurement."""
NOT_A_VALUE = {"crz", "deep_cutting"}
"""Typed answers that say something about a fact without being a value of it."""
_HOMES = {1: "single_house", 2: "dual_house"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value that someone gives for one fact in one place."""

    fact: str
    value: Any
    by: str
    """measured | declared | map"""
    how: Mapping[str, str]
    where: Where = ()
    witness: Mapping[str, Any] | None = None
    admitted: bool = True
    """False: only ever a claim."""
    site: bool = False
    source: Mapping[str, Any] | None = None
    """Of a fact of the map: name, date and load of the layer it comes from."""

    def as_json(self) -> dict[str, Any]:
        """Return the source as issue 2 prints it."""
        plain = {"by": self.by, "how": dict(self.how), "witness": self.witness}
        return plain if self.source is None else plain | {"source": dict(self.source)}

    def claim_json(self) -> dict[str, Any]:
        """Return the claim: its value beside its source."""
        return {"value": self.value, "where": dict(self.where)} | self.as_json()


@dataclass
class Desk:
    """Gathers candidates and complaints."""

    survey: Survey
    dialect: Dialect
    book: Book
    candidates: list[Candidate] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def add(self, candidate: Candidate) -> None:
        """Take a candidate whose fact the vocabulary has."""
        if candidate.fact in self.book.vocabulary:
            self.candidates.append(candidate)


def _where(measure: Measure) -> Where:
    parts = [("block", measure.block), ("level", measure.level), ("floor", measure.floor)]
    return tuple((name, number) for name, number in parts if number is not None)


def how_of(measure: Measure) -> dict[str, str]:
    """Return how a value was found, in both languages."""
    return fill(hows()[measure.how], measure.details)


def witness_of(measure: Measure) -> dict[str, Any] | None:
    """Return the witness of a value as plain JSON."""
    return None if measure.witness is None else measure.witness.as_json()


def _worst_of_plot(measures: Iterable[Measure]) -> Iterable[Measure]:
    """Yield the measures, of those that make one fact of the plot only the least, for the plot."""
    least: dict[tuple[str, bool], Measure] = {}
    for measure in measures:
        if measure.name not in PLOT_LEAST:
            yield measure
        elif (
            known := least.get((measure.name, measure.typed))
        ) is None or measure.value < known.value:
            least[measure.name, measure.typed] = measure
    for measure in least.values():
        yield replace(measure, block=None, floor=None)


def from_measures(desk: Desk) -> None:
    """Take over what was measured and what was said on the drawing."""
    for measure in _worst_of_plot(desk.survey.measures):
        typed_on_paper = measure.typed and measure.how in _SAID
        fact = (TYPED if typed_on_paper else MEASURED).get(measure.name)
        if fact is None or fact not in desk.book.vocabulary:
            continue
        suppliers = desk.book.vocabulary[fact].supplied_by
        admitted = not measure.typed or (
            typed_on_paper and "declared" in suppliers and "map" not in suppliers
        )
        admitted = admitted and measure.name not in NOT_A_VALUE
        by = "declared" if measure.typed else "measured"
        desk.add(
            Candidate(
                fact,
                measure.value,
                by,
                how_of(measure),
                _where(measure),
                witness_of(measure),
                admitted,
            )
        )


_BY_SITE = {
    "en": "Given in the site facts.",
    "ml": "സൈറ്റ് വിവരങ്ങളിൽ തന്നത്.",
}


def from_site(desk: Desk, site: Mapping[str, Any]) -> None:
    """Take over what a person gives."""
    for name, value, where in _flat(site, ()):
        desk.add(Candidate(name, value, "declared", _BY_SITE, where, site=True))


def _flat(facts: Mapping[str, Any], where: Where) -> Iterable[tuple[str, Any, Where]]:
    """Yield (fact, value, where) of a facts object, nested blocks, levels and floors included."""
    below = {"blocks": "block", "levels": "level", "floors": "floor", "units": "unit"}
    for name, value in facts.items():
        if name in below:
            for one in value:
                here = (*where, (below[name], one[below[name]]))
                yield from _flat(one, here)
        elif name not in below.values():
            yield name, value, where


def from_uses(desk: Desk) -> None:
    """Turn the colours of built-up outlines into occupancy groups; doubtful ones are only said."""
    for measure in desk.survey.measures:
        if measure.name == "floor_uses":
            _floor_uses(desk, measure)
        if measure.name != "uses":
            continue
        areas, sure = _groups(desk, measure)
        if not sure or not areas:
            continue
        main = max(areas, key=lambda g: areas[g])
        where, seen = _where(measure), witness_of(measure)
        by_group = fill(hows()["colour"], {})
        desk.add(Candidate("floor_area_by_group_m2", areas, "measured", by_group, where, seen))
        how = by_group if len(areas) == 1 else fill(hows()["colour_main"], {})
        desk.add(Candidate("occupancy", main, "measured", how, where, seen))
        uses = [desk.dialect.occupancies.get(int(colour), {}) for colour in measure.value]
        kinds = {use.get("sub") for use in uses}
        if len(kinds) == 1 and (kind := kinds.pop()):
            desk.add(Candidate("occupancy_sub", kind, "measured", by_group, where, seen))


def _floor_uses(desk: Desk, measure: Measure) -> None:
    """Give a floor its group, or its areas by group; a doubtful colour leaves both open.

    The colours were complained of with the block that holds the floor.
    """
    areas, sure = _by_group(desk, measure)
    if not sure or not areas:
        return
    how, where, seen = how_of(measure), _where(measure), witness_of(measure)
    desk.add(Candidate("floor_use_m2", areas, "measured", how, where, seen))
    if len(areas) == 1:
        desk.add(Candidate("floor_group", next(iter(areas)), "measured", how, where, seen))
    else:
        desk.add(Candidate("floor_use_areas_m2", areas, "measured", how, where, seen))


def _groups(desk: Desk, measure: Measure) -> tuple[dict[str, float], bool]:
    """Return area by group, and whether every colour is sure; the others are said."""
    for colour in _colours(measure):
        use = desk.dialect.occupancies.get(int(colour))
        at = measure.witness.at if measure.witness else None
        layer = measure.witness.layer if measure.witness else None
        details = {"colour": colour, "block": str(measure.block)}
        if use is None:
            details |= {"colours": desk.dialect.colours()}
            desk.complaints.append(Complaint("occupancy_colour_unknown", layer, at, details))
        elif "doubtful" in use:
            why = {
                "was": use["was"],
                "why": use["doubtful"]["en"],
                "why_ml": use["doubtful"]["ml"],
            }
            said = Complaint("occupancy_colour_doubtful", layer, at, details | why)
            desk.complaints.append(said)
    return _by_group(desk, measure)


def _by_group(desk: Desk, measure: Measure) -> tuple[dict[str, float], bool]:
    """Return area by group, and whether every colour has one."""
    areas: dict[str, float] = defaultdict(float)
    sure = True
    for colour in _colours(measure):
        group = desk.dialect.occupancies.get(int(colour), {}).get("group")
        if group is None:
            sure = False
        else:
            areas[group] += measure.value[colour]
    return dict(areas), sure


def _colours(measure: Measure) -> list[str]:
    return [colour for colour, area in measure.value.items() if area >= 0.005]


def from_units(desk: Desk) -> None:
    """Turn the number of homes into house or flats; say so when a home has none drawn."""
    for block in blocks_drawn(desk):
        where: Where = (("block", block),)
        main = [
            c.value for c in desk.candidates if c.fact == "occupancy" and c.where in {where, ()}
        ]
        if not main or main[0] != "A1":
            continue
        counts = [
            c for c in desk.candidates if c.fact == "dwelling_units" and c.where in {where, ()}
        ]
        if not counts:
            if any(c.fact == "occupancy_sub" and c.site for c in desk.candidates):
                continue
            layer = desk.dialect.layer_for("unit", block=block, floor=0)
            said = Complaint("units_missing", layer, None, {"block": str(block)})
            desk.complaints.append(said)
            continue
        count = counts[0]
        kind = _HOMES.get(count.value, "apartment") if count.value else None
        if kind is not None:
            found = Candidate("occupancy_sub", kind, count.by, count.how, where, count.witness)
            desk.candidates.insert(0, found)


def from_answers(desk: Desk) -> None:
    """Join typed yes and no answers: consent holds where all asked say yes, openings where any."""
    typed = [m for m in desk.survey.measures if m.typed and m.how == "typed"]
    consent = [m for m in typed if m.name in {"consent_side", "consent_rear"}]
    openings = [m for m in typed if m.name == "opening"]
    for group, fact, join in (
        (consent, "neighbour_consent", all),
        (openings, "openings_on_short_yard", any),
    ):
        if group:
            value = join(bool(m.value) for m in group)
            first = group[0]
            desk.add(Candidate(fact, value, "declared", how_of(first), (), witness_of(first)))


def add_floor_area(desk: Desk) -> None:
    """Add up the floor area of all blocks, if every block has its floors drawn."""
    built = [m for m in desk.survey.measures if m.name == "floor_area" and not m.typed]
    if built and {m.block for m in built} == set(blocks_drawn(desk)):
        less = sum(float(m.details["less_m2"]) for m in built)
        how = fill(hows()["floor_area_law"], {"less_m2": f"{less:.2f}"})
        total = sum(m.value for m in built)
        seen = witness_of(built[0])
        desk.add(Candidate("total_floor_area_m2", total, "measured", how, (), seen))


def blocks_drawn(desk: Desk) -> list[int]:
    """Return the numbers of the blocks that are drawn."""
    return [b["block"] for b in desk.survey.measurements.get("blocks", [])]
