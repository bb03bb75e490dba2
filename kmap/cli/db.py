"""``kmap db``: the database behind the service."""

import click

from kmap import settings
from kmap.store import cluster, migrate


@click.group()
def command() -> None:
    """Start, stop, migrate or name the database.

    The default is a private PostGIS cluster under .kmap/; set KMAP_DATABASE_URL to use your own.
    """


@command.command()
def start() -> None:
    """Start the database (making it the first time) and bring its tables up to date."""
    here = settings.load()
    if not here.database_url:
        cluster.ensure(here.home)
    migrate.upgrade(here.url())
    click.echo("database ready")


@command.command()
def stop() -> None:
    """Stop the private cluster."""
    stopped = cluster.stop(settings.load().home)
    click.echo("stopped" if stopped else "was not running")


@command.command()
def url() -> None:
    """Print the database's address (it holds the password)."""
    click.echo(settings.load().url())
