"""``kmap rules``: evaluate facts, run the book's cases, read a clause."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click
import orjson
from rich.console import Console

from kmap.cli.cure_tables import print_cures
from kmap.cli.lazy import with_more
from kmap.cli.rule_pages import write_pages
from kmap.cli.rule_tables import (
    glossary,
    print_clause,
    print_coverage,
    print_evaluation,
    print_list,
)
from kmap.days import today
from kmap.errors import KmapError
from rules import Book, BookError, FactError, cures, envelope, evaluate, load_book, shipped_book
from rules.register import Row, read_register

MAX_LINE = 5_000_000  # characters; a line longer than this is refused, not read into memory


class BadLineError(KmapError):
    """A line of input could not be read; ``reason`` is the code in the answer."""

    code = "bad_line"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class BrokenBookError(KmapError):
    """The rule book, or its cases, cannot be used; each fault is told with file and line."""

    code = "book_unusable"


def open_book(path: Path | None) -> Book:
    """Load the rule book or stop with its problems, one a line."""
    try:
        return shipped_book() if path is None else load_book(path)
    except BookError as error:
        raise BrokenBookError(f"the rule book has faults\n{error.message}") from None


def as_of_day(text: str) -> date:
    """Read a day written as 2026-01-31."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadLineError(
            "bad_date", f"{text[:40]!r} is not a day; write it as 2026-01-31"
        ) from None


class Day(click.ParamType[date]):
    """A day on the command line."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read the day or refuse it."""
        if isinstance(value, date):
            return value
        try:
            return as_of_day(str(value))
        except BadLineError as error:
            self.fail(error.message, param, ctx)


BOOK = click.option(
    "--book",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of another rule book.",
)
AS_OF = click.option(
    "--as-of", type=Day(), default=None, help="Law of this day (default: today in Kerala)."
)


MORE = {"impact": "kmap.cli.impact"}


@click.group(cls=with_more(MORE))
def command() -> None:
    """Evaluate, test and read the rule book."""


@command.command("evaluate")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@AS_OF
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each input line.")
@click.option(
    "--lang", type=click.Choice(["en", "ml"]), default="en", help="Language of the table."
)
@click.option("--cures", "with_cures", is_flag=True, help="Also the smallest tried changes.")
@click.option("--all", "whole", is_flag=True, help="Also list the clauses that do not apply.")
@BOOK
def evaluate_command(  # one argument an option
    file: TextIO,
    as_of: date | None,
    as_json: bool,
    lang: str,
    with_cures: bool,
    whole: bool,
    book: Path | None,
) -> None:
    """Judge facts by the law of a day.

    FILE (or - for standard input) holds a JSON object of facts, or an object
    {"as_of": "2026-01-31", "facts": {...}}, or one such object on each line (NDJSON).
    A line that cannot be judged gives {"error": {"code", "message"}} and the next is taken.
    --cures adds for each failed clause the smallest change that cures it, tried by judging again.

    Exit status: 0 every line was judged; 1 at least one line was an error, or the book is broken;
    2 wrong use of the command.
    """
    rules = open_book(book)
    day = as_of or today()
    failed = False
    try:
        for number, line in enumerate(documents(file), 1):
            answer = judge_line(rules, line, day, with_cures)
            failed = failed or "error" in answer
            if as_json:
                print_json(answer)
            elif "error" in answer:
                error = answer["error"]
                click.echo(f"line {number}: {error['code']}: {error['message']}", err=True)
            else:
                print_evaluation(Console(), answer, rules, lang, whole=whole)
                if with_cures:
                    print_cures(Console(), answer["cures"], lang)
    except BrokenPipeError:  # the reader has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # until the end
    sys.exit(1 if failed else 0)


def print_json(answer: dict[str, Any]) -> None:
    """Write one answer on one line."""
    sys.stdout.write(orjson.dumps(answer).decode() + "\n")


def documents(file: TextIO) -> Iterator[str]:
    """Give each line that is not empty; a first line that is not JSON opens one long object."""
    first = _line(file)
    while first is not None and not first.strip():
        first = _line(file)
    if first is None:
        return
    if not _whole(first):
        rest = file.read(MAX_LINE)
        text = first + rest
        if _whole(text):
            yield text
            return
        yield first
        yield from (line for line in rest.splitlines() if line.strip())
    else:
        yield first
    while (line := _line(file)) is not None:
        if line.strip():
            yield line


def _line(file: TextIO) -> str | None:
    line = file.readline(MAX_LINE)
    return line or None


def _whole(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def judge_line(book: Book, text: str, day: date, with_cures: bool = False) -> dict[str, Any]:
    """Judge one document; a refusal becomes {"error": {"code", "message"}}."""
    try:
        facts, as_of = read_line(text, day)
        found = evaluate(book, facts, as_of)
        if with_cures:
            tried = cures(book, facts, as_of, evaluated=found)
            return {**found.as_json(), "cures": tried.as_json()}
        return found.as_json()
    except BadLineError as error:
        return {"error": {"code": error.reason, "message": error.message}}
    except FactError as error:
        return {"error": {"code": error.code, "message": error.message, "fact": error.fact}}


def read_line(text: str, day: date) -> tuple[dict[str, Any], date]:
    """Read facts and day from one JSON document; raises BadLineError."""
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
    except BadLineError:
        raise
    except (ValueError, RecursionError) as error:
        raise BadLineError("bad_json", f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadLineError("not_an_object", "a JSON object of facts is needed")
    if "facts" not in value:
        return value, day
    extra = sorted(set(value) - {"facts", "as_of"})
    if extra:
        raise BadLineError("unknown_key", f"{extra[0]!r} stands beside facts; only as_of may")
    as_of = value.get("as_of", None)
    if "as_of" in value and not isinstance(as_of, str):
        raise BadLineError("bad_date", "as_of must be a day written as 2026-01-31")
    return value["facts"], as_of_day(as_of) if isinstance(as_of, str) else day


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadLineError("duplicate_key", f"{twice!r} is given twice")
    return found


def _constant(text: str) -> NoReturn:
    raise BadLineError("not_finite", f"{text} is not a number the law knows")


@command.command("envelope")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--use", help="A use of kmap/land/uses.yaml: A1, A1-flats, F, ...")
@AS_OF
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en")
@BOOK
def envelope_command(
    file: TextIO, use: str | None, as_of: date | None, as_json: bool, lang: str, book: Path | None
) -> None:
    """Tell what may be built: the largest design, what binds each limit, and what is next.

    FILE (or - for standard input) holds one JSON object of facts of the plot, as for evaluate.
    Exit status: 0 answered; 1 the facts or the book cannot be used; 2 wrong use of the command.
    """
    from kmap.cli.envelope import print_envelope  # noqa: PLC0415  # only this verb needs them
    from kmap.land.uses import uses  # noqa: PLC0415

    if use is not None and use not in uses():
        raise click.BadParameter(f"there is no use {use}; there are {', '.join(uses())}")
    rules = open_book(book)
    try:
        facts, day = read_line(next(documents(file), ""), as_of or today())
        assumed = uses()[use]["facts"] if use else {}
        answer = envelope(rules, {**assumed, **facts}, day).as_json()
    except FactError as error:
        raise BadLineError(error.code, error.message) from None
    if as_json:
        print_json(answer)
    else:
        print_envelope(Console(), answer, rules, lang)


@command.command("test")
@click.argument("folders", nargs=-1)
@BOOK
def test_command(folders: tuple[str, ...], book: Path | None) -> None:
    """Run the book's cases: all, or those of FOLDERS (r26-yards).

    Exit status: 0 all came out as expected; 1 some did not, or the book or its cases are broken;
    2 wrong use of the command.
    """
    from rules.testing import find_cases, run_case  # noqa: PLC0415  # only this verb needs it

    rules = open_book(book)
    root = Path(rules.folder)
    count, wrong = 0, 0
    for folder in folders or ("",):
        place = root / folder
        if not place.is_dir():
            raise click.BadParameter(f"there is no folder {folder} in {root}")
        try:
            cases = list(find_cases(place, rules))
        except BookError as error:
            raise BrokenBookError(f"the cases have faults\n{error.message}") from None
        for case in cases:
            count += 1
            for sentence in run_case(rules, case):
                wrong += 1
                click.echo(f"{case.file}:{case.line}: {case.says}\n    {sentence}")
    click.echo(f"{count} cases, {wrong} not as expected")
    sys.exit(1 if wrong else 0)


@command.command("show")
@click.argument("clause")
@AS_OF
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en")
@BOOK
def show_command(clause: str, as_of: date | None, lang: str, book: Path | None) -> None:
    """Show one clause as it stands on a day, with all its versions."""
    rules = open_book(book)
    if clause not in rules.clauses:
        raise click.BadParameter(f"there is no clause {clause}; `kmap rules list` names all")
    print_clause(Console(), rules, clause, as_of or today(), lang)


@command.command("glossary")
@BOOK
def glossary_command(book: Path | None) -> None:
    """Write the vocabulary as Markdown, in both languages (docs/glossary.md is made by this)."""
    click.echo(glossary(open_book(book)))


@command.command("list")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en")
@BOOK
def list_command(lang: str, book: Path | None) -> None:
    """List the clauses, clearances and worked-out facts of the book."""
    print_list(Console(), open_book(book), lang)


@command.command("coverage")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: rules and cases.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en")
@BOOK
def coverage_command(as_json: bool, lang: str, book: Path | None) -> None:
    """Say which rules of the law are in the book, which are not, and why.

    With --json: {"rules": [{"id", "status", ...}], "cases": number of cases in the book}.
    """
    from rules.testing import find_cases  # noqa: PLC0415  # only this verb and `test` need it

    rules = open_book(book)
    rows = open_register(rules)
    cases = list(find_cases(Path(rules.folder), rules))
    if not as_json:
        print_coverage(Console(), rows, len(cases), lang)
        return
    sets = {link.id: link.sets.fact for link in rules.links if link.sets is not None}
    told = [{**row.as_json(), "cases": _about(row.holds, sets, cases)} for row in rows]
    print_json({"rules": told, "cases": len(cases)})


def _about(names: tuple[str, ...], sets: dict[str, str], cases: list[Any]) -> int:
    """Count the cases that expect something of one of these names, or of a fact a link sets."""
    wanted = {*names, *(sets[name] for name in names if name in sets)}
    return sum(
        any(part in wanted for key in one.expect for part in (key, key.partition(".")[2]))
        for one in cases
    )


def open_register(book: Book) -> tuple[Row, ...]:
    """Read the register of a book or stop with its problems."""
    try:
        return read_register(book)
    except BookError as error:
        raise BrokenBookError(f"the register has faults\n{error.message}") from None


@command.command("pages")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@AS_OF
@BOOK
def pages_command(folder: Path, as_of: date | None, book: Path | None) -> None:
    """Write the book as pages in Markdown into FOLDER, every rule as the law says it.

    docs/rules is made by `kmap rules pages docs/rules --as-of 2026-11-25`.
    """
    rules = open_book(book)
    files = write_pages(rules, open_register(rules), folder, as_of or today())
    click.echo(f"{len(files)} pages in {folder}")
