"""Which edge faces the street, and what is left inside the yards."""

import pytest
from shapely.geometry import LineString, Polygon, box

from gis.overlay import Street, facing, in_degrees, inside_yards


def street(y: float = -2.0, width_m: float = 4.0, kind: str = "unnotified") -> Street:
    return Street(LineString([(-50, y), (70, y)]), width_m, kind)


def test_the_front_faces_the_street_and_the_rear_lies_opposite() -> None:
    edges = facing(box(0, 0, 20, 30), [street()])
    assert edges is not None
    assert edges.frontage_m == pytest.approx(20)
    assert [e.centroid.y for e in edges.front] == [0]
    assert [e.centroid.y for e in edges.rear] == [30]
    assert sorted(e.centroid.x for e in edges.sides) == [0, 20]


def test_a_plot_away_from_every_street_has_no_front() -> None:
    assert facing(box(0, 10, 20, 30), [street()]) is None


def test_the_front_is_on_the_wider_of_two_streets() -> None:
    wide = Street(LineString([(24, -50), (24, 80)]), 8.0, "notified")
    edges = facing(box(0, 0, 20, 30), [street(), wide])
    assert edges is not None
    assert edges.street.width_m == 8.0
    assert [e.centroid.x for e in edges.front] == [20]
    assert [e.centroid.y for e in edges.other_streets] == [0]


def test_what_is_left_inside_the_yards_of_a_rectangle_is_exact() -> None:
    plot = box(0, 0, 20, 30)
    edges = facing(plot, [street()])
    assert edges is not None
    left = inside_yards(plot, [(edges.front, 3.0), (edges.rear, 1.5), (edges.sides, 1.0)])
    assert left is not None
    assert left.area == pytest.approx(18 * 25.5)


def test_yards_wider_than_the_plot_leave_nothing() -> None:
    plot = box(0, 0, 3, 3)
    assert inside_yards(plot, [((plot.exterior,), 3.0)]) is None  # type: ignore[arg-type]


def test_degrees_come_back_within_a_centimetre_of_the_true_place() -> None:
    shape = in_degrees(Polygon([(500_000, 1_105_000), (500_100, 1_105_000), (500_100, 1_105_100)]))
    assert shape.bounds[0] == pytest.approx(75.0, abs=1e-7)
    assert shape.bounds[1] == pytest.approx(9.9964, abs=1e-3)
