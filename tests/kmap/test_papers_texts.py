"""The words of the papers: both languages, every key that is used, none that is not."""

import re
from pathlib import Path

import pytest

from kmap.papers import texts
from kmap.papers.format import LANGS

PAPERS = Path(texts.__file__).parent
CLI = PAPERS.parent / "cli"
USERS = [
    p
    for folder in (PAPERS, CLI, PAPERS.parents[1] / "api" / "site")
    for p in folder.rglob("*")
    if p.suffix in (".py", ".html")
]
"""What shows the words of papers: the papers, the terminal and the pages."""
MALAYALAM = re.compile(r"[\u0D00-\u0D7F]")
LEAVES = [(s, key, leaf) for s, words in texts.sections().items() for key, leaf in words.items()]


@pytest.mark.parametrize(
    ("section", "key", "leaf"), LEAVES, ids=[f"{s}.{k}" for s, k, _ in LEAVES]
)
def test_every_text_is_there_in_both_languages_and_no_third(section, key, leaf) -> None:
    assert set(leaf) == set(LANGS)
    assert all(isinstance(leaf[lang], str) and leaf[lang].strip() for lang in LANGS)
    same = re.findall(r"\{\w*\}", leaf["en"]) == re.findall(r"\{\w*\}", leaf["ml"])
    assert same or sorted(re.findall(r"\{\w*\}", leaf["en"])) == sorted(
        re.findall(r"\{\w*\}", leaf["ml"])
    )
    assert MALAYALAM.search(leaf["ml"]) or leaf["ml"] == leaf["en"]
    assert not MALAYALAM.search(leaf["en"])


def used() -> tuple[set[str], set[str]]:
    """Keys named in templates and modules; and the stems of keys that are put together."""
    source = "\n".join(p.read_text("utf-8") for p in USERS)
    whole = set(re.findall(r"""(?:\bt|texts\.text)\(f?["'](\w+)["']""", source))
    whole |= set(re.findall(r'"(\w+)"', source))
    stems = set(re.findall(r"""["'](\w+_)(?:["'] ~|\{)""", source))
    return whole, stems


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    keys = set(texts.sections()["paper"])
    source = "\n".join(
        p.read_text("utf-8") for p in PAPERS.rglob("*") if p.suffix in (".py", ".html")
    )
    named = set(re.findall(r"""\bt\('(\w+)'\)""", source))
    named |= set(re.findall(r"""texts\.text\("(\w+)",""", source))
    assert not named - keys
    whole, stems = used()
    idle = {k for k in keys if k not in whole and not any(k.startswith(stem) for stem in stems)}
    assert not idle


def test_a_fact_the_book_does_not_know_keeps_its_own_name() -> None:
    assert texts.fact("no_such_fact").title("ml") == "no such fact"
    assert texts.fact("height_m").title("en") == "Height"
    assert texts.fact("access_width_m").supplied_by("en") == "the applicant"
