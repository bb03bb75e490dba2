"""The symbolic chain in pure Python: the same logic that durable-rules runs, without it.

``reason`` is the plain meaning of a chain (an oracle for tests, and the way missing facts are
found); ``Verdicts`` and ``missing_facts`` are shared by both.
"""

from collections.abc import Callable, Iterable, Mapping

from rules.conditions import Unknown, merge
from rules.law import LinkedLink
from rules.model import Alternatives

Answers = dict[str, bool | None]  # id of a signal or link -> yes, no, not known


def decide(when: Alternatives, answers: Mapping[str, bool | None]) -> bool | None:
    """Decide any-of-(all-of-literals) with three truth values.

    >>> decide(((("a", True), ("b", False)),), {"a": True, "b": None}) is None
    True
    >>> decide(((("a", True), ("b", False)),), {"a": False, "b": None})
    False
    """
    result: bool | None = False
    for group in when:
        values = [
            None if answers[name] is None else answers[name] is wanted for name, wanted in group
        ]
        if all(value is True for value in values):
            return True
        if not any(value is False for value in values):
            result = None
    return result


def reason(
    links: tuple[LinkedLink, ...],
    signals: Mapping[str, bool | None],
    given: Mapping[str, bool],
    idle: tuple[str, ...] = (),
) -> Answers:
    """Work out every link from the signals; ``given`` answers links the chain cannot tell."""
    answers: Answers = {**signals, **dict.fromkeys(idle, False)}
    for one in links:
        answer = decide(one.when, answers) if one.decides or one.office else None
        answers[one.id] = given.get(one.id) if answer is None else answer
    return answers


def over_blocks(answers: Iterable[bool | None], wanted: bool) -> bool | None:
    """Bring the answers of blocks together: true in any block (wanted), or true in all.

    >>> over_blocks([True, None], wanted=True), over_blocks([True, None], wanted=False)
    (True, None)
    """
    found = list(answers)
    if wanted in found:
        return wanted
    return None if None in found else not wanted


def missing_facts(
    link: LinkedLink,
    links: Mapping[str, LinkedLink],
    answers: Mapping[str, bool | None],
    signal_missing: Callable[[str], Unknown],
) -> Unknown:
    """Walk the undecided literals of a link and gather the facts that would decide it."""
    found: list[Unknown] = []
    for group in link.when:
        if any(answers[name] is (not wanted) for name, wanted in group):
            continue
        for name, _ in group:
            if answers[name] is not None:
                continue
            inner = links.get(name)
            if inner is None:
                found.append(signal_missing(name))
            else:
                found.append(missing_facts(inner, links, answers, signal_missing))
    return merge(found)
