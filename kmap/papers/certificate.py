"""The end of a signed extract: its name, signature and code, and the loads it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from kmap.papers import texts
from kmap.papers.content import Proof
from kmap.papers.format import Lang, day, plain
from kmap.papers.seal import code_svg

Json = Mapping[str, Any]
_GROUP: Final = 16


@dataclass(frozen=True)
class Certificate:
    """What a paper needs to be checked: its proof, what its code says, the service's address."""

    proof: Proof
    code: str
    base_url: str

    @property
    def short(self) -> str:
        """The first digits of the name, for the running foot."""
        return self.proof.id[:16]

    def view(self, answer: Json, lang: Lang) -> dict[str, Any]:
        """Return what the template shows."""
        address = f"{self.base_url.rstrip('/')}/x/{self.proof.id}"
        return {
            "code": Markup(code_svg(self.code)),  # noqa: S704 - drawn here, of squares only
            "address": address,
            "rows": [
                (texts.text("cert_id", lang), _grouped(self.proof.id)),
                (texts.text("cert_key", lang), self.proof.key),
                (texts.text("cert_signature", lang), _grouped(self.proof.signature)),
            ],
            "loads": [_load(row, lang) for row in answer.get("loads") or []],
        }


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def _load(row: Json, lang: Lang) -> Sequence[str]:
    kind = texts.load_kind(plain(row.get("kind") or ""), lang)
    dated = day(row["date"], lang) if row.get("date") else "–"
    return f"#{row['id']}", kind, dated, plain(row.get("checksum") or "")[:16]
