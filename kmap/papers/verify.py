"""Is this extract genuine? A verifier that needs no server and no database, only public keys.

It stands alone: copy this file, ``pip install cryptography rfc8785 pypdf``, fetch the keys from
``/.well-known/kmap-keys.json``, and run ``python verify.py FILE KEYS``. What is signed:

* an extract: the line ``kmap-extract/1 ID PLOT AS_OF USE``, where ID is the SHA-256 of the
  extract as canonical JSON (RFC 8785). The code on a paper carries this line and its signature.
* a paper (PDF, HTML, GeoJSON): the line ``kmap-paper/1 HASH ID``, where HASH is the SHA-256 of
  every byte before the seal, which is the last line (for GeoJSON: of all members but ``seal``).

Signatures are Ed25519 (RFC 8032). A PDF also carries the signed extract as an attachment; it is
opened only after the seal has been found good.
"""

import base64
import hashlib
import io
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = Mapping[str, Any]
SEAL = re.compile(
    rb"(?:%|<!--)K-MAP-SEAL 1 ([0-9a-f]{64}) ([0-9a-f]{16}) ([0-9a-f]{128})(?:-->)?\n\Z"
)
CODE = re.compile(
    r"(?:https?://[^\s#]+)?/x/(?P<id>[0-9a-f]{64})#1\.(?P<key>[0-9a-f]{16})\."
    r"(?P<signature>[\w-]{86})\.(?P<as_of>\d{4}-\d\d-\d\d)\.(?P<use>[\w-]{1,16})\.(?P<plot>\S+)",
    re.ASCII,
)
ATTACHED = "extract.json"


@dataclass(frozen=True)
class Verdict:
    """What was found.

    ``code`` is genuine, retired_key (genuine, by a key no longer in use), altered, rewritten
    (genuine content, written another way), unknown_key, revoked_key, or not_an_extract.
    """

    code: str
    id: str | None = None
    key: str | None = None
    extract: Json | None = None
    asked: Json | None = None

    @property
    def genuine(self) -> bool:
        """Whether every byte is as it was signed, by a key that may be trusted."""
        return self.code in ("genuine", "retired_key")


def check(data: bytes, keys: Json) -> Verdict:
    """Judge a file: PDF, HTML, GeoJSON or JSON; ``keys`` is the published JWK set."""
    if data.startswith(b"%PDF-"):
        return _pdf(data, keys)
    if data[:200].lstrip().lower().startswith(b"<!doctype html"):
        return _sealed(data, keys)
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_refuse)
        written = rfc8785.dumps(value)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return Verdict("not_an_extract")
    found = _json(value, keys) if isinstance(value, dict) else Verdict("not_an_extract")
    if found.genuine and written != data:
        return Verdict("rewritten", found.id, found.key, found.extract, found.asked)
    return found


def check_code(text: str, keys: Json) -> Verdict:
    """Judge what a phone reads from the code on a paper: which extract it names, and if we did."""
    found = CODE.fullmatch(text.strip())
    if found is None:
        return Verdict("not_an_extract")
    told = found.groupdict()
    raw = base64.urlsafe_b64decode(told["signature"] + "==")
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != told["signature"]:
        return Verdict("altered", told["id"], told["key"])
    asked = {name: told[name] for name in ("plot", "as_of", "use")}
    code = _by(told["key"], raw, statement(told["id"], asked), keys)
    return Verdict(code, told["id"], told["key"], None, asked)


def statement(name: str, asked: Json) -> bytes:
    """Return the line that is signed for an extract."""
    return f"kmap-extract/1 {name} {asked['plot']} {asked['as_of']} {asked['use']}".encode()


def paper_statement(content: bytes, name: str) -> bytes:
    """Return the line that is signed for a paper: its bytes before the seal, and its extract."""
    return f"kmap-paper/1 {hashlib.sha256(content).hexdigest()} {name}".encode()


def _json(value: dict[str, Any], keys: Json) -> Verdict:
    if value.get("type") == "FeatureCollection" and isinstance(value.get("seal"), dict):
        seal = value.pop("seal")
        name, key, raw = (_text(seal.get(part)) for part in ("extract", "key", "signature"))
        return _judge(name, key, raw, paper_statement(rfc8785.dumps(value), name), keys)
    extract, proof = value.get("extract"), value.get("proof")
    if not isinstance(extract, dict) or not isinstance(proof, dict):
        return Verdict("not_an_extract")
    name, key, raw = (_text(proof.get(part)) for part in ("id", "key", "signature"))
    asked = extract.get("asked")
    whole = set(value) == {"extract", "proof"} and set(proof) == {"id", "key", "signature"}
    if not whole or hashlib.sha256(rfc8785.dumps(extract)).hexdigest() != name:
        return Verdict("altered", name, key)
    if not isinstance(asked, dict) or not {"plot", "as_of", "use"} <= set(asked):
        return Verdict("not_an_extract")
    found = _judge(name, key, raw, statement(name, asked), keys)
    return Verdict(found.code, name, key, extract, asked) if found.genuine else found


def _sealed(data: bytes, keys: Json) -> Verdict:
    seal = SEAL.search(data[-300:])
    if seal is None:
        return Verdict("altered" if b"K-MAP-SEAL" in data else "not_an_extract")
    name, key, raw = (part.decode() for part in seal.groups())
    content = data[: len(data) - len(seal.group())]
    return _judge(name, key, raw, paper_statement(content, name), keys)


def _pdf(data: bytes, keys: Json) -> Verdict:
    found = _sealed(data, keys)
    if not found.genuine:
        return found
    from pypdf import PdfReader  # noqa: PLC0415 - only a paper of ours is ever opened

    attached = PdfReader(io.BytesIO(data)).attachments.get(ATTACHED) or [b""]
    inside = check(attached[0], keys)
    same = inside.genuine and inside.id == found.id
    return inside if same else Verdict("altered", found.id, found.key)


def _judge(name: str, key: str, raw: str, signed: bytes, keys: Json) -> Verdict:
    if not re.fullmatch("[0-9a-f]{128}", raw) or not re.fullmatch("[0-9a-f]{64}", name):
        return Verdict("altered", name, key)
    return Verdict(_by(key, bytes.fromhex(raw), signed, keys), name, key)


def _by(key: str, signature: bytes, signed: bytes, keys: Json) -> str:
    """Return the verdict of one signature by one key."""
    known = next((one for one in keys["keys"] if one["kid"] == key), None)
    if known is None:
        return "unknown_key"
    public = base64.urlsafe_b64decode(known["x"] + "==")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return "altered"
    told = {"revoked": "revoked_key", "retired": "retired_key"}
    return told.get(known.get("status", ""), "genuine")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


if __name__ == "__main__":
    _file, _keys = (Path(name).read_bytes() for name in sys.argv[1:3])
    _verdict = check(_file, json.loads(_keys))
    sys.stdout.write(f"{_verdict.code} {_verdict.id} {dict(_verdict.asked or {})}\n")
    sys.exit(0 if _verdict.genuine else 1)
