"""Reads drawings in limited children: memory, time, no written files, no network.

A pool keeps one process that forks a fresh child for each drawing (``gis.drawing.forker``), so
that a reading starts in milliseconds and a drawing never meets what another one left behind. The
pool is safe across threads, outlives the death of any of its processes, and leaves none behind.
"""

import atexit
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gis.drawing.complaints import unreadable
from gis.drawing.forker import ENDED, OVERTIME, REQUEST
from gis.drawing.wire import from_json
from gis.model import Survey

ANSWER_BYTES = 64_000_000
"""Largest survey taken from a child."""
GRACE_S = 5.0
"""How much later than the children's own wall time the forking process itself is given up."""
START_S = 30.0
"""Longest time the forking process may take to import what it needs."""
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one drawing may use; memory beyond what the interpreter itself has mapped."""

    memory_bytes: int = 536_870_912
    cpu_s: int = 20
    wall_s: float = 40.0


class _LostError(Exception):
    """The forking process has gone, or does not answer."""


class Pool:
    """Reads drawings in children, ``at_once`` at the same moment; who comes later waits."""

    def __init__(self, at_once: int | None = None, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = threading.BoundedSemaphore(at_once or os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._forker: _Forker | None = None

    def start(self) -> None:
        """Start the forking process, so that the first drawing need not wait for it."""
        self._ready(None)

    def close(self) -> None:
        """End the forking process and every child; the next reading would start it anew."""
        with self._lock:
            forker, self._forker = self._forker, None
        if forker is not None:
            forker.end()

    def read(self, path: Path, limits: Limits | None = None, dialect: str | None = None) -> Survey:
        """Return the survey of a drawing; never raises for its content.

        ``drawing.network`` says whether the child's network was cut or the system refused that.
        """
        limits = limits or self._limits
        try:
            drawing = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would hold us up
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "?"
            return unreadable("no_file", reason=reason)
        with _closing(drawing), self._places:
            if not stat.S_ISREG(os.fstat(drawing).st_mode):
                return unreadable("no_file", reason="not a file")
            lost: _Forker | None = None
            for _ in range(2):  # another drawing may have ended the forking process
                try:
                    lost = self._ready(lost)
                    return _survey(*lost.ask(drawing, limits, dialect), limits)
                except (_LostError, OSError) as error:
                    said = type(error).__name__.strip("_")
        return unreadable("reading_failed", reason=said)

    def _ready(self, lost: "_Forker | None") -> "_Forker":
        """Return the forking process; a new one in place of ``lost`` or of one that ended."""
        with self._lock:
            forker = self._forker
            if forker is not None and (forker is lost or forker.ended()):
                forker.end()
                forker = None
            if forker is None:
                forker = self._forker = _Forker()
            return forker


class _Forker:
    """The forking process from outside."""

    def __init__(self) -> None:
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        keep = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "LC_ALL", "HOME"}}
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gis.drawing.forker"],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**keep, **threads, "PYTHONPATH": str(_ROOT)}, start_new_session=True,
            )  # fmt: skip
        self._started = time.monotonic()

    def ended(self) -> bool:
        """Tell whether the process has ended."""
        return self._process.poll() is not None

    def end(self) -> None:
        """End it; its children die with it."""
        self._door.close()
        self._process.kill()
        self._process.wait()

    def ask(self, drawing: int, limits: Limits, dialect: str | None) -> tuple[bytes | None, int]:
        """Let a child read an open drawing; return its answer and how it ended.

        Raises _LostError when the forking process went or hangs, OSError when it cannot be asked.
        """
        message = REQUEST.pack(
            limits.memory_bytes, limits.cpu_s, limits.wall_s, (dialect or "").encode()
        )
        answer, answers = os.pipe()
        told, tells = os.pipe()
        with _closing(told):
            with _closing(answer):
                with _closing(answers, tells):
                    socket.send_fds(self._door, [message], [drawing, answers, tells])
                start = max(self._started + START_S - time.monotonic(), 0.0)
                until = time.monotonic() + start + limits.wall_s + GRACE_S
                text = _all(answer, until)
            ended = _all(told, until)
        if ended is None or len(ended) != ENDED.size:
            raise _LostError
        return text, ENDED.unpack(ended)[0]


def _all(pipe: int, until: float) -> bytes | None:
    """Read a pipe to its end; None for more than ANSWER_BYTES. Raises _LostError when late."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN | select.POLLHUP)
    parts: list[bytes] = []
    size = 0
    while True:
        if not poll.poll(max(until - time.monotonic(), 0.0) * 1000):
            raise _LostError
        part = os.read(pipe, 1 << 20)
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > ANSWER_BYTES:
            return None
        parts.append(part)


@contextmanager
def _closing(*descriptors: int) -> Iterator[None]:
    try:
        yield
    finally:
        for one in descriptors:
            os.close(one)


def _survey(text: bytes | None, ended: int, limits: Limits) -> Survey:
    """Return what a child answered, or the complaint that its end stands for."""
    if text is None:
        return unreadable("reading_too_large")
    if ended == OVERTIME:
        return unreadable("reading_too_long", seconds=f"{limits.wall_s:.0f}")
    if ended in {-signal.SIGXCPU, -signal.SIGKILL}:
        return unreadable("reading_too_long", seconds=str(limits.cpu_s))
    if ended in {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS}:
        return unreadable("reading_too_large")
    if ended != 0:
        return unreadable("reading_failed", reason=f"status {ended}")
    try:
        return from_json(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        return unreadable("reading_failed", reason=type(error).__name__)


@cache
def shared() -> Pool:
    """Return the pool of this process; it ends with the process."""
    pool = Pool()
    atexit.register(pool.close)
    return pool


def read_safely(path: Path, limits: Limits | None = None, dialect: str | None = None) -> Survey:
    """Read a drawing in a limited child of this process's own pool; see :meth:`Pool.read`."""
    return shared().read(path, limits, dialect)
