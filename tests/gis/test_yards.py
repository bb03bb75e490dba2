"""Yards are true clearances: the drawn polygon only says which side is which."""

from pathlib import Path

import pytest
from shapely import Polygon, box

from gis.drawing.survey import survey
from gis.yards import clearances

PLOT = box(0, 0, 20, 30)
YARDS = {
    "front": box(4, 0, 16, 5),
    "rear": box(4, 20, 16, 30),
    "side1": box(0, 5, 4, 20),
    "side2": box(16, 5, 20, 20),
}


def test_a_plain_house_has_the_yards_that_are_drawn():
    found = clearances(PLOT, box(4, 5, 16, 20), YARDS, 0.1)
    assert {s: (round(c.min_m, 6), round(c.avg_m, 6)) for s, c in found.items()} == {
        "front": (5, 5),
        "rear": (10, 10),
        "side1": (4, 4),
        "side2": (4, 4),
    }


def test_a_yard_drawn_only_where_it_is_wide_hides_nothing():
    footprint = box(4, 5, 16, 20).union(box(2, 12, 4, 15))
    yards = YARDS | {"side1": box(0, 5, 4, 12)}
    side = clearances(PLOT, footprint, yards, 0.1)["side1"]
    assert side.min_m == pytest.approx(2)
    assert side.drawn_min_m == pytest.approx(2, abs=0.01)
    assert side.avg_m == pytest.approx((4 * 12 + 2 * 3) / 15)


def test_a_yard_drawn_round_a_corner_stays_on_its_own_side():
    yards = YARDS | {"rear": Polygon([(4, 20), (20, 20), (20, 30), (4, 30)])}
    found = clearances(PLOT, box(4, 5, 16, 20), yards, 0.1)
    assert found["rear"].min_m == pytest.approx(10)
    assert found["side2"].min_m == pytest.approx(4)


def test_an_average_follows_a_slanting_edge():
    plot = Polygon([(0, 0), (20, -2), (20, 30), (0, 30)])
    footprint = box(4, 5, 16, 20)
    yards = YARDS | {"front": Polygon([(4, -0.4), (16, -1.6), (16, 5), (4, 5)])}
    front = clearances(plot, footprint, yards, 0.1)["front"]
    area, edge = (5.4 + 6.6) / 2 * 12, (12**2 + 1.2**2) ** 0.5
    assert front.avg_m == pytest.approx(area / edge, rel=0.02)
    assert front.min_m < front.avg_m


def test_a_yard_that_touches_no_edge_is_complained_of(tmp_path: Path, sheet, a_house):
    drawing = a_house()
    text = drawing.dxf().replace("BLK_1_LVL_0_REAR_YARD", "NOTHING")
    path = tmp_path / "plan.dxf"
    path.write_text(text.replace("0\nENDSEC\n0\nEOF", ""))
    other = sheet().box("BLK_1_LVL_0_REAR_YARD", 5, 12, 4, 2)
    drawing.entities = [v if v != "BLK_1_LVL_0_REAR_YARD" else "NOTHING" for v in drawing.entities]
    found = survey(drawing.raw(*other.entities).write(tmp_path))
    assert "yard_off_boundary" in {c["code"] for c in found.complaints}
    assert found.measurements["blocks"][0]["levels"][0]["yards"]["rear"]["min_m"] is None


def test_a_yard_drawn_across_the_whole_plot_claims_its_own_edge_alone() -> None:
    plot, home = box(0, 0, 10, 10), box(1, 3, 9, 8)
    sides = {"side1": box(0, 3, 1, 8), "side2": box(9, 3, 10, 8)}
    yards = {"front": box(0, 0, 10, 3), "rear": box(0, 8, 10, 10), **sides}
    front = clearances(plot, home, yards, 0.1)["front"]
    assert (front.contact_m, front.drawn_min_m) == pytest.approx((10, 3))
