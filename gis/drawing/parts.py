"""Entities -> parts: what lies on which layer of the dialect, outlines checked once."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gis.areas import Point
from gis.drawing.dialect import Dialect, Place
from gis.drawing.frame import Frame
from gis.drawing.outlines import Outline, outline
from gis.model import Complaint, Entity, Measure, Witness


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
        return Witness(self.entity.layer, (self.entity.handle,), self.entity.handle, middle)


@dataclass
class Parts:
    """Everything of a drawing by role, and what has been said about it so far."""

    dialect: Dialect
    frame: Frame
    entities: list[tuple[Entity, Place]]
    complaints: list[Complaint] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    _outlines: dict[str, list[Outline]] = field(default_factory=dict)
    _spans: dict[str, list[Span]] = field(default_factory=dict)

    def say(self, code: str, layer: str | None, at: Point | None, **details: str) -> None:
        """Add a complaint; ``at`` in local metres."""
        self.complaints.append(Complaint(code, layer, at, details))

    def of(self, role: str) -> Iterator[tuple[Entity, Place]]:
        """Yield the entities of a role."""
        return ((e, p) for e, p in self.entities if p.kind.role == role)

    def outlines(self, role: str) -> list[Outline]:
        """Return the sound outlines of a role; unsound ones are complained of once."""
        if role not in self._outlines:
            self._outlines[role] = self._checked(role)
        return self._outlines[role]

    def _checked(self, role: str) -> list[Outline]:
        tolerances = self.dialect.tolerances
        gaps = (tolerances["gap_joined_m"], tolerances["gap_closed_m"])
        out: list[Outline] = []
        loose: dict[str, Entity] = {}
        for entity, place in self.of(role):
            if entity.kind in {"line", "arc"}:
                if place.kind.geometry == "area" and not _is_dot(entity):
                    loose.setdefault(entity.layer, entity)
                continue
            if entity.kind not in {"outline", "circle", "other"}:
                continue
            found, said = outline(entity, place, gaps)
            self.complaints.extend(said)
            if found is not None and not self._twice(found, out):
                out.append(found)
        for layer, entity in loose.items():
            self.say("loose_lines", layer, entity.points[0])
        self._say_unmeasured(role, out)
        return out

    def _say_unmeasured(self, role: str, found: Iterable[Outline]) -> None:
        """Say which layers hold lines, arcs or curves and not one outline."""
        measured = {o.layer for o in found}
        for entity, place in self.of(role):
            drawn = entity.kind in {"line", "arc", "other"} and not _is_dot(entity)
            if drawn and place.kind.geometry == "area" and entity.layer not in measured:
                measured.add(entity.layer)
                at = entity.points[0] if entity.points else None
                self.say("layer_unmeasured", entity.layer, at)

    def _twice(self, found: Outline, others: Iterable[Outline]) -> bool:
        for other in others:
            if _alike(other, found):
                same = other.polygon.symmetric_difference(found.polygon).area
                if same < 1e-6 * max(1.0, found.area_m2):
                    self.say("outline_twice", found.layer, found.middle, handle=found.id)
                    return True
        return False

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
        if entity.text:
            self._compare_text(entity, length)
        return Span(place, entity, length)

    def _compare_text(self, entity: Entity, length_m: float) -> None:
        text = entity.text.replace("<>", f"{length_m:.2f}")
        digits = "".join(c if c in "0123456789." else " " for c in text).split()
        typed = [float(d) for d in digits if d.replace(".", "", 1).isdigit()]
        near = self.dialect.tolerances["dimension_text_m"]
        scales = (1.0, self.frame.metres)
        if not any(abs(t * scale - length_m) <= near for t in typed for scale in scales):
            self.say(
                "dimension_text_differs",
                entity.layer,
                entity.points[0],
                text=entity.text[:40],
                length_m=f"{length_m:.3f}",
            )

    def missing(self, role: str, **numbers: int | None) -> str:
        """Return the name of the layer that would supply a role."""
        return self.dialect.layer_for(role, **numbers)

    def blocks(self) -> list[int]:
        """Return the block numbers that any layer names, in order."""
        return sorted({p.block for _, p in self.entities if p.block is not None})


def _alike(one: Outline, other: Outline) -> bool:
    """Tell whether two outlines may be copies; cheap, for there may be thousands."""
    a, b = one.box, other.box
    if abs(a[0] - b[0]) > 1e-3 or one.layer != other.layer:
        return False
    near = abs(a[1] - b[1]) + abs(a[2] - b[2]) + abs(a[3] - b[3]) < 3e-3
    return near and abs(one.area_m2 - other.area_m2) < 1e-6


def _is_dot(entity: Entity) -> bool:
    return entity.kind == "line" and math.dist(*entity.points) < 1e-9


def _length_m(entity: Entity) -> float:
    (ax, ay), (bx, by) = entity.points
    if entity.dim_type == 1:
        return math.hypot(bx - ax, by - ay)
    angle = math.radians(entity.angle_deg)
    return abs((bx - ax) * math.cos(angle) + (by - ay) * math.sin(angle))
