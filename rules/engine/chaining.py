"""From facts to the chain and back: signals, the two runs, the facts that links set.

Links of the block run once for each block. Links of the plot run once; they read block-scoped
signals and links as ``x`` (in any block) and ``all x`` (in every block).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.conditions import NOTHING, Fn, Unknown, compile_expression, merge
from rules.engine.chain import Answers, missing_facts, over_blocks
from rules.engine.inference import Inference
from rules.engine.lookup import TableLookup
from rules.engine.outcome import DerivedResult, Firing, LinkResult
from rules.engine.places import Places, Spot
from rules.law import Law, LinkedLink, LinkedSignal
from rules.model import Fact, Text

LOW_TRUST = Unknown((), ("low-trust",))


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal compiled."""

    form: LinkedSignal
    when: Fn
    undecided: tuple[tuple[Fn, Text], ...]


@dataclass(slots=True)
class Stage:
    """The chain at one place (a block, or the plot): signals, conclusions, what is missing."""

    spot: Spot
    values: dict[str, Any]  # signal or lower link -> True, False or Unknown
    open_texts: dict[str, Text]
    answers: Answers
    links: Mapping[str, LinkedLink]

    def unknown(self, name: str) -> Unknown:
        """Say what would decide a signal or link that is not decided."""
        link = self.links.get(name)
        if link is None:
            value = self.values[name]
            return value if value.__class__ is Unknown else NOTHING
        if self.answers[name] is not None:
            return NOTHING
        if not link.decides and link.office is None:
            return LOW_TRUST
        return missing_facts(link, self.links, self.answers, self.unknown)

    def text(self, name: str) -> Text | None:
        """Give what the text leaves open about a link, if that is why it is not decided."""
        if name in self.open_texts:
            return self.open_texts[name]
        link = self.links.get(name)
        inner = [literal for group in link.when for literal, _ in group] if link else []
        found = (self.text(one) for one in inner if self.answers.get(one) is None)
        return next((one for one in found if one is not None), None)


@dataclass(frozen=True, slots=True)
class Concluded:
    """What the chain concluded: at the plot, at each block, and the facts that it sets."""

    plot: Stage
    stages: list[Stage]
    sets: Mapping[str, list[tuple[Spot, Any]]]
    firings: tuple[Firing, ...]


class Chain:
    """The chain of one day's law, compiled."""

    def __init__(
        self, law: Law, tables: Mapping[str, TableLookup], vocabulary: Mapping[str, Fact]
    ) -> None:
        def fn(expression: Any) -> Fn:
            return compile_expression(expression, tables)

        self.vocabulary = vocabulary
        signals = [
            Signal(one, fn(one.when), tuple((fn(when), says) for when, says in one.undecided))
            for one in law.signals
        ]
        self.plot_signals = [one for one in signals if one.form.scope == "plot"]
        self.block_signals = [one for one in signals if one.form.scope == "block"]
        self.notices = {
            one.id: tuple((notice, fn(when)) for notice, when in one.notices) for one in law.links
        }
        idle = tuple(name for one in law.idle_links for name in (one.id, f"all {one.id}"))
        self.block_links = {one.id: one for one in law.links if one.scope == "block"}
        self.plot_links = {one.id: one for one in law.links if one.scope == "plot"}
        self.block_run = Inference(tuple(self.block_links.values()), idle)
        self.plot_run = Inference(tuple(self.plot_links.values()), idle)
        lower = {*self.block_links, *(one.form.id for one in self.block_signals)}
        asked = {name for one in law.links for group in one.when for name, _ in group}
        self.raised = sorted(name for name in asked if name.removeprefix("all ") in lower)
        self.setters = _setters(law)

    def run(
        self, places: Places, derived: dict[str, DerivedResult], cautions: dict[str, None]
    ) -> tuple[tuple[LinkResult, ...], tuple[Firing, ...]]:
        """Conclude everything, set the facts that links set, and list what fired."""
        plot_signals = _signal_values(self.plot_signals, places.plot)
        blocks = [(spot, *_signal_values(self.block_signals, spot)) for spot in places.at["block"]]
        found = self.conclude(places.plot, plot_signals, blocks)
        for fact, values in found.sets.items():
            derived[fact] = places.put_all(fact, values)
        return tuple(self.results(found, cautions)), found.firings

    def conclude(
        self,
        spot: Spot,
        signals: tuple[dict[str, Any], dict[str, Text]],
        blocks: Sequence[tuple[Spot, dict[str, Any], dict[str, Text]]],
    ) -> "Concluded":
        """Conclude everything from the signals of the plot and of each block."""
        firings: dict[Firing, None] = {}
        plot_values, plot_texts = signals
        stages = []
        for place, values, texts in blocks:
            stage = Stage(place, plot_values | values, plot_texts | texts, {}, self.block_links)
            stage.answers = self._conclude(self.block_run, stage, firings)
            stages.append(stage)
        raised = {name: _raise(name, stages) for name in self.raised}
        texts = plot_texts | _raised_texts(self.raised, stages)
        plot = Stage(spot, plot_values | raised, texts, {}, self.plot_links)
        plot.answers = self._conclude(self.plot_run, plot, firings)
        sets: dict[str, list[tuple[Spot, Any]]] = {}
        for fact, setters in self.setters.items():
            used = stages if self.vocabulary[fact].scope == "block" else [plot]
            sets[fact] = [(one.spot, self._set(fact, setters, one)) for one in used]
        return Concluded(plot, stages, sets, tuple(firings))

    def _conclude(self, run: Inference, stage: Stage, firings: dict[Firing, None]) -> Answers:
        plain = {
            name: None if value.__class__ is Unknown else bool(value)
            for name, value in stage.values.items()
        }
        answers, fired = run.run(plain, self._given(stage))
        firings.update(dict.fromkeys(fired))
        return answers

    def _given(self, stage: Stage) -> dict[str, bool]:
        """Read conclusions that were given as facts; used only where the chain cannot tell."""
        given = {}
        for fact, (setters, _) in self.setters.items():
            value = stage.spot.env.values.get(fact)
            if value is None or value.__class__ is Unknown:
                continue
            for link in setters:
                if link.id in stage.links and link.sets is not None:
                    given[link.id] = value == link.sets.value
        return given

    def _set(self, fact: str, setters: tuple[tuple[LinkedLink, ...], Any], stage: Stage) -> Any:
        """Set a fact: the first link that holds, in the order of the book; else `otherwise`."""
        links, otherwise = setters
        value: Any = otherwise if otherwise is not None else NOTHING
        for link in links:
            answer = stage.answers[link.id]
            if answer is not False:
                value = link.sets.value if answer and link.sets else stage.unknown(link.id)
                break
        given = stage.spot.env.values.get(fact)
        return given if value.__class__ is Unknown and given is not None else value

    def results(self, found: "Concluded", cautions: dict[str, None]) -> Iterable[LinkResult]:
        """Write out the links of the plot; also gather the notices that bite."""
        plot, stages = found.plot, found.stages
        for stage in (*stages, plot):
            for link in stage.links.values():
                answer = stage.answers[link.id]
                for notice, when in self.notices[link.id]:
                    if answer is not None and when(stage.spot.env) is True:
                        cautions[notice] = None
                if stage is not plot:
                    continue
                missing = stage.unknown(link.id).missing if answer is None else ()
                text = stage.text(link.id) if answer is None else None
                yield LinkResult(link, answer, missing, text, _values(plot, stages, link))


def _values(plot: Stage, stages: list[Stage], link: LinkedLink) -> Mapping[str, Any]:
    """Choose the place whose facts the reason names: the first block that speaks for it."""
    wanted = [(name, value) for group in link.when for name, value in group]
    for stage in stages:
        if any(stage.values.get(name) is value for name, value in wanted):
            return stage.spot.env.values
    return stages[0].spot.env.values if stages else plot.spot.env.values


def _signal_values(
    signals: Iterable[Signal], spot: Spot
) -> tuple[dict[str, Any], dict[str, Text]]:
    values: dict[str, Any] = {}
    texts: dict[str, Text] = {}
    for signal in signals:
        name = signal.form.id
        values[name] = signal.when(spot.env)
        for when, says in signal.undecided:
            if when(spot.env) is True:
                values[name], texts[name] = NOTHING, says
    return values, texts


def _raise(name: str, stages: list[Stage]) -> Any:
    """Bring one signal or link of the blocks to the plot."""
    plain = name.removeprefix("all ")
    found = over_blocks((stage.answers[plain] for stage in stages), wanted=plain == name)
    if found is not None:
        return found
    return merge(stage.unknown(plain) for stage in stages if stage.answers[plain] is None)


def _raised_texts(names: Iterable[str], stages: list[Stage]) -> dict[str, Text]:
    found = {}
    for name in names:
        for stage in stages:
            plain = name.removeprefix("all ")
            text = stage.text(plain) if stage.answers[plain] is None else None
            if text is not None:
                found[name] = text
    return found


Setters = dict[str, tuple[tuple[LinkedLink, ...], Any]]


def _setters(law: Law) -> Setters:
    """List for each fact the links that set it, in the order of the book, and the value else."""
    found: Setters = {}
    for idle in law.idle_links:
        if idle.sets is not None and not law.partial:
            found[idle.sets.fact] = ((), idle.sets.otherwise)
    for one in sorted(law.links, key=lambda link: link.number):
        if one.sets is not None:
            links, otherwise = found.get(one.sets.fact, ((), None))
            other = otherwise if one.sets.otherwise is None else one.sets.otherwise
            found[one.sets.fact] = ((*links, one), other)
    return found
