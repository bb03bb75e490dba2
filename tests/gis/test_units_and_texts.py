"""In which unit a drawing is drawn, and what is typed on it, in the ways people write."""

from pathlib import Path

import ezdxf
import pytest

from gis.drawing.keys import number_in
from gis.drawing.survey import survey

METRES = {1: 0.0254, 2: 0.3048, 4: 0.001, 5: 0.01, 6: 1.0, 14: 0.1, 21: 1200 / 3937}


def codes(found) -> list[str]:
    return [c["code"] for c in found.complaints]


def typed(found, name: str) -> list:
    return [m.value for m in found.measures if m.name == name and m.typed]


@pytest.mark.parametrize("code", METRES)
def test_every_unit_of_the_header_is_converted_and_said(tmp_path: Path, a_house, code):
    found = survey(a_house(1 / METRES[code], units=code).write(tmp_path))
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(256, abs=1e-6)
    assert ("units_converted" in codes(found)) == (code != 6)


@pytest.mark.parametrize("code", [1, 2, 4, 5])
def test_a_wrong_header_is_told_by_the_typed_area(tmp_path: Path, a_house, code):
    found = survey(a_house(1 / METRES[code], units=6).write(tmp_path))
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(256, abs=1e-6)
    assert "units_disagree" in codes(found)


def untyped(drawing):
    drawing.entities = [v.replace("PLOT_AREA_M2=256", "NOTES") for v in drawing.entities]
    return drawing


def test_bays_tell_feet_from_metres_where_no_area_is_typed(tmp_path: Path, a_house):
    feet = untyped(a_house(1 / 0.3048, units=6))
    feet.box("PARKING_SLOT", 100, 0, 2.7 / 0.3048, 5.5 / 0.3048)
    found = survey(feet.write(tmp_path))
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(256, abs=1e-6)
    assert found.measurements["parking"]["cars"] == 1
    metres = untyped(a_house(units=6))
    metres.box("PARKING_SLOT", 100, 0, 2.7, 5.5)
    assert survey(metres.write(tmp_path)).drawing["units"] == "metres"


def test_storeys_too_high_for_the_unit_are_a_doubt_and_never_a_guess(tmp_path: Path, a_house):
    found = survey(untyped(a_house(1 / 0.3048, units=6)).write(tmp_path))
    assert found.drawing["units"] == "metres"
    doubt = next(c for c in found.complaints if c["code"] == "units_doubtful")
    assert doubt["severity"] == "error"
    assert "13.1 m high, in feet 4.0 m" in doubt["message"]["en"]
    assert "units_doubtful" not in codes(survey(untyped(a_house()).write(tmp_path)))
    assert "units_doubtful" not in codes(survey(a_house().write(tmp_path)))


def test_typical_floors_count_in_the_height_of_a_storey(tmp_path: Path, a_house):
    tall = untyped(a_house()).dimension("BLK_1_HT_OF_BLDG", (60, 0), (60, 20))
    assert "units_doubtful" in codes(survey(tall.write(tmp_path)))
    tall.box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 6, 8, 25)
    tall.text("BLK_1_FLR_1_BLT_UP_AREA", "TYPICAL_FLOOR_PLAN=1 TO 5")
    assert "units_doubtful" not in codes(survey(tall.write(tmp_path)))


def test_a_plot_in_pieces_tells_the_unit_too(tmp_path: Path):
    document = ezdxf.new("R2010", units=6)
    space = document.modelspace()
    ring = [(0, 0), (16000, 0), (16000, 16000), (0, 16000)]
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        space.add_line(a, b, dxfattribs={"layer": "PLOT_BOUNDARY"})
    document.saveas(tmp_path / "plan.dxf")
    found = survey(tmp_path / "plan.dxf")
    assert found.drawing["units"] == "millimetres"
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(256, abs=1e-6)


# --- typed values


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0.0195 HA", "area", 195),
        ("0.0195_HA", "area", 195),
        ("4.5 cents", "area", 182.108539),
        ("1306 sq.ft", "area", 121.33137),
        ("1,306 Sq. Ft.", "area", 121.33137),
        ("1,30,680 sqft", "area", 12140.569267),
        ("202 Sq.m", "area", 202),
        ("202 m²", "area", 202),
        ("2.35 ares", "area", 235),
        ("3.6 M", "length", 3.6),
        ("3.6M", "length", 3.6),
        ("360 cm", "length", 3.6),
        ("11'6\"", "length", 3.5052),
        ("12 ft", "length", 3.6576),
        ("5 KL", "litres", 5000),
        ("5,000 Ltr", "litres", 5000),
    ],
)
def test_a_number_with_its_unit_is_read(text, kind, value):
    assert number_in(text, kind)[0] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("１２", "area"), ("൧൨൦", "area"), ("12൦", "area"), ("3,6", "length"), ("3,600", "length"),
        ("3.6 M WIDE", "length"), ("0.02.35 HA", "area"), ("12 bigha", "area"), ("1,30", "area"),
        ("-5", "length"), ("6 OR 7", "length"), ("NaN", "area"), ("1e3", "area"),
        ("9" * 400, "area"),
    ],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(text, kind):
    assert number_in(text, kind) is None


def test_a_bare_number_is_in_the_unit_of_its_key():
    assert number_in("100", "area", "SQFT") == (9.290304, True)
    assert number_in("100 m2", "area", "SQFT") == (100, False)


@pytest.mark.parametrize("value", ["１２３", "൧൨൩", "१२३"])
def test_digits_of_another_script_are_refused_and_said(tmp_path: Path, a_house, value):
    found = survey(a_house().text("PLAN_INFO", f"RS_NO={value}").write(tmp_path))
    assert "digits_strange" in codes(found)
    assert typed(found, "survey_no") == []
    found = survey(a_house().text("PLAN_INFO", f"RWH_CAPACITY_L={value}").write(tmp_path))
    assert "number_unreadable" in codes(found)
    assert typed(found, "rain_tank") == []


def test_a_full_width_equals_sign_is_one(tmp_path: Path, a_house):
    found = survey(a_house().text("PLAN_INFO", "RWH_CAPACITY_L＝5000").write(tmp_path))
    assert typed(found, "rain_tank") == [5000]


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (["RS_NO=12/1, 12/2 & 13"], "12/1, 12/2 & 13"),
        (["RS_NO=12/1", "RS_NO=12/2"], "12/1, 12/2"),
    ],
)
def test_several_survey_numbers_are_kept_and_said(tmp_path: Path, a_house, texts, value):
    drawing = a_house()
    for text in texts:
        drawing.text("PLAN_INFO", text)
    found = survey(drawing.write(tmp_path))
    assert typed(found, "survey_no") == [value]
    assert "several_survey_numbers" in codes(found)
    assert "key_twice_differs" not in codes(found)
    one = survey(a_house().text("PLAN_INFO", "RS_NO=145/2A").write(tmp_path))
    assert "several_survey_numbers" not in codes(one)


@pytest.mark.parametrize("on", ["0", "PLAN_INFO"])
def test_attributes_of_a_block_are_texts_of_the_drawing(tmp_path: Path, on):
    document = ezdxf.new("R2010", units=6)
    space = document.modelspace()
    box = [(0, 0), (16, 0), (16, 16), (0, 16)]
    space.add_lwpolyline(box, close=True, dxfattribs={"layer": "PLOT_BOUNDARY"})
    document.blocks.new("TITLE")
    title = space.add_blockref("TITLE", (50, 50), dxfattribs={"layer": "PLAN_INFO"})
    title.add_attrib("PLOT_AREA_M2", "0.0256 HA", (50, 50), {"layer": on})
    title.add_attrib("NOTE", "VILLAGE=ELAPARA ACCESS_WIDTH_M=600 CM", (50, 60), {"layer": on})
    title.add_attrib("RWH_CAPACITY_L", "5000", (50, 60), {"layer": "NOTES"})
    document.saveas(tmp_path / "plan.dxf")
    found = survey(tmp_path / "plan.dxf")
    assert typed(found, "plot_area") == [256]
    assert typed(found, "access_width") == [6]
    assert typed(found, "rain_tank") == []
