"""What ``kmap know`` does beside one plot: a drawn outline, a list of plots, a comparison."""

import csv
import json
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from kmap.errors import KmapError
from kmap.land import listing
from kmap.land.changes import words as change_words
from kmap.land.compare import Side, compare
from kmap.land.heights import Heights
from kmap.land.lookup import Land
from kmap.land.outline import Outlines
from kmap.store.pool import Pool
from rules import Book

Json = dict[str, Any]
PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
MOST = 100_000
"""Most plots of one list on the command line."""


class ListRefusedError(KmapError):
    """A list or an outline cannot be read, or its table not be written."""

    code = "list_refused"


def ask_outline(pool: Pool, book: Book, land: Land, path: Path, day: date, use: str) -> Json:
    """Answer for a GeoJSON file. Raises BadOutlineError, NoPlotHereError, ListRefusedError."""
    try:
        outline = json.loads(_text(path))
    except ValueError:
        raise ListRefusedError(f"{path} is not JSON.", f"{path} JSON അല്ല.") from None
    if isinstance(outline, dict) and outline.get("type") == "FeatureCollection":
        features = outline.get("features") or []
        if len(features) != 1:
            raise ListRefusedError(
                f"{path} has {len(features)} features; draw one outline.",
                f"{path}: {len(features)} രൂപങ്ങളുണ്ട്; ഒന്നു മാത്രം വരയ്ക്കുക.",
            )
        outline = features[0]
    return Outlines(pool, book, land, Heights()).answer(outline, day, use)


def write_list(land: Land, path: Path, out: Path | None, day: date, use: str) -> None:
    """Answer each plot of a list; write the table to a file, or CSV to standard output."""
    kind = ".csv" if out is None else out.suffix.lower()
    if kind not in {".csv", ".json", ".ndjson"}:
        raise click.BadParameter("write a .csv, .json or .ndjson file", param_hint="--out")
    asked = listing.entries(_text(path), MOST)
    where = nullcontext(sys.stdout) if out is None else out.open("w", encoding="utf-8", newline="")
    with where as file, Progress(console=Console(stderr=True), transient=True) as progress:
        rows = progress.track(listing.rows(land, asked, day, use), total=len(asked))
        (_csv if kind == ".csv" else _json)(rows, file, kind)


def _csv(rows: Any, file: TextIO, _: str) -> None:
    """Write one line a plot; the themes' columns are those of the first that was answered."""
    found = list(rows)
    themes = next((list(row["themes"]) for row in found if not row["error"]), [])
    lines = [listing.flat(row, themes) for row in found]
    if lines:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def _json(rows: Any, file: TextIO, kind: str) -> None:
    if kind == ".ndjson":
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        json.dump(list(rows), file, ensure_ascii=False, indent=1)


def print_compare(land: Land, one: Side, two: Side, use: str, lang: str, *, as_json: bool) -> None:
    """Print what differs between two sides."""
    found = compare(land, one, two, use)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(escape(f"{one.plot} {one.as_of} → {two.plot} {two.as_of}"), style="bold")
    for change in found["changes"]:
        console.print(escape(f"• {change['says'][lang]}"))
    if not found["changes"]:
        console.print(change_words()["says"]["nothing"][lang])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListRefusedError(f"{path} cannot be read: {error}.", f"{path} വായിക്കാനായില്ല.") from None
