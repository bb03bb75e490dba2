"""What the verifier found, in words of both languages; what the signed extract says itself."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from kmap.papers.verify import Verdict

Json = dict[str, Any]
MAX_FILE = 20_000_000
"""Largest file that is verified, in bytes."""


@cache
def words() -> dict[str, Any]:
    """Return the texts of ``verdicts.yaml``."""
    text = Path(__file__).with_name("verdicts.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book


def exit_status(verdict: Verdict) -> int:
    """Return the exit status of ``kmap verify``: 0 genuine, 4 altered, 5 to 7 see the texts."""
    return int(words()[verdict.code]["exit"])


def as_json(verdict: Verdict) -> Json:
    """Return a verdict as it is printed: code, words, number, key, and what the extract says."""
    told = words()[verdict.code]
    return {
        "code": verdict.code,
        "genuine": verdict.genuine,
        "says": {lang: told[lang] for lang in ("en", "ml")},
        "id": verdict.id,
        "key": verdict.key,
        "asked": dict(verdict.asked) if verdict.asked else None,
        "summary": _summary(verdict.extract) if verdict.extract else None,
    }


def _summary(extract: Any) -> Json:
    """Return what a reader compares with the pages in hand."""
    answer = extract["answer"]
    return {
        "description": answer.get("description"),
        "book": answer.get("book"),
        "loads": answer.get("loads"),
    }
