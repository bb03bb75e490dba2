"""Lines, arcs and open polylines whose ends meet -> one closed outline, where there is one way.

Every end must meet exactly one other end. A chain that forks is left as it is: which way the
outline runs would be a guess. The work grows with the number of pieces, not with its square.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gis.areas import Point
from gis.model import Entity

_SAME_M = 1e-7
MOST = 20_000
"""More pieces than this on one layer are no outline; nobody draws so, and joining takes time."""
_CROWD = 8
"""More loose ends than this within one gap cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Joined:
    """One outline put together, the widest gap closed for it, and of how many pieces it is."""

    entity: Entity
    gap_m: float
    count: int


def is_open(entity: Entity, gap_m: float) -> bool:
    """Tell whether a thing is a piece: it has two ends, and they do not meet."""
    if entity.kind in {"line", "arc"}:
        return not is_dot(entity)
    loose = entity.kind == "outline" and not entity.closed and len(entity.points) > 1
    return loose and math.dist(entity.points[0], entity.points[-1]) > gap_m


def is_dot(entity: Entity) -> bool:
    """Tell whether a line has no length."""
    return entity.kind == "line" and math.dist(*entity.points) < 1e-9


@dataclass(frozen=True, slots=True)
class Joining:
    """What became of the pieces of one layer."""

    rings: list[Joined]
    loose: list[Entity]
    """Pieces that enclose nothing."""
    forked: list[Entity]
    """Pieces that enclose something, and more than one outline could be read out of them."""


def join(pieces: Sequence[Entity], gaps_m: tuple[float, float]) -> Joining:
    """Return the outlines that pieces of one layer make, and the pieces that make none.

    Args:
        pieces: in local metres.
        gaps_m: ends nearer than the first are one point; than the second closed if it is plain.

    """
    if len(pieces) > MOST:
        return Joining([], [], list(pieces))
    own = _once(pieces)
    out = Joining([], [], [])
    if not own:
        return out
    knots = _knots([p for piece in own for p in (piece.points[0], piece.points[-1])], gaps_m[0])
    ends = _meetings(own, knots)
    bridged = _bridged(own, ends, gaps_m[1])
    seen: set[int] = set()
    for first in range(len(own)):
        if first in seen:
            continue
        members = _component(first, knots, ends, bridged)
        seen |= members
        steps = _round(first, members, knots, ends, bridged)
        if steps is not None:
            out.rings.append(_ring(own, steps, gaps_m[0]))
            continue
        meet = {knots[end] for i in members for end in (2 * i, 2 * i + 1)}
        spans = sum(end in bridged for i in members for end in (2 * i, 2 * i + 1)) // 2
        encloses = len(members) >= len(meet) - spans
        (out.forked if encloses else out.loose).extend(own[i] for i in sorted(members))
    return out


def _once(pieces: Iterable[Entity]) -> list[Entity]:
    """Drop pieces that lie exactly on another one."""
    out: dict[tuple[object, ...], Entity] = {}
    for piece in pieces:
        a, b = _rounded(piece.points[0]), _rounded(piece.points[-1])
        middle = _rounded(piece.points[len(piece.points) // 2])
        between = None if len(piece.points) == 2 else middle
        bend = abs(round(piece.bulges[0], 6)) if piece.bulges else 0.0
        out.setdefault((min(a, b), max(a, b), between, bend, len(piece.points)), piece)
    return list(out.values())


def _rounded(point: Point) -> Point:
    return round(point[0], 6), round(point[1], 6)


def _knots(points: Sequence[Point], gap_m: float) -> list[int]:
    """Give every point the number of the knot it lies at; points within the gap are one."""
    parent = list(range(len(points)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, point in enumerate(points):
        x, y = math.floor(point[0] / gap_m), math.floor(point[1] / gap_m)
        near = (other for cell in _round_cell(x, y) for other in cells.get(cell, ()))
        for other in near:
            away = math.dist(points[other], point)
            if away <= gap_m:
                parent[root(i)] = root(other)
                if away < gap_m / 4:  # it stands for this one too: a cell never gets crowded
                    break
        else:
            cells[x, y].append(i)
    return [root(i) for i in range(len(points))]


def _round_cell(x: int, y: int) -> list[tuple[int, int]]:
    return [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


def _meetings(own: Sequence[Entity], knots: Sequence[int]) -> dict[int, list[int]]:
    """Return knot -> the ends there; end 2i is the first of piece i, 2i + 1 its last."""
    ends: dict[int, list[int]] = defaultdict(list)
    for end in range(2 * len(own)):
        ends[knots[end]].append(end)
    return ends


def _bridged(own: Sequence[Entity], ends: dict[int, list[int]], gap_m: float) -> dict[int, int]:
    """Return end -> end for loose ends that have just each other within the gap."""
    loose = [there[0] for there in ends.values() if len(there) == 1]
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for end in loose:
        x, y = _end(own, end)
        cells[math.floor(x / gap_m), math.floor(y / gap_m)].append(end)
    near: dict[int, list[int]] = {}
    for end in loose:
        at = _end(own, end)
        there: list[int] = []
        for cell in _round_cell(math.floor(at[0] / gap_m), math.floor(at[1] / gap_m)):
            there += cells.get(cell, [])[: _CROWD + 1]
        near[end] = [o for o in there if o != end and math.dist(_end(own, o), at) <= gap_m]
    return {
        end: others[0]
        for end, others in near.items()
        if len(others) == 1 and near[others[0]] == [end]
    }


def _end(own: Sequence[Entity], end: int) -> Point:
    return own[end // 2].points[-1 if end % 2 else 0]


def _partner(
    end: int, knots: Sequence[int], ends: dict[int, list[int]], bridged: dict[int, int]
) -> int | None:
    """Return the one end that an end meets, None when it meets none or several."""
    there = ends[knots[end]]
    if len(there) == 2:
        return there[1] if there[0] == end else there[0]
    return bridged.get(end) if len(there) == 1 else None


def _component(
    first: int, knots: Sequence[int], ends: dict[int, list[int]], bridged: dict[int, int]
) -> set[int]:
    """Return all pieces that hang together with one."""
    found, open_ = {first}, [first]
    been: set[int] = set()
    while open_:
        piece = open_.pop()
        for end in (2 * piece, 2 * piece + 1):
            if knots[end] in been:
                continue
            been.add(knots[end])
            there = ends[knots[end]]
            others = there if len(there) > 1 else [bridged[end]] if end in bridged else []
            new = {other // 2 for other in others} - found
            found |= new
            open_ += new
    return found


def _round(
    first: int,
    members: set[int],
    knots: Sequence[int],
    ends: dict[int, list[int]],
    bridged: dict[int, int],
) -> list[int] | None:
    """Return the ends at which the pieces are entered, once round; None if that is no ring."""
    steps, end = [2 * first], 2 * first + 1
    while True:
        entered = _partner(end, knots, ends, bridged)
        if entered is None:
            return None
        if entered == steps[0]:
            return steps if len(steps) == len(members) else None
        if len(steps) == len(members):
            return None
        steps.append(entered)
        end = entered ^ 1


def _ring(own: Sequence[Entity], steps: Sequence[int], joined_m: float) -> Joined:
    """Put the pieces together in the order and direction they are walked."""
    points: list[Point] = []
    bulges: list[float] = []
    excess, gap = 0.0, 0.0
    for i, step in enumerate(steps):
        piece = _directed(own[step // 2], turned=bool(step % 2))
        following = _end(own, steps[(i + 1) % len(steps)])
        jump = math.dist(piece.points[-1], following)
        points += piece.points if jump > joined_m else piece.points[:-1]
        bulges += piece.bulges if jump > joined_m else piece.bulges[:-1]
        excess += piece.excess
        gap = max(gap, jump)
    members = [own[i] for i in sorted(step // 2 for step in steps)]
    colours = {m.colour for m in members}
    note = next((m.text for m in members if m.text), "")
    whole = replace(
        members[0], kind="outline", points=tuple(points), bulges=tuple(bulges), closed=True,
        excess=excess, text=note, radius=0.0, colour=colours.pop() if len(colours) == 1 else 0,
    )  # fmt: skip
    return Joined(whole, gap, len(members))


def _directed(piece: Entity, *, turned: bool) -> Entity:
    """Return a piece with a bulge for each point, the last 0, walked from its first end."""
    bulges = [*piece.bulges[: len(piece.points) - 1], 0.0] if piece.bulges else []
    bulges = bulges or [0.0] * len(piece.points)
    if not turned:
        return replace(piece, bulges=tuple(bulges))
    back = [-b for b in reversed(bulges[:-1])]
    return replace(piece, points=piece.points[::-1], bulges=(*back, 0.0), excess=-piece.excess)
