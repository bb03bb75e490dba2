"""Every stored evaluation comes out again byte for byte under its own book; forgery is found."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from kmap.building import replay as replaying
from kmap.building.desk import Desk
from kmap.building.judgement import judgement
from kmap.building.replay import Replay, Replayed
from kmap.building.scrutiny import scrutinise
from kmap.store.evaluations import Evaluations, Wanted
from kmap.store.pool import Pool, open_pool
from kmap.store.scrutinies import Scrutinies
from rules import Book, evaluate, shipped_book
from rules.loading import load_files
from rules.record import FrozenBookError, canonical, freeze, thaw
from rules.samples import random_plan

pytestmark = [pytest.mark.db, pytest.mark.xdist_group("replay")]
ROOT = Path(__file__).resolve().parents[2]
DAYS = (date(2019, 12, 1), date(2021, 7, 1), date(2025, 11, 1), date(2026, 9, 1))
COUNT = 200


@pytest.fixture(scope="module")
def book() -> Book:
    return shipped_book()


@pytest.fixture(scope="module")
def other(book: Book) -> Book:
    """The same law with one text changed: another book."""
    cover = book.files["book.yaml"].replace(b"This is not a permit.", b"This is no permit.")
    return load_files({**book.files, "book.yaml": cover})


@pytest.fixture(scope="module")
def url(database_url: str) -> str:
    return database_url


@pytest.fixture(scope="module")
def pool(url: str) -> Iterator[Pool]:
    pool = open_pool(url, size=4)
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def stored(pool: Pool, book: Book, other: Book) -> Evaluations:
    """Two hundred evaluations of random plans, under two books, on days all over the ladder."""
    store, random = Evaluations(pool), Random(7)
    made = []
    for number in range(COUNT):
        law, day = (book, other)[number % 2], random.choice(DAYS)
        plan = random_plan(law, random)
        made.append(judgement(law, plan, day, evaluate(law, plan, day).as_json()))
    assert store.add(made) == COUNT
    return store


THAWED: dict[int, Replay] = {}


def repeat(store: Evaluations, **wanted: Any) -> list[Replayed]:
    replay = THAWED.setdefault(id(store), Replay(store))  # books are thawed once for all tests
    return list(replay.run(Wanted(**wanted)))


def faults(found: list[Replayed]) -> list[str]:
    return [one.fault for one in found if one.fault]


class Forged:
    """Lets a test change what nobody may change, and puts it back."""

    def __init__(self, url: str, column: str, value: Any, row: str) -> None:
        self.url, self.column, self.value, self.row = url, column, value, row

    def __enter__(self) -> None:
        self.before = self._set(self.value)

    def __exit__(self, *_: object) -> None:
        self._set(self.before)

    def _set(self, value: Any) -> Any:
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute("ALTER TABLE evaluation DISABLE TRIGGER USER")
            old = db.execute(
                f"SELECT {self.column} FROM evaluation WHERE id = %s", [self.row]
            ).fetchone()
            db.execute(
                f"UPDATE evaluation SET {self.column} = %s WHERE id = %s", [value, self.row]
            )
            db.execute("ALTER TABLE evaluation ENABLE TRIGGER USER")
        assert old
        return old[0]


def test_two_hundred_evaluations_come_out_again_each_under_its_own_book(
    stored: Evaluations,
) -> None:
    found = repeat(stored)
    assert len(found) >= COUNT
    assert not faults(found)
    assert len({one.book_hash for one in found}) == 2
    assert all(one.same_engine for one in found)


def test_the_book_is_the_frozen_one_and_never_the_one_on_disk(
    stored: Evaluations, other: Book
) -> None:
    thawed = thaw(stored.book(other.hash), other.hash)
    assert thawed.hash == other.hash
    assert thawed.notices["not-a-permit"].text.en == "This is no permit."


def test_each_book_is_kept_once(url: str, stored: Evaluations) -> None:
    with psycopg.connect(url) as db:
        row = db.execute("SELECT count(*), count(DISTINCT hash) FROM book_frozen").fetchone()
    assert row == (2, 2)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("facts", '{"family": "municipal", "height_m": 99}', "answer_differs"),
        ("facts", '{"no_such_fact": 1}', "not_judged"),
        ("facts", "{", "not_judged"),
        ("as_of", date(2020, 1, 1), "answer_differs"),
        ("answer", b"nothing", "answer_damaged"),
        ("answer_sha256", "0" * 64, "answer_damaged"),
    ],
)
def test_a_forged_row_is_found(
    stored: Evaluations, url: str, column: str, value: Any, fault: str
) -> None:
    row = next(one for one in stored.pages(Wanted()) if one.as_of != date(2020, 1, 1)).id
    with Forged(url, column, value, row):
        found = [one for one in repeat(stored, limit=12) if one.fault]
        assert [(one.id, one.fault) for one in found] == [(row, fault)]
        assert found[0].differences or found[0].says
    assert not faults(repeat(stored, ids=[row]))


def test_a_changed_engine_is_found_with_the_place_of_each_difference(
    stored: Evaluations, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kinder(book: Book, facts: Any, as_of: date) -> bytes:
        answer = evaluate(book, facts, as_of).as_json()
        first = next(iter(answer["clauses"].values()))
        return canonical(
            {
                **answer,
                "clauses": {**answer["clauses"], "r26-front-yard": {**first, "verdict": "x"}},
            }
        )

    monkeypatch.setattr(replaying, "answer_bytes", kinder)
    monkeypatch.setattr(replaying, "engine_mark", lambda: "another")
    found = repeat(stored, limit=3)
    assert faults(found) == ["answer_differs"] * 3
    assert "clauses.r26-front-yard.verdict" in {one.path for one in found[0].differences}
    assert not any(one.same_engine for one in found)


def test_what_was_judged_cannot_be_changed_or_emptied(url: str, stored: Evaluations) -> None:
    for statement in (
        "UPDATE evaluation SET engine = 'x'",
        "DELETE FROM evaluation",
        "TRUNCATE evaluation",
        "UPDATE book_frozen SET book_id = 'x'",
        "DELETE FROM book_frozen",
        "TRUNCATE book_frozen, evaluation",
    ):
        with psycopg.connect(url) as db, pytest.raises(psycopg.errors.RaiseException):
            db.execute(statement)


def test_a_damaged_or_swapped_frozen_book_is_refused(book: Book, other: Book) -> None:
    for content, name in (
        (b"no", book.hash),
        (freeze(book)[:-9], book.hash),
        (freeze(other), book.hash),
    ):
        with pytest.raises(FrozenBookError):
            thaw(content, name)


@pytest.fixture(scope="module")
def desk(pool: Pool, book: Book) -> Desk:
    return Desk(book, Scrutinies(pool), scrutinise)


def submit(desk: Desk, name: str) -> Any:
    return desk.submit(ROOT / "data" / "plans" / name, site={"family": "municipal"}, as_of=DAYS[3])


def test_a_scrutiny_can_be_repeated_under_its_id(desk: Desk, stored: Evaluations) -> None:
    sent = submit(desk, "house_that_fails.dxf")
    (found,) = repeat(stored, ids=[sent.id])
    assert (found.scrutiny_id, found.fault) == (sent.id, None)


def test_a_scrutiny_that_shows_another_answer_than_was_judged_is_found(
    desk: Desk, stored: Evaluations, url: str
) -> None:
    sent = submit(desk, "house_that_fails.dxf")
    forged = json.loads(json.dumps(sent.answer))
    forged["clauses"]["r26-front-yard"]["verdict"] = "pass"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER TABLE scrutiny_content DISABLE TRIGGER USER")
        db.execute(
            "UPDATE scrutiny_content SET answer = %s WHERE scrutiny_id = %s",
            [json.dumps(forged), sent.id],
        )
        db.execute("ALTER TABLE scrutiny_content ENABLE TRIGGER USER")
    (found,) = repeat(stored, ids=[sent.id])
    assert found.fault == "shown_differs"
    assert found.differences[0].path == "clauses.r26-front-yard.verdict"
    desk.erase(sent.id, sent.key)


def test_an_erased_scrutiny_takes_its_evaluation_with_it(desk: Desk, stored: Evaluations) -> None:
    sent = submit(desk, "house_that_passes.dxf")
    desk.erase(sent.id, sent.key)
    assert repeat(stored, ids=[sent.id]) == []


def kmap(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("kmap"), "replay", *words],
        capture_output=True,
        text=True,
        check=False,
        env={"KMAP_DATABASE_URL": url, "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)},
    )


def test_the_command_line_counts_and_its_status_is_the_verdict(
    stored: Evaluations, url: str
) -> None:
    good = kmap(url, "--limit", "20")
    assert good.returncode == 0, good.stderr
    assert "20 of 20 evaluations came out the same" in good.stdout
    row = next(iter(stored.pages(Wanted(limit=1)))).id
    with Forged(url, "facts", '{"family": "panchayat"}', row):
        bad = kmap(url, "--limit", "20", "--json")
    lines = [json.loads(line) for line in bad.stdout.splitlines()]
    assert (bad.returncode, lines[0]["id"], lines[-1]["summary"]["faults"]) == (
        *(1, row),
        {"answer_differs": 1},
    )


def test_an_id_that_is_not_there_is_said(url: str, stored: Evaluations) -> None:
    done = kmap(url, "--id", "00000000-0000-4000-8000-000000000000", "--lang", "ml")
    assert done.returncode == 1
    assert "ഇല്ല" in done.stdout
