"""Running a graph: its nodes in order, over chunks of rows, with one or more threads."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from rules.columns.graph import Node
from rules.columns.ops import work_of

Leaf = tuple[str, ...]
Step = tuple[
    Callable[..., Any], tuple[int, ...], int, tuple[int, ...]
]  # work, from, to, then free


class Program:
    """The nodes that some outputs need, in order; immutable, so threads may share it."""

    def __init__(self, outputs: Mapping[Any, Node]) -> None:
        nodes = sorted(_reached(outputs.values()), key=lambda one: one.number)
        slots = {node: slot for slot, node in enumerate(nodes)}
        self.start: list[Any] = [_constant(node) for node in nodes]
        self.leaves: list[tuple[Leaf, int]] = [
            (node.extra, slots[node]) for node in nodes if node.op == "leaf"
        ]
        self.outputs = {name: slots[node] for name, node in outputs.items() if node.op != "const"}
        self.constants = {name: node.extra for name, node in outputs.items() if node.op == "const"}
        self.steps = _steps(nodes, slots, set(self.outputs.values()))

    def run(
        self, leaves: Mapping[Leaf, Any], rows: int, chunk: int, workers: int
    ) -> dict[Any, Any]:
        """Work every output out: an array, or one value where it is the same for all rows."""
        used = [(leaves[name], slot) for name, slot in self.leaves]
        first = self._piece(used, 0, min(rows, chunk))
        if rows <= chunk:
            return {**self.constants, **first}
        found = {
            name: np.empty(rows, value.dtype) if np.ndim(value) else value
            for name, value in first.items()
        }

        def fill(start: int) -> None:
            stop = min(rows, start + chunk)
            piece = first if start == 0 else self._piece(used, start, stop)
            for name, value in piece.items():
                if np.ndim(value):
                    found[name][start:stop] = value

        starts = range(0, rows, chunk)
        if workers == 1:
            for start in starts:
                fill(start)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(fill, starts))
        return {**self.constants, **found}

    def _piece(self, used: list[tuple[Any, int]], start: int, stop: int) -> dict[Any, Any]:
        values = self.start.copy()
        for column, slot in used:
            values[slot] = column[start:stop] if np.ndim(column) else column
        with np.errstate(all="ignore"):
            for work, args, slot, dead in self.steps:
                values[slot] = work(*[values[one] for one in args])
                for one in dead:
                    values[one] = None
        return {name: values[slot] for name, slot in self.outputs.items()}


def _constant(node: Node) -> Any:
    """Give the value a slot starts with; words are small numbers."""
    if node.op != "const":
        return None
    if isinstance(node.extra, bool):
        return np.bool_(node.extra)
    return np.int16(node.extra) if isinstance(node.extra, int) else node.extra


def _reached(outputs: Iterable[Node]) -> set[Node]:
    found: set[Node] = set()
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += node.args
    return found


def _steps(nodes: list[Node], slots: Mapping[Node, int], kept: set[int]) -> list[Step]:
    """Put the work in order, and say after each step which columns nobody needs any more."""
    last = {slots[one]: place for place, node in enumerate(nodes) for one in node.args}
    dead: dict[int, list[int]] = {}
    for slot, place in last.items():
        if slot not in kept and nodes[slot].op != "const":
            dead.setdefault(place, []).append(slot)
    return [
        (
            work_of(node.op, node.extra),
            tuple(slots[one] for one in node.args),
            slots[node],
            tuple(dead.get(place, ())),
        )
        for place, node in enumerate(nodes)
        if node.op not in ("const", "leaf")
    ]
