"""The land facts of every plot as columns: what ``kmap.land.facts`` says of one, of all at once.

A fact is masked where the land does not tell it; the rules for that are those of ``land_facts``,
and a test compares the two on plots all over the town.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gis.covering import Areas
from gis.frontages import Streets, streets_faced
from kmap.land.facts import CRZ_SEVERITY, MONUMENT_REACH_M, PADDY_SEVERITY
from kmap.land.heights import Heights
from kmap.land.themes import BINDING, TOUCH_M, TOUCH_M2
from kmap.store import bulk
from kmap.store.bulk import PairChunk, PlotChunk
from kmap.store.layers import STREET_REACH_M
from kmap.store.pool import Connection
from rules import Coded

AHEAD = 2
"""Chunks worked out ahead of the one that is used: one for each core of a small machine."""
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]
_KINDS = ("railway", "airport", "monument", "power_line", "road")
_DISTANCES = {"railway": "railway_distance_m", "airport": "airport_distance_m"}
_FLAGS = {"heritage_area": "heritage", "security_zone": "security", "flood_liable": "flood"}


@dataclass(frozen=True, eq=False)
class LandChunk:
    """Some plots and their facts: columns as ``rules.judge_columns`` takes them."""

    plots: PlotChunk
    columns: Mapping[str, Any]


def land_chunks(
    connection: Connection, as_of: date, size: int = bulk.CHUNK
) -> Iterator[LandChunk]:
    """Yield the land facts of every plot that holds on a day, some plots at a time.

    ``plot_restriction`` must be whole (``kmap.store.pairs``). The next chunks are worked out in
    threads meanwhile: the geometry library leaves Python alone while it works.
    """
    waiting: deque[Future[LandChunk]] = deque()
    with bulk.one_view(connection), ThreadPoolExecutor(AHEAD) as threads:
        ground = _Ground(connection, as_of)
        for plots in bulk.plot_chunks(connection, as_of, size):
            pairs = bulk.pair_chunk(connection, plots, as_of)
            waiting.append(threads.submit(ground.chunk, plots, pairs))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@dataclass(frozen=True, eq=False)
class _Bearings:
    """What was judged of each overlap of a chunk, as ``themes.judge`` does."""

    plot: NDArray[np.int64]
    theme: NDArray[np.str_]
    value: NDArray[np.object_]
    zone: NDArray[np.object_]
    deciding: Flags
    sure: Flags
    close: Flags

    def of(self, theme: str) -> "_Bearings":
        """Return those of one theme."""
        here = self.theme == theme
        return _Bearings(*(getattr(self, name)[here] for name in self.__dataclass_fields__))


class _Ground:
    """All that is the same for every chunk."""

    def __init__(self, connection: Connection, as_of: date) -> None:
        rows = bulk.restrictions(connection, as_of)
        self._standing = np.array([row["id"] for row in rows], np.int64)
        self._themes = np.array([row["theme_id"] for row in rows], dtype=str)
        self._binding = np.array([row["status"] in BINDING for row in rows], bool)
        self._values = np.array([row["value"] for row in rows], object)
        self._zones = np.array([row["zone_code"] for row in rows], object)
        self._coverage = _Coverage(bulk.coverage(connection, as_of))
        self._bodies = bulk.bodies(connection, as_of)
        self._body_areas = Areas([row[-1] for row in self._bodies])
        self._features = _layers(bulk.features(connection, as_of, _KINDS))
        self._rasters = bulk.rasters(connection, as_of)
        self._frames = shapely.union_all([frame for *_, frame in self._rasters])
        self._heights = Heights()

    def chunk(self, plots: PlotChunk, pairs: PairChunk) -> LandChunk:
        """Work out the facts of some plots."""
        return LandChunk(plots, self._facts(plots, pairs))

    def _facts(self, plots: PlotChunk, pairs: PairChunk) -> dict[str, Any]:
        bearings = self._judged(pairs)
        known = self._coverage.whole(plots.shapes)
        nothing = np.zeros(len(plots.keys), bool)

        def told(theme: str) -> Flags:
            return known.get(theme, nothing)

        out = self._bodies_of(plots)
        out["plot_area_record_m2"] = _number(plots.deed_m2)
        out["plot_area_drawn_m2"] = _number(plots.drawn_m2)
        out["crz_category"] = _worst(bearings.of("crz"), CRZ_SEVERITY, told("crz"))
        out["paddy_status"] = _worst(bearings.of("paddy"), PADDY_SEVERITY, told("paddy"))
        for name, theme in _FLAGS.items():
            out[name] = _present(bearings.of(theme), told(theme))
        out["zone"] = _zone(bearings.of("zoning"), told("zoning"))
        out |= self._distances(plots, bearings, told)
        out |= self._streets(plots, told("roads"))
        out["ground_slope_deg"] = self._slope(plots)
        return out

    def _judged(self, pairs: PairChunk) -> _Bearings:
        at = np.searchsorted(self._standing, pairs.restriction)
        enough = np.where(pairs.dimension == 2, TOUCH_M2, TOUCH_M)
        flat = pairs.dimension > 0
        present = np.where(flat, pairs.size >= enough, pairs.distance == 0)
        close = np.where(
            flat,
            np.where(present, pairs.least < enough, pairs.most >= enough),
            pairs.slack > 0,
        )
        touches = flat & ~present & (pairs.distance == 0)
        kept = present | touches | close
        place = at[kept]
        present, close = present[kept], close[kept]
        return _Bearings(
            plot=pairs.plot[kept],
            theme=self._themes[place],
            value=self._values[place],
            zone=self._zones[place],
            deciding=self._binding[place] & (present | close),
            sure=present & ~close,
            close=close,
        )

    def _bodies_of(self, plots: PlotChunk) -> dict[str, Any]:
        spots = shapely.point_on_surface(plots.shapes)
        found = np.full(len(spots), -1, np.int64)
        spot, body = self._body_areas.holding(spots)
        invented = np.array([row[4] for row in self._bodies], bool)
        same = invented[body] == plots.invented[spot]
        order = np.argsort(-body[same], kind="stable")
        found[spot[same][order]] = body[same][order]  # the first by code stands
        columns = {}
        for name, column in (("body", 0), ("family", 1), ("body_class", 2)):
            columns[name] = _words([row[column] for row in self._bodies], found)
        category = _words([row[3] for row in self._bodies], found)
        return columns | ({"panchayat_category": category} if category.words else {})

    def _distances(self, plots: PlotChunk, bearings: _Bearings, told: Any) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for kind, name in _DISTANCES.items():
            away, _ = self._nearest(plots, kind)
            out[name] = _number(np.where(_clear(bearings.of(kind), told(kind)), away, np.nan))
        away, voltage = self._nearest(plots, "power_line")
        lines = bearings.of("power_line")
        apart = told("power_line").copy()
        apart[lines.plot] = False
        kv = np.array([float(v) if v else np.nan for v in voltage.tolist()], np.float64)
        apart &= ~np.isnan(kv)
        out["power_line_kv"] = _number(np.where(apart, kv, np.nan))
        out["power_line_horizontal_m"] = _number(np.where(apart, away, np.nan))
        clear = _clear(bearings.of("monument"), told("monument"))
        asi, _ = self._nearest(plots, "monument", "asi")
        state, _ = self._nearest(plots, "monument", "state")
        governs = (asi <= MONUMENT_REACH_M) | (asi <= state) | np.isnan(state)
        away = np.where(governs & ~np.isnan(asi), asi, state)
        which = np.where(governs & ~np.isnan(asi), 0, 1)
        seen = clear & ~np.isnan(away)
        out["monument_distance_m"] = _number(np.where(seen, away, np.nan))
        out["monument_kind"] = Coded(("asi", "state"), np.where(seen, which, -1))
        return out

    def _nearest(
        self, plots: PlotChunk, kind: str, narrowed: str = ""
    ) -> tuple[Numbers, NDArray[np.object_]]:
        """Return metres to the nearest feature of a kind, NaN where there is none; its class."""
        away = np.full(len(plots.keys), np.nan)
        classes = np.full(len(plots.keys), None, object)
        for (of, name, invented), layer in self._features.items():
            here = np.flatnonzero(plots.invented == invented)
            if of != kind or narrowed not in ("", name) or not len(here):
                continue
            (at, _), metres = layer.tree.query_nearest(
                plots.shapes[here], return_distance=True, all_matches=False
            )
            closer = ~(away[here[at]] <= metres)
            away[here[at[closer]]] = metres[closer]
            classes[here[at[closer]]] = name
        return away, classes

    def _streets(self, plots: PlotChunk, known: Flags) -> dict[str, Any]:
        width = np.full(len(plots.keys), np.nan)
        classes = np.full(len(plots.keys), -1, np.int64)
        roads = {key: one for key, one in self._features.items() if key[0] == "road"}
        words = sorted({name or "unnotified" for _, name, _ in roads})
        for invented in (False, True):
            here = np.flatnonzero((plots.invented == invented) & known)
            some = [(key[1], one) for key, one in roads.items() if key[2] == invented]
            wide = np.array([w for _, one in some for w in one.width_m], np.float64)
            lines = np.array([s for _, one in some for s in one.tree.geometries], object)
            kinds = [words.index(n or "unnotified") for n, one in some for _ in one.width_m]
            told = ~np.isnan(wide)
            if not told.any() or not len(here):
                continue
            streets = Streets(lines[told], wide[told])
            faced = streets_faced(plots.shapes[here], streets, STREET_REACH_M)
            on = faced >= 0
            width[here[on]] = streets.width_m[faced[on]]
            classes[here[on]] = np.array(kinds)[told][faced[on]]
        return {"street_width_m": _number(width), "street_class": Coded(tuple(words), classes)}

    def _slope(self, plots: PlotChunk) -> Any:
        steepest = np.full(len(plots.keys), np.nan)
        for place in self._on_rasters(plots):
            shape = plots.shapes[place]
            rows = [
                {"path": path, "cell_m": cell_m}
                for path, cell_m, invented, frame in self._rasters
                if invented == plots.invented[place] and frame.intersects(shape.envelope)
            ]
            slope, _ = self._heights.slope_of(shape, rows)
            if slope is not None:
                steepest[place] = slope.max_deg
        return _number(steepest)

    def _on_rasters(self, plots: PlotChunk) -> list[int]:
        return np.flatnonzero(shapely.intersects(self._frames, plots.shapes)).tolist()


class _Coverage:
    """Where each theme has complete data. Themes often share their areas: each is asked once."""

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        places: dict[bytes, int] = {}
        themes: dict[str, set[int]] = {}
        shapes: list[Any] = []
        for theme, shape in rows:
            key = shapely.to_wkb(shape)
            if key not in places:
                places[key] = len(shapes)
                shapes.append(shape)
            themes.setdefault(theme, set()).add(places[key])
        self._areas = Areas(shapes)
        self._themes = {theme: sorted(own) for theme, own in themes.items()}

    def whole(self, plots: Shapes) -> dict[str, Flags]:
        """Say for each theme which plots lie wholly in its areas, in one or in several."""
        asked = self._areas.ask(plots)
        return {theme: asked.whole(own) for theme, own in self._themes.items()}


@dataclass(frozen=True, eq=False)
class _Layer:
    """Features of one kind and class: their shapes in a tree, and widths in metres."""

    tree: STRtree
    width_m: Numbers


def _layers(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str | None, bool], _Layer]:
    """Sort features by kind, class, and whether they are invented."""
    sorted_by: dict[tuple[str, str | None, bool], list[tuple[Any, ...]]] = {}
    for row in rows:
        sorted_by.setdefault((row[0], row[1], row[3]), []).append(row)
    return {
        key: _Layer(
            STRtree([row[-1] for row in some]), np.array([row[2] for row in some], np.float64)
        )
        for key, some in sorted_by.items()
    }


def _number(values: Numbers) -> Any:
    """Round as the facts of one plot are, and mask what is not known."""
    rounded = np.array([round(value, 2) for value in values.tolist()])
    return np.ma.masked_invalid(rounded)


def _words(words: Sequence[Any], places: NDArray[np.int64]) -> Coded:
    """Return words by place; -1 or a missing word is masked."""
    known = sorted({word for word in words if word})
    codes = np.array([known.index(word) if word else -1 for word in words] + [-1], np.int64)
    return Coded(tuple(known), codes[places])


def _worst(bearings: _Bearings, severity: Sequence[str], known: Flags) -> Coded:
    """Return the gravest category that surely holds; masked when an unsure one is graver."""
    rank = {value: place for place, value in enumerate(severity)}
    ranks = np.array([rank.get(value, len(severity)) for value in bearings.value], np.int64)
    sure, unsure = (np.zeros(len(known), np.int64) for _ in range(2))
    deciding = bearings.deciding
    for into, chosen in ((sure, bearings.sure), (unsure, ~bearings.sure)):
        np.maximum.at(into, bearings.plot[deciding & chosen], ranks[deciding & chosen])
    stands = known & (unsure <= sure) & (sure < len(severity))
    return Coded(tuple(severity), np.where(stands, sure, -1))


def _present(bearings: _Bearings, known: Flags) -> Any:
    """Return whether something surely lies on the plot; masked where it is too close to call."""
    surely, perhaps = (np.zeros(len(known), bool) for _ in range(2))
    surely[bearings.plot[bearings.deciding & bearings.sure]] = True
    perhaps[bearings.plot[bearings.deciding & ~bearings.sure]] = True
    return np.ma.MaskedArray(surely, ~known | (perhaps & ~surely))


def _zone(bearings: _Bearings, known: Flags) -> Coded:
    """Return the zone of plots that one zone holds; masked where several do."""
    words = sorted({str(code) for code in bearings.zone if code is not None})
    index = {code: place for place, code in enumerate(words)}
    codes = np.array([index.get(code, -1) for code in bearings.zone], np.int64)
    lowest = np.full(len(known), len(words) + 1, np.int64)
    highest = np.full(len(known), -2, np.int64)
    plots, mine = bearings.plot[bearings.deciding], codes[bearings.deciding]
    np.minimum.at(lowest, plots, mine)
    np.maximum.at(highest, plots, mine)
    one = known & (lowest == highest) & (highest >= 0)
    return Coded(tuple(words), np.where(one, highest, -1))


def _clear(bearings: _Bearings, known: Flags) -> Flags:
    """Say where the theme has data and no line is too close to call."""
    clear = known.copy()
    clear[bearings.plot[bearings.close]] = False
    return clear
