"""Who would supply a missing fact: the layer to draw, the key to type, or the site facts."""

from collections.abc import Mapping, Sequence
from typing import Any

from gis.drawing.dialect import Dialect
from kmap.facts.candidates import MEASURED, NOT_A_VALUE, SIDES, TYPED
from kmap.facts.parts import PARTS
from rules import Book

_ROLES = {
    "plot_area": "plot",
    "street_class": "road",
    "street_width": "road",
    "corner_plot": "road",
    "other_street_width": "road",
    "corner_splay": "plot",
    "corner_splay_other": "plot",
    "internal_street": "road",
    "level_kind": "footprint",
    "covered": "covered",
    "height": "height",
    "built_up": "built_up",
    "storeys": "built_up",
    "basements": "built_up",
    "units": "unit",
    "unit_areas": "unit",
    "hall": "hall",
    "stairs": "stair",
    "fire_stairs": "fire_stair",
    "lifts": "lift",
    **{measure: role for measure, (_, role) in PARTS.items()},
    "block_gap": "footprint",
    "road_distance": "road_distance",
    "well_to_pit": "well",
    "well_to_boundary": "well",
    "pit_to_boundary": "pit",
    "well_to_street": "well",
    "underground_to_road": "septic_tank",
    "water_tank_to_boundary": "rain",
    "septic_tank": "septic_tank",
    "cars": "bay",
    "car_bay_width": "bay",
    "car_bay_length": "bay",
    "parallel_bay_length": "bay",
    "accessible": "accessible_bay",
    "accessible_bay_width": "accessible_bay",
    "accessible_bay_distance": "accessible_bay",
    "two_wheeler": "two_wheeler",
    "two_wheeler_bay_width": "two_wheeler",
    "loading_area": "loading",
    "loading_bays": "loading",
    "mechanised_distance": "mech_bay",
    "mechanised_height": "mech_height",
    "recreation_area": "recreation",
    "recreation_ground": "recreation",
    "recreation_least": "recreation",
    "recreation_terrace": "terrace",
    "accessory_building": "accessory",
    "accessory_area": "accessory",
    "accessory_to_boundary": "accessory",
    "accessory_to_building": "accessory",
    "accessory_to_road": "accessory",
    "open_space": "footprint",
    "wall_length": "compound_wall",
    "wall_on_street": "compound_wall",
    "site_entrance": "main_gate",
    "fire_space": "fire_space",
    "fire_space_clear": "fire_space",
    **dict.fromkeys(("parking_aisle", "driveway_width", "yard_parking"), "bay"),
    "excavation_to_boundary": "footprint",
    "line_horizontal": "line_horizontal",
    "line_vertical": "line_vertical",
    "edge_outside_yards": "footprint",
    **{f"{side}_{kind}": side for side in SIDES for kind in ("min", "avg")},
}
"""Measure -> the role of the layer that supplies it."""
_BY_FACT = {fact: _ROLES[name] for name, fact in MEASURED.items() if name in _ROLES} | {
    "occupancy": "built_up",
    "floor_use_m2": "built_up",
    "floor_group": "built_up",
    "floor_use_areas_m2": "built_up",
    "floor_area_by_group_m2": "built_up",
    "total_floor_area_m2": "built_up",
    "occupancy_sub": "unit",
}
_DRAWN = {
    "well": "well",
    "recharge": "recharge_pit",
    "organic_waste_unit": "organic_waste",
    "water_reuse": "water_reuse",
    "waste_segregation": "waste_segregation",
    "solar_water_provision": "solar_heater",
    "pv_roof_share_pct": "solar",
    "compound_wall": "compound_wall",
    "ev_points": "charging",
    "trees": "tree_cover",
    "power_line_kv": "voltage",
    "excavation_depth_m": "cutting",
    "surrendered_width_m": "surrendered",
}
"""What may be declared -> the role of the layer on which drawing it says so."""
_JOINED = {
    "neighbour_consent": "NOC_TO_ABUT_SIDE",
    "openings_on_short_yard": "OPENING_BELOW_2.1_ON_SIDE_LESS_1M",
}
"""Facts that several typed answers make together -> one of the keys."""
Where = Mapping[str, int]


def supply(
    fact: str, dialect: Dialect, book: Book, where: Where, *, register_asked: bool = False
) -> dict[str, Any]:
    """Return {by, layer, key, says{en,ml}} for a fact that is missing at a place.

    ``by`` is measured (draw it on the layer), declared (type it as the key, or give it) or map.
    A fact that could be measured but that no layer of the dialect gives is honestly declared.
    ``register_asked``: the drawing was laid on its parcel, so the register has told all it knows.
    """
    entry = book.vocabulary.get(fact)
    suppliers = list(entry.supplied_by) if entry else ["declared"]
    role, key = _BY_FACT.get(fact), key_for(fact, dialect)
    if role is not None and "measured" in suppliers:
        layer = dialect.layer_for(role, **{"block": 1, "level": 0, "floor": 0, **where})
        says = {"en": f"Draw it on layer {layer}.", "ml": f"{layer} എന്ന ലെയറിൽ വരയ്ക്കുക."}
        return {"by": "measured", "layer": layer, "key": None, "says": says}
    if fact in _DRAWN:
        layer = dialect.layer_for(_DRAWN[fact], **{"block": 1, "level": 0, "floor": 0, **where})
        says = {
            "en": f"Draw it on layer {layer}, or give {fact} in the site facts.",
            "ml": f"{layer} എന്ന ലെയറിൽ വരയ്ക്കുക, അല്ലെങ്കിൽ സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക.",
        }
        return {"by": "declared", "layer": layer, "key": None, "says": says}
    if key is not None:
        says = {
            "en": f"Type {key}= on layer PLAN_INFO, or give {fact} in the site facts.",
            "ml": f"PLAN_INFO ലെയറിൽ {key}= എഴുതുക, അല്ലെങ്കിൽ സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക.",
        }
        return {"by": "declared", "layer": "PLAN_INFO", "key": key, "says": says}
    if suppliers[:1] == ["map"] and register_asked:
        says = {
            "en": "The land register cannot tell it for this plot (no layer covers it whole, or "
            f"a line passes too close); give {fact} in the site facts.",
            "ml": "ഈ പ്ലോട്ടിന് ഭൂരേഖയിൽ നിന്ന് പറയാനാവില്ല (മുഴുവൻ ഉൾപ്പെടുന്ന ഭൂപടമില്ല, "
            f"അല്ലെങ്കിൽ അതിര് തീരെ അടുത്ത്); സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക.",
        }
        return {"by": "map", "layer": None, "key": None, "says": says}
    if suppliers[:1] == ["map"]:
        says = {
            "en": "The land register knows it: look the plot up, "
            f"or give {fact} in the site facts.",
            "ml": f"ഭൂരേഖയിൽ നിന്ന് അറിയാം: പ്ലോട്ട് നോക്കുക, അല്ലെങ്കിൽ സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക.",
        }
        return {"by": "map", "layer": None, "key": None, "says": says}
    return {"by": "declared", "layer": None, "key": None, "says": _asked(fact, suppliers)}


def _asked(fact: str, suppliers: Sequence[str]) -> dict[str, str]:
    """Say that a person has to give a fact; one that could be measured is said not to be read."""
    given = {"en": f"Give {fact} in the site facts.", "ml": f"സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക."}
    if "measured" not in suppliers:
        return given
    return {
        "en": f"It is not read from drawings: give {fact} in the site facts (--site).",
        "ml": f"ഇത് ഡ്രോയിങ്ങിൽ നിന്ന് വായിക്കുന്നില്ല: സൈറ്റ് വിവരങ്ങളിൽ (--site) {fact} കൊടുക്കുക.",
    }


def key_for(fact: str, dialect: Dialect) -> str | None:
    """Return the PLAN_INFO key by which a fact may be typed; none for what only a map decides."""
    for key, kind in dialect.keys.items():
        means = kind["means"]
        if TYPED.get(means) == fact and means not in NOT_A_VALUE and not kind.get("map"):
            return key
    joined = _JOINED.get(fact)
    return joined if joined in dialect.keys else None
