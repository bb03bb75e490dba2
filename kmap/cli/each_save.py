"""``kmap check --watch``: a drawing checked again at each save, and what changed since the last.

Programs save in different ways: over the file in pieces, or by renaming another file onto it. So
the file is looked at often and cheaply, and read only when it has been still for a moment.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from kmap.building.compare import compare
from kmap.building.scrutiny import Scrutiny

PAUSE_S = 0.25
"""Seconds between two looks at the file; it is read when two looks saw the same."""

Stamp = tuple[int, int, int]

SAYS = {
    "waiting": {
        "en": "Watching {name}; save it in your CAD program. Ctrl-C ends.",
        "ml": "{name} നിരീക്ഷിക്കുന്നു; CAD പ്രോഗ്രാമിൽ സേവ് ചെയ്യുക. നിർത്താൻ Ctrl-C.",
    },
    "saved": {"en": "Saved at {at}", "ml": "സേവ് ചെയ്തത് {at}"},
    "same": {
        "en": "No finding is gone and none is new.",
        "ml": "ഒരു കണ്ടെത്തലും മാറിയില്ല, പുതിയതുമില്ല.",
    },
    "unreadable": {
        "en": "It cannot be read as it stands; waiting for the next save.",
        "ml": "ഇപ്പോഴത്തെ രൂപത്തിൽ വായിക്കാനാവുന്നില്ല; അടുത്ത സേവിനായി കാത്തിരിക്കുന്നു.",
    },
}


def stamp(path: Path) -> Stamp | None:
    """Return what changes when a file is saved; None while there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def saves(path: Path, pause_s: float = PAUSE_S) -> Iterator[Stamp]:
    """Yield each time the file is there, still and other than last time; the first time too."""
    known: Stamp | None = None
    last: Stamp | None = None
    while True:
        now = stamp(path)
        if now is not None and now == last and now != known:
            known = now
            yield now
        last = now
        time.sleep(pause_s)


@dataclass
class Watcher:
    """Checks a drawing at each save; prints what became of its findings, then the answer."""

    plan: Path
    check: Callable[[], Scrutiny]
    lang: Any
    keep: Callable[[Scrutiny], None]
    """Writes the papers that were asked for, after each check."""
    before: Scrutiny | None = None

    def run(self, rounds: int | None = None) -> Scrutiny | None:
        """Watch until Ctrl-C, or for some saves; returns the last answer that could be read."""
        click.echo(SAYS["waiting"][self.lang].format(name=self.plan.name))
        try:
            for done, _ in enumerate(saves(self.plan), start=1):
                self._look()
                if done == rounds:
                    break
        except KeyboardInterrupt:
            click.echo("")
        return self.before

    def _look(self) -> None:
        """Check once; a file that cannot be read leaves the answer before it to compare with."""
        from kmap.cli.check_table import print_answer  # noqa: PLC0415 - rich, for people only

        at = datetime.now().astimezone().strftime("%H:%M:%S")
        click.echo(f"\n—— {SAYS['saved'][self.lang].format(at=at)} ——")
        found = self.check()
        readable = found.answer["verdict"] != "unreadable"
        if readable and self.before is not None:
            self._print_changes(self.before, found)
        print_answer(found.answer, self.lang, self.plan.name)
        if readable:
            self.before = found
            self.keep(found)
        else:
            click.echo(SAYS["unreadable"][self.lang])

    def _print_changes(self, before: Scrutiny, found: Scrutiny) -> None:
        from kmap.cli.compare_table import print_changes, print_measures  # noqa: PLC0415
        from kmap.papers.comparison import view  # noqa: PLC0415 - papers, for people only

        shown, console = view(compare(before.answer, found.answer), self.lang), Console()
        if all(name == "still" for name, _ in shown["changes"]):
            console.print(Text(SAYS["same"][self.lang], style="bold"))
        print_changes(console, shown["changes"], self.lang, named=0)
        if shown["measures"]:
            print_measures(console, shown["measures"], self.lang)
        console.print("")
