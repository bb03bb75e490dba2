"""The keys that sign extracts: made at set-up, changed with an overlap, kept to verify for ever.

One file a key below ``KMAP_HOME/keys``, readable by the service's user alone. A key signs from
its day on until the next one is in use and the overlap is over; then it is retired: what it
signed stays genuine. A key that got out is revoked: what it signed counts only if our own ledger
has it.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kmap.errors import KmapError

OVERLAP = timedelta(days=7)
"""How long a key may still sign after the next one was made: for processes that still hold it."""


class KeysError(KmapError):
    """The signing keys cannot be used as they are; the message says why."""

    code: ClassVar[str] = "keys_unusable"


@dataclass(frozen=True)
class Key:
    """One Ed25519 key: when it may sign (UTC), and whether it was revoked."""

    secret: bytes
    since: datetime
    until: datetime | None = None
    revoked: bool = False

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """The name of the key: the first 16 hex digits of its public half's SHA-256."""
        return hashlib.sha256(self.public).hexdigest()[:16]

    def status(self, now: datetime) -> str:
        """Return ``next``, ``active``, ``retired`` or ``revoked``."""
        if self.revoked:
            return "revoked"
        if now < self.since:
            return "next"
        return "active" if self.until is None or now < self.until else "retired"

    def sign(self, line: bytes) -> str:
        """Return the signature of a line, in hex."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(line).hex()

    def as_jwk(self, now: datetime) -> dict[str, Any]:
        """Return the public half as a JWK (RFC 8037), with its times and status."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "kid": self.id,
            "x": base64.urlsafe_b64encode(self.public).decode().rstrip("="),
            "from": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "status": self.status(now),
        }


class Ring:
    """All keys of a service; looked up anew at each use, so that a rotation needs no restart."""

    def __init__(self, folder: Path, given: str = "") -> None:
        self._folder, self._given = folder, given

    def signer(self) -> Key:
        """Return the key that signs now: the newest in use; the first one is made.

        Raises KeysError.
        """
        now = _now()
        keys = self._keys()
        if self._given:
            return keys[0]
        able = [key for key in keys if key.status(now) == "active"]
        if not able and any(not key.revoked for key in keys):
            raise KeysError(
                "No signing key is in use today. Make one: kmap keys rotate.",
                "ഇന്ന് ഉപയോഗത്തിലുള്ള ഒപ്പുതാക്കോലില്ല. kmap keys rotate ഉപയോഗിക്കുക.",
            )
        return max(able, key=lambda key: key.since) if able else self._add(now)

    def published(self) -> dict[str, list[dict[str, Any]]]:
        """Return the JWK set of all keys, the newest first; public halves only."""
        now = _now()
        return {"keys": [key.as_jwk(now) for key in self._keys()]}

    def rotate(self, overlap: timedelta = OVERLAP) -> Key:
        """Make a new key, in use from now on; those before it are retired after the overlap."""
        now = _now()
        for key in self._keys():
            if key.until is None and not key.revoked and key.id != self._given_id():
                self._write(replace(key, until=now + overlap))
        return self._add(now)

    def revoke(self, key_id: str) -> Key:
        """Revoke a key that got out. Raises KeysError when there is none of that name."""
        for key in self._keys():
            if key.id == key_id and key_id != self._given_id():
                revoked = replace(key, revoked=True)
                self._write(revoked)
                return revoked
        raise KeysError(
            f"No key {key_id[:40]} is kept below {self._folder}; `kmap keys list` lists them.",
            f"{key_id[:40]} എന്ന താക്കോലില്ല; kmap keys list നോക്കുക.",
        )

    def _keys(self) -> list[Key]:
        found = [_read(path) for path in sorted(self._folder.glob("*.json"))]
        found.sort(key=lambda key: (key.since, key.id), reverse=True)
        if self._given:
            first = _given_key(self._given)
            found = [first, *(key for key in found if key.id != first.id)]
        return found

    def _given_id(self) -> str:
        return _given_key(self._given).id if self._given else ""

    def _add(self, now: datetime) -> Key:
        key = Key(Ed25519PrivateKey.generate().private_bytes_raw(), now)
        self._write(key)
        return key

    def _write(self, key: Key) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = {
            "secret": key.secret.hex(),
            "from": key.since.isoformat(),
            "until": key.until.isoformat() if key.until else None,
            "revoked": key.revoked,
        }
        path = self._folder / f"{key.id}.json"
        part = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(json.dumps(record))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def _now() -> datetime:
    return datetime.now(UTC)


def _given_key(text: str) -> Key:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise KeysError(
            "KMAP_SIGNING_KEY is 64 hex digits (32 bytes).",
            "KMAP_SIGNING_KEY 64 ഹെക്സ് അക്കങ്ങളാണ് (32 ബൈറ്റ്).",
        )
    return Key(secret, datetime(2026, 1, 1, tzinfo=UTC))


def _read(path: Path) -> Key:
    """Read one key. Raises KeysError when others may read it, or it is damaged."""
    if path.stat().st_mode & 0o077:
        raise KeysError(
            f"The key {path} can be read by others; it may have got out. chmod 600, and rotate.",
            f"{path} എന്ന താക്കോൽ മറ്റുള്ളവർക്ക് വായിക്കാം; chmod 600 ചെയ്ത് താക്കോൽ മാറ്റുക.",
        )
    try:
        row: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        until = datetime.fromisoformat(row["until"]) if row["until"] else None
        since = datetime.fromisoformat(row["from"])
        key = Key(bytes.fromhex(row["secret"]), since, until, bool(row["revoked"]))
        whole = key.id == path.stem
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise KeysError(f"The key {path} is damaged.", f"{path} എന്ന താക്കോൽ കേടായി.")
    return key
