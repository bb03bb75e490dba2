"""``kmap whatif`` and ``--cures`` as a person uses them: files, drawings, mistakes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kmap.cli import cli

ROOT = Path(__file__).resolve().parents[2]
FAILS = str(ROOT / "data" / "plans" / "house_that_fails.dxf")
SITE = str(ROOT / "data" / "plans" / "site.json")
HOUSE = {
    "family": "municipal",
    "occupancy": "A1",
    "height_m": 11.0,
    "plot_area_record_m2": 201.48,
    "plot_area_drawn_m2": 201.48,
    "front_yard_min_m": 1.0,
    "front_yard_avg_m": 1.2,
}


@pytest.fixture
def house(tmp_path: Path) -> str:
    path = tmp_path / "house.json"
    path.write_text(json.dumps(HOUSE))
    return str(path)


def kmap(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_what_flips_is_shown_in_both_languages(house: str, lang: str) -> None:
    made = ("--set", "front_yard_min_m=4", "--set", "front_yard_avg_m=4")
    done = kmap("whatif", house, *made, "--as-of", "2026-01-01", "--lang", lang)
    assert done.exit_code == 0, done.output
    assert "r26-front-yard" in done.output
    assert {"en": "Verdicts that flip", "ml": "മാറുന്ന തീർപ്പുകൾ"}[lang] in done.output


def test_a_drawing_may_be_asked_the_same(house: str) -> None:
    done = kmap(
        *("whatif", FAILS, "--site", SITE, "--set", "road_distance_m=3.0", "--json"),
        *("--as-of", "2026-01-01"),
    )
    answer = json.loads(done.output)
    assert "r23-road-distance" in [one["id"] for one in answer["clauses"] if one["flips"]]


def test_nothing_changed_says_that_nothing_changes(house: str) -> None:
    assert "Nothing comes out differently." in kmap("whatif", house).output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--set", "heigth_m=3"), "unknown_fact"),
        (("--set", "height_m=tall"), "wrong_type"),
        (("--unset", "trees"), "not_there"),
    ],
)
def test_a_mistake_is_one_coded_line(house: str, words: tuple[str, ...], says: str) -> None:
    done = kmap("whatif", house, *words, "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["error"]["code"] == says


def test_a_change_without_a_value_is_wrong_use(house: str) -> None:
    assert kmap("whatif", house, "--set", "height_m").exit_code == 2
    assert kmap("whatif", house, "--set", "height_m=null").exit_code == 2


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = kmap("whatif", str(tmp_path / "none.json"))
    assert done.exit_code == 1
    assert "cannot be read" in str(done.exception)


def test_a_broken_drawing_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.dxf").write_bytes(b"no drawing")
    done = kmap("whatif", str(tmp_path / "broken.dxf"))
    assert done.exit_code == 1
    assert getattr(done.exception, "code", "") == "unreadable_drawing"


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_tried_changes_stand_below_the_table(house: str, lang: str) -> None:
    done = kmap("rules", "evaluate", house, "--cures", "--lang", lang)
    assert {"en": "Tried changes", "ml": "പരീക്ഷിച്ച മാറ്റങ്ങൾ"}[lang] in done.output


def test_each_failure_of_a_drawing_has_its_tried_change_beside_it() -> None:
    done = kmap("check", FAILS, "--site", SITE, "--as-of", "2026-01-01")
    assert "tried: Distance from the street: 3 m instead of 2.9 m (0.1 m more)." in done.output


def test_the_report_says_the_tried_change_too(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    kmap("check", FAILS, "--site", SITE, "--as-of", "2026-01-01", "--report", str(report))
    assert "Tried and judged again" in report.read_text("utf-8")
    assert "0.1 m more" in report.read_text("utf-8")
