"""A plot as its owner draws it: checked, laid over the register, and answered like any other.

An outline is answered on the ground it covers, not on the plots it meets; these are named, each
with its share. Nobody's drawing is kept.
"""

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely
from shapely.geometry import Polygon, mapping

from gis.overlay import in_degrees, in_metres
from kmap.land.answer import compose
from kmap.land.errors import BadOutlineError, NoPlotHereError
from kmap.land.found import Found
from kmap.land.heights import Heights
from kmap.land.lookup import KERALA_DEG, Land, edges_of, slope_answer
from kmap.land.themes import TOUCH_M2, answers
from kmap.store import layers, outlines
from kmap.store.layers import Outline, Overlap
from kmap.store.parcels import Parcel
from kmap.store.pool import Connection, Pool, Row, connected
from rules import Book

Json = dict[str, Any]
MOST_VERTICES = 500
LEAST_M2, MOST_M2 = 1.0, 200_000.0
ACCURACY_M = 2.0
"""How far a hand-drawn corner may lie from what is meant, metres; told with the answer."""


@dataclass(frozen=True)
class Outlines:
    """Answers for outlines; safe between threads."""

    pool: Pool
    book: Book
    land: Land
    heights: Heights

    def answer(self, outline: Any, as_of: date, use: str = "A1", choice: str = "drawn") -> Json:
        """Answer for a GeoJSON polygon in degrees (or a Feature of one).

        Raises BadOutlineError for what is no sound outline of a plot, NoPlotHereError where it
        meets no plot of the register.
        """
        shape = read(outline)
        wkb = shapely.to_wkb(shape)
        with connected(self.pool) as connection:
            met = outlines.plots(connection, wkb, as_of)
            if not met:
                raise NoPlotHereError(
                    "The outline meets no plot of the register. Draw it over surveyed land.",
                    "വരച്ച അതിരിൽ രജിസ്റ്ററിലെ പ്ലോട്ടൊന്നുമില്ല. സർവേ ചെയ്ത ഭൂമിക്കു മുകളിൽ വരയ്ക്കുക.",
                )
            base = self.land.parcel(connection, met[0]["public_id"], as_of)
            found = self.land.study(connection, base, as_of)
            drawn = Outline(wkb, ACCURACY_M, bool(base.row["invented"]))
            found = self._moved(connection, found, shape, drawn)
        answer = compose(self.book, found, use)
        return {**answer, "outline": _told(shape, met, choice)}

    def _moved(
        self, connection: Connection, found: Found, shape: Polygon, drawn: Outline
    ) -> Found:
        """Ask again on the outline all that was found of the plot most of it lies on."""
        parcel = _parcel(found.parcel, shape, outlines.coverage(connection, drawn, found.as_of))
        there = _asked(connection, drawn, found)
        told = {one.theme: one for one in answers(parcel, found.register, there)}
        slope, readable = self.heights.slope(parcel)
        told["slope"] = slope_answer(told["slope"], parcel, slope, readable=readable)
        near, streets = layers.outline_near(connection, drawn, found.as_of)
        edges = edges_of(parcel, streets)
        return replace(found, parcel=parcel, themes=told, nearest=near, slope=slope, edges=edges)


def _asked(connection: Connection, drawn: Outline, found: Found) -> dict[str, Any]:
    """Return overlaps by theme; None for what could not be asked of the plot either."""
    by_theme: dict[str, list[Overlap]] = {}
    for one in layers.outline_overlaps(connection, drawn, found.as_of, list(found.themes)):
        by_theme.setdefault(one.row["theme_id"], []).append(one)
    dead = {name for name, one in found.themes.items() if one.answer == "could_not_check"}
    return {name: None if name in dead else by_theme.get(name, []) for name in found.themes}


def _parcel(base: Parcel, shape: Polygon, coverage: dict[str, list[Row]]) -> Parcel:
    """Return the outline as a parcel; what only a registered plot has is left empty."""
    lon, lat = in_degrees(shape.centroid).coords[0]
    row = {
        **base.row,
        "public_id": f"outline:{base.row['village_code']}",
        "tile_id": 0,
        "survey_no": "",
        "subdivision": "",
        "ulpin": None,
        "deed_area_m2": None,
        "drawn_area_m2": shape.area,
        "accuracy_m": ACCURACY_M,
        "geojson": dict(mapping(in_degrees(shape))),
        "lon": lon,
        "lat": lat,
    }
    return replace(base, row=row, shape=shape, coverage=coverage, buildings=[], evidence=[])


def _told(shape: Polygon, met: list[Row], choice: str) -> Json:
    """Return the outline's size, whose choice it was, and the plots it meets by 1 m2 or more."""
    shown = met[: outlines.MOST_PLOTS]
    inside = sum(float(row["area_m2"]) for row in shown)
    return {
        "choice": choice,
        "area_m2": round(shape.area, 2),
        "accuracy_m": ACCURACY_M,
        "outside_plots_m2": round(max(shape.area - inside, 0.0), 2),
        "more_plots": len(met) > len(shown),
        "plots": [
            {
                "id": row["public_id"],
                "survey_no": row["survey_no"],
                "subdivision": row["subdivision"],
                "area_m2": round(float(row["area_m2"]), 2),
                "share_of_plot_pct": round(100 * row["area_m2"] / row["drawn_area_m2"], 2),
                "share_of_outline_pct": round(100 * row["area_m2"] / shape.area, 2),
            }
            for row in shown
            if row is shown[0] or row["area_m2"] >= TOUCH_M2
        ],
    }


def read(outline: Any) -> Polygon:
    """Return a drawn outline as a sound polygon in EPSG:32643. Raises BadOutlineError."""
    if isinstance(outline, dict) and outline.get("type") == "Feature":
        outline = outline.get("geometry")
    if not isinstance(outline, dict) or outline.get("type") != "Polygon":
        raise _bad("not_a_polygon")
    points = _rings(outline.get("coordinates"))
    shape = in_metres(Polygon(points[0], points[1:]))
    if not shape.is_valid or shape.is_empty:
        raise _bad("crosses_itself")
    if not LEAST_M2 <= shape.area <= MOST_M2:
        raise _bad("area", least=LEAST_M2, most=MOST_M2, area=round(shape.area, 1))
    return shape


def _rings(rings: Any) -> list[list[tuple[float, float]]]:
    if not isinstance(rings, list) or not rings or not all(isinstance(r, list) for r in rings):
        raise _bad("not_a_polygon")
    if sum(len(ring) for ring in rings) > MOST_VERTICES:
        raise _bad("too_many_vertices", most=MOST_VERTICES)
    points = [[_point(place) for place in ring] for ring in rings]
    for ring in points:
        if len(ring) < 4 or ring[0] != ring[-1] or len(set(ring)) < 3:
            raise _bad("ring_not_closed")
    return points


def _point(place: Any) -> tuple[float, float]:
    if not isinstance(place, list | tuple) or len(place) < 2:
        raise _bad("not_a_polygon")
    lon, lat = place[0], place[1]
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (lon, lat))
    if not numbers or not (math.isfinite(lon) and math.isfinite(lat)):
        raise _bad("not_a_polygon")
    west, south, east, north = KERALA_DEG
    if not (west <= lon <= east and south <= lat <= north):
        raise _bad("outside_kerala")
    return float(lon), float(lat)


_SAYS = {
    "not_a_polygon": (
        "An outline is a GeoJSON Polygon of longitude and latitude in degrees.",
        "രേഖാംശവും അക്ഷാംശവും ഡിഗ്രിയിലുള്ള GeoJSON Polygon ആണ് വേണ്ടത്.",
    ),
    "too_many_vertices": (
        "An outline has at most {most} corners; leave some out.",
        "പരമാവധി {most} മൂലകൾ മാത്രം; ചിലത് ഒഴിവാക്കുക.",
    ),
    "ring_not_closed": (
        "Each ring needs three corners or more and ends where it began.",
        "ഓരോ വളയത്തിനും മൂന്നോ അതിലധികമോ മൂലകൾ വേണം; തുടങ്ങിയിടത്ത് അവസാനിക്കണം.",
    ),
    "crosses_itself": (
        "The outline crosses itself; draw it round the land once.",
        "വരച്ച അതിര് സ്വയം മുറിച്ചുകടക്കുന്നു; ഭൂമിയെ ഒരിക്കൽ മാത്രം ചുറ്റി വരയ്ക്കുക.",
    ),
    "area": (
        "The outline covers {area} m2; between {least:g} and {most:g} m2 can be answered.",
        "വരച്ചത് {area} ച.മീ.; {least:g} മുതൽ {most:g} വരെ ച.മീ. മാത്രമേ പറ്റൂ.",
    ),
    "outside_kerala": (
        "A corner of the outline lies outside Kerala.",
        "വരച്ച അതിരിന്റെ ഒരു മൂല കേരളത്തിനു പുറത്താണ്.",
    ),
}


def _bad(why: str, **gaps: Any) -> BadOutlineError:
    en, ml = _SAYS[why]
    return BadOutlineError(en.format(**gaps), ml.format(**gaps), why)
