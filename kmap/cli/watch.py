"""``kmap watch``: look at watched plots after a load or a book release, and write alerts."""

from datetime import datetime

import click

from kmap import settings
from kmap.days import IST
from kmap.land.lookup import Land
from kmap.land.watching import Run
from kmap.services import book_of, watching_of
from kmap.settings import Settings
from kmap.store import migrate
from kmap.store.pool import Pool, open_pool
from kmap.store.watches import Watches


@click.group()
def command() -> None:
    """Watched plots: an alert exactly where a load or a new rule book changed something."""


@command.command()
@click.option("--all", "everyone", is_flag=True, help="Look at every watch, not only those near.")
def run(everyone: bool) -> None:
    """Look at the watches that new loads or another rule book may concern; write alerts.

    `kmap load` does this by itself. Run it with --all once a day: laws that begin or end on a
    day change answers without any load. May be stopped and run again: none is lost or doubled.

    Exit status: 0 done, 3 some plots were put off, for a source could not be asked.
    """
    here = settings.load()
    migrate.upgrade(here.url())
    pool = open_pool(here.url())
    try:
        done = after_load(here, pool, everyone=everyone)
    finally:
        pool.close()
    if done is None:
        click.echo("0")
    elif done.put_off:
        raise SystemExit(3)


def after_load(here: Settings, pool: Pool, *, everyone: bool = False) -> Run | None:
    """Run over the watches, if there are any, and say what was done on standard error."""
    if not Watches(pool).any():
        return None
    book = book_of(here)
    done = watching_of(here, pool, Land(pool, book), book).run(everyone=everyone)
    at = datetime.now(IST).isoformat(timespec="seconds")
    click.echo(f"{at} watch: {done.looked} looked at, {done.alerts} alerts", err=True)
    for plot, themes in done.put_off.items():
        click.echo(f"  put off {plot}: could not check {', '.join(themes)}", err=True)
    return done
