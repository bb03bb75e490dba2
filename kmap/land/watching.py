"""Watching plots: after a load or a book release, an alert exactly where something changed.

Who watches is not known: a watch is a secret address. What counts as a change is said by
:mod:`kmap.land.aspects`. A run may be killed at any moment and run again: each watch is settled
in one transaction, and a load counts as looked at only after every watch it may concern.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kmap.days import today
from kmap.land.aspects import GONE, essence, unchecked
from kmap.land.changes import changes
from kmap.land.errors import NoSuchPlotError
from kmap.land.lookup import Land
from kmap.store.watches import Alert, Locked, Seen, Watch, Watches

Json = dict[str, Any]
MOST = 100_000
"""Most watches a service keeps, unless its settings say otherwise."""
MOST_OF_PLOT = 200
"""Most watches of one plot."""


@dataclass
class Run:
    """What a run did: loads and watches looked at, alerts written, watches put off and why."""

    loads: list[int] = field(default_factory=list)
    looked: int = 0
    alerts: int = 0
    put_off: dict[str, list[str]] = field(default_factory=dict)


class Watching:
    """Starts, reads and ends watches, and runs over them."""

    def __init__(
        self,
        land: Land,
        store: Watches,
        book_hash: str,
        most: int = MOST,
        today: Callable[[], date] = today,
    ) -> None:
        self._land, self._store, self._book = land, store, book_hash
        self._most, self._today = most, today

    def start(self, plot_id: str, use: str) -> tuple[str, str, Json]:
        """Watch a plot from now on; return the watch's id, its key (told once), and the answer.

        Raises NoSuchPlotError, TooManyWatchesError.
        """
        self._land.by_plot(plot_id, self._today(), use)
        watch_id, key = self._store.add(plot_id, use, self._most, MOST_OF_PLOT)
        # Looked at only now that the watch is there: whatever is loaded later finds it.
        answer = self._look(plot_id, use)
        with self._store.locked(watch_id) as row:
            if row is not None and row.seen is None:
                row.see(self._seen(answer))
        return watch_id, key, answer

    def read(self, watch_id: str, key: str) -> tuple[Watch, list[Alert]]:
        """Return a watch and its newest alerts. Raises NoWatchError."""
        return self._store.get(watch_id, key)

    def stop(self, watch_id: str, key: str) -> None:
        """Delete a watch and its alerts, for good. Raises NoWatchError."""
        self._store.delete(watch_id, key)

    def run(self, *, everyone: bool = False) -> Run:
        """Look at the watches that new loads or another book may concern, or at all of them.

        A plot with a theme that could be checked before and cannot now is put off, with the
        loads, to the next run: a source that is away is no change of the land.
        """
        done = Run()
        with self._store.one_run():
            done.loads = self._store.pending()
            found = (
                self._store.everyone()
                if everyone
                else self._store.candidates(done.loads, self._book)
            )
            for watch in found:
                self._settle(watch, self._look(watch.plot_id, watch.use), done)
            if not done.put_off:
                self._store.looked(done.loads)
        return done

    def _settle(self, watch: Watch, answer: Json, done: Run) -> None:
        with self._store.locked(watch.id) as row:
            if row is None:
                return
            done.looked += 1
            before = row.seen
            away = sorted({*unchecked(answer)} - {*unchecked(before or {})})
            if away:
                done.put_off[watch.plot_id] = away
                return
            if before is not None:
                done.alerts += self._tell(row, before, answer, done.loads)
            row.see(self._seen(answer))

    def _tell(self, row: Locked, before: Json, answer: Json, loads: list[int]) -> bool:
        """Write an alert if what matters has changed; say whether it has."""
        found = changes(before, answer)
        if found:
            row.alert(essence(before), self._seen(answer), loads, found)
        return bool(found)

    def _look(self, plot_id: str, use: str) -> Json:
        try:
            return self._land.by_plot(plot_id, self._today(), use)
        except NoSuchPlotError:
            return GONE

    def _seen(self, answer: Json) -> Seen:
        near = answer.get("nearest") or {}
        reaches = {kind: one["distance_m"] for kind, one in near.items()}
        return Seen(answer, essence(answer), self._book, reaches)
