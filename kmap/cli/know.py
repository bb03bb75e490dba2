"""``kmap know``: everything about one plot."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kmap import settings
from kmap.cli.know_more import OUT, PATH, ask_outline, print_compare, write_list
from kmap.cli.know_tables import build_tables, conflict_lines
from kmap.days import IST, today
from kmap.land.compare import Side
from kmap.land.lookup import Land
from kmap.land.uses import uses
from kmap.land.words import words
from kmap.services import book_of
from kmap.store.pool import open_pool

COLOURS = {
    "affected": "yellow",
    "not_affected": "green",
    "no_data": "magenta",
    "could_not_check": "red",
}
DAYS = {"en": "days", "ml": "ദിവസം"}
Json = dict[str, Any]


@click.command()
@click.option("--lon", type=float, help="Longitude, degrees.")
@click.option("--lat", type=float, help="Latitude, degrees.")
@click.option("--survey", help="VILLAGE/SURVEY, like NLT/145/2A or നീലത്തുറ/145/2A.")
@click.option("--use", type=click.Choice(list(uses())), default="A1", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the law; today (IST).")
@click.option(
    "--known-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d"]),
    help="As the register knew it then; a bare day is its beginning in India.",
)
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--outline", type=PATH, help="GeoJSON file: the land as you draw it.")
@click.option("--list", "listed", type=PATH, help="CSV of VILLAGE/SURVEY, a row for each.")
@click.option("--out", type=OUT, help="Table of --list: .csv, .json or .ndjson.")
@click.option("--compare-with", help="VILLAGE/SURVEY of another plot: what differs.")
@click.option(
    "--compare-as-of", type=click.DateTime(["%Y-%m-%d"]), help="Another day: what differs."
)
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    lon: float | None,
    lat: float | None,
    survey: str | None,
    use: str,
    as_of: datetime | None,
    known_at: datetime | None,
    lang: str,
    as_json: bool,
    outline: Path | None,
    listed: Path | None,
    out: Path | None,
    compare_with: str | None,
    compare_as_of: datetime | None,
) -> None:
    """Tell everything about one plot, by point, by survey number, or as it is drawn.

    With --list, a row for each plot of a list; with --compare-with or --compare-as-of, only what
    differs from another plot or another day.

    Exit status: 0 answered, 1 a coded error (no_plot_here, no_such_plot, several_plots,
    outside_kerala, ...), 2 wrong options.
    """
    ways = (survey is not None, lon is not None and lat is not None, bool(outline), bool(listed))
    if sum(ways) != 1:
        raise click.UsageError(
            "Give --lon and --lat, --survey VILLAGE/SURVEY, --outline or --list: one of them."
        )
    if known_at is not None and (outline or listed):
        raise click.UsageError("--known-at goes with one plot of the register.")
    here = settings.load()
    day = as_of.date() if as_of else today()
    then = known_at.replace(tzinfo=known_at.tzinfo or IST) if known_at else None
    pool = open_pool(here.url())
    try:
        book = book_of(here)
        land = Land(pool, book)
        if listed is not None:
            write_list(land, listed, out, day, use)
            return
        answer = (
            ask_outline(pool, book, land, outline, day, use)
            if outline is not None
            else _ask(land, (lon, lat), survey, day, use, then)
        )
        if compare_with is not None or compare_as_of is not None:
            other = compare_as_of.date() if compare_as_of else day
            second = answer
            if compare_with:
                second = land.by_name(compare_with, other, use, known_at=then)
            before, after = (
                Side(one["plot"]["id"], on, then) for one, on in ((answer, day), (second, other))
            )
            print_compare(land, before, after, use, lang, as_json=as_json)
            return
    finally:
        pool.close()
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        show(answer, lang)


def _ask(
    land: Land,
    spot: tuple[float | None, float | None],
    survey: str | None,
    day: date,
    use: str,
    known_at: datetime | None,
) -> Json:
    if survey is None:
        return land.at(spot[0] or 0.0, spot[1] or 0.0, day, use, known_at=known_at)
    return land.by_name(survey, day, use, known_at=known_at)


def show(answer: Json, lang: str) -> None:
    """Print an answer for people."""
    console = Console(highlight=False)
    console.print(escape(answer["description"][lang]), style="bold")
    console.print(_themes(answer, lang))
    for line in conflict_lines(answer, lang):
        console.print(escape(line), style="yellow")
    for noc in answer["clearances"]:
        days = f" ({noc['days']} {DAYS[lang]})" if noc["days"] else ""
        form = f" [{noc['form']}]" if noc["form"] else ""
        console.print(escape(f"→ {noc['office'][lang]}{days}{form}: {noc['because'][lang]}"))
        console.print(escape(f"    {noc['cure'][lang]}"), style="cyan")
    for noc in answer["clearances_unknown"]:
        missing = ", ".join(noc["missing"])
        console.print(escape(f"? {noc['office'][lang]} {missing}".strip()), style="magenta")
    for table in build_tables(answer, lang):
        console.print(table)
    for text in (*answer["may_build"]["notices"], *answer["notices"]):
        console.print(escape(f"* {text[lang]}"), style="dim")


def _flags(row: Json, lang: str) -> str:
    """Return what must be said beside an area: only a touch, or too close to call."""
    said = words()["table"]
    out = f" ({said['touches_only'][lang]})" if row["touches_only"] else ""
    if row["too_close_to_call"]:
        least, most = row["min_area_m2"], row["max_area_m2"]
        span = "" if most is None else f": {least:g}–{most:g} m²"
        out += f" ({said['too_close'][lang]}{span})"
    return out


def _themes(answer: Json, lang: str) -> Table:
    table = Table("", "", "", "m²", "%", show_header=True)
    for theme in answer["themes"]:
        colour = COLOURS[theme["answer"]]
        says = f"[{colour}]{words()['answers'][theme['answer']][lang]}[/]"
        if not theme["restrictions"]:
            table.add_row(escape(theme["title"][lang]), says, "", "", "")
        for row in theme["restrictions"]:
            flags = _flags(row, lang)
            table.add_row(
                escape(theme["title"][lang]),
                says,
                escape(row["title"][lang] + flags),
                f"{row['area_m2']:.2f}",
                f"{row['share_pct']:.1f}",
            )
    return table
