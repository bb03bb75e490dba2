"""Houses: the one that passes, the one that fails, small, bent, on a slope, grown, round."""

import math
from collections.abc import Callable
from dataclasses import replace

from architect import (
    Room,
    Stair,
    draw_bays,
    draw_elevation,
    draw_road,
    draw_section,
    draw_tree,
    draw_walls,
    finish,
    title,
)  # fmt: skip
from blocks import Block, Floor, box_block, draw_block, draw_plot, text_lines
from pen import Box, Pen, Point, corners, sheet

PROJECT = "INVENTED DEMONSTRATION HOUSE"


def rooms_of(home: Box, upper: bool) -> list[Room]:
    """Divide a box into the rooms of a house: two columns by shares of its depth."""
    x0, y0, x1, y1 = home
    middle, deep = x0 + (x1 - x0) * (0.55 if x1 - x0 > 7 else 0.68), y1 - y0
    a, b, c = y0 + deep * 0.38, y0 + deep * 0.56, y0 + deep * 0.74
    first = "BED ROOM" if upper else "LIVING"
    third = "BED ROOM" if upper else "DINING"
    return [
        Room(first, (x0, y0, middle, a), "n"), Room("BED ROOM", (middle, y0, x1, a), "w"),
        Room("TOILET", (middle, a, x1, b), "w"), Room(third, (x0 + 2.2, b, middle, y1), "s"),
        Room("STAIR", (x0, b, x0 + 2.2, b + 3.2), ""),
        Room("STORE", (x0, b + 3.2, x0 + 2.2, y1), "e"),
        Room("HALL", (x0, a, middle, b), "s"), Room("BED ROOM", (middle, b, x1, c), "w"),
        Room("BALCONY" if upper else "KITCHEN", (middle, c, x1, y1), "w"),
    ]  # fmt: skip


def house_floor(number: int, home: Box, stair: bool = True, unit: bool = True) -> Floor:
    """Return a floor of a house; the stair stands in its hall."""
    x0, y0, _, y1 = home
    at = (x0 + 0.15, y0 + (y1 - y0) * 0.56 + 0.15)
    stairs = [Stair(1, at, 0.9, 8, 0.25)] if stair else []
    return Floor(
        number, corners(home), rooms_of(home, number > 0), units=[home] if unit else [],
        stairs=stairs,
    )  # fmt: skip


def well(pen: Pen, middle: Point, edge: Point, radius: float = 0.6) -> None:
    """Draw a well and its distance to the nearest point of the boundary."""
    pen.circle("WELL", middle, radius, 1)
    pen.label("WELL", middle, 0.2)
    pen.dim("DIST_WELL", edge, towards(middle, edge, radius), colour=7)


def well_and_pit(
    pen: Pen, middle: Point, pit: Point, radius: float = 0.6, edge: Point | None = None
) -> None:
    """Draw a well, a leach pit (by its lower left corner) and both dimensions.

    ``edge``: the point of the boundary nearest to the well; without it the left boundary.
    """
    well(pen, middle, edge or (0.0, middle[1]), radius)
    pen.outline("WASTE_DISPOSAL", (*pit, pit[0] + 0.7, pit[1] + 0.7), 2)
    pen.label("PIT", (pit[0] + 0.35, pit[1] + 0.35), 0.15)
    near = (
        min(max(middle[0], pit[0]), pit[0] + 0.7), min(max(middle[1], pit[1]), pit[1] + 0.7)
    )  # fmt: skip
    pen.dim("DIST_WELL", towards(middle, near, radius), near, colour=8)


def towards(start: Point, end: Point, by: float) -> Point:
    """Return the point some way from a start towards an end."""
    share = by / math.dist(start, end)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def site_of(
    size: Point, road_m: float, pen: Pen | None = None, front_m: float = 3.0, layer: str = ""
) -> tuple[Pen, Box]:
    """Draw a box of a plot with the road in front of it."""
    pen = pen or sheet()
    plot = (0.0, 0.0, *size)
    draw_plot(pen, corners(plot), (size[0] / 2, -road_m - 3.0), (size[0] + 2.5, size[1] - 1.5))
    road = (-4.0, -0.5 - road_m, size[0] + 4, -0.5)
    draw_road(pen, layer or "NOTIFIED_ROAD", road, 1, f"ROAD {road_m:.2f} M WIDE")
    pen.dim("SHORTEST_DIST_TO_ROAD", (size[0] / 2, -0.5), (size[0] / 2, front_m), colour=1)
    return pen, plot


def box_house(
    size: Point, home: Box, floors: list[Floor], storey_m: float, pen: Pen | None = None
) -> Pen:
    """Draw a house that is a box on a plot that is a box, with a road of 4.5 m in front."""
    pen, plot = site_of(size, 4.5, pen, home[1])
    draw_block(pen, box_block(plot, home, floors, storey_m=storey_m), size[0] + 10)
    return pen


def house_that_passes() -> Pen:
    """A house of two floors that keeps every rule."""
    home, upper = (1.5, 3.5, 13.5, 17.0), (1.5, 3.5, 13.5, 13.0)
    floors = [house_floor(0, home), house_floor(1, upper, unit=False)]
    pen = box_house((15, 20), home, floors, 3.15)
    well_and_pit(pen, (2.0, 18.1), (10.2, 17.9))
    for x in (0.9, 14.1):
        draw_tree(pen, (x, 1.2), 0.7)
    draw_bays(pen, (4.0, 0.2), 1, "A-FITTINGS", (2.4, 3.1))
    finish(pen, PROJECT, text_lines(PROJECT, 300, 4.0))
    return pen


def house_that_fails() -> Pen:
    """A house of three floors, too near to everything, its well at the boundary."""
    home, upper = (1.2, 2.4, 11.6, 15.1), (1.2, 2.4, 11.6, 11.3)
    floors = [house_floor(0, home), *(house_floor(n, upper, unit=False) for n in (1, 2))]
    pen = box_house((12, 16), home, floors, 3.4)
    well_and_pit(pen, (2.0, 15.54), (7.1, 15.2), 0.36)
    finish(pen, PROJECT, text_lines(PROJECT, 205, 1.0))
    return pen


def small_plot_house() -> Pen:
    """A house on 7.5 x 15 m = 112.5 m2, by the rules for small plots."""
    home, upper = (1.0, 2.6, 6.5, 11.4), (1.0, 2.6, 6.5, 11.4)
    floors = [house_floor(0, home), house_floor(1, upper, unit=False)]
    pen = box_house((7.5, 15), home, floors, 3.1)
    well_and_pit(pen, (5.6, 13.1), (0.4, 0.9), 0.5, (7.5, 13.1))
    finish(pen, PROJECT, text_lines(PROJECT, 112.5, 3.0, "NOC_TO_ABUT_SIDE=NO"))
    return pen


def corner_house() -> Pen:
    """An L-shaped house on a plot with a cut corner between two roads."""
    pen = sheet()
    plot = [(0.0, 0.0), (13.0, 0.0), (16.0, 3.0), (16.0, 18.0), (0.0, 18.0)]
    home = [(2.0, 3.5), (12.0, 3.5), (12.0, 9.0), (8.0, 9.0), (8.0, 15.5), (2.0, 15.5)]
    draw_plot(pen, plot, (7.0, -8.5), (-2.5, 16.5))
    draw_road(pen, "NOTIFIED_ROAD", (-4, -6.2, 24, -0.2), 1, "ROAD 6.00 M WIDE")
    draw_road(pen, "LANE_1", (16.2, 3.1, 20.2, 24), 5, "LANE 4.00 M", upright=True)
    pen.dim("SHORTEST_DIST_TO_ROAD", (6.0, -0.2), (6.0, 3.5), colour=1)
    pen.dim("SHORTEST_DIST_TO_ROAD", (12.0, 6.0), (16.2, 6.0), colour=5)
    rooms = [
        Room("LIVING", (2, 3.5, 8, 9), "w"), Room("KITCHEN", (8, 3.5, 12, 6.2), "w"),
        Room("BED ROOM", (8, 6.2, 12, 9), "w"), Room("BED ROOM", (4.3, 9, 8, 12.4), "s"),
        Room("STAIR", (2, 9, 4.3, 12.4), ""), Room("TOILET", (2, 12.4, 4.3, 15.5), "e"),
        Room("BED ROOM", (4.3, 12.4, 8, 15.5), "s"),
    ]  # fmt: skip
    floors = [
        Floor(
            n,
            home,
            rooms,
            units=[home] if n == 0 else [],
            stairs=[Stair(1, (2.2, 9.15), 0.9, 8, 0.25)],
        )
        for n in (0, 1)
    ]
    yards = {
        "front": [(0, 0), (13, 0), (16, 3), (16, 3.5), (0, 3.5)], "rear": (0, 15.5, 16, 18),
        "side1": (0, 3.5, 2, 15.5),
        "side2": [(12, 3.5), (16, 3.5), (16, 15.5), (8, 15.5), (8, 9), (12, 9)],
    }  # fmt: skip
    draw_block(pen, Block(1, home, yards, floors), 30)
    well_and_pit(pen, (11.0, 13.0), (2.2, 16.4), edge=(16.0, 13.0))
    draw_tree(pen, (13.0, 16.5), 0.8)
    finish(pen, PROJECT, text_lines(PROJECT, 283.5, 6.0))
    return pen


def slope_house() -> Pen:
    """A house that steps up a slope, a mezzanine in its living room, on a plot that widens."""
    pen = sheet()
    plot = [(0.0, 0.0), (14.0, 0.0), (15.0, 20.0), (-1.0, 20.0)]
    draw_plot(pen, plot, (7.0, -7.5), (17.5, 18.5))
    draw_road(pen, "NON_NOTIFIED_ROAD", (-5, -4.5, 18, -0.5), 2, "ROAD 4.00 M WIDE")
    pen.dim("SHORTEST_DIST_TO_ROAD", (7.0, -0.5), (7.0, 4.0), colour=2)
    for i, y in enumerate((2.0, 5.5, 9.0, 12.5, 16.0)):
        bent = [(-0.5, y), (3.5, y + 0.8), (7.0, y + 0.5), (11.0, y + 1.1), (14.2, y + 0.4)]
        pen.outline("A-SITE", bent, close=False)
        pen.label(f"+{i * 0.6:.2f}", (-1.8, y), 0.25)
    low, high = (2.0, 4.0, 12.0, 13.0), (2.0, 6.5, 12.0, 15.5)
    floors = [house_floor(0, low), house_floor(1, high, unit=False)]
    gallery = (2.1, 4.1, 5.0, 7.0)

    def mezzanine(plan: Pen, layer: str) -> None:
        plan.outline(f"{layer}_M_1_BLT_UP_AREA", gallery, 25)
        plan.label("MEZZANINE", (3.5, 4.5), 0.2)

    floors[0] = Floor(
        0, floors[0].outer, floors[0].rooms, units=[low], stairs=floors[0].stairs, more=mezzanine
    )
    yards = {
        level: {
            "front": [(0, 0), (14, 0), (14 + b / 20, b), (-b / 20, b)],
            "rear": [(-d / 20, d), (14 + d / 20, d), (15, 20), (-1, 20)],
            "side1": [(-b / 20, b), (2, b), (2, d), (-d / 20, d)],
            "side2": [(12, b), (14 + b / 20, b), (14 + d / 20, d), (12, d)],
        }
        for level, (b, d) in {0: (4.0, 13.0), 1: (6.5, 15.5)}.items()
    }
    well_and_pit(pen, (11.5, 18.0), (2.5, 17.4), edge=(11.5, 20.0))
    block = Block(1, corners(low), yards[0], floors, 3.15, 0.6, {1: (corners(high), yards[1])})
    draw_block(pen, block, 25)
    pen.text("BLK_1_AVG_GROUND_LVL", "+0.00", (40.5, 13.9), 0.25)
    pen.text("BLK_1_ROOF_LVL", "+6.90", (40.5, 20.6), 0.25)
    finish(pen, PROJECT, text_lines(PROJECT, 300, 4.0))
    return pen


def grown_house() -> Pen:
    """A new room and floor at a standing house; its old porch goes."""
    home, old = (2.0, 3.5, 11.0, 15.0), (2.0, 3.5, 11.0, 11.0)
    upper = (2.0, 5.5, 11.0, 15.0)

    def standing(plan: Pen, layer: str) -> None:
        plan.outline(f"{layer}_BLT_UP_AREA_EXISTING", old, 25)
        plan.hatch("A-SITE", (2.2, 3.7, 10.8, 4.3), "ANSI31")
        plan.label("STANDING HOUSE, SHADED WALL", (6.5, 4.0), 0.2)
        plan.outline("A-SITE", (4.0, 2.3, 6.5, 3.5))
        plan.label("OLD PORCH, TO BE\\PDEMOLISHED", (5.25, 2.9), 0.16)

    ground = house_floor(0, home)
    ground = Floor(
        0, ground.outer, ground.rooms, units=[home], stairs=ground.stairs, more=standing
    )
    floors = [ground, house_floor(1, upper, unit=False)]
    pen = box_house((13, 18), home, floors, 3.1)
    well_and_pit(pen, (10.5, 16.2), (1.2, 16.0), edge=(10.5, 18.0))
    typed = "EXISTING_FLOOR_AREA_TO_BE_DEMOLISHED_M2=3.00"
    finish(pen, PROJECT, text_lines(PROJECT, 234, 4.0, typed))
    return pen


def round_house() -> Pen:
    """A house of curves: a bow front, an oval upper floor with a round void, a hatched cover."""
    pen, _ = site_of((18, 20), 6.0, front_m=4.0)
    # the straight front 4..14 with a half circle of 3 m towards the road in its middle
    home = [(3.0, 7.0), (6.0, 7.0), (12.0, 7.0), (15.0, 7.0), (15.0, 16.0), (3.0, 16.0)]
    bow = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    layer = "BLK_1_LVL_0"
    pen.outline(f"{layer}_BLDG_FOOT_PRINT", home, bulges=bow)
    pen.outline("BLK_1_COVERED_AREA", home, bulges=bow)
    yards = {"FRONT_YARD": (0, 0, 18, 4), "REAR_YARD": (0, 16, 18, 20),
             "SIDE_YARD1": (0, 4, 3, 16), "SIDE_YARD2": (15, 4, 18, 16)}  # fmt: skip
    for name, box in yards.items():
        pen.outline(f"{layer}_{name}", box)
    pen.circle("WELL", (2.2, 18.0), 0.6, 1)
    pen.ellipse("WASTE_DISPOSAL", (14.0, 18.0), (0.9, 0.0), 0.5, 2)
    pen.spline("A-SITE", [(10, 17), (12, 17.2), (12.6, 18), (11.5, 19), (9.8, 18.6)])
    pen.label("LILY POND", (11.2, 18.0), 0.22)
    plan = pen.moved(25, 0)
    plan.outline("BLK_1_FLR_0_BLT_UP_AREA", home, 25, bow)
    plan.outline("BLK_1_FLR_0_UNITFA", home, 25, bow)
    rooms = [
        Room("LIVING", (6, 7, 12, 11.5), ""), Room("KITCHEN", (3, 7, 6, 11.5), "e"),
        Room("DINING", (12, 7, 15, 11.5), "w"), Room("BED ROOM", (3, 11.5, 7.5, 16), "e"),
        Room("TOILET", (7.5, 13.2, 10.5, 16), "s"), Room("BED ROOM", (10.5, 11.5, 15, 16), "w"),
    ]  # fmt: skip
    draw_walls(plan, [(3.0, 7.0), (15.0, 7.0), (15.0, 16.0), (3.0, 16.0)], rooms, "BLK_1_FLR_0")
    title(plan, "GROUND FLOOR PLAN", (9, 2.6))
    over = pen.moved(42, 0)
    over.ellipse("BLK_1_FLR_1_BLT_UP_AREA", (9.0, 11.0), (5.0, 0.0), 0.8, 25)
    over.circle("BLK_1_FLR_1_BLT_UP_AREA_DEDUCT", (9.0, 11.0), 1.0, 25)
    over.label("STUDIO", (6.5, 11.5), 0.3)
    over.label("VOID OVER LIVING", (9.0, 11.0), 0.15)
    title(over, "FIRST FLOOR PLAN", (9, 2.6))
    draw_section(pen.moved(27, 20.5), 1, 12, [0, 1], 3.2, 0.5)
    draw_elevation(pen.moved(48, 20.5), 12, 2, 3.2, 0.5)
    fill = pen.hatch("BLK_1_COVERED_AREA", home, "ANSI31", 94)
    fill.paths.clear()
    fill.paths.add_polyline_path(
        [(*pen.at(p), b) for p, b in zip(home, bow, strict=True)], is_closed=True
    )
    finish(pen, PROJECT, text_lines(PROJECT, 360, 5.0))
    return pen


def _plain_house(pen: Pen, info: list[str]) -> Pen:
    home, upper = (2.0, 3.5, 10.0, 13.5), (2.0, 3.5, 10.0, 11.0)
    floors = [house_floor(0, home), house_floor(1, upper, unit=False)]
    box_house((12.5, 16), home, floors, 3.1, pen)
    well_and_pit(pen, (10.65, 14.15), (1.2, 14.8), edge=(12.5, 14.15))
    finish(pen, PROJECT, info)
    return pen


def house_in_millimetres() -> Pen:
    """A house of two floors drawn in millimetres, as its header says."""
    return _plain_house(sheet(4, 1000.0), text_lines(PROJECT, 200, 4.0))


def house_in_feet() -> Pen:
    """The same house drawn in feet, as its header says."""
    return _plain_house(sheet(2, 1 / 0.3048), text_lines(PROJECT, 200, 4.0))


def house_of_another_state() -> Pen:
    """The same house in feet, in the dialect of other states: setbacks, other keys and colours."""
    pen = replace(
        sheet(2, 1 / 0.3048),
        renamed={f"{side}_YARD": f"{side}_SETBACK" for side in ("FRONT", "REAR", "SIDE")},
        colours={25: 1},
    )  # fmt: skip
    # 200 m2 = 2152.78 square feet, 4 m = 13.12 feet
    info = ["PLOT_AREA=2152.78", "ROAD_WIDTH=13.12", "KHATA_NO=145/2A", "MAUZA=INVENTED"]
    return _plain_house(pen, info)


DRAWINGS: dict[str, Callable[[], Pen]] = {
    draw.__name__: draw
    for draw in (
        house_that_passes, house_that_fails, small_plot_house, corner_house, slope_house,
        grown_house, round_house, house_in_millimetres, house_in_feet,
        house_of_another_state,
    )
}  # fmt: skip
