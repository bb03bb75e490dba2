"""The process that forks a limited child for each drawing: ``python -P -m gis.drawing.forker``.

It is single-threaded and imports once what reading needs, so that a fork is cheap and safe; it
never looks at a drawing itself. Its descriptor 0 is a socket of messages: each carries a ration
and three descriptors (the drawing, where the answer goes, where the end of the child is told).
When the socket is closed it ends, and its children with it.
"""

import ctypes
import encodings
import gc
import importlib
import os
import pkgutil
import selectors
import signal
import socket
import struct
import time
from dataclasses import dataclass

from gis.drawing import dialect
from gis.drawing.child import Ration, read_and_answer
from gis.drawing.complaints import catalogue, hows

REQUEST = struct.Struct("<QId32s")
"""Memory in bytes, CPU seconds, wall seconds, name of the dialect (none: empty)."""
ENDED = struct.Struct("<i")
"""How a child ended: its exit status, minus its signal, or OVERTIME."""
OVERTIME = 1_000_000
"""A child that was ended because its wall time was over."""
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_LATE = ("ezdxf.recover", "ezdxf.lldxf.tagger")
"""What the tolerant reader imports when it is needed."""


@dataclass(slots=True)
class _Running:
    """A child that reads: its process, where its end is told, and when it is too late."""

    pid: int
    tell: int
    until: float
    overtime: bool = False


def cut_network() -> str:
    """Move to an empty network of its own, children included; ``cut``, or ``open`` if refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    cut = libc.unshare(_NEW_USER | _NEW_NET) == 0 or libc.unshare(_NEW_NET) == 0
    return "cut" if cut else "open"


class Forker:
    """Forks a child for each message, ends those that take too long, tells how each ended."""

    def __init__(self, door: socket.socket, network: str) -> None:
        self._door, self._network = door, network
        self._selector = selectors.DefaultSelector()
        self._selector.register(door, selectors.EVENT_READ)
        self._running: dict[int, _Running] = {}  # by the descriptor that watches the process

    def run(self) -> None:
        """Serve until the other side has gone."""
        while True:
            for key, _ in self._selector.select(self._next_s()):
                if key.fileobj is self._door:
                    if not self._take():
                        return
                elif isinstance(key.fileobj, int):
                    self._bury(key.fileobj)
            now = time.monotonic()
            for one in self._running.values():
                if one.until <= now and not one.overtime:
                    one.overtime = True
                    os.kill(one.pid, signal.SIGKILL)

    def _next_s(self) -> float | None:
        ends = [one.until for one in self._running.values() if not one.overtime]
        return max(min(ends) - time.monotonic(), 0.0) if ends else None

    def _take(self) -> bool:
        """Fork a child for one message; False when there are none any more."""
        message, handed, _, _ = socket.recv_fds(self._door, REQUEST.size, 3)
        if not message:
            return False
        drawing, answer, tell = handed
        memory, cpu_s, wall_s, name = REQUEST.unpack(message)
        pid = os.fork()
        if pid == 0:
            self._be_child(drawing, answer, Ration(memory, cpu_s), name.rstrip(b"\0").decode())
        os.close(drawing)
        os.close(answer)
        watch = os.pidfd_open(pid)
        self._running[watch] = _Running(pid, tell, time.monotonic() + wall_s)
        self._selector.register(watch, selectors.EVENT_READ)
        return True

    def _be_child(self, drawing: int, answer: int, ration: Ration, name: str) -> None:
        status = 1
        try:
            os.dup2(drawing, 0)
            os.dup2(answer, 1)
            os.closerange(3, 4096)
            read_and_answer(ration, self._network, name)
            status = 0
        finally:
            os._exit(status)

    def _bury(self, watch: int) -> None:
        one = self._running.pop(watch)
        self._selector.unregister(watch)
        os.close(watch)
        _, status = os.waitpid(one.pid, 0)
        ended = OVERTIME if one.overtime else os.waitstatus_to_exitcode(status)
        os.write(one.tell, ENDED.pack(ended))
        os.close(one.tell)


def prepare() -> None:
    """Import and load whatever a reading may need: a child can open no file any more."""
    pages = [one.name for one in pkgutil.iter_modules(encodings.__path__)]
    wanted = [f"encodings.{name}" for name in pages if name.startswith(("cp", "utf", "latin"))]
    for name in (*_LATE, *wanted):
        importlib.import_module(name)
    for name in dialect.names():
        dialect.load(name)
    catalogue()
    hows()


def main() -> None:
    """Import what reading needs, cut the network, then fork on demand."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    door = socket.socket(fileno=os.dup(0))
    prepare()
    network = cut_network()
    gc.collect()
    gc.freeze()  # what is shared with the children is never copied for a collection
    Forker(door, network).run()


if __name__ == "__main__":
    main()
