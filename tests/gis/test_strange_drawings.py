"""Drawings in the dialect as offices really send them, with answers worked out by hand."""

import math
from pathlib import Path

import ezdxf
import pytest

from gis.drawing.survey import survey


def codes(found) -> set[str]:
    return {c["code"] for c in found.complaints}


def values(found, name: str) -> list:
    return [m.value for m in found.measures if m.name == name and not m.typed]


def floors(found) -> dict[tuple[int, int | None], dict]:
    (block,) = found.measurements["blocks"]
    return {(f["floor"], f["mezzanine"]): f for f in block["floors"]}


@pytest.mark.parametrize("release", ["R12", "R2000", "R2018"])
def test_a_binary_drawing_measures_as_its_text_does(tmp_path: Path, release):
    document = ezdxf.new(release)
    space = document.modelspace()
    draw = space.add_polyline2d if release == "R12" else space.add_lwpolyline
    draw([(0, 0), (16, 0), (16, 16), (0, 16)], close=True, dxfattribs={"layer": "PLOT_BOUNDARY"})
    space.add_text("PLOT_AREA_M2=256", dxfattribs={"layer": "PLAN_INFO"})
    document.saveas(tmp_path / "text.dxf")
    document.saveas(tmp_path / "binary.dxf", fmt="bin")
    text, binary = survey(tmp_path / "text.dxf"), survey(tmp_path / "binary.dxf")
    assert binary.measurements == text.measurements
    assert binary.measurements["plot_area_drawn_m2"] == 256
    assert "binary_dxf" in codes(binary)


def test_underscores_hyphens_and_spaces_in_layer_names(tmp_path: Path, a_house):
    plain = survey(a_house().write(tmp_path))
    doubled = a_house()
    doubled.entities = [
        v.lower().replace("_", "__") if v.startswith("BLK_") else v for v in doubled.entities
    ]
    assert survey(doubled.write(tmp_path)).measurements == plain.measurements
    hyphens = a_house()
    hyphens.entities = [
        v.replace("_", "-" if "FLR" in v else " ") if v.startswith("BLK_") else v
        for v in hyphens.entities
    ]
    assert survey(hyphens.write(tmp_path)).measurements == plain.measurements
    doubt = a_house().box("BLK-1_FLR-1_BLT_UP_AREA", 80, 0, 6, 8, 25)
    said = [c for c in survey(doubt.write(tmp_path)).complaints if c["code"] == "layer_misspelt"]
    assert "BLK_1_FLR_1_BLT_UP_AREA" in said[0]["message"]["en"]
    assert said[0]["severity"] == "error"


def test_grid_coordinates_in_millimetres_are_no_strange_numbers(tmp_path: Path, a_house):
    far = survey(a_house(1000.0, shift=(704_500.0, 1_200_000.0), units=4).write(tmp_path))
    assert far.measurements["plot_area_drawn_m2"] == pytest.approx(256)
    assert "number_strange" not in codes(far)


def test_keys_after_words_on_one_line_are_all_read(tmp_path: Path, sheet):
    drawing = sheet().box("PLOT_BOUNDARY", 0, 0, 16, 16)
    drawing.text("PLAN_INFO", "VILLAGE=ELA PARA PLOT_AREA_M2=0.0256_HA ACCESS WIDTH M=600 CM")
    typed = survey(drawing.write(tmp_path)).measurements["typed"]
    assert typed == {
        "VILLAGE": "ELA PARA",
        "PLOT_AREA_M2": "0.0256_HA",
        "ACCESS_WIDTH_M": "600 CM",
    }


def test_one_value_typed_in_two_ways_is_no_contradiction(tmp_path: Path, a_house):
    same = a_house().text("PLAN_INFO", "ACCESS_WIDTH_M=600 CM")
    assert "key_twice_differs" not in codes(survey(same.write(tmp_path)))
    other = a_house().text("PLAN_INFO", "ACCESS_WIDTH_M=6.1")
    assert "key_twice_differs" in codes(survey(other.write(tmp_path)))


def test_a_typical_floor_brings_its_mezzanine_wherever_the_list_stands(tmp_path: Path, a_house):
    for layer in ("PLAN_INFO", "BLK_1_FLR_1_BLT_UP_AREA"):
        drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 6, 8, 25)
        drawing.box("BLK_1_FLR_1_M_1_BLT_UP_AREA", 90, 0, 2, 2, 25)
        drawing.text(layer, "TYPICAL_FLOOR_PLAN=1 TO 3")
        found = floors(survey(drawing.write(tmp_path)))
        assert {k: f["built_up_area_m2"] for k, f in found.items()} == {
            (0, None): 80,
            **{(n, None): 48 for n in (1, 2, 3)},
            **{(n, 1): 4 for n in (1, 2, 3)},
        }
    drawing.text("BLK_1_FLR_1_BLT_UP_AREA", "TYP=1 and the rest")
    assert "typical_unclear" in codes(survey(drawing.write(tmp_path)))


def test_what_exists_is_counted_after_its_own_deductions(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA_EXISTING", 80, 0, 6, 8, 25)
    drawing.box("BLK_1_FLR_1_BLT_UP_AREA_DEDUCT_EXISTING", 80, 0, 2, 2)
    floor = floors(survey(drawing.write(tmp_path)))[1, None]
    assert (floor["existing_m2"], floor["deducted_m2"], floor["built_up_area_m2"]) == (44, 4, 44)


def test_a_deduction_from_covered_area_must_lie_in_it(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_COVERED_AREA_DEDUCT", 4, 4, 2, 3)
    drawing.box("BLK_1_COVERED_AREA_DEDUCT", 300, 0, 70, 1)
    found = survey(drawing.write(tmp_path))
    assert values(found, "covered") == [74]
    assert "deduction_outside" in codes(found)


def test_the_gap_between_blocks_is_the_least_of_all_levels_or_the_dimension(tmp_path: Path, sheet):
    drawing = sheet().box("PLOT_BOUNDARY", 0, 0, 40, 30)
    drawing.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 5, 5, 10, 10)
    drawing.dimension("DIST_BETWEEN_BLK_1_BLK_2", (15, 8), (20, 8))
    assert values(survey(drawing.write(tmp_path)), "block_gap") == [5]
    drawing.box("BLK_2_LVL_0_BLDG_FOOT_PRINT", 20, 5, 10, 10)
    drawing.box("BLK_2_LVL_1_BLDG_FOOT_PRINT", 17, 5, 13, 10)
    found = survey(drawing.write(tmp_path))
    assert values(found, "block_gap") == [2, 2]
    assert "block_gap_differs" in codes(found)
    assert "yards_missing" in codes(found)


def test_a_shop_is_no_home(tmp_path: Path, a_house):
    drawing = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 80, 0, 4, 8, 8)
    drawing.box("BLK_1_FLR_1_UNITFA", 80, 0, 4, 8, 8)
    assert values(survey(drawing.write(tmp_path)), "units") == [1]


def test_a_floor_of_lines_is_never_silently_missing_and_a_stretched_circle_is_an_ellipse(
    tmp_path: Path, a_house
):
    lines = a_house().raw(
        "0", "LINE", "8", "BLK_1_FLR_1_BLT_UP_AREA", "10", "80", "20", "0", "11", "85", "21", "0"
    )
    assert "layer_unmeasured" in codes(survey(lines.write(tmp_path)))
    layer = "BLK_1_FLR_1_BLT_UP_AREA"
    round_ = a_house().block(
        "C", "0", "CIRCLE", "8", layer, "62", "25", "10", "0", "20", "0", "40", "2"
    )
    round_.raw("0", "INSERT", "8", "0", "2", "C", "10", "80", "20", "0")
    assert floors(survey(round_.write(tmp_path)))[1, None]["drawn_m2"] == pytest.approx(
        4 * math.pi
    )
    round_.raw("0", "INSERT", "8", "0", "2", "C", "10", "90", "20", "0", "41", "2")
    assert floors(survey(round_.write(tmp_path)))[1, None]["drawn_m2"] == pytest.approx(
        12 * math.pi, abs=1e-6
    )


def test_a_block_takes_the_colour_of_the_layer_it_is_put_on(tmp_path: Path, a_house):
    box = ["0", "CIRCLE", "8", "0", "62", "0", "10", "0", "20", "0", "40", "2"]
    drawing = a_house().block("C", *box)
    drawing.raw("0", "INSERT", "8", "BLK_1_FLR_1_BLT_UP_AREA", "2", "C", "10", "80", "20", "0")
    tables = ["0", "SECTION", "2", "TABLES", "0", "LAYER", "2", "BLK_1_FLR_1_BLT_UP_AREA"]
    text = "\n".join([*tables, "62", "8", "0", "ENDSEC", drawing.dxf()])
    path = tmp_path / "coloured.dxf"
    path.write_text(text, encoding="utf-8")
    assert set(floors(survey(path))[1, None]["by_occupancy"]) == {"F"}


def test_a_bay_holds_2_70_by_5_50_to_the_millimetre(tmp_path: Path, a_house):
    drawing = a_house()
    for i, width in enumerate((2.70, 2.69, 2.695, 2.6998)):
        drawing.box("PARKING_SLOT", 4 * i, 20, width, 5.5)
    assert survey(drawing.write(tmp_path)).measurements["parking"]["cars"] == 2


def test_a_bent_road_is_as_wide_as_its_strip_and_a_road_elsewhere_does_not_count(
    tmp_path: Path, a_house
):
    drawing = a_house()
    bend = [(-5, 20), (-5, -10), (30, -10), (30, -12), (-7, -12), (-7, 20)]
    drawing.outline("NON_NOTIFIED_ROAD", [(float(x), float(y)) for x, y in bend])
    drawing.box("LANE_1", -40, 40, 90, 20)
    assert values(survey(drawing.write(tmp_path)), "street_width") == [pytest.approx(6)]
    alone = a_house()
    alone.entities = ["NOTES" if v == "NOTIFIED_ROAD" else v for v in alone.entities]
    alone.outline("NON_NOTIFIED_ROAD", [(float(x), float(y)) for x, y in bend])
    assert values(survey(alone.write(tmp_path)), "street_width") == [pytest.approx(2)]


def test_a_height_no_storey_has_is_said(tmp_path: Path, a_house):
    drawing = a_house()
    drawing.entities = ["NOTES" if v == "BLK_1_HT_OF_BLDG" else v for v in drawing.entities]
    drawing.dimension("BLK_1_HT_OF_BLDG", (60, 0), (60, 0.5), text="4000")
    assert "height_low" in codes(survey(drawing.write(tmp_path)))


def test_a_dimension_text_in_drawing_units_agrees(tmp_path: Path, sheet):
    drawing = sheet(units=4).box("PLOT_BOUNDARY", 0, 0, 16000, 16000)
    drawing.dimension("BLK_1_HT_OF_BLDG", (0, 0), (0, 4000), text="4000")
    assert "dimension_text_differs" not in codes(survey(drawing.write(tmp_path)))


def test_the_shape_of_the_measurements_stays_when_nothing_can_be_measured(tmp_path: Path, sheet):
    tiny = survey(sheet().box("PLOT_BOUNDARY", 0, 0, 0.001, 0.001).write(tmp_path))
    assert tiny.measurements == {"plot_area_drawn_m2": None, "blocks": [], "typed": {}}


def test_a_layer_written_among_the_groups_of_its_own_kind_is_read(tmp_path: Path, a_house):
    drawing = a_house()
    plain = survey(drawing.write(tmp_path)).measurements["blocks"][0]["covered_area_m2"]
    layer = "BLK_1_COVERED_AREA"
    moved = ["100", "AcDbPolyline", "8", layer]
    text = "\n".join(drawing.entities)
    swapped = f"8\n{layer}\n62\n256\n100\nAcDbPolyline"
    assert swapped in text
    drawing.entities = text.replace(swapped, "\n".join(["62", "256", *moved])).split("\n")
    found = survey(drawing.write(tmp_path)).measurements["blocks"][0]["covered_area_m2"]
    assert found == plain
