"""``kmap whatif``: the same plan judged twice, and everything that comes out differently."""

import json
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from kmap.building.intake import site_facts_file
from kmap.cli.rules import AS_OF, BOOK, Day, open_book, print_json, read_line
from kmap.days import today
from kmap.errors import KmapError
from rules import Book, FactError, what_if

MAX_BYTES = 5_000_000


class WhatIfRefusedError(KmapError):
    """The plan, or a change to it, cannot be judged; the message names the fact and why."""

    code = "what_if_refused"


@click.command()
@click.argument("plan")
@click.option("--set", "changes", multiple=True, metavar="FACT=VALUE", help="Change a fact.")
@click.option("--unset", multiple=True, metavar="FACT", help="Take a fact away.")
@AS_OF
@click.option(
    "--compare-as-of",
    type=Day(),
    default=None,
    help="Judge the second time by the law of this day.",
)
@click.option("--site", type=click.Path(path_type=Path), help="Site facts, for a drawing.")
@click.option("--key", default="", help="Secret key, for a stored scrutiny.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--lang", type=click.Choice(["en", "ml"]), default="en", help="Language of the table."
)
@BOOK
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    plan: str,
    changes: tuple[str, ...],
    unset: tuple[str, ...],
    as_of: date | None,
    compare_as_of: date | None,
    site: Path | None,
    key: str,
    as_json: bool,
    lang: str,
    book: Path | None,
) -> None:
    """Judge PLAN twice and show what flips: verdicts, numbers, clearances, fees.

    PLAN is a file of facts as `kmap rules evaluate` takes it, a drawing (.dxf), or the id of a
    stored scrutiny (with --key). A fact without a place is changed wherever it is said; with a
    place (--set block1.level0.front_yard_min_m=3) only there.

    Exit status: 0 judged; 1 something cannot be judged (one coded line); 2 wrong use.
    """
    rules = open_book(book)
    try:
        facts, day = _facts(plan, as_of or today(), site, key, rules)
        made = dict(_change(one, rules) for one in changes)
        found = what_if(
            rules, facts, as_of or day, changes=made, unset=unset, compare_as_of=compare_as_of
        ).as_json()
    except (FactError, KmapError) as error:
        refused = WhatIfRefusedError(f"{error.code}: {error}")
        if as_json:
            print_json({"error": {"code": error.code, "message": str(error)}})
        raise (error if isinstance(error, KmapError) else refused) from None
    if as_json:
        print_json(found)
    else:
        from kmap.cli.cure_tables import print_what_if  # noqa: PLC0415 - only people need it

        print_what_if(Console(), found, rules, lang)


def _change(text: str, book: Book) -> tuple[str, Any]:
    """Read FACT=VALUE; a word stays a word, all else is JSON."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise click.BadParameter(f"{text[:80]!r}: write FACT=VALUE", param_hint="--set")
    fact = book.vocabulary.get(name.rpartition(".")[2].strip())
    if fact is not None and fact.type in {"enum", "text"}:
        return name.strip(), value.strip()
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = value.strip()
    if found is None:
        raise click.BadParameter(f"{name}: to take a fact away use --unset", param_hint="--set")
    return name.strip(), found


def _facts(
    plan: str, day: date, site: Path | None, key: str, book: Book
) -> tuple[dict[str, Any], date]:
    """Read the facts of a file, of a drawing or of a stored scrutiny, and their day."""
    path = Path(plan)
    if path.suffix.lower() == ".dxf":
        return _drawn(path, site, book), day
    if _is_id(plan):
        return _stored(plan, key)
    return read_line(_text(plan), day)


def _text(plan: str) -> str:
    try:
        with click.open_file(plan, encoding="utf-8-sig", errors="replace") as file:
            text = str(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise WhatIfRefusedError(f"{plan} cannot be read: {error.strerror}") from None
    if len(text) > MAX_BYTES:
        raise WhatIfRefusedError(f"{plan} is larger than {MAX_BYTES} characters")
    return text


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _drawn(path: Path, site: Path | None, book: Book) -> dict[str, Any]:
    from kmap.building.scrutiny import facts_of  # noqa: PLC0415 - reads drawings

    return facts_of(path, site=site_facts_file(site) if site else {}, book=book)


def _stored(scrutiny: str, key: str) -> tuple[dict[str, Any], date]:
    from kmap import settings  # noqa: PLC0415 - only this way needs the database
    from kmap.store.pool import open_pool  # noqa: PLC0415
    from kmap.store.scrutinies import Scrutinies  # noqa: PLC0415

    pool = open_pool(settings.load().url())
    try:
        kept = Scrutinies(pool).get(scrutiny, key)
    finally:
        pool.close()
    return dict(kept.answer["facts"]), kept.as_of
