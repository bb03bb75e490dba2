"""The places of a plot: blocks, their levels, floors and units, each with the facts it sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.conditions import Env, Unknown
from rules.engine.outcome import DerivedResult
from rules.model import Fact

SCOPES = ("plot", "block", "level", "floor", "unit")
LISTS = {"level": "levels", "floor": "floors", "unit": "units"}


@dataclass(slots=True)
class Spot:
    """One place: how answers name it, and the facts that hold there (its own and wider ones)."""

    where: Mapping[str, int]
    env: Env
    below: list["Spot"] = field(default_factory=list)


class Places:
    """All places of one plot. With flat facts every scope is the same single place."""

    def __init__(self, facts: Mapping[str, Any], vocabulary: Mapping[str, Fact]) -> None:
        self.vocabulary = vocabulary
        plain = {name: value for name, value in facts.items() if name in vocabulary}
        self.plot = Spot({}, Env(plain, self.everywhere))
        self.at: dict[str, list[Spot]] = {scope: [self.plot] for scope in SCOPES}
        blocks = facts.get("blocks")
        if blocks:
            self._spread(blocks)

    def _spread(self, blocks: list[dict[str, Any]]) -> None:
        self.at = {"plot": [self.plot], "block": [], "level": [], "floor": [], "unit": []}
        for block in blocks:
            spot = self._below(self.plot, "block", block)
            self.at["block"].append(spot)
            for scope, key in LISTS.items():
                inner = [self._below(spot, scope, one) for one in block.get(key, ())]
                self.at[scope] += inner or [spot]

    def _below(self, parent: Spot, scope: str, facts: Mapping[str, Any]) -> Spot:
        own = {name: value for name, value in facts.items() if name in self.vocabulary}
        values = {**parent.env.values, **own}
        spot = Spot({**parent.where, scope: facts[scope]}, Env(values, self.everywhere))
        parent.below.append(spot)
        return spot

    def everywhere(self, fact: str) -> list[Any]:
        """List a fact's value at every place of its scope; with no name, the blocks themselves."""
        scope = self.vocabulary[fact].scope if fact else "block"
        missing = Unknown((fact,))
        if not fact:
            return [True for _ in self.at[scope]]
        return [spot.env.values.get(fact, missing) for spot in self.at[scope]]

    def put_all(self, fact: str, values: list[tuple[Spot, Any]]) -> DerivedResult:
        """Set a worked-out fact at every place of its scope and give it as a result."""
        for spot, value in values:
            self.put(spot, fact, value)
        return DerivedResult(fact, tuple((spot.where, value) for spot, value in values))

    def put(self, spot: Spot, fact: str, value: Any) -> None:
        """Set a worked-out fact at a place and at every place below it."""
        spot.env.values[fact] = value
        for below in spot.below:
            self.put(below, fact, value)
