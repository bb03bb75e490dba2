"""Rooms drawn by hand: least widths, areas, fixtures, mezzanines, depth behind a window."""

from pathlib import Path

import pytest
from shapely import Polygon

from gis.drawing.sizes import is_box, least_width_m, sides_m
from gis.drawing.survey import survey

F0 = "BLK_1_FLR_0"


def codes(found) -> list[str]:
    return [c["code"] for c in found.complaints]


def values(found, name: str) -> dict[int | None, object]:
    return {m.floor: m.value for m in found.measures if m.name == name and not m.typed}


@pytest.mark.parametrize(
    ("points", "width"),
    [
        ([(0, 0), (5, 0), (5, 1.2), (0, 1.2)], 1.2),
        ([(0, 0), (6, 0), (6, 1.2), (1.5, 1.2), (1.5, 5), (0, 5)], 1.2),  # two legs
        ([(0, 0), (6, 0), (6, 1.5), (0, 1.1)], 1.1),  # narrower at one end
        # a neck of 0.90 m, shorter than wide, parts two rooms
        (
            [(0, 0), (4, 0), (4, 0.5), (4.5, 0.5), (4.5, 0), (8, 0), (8, 2), (4.5, 2),
             (4.5, 1.4), (4, 1.4), (4, 2), (0, 2)],
            0.9,
        ),
        # a door's recess of 0.40 m is no narrow place
        ([(0, 0), (6, 0), (6, 2), (3.4, 2), (3.4, 2.2), (3, 2.2), (3, 2), (0, 2)], 2),
        # a jog of 0.05 m in a wall is none either
        ([(0, 0), (6, 0), (6, 2), (3, 2), (3, 2.05), (0, 2.05)], 2),
    ],
)  # fmt: skip
def test_the_least_width_of_a_room_of_any_shape(points, width):
    turned = [(-y, x) for x, y in points]
    for ring in (points, points[::-1], turned):
        assert least_width_m(Polygon(ring)) == pytest.approx(width, abs=0.051)
        if width != 2:
            assert least_width_m(Polygon(ring)) == pytest.approx(width, abs=1e-6)


def test_a_room_of_too_many_corners_has_no_width():
    comb = [(i * 0.1, 0.3 * (i % 2)) for i in range(200)] + [(20, 5), (0, 5)]
    assert least_width_m(Polygon(comb)) is None
    circle = Polygon(Polygon([(0, 0)] * 3).centroid.buffer(1.0, quad_segs=64))
    assert least_width_m(circle) == pytest.approx(2, abs=0.01)
    assert sides_m(Polygon([(0, 0), (3, 0), (3, 2), (0, 2)])) == (2, 3)
    assert not is_box(circle)


def test_the_smallest_and_the_narrowest_bath_of_each_floor(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 10, 8, 25)
    drawing.box(f"{F0}_BATH", 40, 0, 1.1, 1.4).box(f"{F0}_BATH", 42, 0, 1.0, 2.0)
    drawing.box(f"{F0}_WC", 44, 0, 1.0, 1.2)
    drawing.box("BLK_1_FLR_1_WC_BATH", 80, 0, 1.5, 1.6)
    drawing.dimension("BLK_1_FLR_1_WC_BATH_HT", (90, 0), (90, 2.2))
    drawing.dimension("BLK_1_FLR_1_WC_HT", (91, 0), (91, 2.1))
    drawing.box(f"{F0}_KITCHEN", 45, 0, 3, 3)
    found = survey(drawing.write(tmp_path))
    assert values(found, "bath_area") == {0: pytest.approx(1.54)}
    assert values(found, "bath_side") == {0: pytest.approx(1.0)}
    assert values(found, "latrine_area") == {0: pytest.approx(1.2)}
    assert values(found, "bath_wc_area") == {1: pytest.approx(2.4)}
    assert values(found, "bath_wc_side") == {1: pytest.approx(1.5)}
    assert values(found, "bath_height") == {1: pytest.approx(2.1)}
    assert values(found, "sanitary_rooms") == {None: pytest.approx(1.54 + 2.0 + 1.2 + 2.4)}
    assert values(found, "baths_and_kitchens") == {None: 4}
    assert values(found, "kitchen") == {None: True}
    assert values(found, "water_closets") == {None: 2}


def test_a_bath_on_a_layer_without_floor_is_said_and_not_sized(tmp_path: Path, a_house):
    found = survey(a_house().box("BATH", 40, 0, 1.1, 1.4).write(tmp_path))
    assert values(found, "bath_area") == {}
    said = next(c for c in found.complaints if c["code"] == "floor_not_named")
    assert said["layer"] == "BATH"
    assert "BLK_1_FLR_0_BATH" in said["cure"]["en"]


def test_the_narrowest_of_corridor_passage_and_verandah(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_PASSAGE", 40, 0, 6, 1.5).box(f"{F0}_VERANDAH", 40, 4, 1.3, 5)
    found = survey(drawing.write(tmp_path))
    assert values(found, "corridor_width") == {0: pytest.approx(1.3)}
    assert values(found, "verandah_width") == {None: pytest.approx(1.3)}
    drawing.dimension("PASSAGE", (0, 50), (1.0, 50), colour=2)
    drawing.dimension("PASSAGE", (0, 50), (0.5, 50), colour=1)
    found = survey(drawing.write(tmp_path))
    assert values(found, "corridor_width") == {None: pytest.approx(1.0), 0: pytest.approx(1.3)}


def test_shafts_courtyards_and_balconies(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_VENTILATION_SHAFT", 40, 0, 1.2, 1.0)
    drawing.box("BLK_1_FLR_1_VENTILATION_SHAFT", 80, 0, 0.9, 2.0)
    drawing.box(f"{F0}_COURTYARD_INNER", 43, 3, 2.5, 3).box(f"{F0}_COURTYARD_OUTER", 40, 8, 1, 3)
    drawing.box("BLK_1_FLR_1_UNITFA_BALCONY", 80, 5, 1, 3)
    found = survey(drawing.write(tmp_path))
    assert values(found, "air_shaft") == values(found, "open_balconies") == {None: True}
    assert values(found, "air_shaft_area") == {None: pytest.approx(1.2)}
    assert values(found, "air_shaft_width") == {None: pytest.approx(0.9)}
    assert values(found, "courtyard") == {None: pytest.approx(2.5)}
    assert values(survey(a_house().write(tmp_path)), "open_balconies") == {}


def test_closets_are_counted_by_their_colour_on_every_typical_floor(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 10, 8, 8)
    drawing.text("BLK_1_FLR_1_BLT_UP_AREA", "TYP=1,2")
    for i, colour in enumerate((1, 1, 2, 3, 60)):
        drawing.box("BLK_1_FLR_1_WATER_CLOSET", 80 + 2 * i, 0, 1, 1.2, colour)
    drawing.box(f"{F0}_URINAL", 40, 0, 0.6, 0.7, 60).box(f"{F0}_SP_WC", 42, 0, 1.5, 1.75)
    drawing.box(f"{F0}_DRINKING_WATER", 45, 0, 0.5, 0.5).box(f"{F0}_DA_ROOM", 46, 0, 3, 3)
    found = survey(drawing.write(tmp_path))
    assert [values(found, f"wc_{whom}")[None] for whom in ("male", "female", "common")] == [
        4,
        2,
        2,
    ]
    assert values(found, "water_closets") == {None: 10}
    assert codes(found).count("closet_colour_unknown") == 1
    assert values(found, "urinals") == {None: 1}
    assert (values(found, "urinal_short")[None], values(found, "urinal_long")[None]) == (
        pytest.approx(0.6), pytest.approx(0.7),
    )  # fmt: skip
    assert values(found, "special_wcs") == {None: 1}
    assert values(found, "special_wc_at_entrance") == {None: True}
    assert values(found, "special_wc_short") == {None: pytest.approx(1.5)}
    assert values(found, "drinking_fountains") == values(found, "special_rooms") == {None: 1}


def test_a_special_closet_above_is_not_said_to_be_at_the_entrance(tmp_path: Path, a_house):
    found = survey(a_house().box("BLK_1_FLR_1_SP_WC", 42, 0, 1.5, 1.75).write(tmp_path))
    assert values(found, "special_wcs") == {None: 1}
    assert values(found, "special_wc_at_entrance") == {}


def test_a_mezzanine_beside_the_room_hall_or_floor_that_holds_it(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_M_1_BLT_UP_AREA", 120, 0, 5, 4, 25)
    found = survey(drawing.write(tmp_path))
    assert values(found, "mezzanine_area") == {0: pytest.approx(20)}
    assert values(found, "mezzanine_room") == {0: pytest.approx(80)}  # the floor of 10 x 8
    drawing.box(f"{F0}_HALL_1_BLT_UP_AREA", 130, 0, 6, 9)
    drawing.box(f"{F0}_REGULAR_ROOM_2", 40, 0, 4, 3).box(f"{F0}_ROOM_2_MEZ_AREA_1", 40, 0, 2, 3)
    found = survey(drawing.write(tmp_path))
    assert values(found, "mezzanine_area") == {0: pytest.approx(6)}  # 6 of 12 before 20 of 54
    assert values(found, "mezzanine_room") == {0: pytest.approx(12)}
    drawing.box(f"{F0}_ACROOM_5_MEZ_AREA_1", 150, 0, 2, 3)
    found = survey(drawing.write(tmp_path))
    assert values(found, "mezzanine_area") == {}
    (said,) = [c for c in found.complaints if c["code"] == "mezzanine_room_missing"]
    assert "BLK_1_FLR_0_AC_ROOM_5" in said["cure"]["en"]


def test_how_deep_a_room_lies_behind_its_windows(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_REGULAR_ROOM_1", 40.2, 0.2, 6, 4)
    drawing.box(f"{F0}_ROOM_1_LIGHT_VENTILATION_1", 40, 0, 0.2, 4.2)
    found = survey(drawing.write(tmp_path))
    assert values(found, "light_depth") == {0: pytest.approx(6.0, abs=0.01)}
    assert values(found, "rooms_to_air") == {0: True}
    # a second window opposite: the middle of the room lies farthest, not a corner
    drawing.box(f"{F0}_ROOM_1_LIGHT_VENTILATION_2", 46.2, 0, 0.2, 4.2)
    assert values(survey(drawing.write(tmp_path)), "light_depth") == {
        0: pytest.approx(3.0, abs=0.01)
    }
    # an air-conditioned room without an opening leaves the floor open, and is said
    drawing.box(f"{F0}_AC_ROOM_1", 47, 0, 2, 2)
    found = survey(drawing.write(tmp_path))
    assert values(found, "light_depth") == values(found, "rooms_to_air") == {}
    (said,) = [c for c in found.complaints if c["code"] == "light_missing"]
    assert "BLK_1_FLR_0_ACROOM_1_LIGHT_VENTILATION_1" in said["cure"]["en"]


def test_a_window_on_an_inner_wall_is_no_opening_to_the_air(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_REGULAR_ROOM_1", 43, 2, 4, 4)
    drawing.box(f"{F0}_ROOM_1_LIGHT_VENTILATION_1", 42.8, 3, 0.2, 2)
    found = survey(drawing.write(tmp_path))
    assert 0 in values(found, "light_depth")
    assert values(found, "rooms_to_air") == {}


def test_landings_stacks_and_toilets_for_visitors(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_DA_RAMP_1_LANDING_1", 20, 20, 1.2, 1.5)
    drawing.box("BLK_1_DA_RAMP_1_LANDING_2", 20, 25, 1.6, 1.4)
    drawing.box(f"{F0}_STACK_AREA", 40, 0, 4, 5).box(f"{F0}_SEGREGATED_TOILET", 45, 0, 2, 2)
    found = survey(drawing.write(tmp_path))
    assert values(found, "access_landing_short") == {None: pytest.approx(1.2)}
    assert values(found, "access_landing_long") == {None: pytest.approx(1.5)}
    assert values(found, "library_stack") == {None: pytest.approx(20)}
    assert values(found, "visitor_toilets_apart") == {None: True}


def test_what_a_hall_loses_makes_its_mezzanine_the_larger_share(tmp_path: Path, a_house):
    drawing = a_house().box(f"{F0}_M_1_BLT_UP_AREA", 120, 0, 5, 4, 25)
    drawing.box(f"{F0}_HALL_1_BLT_UP_AREA", 130, 0, 6, 10)
    drawing.box(f"{F0}_HALL_1_BLT_UP_AREA_DEDUCT", 130, 0, 2, 5)
    assert values(survey(drawing.write(tmp_path)), "mezzanine_room") == {0: pytest.approx(50)}
