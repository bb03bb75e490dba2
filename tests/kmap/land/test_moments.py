"""The register at a moment: past answers come back byte for byte, and no answer is half of two."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
import shapely

from kmap.errors import DatabaseAwayError
from kmap.land.errors import NoSuchPlotError
from kmap.land.lookup import Land
from kmap.store import loads, migrate, pairs
from kmap.store.pool import Connection, Pool, open_pool
from rules import Book

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
PLOT = "S0001:1:3:4"
OVER_ALL = "SELECT ST_AsBinary(ST_Expand(geom, 500)) AS shape FROM plot WHERE public_id = %s"


@pytest.fixture(scope="module")
def small(server: str, shared: Path, tool: Any) -> Iterator[Pool]:
    """A small register of its own, made as the great one of the bench is made."""
    name = f"kmap_small_{time.time_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        url = server.rsplit("/", 1)[0] + "/" + name
        migrate.upgrade(url)
        pool = open_pool(url, lock_wait_s=0.3)
        made = tool("scale_town").make(pool, 800, 300, villages=2)
        assert (made.plots, made.restrictions) == (800, 300)
        yield pool
        pool.close()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def land(small: Pool, book: Book) -> Land:
    return Land(small, book)


def asked(land: Land, **more: Any) -> bytes:
    return orjson.dumps(land.by_plot(PLOT, TODAY, **more))


def load_version(pool: Pool, names: list[str], title: str) -> None:
    """Load restrictions over everything, all under one title; earlier ones are closed."""
    with pool.connection() as connection, connection.transaction():
        write_version(connection, names, title)


def write_version(connection: Connection, names: list[str], title: str) -> None:
    shape = connection.execute(OVER_ALL, (PLOT,)).fetchone()
    ring = loads.ground(shapely.from_wkb(bytes((shape or {})["shape"])))
    mark = f"{title} {names} {time.time_ns()}"
    load_id = loads.record_load(connection, "restrictions", "heritage", mark, SOURCE)
    rows = [
        {
            "public_id": name,
            "theme_id": "heritage",
            "kind": "informs",
            "status": "in_force",
            "title_en": title,
            "title_ml": f"പതിപ്പ് {title}",
            "says_en": title,
            "says_ml": f"പതിപ്പ് {title}",
            "valid": loads.from_day(date(2020, 1, 1)),
            "load_id": load_id,
        }
        for name in names
    ]
    loads.add_restrictions(connection, rows, [[ring]] * len(rows))
    pairs.renew(connection, load_id, "restrictions")
    loads.finish_load(connection, load_id, len(rows), 0)


SOURCE = loads.Source("Test", "പരീക്ഷണം", accuracy_m=0.1, invented=True)


def titles(answer: dict[str, Any], prefix: str) -> set[str]:
    return {
        row["title"]["en"]
        for theme in answer["themes"]
        for row in theme["restrictions"]
        if row["id"].startswith(prefix)
    }


def test_what_was_answered_then_is_answered_again_byte_for_byte(land: Land, small: Pool) -> None:
    load_version(small, ["past-1"], "first")
    first = asked(land)
    then = datetime.fromisoformat(orjson.loads(first)["known_at"])
    assert asked(land, known_at=then) == first
    load_version(small, ["past-1"], "second")
    second = asked(land)
    later = datetime.fromisoformat(orjson.loads(second)["known_at"])
    assert titles(orjson.loads(second), "past-") == {"second"}
    assert later > then
    for moment in (then, later - timedelta(microseconds=1)):
        assert asked(land, known_at=moment) == first
        assert orjson.dumps(Land(small, land._book).by_plot(PLOT, TODAY, known_at=moment)) == first
    assert asked(land, known_at=later) == second
    assert asked(land, known_at=datetime.now(UTC) + timedelta(days=9)) == second


def test_a_plot_drawn_anew_is_known_by_its_old_outline_then(land: Land, small: Pool) -> None:
    before = asked(land)
    then = datetime.fromisoformat(orjson.loads(before)["known_at"])
    with small.connection() as connection, connection.transaction():
        load_id = loads.record_load(connection, "plots", None, "redrawn", SOURCE)
        connection.execute(REDRAW, (PLOT, load_id))
        pairs.renew(connection, load_id, "plots")
    after = orjson.loads(asked(land))["plot"]
    assert after["drawn_area_m2"] < orjson.loads(before)["plot"]["drawn_area_m2"]
    assert asked(land, known_at=then) == before
    with small.connection() as connection:
        assert connection.execute("SELECT FROM pairs_due").fetchone() is None


REDRAW = """
WITH old AS (UPDATE plot SET known = tstzrange(lower(known), now())
             WHERE public_id = %s AND upper_inf(known) RETURNING *)
INSERT INTO plot (tile_id, public_id, village_code, block, survey_no, subdivision, search_key,
                  geom, source, accuracy_m, invented, load_id)
SELECT tile_id, public_id, village_code, block, survey_no, subdivision, search_key,
       ST_Buffer(geom, -2), source, accuracy_m, invented, %s FROM old
"""


def test_what_it_says_of_its_plots_is_what_shapely_says(small: Pool, tool: Any) -> None:
    assert tool("torture_land").register_faults(small, 150) == []


def test_the_same_numbers_make_the_same_register(tool: Any) -> None:
    made = tool("scale_town")
    outline = shapely.box(0, 0, 4000, 4000)
    villages = [made.Village("S0001", "One", outline, 50, (2000.0, 2000.0)) for _ in range(2)]
    first, second = (list(made._plot_rows(village, 1)) for village in villages)
    assert [str(row) for row in first] == [str(row) for row in second]
    one, other = ([str(pair) for pair in made._others(village, 40)] for village in villages)
    assert one == other


def test_before_the_first_load_the_register_knew_no_plot(land: Land) -> None:
    with pytest.raises(NoSuchPlotError):
        land.by_plot(PLOT, TODAY, known_at=datetime(2001, 1, 1, tzinfo=UTC))


def test_a_load_that_would_slip_into_the_past_is_refused(small: Pool) -> None:
    with small.connection() as late, small.connection() as early:
        early.execute("BEGIN")
        early.execute("SELECT now()")
        with late.transaction():
            loads.record_load(late, "features", None, "late", SOURCE)
        with pytest.raises(psycopg.errors.SerializationFailure):
            loads.record_load(early, "features", None, "early", SOURCE)
        early.execute("ROLLBACK")


@pytest.mark.parametrize("whole", [True, False], ids=["from pairs", "live"])
def test_a_load_during_requests_never_shows_half(land: Land, small: Pool, whole: bool) -> None:
    names = [f"flip-{n}" for n in range(6)]
    load_version(small, names, "A")
    if not whole:
        with small.connection() as connection:
            connection.execute("INSERT INTO pairs_due VALUES ('test')")
    stop = threading.Event()

    def flip() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            with small.connection() as connection, connection.transaction():
                title = "AB"[turn % 2]
                write_version(connection, names[:3], title)
                write_version(connection, names[3:], title)

    loader = threading.Thread(target=flip)
    loader.start()
    try:
        seen = [titles(land.by_plot(PLOT, TODAY), "flip-") for _ in range(60)]
    finally:
        stop.set()
        loader.join()
        with small.connection() as connection:
            connection.execute("DELETE FROM pairs_due WHERE what = 'test'")
    assert {frozenset(one) for one in seen} == {frozenset("A"), frozenset("B")}


@pytest.fixture
def held(small: Pool) -> Iterator[Any]:
    """Hold a table, so that nobody else can read it."""
    with small.connection() as connection, connection.transaction():
        yield lambda table: connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def test_a_source_that_does_not_answer_is_could_not_check(land: Land, held: Any) -> None:
    held("feature")
    answer = land.by_plot(PLOT, TODAY)
    told = {theme["id"]: theme["answer"] for theme in answer["themes"]}
    gone = {"railway", "airport", "monument", "power_line", "roads"}
    assert {theme for theme, said in told.items() if said == "could_not_check"} == gone
    assert told["zoning"] == "affected"
    assert "railway_distance_m" not in answer["facts"]


def test_restrictions_that_do_not_answer_are_could_not_check(land: Land, held: Any) -> None:
    held("restriction_piece")
    held("plot_restriction")
    answer = land.by_plot(PLOT, TODAY)
    told = {theme["id"]: theme["answer"] for theme in answer["themes"] if theme["id"] != "slope"}
    assert set(told.values()) == {"could_not_check"}


def test_a_register_that_does_not_answer_is_a_named_error(land: Land, held: Any) -> None:
    held("plot")
    with pytest.raises(DatabaseAwayError):
        land.by_plot(PLOT, TODAY)
