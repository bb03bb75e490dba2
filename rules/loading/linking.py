"""From forms to the law of one day and family: expressions typed, dependencies put in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.conditions import Names, TableShape
from rules.errors import refuse
from rules.law import Law, LinkedClause, LinkedDerived
from rules.loading.context import Context, above, entry_on
from rules.loading.cover import Cover
from rules.loading.link_chain import ChainLinker
from rules.loading.link_clause import ClauseLinker
from rules.loading.order import in_order
from rules.loading.rulefile import Parts
from rules.model import Cite, Clause, DerivedForm, Entry, Fact, Place, Table


@dataclass(slots=True)
class Linker:
    """Links forms for one day and family; shared results are kept by what they depend on."""

    cover: Cover
    facts: Mapping[str, Fact]
    parts: Parts
    clauses: dict[tuple[object, ...], LinkedClause] = field(default_factory=dict)
    derived: dict[tuple[object, ...], LinkedDerived] = field(default_factory=dict)
    shapes: dict[tuple[object, ...], int] = field(default_factory=dict)

    def law(self, day: date, family: str) -> Law:
        """Link everything that stands on a day."""
        tables = self._tables(day, family)
        names = Names(
            {name: fact.kind for name, fact in self.facts.items()},
            tables={table.id.replace("-", "_"): _shape(table) for table in tables.values()},
            instance_facts=frozenset(n for n, fact in self.facts.items() if fact.scope != "plot"),
        )
        context = Context(self.cover, self.facts, names, day, family)
        shape = self._shape_of(tables)
        derived = self._derived(context, shape)
        chain_facts = frozenset(link.sets.fact for link in self.parts.links.values() if link.sets)
        first, last = self._strata(derived, chain_facts)
        chain = ChainLinker(context, self.parts)
        signals = chain.signals(chain_facts | {one.fact for one in last})
        links, idle = chain.links(signals)
        used = {
            name.removeprefix("all ") for one in links for group in one.when for name, _ in group
        }
        clauses, absent = self._clauses(context, shape)
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
            cautions=(rung.caution,) if (rung.unseen or rung.partial) and rung.caution else (),
            partial=rung.partial,
        )

    def _tables(self, day: date, family: str) -> dict[str, Table]:
        found = {}
        for table_id, entries in self.parts.tables.items():
            entry = entry_on(entries, day, family)
            if entry is not None:
                found[table_id] = entry.body
        return found

    def _shape_of(self, tables: Mapping[str, Table]) -> int:
        """Number the shapes of a day's tables: what is linked depends on them, not on the rows."""
        shape = tuple((one.id, tuple(one.inputs.items()), one.row_kind) for one in tables.values())
        return self.shapes.setdefault(shape, len(self.shapes))

    def _derived(self, context: Context, shape: int) -> dict[str, LinkedDerived]:
        found = {}
        for fact, entries in self.parts.derived.items():
            entry = entry_on(entries, context.day, context.family)
            if entry is None or entry.body.value is None:
                continue
            key = (id(entry), context.family, shape)
            if key not in self.derived:
                self.derived[key] = self._one_derived(context, fact, entry, entry.body.value)
            found[fact] = self.derived[key]
        return found

    def _one_derived(
        self, context: Context, fact: str, entry: Entry[DerivedForm], worked: Place
    ) -> LinkedDerived:
        spec, form = self.facts[fact], entry.body
        steps, local = context.bindings(form.bindings)
        value = context.expression(worked, local, spec.kind)
        scope = context.scope([*(step.names for _, step in steps), value.names], entry)
        if scope != spec.scope and not above(scope, spec.scope):
            refuse(
                worked,
                f"{fact} is a fact of the {spec.scope}, this uses facts of the {scope}; "
                "use total(), largest() or smallest()",
            )
        cite, _ = context.cite(form.cite, entry, form.trust)
        notices = context.notices(form.notices, local)
        return LinkedDerived(fact, spec.scope, cite, steps, value, notices)

    def _strata(
        self, derived: Mapping[str, LinkedDerived], chain: frozenset[str]
    ) -> tuple[tuple[LinkedDerived, ...], tuple[LinkedDerived, ...]]:
        needs = {fact: _reads(one) for fact, one in derived.items()}
        order = in_order({fact: names & derived.keys() for fact, names in needs.items()})
        if order is None:
            first = next(iter(self.parts.derived.values()))[0]
            refuse(first, "worked-out facts depend on each other in a circle")
        late: set[str] = set(chain)
        for fact in order:
            if needs[fact] & late:
                late.add(fact)
        return (
            tuple(derived[fact] for fact in order if fact not in late),
            tuple(derived[fact] for fact in order if fact in late and fact in derived),
        )

    def _clauses(
        self, context: Context, shape: int
    ) -> tuple[tuple[LinkedClause, ...], tuple[tuple[Clause, Cite], ...]]:
        stand: list[LinkedClause] = []
        absent: list[tuple[Clause, Cite]] = []
        for clause in self.parts.clauses.values():
            entry = entry_on(clause.entries, context.day, context.family)
            if entry is None:
                first = clause.entries[0]
                cite, _ = context.cite(first.body.cite, first, first.body.trust)
                absent.append((clause, cite))
                continue
            key = (id(entry), context.family, shape)
            if key not in self.clauses:
                self.clauses[key] = ClauseLinker(context).link(clause, entry)
            stand.append(self.clauses[key])
        return tuple(stand), tuple(absent)


def _shape(table: Table) -> TableShape:
    return TableShape(table.id, table.inputs, table.row_kind)


def _reads(one: LinkedDerived) -> set[str]:
    parts = [step for _, step in one.steps] + [one.value]
    return {name for part in parts for name in part.names | part.whole_plot}
