"""The chain run by durable-rules, in the safe profile of ../shared/design/RULEBOOK.md.

Every fact is one small symbol: ``{"t": "near-railway=yes"}``. A link gets a rule for each
alternative that makes it true; rules only ever add facts (no negation, no joins, no arithmetic),
so the order of firing cannot change the result. Only symbols that some rule looks at are
asserted. What did not fire is no, or not known, by the plain reading of ``chain``; that reading
must also say yes exactly where a rule fired, or the run stops with an error.

The library is used by one thread at a time, one session per run, deleted at the end; a sink rule
handles every fact, a cap stops run-away firing, and errors inside actions are raised again.
"""

import itertools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Self

import durable_rules_engine  # type: ignore[import-not-found]  # compiled, no stubs
from durable.engine import Host, MessageObservedException

from rules.engine.chain import Answers, decide
from rules.engine.outcome import Firing
from rules.errors import ChainError
from rules.law import LinkedLink

MAX_RULES = 250  # on one condition
MAX_CONDITIONS = 450  # under one parent
MAX_LITERALS = 14  # facts in one rule
MAX_ASSERTED = 100
KEPT = 4096  # answers kept for signals seen before
_LOCK = threading.RLock()  # the library's sessions are not safe between threads
_NAMES = itertools.count(1)


class _MistakenError(ChainError):
    """The library took a new fact for one it had seen; another session number helps."""


class _QuietHost(Host):  # type: ignore[misc]  # the library is untyped
    """A host without the library's two background threads."""

    def _run(self) -> None:
        return


class Inference:
    """One chain compiled into one durable ruleset; ``close`` (or losing it) frees the memory."""

    def __init__(self, links: tuple[LinkedLink, ...], idle: tuple[str, ...]) -> None:
        self.links = links
        self.never = (*idle, *(one.id for one in links if not one.when))
        self._rules = _rules_of(links)
        self._used = {symbol for holds, _ in self._rules.values() for symbol in holds}
        _check_shape(self._rules)
        self._kept: OrderedDict[Any, tuple[Answers, tuple[Firing, ...]]] = OrderedDict()
        self._session: _Session | None = None

    def run(
        self, signals: Mapping[str, bool | None], given: Mapping[str, bool]
    ) -> tuple[Answers, tuple[Firing, ...]]:
        """Conclude every link from the signals. Same signals, same answer: it is kept.

        Raises ChainError when the library misbehaves.
        """
        key = (tuple(signals.items()), tuple(given.items()))
        with _LOCK:
            kept = self._kept.get(key)
            if kept is None:
                if self._session is None:
                    self._session = _Session(self._rules)
                kept = self._try(self._session, signals, given)
                self._kept[key] = kept
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
        return kept

    def forget(self) -> None:
        """Forget the conclusions kept."""
        with _LOCK:
            self._kept.clear()

    def _try(
        self, session: "_Session", signals: Mapping[str, bool | None], given: Mapping[str, bool]
    ) -> tuple[Answers, tuple[Firing, ...]]:
        """Run again when the library takes one fact for another (2 in 100,000 it does)."""
        for _ in range(3):
            try:
                return self._conclude(session, signals, given)
            except _MistakenError as error:
                last = error
        raise last

    def _conclude(
        self, session: "_Session", signals: Mapping[str, bool | None], given: Mapping[str, bool]
    ) -> tuple[Answers, tuple[Firing, ...]]:
        answers: Answers = {**signals, **dict.fromkeys(self.never, False)}
        with session.open() as run:
            run.tell(self._looked_at(answers))
            for one in self.links:  # in dependency order: what stands before is settled
                answer = self._answer(one, answers, run)
                answers[one.id] = given.get(one.id) if answer is None else answer
                run.tell(self._looked_at({one.id: answers[one.id]}))
            return answers, tuple(run.firings)

    def _looked_at(self, answers: Answers) -> list[str]:
        """List the symbols of settled answers that some rule looks at."""
        symbols = [_symbol(name, value) for name, value in answers.items() if value is not None]
        return [symbol for symbol in symbols if symbol in self._used]

    def _answer(self, one: LinkedLink, answers: Answers, run: "_Run") -> bool | None:
        """Give a link's answer; what fired and what the plain reading says must be one."""
        if not one.decides and one.office is None:
            return None
        answer = decide(one.when, answers)
        if run.concluded(one.id) is not (answer is True):
            raise ChainError(f"{one.id}: the chain's library and the plain reading disagree")
        return answer


def _symbol(name: str, value: bool) -> str:
    return f"{name}={'yes' if value else 'no'}"


Rules = dict[str, tuple[tuple[str, ...], str]]  # rule id -> (symbols that must hold, conclusion)


def _rules_of(links: Iterable[LinkedLink]) -> Rules:
    """Write the rules of a chain: one for each alternative of each link."""
    rules: Rules = {}
    for one in links:
        if not one.decides and one.office is None:
            continue
        for number, group in enumerate(one.when, 1):
            holds = tuple(_symbol(literal, wanted) for literal, wanted in group)
            if len(holds) > MAX_LITERALS:
                raise ChainError(f"{one.id}: more than {MAX_LITERALS} literals in one alternative")
            rules[f"{one.id}/{number}"] = (holds, _symbol(one.id, True))
    return rules


def _check_shape(rules: Rules) -> None:
    """Refuse a chain that would bring the library down; see the list in the design paper."""
    using: dict[str, int] = {}
    for holds, _ in rules.values():
        for symbol in holds:
            using[symbol] = using.get(symbol, 0) + 1
    if len(using) > MAX_CONDITIONS:
        raise ChainError(f"the chain has {len(using)} conditions; at most {MAX_CONDITIONS}")
    for symbol, count in using.items():
        if count > 60:  # a fact that meets more than 64 conditions fires nothing
            raise ChainError(f"{symbol} stands in {count} rules; at most 60")


class _Session:
    """A ruleset of the library and one run at a time on it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.name = f"chain{next(_NAMES)}"
        self.numbers = itertools.count(1)
        self.current: _Run | None = None
        definition: dict[str, Any] = {
            rule_id: {
                "all": [{f"m{i}": {"t": symbol}} for i, symbol in enumerate(holds)],
                "run": self._action(rule_id),
                "pri": 2,
            }
            for rule_id, (holds, _) in rules.items()
        }
        definition["sink"] = {
            "all": [{"m": {"$ex": {"t": 1}}}],
            "run": self._action(None),
            "pri": 1,
        }
        self.host = _QuietHost()
        self.host.set_rulesets({self.name: definition})
        handle = self.host.get_ruleset(self.name)._handle  # noqa: SLF001  # no public way to free it
        weakref.finalize(self, _free, handle)

    def _action(self, rule_id: str | None) -> Any:
        link = weakref.ref(self)

        def run(closure: Any) -> None:
            session = link()
            if session is not None and session.current is not None:
                session.current.fired(rule_id, closure)

        return run

    def open(self) -> "_Run":
        """Start a run with a session number never used before."""
        return _Run(self, f"s{next(self.numbers)}")


def _free(handle: Any) -> None:
    with _LOCK:
        durable_rules_engine.delete_ruleset(handle)


class _Run:
    """One session: facts told, rules fired, everything deleted at the end."""

    def __init__(self, session: _Session, sid: str) -> None:
        self.session = session
        self.sid = sid
        self.known: dict[str, None] = {}
        self.firings: list[Firing] = []
        self.fired_count = 0
        self.error: BaseException | None = None
        self.cap = 2 * len(session.rules) + 4 * MAX_ASSERTED

    def __enter__(self) -> Self:
        self.session.current = self
        return self

    def __exit__(self, *_error: object) -> None:
        self.session.current = None
        if self.fired_count:  # deleting a session in which nothing ran brings the library down
            self.session.host.delete_state(self.session.name, self.sid)

    def tell(self, symbols: Iterable[str]) -> None:
        """Assert facts one by one, with all that follows from each."""
        for symbol in symbols:
            if symbol not in self.known:
                self.known[symbol] = None
                self._assert(symbol)
            if isinstance(self.error, MessageObservedException):
                raise _MistakenError("the chain's library mistook a conclusion for another")
            if self.error is not None:
                raise ChainError(f"the chain stopped: {self.error}")

    def _assert(self, symbol: str) -> None:
        fact = {"t": symbol, "sid": self.sid}
        try:
            self.session.host.assert_fact(self.session.name, fact)
        except MessageObservedException:
            raise _MistakenError(f"the chain's library mistook {symbol} for another") from None

    def fired(self, rule_id: str | None, closure: Any) -> None:
        """Take one firing; an error is kept and raised outside (the library would swallow it)."""
        self.fired_count += 1
        try:
            if self.fired_count > self.cap:
                raise ChainError("the chain fires without end")
            if rule_id is None:
                return
            holds, concluded = self.session.rules[rule_id]
            if concluded not in self.known:
                self.known[concluded] = None
                link = rule_id.split("/")[0]
                self.firings.append(Firing(rule_id, link, concluded, holds))
                closure.assert_fact({"t": concluded})
        except BaseException as error:  # noqa: BLE001  # raised again in tell()
            self.error = error

    def concluded(self, name: str) -> bool:
        """Say whether a rule has concluded a link."""
        return any(firing.link == name for firing in self.firings)
