"""Who would supply a missing fact: the layer to draw, the key to type, or the site facts."""

from typing import Any

from gis.drawing.dialect import Dialect
from kmap.facts.candidates import MEASURED, SIDES
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
    "stair_width": "stair_flight",
    "travel": "travel",
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
    "excavation_to_boundary": "footprint",
    "line_horizontal": "line_horizontal",
    "line_vertical": "line_vertical",
    "edge_outside_yards": "footprint",
    **{f"{side}_{kind}": side for side in SIDES for kind in ("min", "avg")},
    **{f"{side}_projection": "shade" for side in SIDES},
}
"""Measure -> the role of the layer that supplies it."""
_BY_FACT = {MEASURED[measure]: role for measure, role in _ROLES.items()} | {
    "occupancy": "built_up",
    "floor_area_by_group_m2": "built_up",
    "total_floor_area_m2": "built_up",
    "occupancy_sub": "unit",
}
_DRAWN = {
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
_KEYS = {
    "plot_area_record_m2": "PLOT_AREA_M2",
    "access_width_m": "ACCESS_WIDTH_M",
    "rain_tank_l": "RWH_CAPACITY_L",
    "mechanised_cars": "MECHANICAL_PARKING",
    "neighbour_consent": "NOC_TO_ABUT_SIDE",
    "openings_on_short_yard": "OPENING_BELOW_2.1_ON_SIDE_LESS_1M",
}


def supply(fact: str, dialect: Dialect, book: Book, block: int) -> dict[str, Any]:
    """Return {by, layer, key, says{en,ml}} for a missing fact of the vocabulary."""
    entry = book.vocabulary.get(fact)
    suppliers = list(entry.supplied_by) if entry else ["declared"]
    role, key = _BY_FACT.get(fact), _KEYS.get(fact)
    layer = dialect.layer_for(role, block=block, level=0, floor=0) if role else None
    if layer is not None and "measured" in suppliers:
        says = {"en": f"Draw it on layer {layer}.", "ml": f"{layer} എന്ന ലെയറിൽ വരയ്ക്കുക."}
        return {"by": "measured", "layer": layer, "key": None, "says": says}
    if fact in _DRAWN:
        layer = dialect.layer_for(_DRAWN[fact], block=block, level=0, floor=0)
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
    if suppliers[:1] == ["map"]:
        says = {
            "en": "The land register knows it: look the plot up, "
            f"or give {fact} in the site facts.",
            "ml": f"ഭൂരേഖയിൽ നിന്ന് അറിയാം: പ്ലോട്ട് നോക്കുക, അല്ലെങ്കിൽ സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക.",
        }
        return {"by": "map", "layer": None, "key": None, "says": says}
    says = {
        "en": f"Give {fact} in the site facts.",
        "ml": f"സൈറ്റ് വിവരങ്ങളിൽ {fact} കൊടുക്കുക.",
    }
    return {"by": suppliers[0], "layer": None, "key": None, "says": says}
