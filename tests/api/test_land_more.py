"""An outline, a list and a comparison over HTTP."""

import json

import httpx
import pytest

pytestmark = pytest.mark.db
PLOT = "NLT:1:174:2B"
DAY = {"as_of": "2026-11-22"}
GEO = {"content-type": "application/geo+json"}


@pytest.fixture(scope="module")
def outline(door: httpx.Client) -> str:
    found = door.get("/v1/land", params={"plot": PLOT, **DAY}).json()
    return json.dumps(found["plot"]["geometry"])


def test_a_drawn_outline_is_answered_like_a_plot(door: httpx.Client, outline: str) -> None:
    said = door.post(
        "/v1/land/outline", content=outline, headers=GEO, params={**DAY, "lang": "en"}
    )
    assert said.status_code == 200
    answer = said.json()
    assert answer["outline"]["choice"] == "drawn"
    assert answer["outline"]["plots"][0]["id"] == PLOT
    assert answer["may_build"]["envelope"]
    assert isinstance(answer["description"], str)


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{}", "application/geo+json", 422, "bad_outline"),
        ("{", "application/geo+json", 400, "bad_json"),
        ("{}", "text/plain", 415, "wrong_media_type"),
        ("[" + "1," * 60_000 + "1]", "application/json", 413, "too_large"),
    ],
)
def test_a_bad_outline_is_refused_by_name(
    door: httpx.Client, body: str, kind: str, status: int, code: str
) -> None:
    said = door.post("/v1/land/outline", content=body, headers={"content-type": kind})
    assert (said.status_code, said.json()["code"]) == (status, code)
    assert said.json()["detail_ml"]


def test_a_list_streams_a_row_for_each_plot(door: httpx.Client) -> None:
    said = door.post(
        "/v1/land/list",
        content="survey\nNLT/174/2B\nNLT/99999\n",
        headers={"content-type": "text/csv"},
        params=DAY,
    )
    rows = [json.loads(line) for line in said.text.splitlines()]
    assert [row["error"] and row["error"]["code"] for row in rows] == [None, "no_such_plot"]
    assert rows[0]["themes"]["heritage"] == "affected"


def test_a_list_longer_than_may_be_is_refused_whole(door: httpx.Client) -> None:
    said = door.post(
        "/v1/land/list", content="NLT/1\n" * 1001, headers={"content-type": "text/csv"}
    )
    assert (said.status_code, said.json()["code"]) == (413, "too_many_asked")


def test_two_days_of_a_plot_are_compared(door: httpx.Client) -> None:
    asked = {"plot": PLOT, "as_of": "2020-01-01", "with_as_of": "2026-11-22"}
    said = door.get("/v1/land/compare", params=asked)
    assert said.status_code == 200
    assert said.json()["from"]["as_of"] == "2020-01-01"
    assert said.json()["changes"]
    again = {"plot": PLOT, "as_of": "2026-11-22"}
    assert door.get("/v1/land/compare", params=again).json()["changes"] == []
    zoneless = {**again, "known_at": "2026-11-22T10:00:00"}
    assert door.get("/v1/land/compare", params=zoneless).status_code == 422
