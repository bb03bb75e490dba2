"""The law over columns: the second reading of the book's typed trees, many plans at once.

``judge_columns`` agrees on every row with ``rules.evaluate``; it knows nothing of the engine that
does that. What is the same for all rows is folded before any column is touched.
"""

from rules.columns.intake import Coded
from rules.columns.judging import (
    CHUNK,
    Pace,
    judge_columns,
    judge_designs,
    judge_parts,
    judge_some,
)
from rules.columns.result import ANSWERS, VERDICTS, ColumnResult, Derived

__all__ = [
    "ANSWERS",
    "CHUNK",
    "VERDICTS",
    "Coded",
    "ColumnResult",
    "Derived",
    "Pace",
    "judge_columns",
    "judge_designs",
    "judge_parts",
    "judge_some",
]
