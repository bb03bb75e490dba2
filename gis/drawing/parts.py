"""Entities -> parts: what lies on which layer of the dialect, outlines checked once."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shapely import Polygon, STRtree, union_all
from shapely.geometry.base import BaseGeometry

from gis.areas import Point
from gis.drawing.dialect import Dialect, Place
from gis.drawing.frame import Frame
from gis.drawing.outlines import Outline, hatched, outline
from gis.drawing.pieces import is_dot, is_open, join
from gis.model import Complaint, Entity, Measure, Witness

_NOTHING_M = 1e-4
_FILL_SHARE = 0.001
"""A hatch that strays less than this share from drawn outlines fills them."""
_FINE_CIRCLES = 100
"""Circles of one role that are drawn finely: thousands of wells would fill the memory."""
_CELL_M = 0.1


@dataclass(frozen=True, slots=True)
class Span:
    """A dimension's measured length: geometry first, its text only as a claim."""

    place: Place
    entity: Entity
    length_m: float

    def witness(self) -> Witness:
        """Return where it stands."""
        (ax, ay), (bx, by) = self.entity.points
        middle = ((ax + bx) / 2, (ay + by) / 2)
        handle = self.entity.handle
        return Witness(self.entity.layer, (handle,), handle, middle, ((ax, ay), (bx, by)))


def _touching(polygon: Polygon, drawn: STRtree | None) -> list[BaseGeometry]:
    if drawn is None:
        return []
    return [drawn.geometries[i] for i in drawn.query(polygon, predicate="intersects")]


@dataclass
class _Found:
    """Outlines, sorted by the corner of their box so that a copy is found without a search."""

    outlines: list[Outline] = field(default_factory=list)
    _cells: dict[tuple[int, int], list[Outline]] = field(default_factory=dict)

    def add(self, one: Outline) -> None:
        self.outlines.append(one)
        self._cells.setdefault(_cell(one), []).append(one)

    def has(self, one: Outline) -> bool:
        """Tell whether the same outline is there already, on the same layer."""
        x, y = _cell(one)
        near = (
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in self._cells.get((x + dx, y + dy), ())
        )
        return any(_same(one, other) for other in near)


def _cell(one: Outline) -> tuple[int, int]:
    x, y = one.polygon.bounds[:2]
    return math.floor(x / _CELL_M), math.floor(y / _CELL_M)


def _same(one: Outline, other: Outline) -> bool:
    if other.layer != one.layer or abs(other.area_m2 - one.area_m2) >= 1e-6:
        return False
    if max(abs(a - b) for a, b in zip(one.box, other.box, strict=True)) > 1e-3:
        return False  # cheap: there may be thousands of near copies
    apart = other.polygon.symmetric_difference(one.polygon).area
    return bool(apart < 1e-6 * max(1.0, one.area_m2))


@dataclass
class Parts:
    """Everything of a drawing by role, and what has been said about it so far."""

    dialect: Dialect
    frame: Frame
    entities: list[tuple[Entity, Place]]
    complaints: list[Complaint] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    shown: dict[str, float] = field(default_factory=dict)
    """Handle of a dimension -> the number it shows, in m, where that is not its own length."""
    _by_role: dict[str, list[tuple[Entity, Place]]] = field(default_factory=dict)
    _outlines: dict[str, list[Outline]] = field(default_factory=dict)
    _spans: dict[str, list[Span]] = field(default_factory=dict)

    def say(self, code: str, layer: str | None, at: Point | None, **details: str) -> None:
        """Add a complaint; ``at`` in local metres."""
        self.complaints.append(Complaint(code, layer, at, details))

    def of(self, role: str) -> Iterator[tuple[Entity, Place]]:
        """Yield the entities of a role."""
        if not self._by_role:
            for entity, place in self.entities:
                self._by_role.setdefault(place.kind.role, []).append((entity, place))
        return iter(self._by_role.get(role, ()))

    def outlines(self, role: str) -> list[Outline]:
        """Return the sound outlines of a role; unsound ones are complained of once."""
        if role not in self._outlines:
            self._outlines[role] = self._checked(role)
        return self._outlines[role]

    def _checked(self, role: str) -> list[Outline]:
        """Return the outlines of a role: those drawn whole, those in pieces, those only filled."""
        out = _Found()
        pieces: dict[str, list[tuple[Entity, Place]]] = {}
        hatches: list[tuple[Entity, Place]] = []
        for entity, place in self.of(role):
            if is_open(entity, self._gaps[1]):
                pieces.setdefault(entity.layer, []).append((entity, place))
            elif entity.kind == "hatch":
                hatches.append((entity, place))
            elif entity.kind in {"outline", "circle", "other"}:
                self._take(entity, place, out)
        for own in pieces.values():
            self._join([e for e, _ in own], own[0][1], out)
        drawn: dict[str, list[Polygon]] = {}
        for one in out.outlines:
            drawn.setdefault(one.layer, []).append(one.polygon)
        trees = {layer: STRtree(polygons) for layer, polygons in drawn.items()}
        for entity, place in hatches:
            self._fill(entity, place, trees.get(entity.layer), out)
        self._say_unmeasured(role, out.outlines)
        return out.outlines

    @property
    def _gaps(self) -> tuple[float, float]:
        return self.dialect.tolerances["gap_joined_m"], self.dialect.tolerances["gap_closed_m"]

    def _take(self, entity: Entity, place: Place, out: "_Found") -> None:
        fine = len(out.outlines) < _FINE_CIRCLES
        found, said = outline(entity, place, self._gaps, fine)
        self.complaints.extend(said)
        if found is not None:
            self._add(found, out)

    def _add(self, found: Outline, out: "_Found") -> None:
        if out.has(found):
            self.say("outline_twice", found.layer, found.middle, handle=found.id)
        else:
            out.add(found)

    def _join(self, pieces: Sequence[Entity], place: Place, out: "_Found") -> None:
        """Join the pieces of one layer; what stays loose is complained of."""
        found = join(pieces, self._gaps)
        for one in found.rings:
            at = one.entity.points[0]
            if one.gap_m > self._gaps[0]:
                gap = f"{one.gap_m:.3f}"
                self.say("outline_closed_for_you", one.entity.layer, at, gap_m=gap)
            self.say("outline_joined", one.entity.layer, at, count=str(one.count))
            self._take(one.entity, place, out)
        for entity in (e for e in (*found.loose, *found.forked) if e.kind == "outline"):
            self._take(entity, place, out)
        if place.kind.geometry != "area":
            return
        loose = next((e for e in found.loose if e.kind != "outline"), None)
        if loose is not None:
            self.say("loose_lines", loose.layer, loose.points[0])
        if found.forked:
            self.say("pieces_fork", found.forked[0].layer, found.forked[0].points[0])

    def _fill(self, entity: Entity, place: Place, drawn: STRtree | None, out: "_Found") -> None:
        """Take a hatch as an outline, unless it only fills one that is drawn on its layer.

        A hatch that fills more than the drawn outline is said: which of them counts is a guess.
        """
        found, said = hatched(entity, place, self._gaps)
        if drawn is None:
            self.complaints.extend(said)
        elif said:  # it was to fill an outline that is drawn: that one counts
            at = entity.points[0] if entity.points else None
            details = {"kind": "HATCH", "handle": entity.handle}
            self.say("not_an_outline", entity.layer, at, **details)
        for one in found:
            near = union_all(_touching(one.polygon, drawn))
            inside = float(near.intersection(one.polygon).area)
            if inside < _FILL_SHARE * one.area_m2:
                self._add(one, out)
            elif one.area_m2 - inside > _FILL_SHARE * one.area_m2:
                self.say(
                    "hatch_beyond_outline", one.layer, one.middle,
                    area_m2=f"{one.area_m2 - inside:.2f}",
                )  # fmt: skip

    def _say_unmeasured(self, role: str, found: Iterable[Outline]) -> None:
        """Say which layers hold lines, arcs or curves and not one outline."""
        measured = {o.layer for o in found}
        for entity, place in self.of(role):
            drawn = entity.kind in {"line", "arc", "hatch", "other"} and not is_dot(entity)
            if drawn and place.kind.geometry == "area" and entity.layer not in measured:
                measured.add(entity.layer)
                at = entity.points[0] if entity.points else None
                self.say("layer_unmeasured", entity.layer, at)

    def spans(self, role: str) -> list[Span]:
        """Return the dimensions of a role, measured; texts that differ are complained of once."""
        if role not in self._spans:
            self._spans[role] = [s for e, p in self.of(role) if (s := self._span(e, p))]
        return self._spans[role]

    def _span(self, entity: Entity, place: Place) -> Span | None:
        if entity.kind != "dimension":
            if place.kind.geometry == "dimension" and entity.kind == "line":
                self.say("dimension_exploded", entity.layer, entity.points[0])
            return None
        if entity.dim_type not in {0, 1}:
            self.say("dimension_kind", entity.layer, entity.points[0], handle=entity.handle)
            return None
        length = _length_m(entity)
        if length < _NOTHING_M:
            self.say("dimension_zero", entity.layer, entity.points[0], handle=entity.handle)
            return None
        text = self._shown(entity, length)
        if text:
            self._compare_text(entity, text, length)
        return Span(place, entity, length)

    def _shown(self, entity: Entity, length_m: float) -> str:
        """Return what a dimension shows where that is not its own length, else nothing.

        A number typed over it, or its length times the factor of its style (DIMLFAC).
        """
        own = f"{length_m / self.frame.metres * entity.factor:.3f}"
        if entity.text:
            return entity.text.replace("<>", own)
        return "" if entity.factor == 1 else own

    def _compare_text(self, entity: Entity, text: str, length_m: float) -> None:
        """Keep the number a dimension shows as a claim; say where it is not what it measures."""
        digits = "".join(c if c in "0123456789." else " " for c in text).split()
        typed = [float(d) for d in digits if d.replace(".", "", 1).isdigit()]
        near = self.dialect.tolerances["dimension_text_m"]
        both = [t * scale for t in typed for scale in (1.0, self.frame.metres)]
        nearest = min(both, key=lambda t: abs(t - length_m), default=None)
        if nearest is not None:
            self.shown[entity.handle] = nearest
        if nearest is None or abs(nearest - length_m) > near:
            self.say(
                "dimension_text_differs",
                entity.layer,
                entity.points[0],
                text=text[:40],
                length_m=f"{length_m:.3f}",
            )

    def mark(self, entity: Entity) -> Witness:
        """Return the witness of what one entity shows."""
        at = entity.points[0] if entity.points else None
        return Witness(entity.layer, (entity.handle,), entity.handle, at)

    def missing(self, role: str, **numbers: int | None) -> str:
        """Return the name of the layer that would supply a role."""
        return self.dialect.layer_for(role, **numbers)

    def blocks(self) -> list[int]:
        """Return the block numbers that any layer names, in order."""
        return sorted({p.block for _, p in self.entities if p.block is not None})


def _length_m(entity: Entity) -> float:
    (ax, ay), (bx, by) = entity.points
    if entity.dim_type == 1:
        return math.hypot(bx - ax, by - ay)
    angle = math.radians(entity.angle_deg)
    return abs((bx - ax) * math.cos(angle) + (by - ay) * math.sin(angle))
