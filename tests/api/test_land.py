"""Know Your Land over HTTP: the right plot, every time, and nothing but a coded refusal else."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest

from api.schemas.land import LandAnswer

pytestmark = pytest.mark.db

POINTS = """
SELECT public_id, village_code, survey_no, subdivision, st_x(p) AS lon, st_y(p) AS lat
FROM (SELECT *, st_transform(st_pointonsurface(geom), 4326) AS p FROM plot
      WHERE upper_inf(valid) ORDER BY tile_id LIMIT 2) t"""


@pytest.fixture(scope="module")
def plots(town: str) -> list[dict[str, Any]]:
    with psycopg.connect(town, row_factory=psycopg.rows.dict_row) as db:
        return db.execute(POINTS).fetchall()


def ask(door: httpx.Client, **query: Any) -> httpx.Response:
    return door.get("/v1/land", params=query)


def test_a_point_a_survey_number_and_an_id_give_the_same_plot(
    door: httpx.Client, plots: list[dict[str, Any]]
) -> None:
    plot = plots[0]
    survey = f"{plot['village_code']}/{plot['survey_no']}/{plot['subdivision']}".rstrip("/")
    encoded = quote(plot["public_id"], safe="")
    answers = [
        ask(door, lon=plot["lon"], lat=plot["lat"]),
        ask(door, survey=survey),
        ask(door, plot=plot["public_id"]),
        door.get(f"/v1/land/{encoded}"),
        door.get(f"/v1/land/{plot['public_id']}"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["plot"]["id"] for answer in answers} == {plot["public_id"]}
    assert len({answer.content for answer in answers}) == 1


def test_the_answer_is_as_its_page_promises_and_names_its_law(
    door: httpx.Client, plots: list[dict[str, Any]]
) -> None:
    answer = ask(door, plot=plots[0]["public_id"], as_of="2026-11-22")
    LandAnswer.model_validate(answer.json())
    assert answer.headers["k-map-book"] == answer.json()["book"]["hash"]
    assert answer.json()["as_of"] == "2026-11-22"
    assert len(answer.content) < 120_000


def test_an_answer_the_client_has_is_not_sent_again(
    door: httpx.Client, plots: list[dict[str, Any]]
) -> None:
    first = ask(door, plot=plots[0]["public_id"])
    again = door.get(
        "/v1/land",
        params={"plot": plots[0]["public_id"]},
        headers={"If-None-Match": first.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


def test_one_language_is_the_same_answer_with_plain_texts(
    door: httpx.Client, plots: list[dict[str, Any]]
) -> None:
    both = ask(door, plot=plots[0]["public_id"]).json()
    english = ask(door, plot=plots[0]["public_id"], lang="en").json()
    assert english["description"] == both["description"]["en"]
    assert english["plot"]["village"] == both["plot"]["village"]["en"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lon": "76"},
        {"lon": "nan", "lat": "nan"},
        {"lon": "inf", "lat": "9"},
        {"lon": "1e999", "lat": "9"},
        {"lon": "181", "lat": "9"},
        {"lon": "76", "lat": "-91"},
        {"lon": "７６", "lat": "9"},
        {"lon": "true", "lat": "9"},
        {"lon": "7_6", "lat": "9"},
        {"lon": "76", "lat": "9", "survey": "A/1"},
        {"survey": "no-slash"},
        {"survey": "A/1\x00"},
        {"survey": "A/" + "9" * 500},
        {"lon": "76", "lat": "9", "as_of": "22-11-2026"},
        {"lon": "76", "lat": "9", "as_of": "0"},
        {"lon": "76", "lat": "9", "as_of": "2026-02-30"},
        {"lon": "76", "lat": "9", "asof": "2026-01-01"},
        {"lon": "76", "lat": "9", "lang": "hi"},
    ],
)
def test_a_question_that_is_none_is_422_and_problem_json(
    door: httpx.Client, query: dict[str, str]
) -> None:
    answer = ask(door, **query)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/land?lon=0&lat=0",
        "/v1/land?lon=76&lat=1",
        "/v1/land?survey=NOWHERE/1",
        "/v1/land?plot=' OR 1=1 --",
        "/v1/land/NOWHERE:1:1:1",
        "/v1/land/%00",
        "/v1/land/..%2f..%2fetc%2fpasswd",
        "/v1/nothing",
    ],
)
def test_a_place_without_a_plot_is_404_with_its_reason_in_both_languages(
    door: httpx.Client, path: str
) -> None:
    answer = door.get(path)
    assert answer.status_code == 404, answer.text
    problem = answer.json()
    assert problem["status"] == 404
    assert problem["detail"] != problem["detail_ml"]


def test_search_finds_a_survey_number(door: httpx.Client, plots: list[dict[str, Any]]) -> None:
    plot = plots[0]
    number = f"{plot['survey_no']}/{plot['subdivision']}".rstrip("/")
    answer = door.get("/v1/search", params={"q": number})
    assert answer.status_code == 200
    assert answer.json()["found"]


def test_the_extract_is_a_paper(door: httpx.Client, plots: list[dict[str, Any]]) -> None:
    query = {"plot": plots[0]["public_id"], "lang": "ml"}
    assert "<html" in door.get("/v1/extract.html", params=query).text
    assert door.get("/v1/extract.pdf", params=query).content.startswith(b"%PDF")


def test_a_thousand_requests_at_once_never_mix_two_citizens_answers(
    door: httpx.Client, plots: list[dict[str, Any]]
) -> None:
    truth = {plot["public_id"]: ask(door, plot=plot["public_id"]).content for plot in plots}
    assert len(set(truth.values())) == 2
    order = random.Random(7).choices(plots, k=1000)

    def right(plot: dict[str, Any]) -> bool:
        answer = ask(door, lon=plot["lon"], lat=plot["lat"])
        return answer.status_code == 200 and answer.content == truth[plot["public_id"]]

    with ThreadPoolExecutor(16) as crowd:
        assert all(crowd.map(right, order))


def test_values_that_do_not_fit_are_told_in_malayalam_too(door: httpx.Client) -> None:
    for query in ({"lon": "nan", "lat": "10"}, {"lon": "76"}, {"survey": "a"}, {"as_of": "2020"}):
        told = ask(door, **query).json()
        assert told["code"] == "bad_request_value"
        assert any("\u0d00" <= char <= "\u0d7f" for char in told["detail_ml"])
        assert told["detail"] not in told["detail_ml"]


def test_a_point_of_the_town_without_a_plot_names_the_local_body(
    door: httpx.Client, town: str
) -> None:
    road = (
        "SELECT b.code, st_x(p) AS lon, st_y(p) AS lat FROM feature f"
        " CROSS JOIN LATERAL (SELECT st_pointonsurface(f.geom) AS s) q"
        " CROSS JOIN LATERAL (SELECT st_transform(q.s, 4326) AS p) t"
        " JOIN local_body b ON st_contains(b.geom, q.s) WHERE f.kind = 'road'"
        " AND NOT EXISTS (SELECT FROM plot WHERE st_intersects(plot.geom, q.s)) LIMIT 1"
    )
    with psycopg.connect(town) as db:
        found = db.execute(road).fetchone()
    assert found
    told = ask(door, lon=found[1], lat=found[2]).json()
    assert told["code"] == "no_plot_here"
    assert told["local_body"]["code"] == found[0]
    assert found[0] in told["detail_ml"]


def test_an_answer_names_the_time_it_was_known_and_comes_again_for_that_time(
    door: httpx.Client, plots: list[dict[str, Any]]
) -> None:
    plot = plots[0]["public_id"]
    first = ask(door, plot=plot, as_of="2026-11-22")
    then = first.json()["known_at"]
    assert first.headers["k-map-known-at"] == then
    assert ask(door, plot=plot, as_of="2026-11-22", known_at=then).content == first.content
    early = ask(door, plot=plot, known_at="2001-01-01T00:00:00Z")
    assert (early.status_code, early.json()["code"]) == (404, "no_such_plot")


@pytest.mark.parametrize(
    "text", ["2026-11-22", "2026-11-22T10:00:00", "now", "2026-13-01T00:00:00Z"]
)
def test_a_time_without_its_offset_is_422(
    door: httpx.Client, plots: list[dict[str, Any]], text: str
) -> None:
    told = ask(door, plot=plots[0]["public_id"], known_at=text)
    assert told.status_code == 422
    assert "known_at" in told.json()["detail"]
    assert told.json()["detail_ml"].startswith("known_at")
