"""``kmap town``: the invented sample town."""

import click

from kmap import settings
from kmap.land.town import ensure_town
from kmap.store import migrate
from kmap.store.pool import open_pool


@click.command()
def command() -> None:
    """Make and load the invented town of Neelathura; at once done when it is there already.

    Everything in it is invented: places, plots, people's records. It lies at sea off the real
    coast, so that no real plot is meant. Exit status: 0 loaded, 1 a coded error.
    """
    here = settings.load()
    migrate.upgrade(here.url())
    pool = open_pool(here.url())
    try:
        town = ensure_town(pool, here.home, lambda text: click.echo(f"... {text}", err=True))
    finally:
        pool.close()
    state = "already there" if town.already else f"loaded in {town.seconds} s"
    counts = ", ".join(f"{rows} {kind}" for kind, rows in sorted(town.rows.items()))
    click.echo(f"Neelathura (an invented town): {state}; {counts}")
