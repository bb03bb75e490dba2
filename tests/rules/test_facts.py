"""Facts from outside are rounded once or refused with a code."""

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Book, FactError, normalise

REFUSED: dict[str, tuple[Any, str]] = {
    "a list instead of facts": ([], "not_an_object"),
    "a name nobody knows": ({"hight_m": 3}, "unknown_fact"),
    "a name that is no text": ({3: 3}, "unknown_fact"),
    "null": ({"height_m": None}, "null_fact"),
    "text for a number": ({"height_m": "3"}, "wrong_type"),
    "truth for a number": ({"height_m": True}, "wrong_type"),
    "a number for truth": ({"consent": 1}, "wrong_type"),
    "NaN": ({"height_m": float("nan")}, "not_finite"),
    "infinity": ({"height_m": float("inf")}, "not_finite"),
    "infinity in a list": ({"units_m2": [1, float("-inf")]}, "not_finite"),
    "a negative length": ({"height_m": -0.1}, "out_of_range"),
    "a number of a hundred digits": ({"height_m": 10**100}, "out_of_range"),
    "half a storey": ({"storeys": 2.5}, "wrong_type"),
    "a word that is no value": ({"use": "Z"}, "not_a_value"),
    "a number for a word": ({"use": 1}, "wrong_type"),
    "a group that is no value": ({"areas": {"Z": 1}}, "not_a_value"),
    "a list for a map": ({"areas": [1]}, "wrong_type"),
    "a number for a list": ({"units_m2": 5}, "wrong_type"),
    "a long text": ({"body": "G" * 300}, "out_of_range"),
    "a fact of the plot inside a block": ({"blocks": [{"block": 1, "plot_m2": 3}]}, "wrong_scope"),
    "a block without a number": ({"blocks": [{"height_m": 3}]}, "bad_instance"),
    "two blocks of one number": ({"blocks": [{"block": 1}, {"block": 1}]}, "bad_instance"),
    "a block that is no object": ({"blocks": [3]}, "not_an_object"),
    "levels outside a block": ({"levels": [{"level": 0}]}, "unknown_fact"),
    "too many blocks": ({"blocks": [{"block": n} for n in range(2001)]}, "too_many"),
    "blocks that are no list": ({"blocks": {"block": 1}}, "wrong_type"),
}


@pytest.mark.parametrize(("facts", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_fact_is_refused_with_its_code(small_book: Book, facts: Any, code: str) -> None:
    with pytest.raises(FactError) as caught:
        normalise(small_book, facts)
    assert caught.value.code == code
    assert caught.value.message


def test_a_near_name_is_suggested(small_book: Book) -> None:
    with pytest.raises(FactError, match="do you mean height_m"):
        normalise(small_book, {"hight_m": 3})


def test_numbers_are_rounded_to_a_millimetre_and_a_hundredth_of_a_square_metre(
    small_book: Book,
) -> None:
    facts = normalise(
        small_book, {"height_m": 2.00049, "floor_m2": 10.006, "storeys": 2.0, "units_m2": [1.234]}
    )
    assert facts == {"height_m": 2.0, "floor_m2": 10.01, "storeys": 2, "units_m2": (1.23,)}


@given(st.dictionaries(st.sampled_from(["height_m", "floor_m2", "plot_m2"]), st.floats(0, 1e5)))
def test_rounding_twice_changes_nothing(small_book: Book, facts: dict[str, float]) -> None:
    once = normalise(small_book, facts)
    assert normalise(small_book, once) == once


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
names = st.sampled_from(
    ["height_m", "use", "storeys", "blocks", "areas", "units_m2", "body", "family", "x"]
)


@given(st.dictionaries(names, json_values, max_size=4))
def test_no_json_brings_it_down(small_book: Book, facts: dict[str, Any]) -> None:
    with contextlib.suppress(FactError):
        normalise(small_book, facts)


def test_numbers_of_numpy_become_plain_ones_also_where_nothing_is_rounded(book: Book) -> None:
    """A truth value of NumPy is not True; it once made a signal unknown."""
    for fact in book.vocabulary.values():
        if fact.type == "number":
            found = normalise(book, {fact.name: np.float64(2.5)})[fact.name]
            assert found.__class__ is float
