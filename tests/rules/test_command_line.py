"""``kmap rules`` at the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kmap.cli.rules import BadLineError, command

HOUSE = '{"family": "municipal", "occupancy": "A1", "height_m": 20, "storeys": 6}'


def run(*args: str, text: str | None = None) -> Result:
    return CliRunner().invoke(command, list(args), input=text)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_object_gives_one_object() -> None:
    result = run("evaluate", "-", "--as-of", "2026-01-01", "--json", text=HOUSE)
    (answer,) = answers(result)
    assert result.exit_code == 0
    assert answer["as_of"] == "2026-01-01"
    assert answer["derived"]["high_rise"] is True
    assert answer["fees"] == {}


def test_a_pretty_printed_object_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps({"as_of": "2020-01-01", "facts": json.loads(HOUSE)}, indent=2))
    (answer,) = answers(run("evaluate", str(file), "--json"))
    assert answer["as_of"] == "2020-01-01"


BAD = {
    "not json": ("{", "bad_json"),
    "a list": ("[1]", "not_an_object"),
    "NaN": ('{"height_m": NaN}', "not_finite"),
    "Infinity": ('{"height_m": -Infinity}', "not_finite"),
    "a number too large for a float": ('{"height_m": 1e999}', "not_finite"),
    "a key given twice": ('{"height_m": 3, "height_m": 4}', "duplicate_key"),
    "null": ('{"height_m": null}', "null_fact"),
    "a wrong type": ('{"height_m": "3"}', "wrong_type"),
    "an unknown name": ('{"hight_m": 3}', "unknown_fact"),
    "a bad day": ('{"as_of": "2026-13-01", "facts": {}}', "bad_date"),
    "a day without dashes": ('{"as_of": "20260101", "facts": {}}', "bad_date"),
    "a day that is a number": ('{"as_of": 2026, "facts": {}}', "bad_date"),
    "something beside facts": ('{"facts": {}, "fact": {}}', "unknown_key"),
    "facts that are a list": ('{"facts": []}', "not_an_object"),
    "brackets without end": ("[" * 20_000, "bad_json"),
}


def test_a_bad_line_is_coded_and_the_next_is_taken() -> None:
    lines = [part for line, _ in BAD.values() for part in (line, "", HOUSE)]
    result = run("evaluate", "-", "--json", text="\n".join([HOUSE, *lines]))
    first, *rest = answers(result)
    assert "clauses" in first
    for (name, (_, code)), bad, good in zip(BAD.items(), rest[::2], rest[1::2], strict=True):
        assert bad["error"]["code"] == code, name
        assert bad["error"]["message"]
        assert "clauses" in good
    assert result.exit_code == 1


def test_a_bad_first_line_is_coded_as_well() -> None:
    bad, good = answers(run("evaluate", "-", "--json", text=f'{{"x": \n{HOUSE}\n'))
    assert bad["error"]["code"] == "bad_json"
    assert "clauses" in good


def test_nothing_in_gives_nothing_out() -> None:
    result = run("evaluate", "-", "--json", text="\n")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(("lang", "word"), [("en", "unknown"), ("ml", "അറിയില്ല")])
def test_the_table_for_people_speaks_both_languages(lang: str, word: str) -> None:
    result = run("evaluate", "-", "--lang", lang, text=HOUSE)
    assert word in result.stdout
    assert result.exit_code == 0


def test_the_cases_of_a_folder_run() -> None:
    result = run("test", "r22-unbuildable")
    assert result.exit_code == 0
    assert "0 not as expected" in result.stdout


def test_a_clause_can_be_shown_and_all_can_be_listed() -> None:
    assert "2025-10-29" in run("show", "r26-front-yard", "--as-of", "2026-01-01").stdout
    assert "r26-front-yard" in run("list").stdout


def test_the_glossary_is_the_one_the_book_makes() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/glossary.md"
    made = run("glossary").stdout
    assert page.read_text("utf-8") == made, "run: kmap rules glossary > docs/glossary.md"


def test_odd_bytes_are_coded_and_never_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(
        b'{"\\ud800": 1}\n\xff\xfe\n{"zone": "\\ud800"}\n{"height_m": '
        + b"[" * 900
        + b"]" * 900
        + b"}"
    )
    codes = [
        answer.get("error", {}).get("code")
        for answer in answers(run("evaluate", str(file), "--json"))
    ]
    assert codes == ["unknown_fact", "bad_json", None, "wrong_type"]


def test_a_broken_book_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text("id: [")
    (tmp_path / "vocabulary.yaml").write_text("facts: {}")
    result = run("evaluate", "-", "--book", str(tmp_path), text=HOUSE)
    assert result.exit_code == 1
    assert "book.yaml:" in str(result.exception)


PLOT = {
    "family": "municipal",
    "plot_area_record_m2": 400,
    "plot_area_drawn_m2": 398,
    "street_width_m": 5,
    "street_class": "unnotified",
    "access_width_m": 3.6,
    "paddy_status": "none",
}


def test_the_envelope_names_the_largest_design_and_what_binds() -> None:
    asked = ("envelope", "-", "--use", "A1", "--as-of", "2026-09-01")
    (answer,) = answers(run(*asked, "--json", text=json.dumps(PLOT)))
    assert answer["not_forbidden"]["design"]["storeys"] >= 1
    ground = next(one for one in answer["limits"] if one["id"] == "ground")
    assert ground["binding"]["cite"]["rule"]
    for lang, word in (("en", "Not decided"), ("ml", "തീരുമാനിച്ചിട്ടില്ല")):
        table = run(*asked, "--lang", lang, text=json.dumps(PLOT))
        assert table.exit_code == 0
        assert word in table.stdout


def test_an_envelope_that_cannot_be_asked_is_refused() -> None:
    wrong = run("envelope", "-", text='{"plot_area_record_m2": "many"}')
    assert isinstance(wrong.exception, BadLineError)
    assert wrong.exception.reason == "wrong_type"
    assert run("envelope", "-", "--use", "castle", text="{}").exit_code == 2
    forbidden = run("envelope", "-", "--use", "A1", text='{"paddy_status": "data_bank"}')
    assert forbidden.exit_code == 0
