"""What a drawing is made of, before and after it is measured. Frozen; lengths metres, areas m2."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gis.areas import Point


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of model space on a layer of the dialect, in drawing units until scaled."""

    kind: str
    """outline | circle | line | arc | hatch | dimension | text | other."""
    layer: str
    handle: str
    colour: int
    """ACI number after BYLAYER is resolved; 0 when it cannot be told."""
    points: tuple[Point, ...] = ()
    """outline: vertices; line: ends; arc: start, middle, end; circle, text: one point;
    dimension: measured ends."""
    bulges: tuple[float, ...] = ()
    closed: bool = False
    radius: float = 0.0
    text: str = ""
    """text: its plain lines; dimension: the overriding text, else empty."""
    dim_type: int = 0
    angle_deg: float = 0.0
    """dimension of type 0: the direction it measures in."""
    factor: float = 1.0
    """dimension: what its length is multiplied by in the number it shows (DIMLFAC)."""
    excess: float = 0.0
    """outline: signed area between its chords and the ellipses and splines they stand for."""
    loops: tuple[tuple["Entity", ...], ...] = ()
    """hatch: the pieces of each boundary path."""

    def mapped(self, to: Callable[[Point], Point], growth: float) -> "Entity":
        """Return the entity drawn elsewhere by an even mapping.

        Args:
            to: where a point goes.
            growth: how areas grow; below zero where the mapping mirrors.

        """
        points = tuple(map(to, self.points))
        if not (self.radius or self.excess or self.bulges or self.loops):
            return replace(self, points=points)
        return replace(
            self,
            points=points,
            bulges=tuple(-b for b in self.bulges) if growth < 0 else self.bulges,
            radius=self.radius * math.sqrt(abs(growth)),
            excess=self.excess * growth,
            loops=tuple(tuple(piece.mapped(to, growth) for piece in loop) for loop in self.loops),
        )


@dataclass(frozen=True, slots=True)
class Raw:
    """A drawing as read: what is there, nothing understood yet."""

    release: str
    units_code: int | None
    """$INSUNITS; None when the header has none."""
    entities: tuple[Entity, ...]
    strange_layers: Mapping[str, int]
    """Layers outside the dialect -> number of entities."""
    left_out: Mapping[str, int]
    """What is there but not read: paper_space, image, xref, spline ... -> number."""
    complaints: tuple["Complaint", ...] = ()


@dataclass(frozen=True, slots=True)
class Complaint:
    """One coded finding about the drawing itself; texts come from the catalogue."""

    code: str
    layer: str | None = None
    at: Point | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Witness:
    """Where a number comes from."""

    layer: str
    handles: tuple[str, ...]
    shape: str | None = None
    at: Point | None = None
    line: tuple[Point, Point] | None = None
    """Of a distance: its two ends."""

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        out: dict[str, Any] = {
            "layer": self.layer,
            "handles": list(self.handles),
            "shape": self.shape,
            "at": None if self.at is None else list(self.at),
        }
        if self.line is not None:
            out["line"] = [list(end) for end in self.line]
        return out


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing measured or read: a value, how it was found, and its witness."""

    name: str
    value: Any
    how: str
    """Key of the sentence that says how, in hows.yaml."""
    details: Mapping[str, str] = field(default_factory=dict)
    witness: Witness | None = None
    block: int | None = None
    level: int | None = None
    floor: int | None = None
    typed: bool = False
    """True: a text the applicant wrote (a claim), False: measured from geometry."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything a drawing says: what crosses from the child process to the service."""

    drawing: dict[str, Any]
    measurements: dict[str, Any]
    measures: tuple[Measure, ...]
    complaints: tuple[dict[str, Any], ...]
    sketch: dict[str, Any]
    readable: bool = True
