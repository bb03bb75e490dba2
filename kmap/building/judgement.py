"""Makes of an evaluation what is kept of it, to be repeated one day."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from kmap.store.evaluations import FrozenBook, Judgement
from rules import Book
from rules.record import canonical, engine_mark, freeze


def judgement(
    book: Book, facts: Mapping[str, Any], as_of: date, judged: Mapping[str, Any]
) -> Judgement:
    """Return what is kept: facts in the order they were judged in, the answer, the book itself."""
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False)
    return Judgement(
        book=FrozenBook(book.id, book.hash, freeze(book)),
        as_of=as_of,
        engine=engine_mark(),
        facts=text.encode("utf-8", "replace").decode(),
        answer=canonical(judged),
    )
