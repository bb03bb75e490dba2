"""`like:` writes only what differs from an earlier version and means the whole version."""

from datetime import date
from pathlib import Path

import pytest

from rules import BookError, evaluate, load_book
from rules.loading.like import expand
from rules.loading.yamlfile import build, fast_events

BASE = """
- from: V1
  cite: {rule: "1"}
  let: {least: "3", step: "0"}
  except: [{id: a, when: x}, {id: b, when: y}]
  says: one
"""


def versions(more: str) -> list[object]:
    return [one.plain() for one in expand(build(fast_events(BASE + more), "f").items(), "clause")]


def test_what_is_not_said_is_taken_over_and_let_is_merged_by_name() -> None:
    old, new = versions("- {from: V2, like: V1, let: {least: '2'}}\n")
    assert new == {**old, "from": "V2", "let": {"least": "2", "step": "0"}}  # type: ignore[dict-item]


def test_exceptions_are_merged_by_id_and_left_out_by_name() -> None:
    more = "- {from: V2, like: V1, except: [{id: c, when: z}, {id: a, when: q}], without: [b]}\n"
    new = versions(more)[1]
    assert new["except"] == [{"id": "c", "when": "z"}, {"id": "a", "when": "q"}]  # type: ignore[index]


def test_the_version_of_the_same_family_is_meant() -> None:
    more = (
        "- {from: V1, family: panchayat, says: two}\n"
        "- {from: V2, family: panchayat, like: V1}\n"
        "- {from: V2, like: {from: V1, family: panchayat}}\n"
    )
    assert [one["says"] for one in versions(more)] == ["one", "two", "two", "two"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("- {from: V2, like: V7}\n", "there is no such version above"),
        ("- {from: V2, like: {day: 1}}\n", "names a version"),
        ("- {from: V2, like: V1, without: [zz]}\n", "no exception `zz`"),
        ("- {from: V2, without: [a]}\n", "needs `like`"),
    ],
)
def test_a_likeness_to_nothing_is_refused(more: str, message: str) -> None:
    with pytest.raises(BookError, match=message):
        versions(more)


def test_of_a_version_partly_in_the_book_the_rest_is_unknown(
    make_book: "object", tmp_path: Path
) -> None:
    folder = make_book(  # type: ignore[operator]
        "book.yaml",
        "versions:\n",
        "versions:\n  - {key: V0, from: 2010-01-01, partial: true, "
        'municipal: {sro: "9/2010", trust: B, caution: careful, instrument: TOWN-0}}\n',
    )
    answer = evaluate(load_book(folder), {"family": "municipal"}, date(2011, 1, 1)).as_json()
    assert {one["verdict"] for one in answer["clauses"].values()} == {"unknown"}
    assert not answer["nocs"]
    assert answer["nocs_unknown"]
    assert answer["fees"] == {}
    assert not any(value is False for value in answer["derived"].values())
