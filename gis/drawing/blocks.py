"""Blocks: count every copy on the graph of blocks first, then copy only what matters."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gis.areas import Point, chorded
from gis.drawing.entities import things_with_children
from gis.drawing.shapes import Head, facing_of, head
from gis.drawing.tags import Thing, integer, number
from gis.errors import UnreadableError
from gis.model import Entity

COPIES = 1_000_000
"""Most entities that block references may make in one drawing."""
_DEEP = 48

Child = tuple[Thing, list[Thing], Head]
Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its base point and what it holds."""

    base: Point
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an INSERT puts one copy: scale, turn, shift, and what BYLAYER-0 takes from it."""

    shift: Point
    scale: Point
    turn_deg: float
    base: Point
    layer: str
    colour: int
    flipped: bool = False
    """True: placed in a plane seen from below; x runs the other way outside the block."""

    def point(self, p: Point) -> Point:
        """Return a point of the block in the frame outside it."""
        x, y = self._turned(p[0] - self.base[0], p[1] - self.base[1])
        x, y = x + self.shift[0], y + self.shift[1]
        return (-x if self.flipped else x), y

    def _turned(self, x: float, y: float) -> Point:
        turn = math.radians(self.turn_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        x, y = x * self.scale[0], y * self.scale[1]
        return x * cos - y * sin, x * sin + y * cos

    def _way(self, angle_deg: float) -> float:
        """Return a direction of the block as it points outside it."""
        x, y = self._turned(math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg)))
        return math.degrees(math.atan2(y, -x if self.flipped else x))

    def entity(self, inner: Entity) -> Entity:
        """Return the copy of an entity of the block; arcs that are stretched become chords."""
        if abs(abs(self.scale[0]) - abs(self.scale[1])) > 1e-9 * abs(self.scale[0]):
            inner = in_chords(inner)
        growth = self.scale[0] * self.scale[1] * (-1.0 if self.flipped else 1.0)
        placed = inner.mapped(self.point, growth)
        return replace(
            placed,
            layer=self.layer if inner.layer == "0" else inner.layer,
            colour=inner.colour or self.colour,
            angle_deg=self._way(inner.angle_deg) if inner.kind == "dimension" else 0.0,
        )


def in_chords(entity: Entity) -> Entity:
    """Return an entity without arcs: chords, and the area between them and the arcs."""
    if entity.kind == "circle":
        (x, y), radius = entity.points[0], entity.radius
        ends = ((x - radius, y), (x + radius, y))
        entity = replace(
            entity, kind="outline", points=ends, bulges=(1.0, 1.0), closed=True, radius=0.0
        )
    loops = tuple(tuple(map(in_chords, loop)) for loop in entity.loops)
    if not any(entity.bulges):
        return replace(entity, loops=loops)
    points, excess = chorded(entity.points, entity.bulges, entity.closed)
    kind = "outline" if entity.kind == "arc" else entity.kind
    return replace(
        entity, kind=kind, points=tuple(points), bulges=(0.0,) * len(points),
        excess=entity.excess + excess, loops=loops,
    )  # fmt: skip


def read_blocks(things: Sequence[Thing]) -> dict[str, Block]:
    """Sort the BLOCKS section into blocks by upper-case name."""
    blocks: dict[str, Block] = {}
    name, base, children = "", (0.0, 0.0), list[Child]()
    for thing, vertices in things_with_children(things):
        if thing.type == "BLOCK":
            name, children = thing.first("2").strip().upper(), []
            base = (number(thing.first("10", "0")), number(thing.first("20", "0")))
        elif thing.type == "ENDBLK":
            blocks[name] = Block(base, tuple(children))
        else:
            children.append((thing, vertices, head(thing)))
    return blocks


def grid(insert: Thing) -> tuple[int, int]:
    """Return (columns, rows) of an INSERT, at least 1 each."""
    return max(1, integer(insert.first("70"), 1)), max(1, integer(insert.first("71"), 1))


def target(insert: Thing) -> str:
    """Return the upper-case name of the block an INSERT places."""
    return insert.first("2").strip().upper()


class Counter:
    """Counts the entities behind an INSERT without making them."""

    def __init__(self, blocks: Mapping[str, Block], wanted: Wanted) -> None:
        self._blocks = blocks
        self._wanted = wanted
        self._sizes: dict[str, int] = {}
        self._matters: dict[str, bool] = {}
        self._path: list[str] = []

    def copies(self, insert: Thing) -> int:
        """Return how many entities an INSERT makes, grid included.

        Raises:
            UnreadableError: block_cycle, blocks_too_deep.

        """
        columns, rows = grid(insert)
        return columns * rows * self.size(target(insert))

    def size(self, name: str) -> int:
        """Return the number of entities one copy of a block makes."""
        if name in self._sizes:
            return self._sizes[name]
        if name in self._path:
            raise UnreadableError("block_cycle", block=name[:60])
        if len(self._path) > _DEEP:
            raise UnreadableError("blocks_too_deep", block=name[:60])
        block = self._blocks.get(name)
        self._path.append(name)
        total, matters = 0, False
        for thing, _, own in block.children if block else ():
            total += 1
            matters = matters or own.layer == "0" or self._wanted(own.layer)
            if thing.type == "INSERT":
                total += self.copies(thing)
                matters = matters or self._matters.get(target(thing), False)
        self._path.pop()
        self._sizes[name], self._matters[name] = total, matters
        return total

    def matters(self, insert: Thing, layer: str) -> bool:
        """Tell whether an INSERT can put anything on a layer of the dialect."""
        inside = self._blocks.get(target(insert))
        if inside is None:
            return False
        own = [c[2].layer for c in inside.children]
        deeper = [c for c in inside.children if c[0].type == "INSERT"]
        on_zero = self._wanted(layer) and "0" in own
        return (
            on_zero
            or any(map(self._wanted, own))
            or any(self.matters(c[0], layer if c[2].layer == "0" else c[2].layer) for c in deeper)
        )


def placings(insert: Thing, own: Head, blocks: Mapping[str, Block]) -> Iterator[Placing]:
    """Yield one placing for each copy in the INSERT's grid."""
    block = blocks[target(insert)]

    def value(code: str, default: str) -> float:
        return number(insert.first(code, default))

    x, y, turn = value("10", "0"), value("20", "0"), value("50", "0")
    scale = (value("41", "1"), value("42", "1"))
    columns, rows = grid(insert)
    flipped = (facing_of(insert) or 1.0) < 0
    angle = math.radians(turn)
    for row in range(rows):
        for column in range(columns):
            dx, dy = column * value("44", "0"), row * value("45", "0")
            at_x = x + dx * math.cos(angle) - dy * math.sin(angle)
            at_y = y + dx * math.sin(angle) + dy * math.cos(angle)
            yield Placing((at_x, at_y), scale, turn, block.base, own.layer, own.colour, flipped)
