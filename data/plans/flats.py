"""Flats: a building with basement, typical floors and two stairs; its failing twin; two blocks."""

from collections.abc import Callable
from dataclasses import dataclass

from architect import Room, Stair, draw_bays, draw_tree, finish, title, two_wheelers
from blocks import Block, Floor, More, box_block, box_yards, draw_block, text_lines
from houses import house_floor, site_of, well
from pen import Box, Pen, Point, corners

FLAT = 2
"""Colour of flats."""


@dataclass(frozen=True)
class Flats:
    """What differs between the building that keeps the rules and its twin."""

    home: Box
    stair_m: float
    fire: bool
    lifts: int
    bays: int
    """In the basement's two rows, each."""
    surface_bays: int
    accessible: bool
    tank_l: int


GOOD = Flats((6.0, 10.0, 26.0, 36.0), 1.5, True, 2, 8, 7, True, 40_000)
BAD = Flats((4.5, 7.0, 29.5, 39.0), 1.0, False, 1, 5, 0, False, 5_000)


def flat_rooms(box: Box, left: bool, low: bool) -> list[Room]:
    """Divide a flat; mirrored so that beds lie outward and the living room at the corridor."""
    x0, y0, x1, y1 = box
    wide, deep = x1 - x0, y1 - y0
    plan = [
        ("BED ROOM", (0.0, 0.0, 0.5, 0.4), "n"), ("BED ROOM", (0.5, 0.0, 1.0, 0.4), "n"),
        ("LIVING", (0.0, 0.4, 0.6, 0.75), "e"), ("HALL", (0.6, 0.4, 1.0, 0.75), ""),
        ("KITCHEN", (0.0, 0.75, 0.45, 1.0), "s"), ("TOILET", (0.45, 0.75, 0.72, 1.0), "s"),
        ("STORE", (0.72, 0.75, 1.0, 1.0), "s"),
    ]  # fmt: skip
    rooms = []
    for name, (a, b, c, d), door in plan:
        across = (a, c) if left else (1 - c, 1 - a)
        up = (b, d) if low else (1 - d, 1 - b)
        whole = (
            x0 + across[0] * wide, y0 + up[0] * deep, x0 + across[1] * wide, y0 + up[1] * deep
        )  # fmt: skip
        rooms.append(Room(name, tuple(round(v, 3) for v in whole), door))
    return rooms


def flats_floor(spec: Flats, number: int, typical: str = "", more: More | None = None) -> Floor:
    """Return a floor of four flats round a core with stair, lifts and fire stair."""
    x0, y0, x1, y1 = spec.home
    middle, core = (x0 + x1) / 2, (y0 + y1) / 2
    left, right, low, high = middle - 1.0, middle + 1.0, core - 2.6, core + 2.6
    homes = [
        ((x0, y0, left, low), True, True), ((right, y0, x1, low), False, True),
        ((x0, high, left, y1), True, False), ((right, high, x1, y1), False, False),
    ]  # fmt: skip
    rooms = [room for box, a, b in homes for room in flat_rooms(box, a, b)]
    rooms += [
        Room("CORRIDOR", (left, y0, right, y1), ""),
        Room("SHAFT", (x0, low, x0 + 2.6, high), ""), Room("SHAFT", (x1 - 2.6, low, x1, high), ""),
    ]  # fmt: skip
    stairs = [Stair(1, (left - 2 * spec.stair_m - 0.3, low + 0.15), spec.stair_m)]
    if spec.fire:
        stairs.append(Stair(1, (right + 2.6, low + 0.15), 1.2, fire=True))
    lifts = [
        (right + 0.2, low + 0.2 + 2.5 * i, right + 2.2, low + 2.2 + 2.5 * i)
        for i in range(spec.lifts)
    ]
    units = [box for box, _, _ in homes]
    return Floor(number, corners(spec.home), rooms, FLAT, (), units, stairs, lifts, typical, more)


def basement(spec: Flats) -> Floor:
    """Return the basement: two rows of bays, the core, a ramp."""
    x0, y0, x1, y1 = spec.home
    outer = (x0 - 2, y0 - 2, x1 + 2, y1 + 2)
    core = flats_floor(spec, -1)

    def cars(plan: Pen, layer: str) -> None:
        draw_bays(plan, (x0 - 1, y0 - 1.5), spec.bays, f"{layer}_PARKING_SLOT")
        draw_bays(plan, (x0 - 1, y1 - 4.0), spec.bays, f"{layer}_PARKING_SLOT")
        plan.outline(f"{layer}_TWO_WHEELER_PARKING", (x0 - 1.5, y0 + 8.5, x0 + 5.5, y0 + 17.5))
        plan.outline(f"{layer}_PASSAGE", (x0 + 9, y0 + 10, x0 + 11, y0 + 16))
        plan.outline(f"{layer}_VEHICLE_RAMP_1", (x1 - 3, y0 + 5, x1 + 1, y0 + 20))
        plan.text(f"{layer}_VEHICLE_RAMP_1", "SLOPE=1IN8", (x1 - 2, y0 + 16), 0.3)
        plan.label("CAR PARK", ((x0 + x1) / 2, y0 + 7), 0.5)

    return Floor(-1, corners(outer), (), FLAT, (), (), core.stairs, core.lifts, "", cars)


def safety(spec: Flats, number: int) -> More:
    """Return what draws ways out, bath heights and, at ground, the special closet of a floor."""
    x0, y0, x1, y1 = spec.home
    middle, low = (x0 + x1) / 2, (y0 + y1) / 2 - 2.6

    def draw(plan: Pen, layer: str) -> None:
        plan.dim(f"{layer}_EXIT_WIDTH_DOOR", (middle - 0.75, y0), (middle + 0.75, y0), off=-0.5)
        at = (middle - 1.3 - 2 * spec.stair_m, low + 1.0)
        plan.dim(f"{layer}_EXIT_WIDTH_STAIR", at, (at[0] + spec.stair_m, at[1]), off=0.0)
        if spec.fire:
            at = (middle + 3.6, low + 1.0)
            plan.dim(f"{layer}_EXIT_WIDTH_STAIR", at, (at[0] + 1.2, at[1]), off=0.0)
        way = [(middle, y1 - 1.0), (middle, low + 0.5), (middle - 1.3, low + 0.5)]
        plan.outline(f"{layer}_DIST_EXIT", way, close=False)
        plan.dim(f"{layer}_WC_BATH_HT", (x0 - 1.0, y0), (x0 - 1.0, y0 + 2.4), off=0.0)
        if number == 0 and spec.accessible:
            plan.outline(f"{layer}_SP_WC", (x0 + 0.3, low + 0.3, x0 + 2.3, low + 2.3))
            plan.label("SP. WC", (x0 + 1.3, low + 1.3), 0.18)

    return draw


def draw_flats(spec: Flats, project: str, plot_m2: float = 32.0 * 44.0) -> Pen:
    """Draw one building of flats with its site."""
    pen, plot = site_of((32, 44), 7.0, front_m=spec.home[1])
    x0, y0, x1, y1 = spec.home
    under = (x0 - 2, y0 - 2, x1 + 2, y1 + 2)
    floors = [
        basement(spec), flats_floor(spec, 0, "", safety(spec, 0)),
        flats_floor(spec, 1, "1,2,3,4", safety(spec, 1)),
    ]  # fmt: skip
    block = box_block(plot, spec.home, floors, storey_m=3.0, plinth_m=0.6, shown=range(-1, 5))
    draw_block(pen, block, 42)
    pen.outline("BLK_1_BSMNT_FOOT_PRINT", under)
    for side, box in box_yards(plot, under).items():
        name = {
            "front": "FRONT_YARD",
            "rear": "REAR_YARD",
            "side1": "SIDE_YARD_1",
            "side2": "SIDE_YARD_2",
        }
        pen.outline(f"BLK_1_BSMNT_{name[side]}", box)
    draw_bays(pen, (1.0, 0.4), spec.surface_bays, "PARKING_SLOT")
    two_wheelers(pen, (24.0, 36.8, 31.0, 39.6))
    if spec.accessible:
        draw_bays(pen, (21.0, 0.4), 1, "DA_PARKING", (3.6, 5.5))
        pen.outline("BLK_1_DA_RAMP_1", (17.5, y0 - 1.6, 24.7, y0 - 0.1))
        pen.text("BLK_1_DA_RAMP_1", "SLOPE=1IN12", (18.5, y0 - 0.5), 0.25)
    for x in (1.4, 30.6):
        for y in (11.0, 15.0, 19.0, 24.0, 29.0, 34.0):
            draw_tree(pen, (x, y), 0.9)
    well(pen, (2.2, 8.0), (0.0, 8.0))
    pen.outline("EXT_RECREATION", (2.0, y1 + 2.2, 17.0, 43.5))
    pen.label("PLAY COURT", (9.0, y1 + 3.5), 0.4)
    pen.outline("RWH", (18.0, 41.0, 23.0, 43.0))
    pen.text("RWH", f"RWH_CAPACITY_L={spec.tank_l}", (18.1, 42.6), 0.2)
    pen.outline("WASTE_DISPOSAL", (25.0, 41.2, 28.0, 42.6), 2)
    pen.label("SEPTIC TANK", (26.5, 41.9), 0.2)
    _terrace(pen.moved(42 + 3 * (x1 - x0 + 5) + 6 - x0, -y0), spec)
    finish(pen, project, text_lines(project, plot_m2, 7.0))
    return pen


def _terrace(pen: Pen, spec: Flats) -> None:
    """Draw the terrace with solar panels."""
    x0, y0, x1, y1 = spec.home
    pen.outline("A-WALL", spec.home)
    for i in range(5):
        panel = (x0 + 1 + i * 3.6, y1 - 9, x0 + 4 + i * 3.6, y1 - 1)
        pen.outline("SOLAR", panel)
        pen.hatch("A-FITTINGS", panel, "ANSI37")
    pen.outline("TERRACE_RECREATION", (x0 + 1, y0 + 1, x1 - 1, y0 + 8))
    pen.label("ROOF GARDEN", ((x0 + x1) / 2, y0 + 4.5), 0.4)
    title(pen, "TERRACE PLAN", ((x0 + x1) / 2, y0 - 1.3))


def flats_with_basement() -> Pen:
    """Twenty flats on five floors over a basement car park; keeps the rules."""
    return draw_flats(GOOD, "INVENTED DEMONSTRATION FLATS")


def flats_too_tight() -> Pen:
    """The same programme pressed on the same plot: yards, stair, lifts, cars, tank too small."""
    return draw_flats(BAD, "INVENTED DEMONSTRATION FLATS")


def two_blocks() -> Pen:
    """Two houses on one plot, 1.20 m apart."""
    pen, plot = site_of((24, 18), 5.0, front_m=3.5)
    homes: list[Box] = [(2.0, 3.5, 11.0, 15.0), (12.2, 3.5, 22.0, 15.0)]
    for number, home in enumerate(homes, 1):
        floors = [house_floor(0, home), house_floor(1, home, unit=False)]
        block = Block(number, corners(home), box_yards(plot, home), floors, 3.1)
        draw_block(pen, block, 34, (number - 1) * 30.0)
    pen.dim("DIST_BETWEEN_BLK_1_BLK_2", (11.0, 9.0), (12.2, 9.0), off=0.0)
    pen.outline("WASTE_DISPOSAL", (3.0, 16.0, 5.0, 17.2), 2)
    pen.label("SEPTIC TANK", (4.0, 16.6), 0.18)
    well(pen, (20.0, 16.0), (20.0, 18.0))
    project = "INVENTED TWIN HOUSES"
    finish(pen, project, text_lines(project, 432, 5.0))
    return pen


DRAWINGS: dict[str, Callable[[], Pen]] = {
    draw.__name__: draw for draw in (flats_with_basement, flats_too_tight, two_blocks)
}

__all__ = ["DRAWINGS", "Point"]
