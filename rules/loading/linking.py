"""From forms to the law of one day and family: expressions typed, dependencies put in order."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn, TypeVar

from rules.conditions import BOOLEAN, ConditionError, Expression, Kind, Names, TableShape, parse
from rules.errors import BookError, Problem
from rules.loading.cover import Cover
from rules.loading.order import in_order
from rules.loading.rulefile import Parts
from rules.model import (
    FAMILIES,
    JUDGES,
    Bindings,
    ChainForm,
    CheckForm,
    Cite,
    CiteForm,
    Clause,
    ClauseForm,
    DerivedForm,
    Entry,
    Fact,
    Law,
    Link,
    LinkedCheck,
    LinkedClause,
    LinkedDerived,
    LinkedFork,
    LinkedLink,
    LinkedNotices,
    LinkedSignal,
    LinkedVariant,
    NoticeForm,
    Place,
    Table,
    Template,
    VariantForm,
)

B = TypeVar("B")
SCOPE_PARENT = {"block": "plot", "level": "block", "floor": "block", "unit": "block"}
SENTENCE_WORDS = frozenset({"limit", "short_by", "found"})


def entry_on(entries: Iterable[Entry[B]], day: date, family: str) -> Entry[B] | None:
    """Find the version that stands: the latest; on one day the family's own before `any`."""
    found = None
    for entry in entries:  # sorted by day, `any` first
        if entry.start <= day and entry.family in ("any", family):
            found = entry
    return found


@dataclass(slots=True)
class Linker:
    """Links forms for one day and family; shared results are kept by what they depend on."""

    cover: Cover
    facts: Mapping[str, Fact]
    parts: Parts
    memo: dict[tuple[object, ...], LinkedClause] = field(default_factory=dict)
    expressions: dict[tuple[object, ...], Expression] = field(default_factory=dict)

    def law(self, day: date, family: str) -> Law:
        """Link everything that stands on a day."""
        tables = self._tables(day, family)
        names = Names(
            {name: fact.kind for name, fact in self.facts.items()},
            tables={table.id.replace("-", "_"): _shape(table) for table in tables.values()},
            instance_facts=frozenset(n for n, fact in self.facts.items() if fact.scope != "plot"),
        )
        derived = self._derived(day, family, names)
        chain_facts = frozenset(link.sets.fact for link in self.parts.links.values() if link.sets)
        first, last = self._strata(derived, chain_facts)
        signals = self._signals(day, family, names, chain_facts | {one.fact for one in last})
        links, idle = self._links(day, family, names, signals)
        used = {name.removeprefix("all ") for one in links for group in one.when for name, _ in group}
        clauses, absent = self._clauses(day, family, names, tables)
        rung = self.cover.families[family].rung_on(day)
        assert rung is not None  # noqa: S101  # the book only asks for days on the ladder
        return Law(
            family=family,
            key=rung.key,
            clauses=clauses,
            absent=absent,
            first=first,
            last=last,
            signals=tuple(one for one in signals.values() if one.id in used),
            links=links,
            idle_links=idle,
            tables=tables,
            cautions=(rung.caution,) if rung.unseen and rung.caution else (),
        )

    def _tables(self, day: date, family: str) -> dict[str, Table]:
        found = {}
        for table_id, entries in self.parts.tables.items():
            entry = entry_on(entries, day, family)
            if entry is not None:
                found[table_id] = entry.body
        return found

    def cite(
        self, form: CiteForm, entry: Entry[B], family: str, trust: Mapping[str, str]
    ) -> tuple[Cite, tuple[str, ...]]:
        """Fill a citation from the ladder; also give the cautions its source carries."""
        if form.instrument is not None and form.instrument in self.cover.other_law:
            other = self.cover.other_law[form.instrument]
            mark = trust.get(family, other.trust)
            return Cite(other.id, form.rule, form.table, None, other.start, mark), ()
        rules = self.cover.families[family]
        if form.instrument is not None and form.instrument != rules.instrument:
            _fail(entry.file, entry.line, f"instrument `{form.instrument}` is not in book.yaml")
        rung = rules.rung_on(entry.start) or rules.ladder[0]
        mark = trust.get(family, rung.trust)
        cautions = (rung.caution,) if rung.caution and not rung.unseen and mark != "A" else ()
        return Cite(rules.instrument, form.rule, form.table, rung.sro, entry.start, mark), cautions

    def expression(self, place: Place, names: Names, expected: Kind | None) -> Expression:
        """Parse an expression where it stands."""
        try:
            return parse(place.value, names, expected)
        except ConditionError as error:
            raise BookError((Problem(place.file, place.line, str(error)),)) from None

    def bindings(
        self, places: Iterable[tuple[str, Place]], names: Names, given: Mapping[str, Kind]
    ) -> tuple[Bindings, Names]:
        """Type local names in an order in which each can be worked out."""
        waiting = dict(places)
        steps: list[tuple[str, Expression]] = []
        for name, place in waiting.items():
            if name in self.facts:
                _fail(place.file, place.line, f"local name `{name}` is the name of a fact")
        local = names.with_local(given)
        while waiting:
            ready, problem = None, None
            for name, place in waiting.items():
                try:
                    ready = name, self.expression(place, local, None)
                    break
                except BookError as error:
                    problem = problem or error
            if ready is None:
                raise problem or AssertionError
            del waiting[ready[0]]
            steps.append(ready)
            local = local.with_local({ready[0]: ready[1].root.kind})
        return Bindings(tuple(steps)), local

    def _derived(self, day: date, family: str, names: Names) -> dict[str, LinkedDerived]:
        found = {}
        for fact, entries in self.parts.derived.items():
            entry = entry_on(entries, day, family)
            if entry is not None:
                found[fact] = self._one_derived(fact, entry, family, names)
        return found

    def _one_derived(
        self, fact: str, entry: Entry[DerivedForm], family: str, names: Names
    ) -> LinkedDerived:
        spec, form = self.facts[fact], entry.body
        steps, local = self.bindings(form.bindings, names, {})
        value = self.expression(form.value, local, spec.kind)
        reads = [step.names for _, step in steps.steps] + [value.names]
        scope = self.scope(reads, entry.file, entry.line)
        if scope != spec.scope and not _above(scope, spec.scope):
            _fail(
                form.value.file,
                form.value.line,
                f"{fact} is a fact of the {spec.scope}, this uses facts of the {scope}; use total(), largest() or smallest()",
            )
        cite, _ = self.cite(form.cite, entry, family, {})
        notices = self.notices(form.notices, local)
        return LinkedDerived(fact, spec.scope, cite, steps, value, notices)

    def scope(self, reads: Iterable[frozenset[str]], file: str, line: int) -> str:
        """Find the narrowest scope among the facts that are read."""
        found = "plot"
        for names in reads:
            for name in sorted(names):
                fact = self.facts.get(name)
                if fact is None or fact.scope == found or _above(fact.scope, found):
                    continue
                if not _above(found, fact.scope):
                    _fail(file, line, f"facts of the {found} and of the {fact.scope} cannot meet here")
                found = fact.scope
        return found

    def _strata(
        self, derived: Mapping[str, LinkedDerived], chain: frozenset[str]
    ) -> tuple[tuple[LinkedDerived, ...], tuple[LinkedDerived, ...]]:
        needs = {fact: _reads(one) for fact, one in derived.items()}
        order = in_order({fact: names & derived.keys() for fact, names in needs.items()})
        if order is None:
            first = next(iter(self.parts.derived.values()))[0]
            _fail(first.file, first.line, "worked-out facts depend on each other in a circle")
        late: set[str] = set(chain)
        for fact in order:
            if needs[fact] & late:
                late.add(fact)
        return (
            tuple(derived[fact] for fact in order if fact not in late),
            tuple(derived[fact] for fact in order if fact in late and fact in derived),
        )

    def notices(self, forms: Iterable[NoticeForm], names: Names) -> LinkedNotices:
        """Type the conditions of notices."""
        return tuple((one.id, self.expression(one.when, names, BOOLEAN)) for one in forms)

    def _signals(
        self, day: date, family: str, names: Names, late: Set[str]
    ) -> dict[str, LinkedSignal]:
        found = {}
        for signal, entries in self.parts.signals.items():
            entry = entry_on(entries, day, family)
            if entry is None:
                continue
            form = entry.body
            when = self.expression(form.when, names, BOOLEAN)
            open_cases = tuple((self.expression(place, names, BOOLEAN), says) for place, says in form.undecided)  # fmt: skip
            parts = [when, *(part for part, _ in open_cases)]
            after = sorted({name for part in parts for name in part.names | part.whole_plot} & late)
            if after:
                _fail(entry.file, entry.line, f"signal {signal} uses {after[0]}, which the chain concludes; name that link in `when` instead")  # fmt: skip
            scope = self.scope([part.names for part in parts], entry.file, entry.line)
            if scope not in ("plot", "block"):
                _fail(entry.file, entry.line, f"signal {signal}: use largest() or smallest() of facts of the {scope}")  # fmt: skip
            found[signal] = LinkedSignal(signal, scope, when, open_cases)
        return found

    def _links(
        self, day: date, family: str, names: Names, signals: Mapping[str, LinkedSignal]
    ) -> tuple[tuple[LinkedLink, ...], tuple[Link, ...]]:
        stand = {link.id: (link, entry_on(link.entries, day, family)) for link in self.parts.links.values()}  # fmt: skip
        idle = tuple(link for link, entry in stand.values() if entry is None)
        entries = {link_id: entry for link_id, (_, entry) in stand.items() if entry is not None}
        needs = {link_id: _literals(entry) & entries.keys() for link_id, entry in entries.items()}
        order = in_order(needs)
        if order is None:
            first = next(iter(entries.values()))
            _fail(first.file, first.line, "links of the chain depend on each other in a circle")
        scopes: dict[str, str] = {one.id: one.scope for one in signals.values()}
        scopes.update(dict.fromkeys((link.id for link in idle), "idle"))
        found = []
        for link_id in order:
            link, entry = stand[link_id][0], entries[link_id]
            self._literals_stand(entry, scopes)
            scope = self._link_scope(link, entry, scopes)
            scopes[link_id] = scope
            found.append(self._one_link(link, entry, family, scope, names))
        return tuple(found), idle

    def _one_link(
        self, link: Link, entry: Entry[ChainForm], family: str, scope: str, names: Names
    ) -> LinkedLink:
        form = entry.body
        cite, _ = self.cite(form.cite, entry, family, form.trust)
        because = form.because or link.because
        if because is not None:
            for name in sorted(because.names - self.facts.keys()):
                _fail(entry.file, entry.line, f"`because` names {{{name}}}, which is not a fact")
        return LinkedLink(
            link.id,
            list(self.parts.links).index(link.id),
            scope,
            link.sets,
            form.office or link.office,
            because,
            cite,
            cite.trust in JUDGES,
            form.when,
            self.notices(form.notices, names),
        )

    def _link_scope(self, link: Link, entry: Entry[ChainForm], scopes: Mapping[str, str]) -> str:
        """Find where a link runs: of the block if it sets a block's fact, or only helps such links."""
        if link.sets is not None:
            scope = self.facts[link.sets.fact].scope
            if scope not in ("plot", "block"):
                _fail(entry.file, entry.line, f"chain {link.id}: only facts of the plot or a block can be set")
        else:
            asks_all = any(name.startswith("all ") for name in _bare_literals(entry))
            below = any(scopes[name] == "block" for name in _literals(entry))
            scope = "block" if link.office is None and below and not asks_all else "plot"
        if scope == "block":
            for name in _bare_literals(entry):
                if name.startswith("all "):
                    _fail(entry.file, entry.line, f"chain {link.id} runs in each block: `{name}` cannot stand here")
                if name in self.parts.links and scopes[name] == "plot":
                    _fail(entry.file, entry.line, f"chain {link.id} runs in each block and cannot use {name}, which is of the plot")  # fmt: skip
        return scope

    def _literals_stand(self, entry: Entry[ChainForm], scopes: Mapping[str, str]) -> None:
        for name in _bare_literals(entry):
            plain = name.removeprefix("all ")
            if scopes.get(name) or scopes.get(plain) in {"block", "idle"}:
                continue
            if plain != name and plain in scopes:
                _fail(entry.file, entry.line, f"`{name}`: {plain} is of the plot, there is only one")
            if name in self.parts.signals:
                _fail(entry.file, entry.line, f"signal `{name}` has no version on this day")
            _fail(entry.file, entry.line, f"`{name}` is neither a signal nor a link of the chain")

    def _clauses(
        self, day: date, family: str, names: Names, tables: Mapping[str, Table]
    ) -> tuple[tuple[LinkedClause, ...], tuple[tuple[Clause, Cite], ...]]:
        stand: list[LinkedClause] = []
        absent: list[tuple[Clause, Cite]] = []
        for clause in self.parts.clauses.values():
            entry = entry_on(clause.entries, day, family)
            if entry is None:
                first = clause.entries[0]
                absent.append((clause, self.cite(first.body.cite, first, family, first.body.trust)[0]))
                continue
            key = (id(entry), family, *(id(table) for table in tables.values()))
            if key not in self.memo:
                self.memo[key] = ClauseLinker(self, names, family).link(clause, entry)
            stand.append(self.memo[key])
        return tuple(stand), tuple(absent)


@dataclass(frozen=True, slots=True)
class ClauseLinker:
    """Links one clause version."""

    linker: Linker
    names: Names
    family: str

    def link(self, clause: Clause, entry: Entry[ClauseForm]) -> LinkedClause:
        """Type every expression of a clause and find its scope."""
        form, linker = entry.body, self.linker
        cite, cautions = linker.cite(form.cite, entry, self.family, form.trust)
        bindings, local = linker.bindings(form.bindings, self.names, {})
        checks = tuple(tuple(self._check(one, local) for one in group) for group in form.checks)
        applies = self._condition(form.applies, local)
        exceptions = tuple(self._variant(one, entry, form, local) for one in form.exceptions)
        forks = tuple(
            LinkedFork(
                fork.id,
                self._condition(fork.when, local),
                fork.decided,
                fork.says,
                tuple(self._variant(one, entry, form, local) for one in fork.readings),
            )
            for fork in form.forks
        )
        self._sentences(form, local, entry)
        used = [step for _, step in bindings.steps]
        used += [part for group in checks for one in group for part in (one.limit, one.when) if part]
        for variant in (*exceptions, *(one for fork in forks for one in fork.readings)):
            used += [part for _, part in variant.overrides] + ([variant.when] if variant.when else [])
        used += [one for one in (applies, *(fork.when for fork in forks)) if one is not None]
        judged = frozenset(one.fact for group in checks for one in group)
        scope = linker.scope([*(one.names for one in used), judged], entry.file, entry.line)
        return LinkedClause(
            id=clause.id,
            title=clause.title,
            severity=clause.severity,
            scope=scope,
            cite=cite,
            cautions=(*cautions, *form.cautions),
            omitted=form.omitted,
            decides=cite.trust in JUDGES,
            applies=applies,
            why_not=form.why_not,
            bindings=bindings,
            checks=checks,
            exceptions=exceptions,
            forks=forks,
            notices=linker.notices(form.notices, local),
            says=form.says,
            cure=form.cure,
        )

    def _condition(self, place: Place | None, names: Names) -> Expression | None:
        return self.linker.expression(place, names, BOOLEAN) if place is not None else None

    def _check(self, form: CheckForm, local: Names) -> LinkedCheck:
        kind = local.local.get(form.fact) or local.facts.get(form.fact)
        if kind is None:
            _fail(form.file, form.line, f"check of `{form.fact}`: no such fact or local name")
        wants = {"is_true": "boolean", "is_false": "boolean"}.get(form.op)
        if form.op not in {"equals", "is_true", "is_false"}:
            wants = "number"
        if wants is not None and kind.type != wants:
            _fail(form.file, form.line, f"check of {form.fact}: {form.op} needs a {wants}, this is a {kind.type}")  # fmt: skip
        if form.unit and kind.unit and form.unit != kind.unit:
            _fail(form.file, form.line, f"check of {form.fact}: it is in {kind.unit}, not {form.unit}")
        expected = Kind(kind.type, kind.unit, kind.values)
        limit = self.linker.expression(form.limit, local, expected) if form.limit is not None else None  # fmt: skip
        when = self._condition(form.when, local)
        return LinkedCheck(form.fact, form.op, limit, when, form.unit or kind.unit)

    def _variant(
        self, form: VariantForm, entry: Entry[ClauseForm], clause: ClauseForm, local: Names
    ) -> LinkedVariant:
        overrides = []
        for name, place in form.let:
            if name not in local.local:
                _fail(place.file, place.line, f"`{name}` is not a local name of this clause; there are {', '.join(local.local)}")  # fmt: skip
            overrides.append((name, self.linker.expression(place, local, local.local[name])))
        cite, decides = None, None
        if form.cite is not None or form.trust:
            trust = {**clause.trust, **form.trust}
            cite, _ = self.linker.cite(form.cite or clause.cite, entry, self.family, trust)
            decides = cite.trust in JUDGES if form.trust else None
        self._template(form.says, local, form.file, form.line)
        return LinkedVariant(
            form.id,
            self._condition(form.when, local),
            form.drops,
            form.first,
            tuple(overrides),
            cite,
            decides,
            form.says,
        )

    def _sentences(self, form: ClauseForm, local: Names, entry: Entry[ClauseForm]) -> None:
        for template in (form.says, form.cure, form.why_not):
            if template is not None:
                self._template(template, local, entry.file, entry.line)

    def _template(self, template: Template, local: Names, file: str, line: int) -> None:
        known = {*local.local, *local.facts, *SENTENCE_WORDS}
        for name in sorted(template.names - known):
            _fail(file, line, f"a sentence names {{{name}}}, which is neither a fact nor a local name")


def _shape(table: Table) -> TableShape:
    return TableShape(table.id, table.inputs, table.row_kind)


def _bare_literals(entry: Entry[ChainForm]) -> list[str]:
    return [name for group in entry.body.when for name, _ in group]


def _literals(entry: Entry[ChainForm]) -> set[str]:
    return {name.removeprefix("all ") for name in _bare_literals(entry)}


def _above(outer: str, inner: str) -> bool:
    """Say whether one scope holds another."""
    parent = SCOPE_PARENT.get(inner)
    return parent is not None and (parent == outer or _above(outer, parent))


def _reads(one: LinkedDerived) -> set[str]:
    parts = [step for _, step in one.bindings.steps] + [one.value]
    return {name for part in parts for name in part.names | part.whole_plot}


def _fail(file: str, line: int, message: str) -> NoReturn:
    raise BookError((Problem(file, line, message),))


__all__ = ["FAMILIES", "Linker", "entry_on"]
