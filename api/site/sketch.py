"""A plot's outline as a small drawing: corners with stones, each long side with its length."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

Point = tuple[float, float]
METRES_PER_DEGREE = 111_320.0
MARGIN = 0.16
"""Space round the outline, as a share of its larger extent, for the lengths."""
TURN_DEG = 12.0
"""Smaller turns along a side do not make a corner."""


def sketch(geometry: Any, footprint: Any) -> dict[str, Any] | None:
    """Draw a GeoJSON polygon in degrees as SVG parts in metres, y down; None without outline."""
    rings = _rings(geometry)
    if not rings or len(rings[0]) < 4:
        return None
    origin = rings[0][0]
    outline = [_flat(ring, origin) for ring in rings]
    allowed = [_flat(ring, origin) for ring in _rings(footprint)]
    xs, ys = zip(*outline[0], strict=True)
    extent = max(max(xs) - min(xs), max(ys) - min(ys), 1.0)
    pad = extent * MARGIN
    box = (min(xs) - pad, min(ys) - pad, max(xs) - min(xs) + 2 * pad, max(ys) - min(ys) + 2 * pad)
    corners = _corners(outline[0][:-1])
    return {
        "view_box": " ".join(f"{value:.2f}" for value in box),
        "outline": _path(outline),
        "allowed": _path(allowed),
        "stones": [(f"{x:.2f}", f"{y:.2f}") for x, y in corners],
        "stone": f"{extent * 0.016:.2f}",
        "font": f"{extent * 0.052:.2f}",
        "sides": _sides(corners, extent),
    }


def _rings(geometry: Any) -> list[list[Point]]:
    if not isinstance(geometry, Mapping):
        return []
    parts = geometry.get("coordinates") or []
    polygons = parts if geometry.get("type") == "MultiPolygon" else [parts]
    return [[(p[0], p[1]) for p in ring] for polygon in polygons for ring in polygon]


def _flat(ring: Sequence[Point], origin: Point) -> list[Point]:
    """Turn degrees into metres east and south of ``origin`` (good to a millimetre at 100 m)."""
    east = METRES_PER_DEGREE * math.cos(math.radians(origin[1]))
    return [((x - origin[0]) * east, (origin[1] - y) * METRES_PER_DEGREE) for x, y in ring]


def _path(rings: Sequence[Sequence[Point]]) -> str:
    return "".join(
        "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring[:-1]) + "Z" for ring in rings if ring
    )


def _corners(ring: Sequence[Point]) -> list[Point]:
    """Keep the points where the outline really turns."""
    kept = [
        here
        for before, here, after in zip(
            [ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True
        )
        if _turn_deg(before, here, after) > TURN_DEG
    ]
    return kept if len(kept) >= 3 else list(ring)


def _turn_deg(before: Point, here: Point, after: Point) -> float:
    one = math.atan2(here[1] - before[1], here[0] - before[0])
    two = math.atan2(after[1] - here[1], after[0] - here[0])
    return abs(math.degrees(math.remainder(two - one, math.tau)))


def _sides(corners: Sequence[Point], extent: float) -> list[dict[str, str]]:
    """Place each side's length outside the outline, beside the side's middle."""
    pairs = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    turning = math.copysign(1.0, sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs))
    sides = []
    for (x1, y1), (x2, y2) in pairs:
        length = math.hypot(x2 - x1, y2 - y1)
        if length < extent * 0.1:
            continue
        off = turning * extent * 0.062 / length
        x, y = (x1 + x2) / 2 + (y2 - y1) * off, (y1 + y2) / 2 - (x2 - x1) * off
        sides.append({"x": f"{x:.2f}", "y": f"{y:.2f}", "length": f"{length:.1f}"})
    return sides
