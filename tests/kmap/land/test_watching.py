"""Watched plots: exactly the alerts that are due, none lost, none doubled."""

import itertools
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from kmap.land.errors import NoSuchPlotError
from kmap.land.feed import atom
from kmap.land.loading import Order, load_file
from kmap.land.lookup import Land
from kmap.land.watching import Watching
from kmap.store.loads import Source
from kmap.store.pool import Pool, connected
from kmap.store.watches import Locked, NoWatchError, Seen, TooManyWatchesError, Watches
from rules import Book

pytestmark = [pytest.mark.db, pytest.mark.xdist_group("watching")]
DAY = date(2026, 11, 22)
SOURCE = Source("A test", "ഒരു പരീക്ഷ", accuracy_m=0.5)
Json = dict[str, Any]
Lay = Callable[..., int]


class Killed(BaseException):
    """Stands for the end of the process; the transaction goes with it."""


@pytest.fixture
def store(town: Pool) -> Iterator[Watches]:
    """The store of watches; everything that a test writes goes again."""
    made = Watches(town)
    made.looked(made.pending())
    with connected(town) as db:
        before = db.execute("SELECT coalesce(max(id), 0) AS id FROM layer_load").fetchone()
    yield made
    with connected(town) as db, db.transaction():
        db.execute("DELETE FROM watch")
        for table in ("restriction", "coverage"):
            db.execute(f"DELETE FROM {table} WHERE load_id > %s", [before["id"]])
        db.execute("DELETE FROM layer_load WHERE id > %s", [before["id"]])


@pytest.fixture
def watching(land: Land, store: Watches, book: Book) -> Watching:
    return Watching(land, store, book.hash, today=lambda: DAY)


PLACEHOLDER = zlib.compress(b'{"gone": false}')
_A_THOUSAND = """
INSERT INTO watch (id, key_hash, plot_id, intended_use, geom, reaches, essence, book_hash, seen)
SELECT gen_random_uuid(), sha256(p.public_id::bytea), p.public_id, 'A1', p.geom, '{}',
       repeat('0', 64), book, seen
FROM plot p, (SELECT %s::text[] AS names, %s::text AS book, %s::bytea AS seen) g
WHERE p.public_id = ANY(names) AND upper_inf(p.known)
RETURNING id, plot_id"""
_ROOMY = """
SELECT public_id, ST_AsGeoJSON(ST_Transform(ST_Buffer(s.spot, 2), 4326))::json AS inside,
       ST_X(s.spot) AS x, ST_Y(s.spot) AS y
FROM plot, LATERAL (SELECT ST_PointOnSurface(geom) AS spot) s
WHERE upper_inf(known) AND drawn_area_m2 > 600
  AND ST_Distance(s.spot, ST_Boundary(geom)) > 6 ORDER BY ST_Y(s.spot), public_id"""


@pytest.fixture(scope="module")
def roomy(town: Pool) -> list[Json]:
    """Plots in which a circle of 2 m lies surely inside, from south to north."""
    with connected(town) as db:
        return db.execute(_ROOMY).fetchall()


@pytest.fixture
def lay(town: Pool, tmp_path: Path) -> Lay:
    """Loads a prohibition (or coverage) over some shapes; returns how many rows came in."""
    count = itertools.count()

    def made(shapes: list[Json], kind: str = "restrictions", **more: Any) -> int:
        words = {"title_en": "Well", "title_ml": "കിണർ", "says_en": "No.", "says_ml": "പാടില്ല."}
        told = {"kind": "prohibits", "status": "in_force", **words, "level": "complete", **more}
        features = [
            {"type": "Feature", "geometry": one, "properties": {"id": f"watch-{at}", **told}}
            for at, one in enumerate(shapes)
        ]
        path = tmp_path / f"{next(count)}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return load_file(town, path, Order(kind, "flood"), SOURCE).loaded

    return made


def far(one: Json, others: list[Json], metres: float) -> bool:
    return all((one["x"] - o["x"]) ** 2 + (one["y"] - o["y"]) ** 2 > metres**2 for o in others)


def test_a_load_that_touches_3_of_1000_watched_plots_gives_3_alerts(
    town: Pool, watching: Watching, store: Watches, roomy: list[Json], lay: Lay, land: Land
) -> None:
    """Plots far from the load hold an answer that never was: looking at one would be an alert."""
    struck = [roomy[0], roomy[400], roomy[800]]
    with connected(town) as db:
        given = [[one["public_id"] for one in roomy[:1000]], watching._book, PLACEHOLDER]
        rows = db.execute(_A_THOUSAND, given).fetchall()
    assert len(rows) == 1000
    by_name = {one["public_id"]: one for one in roomy}
    watches = {str(row["id"]): by_name[row["plot_id"]] for row in rows}
    near = [one for one in watches.items() if not far(one[1], struck, 120)]
    assert 3 < len(near) < 300
    for watch_id, one in near:
        with store.locked(watch_id) as row:
            row.see(watching._seen(land.by_plot(one["public_id"], DAY)))
    assert lay([one["inside"] for one in struck]) == 3
    done = watching.run()
    assert (done.alerts, done.put_off) == (3, {})
    assert done.looked < 30
    with connected(town) as db:
        told = db.execute("SELECT watch_id::text FROM watch_alert").fetchall()
    names = {one["public_id"] for one in struck}
    assert {watches[row["watch_id"]]["public_id"] for row in told} == names
    assert watching.run().looked == 0


def test_loads_that_change_nothing_here_alarm_nobody(
    watching: Watching, roomy: list[Json], lay: Lay, store: Watches
) -> None:
    here, there = roomy[0], roomy[-1]
    watch_id, key, _ = watching.start(here["public_id"], "A1")
    lay([there["inside"]])
    assert watching.run().alerts == 0
    lay([here["inside"]])
    assert watching.run().alerts == 1
    lay([here["inside"]])  # the same bytes: not loaded again
    assert store.pending() == []
    lay([here["inside"]], title_en="Well", licence="other")  # other bytes that say the same
    done = watching.run()
    assert (len(done.loads), done.looked, done.alerts) == (1, 1, 0)
    lay([here["inside"]], status="repealed")
    assert watching.run().alerts == 1
    _, alerts = watching.read(watch_id, key)
    assert [alert.number for alert in alerts] == [2, 1]
    assert {one["change"] for one in alerts[0].changes} >= {"removed"}
    assert len(alerts[0].loads) == 1


def test_more_coverage_of_what_was_covered_is_no_change(
    watching: Watching, roomy: list[Json], lay: Lay, land: Land
) -> None:
    def flood(one: Json) -> Json:
        themes = land.by_plot(one["public_id"], DAY)["themes"]
        return next(theme for theme in themes if theme["id"] == "flood")

    whole = next(one for one in roomy if flood(one)["coverage"]["whole"])
    watching.start(whole["public_id"], "A1")
    loads = len(land.by_plot(whole["public_id"], DAY)["loads"])
    west, south = whole["inside"]["coordinates"][0][0]
    ring = [[west + x, south + y] for x, y in ((-1e-3, -1e-3), (1e-3, -1e-3), (1e-3, 1e-3))]
    box = {"type": "Polygon", "coordinates": [[*ring, [west - 1e-3, south + 1e-3], ring[0]]]}
    assert lay([box], "coverage") == 1
    done = watching.run()
    assert (done.looked, done.alerts) == (1, 0)
    assert len(land.by_plot(whole["public_id"], DAY)["loads"]) == loads + 1


STEPS = ["before alert", "after alert", "after see", "before looked"]


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_loses_and_doubles_nothing(
    watching: Watching, roomy: list[Json], lay: Lay, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    watches = [watching.start(one["public_id"], "A1")[:2] for one in roomy[:3]]
    lay([one["inside"] for one in roomy[:3]])
    alert, see, looked = Locked.alert, Locked.see, Watches.looked
    count = itertools.count(1)

    def killed_alert(self: Locked, *given: Any) -> None:
        second = next(count) == 2
        if second and step == "before alert":
            raise Killed
        alert(self, *given)
        if second and step == "after alert":
            raise Killed

    def killed_see(self: Locked, seen: Seen) -> None:
        see(self, seen)
        if step == "after see" and next(count) > 4:
            raise Killed

    def killed_looked(self: Watches, loads: Any) -> None:
        if step == "before looked":
            raise Killed
        looked(self, loads)

    with monkeypatch.context() as patch:
        patch.setattr(Locked, "alert", killed_alert)
        patch.setattr(Locked, "see", killed_see)
        patch.setattr(Watches, "looked", killed_looked)
        with pytest.raises(Killed):
            watching.run()
    again = watching.run()
    assert len(again.loads) == 1
    assert [len(watching.read(*watch)[1]) for watch in watches] == [1, 1, 1]
    assert watching.run().loads == []


def test_two_runs_at_once_alert_once(watching: Watching, roomy: list[Json], lay: Lay) -> None:
    watch = watching.start(roomy[5]["public_id"], "A1")[:2]
    lay([roomy[5]["inside"]])
    threads = [threading.Thread(target=watching.run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(watching.read(*watch)[1]) == 1


class Stand:
    """A land that answers what it is told to."""

    def __init__(self, land: Land) -> None:
        self.land, self.change = land, lambda answer: answer

    def by_plot(self, plot: str, as_of: date, use: str = "A1") -> Json:
        return self.change(self.land.by_plot(plot, as_of, use))


def test_a_source_that_is_away_puts_off_and_alarms_nobody(
    land: Land, store: Watches, book: Book, roomy: list[Json], lay: Lay
) -> None:
    stand = Stand(land)
    watching = Watching(stand, store, book.hash, today=lambda: DAY)
    watch = watching.start(roomy[7]["public_id"], "A1")[:2]
    lay([roomy[7]["inside"]])

    def away(answer: Json) -> Json:
        next(t for t in answer["themes"] if t["id"] == "crz")["answer"] = "could_not_check"
        return answer

    stand.change = away
    done = watching.run()
    assert (done.alerts, done.put_off) == (0, {roomy[7]["public_id"]: ["crz"]})
    stand.change = lambda answer: answer
    assert watching.run().alerts == 1
    assert watching.read(*watch)[1][0].changes[0]["what"] == "theme"


def test_a_new_book_is_looked_at_for_all_and_told_where_it_matters(
    land: Land, store: Watches, book: Book, roomy: list[Json]
) -> None:
    stand = Stand(land)
    first = Watching(stand, store, book.hash, today=lambda: DAY)
    for one in roomy[:2]:
        first.start(one["public_id"], "A1")
    same = Watching(stand, store, "1" * 64, today=lambda: DAY)
    done = same.run()
    assert (done.looked, done.alerts) == (2, 0)

    def stricter(answer: Json) -> Json:
        if answer["plot"]["id"] == roomy[0]["public_id"]:
            answer["may_build"]["limits"][0]["value"] += 1
            answer["book"] = {"id": "next", "hash": "2" * 64}
        return answer

    stand.change = stricter
    other = Watching(stand, store, "2" * 64, today=lambda: DAY)
    done = other.run()
    assert (done.looked, done.alerts) == (2, 1)
    assert other.run().looked == 0


def test_a_plot_that_the_register_drops_is_told_once(
    land: Land, store: Watches, book: Book, roomy: list[Json]
) -> None:
    stand = Stand(land)
    watching = Watching(stand, store, book.hash, today=lambda: DAY)
    watch = watching.start(roomy[9]["public_id"], "A1")[:2]

    def gone(answer: Json) -> Json:
        raise NoSuchPlotError("gone", "ഇല്ല")

    stand.change = gone
    assert watching.run(everyone=True).alerts == 1
    assert watching.run(everyone=True).alerts == 0
    stand.change = lambda answer: answer
    assert watching.run(everyone=True).alerts == 1
    said = [one.changes[0]["change"] for one in watching.read(*watch)[1]]
    assert said == ["added", "removed"]


def test_only_the_key_opens_a_watch_and_deleting_leaves_nothing(
    town: Pool, watching: Watching, roomy: list[Json]
) -> None:
    watch_id, key, answer = watching.start(roomy[0]["public_id"], "A1")
    assert answer["plot"]["id"] == roomy[0]["public_id"]
    for wrong in ((watch_id, "x"), (watch_id, ""), ("x", key), ("0" * 32, key)):
        with pytest.raises(NoWatchError):
            watching.read(*wrong)
    with connected(town) as db:
        kept = db.execute("SELECT * FROM watch").fetchone()
    assert key.encode() not in bytes(kept["key_hash"])
    watching.stop(watch_id, key)
    with pytest.raises(NoWatchError):
        watching.read(watch_id, key)
    with connected(town) as db:
        assert db.execute("SELECT FROM watch").fetchall() == []
        assert db.execute("SELECT FROM watch_alert").fetchall() == []


def test_watches_are_bounded_and_need_a_plot(
    land: Land, store: Watches, book: Book, roomy: list[Json]
) -> None:
    watching = Watching(land, store, book.hash, most=1, today=lambda: DAY)
    watching.start(roomy[0]["public_id"], "A1")
    with pytest.raises(TooManyWatchesError):
        watching.start(roomy[1]["public_id"], "A1")
    with pytest.raises(NoSuchPlotError):
        watching.start("NLT:1:9999:Z", "A1")


@pytest.mark.parametrize("lang", ["en", "ml", None])
def test_the_feed_is_atom_and_says_the_change(
    watching: Watching, roomy: list[Json], lay: Lay, lang: str | None
) -> None:
    watch_id, key, _ = watching.start(roomy[0]["public_id"], "A1")
    lay([roomy[0]["inside"]])
    watching.run()
    body = atom(*watching.read(watch_id, key), "http://x/feed?key=<&", "http://x/page", lang)
    read = feedparser.parse(body)
    assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", 1)
    assert read.entries[0].id == f"urn:kmap:watch:{watch_id}:1"
    names = {element.tag.partition("}")[2] for element in ET.fromstring(body)}
    assert {"id", "title", "updated", "author", "link", "entry"} <= names
    said = read.entries[0].content[0].value
    assert ("Well" in said) == (lang != "ml")
    assert ("കിണർ" in said) == (lang != "en")
