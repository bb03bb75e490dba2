"""Drawing units -> metres near a local origin. The header's unit is checked against the plot."""

from collections.abc import Iterable
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
}
_GUESSES = (6, 4, 5, 1, 2)
_LEAST_M2, _MOST_M2 = 10.0, 2_000_000.0
_FAR_M = 100_000.0


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


def choose(raw: Raw, plots: Iterable[Entity], typed_m2: float | None) -> Frame:
    """Choose the unit of a drawing: the header's, unless the plot says it cannot be.

    Args:
        raw: the drawing as read.
        plots: its plot outlines, in drawing units.
        typed_m2: the plot's area as typed, if it was.

    """
    areas = [a for p in plots if p.kind == "outline" and (a := _area(p)) is not None]
    area = max(areas, default=None)
    said: list[Complaint] = []
    header = raw.units_code
    if header not in METRES_IN:
        said.append(Complaint("units_not_said", details={"code": str(header)}))
        header = 6
    code, sure = _unit(header, area, typed_m2)
    if code != header:
        details = {"header": NAMES[header], "used": NAMES[code]}
        said.append(Complaint("units_disagree", details=details))
    elif code != 6:
        said.append(Complaint("units_converted", details={"header": NAMES[header]}))
    if not sure and area is not None:
        size = f"{area * METRES_IN[code] ** 2:.3g}"
        said.append(Complaint("units_implausible", details={"area_m2": size}))
    origin = _origin(raw.entities, plots, METRES_IN[code])
    if max(map(abs, origin)) > _FAR_M:
        details = {"x": f"{origin[0]:.0f}", "y": f"{origin[1]:.0f}"}
        said.append(Complaint("far_off_coordinates", details=details))
    return Frame(code, METRES_IN[code], origin, tuple(said), sure)


def _area(plot: Entity) -> float | None:
    """Return a plot's area in square drawing units, None for one that crosses itself away."""
    if len(plot.points) < 3:
        return None
    xs, ys = [p[0] for p in plot.points], [p[1] for p in plot.points]
    box = (max(xs) - min(xs)) * (max(ys) - min(ys))
    area = abs(ring_area_m2(plot.points, plot.bulges))
    return area if area > 0.01 * box else None


def _unit(header: int, area: float | None, typed_m2: float | None) -> tuple[int, bool]:
    if area is None:
        return header, True
    order = (header, *(g for g in _GUESSES if g != header))
    sizes = {code: area * METRES_IN[code] ** 2 for code in order}
    if typed_m2:
        for code in order:
            if 0.5 < sizes[code] / typed_m2 < 2:
                return code, True
    for code in order:
        if _LEAST_M2 <= sizes[code] <= _MOST_M2:
            return code, True
    return header, False


def _origin(entities: tuple[Entity, ...], plots: Iterable[Entity], scale: float) -> Point:
    for entity in (*plots, *entities):
        if entity.points:
            x, y = entity.points[0]
            return float(round(x * scale)), float(round(y * scale))
    return 0.0, 0.0
