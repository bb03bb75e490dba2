"""The bare look-up: the same restrictions as the answer, and nothing guessed."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from api.limits import SHARES, Share
from kmap.services import Services

pytestmark = pytest.mark.db
ON_PLOTS = """
SELECT public_id, st_x(c) AS lon, st_y(c) AS lat FROM (SELECT p.public_id,
    st_transform(st_pointonsurface(p.geom), 4326) AS c FROM plot p
    JOIN plot_restriction x ON x.plot_id = p.id WHERE x.size IS NOT NULL
    ORDER BY p.id, x.restriction_id LIMIT 40) t"""


@pytest.fixture(scope="module")
def spots(town: str) -> list[dict[str, Any]]:
    with psycopg.connect(town, row_factory=psycopg.rows.dict_row) as db:
        return db.execute(ON_PLOTS).fetchall()


def test_it_names_what_the_whole_answer_names(
    door: httpx.Client, spots: list[dict[str, Any]]
) -> None:
    for spot in spots[::8]:
        where = {"lon": spot["lon"], "lat": spot["lat"], "as_of": "2026-11-22"}
        bare, whole = (door.get(f"/v1/{path}", params=where).json() for path in ("lookup", "land"))
        assert bare["plot"]["id"] == whole["plot"]["id"] == spot["public_id"]
        told = {
            row["id"]: (theme["id"], row["kind"], row["status"], row["drawn_m2"])
            for theme in whole["themes"]
            for row in theme["restrictions"]
        }
        said = {
            row["id"]: (
                row["theme"], row["kind"], row["status"], row["size"] * (row["dimension"] == 2)
            )
            for row in bare["restrictions"]
        }  # fmt: skip
        assert told.items() <= said.items()
        assert set(bare["notice"]) == {"en", "ml"}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "bad_request_value"),
        ("lon=76", 422, "bad_request_value"),
        ("lon=nan&lat=9", 422, "bad_request_value"),
        ("lon=76&lat=91", 422, "bad_request_value"),
        ("lon=76&lat=9&as_of=22-11-2026", 422, "bad_request_value"),
        ("lon=76&lat=9&other=1", 422, "bad_request_value"),
        ("&".join(["lon=1"] * 99), 422, "bad_request_value"),
        ("lon=76&lat=9", 404, "no_plot_here"),
    ],
)
def test_a_question_that_is_none_has_a_coded_answer(
    door: httpx.Client, query: str, status: int, code: str
) -> None:
    answer = door.get(f"/v1/lookup?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"] != answer.json()["detail_ml"]
    assert door.post("/v1/lookup").status_code == 405


@pytest.fixture
def due(town: str) -> Iterator[None]:
    """The pairs are not whole while this lasts."""
    with psycopg.connect(town, autocommit=True) as db:
        db.execute("INSERT INTO pairs_due VALUES ('test')")
        yield
        db.execute("DELETE FROM pairs_due WHERE what = 'test'")


def test_while_pairs_are_due_it_says_so_and_the_whole_answer_still_answers(
    door: httpx.Client, spots: list[dict[str, Any]], due: None
) -> None:
    where = {"lon": spots[0]["lon"], "lat": spots[0]["lat"]}
    answer = door.get("/v1/lookup", params=where)
    assert (answer.status_code, answer.json()["code"]) == (503, "pairs_not_ready")
    assert int(answer.headers["retry-after"]) > 0
    assert door.get("/v1/land", params=where).status_code == 200


def test_who_asks_too_often_is_told(
    services: Services, serve: Any, spots: list[dict[str, Any]]
) -> None:
    shares = {**SHARES, "lookup": Share(0.001, 2)}
    where = {"lon": spots[0]["lon"], "lat": spots[0]["lat"]}
    with serve(services, shares) as address, httpx.Client(base_url=address) as client:
        told = [client.get("/v1/lookup", params=where) for _ in range(3)]
    assert [answer.status_code for answer in told] == [200, 200, 429]
    assert told[-1].json()["code"] == "too_often"
