"""One block while it is measured: its layers by floor, typical floors repeated, measures noted.

A layer that names no block belongs to the only one; a floor of nothing but stairs is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gis.drawing.keys import number_in, pairs
from gis.drawing.outlines import Outline, witness
from gis.drawing.parts import Parts, Span
from gis.model import Entity, Measure, Witness

Drawn = TypeVar("Drawn", Outline, Span)


@dataclass(frozen=True)
class House:
    """A block and how its floors repeat."""

    parts: Parts
    block: int
    alone: bool
    repeats: Mapping[int, Sequence[int]]
    """Floor drawn -> floors it is typical of."""
    cabins: frozenset[int] = frozenset()
    """Floors that hold nothing but stairs and lifts."""

    def outlines(self, role: str) -> list[Outline]:
        """Return the block's sound outlines of a role."""
        return [o for o in self.parts.outlines(role) if self._mine(o.place.block)]

    def spans(self, role: str) -> list[Span]:
        """Return the block's measured dimensions of a role."""
        return [s for s in self.parts.spans(role) if self._mine(s.place.block)]

    def entities(self, role: str, kind: str) -> list[tuple[Entity, int | None]]:
        """Return (entity, floor) of one kind on the block's layers of a role."""
        return [
            (e, p.floor) for e, p in self.parts.of(role) if e.kind == kind and self._mine(p.block)
        ]

    def _mine(self, block: int | None) -> bool:
        return block == self.block or (block is None and self.alone)

    def by_floor(self, things: Iterable[Drawn]) -> dict[int, list[Drawn]]:
        """Sort things by floor, the lowest first; one whose layer names no floor is said."""
        out: dict[int, list[Drawn]] = defaultdict(list)
        for one in things:
            if one.place.floor is None:
                layer = one.entity.layer
                role = one.place.kind.role
                meant = self.parts.missing(role, block=self.block, floor=0)
                self.parts.say("floor_not_named", layer, one.entity.points[0], meant=meant)
            elif one.place.floor not in self.cabins:
                out[one.place.floor].append(one)
        return {floor: out[floor] for floor in sorted(out)}

    def levels(self, floor: int, others: Iterable[int] = ()) -> list[int]:
        """Return the floors a drawn floor stands for; ``others``: floors drawn themselves."""
        taken = set(others) - {floor}
        return sorted({floor, *self.repeats.get(floor, ())} - taken)

    def note(
        self, name: str, value: Any, how: str, seen: Witness | None, floor: int | None = None,
        **details: str,
    ) -> None:  # fmt: skip
        """Note a measure of the block or of one of its floors, and what its dimension shows."""
        self.parts.measures.append(
            Measure(name, value, how, details, witness=seen, block=self.block, floor=floor)
        )
        shown = self.parts.shown.get(seen.handles[0]) if seen else None
        if shown is not None and how.startswith("dimension"):
            self.claim(name, shown, "dimension_text", seen, floor)

    def claim(
        self, name: str, value: float, how: str, seen: Witness | None, floor: int | None = None
    ) -> None:
        """Note what is written, or drawn a second time, beside what was measured."""
        self.parts.measures.append(
            Measure(name, value, how, witness=seen, block=self.block, floor=floor, typed=True)
        )

    def note_floors(self, name: str, found: Mapping[int, tuple[Any, str, Witness | None]]) -> None:
        """Note (value, how, witness) by floor, typical floors repeated."""
        for floor, (value, how, seen) in found.items():
            for level in self.levels(floor, found):
                self.note(name, value, how, seen, level)

    def count(self, name: str, things: Iterable[Outline], how: str = "outlines_counted") -> None:
        """Note how many outlines the block has, typical floors repeated; none: nothing."""
        own = [o for o in things if o.place.floor not in self.cabins]
        floors = {o.place.floor for o in own if o.place.floor is not None}
        total = sum(
            1 if o.place.floor is None else len(self.levels(o.place.floor, floors)) for o in own
        )
        if own:
            self.note(name, total, how, witness(own))

    def typed(
        self, role: str, key: str, kind: str
    ) -> dict[int | None, list[tuple[float, Entity]]]:
        """Return the numbers typed as KEY=VALUE on a role's layers, by floor."""
        out: dict[int | None, list[tuple[float, Entity]]] = defaultdict(list)
        for entity, floor in self.entities(role, "text"):
            for own, value, _ in pairs(entity.text, {key}):
                read = number_in(value, kind) if own == key else None
                if read is not None:
                    out[floor].append((read[0], entity))
        return dict(out)


def least(spans: Iterable[Span]) -> Span:
    """Return the shortest of some dimensions."""
    return min(spans, key=lambda s: s.length_m)


def text_witness(entity: Entity) -> Witness:
    """Return where a text stands."""
    return Witness(entity.layer, (entity.handle,), entity.handle, entity.points[0])
