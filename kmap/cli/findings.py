"""``kmap findings``: the catalogue of findings about drawings, and how to cure each."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gis.drawing.complaints import catalogue
from kmap.errors import KmapError
from kmap.papers import texts
from kmap.papers.catalogue import Entry, by_recipe, entry

LANG = click.option(
    "--lang", type=click.Choice(["en", "ml"]), default="en", help="Language for people."
)
STYLES = {"error": "red", "warning": "yellow", "info": "dim"}


class NoSuchFindingError(KmapError):
    """No finding about drawings has this code."""

    code = "no_such_finding"


@click.group()
def command() -> None:
    """Tell what each finding about a drawing means and how to cure it in CAD programs."""


@command.command("list")
@LANG
def list_(lang: Any) -> None:
    """List all codes, grouped by the kind of cure."""
    console = Console()
    for recipe, entries in by_recipe(lang):
        console.print(Text(f"\n{recipe.title[lang]}", style="bold"))
        table = Table(show_header=False, box=None, padding=(0, 1))
        table.add_column(no_wrap=True)
        for one in entries:
            table.add_row(Text(one.code, style=STYLES[one.severity]), Text(one.means))
        console.print(table)


@command.command()
@click.argument("code")
@LANG
def show(code: str, lang: Any) -> None:
    """Show one CODE: what it means, its cure, and the commands of each program."""
    if code not in catalogue():
        raise NoSuchFindingError(
            f"{code[:60]} is no code of a finding. `kmap findings list` names them all.",
            f"{code[:60]} എന്ന കോഡ് ഇല്ല. `kmap findings list` എല്ലാം കാണിക്കും.",
        )
    _print(Console(), entry(code, lang), lang)


def _print(console: Console, one: Entry, lang: Any) -> None:
    console.print(Text(f"{one.code}  ", style="bold").append(one.severity_says, "dim"))
    console.print(Text(one.means))
    console.print(Text(f"{texts.text('cure', lang)}: {one.cure}", style="green"))
    console.print(Text(f"\n{one.recipe.title[lang]}", style="bold"))
    console.print(Text(one.recipe.does[lang]))
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(no_wrap=True)
    for program, steps in one.recipe.programs.items():
        table.add_row(Text(program, style="bold"), Text(" → ".join(steps)))
    console.print(table)


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def pages(folder: Path) -> None:
    """Write the catalogue as pages in Markdown into FOLDER, in both languages."""
    from kmap.cli.finding_pages import write_pages  # noqa: PLC0415 - only the makers of docs

    for path in write_pages(folder):
        click.echo(path)
