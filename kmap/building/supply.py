"""Who would supply a missing fact: the layer to draw, the key to type, or the site facts."""

from typing import Any

from gis.drawing.dialect import Dialect
from kmap.facts.candidates import MEASURED, SIDES
from rules import Book

_ROLES = {
    "plot_area": "plot",
    "street_class": "road",
    "street_width": "road",
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
    **{f"stair_{part}": "stair_flight" for part in ("width", "tread", "riser")},
    "stair_headroom": "stair_headroom",
    **{
        f"fire_stair_{part}": "fire_stair_flight" for part in ("width", "tread", "riser", "risers")
    },
    "fire_stair_diameter": "spiral_stair",
    "fire_stair_basement": "fire_stair",
    "travel": "travel",
    "exit_door_width": "exit_door",
    "exit_doors_total": "exit_door",
    "exit_stairs_total": "exit_stair",
    "entrance_by_ramp": "access_ramp",
    **{f"access_ramp_{part}": "access_ramp" for part in ("slope", "width", "even")},
    **{f"stair_ramp_{part}": "ramp" for part in ("slope", "width")},
    **{f"parking_ramp_{part}": "vehicle_ramp" for part in ("run", "width")},
    "floor_built_up": "built_up",
    "floor_at_ground": "built_up",
    "mezzanine_area": "room_mezzanine",
    "mezzanine_room": "mezzanine_hall",
    "mezzanine_headroom": "room_height",
    "top_height": "mumty",
    "parapet": "parapet",
    **{f"{kind}_height": "room_height" for kind in ("room", "workroom", "store")},
    "parking_headroom": "room_height",
    **{
        f"{room}_{size}": room
        for room in ("bath", "latrine", "bath_wc")
        for size in ("area", "side")
    },
    "bath_height": "bath_height",
    "sanitary_rooms": "bath_wc",
    "baths_and_kitchens": "kitchen",
    "kitchen": "kitchen",
    **{f"wc_{whom}": "closet" for whom in ("male", "female", "common")},
    **{f"baths_{whom}": "bath" for whom in ("male", "female")},
    "water_closets": "closet",
    **dict.fromkeys(("urinals", "urinal_short", "urinal_long"), "urinal"),
    "drinking_fountains": "drinking_water",
    "special_wcs": "special_wc",
    **{f"special_wc_{part}": "special_wc" for part in ("short", "long", "at_entrance")},
    "special_rooms": "special_room",
    "visitor_toilets_apart": "segregated_toilet",
    "library_stack": "book_stack",
    **{f"access_landing_{side}": "access_landing" for side in ("short", "long")},
    "step_free": "lift",
    "terrace_access": "stair",
    "corridor_width": "passage",
    "verandah_width": "verandah",
    "open_balconies": "balcony",
    **dict.fromkeys(("air_shaft", "air_shaft_area", "air_shaft_width"), "shaft"),
    "courtyard": "courtyard",
    "light_depth": "room_light",
    "rooms_to_air": "room_light",
    "open_steps_gap": "open_stair",
    "open_steps_width": "open_stair",
    **{f"{side}_projection": "shade" for side in SIDES},
    "block_gap": "footprint",
    "road_distance": "road_distance",
    "well_to_pit": "well",
    "well_to_boundary": "well",
    "pit_to_boundary": "pit",
    "cars": "bay",
    "accessible": "accessible_bay",
    "two_wheeler": "two_wheeler",
    "line_horizontal": "line_horizontal",
    "line_vertical": "line_vertical",
    "edge_outside_yards": "footprint",
    **{f"{side}_{kind}": side for side in SIDES for kind in ("min", "avg")},
}
"""Measure -> the role of the layer that supplies it."""
_BY_FACT = {fact: _ROLES[measure] for measure, fact in MEASURED.items()} | {
    "occupancy": "built_up",
    "floor_use_m2": "built_up",
    "floor_group": "built_up",
    "floor_use_areas_m2": "built_up",
    "floor_area_by_group_m2": "built_up",
    "total_floor_area_m2": "built_up",
    "occupancy_sub": "unit",
}
_KEYS = {
    "plot_area_record_m2": "PLOT_AREA_M2",
    "access_width_m": "ACCESS_WIDTH_M",
    "rain_tank_l": "RWH_CAPACITY_L",
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
