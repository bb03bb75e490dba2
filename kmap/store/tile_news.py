"""News of loads: a connection that listens, so that memory knows when a layer is past.

A load's commit sends a notice; what was learned before it is forgotten within milliseconds.
While nobody listens (the database is away, or the listener is starting) nothing is believed.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import psycopg

from kmap.days import IST
from kmap.errors import KmapError

_log = logging.getLogger(__name__)
CHANNEL = "kmap_tiles"
HEARTBEAT_S = 5.0
"""How often the versions are read again, notice or none, in seconds."""
RETRY_S = 1.0


class News:
    """The version of each layer as last told; None while it cannot be known."""

    def __init__(self, url: str, ask: Callable[[], dict[str, int]]) -> None:
        self._url, self._ask = url, ask
        self._now: Mapping[str, int] | None = None
        self._until = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def versions(self) -> Mapping[str, int] | None:
        """Return the versions; None: ask the database. Listens from the first asking on."""
        if self._thread is None:
            self._start()
        return self._now if time.time() < self._until else None

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(3 * RETRY_S)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, name="tile-news", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._listen(connection)
            except (psycopg.Error, KmapError) as error:
                _log.warning("tile news: %s", type(error).__name__)
            self._now = None
            self._stop.wait(RETRY_S)

    def _listen(self, connection: psycopg.Connection) -> None:
        read_at = -HEARTBEAT_S
        told = True
        while not self._stop.is_set():
            if told or time.monotonic() - read_at > HEARTBEAT_S:
                read_at = time.monotonic()
                self._now = self._ask()
                self._until = min(_midnight(), time.time() + 3 * HEARTBEAT_S)
            told = any(True for _ in connection.notifies(timeout=0.5, stop_after=1))


def _midnight() -> float:
    """Return when this day ends in Kerala (seconds since 1970): then other law may hold."""
    now = datetime.now(UTC).astimezone(IST)
    end = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return end.timestamp()
