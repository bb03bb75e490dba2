"""Expressions: three truth values, exact limits, nothing outside the list."""

import ast
import contextlib
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions import (
    BOOLEAN,
    NUMBER,
    ConditionError,
    Env,
    Kind,
    Names,
    Unknown,
    compile_expression,
    is_unknown,
    parse,
)
from rules.conditions.source import KNOWN, MAYBE, Piece, Pool, Writer

NUMBERS = ("a", "b", "c")
TRUTHS = ("p", "q", "r")
KINDS = {**dict.fromkeys(NUMBERS, NUMBER), **dict.fromkeys(TRUTHS, BOOLEAN)}
KINDS["use"] = Kind("enum", values=("A", "B"))
KINDS["areas"] = Kind("list", "m2")
KINDS["shares"] = Kind("map", "m2", ("A", "B"))
NAMES = Names(KINDS)


def work_out(text: str, **values: Any) -> Any:
    return compile_expression(parse(text, NAMES), {})(Env(values))


numbers = st.deferred(
    lambda: st.one_of(
        st.sampled_from(NUMBERS),
        st.integers(0, 5).map(str),
        st.tuples(numbers, st.sampled_from("+-*"), numbers).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(st.sampled_from(["min", "max"]), numbers, numbers).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        st.tuples(numbers, truths, numbers).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
    )
)
truths = st.deferred(
    lambda: st.one_of(
        st.sampled_from(TRUTHS),
        st.tuples(numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers)
        .map(" ".join)
        .map("({})".format),
        st.tuples(truths, st.sampled_from(["and", "or"]), truths).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        truths.map(lambda t: f"(not {t})"),
    )
)
values = st.fixed_dictionaries(
    {},
    optional={**dict.fromkeys(NUMBERS, st.integers(0, 4)), **dict.fromkeys(TRUTHS, st.booleans())},
)


@given(truths, values)
def test_whatever_is_known_agrees_with_python_in_every_completion(
    text: str, known: dict[str, Any]
) -> None:
    if len(text) > 380:
        return
    try:
        found = work_out(text, **known)
    except ConditionError:
        return  # deeper than the list allows
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    free = sorted(name for name in used - known.keys() if name in KINDS)
    domains = [range(3) if name in NUMBERS else (False, True) for name in free]
    results = {
        bool(eval(text, {"min": min, "max": max}, {**known, **dict(zip(free, case, strict=True))}))
        for case in itertools.islice(itertools.product(*domains), 300)
    }
    if is_unknown(found):
        assert set(found.missing) <= set(free)
        assert found.missing
    else:
        assert results == {found}


@given(truths, values)
def test_a_new_fact_never_takes_back_what_was_known(text: str, known: dict[str, Any]) -> None:
    try:
        before = work_out(text, **known)
    except ConditionError:
        return
    if is_unknown(before):
        return
    full = {**dict.fromkeys(NUMBERS, 1), **dict.fromkeys(TRUTHS, True), **known}
    assert work_out(text, **full) is before


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("p and q", {"p": False}, False),
        ("p or q", {"q": True}, True),
        ("p and q", {"p": True}, Unknown(("q",))),
        ("p or q", {}, Unknown(("p", "q"))),
        ("not p", {}, Unknown(("p",))),
        ("1 if p else 1", {}, 1),
        ("1 if p else 2", {}, Unknown(("p",))),
        ("a / b", {"a": 1, "b": 0}, Unknown((), ("cannot-work-out",))),
        ("min(a, b)", {"a": 1}, Unknown(("b",))),
        ("known(a)", {}, False),
        ("known(a) and a > 1", {}, False),
        ("use in [A, B]", {"use": "A"}, True),
        ("use not in [A]", {"use": "A"}, False),
        ("use == B", {"use": "A"}, False),
        ("0 < a <= 2", {"a": 2}, True),
        ("sum(areas)", {"areas": (0.1, 0.2)}, 0.3),
        ("sum(1 for u in areas if u > 1)", {"areas": (1, 2, 3)}, 2),
        ("count(areas)", {"areas": (1, 2, 3)}, 3),
        ("max(x for g, x in shares if g == A)", {"shares": {"A": 4.0, "B": 9.0}}, 4.0),
        ("shares[B]", {"shares": {"A": 4.0}}, 0),
        ("any(u > a for u in areas)", {"areas": (1, 2)}, Unknown(("a",))),
        ("ceil(40 / 3)", {}, 14),
        ("ceil(3 * (1 / 3))", {}, 1),
        ("floor(0.1 * 3 * 10)", {}, 3),
        ("round(2.5)", {}, 3),
    ],
)
def test_an_expression_comes_out(text: str, facts: dict[str, Any], expected: Any) -> None:
    assert work_out(text, **facts) == expected
    for maybe in (False, True):
        assert written(text, facts, maybe=maybe) == expected


def written(text: str, facts: dict[str, Any], *, maybe: bool) -> Any:
    """Work out an expression through generated source, names known when it is written or not."""

    def resolve(name: str) -> Piece:
        if maybe:
            return Piece(f"v.get({name!r}, {pool.add(Unknown((name,)))})", MAYBE)
        return Piece(f"v[{name!r}]") if name in facts else writer.fixed(Unknown((name,)))

    pool = Pool()
    writer = Writer(resolve, pool, {}, flat=True)
    piece = writer.write(parse(text, NAMES))
    value = eval(piece.code, {**pool.values, "v": facts, "e": lambda name: [facts[name]]})
    assert piece.state == MAYBE or (piece.state == KNOWN) != is_unknown(value)
    assert not piece.fixed or piece.fixed[0] == value
    return value


@given(truths, values, st.booleans())
def test_generated_source_means_what_the_closures_mean(
    text: str, facts: dict[str, Any], maybe: bool
) -> None:
    try:
        expected = work_out(text, **facts)
    except ConditionError:
        return
    assert written(text, facts, maybe=maybe) == expected


def test_the_dust_of_binary_numbers_never_flips_a_verdict_at_a_limit() -> None:
    assert work_out("a + b <= c", a=0.1, b=0.2, c=0.3) is True
    assert work_out("a + b < c", a=0.1, b=0.2, c=0.3) is False
    assert work_out("a + b == c", a=0.1, b=0.2, c=0.3) is True
    assert work_out("a <= c", a=0.301, c=0.3) is False
    assert work_out("a >= 1.8", a=1.799) is False


OUTSIDE = """\
__import__('os') | ().__class__ | a.__class__ | [a for a in areas] | lambda: 1 | a := 1 | f'{a}'
a[0] | a if a else b | p + 1 | a and b | use > A | 'A' == use | a is b | 1e999 | a ** b | a // b
a % b | ~a | a @ b | min(*areas) | max(a, key=b) | a; b | ( | use in A | total(a) | known(1)
a = 1 | sum(u for u in areas for v in areas) | sum(a for a in areas) | areas[A]"""
REFUSED = ["", *(part.strip() for line in OUTSIDE.split("\n") for part in line.split(" | "))]


@pytest.mark.parametrize("text", REFUSED)
def test_anything_outside_the_list_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text, NAMES)


@given(st.text(max_size=60))
def test_no_text_brings_the_parser_down(text: str) -> None:
    with contextlib.suppress(ConditionError):
        parse(text, NAMES)
