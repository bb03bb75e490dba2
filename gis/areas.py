"""Areas and outlines of polylines with arcs (DXF bulges), exact and near their own origin.

A bulge is tan(angle / 4) of the arc from its point to the next; positive turns left.
"""

import math
from collections.abc import Sequence

Point = tuple[float, float]
"""(x, y) in metres."""
_CHORDS = 512
"""Chords of a full circle that is to be stretched."""


def ring_area_m2(points: Sequence[Point], bulges: Sequence[float]) -> float:
    """Return the signed area in m2 of a closed ring of n points with n bulges, arcs exact.

    >>> ring_area_m2([(0, 0), (2, 0), (2, 1), (0, 1)], [0, 0, 0, 0])
    2.0
    >>> round(ring_area_m2([(0, 0), (2, 0)], [1, 1]) / math.pi, 9)  # two half circles
    1.0
    """
    if not points:
        return 0.0
    x0, y0 = points[0]
    total = 0.0
    for i, (x, y) in enumerate(points):
        nx, ny = points[(i + 1) % len(points)]
        ax, ay, bx, by = x - x0, y - y0, nx - x0, ny - y0
        total += (ax * by - bx * ay) / 2
        if bulges[i]:
            total += _segment_area_m2(math.hypot(bx - ax, by - ay), bulges[i])
    return total


def _segment_area_m2(chord_m: float, bulge: float) -> float:
    """Signed area between a chord and its arc; positive where the arc turns left."""
    angle = 4 * math.atan(bulge)
    sine = math.sin(angle / 2)
    if sine == 0:
        return 0.0
    radius = chord_m / 2 / sine
    return radius * radius / 2 * (angle - math.sin(angle))


def chorded(
    points: Sequence[Point], bulges: Sequence[float], closed: bool
) -> tuple[list[Point], float]:
    """Return (chords, signed area between them and the arcs): what may be stretched one way.

    >>> chords, excess = chorded([(0, 0), (2, 0)], [1, 1], closed=True)
    >>> round(ring_area_m2(chords, [0] * len(chords)) + excess - math.pi, 12)
    0.0
    """
    last = len(points) - (0 if closed else 1)
    bulges = [b if i < last else 0.0 for i, b in enumerate(bulges)]
    out: list[Point] = []
    for i, point in enumerate(points):
        out.append(point)
        if bulges[i]:
            count = max(2, math.ceil(_CHORDS * abs(4 * math.atan(bulges[i])) / math.tau))
            out.extend(_arc_at(point, points[(i + 1) % len(points)], bulges[i], count))
    return out, ring_area_m2(points, bulges) - ring_area_m2(out, [0.0] * len(out))


def flatten(
    points: Sequence[Point],
    bulges: Sequence[float],
    closed: bool,
    sagitta_m: float = 0.0001,
    most: int = 512,
) -> list[Point]:
    """Return the polyline with each arc as chords that leave it by about ``sagitta_m`` at most.

    An arc never becomes more than ``most`` chords.
    """
    out: list[Point] = []
    last = len(points) - (0 if closed else 1)
    for i, point in enumerate(points):
        out.append(point)
        if i < last and bulges[i]:
            end = points[(i + 1) % len(points)]
            out.extend(_arc_points(point, end, bulges[i], sagitta_m, most))
    return out


def _arc_points(a: Point, b: Point, bulge: float, sagitta_m: float, most: int) -> list[Point]:
    """Return the points between the ends of an arc."""
    angle = 4 * math.atan(bulge)
    chord = math.hypot(b[0] - a[0], b[1] - a[1])
    if chord == 0:
        return []
    radius = abs(chord / 2 / math.sin(angle / 2))
    step = 2 * math.acos(max(0.0, 1 - sagitta_m / radius)) if radius > sagitta_m else math.pi / 4
    return _arc_at(a, b, bulge, min(most, max(2, math.ceil(abs(angle) / max(step, 1e-4)))))


def _arc_at(a: Point, b: Point, bulge: float, count: int) -> list[Point]:
    """Return the points that cut an arc into ``count`` equal ones, without its ends."""
    angle = 4 * math.atan(bulge)
    mid_x, mid_y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    apothem = (1 - bulge * bulge) / (4 * bulge)
    cx = mid_x - (b[1] - a[1]) * apothem
    cy = mid_y + (b[0] - a[0]) * apothem
    out = []
    for k in range(1, count):
        turn = angle * k / count
        dx, dy = a[0] - cx, a[1] - cy
        cos, sin = math.cos(turn), math.sin(turn)
        out.append((cx + dx * cos - dy * sin, cy + dx * sin + dy * cos))
    return out
