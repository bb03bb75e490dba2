"""The law: what is allowed. No geometry, no web, no database, no clock.

The only names other rooms use::

    book = load_book()
    answer = evaluate(book, {"family": "municipal", "occupancy": "A1"}, date(2026, 1, 1))
    answer.as_json()["clauses"]["r26-front-yard"]["verdict"]
"""

from rules.answer import Evaluation, evaluate
from rules.columns import ANSWERS, VERDICTS, Coded, ColumnResult, judge_columns, judge_some
from rules.cures import Cures, cures
from rules.envelope import Envelope, envelope
from rules.errors import BookError, FactError, Problem, RulesError
from rules.explain import shown
from rules.facts import normalise
from rules.law import Book
from rules.loading import DEFAULT_BOOK, load_book, shipped_book
from rules.model import Fact, Text
from rules.whatif import WhatIf, what_if

__all__ = [
    "ANSWERS",
    "DEFAULT_BOOK",
    "VERDICTS",
    "Book",
    "BookError",
    "Coded",
    "ColumnResult",
    "Cures",
    "Envelope",
    "Evaluation",
    "Fact",
    "FactError",
    "Problem",
    "RulesError",
    "Text",
    "WhatIf",
    "cures",
    "envelope",
    "evaluate",
    "judge_columns",
    "judge_some",
    "load_book",
    "normalise",
    "shipped_book",
    "shown",
    "what_if",
]
