"""The lesson of rules/README.md, followed with the hands: its change, its mistakes."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kmap.cli.rules import command

ROOT = Path(__file__).resolve().parents[2]
LESSON = (ROOT / "rules" / "README.md").read_text("utf-8")
LINE = re.compile(r"\.yaml:\d+:")


def blocks(kind: str) -> list[str]:
    """The blocks of one kind in the lesson, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", LESSON, re.MULTILINE | re.DOTALL)


def block(start: str) -> str:
    """The YAML block that begins so."""
    return next(one for one in blocks("yaml") if one.lstrip().startswith(start))


def edit(file: Path, old: str, new: str) -> None:
    """Change one thing in a file, as a planner would."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the book with the amendment of the lesson in it."""
    folder = tmp_path / "mybook"
    shutil.copytree(ROOT / "rules" / "book", folder)
    edit(folder / "book.yaml", "\n# Worked-out facts", block("- key: V7") + "\n# Worked-out facts")
    rule = folder / "r75-wells" / "rule.yaml"
    edit(
        rule, "  - id: r75-well-to-boundary", f"{block('- from: V7')}  - id: r75-well-to-boundary"
    )
    with (folder / "r75-wells" / "cases.yaml").open("a", encoding="utf-8") as file:
        file.write(block("- {says: 8 m from the well"))
    return folder


def said(book: Path, *words: str) -> str:
    """What ``kmap rules`` says, without line numbers."""
    result = CliRunner().invoke(command, [*words, "--book", str(book)])
    return LINE.sub(".yaml:", result.output + (str(result.exception) if result.exception else ""))


def test_the_change_of_the_lesson_passes_its_cases(book: Path) -> None:
    assert "cases, 0 not as expected" in LESSON
    assert "cases, 0 not as expected" in said(book, "test", "r75-wells")


def test_the_changed_clause_is_the_only_one_that_flips(book: Path, tmp_path: Path) -> None:
    (line,) = (
        line for one in blocks("console") for line in one.splitlines() if line.startswith("$ echo")
    )
    plan = tmp_path / "plan.json"
    plan.write_text(line.split("'")[1])
    answers = [
        said(book, "evaluate", str(plan), "--json", "--as-of", day)
        for day in ("2026-12-31", "2027-01-01")
    ]
    verdicts = [re.findall(r'"(r\d[\w-]+)":\{"title".*?"verdict":"(\w+)"', one) for one in answers]
    assert set(verdicts[0]) ^ set(verdicts[1]) == {
        ("r75-well-to-pit", "pass"),
        ("r75-well-to-pit", "fail"),
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "number"),
    [
        ("book.yaml", "- key: V7", "- key: V8", 0),
        (
            "r75-wells/rule.yaml",
            "like: V1\n        checks:\n          - {fact: well_to_pit_m",
            "like: V1\n        check:\n          - {fact: well_to_pit_m",
            1,
        ),
        ("r75-wells/rule.yaml", "at_least: 7.5", "at_least: 8", 2),
    ],
    ids=["no-rung", "mistyped", "old-number"],
)
def test_a_mistake_gives_the_message_that_the_lesson_shows(
    book: Path, file: str, old: str, new: str, number: int
) -> None:
    mistakes = [one for one in blocks("text") if one.startswith("r75-wells/")]
    edit(book / file, old, new)
    assert LINE.sub(".yaml:", mistakes[number]).strip() in said(book, "test", "r75-wells")
