"""The land extract on paper, from a land answer of our own (an invented plot)."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from kmap.papers.extract import extract_html, extract_pdf

HERE = Path(__file__).parent
LANGS = ("en", "ml")


@pytest.fixture
def answer() -> dict[str, Any]:
    return json.loads((HERE / "papers_land.json").read_text("utf-8"))


@pytest.fixture
def around() -> list[dict[str, Any]]:
    west, south, east, north = 75.7796, 11.2496, 75.77997, 11.2504
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    area = {"type": "Polygon", "coordinates": [ring]}
    line = {"type": "LineString", "coordinates": [[75.7796, 11.24985], [75.7804, 11.24986]]}
    return [
        {"kind": "restriction", "name": 1, "width_m": None, "title": None, "geometry": area},
        {"kind": "road", "name": "lane", "width_m": 3.0, "title": None, "geometry": line},
    ]


def words_of(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_extract_always_has_its_three_lists(answer) -> None:
    text = words_of(extract_html(answer, "en"))
    lists = [
        "What affects this plot",
        "Checked and not affected",
        "No data, or could not be checked",
    ]
    places = [text.rindex(title) for title in lists]
    assert places == sorted(places)
    for words in (
        "140.20 sq m, 34.6 % of the plot",
        "Too close to call: between 130.00 sq m and 150.00 sq m",
        "in force, since 18 January 2019",
        "Paddy land not affected Data bank, 1 May 2023",
        "Flood no data",
        "No data is not the same as no restriction",
        "405.00 sq m (4.05 ares, 10.01 cents)",
        "Residential (R1): 405.00 sq m, 100 % of the plot",
        "Assumed: A single house. Occupancy group: A1; Height: 9.00 m",
        "High tide line 357 m Railway land 1.3 km",
        "Village office Tax register: paddy Krishi Bhavan Not in the data bank",
        "Front yard 1.80 m At least 1.8 m at any point.",
        "Distance from the street: 3.00 m",
        "In a security zone – the land map",
        "The town in this answer is invented",
        "This is not a permit",
    ):
        assert words in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_map_shows_the_plot_what_lies_on_it_and_where_to_build(answer, around, lang) -> None:
    page = extract_html(answer, lang, around)
    assert page.count("<path") == 5
    assert re.search(r'class="lbl"[^>]*>123/4<', page)
    assert re.search(r'class="lbl"[^>]*>1<', page)


def test_an_answer_without_geometry_has_no_map_and_no_failure(answer) -> None:
    answer["plot"]["geometry"] = {"type": "Polygon", "coordinates": "nonsense"}
    answer["themes"] = []
    text = words_of(extract_html(answer, "en"))
    assert "Map of the plot" not in text
    assert "Nothing in the registers that were checked affects this plot." in text


def test_hostile_names_stay_names(answer) -> None:
    answer["plot"]["survey_no"] = "<script>alert(1)</script>"
    answer["themes"][0]["restrictions"][0]["colour"] = '"><script>'
    answer["description"] = {"en": "<img src=x onerror=1>", "ml": "x"}
    page = extract_html(answer, "en")
    assert "<script" not in page
    assert "<img" not in page


def test_the_pdf_reads_back_and_is_the_same_again(answer) -> None:
    made = extract_pdf(answer, "en")
    assert made == extract_pdf(answer, "en")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    assert "Know your land" in text
    assert "Survey number 123/4" in text


def test_the_malayalam_pdf_has_its_pages(answer) -> None:
    assert 2 <= len(PdfReader(BytesIO(extract_pdf(answer, "ml"))).pages) <= 4
