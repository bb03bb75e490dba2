"""What changed between two land answers: told exactly where the essence differs."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from kmap.land.aspects import GONE, aspects, essence
from kmap.land.changes import changes, words
from kmap.land.lookup import Land

Json = dict[str, Any]
LANGS = ("en", "ml")


@pytest.fixture(scope="module")
def answer(land: Land) -> Json:
    from datetime import date  # noqa: PLC0415

    return land.by_survey("NLT", "174/2B", date(2026, 11, 22))


def says(old: Json, new: Json, lang: str = "en") -> list[str]:
    return [one["says"][lang] for one in changes(old, new)]


def test_the_same_answer_has_no_changes(answer: Json) -> None:
    assert changes(answer, json.loads(json.dumps(answer))) == []


def test_loads_dates_and_accuracies_of_data_are_no_change(answer: Json) -> None:
    new = copy.deepcopy(answer)
    new["loads"].append({"id": 99, "kind": "plots", "theme": None, "checksum": "0", "date": None})
    for theme in new["themes"]:
        if theme["source"]:
            theme["source"].update(load=99, date="2027-01-01", licence="other")
    new["book"] = {"id": "next", "hash": "0" * 64}
    new["sources"] = {}
    new["description"] = {"en": "", "ml": ""}
    assert changes(answer, new) == []
    assert essence(answer) == essence(new)


def test_a_restriction_that_came_went_or_grew_is_told_with_what_brought_it(answer: Json) -> None:
    new = copy.deepcopy(answer)
    zoning = next(theme for theme in new["themes"] if theme["id"] == "zoning")
    zoning["restrictions"][0]["area_m2"] = 600.0
    zoning["restrictions"].pop(1)
    zoning["source"]["load"] = 99
    new["loads"].append(
        {"id": 99, "kind": "restrictions", "theme": "zoning", "date": "2027-01-01"}
    )
    assert says(answer, new) == [
        (
            "Changed – Restriction: Master plan zones: Residential zone: area 600 m² "
            "(before: 683.02 m²) [by Neelathura Master Plan 2031 (invented), 4.2; "
            "data: #99 2027-01-01]."
        ),
        (
            "No longer there – Restriction: Master plan zones: Heritage zone (effect limits; "
            "status in force; area 127.98 m²) [by Neelathura Master Plan 2031 (invented), 4.2; "
            "data: #99 2027-01-01]."
        ),
    ]
    assert [one["change"] for one in changes(new, answer)] == ["changed", "added"]


def test_limits_and_clearances_name_the_book_that_changed_them(answer: Json) -> None:
    new = copy.deepcopy(answer)
    new["book"] = {"id": "kerala-next", "hash": "0" * 64}
    new["may_build"]["limits"][0]["value"] += 1.5
    gone = new["clearances"].pop()
    told = changes(answer, new)
    assert [(one["what"], one["change"]) for one in told] == [
        ("clearance", "removed"),
        ("limit", "changed"),
    ]
    assert told[0]["id"] == gone["id"]
    assert all(one["by"]["book"]["id"] == "kerala-next" for one in told)
    assert "rule book kerala-next" in told[1]["says"]["en"]
    assert "ചട്ടപുസ്തകം kerala-next" in told[1]["says"]["ml"]


def test_a_plot_that_went_is_one_change(answer: Json) -> None:
    assert [one["change"] for one in changes(answer, GONE)] == ["removed"]
    assert [one["change"] for one in changes(GONE, answer)] == ["added"]
    assert changes(GONE, GONE) == []
    assert "രജിസ്റ്ററിൽ ഈ പ്ലോട്ട് ഇപ്പോഴില്ല" in changes(answer, GONE)[0]["says"]["ml"]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [p for key, one in items for p in _places(one, (*path, key))]


def test_a_change_is_told_exactly_where_the_essence_differs(answer: Json) -> None:
    """Any number or text of the answer changed, 300 times: both see it, or neither does."""
    draw = random.Random(20_261_126)
    skip = {"evaluation", "facts", "sources"}
    places = [p for p in _places(answer) if p[0] not in skip and p != ("plot", "survey_no")]
    seen = 0
    for path in draw.sample(places, 300):
        new = copy.deepcopy(answer)
        parent: Any = new
        for step in path[:-1]:
            parent = parent[step]
        old = parent[path[-1]]
        if isinstance(old, bool) or old is None or path[-1] in {"answer", "id", "kind"}:
            continue
        parent[path[-1]] = old + 1 if isinstance(old, int | float) else f"{old}x"
        told = changes(answer, new)
        assert bool(told) == (essence(answer) != essence(new)), path
        seen += bool(told)
        for one in told:
            assert one["says"]["en"] != one["says"]["ml"]
    assert seen > 30


def test_every_kind_field_and_value_has_its_words_in_both_languages(answer: Json) -> None:
    def leaves(value: Any) -> list[Json]:
        if isinstance(value, dict) and set(value) == set(LANGS):
            return [value]
        return [leaf for one in value.values() for leaf in leaves(one)]

    assert all(leaf["en"] and leaf["ml"] for leaf in leaves(words()))
    for (kind, _), aspect in aspects(answer).items():
        assert kind in words()["kinds"]
        assert set(aspect.value) - {"unit", "survey_no", "subdivision"} <= set(words()["fields"])


def test_the_golden_paper_answer_of_another_service_compares_too() -> None:
    path = Path(__file__).parent.parent / "papers_land.json"
    old = json.loads(path.read_text("utf-8"))
    new = copy.deepcopy(old)
    new["themes"][0]["answer"] = "no_data"
    assert [one["what"] for one in changes(old, new)] == ["theme"]
