"""A book in service: the same answer always, shared by threads, reloaded without growth."""

import gc
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from rules import Book, evaluate, load_book
from rules.loading import DEFAULT_BOOK

DAY = date(2026, 1, 1)
HOUSE = {
    "body": "C070001",
    "occupancy": "A1",
    "dwelling_units": 1,
    "height_m": 7.5,
    "storeys": 2,
    "basements": 0,
    "plot_area_record_m2": 400,
    "plot_area_drawn_m2": 398,
    "built_up_area_m2": 250,
    "total_floor_area_m2": 250,
    "covered_area_m2": 130,
    "front_yard_min_m": 1.5,
    "front_yard_avg_m": 3.2,
    "railway_distance_m": 20,
}


def text_of(book: Book, facts: dict[str, Any]) -> str:
    return json.dumps(evaluate(book, facts, DAY).as_json(), sort_keys=True)


def test_one_question_has_one_answer_to_the_byte(book: Book) -> None:
    first = text_of(book, HOUSE)
    assert first == text_of(book, dict(reversed(HOUSE.items())))
    assert first == text_of(load_book(), HOUSE)


def test_threads_get_the_same_answers(book: Book) -> None:
    plans = [{**HOUSE, "height_m": 3.0 + n, "storeys": 1 + n // 3} for n in range(12)]
    expected = [text_of(book, plan) for plan in plans]
    fresh = load_book()
    wrong: list[int] = []

    def work(offset: int) -> None:
        for step in range(12):
            number = (offset + step) % 12
            if text_of(fresh, plans[number]) != expected[number]:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_fifty_reloads_neither_grow_nor_err(make_book: Callable[..., Path]) -> None:
    folder = make_book()
    rule = folder / "r1/rule.yaml"
    text = rule.read_text("utf-8")
    facts = {"family": "municipal", "use": "A", "height_m": 9, "yard_m": 1.5, "consent": False}
    sizes = []
    for turn in range(50):
        limit = 1 + turn % 2
        rule.write_text(text.replace("row.yard + step", f"row.yard + step + {limit - 1}"), "utf-8")
        book = load_book(folder)
        clause = evaluate(book, facts, date(2023, 1, 1)).as_json()["clauses"]["yard"]
        assert clause["verdict"] == ("pass" if limit == 1 else "fail")
        del book
        if turn in (9, 49):
            gc.collect()
            sizes.append(len(gc.get_objects()))
    assert sizes[1] - sizes[0] < 2000


def test_the_book_we_ship_answers_every_clause_in_both_languages(book: Book) -> None:
    answer = evaluate(book, HOUSE, DAY).as_json()
    assert set(answer["clauses"]) == set(book.clauses)
    for clause in answer["clauses"].values():
        assert clause["says"]["en"]
        assert clause["says"]["ml"]
        assert clause["cite"]["instrument"]
        assert clause["cite"]["rule"]
    assert [noc["id"] for noc in answer["nocs"]] == ["noc-railway"]
    assert answer["book"] == {"id": book.id, "hash": book.hash}
    assert {"not-a-permit", "not-gazetted"} <= {notice["id"] for notice in answer["notices"]}


def test_the_book_we_ship_holds_the_names_that_were_promised(book: Book, shared: Path) -> None:
    from rules.loading import read_yaml  # noqa: PLC0415  # only this test reads the shared list

    promised = read_yaml(shared / "law/vocabulary.yaml", "vocabulary.yaml").plain()
    assert set(promised["facts"]) <= set(book.vocabulary)
    assert set(promised["clauses"]) <= set(book.clauses)
    links = {link.id for link in book.links}
    assert {name for name in promised["chain"] if name != "land-paddy"} <= links
    for name, fact in promised["facts"].items():
        ours = book.vocabulary[name]
        assert (ours.type, ours.scope) == (fact["type"], fact.get("scope", "plot")), name


def test_the_book_holds_no_code() -> None:
    assert not list(DEFAULT_BOOK.rglob("*.py"))
