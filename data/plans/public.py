"""Shops, a school, a godown, a hall, an office tower."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from architect import Room, Stair, draw_bays, draw_tree, finish, title, two_wheelers
from blocks import Block, Floor, More, box_block, box_yards, draw_block, text_lines
from houses import site_of, well
from pen import Box, Pen, Point, corners

SHOP, SCHOOL, HALL, OFFICE, STORE, HOME = 8, 4, 6, 7, 11, 25
"""Colours of use."""


@dataclass(frozen=True)
class Ways:
    """Ways out of a floor: doors and the widths of stairs, each dimensioned."""

    doors: Sequence[tuple[Point, Point]] = ()
    stairs: Sequence[tuple[Point, Point]] = ()
    way: Sequence[Point] = ()

    def draw(self, plan: Pen, layer: str) -> None:
        """Draw them on a floor plan."""
        for a, b in self.doors:
            plan.dim(f"{layer}_EXIT_WIDTH_DOOR", a, b, off=-0.5)
        for a, b in self.stairs:
            plan.dim(f"{layer}_EXIT_WIDTH_STAIR", a, b, off=0.0)
        if self.way:
            plan.outline(f"{layer}_DIST_EXIT", list(self.way), close=False)


def fixtures(plan: Pen, layer: str, kind: str, at: Point, count: int, colour: int) -> None:
    """Draw closets, urinals or fountains in a row, in the colour of whom they are for."""
    deep = 1.5 if kind == "WATER_CLOSET" else 0.6
    for i in range(count):
        left = at[0] + i * 1.1
        plan.outline(f"{layer}_{kind}", (left, at[1], left + 1.0, at[1] + deep), colour)


def row_of(name: str, box: Box, count: int, door: str = "s") -> list[Room]:
    """Divide a box into rooms side by side."""
    x0, y0, x1, y1 = box
    wide = (x1 - x0) / count
    return [
        Room(name, (round(x0 + i * wide, 3), y0, round(x0 + (i + 1) * wide, 3), y1), door)
        for i in range(count)
    ]


def shop_and_home() -> Pen:
    """Two shops below, a home above: the colour of each outline says its use."""
    home = (2.0, 7.5, 12.0, 17.5)
    pen, plot = site_of((14, 24), 7.0, front_m=7.5)
    stair = Stair(1, (7.2, 12.55), 1.2, 10)
    toilet = Room("TOILET", (10.0, 15.5, 12.0, 17.5), "s")
    ground = Floor(
        0, corners(home), [
            *row_of("SHOP", (2.0, 7.5, 12.0, 12.5), 2), Room("STORE", (2.0, 12.5, 7.0, 17.5), "e"),
            toilet,
        ], SHOP, stairs=[stair],
    )  # fmt: skip
    upper = Floor(
        1, corners(home), [
            Room("LIVING", (2.0, 7.5, 7.0, 12.5), "n"),
            Room("BED ROOM", (7.0, 7.5, 12.0, 12.5), "n"),
            Room("BED ROOM", (2.0, 12.5, 7.0, 17.5), "e"), toilet,
            Room("KITCHEN", (10.0, 12.5, 12.0, 15.5), "s"),
        ], HOME, units=[home], stairs=[stair],
    )  # fmt: skip
    draw_block(pen, box_block(plot, home, [ground, upper], storey_m=3.3, plinth_m=0.45), 24)
    well(pen, (12.1, 22.1), (14.0, 22.1))
    draw_bays(pen, (2.0, 0.7), 3, "PARKING_SLOT")
    two_wheelers(pen, (2.5, 18.2, 6.5, 20.5))
    pen.outline("WASTE_DISPOSAL", (1.3, 21.4, 3.2, 22.7), 2)
    finish(pen, "INVENTED SHOP AND HOME", text_lines("INVENTED SHOP AND HOME", 336, 5.0))
    return pen


def shop_row() -> Pen:
    """Six shops in a row on two floors, cars before them, a loading bay."""
    home = (3.0, 11.0, 27.0, 22.0)
    pen, plot = site_of((30, 28), 8.0, front_m=11.0)

    def more(plan: Pen, layer: str) -> None:
        ways = [((5 + 4 * i - 0.6, 13.0), (5 + 4 * i + 0.6, 13.0)) for i in range(6)]
        Ways(ways, [((3.2, 18.0), (4.7, 18.0))], [(26.5, 21.5), (20.0, 12.0), (4.0, 12.0)]).draw(
            plan, layer
        )
        fixtures(plan, layer, "WATER_CLOSET", (21.0, 20.2), 2, 1)
        fixtures(plan, layer, "WATER_CLOSET", (24.0, 20.2), 2, 2)

    rooms = [
        Room("VERANDAH", (3.0, 11.0, 27.0, 13.0), ""), *row_of("SHOP", (3.0, 13.0, 27.0, 17.0), 6),
        Room("STAIR HALL", (3.0, 17.0, 8.0, 22.0), ""),
        Room("STORE", (8.0, 17.0, 20.5, 22.0), "w"),
        Room("TOILETS", (20.5, 17.0, 27.0, 22.0), "w"),
    ]  # fmt: skip
    stair = Stair(1, (3.2, 17.1), 1.5, 11, 0.3)
    floors = [Floor(n, corners(home), rooms, SHOP, stairs=[stair], more=more) for n in (0, 1)]
    draw_block(pen, box_block(plot, home, floors, storey_m=3.6, plinth_m=0.45), 40)
    well(pen, (3.5, 25.5), (3.5, 28.0))
    draw_bays(pen, (1.5, 1.0), 6, "PARKING_SLOT")
    pen.outline("LOADING_UNLOADING", (24.0, 1.0, 27.0, 7.0))
    pen.label("LOADING", (25.5, 4.0), 0.25)
    two_wheelers(pen, (18.0, 1.0, 23.5, 5.5))
    pen.outline("WASTE_DISPOSAL", (24.0, 24.0, 26.5, 25.5), 2)
    finish(pen, "INVENTED ROW OF SHOPS", text_lines("INVENTED ROW OF SHOPS", 840, 7.0))
    return pen


def _school_floor(number: int, home: Box) -> Floor:
    x0, y0, x1, y1 = home
    stairs = [Stair(1, (x0 + 0.2, y0 + 2.7), 1.5, 11), Stair(2, (x1 - 3.3, y0 + 2.7), 1.5, 11)]

    def more(plan: Pen, layer: str) -> None:
        ways = [((s.at[0], y0 + 3.6), (s.at[0] + 1.5, y0 + 3.6)) for s in stairs]
        doors = [((x0 + 8 + 6.5 * i, y0 + 2.5), (x0 + 9.2 + 6.5 * i, y0 + 2.5)) for i in range(4)]
        middle = (x0 + x1) / 2
        way = [(middle, y1 - 0.5), (middle, y0 + 1.2), (x0 + 2, y0 + 1.2)]
        Ways(doors, ways, way).draw(plan, layer)
        fixtures(plan, layer, "WATER_CLOSET", (x0 + 3.6, y1 - 1.8), 3, 1)
        fixtures(plan, layer, "URINAL", (x0 + 3.6, y1 - 3.2), 3, 1)
        fixtures(plan, layer, "WATER_CLOSET", (x1 - 6.9, y1 - 1.8), 3, 2)
        fixtures(plan, layer, "DRINKING_WATER", (x1 - 6.9, y1 - 3.2), 2, 3)
        if number == 0:
            plan.outline(f"{layer}_SP_WC", (x0 + 4.0, y0 + 3.0, x0 + 6.0, y0 + 5.0))

    rooms = [
        Room("VERANDAH", (x0, y0, x1, y0 + 2.5), ""),
        *row_of("CLASS ROOM", (x0 + 7, y0 + 2.5, x1 - 7, y1), 4),
        Room("BOYS", (x0 + 3.5, y0 + 2.5, x0 + 7, y1)),
        Room("GIRLS", (x1 - 7, y0 + 2.5, x1 - 3.5, y1)),
    ]  # fmt: skip
    return Floor(number, corners(home), rooms, SCHOOL, stairs=stairs, more=more)


def school() -> Pen:
    """A school of two floors and eight class rooms along verandahs."""
    home = (5.0, 12.0, 45.0, 21.5)
    pen, plot = site_of((50, 40), 8.0, front_m=12.0)
    floors = [_school_floor(0, home), _school_floor(1, home)]
    draw_block(pen, box_block(plot, home, floors, storey_m=3.6, plinth_m=0.45), 60)
    well(pen, (47.3, 36.5), (50.0, 36.5))
    draw_bays(pen, (10.0, 2.0), 6, "PARKING_SLOT")
    draw_bays(pen, (28.0, 2.0), 1, "DA_PARKING", (3.6, 5.5))
    two_wheelers(pen, (33.0, 2.0, 43.0, 7.0))
    pen.outline("EXT_RECREATION", (8.0, 26.0, 36.0, 38.0))
    pen.label("PLAYGROUND", (22.0, 32.0), 0.6)
    pen.outline("BLK_1_DA_RAMP_1", (45.1, 12.0, 46.6, 17.4))
    pen.text("BLK_1_DA_RAMP_1", "SLOPE=1IN12", (45.2, 16.5), 0.2)
    pen.outline("WASTE_DISPOSAL", (40.0, 24.0, 44.0, 26.0), 2)
    for x in range(3, 48, 6):
        draw_tree(pen, (float(x), 9.8), 1.0)
    finish(
        pen,
        "INVENTED SCHOOL",
        text_lines("INVENTED SCHOOL", 2000, 8.0, "WHETHER_GOVT_OR_AIDED_SCHOOL=NO"),
    )
    return pen


def godown() -> Pen:
    """A godown of one high storey with a loading bay; too near to its neighbours."""
    home = (0.8, 8.0, 18.0, 30.0)
    pen, plot = site_of((20, 34), 7.0, front_m=8.0)
    x0, y0, x1, y1 = home

    def more(plan: Pen, layer: str) -> None:
        Ways([((9.0, y0), (11.0, y0))], (), [(x1 - 0.5, y1 - 0.5), (10.0, y0)]).draw(plan, layer)
        fixtures(plan, layer, "WATER_CLOSET", (x0 + 0.4, y0 + 4.3), 1, 1)
        plan.label("RACKS", (10.0, 22.0), 0.5)
        for y in (14.0, 17.0, 20.0, 24.0, 27.0):
            plan.outline("A-FITTINGS", (4.0, y, 16.0, y + 1.2))

    rooms = [
        Room("OFFICE", (x0, y0, x0 + 4, y0 + 4)),
        Room("WASH", (x0, y0 + 4, x0 + 4, y0 + 6), "e"),
    ]
    floors = [Floor(0, corners(home), rooms, STORE, more=more)]
    draw_block(pen, box_block(plot, home, floors, storey_m=6.0, plinth_m=0.6), 30)
    well(pen, (3.5, 32.1), (3.5, 34.0))
    draw_bays(pen, (2.0, 1.0), 3, "PARKING_SLOT")
    pen.outline("LOADING_UNLOADING", (11.0, 1.0, 16.0, 7.0))
    pen.label("LOADING", (13.5, 4.0), 0.25)
    pen.outline("WASTE_DISPOSAL", (15.0, 31.0, 18.0, 32.5), 2)
    finish(pen, "INVENTED GODOWN", text_lines("INVENTED GODOWN", 680, 7.0))
    return pen


def hall() -> Pen:
    """An assembly hall with a gallery; its doors are too few for its crowd."""
    home = (6.0, 16.0, 30.0, 46.0)
    pen, plot = site_of((40, 56), 12.0, front_m=16.0)
    x0, y0, x1, y1 = home

    def ground(plan: Pen, layer: str) -> None:
        plan.outline(f"{layer}_UNITFA_HALL", (x0 + 0.2, y0 + 6.0, x1 - 0.2, y1 - 4.0))
        for y in range(24, 40):
            plan.line("A-FITTINGS", (x0 + 3, float(y)), (x1 - 3, float(y)))
        Ways([((x0 + 10, y0), (x0 + 12, y0))], (), [(x1 - 1, y1 - 4), (x0 + 11, y0)]).draw(
            plan, layer
        )
        fixtures(plan, layer, "WATER_CLOSET", (x0 + 0.4, y0 + 4.2), 4, 1)
        fixtures(plan, layer, "URINAL", (x0 + 0.4, y0 + 3.2), 4, 1)
        fixtures(plan, layer, "WATER_CLOSET", (x1 - 5.0, y0 + 4.2), 4, 2)

    rooms = [
        Room("FOYER", (x0 + 6, y0, x1 - 6, y0 + 6), ""),
        Room("GENTS", (x0, y0, x0 + 6, y0 + 6), "e"),
        Room("LADIES", (x1 - 6, y0, x1, y0 + 6), "w"), Room("HALL", (x0, y0 + 6, x1, y1 - 4), "s"),
        Room("STAGE", (x0 + 4, y1 - 4, x1 - 4, y1), "s"),
    ]  # fmt: skip
    floors = [Floor(0, corners(home), rooms, HALL, more=ground)]
    draw_block(pen, box_block(plot, home, floors, storey_m=7.0, plinth_m=0.6), 52)
    well(pen, (4.0, 52.0), (0.0, 52.0))
    for i in range(10):
        draw_bays(pen, (34.3, 20.0 + 2.7 * i), 1, "PARKING_SLOT", (5.5, 2.7))
    two_wheelers(pen, (0.3, 17.0, 4.0, 51.0))
    draw_bays(pen, (2.0, 0.5), 11, "PARKING_SLOT")
    draw_bays(pen, (2.0, 10.0), 11, "PARKING_SLOT")
    draw_bays(pen, (32.0, 10.0), 1, "DA_PARKING", (3.6, 5.5))
    pen.outline("BLK_1_DA_RAMP_1", (4.3, 18.0, 5.8, 25.2))
    pen.outline("WASTE_DISPOSAL", (34.0, 50.0, 38.0, 52.0), 2)
    finish(pen, "INVENTED ASSEMBLY HALL", text_lines("INVENTED ASSEMBLY HALL", 2240, 12.0))
    return pen


TOWER: Box = (16.0, 20.0, 34.0, 44.0)


def _tower_floor(number: int, outer: Box, typical: str = "") -> Floor:
    """Return a floor of the tower: offices round a core with lifts, stair and two fire stairs."""
    x0, y0, x1, y1 = TOWER
    core = (x0 + 4.5, y0 + 8.0, x1 - 4.5, y1 - 8.0)
    stairs = [
        Stair(1, (core[0] + 0.2, core[1] + 0.2), 1.5, 11, 0.3),
        Stair(1, (x0 + 0.2, y1 - 5.2), 1.5, 11, 0.3, fire=True),
        Stair(2, (x1 - 3.3, y0 + 0.3), 1.5, 11, 0.3, fire=True),
    ]  # fmt: skip
    lifts = [
        (core[2] - 2.3, core[1] + 0.2 + 2.4 * i, core[2] - 0.2, core[1] + 2.4 + 2.4 * i)
        for i in range(3)
    ]

    def more(plan: Pen, layer: str) -> None:
        doors = [((x0 + 8, y0), (x0 + 10, y0)), ((x0 + 11, y0), (x0 + 13, y0))]
        ways = [((s.at[0], s.at[1] + 0.5), (s.at[0] + 1.5, s.at[1] + 0.5)) for s in stairs]
        Ways(doors, ways, [(x1 - 0.5, y1 - 0.5), (x0 + 5, y1 - 4), (x0 + 3, y1 - 4)]).draw(
            plan, layer
        )
        fixtures(plan, layer, "WATER_CLOSET", (core[0] + 0.2, core[3] - 1.7), 3, 1)
        fixtures(plan, layer, "WATER_CLOSET", (core[0] + 4.4, core[3] - 1.7), 3, 2)

    a, b, c, d = outer
    offices = (
        [
            Room("OFFICE", (x0 + 4, y0, x1 - 3.5, core[1] - 1.8), ""),
            Room("OFFICE", (x0 + 4, core[3] + 1.8, x1, y1), ""),
        ]
        if outer == TOWER
        else [Room("OFFICE", (a, b, c, y0), ""), Room("OFFICE", (a, y1, c, d), "")]
    )
    rooms = [
        *offices,
        Room("CORRIDOR", (x0, core[1] - 1.8, x1, core[1]), ""), Room("LIFT LOBBY", core, ""),
    ]  # fmt: skip
    return Floor(number, corners(outer), rooms, OFFICE, (), (), stairs, lifts, typical, more)


def office_tower() -> Pen:
    """An office tower of twelve floors, two of them podium; too few bays, few accessible."""
    podium = (10.0, 14.0, 40.0, 48.0)
    pen, plot = site_of((50, 58), 15.0, front_m=14.0)
    floors = [
        _tower_floor(0, podium, "0,1"), _tower_floor(2, TOWER, "2,3,4,5,6,7,8,9,10,11"),
    ]  # fmt: skip
    upper = {2: (corners(TOWER), box_yards(plot, TOWER))}
    block = Block(1, corners(podium), box_yards(plot, podium), floors, 3.6, 0.6, upper, range(12))
    draw_block(pen, block, 62)
    well(pen, (5.0, 30.0), (0.0, 30.0))
    two_wheelers(pen, (46.0, 10.0, 49.5, 50.0))
    two_wheelers(pen, (0.5, 34.0, 8.0, 48.0))
    two_wheelers(pen, (0.5, 11.0, 8.0, 28.0))
    draw_bays(pen, (2.0, 1.0), 14, "PARKING_SLOT")
    draw_bays(pen, (2.0, 52.2), 14, "PARKING_SLOT")
    draw_bays(pen, (40.2, 1.0), 1, "DA_PARKING", (3.6, 5.5))
    pen.outline("WASTE_DISPOSAL", (42.0, 52.0, 47.0, 55.0), 2)
    finish(pen, "INVENTED OFFICE TOWER", text_lines("INVENTED OFFICE TOWER", 2900, 15.0))
    return pen


DRAWINGS: dict[str, Callable[[], Pen]] = {
    draw.__name__: draw for draw in (shop_and_home, shop_row, school, godown, hall, office_tower)
}

__all__ = ["DRAWINGS", "More", "title"]
