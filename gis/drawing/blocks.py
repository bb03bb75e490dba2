"""Blocks: count every copy on the graph of blocks first, then copy only what matters."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gis.areas import Point
from gis.drawing.entities import Head, head, things_with_children
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

    def point(self, p: Point) -> Point:
        """Return a point of the block in the frame outside it."""
        x, y = (p[0] - self.base[0]) * self.scale[0], (p[1] - self.base[1]) * self.scale[1]
        turn = math.radians(self.turn_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        return x * cos - y * sin + self.shift[0], x * sin + y * cos + self.shift[1]

    def entity(self, inner: Entity) -> Entity:
        """Return the copy of an entity of the block."""
        mirrored = self.scale[0] * self.scale[1] < 0
        stretched = abs(abs(self.scale[0]) - abs(self.scale[1])) > 1e-9 * abs(self.scale[0])
        curved = inner.radius > 0 or any(inner.bulges)
        if stretched and curved:
            inner = replace(inner, kind="other", text="stretched arc")
        return replace(
            inner,
            layer=self.layer if inner.layer == "0" else inner.layer,
            colour=inner.colour or self.colour,
            points=tuple(self.point(p) for p in inner.points),
            bulges=tuple(-b for b in inner.bulges) if mirrored else inner.bulges,
            radius=inner.radius * abs(self.scale[0]),
            angle_deg=inner.angle_deg + self.turn_deg,
        )


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
    angle = math.radians(turn)
    for row in range(rows):
        for column in range(columns):
            dx, dy = column * value("44", "0"), row * value("45", "0")
            at_x = x + dx * math.cos(angle) - dy * math.sin(angle)
            at_y = y + dx * math.sin(angle) + dy * math.cos(angle)
            yield Placing((at_x, at_y), scale, turn, block.base, own.layer, own.colour)
