"""Every word of the site is there in both languages, and templates ask for no other."""

import json
import re
import string
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "api" / "web"
PYTHON = WEB.parent / "site"
EN, ML = (json.loads((WEB / "locales" / f"{lang}.json").read_text()) for lang in ("en", "ml"))
CALL = re.compile(r"""\bt\(\s*"([a-z0-9_.]+)"\s*(~)?""")
SOURCES = [*sorted((WEB / "templates").glob("*.html")), *sorted(PYTHON.glob("*.py"))]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(EN) == list(ML)


@pytest.mark.parametrize("key", list(EN))
def test_a_text_is_not_empty_and_names_the_same_values_in_both_languages(key: str) -> None:
    assert EN[key].strip()
    assert ML[key].strip()
    assert fields(EN[key]) == fields(ML[key])


def test_malayalam_texts_are_in_malayalam() -> None:
    latin = [key for key, text in ML.items() if not re.search("[\u0d00-\u0d7f]", text)]
    assert latin == ["site.switch"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_page_asks_only_for_words_that_exist(source: Path) -> None:
    for key, joined in CALL.findall(source.read_text(encoding="utf-8")):
        if joined:
            assert any(known.startswith(key) for known in EN), key
        else:
            assert key in EN, key


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    for source in (WEB / "templates").glob("*.html"):
        text = source.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), source


def test_nothing_is_fetched_from_another_host() -> None:
    for source in [*(WEB / "templates").glob("*.html"), *(WEB / "static").rglob("*.[jc]s*")]:
        text = source.read_text(encoding="utf-8")
        found = set(re.findall(r"https?://[^\s\"'<>)]+", text))
        assert found <= {"http://www.w3.org/2000/svg"}, source
