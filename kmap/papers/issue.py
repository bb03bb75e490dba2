"""Issuing extracts: composed, named by their bytes, signed, kept; and looked at again later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from kmap.days import today
from kmap.land.aspects import GONE
from kmap.land.changes import changes
from kmap.land.errors import NoSuchPlotError
from kmap.land.lookup import Land
from kmap.papers.certificate import Certificate
from kmap.papers.content import Proof, envelope, extract_of, geojson, pack
from kmap.papers.extract import extract_html, extract_pdf
from kmap.papers.format import Lang
from kmap.papers.keys import Ring
from kmap.papers.seal import code_text, sealed, sealed_geojson, sign
from kmap.papers.verify import Verdict, check
from kmap.store.extracts import Extracts, Issue

Json = dict[str, Any]
KINDS = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "html": "text/html",
    "pdf": "application/pdf",
}
"""The forms of an extract, and their media types."""


@dataclass(frozen=True)
class Issued:
    """An extract as issued: its bytes, its content, its proof, and when it was first made."""

    content: bytes
    extract: Json
    proof: Proof
    made_at: datetime | None = None

    @property
    def id(self) -> str:
        """The SHA-256 of its bytes."""
        return self.proof.id


@dataclass(frozen=True)
class Since:
    """What became of an extract: whether it is genuine, and what has changed since."""

    issued: Issued
    verdict: Verdict
    today: date
    now: Json
    changes: list[Json]


class Issuer:
    """Issues extracts, gives them again, and tells what has changed since."""

    def __init__(
        self,
        land: Land,
        store: Extracts,
        ring: Ring,
        base_url: str,
        today: Callable[[], date] = today,
    ) -> None:
        self._land, self._store, self.ring = land, store, ring
        self._base_url, self._today = base_url, today

    def issue(self, answer: Json, use: str, known_at: datetime | None = None) -> Issued:
        """Sign and keep the extract of a land answer; the same again is the same extract."""
        day = date.fromisoformat(answer["as_of"])
        around = self._land.around(answer["plot"]["id"], day, known_at=known_at)
        extract = extract_of(answer, around, use, known_at)
        content, name = pack(extract)
        key = self.ring.signer()
        proof = sign(name, extract["asked"], key)
        loads = [load["id"] for load in answer["loads"]]
        about = Issue(extract["asked"]["plot"], day, known_at, use, answer["book"]["hash"], loads)
        self._store.add(content, about, proof.key, proof.signature)
        return Issued(content, extract, proof)

    def kept(self, name: str) -> Issued:
        """Return an extract as it was issued. Raises NoExtractError."""
        found = self._store.get(name)
        status = {key["kid"]: key["status"] for key in self.ring.published()["keys"]}
        given = min(found.signatures, key=lambda s: status.get(s.key_id) == "revoked")
        proof = Proof(found.id, given.key_id, given.signature)
        return Issued(found.content, orjson.loads(found.content), proof, found.made_at)

    def since(self, name: str) -> Since:
        """Judge a kept extract anew, and compare it with today's answer. Raises NoExtractError."""
        issued = self.kept(name)
        verdict = check(envelope(issued.extract, issued.proof), self.ring.published())
        asked, today = issued.extract["asked"], self._today()
        try:
            now = self._land.by_plot(asked["plot"], today, asked["use"])
        except NoSuchPlotError:
            now = GONE
        return Since(issued, verdict, today, now, changes(issued.extract["answer"], now))

    def file(self, issued: Issued, kind: str, lang: Lang) -> bytes:
        """Return an extract as a file of one of :data:`KINDS`; papers end with their seal."""
        if kind == "json":
            return envelope(issued.extract, issued.proof)
        key = self.ring.signer()
        if kind == "geojson":
            return sealed_geojson(geojson(issued.extract, issued.id), issued.id, key)
        code = code_text(self._base_url, issued.proof, issued.extract["asked"])
        told = Certificate(issued.proof, code, self._base_url)
        if kind == "html":
            page = extract_html(
                issued.extract["answer"], lang, issued.extract["map"], told
            ).encode()
            return sealed(page, "html", issued.id, key)
        attached = envelope(issued.extract, issued.proof)
        pdf = extract_pdf(issued.extract["answer"], lang, issued.extract["map"], told, attached)
        return sealed(pdf, "pdf", issued.id, key)
