"""The findings as a DXF of their own: sound, on our layers, at the drawing's own coordinates."""

import io
import json
from pathlib import Path

import ezdxf
import pytest

from gis.drawing.marks import LAYERS, LIST, Mark, Note, faults, marks_dxf
from kmap.papers.findings import findings
from kmap.papers.marked import overlay_dxf

HERE = Path(__file__).parent
OURS = {name for name, _ in (*LAYERS.values(), LIST)}


@pytest.fixture
def answer() -> dict:
    return json.loads((HERE / "papers_answer.json").read_text("utf-8"))


@pytest.fixture
def sketch() -> dict:
    return json.loads((HERE / "papers_sketch.json").read_text("utf-8"))


def read(text: str):
    return ezdxf.read(io.StringIO(text))


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_it_is_a_sound_drawing_of_2010_on_layers_of_ours(answer, sketch, lang) -> None:
    text = overlay_dxf(answer, sketch, lang)
    assert faults(text) == []
    doc = read(text)
    assert (doc.dxfversion, doc.units) == ("AC1024", 6)
    assert {e.dxf.layer for e in doc.modelspace()} <= OURS
    kinds = {e.dxftype() for e in doc.modelspace()}
    assert {"CIRCLE", "TEXT", "MTEXT", "LWPOLYLINE"} <= kinds


def test_every_placed_finding_is_marked_by_its_number_where_it_is(answer, sketch) -> None:
    found = {str(f.number): f for f in findings(answer, "en") if f.at is not None}
    doc = read(overlay_dxf(answer, sketch, "en"))
    numbers = {
        e.dxf.text: e.dxf.layer for e in doc.modelspace().query("TEXT") if e.dxf.text.isdigit()
    }
    assert set(numbers) == set(found)
    kinds = {"fail": "fail", "unknown": "unknown", "complaint": "note"}
    for number, layer in numbers.items():
        assert layer == LAYERS[kinds[found[number].verdict]][0]
    ends = {
        (round(x, 3), round(y, 3))
        for e in doc.modelspace().query("LINE CIRCLE")
        for x, y, _ in [e.dxf.start if e.dxftype() == "LINE" else e.dxf.center]
    }
    assert all((round(f.at[0], 3), round(f.at[1], 3)) in ends for f in found.values())


def test_the_witness_outlines_lie_on_the_drawing(answer, sketch) -> None:
    shapes = {s["id"]: s for s in sketch["shapes"]}
    wanted = {n for f in findings(answer, "en") if f.at is not None for n in f.shapes} & set(
        shapes
    )
    assert wanted
    doc = read(overlay_dxf(answer, sketch, "en"))
    corners = {
        (round(x, 3), round(y, 3))
        for e in doc.modelspace().query("LWPOLYLINE")
        for x, y in e.get_points("xy")
    }
    for name in wanted:
        x, y = shapes[name]["rings"][0][0]
        assert (round(x, 3), round(y, 3)) in corners


@pytest.mark.parametrize(
    ("units", "code", "factor"), [("millimetres", 4, 1000), ("inches", 1, 1 / 0.0254)]
)
def test_it_is_in_the_units_of_the_drawing(answer, sketch, units, code, factor) -> None:
    answer["drawing"]["units"] = units
    metres = read(overlay_dxf(answer | {"drawing": {"units": "metres"}}, sketch, "en"))
    other = read(overlay_dxf(answer, sketch, "en"))
    assert other.units == code
    pairs = zip(
        metres.modelspace().query("CIRCLE"), other.modelspace().query("CIRCLE"), strict=True
    )
    for one, two in pairs:
        assert two.dxf.center.x == pytest.approx(one.dxf.center.x * factor)
        assert two.dxf.radius == pytest.approx(one.dxf.radius * factor)


def test_texts_of_any_kind_do_no_harm() -> None:
    mark = Mark("note", 1, "{\\P} %%u\x07 <>", (0.0, 0.0), (5.0, 0.0), (((0.0, 0.0), (1.0, 1.0)),))
    text = marks_dxf(
        [mark], Note((0, 0), ("{a} \\b", "രണ്ട്")), units="parsecs", radius_m=0.3, lang="ml"
    )
    assert faults(text) == []
    doc = read(text)
    assert doc.units == 6
    assert doc.modelspace().query("MTEXT")[0].plain_text() == "{a} \\b\nരണ്ട്"


def test_an_answer_without_a_place_gives_an_empty_but_sound_drawing() -> None:
    text = overlay_dxf({"verdict": "unreadable", "complaints": []}, {"shapes": []}, "ml")
    assert faults(text) == []
    assert len(read(text).modelspace()) == 0
