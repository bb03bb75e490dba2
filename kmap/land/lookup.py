"""Know Your Land: one plot in, the whole answer out. One SQL statement, no other calls."""

import threading
from datetime import date, datetime
from math import isfinite
from typing import Any

from gis.overlay import Edges, Street, facing
from gis.terrain import Slope
from kmap.land import search as searching
from kmap.land.answer import compose
from kmap.land.errors import (
    BadSurveyNumberError,
    NoPlotHereError,
    NoSuchPlotError,
    NoSuchVillageError,
    OutsideKeralaError,
    SeveralPlotsError,
)
from kmap.land.found import Found
from kmap.land.heights import Heights
from kmap.land.themes import ThemeAnswer, answers
from kmap.store import asking, parcels, places, register, surroundings
from kmap.store.asking import Asked
from kmap.store.layers import StreetLine
from kmap.store.parcels import Parcel, Way
from kmap.store.pool import Connection, Pool, Row, connected
from kmap.store.register import Register
from rules import Book

Json = dict[str, Any]
KERALA_DEG = (74.0, 8.0, 77.6, 12.9)
"""West, south, east, north of Kerala with its sea, degrees."""
PARTS_OF_ID = 4
"""village:block:survey:subdivision."""
REGISTERS_KEPT = 4
"""Versions of the register in memory: the newest, and those last asked for."""


class Land:
    """The land service; safe between threads, holds only what a load makes stale."""

    def __init__(self, pool: Pool, book: Book) -> None:
        self._pool, self._book = pool, book
        self._heights = Heights()
        self._registers: dict[int, Register] = {}
        self._lock = threading.Lock()

    def at(
        self,
        lon: float,
        lat: float,
        as_of: date,
        use: str = "A1",
        *,
        known_at: datetime | None = None,
    ) -> Json:
        """Answer for the plot at a point, degrees, as known at a time (now by default).

        Raises OutsideKeralaError for a point outside, NoPlotHereError where there is no plot.
        """
        west, south, east, north = KERALA_DEG
        finite = isfinite(lon) and isfinite(lat)
        if not (finite and west <= lon <= east and south <= lat <= north):
            raise OutsideKeralaError(
                f"The point must lie in Kerala: longitude {west} to {east}, "
                f"latitude {south} to {north} degrees.",
                "സ്ഥലം കേരളത്തിലായിരിക്കണം; രേഖാംശവും അക്ഷാംശവും നോക്കുക.",
            )
        with connected(self._pool) as connection:
            way = parcels.at(lon, lat)
            found = self._find(connection, way, as_of, known_at)
            if found is None:
                raise _no_plot_here(parcels.body_at(connection, lon, lat, as_of))
        return compose(self._book, found, use)

    def by_plot(
        self, plot_id: str, as_of: date, use: str = "A1", *, known_at: datetime | None = None
    ) -> Json:
        """Answer for the plot of a public id. Raises NoSuchPlotError."""
        with connected(self._pool) as connection:
            found = self._named(connection, plot_id, as_of, known_at)
        return compose(self._book, found, use)

    def by_survey(
        self,
        village: str,
        survey: str,
        as_of: date,
        use: str = "A1",
        *,
        known_at: datetime | None = None,
    ) -> Json:
        """Answer for a survey number of a village (code or name, either script).

        Raises BadSurveyNumberError, NoSuchVillageError, NoSuchPlotError or SeveralPlotsError.
        """
        number = searching.parse_survey(survey)
        with connected(self._pool) as connection:
            plot_id = self._numbered(connection, village, number, as_of, known_at)
            found = self._named(connection, plot_id, as_of, known_at)
        return compose(self._book, found, use)

    def by_name(
        self, name: str, as_of: date, use: str = "A1", *, known_at: datetime | None = None
    ) -> Json:
        """Answer for a plot as a person names it: a public id, or VILLAGE/SURVEY like NLT/145/2A.

        Raises as ``by_plot`` and ``by_survey`` do.
        """
        with connected(self._pool) as connection:
            plot_id = self._id_of(connection, name, as_of, known_at)
            found = self._named(connection, plot_id, as_of, known_at)
        return compose(self._book, found, use)

    def search(self, text: str, limit: int = 20) -> list[Json]:
        """Find plots by survey number, village and number, or id; and places by name."""
        asked = searching.query(text)
        with connected(self._pool) as connection:
            found = places.search(connection, asked, limit)
            if not found and asked.name and not asked.number:
                named = places.places(connection)
                found = [row for row in named if _is_named(row["place"], asked.name)]
        return found[:limit]

    def around(
        self,
        plot_id: str,
        as_of: date,
        reach_m: float = 20.0,
        *,
        known_at: datetime | None = None,
    ) -> list[Json]:
        """Return what lies on and around a plot, for the map on a paper; [] for no such plot."""
        with connected(self._pool) as connection:
            return surroundings.around(connection, plot_id, as_of, reach_m, known_at)

    def study(
        self,
        connection: Connection,
        parcel: Parcel,
        as_of: date,
        known_at: datetime | None = None,
    ) -> Found:
        """Ask everything about a plot that was found: one statement. Raises NoSuchPlotError."""
        return self._named(connection, parcel.row["public_id"], as_of, known_at)

    def parcel(self, connection: Connection, plot: str, as_of: date) -> Parcel:
        """Find a plot by its public id, or by VILLAGE/SURVEY like NLT/145/2A.

        Raises BadSurveyNumberError, NoSuchVillageError, NoSuchPlotError or SeveralPlotsError.
        """
        plot = self._id_of(connection, plot, as_of, None)
        found = parcels.by_id(connection, plot, as_of) if _may_name(plot) else None
        if found is None:
            raise _no_such_plot()
        return found

    def _id_of(
        self, connection: Connection, name: str, as_of: date, known_at: datetime | None
    ) -> str:
        """Return the public id that a person's name of a plot means: an id, or VILLAGE/SURVEY."""
        if name.count(":") == PARTS_OF_ID - 1:
            return name
        village, slash, number = name.replace("\0", "").strip("/ ")[:200].partition("/")
        if not slash:
            raise BadSurveyNumberError(
                "Write the village and the number: VILLAGE/SURVEY, like NLT/145/2A.",
                "വില്ലേജും നമ്പറും എഴുതുക: NLT/145/2A പോലെ.",
            )
        wanted = searching.parse_survey(number.strip())
        return self._numbered(connection, village.strip(), wanted, as_of, known_at)

    def _find(
        self, connection: Connection, way: Way, as_of: date, known_at: datetime | None
    ) -> Found | None:
        asked = asking.everything(connection, way, as_of, known_at)
        return self.told(connection, asked, as_of) if asked else None

    def _named(
        self, connection: Connection, plot_id: str, as_of: date, known_at: datetime | None
    ) -> Found:
        way = parcels.named(plot_id)
        found = self._find(connection, way, as_of, known_at) if _may_name(plot_id) else None
        if found is None:
            raise _no_such_plot()
        return found

    def told(self, connection: Connection, asked: Asked, as_of: date) -> Found:
        """Judge what the register holds of a plot, before the law is asked."""
        parcel, overlaps = asked.parcel, asked.overlaps
        book = self._register_of(connection, parcel.version)
        for theme in asked.failed:
            overlaps[theme] = None
        slope, readable = self._heights.slope(parcel)
        told = {answer.theme: answer for answer in answers(parcel, book, overlaps)}
        told["slope"] = slope_answer(told["slope"], parcel, slope, readable=readable)
        edges = edges_of(parcel, asked.streets)
        return Found(parcel, book, told, asked.nearest, slope, edges, as_of)

    def _register_of(self, connection: Connection, version: int) -> Register:
        with self._lock:
            if version not in self._registers:
                while len(self._registers) >= REGISTERS_KEPT:
                    del self._registers[min(self._registers)]
                self._registers[version] = register.read(connection, version)
            return self._registers[version]

    @staticmethod
    def _numbered(
        connection: Connection,
        village: str,
        number: searching.Survey,
        as_of: date,
        known_at: datetime | None,
    ) -> str:
        """Return the public id of the one plot of a survey number."""
        folded = searching.fold(village)
        found = parcels.by_survey(connection, folded, number.block, number.key, as_of, known_at)
        if len(found) == 1:
            return str(found[0]["public_id"])
        if found:
            raise _several(found)
        if not parcels.has_village(connection, folded):
            raise NoSuchVillageError(
                "No village of that code or name is in the register. Check its spelling.",
                "ആ കോഡോ പേരോ ഉള്ള വില്ലേജ് രജിസ്റ്ററിലില്ല. അക്ഷരങ്ങൾ നോക്കുക.",
            )
        raise _no_such_plot()


def _may_name(plot_id: str) -> bool:
    return len(plot_id) <= 200 and "\0" not in plot_id


def _no_plot_here(body: Row | None) -> NoPlotHereError:
    en = (
        "The register has no plot at this point; it may be road or water, or unsurveyed. "
        "Choose a point inside a plot, or give the survey number."
    )
    ml = (
        "ഈ സ്ഥലത്ത് രജിസ്റ്ററിൽ പ്ലോട്ടില്ല; റോഡോ വെള്ളമോ ആകാം. പ്ലോട്ടിനുള്ളിലെ സ്ഥലം "
        "തിരഞ്ഞെടുക്കുക, അല്ലെങ്കിൽ സർവേ നമ്പർ നൽകുക."
    )
    if body is None:
        return NoPlotHereError(en, ml)
    code, name_en, name_ml = body["code"], body["name_en"], body["name_ml"]
    return NoPlotHereError(
        f"{en} Local body: {name_en} ({code}).",
        f"{ml} തദ്ദേശസ്ഥാപനം: {name_ml} ({code}).",
        {"code": code, "name": {"en": name_en, "ml": name_ml}, "invented": body["invented"]},
    )


def _is_named(place: Json, wanted: str) -> bool:
    return any(wanted in searching.fold(name) for name in place.values() if name)


def _no_such_plot() -> NoSuchPlotError:
    return NoSuchPlotError(
        "The register has no plot of that number. Check the number and subdivision, like 145/2A.",
        "ആ നമ്പറുള്ള പ്ലോട്ട് രജിസ്റ്ററിലില്ല. നമ്പറും ഉപനമ്പറും (145/2A പോലെ) നോക്കുക.",
    )


def _several(found: list[Row]) -> SeveralPlotsError:
    choices = [{"id": p["public_id"], "block": p["block"]} for p in found]
    blocks = ", ".join(str(choice["block"]) for choice in choices)
    return SeveralPlotsError(
        f"That number is in several survey blocks ({blocks}). Write BLOCK:NUMBER, like 1:12/3.",
        f"ആ നമ്പർ പല ബ്ലോക്കുകളിലുണ്ട് ({blocks}). BLOCK:NUMBER എന്ന് എഴുതുക, 1:12/3 പോലെ.",
        choices,
    )


def slope_answer(
    told: ThemeAnswer, parcel: Parcel, slope: Slope | None, *, readable: bool
) -> ThemeAnswer:
    """Return the slope theme's answer: data are the elevation model's, not a coverage area."""
    if not readable:
        return ThemeAnswer("slope", "could_not_check", told.bearings, False, "none")
    if slope is None:
        level = "partial" if parcel.rasters else "none"
        return ThemeAnswer("slope", told.answer, told.bearings, False, level)
    answer = "affected" if told.bearings else "not_affected"
    return ThemeAnswer("slope", answer, told.bearings, True, "complete")


def edges_of(parcel: Parcel, lines: list[StreetLine]) -> Edges | None:
    """Sort the plot's edges by street; None when a width is not known or none is faced."""
    streets = [
        Street(
            line=line.line,
            width_m=float(line.row["width_m"]),
            kind=line.row["class"] or "unnotified",
            name_en=line.row["name_en"] or "",
            name_ml=line.row["name_ml"] or "",
        )
        for line in lines
        if line.row["width_m"]
    ]
    return facing(parcel.shape, streets)
