"""The limited child process that reads a drawing: ``python -P -m gis.drawing.child FILE``.

Limits come first: memory, CPU time, no files written, no network (its own empty network space,
where the system permits; ``network`` in the answer says which). The answer is JSON on stdout.
"""

import ctypes
import json
import resource
import sys
from pathlib import Path

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


def limit(memory_bytes: int, cpu_s: int) -> str:
    """Put the limits on this process; return ``cut`` or ``open`` for its network."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        cut = libc.unshare(_NEW_USER | _NEW_NET) == 0 or libc.unshare(_NEW_NET) == 0
    except (OSError, AttributeError):
        cut = False
    return "cut" if cut else "open"


def main() -> int:
    """Read the drawing named on the command line and print its survey."""
    path, memory, cpu = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    network = limit(memory, cpu)
    from gis.drawing.complaints import unreadable  # noqa: PLC0415 - after the limits
    from gis.drawing.dialect import load  # noqa: PLC0415
    from gis.drawing.survey import survey  # noqa: PLC0415
    from gis.drawing.wire import to_json  # noqa: PLC0415

    try:
        found = survey(path, load(sys.argv[4]) if sys.argv[4] else None)
    except MemoryError:
        found = unreadable("reading_too_large")
    except Exception as error:  # noqa: BLE001 - every outcome is a coded complaint
        found = unreadable("reading_failed", reason=type(error).__name__)
    data = to_json(found) | {"network": network}
    sys.stdout.write(json.dumps(data, allow_nan=False, separators=(",", ":")))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
