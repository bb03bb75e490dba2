"""Docs that cannot lie: links lead somewhere, commands shown run."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "rules" / "README.md"])
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUICK = ("check", "rules", "--help")
"""Verbs without a database; the others are run by the journeys."""


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = LINK.findall(page.read_text())
    assert not [t for t in targets if not (page.parent / t).exists()]


def commands() -> list[tuple[str, str]]:
    """Every ``kmap`` line of a shell block that needs no database."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text()):
            for line in block.splitlines():
                text = line.split(" #")[0].strip().removeprefix(".venv/bin/")
                if text.startswith("kmap ") and any(word in text.split() for word in QUICK):
                    found.append((page_id(page), text))
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_every_command_shown_runs(page: str, line: str, tmp_path: Path) -> None:
    """Status 1 is a verdict, not a breakdown; 2 and above are."""
    words = shlex.split(line)
    words[0] = str(ROOT / ".venv" / "bin" / "kmap")
    words = [w if not w.startswith("out/") else str(tmp_path / w[4:]) for w in words]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), f"{page}: {line}\n{done.stderr}"
    assert "Traceback" not in done.stderr
