"""A drawn outline, a list of plots, and two answers compared."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kmap.cli import know
from kmap.land import listing
from kmap.land.compare import Side, compare
from kmap.land.errors import BadOutlineError, NoPlotHereError, TooManyAskedError
from kmap.land.heights import Heights
from kmap.land.lookup import Land
from kmap.land.outline import MOST_VERTICES, Outlines
from kmap.store.pool import Pool
from rules import Book

pytestmark = pytest.mark.db
TODAY = dt.date(2026, 11, 22)
PLOT = "NLT:1:174:2B"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def outlines(town: Pool, book: Book, land: Land) -> Outlines:
    return Outlines(town, book, land, Heights())


@pytest.fixture(scope="module")
def registered(land: Land) -> Json:
    return land.by_plot(PLOT, TODAY)


def box(west: float, south: float, east: float, north: float) -> Json:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_plot_drawn_as_it_is_registered_gets_the_same_answer(
    outlines: Outlines, registered: Json
) -> None:
    drawn = outlines.answer(registered["plot"]["geometry"], TODAY, choice="amended")
    assert drawn["outline"]["choice"] == "amended"
    assert drawn["outline"]["plots"] == [
        {**drawn["outline"]["plots"][0], "id": PLOT, "survey_no": "174", "subdivision": "2B"}
    ]
    assert drawn["outline"]["plots"][0]["share_of_plot_pct"] > 99.9
    answers = [[(t["id"], t["answer"]) for t in a["themes"]] for a in (drawn, registered)]
    assert answers[0] == answers[1]
    parts = [{z["code"]: z["share_pct"] for z in a["zones"]} for a in (drawn, registered)]
    assert parts[0] == pytest.approx(parts[1], abs=0.05)
    assert drawn["nearest"]["railway"]["distance_m"] == pytest.approx(
        registered["nearest"]["railway"]["distance_m"], abs=0.05
    )


def test_an_outline_over_several_plots_names_each_with_its_share(
    outlines: Outlines, registered: Json
) -> None:
    lon, lat = registered["plot"]["centroid"]
    told = outlines.answer(box(lon - 4e-4, lat - 4e-4, lon + 4e-4, lat + 4e-4), TODAY)["outline"]
    assert len(told["plots"]) > 3
    assert PLOT in {plot["id"] for plot in told["plots"]}
    covered = sum(plot["area_m2"] for plot in told["plots"]) + told["outside_plots_m2"]
    assert covered == pytest.approx(told["area_m2"], rel=0.01)


def test_an_outline_half_outside_the_data_is_not_called_clear(
    outlines: Outlines, land: Land, town: Pool
) -> None:
    with town.connection() as connection:
        row = connection.execute(
            "SELECT public_id FROM plot p JOIN coverage c ON c.theme_id = 'flood'"
            " AND ST_Overlaps(c.geom, p.geom) WHERE NOT EXISTS (SELECT FROM restriction r JOIN"
            " restriction_geom g ON g.restriction_id = r.id WHERE r.theme_id = 'flood'"
            " AND ST_DWithin(g.geom, p.geom, 15)) ORDER BY 1 LIMIT 1"
        ).fetchone()
    answer = land.by_plot((row or {})["public_id"], TODAY)
    drawn = outlines.answer(answer["plot"]["geometry"], TODAY)
    flood = next(theme for theme in drawn["themes"] if theme["id"] == "flood")
    assert flood["answer"] == "no_data"
    assert not flood["coverage"]["whole"]


BOW = [[75.94, 10.48], [75.941, 10.481], [75.941, 10.48], [75.94, 10.481], [75.94, 10.48]]
MANY = [[75.94 + n * 1e-6, 10.48] for n in range(MOST_VERTICES)]


@pytest.mark.parametrize(
    ("outline", "why"),
    [
        (None, "not_a_polygon"),
        ({"type": "Point", "coordinates": [75.9, 10.4]}, "not_a_polygon"),
        ({"type": "Polygon", "coordinates": []}, "not_a_polygon"),
        ({"type": "Polygon", "coordinates": [[["a", 1], [2, 3]]]}, "not_a_polygon"),
        ({"type": "Polygon", "coordinates": [BOW[:3]]}, "ring_not_closed"),
        ({"type": "Polygon", "coordinates": [BOW]}, "crosses_itself"),
        ({"type": "Polygon", "coordinates": [[*MANY, MANY[0]]]}, "too_many_vertices"),
        (box(75.9, 10.4, 75.95, 10.45), "area"),
        (box(75.94, 10.48, 75.9400001, 10.4800001), "area"),
        (box(80.0, 10.4, 80.001, 10.401), "outside_kerala"),
    ],
)
def test_what_is_no_outline_is_said_by_name(outlines: Outlines, outline: Any, why: str) -> None:
    with pytest.raises(BadOutlineError) as caught:
        outlines.answer(outline, TODAY)
    assert caught.value.why == why
    assert caught.value.message_ml != caught.value.message


def test_an_outline_on_the_sea_is_on_no_plot(outlines: Outlines) -> None:
    with pytest.raises(NoPlotHereError):
        outlines.answer(box(75.80, 10.40, 75.801, 10.401), TODAY)


def test_a_list_answers_each_plot_and_names_the_error_of_each_that_fails(
    land: Land, registered: Json
) -> None:
    asked = listing.entries("owner,survey\na,NLT/174/2B\nb,NLT/99999/9\nc,PLK/12/1\nd,\ne,=1+1\n")
    rows = list(listing.rows(land, asked, TODAY))
    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5]
    codes = [row["error"]["code"] if row["error"] else None for row in rows]
    assert codes == [
        None,
        "no_such_plot",
        "several_plots",
        "bad_survey_number",
        "bad_survey_number",
    ]
    assert rows[0]["themes"] == {t["id"]: t["answer"] for t in registered["themes"]}
    assert listing.flat(rows[4], [])["asked"] == "'=1+1"


def test_a_list_has_an_end() -> None:
    assert len(listing.entries("NLT/1\n" * listing.MOST)) == listing.MOST
    with pytest.raises(TooManyAskedError):
        listing.entries("NLT/1\n" * (listing.MOST + 1))
    assert listing.entries("") == []


def test_two_days_differ_by_what_came_between_and_a_day_from_itself_by_nothing(land: Land) -> None:
    then, now = Side(PLOT, dt.date(2020, 1, 1)), Side(PLOT, TODAY)
    found = compare(land, then, now)
    added = {one["id"] for one in found["changes"] if one["change"] == "added"}
    assert any("heritage-port" in one for one in added)
    back = compare(land, now, then)
    assert len(back["changes"]) == len(found["changes"])
    assert compare(land, now, now)["changes"] == []


def test_two_plots_are_compared(land: Land) -> None:
    found = compare(land, Side(PLOT, TODAY), Side("NLT:1:174:1", TODAY))
    assert found["to"]["plot"] == "NLT:1:174:1"
    assert "plot" in {one["what"] for one in found["changes"]}


def test_the_command_line_takes_outline_list_and_comparison(
    tmp_path: Path, registered: Json, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KMAP_DATABASE_URL", database_url)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(know.command, [*arguments, "--as-of", "2026-11-22"])

    drawn, numbers, table = (tmp_path / name for name in ("o.geojson", "n.csv", "t.csv"))
    drawn.write_text(json.dumps({"type": "Feature", "geometry": registered["plot"]["geometry"]}))
    told = json.loads(run("--outline", str(drawn), "--json").output)
    assert told["outline"]["plots"][0]["id"] == PLOT
    numbers.write_text("survey\nNLT/174/2B\nNLT/99999\n")
    assert run("--list", str(numbers), "--out", str(table)).exit_code == 0
    lines = table.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert "no_such_plot" in lines[2]
    differs = run("--survey", "NLT/174/2B", "--compare-as-of", "2020-01-01")
    assert "heritage" in differs.output.casefold()
    assert run("--survey", "NLT/174/2B", "--list", str(numbers)).exit_code == 2
