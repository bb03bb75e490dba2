"""Expressions of the book: read, typed, compiled to three-valued closures."""

from rules.conditions.compiling import Env, Fn, compare, compile_expression
from rules.conditions.names import ConditionError, Names, TableShape
from rules.conditions.parse import parse
from rules.conditions.tree import BOOLEAN, NUMBER, Expression, Kind
from rules.conditions.unknown import NOTHING, TOLERANCE, Unknown, is_unknown, merge

__all__ = [
    "BOOLEAN",
    "NOTHING",
    "NUMBER",
    "TOLERANCE",
    "ConditionError",
    "Env",
    "Expression",
    "Fn",
    "Kind",
    "Names",
    "TableShape",
    "Unknown",
    "compare",
    "compile_expression",
    "is_unknown",
    "merge",
    "parse",
]
