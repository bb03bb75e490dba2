"""Asking all themes at once, and each alone when that fails: one bad theme spoils no other."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import psycopg

from kmap.store import layers
from kmap.store.layers import Near, Overlap, StreetLine
from kmap.store.pool import Connection

T = TypeVar("T")
KIND_THEMES = {
    "railway": "railway",
    "airport": "airport",
    "monument": "monument",
    "power_line": "power_line",
    "road": "roads",
}


def overlaps(
    connection: Connection, plot_key: int, as_of: date, themes: Sequence[str]
) -> dict[str, list[Overlap] | None]:
    """Return overlaps by theme; None for a theme whose own query fails."""

    def ask(some: list[str]) -> dict[str, list[Overlap]]:
        found: dict[str, list[Overlap]] = {theme: [] for theme in some}
        for overlap in layers.overlaps(connection, plot_key, as_of, some):
            found[overlap.row["theme_id"]].append(overlap)
        return found

    out: dict[str, list[Overlap] | None] = {}
    for some in _groups(connection, list(themes), ask):
        out.update(some)
    return {theme: out.get(theme) for theme in themes}


def near(
    connection: Connection, plot_key: int, as_of: date
) -> tuple[list[Near], list[StreetLine], set[str]]:
    """Return nearest features, streets, and the themes whose own query failed."""
    kinds = [*layers.NEAREST_KINDS, "monument", "road"]
    answered: list[str] = []
    nearest: list[Near] = []
    streets: list[StreetLine] = []

    def ask(some: list[str]) -> tuple[list[str], list[Near], list[StreetLine]]:
        return some, *layers.near(connection, plot_key, as_of, tuple(some))

    for some, near_by, beside in _groups(connection, kinds, ask):
        answered += some
        nearest += near_by
        streets += beside
    failed = {KIND_THEMES[kind] for kind in kinds if kind in KIND_THEMES and kind not in answered}
    return nearest, streets, failed


def _groups(connection: Connection, names: list[str], ask: Callable[[list[str]], T]) -> list[T]:
    """Ask for all names at once; if that fails, for each alone, leaving out what fails."""
    try:
        return [ask(names)]
    except psycopg.Error:
        if connection.closed or connection.broken:
            raise
    out = []
    for name in names:
        try:
            out.append(ask([name]))
        except psycopg.Error:
            if connection.closed or connection.broken:
                raise
    return out
