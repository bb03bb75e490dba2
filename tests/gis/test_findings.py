"""The catalogue of findings: every code is said and cured in both languages, with commands."""

import re
from string import Formatter

import pytest

from gis.drawing import complaints
from gis.drawing.complaints import SEVERITIES, catalogue, fill, recipe_of, recipes
from gis.errors import DialectError

MALAYALAM = re.compile(r"[\u0D00-\u0D7F]")
EVASIVE = re.compile(
    r"contact|administrator|helpdesk|support team|send us|ബന്ധപ്പെടുക", re.IGNORECASE
)
PROGRAMS = {"AutoCAD", "BricsCAD, ZWCAD", "LibreCAD", "QCAD"}


def details(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", list(catalogue()))
def test_every_code_is_said_in_both_languages_and_names_a_recipe(code: str) -> None:
    entry = catalogue()[code]
    assert entry["severity"] in SEVERITIES
    assert recipe_of(code).name in recipes(), f"{code} needs recipe: NAME of recipes.yaml"
    for part in ("message", "cure"):
        said = entry[part]
        assert MALAYALAM.search(said["ml"]), f"{code}: {part} has no Malayalam"
        assert not MALAYALAM.search(said["en"])
        assert details(said["en"]) >= {n for n in details(said["ml"]) if not n.endswith("_ml")}
        assert not EVASIVE.search(said["en"] + said["ml"]), f"{code} cures nothing"


@pytest.mark.parametrize("name", list(recipes()))
def test_every_recipe_has_both_languages_and_all_programs_or_none(name: str) -> None:
    recipe = recipes()[name]
    assert MALAYALAM.search(recipe.title["ml"])
    assert MALAYALAM.search(recipe.does["ml"])
    assert not MALAYALAM.search(recipe.title["en"] + recipe.does["en"])
    assert set(recipe.programs) in (set(), PROGRAMS)
    assert all(step for steps in recipe.programs.values() for step in steps)
    assert any(entry["recipe"] == name for entry in catalogue().values())


def test_a_recipe_without_malayalam_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"title": {"en": "Close"}, "does": {"en": "Close it.", "ml": "അടയ്ക്കുക."}, "in": {}}
    monkeypatch.setattr(complaints, "_load", lambda _: {"programs": {}, "recipes": {"close": row}})
    recipes.cache_clear()
    with pytest.raises(DialectError, match="ml"):
        recipes()
    recipes.cache_clear()


def test_a_code_without_a_recipe_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(complaints, "catalogue", lambda: {"new_code": {"severity": "error"}})
    with pytest.raises(DialectError, match="new_code needs recipe"):
        recipe_of("new_code")


def test_a_detail_that_is_not_there_shows_as_what_is_asked_for() -> None:
    said = {"en": "{layer} is open by {gap_m} m", "ml": "{gap_m}"}
    assert fill(said, {"layer": "WELL"})["en"] == "WELL is open by ? m"
    assert fill(said, {}, "…") == {"en": "… is open by … m", "ml": "…"}
