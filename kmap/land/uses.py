"""The uses a person may choose, with the facts each assumes; always shown with the answer."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@cache
def uses() -> dict[str, Any]:
    """Return the uses of ``uses.yaml``: title in both languages, and assumed facts."""
    text = Path(__file__).with_name("uses.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book
