"""The envelope as it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.envelope.designs import Design, LimitOf, Stop
from rules.law import Book

Json = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """What may be built on a site.

    ``best``: the largest design that no clause forbids, and none leaves open that may depend on
    the size. ``not_forbidden``: the largest that no clause forbids; ``open_there`` are the clauses
    that are not decided for it. ``limits`` are those at the best design, or else at that one.
    ``forbids``: clauses that fail for every design. ``not_decided`` and ``size_not_decided``:
    clauses that are not decided for any; those of the second may depend on the size, so nothing
    is allowed until they are. Without the area of the plot there is no design at all.
    """

    book: Book
    as_of: date
    site: Mapping[str, Any]
    assumed: Mapping[str, Any]
    designs: int
    best: Design | None
    by_storeys: tuple[Design, ...]
    not_forbidden: Design | None
    open_there: tuple[str, ...]
    forbids: tuple[str, ...]
    not_decided: tuple[str, ...]
    size_not_decided: tuple[str, ...]
    plot_area_m2: float | None
    limits: tuple[LimitOf, ...] = field(default=())

    def plan(self, design: Design) -> dict[str, Any]:
        """Give everything that was judged for a design, as facts for ``evaluate``."""
        return {**self.assumed, **self.site, **design.facts()}

    def as_json(self) -> Json:
        """Return the envelope as plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "book": {"id": self.book.id, "hash": self.book.hash},
            "assumed": dict(self.assumed),
            "designs": self.designs,
            "plot_area_m2": self.plot_area_m2,
            "best": self._design(self.best),
            "by_storeys": [self._design(one) for one in self.by_storeys],
            "limits": [self._limit(one) for one in self.limits],
            "not_decided": [self._clause(one) for one in self.not_decided],
            "size_not_decided": [self._clause(one) for one in self.size_not_decided],
            "not_forbidden": {
                "design": self._design(self.not_forbidden),
                "not_decided": [self._clause(one) for one in self.open_there],
            },
            "forbids": [self._clause(one) for one in self.forbids],
        }

    def _design(self, one: Design | None) -> Json | None:
        if one is None:
            return None
        return {**one.facts(), "stops": [self._clause(name) for name in one.stops]}

    def _limit(self, one: LimitOf) -> Json:
        fact = self.book.vocabulary[one.dimension.facts[0]]
        binding, following = (*one.stops, None, None)[:2]
        return {
            "id": one.dimension.id,
            "facts": list(one.dimension.facts),
            "title": fact.title.as_json(),
            "unit": fact.unit,
            "at_best": one.at_best,
            "assumed": one.assumed,
            "sense": "at_least" if one.dimension.least else "at_most",
            "binding": self._stop(binding, one.at_best),
            "next": self._stop(following, one.at_best),
        }

    def _stop(self, one: Stop | None, at_best: float) -> Json | None:
        if one is None:
            return None
        slack = round(abs(one.value - at_best), 6)
        said = {"value": one.value, "slack": slack, "beyond": one.beyond}
        return {**self._clause(one.clause), **said}

    def _clause(self, name: str) -> Json:
        for family in self.book.families:
            law = self.book.law_on(self.as_of, self.site.get("family", family))
            clauses = law.clauses if law is not None else ()
            for clause in clauses:
                if clause.id == name:
                    return {
                        "clause": name,
                        "title": clause.title.as_json(),
                        "cite": clause.cite.as_json(),
                    }
        return {"clause": name, "title": self.book.clauses[name].title.as_json(), "cite": None}
