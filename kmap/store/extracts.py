"""Extracts as issued: their bytes under their own hash, and the signatures given for them.

Both only grow (triggers of the migration): what was issued can be checked years later.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kmap.errors import KmapError
from kmap.store.pool import Pool, connected

MAX_CONTENT = 20_000_000
"""Largest extract unpacked, in bytes."""


class NoExtractError(KmapError):
    """No extract of that name was issued here."""

    code: ClassVar[str] = "no_extract"

    def __init__(self) -> None:
        super().__init__(
            "No extract of this number was issued here. Compare the number with the paper's; "
            "an extract of another service is checked there, or with its file at /en/verify.",
            "ഈ നമ്പറിൽ ഇവിടെ നിന്ന് വിവരപ്പകർപ്പ് നൽകിയിട്ടില്ല. കടലാസിലെ നമ്പറുമായി ഒത്തുനോക്കുക; "
            "മറ്റൊരു സേവനത്തിന്റേതാണെങ്കിൽ അവിടെയോ, ഫയലുമായി /ml/verify-ലോ പരിശോധിക്കുക.",
        )


@dataclass(frozen=True)
class Issue:
    """What is kept of an extract besides its bytes: what was asked, and of which loads."""

    plot_id: str
    as_of: date
    known_at: datetime | None
    use: str
    book_hash: str
    loads: Sequence[int]


@dataclass(frozen=True)
class Signature:
    """One signature given for an extract."""

    key_id: str
    signature: str
    signed_at: datetime


@dataclass(frozen=True)
class KeptExtract:
    """An extract as kept: its bytes exactly as issued, its signatures, the newest first."""

    id: str
    content: bytes
    made_at: datetime
    signatures: tuple[Signature, ...]


class Extracts:
    """The store of extracts over a pool of connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, content: bytes, issue: Issue, key_id: str, signature: str) -> str:
        """Keep an extract and a signature of it; again is no change. Returns its id."""
        name = hashlib.sha256(content).hexdigest()
        row = {
            "id": name,
            "plot": issue.plot_id,
            "as_of": issue.as_of,
            "known_at": issue.known_at,
            "use": issue.use,
            "book_hash": issue.book_hash,
            "loads": list(issue.loads),
            "content": zlib.compress(content, 6),
        }
        with connected(self._pool) as db, db.transaction():
            db.execute(_ADD, row)
            db.execute(_SIGN, [name, key_id, signature])
        return name

    def get(self, name: str) -> KeptExtract:
        """Return an extract as issued. Raises NoExtractError."""
        with connected(self._pool) as db:
            rows = db.execute(_GET, [name.encode("utf-8", "replace").decode().replace("\0", "")])
            found = rows.fetchall()
        if not found:
            raise NoExtractError
        given = (Signature(row["key_id"], row["signature"], row["signed_at"]) for row in found)
        first = found[0]
        content = zlib.decompressobj().decompress(first["content"], MAX_CONTENT)
        return KeptExtract(first["id"], content, first["made_at"], tuple(given))


_ADD = """
INSERT INTO extract (id, plot_id, as_of, known_at, intended_use, book_hash, loads, content)
VALUES (%(id)s, %(plot)s, %(as_of)s, %(known_at)s, %(use)s, %(book_hash)s, %(loads)s, %(content)s)
ON CONFLICT (id) DO NOTHING"""
_SIGN = """
INSERT INTO extract_signature (extract_id, key_id, signature) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING"""
_GET = """
SELECT e.id, e.content, e.made_at, s.key_id, s.signature, s.signed_at
FROM extract e JOIN extract_signature s ON s.extract_id = e.id
WHERE e.id = %s ORDER BY s.signed_at DESC, s.key_id"""
