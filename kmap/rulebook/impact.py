"""Whom a change of the rule book touches: reference sites, stored scrutinies, every plot.

Plots are judged as Know Your Land judges them: the facts of the land and an assumed use. Floor
area is the plot times the floor area ratio, covered ground the plot times the coverage.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from kmap.land.bulk import LandChunk, land_chunks
from kmap.land.uses import uses
from kmap.land.zoning import NewZoning
from kmap.store import pairs
from kmap.store.bulk import pairs_are_whole
from kmap.store.evaluations import Evaluations, Wanted
from kmap.store.pool import Pool, connected
from rules import Book, Coded, FactError
from rules.cohort import read_cohort
from rules.columns import Pace
from rules.hanging import Hanging
from rules.impact import Impact, impact, plan_changes

Json = dict[str, Any]
Numbers = NDArray[np.float64]
MOST_PLOTS = 2_000
"""Changed plots that are listed and drawn one by one; all are counted, and drawn as squares."""
SQUARE_M = 250.0
"""Side of the squares of the map."""
USES = ("A1", "A1-flats", "F", "E")
"""Uses assumed for plots when none is asked for: a house, flats, a shop, offices."""
GROUPS = ("body", "zone")
"""Columns by which changed plots are counted: for whom."""
CAPS = {"floor": ("fsi", 1.0), "ground": ("coverage_pct", 0.01)}
"""What is built, the fact that a clause caps, and what turns the cap into a share of the plot."""
DUST_M2 = 1e-6
_PLOT_AREA = "plot_area_m2"


@dataclass
class Touched:
    """What a change does to plots under one assumed use; areas in square metres."""

    use: str
    counts: dict[str, int] = field(default_factory=dict)
    clauses: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)
    clearances: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)
    limits: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    area: dict[str, float] = field(default_factory=dict)
    """floor_won_m2, floor_lost_m2, ground_won_m2, ground_lost_m2."""

    def as_json(self) -> Json:
        """Return everything as plain values."""

        def moves(table: dict[tuple[str, str], int]) -> list[Json]:
            rows = [{"from": a, "to": b, "plots": n} for (a, b), n in table.items()]
            return sorted(rows, key=lambda row: (-row["plots"], row["from"], row["to"]))

        return {
            "use": self.use,
            "title": uses()[self.use]["title"],
            **self.counts,
            **{name: round(area, 2) for name, area in self.area.items()},
            "clauses": {name: moves(table) for name, table in sorted(self.clauses.items())},
            "clearances": {name: moves(table) for name, table in sorted(self.clearances.items())},
            "limits": dict(sorted(self.limits.items())),
            "by": self.groups,
        }


@dataclass
class PlotImpact:
    """What a change does to every plot: by use, the plots that change most, and map squares."""

    plots: int = 0
    by_use: dict[str, Touched] = field(default_factory=dict)
    listed: list[Json] = field(default_factory=list)
    squares: dict[tuple[int, int], list[float]] = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return everything but the shapes as plain values."""
        return {
            "plots": self.plots,
            "uses": [one.as_json() for one in self.by_use.values()],
            "changed_plots": [
                {k: v for k, v in row.items() if k != "shape"} for row in self.listed
            ],
        }


def on_cohort(old: Book, new: Book, as_of: date) -> list[Json]:
    """Judge the reference sites of the new book (of the old, if it has none) by both books."""
    sites = {site.id: site for site in read_cohort(new) or read_cohort(old)}
    plans = ((site.id, site.facts) for site in sites.values())
    return [
        {"title": sites[one.key].title.as_json(), **one.as_json()}
        for one in plan_changes(old, new, plans, as_of)
    ]


def on_scrutinies(
    pool: Pool, old: Book, new: Book, as_of: date, limit: int | None = None
) -> Iterator[Json]:
    """Judge every stored scrutiny by both books, as if it came in on the day; yield one each.

    Facts that neither book can read any more are told with the code ``facts_unreadable``.
    """
    for kept in Evaluations(pool).pages(Wanted(limit=limit)):
        key = kept.scrutiny_id or kept.id
        try:
            [one] = plan_changes(old, new, [(key, json.loads(kept.facts))], as_of)
        except FactError as error:
            yield {"plan": key, "code": "facts_unreadable", "says": error.message, "changes": []}
        else:
            yield one.as_json()


def on_plots(
    pool: Pool,
    old: Book,
    new: Book,
    as_of: date,
    asked: Sequence[str] = USES,
    *,
    zoning: NewZoning | None = None,
    pace: Pace | None = None,
) -> PlotImpact:
    """Judge every plot of the register by both books under each assumed use.

    With ``zoning`` the plots' zones are those of a new plan for the new book. Reads the register
    as it stands at one moment; overlaps that are due are worked out first.
    """
    found = PlotImpact(by_use={use: Touched(use) for use in asked})
    with connected(pool) as connection:
        if not pairs_are_whole(connection):
            pairs.renew_all(connection)
        for chunk in land_chunks(connection, as_of):
            found.plots += len(chunk.plots.keys)
            for use in asked:
                _judge(found, chunk, (old, new, as_of), use, zoning, pace)
    return found


def _judge(
    found: PlotImpact,
    chunk: LandChunk,
    books: tuple[Book, Book, date],
    use: str,
    zoning: NewZoning | None,
    pace: Pace | None,
) -> None:
    old, new, as_of = books
    facts = uses()[use]["facts"]
    columns = {**chunk.columns, **facts}
    changed = None
    if zoning is not None:
        changed = {**columns, "zone": zoning.column(chunk.plots.shapes)}
    laws = [Hanging(book, as_of, tuple(book.families)) for book in (old, new)]
    caps = {
        name: [*dict.fromkeys(clause for law in laws for clause in law.checking(fact))]
        for name, (fact, _) in CAPS.items()
    }
    keep = [*dict.fromkeys(name for names in caps.values() for name in names), _PLOT_AREA]
    done = impact(old, new, columns, as_of, new_columns=changed, keep=keep, pace=pace)
    gains = {name: _gain(done, caps[name], share) for name, (_, share) in CAPS.items()}
    touched = found.by_use[use]
    for name, gain in gains.items():
        for key, part in (
            (f"{name}_won_m2", gain[gain > 0]),
            (f"{name}_lost_m2", -gain[gain < 0]),
        ):
            touched.area[key] = touched.area.get(key, 0.0) + float(part.sum())
    _add(touched, done, gains["floor"], chunk)
    _draw(found, done, gains["floor"], chunk, use)


def _gain(done: Impact, clauses: Sequence[str], share: float) -> Numbers:
    """Return square metres won or lost on each plot; 0 where either book sets no limit."""
    allowed = []
    for side in (0, 1):
        limits = [done.kept[name][side] for name in clauses]
        least = np.fmin.reduce(limits) if limits else np.full(done.rows, np.nan)
        allowed.append(least * share * done.kept[_PLOT_AREA][side])
    gain: Numbers = np.nan_to_num(allowed[1] - allowed[0])
    return np.where(np.abs(gain) < DUST_M2, 0.0, gain)


def _add(touched: Touched, done: Impact, gain: Numbers, chunk: LandChunk) -> None:
    told = done.as_json()
    for name in ("plans", "changed", "worse", "better", "newly_failing", "no_longer_failing"):
        key = "plots" if name == "plans" else name
        touched.counts[key] = touched.counts.get(key, 0) + told[name]
    for what, into in (("clauses", touched.clauses), ("clearances", touched.clearances)):
        for name, rows in told[what].items():
            table = into.setdefault(name, {})
            for row in rows:
                key_of = row["from"], row["to"]
                table[key_of] = table.get(key_of, 0) + row["plans"]
    for name, one in told["limits"].items():
        sofar = touched.limits.setdefault(name, {"lower": 0, "higher": 0, **_ends(one)})
        sofar["lower"] += one["lower"]
        sofar["higher"] += one["higher"]
        sofar["least"] = min(sofar["least"], one["least"])
        sofar["most"] = max(sofar["most"], one["most"])
    for group in GROUPS:
        if isinstance(chunk.columns.get(group), Coded):
            _by_group(touched.groups.setdefault(group, {}), chunk.columns[group], done, gain)


def _ends(one: Mapping[str, Any]) -> Json:
    return {"least": one["least"], "most": one["most"]}


def _by_group(
    table: dict[str, dict[str, float]], column: Coded, done: Impact, gain: Numbers
) -> None:
    """Count changed plots by what a column says of them; "" where it says nothing."""
    changed = done.changed | (gain != 0)
    for code in np.unique(column.codes[changed]).tolist():
        rows = changed & (column.codes == code)
        row = table.setdefault("" if code < 0 else column.words[code], {})
        failing = rows & (done.old_fails == 0) & (done.new_fails > 0)
        for name, count in (
            ("changed", rows.sum()),
            ("worse", (rows & done.worse).sum()),
            ("better", (rows & done.better).sum()),
            ("newly_failing", failing.sum()),
        ):
            row[name] = row.get(name, 0) + int(count)
        row["floor_m2"] = round(row.get("floor_m2", 0.0) + float(gain[rows].sum()), 2)


def _draw(found: PlotImpact, done: Impact, gain: Numbers, chunk: LandChunk, use: str) -> None:
    """Count changed plots into squares, and list the first of them one by one."""
    changed = np.flatnonzero(done.changed | (gain != 0))
    if not len(changed):
        return
    shapes = chunk.plots.shapes[changed]
    west, south = np.floor(shapely.get_coordinates(shapely.centroid(shapes)).T / SQUARE_M)
    for place, x, y in zip(changed.tolist(), west.tolist(), south.tolist(), strict=True):
        square = found.squares.setdefault((int(x), int(y)), [0, 0, 0, 0.0])
        square[0] += 1
        square[1] += bool(done.worse[place])
        square[2] += bool(done.better[place])
        square[3] += float(gain[place])
    for place in changed[: max(0, MOST_PLOTS - len(found.listed))].tolist():
        found.listed.append(
            {
                "plot": chunk.plots.public_ids[place],
                "use": use,
                "worse": bool(done.worse[place]),
                "better": bool(done.better[place]),
                "newly_failing": bool(done.old_fails[place] == 0 and done.new_fails[place] > 0),
                "floor_m2": round(float(gain[place]), 2),
                "shape": chunk.plots.shapes[place],
            }
        )
