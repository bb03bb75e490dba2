"""Signing: the line of an extract, and the seal that ends a paper; read back by ``verify``."""

import base64
from typing import Any, Final

import segno

from kmap.land.canonical import canonical
from kmap.papers.content import Proof
from kmap.papers.keys import Key
from kmap.papers.verify import paper_statement, statement

Json = dict[str, Any]
_OPEN: Final = {"pdf": ("%", ""), "html": ("<!--", "-->")}


def sign(name: str, asked: Json, key: Key) -> Proof:
    """Return the proof of an extract of that name."""
    return Proof(name, key.id, key.sign(statement(name, asked)))


def sealed(content: bytes, kind: str, name: str, key: Key) -> bytes:
    """Return a paper (``pdf`` or ``html``) with its seal as the last line."""
    before, after = _OPEN[kind]
    content = content.rstrip(b"\n") + b"\n"
    signature = key.sign(paper_statement(content, name))
    return content + f"{before}K-MAP-SEAL 1 {name} {key.id} {signature}{after}\n".encode()


def sealed_geojson(collection: Json, name: str, key: Key) -> bytes:
    """Return a feature collection with its seal as a member, canonical JSON."""
    signature = key.sign(paper_statement(canonical(collection), name))
    return canonical(
        {**collection, "seal": {"extract": name, "key": key.id, "signature": signature}}
    )


def code_text(base_url: str, proof: Proof, asked: Json) -> str:
    """Return what the code on a paper says: an address, and behind ``#`` the signed line.

    Nothing behind ``#`` goes to a server; with the published keys it is checked without one.
    """
    signature = base64.urlsafe_b64encode(bytes.fromhex(proof.signature)).decode().rstrip("=")
    told = f"1.{proof.key}.{signature}.{asked['as_of']}.{asked['use']}.{asked['plot']}"
    return f"{base_url.rstrip('/')}/x/{proof.id}#{told}"


def code_svg(text: str) -> str:
    """Return a QR code (level M, with its quiet zone) as an SVG element in black on white."""
    made = segno.make(text, error="m", micro=False, boost_error=False)
    return str(made.svg_inline(border=4, light="#fff", omitsize=True))
