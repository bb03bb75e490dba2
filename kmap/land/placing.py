"""A drawn plot is laid on a parcel of the register, and the register's facts come with it.

The parcel is named (a survey number, a plot's id, or the number typed on the drawing) or found by
shape near a point or within a local body. What is doubtful is refused with a coded complaint and
nothing of the land joins the scrutiny; where only the way round is doubtful (a rectangle fits two
ways) what holds for the whole plot joins, and nothing that hangs on where the building stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, ClassVar

from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from gis import placement
from gis.crs import to_metres
from gis.model import Complaint
from gis.placement import Fit, Laid
from kmap.errors import DatabaseAwayError, KmapError
from kmap.land import standing
from kmap.land.fit_words import (
    best_of,
    details_of,
    fit_json,
    refusal,
    says,
    signed,
    transform_json,
)
from kmap.land.found import Found
from kmap.land.lookup import KERALA_DEG, Land
from kmap.land.place import NOT_ASKED, By, Placed, Wanted
from kmap.land.search import parse_survey, survey_key
from kmap.land.words import words
from kmap.store import parcels, sites
from kmap.store.parcels import Parcel
from kmap.store.pool import Connection, Pool, connected

Json = dict[str, Any]
NEAR_M = 150.0
"""How far from a tapped point a plot is looked for."""
NEIGHBOURS_M = 60.0
"""How far from a named plot a better one is looked for, when the named one does not fit."""
LAID = 10
"""Plots that are laid on in full, those most like the drawn one."""
SIZE_SHARES = (0.09, 0.12)
"""How far area and perimeter of a candidate may differ; the fit itself is stricter."""
REFUSED = {
    "poor": "placement_poor_fit",
    "mirrored": "placement_mirrored",
    "area": "placement_other_size",
    "no_outline": "placement_no_plot",
}


class PlaceError(KmapError):
    """What says where a drawing belongs cannot be read."""

    code: ClassVar[str] = "bad_place"


WAYS = ("survey", "plot", "near", "within")
"""How a person names the parcel, as the form's fields."""


def wanted_of(fields: Mapping[str, str]) -> Wanted | None:
    """Read the parcel from a form's fields. Raises PlaceError."""
    survey, plot, near, body = (fields.get(name, "") for name in WAYS)
    return wanted(survey, plot, near, body)


def wanted(survey: str = "", plot: str = "", near: str = "", body: str = "") -> Wanted | None:
    """Read what a person gives: one of VILLAGE/SURVEY, a plot id, LON,LAT, a local body's code.

    Raises PlaceError for more than one, or for a point that is none.
    """
    named: dict[By, str] = {"survey": survey, "plot": plot, "near": near, "body": body}
    given = [(by, text.strip()[:200]) for by, text in named.items() if text.strip()]
    if not given:
        return None
    if len(given) > 1:
        raise PlaceError(
            "Say in one way where the plot is: a survey number, a plot id, a point or a body.",
            "പ്ലോട്ട് എവിടെയെന്ന് ഒരു രീതിയിൽ മാത്രം പറയുക: സർവേ നമ്പർ, പ്ലോട്ട് ഐഡി, സ്ഥാനം, തദ്ദേശസ്ഥാപനം.",
        )
    by, text = given[0]
    return Wanted(by, text, _point(text) if by == "near" else None)


def _point(text: str) -> tuple[float, float]:
    west, south, east, north = KERALA_DEG
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = float("nan")
    if not (isfinite(lon) and isfinite(lat) and west <= lon <= east and south <= lat <= north):
        raise PlaceError(
            f"Give the point as LON,LAT in degrees, in Kerala: longitude {west} to {east}, "
            f"latitude {south} to {north}.",
            "സ്ഥാനം രേഖാംശം,അക്ഷാംശം എന്ന് ഡിഗ്രിയിൽ, കേരളത്തിനുള്ളിൽ നൽകുക.",
        )
    return to_metres(lon, lat)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a drawing says of its plot; shapes in drawing metres."""

    plot: BaseGeometry | None
    fronts: tuple[LineString, ...]
    """Edges of the plot along the drawn road, else along the front yard."""
    footprints: tuple[standing.Footprint, ...]
    typed: str
    """VILLAGE/SURVEY as typed on the drawing; empty when it is not whole."""
    typed_survey: str
    at: tuple[float, float] | None


class Placer:
    """Lays drawings on the register; safe between threads."""

    def __init__(self, pool: Pool, land: Land) -> None:
        self._pool, self._land = pool, land

    def place(self, want: Wanted | None, drawn: Drawn, as_of: date) -> Placed:
        """Lay a drawn plot on the parcel it is for; without one, on the one typed on it.

        Raises DatabaseAwayError; all that is wrong with drawing or number is in the complaints.
        """
        if want is None and drawn.typed:
            want = Wanted("typed", drawn.typed)
        if want is None:
            return Placed(NOT_ASKED)
        if not placement.usable(drawn.plot):
            return _refused(want, drawn, "placement_no_plot", {})
        with connected(self._pool) as connection:
            if want.by in ("near", "body"):
                return self._found(connection, want, drawn, as_of)
            return self._named(connection, want, drawn, as_of)

    def _named(self, connection: Connection, want: Wanted, drawn: Drawn, as_of: date) -> Placed:
        try:
            parcel = self._land.parcel(connection, want.text, as_of)
        except DatabaseAwayError:
            raise
        except KmapError as error:
            code = "typed_parcel_not_found" if want.by == "typed" else "parcel_not_found"
            details = {"asked": want.text, "why": error.message, "why_ml": error.message_ml}
            return _refused(want, drawn, code, details)
        laid = placement.lay(_plot(drawn), parcel.shape, parcel.accuracy_m)
        if laid.outcome in REFUSED:
            better = self._better(connection, parcel, drawn, as_of)
            return _refused(
                want, drawn, REFUSED[laid.outcome], details_of(laid, parcel), laid, better
            )
        return self._joined(connection, want, drawn, parcel, laid, as_of)

    def _better(
        self, connection: Connection, parcel: Parcel, drawn: Drawn, as_of: date
    ) -> list[tuple[str, Laid]]:
        """Look whether a neighbour fits where the named plot does not."""
        around = parcel.shape.buffer(NEIGHBOURS_M)
        return self._fitting(connection, around, drawn, as_of, but=parcel.key)

    def _fitting(
        self,
        connection: Connection,
        within: BaseGeometry,
        drawn: Drawn,
        as_of: date,
        but: int = -1,
    ) -> list[tuple[str, Laid]]:
        """Return the plots of an area that the drawn plot fits, best first."""
        plot = _plot(drawn)
        rows = sites.alike(connection, within, plot, as_of, shares=SIZE_SHARES, but=but)
        likely = placement.promising(plot, [row.shape for row in rows], LAID)
        laid = [
            (rows[i].public_id, placement.lay(plot, rows[i].shape, rows[i].accuracy_m))
            for i in likely
        ]
        fits = [pair for pair in laid if pair[1].outcome in ("fits", "ambiguous")]
        return sorted(fits, key=lambda pair: (best_of(pair[1]).rms_m, pair[0]))

    def _found(self, connection: Connection, want: Wanted, drawn: Drawn, as_of: date) -> Placed:
        """Find the parcel by shape: one that fits, and none nearly as well."""
        within = _area(connection, want, as_of)
        if within is None:
            why = words()["placement"]["no_body"]
            details = {"asked": want.text, "why": why["en"], "why_ml": why["ml"]}
            return _refused(want, drawn, "parcel_not_found", details)
        fits = self._fitting(connection, within, drawn, as_of)
        if not fits:
            why = words()["placement"]["none_like"]
            details = {"asked": want.text, "why": why["en"], "why_ml": why["ml"]}
            return _refused(want, drawn, "parcel_not_found", details)
        parcel = parcels.by_id(connection, fits[0][0], as_of)
        if parcel is None:  # taken out of the register between the two statements
            return self._found(connection, want, drawn, as_of)
        laid = fits[0][1]
        apart = placement.limits().apart_m(parcel.accuracy_m)
        near = [p for p in fits[1:] if best_of(p[1]).rms_m < best_of(laid).rms_m + apart]
        if near:
            details = {
                "plot": fits[0][0],
                "others": ", ".join(name for name, _ in near[:5]),
                "count": str(len(near)),
            }
            return _refused(want, drawn, "placement_rival", details, laid, fits)
        if best_of(laid).rms_m > placement.limits().found_rms_m:
            details = details_of(laid, parcel)
            details["limit_m"] = f"{placement.limits().found_rms_m:.2f}"
            return _refused(want, drawn, "placement_not_sure", details, laid, fits)
        return self._joined(connection, want, drawn, parcel, laid, as_of)

    def _joined(
        self,
        connection: Connection,
        want: Wanted,
        drawn: Drawn,
        parcel: Parcel,
        laid: Laid,
        as_of: date,
    ) -> Placed:
        """Put placement, facts and complaints together for a plot that fits."""
        found = self._land.study(connection, parcel, as_of)
        fit, settled = _way_round(laid, drawn, found)
        complaints = _remarks(want, drawn, found, laid, fit)
        facts = standing.plot_facts(found)
        answer: Json = {
            "outcome": "placed" if fit else "turn_unknown",
            "asked": {"by": want.by, "text": want.text},
            "plot": standing.plot_json(found),
            "fit": fit_json(fit or best_of(laid), laid, settled),
            "rivals": [],
            "transform": transform_json(fit) if fit else None,
            "building": None,
            "geojson": None,
        }
        key = "placed" if fit else "turn_unknown"
        answer["says"] = says(key, fit or best_of(laid), answer["plot"])
        if fit:
            stands = standing.stand(connection, found, fit, drawn.footprints, as_of)
            facts = standing.with_building(facts, found, stands)
            complaints += standing.complaints(stands)
            answer["building"] = stands.as_json() if stands else None
            answer["geojson"] = standing.geojson(found, fit, _plot(drawn), drawn.footprints)
        return Placed(answer, facts, tuple(complaints), standing.notices(found))


def _plot(drawn: Drawn) -> BaseGeometry:
    assert drawn.plot is not None  # noqa: S101 - usable() says so before
    return drawn.plot


def _area(connection: Connection, want: Wanted, as_of: date) -> BaseGeometry | None:
    if want.point is not None:
        return Point(want.point).buffer(NEAR_M)
    return sites.body_area(connection, want.text, as_of)


def _way_round(laid: Laid, drawn: Drawn, found: Found) -> tuple[Fit | None, str | None]:
    """Return the fit that stands, and what settled it: shape, road, or None.

    None too where the shape speaks for one way round and the road for another that fits as well.
    """
    best, second, parcel = best_of(laid), laid.second, found.parcel
    if laid.outcome == "fits":
        other = second is not None and second.good(parcel.shape.area, parcel.accuracy_m)
        both = [best, second] if other and second else [best]
        against = placement.settle(both, drawn.fronts, _faced(found)) is second
        return (None, None) if other and against else (best, "shape")
    chosen = placement.settle([best, *laid.rivals], drawn.fronts, _faced(found))
    return chosen, "road" if chosen else None


def _faced(found: Found) -> tuple[LineString, ...]:
    """Return the parcel's edges on registered streets."""
    edges = found.edges
    return (*edges.front, *edges.other_streets) if edges else ()


def _remarks(
    want: Wanted, drawn: Drawn, found: Found, laid: Laid, fit: Fit | None
) -> list[Complaint]:
    """Say what is doubtful of a plot that fits."""
    out = []
    row = found.parcel.row
    pct = best_of(laid).area_pct
    number = survey_key(row["survey_no"], row["subdivision"] or "")
    if fit is None:
        others = laid.rivals or ((laid.second,) if laid.second else ())
        turns = [f"{f.motion.angle_deg:.0f}°" for f in (best_of(laid), *others)]
        details = {"plot": row["public_id"], "turns": ", ".join(turns)}
        out.append(Complaint("placement_ambiguous", "PLOT_BOUNDARY", drawn.at, details))
    share = placement.front_share(fit, drawn.fronts, _faced(found)) if fit else None
    if share is not None and share <= placement.limits().front_other:
        details = {"plot": row["public_id"], "share": f"{100 * share:.0f}"}
        out.append(Complaint("placement_road_elsewhere", "PLOT_BOUNDARY", drawn.at, details))
    if want.by in ("near", "body"):
        told = {"plot": row["public_id"]}
        out.append(Complaint("placement_by_shape", "PLOT_BOUNDARY", drawn.at, told))
    if abs(pct) > placement.limits().area_said_pct:
        details = {"plot": row["public_id"], "share": signed(pct)}
        out.append(Complaint("placement_area_differs", "PLOT_BOUNDARY", drawn.at, details))
    if want.by != "typed" and drawn.typed_survey and _key(drawn.typed_survey) != number:
        details = {"typed": drawn.typed_survey, "plot": row["public_id"]}
        out.append(Complaint("placement_number_differs", "PLAN_INFO", drawn.at, details))
    return out


def _key(typed: str) -> str | None:
    try:
        return parse_survey(typed).key
    except KmapError:
        return None


def _refused(
    want: Wanted,
    drawn: Drawn,
    code: str,
    details: Mapping[str, str],
    laid: Laid | None = None,
    others: Sequence[tuple[str, Laid]] = (),
) -> Placed:
    """Refuse: no facts, one complaint, and a hint when another plot fits."""
    complaints = [Complaint(code, "PLOT_BOUNDARY", drawn.at, details)]
    if others and code not in ("placement_rival", "placement_not_sure"):
        hint = {"plot": others[0][0], "rms_m": f"{best_of(others[0][1]).rms_m:.2f}"}
        complaints.append(Complaint("placement_fits_another", "PLOT_BOUNDARY", drawn.at, hint))
    best = laid.best if laid else None
    answer: Json = {
        "outcome": "refused",
        "code": code,
        "asked": {"by": want.by, "text": want.text},
        "plot": None,
        "fit": fit_json(best, laid, None) if best and laid else None,
        "rivals": [
            {"plot": name, "rms_m": round(best_of(one).rms_m, 3)} for name, one in others[:LAID]
        ],
        "transform": None,
        "building": None,
        "geojson": None,
        "says": refusal(complaints[0]),
    }
    return Placed(answer, (), tuple(complaints))
