"""Linking clauses: every expression of a version typed, its scope found."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from rules.conditions import BOOLEAN, Expression, Kind, Names
from rules.errors import Located, refuse
from rules.law import LinkedCheck, LinkedClause, LinkedFork, LinkedVariant, Steps, world_key
from rules.loading.context import Context
from rules.loading.order import in_order
from rules.model import JUDGES, CheckForm, Clause, ClauseForm, Entry, Place, Template, VariantForm

MAX_WORLDS = 128
SENTENCE_WORDS = frozenset({"limit", "short_by", "found"})


@dataclass(frozen=True, slots=True)
class ClauseLinker:
    """Links one clause version."""

    context: Context

    def link(self, clause: Clause, entry: Entry[ClauseForm]) -> LinkedClause:
        """Type every expression of a clause and find its scope."""
        form, context = entry.body, self.context
        cite, cautions = context.cite(form.cite, entry, form.trust)
        steps, local = context.bindings(form.bindings)
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
        worlds = _worlds(steps, exceptions, forks, entry)
        used = [part for world in worlds.values() for _, part in world]
        used += [part for one in exceptions if (part := one.when)]
        used += [part for one in forks if (part := one.when)]
        used += [
            part for group in checks for one in group for part in (one.limit, one.when) if part
        ]
        used += [applies] if applies is not None else []
        judged = frozenset(one.fact for group in checks for one in group)
        scope = context.scope([*(one.names for one in used), judged], entry)
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
            worlds=worlds,
            checks=checks,
            exceptions=exceptions,
            forks=forks,
            notices=context.notices(form.notices, local),
            says=form.says,
            cure=form.cure,
        )

    def _condition(self, place: Place | None, names: Names) -> Expression | None:
        return self.context.expression(place, names, BOOLEAN) if place is not None else None

    def _check(self, form: CheckForm, local: Names) -> LinkedCheck:
        kind = local.local.get(form.fact) or local.facts.get(form.fact)
        if kind is None:
            near = difflib.get_close_matches(form.fact, [*local.local, *local.facts], 1)
            hint = f"; do you mean `{near[0]}`?" if near else ""
            refuse(form, f"check of `{form.fact}`: no such fact or local name{hint}")
        wants = {"is_true": "boolean", "is_false": "boolean"}.get(form.op)
        if form.op not in {"equals", "is_true", "is_false"}:
            wants = "number"
        if wants is not None and kind.type != wants:
            refuse(
                form,
                f"check of {form.fact}: {form.op} needs a {wants}, this is a {kind.type}",
            )
        if form.unit and kind.unit and form.unit != kind.unit:
            refuse(
                form,
                f"check of {form.fact}: it is in {kind.unit}, not {form.unit}",
            )
        expected = Kind(kind.type, kind.unit, kind.values)
        limit = (
            self.context.expression(form.limit, local, expected)
            if form.limit is not None
            else None
        )
        when = self._condition(form.when, local)
        return LinkedCheck(form.fact, form.op, limit, when, form.unit or kind.unit)

    def _variant(
        self, form: VariantForm, entry: Entry[ClauseForm], clause: ClauseForm, local: Names
    ) -> LinkedVariant:
        overrides = []
        for name, place in form.let:
            if name not in local.local:
                have = ", ".join(local.local)
                refuse(place, f"`{name}` is not a local name of this clause; there are {have}")
            overrides.append((name, self.context.expression(place, local, local.local[name])))
        cite, decides = None, None
        if form.cite is not None or form.trust:
            trust = {**clause.trust, **form.trust}
            cite, _ = self.context.cite(form.cite or clause.cite, entry, trust)
            decides = cite.trust in JUDGES if form.trust else None
        self._template(form.says, local, form)
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
                self._template(template, local, entry)

    def _template(self, template: Template, local: Names, at: Located) -> None:
        known = {*local.local, *local.facts, *SENTENCE_WORDS}
        for name in sorted(template.names - known):
            refuse(
                at,
                f"a sentence names {{{name}}}, which is neither a fact nor a local name",
            )


def _worlds(
    steps: Steps,
    exceptions: Iterable[LinkedVariant],
    forks: Iterable[LinkedFork],
    at: Located,
) -> dict[tuple[str, ...], Steps]:
    """Put the local names in order for every choice of an exception and a reading of each fork."""
    found: dict[tuple[str, ...], Steps] = {}
    choices = [fork.readings for fork in forks]
    for variant in (None, *exceptions):
        for readings in product(*choices):
            local = dict(steps)
            for one in (*((variant,) if variant is not None else ()), *readings):
                local.update(one.overrides)
            order = in_order({name: part.names & local.keys() for name, part in local.items()})
            if order is None:
                ids = ", ".join(one.id for one in (variant, *readings) if one is not None)
                refuse(at, f"under {ids} local names depend on each other in a circle")
            found[world_key(variant, readings)] = tuple((name, local[name]) for name in order)
    if len(found) > MAX_WORLDS:
        refuse(at, f"{len(found)} combinations of exceptions and readings; at most {MAX_WORLDS}")
    return found
