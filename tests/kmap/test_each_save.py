"""``kmap check --watch`` with real files: saved over, renamed onto, half written, broken."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kmap.building.scrutiny import Scrutiny, scrutinise
from kmap.cli import each_save as watch
from kmap.cli.each_save import Watcher, saves, stamp
from rules import shipped_book

LONGEST_S = 120


class Looks:
    """Reads a watched file instead of judging it; the next save happens after each look."""

    def __init__(self, path: Path, *steps: Callable[[], None]) -> None:
        self.path, self.seen, self.steps = path, list[str](), list(steps)
        self.found = saves(path, pause_s=0.01)

    def run(self, count: int) -> list[str]:
        for _ in range(count):
            next(self.found)
            self.seen.append(self.path.read_text())
            if self.steps:
                threading.Thread(target=self.steps.pop(0), daemon=True).start()
        return self.seen


def test_a_file_written_over_and_one_renamed_onto_it_are_both_seen(tmp_path: Path) -> None:
    plan = tmp_path / "plan.dxf"
    plan.write_text("one")

    def rename() -> None:
        (tmp_path / "plan.tmp").write_text("two")
        (tmp_path / "plan.tmp").replace(plan)

    def away_and_back() -> None:
        plan.rename(tmp_path / "plan.bak")
        time.sleep(0.05)
        plan.write_text("four")

    looks = Looks(plan, rename, lambda: plan.write_text("three") and None, away_and_back)
    assert looks.run(4) == ["one", "two", "three", "four"]


def test_a_file_that_is_still_being_written_is_not_read_until_it_rests(tmp_path: Path) -> None:
    plan = tmp_path / "plan.dxf"
    plan.write_text("old")

    def in_pieces() -> None:
        with plan.open("w") as file:
            for piece in range(20):
                file.write(f"{piece},")
                file.flush()
                time.sleep(0.002)

    looks = Looks(plan)
    looks.found = saves(plan, pause_s=0.03)
    looks.steps = [in_pieces]
    assert looks.run(2)[1].endswith("19,")


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    plan = tmp_path / "plan.dxf"
    assert stamp(plan) is None
    threading.Timer(0.05, lambda: plan.write_text("here")).start()
    assert Looks(plan).run(1) == ["here"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmap.building.scrutiny.TRIED", 1)
    monkeypatch.setattr(watch, "saves", lambda path: saves(path, pause_s=0.01))


DAY = date(2026, 1, 15)
BOOK = shipped_book()


class Desk:
    """Judges a drawing for the watcher, each text once, and saves the next one afterwards."""

    def __init__(self, plan: Path, *contents: str) -> None:
        self.plan, self.contents = plan, list(contents)
        self.known: dict[str, Scrutiny] = {}
        plan.write_text(self.contents.pop(0))

    def check(self) -> Scrutiny:
        text = self.plan.read_text().strip()
        if text not in self.known:
            self.known[text] = scrutinise(self.plan, site={}, as_of=DAY, book=BOOK)
        if self.contents:
            self.plan.write_text(self.contents.pop(0))
        return self.known[text]


def test_each_save_says_what_is_gone_and_new_first_and_a_broken_one_is_passed_over(
    tmp_path: Path, a_house, quick, capsys
) -> None:
    sound, far = a_house().dxf(), a_house()
    far.box("WELL", 0.3, 0.3, 1, 1)
    plan = tmp_path / "plan.dxf"
    kept = []
    desk = Desk(plan, sound, far.dxf(), "no drawing", sound + "\n", sound + "\n\n")
    Watcher(plan, desk.check, "en", kept.append).run(rounds=5)
    _, first, second, broken, third, fourth = capsys.readouterr().out.split("—— Saved at ")
    assert "Well to boundary" in second
    assert "New (" not in first
    assert second.index("New (") < second.index("Still there (") < second.index("Verdict: ")
    assert "It cannot be read as it stands" in broken
    assert third.index("Gone (") < third.index("Verdict: ")
    assert "Well to boundary" in third.split("Verdict: ")[0]
    assert "No finding is gone and none is new." in fourth
    assert len(kept) == 4


def test_ctrl_c_ends_cleanly(tmp_path: Path, a_house) -> None:
    plan = a_house().write(tmp_path)
    command = [sys.executable, "-P", "-u", "-m", "kmap.cli", "check", str(plan), "--watch"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + LONGEST_S
    assert running.stdout is not None
    while "This is not a permit" not in running.stdout.readline():
        assert time.monotonic() < until
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=LONGEST_S)
    assert (running.returncode, said) == (0, "")
