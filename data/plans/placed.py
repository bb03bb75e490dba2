"""A house on a plot of the invented town, to be laid on its parcel of the land register."""

from architect import draw_north, finish
from pen import Box, Pen, Point, sheet

SURVEYED: list[Point] = [
    (0, 0), (1.05, 12.32), (2.45, 28.08), (32.14, 26.3), (30.9, 13.28), (29.58, 0.02),
]  # fmt: skip
"""Plot NLT/174/2B as its engineer measured it: the street below, a few centimetres off the survey
map, in a frame of the drawing's own."""
HOME: Box = (6.0, 3.6, 22.0, 16.4)


def house_in_neelathura() -> Pen:
    """Draw plot, road, house, yards, two floors and the height."""
    pen = sheet()
    x0, y0, x1, y1 = HOME
    floors = (66.0, 0.0, 66.0 + x1 - x0, y1 - y0)
    pen.outline("PLOT_BOUNDARY", SURVEYED)
    pen.outline("NON_NOTIFIED_ROAD", (-6, -4.05, 36, -0.05), 2)
    pen.outline("BLK_1_LVL_0_BLDG_FOOT_PRINT", HOME)
    pen.outline("BLK_1_COVERED_AREA", HOME)
    yard = "BLK_1_LVL_0_{}_YARD".format
    pen.outline(yard("FRONT"), [(0, 0), (29.58, 0.02), (29.9, y0), (0.3, y0)])
    pen.outline(yard("REAR"), [(1.4, y1), (31.2, y1), (32.14, 26.3), (2.45, 28.08)])
    pen.outline(yard("SIDE") + "1", [(0.3, y0), (x0, y0), (x0, y1), (1.4, y1)])
    pen.outline(yard("SIDE") + "2", [(x1, y0), (29.9, y0), (31.2, y1), (x1, y1)])
    pen.dim("SHORTEST_DIST_TO_ROAD", (14, -0.05), (14, y0), 2)
    for floor in (0, 1):
        pen.outline(f"BLK_1_FLR_{floor}_BLT_UP_AREA", floors, 25)
    pen.outline("BLK_1_FLR_0_UNITFA", floors, 25)
    pen.dim("BLK_1_HT_OF_BLDG", (-20, 0), (-20, 6.8))
    draw_north(pen, (38, 24))
    info = ["PLAN INFO", "PROJECT=INVENTED HOUSE IN NEELATHURA", "VILLAGE=NLT", "RS_NO=174/2B"]
    finish(
        pen, "HOUSE IN NEELATHURA", [*info, "PLOT_AREA_M2=811.00", "ACCESS_WIDTH_M=4.00", "CRZ=NO"]
    )
    return pen


DRAWINGS = {"placed/house_in_neelathura": house_in_neelathura}
