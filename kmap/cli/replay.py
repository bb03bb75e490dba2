"""``kmap replay``: stored evaluations repeated under their own book, byte for byte."""

import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import click

from kmap import settings
from kmap.building.replay import Replay, Replayed
from kmap.cli.rules import Day, print_json
from kmap.store.evaluations import Evaluations, Wanted
from kmap.store.pool import open_pool

EVERY_S = 2.0
"""Seconds between two lines of progress."""
SAYS = {
    "same": {
        "en": "{same} of {all} evaluations came out the same, byte for byte, each under its own "
        "rule book ({books}); {seconds} s.",
        "ml": "{all} വിലയിരുത്തലുകളിൽ {same} എണ്ണം, ഓരോന്നും അതതിന്റെ ചട്ടപ്പുസ്തകപ്രകാരം ({books}), "
        "അക്ഷരംപ്രതി അതുപോലെ വന്നു; {seconds} സെ.",
    },
    "fault": {"en": "{count} did not: {code}", "ml": "{count} എണ്ണം അങ്ങനെയല്ല: {code}"},
    "engine": {
        "en": "{count} were first judged by another version of the engine.",
        "ml": "{count} എണ്ണം ആദ്യം വിലയിരുത്തിയത് എൻജിന്റെ മറ്റൊരു പതിപ്പാണ്.",
    },
    "not_found": {
        "en": "{count} of the ids asked for are not there.",
        "ml": "ചോദിച്ച ഐഡികളിൽ {count} എണ്ണം ഇല്ല.",
    },
    "older": {
        "en": "{count} scrutinies are from before evaluations were kept; they cannot be repeated.",
        "ml": "{count} പരിശോധനകൾ വിലയിരുത്തൽ സൂക്ഷിച്ചുതുടങ്ങുന്നതിനു മുമ്പുള്ളതാണ്; ആവർത്തിക്കാനാവില്ല.",
    },
}


def _ids(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    del ctx
    try:
        return tuple(str(uuid.UUID(one)) for one in values)
    except ValueError:
        raise click.BadParameter("an id is a UUID, as answers show it", param=param) from None


@click.command()
@click.option(
    "--limit", type=click.IntRange(1), default=None, help="At most so many, oldest first."
)
@click.option("--since", type=Day(), default=None, help="Only those made on or after this day.")
@click.option(
    "--id", "ids", multiple=True, callback=_ids, help="Only this one (of a scrutiny: its id)."
)
@click.option("--json", "as_json", is_flag=True, help="JSON: one line a fault, then the summary.")
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", help="Language for people.")
def command(
    limit: int | None, since: date | None, ids: tuple[str, ...], as_json: bool, lang: str
) -> None:
    """Repeat stored evaluations under their own rule book and compare byte for byte.

    The book is the one frozen with the evaluation, never the one on disk. Every difference is
    told with its place in the answer.

    Exit status: 0 all came out the same; 1 something differs, is damaged or cannot be judged,
    an --id is not there, or the database is away; 2 wrong use.
    """
    pool = open_pool(settings.load().url())
    try:
        store = Evaluations(pool)
        found = Replay(store).run(Wanted(since, ids, limit))
        summary = _run(found, as_json) | {"older": 0 if ids else store.older()}
    finally:
        pool.close()
    summary["not_found"] = max(len(set(ids)) - summary["all"], 0) if ids and limit is None else 0
    if as_json:
        print_json({"summary": summary})
    else:
        _print_summary(summary, lang)
    sys.exit(1 if summary["faults"] or summary["not_found"] else 0)


def _run(found: Iterable[Replayed], as_json: bool) -> dict[str, Any]:
    """Go through all, tell each fault as it is found, and count."""
    started = told = time.monotonic()
    faults, books = Counter[str](), Counter[str]()
    other_engine = 0
    for one in found:
        books[one.book_hash] += 1
        other_engine += not one.same_engine
        if one.fault:
            faults[one.fault] += 1
            _tell(one, as_json)
        if time.monotonic() - told > EVERY_S:
            told = time.monotonic()
            click.echo(f"... {books.total()} ({faults.total()})", err=True)
    return {
        "all": books.total(),
        "same": books.total() - faults.total(),
        "faults": dict(faults),
        "books": dict(books),
        "other_engine": other_engine,
        "seconds": round(time.monotonic() - started, 1),
    }


def _tell(one: Replayed, as_json: bool) -> None:
    if as_json:
        print_json(one.as_json())
        return
    click.echo(f"{one.id}: {one.fault}{': ' + one.says if one.says else ''}")
    for each in one.differences:
        click.echo(f"    {each.path}: {_short(each.stored)} -> {_short(each.now)}")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _print_summary(summary: dict[str, Any], lang: str) -> None:
    books = ", ".join(f"{name[:12]}: {count}" for name, count in summary["books"].items())
    click.echo(SAYS["same"][lang].format(**{**summary, "books": books or "–"}))
    for code, count in summary["faults"].items():
        click.echo(SAYS["fault"][lang].format(count=count, code=code))
    for name, key in (("engine", "other_engine"), ("older", "older")):
        if summary[key]:
            click.echo(SAYS[name][lang].format(count=summary[key]))
    if summary["not_found"]:
        click.echo(SAYS["not_found"][lang].format(count=summary["not_found"]))
