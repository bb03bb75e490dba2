"""``kmap tiles``: the pyramid of map tiles, built ahead or as one file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kmap import settings
from kmap.store import migrate, tile_pyramid
from kmap.store.pool import open_pool
from kmap.store.tiles import Tiles

Say = Callable[[str, int], None]
TO = click.option(
    "--to",
    "last",
    default=tile_pyramid.BUILT_TO,
    show_default=True,
    type=click.IntRange(6, 17),
    help="Finest zoom.",
)


@click.group()
def command() -> None:
    """Cut map tiles ahead of any request, or write them as one PMTiles file.

    Tiles are kept in the database; a load takes out exactly those it touches, and building again
    cuts only these. Exit status: 0 done, 1 a coded error.
    """


@command.command()
@TO
def build(last: int) -> None:
    """Cut and keep every layer's tiles up to a zoom; a second run cuts only what is missing."""
    with _service() as (service, say):
        built = tile_pyramid.build(service, last, say)
    click.echo(f"{built.tiles} tiles kept, {built.size / 1e6:.1f} MB")


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@TO
def export(file: Path | None, last: int) -> None:
    """Write all layers as one PMTiles file; without FILE, the one offered to download."""
    target = file or tile_pyramid.offered(settings.load().home)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _service() as (service, say):
        built = tile_pyramid.export(service, target, last, say)
    click.echo(f"{target}: {built.tiles} tiles, {built.size / 1e6:.1f} MB")


@contextmanager
def _service() -> Iterator[tuple[Tiles, Say]]:
    here = settings.load()
    migrate.upgrade(here.url())
    pool = open_pool(here.url())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    service = Tiles(pool)
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("tiles")

            def say(layer: str, tiles: int) -> None:
                progress.update(task, description=f"{layer}: {tiles} tiles")

            yield service, say
    finally:
        service.close()
        pool.close()
