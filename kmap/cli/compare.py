"""``kmap compare``: two drawings judged, and what changed; a completed building to its permit."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from kmap.building.compare import compare
from kmap.building.completion import completion
from kmap.building.scrutiny import Scrutiny
from kmap.cli.check import PaperNotWrittenError, ending, scrutiny
from kmap.cli.rules import AS_OF, BOOK, open_book
from kmap.days import today

STATUS = {"pass": 0, "fail": 1, "unknown": 1}


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@AS_OF
@click.option(
    "--completion",
    "completed",
    is_flag=True,
    help="OLD is the permit's drawing, NEW what was built: judge the deviations.",
)
@click.option("--site", type=click.Path(path_type=Path), help="JSON object of facts of the site.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", help="Language for people.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=ending(".pdf", ".html"),
    help="Write the comparison as a paper (.pdf or .html).",
)
@click.option(
    "--overlay",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=ending(".svg"),
    help="Write both drawings over each other (.svg).",
)
@BOOK
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    old: Path,
    new: Path,
    as_of: date | None,
    completed: bool,
    site: Path | None,
    as_json: bool,
    lang: str,
    report: Path | None,
    overlay: Path | None,
    book: Path | None,
) -> None:
    """Judge OLD and NEW (DXF drawings) by the law of a day and tell what changed.

    Exit status: 0 compared (with --completion: within what the law lets differ); 1 with
    --completion when it differs by more, or cannot be told; 2 a drawing cannot be read, or wrong
    use. This is not a permit.
    """
    day = as_of or today()
    rules = open_book(book)
    before, after = (scrutiny(plan, site, day, rules) for plan in (old, new))
    sketches = before.sketch, after.sketch
    compared = compare(before.answer, after.answer, sketches)
    if completed:
        compared["completion"] = completion(before.answer, after.answer, rules, day)
    if as_json:
        click.echo(json.dumps(compared, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        from kmap.cli.compare_table import print_comparison  # noqa: PLC0415 - people only

        print_comparison(compared, lang, (old.name, new.name))
    _write(compared, sketches, lang, report, overlay)
    sys.exit(_status(before, after, compared))


def _status(before: Scrutiny, after: Scrutiny, compared: dict[str, Any]) -> int:
    if "unreadable" in {before.answer["verdict"], after.answer["verdict"]}:
        return 2
    return STATUS[compared["completion"]["verdict"]] if "completion" in compared else 0


def _write(
    compared: dict[str, Any], sketches: Any, lang: Any, report: Path | None, overlay: Path | None
) -> None:
    """Write the papers that were asked for."""
    if report is None and overlay is None:
        return
    from kmap.papers import comparison as papers  # noqa: PLC0415 - a second that papers pay

    try:
        if report is not None and report.suffix.lower() == ".pdf":
            report.write_bytes(papers.comparison_pdf(compared, sketches, lang))
        elif report is not None:
            report.write_text(papers.comparison_html(compared, sketches, lang), encoding="utf-8")
        if overlay is not None:
            overlay.write_text(papers.comparison_svg(sketches, lang), encoding="utf-8")
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; choose a folder that can be written"
        raise PaperNotWrittenError(message) from error
