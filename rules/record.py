"""What must be kept so that an evaluation can be repeated under its own book, byte for byte.

A book is frozen as the bytes it was read from, an answer as canonical JSON: keys sorted, no
spaces, UTF-8, numbers as Python writes them shortest. An answer holds no clock and no chance.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from rules.answer import evaluate
from rules.errors import RulesError
from rules.law import Book
from rules.loading import load_files

MAX_FROZEN = 50_000_000  # bytes of a book unpacked
_ROOM = Path(__file__).resolve().parent
_OTHER = (
    *(
        "testing.py",
        "samples.py",
        "register.py",
        "record.py",
        "moves.py",
        "whatif.py",
        "impact.py",
    ),
    *("cures/", "columns/", "envelope"),
)  # what has no part in an answer
_frozen: WeakKeyDictionary[Book, bytes] = WeakKeyDictionary()


class FrozenBookError(RulesError):
    """The bytes of a frozen book are damaged, or are not those of the book they are kept for."""

    code = "frozen_book_damaged"


def freeze(book: Book) -> bytes:
    """Return the bytes of a book, packed; the same book gives the same bytes."""
    found = _frozen.get(book)
    if found is None:
        files = {name: content.decode("utf-8") for name, content in book.files.items()}
        found = _frozen[book] = zlib.compress(canonical(files), 9)
    return found


def thaw(frozen: bytes, book_hash: str) -> Book:
    """Load a frozen book; it must have this hash. Raises FrozenBookError, BookError."""
    try:
        packed = zlib.decompressobj()
        text = packed.decompress(frozen, MAX_FROZEN).decode("utf-8")
        files = {str(name): str(part).encode() for name, part in json.loads(text).items()}
    except (zlib.error, ValueError, AttributeError) as error:
        raise FrozenBookError(f"the frozen book {book_hash[:12]} is damaged: {error}") from None
    book = load_files(files)
    if book.hash != book_hash:
        raise FrozenBookError(f"the frozen book {book_hash[:12]} has the hash {book.hash[:12]}")
    return book


def canonical(value: Any) -> bytes:
    """Write a JSON value in its one canonical form.

    >>> canonical({"b": 1.50, "a": [True, None, "ഉയരം"]}).decode()
    '{"a":[true,null,"ഉയരം"],"b":1.5}'
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode("utf-8", "replace")


def answer_bytes(book: Book, facts: Mapping[str, Any], as_of: date) -> bytes:
    """Judge facts and write the whole answer in its canonical form; raises FactError."""
    return canonical(evaluate(book, facts, as_of).as_json())


@lru_cache(maxsize=1)
def engine_mark() -> str:
    """Name the engine by its own source: another mark may answer otherwise, the same cannot."""
    digest = hashlib.sha256()
    for path in sorted(_ROOM.rglob("*.py")):
        name = path.relative_to(_ROOM).as_posix()
        if not name.startswith((*_OTHER, "book/")):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
