"""``kmap rules impact``: whom a change of the rule book touches, before it is published."""

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from kmap import settings
from kmap.cli.impact_map import save_map
from kmap.cli.rules import AS_OF, open_book, print_json
from kmap.days import today
from kmap.land.uses import uses
from kmap.land.zoning import read_zoning
from kmap.rulebook.impact import USES, PlotImpact, on_cohort, on_plots, on_scrutinies
from kmap.store.pool import Pool, open_pool
from rules import Book
from rules.columns import Pace
from rules.impact import first_difference

Json = dict[str, Any]
SHOWN = 12
"""Rows of a list that are printed; --json has all."""
WORDS: dict[str, dict[str, Any]] = {
    "head": {
        "en": "Old book {old}, new book {new}; law of {day}.",
        "ml": "പഴയ പുസ്തകം {old}, പുതിയത് {new}; {day}-ലെ നിയമം.",
    },
    "cohort": {
        "en": "Reference sites: {changed} of {all} change, {worse} for the worse.",
        "ml": "മാതൃകാ പ്ലോട്ടുകൾ: {all}-ൽ {changed} മാറുന്നു, {worse} മോശമായി.",
    },
    "scrutinies": {
        "en": "Stored scrutinies: {changed} of {all} change, {worse} for the worse.",
        "ml": "സൂക്ഷിച്ച പരിശോധനകൾ: {all}-ൽ {changed} മാറുന്നു, {worse} മോശമായി.",
    },
    "plots": {
        "en": "Plots of the register, {all} in all, each use assumed in turn:",
        "ml": "രജിസ്റ്ററിലെ {all} പ്ലോട്ടുകൾ, ഓരോ ഉപയോഗവും സങ്കൽപ്പിച്ച്:",
    },
    "nothing": {"en": "Nothing changes.", "ml": "ഒന്നും മാറുന്നില്ല."},
    "no_plots": {
        "en": "The register was not asked (--no-register).",
        "ml": "രജിസ്റ്റർ നോക്കിയില്ല (--no-register).",
    },
    "columns": {
        "en": ("use", "changed", "worse", "better", "newly failing", "no longer", "floor m²"),
        "ml": ("ഉപയോഗം", "മാറുന്നു", "മോശം", "മെച്ചം", "പുതുതായി പരാജയം", "ഇനി പരാജയമില്ല", "തറ ച.മീ."),
    },
    "clauses": {
        "en": ("use", "clause", "from", "to", "plots"),
        "ml": ("ഉപയോഗം", "ചട്ടം", "മുമ്പ്", "ശേഷം", "പ്ലോട്ടുകൾ"),
    },
    "limits": {
        "en": ("use", "limit of", "lower for", "higher for", "by"),
        "ml": ("ഉപയോഗം", "പരിധി", "കുറയുന്നത്", "കൂടുന്നത്", "എത്ര"),
    },
    "by": {
        "en": ("for whom", "changed", "worse", "better", "newly failing", "floor m²"),
        "ml": ("ആർക്ക്", "മാറുന്നു", "മോശം", "മെച്ചം", "പുതുതായി പരാജയം", "തറ ച.മീ."),
    },
}


@click.command("impact")
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
@AS_OF
@click.option("--use", "asked", type=click.Choice(list(uses())), multiple=True, default=USES)
@click.option(
    "--register/--no-register", default=True, help="Ask the database: plots, scrutinies."
)
@click.option(
    "--zoning",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A new zoning layer (fields code, geometry): the new book judges by it.",
)
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="Write a folium map.")
@click.option("--workers", type=click.IntRange(1, 16), default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", show_default=True)
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    old: Path,
    new: Path,
    as_of: date | None,
    asked: tuple[str, ...],
    register: bool,
    zoning: Path | None,
    map_file: Path | None,
    workers: int,
    as_json: bool,
    lang: str,
) -> None:
    """Tell what changes when the book in folder NEW takes the place of the one in OLD.

    Judges the reference sites, every stored scrutiny and every plot of the register by both. The
    day is --as-of, else the first day on which NEW begins something that OLD has not, else today.
    Exit status: 0 done, 1 a coded error, 2 wrong options.
    """
    before, after = open_book(old), open_book(new)
    day = as_of or first_difference(before, after) or today()
    plan = read_zoning(zoning) if zoning else None
    answer: Json = {
        "old": {"id": before.id, "hash": before.hash},
        "new": {"id": after.id, "hash": after.hash},
        "as_of": day.isoformat(),
        "cohort": on_cohort(before, after, day),
        "scrutinies": None,
        "register": None,
    }
    plots: PlotImpact | None = None
    if register:
        with _pool() as pool:
            answer["scrutinies"] = list(_watched(pool, before, after, day))
            _progress("judging every plot")
            began = time.perf_counter()
            pace = Pace(workers=workers)
            plots = on_plots(pool, before, after, day, asked, zoning=plan, pace=pace)
            answer["register"] = plots.as_json()
            _progress(f"{plots.plots} plots, {time.perf_counter() - began:.1f} s")
    if map_file is not None and plots is not None:
        save_map(plots, map_file, lang)
    if as_json:
        print_json(answer)
    else:
        _print(Console(), answer, lang)


@contextlib.contextmanager
def _pool() -> Iterator[Pool]:
    pool = open_pool(settings.load().url(), size=1)
    try:
        yield pool
    finally:
        pool.close()


def _watched(pool: Pool, before: Book, after: Book, day: date) -> Iterator[Json]:
    for count, one in enumerate(on_scrutinies(pool, before, after, day), 1):
        if count % 500 == 0:
            _progress(f"{count} scrutinies judged")
        yield one


def _progress(says: str) -> None:
    if sys.stderr.isatty():
        click.echo(says, err=True)


def _print(console: Console, answer: Json, lang: str) -> None:
    def say(key: str, **values: Any) -> None:
        console.print(WORDS[key][lang].format(**values), highlight=False)

    hashes = {key: answer[key]["hash"][:12] for key in ("old", "new")}
    say("head", **hashes, day=answer["as_of"])
    for key in ("cohort", "scrutinies"):
        rows = answer[key]
        if rows is None:
            continue
        moved = [row for row in rows if row["changes"]]
        worse = sum(row.get("worse", False) for row in moved)
        say(key, changed=len(moved), all=len(rows), worse=worse)
        _moved(console, moved, lang)
    found = answer["register"]
    if found is None:
        say("no_plots")
        return
    say("plots", all=found["plots"])
    if not any(use["changed"] for use in found["uses"]):
        say("nothing")
        return
    _plots(console, found["uses"], lang)


def _moved(console: Console, rows: Sequence[Json], lang: str) -> None:
    for row in rows[:SHOWN]:
        title = row["title"][lang] if "title" in row else row["plan"]
        console.print(f"  {title}", highlight=False)
        for one in row["changes"]:
            name = one.get("clause") or one.get("clearance") or one.get("fee")
            what = f"{one['from']} → {one['to']}"
            if one.get("required_from") != one.get("required_to"):
                what += f" ({one['required_from']} → {one['required_to']})"
            console.print(f"    {name}: {what}", highlight=False)
    if len(rows) > SHOWN:
        console.print(f"  + {len(rows) - SHOWN}")


def _plots(console: Console, found: Sequence[Json], lang: str) -> None:
    counts = Table(*WORDS["columns"][lang], box=None)
    keys = ("changed", "worse", "better", "newly_failing", "no_longer_failing")
    for use in found:
        floor = use["floor_won_m2"] - use["floor_lost_m2"]
        counts.add_row(use["title"][lang], *(f"{use[key]:,}" for key in keys), f"{floor:+,.0f}")
    console.print(counts)
    for table in (_clauses(found, lang), _limits(found, lang)):
        if table.row_count:
            console.print(table)
    for use in found:
        for group, rows in use["by"].items():
            _whom(console, f"{use['title'][lang]}, {group}", rows, lang)


def _clauses(found: Sequence[Json], lang: str) -> Table:
    table = Table(*WORDS["clauses"][lang], box=None)
    for use in found:
        for name, moves in (*use["clauses"].items(), *use["clearances"].items()):
            for one in moves:
                row = (name, one["from"], one["to"], f"{one['plots']:,}")
                table.add_row(use["title"][lang], *row)
    return table


def _limits(found: Sequence[Json], lang: str) -> Table:
    table = Table(*WORDS["limits"][lang], box=None)
    for use in found:
        for name, one in use["limits"].items():
            row = (name, f"{one['lower']:,}", f"{one['higher']:,}")
            table.add_row(use["title"][lang], *row, f"{one['least']:+g} … {one['most']:+g}")
    return table


def _whom(console: Console, title: str, rows: Json, lang: str) -> None:
    if not rows:
        return
    table = Table(*WORDS["by"][lang], box=None, title=title, title_justify="left")
    keys = ("changed", "worse", "better", "newly_failing")
    ordered = sorted(rows.items(), key=lambda item: -item[1]["changed"])
    for name, row in ordered[:SHOWN]:
        table.add_row(name or "-", *(f"{row[key]:,}" for key in keys), f"{row['floor_m2']:+,.0f}")
    console.print(table)
