"""Canonical JSON (RFC 8785): the same content is the same bytes, on every machine, for ever.

What is signed, hashed or compared is written this way; the SHA-256 of the bytes is its name.
"""

import hashlib
from typing import Any, ClassVar

import rfc8785

from kmap.errors import KmapError


class NotCanonicalError(KmapError):
    """A value has no canonical form: not finite, too large a whole number, half a surrogate."""

    code: ClassVar[str] = "not_canonical"


def canonical(value: Any) -> bytes:
    """Return the one way to write a JSON value. Raises NotCanonicalError.

    >>> canonical({"b": 1.0, "a": [True, None, "പ"]}).decode()
    '{"a":[true,null,"പ"],"b":1}'
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonicalError(
            f"This cannot be written as canonical JSON: {error}.",
            "ഇത് RFC 8785 പ്രകാരമുള്ള JSON ആയി എഴുതാനാവില്ല.",
        ) from None


def name_of(content: bytes) -> str:
    """Return the name of some bytes: their SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()
