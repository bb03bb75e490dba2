"""The scrutiny report and the marked drawing, made from a small plan of our own."""

import copy
import json
import re
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from kmap.building.scrutiny import scrutinise
from kmap.papers import findings as model
from kmap.papers.paper import PaperError
from kmap.papers.scrutiny import overlay_svg, report_html, report_pdf
from kmap.papers.sheets import sheets
from rules import shipped_book

HERE = Path(__file__).parent
LANGS = ("en", "ml")
HOSTILE = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(2)>\x00\x1b&"
VOID = {"meta", "br", "img", "link", "hr", "input"}


@pytest.fixture
def answer() -> dict[str, Any]:
    return json.loads((HERE / "papers_answer.json").read_text("utf-8"))


@pytest.fixture
def sketch() -> dict[str, Any]:
    return json.loads((HERE / "papers_sketch.json").read_text("utf-8"))


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in order; collects tags, ids and words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_is_a_whole_page_that_fetches_and_runs_nothing(answer, sketch, lang) -> None:
    page = Reader(report_html(answer, sketch, lang))
    tags = {tag for tag, _ in page.tags}
    assert {"html", "style", "svg", "h1"} <= tags
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    assert not [
        a for _, attrs in page.tags for a in attrs if a in ("src", "href") or a[:2] == "on"
    ]


def test_the_report_puts_findings_first_each_with_clause_figures_cure_and_place(
    answer, sketch
) -> None:
    text = Reader(report_html(answer, sketch, "en")).text
    order = ["What must be changed", "The plan, marked", "What could not be judged"]
    order += ["About the drawing itself", "Clearances", "What complies", "Statement of areas"]
    assert [text.index(title) for title in order] == sorted(text.index(title) for title in order)
    for words in (
        "Front yard KMBR 2019, rule 26(4), Table 4, S.R.O. 1240/2025, in force from 29 Oct",
        "at least 1.80 m 1.456 m does not comply",
        "What to do: Move the front wall back by 0.344 m.",
        "Marked 1 on the plan",
        "Tell in the site facts",
        "Width of access access_width_m or type it as PLAN_INFO: ACCESS_WIDTH_M=",
        "If the doubtful limit held: does not comply (required 3.00 m, found 2.50 m).",
        "This is not a permit",
        "not yet been compared with the gazette",
        "Plot area on the ground 201.48 sq m 202.34 sq m differs",
        "Coastal zone category – none decides nothing",
        "These agree with what was used: Front yard at its least 1.456 m (block 1, level 0)",
    ):
        assert words in text


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_on_the_plan_is_the_number_of_a_finding(answer, sketch, lang) -> None:
    found = {f.key: f for f in model.findings(answer, lang)}
    assert [f.number for f in found.values()] == list(range(1, len(found) + 1))
    for source in (overlay_svg(answer, sketch, lang), report_html(answer, sketch, lang)):
        marks = re.findall(r'data-finding="([^"]+)" data-number="(\d+)"', source)
        assert sorted(marks) == sorted(
            (key, str(f.number)) for key, f in found.items() if f.at is not None
        )


def test_findings_run_from_fails_over_unknowns_to_complaints(answer) -> None:
    kinds = [f.verdict for f in model.findings(answer, "en")]
    assert kinds == ["fail", "fail", "unknown", "complaint"]
    first = model.findings(answer, "en")[0]
    assert (first.code, first.where, first.found) == (
        "r26-front-yard",
        "block 1, level 0",
        "1.456 m",
    )
    assert (first.shapes, first.layer) == (("y1",), "BLK_1_LVL_0_FRONT_YARD")
    assert [f.code for f in model.judged(answer, "en", "pass")] == ["r27-coverage"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_drawing_is_plain_svg_with_an_id_for_each_shape(answer, sketch, lang) -> None:
    svg = overlay_svg(answer, sketch, lang)
    root = ET.fromstring(svg)
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert not {"script", "style", "image", "use", "a", "foreignObject"} & set(names)
    assert not [e for e in root.iter() if "style" in e.attrib or "href" in e.attrib]
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert {f"shape-{shape['id']}" for shape in sketch["shapes"]} == ids
    x, y, width, height = map(float, root.attrib["viewBox"].split())
    assert (x, y) == (0, 0)
    assert 20 < width < 60
    assert 20 < height < 60
    assert len(svg) < 20_000


def test_a_part_far_away_gets_a_sheet_of_its_own(sketch) -> None:
    found = sheets(sketch)
    assert [(sheet.kind, sheet.floors) for sheet in found] == [
        ("site", ()),
        ("floor", ((1, 0),)),
        ("floor", ((1, 1),)),
    ]
    assert all(sheet.width_m < 25 for sheet in found)


def hostile(value: Any) -> Any:
    """Every text of an answer that could come from a file or a person, made hostile."""
    if isinstance(value, dict):
        kept = {"verdict", "where", "sha256", "op"}
        return {k: v if k in kept else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return value + HOSTILE if isinstance(value, str) else value


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_texts_stay_texts(answer, sketch, lang) -> None:
    bad, drawn = hostile(answer), copy.deepcopy(sketch)
    for shape in drawn["shapes"]:
        shape["id"] += HOSTILE
        shape["layer"] += HOSTILE
    page = Reader(report_html(bad, drawn, lang))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img"}
    assert "<script>alert(1)</script>" in page.text
    root = ET.fromstring(overlay_svg(bad, drawn, lang))
    assert not [e for e in root.iter() if e.tag.endswith(("script", "img"))]


def test_a_foot_with_hostile_hashes_is_letters_and_digits(answer, sketch) -> None:
    answer["drawing"]["sha256"] = '"} body{display:none} /*'
    foot = re.search(r'@bottom-left \{ [^"]*content: "([^"]*)"', report_html(answer, sketch, "en"))
    assert foot is not None
    assert "{" not in foot[1]
    assert "Drawing bodydisplayn" in foot[1]


def test_the_pdf_has_words_pages_a_language_and_the_same_bytes_again(answer, sketch) -> None:
    made = report_pdf(answer, sketch, "en")
    assert made == report_pdf(answer, sketch, "en")
    pages = PdfReader(BytesIO(made)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert 3 <= len(pages) <= 5
    for words in ("Scrutiny of a building plan", "Front yard", "1.456 m", "Not a permit"):
        assert words in text
    assert f"Page {len(pages)} / {len(pages)}" in text
    assert "Drawing c0ffeec0ffee" in text


def test_the_malayalam_pdf_embeds_manjari(answer, sketch) -> None:
    pages = PdfReader(BytesIO(report_pdf(answer, sketch, "ml"))).pages
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("Manjari" in font for font in fonts)


@pytest.mark.parametrize("lang", LANGS)
def test_an_unreadable_drawing_still_gets_its_paper(answer, lang) -> None:
    broken = {
        "drawing": {"sha256": "ab" * 32},
        "as_of": "2026-11-22",
        "verdict": "unreadable",
        "complaints": answer["complaints"],
    }
    assert PdfReader(BytesIO(report_pdf(broken, {"shapes": []}, lang))).pages
    assert ET.fromstring(overlay_svg(broken, {"shapes": []}, lang)) is not None


def test_coordinates_that_are_no_numbers_are_left_out(answer, sketch) -> None:
    sketch["shapes"][1]["rings"] = [[[float("nan"), 1], [1e300, 2], [float("inf"), 3]]]
    answer["complaints"][0]["at"] = [float("nan"), 0]
    svg = overlay_svg(answer, sketch, "en")
    assert "nan" not in svg.lower().replace("malayalam", "")
    assert "inf " not in svg


def test_a_square_is_set_readably_and_still_escaped(answer, sketch) -> None:
    answer["clauses"]["r26-front-yard"]["says"]["en"] = "<b>81 m²</b>"
    page = report_html(answer, sketch, "en")
    assert "&lt;b&gt;81 m<sup>2</sup>&lt;/b&gt;" in page


def test_a_third_language_is_refused(answer, sketch) -> None:
    with pytest.raises(PaperError, match="en or ml"):
        report_html(answer, sketch, "fr")  # type: ignore[arg-type]


def test_a_measure_off_the_plans_is_told_by_layer_and_point(answer, sketch) -> None:
    answer["complaints"] = []
    witness = answer["sources"]["side2_yard_min_m"]["witness"]
    witness["at"], witness["layer"] = [5000.0, 5000.5], "BLK_1_HT_OF_BLDG"
    text = Reader(report_html(answer, sketch, "en")).text
    assert "Layer BLK_1_HT_OF_BLDG, at x 5000.00, y 5000.50 (not on the plans above)" in text


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["kl02_house_202m2", "kl07_apartment_1484m2_basement"])
def test_a_real_plan_gets_its_paper_and_a_light_drawing(shared, plan) -> None:
    book = shipped_book()
    path = shared / "plans" / f"{plan}.dxf"
    found = scrutinise(path, site={"family": "municipal"}, as_of=date(2026, 11, 22), book=book)
    page = Reader(report_html(found.answer, found.sketch, "ml"))
    assert page.text.startswith("കെട്ടിട പ്ലാനിന്റെ പരിശോധന")
    svg = overlay_svg(found.answer, found.sketch, "en")
    assert len(svg.encode()) < 300_000
    drawn = {e.get("id") for e in ET.fromstring(svg).iter()}
    plot = next(s for s in found.sketch["shapes"] if s["role"] == "plot")
    assert f"shape-{plot['id']}" in drawn
    seen = [f for f in model.findings(found.answer, "en") if f.verdict == "fail"]
    assert len(seen) == sum(c["verdict"] == "fail" for c in found.answer["clauses"].values())
