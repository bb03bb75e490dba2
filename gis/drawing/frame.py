"""Drawing units -> metres near a local origin. The header's unit is checked against the plot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gis.areas import Point, ring_area_m2
from gis.model import Complaint, Entity, Raw

METRES_IN = {
    1: 0.0254,
    2: 0.3048,
    3: 1609.344,
    4: 0.001,
    5: 0.01,
    6: 1.0,
    7: 1000.0,
    10: 0.9144,
    14: 0.1,
    21: 1200 / 3937,
}
"""$INSUNITS code -> metres in one unit."""
NAMES = {
    1: "inches",
    2: "feet",
    3: "miles",
    4: "millimetres",
    5: "centimetres",
    6: "metres",
    7: "kilometres",
    10: "yards",
    14: "decimetres",
    21: "US survey feet",
}
_GUESSES = (6, 4, 5, 1, 2)
_LEAST_M2, _MOST_M2 = 10.0, 2_000_000.0
_FAR_M = 100_000.0
_BAY_M2 = (9.0, 30.0)
"""A parking bay is 2.70 x 5.50 m, 14.85 m2."""
_STOREY_M = (2.2, 8.0)


@dataclass(frozen=True, slots=True)
class Clues:
    """What tells the unit of a drawing, in drawing units."""

    plots: Sequence[Entity]
    typed_m2: float | None = None
    """The plot's area as typed, if it was."""
    bays: Sequence[Entity] = ()
    storey: float | None = None
    """Height of the building over its number of storeys."""

    def plot_area(self) -> float | None:
        """Return the area of the largest plot."""
        return max(_areas(self.plots), default=None)

    def agreeing(self, metres: float, area: float) -> int:
        """Return how many clues agree with a unit; a storey only speaks beside another clue."""
        typed = self.typed_m2 and 0.5 < area * metres**2 / self.typed_m2 < 2
        bays = sorted(_areas(self.bays))
        bay = bays and _within(bays[len(bays) // 2] * metres**2, _BAY_M2)
        high = self.storey and _within(self.storey * metres, _STOREY_M)
        spoken = self.typed_m2 or bays
        return bool(typed) + bool(bay) + bool(spoken and high)


@dataclass(frozen=True, slots=True)
class Frame:
    """How drawing coordinates become local metres."""

    units_code: int
    metres: float
    origin: Point
    """In metres of the drawing; subtracted so that far-off coordinates lose nothing."""
    complaints: tuple[Complaint, ...] = ()
    sure: bool = True
    """False: no unit makes the plot a plausible size; nothing measured may be used."""

    def local(self, entity: Entity) -> Entity:
        """Return an entity in local metres."""
        ox, oy = self.origin
        scale = self.metres
        return entity.mapped(lambda p: (p[0] * scale - ox, p[1] * scale - oy), scale * scale)

    def outer(self, point: Point) -> Point:
        """Return a local point in metres of the drawing, rounded to 1 mm."""
        return round(point[0] + self.origin[0], 3), round(point[1] + self.origin[1], 3)


def choose(raw: Raw, clues: Clues, own_unit: int = 6) -> Frame:
    """Choose the unit of a drawing: the header's, unless what is drawn and typed says otherwise.

    Args:
        raw: the drawing as read.
        clues: what tells the unit.
        own_unit: $INSUNITS code of the dialect, where the header has none.

    """
    area = clues.plot_area()
    said: list[Complaint] = []
    header = raw.units_code
    if header not in METRES_IN:
        said.append(Complaint("units_not_said", details={"code": str(header)}))
        header = own_unit
    code, sure = _unit(header, area, clues)
    if code != header:
        details = {"header": NAMES[header], "used": NAMES[code]}
        said.append(Complaint("units_disagree", details=details))
    elif code != 6:
        said.append(Complaint("units_converted", details={"header": NAMES[header]}))
    if not sure and area is not None:
        size = f"{area * METRES_IN[code] ** 2:.3g}"
        said.append(Complaint("units_implausible", details={"area_m2": size}))
    said.extend(_doubt(code, area, clues))
    origin = _origin(raw.entities, clues.plots, METRES_IN[code])
    if max(map(abs, origin)) > _FAR_M:
        details = {"x": f"{origin[0]:.0f}", "y": f"{origin[1]:.0f}"}
        said.append(Complaint("far_off_coordinates", details=details))
    return Frame(code, METRES_IN[code], origin, tuple(said), sure)


def _doubt(code: int, area: float | None, clues: Clues) -> list[Complaint]:
    """Say that storeys are too high for the unit and fit another, with nothing else to tell."""
    own_m = METRES_IN[code]
    if area is None or not clues.storey or clues.agreeing(own_m, area):
        return []
    if clues.storey * own_m <= _STOREY_M[1]:
        return []
    for other in _GUESSES:
        high = clues.storey * METRES_IN[other]
        plot = area * METRES_IN[other] ** 2
        if _within(high, _STOREY_M) and _within(plot, (_LEAST_M2, _MOST_M2)):
            details = {"used": NAMES[code], "storey_m": f"{clues.storey * own_m:.1f}"}
            details |= {"other": NAMES[other], "other_m": f"{high:.1f}"}
            return [Complaint("units_doubtful", details=details)]
    return []


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _areas(outlines: Iterable[Entity]) -> list[float]:
    return [a for e in outlines if e.kind == "outline" and (a := _area(e)) is not None]


def _area(plot: Entity) -> float | None:
    """Return an outline's area in square drawing units, None for one that crosses itself away."""
    if len(plot.points) < 3:
        return None
    xs, ys = [p[0] for p in plot.points], [p[1] for p in plot.points]
    box = (max(xs) - min(xs)) * (max(ys) - min(ys))
    area = abs(ring_area_m2(plot.points, plot.bulges) + plot.excess)
    return area if area > 0.01 * box else None


def _unit(header: int, area: float | None, clues: Clues) -> tuple[int, bool]:
    """Return the unit that makes the plot plausible and most clues true; the header's first."""
    if area is None:
        return header, True
    order = (header, *(g for g in _GUESSES if g != header))
    fitting = [c for c in order if _within(area * METRES_IN[c] ** 2, (_LEAST_M2, _MOST_M2))]
    typed = clues.typed_m2
    fitting += [
        c
        for c in order
        if typed and c not in fitting and 0.5 < area * METRES_IN[c] ** 2 / typed < 2
    ]
    if not fitting:
        return header, False
    return max(fitting, key=lambda c: clues.agreeing(METRES_IN[c], area)), True


def _origin(entities: tuple[Entity, ...], plots: Iterable[Entity], scale: float) -> Point:
    for entity in (*plots, *entities):
        if entity.points:
            x, y = entity.points[0]
            return float(round(x * scale)), float(round(y * scale))
    return 0.0, 0.0
