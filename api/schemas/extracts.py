"""Extracts, keys and watches, as promised to clients."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.common import Open, Words

Hash = Field(pattern="^[0-9a-f]{64}$")


class Proof(Open):
    """An extract's number (the SHA-256 of its canonical JSON), key and Ed25519 signature."""

    id: str = Hash
    key: str
    signature: str


class SignedExtract(Open):
    """The file of an extract: its content and its proof."""

    extract: dict[str, Any]
    proof: Proof


class Change(Open):
    """One thing that changed, in words, with what brought it."""

    what: str
    id: str
    change: Literal["added", "removed", "changed"]
    title: Words
    says: Words


class ChangesSince(Open):
    """Whether an extract is genuine, and what has changed since; [] when nothing has."""

    id: str = Hash
    genuine: bool
    code: str
    says: Words
    compared_with: str
    changes: list[Change]


class Keys(Open):
    """A JWK set (RFC 7517, 8037); each key with its times and status."""

    keys: list[dict[str, Any]]


class Verified(Open):
    """What a verifier finds of a file, from the file and the public keys alone."""

    code: str
    genuine: bool
    says: Words
    id: str | None


class NewWatch(Open):
    """A watch's secret addresses: the key is told this once."""

    id: str
    key: str
    plot: str
    use: str
    feed: str
    page: str


class Watched(Open):
    """A watch with its alerts, the newest first."""

    id: str
    plot: str
    use: str
    alerts: list[dict[str, Any]]
