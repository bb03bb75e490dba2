"""``kmap know``, ``kmap load`` and ``kmap town`` as a person runs them."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner, Result
from shapely.geometry import box

from kmap.cli import know, load, town
from kmap.errors import KmapError
from kmap.store.pool import Pool

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def here(town: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMAP_DATABASE_URL", database_url)


def run(command: object, *arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))  # type: ignore[arg-type]


def test_know_answers_in_words_and_as_json() -> None:
    told = run(know.command, "--survey", "NLT/145/2")
    assert told.exit_code == 0
    assert "Not a permit" in " ".join(told.output.split())
    answer = json.loads(run(know.command, "--survey", "NLT/145/2", "--json").output)
    lon, lat = (str(n) for n in answer["plot"]["centroid"])
    again = run(know.command, "--lon", lon, "--lat", lat, "--json", "--as-of", answer["as_of"])
    assert json.loads(again.output)["plot"]["id"] == answer["plot"]["id"]


def test_know_answers_in_malayalam() -> None:
    told = run(know.command, "--survey", "നീലത്തുറ/൧൪൫/2", "--lang", "ml")
    assert told.exit_code == 0
    assert "പെർമിറ്റല്ല" in told.output


def test_know_without_a_place_is_a_question_back() -> None:
    assert run(know.command, "--lon", "75.9").exit_code == 2
    assert run(know.command).exit_code == 2


def test_know_of_nothing_is_a_coded_error() -> None:
    for arguments, code in (
        (("--lon", "75.9", "--lat", "10.47"), "no_plot_here"),
        (("--lon", "80", "--lat", "10.47"), "outside_kerala"),
        (("--survey", "NLT"), "bad_survey_number"),
        (("--survey", "PLK/12/1"), "several_plots"),
    ):
        error = run(know.command, *arguments).exception
        assert isinstance(error, KmapError)
        assert error.code == code


def test_load_says_what_it_refused_and_why(tmp_path: Path) -> None:
    good = {
        "kind": "road",
        "class": "lane",
        "width_m": 3.0,
        "geometry": box(75.95, 10.48, 75.951, 10.481),
    }
    rows = [good, {**good, "kind": "canal"}, {**good, "geometry": box(10, 75, 11, 76)}]
    path = tmp_path / "roads.geojson"
    gpd.GeoDataFrame(rows, geometry="geometry", crs=4326).to_file(path)
    first = run(load.command, str(path), "--as", "features", "--json")
    assert first.exit_code == 3
    report = json.loads(first.output)
    assert [(r["row"], r["code"]) for r in report["refused"]] == [
        (2, "bad_value"),
        (3, "outside_kerala"),
    ]
    assert all(r["message"]["ml"] for r in report["refused"])
    assert json.loads(run(load.command, str(path), "--as", "features", "--json").output)["already"]


def test_load_explains_its_kinds() -> None:
    told = run(load.command, "--help").output
    for kind in ("local-bodies", "plots", "restrictions", "coverage", "dem"):
        assert kind in told


def test_town_is_there_already() -> None:
    told = run(town.command)
    assert told.exit_code == 0
    assert "already there" in told.output
    assert "invented" in told.output
