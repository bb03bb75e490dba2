"""Laying a drawn plot on a parcel: the turn and shift that fits best, and how well it fits.

Nothing is stretched and nothing is mirrored: a drawing that fits only as its mirror image, or only
in another size, is told as such. The work is bounded by the sample and vertex counts here and in
``gis.fitting``, and the same input gives the same answer. Limits with their reasons are in
``placement.yaml``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeGuard, TypeVar

import numpy as np
import shapely
from ruamel.yaml import YAML
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from gis.fitting import (
    TRIED,
    Numbers,
    Side,
    between_deg,
    centred,
    even,
    likeness,
    nearest,
    refined,
    ring_of,
    turns_worth_trying,
)

MEASURED = 192
"""Even samples of each boundary when the fit is measured."""
WAYS_ROUND = 4
"""Fits measured: a square has so many; of the mirror image one."""


Shape = TypeVar("Shape", bound=BaseGeometry)


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as a fit; the reasons are in ``placement.yaml``."""

    rms_m: float
    rms_slack: float
    rms_share: float
    corner_m: float
    corner_slack: float
    iou_least: float
    area_said_pct: float
    area_most_pct: float
    rival_m: float
    rival_slack: float
    found_rms_m: float
    apart_deg: float
    front_least: float
    front_other: float
    front_reach_m: float
    smallest_m2: float
    largest_m2: float

    def rms_most(self, area_m2: float, slack_m: float) -> float:
        """Return the greatest RMS distance of a fit, metres."""
        by_size = self.rms_share * math.sqrt(area_m2)
        return min(self.rms_m + self.rms_slack * slack_m, by_size)

    def apart_m(self, slack_m: float) -> float:
        """Return how much worse than the best a rival must be to be none, metres of RMS."""
        return self.rival_m + self.rival_slack * slack_m


@cache
def limits() -> Limits:
    """Return the limits of ``placement.yaml``."""
    return Limits(**YAML(typ="safe").load(Path(__file__).with_name("placement.yaml")))


@dataclass(frozen=True, slots=True)
class Motion:
    """A turn about ``origin`` (drawing metres) that then carries it to ``to`` (map metres)."""

    angle_deg: float
    """Counter-clockwise."""
    origin: tuple[float, float]
    to: tuple[float, float]
    mirrored: bool = False
    """True only of a fit that is refused: x was turned round before the turn."""

    def carry(self, shape: Shape) -> Shape:
        """Return a shape of the drawing where it lies on the map."""
        turn = math.radians(self.angle_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        (ox, oy), (tx, ty) = self.origin, self.to
        hand = -1.0 if self.mirrored else 1.0

        def moved(points: Numbers) -> Numbers:
            x, y = hand * (points[:, 0] - ox), points[:, 1] - oy
            return np.column_stack([tx + cos * x - sin * y, ty + sin * x + cos * y])

        carried: Shape = shapely.transform(shape, moved)
        return carried


@dataclass(frozen=True, slots=True)
class Fit:
    """How a drawn plot lies on a parcel under one motion."""

    motion: Motion
    rms_m: float
    """Root mean square distance between the boundaries, both ways."""
    worst_m: float
    """Hausdorff distance: the place where they lie farthest apart."""
    area_pct: float
    """How much larger the drawn plot is, per cent of the parcel."""
    iou: float
    """Area shared over area covered by either."""

    def good(self, parcel_m2: float, slack_m: float) -> bool:
        """Tell whether this is a fit at all."""
        most = limits()
        return (
            self.rms_m <= most.rms_most(parcel_m2, slack_m)
            and self.worst_m <= most.corner_m + most.corner_slack * slack_m
            and self.iou >= most.iou_least
            and abs(self.area_pct) <= most.area_most_pct
        )


@dataclass(frozen=True, slots=True)
class Laid:
    """What came of laying a drawn plot on a parcel: the code of the outcome, and the fits."""

    outcome: str
    """fits | ambiguous | mirrored | poor | area | no_outline"""
    best: Fit | None = None
    rivals: tuple[Fit, ...] = ()
    """Other ways round that fit nearly as well."""
    second: Fit | None = None
    """The next best way round, whether it fits or not."""
    mirror: Fit | None = None
    """How the mirror image fits."""


def lay(drawn: BaseGeometry, parcel: BaseGeometry, slack_m: float = 0.0) -> Laid:
    """Lay a drawn plot (drawing metres) on a parcel (map metres, ``slack_m`` exact)."""
    if not (usable(drawn) and usable(parcel)):
        return Laid("no_outline")
    pct = 100 * (Polygon(drawn.exterior).area / Polygon(parcel.exterior).area - 1)
    one, other = Side.of(drawn), Side.of(parcel)
    straight = _fits(one, other, mirrored=False)
    flipped = _fits(one.flipped(), other, mirrored=True)
    best, mirror = straight[0], flipped[0]
    second = straight[1] if len(straight) > 1 else None
    apart = limits().apart_m(slack_m)
    good = [f for f in straight if f.good(other.area_m2, slack_m)]
    rivals = tuple(f for f in good[1:] if f.rms_m < best.rms_m + apart)
    mirror_good = mirror.good(other.area_m2, slack_m)
    if abs(pct) > limits().area_most_pct:
        outcome = "area"
    elif mirror_good and (not good or mirror.rms_m + apart < best.rms_m):
        outcome = "mirrored"
    elif not good or best is not good[0]:
        outcome = "poor"
    else:
        outcome = "ambiguous" if rivals else "fits"
    return Laid(outcome, best, rivals, second, mirror)


def usable(shape: BaseGeometry | None) -> TypeGuard[Polygon]:
    """Tell whether a shape is one sound outline of a size that a plot can have."""
    if not isinstance(shape, Polygon) or shape.is_empty:
        return False
    if not all(math.isfinite(v) for v in shape.bounds) or not shape.is_valid:
        return False
    area = Polygon(shape.exterior).area
    return limits().smallest_m2 <= area <= limits().largest_m2


def settle(
    fits: Sequence[Fit], fronts: Sequence[LineString], streets: Sequence[LineString]
) -> Fit | None:
    """Choose the one way round whose drawn front lies on the street; None when none or several do.

    Args:
        fits: the best fit and its rivals.
        fronts: the parts of the drawn plot's edge that face the drawn road or the front yard.
        streets: the parts of the parcel's edge that face a registered street.

    """
    shares = [front_share(fit, fronts, streets) for fit in fits]
    most = limits()
    on = [f for f, share in zip(fits, shares, strict=True) if (share or 0.0) >= most.front_least]
    off = [share for share in shares if share is not None and share <= most.front_other]
    return on[0] if len(on) == 1 and len(off) == len(fits) - 1 else None


def front_share(
    fit: Fit, fronts: Sequence[LineString], streets: Sequence[LineString]
) -> float | None:
    """Return which share of the drawn front lies on the street; None without front or street."""
    drawn, faced = shapely.union_all(list(fronts)), shapely.union_all(list(streets))
    if faced.is_empty or not drawn.length:
        return None
    reach = faced.buffer(limits().front_reach_m, cap_style="flat")
    return float(fit.motion.carry(drawn).intersection(reach).length / drawn.length)


def _fits(one: Side, other: Side, *, mirrored: bool) -> list[Fit]:
    """Return the fits of one outline on another, best first, each another way round."""
    turns = turns_worth_trying(one, other)[: TRIED // 2 if mirrored else TRIED]
    kept: list[tuple[float, complex]] = []
    found = sorted((refined(one, other, turn) for turn in turns), key=lambda f: f[2])
    for turn, shift, _ in found:
        if all(between_deg(turn, other_turn) >= limits().apart_deg for other_turn, _ in kept):
            kept.append((turn, shift))
    measured = [
        _measured(one, other, *pair, mirrored=mirrored)
        for pair in kept[: 1 if mirrored else WAYS_ROUND]
    ]
    return sorted(measured, key=lambda fit: fit.rms_m)


def promising(drawn: BaseGeometry, parcels: Sequence[BaseGeometry], most: int) -> list[int]:
    """Return the places of the parcels most like a drawn plot, most like first.

    Likeness is that of the evenly sampled boundaries under the best turn: a tenth of a
    millisecond a parcel, good enough to choose which to lay the plot on.
    """
    if not usable(drawn):
        return []
    own = centred(ring_of(orient(drawn)))
    left: list[tuple[float, int]] = []
    for place, parcel in enumerate(parcels):
        if usable(parcel):
            theirs = centred(ring_of(orient(parcel)))
            away = float(np.mean(np.abs(own) ** 2) + np.mean(np.abs(theirs) ** 2))
            left.append((away - 2 * float(np.abs(likeness(own, theirs)).max()), place))
    return [place for _, place in sorted(left)[:most]]


def _measured(one: Side, other: Side, turn: float, shift: complex, *, mirrored: bool) -> Fit:
    """Measure a fit on the fine outlines."""
    angle = math.degrees(math.remainder(turn, math.tau))
    here = Motion(angle, (0.0, 0.0), (shift.real, shift.imag)).carry(one.fine)
    there, back = _gaps(here, other.fine), _gaps(other.fine, here)
    evenly = np.concatenate([there[:MEASURED], back[:MEASURED]])
    shared = here.intersection(other.fine).area
    to = other.centre + shift
    return Fit(
        Motion(angle, (one.centre.real, one.centre.imag), (to.real, to.imag), mirrored),
        rms_m=float(np.sqrt(np.mean(evenly**2))),
        worst_m=float(max(there.max(), back.max())),
        area_pct=100 * (one.area_m2 / other.area_m2 - 1),
        iou=float(shared / (here.area + other.fine.area - shared)),
    )


def _gaps(one: Polygon, other: Polygon) -> Numbers:
    """Return distances to the other's boundary: of MEASURED even points, then of the vertices."""
    ring = ring_of(one)
    points = np.concatenate([even(ring, MEASURED), ring])
    met, _ = nearest(points, ring_of(other))
    return np.asarray(np.abs(points - met), dtype=np.float64)
