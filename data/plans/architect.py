"""What makes a drawing a sheet: walls, doors, windows, stairs, sections, roads, title block."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pen import Box, Pen, Point, corners

WALL_M = 0.2
SLAB_M = 0.15
_ROOMS = {
    "LIVING": "REGULAR_ROOM_{k}", "BED": "REGULAR_ROOM_{k}", "DINING": "REGULAR_ROOM_{k}",
    "CLASS": "REGULAR_ROOM_{k}", "OFFICE": "REGULAR_ROOM_{k}", "KITCHEN": "KITCHEN",
    "TOILET": "WC_BATH", "BATH": "BATH", "WC": "WC", "CORRIDOR": "PASSAGE",
    "VERANDAH": "VERANDAH", "BALCONY": "UNITFA_BALCONY", "SHAFT": "VENTILATION_SHAFT",
}  # fmt: skip
"""First word of a room's name -> its layer after BLK_b_FLR_f_."""


@dataclass(frozen=True)
class Room:
    """A room between the middles of its walls."""

    name: str
    box: Box
    door: str = "s"
    """Side of its door: n, s, e, w; empty: none."""


@dataclass(frozen=True)
class Stair:
    """A dog-legged stair: two flights side by side, a landing at the far end (upwards)."""

    number: int
    at: Point
    """Its lower left corner."""
    width_m: float = 1.2
    treads: int = 9
    """In one flight; each flight has one riser more."""
    tread_m: float = 0.3
    fire: bool = False

    @property
    def box(self) -> Box:
        """Return its outline."""
        x, y = self.at
        return x, y, x + 2 * self.width_m + 0.1, y + self.treads * self.tread_m + self.width_m


def draw_walls(pen: Pen, outer: Sequence[Point], rooms: Sequence[Room], block_floor: str) -> None:
    """Draw the outer wall, each room inside its walls, doors, windows and names.

    Rooms with a layer in the scrutiny's list are drawn there, the rest on the architect's own.
    """
    pen.outline("A-WALL", list(outer))
    number = 0
    for room in rooms:
        kind = _ROOMS.get(room.name.split()[0], "")
        number += "{k}" in kind
        layer = f"{block_floor}_{kind.format(k=number)}" if kind else "A-WALL"
        inner = inset(room.box, WALL_M / 2)
        pen.outline(layer, inner)
        _name(pen, room, inner)
        _door(pen, room, inner)
        light = f"{block_floor}_ROOM_{number}_LIGHT_VENTILATION_1" if "{k}" in kind else "A-WIND"
        _windows(pen, outer, room.box, light)


def inset(box: Box, by: float) -> Box:
    """Return a box made smaller on all sides."""
    x0, y0, x1, y1 = box
    return round(x0 + by, 6), round(y0 + by, 6), round(x1 - by, 6), round(y1 - by, 6)


def _name(pen: Pen, room: Room, inner: Box) -> None:
    wide, deep = inner[2] - inner[0], inner[3] - inner[1]
    middle = ((inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2)
    height = min(0.22, wide / 9, deep / 4)
    pen.label(f"{room.name}\\P{wide:.2f} x {deep:.2f}", middle, height)


def _door(pen: Pen, room: Room, inner: Box) -> None:
    """Draw a leaf and its swing near the first corner of a side."""
    if not room.door:
        return
    x0, y0, x1, y1 = inner
    leaf = min(0.9, (x1 - x0) * 0.6, (y1 - y0) * 0.6)
    hinge, start = {
        "s": ((x0 + 0.15, y0), 0.0), "n": ((x1 - 0.15, y1), 180.0),
        "w": ((x0, y1 - 0.15), 270.0), "e": ((x1, y0 + 0.15), 90.0),
    }[room.door]  # fmt: skip
    pen.arc("A-DOOR", hinge, leaf, start, start + 90)
    turn = math.radians(start + 90)
    pen.line("A-DOOR", hinge, (hinge[0] + leaf * math.cos(turn), hinge[1] + leaf * math.sin(turn)))


def _windows(pen: Pen, outer: Sequence[Point], box: Box, layer: str) -> None:
    """Draw a window in the middle of each side of a room that lies on the outer wall."""
    own = corners(box)
    for a, b in zip(own, [*own[1:], own[0]], strict=True):
        length = math.dist(a, b)
        if length < 1.2 or not _on_outer((a, b), outer):
            continue
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        half = 0.3 * length
        x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        ends = [(x - ux * half, y - uy * half), (x + ux * half, y + uy * half)]
        near = [(p[0] - uy * WALL_M / 2, p[1] + ux * WALL_M / 2) for p in reversed(ends)]
        pen.outline(layer, [*ends, *near], colour=4)


def _on_outer(side: tuple[Point, Point], outer: Sequence[Point]) -> bool:
    """Tell whether a side lies on the outer wall, squarely."""
    (ax, ay), (bx, by) = side
    for (px, py), (qx, qy) in zip(outer, [*outer[1:], outer[0]], strict=True):
        flat = abs(py - qy) < 1e-6 and abs(ay - by) < 1e-6 and abs(py - ay) < 1e-6
        up = abs(px - qx) < 1e-6 and abs(ax - bx) < 1e-6 and abs(px - ax) < 1e-6
        spans = min(px, qx) - 1e-6 <= min(ax, bx) and max(ax, bx) <= max(px, qx) + 1e-6
        rises = min(py, qy) - 1e-6 <= min(ay, by) and max(ay, by) <= max(py, qy) + 1e-6
        if (flat and spans) or (up and rises):
            return True
    return False


def draw_stair(pen: Pen, stair: Stair, block_floor: str, floor_m: float) -> None:
    """Draw a stair with flights, steps, landing, width and floor height."""
    kind = "FIRESTAIR" if stair.fire else "STAIR"
    layer = f"{block_floor}_{kind}_{stair.number}"
    x0, y0, x1, y1 = stair.box
    run, width = stair.treads * stair.tread_m, stair.width_m
    pen.outline(layer, stair.box)
    for flight, left in ((1, x0), (2, x1 - width)):
        own = f"{layer}_FLIGHT_{flight}"
        pen.outline(own, (left, y0, left + width, y0 + run))
        for step in range(1, stair.treads):
            y = y0 + step * stair.tread_m
            pen.line(own, (left, y), (left + width, y))
        pen.dim(own, (left, y0), (left + width, y0), colour=2, off=-0.3)
    pen.outline(f"{layer}_LANDING_1", (x0, y0 + run, x1, y1))
    pen.text(layer, f"FLR_HT_M={floor_m:.2f}", (x0 + 0.05, y1 - 0.1), 0.12)
    pen.line("A-NOTE", (x0 + width / 2, y0 + 0.1), (x0 + width / 2, y0 + run))
    pen.label("FIRE STAIR" if stair.fire else "UP", ((x0 + x1) / 2, y0 + run + width / 2), 0.16)


def draw_section(
    pen: Pen, block: int, wide: float, floors: Sequence[int], storey_m: float, plinth_m: float
) -> float:
    """Draw a section through a block with heights; return the height of its roof.

    The room heights of every floor, basements too, stand inside it.
    """
    ground = plinth_m
    above = [f for f in floors if f >= 0]
    top = ground + storey_m * len(above)
    low = ground - storey_m * len([f for f in floors if f < 0])
    pen.hatch("A-SECT", (-3.0, -0.3, -0.02, 0.0), "ANSI31")
    pen.hatch("A-SECT", (wide + 0.02, -0.3, wide + 3.0, 0.0), "ANSI31")
    pen.line("A-SECT", (-3.0, 0.0), (0.0, 0.0))
    pen.line("A-SECT", (wide, 0.0), (wide + 3.0, 0.0))
    for floor in floors:
        base = ground + floor * storey_m
        pen.hatch("A-SECT", (0.0, base - SLAB_M, wide, base))
        for x in (0.0, wide / 2, wide - WALL_M):
            pen.outline("A-SECT", (x, base, x + WALL_M, base + storey_m - SLAB_M))
        parking = floor < 0
        pen.dim(
            f"BLK_{block}_FLR_{floor}_HT_ROOM", (wide * 0.3, base),
            (wide * 0.3, base + storey_m - SLAB_M), colour=4 if parking else 2, off=0.0,
        )  # fmt: skip
        pen.label(f"FLOOR {floor}", (wide * 0.75, base + storey_m / 2), 0.25)
    pen.hatch("A-SECT", (-0.6, top - SLAB_M, wide + 0.6, top))
    for x in (-0.0, wide - 0.12):
        pen.outline("A-SECT", (x, top, x + 0.12, top + 1.2))
    pen.dim(f"BLK_{block}_HT_OF_BLDG", (-1.6, 0.0), (-1.6, top), off=0.0)
    pen.dim(f"BLK_{block}_PARAPET_HT", (wide + 0.8, top), (wide + 0.8, top + 1.2), off=0.0)
    if plinth_m > 0:
        pen.dim(f"BLK_{block}_PLINTH_HEIGHT", (wide + 1.6, 0.0), (wide + 1.6, plinth_m), off=0.0)
    title(pen, "SECTION A-A", (wide / 2, min(low, 0.0) - 1.2))
    return top


def draw_elevation(pen: Pen, wide: float, storeys: int, storey_m: float, plinth_m: float) -> None:
    """Draw a front elevation with windows and a door; nothing in it is measured."""
    top = plinth_m + storeys * storey_m
    pen.outline("A-SECT", (0.0, 0.0, wide, top))
    pen.outline("A-SECT", (-0.3, top, wide + 0.3, top + 0.9))
    pen.line("A-SECT", (-3.0, 0.0), (wide + 3.0, 0.0))
    count = max(1, int(wide // 3))
    for floor in range(storeys):
        sill = plinth_m + floor * storey_m + 0.9
        for i in range(count):
            x = wide * (i + 0.5) / count
            if floor == 0 and i == count // 2:
                pen.outline("A-DOOR", (x - 0.6, plinth_m, x + 0.6, plinth_m + 2.1))
                continue
            pen.outline("A-WIND", (x - 0.75, sill, x + 0.75, sill + 1.2))
            pen.line("A-WIND", (x, sill), (x, sill + 1.2))
    title(pen, "FRONT ELEVATION", (wide / 2, -1.2))


def title(pen: Pen, text: str, at: Point) -> None:
    """Write the title of a view, underlined."""
    pen.label(text, at, 0.4)
    half = 0.16 * len(text)
    pen.line("A-NOTE", (at[0] - half, at[1] - 0.35), (at[0] + half, at[1] - 0.35))


def draw_road(
    pen: Pen, layer: str, box: Box, colour: int, name: str, upright: bool = False
) -> None:
    """Draw a road with its middle line and its name."""
    x0, y0, x1, y1 = box
    pen.outline(layer, box, colour)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    if upright:
        pen.line("A-SITE", (x, y0), (x, y1))
    else:
        pen.line("A-SITE", (x0, y), (x1, y))
    pen.label(name, (x, y0 + 1.0) if upright else (x0 + 4.0, y + 0.5), 0.3)


def draw_tree(pen: Pen, at: Point, radius: float = 0.8) -> None:
    """Draw a tree from above."""
    pen.circle("A-SITE", at, radius)
    for turn in range(0, 360, 60):
        angle = math.radians(turn)
        end = (at[0] + radius * math.cos(angle), at[1] + radius * math.sin(angle))
        pen.line("A-SITE", at, end)


def draw_car(pen: Pen, bay: Box) -> None:
    """Draw a car from above inside a bay."""
    inner = inset(bay, 0.45)
    pen.outline("A-FITTINGS", inner)
    pen.outline("A-FITTINGS", inset(inner, 0.35))


def draw_bays(pen: Pen, at: Point, count: int, layer: str, size: Point = (2.7, 5.5)) -> None:
    """Draw bays side by side, cars in them."""
    for i in range(count):
        left = at[0] + i * size[0]
        bay = (left, at[1], left + size[0], at[1] + size[1])
        pen.outline(layer, bay)
        draw_car(pen, bay)


def two_wheelers(pen: Pen, box: Box) -> None:
    """Draw a place for two-wheelers."""
    pen.outline("TWO_WHEELER_PARKING", box)
    wide, deep = box[2] - box[0], box[3] - box[1]
    name = "TWO-WHEELERS" if wide > 3 else "TWO-\\PWHEELERS"
    pen.label(name, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), min(0.3, wide / 12, deep / 4))


def draw_north(pen: Pen, at: Point) -> None:
    """Draw the north arrow."""
    x, y = at
    pen.circle("A-SHEET", at, 0.8)
    pen.outline("A-SHEET", [(x - 0.3, y - 0.5), (x, y + 0.7), (x + 0.3, y - 0.5), (x, y - 0.25)])
    pen.label("N", (x, y + 1.1), 0.4, "A-SHEET")


def finish(pen: Pen, name: str, info: Sequence[str], notes: Sequence[str] = ()) -> None:
    """Draw what stands round the views: PLAN_INFO, notes, frame and title block."""
    xs, ys = [p[0] for p in pen.reach], [p[1] for p in pen.reach]
    left, right, low, high = min(xs) - 2, max(xs) + 2, min(ys) - 4.5, max(ys) + 2
    pen.text("PLAN_INFO", list(info), (right + 1, high - 1), 0.3)
    if notes:
        pen.text("A-NOTE", list(notes), (right + 1, high - 2 - 0.55 * len(info)), 0.3)
    frame = (left, low, right + 16, high)
    pen.outline("A-SHEET", frame)
    block = (right, low, right + 16, low + 3.2)
    pen.outline("A-SHEET", block)
    pen.line("A-SHEET", (right, low), (right, high))
    lines = [name, "SITE PLAN, FLOOR PLANS, SECTION, ELEVATION", "DRAWN 1:1, INVENTED FOR K-MAP"]
    pen.text("A-SHEET", lines, (right + 0.4, low + 2.7), 0.42)
