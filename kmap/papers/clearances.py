"""Clearances (NOCs) in words, for the scrutiny report and the land extract alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kmap.papers import texts
from kmap.papers.findings import Missing, citation, missing
from kmap.papers.format import Lang, pick, plain, quantity

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Clearance:
    """One clearance that is needed: whose, why, how long, how dear, and what makes it needless."""

    office: str
    because: str
    cite: str
    trust: str
    days: str
    fee: str
    form: str
    cure: str
    kind: str


@dataclass(frozen=True)
class Untold:
    """One clearance of which it cannot be told whether it is needed."""

    office: str
    because: str
    missing: tuple[Missing, ...]


def needed(items: Sequence[Json], lang: Lang) -> tuple[Clearance, ...]:
    """Return the clearances that are needed."""
    return tuple(
        Clearance(
            office=pick(item.get("office"), lang) or plain(item.get("id", "")),
            because=pick(item.get("because"), lang),
            cite=citation(item.get("cite"), lang),
            trust=plain((item.get("cite") or {}).get("trust") or ""),
            days=quantity(item.get("days"), None, lang),
            fee=quantity(item.get("fee_rs"), "rs", lang),
            form=pick(item.get("form"), lang),
            cure=pick(item.get("cure"), lang),
            kind=texts.clearance_kind(plain(item.get("kind") or "clearance"), lang),
        )
        for item in items
    )


def untold(items: Sequence[Json], answer: Json, lang: Lang) -> tuple[Untold, ...]:
    """Return the clearances that cannot be told, each with what is missing and who supplies it."""
    return tuple(
        Untold(
            office=pick(item.get("office"), lang) or plain(item.get("id", "")),
            because=pick(item.get("because"), lang),
            missing=tuple(missing(item.get("missing") or [], answer, lang)),
        )
        for item in items
    )
