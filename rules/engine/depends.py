"""What a clause hangs on: the facts from outside that its verdict can move with."""

from collections.abc import Iterable

from rules.conditions import Expression
from rules.law import Law, LinkedClause, LinkedDerived


class Depends:
    """What hangs on what in one day's law; worked out once where it is asked for."""

    def __init__(self, law: Law) -> None:
        self._web = _Web(law)
        self._clauses: dict[str, frozenset[str]] = {}
        self._facts: dict[str, frozenset[str]] = {}

    def clause(self, clause: LinkedClause) -> frozenset[str]:
        """List the facts a clause reads, through worked-out facts, signals and links."""
        found = self._clauses.get(clause.id)
        if found is None:
            found = self._clauses[clause.id] = self._all(_clause_reads(clause))
        return found

    def fact(self, fact: str) -> frozenset[str]:
        """List a fact and all that stands behind it."""
        found = self._facts.get(fact)
        if found is None:
            found = self._facts[fact] = self._all({fact})
        return found

    def link(self, link_id: str) -> frozenset[str]:
        """List what stands behind a clearance."""
        return self._all(self._web.link(link_id))

    def _all(self, names: set[str]) -> frozenset[str]:
        seen: set[str] = set()
        todo = set(names)
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            todo |= self._web.behind(name) - seen
        return frozenset(seen)


class _Web:
    """Which names stand behind a worked-out fact."""

    def __init__(self, law: Law) -> None:
        self.derived = {one.fact: one for one in (*law.first, *law.last)}
        self.signals = {one.id: one for one in law.signals}
        self.links = {one.id: one for one in law.links}
        self.setters: dict[str, list[str]] = {}
        for one in law.links:
            if one.sets is not None:
                self.setters.setdefault(one.sets.fact, []).append(one.id)

    def behind(self, fact: str) -> set[str]:
        """Name the facts that a fact is worked out from; none for one from outside."""
        found = _derived_reads(self.derived[fact]) if fact in self.derived else set()
        for link in self.setters.get(fact, ()):
            found |= self._link(link, set())
        return found

    def link(self, link_id: str) -> set[str]:
        """Name the facts that a link reads, through the links and signals before it."""
        return self._link(link_id, set())

    def _link(self, link_id: str, seen: set[str]) -> set[str]:
        found: set[str] = set()
        if link_id in seen:
            return found
        seen.add(link_id)
        if link_id in self.signals:
            signal = self.signals[link_id]
            return _names([signal.when, *(when for when, _ in signal.undecided)])
        link = self.links.get(link_id)
        for group in link.when if link is not None else ():
            for name, _ in group:
                found |= self._link(name.removeprefix("all "), seen)
        return found


def _names(parts: Iterable[Expression | None]) -> set[str]:
    return {name for one in parts if one is not None for name in one.names | one.whole_plot}


def _derived_reads(one: LinkedDerived) -> set[str]:
    local = {name for name, _ in one.steps}
    return _names([*(step for _, step in one.steps), one.value]) - local


def _clause_reads(clause: LinkedClause) -> set[str]:
    local = {name for steps in clause.worlds.values() for name, _ in steps}
    checks = [one for group in clause.checks for one in group]
    parts: list[Expression | None] = [clause.applies]
    parts += [part for steps in clause.worlds.values() for _, part in steps]
    parts += [part for one in checks for part in (one.limit, one.when)]
    parts += [one.when for one in clause.exceptions]
    parts += [one.when for one in clause.forks]
    return (_names(parts) | {one.fact for one in checks}) - local
