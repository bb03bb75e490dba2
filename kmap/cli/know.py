"""``kmap know``: everything about one plot."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kmap import settings
from kmap.land.errors import BadSurveyNumberError
from kmap.land.lookup import Land
from kmap.land.may_build import uses
from kmap.land.words import words
from kmap.services import book_of
from kmap.store.pool import open_pool

IST = ZoneInfo("Asia/Kolkata")
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
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    lon: float | None,
    lat: float | None,
    survey: str | None,
    use: str,
    as_of: datetime | None,
    known_at: datetime | None,
    lang: str,
    as_json: bool,
) -> None:
    """Tell everything about one plot, by point or by survey number.

    Exit status: 0 answered, 1 a coded error (no_plot_here, no_such_plot, several_plots,
    outside_kerala, ...), 2 wrong options.
    """
    if (survey is None) == (lon is None or lat is None):
        raise click.UsageError("Give --lon and --lat, or --survey VILLAGE/SURVEY.")
    here = settings.load()
    day = as_of.date() if as_of else datetime.now(IST).date()
    then = known_at.replace(tzinfo=known_at.tzinfo or IST) if known_at else None
    pool = open_pool(here.url())
    try:
        land = Land(pool, book_of(here))
        answer = _ask(land, (lon, lat), survey, day, use, then)
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
    village, slash, number = survey.strip("/ ").partition("/")
    if not slash:
        raise BadSurveyNumberError(
            "Write the village and the number: --survey VILLAGE/SURVEY, like NLT/145/2A.",
            "വില്ലേജും നമ്പറും എഴുതുക: --survey NLT/145/2A പോലെ.",
        )
    return land.by_survey(village, number, day, use, known_at=known_at)


def show(answer: Json, lang: str) -> None:
    """Print an answer for people."""
    console = Console(highlight=False)
    console.print(escape(answer["description"][lang]), style="bold")
    console.print(_themes(answer, lang))
    for conflict in answer["conflicts"]:
        says = " | ".join(record["says"][lang] for record in conflict["records"])
        console.print(f"! {escape(says)} {escape(conflict['governs'][lang])}", style="yellow")
    for noc in answer["clearances"]:
        days = f" ({noc['days']} {DAYS[lang]})" if noc["days"] else ""
        console.print(escape(f"→ {noc['office'][lang]}{days}: {noc['because'][lang]}"))
    for noc in answer["clearances_unknown"]:
        missing = ", ".join(noc["missing"])
        console.print(escape(f"? {noc['office'][lang]} {missing}".strip()), style="magenta")
    if answer["may_build"]["limits"]:
        console.print(_limits(answer, lang))
    for text in (*answer["may_build"]["notices"], *answer["notices"]):
        console.print(escape(f"* {text[lang]}"), style="dim")


def _themes(answer: Json, lang: str) -> Table:
    table = Table("", "", "", "m²", "%", show_header=True)
    for theme in answer["themes"]:
        colour = COLOURS[theme["answer"]]
        says = f"[{colour}]{words()['answers'][theme['answer']][lang]}[/]"
        if not theme["restrictions"]:
            table.add_row(escape(theme["title"][lang]), says, "", "", "")
        for row in theme["restrictions"]:
            flags = "".join(
                f" ({name.replace('_', ' ')})"
                for name in ("touches_only", "too_close_to_call")
                if row[name]
            )
            table.add_row(
                escape(theme["title"][lang]),
                says,
                escape(row["title"][lang] + flags),
                f"{row['area_m2']:.2f}",
                f"{row['share_pct']:.1f}",
            )
    return table


def _limits(answer: Json, lang: str) -> Table:
    build = answer["may_build"]
    table = Table("", "", "", title=escape(build["assumed"]["title"][lang]))
    for limit in build["limits"]:
        cite = limit["cite"]
        rule = f"{cite['instrument']} {cite['rule']} [{cite['trust']}]" if cite else ""
        bound = f"{limit['says'][lang]} {rule}".strip()
        value = f"{limit['value']:g} {limit['unit']}"
        table.add_row(escape(limit["title"][lang]), escape(value), escape(bound))
    return table
