"""Reads drawings in a limited child process: memory, time, no written files, no network."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from gis.drawing.complaints import unreadable
from gis.drawing.wire import from_json
from gis.model import Survey


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one drawing may use."""

    memory_bytes: int = 1_073_741_824
    cpu_s: int = 20
    wall_s: float = 40.0


def read_safely(path: Path, limits: Limits | None = None, dialect: str | None = None) -> Survey:
    """Return the survey of a drawing, read in a child process; never raises for its content.

    ``drawing.network`` says whether the child's network was cut or the system did not permit it.
    """
    limits = limits or Limits()
    command = [
        sys.executable, "-P", "-m", "gis.drawing.child",
        str(path.resolve()), str(limits.memory_bytes), str(limits.cpu_s), dialect or "",
    ]  # fmt: skip
    keep = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "LC_ALL", "HOME"}}
    own = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}  # the child is this same code
    environment = {**keep, **own, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limits.wall_s,
            check=False, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return unreadable("reading_too_long", seconds=f"{limits.wall_s:.0f}")
    except OSError as error:
        return unreadable("reading_failed", reason=type(error).__name__)
    return _survey(done, limits)


def _survey(done: "subprocess.CompletedProcess[bytes]", limits: Limits) -> Survey:
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return unreadable("reading_too_long", seconds=str(limits.cpu_s))
    if done.returncode != 0:
        short = b"MemoryError" in done.stderr or done.returncode == -signal.SIGSEGV
        if short:
            return unreadable("reading_too_large")
        return unreadable("reading_failed", reason=f"status {done.returncode}")
    try:
        data = json.loads(done.stdout)
        found = from_json(data)
    except (ValueError, KeyError, TypeError) as error:
        return unreadable("reading_failed", reason=type(error).__name__)
    return replace(found, drawing={**found.drawing, "network": data["network"]})
