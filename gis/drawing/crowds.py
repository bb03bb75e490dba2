"""Bounded work: what is too much of one kind is said and left out, never worked on without end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from gis.drawing.dialect import Place
from gis.model import Complaint, Entity, Raw

MOST_SHAPES = 2000
"""Outlines on one layer; the fullest layer of a real drawing holds some hundred bays."""
MOST_LETTERS = 20_000
"""Letters of one text that are read."""
MOST_NAMES = 1000
"""Layers outside the list that are compared with it."""
MOST_OF_A_KIND = 500
"""Complaints of one code."""
Placed = list[tuple[Entity, Place]]


def without_crowds(placed: Placed) -> tuple[Placed, list[Complaint]]:
    """Leave out every layer with more outlines than are looked at, and say so."""
    counts = Counter(e.layer for e, _ in placed if e.kind not in {"line", "text", "dimension"})
    full = {layer: count for layer, count in counts.items() if count > MOST_SHAPES}
    if not full:
        return placed, []
    said = [
        Complaint("shapes_too_many", layer, None, {"count": str(count), "most": str(MOST_SHAPES)})
        for layer, count in full.items()
    ]
    return [(e, p) for e, p in placed if e.layer not in full], said


def without_long_texts(raw: Raw) -> Raw:
    """Leave out texts longer than people write, and say so."""
    long = [e for e in raw.entities if len(e.text) > MOST_LETTERS]
    if not long:
        return raw
    said = [
        Complaint(
            "text_too_long", e.layer, None, {"handle": e.handle, "letters": str(len(e.text))}
        )
        for e in long
    ]
    fit = tuple(e for e in raw.entities if len(e.text) <= MOST_LETTERS)
    return replace(raw, entities=fit, complaints=(*raw.complaints, *said))


def fewer(complaints: Iterable[Complaint]) -> list[Complaint]:
    """Keep at most so many complaints of one code; the last of them stands for the rest."""
    counts: Counter[str] = Counter()
    out = []
    for one in complaints:
        counts[one.code] += 1
        if counts[one.code] <= MOST_OF_A_KIND:
            out.append(one)
    return out
