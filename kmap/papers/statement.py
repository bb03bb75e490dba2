"""The tables of figures in a scrutiny report: areas, yards, and claims beside measurements."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kmap.papers import texts
from kmap.papers.format import Lang, floor_name, pick, place, plain, quantity

Json = Mapping[str, Any]

_YARDS: Final = ("front", "rear", "side1", "side2")


@dataclass(frozen=True)
class FloorRow:
    """One floor of the statement, in words; ``uses`` are (group, area) pairs."""

    name: str
    drawn: str
    deducted: str
    built_up: str
    existing: str
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class YardRow:
    """One yard at one level, in words."""

    level: str
    name: str
    least: str
    average: str
    area: str


@dataclass(frozen=True)
class BlockTable:
    """One block: its covered area and height, its floors with their sum, its yards."""

    block: str
    covered: str
    height: str
    floors: tuple[FloorRow, ...]
    total: FloorRow
    yards: tuple[YardRow, ...]
    roads: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClaimRow:
    """A thing the drawing says beside the value used; ``agrees`` None when it cannot be told."""

    what: str
    where: str
    claimed: str
    measured: str
    how: str
    agrees: bool | None


def blocks(answer: Json, lang: Lang) -> tuple[BlockTable, ...]:
    """Return the statement of areas, block by block."""
    found = (answer.get("measurements") or {}).get("blocks") or []
    return tuple(_block(block, lang) for block in found)


def _block(block: Json, lang: Lang) -> BlockTable:
    """One block's tables."""
    floors = block.get("floors") or []
    levels = block.get("levels") or []
    return BlockTable(
        block=plain(block.get("block", "")),
        covered=quantity(block.get("covered_area_m2"), "m2", lang),
        height=quantity(block.get("height_m"), "m", lang),
        floors=tuple(_floor(floor, lang) for floor in floors),
        total=_total(floors, lang),
        yards=tuple(row for level in levels for row in _yards(level, lang)),
        roads=tuple(
            (place({"level": level.get("level")}, lang), quantity(distance, "m", lang))
            for level in levels
            if (distance := level.get("road_distance_m")) is not None
        ),
    )


def _floor(floor: Json, lang: Lang) -> FloorRow:
    """One floor's row."""
    name = floor_name(floor.get("floor"), lang)
    if floor.get("mezzanine"):
        name += f", {texts.text('mezzanine', lang)} {plain(floor['mezzanine'])}"
    return FloorRow(
        name=name,
        drawn=quantity(floor.get("drawn_m2"), "m2", lang),
        deducted=quantity(floor.get("deducted_m2"), "m2", lang),
        built_up=quantity(floor.get("built_up_area_m2"), "m2", lang),
        existing=quantity(floor.get("existing_m2"), "m2", lang),
        uses=_uses(floor.get("by_occupancy"), lang),
    )


def _uses(by_occupancy: Any, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Area of each occupancy group, in words."""
    items = by_occupancy.items() if isinstance(by_occupancy, Mapping) else ()
    return tuple(
        (str(texts.value(plain(group), lang)), quantity(area, "m2", lang)) for group, area in items
    )


def _total(floors: Sequence[Json], lang: Lang) -> FloorRow:
    """Return the sum of the floors; a figure that one floor lacks has no sum."""

    def added(key: str) -> str:
        values = [floor.get(key) for floor in floors]
        if not values or any(value is None for value in values):
            return "–"
        return quantity(sum(float(value) for value in values if value is not None), "m2", lang)

    uses: dict[str, float] = {}
    for floor in floors:
        for group, area in (floor.get("by_occupancy") or {}).items():
            uses[group] = uses.get(group, 0.0) + float(area)
    return FloorRow(
        texts.text("total", lang),
        added("drawn_m2"),
        added("deducted_m2"),
        added("built_up_area_m2"),
        added("existing_m2"),
        _uses(uses, lang),
    )


def _yards(level: Json, lang: Lang) -> Iterator[YardRow]:
    """Return the yards of one level that were measured."""
    found = level.get("yards") or {}
    for side in _YARDS:
        if yard := found.get(side):
            yield YardRow(
                level=place({"level": level.get("level")}, lang),
                name=texts.text(f"yard_{side}", lang),
                least=quantity(yard.get("min_m"), "m", lang),
                average=quantity(yard.get("avg_m"), "m", lang),
                area=quantity(yard.get("area_m2"), "m2", lang),
            )


def claims(answer: Json, lang: Lang) -> tuple[ClaimRow, ...]:
    """Return what the drawing says beside what was used, what differs first."""
    found = answer.get("claims") or {}
    rows = [_claim(answer, fact, item, lang) for fact, items in found.items() for item in items]
    return tuple(sorted(rows, key=lambda row: row.agrees is True))


_NEAR: Final = {"m": 0.005, "m2": 0.05}


def _claim(answer: Json, fact: str, item: Json, lang: Lang) -> ClaimRow:
    """Return one claim beside the value that was used."""
    where = item.get("where") or {}
    used, said = value_at(answer.get("facts") or {}, fact, where), item.get("value")
    unit = unit_in(fact)
    return ClaimRow(
        what=texts.fact(plain(fact)).title(lang),
        where=place(where, lang),
        claimed=quantity(texts.value(said, lang), unit, lang),
        measured=quantity(texts.value(used, lang), unit, lang),
        how=pick(item.get("how"), lang),
        agrees=None if used is None else _agree(said, used, _NEAR.get(unit or "", 1e-9)),
    )


def _agree(said: Any, used: Any, near: float) -> bool:
    """Return whether two values are the same within what a drawing can be."""
    numbers = isinstance(said, int | float) and isinstance(used, int | float)
    return abs(said - used) <= near if numbers else bool(said == used)


def unit_in(fact: str) -> str | None:
    """Return the unit in a fact's name: areas and lengths say theirs at the end.

    >>> unit_in("height_m"), unit_in("storeys")
    ('m', None)
    """
    tail = fact.rsplit("_", 1)[-1]
    return tail if tail in ("m", "m2", "pct", "deg", "kv", "kw", "l") else None


def value_at(facts: Json, name: str, where: Json) -> Any:
    """Return a fact's value at a place: the narrowest there is; none if missing."""
    value = facts.get(name)
    for block in facts.get("blocks") or []:
        if block.get("block") == where.get("block"):
            value = block.get(name, value)
            for scope in ("level", "floor"):
                for inner in block.get(f"{scope}s") or []:
                    if scope in where and inner.get(scope) == where[scope]:
                        value = inner.get(name, value)
    return value
