"""What hangs on what in the law of a day: which clauses check a fact, which facts stand behind.

For callers that ask the book many small questions: they hand over only the facts that matter, so
that plans written for one site serve the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from rules.engine import depends_of
from rules.law import Book

_CHECKING: WeakKeyDictionary[Book, dict[tuple[int, str], tuple[str, ...]]] = WeakKeyDictionary()
_BEHIND: WeakKeyDictionary[Book, dict[tuple[int, str, str], frozenset[str]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Hanging:
    """The law of a day for some families, asked what hangs on what."""

    book: Book
    as_of: date
    families: tuple[str, ...]

    def checking(self, *facts: str) -> tuple[str, ...]:
        """Name the clauses that check one of some facts."""
        found = (
            name
            for family in self.families
            for fact in facts
            for name in checking(self.book, self.as_of, family, fact)
        )
        return tuple(dict.fromkeys(found))

    def subject(self, clause_id: str) -> str | None:
        """Name the fact that a clause checks first; None for a clause without checks."""
        for family in self.families:
            law = self.book.law_on(self.as_of, family)
            for one in law.clauses if law is not None else ():
                if one.id == clause_id and one.checks and one.checks[0]:
                    return one.checks[0][0].fact
        return None

    def behind(
        self,
        *,
        clauses: Iterable[str] = (),
        derived: Iterable[str] = (),
        links: Iterable[str] = (),
    ) -> frozenset[str]:
        """Name every fact that clauses, worked-out facts and clearances may hang on."""
        return frozenset[str]().union(
            *(
                _behind(self.book, self.as_of, family, kind, name)
                for family in self.families
                for kind, names in (("clause", clauses), ("fact", derived), ("link", links))
                for name in names
            )
        )


def checking(book: Book, as_of: date, family: str, fact: str) -> tuple[str, ...]:
    """Name the clauses of a day and family that check a fact; worked out once for each law."""
    law = book.law_on(as_of, family)
    if law is None:
        return ()
    known = _CHECKING.setdefault(book, {})
    names = known.get((id(law), fact))
    if names is None:
        names = known[id(law), fact] = tuple(
            one.id
            for one in law.clauses
            if any(check.fact == fact for group in one.checks for check in group)
        )
    return names


def _behind(book: Book, as_of: date, family: str, kind: str, name: str) -> frozenset[str]:
    law, depends = book.law_on(as_of, family), depends_of(book, as_of, family)
    if law is None or depends is None:
        return frozenset()
    known = _BEHIND.setdefault(book, {})
    key = (id(law), kind, name)
    if key not in known:
        clause = next((one for one in law.clauses if one.id == name), None)
        if kind == "clause":
            known[key] = depends.clause(clause) if clause is not None else frozenset()
        else:
            known[key] = depends.fact(name) if kind == "fact" else depends.link(name)
    return known[key]
