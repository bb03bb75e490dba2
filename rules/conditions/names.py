"""What an expression may name, and the error when it names something else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rules.conditions.tree import Kind
from rules.errors import RulesError


class ConditionError(RulesError):
    """An expression cannot be read; the message says what to change."""

    code: ClassVar[str] = "bad_condition"


@dataclass(frozen=True, slots=True)
class TableShape:
    """What an expression must know of a table: its inputs and its row."""

    id: str
    inputs: Mapping[str, Kind]
    row: Kind


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: facts, local names, tables (``_`` for ``-`` in their ids)."""

    facts: Mapping[str, Kind]
    local: Mapping[str, Kind] = field(default_factory=dict)
    tables: Mapping[str, TableShape] = field(default_factory=dict)
    instance_facts: frozenset[str] = frozenset()  # facts of a scope below the plot

    def with_local(self, extra: Mapping[str, Kind]) -> "Names":
        """Return these names and some more local ones."""
        return Names(self.facts, {**self.local, **extra}, self.tables, self.instance_facts)
