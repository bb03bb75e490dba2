"""Linking the chain: signals and links of one day, each with the place where it runs."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rules.conditions import BOOLEAN
from rules.errors import refuse
from rules.law import LinkedLink, LinkedSignal
from rules.loading.context import Context, entry_on
from rules.loading.order import in_order
from rules.loading.rulefile import Parts
from rules.model import JUDGES, ChainForm, Entry, Link


@dataclass(frozen=True, slots=True)
class ChainLinker:
    """Links the chain of one day."""

    context: Context
    parts: Parts

    def signals(self, late: AbstractSet[str]) -> dict[str, LinkedSignal]:
        """Type every signal; ``late`` are the facts that only the chain can tell."""
        context, found = self.context, {}
        for signal, entries in self.parts.signals.items():
            entry = entry_on(entries, context.day, context.family)
            if entry is None:
                continue
            form = entry.body
            when = context.expression(form.when, context.names, BOOLEAN)
            open_cases = tuple(
                (context.expression(place, context.names, BOOLEAN), says)
                for place, says in form.undecided
            )
            parts = [when, *(part for part, _ in open_cases)]
            after = sorted(
                {name for part in parts for name in part.names | part.whole_plot} & late
            )
            if after:
                refuse(
                    entry,
                    f"signal {signal} uses {after[0]}, which the chain concludes; "
                    "name that link in `when` instead",
                )
            scope = context.scope([part.names for part in parts], entry)
            if scope not in ("plot", "block"):
                refuse(
                    entry,
                    f"signal {signal}: use largest() or smallest() of facts of the {scope}",
                )
            found[signal] = LinkedSignal(signal, scope, when, open_cases)
        return found

    def links(
        self, signals: Mapping[str, LinkedSignal]
    ) -> tuple[tuple[LinkedLink, ...], tuple[Link, ...]]:
        """Link what stands on the day in dependency order; also list the links that do not."""
        context = self.context
        stand = {
            link.id: (link, entry_on(link.entries, context.day, context.family))
            for link in self.parts.links.values()
        }
        idle = tuple(link for link, entry in stand.values() if entry is None)
        entries = {link_id: entry for link_id, (_, entry) in stand.items() if entry is not None}
        needs = {link_id: _literals(entry) & entries.keys() for link_id, entry in entries.items()}
        order = in_order(needs)
        if order is None:
            first = next(iter(entries.values()))
            refuse(first, "links of the chain depend on each other in a circle")
        scopes: dict[str, str] = {one.id: one.scope for one in signals.values()}
        scopes.update(dict.fromkeys((link.id for link in idle), "idle"))
        found = []
        for link_id in order:
            link, entry = stand[link_id][0], entries[link_id]
            self._literals_stand(entry, scopes)
            scope = self._link_scope(link, entry, scopes)
            scopes[link_id] = scope
            found.append(self._one_link(link, entry, scope))
        return tuple(found), idle

    def _one_link(self, link: Link, entry: Entry[ChainForm], scope: str) -> LinkedLink:
        form, context = entry.body, self.context
        cite, _ = context.cite(form.cite, entry, form.trust)
        because = form.because or link.because
        if because is not None:
            for name in sorted(because.names - context.facts.keys()):
                refuse(entry, f"`because` names {{{name}}}, which is not a fact")
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
            context.notices(form.notices, context.names),
        )

    def _link_scope(self, link: Link, entry: Entry[ChainForm], scopes: Mapping[str, str]) -> str:
        """Find where a link runs: in each block if it sets a block's fact or only helps such."""
        names = _bare_literals(entry)
        if link.sets is not None:
            scope = self.context.facts[link.sets.fact].scope
            if scope not in ("plot", "block"):
                refuse(entry, f"chain {link.id}: only facts of the plot or a block can be set")
        else:
            below = any(scopes.get(name) == "block" for name in names)
            raised = any(name.startswith("all ") for name in names)
            scope = "block" if link.office is None and below and not raised else "plot"
        if scope == "block":
            for name in names:
                plot_link = name in self.parts.links and scopes[name] == "plot"
                if name.startswith("all ") or plot_link:
                    refuse(entry, f"chain {link.id} runs in each block and cannot use `{name}`")
        return scope

    def _literals_stand(self, entry: Entry[ChainForm], scopes: Mapping[str, str]) -> None:
        for name in _bare_literals(entry):
            plain = name.removeprefix("all ")
            if scopes.get(name) or scopes.get(plain) in {"block", "idle"}:
                continue
            if plain != name and plain in scopes:
                refuse(entry, f"`{name}`: {plain} is of the plot, there is only one")
            if name in self.parts.signals:
                refuse(entry, f"signal `{name}` has no version on this day")
            refuse(entry, f"`{name}` is neither a signal nor a link of the chain")


def _bare_literals(entry: Entry[ChainForm]) -> list[str]:
    return [name for group in entry.body.when for name, _ in group]


def _literals(entry: Entry[ChainForm]) -> set[str]:
    return {name.removeprefix("all ") for name in _bare_literals(entry)}
