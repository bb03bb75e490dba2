"""The command line: ``kmap VERB``; each verb is a module here, imported when asked for."""

import importlib
import sys

import click

from kmap.errors import KmapError

VERBS = {
    "check": "Scrutinise a drawing (DXF) against the rules; no database needed.",
    "compare": "Compare two drawings: what changed; a completed building against its permit.",
    "findings": "What each finding about a drawing means, and how to cure it in CAD programs.",
    "rules": "Evaluate, test and read the rule book.",
    "whatif": "Judge a plan twice: facts changed, or the law of another day; see what flips.",
    "replay": "Repeat stored evaluations under their own book, byte for byte.",
    "know": "Know Your Land: everything about one plot.",
    "extract": "The signed extract of a plot: JSON, GeoJSON, HTML or PDF.",
    "verify": "Is this extract genuine? Without server, database or network.",
    "keys": "List, change or revoke the keys that sign extracts.",
    "watch": "Look at watched plots after a load or a book release; write alerts.",
    "load": "Load a layer (GeoPackage, GeoJSON, Shapefile) into the land register.",
    "town": "Make and load the invented sample town.",
    "tiles": "Build the map tiles ahead, or write them as one file.",
    "db": "Start, stop or migrate the database.",
}


class LazyGroup(click.Group):
    """A group that imports a verb's module only when that verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs, in the order of a newcomer's path."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a verb and return its command."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"kmap.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """K-MAP: building permits and zoning, each answer with its clause, map and date."""


def main() -> None:
    """Run the command line; a known failure is a coded line, in both languages, and status 1."""
    try:
        cli()
    except KmapError as error:
        click.echo(f"{error.code}: {error.message}", err=True)
        if error.message_ml != error.message:
            click.echo(error.message_ml, err=True)
        sys.exit(1)
