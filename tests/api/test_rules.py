"""The rule book over HTTP says what the command line says."""

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
    "front_yard_min_m": 2.0,
    "front_yard_avg_m": 3.1,
}
LINES = [
    {"as_of": "2026-11-22", "facts": HOUSE},
    {"as_of": "2020-01-01", "facts": HOUSE | {"family": "panchayat"}},
    {"as_of": "2026-11-22", "facts": {"no_such_fact": 1}},
    {"as_of": "2026-11-22", "facts": {}},
]


def ndjson(lines: list[Any]) -> bytes:
    return b"\n".join(json.dumps(line).encode() for line in lines)


def test_evaluate_answers_exactly_as_the_command_line(door: httpx.Client) -> None:
    said = subprocess.run(
        [Path(sys.executable).with_name("kmap"), "rules", "evaluate", "-", "--json"],
        input=ndjson(LINES),
        capture_output=True,
        check=False,
    )
    by_hand = [json.loads(line) for line in said.stdout.splitlines()]
    bulk = door.post(
        "/v1/rules/evaluate",
        content=ndjson(LINES),
        headers={"Content-Type": "application/x-ndjson"},
    )
    listed = door.post("/v1/rules/evaluate", json=LINES)
    assert [json.loads(line) for line in bulk.content.splitlines()] == by_hand
    assert listed.json() == by_hand
    assert door.post("/v1/rules/evaluate", json=LINES[0]).json() == by_hand[0]


def test_a_missing_fact_is_unknown_and_never_a_pass(door: httpx.Client) -> None:
    answer = door.post("/v1/rules/evaluate", json={"facts": {}}).json()
    verdicts = {clause["verdict"] for clause in answer["clauses"].values()}
    assert "pass" not in verdicts
    assert "unknown" in verdicts


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"facts": {"height_m": NaN}}', 422, "not_finite"),
        (b'{"facts": {"height_m": 1e999}}', 422, "not_finite"),
        (b'{"facts": {"height_m": ' + b"9" * 5000 + b"}}", 422, "not_finite"),
        (b'{"facts": {"height_m": 3, "height_m": 30}}', 400, "duplicate_key"),
        (b'{"facts": {"occupancy": "\\ud800"}}', 400, "bad_json"),
        (b"[" * 50_000, 400, "too_deep"),
        (b'{"facts": []}', 422, "not_an_object"),
        (b'{"facts": {}, "asof": "2026-01-01"}', 422, "unknown_key"),
        (b'{"facts": {}, "as_of": "2026-02-30"}', 422, "bad_date"),
        (b'{"facts": {}, "as_of": 20260101}', 422, "bad_date"),
        (b'{"facts": {}, "as_of": "\\u0662026-01-01"}', 422, "bad_date"),
        (b'"facts"', 422, "not_an_object"),
        (b"", 400, "bad_json"),
    ],
)
def test_a_hostile_body_is_refused_by_name(
    door: httpx.Client, body: bytes, status: int, code: str
) -> None:
    answer = door.post(
        "/v1/rules/evaluate", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("value", ["6.57", True, None, -3, 1e300, [], "１０"])
def test_a_height_that_is_no_height_is_never_judged(door: httpx.Client, value: Any) -> None:
    answer = door.post("/v1/rules/evaluate", json={"facts": HOUSE | {"height_m": value}})
    assert answer.status_code == 422
    assert answer.json()["code"]


def test_other_media_types_are_refused(door: httpx.Client) -> None:
    answer = door.post("/v1/rules/evaluate", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_the_book_tells_its_versions_and_its_clauses_on_a_day(door: httpx.Client) -> None:
    page = door.get("/v1/rules", params={"as_of": "2026-11-22"}).json()
    families = {family["id"]: family for family in page["families"]}
    assert families["municipal"]["in_force"] == "V5"
    assert families["panchayat"]["ladder"][0]["from"] == "2007-06-06"
    front = next(clause for clause in page["clauses"] if clause["id"] == "r26-front-yard")
    assert front["cites"]["municipal"]["table"] == "4"
    assert front["title"]["ml"]


def test_before_the_first_version_no_clause_stands(door: httpx.Client) -> None:
    page = door.get("/v1/rules", params={"as_of": "1999-09-30", "lang": "en"}).json()
    assert {family["in_force"] for family in page["families"]} == {None}
    assert isinstance(page["title"], str)


def test_of_the_older_rules_only_a_part_is_known(door: httpx.Client) -> None:
    question = {"as_of": "2019-11-07", "facts": HOUSE | {"family": "municipal"}}
    answer = door.post("/v1/rules/evaluate", json=question).json()
    assert answer["clauses"]["r28-access"]["verdict"] == "unknown"
    assert answer["clauses"]["r28-access"]["cautions"] == ["older-rules-partly"]
    assert answer["clauses"]["r27-coverage"]["cite"]["instrument"] == "KMBR-1999"


def test_a_bulk_request_too_long_for_one_turn_is_refused(door: httpx.Client) -> None:
    answer = door.post(
        "/v1/rules/evaluate",
        content=b'{"facts": {}}\n' * 10_001,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request_value")
