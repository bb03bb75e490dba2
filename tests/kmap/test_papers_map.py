"""What lies around a plot, asked of the sample town, and drawn on the paper's map."""

import re
from datetime import date

import pytest

from kmap.land.lookup import Land
from kmap.papers.extract import extract_html
from kmap.store.pool import open_pool
from rules import shipped_book

AS_OF = date(2026, 11, 22)


@pytest.mark.db
def test_the_paper_s_map_shows_roads_neighbours_and_restrictions_of_the_town(town) -> None:
    pool = open_pool(town)
    try:
        land = Land(pool, shipped_book())
        answer = land.by_survey("NLT", "191/3B", AS_OF)
        around = land.around(answer["plot"]["id"], AS_OF)
        assert land.around("NLT:9:none:", AS_OF) == []
    finally:
        pool.close()
    kinds = {item["kind"] for item in around}
    assert {"restriction", "road", "neighbour"} <= kinds
    told = {r["id"] for theme in answer["themes"] for r in theme["restrictions"]}
    assert told & {item["name"] for item in around if item["kind"] == "restriction"}
    page = extract_html(answer, "en", around)
    assert page.count("<path") > 5
    assert re.search(r"legend.*Neighbouring plots", page, re.DOTALL)
