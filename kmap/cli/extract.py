"""``kmap extract``: the signed extract of one plot, as JSON, GeoJSON, HTML or PDF."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kmap import settings
from kmap.days import IST, today
from kmap.land.lookup import Land
from kmap.land.uses import uses
from kmap.papers import paper
from kmap.papers.issue import KINDS
from kmap.services import book_of, issuer_of
from kmap.store import migrate
from kmap.store.pool import open_pool

Json = dict[str, Any]


@click.command()
@click.option("--survey", help="VILLAGE/SURVEY, like NLT/145/2A or നീലത്തുറ/145/2A.")
@click.option("--plot", help="The plot's id, VILLAGE:BLOCK:SURVEY:SUBDIVISION.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the law; today (IST).")
@click.option(
    "--known-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]),
    help="What the register knew then (a day is its start in India); now if not said.",
)
@click.option("--use", type=click.Choice(list(uses())), default="A1", show_default=True)
@click.option("--format", "kind", type=click.Choice(list(KINDS)), help="By --out, else json.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; else standard output."
)
def command(  # noqa: PLR0913, PLR0917 - each is an option of its own
    survey: str | None,
    plot: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    use: str,
    kind: str | None,
    lang: str,
    out: Path | None,
) -> None:
    """Issue the signed extract of a plot; it can be checked for ever with `kmap verify`.

    The same plot, day, use, loads and rule book give the same bytes and the same number. What is
    issued is kept, so that its page can tell later what has changed since.

    Exit status: 0 issued, 1 a coded error (no_such_plot, several_plots, keys_unusable, ...).
    """
    if (survey is None) == (plot is None):
        raise click.UsageError("Give --survey VILLAGE/SURVEY or --plot ID.")
    if kind is None:
        kind = out.suffix.lstrip(".") if out and out.suffix.lstrip(".") in KINDS else "json"
    here = settings.load()
    migrate.upgrade(here.url())
    pool = open_pool(here.url())
    try:
        land = Land(pool, book_of(here))
        issuer = issuer_of(here, pool, land)
        when = _moment(known_at)
        day = as_of.date() if as_of else today()
        answer = land.by_name(survey or plot or "", day, use, known_at=when)
        issued = issuer.issue(answer, use, when)
        made = issuer.file(issued, kind, paper.language(lang))
    finally:
        pool.close()
    if out is None:
        sys.stdout.buffer.write(made)
    else:
        out.write_bytes(made)
        click.echo(f"{issued.id}  {out}", err=True)


def _moment(known_at: datetime | None) -> datetime | None:
    if known_at is None:
        return None
    placed = known_at if known_at.tzinfo else known_at.replace(tzinfo=IST)
    return placed.astimezone(UTC)
