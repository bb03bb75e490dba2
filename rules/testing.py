"""The cases of the book: sentences with facts and what must come out.

pytest collects every ``cases.yaml`` of a book through this module (an entry point in
pyproject.toml); ``kmap rules test`` runs the same cases without pytest.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.answer import evaluate
from rules.errors import BookError, RulesError
from rules.law import Book
from rules.loading import load_book, read_yaml
from rules.loading.fields import Fields
from rules.loading.yamlfile import Spot

if TYPE_CHECKING:
    import pytest

VERDICTS = ("pass", "fail", "unknown", "not_applicable")
NOC_ANSWERS = ("needed", "not_needed", "unknown")
KINDS = (
    "derived",
    "fee",
    "noc",
    "required",
    "found",
    "missing",
    "would_be",
    "exception",
    "notice",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a sentence, a day, facts and what is expected of them."""

    says: str
    day: date
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    file: str
    line: int


def read_cases(path: Path, name: str, book: Book) -> list[Case]:
    """Read one cases.yaml; raises BookError for anything malformed or naming what is not there."""
    cases = []
    for spot in read_yaml(path, name).items():
        fields = Fields(spot, "case")
        says, day = fields.take("says", str), fields.take("on", date)
        given = {key: one.plain() for key, one in fields.take_map("given", needed=True).items()}
        expected = fields.take_map("expect", needed=True)
        fields.done()
        for key, one in expected.items():
            _known(key, one, book)
        expect = {key: one.plain() for key, one in expected.items()}
        if not expect:
            spot.fail("case: nothing is expected")
        cases.append(Case(says, day, given, expect, name, spot.line))
    return cases


def _known(key: str, spot: Spot, book: Book) -> None:
    """Refuse an expectation about something the book does not have."""
    kind, _, rest = key.partition(".")
    if not rest:
        if key not in book.clauses:
            near = difflib.get_close_matches(key, list(book.clauses), 1)
            spot.fail(
                f"case: there is no clause `{key}`"
                + (f"; do you mean `{near[0]}`?" if near else "")
            )
        if spot.value not in VERDICTS:
            spot.fail(f"case: `{spot.value}` is none of {', '.join(VERDICTS)}")
        return
    places: dict[str, Any] = {
        "derived": book.vocabulary,
        "fee": book.fees,
        "noc": {link.id for link in book.links},
        "notice": book.notices,
        "missing": {*book.clauses, *book.vocabulary, *(link.id for link in book.links)},
    }
    if kind not in KINDS or rest.partition("@")[0] not in places.get(kind, book.clauses):
        spot.fail(f"case: `{key}` is nothing this book knows; kinds are {', '.join(KINDS)}")


def run_case(book: Book, case: Case) -> list[str]:
    """Run one case; return what did not come out as expected, one sentence each."""
    try:
        answer = evaluate(book, case.given, case.day).as_json()
    except RulesError as error:
        return [f"{error.code}: {error.message}"]
    wrong = []
    for key, wanted in case.expect.items():
        found = _found(answer, key)
        if not _same(found, wanted):
            wrong.append(f"{key}: expected {wanted}, came out {found}{_why(answer, key)}")
    return wrong


def _found(answer: Mapping[str, Any], key: str) -> Any:
    kind, _, rest = key.partition(".")
    if not rest:
        return answer["clauses"][key]["verdict"]
    if kind == "derived":
        return answer["derived"].get(rest, "unknown")
    if kind == "fee":
        return answer["fees"].get(rest, "unknown")
    if kind == "noc":
        needed = {noc["id"] for noc in answer["nocs"]}
        unknown = {noc["id"] for noc in answer["nocs_unknown"]}
        return "needed" if rest in needed else "unknown" if rest in unknown else "not_needed"
    if kind == "notice":
        return rest in {notice["id"] for notice in answer["notices"]}
    if kind == "missing":
        return _missing(answer, rest)
    clause, _, fact = rest.partition("@")
    return _of_clause(answer["clauses"][clause], kind, fact)


def _missing(answer: Mapping[str, Any], name: str) -> list[str]:
    """List what a clause, a clearance or a worked-out fact lacks."""
    if name in answer["clauses"]:
        return sorted(answer["clauses"][name]["missing"])
    for noc in answer["nocs_unknown"]:
        if noc["id"] == name:
            return sorted(noc["missing"])
    return sorted(answer["derived_missing"].get(name, ()))


def _of_clause(clause: Mapping[str, Any], kind: str, fact: str) -> Any:
    if kind == "exception":
        return next((one["id"] for one in clause["exceptions"]), None)
    if kind == "would_be":
        return clause["indicative"]["would_be"] if clause["indicative"] else None
    checks = [check for check in clause["checks"] if not fact or check["fact"] == fact]
    return checks[0][kind] if checks else None


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return bool(found == sorted(wanted))
    if isinstance(found, float | int) and isinstance(wanted, float | int):
        return isinstance(found, bool) == isinstance(wanted, bool) and abs(found - wanted) < 1e-6
    return bool(found == wanted)


def _why(answer: Mapping[str, Any], key: str) -> str:
    clause = answer["clauses"].get(key.rpartition(".")[2].partition("@")[0])
    if clause is None:
        return ""
    return f" ({clause['says']['en']})"


def find_cases(folder: Path, book: Book) -> Iterator[Case]:
    """Walk the cases below a folder of a book."""
    root = Path(book.folder)
    for path in sorted(folder.resolve().rglob("cases.yaml")):
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        yield from read_cases(path, name, book)


@lru_cache(maxsize=4)
def _book_at(folder: Path) -> Book:
    return load_book(folder)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a cases.yaml that stands in a rule folder of a book."""
    if file_path.name != "cases.yaml" or not (file_path.parent.parent / "book.yaml").is_file():
        return None
    collector: pytest.Collector = _collectors().from_parent(parent, path=file_path)
    return collector


@lru_cache(maxsize=1)
def _collectors() -> Any:
    """Make pytest's classes only when pytest runs; the service does not need it."""
    import pytest  # noqa: PLC0415

    class CaseItem(pytest.Item):
        """One case as a test."""

        case: Case
        book: Book

        def runtest(self) -> None:
            wrong = run_case(self.book, self.case)
            if wrong:
                raise AssertionError("\n".join(wrong))

        def repr_failure(self, excinfo: Any, style: Any = None) -> str:
            del style
            return f"{self.case.file}:{self.case.line}: {self.case.says}\n{excinfo.value}"

        def reportinfo(self) -> tuple[Path, int, str]:
            return self.path, self.case.line - 1, self.case.says

    class CaseFile(pytest.File):
        """One cases.yaml."""

        def collect(self) -> Iterator[CaseItem]:
            folder = self.path.parent.parent
            try:
                book = _book_at(folder)
                cases = read_cases(self.path, self.path.relative_to(folder).as_posix(), book)
            except BookError as error:
                raise self.CollectError(str(error)) from None
            for number, case in enumerate(cases, 1):
                item = CaseItem.from_parent(self, name=f"{number}: {case.says}")
                item.case, item.book = case, book
                yield item

    return CaseFile
