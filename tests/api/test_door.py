"""The door as a whole: health, headers, buildings, refusals, a database that goes away."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import httpx
import psycopg
import pytest

from api.limits import SHARES, Share
from kmap.services import Services, build_services
from kmap.settings import Settings

pytestmark = pytest.mark.db
Serve = Callable[..., AbstractContextManager[str]]


def test_health_names_the_migration_and_the_book(door: httpx.Client, services: Services) -> None:
    answer = door.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"]["migration"] == services.newest_migration
    assert answer.json()["book"]["hash"] == services.book.hash


@pytest.fixture
def fleeting(server: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """An empty database, and what makes it go away."""
    name = f"kmap_fleeting_{os.getpid()}"

    def do(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(statement)

    do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    do(f"CREATE DATABASE {name}")
    yield (
        f"{server.rsplit('/', 1)[0]}/{name}",
        lambda: do(f"DROP DATABASE {name} WITH (FORCE)"),
    )
    do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_health_is_honest_about_a_database_that_is_behind_or_away(
    fleeting: tuple[str, Callable[[], None]], serve: Serve
) -> None:
    url, leave = fleeting
    services = build_services(Settings(database_url=url))
    with serve(services) as address, httpx.Client(base_url=address, timeout=30) as door:
        behind = door.get("/healthz")
        assert behind.status_code == 503
        assert behind.json()["database"]["reachable"]
        assert behind.json()["database"]["migration"] is None
        leave()
        away = door.get("/healthz")
        assert away.status_code == 503
        assert not away.json()["database"]["reachable"]
        refused = door.get("/v1/buildings/x")
        assert (refused.status_code, refused.json()["code"]) == (503, "database_away")
        assert refused.headers["retry-after"]
    services.close()


@pytest.mark.parametrize("path", ["/healthz", "/v1/nothing", "/v1/rules", "/", "/v1/land"])
def test_every_answer_carries_the_headers_that_keep_a_browser_from_harm(
    door: httpx.Client, path: str
) -> None:
    headers = door.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers or "uvicorn" not in headers["server"]


def test_what_breaks_inside_is_never_told(
    services: Services, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(services, buildings=None)  # type: ignore[arg-type]
    with serve(broken) as address:
        answer = httpx.get(f"{address}/v1/buildings/x")
    assert (answer.status_code, answer.json()["code"]) == (500, "our_fault")
    assert "Traceback" not in answer.text
    assert "NoneType" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_who_asks_too_often_is_told_when_to_come_back(services: Services, serve: Serve) -> None:
    with serve(services, SHARES | {"land": Share(0.1, 3)}) as address:
        answers = [httpx.get(f"{address}/v1/buildings/x") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 10


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/land"), ("PUT", "/healthz"), ("DELETE", "/v1/rules"), ("TRACE", "/v1/search")],
)
def test_a_method_an_address_does_not_take_is_405_with_allow(
    door: httpx.Client, method: str, path: str
) -> None:
    answer = door.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_larger_than_its_address_takes_is_413(door: httpx.Client) -> None:
    answer = door.post(
        "/v1/rules/evaluate",
        content=(b" " * 1_000_000 for _ in range(20)),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_building_tells_its_floors_uses_and_plot_and_no_secret(
    door: httpx.Client, town: str
) -> None:
    with psycopg.connect(town) as db:
        row = db.execute(
            "SELECT id FROM building WHERE plot_id IS NOT NULL ORDER BY id"
        ).fetchone()
    assert row
    answer = door.get(f"/v1/buildings/{row[0]}", params={"as_of": "2026-11-22"})
    assert answer.status_code == 200
    record = answer.json()
    assert record["floors"]
    assert record["floor_area_m2"] == pytest.approx(sum(f["area_m2"] for f in record["floors"]))
    assert record["plot"]["id"] == record["plot_id"]
    assert record["invented"]
    assert {"invented", "not-a-certificate"} <= {notice["id"] for notice in record["notices"]}
    again = door.get(
        f"/v1/buildings/{row[0]}",
        params={"as_of": "2026-11-22"},
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


def test_a_scrutiny_sent_for_a_building_shows_there_by_its_public_facts_only(
    door: httpx.Client, town: str, kl02: bytes
) -> None:
    with psycopg.connect(town) as db:
        row = db.execute("SELECT id FROM building ORDER BY id DESC LIMIT 1").fetchone()
    assert row
    sent = door.post("/v1/scrutiny", files={"file": kl02}, data={"building": row[0]}).json()
    record = door.get(f"/v1/buildings/{row[0]}")
    assert record.json()["scrutinies"][0]["verdict"] == sent["verdict"]
    assert sent["id"] not in record.text
    assert sent["key"] not in record.text


@pytest.mark.parametrize("building", ["none", "%00", "'; DROP TABLE building; --", "x" * 3000])
def test_a_building_the_register_does_not_hold_is_404(door: httpx.Client, building: str) -> None:
    answer = door.get(f"/v1/buildings/{building}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_building")
