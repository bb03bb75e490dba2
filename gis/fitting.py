"""Two outlines and the turn and shift under which their boundaries lie nearest: numbers only.

Points are complex numbers, x + iy in metres. Both outlines are sampled evenly along their
boundary; a circular correlation of the samples gives the turns worth trying (the longest edges
give more), least squares on the distances between the boundaries, both ways, refines each.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

Numbers = NDArray[np.float64]
Complexes = NDArray[np.complex128]

CORRELATED = 128
"""Even samples of a boundary that give the turns to try."""
SAMPLES = 96
"""Even samples of each boundary in the least squares."""
VERTICES = 120
"""Most vertices of an outline in the least squares."""
TRIED = 6
"""Turns refined; of the mirror image half as many."""
STEPS = 14
"""Most steps of the least squares."""
MEASURED_VERTICES = 200
"""Most vertices of an outline when the fit is measured."""


@dataclass(frozen=True, slots=True)
class Side:
    """One outline made ready: about its own centre, counter-clockwise."""

    centre: complex
    ring: Complexes
    """Vertices without the closing one, at most VERTICES."""
    samples: Complexes
    """SAMPLES points evenly along the boundary."""
    fine: Polygon
    """For measuring; about the centre as well."""
    area_m2: float

    @classmethod
    def of(cls, shape: Polygon) -> "Side":
        """Make an outline ready."""
        middle = shape.centroid
        whole = orient(Polygon(shape.exterior))
        whole = shapely.transform(whole, lambda p: p - np.array([middle.x, middle.y]))
        fine = plainer(whole, 0.005, MEASURED_VERTICES)
        ring = ring_of(plainer(fine, 0.02, VERTICES))
        centre = complex(middle.x, middle.y)
        return cls(centre, ring, even(ring, SAMPLES), fine, float(whole.area))

    def flipped(self) -> "Side":
        """Return the mirror image (x turned round), counter-clockwise again."""
        fine = orient(shapely.transform(self.fine, lambda p: p * np.array([-1.0, 1.0])))
        ring = -np.conj(self.ring[::-1])
        return Side(self.centre, ring, even(ring, SAMPLES), fine, self.area_m2)


def plainer(shape: Polygon, tolerance_m: float, most: int) -> Polygon:
    """Return the outline with at most ``most`` vertices, as true as that allows."""
    if len(shape.exterior.coords) > 10 * most:  # the simplifier is not linear
        points = even(ring_of(shape), 10 * most)
        thinned = Polygon(np.column_stack([points.real, points.imag]))
        shape = thinned if thinned.is_valid else shape
    while True:
        plain = shape.simplify(tolerance_m)
        if isinstance(plain, Polygon) and len(plain.exterior.coords) <= most + 1:
            return plain
        tolerance_m *= 2


def ring_of(shape: Polygon) -> Complexes:
    """Return the vertices of an outline, without the closing one."""
    points = np.asarray(shape.exterior.coords)[:-1]
    return np.asarray(points[:, 0] + 1j * points[:, 1], dtype=np.complex128)


def even(ring: Complexes, count: int) -> Complexes:
    """Return points at even steps along a closed ring."""
    closed = np.append(ring, ring[0])
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(closed)))])
    at = np.arange(count) * (along[-1] / count)
    x, y = np.interp(at, along, closed.real), np.interp(at, along, closed.imag)
    return np.asarray(x + 1j * y, dtype=np.complex128)


def between_deg(one: float, other: float) -> float:
    """Return the angle between two turns (radians), 0 to 180 degrees."""
    return abs(math.degrees(math.remainder(one - other, math.tau)))


def centred(ring: Complexes) -> Complexes:
    """Return even points of a ring about their own middle."""
    points = even(ring, CORRELATED)
    return np.asarray(points - points.mean(), dtype=np.complex128)


def likeness(a: Complexes, b: Complexes) -> Complexes:
    """Return for each start on the one outline the best turn (angle) and how like (size)."""
    found = np.conj(np.fft.ifft(np.fft.fft(a) * np.conj(np.fft.fft(b)))) / CORRELATED
    return np.asarray(found, dtype=np.complex128)


def turns_worth_trying(one: Side, other: Side) -> list[float]:
    """Return the turns (radians) worth refining, most promising first, none twice."""
    alike = likeness(centred(one.ring), centred(other.ring))
    size = np.abs(alike)
    peak = (size >= np.roll(size, 1)) & (size >= np.roll(size, -1))
    turns = [float(np.angle(alike[k])) for k in np.flatnonzero(peak)]
    turns += [
        math.remainder(there - here, math.tau)
        for here in _long_edges(one.ring)
        for there in _long_edges(other.ring)
    ]
    ranked = sorted(turns, key=lambda turn: (_cost(one, other, turn), turn))
    kept: list[float] = []
    for turn in ranked:
        if all(between_deg(turn, before) >= 4.0 for before in kept):
            kept.append(turn)
    return kept


def _long_edges(ring: Complexes) -> list[float]:
    """Return the directions of the four longest edges."""
    edges = np.roll(ring, -1) - ring
    longest = np.argsort(-np.abs(edges), kind="stable")[:4]
    return [float(np.angle(edges[k])) for k in longest]


def nearest(points: Complexes, ring: Complexes) -> tuple[Complexes, Complexes]:
    """Return for each point the nearest point of a closed ring, and the edge's unit normal."""
    edges = np.roll(ring, -1) - ring
    long = np.maximum(np.abs(edges), 1e-9)
    unit = edges / long
    away = points[:, None] - ring[None, :]
    along = np.clip((away * np.conj(unit)).real, 0.0, long)
    gap = away - along * unit
    best = np.argmin(gap.real**2 + gap.imag**2, axis=1)
    rows = np.arange(len(points))
    return points - gap[rows, best], 1j * unit[best]


def _pairs(
    one: Side, other: Side, turn: float, shift: complex, every: int = 1
) -> tuple[Complexes, Complexes, Complexes]:
    """Return turned points of the one, what they answer to on the other, and normals there."""
    spin = np.exp(1j * turn)
    there, whither = one.samples[::every] * spin, other.samples[::every]
    met, normals = nearest(there + shift, other.ring)
    back = (whither - shift) / spin
    own, own_normals = nearest(back, one.ring)
    return (
        np.concatenate([there, own * spin]),
        np.concatenate([met, whither]),
        np.concatenate([normals, own_normals * spin]),
    )


def _cost(one: Side, other: Side, turn: float) -> float:
    """Return the mean square distance of a third of the samples, centre on centre."""
    points, met, _ = _pairs(one, other, turn, 0j, every=3)
    return float(np.mean(np.abs(points - met) ** 2))


def refined(one: Side, other: Side, turn: float) -> tuple[float, complex, float]:
    """Move until the boundaries are nearest in the least squares; return turn, shift, cost."""
    shift, reach = 0j, math.sqrt(other.area_m2)
    best = (turn, shift, math.inf)
    for _ in range(STEPS):
        points, met, normals = _pairs(one, other, turn, shift)
        off = points + shift - met
        cost = float(np.mean(np.abs(off) ** 2))
        settled = cost > best[2] * 0.999
        if cost < best[2]:
            best = (turn, shift, cost)
        if settled:
            break
        lever = (1j * points * np.conj(normals)).real
        system = np.column_stack([lever, normals.real, normals.imag])
        step = np.linalg.lstsq(system, -(off * np.conj(normals)).real, rcond=1e-9)[0]
        turned, moved = float(np.clip(step[0], -0.3, 0.3)), complex(step[1], step[2])
        if abs(moved) > reach:
            break
        turn, shift = turn + turned, shift + moved
    return best
