"""The pool of limited children: fast, safe across threads, and nothing brings it down."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gis.drawing import forker, sandbox
from gis.drawing.sandbox import Limits, Pool
from gis.drawing.survey import survey

ROOT = Path(__file__).resolve().parents[2]
FORKER = "gis.drawing.forker"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with_two = Pool(at_once=2)
    yield with_two
    with_two.close()


def codes(found) -> set[str]:
    return {c["code"] for c in found.complaints}


def pid_of(pool: Pool) -> int:
    return pool._ready(None)._process.pid


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(one) for one in text.split()]


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def wait_for(true, patience_s: float = 20.0) -> bool:
    until = time.monotonic() + patience_s
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def heavy(sheet, folder: Path) -> Path:
    """A drawing that takes some seconds to read."""
    drawing = sheet().outline("PLOT_BOUNDARY", [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0)])
    drawing.raw(*["0", "LINE", "8", "WELL", "10", "0", "20", "0", "11", "1", "21", "1"] * 300_000)
    return drawing.write(folder, "heavy.dxf")


def test_a_pooled_child_says_what_the_reader_itself_says(pool: Pool, tmp_path: Path, a_house):
    path = a_house().write(tmp_path)
    found, here = pool.read(path), survey(path)
    assert found.drawing.pop("network") in {"cut", "open"}
    assert found == here


def test_many_threads_share_few_children_and_none_is_mixed_up(pool: Pool, tmp_path: Path, sheet):
    paths = []
    for side in range(5, 29):
        drawing = sheet().box("PLOT_BOUNDARY", 0, 0, side, side)
        paths.append(drawing.write(tmp_path, f"{side}.dxf"))
    most = 0
    watching = threading.Event()

    def watch() -> None:
        nonlocal most
        while not watching.wait(0.002):
            most = max(most, len(children_of(pid_of(pool))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as threads:
        areas = [s.measurements["plot_area_drawn_m2"] for s in threads.map(pool.read, paths)]
    watching.set()
    watcher.join()
    assert areas == [side**2 for side in range(5, 29)]
    assert most <= 2


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(wall_s=0.02), "reading_too_long"),
        (Limits(memory_bytes=20_000_000), "reading_too_large"),
        (Limits(cpu_s=1), "reading_too_long"),
    ],
)
def test_a_drawing_that_takes_too_much_is_ended_and_named(
    pool: Pool, tmp_path: Path, sheet, a_house, limits, code
):
    assert codes(pool.read(heavy(sheet, tmp_path), limits)) == {code}
    assert pool.read(a_house().write(tmp_path)).readable


def test_a_killed_child_is_its_own_drawings_loss_only(pool: Pool, tmp_path: Path, sheet, a_house):
    path, pid = heavy(sheet, tmp_path), pid_of(pool)
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(pool.read, path)
        assert wait_for(lambda: bool(children_of(pid)))
        os.kill(children_of(pid)[0], signal.SIGKILL)
        assert codes(reading.result()) == {"reading_too_long"}
    assert pid_of(pool) == pid
    assert pool.read(a_house().write(tmp_path)).readable


def test_the_forking_process_may_be_killed_at_any_time(pool: Pool, tmp_path: Path, a_house):
    path = a_house().write(tmp_path)
    first = pid_of(pool)
    os.kill(first, signal.SIGKILL)
    assert pool.read(path).readable
    second = pid_of(pool)
    os.kill(second, signal.SIGSTOP)  # killed between the question and the answer
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(pool.read, path)
        time.sleep(0.05)
        os.kill(second, signal.SIGKILL)
        assert reading.result().readable
    assert len({first, second, pid_of(pool)}) == 3


def test_a_forking_process_that_hangs_is_given_up(
    pool: Pool, tmp_path: Path, a_house, monkeypatch
):
    path, hanging = a_house().write(tmp_path), pool._ready(None)
    monkeypatch.setattr(sandbox, "GRACE_S", 0.1)
    monkeypatch.setattr(hanging, "_started", time.monotonic() - sandbox.START_S)
    os.kill(hanging._process.pid, signal.SIGSTOP)
    assert pool.read(path, Limits(wall_s=1.5)).readable
    assert hanging.ended()


def test_no_orphan_is_left_when_the_parent_is_killed(tmp_path: Path, sheet):
    script = (
        "import os, sys, threading, time\n"
        "from pathlib import Path\n"
        "from gis.drawing.sandbox import Pool\n"
        "pool = Pool(); pool.start()\n"
        "threading.Thread(target=pool.read, args=(Path(sys.argv[1]),), daemon=True).start()\n"
        "print(pool._ready(None)._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", script, heavy(sheet, tmp_path)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with parent:
        pid = int(parent.stdout.readline())
        assert wait_for(lambda: bool(children_of(pid)))
        child = children_of(pid)[0]
        parent.kill()
        assert wait_for(lambda: gone(pid) and gone(child))


def test_a_closed_pool_ends_its_process_and_starts_again_when_asked(tmp_path: Path, a_house):
    pool = Pool()
    pid = pid_of(pool)
    pool.close()
    pool.close()
    assert gone(pid)
    assert pool.read(a_house().write(tmp_path)).readable
    pool.close()


def test_a_confined_child_opens_nothing_writes_nothing_and_starts_nothing(tmp_path: Path):
    script = (
        "import os, socket, sys\n"
        "from gis.drawing.child import Ration, confine\n"
        "from gis.drawing.forker import cut_network\n"
        "network = cut_network()\n"
        "os.closerange(3, 4096)\n"
        "confine(Ration(50_000_000, 5))\n"
        "def tried(work):\n"
        "    try:\n"
        "        work()\n"
        "    except (OSError, MemoryError) as error:\n"
        "        return type(error).__name__\n"
        "    return 'done'\n"
        "print(network, tried(lambda: open('/etc/passwd')), tried(lambda: socket.socket()),\n"
        "      tried(lambda: bytearray(60_000_000)), tried(lambda: os.pipe()), end='')\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip
    network, *rest = done.stdout.split()
    assert network in {"cut", "open"}
    assert rest == ["OSError", "OSError", "MemoryError", "OSError"]


def test_what_is_no_file_is_said_and_never_waited_for(pool: Pool, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.dxf")
    for path in ("pipe.dxf", "none.dxf", "a\0b.dxf", "."):
        assert codes(pool.read(tmp_path / path)) == {"no_file"}
    assert codes(pool.read(Path("/dev/zero"))) == {"no_file"}


def test_an_answer_without_end_is_not_taken(pool: Pool, tmp_path: Path, a_house, monkeypatch):
    path = a_house().write(tmp_path)
    monkeypatch.setattr(sandbox, "ANSWER_BYTES", 1_000)
    assert codes(pool.read(path)) == {"reading_too_large"}
    monkeypatch.undo()
    assert pool.read(path).readable


@pytest.mark.parametrize(
    ("text", "ended", "code"),
    [
        (b"", forker.OVERTIME, "reading_too_long"),
        (b"", -signal.SIGXCPU, "reading_too_long"),
        (b"", -signal.SIGKILL, "reading_too_long"),
        (b"", -signal.SIGSEGV, "reading_too_large"),
        (b"", -signal.SIGABRT, "reading_too_large"),
        (b"", 1, "reading_failed"),
        (b"", 0, "reading_failed"),
        (b"[]", 0, "reading_failed"),
        (b'{"drawing": {}}', 0, "reading_failed"),
        (b"\xff", 0, "reading_failed"),
        (None, 0, "reading_too_large"),
    ],
)
def test_every_end_of_a_child_has_a_name(text, ended, code):
    assert codes(sandbox._survey(text, ended, Limits())) == {code}
