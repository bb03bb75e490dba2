"""Parking: bays counted once, sized, placed, and reached by a way a car can take.

A bay counts when it holds the bay size, lies on ground of the plan, and nothing that is drawn
bars the way to it. On open ground the drawing shows everything that stands, so the way is looked
for from the road to the bay. On a floor the dialect has no layer for walls and columns: there
a bay that bays, stairs or lifts shut in is not counted, and the others are counted with a word
(``bay_reach_unknown``) that walls and columns were not seen.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import MultiLineString, Polygon, STRtree, box, union_all
from shapely.geometry.base import BaseGeometry

from gis.drawing.edges import Sides
from gis.drawing.outlines import Outline, witness
from gis.drawing.parking_kinds import (
    loading,
    mechanised,
    points,
    sizes,
    to_entrance,
    two_wheelers,
)
from gis.drawing.parts import Parts
from gis.drawing.reach import (
    Approach,
    Approaches,
    Ground,
    widest_way_m,
    with_entry,
)
from gis.drawing.roads import Street, abutting, road_edges
from gis.drawing.sizes import holds, size_m
from gis.model import Measure

_OVERLAP_M2 = 0.5
_MOST_BAYS = 3000
"""More bays are no parking of a plot."""
_AT_ROAD_M = 0.5
_MOST_PAIRS = 50_000
_STANDING = ("accessory", "guard_room", "well", "greenstrip", "tree_cover", "recreation")
"""What stands on open ground beside the buildings."""
_SHAFTS = ("stair", "fire_stair", "lift")
_AROUND_M = 6.0
"""A floor above ground may be open at its edge: cars may stand back this far outside it."""


@dataclass(frozen=True, slots=True)
class Bay:
    """A drawn bay and the ground it stands on."""

    outline: Outline
    ground: str
    """open | building | floor | outside | unknown."""
    floor: Outline | None = None


def parking(
    parts: Parts, ground: Outline | None, streets: Sequence[Street], lie: Sides
) -> dict[str, Any]:
    """Count and measure parking of every kind; note what becomes facts, return all as JSON."""
    out: dict[str, Any] = {}
    cars = [*parts.outlines("bay"), *parts.outlines("visitor_bay")]
    accessible = parts.outlines("accessible_bay")
    if len(cars) + len(accessible) > _MOST_BAYS:
        first = (cars or accessible)[0]
        parts.say("bays_too_many", first.layer, first.middle, count=str(len(cars)))
        return {"cars_drawn": len(cars)}
    good = _sized(parts, [*accessible, *cars])
    kept = _once(parts, good)
    placed = _Places(parts, ground, streets).all(kept)
    reached = _Reaching(parts, ground, streets, lie, placed).counted()
    ids = {b.outline.id for b in reached}
    for name, drawn in (("cars", cars), ("accessible", accessible)):
        if drawn:
            count = len([o for o in drawn if o.id in ids])
            parts.measures.append(Measure(name, count, "bays_counted", witness=witness(drawn)))
            out[f"{name}_drawn"], out[name] = len(drawn), count
    sizes(parts, cars, accessible, ids)
    out |= two_wheelers(parts) | loading(parts) | mechanised(parts, ground)
    if visitors := parts.outlines("visitor_bay"):
        out["visitors"] = len([o for o in visitors if o.id in ids])
    points(parts)
    to_entrance(parts)
    _yards_free(parts, ground, placed, out)
    return out


def _sized(parts: Parts, found: Sequence[Outline]) -> list[Outline]:
    """Return the bays that hold the bay size; the others are said."""
    bay = parts.dialect.bay
    short, long_ = bay["short_m"] - bay["tolerance_m"], bay["long_m"] - bay["tolerance_m"]
    good = []
    for one in found:
        if holds(one.polygon, short, long_):
            good.append(one)
        else:
            a, b = size_m(one.polygon)
            parts.say("bay_small", one.layer, one.middle, size=f"{a:.3f} x {b:.3f}")
    return good


def _once(parts: Parts, found: Sequence[Outline]) -> list[Outline]:
    """Return bays of which no two share ground, as many as there can be; the rest is said.

    A bay that still holds the bay size beside those it overlaps stays.
    """
    if not found:
        return []
    bay = parts.dialect.bay
    shapes = np.array([o.polygon for o in found], dtype=object)
    one, two = STRtree(shapes).query(shapes)
    one, two = one[one < two], two[one < two]
    if len(one) > _MOST_PAIRS:
        parts.say("bays_too_many", found[0].layer, found[0].middle, count=str(len(found)))
        return []
    over = shapely.area(shapely.intersection(shapes[one], shapes[two])) > _OVERLAP_M2
    shared: dict[int, set[int]] = defaultdict(set)
    for i, j in zip(one[over].tolist(), two[over].tolist(), strict=True):
        shared[i].add(j)
        shared[j].add(i)
    out: dict[int, Outline] = {}
    for i in sorted(range(len(found)), key=lambda n: (len(shared[n]), n)):
        taken = [shapes[j] for j in shared[i] if j in out]
        left = shapes[i].difference(union_all(taken)) if taken else shapes[i]
        if taken and not holds(left, bay["short_m"] - 0.0005, bay["long_m"] - 0.0005):
            both = f"{shapes[i].area - left.area:.2f}"
            parts.say("bays_overlap", found[i].layer, found[i].middle, area_m2=both)
            continue
        out[i] = found[i]
    return [out[i] for i in sorted(out)]


class _Places:
    """Tells on which ground each bay stands."""

    def __init__(self, parts: Parts, ground: Outline | None, streets: Sequence[Street]) -> None:
        self.parts = parts
        self.plot = None if ground is None else ground.polygon
        self.home = standing(parts)
        self.roads = [s.outline.polygon for s in streets]
        roles = ("parking_ground", "built_up", "existing")
        self.floors = [o for role in roles for o in parts.outlines(role)]
        self.tree = STRtree([o.polygon for o in self.floors])

    def all(self, bays: Sequence[Outline]) -> list[Bay]:
        """Return the bays with their ground; those outside the plot are said."""
        out = [self._one(b) for b in bays]
        for one in (b for b in out if b.ground == "outside"):
            self.parts.say("bay_outside_plot", one.outline.layer, one.outline.middle)
        inside = [b for b in out if b.ground == "building"]
        if inside:
            first = inside[0].outline
            count = str(len(inside))
            self.parts.say("bays_in_building", first.layer, first.middle, count=count)
        return out

    def _one(self, bay: Outline) -> Bay:
        area = bay.polygon.area
        inside = 0.0 if self.plot is None else bay.polygon.intersection(self.plot).area / area
        if inside >= 0.99 or self._fits(bay, inside):
            covered = bay.polygon.intersection(self.home).area / area
            return Bay(bay, "building" if covered > 0.5 else "open")
        floor = self._floor(bay)
        if floor is not None:
            return Bay(bay, "floor", floor)
        on_road = any(bay.polygon.intersection(r).area > 0.05 * area for r in self.roads)
        within = self.plot is not None and box(*self.plot.bounds).contains(bay.polygon)
        if inside > 0.01 or on_road or within:
            return Bay(bay, "outside")
        return Bay(bay, "unknown")

    def _fits(self, bay: Outline, inside: float) -> bool:
        """Tell whether what lies inside the plot still holds the bay size."""
        if self.plot is None or inside < 0.5:
            return False
        size = self.parts.dialect.bay
        return holds(bay.polygon.intersection(self.plot), size["short_m"], size["long_m"])

    def _floor(self, bay: Outline) -> Outline | None:
        """Return the smallest floor that holds most of a bay."""
        near = [self.floors[i] for i in self.tree.query(bay.polygon, predicate="intersects")]
        half = 0.5 * bay.polygon.area
        held = [f for f in near if f.polygon.intersection(bay.polygon).area > half]
        return min(held, key=lambda f: f.area_m2, default=None)


def standing(parts: Parts) -> BaseGeometry:
    """Return what the buildings cover at ground, all blocks together."""
    levels: dict[int | None, int] = {}
    for one in parts.outlines("footprint"):
        level = one.place.level if one.place.level is not None else 0
        if level >= 0:
            levels[one.place.block] = min(level, levels.get(one.place.block, level))
    return union_all(
        [
            o.polygon
            for o in parts.outlines("footprint")
            if levels.get(o.place.block) == o.place.level
        ]
    )


class _Reaching:
    """Looks for the way to each bay."""

    def __init__(
        self,
        parts: Parts,
        ground: Outline | None,
        streets: Sequence[Street],
        lie: Sides,
        bays: Sequence[Bay],
    ) -> None:
        self.parts, self.bays = parts, bays
        self.plot = None if ground is None else ground.polygon
        self.roads = [s.outline.polygon for s in abutting(streets)]
        self.entry = self._entry(lie)
        self.width = parts.dialect.bay["drive_m"]
        other = ("two_wheeler", "mech_bay")
        self.parked = [
            *(b.outline.polygon for b in bays),
            *(o.polygon for role in other for o in parts.outlines(role)),
        ]
        self.parked_tree = STRtree(self.parked)
        self.aisles: list[tuple[float, str, Bay]] = []

    def _entry(self, lie: Sides) -> BaseGeometry | None:
        """Return where cars come in: the drawn gates, else the plot's edge on roads."""
        if self.plot is None:
            return None
        edge = self.plot.exterior
        gates = [o.polygon for role in ("main_gate", "gate") for o in self.parts.outlines(role)]
        near = [g for g in gates if g.distance(edge) < 1.0]
        if near:
            return union_all([edge.intersection(g.buffer(0.6)) for g in near])
        along: MultiLineString = road_edges(lie)
        return None if along.is_empty else along

    def counted(self) -> list[Bay]:
        """Return the bays that count."""
        out = [b for b in self.bays if b.ground == "unknown"]
        if out:
            self._say_unknown(out)
        out += self._open([b for b in self.bays if b.ground == "open"])
        out += self._in_building([b for b in self.bays if b.ground == "building"])
        by_floor: dict[str, list[Bay]] = defaultdict(list)
        for bay in self.bays:
            if bay.floor is not None:
                by_floor[bay.floor.id].append(bay)
        for group in by_floor.values():
            out += self._on_floor(group)
        self._aisle(sure=all(b.ground == "open" for b in self.bays))
        return out

    def _aisle(self, sure: bool) -> None:
        """Note the narrowest aisle; of ground not wholly known only one that is too narrow."""
        if not self.aisles:
            return
        least, how, bay = min(self.aisles, key=lambda a: a[0])
        if sure or least < self.parts.dialect.bay["aisle_m"] - 0.005:
            seen = witness([bay.outline])
            self.parts.measures.append(Measure("parking_aisle", least, how, witness=seen))

    def _say_unknown(self, bays: Sequence[Bay]) -> None:
        first = bays[0].outline
        self.parts.say("bay_reach_unknown", first.layer, first.middle, count=str(len(bays)))

    def _blocked(self, bays: Sequence[Bay]) -> None:
        for one in bays:
            self.parts.say(
                "bay_not_reached", one.outline.layer, one.outline.middle,
                width_m=f"{self.width:.2f}",
            )  # fmt: skip

    def _less(self, ground: BaseGeometry, others: Sequence[BaseGeometry] = ()) -> BaseGeometry:
        """Return ground without what is parked on it and what else stands there."""
        near = [self.parked[i] for i in self.parked_tree.query(ground, predicate="intersects")]
        return ground.difference(union_all([*near, *others]))

    def _open(self, bays: Sequence[Bay]) -> list[Bay]:
        """Return the bays on open ground that a way from the road reaches; note its widths."""
        if not bays:
            return []
        if self.plot is None or self.entry is None:
            self._say_unknown(bays)
            return list(bays)
        things = [o.polygon for role in _STANDING for o in self.parts.outlines(role)]
        home = standing(self.parts)
        free = self._less(self.plot, [home, *things])
        ground = with_entry(free, self.plot, self.entry, self.width)
        edge = self.plot.exterior.difference(self.entry.buffer(0.05))
        stand = [*self.parked, *getattr(home, "geoms", [home]), *things, edge]
        around = Approaches([b.outline.polygon for b in bays], stand)
        how = around.reached(ground.ways(self.width))
        self._blocked([b for b, way in zip(bays, how, strict=True) if way is None])
        reached = [(b, way) for b, way in zip(bays, how, strict=True) if way is not None]
        self._widths(ground, reached, whole=len(bays) == len(self.bays))
        return [b for b, _ in reached]

    def _widths(
        self, ground: Ground, reached: Sequence[tuple[Bay, Approach]], whole: bool
    ) -> None:
        """Note driveway and parallel bays where every bay's ground is known, and each aisle."""
        inner = [(b, how) for b, how in reached if not self._on_road(b)]
        self.aisles += [(how.depth_m, "aisle", b) for b, how in inner]
        if not whole or not inner:
            return
        seen = witness([b.outline for b, _ in inner])
        bays = [b.outline.polygon for b, _ in inner]
        wide = widest_way_m(ground, bays, self.width, 8.0)
        self.parts.measures.append(Measure("driveway_width", wide, "driveway", witness=seen))
        along = [b.outline for b, how in inner if not how.short_side]
        if along:
            length = min(size_m(o.polygon)[1] for o in along)
            self.parts.measures.append(
                Measure("parallel_bay_length", length, "bay_sides", witness=witness(along))
            )

    def _on_road(self, bay: Bay) -> bool:
        """Tell whether cars come into a bay straight from the road."""
        return self.entry is not None and bay.outline.polygon.distance(self.entry) < _AT_ROAD_M

    def _in_building(self, bays: Sequence[Bay]) -> list[Bay]:
        """Return the bays under the building that other bays do not shut in."""
        if not bays or self.plot is None:
            return list(bays)
        return self._best_case(bays, self.plot, [])

    def _on_floor(self, bays: Sequence[Bay]) -> list[Bay]:
        """Return the bays on a floor that nothing drawn shuts in."""
        floor = bays[0].floor
        if floor is None:
            return list(bays)
        place = floor.place
        shafts = [
            o.polygon
            for role in _SHAFTS
            for o in self.parts.outlines(role)
            if (o.place.block, o.place.floor) == (place.block, place.floor)
        ]
        basement = place.floor is not None and place.floor < 0
        room = floor.polygon if basement else floor.polygon.buffer(_AROUND_M)
        return self._best_case(bays, room, shafts)

    def _best_case(
        self, bays: Sequence[Bay], room: Polygon, standing_: Sequence[BaseGeometry]
    ) -> list[Bay]:
        ways = Ground(self._less(room, standing_)).ways(self.width)
        stand = [*self.parked, *standing_, room.exterior]
        around = Approaches([b.outline.polygon for b in bays], stand)
        how = around.reached(ways)
        self._blocked([b for b, way in zip(bays, how, strict=True) if way is None])
        good = [b for b, way in zip(bays, how, strict=True) if way is not None]
        if good:
            self._say_unknown(good)
            deep = zip(around.most_clear_m(), bays, how, strict=True)
            self.aisles += [(d, "aisle_at_most", b) for d, b, way in deep if way is not None]
        return good


def _yards_free(
    parts: Parts, ground: Outline | None, bays: Sequence[Bay], out: dict[str, Any]
) -> None:
    """Note that no yard holds parking; what share of a required yard it takes the law must say."""
    if ground is None or not bays:
        return
    cycles = [o for o in parts.outlines("two_wheeler") if o.polygon.intersects(ground.polygon)]
    out["open_bays"] = len([b for b in bays if b.ground == "open"])
    sure = all(b.ground == "floor" for b in bays)
    if sure and not cycles and not standing(parts).is_empty:
        seen = witness([b.outline for b in bays])
        parts.measures.append(Measure("yard_parking", 0.0, "no_yard_parking", witness=seen))
