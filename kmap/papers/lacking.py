"""What is lacking, so that many unknowns can be read: who would supply what, and what it settles.

Unknown clauses are turned round: one line for each layer to draw, key to type or fact to give, the
one that helps most first, in the order drawing, land register, applicant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kmap.papers import texts
from kmap.papers.findings import Finding, Missing
from kmap.papers.format import Lang

KINDS: Final = ("measured", "map", "declared")
"""Who supplies: the drawing, the land register, a person."""


@dataclass(frozen=True)
class Need:
    """One thing to draw, look up or tell, and the unknown findings that wait for it.

    ``alone`` are the numbers of those that wait for nothing else; ``waits`` of all. ``titles`` are
    the facts it supplies; ``source`` is the layer or the name of the one fact; ``key`` says how
    it may be typed on the drawing, '' when it may not.
    """

    source: str
    titles: tuple[str, ...]
    says: str
    asks: tuple[str, ...]
    key: str
    waits: tuple[int, ...]
    alone: tuple[int, ...]


@dataclass(frozen=True)
class Needs:
    """All needs of one supplier, what helps most first."""

    kind: str
    title: str
    rows: tuple[Need, ...]

    @property
    def main(self) -> tuple[Need, ...]:
        """The needs that settle a finding by themselves, or for which several wait."""
        return tuple(need for need in self.rows if need.alone or len(need.waits) > 1)

    @property
    def rest(self) -> tuple[Need, ...]:
        """The needs of one finding each, which waits for others too."""
        return tuple(need for need in self.rows if not need.alone and len(need.waits) == 1)


def needs(unknowns: Sequence[Finding], lang: Lang) -> tuple[Needs, ...]:
    """Return what the unknown findings wait for, by supplier; only suppliers of something."""
    held: dict[tuple[str, str], list[tuple[Missing, Finding]]] = {}
    for found in unknowns:
        for one in found.missing:
            held.setdefault(_source(one), []).append((one, found))
    groups = []
    for kind in KINDS:
        rows = [_need(source[1], pairs) for source, pairs in held.items() if source[0] == kind]
        rows.sort(key=lambda need: (-len(need.alone), -len(need.waits), need.source))
        if rows:
            groups.append(Needs(kind, texts.text(f"needs_{kind}", lang), tuple(rows)))
    return tuple(groups)


def _source(one: Missing) -> tuple[str, str]:
    kind = one.by if one.by in KINDS else "declared"
    return kind, one.layer if kind == "measured" and one.layer else one.fact


def _need(source: str, pairs: Sequence[tuple[Missing, Finding]]) -> Need:
    facts: Mapping[str, Missing] = {one.fact: one for one, _ in pairs}
    waits = {found.number: found for _, found in pairs if found.number is not None}
    return Need(
        source=source,
        titles=tuple(one.title for one in facts.values()),
        says=next(iter(facts.values())).says,
        asks=tuple(one.asks for one in facts.values() if one.asks),
        key=next((f"{one.layer}: {one.key}=" for one in facts.values() if one.key), ""),
        waits=tuple(sorted(waits)),
        alone=tuple(sorted(n for n, found in waits.items() if _only(found, facts))),
    )


def _only(found: Finding, facts: Mapping[str, Missing]) -> bool:
    """Whether a finding waits for these facts and nothing else."""
    return all(one.fact in facts for one in found.missing)


def numbers(found: Sequence[int]) -> str:
    """Write numbers with runs taken together.

    >>> numbers((2, 3, 4, 7, 9, 10))
    '2–4, 7, 9, 10'
    """
    runs: list[list[int]] = []
    for one in found:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    parts = [f"{r[0]}–{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs]
    return ", ".join(parts)
