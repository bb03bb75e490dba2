"""Small shapes that lie wholly in areas, in one or in several of them together."""

import numpy as np
from shapely import box

from gis.covering import Areas

AREAS = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(30, 0, 40, 10)]
SMALL = np.array(
    [
        box(1, 1, 2, 2),  # in the first
        box(9, 1, 11, 2),  # across the border of two
        box(19, 1, 21, 2),  # half out
        box(25, 1, 26, 2),  # in none
        box(30, 0, 40, 10),  # the whole of one
        box(39, 9, 40.5, 9.5),
    ],
    object,
)


def test_one_area_or_several_together_cover() -> None:
    asked = Areas(AREAS).ask(SMALL)
    assert asked.whole([0, 1, 2]).tolist() == [True, True, False, False, True, False]
    assert asked.whole([0]).tolist() == [True, False, False, False, False, False]
    assert asked.whole([1, 2]).tolist() == [False, False, False, False, True, False]
    assert not asked.whole([]).any()


def test_points_are_told_the_areas_that_hold_them() -> None:
    spots = np.array([box(x, 4, x + 1, 5).centroid for x in (3, 13, 23)], object)
    at, area = Areas(AREAS).holding(spots)
    assert sorted(zip(at.tolist(), area.tolist(), strict=True)) == [(0, 0), (1, 1)]
