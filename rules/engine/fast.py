"""The law of a day by generated functions: for plans of one building whose set of facts recurs.

What a plan tells is mostly the same from plan to plan (every plot of a register, every house of a
form), so functions are written for one set of given facts and kept. A set seen for the first few
times is judged by the closures of ``evaluating``; both give the same results, and tests compare
them over random plans.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from rules.conditions import Env, Unknown
from rules.engine.chaining import Concluded
from rules.engine.decoding import decode
from rules.engine.evaluating import CompiledLaw
from rules.engine.judging import JudgeClause
from rules.engine.outcome import (
    ClauseResult,
    DerivedResult,
    Firing,
    LinkResult,
    Outcome,
)
from rules.engine.places import Spot
from rules.engine.plan_source import Written, write_stage
from rules.engine.trace import SLOW, Leaf, Trace
from rules.engine.weighing import Function, write_all, write_clause
from rules.model import Cite, Text

USES_BEFORE = 16
"""A set of facts is judged by closures so many times before functions are written for it."""
USES_TOGETHER = 1000
"""Single functions are used so many times before one is written for all clauses."""
MAX_SEEN = 4096
"""Sets of facts counted for one law; the ones seen longest ago are forgotten first."""
MAX_SETS = 64
"""Sets of facts with functions of their own; the oldest go first."""
MAX_CHAINS = 4096
MAX_ENDS = 64
"""Ends of one set (which worked-out facts came out unknown) that get functions of their own."""
MAX_FUNCTIONS = 64
"""Functions written for one clause; beyond them the closures judge it."""
MAX_WRITTEN = 3000
"""Functions written for one law; then all are forgotten and written anew as they are needed."""
NOWHERE: Trace = ("not_applicable", Leaf(plain=True, settled=True))
"""The trace of a clause that a version leaves out."""
Everywhere = Callable[[str], list[Any]]


class FastLaw:
    """One day's law of one family, with the functions written for it so far."""

    def __init__(self, law: CompiledLaw) -> None:
        self.compiled = law
        self.clauses = [one for one in law.clauses if not one.clause.omitted]
        self.names = [one.clause.id for one in self.clauses]
        self.left_out = {one.id: "not_applicable" for one in law.law.clauses if one.omitted}
        self.texts = {says: Unknown() for one in law.law.signals for _, says in one.undecided}
        self.text_of = {id(unknown): says for says, unknown in self.texts.items()}
        self.set_facts = tuple(law.chain.setters)
        self._seen: OrderedDict[frozenset[str], int] = OrderedDict()
        self._sets: OrderedDict[frozenset[str], _FactSet] = OrderedDict()
        self._chains: OrderedDict[tuple[Any, ...], _Chained] = OrderedDict()
        self._functions: dict[tuple[str, frozenset[str], frozenset[str]], Function] = {}
        self._settled: dict[tuple[str, int], tuple[Trace, ClauseResult]] = {}
        self._counts: dict[str, int] = {}
        self._lock = threading.RLock()
        self.reads = {one.clause.id: one.clause.reads for one in self.clauses}

    def run(self, facts: Mapping[str, Any]) -> "Traced | None":
        """Judge normalised facts; None where the closures are to be asked."""
        names = frozenset(facts)
        found = self._sets.get(names) or self._met(names)
        return None if found is None else self._run(found, dict(facts))

    def _met(self, names: frozenset[str]) -> "_FactSet | None":
        """Count a set of facts; one met often enough gets functions of its own."""
        if "blocks" in names:
            return None
        with self._lock:
            uses = self._seen[names] = self._seen.pop(names, 0) + 1
            if len(self._seen) > MAX_SEEN:
                self._seen.popitem(last=False)
            if uses <= USES_BEFORE:
                return None
            if len(self._functions) > MAX_WRITTEN:
                self._functions.clear()
                self._counts.clear()
                self._sets.clear()
            made = self._sets[names] = _FactSet(self._first(names))
            if len(self._sets) > MAX_SETS:
                self._sets.popitem(last=False)
        return made

    def _run(self, found: "_FactSet", values: dict[str, Any]) -> "Traced | None":
        everywhere = _everywhere(values)
        mask, notices, signals = found.first.run(values, everywhere)
        chained = self._chain(values, signals)
        values.update(chained.sets)
        end = found.ends.get((mask, chained.unknown))
        if end is None:
            end = self._end(found, mask, chained)
            if end is None:
                return None
        later, more, _ = end.last.run(values, everywhere)
        clauses = end.clauses.get(later)
        if clauses is None:
            clauses = end.clauses[later] = _Clauses(self._clauses(end.last.names(later)))
        elif clauses.together is None:
            self._count(clauses, end.last.names(later))
        traces = clauses.run(values, everywhere)
        return Traced(self, values, traces, signals, (notices, more), everywhere)

    def _count(self, clauses: "_Clauses", names: tuple[frozenset[str], frozenset[str]]) -> None:
        """Write the clauses together when they have been asked often enough."""
        clauses.uses += 1
        if clauses.uses > USES_TOGETHER:
            linked = [one.clause for one in self.clauses]
            clauses.together = write_all(linked, clauses.functions, self.compiled.tables, *names)

    def _first(self, names: frozenset[str]) -> Written:
        law = self.compiled
        known = names & law.vocabulary.keys()
        signals = [(one, self.texts) for one in law.law.signals]
        return write_stage(
            law.law.first, signals, (known, frozenset()), law.vocabulary, law.tables
        )

    def _end(self, found: "_FactSet", mask: int, chained: "_Chained") -> "_End | None":
        """Write what follows the chain, for what is known by then."""
        law = self.compiled
        known, told = found.first.names(mask)
        known |= {fact for fact in self.set_facts if fact not in chained.unknown}
        told = (told | chained.unknown) - known
        with self._lock:
            if len(found.ends) >= MAX_ENDS:
                return None
            last = write_stage(
                law.law.last, [], (known - chained.unknown, told), law.vocabulary, law.tables
            )
            end = found.ends[mask, chained.unknown] = _End(last)
        return end

    def _clauses(self, names: tuple[frozenset[str], frozenset[str]]) -> list[Function]:
        return [self._clause(one, *names) for one in self.clauses]

    def _clause(self, judge: JudgeClause, known: frozenset[str], told: frozenset[str]) -> Function:
        """Write a clause for the names it reads, once for each choice of them."""
        clause_id = judge.clause.id
        reads = self.reads[clause_id]
        key = (clause_id, known & reads, told & reads)
        made = self._functions.get(key)
        if made is not None:
            return made
        slow = _by_closures(judge)
        with self._lock:
            count = self._counts.get(clause_id, 0)
            if count >= MAX_FUNCTIONS:
                return slow
            self._counts[clause_id] = count + 1
            made = write_clause(
                judge.clause, self.compiled.tables, key[1], key[2], slow, flat=True
            )
            self._functions[key] = made
        return made

    def result(self, judge: JudgeClause, trace: Trace, env: Env) -> ClauseResult:
        """Write a trace out; one that is the same for every plan is written once."""
        if not trace[1].settled:
            return self.compiled.result(judge, decode(judge, trace, env, {}))
        key = (judge.clause.id, id(trace))
        kept = self._settled.get(key)
        if kept is None or kept[0] is not trace:
            bare = Outcome("not_applicable") if trace is NOWHERE else decode(judge, trace, env, {})
            kept = trace, self.compiled.result(judge, replace(bare, values={}))
            self._settled[key] = kept
        return kept[1]

    def forget_chains(self) -> None:
        """Forget what the chain concluded before (for benchmarks of the chain itself)."""
        self._chains.clear()
        for run in (self.compiled.chain.block_run, self.compiled.chain.plot_run):
            run.forget()

    # --- the chain ---------------------------------------------------------------------------

    def _chain(self, values: dict[str, Any], signals: tuple[Any, ...]) -> "_Chained":
        """Conclude; the same signals conclude the same and are kept, by identity."""
        given = tuple([values.get(fact) for fact in self.set_facts])
        key = (tuple(map(id, signals)), given)
        kept = self._chains.get(key)
        if kept is None:
            found = self.conclude(values, signals)
            sets = tuple((fact, pairs[0][1]) for fact, pairs in found.sets.items())
            out = frozenset(fact for fact, value in sets if value.__class__ is Unknown)
            kept = _Chained(sets, out, signals)
            with self._lock:
                self._chains[key] = kept
                if len(self._chains) > MAX_CHAINS:
                    self._chains.popitem(last=False)
        return kept

    def conclude(self, values: dict[str, Any], signals: tuple[Any, ...]) -> Concluded:
        """Run the chain on the signals of a plan of one building."""
        spot = Spot({}, Env(values, _everywhere(values)))
        plot: tuple[dict[str, Any], dict[str, Text]] = ({}, {})
        block: tuple[dict[str, Any], dict[str, Text]] = ({}, {})
        for one, value in zip(self.compiled.law.signals, signals, strict=True):
            signal_values, texts = plot if one.scope == "plot" else block
            signal_values[one.id] = value
            text = self.text_of.get(id(value))
            if text is not None:
                texts[one.id] = text
        return self.compiled.chain.conclude(spot, plot, [(spot, *block)])


class _FactSet:
    """One set of given facts and what was written for it."""

    def __init__(self, first: Written) -> None:
        self.first = first
        self.ends: dict[tuple[int, frozenset[str]], _End] = {}


class _End:
    """What follows the chain for one choice of what came out unknown."""

    def __init__(self, last: Written) -> None:
        self.last = last
        self.clauses: dict[int, _Clauses] = {}


class _Clauses:
    """The functions of all clauses for one choice of what is known; later one for all."""

    def __init__(self, functions: list[Function]) -> None:
        self.functions = functions
        self.together: Callable[..., list[Trace]] | None = None
        self.uses = 0

    def run(self, values: dict[str, Any], everywhere: Everywhere) -> list[Trace]:
        """Give the trace of each clause."""
        if self.together is not None:
            return self.together(values, everywhere)
        return [function(values, everywhere) for function in self.functions]


class _Chained:
    """The facts that the chain sets for some signals; the signals are held so ids stay theirs."""

    def __init__(
        self, sets: tuple[tuple[str, Any], ...], unknown: frozenset[str], signals: tuple[Any, ...]
    ) -> None:
        self.sets = sets
        self.unknown = unknown
        self.signals = signals


class Traced:
    """Everything one family's law says, as traces; what is asked for is written out."""

    def __init__(  # the parts of one run
        self,
        law: FastLaw,
        values: dict[str, Any],
        traces: list[Trace],
        signals: tuple[Any, ...],
        notices: tuple[list[str], list[str]],
        everywhere: Everywhere,
    ) -> None:
        self.law = law
        self.values = values
        self.traces = traces
        self.signals = signals
        self.notices = notices  # of the facts worked out before the chain, and after it
        self.everywhere = everywhere

    @property
    def family(self) -> str:
        """Which family."""
        return self.law.compiled.law.family

    @property
    def partial(self) -> bool:
        """Whether only a part of this version is in the book."""
        return self.law.compiled.law.partial

    @property
    def absent(self) -> Mapping[str, tuple[Text, str, Cite]]:
        """Title, severity and source of each clause that does not stand on the day."""
        return self.law.compiled.absent

    @property
    def verdicts(self) -> Mapping[str, str]:
        """The verdict of each clause that stands."""
        found = dict(self.law.left_out)
        found.update(zip(self.law.names, [trace[0] for trace in self.traces], strict=True))
        return found

    @cached_property
    def clauses(self) -> Mapping[str, ClauseResult]:
        """Each clause that stands, in full."""
        env = Env(self.values, self.everywhere)
        traces = iter(self.traces)
        found = {}
        for judge in self.law.compiled.clauses:
            trace = NOWHERE if judge.clause.omitted else next(traces)
            found[judge.clause.id] = self.law.result(judge, trace, env)
        return found

    @cached_property
    def derived(self) -> Mapping[str, DerivedResult]:
        """The worked-out facts."""
        law, nowhere = self.law.compiled, dict[str, int]()

        def result(fact: str, cite: Cite | None) -> DerivedResult:
            return DerivedResult(fact, ((nowhere, self.values[fact]),), cite)

        found = {one.fact: result(one.fact, one.cite) for one in law.first}
        found.update((fact, result(fact, None)) for fact in self.law.set_facts)
        found.update((one.fact, result(one.fact, one.cite)) for one in law.last)
        return found

    @cached_property
    def _chained(self) -> tuple[tuple[LinkResult, ...], tuple[Firing, ...], tuple[str, ...]]:
        found = self.law.conclude(self.values, self.signals)
        cautions: dict[str, None] = {}
        links = tuple(self.law.compiled.chain.results(found, cautions))
        return links, found.firings, tuple(cautions)

    @property
    def links(self) -> tuple[LinkResult, ...]:
        """The chain's conclusions about the plot."""
        return self._chained[0]

    @property
    def firings(self) -> tuple[Firing, ...]:
        """The rules of the chain that fired, in order."""
        return self._chained[1]

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the whole answer must say."""
        first, last = self.notices
        said = (*self.law.compiled.law.cautions, *first, *self._chained[2], *last)
        return tuple(dict.fromkeys(said))


def _everywhere(values: dict[str, Any]) -> Everywhere:
    """Give a fact's value at its only place."""

    def everywhere(fact: str) -> list[Any]:
        return [values.get(fact, Unknown((fact,)))] if fact else [True]

    return everywhere


def _by_closures(judge: JudgeClause) -> Function:
    def run(values: dict[str, Any], everywhere: Everywhere) -> Trace:
        return judge.judge(Env(values, everywhere), {}).verdict, SLOW

    return run
