"""Heights: dimensions by geometry, levels as written, what stands on the roof, rooms by colour."""

from pathlib import Path

import ezdxf
import pytest

from gis.drawing.survey import survey

ROOM = "BLK_1_FLR_0_HT_ROOM"


def codes(found) -> list[str]:
    return [c["code"] for c in found.complaints]


def values(found, name: str, typed: bool = False) -> dict[int | None, object]:
    return {m.floor: m.value for m in found.measures if m.name == name and m.typed == typed}


def bare(a_house):
    """The house without its height (4.00 m, drawn at x = 60)."""
    drawing = a_house()
    drawing.entities = ["NOTES" if v == "BLK_1_HT_OF_BLDG" else v for v in drawing.entities]
    return drawing


def levels(drawing, ground: str, *roof: str):
    drawing.text("BLK_1_AVG_GROUND_LVL", ground, (62, 0))
    for text in roof:
        drawing.text("BLK_1_ROOF_LVL", text, (62, 4))
    return drawing


@pytest.mark.parametrize(
    ("ground", "roof", "height"),
    [
        ("+0.45", ["+7.05"], 6.6),
        ("-0.3", ["LVL=3.0", "ROOF LVL 3.6"], 3.9),
        ("0.0", ["0.0"], None),
    ],
)
def test_levels_give_the_height_where_it_is_not_dimensioned(
    tmp_path: Path, a_house, ground, roof, height
):
    found = survey(levels(bare(a_house), ground, *roof).write(tmp_path))
    expected = {} if height is None else {None: pytest.approx(height)}
    assert values(found, "height") == expected
    assert ("height_missing" in codes(found)) == (height is None)


@pytest.mark.parametrize(("roof", "differs"), [("4.05", False), ("4.06", True)])
def test_levels_stand_beside_the_dimension_as_a_claim(tmp_path: Path, a_house, roof, differs):
    found = survey(levels(a_house(), "0", roof).write(tmp_path))
    assert values(found, "height") == {None: pytest.approx(4)}
    assert values(found, "height", typed=True) == {None: pytest.approx(float(roof))}
    assert ("height_levels_differ" in codes(found)) == differs


def test_two_ground_levels_or_two_numbers_are_no_level(tmp_path: Path, a_house):
    two = levels(bare(a_house), "+0.45", "+7.05").text("BLK_1_AVG_GROUND_LVL", "+1.45", (64, 0))
    found = survey(two.write(tmp_path))
    assert values(found, "height") == {}
    assert {"level_unreadable", "height_missing"} <= set(codes(found))
    words = survey(levels(bare(a_house), "+0.45 TO +0.60", "+7.05").write(tmp_path))
    assert "level_unreadable" in codes(words)


def test_what_stands_on_the_roof_makes_the_topmost_point(tmp_path: Path, a_house):
    drawing = a_house().dimension("BLK_1_MUMTY_HT", (60, 4), (60, 6.4))
    assert values(survey(drawing.write(tmp_path)), "top_height") == {None: pytest.approx(6.4)}
    # a tank on the stair tower: the elevation shows that one stands on the other
    drawing.dimension("BLK_1_ROOF_WATER_TANK_HT", (61, 6.4), (61, 7.6))
    assert values(survey(drawing.write(tmp_path)), "top_height") == {None: pytest.approx(7.6)}
    # a chimney drawn elsewhere cannot be placed
    drawing.dimension("BLK_1_CHIMNEY_HT", (90, 0), (90, 1))
    assert values(survey(drawing.write(tmp_path)), "top_height") == {}
    assert values(survey(a_house().write(tmp_path)), "top_height") == {}


def test_a_tank_beside_the_stair_tower_does_not_add_to_it(tmp_path: Path, a_house):
    drawing = a_house().dimension("BLK_1_MUMTY_HT", (60, 4), (60, 6.4))
    drawing.dimension("BLK_1_ROOF_WATER_TANK_HT", (66, 4), (66, 5.2))
    assert values(survey(drawing.write(tmp_path)), "top_height") == {None: pytest.approx(6.4)}


def test_the_lowest_room_of_each_kind_by_colour(tmp_path: Path, a_house):
    drawing = a_house()
    for i, (colour, height) in enumerate(
        [(2, 3.1), (2, 3.0), (3, 2.9), (4, 2.2), (1, 2.3), (9, 2.4), (10, 3.6), (7, 1.5)]
    ):
        drawing.dimension(ROOM, (90 + i, 0), (90 + i, height), colour=colour)
    found = survey(drawing.write(tmp_path))
    assert values(found, "room_height") == {0: pytest.approx(2.9)}
    assert values(found, "parking_headroom") == {0: pytest.approx(2.2)}
    assert values(found, "mezzanine_headroom") == {0: pytest.approx(2.3)}
    assert values(found, "store_height") == {0: pytest.approx(2.4)}
    assert values(found, "workroom_height") == {0: pytest.approx(3.6)}
    assert "room_colour_unknown" not in codes(found)


@pytest.mark.parametrize(("doubtful", "known"), [(3.2, True), (2.8, False)])
def test_a_height_of_a_doubtful_colour_is_never_guessed(tmp_path: Path, a_house, doubtful, known):
    drawing = a_house().dimension(ROOM, (90, 0), (90, 3.0), colour=2)
    drawing.dimension(ROOM, (91, 0), (91, doubtful), colour=77)
    found = survey(drawing.write(tmp_path))
    assert "room_colour_unknown" in codes(found)
    assert (0 in values(found, "room_height")) == known


def test_parapet_plinth_and_the_head_room_of_a_stair(tmp_path: Path, a_house):
    drawing = a_house().dimension("BLK_1_PARAPET_HT", (60, 4), (60, 5.2))
    drawing.dimension("BLK_1_PARAPET_HT", (61, 4), (61, 4.9))
    drawing.dimension("BLK_1_STAIR_HEADROOM", (62, 0), (62, 2.1))
    found = survey(drawing.write(tmp_path))
    assert values(found, "parapet") == {None: pytest.approx(0.9)}
    assert values(found, "stair_headroom") == {None: pytest.approx(2.1)}


def dimensioned(path: Path, *, factor: float, text: str = "<>", style: bool = False) -> Path:
    """A height of 4.00 m, linear and turned upright, with a factor of its style or of its own."""
    document = ezdxf.new("R2010", setup=True)
    document.header["$INSUNITS"] = 6
    if style:
        document.dimstyles.get("EZDXF").dxf.dimlfac = factor
    override = {} if style else {"dimlfac": factor}
    space = document.modelspace()
    made = space.add_linear_dim(
        base=(62, 0), p1=(60, 0), p2=(60.5, 4), angle=90, text=text, dimstyle="EZDXF",
        override=override, dxfattribs={"layer": "BLK_1_HT_OF_BLDG"},
    )  # fmt: skip
    made.render()
    document.saveas(path)
    return path


@pytest.mark.parametrize("style", [False, True])
@pytest.mark.parametrize(
    ("factor", "text", "shown"),
    [(1.0, "<>", None), (1.5, "<>", 6.0), (1.0, "6.0 m", 6.0), (1.0, "4.005", 4.005)],
)
def test_a_dimension_is_measured_and_what_it_shows_is_a_claim(
    tmp_path: Path, style, factor, text, shown
):
    path = dimensioned(tmp_path / "plan.dxf", factor=factor, text=text, style=style)
    found = survey(path)
    assert values(found, "height") == {None: pytest.approx(4)}
    claims = {} if shown is None else {None: pytest.approx(shown)}
    assert values(found, "height", typed=True) == claims
    assert ("dimension_text_differs" in codes(found)) == (shown == 6.0)


def test_aligned_and_ordinate_dimensions(tmp_path: Path):
    document = ezdxf.new("R2010", setup=True)
    document.header["$INSUNITS"] = 6
    space = document.modelspace()
    on = {"layer": "BLK_1_HT_OF_BLDG"}
    space.add_aligned_dim(
        p1=(0, 0), p2=(3, 4), distance=1, dimstyle="EZDXF", dxfattribs=on
    ).render()
    space.add_ordinate_y_dim((0, 9), (2, 0), dimstyle="EZDXF", dxfattribs=on).render()
    document.saveas(tmp_path / "plan.dxf")
    found = survey(tmp_path / "plan.dxf")
    assert values(found, "height") == {None: pytest.approx(5)}
    assert "dimension_kind" in codes(found)  # an ordinate is no length between two points
