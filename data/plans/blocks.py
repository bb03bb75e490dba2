"""A block and its site, as data, and how both are drawn in the dialect."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from architect import (
    Room,
    Stair,
    draw_elevation,
    draw_north,
    draw_section,
    draw_stair,
    draw_walls,
    title,
)
from pen import BYLAYER, Box, Pen, Point, corners

Shape = Box | Sequence[Point]
More = Callable[[Pen, str], None]
"""Draws what else a floor has; takes the pen of the plan and BLK_b_FLR_f."""
YARDS = {"front": "FRONT_YARD", "rear": "REAR_YARD", "side1": "SIDE_YARD1", "side2": "SIDE_YARD2"}


@dataclass(frozen=True)
class Floor:
    """One floor plan, in the coordinates of the site."""

    number: int
    outer: Sequence[Point]
    rooms: Sequence[Room] = ()
    colour: int = 25
    parts: Sequence[tuple[Shape, int]] = ()
    """Built-up outlines with the colour of their use; else the outer wall in ``colour``."""
    units: Sequence[Shape] = ()
    stairs: Sequence[Stair] = ()
    lifts: Sequence[Box] = ()
    typical: str = ""
    """The floors this one stands for, such as 1,2,3."""
    more: More | None = None


@dataclass(frozen=True)
class Block:
    """One building."""

    number: int
    outer: Sequence[Point]
    """Outline at ground."""
    yards: Mapping[str, Shape]
    """Drawn yards at level 0: front, rear, side1, side2."""
    floors: Sequence[Floor]
    storey_m: float = 3.15
    plinth_m: float = 0.6
    levels: Mapping[int, tuple[Sequence[Point], Mapping[str, Shape]]] = field(default_factory=dict)
    """Further levels: outline and yards."""
    shown: Sequence[int] | None = None
    """Floors of the section where typical floors make more than are drawn."""


def draw_block(pen: Pen, block: Block, left: float, low: float = 0.0) -> None:
    """Draw a block in the site plan, its floor plans from ``left`` on, section and elevation."""
    draw_levels(pen, block)
    x0, y0 = min(p[0] for p in block.outer), min(p[1] for p in block.outer)
    x1, y1 = max(p[0] for p in block.outer), max(p[1] for p in block.outer)
    wide, deep = x1 - x0, y1 - y0
    pitch = wide + 5.0
    for i, floor in enumerate(block.floors):
        plan = pen.moved(left + i * pitch - x0, low - y0)
        draw_floor(plan, block, floor)
        low_edge = min(p[1] for p in floor.outer)
        title(plan, _named(floor), ((x0 + x1) / 2, low_edge - 1.9))
    numbers = block.shown or [f.number for f in block.floors]
    count = len([n for n in numbers if n >= 0])
    basement = block.storey_m if min(numbers) < 0 else 0.0
    upper = low + deep + 4.5 + basement
    draw_section(
        pen.moved(left + 2, upper), block.number, wide, numbers, block.storey_m, block.plinth_m
    )
    elevation = pen.moved(left + 2 + wide + 9.0, upper)
    draw_elevation(elevation, wide, count, block.storey_m, block.plinth_m)


def draw_levels(pen: Pen, block: Block) -> None:
    """Draw outlines and yards of each level in the site plan, hatched, and the covered area."""
    pen.outline(f"BLK_{block.number}_COVERED_AREA", list(block.outer))
    pen.hatch("A-SITE", list(block.outer), "ANSI31")
    for level, (outer, yards) in {0: (block.outer, block.yards), **block.levels}.items():
        layer = f"BLK_{block.number}_LVL_{level}"
        pen.outline(f"{layer}_BLDG_FOOT_PRINT", list(outer))
        for side, shape in yards.items():
            pen.outline(f"{layer}_{YARDS[side]}", shape)


def draw_floor(pen: Pen, block: Block, floor: Floor) -> None:
    """Draw one floor plan."""
    layer = f"BLK_{block.number}_FLR_{floor.number}"
    for shape, colour in floor.parts or [(list(floor.outer), floor.colour)]:
        pen.outline(f"{layer}_BLT_UP_AREA", shape, colour)
    if floor.typical:
        x, y = min(p[0] for p in floor.outer), max(p[1] for p in floor.outer)
        built = f"{layer}_BLT_UP_AREA"
        pen.text(built, f"TYPICAL_FLOOR_PLAN={floor.typical}", (x, y + 0.8), 0.25)
    for unit in floor.units:
        pen.outline(f"{layer}_UNITFA", unit, floor.colour)
    draw_walls(pen, floor.outer, floor.rooms, layer)
    for stair in floor.stairs:
        draw_stair(pen, stair, layer, block.storey_m)
    for i, lift in enumerate(floor.lifts, 1):
        pen.outline(f"{layer}_LIFT_{i}", lift)
        pen.line("A-WALL", (lift[0], lift[1]), (lift[2], lift[3]))
        pen.line("A-WALL", (lift[0], lift[3]), (lift[2], lift[1]))
    if floor.more:
        floor.more(pen, layer)


def _named(floor: Floor) -> str:
    if floor.typical:
        return f"TYPICAL FLOOR PLAN {floor.typical}"
    names = {-1: "BASEMENT PLAN", 0: "GROUND FLOOR PLAN", 1: "FIRST FLOOR PLAN"}
    return names.get(floor.number, f"FLOOR {floor.number} PLAN")


def draw_plot(pen: Pen, plot: Sequence[Point], title_at: Point, north_at: Point) -> None:
    """Draw the plot with its boundary wall, gate side open to the eye, title and north."""
    pen.outline("PLOT_BOUNDARY", list(plot))
    title(pen, "SITE PLAN", title_at)
    draw_north(pen, north_at)


def box_yards(plot: Box, home: Box) -> dict[str, Box]:
    """Return the yards between a box of a plot and a box of a building in it."""
    x0, y0, x1, y1 = plot
    a, b, c, d = home
    return {
        "front": (x0, y0, x1, b), "rear": (x0, d, x1, y1),
        "side1": (x0, b, a, d), "side2": (c, b, x1, d),
    }  # fmt: skip


def box_block(
    plot: Box, home: Box, floors: Sequence[Floor], number: int = 1, **more: object
) -> Block:
    """Return a block whose outline is a box on a plot that is a box."""
    return Block(number, corners(home), box_yards(plot, home), floors, **more)


def text_lines(project: str, plot_m2: float, access_m: float, *more: str) -> list[str]:
    """Return the lines of PLAN_INFO."""
    return [
        "PLAN INFO", f"PROJECT={project}", "RS_NO=145/2A", "VILLAGE=INVENTED",
        f"PLOT_AREA_M2={plot_m2:.2f}", f"ACCESS_WIDTH_M={access_m:.2f}",
        "DEPTH_CUTTING_MORE_THAN_1.5_M=NO", "CRZ=NO", "SECURITY_ZONE=NO", *more,
    ]  # fmt: skip


__all__ = ["BYLAYER", "Block", "Floor", "Room", "Stair"]
