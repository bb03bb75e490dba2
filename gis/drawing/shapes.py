"""What entities are read from: head, plane, arcs and curves of any of them."""

import math
from dataclasses import dataclass, replace

from gis.areas import Point, ring_area_m2
from gis.drawing.curves import Curve
from gis.drawing.tags import Thing, integer, number
from gis.model import Entity

THROUGH = "through"
"""Note on an outline: the curve is only known by points it passes."""


@dataclass(slots=True)
class Head:
    """What every entity has (not frozen: see Thing)."""

    layer: str
    handle: str
    colour: int
    paper: bool


def head(thing: Thing) -> Head:
    """Read layer, handle, colour and space of an entity; the first of each group counts."""
    front = thing.front()
    layer = front.get("8") or thing.first("8", "0")  # some programs write it among its own groups
    return Head(
        layer.strip(),
        front.get("5", "").strip(),
        integer(front["62"], 256) if "62" in front else 256,
        "67" in front and integer(front["67"]) == 1,
    )


def facing(x: float, y: float, z: float) -> float | None:
    """Return 1 for a plane seen from above, -1 for one seen from below, None for a tilted one."""
    return None if abs(z) < 0.999 * math.hypot(x, y, z) else math.copysign(1.0, z)


def facing_of(thing: Thing) -> float | None:
    """Return how the plane of a thing lies."""
    z = thing.first("230")
    if not z:
        return 1.0
    return facing(number(thing.first("210", "0")), number(thing.first("220", "0")), number(z))


def faced(entity: Entity, way: float | None) -> Entity:
    """Return an entity read in its own plane as it lies in the plan."""
    if way is None:
        return _other(entity, f"tilted {entity.kind}")
    return entity if way > 0 else entity.mapped(lambda p: (-p[0], p[1]), -1.0)


def _other(entity: Entity, what: str) -> Entity:
    return Entity("other", entity.layer, entity.handle, entity.colour, text=what)


def arc(
    own: Head, colour: int, centre: Point, radius: float, turns_deg: tuple[float, float]
) -> Entity:
    """Return the arc from one angle on to another, in two halves; a circle for a whole turn."""
    sweep = (turns_deg[1] - turns_deg[0]) % 360.0
    if min(sweep, 360.0 - sweep) < 1e-9:
        return Entity("circle", own.layer, own.handle, colour, (centre,), radius=radius)
    ways = (math.radians(turns_deg[0] + share * sweep) for share in (0.0, 0.5, 1.0))
    points = tuple(
        (centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in ways
    )
    bulge = math.tan(math.radians(sweep) / 8)
    return Entity("arc", own.layer, own.handle, colour, points, (bulge, bulge, 0.0))


def curved(own: Head, colour: int, curve: Curve | None, what: str, note: str = "") -> Entity:
    """Return a curve as the outline it draws, or as a thing that cannot be measured."""
    if curve is None:
        return Entity("other", own.layer, own.handle, colour, text=what)
    return Entity(
        "outline", own.layer, own.handle, colour, curve.points, (0.0,) * len(curve.points),
        curve.closed, text=note, excess=curve.excess,
    )  # fmt: skip


def coarse(entity: Entity) -> Entity:
    """Return a curve with few chords and the same area: what thousands of curves may take."""
    step = len(entity.points) // 32 + 1
    kept = (
        entity.points[::step] if entity.closed else (*entity.points[:-1:step], entity.points[-1])
    )
    none = (0.0,) * len(entity.points)
    lost = ring_area_m2(entity.points, none) - ring_area_m2(kept, none)
    return replace(entity, points=kept, bulges=(0.0,) * len(kept), excess=entity.excess + lost)
