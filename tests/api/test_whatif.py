"""What if, and what would cure, over HTTP: as the command line says it, refusals by name."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.db

HOUSE = {
    "family": "municipal",
    "occupancy": "A1",
    "height_m": 6.57,
    "built_up_area_m2": 113.1,
    "plot_area_record_m2": 201.48,
    "plot_area_drawn_m2": 201.48,
    "front_yard_min_m": 1.0,
    "front_yard_avg_m": 3.1,
}
ASKED = {"facts": HOUSE, "as_of": "2026-01-01", "set": {"front_yard_min_m": 2.0}}


def ask(door: httpx.Client, to: str, body: Any) -> httpx.Response:
    return door.post(f"/v1/rules/{to}", json=body)


def kmap(*words: str, given: str) -> Any:
    said = subprocess.run(
        [Path(sys.executable).with_name("kmap"), *words],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(said.stdout)


def test_what_if_answers_exactly_as_the_command_line(door: httpx.Client) -> None:
    by_hand = kmap(
        *("whatif", "-", "--as-of", "2026-01-01", "--json", "--set", "front_yard_min_m=2.0"),
        given=json.dumps(HOUSE),
    )
    answer = ask(door, "whatif", ASKED).json()
    assert answer == by_hand
    assert [one["id"] for one in answer["clauses"] if one["flips"]] == ["r26-front-yard"]


def test_cures_answer_exactly_as_the_command_line(door: httpx.Client) -> None:
    asked = {"facts": HOUSE, "as_of": "2026-01-01"}
    by_hand = kmap("rules", "evaluate", "-", "--cures", "--json", given=json.dumps(asked))
    answer = ask(door, "cures", asked).json()
    assert answer == by_hand["cures"]
    assert answer["clauses"]["r26-front-yard"]["smallest"]["changes"][0]["fact"]


def test_the_law_of_another_day_may_be_asked_for(door: httpx.Client) -> None:
    body = {"facts": HOUSE, "as_of": "2025-10-28", "compare_as_of": "2025-10-29"}
    answer = ask(door, "whatif", body).json()
    assert (answer["as_of"], answer["compare_as_of"]) == ("2025-10-28", "2025-10-29")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"set": []}, "bad_change"),
        ({"set": {"height_m": None}}, "bad_change"),
        ({"unset": "height_m"}, "bad_change"),
        ({"unset": [1]}, "bad_change"),
        ({"set": {"heigth_m": 3}}, "unknown_fact"),
        ({"set": {"height_m": -3}}, "out_of_range"),
        ({"unset": ["trees"]}, "not_there"),
        ({"set": {"block9.height_m": 3}}, "bad_instance"),
        ({"set": {f"block{n}.height_m": 3 for n in range(60)}}, "too_many"),
        ({"compare_as_of": "2026-02-30"}, "bad_date"),
        ({"compare_as_of": None}, "bad_date"),
        ({"changes": {}}, "unknown_key"),
        ({"facts": 3}, "not_an_object"),
    ],
)
def test_a_change_that_is_none_is_a_named_refusal(
    door: httpx.Client, more: dict[str, Any], code: str
) -> None:
    answer = ask(door, "whatif", {"facts": HOUSE, **more})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["detail_ml"]


@pytest.mark.parametrize("to", ["whatif", "cures"])
def test_other_media_types_and_lists_are_refused(door: httpx.Client, to: str) -> None:
    text = door.post(f"/v1/rules/{to}", content=b"{}", headers={"Content-Type": "text/plain"})
    assert text.status_code == 415
    assert ask(door, to, [{"facts": {}}]).json()["code"] == "not_an_object"
