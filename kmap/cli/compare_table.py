"""What changed between two drawings, for people at a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kmap.papers import texts
from kmap.papers.comparison import Change, view

STYLES = {"gone": "green", "new": "bold red", "turned": "yellow", "still": "dim"}
SHOWN = 12
"""Findings that are still there and are named; the others are counted."""


def print_comparison(compared: dict[str, Any], lang: Any, names: Sequence[str]) -> None:
    """Print both verdicts, the completion if it was judged, what changed, what moved."""
    console, shown = Console(), view(compared, lang)
    for name, side in zip(names, shown["sides"], strict=True):
        console.print(Text(f"{name}: {side['verdict']}", style="bold"))
    if shown["completed"]:
        _print_completion(console, shown, lang)
    print_measures(console, shown["measures"], lang)
    print_changes(console, shown["changes"], lang)
    _print_outlines(console, shown["outlines"], lang)
    console.print(Text(f"• {texts.text('notice_permit', lang)}", style="dim"))


def _heading(console: Console, text: str) -> None:
    console.print(Text(f"\n{text}", style="bold"))


def _print_completion(console: Console, shown: dict[str, Any], lang: Any) -> None:
    _heading(console, shown["completed"])
    revised = shown["revised"]
    console.print(Text(f"  {revised['needed']}  [{revised['cite']}]"))
    console.print(Text(f"  {revised['says']}", style="dim"))
    if revised["cure"]:
        console.print(Text(f"  {texts.text('cure', lang)}: {revised['cure']}", style="green"))
    for one in shown["deviations"]:
        measure = one.measure
        line = Text(f"  {one.word}: ", style="bold red" if one.verdict == "fail" else "bold")
        where = f" ({measure.where})" if measure.where else ""
        line.append(f"{measure.title}{where}: {measure.old} → {measure.new} ", style="")
        limit = f"; {one.limit}" if one.limit != "–" else ""
        line.append(f"[{one.cite or one.clause or '–'}{limit}]", style="dim")
        console.print(line)
        console.print(Text(f"     {one.says}", style="dim"))
        if one.cure and one.verdict == "fail":
            console.print(Text(f"     {texts.text('cure', lang)}: {one.cure}", style="green"))


def print_measures(console: Console, measures: Sequence[Any], lang: Any) -> None:
    """Print each value that is measured otherwise."""
    _heading(console, f"{texts.text('section_measures', lang)} ({len(measures)})")
    table = Table(show_header=False, box=None, padding=(0, 1))
    for one in measures:
        pair = f"{one.old} → {one.new}"
        table.add_row(one.title, Text(one.where, style="dim"), pair, Text(one.by, style="bold"))
    console.print(table)


def print_changes(
    console: Console,
    groups: Sequence[tuple[str, list[Change]]],
    lang: Any,
    named: int = SHOWN,
) -> None:
    """Print what became of the findings; of those still there at most ``named`` by name."""
    for change, found in groups:
        _heading(console, f"{texts.text(f'change_{change}', lang)} ({len(found)})")
        most = named if change == "still" else len(found)
        for one in found[:most]:
            line = Text(f"  {one.title}", style=STYLES[change])
            line.append(f"  {texts.verdict(one.verdict, lang)}", style="dim")
            console.print(line)
            if change == "new" and one.cure:
                cure = f"     {texts.text('cure', lang)}: {one.cure}"
                console.print(Text(cure, style="green"))
        if len(found) > most > 0:
            console.print(Text(f"  + {len(found) - most}", style="dim"))


def _print_outlines(console: Console, outlines: Sequence[Any], lang: Any) -> None:
    if outlines:
        _heading(console, f"{texts.text('section_outlines', lang)} ({len(outlines)})")
    table = Table(show_header=False, box=None, padding=(0, 1))
    for one in outlines:
        table.add_row(one.layer, one.change, one.by, Text(one.area, style="dim"))
    console.print(table)
