"""The scrutiny ledger grows only; content goes on request; keys open only their own."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from kmap.store.pool import Pool, open_pool
from kmap.store.scrutinies import (
    ErasedError,
    Fresh,
    NoScrutinyError,
    RevisedError,
    Scrutinies,
)

pytestmark = pytest.mark.db

FRESH = Fresh(
    drawing=b"0\nSECTION\n",
    drawing_sha256="ab" * 32,
    as_of=date(2026, 11, 22),
    book={"id": "book", "hash": "1234"},
    verdict="fail",
    site={"family": "municipal"},
    answer={"verdict": "fail", "facts": {"height_m": 6.57}, "sources": {}, "ml": "ഉയരം"},
    sketch={"shapes": []},
)


@pytest.fixture(scope="module")
def pool(database_url: str) -> Iterator[Pool]:
    pool = open_pool(database_url, size=4)
    yield pool
    pool.close()


@pytest.fixture
def store(pool: Pool) -> Scrutinies:
    return Scrutinies(pool)


def test_what_is_stored_comes_back_to_who_knows_the_key(store: Scrutinies) -> None:
    receipt = store.add(FRESH)
    kept = store.get(receipt.id, receipt.key)
    assert (kept.answer, kept.sketch, kept.site) == (FRESH.answer, FRESH.sketch, FRESH.site)
    assert (kept.book_hash, kept.as_of, kept.verdict) == ("1234", FRESH.as_of, "fail")
    assert kept.drawing_sha256 == FRESH.drawing_sha256


def test_the_key_itself_is_nowhere_in_the_database(store: Scrutinies, database_url: str) -> None:
    receipt = store.add(FRESH)
    with psycopg.connect(database_url) as db:
        rows = db.execute("SELECT s::text || c::text FROM scrutiny s, scrutiny_content c")
        assert not [row for row in rows if receipt.key in row[0]]


@pytest.mark.parametrize("key", ["", "x", "\ud800", "\0", "'; DROP TABLE scrutiny; --"])
def test_a_wrong_key_and_a_missing_scrutiny_are_the_same_answer(
    store: Scrutinies, key: str
) -> None:
    receipt = store.add(FRESH)
    for scrutiny_id in (receipt.id, str(uuid.uuid4()), "../../etc/passwd", ""):
        with pytest.raises(NoScrutinyError):
            store.get(scrutiny_id, key)


def test_one_scrutiny_s_key_does_not_open_another(store: Scrutinies) -> None:
    mine, other = store.add(FRESH), store.add(FRESH)
    with pytest.raises(NoScrutinyError):
        store.get(mine.id, other.key)
    with pytest.raises(NoScrutinyError):
        store.erase(mine.id, other.key)
    assert store.get(mine.id, mine.key).id == mine.id


def test_a_revision_is_linked_both_ways_and_a_line_does_not_fork(store: Scrutinies) -> None:
    first = store.add(FRESH)
    second = store.add(replace(FRESH, verdict="pass"), (first.id, first.key))
    assert second.revision == 2
    assert store.get(first.id, first.key).next_id == second.id
    assert store.get(second.id, second.key).previous_id == first.id
    with pytest.raises(RevisedError):
        store.add(FRESH, (first.id, first.key))
    with pytest.raises(NoScrutinyError):
        store.add(FRESH, (first.id, second.key))


def test_erasing_leaves_a_tombstone_and_nothing_of_the_content(
    store: Scrutinies, database_url: str
) -> None:
    receipt = store.add(replace(FRESH, building="b-erased"))
    tombstone = store.erase(receipt.id, receipt.key)
    assert tombstone.drawing_sha256 == FRESH.drawing_sha256
    with pytest.raises(ErasedError) as gone:
        store.get(receipt.id, receipt.key)
    assert gone.value.tombstone == tombstone
    with pytest.raises(ErasedError):
        store.erase(receipt.id, receipt.key)
    with pytest.raises(NoScrutinyError):
        store.get(receipt.id, "wrong")
    assert not store.of_building("b-erased")
    with psycopg.connect(database_url) as db:
        sought = "SELECT count(*) FROM scrutiny_content WHERE scrutiny_id = %s"
        assert db.execute(sought, [receipt.id]).fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scrutiny SET as_of = '2020-01-01'",
        "DELETE FROM scrutiny",
        "TRUNCATE scrutiny CASCADE",
        "UPDATE scrutiny_content SET verdict = 'pass'",
        "DELETE FROM scrutiny_content",
        "TRUNCATE scrutiny_content",
        "DELETE FROM scrutiny_erasure",
        "TRUNCATE scrutiny_erasure",
        "UPDATE scrutiny_erasure SET erased_at = now()",
    ],
)
def test_the_database_itself_refuses_to_change_history(
    store: Scrutinies, database_url: str, statement: str
) -> None:
    erased = store.add(FRESH)
    store.erase(erased.id, erased.key)
    store.add(FRESH)
    with psycopg.connect(database_url) as db, pytest.raises(psycopg.errors.RaiseException):
        db.execute(statement)


def test_not_a_number_is_never_stored(store: Scrutinies) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        store.add(replace(FRESH, answer={"facts": {"height_m": float("nan")}}))


def test_text_that_no_utf8_can_hold_is_stored_mended(store: Scrutinies) -> None:
    receipt = store.add(replace(FRESH, answer={"layer": "a\ud800b\0c"}))
    assert store.get(receipt.id, receipt.key).answer == {"layer": "a?b\0c"}


def test_everybody_may_know_only_the_public_facts_of_a_building_s_scrutinies(
    store: Scrutinies,
) -> None:
    store.add(replace(FRESH, building="b-7"))
    (row,) = store.of_building("b-7")
    assert set(row) == {"made_at", "as_of", "verdict", "revision", "book_id", "book_hash"}
