"""The chain: durable-rules and plain reasoning agree, whatever is missing."""

import gc
import resource
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine.chain import reason
from rules.engine.inference import Inference
from rules.errors import ChainError
from rules.law import LinkedLink
from rules.model import Alternatives, Cite

CITE = Cite("TOWN-1", "1", None, None, None, "A")
SIGNALS = tuple(f"s{n}" for n in range(6))
LINKS = tuple(f"l{n}" for n in range(4))


def link(name: str, when: Alternatives) -> LinkedLink:
    return LinkedLink(name, 0, "plot", None, None, None, CITE, True, when, ())


@st.composite
def chains(draw: st.DrawFn) -> tuple[LinkedLink, ...]:
    found = []
    for number, name in enumerate(LINKS):
        known = (*SIGNALS, *LINKS[:number], "idle")
        group = st.dictionaries(st.sampled_from(known), st.booleans(), min_size=1, max_size=4)
        groups = draw(st.lists(group, min_size=0, max_size=4))
        found.append(link(name, tuple(tuple(one.items()) for one in groups)))
    return tuple(found)


answers = st.sampled_from([True, False, None])


@settings(max_examples=60, deadline=None)
@given(
    chains(),
    st.lists(st.fixed_dictionaries(dict.fromkeys(SIGNALS, answers)), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(LINKS), st.booleans(), max_size=2),
)
def test_the_library_concludes_what_plain_reasoning_concludes(
    links: tuple[LinkedLink, ...], cases: list[dict[str, bool | None]], told: dict[str, bool]
) -> None:
    inference = Inference(links, ("idle",))
    for signals in cases:
        found, firings = inference.run(signals, told)
        assert found == reason(links, signals, told, ("idle",))
        for firing in firings:  # each firing names facts that hold
            assert firing.rule.split("/")[0] == firing.link
            assert firing.matched


def test_many_alternatives_are_folded_and_still_agree() -> None:
    names = tuple(f"s{n}" for n in range(40))
    links = (link("wide", tuple(((name, True),) for name in names)),)
    inference = Inference(links, ())
    no = dict.fromkeys(names, False)
    assert inference.run(no, {})[0]["wide"] is False
    assert inference.run({**no, "s39": True}, {})[0]["wide"] is True
    assert inference.run({**no, "s0": None}, {})[0]["wide"] is None


def test_a_chain_that_would_bring_the_library_down_is_refused() -> None:
    long = tuple((f"s{n}", True) for n in range(15))
    with pytest.raises(ChainError, match="more than 14"):
        Inference((link("long", (long,)),), ())
    crowded = tuple(link(f"l{n}", ((("s0", True), (f"s{n}", False)),)) for n in range(1, 70))
    with pytest.raises(ChainError, match="at most 60"):
        Inference(crowded, ())


def test_an_error_inside_a_firing_comes_out() -> None:
    inference = Inference((link("l0", ((("s0", True),),)),), ())
    inference.run({"s0": False}, {})
    session = inference._session
    assert session is not None
    session.rules.pop("l0/1")
    with pytest.raises(ChainError, match="the chain stopped"):
        inference.run({"s0": True}, {})
    assert inference.run({"s0": None}, {})[0]["l0"] is None


def test_threads_share_one_chain() -> None:
    links = (link("l0", ((("s0", True), ("s1", False)),)), link("l1", ((("l0", False),),)))
    inference = Inference(links, ())
    wrong: list[object] = []

    def work(seed: int) -> None:
        for number in range(60):
            signals = {
                "s0": (seed + number) % 3 == 0,
                "s1": number % 2 == 0,
                f"x{seed}": number % 5 == 0,
            }
            found, _ = inference.run(signals, {})
            if found != reason(links, signals, {}):
                wrong.append((signals, found))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_chains_made_anew_fifty_times_do_not_grow_and_stay_right() -> None:
    links = (
        link("l0", ((("s0", True), ("s1", False)),)),
        link("l1", ((("l0", False),), (("s1", True),))),
    )

    def round_of(number: int) -> None:
        inference = Inference(links, ())
        for case in range(8):
            signals = {"s0": bool(case & 1), "s1": bool(case & 2), f"n{number}": bool(case & 4)}
            assert inference.run(signals, {})[0] == reason(links, signals, {})

    for number in range(10):
        round_of(number)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(50):
        round_of(number)
    gc.collect()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB
