"""A broken book is never loaded, and the message says where it is broken."""
# ruff: noqa: E501  # each way to break the book stands on one line

from collections.abc import Callable
from pathlib import Path

import pytest

from rules import DEFAULT_BOOK, BookError, load_book
from rules.loading.yamlfile import build, fast_events, strict_events

RULE, TABLE, COVER, WORDS = "r1/rule.yaml", "r1/table-1.yaml", "book.yaml", "vocabulary.yaml"

BREAKS = {
    "a key given twice": (RULE, 'rule: "1"\n', 'rule: "1"\nrule: "2"\n', "given twice"),
    "an unknown key": (RULE, "derived:\n", "derivd:\n", "unknown key `derivd`; do you mean `derived`"),
    "an anchor": (TABLE, "id: table-1\n", "id: &x table-1\n", "anchors"),
    "an alias": (TABLE, "hit: unique\n", "hit: *x\n", "anchors"),
    "a tag": (RULE, 'rule: "1"\n', 'rule: !!python/none "1"\n', "tags"),
    "a tab": (RULE, "derived:\n  - fact", "derived:\n\t- fact", "not YAML"),
    "two documents": (RULE, "derived:\n", "---\nderived:\n", "one document"),
    "an infinite number": (RULE, "at_most: 3}", "at_most: .inf}", "not a number"),
    "a day that is none": (COVER, "from: 2022-01-01", "from: 2022-02-30", "not a day"),
    "YAML 1.1 yes and no": (RULE, "value: true,", "value: YES,", "no value of high"),
    "a leading zero": (RULE, "days: 15", "days: 015", "must be a whole number"),
    "a missing Malayalam text": (RULE, "title: {en: Yard, ml: മുറ്റം}", "title: {en: Yard}", "`ml` is missing"),
    "an empty Malayalam text": (RULE, "title: {en: Yard, ml: മുറ്റം}", 'title: {en: Yard, ml: " "}', "must say something"),
    "a sentence that names nothing": (RULE, "{en: \"Yard {yard_m} m; at least {limit} m.\", ml: \"മുറ്റം {yard_m} മീ.; {limit} മീ.\"}", "{en: \"{yrd_m}\", ml: \"{yrd_m}\"}", "neither a fact nor a local name"),
    "a format in a sentence": (RULE, "Move {short_by} m.", "Move {short_by:.2f} m.", "plain name in braces"),
    "an open brace": (RULE, "Move {short_by} m.", "Move {short_by m.", "cure"),
    "a value in one language only": (RULE, "Move {short_by} m.\", ml: \"{short_by} മീ. മാറ്റുക.", "Move {yard_m} m.\", ml: \"മാറ്റുക.", "one language only"),
    "a missing citation": (RULE, '{from: V2, cite: {rule: "3"}, checks', "{from: V2, checks", "`cite` is missing"),
    "an unknown version": (RULE, '{from: V2, cite: {rule: "3"}', '{from: V9, cite: {rule: "3"}', "`V9` is not in book.yaml"),
    "a version without the family": (RULE, '{from: V2, cite: {rule: "3"}', '{from: V3, cite: {rule: "3"}', "has no municipal instrument"),
    "one version twice": (RULE, '{from: V2, when: "height_m >= 16 or storeys > 5"}', '{from: V1, when: "height_m >= 16"}', "given twice"),
    "an unknown instrument": (RULE, 'cite: {rule: "2"}', 'cite: {rule: "2", instrument: MOON}', "not in book.yaml"),
    "an unknown fact in an expression": (RULE, "2 * plot_m2", "2 * plott_m2", "unknown name `plott_m2`; do you mean `plot_m2`"),
    "an unknown fact in a check": (RULE, "{fact: storeys, at_most", "{fact: storys, at_most", "no such fact"),
    "a unit that does not fit": (RULE, "at_most: \"2 * plot_m2\"", "at_most: height_m", "unit m2 is needed"),
    "metres added to square metres": (RULE, "row.yard + step", "row.yard + floor_m2", "cannot be added"),
    "a word that is no value": (RULE, "use in [A, B]", "use in [A, Z]", "`Z` is none of"),
    "a function that is not there": (RULE, "total(floor_m2)", "sqrt(floor_m2)", "no function `sqrt`"),
    "Python beyond the list": (RULE, "2 * plot_m2", "(lambda: 2)()", "cannot be called"),
    "an attribute of a number": (RULE, "2 * plot_m2", "plot_m2.real", "not a row"),
    "a power": (RULE, "2 * plot_m2", "2 ** 99999", "only + - * /"),
    "an expression too long": (RULE, "2 * plot_m2", " + ".join(["plot_m2"] * 60), "at most 400"),
    "an expression too deep": (RULE, "2 * plot_m2", "-" * 30 + "plot_m2", "nested deeper"),
    "a column that is not there": (RULE, "row.yard + step", "row.yrd + step", "no column `yrd`"),
    "local names in a circle": (RULE, 'step: "0.5 if height_m > 10 else 0"', 'step: "least - 1"', "unknown name"),
    "an exception that overrides nothing": (RULE, 'let: {least: "0.5"}', 'let: {last: "0.5"}', "not a local name"),
    "an exception without says": (RULE, ', says: {en: "With consent {least} m.", ml: "സമ്മതം {least} മീ."}}', "}", "`says` is missing"),
    "two operators in one check": (RULE, "{fact: storeys, at_most: 3}", "{fact: storeys, at_most: 3, at_least: 1}", "exactly one of"),
    "a fact of the block worked out for the plot": (RULE, "value: total(floor_m2)", "value: floor_m2", "use total()"),
    "facts of a level and a floor together": (RULE, "at_least: least, unit: m", "at_least: stair_m, unit: m", "cannot meet"),
    "a signal that the chain must tell": (RULE, 'when: "railway_m <= 30"', 'when: "high"', "which the chain concludes"),
    "a literal that is nothing": (RULE, "when: [[tall]]", "when: [[tal]]", "neither a signal nor a link"),
    "links in a circle": (RULE, "when: [[tall]]", "when: [[way]]", "in a circle"),
    "a clearance without a reason": (RULE, '    because: {en: "Within 30 m of the railway ({railway_m} m).", ml: "റെയിൽവേ {railway_m} മീ."}\n', "", "needs `because`"),
    "one id twice": (RULE, "id: late", "id: yard", "stands twice"),
    "rows that overlap": (TABLE, "(200, ..)", "[200, ..)", "overlap"),
    "a case without a row": (TABLE, "(200, ..)", "(201, ..)", "no row for"),
    "an empty range": (TABLE, "(200, ..)", "(200, 100)", "is empty"),
    "a range that is none": (TABLE, "(200, ..)", "200+", "is not a range"),
    "an output left out": (TABLE, "then: {yard: 3}", "then: {}", "every output once"),
    "an input that is none": (TABLE, "floor_m2: \"(200, ..)\"", "flor_m2: \"(200, ..)\"", "is not an input"),
    "an input with another unit": (TABLE, "floor_m2: m2}", "floor_m2: m}", "the vocabulary says"),
    "a number where a word belongs": (TABLE, "use: A}", "use: 1}", "is none of"),
    "days that do not rise": (COVER, "from: 2022-01-01", "from: 2019-01-01", "days must rise"),
    "an unknown trust mark": (COVER, 'sro: "3/2022", trust: A', 'sro: "3/2022", trust: D', "must be one of A, B, B-, C"),
    "a caution without a notice": (COVER, "trust: B, caution: careful}}\n  - {key: V2", "trust: B, caution: caref}}\n  - {key: V2", "no notice `caref`"),
    "a notice the engine needs": (COVER, "  low-trust:", "  low-trusted:", "`low-trust` is missing"),
    "a fact without a unit": (WORDS, "type: number, unit: m, supplied_by: [map], title: {en: Railway", "type: number, supplied_by: [map], title: {en: Railway", "needs a unit"),
    "a supplier nobody knows": (WORDS, "supplied_by: [declared], title: {en: Plot", "supplied_by: [guessed], title: {en: Plot", "supplied_by must be of"),
    "a scope nobody knows": (WORDS, "yard_m: {scope: level", "yard_m: {scope: lvl", "must be one of plot, block"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "says"), BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_book_is_refused_with_file_and_line(
    make_book: Callable[..., Path], file: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(BookError) as caught:
        load_book(make_book(file, old, new))
    problems = caught.value.problems
    assert any(says in problem.message for problem in problems), problems
    assert all(problem.file == file and problem.line >= 1 for problem in problems), problems


def test_the_small_book_itself_is_good(make_book: Callable[..., Path]) -> None:
    assert load_book(make_book()).id == "small-book"


def test_the_line_is_the_line_of_the_fault(make_book: Callable[..., Path]) -> None:
    folder = make_book(RULE, "2 * plot_m2", "2 * plott_m2")
    lines = (folder / RULE).read_text(encoding="utf-8").splitlines()
    with pytest.raises(BookError) as caught:
        load_book(folder)
    assert "plott_m2" in lines[caught.value.problems[0].line - 1]


def test_every_broken_file_is_named_at_once(make_book: Callable[..., Path]) -> None:
    folder = make_book(RULE, "derived:\n", "derivd:\n")
    table = folder / TABLE
    table.write_text(
        table.read_text(encoding="utf-8").replace("hit: unique", "hit: first"), "utf-8"
    )
    with pytest.raises(BookError) as caught:
        load_book(folder)
    assert {problem.file for problem in caught.value.problems} == {RULE, TABLE}


def test_a_missing_cover_is_told(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"book\.yaml:1: this file is missing"):
        load_book(tmp_path)


def test_a_stray_file_is_told(make_book: Callable[..., Path]) -> None:
    with pytest.raises(BookError, match=r"r1/helper\.py"):
        load_book(make_book(files={"r1/helper.py": "print('no code in the book')\n"}))


def test_bytes_that_are_not_text_are_told(make_book: Callable[..., Path]) -> None:
    folder = make_book()
    (folder / RULE).write_bytes(b"rule: \xff\xfe\n")
    with pytest.raises(BookError, match="not UTF-8"):
        load_book(folder)


def test_the_hash_names_the_content_and_nothing_else(make_book: Callable[..., Path]) -> None:
    folder = make_book()
    before = load_book(folder).hash
    rule = folder / RULE
    rule.write_text(
        "# a remark\n" + rule.read_text("utf-8").replace("at_most: 3}", "at_most: 3.0}"), "utf-8"
    )
    (folder / "r1/cases.yaml").write_text("[]", "utf-8")
    assert load_book(folder).hash == before
    rule.write_text(rule.read_text("utf-8").replace("at_most: 3.0}", "at_most: 4}"), "utf-8")
    assert load_book(folder).hash != before


FILES_WE_SHIP = sorted(DEFAULT_BOOK.rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES_WE_SHIP, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_fast_parser_reads_what_the_strict_one_reads(path: Path) -> None:
    text = path.read_text("utf-8")
    assert build(fast_events(text), path.name) == build(strict_events(text), path.name)
