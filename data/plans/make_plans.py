"""Make the demonstration drawings of this folder, in the dialect Kerala's licensees draw.

Each is an invented house on an invented plot. Run ``python -P data/plans/make_plans.py``;
the same script gives the same geometry (and, up to the writer's own stamps, the same file).
"""

from dataclasses import dataclass
from pathlib import Path

import ezdxf
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace

HERE = Path(__file__).resolve().parent
PROJECT = "INVENTED DEMONSTRATION HOUSE"
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class House:
    """One rectangular house on a rectangular plot; metres, the front faces down."""

    name: str
    plot_m: tuple[float, float]
    """width, depth"""
    yards_m: tuple[float, float, float, float]
    """front, rear, side 1 (left), side 2 (right)"""
    floors: int
    height_m: float
    record_area_m2: float
    access_m: float
    well_to_pit_m: float


HOUSES = [
    House("house_that_passes", (15.0, 20.0), (3.5, 2.0, 1.5, 1.5), 2, 6.9, 300.0, 4.0, 8.2),
    House("house_that_fails", (12.0, 16.0), (2.4, 0.9, 1.2, 0.4), 3, 10.8, 205.0, 1.0, 5.1),
]


def main() -> None:
    """Write every drawing beside this script."""
    for house in HOUSES:
        drawing = draw(house)
        drawing.saveas(HERE / f"{house.name}.dxf")


def draw(house: House) -> Drawing:
    """Return the drawing of one house: site plan, floor plans beside it, one elevation."""
    document = ezdxf.new("R2010", units=6, setup=["linetypes"])
    document.dimstyles.get("Standard").dxf.dimtxt = 0.25
    space = document.modelspace()
    width, depth = house.plot_m
    front, rear, left, right = house.yards_m
    building = (left, front, width - right, depth - rear)
    _outline(space, "PLOT_BOUNDARY", (0, 0, width, depth))
    _outline(space, "NOTIFIED_ROAD", (-4, -5, width + 4, -0.5), color=1)
    _outline(space, "BLK_1_LVL_0_BLDG_FOOT_PRINT", building)
    _outline(space, "BLK_1_COVERED_AREA", building)
    _outline(space, "BLK_1_LVL_0_FRONT_YARD", (0, 0, width, front))
    _outline(space, "BLK_1_LVL_0_REAR_YARD", (0, depth - rear, width, depth))
    _outline(space, "BLK_1_LVL_0_SIDE_YARD1", (0, front, left, depth - rear))
    _outline(space, "BLK_1_LVL_0_SIDE_YARD2", (width - right, front, width, depth - rear))
    _dimension(space, "SHORTEST_DIST_TO_ROAD", (width / 2, -0.5), (width / 2, front), color=1)
    _well(space, house)
    for floor in range(house.floors):
        _floor(space, house, floor)
    _elevation(space, house)
    _plan_info(space, house)
    return document


def _outline(space: Modelspace, layer: str, box: Box, color: int = 256) -> None:
    x0, y0, x1, y1 = box
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    space.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer, "color": color})


def _dimension(
    space: Modelspace,
    layer: str,
    start: tuple[float, float],
    end: tuple[float, float],
    color: int = 256,
) -> None:
    attributes = {"layer": layer, "color": color}
    space.add_aligned_dim(p1=start, p2=end, distance=0.4, dxfattribs=attributes).render()


def _well(space: Modelspace, house: House) -> None:
    """Draw the well in the rear yard's corner and the leach pit at the wished distance."""
    width, depth = house.plot_m
    centre = (2.0, depth - 2.0) if house.yards_m[1] > 1.9 else (2.0, depth - 0.7)
    pit_left = centre[0] + house.well_to_pit_m
    space.add_circle(centre, 0.6, dxfattribs={"layer": "WELL", "color": 1})
    _outline(space, "WASTE_DISPOSAL", (pit_left, depth - 1.9, pit_left + 0.7, depth - 1.2), 2)
    edge = (centre[0] + 0.6, centre[1])
    _dimension(space, "DIST_WELL", edge, (pit_left, centre[1]), color=8)
    _dimension(space, "DIST_WELL", (0, centre[1]), (centre[0] - 0.6, centre[1]), color=7)
    if width < pit_left:
        message = f"{house.name}: the pit falls outside the plot"
        raise ValueError(message)


def _floor(space: Modelspace, house: House, floor: int) -> None:
    """Draw a floor plan beside the site plan, outlines and room height."""
    left = 30.0 + 25.0 * floor
    wide = house.plot_m[0] - house.yards_m[2] - house.yards_m[3]
    deep = house.plot_m[1] - house.yards_m[0] - house.yards_m[1]
    layer = f"BLK_1_FLR_{floor}"
    upper = deep if floor == 0 else deep * 0.7
    _outline(space, f"{layer}_BLT_UP_AREA", (left, 0, left + wide, upper), color=25)
    if floor == 0:
        _outline(space, f"{layer}_UNITFA", (left, 0, left + wide, upper), color=25)
    _dimension(space, f"{layer}_HT_ROOM", (left - 2, 0), (left - 2, 3.0), color=2)


def _elevation(space: Modelspace, house: House) -> None:
    base = (-20.0, 0.0)
    _dimension(space, "BLK_1_HT_OF_BLDG", base, (base[0], house.height_m))


def _plan_info(space: Modelspace, house: House) -> None:
    """Write the KEY=VALUE lines a scrutiny reads."""
    lines = [
        "PLAN INFO",
        f"PROJECT={PROJECT}",
        "RS_NO=145/2A",
        "VILLAGE=INVENTED",
        f"PLOT_AREA_M2={house.record_area_m2:.2f}",
        f"ACCESS_WIDTH_M={house.access_m:.2f}",
        "DEPTH_CUTTING_MORE_THAN_1.5_M=NO",
        "CRZ=NO",
        "SECURITY_ZONE=NO",
    ]
    text = space.add_mtext("\\P".join(lines), dxfattribs={"layer": "PLAN_INFO"})
    text.set_location((-20.0, 30.0))
    text.dxf.char_height = 0.4


if __name__ == "__main__":
    main()
