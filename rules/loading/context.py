"""What every linker needs: citations filled from the ladder, expressions typed, scopes found."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from rules.conditions import BOOLEAN, ConditionError, Expression, Kind, Names, parse
from rules.errors import BookError, Located, Problem, refuse
from rules.law import LinkedNotices, Steps
from rules.loading.cover import Cover
from rules.model import Cite, CiteForm, Entry, Fact, NoticeForm, Place

B = TypeVar("B")
_WORD = re.compile(r"[A-Za-z_]\w*")
SCOPE_PARENT = {"block": "plot", "level": "block", "floor": "block", "unit": "block"}


def entry_on(entries: Iterable[Entry[B]], day: date, family: str) -> Entry[B] | None:
    """Find the version that stands: the latest; on one day the family's own before `any`."""
    found = None
    for entry in entries:  # sorted by day, `any` first
        if entry.start <= day and entry.family in ("any", family):
            found = entry
    return found


def above(outer: str, inner: str) -> bool:
    """Say whether one scope holds another."""
    parent = SCOPE_PARENT.get(inner)
    return parent is not None and (parent == outer or above(outer, parent))


@dataclass(frozen=True, slots=True)
class Context:
    """The cover, the vocabulary and the tables of one day, seen from one family."""

    cover: Cover
    facts: Mapping[str, Fact]
    names: Names
    day: date
    family: str

    def cite(
        self, form: CiteForm, entry: Entry[B], trust: Mapping[str, str]
    ) -> tuple[Cite, tuple[str, ...]]:
        """Fill a citation from the ladder; also give the cautions its source carries."""
        if form.instrument is not None and form.instrument in self.cover.other_law:
            other = self.cover.other_law[form.instrument]
            mark = trust.get(self.family, other.trust)
            return Cite(other.id, form.rule, form.table, None, other.start, mark), ()
        rules = self.cover.families[self.family]
        if form.instrument is not None and form.instrument != rules.instrument:
            refuse(entry, f"instrument `{form.instrument}` is not in book.yaml")
        rung = rules.rung_on(entry.start) or rules.ladder[0]
        instrument = rung.instrument or rules.instrument
        mark = trust.get(self.family, rung.trust)
        cautions = (rung.caution,) if rung.caution and not rung.unseen and mark != "A" else ()
        return Cite(instrument, form.rule, form.table, rung.sro, entry.start, mark), cautions

    def expression(self, place: Place, names: Names, expected: Kind | None) -> Expression:
        """Parse an expression where it stands."""
        try:
            return parse(place.value, names, expected)
        except ConditionError as error:
            raise BookError((Problem(place.file, place.line, str(error)),)) from None

    def bindings(self, places: Iterable[tuple[str, Place]]) -> tuple[Steps, Names]:
        """Type local names, each after those it needs; also give the names with them."""
        waiting = dict(places)
        steps: list[tuple[str, Expression]] = []
        for name, place in waiting.items():
            if name in self.facts:
                refuse(place, f"local name `{name}` is the name of a fact")
        local = self.names
        while waiting:
            name, expression = self._next(waiting, local)
            del waiting[name]
            steps.append((name, expression))
            local = local.with_local({name: expression.root.kind})
        return tuple(steps), local

    def _next(self, waiting: Mapping[str, Place], local: Names) -> tuple[str, Expression]:
        """Find a local name that can be typed now; when none can, say why not."""
        problems = []
        ready = [
            name
            for name, place in waiting.items()
            if not waiting.keys() & set(_WORD.findall(str(place.value))) - {name}
        ]
        for name in ready or waiting:
            place = waiting[name]
            try:
                return name, self.expression(place, local, None)
            except BookError as error:
                problems.append(error)
        raise problems[0]

    def scope(self, reads: Iterable[frozenset[str]], at: Located) -> str:
        """Find the narrowest scope among the facts that are read."""
        found = "plot"
        for names in reads:
            for name in sorted(names):
                fact = self.facts.get(name)
                if fact is None or fact.scope == found or above(fact.scope, found):
                    continue
                if not above(found, fact.scope):
                    refuse(
                        at,
                        f"facts of the {found} and of the {fact.scope} cannot meet here",
                    )
                found = fact.scope
        return found

    def notices(self, forms: Iterable[NoticeForm], names: Names) -> LinkedNotices:
        """Type the conditions of notices."""
        return tuple((one.id, self.expression(one.when, names, BOOLEAN)) for one in forms)
