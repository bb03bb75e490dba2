"""What strangers may send as JSON, and what is refused before anything judges it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reading import BadJsonError, read_json


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"height_m": NaN}', "not_finite"),
        (b'{"height_m": Infinity}', "not_finite"),
        (b"[-Infinity]", "not_finite"),
        (b'{"height_m": 1e999}', "not_finite"),
        (b'{"height_m": -1e999}', "not_finite"),
        (b'{"storeys": ' + b"9" * 5000 + b"}", "not_finite"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "duplicate_key"),
        (b'{"a": "\\ud800"}', "bad_json"),
        (b'{"\\udfff": 1}', "bad_json"),
        (b'["\\uD83D"]', "bad_json"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "too_deep"),
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b'{"a": 01}', "bad_json"),
        (b'{"a": 1}x', "bad_json"),
        (b'{"a": "\x00"}', "bad_json"),
        (b"\xff\xfe{}", "bad_json"),
        ("{\uff11: 1}".encode(), "bad_json"),
        (b"\xef\xbb\xbf{}", "bad_json"),
    ],
)
def test_what_is_no_finite_plain_json_is_refused_by_name(body: bytes, code: str) -> None:
    with pytest.raises(BadJsonError) as refused:
        read_json(body)
    assert refused.value.code == code
    assert refused.value.message_ml != refused.value.message


def test_a_whole_surrogate_pair_and_brackets_inside_text_are_fine() -> None:
    assert read_json(b'{"a": "\\ud83d\\ude00", "b": "' + b"[" * 100 + b'"}') == {
        "a": "\U0001f600",
        "b": "[" * 100,
    }


def test_the_smallest_numbers_and_zero_with_a_sign_are_numbers() -> None:
    assert read_json(b"[5e-324, -0, -0.0, 0]") == [5e-324, 0, 0, 0]


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_named_refusal(body: bytes) -> None:
    try:
        read_json(body)
    except BadJsonError as refused:
        refused.message.encode()
