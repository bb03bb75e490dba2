"""Replay at scale: evaluations of random plans under two books, repeated byte for byte.

    just bench-replay --count 10000

Everything happens in a database of its own, dropped at the end. Prints JSON lines.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from kmap import settings
from kmap.building.judgement import judgement
from kmap.building.replay import Replay
from kmap.store import migrate
from kmap.store.evaluations import Evaluations, Judgement, Wanted
from kmap.store.pool import open_pool
from rules import Book, evaluate, load_book
from rules.loading import load_files
from rules.samples import random_plan

NAME = "kmap_bench_replay"
DAYS = [date(2019, 12, 1), date(2021, 1, 1), date(2024, 5, 1), date(2025, 11, 1), date(2026, 9, 1)]
CHUNK = 500


def tell(**values: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps(values), flush=True)


def amended(book: Book) -> Book:
    """Make a second book: the same law with one text changed, so that its hash differs."""
    cover = book.files["book.yaml"].decode()
    changed = cover.replace("This is not a permit.", "This is no permit.", 1)
    return load_files({**book.files, "book.yaml": changed.encode()})


def judgements(books: list[Book], count: int, seed: int) -> Iterator[Judgement]:
    """Judge random plans on days all over the ladder."""
    random = Random(seed)  # noqa: S311 - the same plans each time
    for number in range(count):
        book, day = books[number % len(books)], random.choice(DAYS)
        plan = random_plan(book, random)
        yield judgement(book, plan, day, evaluate(book, plan, day).as_json())


def run(url: str, count: int, seed: int) -> None:
    """Store, repeat, tamper, repeat."""
    migrate.upgrade(url)
    pool = open_pool(url)
    store = Evaluations(pool)
    shipped = load_book()
    started = time.perf_counter()
    made = judgements([shipped, amended(shipped)], count, seed)
    while stored := store.add(islice(made, CHUNK)):
        tell(what="stored", count=stored, seconds=round(time.perf_counter() - started, 1))
    repeat(store, "repeated")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER TABLE evaluation DISABLE TRIGGER evaluation_kept")
        row = db.execute(
            "UPDATE evaluation SET facts = replace(facts, '\"height_m\": ', '\"height_m\": 1')"
            " WHERE id = (SELECT id FROM evaluation WHERE facts LIKE '%\"height_m\": 1%' LIMIT 1)"
            " RETURNING id"
        ).fetchone()
    tell(what="tampered", id=str(row[0]) if row else None)
    repeat(store, "repeated after tampering")
    pool.close()


def repeat(store: Evaluations, what: str) -> None:
    """Repeat all that is stored and count."""
    started = time.perf_counter()
    found = list(Replay(store).run(Wanted()))
    seconds = time.perf_counter() - started
    tell(
        what=what,
        count=len(found),
        books=len({one.book_hash for one in found}),
        faults=dict(Counter(one.fault for one in found if one.fault)),
        found=[one.id for one in found if one.fault][:5],
        seconds=round(seconds, 1),
        per_second=round(len(found) / seconds) if seconds else None,
    )


def main() -> None:
    """Make the database, run, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    server = settings.load().url()
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(drop)
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    url = server.rsplit("/", 1)[0] + "/" + NAME
    try:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        run(url, asked.count, asked.seed)
    finally:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(drop)


if __name__ == "__main__":
    main()
