"""Hostile and broken files: each outcome is a coded complaint, never a traceback or a number."""

import json
import math
import random
import zipfile
from pathlib import Path

import pytest

from gis.drawing.survey import survey

CORNERS = [(0.0, 0.0), (16.0, 0.0), (16.0, 16.0), (0.0, 16.0)]


def codes(found) -> set[str]:
    json.dumps(found.measurements, allow_nan=False)
    json.dumps(found.sketch, allow_nan=False)
    return {c["code"] for c in found.complaints}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\x00\x00\n\n", "empty_file"),
        (b"PK\x03\x04" + b"\x00" * 60, "zip_renamed"),
        (b"AC1027\x00\x00\x00\x00\x00", "dwg_renamed"),
        (b"%PDF-1.7\n", "pdf_renamed"),
        (b"\x89PNG\r\n\x1a\n", "picture_renamed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office_file_renamed"),
        (b"hello, this is a letter\n", "not_dxf"),
        (b"0\nSECTION\n2\nENTITIES\n", "damaged_repaired"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00\x00\x00SECTION\x00", "damaged_beyond_repair"),
        (b"SECTION SECTION SECTION", "damaged_beyond_repair"),
    ],
)
def test_what_is_no_drawing_is_called_by_its_name(tmp_path: Path, content, code):
    path = tmp_path / "plan.dxf"
    path.write_bytes(content)
    assert code in codes(survey(path))


def test_a_real_zip_and_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "plan.dxf", "w") as archive:
        archive.writestr("a.txt", "x")
    assert codes(survey(tmp_path / "plan.dxf")) == {"zip_renamed"}
    assert codes(survey(tmp_path / "none.dxf")) == {"no_file"}
    assert codes(survey(tmp_path)) == {"no_file"}


@pytest.mark.parametrize(
    "number", ["nan", "inf", "-inf", "1e400", "1e308", "１６", "0x10", "1_6", "", "sixteen"]
)
def test_a_strange_coordinate_is_named_and_its_outline_left_out(
    tmp_path: Path, a_house, sheet, number
):
    drawing = a_house()
    strange = sheet().outline("BLK_1_COVERED_AREA", CORNERS).entities
    strange[strange.index("16.0")] = number
    drawing.raw(*strange)
    found = survey(drawing.write(tmp_path))
    assert "number_strange" in codes(found)
    assert found.measurements["blocks"][0]["covered_area_m2"] == pytest.approx(80)


def test_a_bow_tie_is_not_an_area_of_nothing(tmp_path: Path, sheet):
    bow = [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]
    path = sheet().outline("PLOT_BOUNDARY", bow).outline("BLK_1_COVERED_AREA", bow).write(tmp_path)
    found = survey(path)
    assert "outline_crosses_itself" in codes(found)
    assert found.measurements["plot_area_drawn_m2"] is None
    crossing = next(c for c in found.complaints if c["code"] == "outline_crosses_itself")
    assert crossing["at"] == [5.0, 5.0]


def test_an_open_outline_is_measured_only_when_its_gap_is_a_slip(tmp_path: Path, sheet):
    gap = [*CORNERS, (0.0, 3.0)]
    assert "outline_open" in codes(
        survey(sheet().outline("PLOT_BOUNDARY", gap, closed=False).write(tmp_path))
    )
    slip = [*CORNERS, (0.0, 0.02)]
    found = survey(sheet().outline("PLOT_BOUNDARY", slip, closed=False).write(tmp_path))
    assert "outline_closed_for_you" in codes(found)
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(256, abs=0.2)


def test_a_crossing_outline_on_a_layer_nobody_measures_never_matters(tmp_path: Path, a_house):
    bow = [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]
    drawing = a_house().outline("MY_NOTES", bow).outline("FURNITURE", CORNERS[:3], closed=False)
    found = survey(drawing.write(tmp_path))
    assert not {"outline_crosses_itself", "outline_open"} & codes(found)


def _insert(name: str, columns: int = 1, rows: int = 1, layer: str = "0") -> list[str]:
    return [
        "0", "INSERT", "8", layer, "2", name, "10", "0", "20", "0",
        "70", str(columns), "71", str(rows), "44", "1", "45", "1",
    ]  # fmt: skip


def test_a_billion_nested_copies_are_counted_and_refused(tmp_path: Path, sheet):
    drawing = sheet()
    line = ["0", "LINE", "8", "PLOT_BOUNDARY", "10", "0", "20", "0", "11", "1", "21", "1"]
    drawing.block("B0", *line)
    for i in range(1, 10):
        drawing.block(f"B{i}", *(_insert(f"B{i - 1}") * 10))
    found = survey(drawing.raw(*_insert("B9")).write(tmp_path))
    assert codes(found) == {"copies_over_budget"}
    assert not found.readable


def test_one_array_of_a_billion_copies_is_refused(tmp_path: Path, sheet):
    drawing = sheet().block("B", "0", "CIRCLE", "8", "WELL", "10", "0", "20", "0", "40", "1")
    found = survey(drawing.raw(*_insert("B", 32767, 32767)).write(tmp_path))
    assert codes(found) == {"copies_over_budget"}


def test_blocks_that_hold_themselves_or_lie_too_deep_are_refused(tmp_path: Path, sheet):
    ring = sheet().block("A", *_insert("B")).block("B", *_insert("A")).raw(*_insert("A"))
    assert codes(survey(ring.write(tmp_path))) == {"block_cycle"}
    deep = sheet().block("B0", "0", "POINT", "8", "0")
    for i in range(1, 400):
        deep.block(f"B{i}", *_insert(f"B{i - 1}"))
    assert codes(survey(deep.raw(*_insert("B399")).write(tmp_path))) == {"blocks_too_deep"}


def test_a_plot_inside_a_block_is_found_where_the_block_is_put(tmp_path: Path, sheet):
    drawing = sheet().block("SITE", *sheet().outline("PLOT_BOUNDARY", CORNERS).entities)
    turned = ["0", "INSERT", "8", "0", "2", "SITE"]
    turned += ["10", "100", "20", "50", "41", "2", "42", "-2", "50", "30"]
    found = survey(drawing.raw(*turned).write(tmp_path))
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(4 * 256)


def test_paper_space_pictures_and_outside_drawings_are_left_out_and_said(tmp_path: Path, a_house):
    drawing = a_house()
    drawing.raw("0", "LINE", "8", "PLOT_BOUNDARY", "67", "1", "10", "0", "20", "0")
    drawing.raw("0", "IMAGE", "8", "0", "10", "0", "20", "0")
    drawing.block("OUTSIDE")
    at = drawing.blocks.index("OUTSIDE")
    drawing.blocks[drawing.blocks.index("70", at) + 1] = "4"
    found = codes(survey(drawing.write(tmp_path)))
    assert {"paper_space_left_out", "images_left_out", "xrefs_left_out"} <= found


def test_typed_values_that_contradict_or_cannot_be_read_are_not_used(tmp_path: Path, a_house):
    drawing = a_house()
    drawing.text(
        "PLAN_INFO", r"ACCESS_WIDTH_M=3.6\PNOC_TO_ABUT_SIDE=PERHAPS\PRWH_CAPACITY_L=５００"
    )
    drawing.text("PLAN_INFO", "RS_NO=12 VILLAGE=KARUMADY")
    drawing.text("PLAN_INFO", "PLOT_ARAE_M2=256")
    found = survey(drawing.write(tmp_path))
    wanted = {"key_twice_differs", "yes_no_unreadable", "number_unreadable"}
    assert wanted | {"two_keys_on_line", "key_misspelt"} <= codes(found)
    assert "ACCESS_WIDTH_M" not in found.measurements["typed"]
    assert not [m for m in found.measures if m.name in {"access_width", "rain_tank"}]


def test_hectares_are_read_as_hectares(tmp_path: Path, sheet):
    drawing = sheet().outline("PLOT_BOUNDARY", CORNERS).text("PLAN_INFO", "PLOT_AREA_M2=0.0256_HA")
    found = survey(drawing.write(tmp_path))
    assert "unit_suffix_converted" in codes(found)
    assert [m.value for m in found.measures if m.name == "plot_area" and m.typed] == [256.0]


def test_copies_overlaps_and_loose_lines_are_said(tmp_path: Path, a_house):
    drawing = a_house()
    drawing.box("BLK_1_COVERED_AREA", 3, 3.5, 10, 8)
    drawing.box("BLK_1_FLR_0_BLT_UP_AREA", 45, 0, 10, 8, 25)
    drawing.raw(
        "0", "LINE", "8", "BLK_1_LVL_0_FRONT_YARD", "10", "0", "20", "0", "11", "5", "21", "0"
    )
    found = survey(drawing.write(tmp_path))
    assert {"outline_twice", "outlines_overlap", "loose_lines"} <= codes(found)
    assert found.measurements["blocks"][0]["covered_area_m2"] == pytest.approx(80)


def test_a_misspelt_layer_is_answered_with_its_name(tmp_path: Path, a_house):
    drawing = a_house().dimension("B_1_HT_OF_BLDG", (0.0, 0.0), (0.0, 6.0))
    drawing.box("PLOT_BOUNDRY", 0, 0, 5, 5)
    found = survey(drawing.write(tmp_path))
    said = {
        c["layer"]: c["message"]["en"] for c in found.complaints if c["code"] == "layer_misspelt"
    }
    assert "BLK_1_HT_OF_BLDG" in said["B_1_HT_OF_BLDG"]
    assert "PLOT_BOUNDARY" in said["PLOT_BOUNDRY"]


def test_a_dimension_text_is_a_claim_and_never_the_height(tmp_path: Path, sheet):
    drawing = sheet().dimension("BLK_1_HT_OF_BLDG", (0.0, 0.0), (0.0, 12.0), text="6.50")
    drawing.dimension("BLK_1_HT_OF_BLDG", (0.0, 0.0), (0.0, 3.0), kind=4)
    found = survey(drawing.write(tmp_path))
    assert found.measurements["blocks"][0]["height_m"] == 12.0
    assert {"dimension_text_differs", "dimension_kind"} <= codes(found)


@pytest.mark.parametrize("keep", range(0, 100, 4))
def test_a_file_cut_anywhere_gives_an_answer(tmp_path: Path, a_house, keep):
    whole = a_house().dxf().encode()
    path = tmp_path / "cut.dxf"
    path.write_bytes(whole[: len(whole) * keep // 100])
    found = survey(path)
    assert found.complaints
    json.dumps(found.measurements, allow_nan=False)


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_changed_lines_gives_an_answer(tmp_path: Path, a_house, seed):
    dice = random.Random(seed)
    lines = a_house().dxf().split("\n")
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(lines))
        action = dice.choice(["drop", "swap", "text", "number"])
        if action == "drop":
            del lines[at]
        elif action == "swap":
            other = dice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = "SEQEND" if action == "text" else "-1e18"
    path = tmp_path / "changed.dxf"
    path.write_text("\n".join(lines))
    found = survey(path)
    for value in (found.measurements.get("plot_area_drawn_m2"),):
        assert value is None or math.isfinite(value)
    json.dumps(found.sketch, allow_nan=False)
