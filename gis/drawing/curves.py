"""Ellipses and splines -> chords with the exact area between chords and curve beside them.

The area of an ellipse is analytic; that of a spline is integrated span by span (Gauss), exact for
a polynomial spline. Chords alone would always be a little small.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss

from gis.areas import Point

_CHORDS = 512
"""Chords of a full ellipse; a circle of 10 m strays 0.2 mm from them."""
_SPLINE_CHORDS = 1024
MOST_POINTS = 1000
"""Most control points of a spline that is measured; through more than 500 fit points none is."""
_MOST_FIT = 500

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points on a curve, and the signed area between its chords and itself."""

    points: tuple[Point, ...]
    excess: float
    closed: bool


@dataclass(frozen=True, slots=True)
class Nurbs:
    """A B-spline as DXF gives it; no weights = all one."""

    degree: int
    knots: Sequence[float]
    control: Sequence[Point]
    weights: Sequence[float] = ()


def ellipse(
    centre: Point, major: Point, ratio: float, start: float, end: float, facing: float = 1.0
) -> Curve:
    """Return an ellipse or an arc of one between two parameters in radians.

    >>> whole = ellipse((0, 0), (2, 0), 0.5, 0, 0)
    >>> whole.closed, len(whole.points)
    (True, 512)
    """
    sweep = (end - start) % math.tau
    closed = sweep < 1e-9 or sweep > math.tau - 1e-9
    sweep = math.tau if closed else sweep
    count = max(8, math.ceil(_CHORDS * sweep / math.tau))
    step = sweep / count
    minor = (-major[1] * ratio * facing, major[0] * ratio * facing)
    angles = (start + step * i for i in range(count if closed else count + 1))
    points = tuple(
        (
            centre[0] + major[0] * math.cos(a) + minor[0] * math.sin(a),
            centre[1] + major[1] * math.cos(a) + minor[1] * math.sin(a),
        )
        for a in angles
    )
    product = major[0] * minor[1] - major[1] * minor[0]
    return Curve(points, count * product / 2 * (step - math.sin(step)), closed)


def spline(nurbs: Nurbs) -> Curve | None:
    """Return a B-spline as chords; None when its numbers are not those of a spline."""
    count, degree = len(nurbs.control), nurbs.degree
    if not 1 <= degree <= 11 or not degree < count <= MOST_POINTS:
        return None
    knots = np.array(nurbs.knots)
    weights = np.array(nurbs.weights) if nurbs.weights else np.ones(count)
    if len(knots) != count + degree + 1 or len(weights) != count:
        return None
    if (np.diff(knots) < 0).any() or (weights <= 0).any():
        return None
    spans = [i for i in range(degree, count) if knots[i + 1] > knots[i]]
    if not spans:
        return None
    first = np.array(nurbs.control[0])
    flat = (np.array(nurbs.control) - first) * weights[:, None]
    return _walked(_Spline(degree, knots, np.column_stack([flat, weights])), spans, first)


@dataclass(frozen=True, slots=True)
class _Spline:
    """Knots and control points (x w, y w, w)."""

    degree: int
    knots: Array
    control: Array

    def at(self, span: int, places: Array) -> Array:
        """Return the points (x w, y w, w) at places of one knot span, by de Boor."""
        p, t = self.degree, self.knots
        rows = [np.tile(self.control[span - p + j], (len(places), 1)) for j in range(p + 1)]
        for r in range(1, p + 1):
            for j in range(p, r - 1, -1):
                low, high = t[j + span - p], t[j + 1 + span - r]
                share = ((places - low) / (high - low))[:, None]
                rows[j] = (1 - share) * rows[j - 1] + share * rows[j]
        return rows[p]

    def slope(self) -> "_Spline":
        """Return the derivative, a spline of one degree less."""
        p, t = self.degree, self.knots
        wide = t[p + 1 : -1] - t[1 : -p - 1]
        rise = p * np.diff(self.control, axis=0)
        wide = wide[:, None]
        return _Spline(
            p - 1, t[1:-1], np.divide(rise, wide, out=np.zeros_like(rise), where=wide > 0)
        )


def _walked(curve: _Spline, spans: Sequence[int], first: Array) -> Curve:
    """Walk a spline span by span: chords, and the area under the curve exactly."""
    steps = min(256, max(4, _SPLINE_CHORDS // len(spans)))
    rational = bool(np.ptp(curve.control[:, 2]) > 0)
    pieces, nodes = (4, 16) if rational else (1, curve.degree + 1)
    slope, gauss = curve.slope(), leggauss(nodes)
    area, chords = 0.0, []
    for span in spans:
        low, high = curve.knots[span], curve.knots[span + 1]
        edges = np.linspace(low, high, pieces + 1)
        for a, b in itertools.pairwise(edges):
            area += (
                _under(curve, slope, span, (a + b) / 2 + (b - a) / 2 * gauss[0])
                @ gauss[1]
                * ((b - a) / 4)
            )
        at = curve.at(span, np.linspace(low, high, steps + 1))
        chords.append(at[:-1] if span != spans[-1] else at)
    flat = np.concatenate(chords)
    flat = flat[:, :2] / flat[:, 2:]
    x, y = flat[:, 0], flat[:, 1]
    under = float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2
    closed = bool(np.hypot(*(flat[0] - flat[-1])) <= 1e-9 * max(float(np.ptp(flat)), 1e-9))
    if closed:
        flat = flat[:-1]
    points = tuple((float(px), float(py)) for px, py in flat + first)
    return Curve(points, float(area) - under, closed)


def _under(curve: _Spline, slope: _Spline, span: int, places: Array) -> Array:
    """Return x dy - y dx of the curve at places of one span."""
    at, by = curve.at(span, places), slope.at(span - 1, places)
    w = at[:, 2]
    x, y = at[:, 0] / w, at[:, 1] / w
    dx, dy = (by[:, 0] - x * by[:, 2]) / w, (by[:, 1] - y * by[:, 2]) / w
    return np.asarray(x * dy - y * dx)


def through(points: Sequence[Point], closed: bool, ends: Sequence[Point] = ()) -> Curve | None:
    """Return the smooth curve through points, as CAD programs draw a spline of fit points.

    Cubic, its parameter the length of the chords; open ends are straight unless ``ends`` gives
    their directions, a closed one has no end.
    """
    kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    if closed and len(kept) > 1 and kept[0] != kept[-1]:
        kept.append(kept[0])
    if not 3 <= len(kept) <= _MOST_FIT:
        return None
    at = np.array(kept)
    lengths = np.hypot(*np.diff(at, axis=0).T)
    slopes = _slopes(at, lengths, closed, np.array(ends))
    inner = lengths[:, None] / 3
    control = np.empty((3 * len(lengths) + 1, 2))
    control[0::3], control[1::3], control[2::3] = (
        at,
        at[:-1] + slopes[:-1] * inner,
        at[1:] - slopes[1:] * inner,
    )
    places = np.concatenate([[0.0], np.cumsum(lengths)])
    knots = [places[0], *np.repeat(places, 3), places[-1]]
    found = spline(Nurbs(3, knots, [(float(x), float(y)) for x, y in control]))
    return found if found is None or not closed else Curve(found.points, found.excess, True)


def _slopes(at: Array, lengths: Array, closed: bool, ends: Array) -> Array:
    """Return the derivative at each point that makes the curve smooth in its second derivative."""
    count = len(at)
    matrix, right = np.zeros((count, count)), np.zeros((count, 2))
    steps = np.diff(at, axis=0) / lengths[:, None]
    for i in range(1, count - 1):
        before, after = lengths[i - 1], lengths[i]
        matrix[i, i - 1 : i + 2] = after, 2 * (before + after), before
        right[i] = 3 * (after * steps[i - 1] + before * steps[i])
    if closed:
        before, after = lengths[-1], lengths[0]
        matrix[0, [0, 1, -2]] += 2 * (before + after), before, after
        right[0] = 3 * (after * steps[-1] + before * steps[0])
        matrix[-1, [0, -1]] = 1, -1
    elif len(ends) == 2 and (np.hypot(*ends.T) > 0).all():
        matrix[0, 0] = matrix[-1, -1] = 1
        right[[0, -1]] = ends / np.hypot(*ends.T)[:, None]
    else:
        matrix[0, :2], matrix[-1, -2:] = (2, 1), (1, 2)
        right[0], right[-1] = 3 * steps[0], 3 * steps[-1]
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
