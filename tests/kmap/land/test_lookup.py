"""Know Your Land, the whole journey on the real database."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql
from shapely.geometry import shape

from kmap.land.errors import (
    BadSurveyNumberError,
    NoPlotHereError,
    NoSuchPlotError,
    NoSuchVillageError,
    OutsideKeralaError,
    SeveralPlotsError,
)
from kmap.land.lookup import Land
from kmap.store.pool import Pool, connected
from rules import Book

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)


def pick(town: Pool, where: str) -> str:
    """The first plot with a property, by id."""
    with connected(town) as connection:
        row = connection.execute(
            f"SELECT public_id FROM plot p WHERE {where} ORDER BY public_id LIMIT 1"
        ).fetchone()
    assert row, where
    return str(row["public_id"])


def inside(theme_or_id: str, more: str = "true") -> str:
    return (
        "EXISTS (SELECT FROM restriction r JOIN restriction_geom g ON g.restriction_id = r.id"
        f" WHERE '{theme_or_id}' IN (r.theme_id, r.public_id) AND ST_Contains(g.geom,"
        f" ST_Buffer(p.geom, 8))) AND {more}"
    )


def meeting(public_id: str) -> str:
    return (
        "EXISTS (SELECT FROM restriction r JOIN restriction_geom g ON g.restriction_id = r.id"
        f" WHERE r.public_id = '{public_id}' AND ST_Area(ST_Intersection(g.geom, p.geom)) > 20)"
    )


def uncovered(theme: str) -> str:
    return (
        f"NOT EXISTS (SELECT FROM coverage c WHERE c.theme_id = '{theme}'"
        " AND ST_Intersects(c.geom, p.geom))"
    )


def theme(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(t for t in answer["themes"] if t["id"] == name)


def test_a_point_a_number_and_an_id_give_the_same_bytes(land: Land, town: Pool) -> None:
    by_id = land.by_plot(pick(town, "p.village_code = 'NLT' AND p.subdivision = '2A'"), TODAY)
    plot = by_id["plot"]
    spot = shape(plot["geometry"]).representative_point()
    by_point = land.at(spot.x, spot.y, TODAY)
    by_number = land.by_survey("nlt", f"{plot['survey_no']}/{plot['subdivision']}", TODAY)
    texts = {json.dumps(a, ensure_ascii=False) for a in (by_id, by_point, by_number)}
    assert len(texts) == 1


def test_another_process_would_print_the_same_bytes(land: Land, town: Pool, book: Book) -> None:
    plot = pick(town, inside("crz"))
    first = json.dumps(land.by_plot(plot, TODAY), ensure_ascii=False)
    assert first == json.dumps(Land(town, book).by_plot(plot, TODAY), ensure_ascii=False)


def test_three_statements_are_enough(
    land: Land, town: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = pick(town, inside("crz"))
    land.by_plot(plot, TODAY)
    asked: list[Any] = []
    execute = psycopg.Connection.execute

    def counting(self: Any, query: Any, *more: Any, **options: Any) -> Any:
        asked.append(query)
        return execute(self, query, *more, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", counting)
    land.by_plot(plot, TODAY)
    assert len(asked) <= 3


def test_the_answer_is_small_enough_for_a_phone(land: Land, town: Pool) -> None:
    answer = land.by_plot(pick(town, inside("fort-regulated")), TODAY)
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 60_000
    answer.pop("evaluation")
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 46_000


def test_outside_a_theme_s_coverage_there_is_no_data(land: Land, town: Pool) -> None:
    for name, fact in (("flood", "flood_liable"), ("crz", "crz_category"), ("zoning", "zone")):
        answer = land.by_plot(pick(town, uncovered(name)), TODAY)
        assert theme(answer, name)["answer"] == "no_data"
        assert fact not in answer["facts"]


def test_what_cannot_be_told_is_an_unknown_clearance_and_never_none_needed(
    land: Land, town: Pool
) -> None:
    answer = land.by_plot(pick(town, uncovered("crz")), TODAY)
    unknown = {noc["id"]: noc["missing"] for noc in answer["clearances_unknown"]}
    assert unknown["noc-crz"] == ["crz_category"]
    assert "noc-crz" not in {noc["id"] for noc in answer["clearances"]}


def test_a_plot_half_outside_the_coverage_is_not_cleared(land: Land, town: Pool) -> None:
    where = (
        "EXISTS (SELECT FROM coverage c WHERE c.theme_id = 'flood'"
        " AND c.geom && p.geom AND ST_Overlaps(c.geom, p.geom))"
        " AND NOT EXISTS (SELECT FROM restriction r JOIN restriction_geom g"
        " ON g.restriction_id = r.id WHERE r.theme_id = 'flood' AND ST_DWithin(g.geom, p.geom, 9))"
    )
    answer = land.by_plot(pick(town, where), TODAY)
    assert theme(answer, "flood")["answer"] == "no_data"
    assert theme(answer, "flood")["coverage"]["level"] == "partial"


def test_a_checked_plot_is_not_affected(land: Land, town: Pool) -> None:
    where = (
        "EXISTS (SELECT FROM coverage c WHERE c.theme_id = 'flood'"
        " AND ST_Contains(c.geom, p.geom))"
        " AND NOT EXISTS (SELECT FROM restriction r JOIN restriction_geom g"
        " ON g.restriction_id = r.id WHERE r.theme_id = 'flood' AND ST_DWithin(g.geom, p.geom, 9))"
    )
    answer = land.by_plot(pick(town, where), TODAY)
    assert theme(answer, "flood")["answer"] == "not_affected"
    assert answer["facts"]["flood_liable"] is False


FACTS = {
    "crz-2": ("crz_category", "II", "noc-crz"),
    "crz-3a": ("crz_category", "III_A", "noc-crz"),
    "paddy-unnotified": ("paddy_status", "unnotified", "land-paddy"),
    "heritage-port": ("heritage_area", True, "noc-heritage"),
    "security-store": ("security_zone", True, "noc-security"),
    "fort-regulated": ("monument_kind", "asi", "noc-asi"),
}


@pytest.mark.parametrize("restriction", FACTS)
def test_a_restriction_becomes_a_fact_with_its_source_and_a_clearance(
    land: Land, town: Pool, restriction: str
) -> None:
    fact, value, noc = FACTS[restriction]
    answer = land.by_plot(pick(town, inside(restriction)), TODAY)
    assert answer["facts"][fact] == value
    assert answer["sources"][fact]["by"] == "map"
    needed = {n["id"]: n for n in answer["clearances"]}
    assert needed[noc]["because"]["en"]
    assert needed[noc]["because"]["ml"]


def test_a_draft_is_shown_and_decides_nothing(land: Land, town: Pool) -> None:
    answer = land.by_plot(pick(town, meeting("bypass")), TODAY)
    row = next(r for r in theme(answer, "roads")["restrictions"] if r["id"] == "bypass")
    assert row["status"] == "draft"
    assert row["binding"] is False


def test_a_restriction_is_not_there_before_its_day(land: Land, town: Pool) -> None:
    plot = pick(town, meeting("bypass"))
    before = land.by_plot(plot, date(2026, 5, 31))
    assert "bypass" not in {r["id"] for r in theme(before, "roads")["restrictions"]}


def test_areas_are_scaled_to_the_deed_and_shares_add_up(land: Land, town: Pool) -> None:
    answer = land.by_plot(pick(town, inside("crz-2", "p.deed_area_m2 IS NOT NULL")), TODAY)
    row = theme(answer, "crz")["restrictions"][0]
    assert row["area_m2"] == pytest.approx(answer["plot"]["deed_area_m2"], abs=0.01)
    assert row["share_pct"] == 100.0
    zones = answer["zones"]
    assert sum(z["share_pct"] for z in zones) == pytest.approx(100, abs=0.2)


def test_a_split_plot_keeps_each_zone_and_has_no_zone_fact(land: Land, town: Pool) -> None:
    where = (
        "p.village_code = 'NLT' AND 2 <= (SELECT count(*)"
        " FROM restriction r JOIN restriction_geom g"
        " ON g.restriction_id = r.id WHERE r.theme_id = 'zoning'"
        " AND ST_Area(ST_Intersection(g.geom, p.geom)) > 60)"
    )
    answer = land.by_plot(pick(town, where), TODAY)
    assert len(answer["zones"]) >= 2
    assert "zone" not in answer["facts"]
    assert "split" in {n["id"] for n in answer["may_build"]["notices"]}


def test_records_in_conflict_stand_side_by_side(land: Land, town: Pool) -> None:
    where = (
        "EXISTS (SELECT FROM evidence e WHERE e.plot_id = p.public_id AND e.theme_id = 'paddy')"
    )
    conflict = next(
        c for c in land.by_plot(pick(town, where), TODAY)["conflicts"] if c["theme"] == "paddy"
    )
    assert {r["record"] for r in conflict["records"]} == {
        "tax_register",
        "data_bank",
        "master_plan",
    }
    assert conflict["correction"]["ml"]


def test_prohibited_ground_is_said_beside_what_may_be_built(land: Land, town: Pool) -> None:
    answer = land.by_plot(pick(town, inside("paddy-bank")), TODAY)
    assert "prohibited" in {n["id"] for n in answer["may_build"]["notices"]}


@pytest.fixture
def broken_theme(town: Pool) -> Iterator[str]:
    """A plot whose paddy layer holds a shape that no overlay can work with."""
    plot = pick(town, inside("crz-2"))
    bow = (
        "UPDATE restriction_piece k SET geom = (SELECT ST_SetSRID(ST_MakePolygon("
        "ST_MakeLine(ARRAY["
        "ST_Translate(c, -40, -40), ST_Translate(c, 40, 40), ST_Translate(c, 40, -40),"
        " ST_Translate(c, -40, 40), ST_Translate(c, -40, -40)])), 32643)"
        " FROM (SELECT ST_Centroid(geom) AS c FROM plot WHERE public_id = %s) x)"
        " WHERE k.restriction_id = (SELECT id FROM restriction WHERE public_id = 'paddy-bank')"
    )
    mend = (
        "UPDATE restriction_geom SET geom = geom WHERE restriction_id ="
        " (SELECT id FROM restriction WHERE public_id = 'paddy-bank')"
    )
    with connected(town) as connection:
        connection.execute(bow, (plot,))
    yield plot
    with connected(town) as connection:
        connection.execute(mend)


def test_a_theme_that_cannot_be_asked_spoils_no_other(land: Land, broken_theme: str) -> None:
    answer = land.by_plot(broken_theme, TODAY)
    assert theme(answer, "paddy")["answer"] == "could_not_check"
    assert theme(answer, "crz")["answer"] == "affected"
    assert "paddy_status" not in answer["facts"]
    assert "land-paddy" in {noc["id"] for noc in answer["clearances_unknown"]}


def test_an_elevation_model_that_is_gone_is_could_not_check(
    town: Pool, book: Book, land: Land
) -> None:
    plot = pick(town, inside("crz-2"))
    swap = sql.SQL("UPDATE raster SET path = {}(path, {}, {})")
    with connected(town) as connection:
        connection.execute(swap.format(sql.SQL("replace"), "dem-", "gone-"))
    try:
        answer = Land(town, book).by_plot(plot, TODAY)
    finally:
        with connected(town) as connection:
            connection.execute(swap.format(sql.SQL("replace"), "gone-", "dem-"))
    assert theme(answer, "slope")["answer"] == "could_not_check"
    assert "ground_slope_deg" not in answer["facts"]
    assert theme(land.by_plot(plot, TODAY), "slope")["answer"] == "not_affected"


def test_ground_that_was_not_surveyed_has_no_slope(land: Land, town: Pool) -> None:
    north_east = "ST_X(ST_Centroid(p.geom)) > 606000 AND ST_Y(ST_Centroid(p.geom)) > 1161300"
    answer = land.by_plot(pick(town, north_east), TODAY)
    assert theme(answer, "slope")["answer"] == "no_data"


def test_asking_wrongly_says_what_to_do(land: Land) -> None:
    for call, error in (
        (lambda: land.at(75.90, 10.47, TODAY), NoPlotHereError),
        (lambda: land.at(79.0, 10.5, TODAY), OutsideKeralaError),
        (lambda: land.at(float("nan"), 10.5, TODAY), OutsideKeralaError),
        (lambda: land.at(75.95, float("inf"), TODAY), OutsideKeralaError),
        (lambda: land.by_survey("NLT", "99999/9", TODAY), NoSuchPlotError),
        (lambda: land.by_survey("Atlantis", "1/1", TODAY), NoSuchVillageError),
        (lambda: land.by_survey("NLT", "twelve", TODAY), BadSurveyNumberError),
        (lambda: land.by_plot("a:b:c:d\0", TODAY), NoSuchPlotError),
        (lambda: land.by_survey("PLK", "12/1", TODAY), SeveralPlotsError),
    ):
        with pytest.raises(error) as caught:
            call()
        assert caught.value.message
        assert caught.value.message_ml != caught.value.message


def test_a_block_tells_two_plots_of_one_number_apart(land: Land) -> None:
    with pytest.raises(SeveralPlotsError) as caught:
        land.by_survey("PLK", "12/1", TODAY)
    ids = [choice["id"] for choice in caught.value.choices]
    assert len(ids) == 2
    assert land.by_survey("PLK", "2:12/1", TODAY)["plot"]["id"] == ids[1]


def test_a_village_is_found_in_either_script_and_in_malayalam_digits(land: Land) -> None:
    plain = land.by_survey("NLT", "145/2", TODAY)["plot"]["id"]
    assert land.by_survey("neelathura", "145-2", TODAY)["plot"]["id"] == plain
    assert land.by_survey("നീലത്തുറ", "൧൪൫/൨", TODAY)["plot"]["id"] == plain


def test_search_finds_numbers_ids_and_places(land: Land) -> None:
    assert land.search("നീലത്തുറ ൧൪൫/2")[0]["id"] == land.search("NLT/145/2")[0]["id"]
    assert all(f["village_code"] == "KDV" for f in land.search("kadalvazhi 12", 5))
    found = land.search("പുലരിക്കുന്ന്")
    assert found
    assert found[0]["village_code"] == "PLK"
    assert land.search(found[0]["id"])[0]["id"] == found[0]["id"]
    assert land.search("%%' OR 1=1 --") == []


def test_every_word_shown_is_there_in_both_languages(land: Land, town: Pool) -> None:
    def pairs(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "en" in value or "ml" in value:
                yield value
            for part in value.values():
                yield from pairs(part)
        elif isinstance(value, list):
            for part in value:
                yield from pairs(part)

    answer = land.by_plot(pick(town, inside("fort-regulated")), TODAY)
    found = list(pairs(answer))
    assert len(found) > 50
    assert all(pair["en"] and pair["ml"] for pair in found)
    assert {"not-a-permit", "not-gazetted", "invented"} <= {n["id"] for n in answer["notices"]}


def test_before_the_day_the_data_begin_nothing_is_called_not_affected(land: Land) -> None:
    then = land.by_survey("NLT", "145/2", date(1950, 1, 1))
    assert {theme["answer"] for theme in then["themes"] if theme["id"] != "slope"} == {"no_data"}
