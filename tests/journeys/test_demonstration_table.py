"""Every demonstration drawing says what expected.yaml says; every finding has a drawing."""

import importlib.util
import json
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from gis.drawing.complaints import catalogue
from gis.drawing.survey import survey
from kmap.building import scrutiny
from rules import Book, shipped_book

ROOT = Path(__file__).resolve().parents[2]
PLANS = ROOT / "data" / "plans"
FINDINGS = sorted((PLANS / "findings").glob("*.dxf"))
NAMED = [path for path in FINDINGS if path.stem in catalogue()]
EXPECTED = YAML(typ="safe").load(PLANS / "expected.yaml")
HOSTILE = "tests/gis/test_hostile_drawings.py::"
POOL = "tests/gis/test_pool.py::"
NO_FILE_SHOWS = {
    "no_file": HOSTILE + "test_a_real_zip_and_a_missing_file",
    "too_large": "tests/journeys/test_demonstration_table.py::test_a_file_of_more_than_40_mb",
    "reading_too_long": POOL + "test_a_drawing_that_takes_too_much_is_ended_and_named",
    "reading_too_large": POOL + "test_a_drawing_that_takes_too_much_is_ended_and_named",
    "reading_failed": POOL + "test_every_end_of_a_child_has_a_name",
}
"""Findings that no committed file can show -> the test that shows them."""
NEEDS_A_REGISTER = {
    "parcel_not_found",
    "typed_parcel_not_found",
    "placement_no_plot",
    "placement_poor_fit",
    "placement_other_size",
    "placement_mirrored",
    "placement_ambiguous",
    "placement_road_elsewhere",
    "placement_rival",
    "placement_not_sure",
    "placement_by_shape",
    "placement_fits_another",
    "placement_area_differs",
    "placement_number_differs",
    "building_in_no_build",
    "building_near_no_build",
    "register_contradicts",
    "register_differs",
}
"""Findings of a drawing laid on the register: the town shows them (tests/kmap/land)."""
pytestmark = pytest.mark.xdist_group("demonstration-plans")


class _NoCures:
    """Cures take seconds and are tested elsewhere."""

    def as_json(self) -> dict[str, Any]:
        return {}


@cache
def book() -> Book:
    return shipped_book()


@cache
def answer(path: Path) -> dict[str, Any]:
    """Return the scrutiny of a drawing on the day of the table, without cures."""
    site = path.with_suffix(".json")
    if not site.exists() and path.parent == PLANS:
        site = PLANS / "site.json"
    facts = json.loads(site.read_text()) if site.exists() else {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scrutiny, "cures", lambda *args, **more: _NoCures())
        found = scrutiny.judge(survey(path), site=facts, as_of=EXPECTED["on"], book=book())
    return found.answer


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_plans", PLANS / "make_plans.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def seek(measured: dict[str, Any], path: str) -> Any:
    """Follow a path such as block 1/floor 0.1/built_up_area_m2 (floor 0, mezzanine 1)."""
    here: Any = measured
    for step in path.split("/"):
        name, _, number = step.partition(" ")
        if not number:
            here = here["yards"][step] if "yards" in here and step not in here else here[step]
            continue
        whole, _, mezzanine = number.partition(".")
        here = next(
            one
            for one in here[f"{name}s"]
            if one[name] == int(whole) and str(one.get("mezzanine") or "") == mezzanine
        )
    return here


def test_the_committed_drawings_are_the_ones_the_script_makes() -> None:
    assert script().differing() == []


def test_the_table_names_every_drawing() -> None:
    assert set(EXPECTED["plans"]) == {path.stem for path in PLANS.glob("*.dxf")}
    passing = [name for name, plan in EXPECTED["plans"].items() if plan["verdict"] == "pass"]
    assert len(passing) >= 5


@pytest.mark.parametrize("name", EXPECTED["plans"])
def test_a_drawing_has_the_verdict_it_was_drawn_for(name: str) -> None:
    found = answer(PLANS / f"{name}.dxf")
    failed = {key for key, clause in found["clauses"].items() if clause["verdict"] == "fail"}
    assert (found["verdict"], failed) == (
        EXPECTED["plans"][name]["verdict"], set(EXPECTED["plans"][name]["fails"]),
    )  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED["plans"])
def test_a_drawing_measures_what_was_worked_by_hand(name: str) -> None:
    measured = answer(PLANS / f"{name}.dxf")["measurements"]
    wanted = EXPECTED["plans"][name]["measured"]
    found = {path: seek(measured, path) for path in wanted}
    assert found == pytest.approx(wanted, abs=0.0016)


@pytest.mark.parametrize("path", NAMED, ids=lambda path: path.stem)
def test_a_wrong_drawing_shows_the_finding_it_is_named_for(path: Path) -> None:
    shown = {one["code"] for one in answer(path)["complaints"]}
    assert path.stem in shown


def test_every_finding_of_the_catalogue_is_shown_by_a_drawing_or_a_named_test() -> None:
    elsewhere = {*NO_FILE_SHOWS, *NEEDS_A_REGISTER}
    assert set(catalogue()) - {path.stem for path in FINDINGS} <= elsewhere
    assert not elsewhere & {path.stem for path in FINDINGS}
    assert {path.stem for path in FINDINGS} <= set(catalogue())
    for code, where in NO_FILE_SHOWS.items():
        file, _, test = where.partition("::")
        text = (ROOT / file).read_text()
        assert re.search(rf"^def {test}", text, re.MULTILINE)
        assert f'"{code}"' in text


def test_the_wrong_drawings_stay_small() -> None:
    assert sum(path.stat().st_size for path in FINDINGS) < 1_500_000


def test_a_file_of_more_than_40_mb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "plan.dxf"
    with path.open("wb") as out:
        out.truncate(40_000_001)
    assert [one["code"] for one in survey(path).complaints] == ["too_large"]
