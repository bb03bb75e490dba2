"""``kmap check``: a drawing against the rules, on the spot, without database or browser."""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from gis.drawing.dialect import names as dialects
from gis.drawing.sandbox import shared
from kmap.building.intake import SiteFactsError, site_facts_file
from kmap.building.scrutiny import Lay, Scrutiny, not_laid, scrutinise
from kmap.cli.rules import AS_OF, BOOK, open_book
from kmap.days import today
from kmap.errors import KmapError
from rules import Book, FactError

_OVERLAYS = {".svg": "overlay_svg", ".dxf": "overlay_dxf"}
STATUS = {"pass": 0, "fail": 1, "unknown": 1, "unreadable": 2}


class PaperNotWrittenError(KmapError):
    """A report or overlay could not be written."""

    code = "paper_not_written"


def ending(*endings: str) -> Any:
    """Return a check that a file to be written has one of the endings."""

    def check(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
        del ctx
        if value is not None and value.suffix.lower() not in endings:
            raise click.BadParameter(f"name it with {' or '.join(endings)}", param=param)
        return value

    return check


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@AS_OF
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    help="JSON object of facts about the site, as in `kmap rules evaluate`.",
)
@click.option(
    "--dialect",
    type=click.Choice(dialects()),
    help="Dialect the drawing is drawn in (default: the one it plainly is of).",
)
@click.option("--survey", default="", help="Lay the drawing on plot VILLAGE/SURVEY: NLT/145/2A.")
@click.option("--near", default="", help="... or on the plot of its shape near LON,LAT.")
@click.option(
    "--within", default="", help="... or on the one of its shape in a local body (code)."
)
@click.option("--place", is_flag=True, help="... or on the plot typed on it (VILLAGE=, RS_NO=).")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as one JSON object.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", help="Language for people.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=ending(".pdf", ".html"),
    help="Write the scrutiny report (.pdf or .html).",
)
@click.option(
    "--overlay",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=ending(".svg", ".dxf"),
    help="Write the drawing with its findings marked (.svg), or the marks alone (.dxf).",
)
@click.option("--watch", is_flag=True, help="Check again whenever the drawing is saved.")
@click.option("--rounds", type=click.IntRange(min=1), hidden=True, help="End after some saves.")
@BOOK
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    plan: Path,
    as_of: date | None,
    site: Path | None,
    dialect: str | None,
    survey: str,
    near: str,
    within: str,
    place: bool,
    as_json: bool,
    lang: str,
    report: Path | None,
    overlay: Path | None,
    watch: bool,
    rounds: int | None,
    book: Path | None,
) -> None:
    """Scrutinise PLAN (a DXF drawing) by the law of a day; no browser, and no database either.

    Only where a plot is asked for (--survey, --near, --within, --place) the land register is
    opened, and what it says of the plot joins the scrutiny.

    With --watch it is checked again at each save, and what became of the findings comes first.

    Exit status: 0 pass; 1 fail or unknown (also when the site facts, the rule book or a paper
    cannot be used: one coded line on standard error); 2 the drawing cannot be read, or wrong use
    of the command. This is not a permit.
    """
    if watch:
        if as_json:
            raise click.UsageError("--watch is for people; leave --json off")
        rules = open_book(book)
        lay = _lay(rules, survey, near, within, place=place)
        _watch(
            plan,
            lambda: scrutiny(plan, site, as_of or today(), rules, dialect, lay),
            lang,
            (report, overlay),
            rounds,
        )
        return
    try:
        rules = open_book(book)
        lay = _lay(rules, survey, near, within, place=place)
        found = scrutiny(plan, site, as_of or today(), rules, dialect, lay)
    except KmapError as error:
        if as_json:
            refused = {"code": error.code, "message": error.message}
            click.echo(json.dumps({"error": refused, "verdict": "unknown"}, ensure_ascii=False))
        raise
    if as_json:
        click.echo(json.dumps(found.answer, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        from kmap.cli.check_table import print_answer  # noqa: PLC0415 - only people need it

        print_answer(found.answer, lang, plan.name)
    _write_papers(found, lang, report, overlay)
    sys.exit(STATUS[found.answer["verdict"]])


def _watch(
    plan: Path,
    check: Callable[[], Scrutiny],
    lang: str,
    papers: tuple[Path | None, Path | None],
    rounds: int | None,
) -> None:
    """Check at each save until Ctrl-C; the papers are written anew each time."""
    from kmap.cli.each_save import Watcher  # noqa: PLC0415 - only who watches

    Watcher(
        plan,
        check=check,
        lang=lang,
        keep=lambda found: _write_papers(found, lang, *papers),
    ).run(rounds)


def _lay(book: Book, survey: str, near: str, within: str, *, place: bool) -> Lay:
    """Return what lays the drawing on the land register, where that is asked for."""
    if not (survey or near or within or place):
        return not_laid
    from kmap.cli.placing import lay  # noqa: PLC0415 - only who asks for a plot needs a database

    return lay(book, survey, near, within)


def scrutiny(
    plan: Path,
    site: Path | None,
    as_of: date,
    book: Book,
    dialect: str | None = None,
    lay: Lay = not_laid,
) -> Scrutiny:
    """Scrutinise, with errors of the site facts named as such."""
    facts = site_facts_file(site) if site else {}
    shared().start()  # it gets ready while the rule book is opened
    try:
        return scrutinise(plan, site=facts, as_of=as_of, book=book, dialect=dialect, lay=lay)
    except FactError as error:
        message = f"{error.code}: {error}"
        raise SiteFactsError(message) from error


def _write_papers(found: Scrutiny, lang: str, report: Path | None, overlay: Path | None) -> None:
    """Write the papers that were asked for."""
    if report is None and overlay is None:
        return
    from kmap.papers import scrutiny as papers  # noqa: PLC0415 - a second that only papers pay

    language: Any = lang
    try:
        if report is not None and report.suffix.lower() == ".pdf":
            report.write_bytes(papers.report_pdf(found.answer, found.sketch, language))
        elif report is not None:
            text = papers.report_html(found.answer, found.sketch, language)
            report.write_text(text, encoding="utf-8")
        if overlay is not None:
            draw = _OVERLAYS[overlay.suffix.lower()]
            drawn = getattr(papers, draw)(found.answer, found.sketch, language)
            overlay.write_text(drawn, encoding="utf-8")
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; choose a folder that can be written"
        raise PaperNotWrittenError(message) from error
