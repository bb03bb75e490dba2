"""Parking of other kinds than car bays, and the sizes of bays."""

from collections.abc import Sequence
from typing import Any

from shapely import union_all

from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts
from gis.drawing.sizes import holds, size_m
from gis.model import Measure


def sizes(
    parts: Parts, cars: Sequence[Outline], accessible: Sequence[Outline], ids: set[str]
) -> None:
    """Note the smallest bay that counts (of none that counts, the smallest drawn)."""
    counted = [o for o in cars if o.id in ids] or list(cars)
    if counted:
        sides = [size_m(o.polygon) for o in counted]
        for name, i in (("car_bay_width", 0), ("car_bay_length", 1)):
            least, one = min(((s[i], o) for s, o in zip(sides, counted, strict=True)), key=_first)
            parts.measures.append(Measure(name, least, "bay_sides", witness=witness([one])))
    if accessible:
        least, one = min(((size_m(o.polygon)[0], o) for o in accessible), key=_first)
        parts.measures.append(
            Measure("accessible_bay_width", least, "bay_sides", witness=witness([one]))
        )


def _first(pair: tuple[float, Outline]) -> float:
    return pair[0]


def _area_m2(found: Sequence[Outline]) -> float:
    """Return the ground outlines cover together; what two share counts once."""
    added = sum(o.area_m2 for o in found)
    whole = union_all([o.polygon for o in found]).area
    flat = sum(o.polygon.area for o in found)
    return added - max(0.0, flat - float(whole))


def two_wheelers(parts: Parts) -> dict[str, Any]:
    """Note the ground for two-wheelers and its narrowest bay."""
    found = parts.outlines("two_wheeler")
    if not found:
        return {}
    seen = witness(found)
    area = _area_m2(found)
    parts.measures.append(Measure("two_wheeler", area, "outline", witness=seen))
    least, one = min(((size_m(o.polygon)[0], o) for o in found), key=_first)
    parts.measures.append(
        Measure("two_wheeler_bay_width", least, "bay_sides", witness=witness([one]))
    )
    return {"two_wheeler_m2": round(area, 6)}


def loading(parts: Parts) -> dict[str, Any]:
    """Note the ground for loading and the bays on it that are large enough."""
    found = parts.outlines("loading")
    if not found:
        return {}
    bay = parts.dialect.bay
    large = [o for o in found if holds(o.polygon, bay["loading_short_m"], bay["loading_long_m"])]
    area, seen = _area_m2(found), witness(found)
    parts.measures.append(Measure("loading_area", area, "outline", witness=seen))
    parts.measures.append(Measure("loading_bays", len(large), "loading_counted", witness=seen))
    return {"loading_m2": round(area, 6), "loading_bays": len(large)}


def mechanised(parts: Parts, ground: Outline | None) -> dict[str, Any]:
    """Note how near the boundary the mechanised parking stands, and how high it is."""
    found = parts.outlines("mech_bay")
    inside = [o for o in found if ground is not None and o.polygon.intersects(ground.polygon)]
    if inside and ground is not None:
        edge = ground.polygon.exterior
        whole = all(ground.polygon.buffer(0.001).contains(o.polygon) for o in inside)
        least = min(float(o.polygon.distance(edge)) for o in inside) if whole else 0.0
        seen = witness(inside)
        parts.measures.append(
            Measure("mechanised_distance", least, "between_outlines", witness=seen)
        )
    spans = parts.spans("mech_height")
    if spans:
        tallest = max(spans, key=lambda s: s.length_m)
        parts.measures.append(
            Measure("mechanised_height", tallest.length_m, "dimension", witness=tallest.witness())
        )
    return {"mechanised_drawn": len(found)} if found else {}


def points(parts: Parts) -> None:
    """Note that charging points are drawn."""
    drawn = [e for e, _ in parts.of("charging") if e.kind != "text"]
    if drawn:
        seen = parts.mark(drawn[0])
        parts.measures.append(Measure("ev_points", True, "drawn", witness=seen, typed=True))


def to_entrance(parts: Parts) -> None:
    """Note the longest dimension from an accessible bay to the entrance."""
    spans = parts.spans("accessible_bay")
    if spans:
        far = max(spans, key=lambda s: s.length_m)
        parts.measures.append(
            Measure(
                "accessible_bay_distance", far.length_m, "dimension_longest", witness=far.witness()
            )
        )
