"""Two land answers side by side: two days, two times of the register, or two plots."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kmap.land.changes import changes
from kmap.land.lookup import Land

Json = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One side: a plot's public id, the day of the law, the register's time (None: now)."""

    plot: str
    as_of: date
    known_at: datetime | None = None


def compare(land: Land, one: Side, two: Side, use: str = "A1") -> Json:
    """Return what is added, removed or changed from one side to the other, and by what.

    Raises NoSuchPlotError for a plot that is not there on its day.
    """
    before, after = (_ask(land, side, use) for side in (one, two))
    return {
        "from": _head(before, one),
        "to": _head(after, two),
        "use": use,
        "changes": changes(before, after),
    }


def _ask(land: Land, side: Side, use: str) -> Json:
    known: dict[str, Any] = {} if side.known_at is None else {"known_at": side.known_at}
    return land.by_plot(side.plot, side.as_of, use, **known)


def _head(answer: Json, side: Side) -> Json:
    return {
        "plot": answer["plot"]["id"],
        "as_of": answer["as_of"],
        "known_at": side.known_at.isoformat() if side.known_at else None,
        "book": answer["book"],
        "description": answer["description"],
    }
