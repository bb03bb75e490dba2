"""The limited child that reads one drawing: its drawing is its input, its answer its output.

Limits come first: memory beyond what is mapped already, CPU time, nothing written, no further file
opened. Whatever the drawing holds, the answer is a survey as JSON.
"""

import ctypes
import gc
import json
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from gis.drawing.complaints import unreadable
from gis.drawing.dialect import load
from gis.drawing.survey import survey_of
from gis.drawing.wire import to_json

_DIE_WITH_PARENT = 1
"""prctl(PR_SET_PDEATHSIG): a child never outlives the process that forked it."""
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Ration:
    """What one child may use; ``memory_bytes`` beyond what its parent has mapped already."""

    memory_bytes: int
    cpu_s: int


def confine(ration: Ration) -> None:
    """Put the limits on this process; nothing beyond its three descriptors can be opened."""
    parent = os.getppid()
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it died in between
        os._exit(1)
    memory = mapped_bytes() + ration.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (ration.cpu_s, ration.cpu_s + 1))
    for kind, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (most, most))


def mapped_bytes() -> int:
    """Return the address space this process has mapped."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def read_and_answer(ration: Ration, network: str, dialect: str) -> None:
    """Read the drawing on descriptor 0 and write its survey to descriptor 1.

    ``dialect``: a name; empty = the one the drawing plainly is of.
    """
    gc.disable()  # one drawing, then the process ends: nothing is worth collecting
    confine(ration)
    try:
        with os.fdopen(0, "rb", closefd=False) as file:
            found = survey_of(file, load(dialect) if dialect else None)
    except MemoryError:
        found = unreadable("reading_too_large")
    except Exception as error:  # noqa: BLE001 - every outcome is a coded complaint
        found = unreadable("reading_failed", reason=type(error).__name__)
    answer = to_json(found)
    answer["drawing"] = {**found.drawing, "network": network}
    text = json.dumps(answer, allow_nan=False, separators=(",", ":"))
    left = memoryview(text.encode())
    while left:
        left = left[os.write(1, left) :]
