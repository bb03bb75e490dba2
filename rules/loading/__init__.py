"""Loading a rule book: strict, whole, and refused with file and line when anything is wrong."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from rules.errors import BookError, Problem, refuse
from rules.law import Book, Law
from rules.loading.cover import NEEDED_NOTICES, Cover, read_cover, read_vocabulary
from rules.loading.fields import collect
from rules.loading.linking import Linker
from rules.loading.rulefile import Parts, Reader
from rules.loading.yamlfile import Spot, parse_yaml, read_bytes, read_yaml

DEFAULT_BOOK = Path(__file__).resolve().parent.parent / "book"
OTHER_FILES = ("cases.yaml", "coverage.yaml")

__all__ = [
    "DEFAULT_BOOK",
    "NEEDED_NOTICES",
    "load_book",
    "load_files",
    "read_yaml",
    "shipped_book",
]


def load_book(path: Path | None = None) -> Book:
    """Load and check a whole rule book; ``path`` is its folder (default: the one we ship).

    Raises BookError that lists what is wrong, each with file and line. A book is either good as
    a whole, for every day and each family, or not loaded at all.
    """
    folder = (path or DEFAULT_BOOK).resolve()
    return load_files(_read_all(folder), str(folder))


@cache
def shipped_book() -> Book:
    """Return the book that we ship, read once a process: it takes more than a second.

    Raises BookError as ``load_book`` does.
    """
    return load_book()


def load_files(files: Mapping[str, bytes], folder: str = "") -> Book:
    """Load a book from the bytes of its files, by name; how a frozen book comes back.

    Raises BookError as ``load_book`` does.
    """
    spots = _parse_all(files)
    cover = read_cover(spots["book.yaml"])
    more = [spot for name, spot in spots.items() if name.endswith("/facts.yaml")]
    vocabulary = read_vocabulary(spots["vocabulary.yaml"], more)
    units, facts = vocabulary.units, vocabulary.facts
    _fees_fit(cover, facts, spots["book.yaml"])
    _bodies_fit(cover, facts, spots["book.yaml"])
    parts, notices = Parts(), dict(cover.notices)
    reader = Reader(cover, facts, units, parts, notices)
    problems: list[Problem] = []
    rule_spots = [spot for name, spot in spots.items() if name.endswith("/rule.yaml")]
    steps = [partial(reader.folder_notices, spot) for spot in rule_spots]
    steps += [
        partial(_how(name, reader), spot)
        for name, spot in spots.items()
        if "/" in name and not name.endswith("/facts.yaml")
    ]
    for step in steps:
        try:
            step()
        except BookError as error:
            collect(problems, error)
    if problems:
        raise BookError(tuple(problems))
    law_on = _link(cover, facts, parts)
    return Book(
        id=cover.id,
        title=cover.title,
        hash=_hash(spots),
        families=cover.families,
        bodies=cover.bodies,
        other_law=cover.other_law,
        notices=notices,
        fees=cover.fees,
        units=units,
        words=vocabulary.words,
        vocabulary=facts,
        clauses=parts.clauses,
        links=tuple(parts.links.values()),
        tables={table_id: tuple(entries) for table_id, entries in parts.tables.items()},
        rules=tuple(parts.rules),
        folder=folder,
        files=dict(files),
        law_on=law_on,
    )


def _read_all(folder: Path) -> dict[str, bytes]:
    """Read every file of the book."""
    return {name: read_bytes(file, name) for file, name in _files(folder)}


def _parse_all(files: Mapping[str, bytes]) -> dict[str, Spot]:
    """Parse every file of the book; the cover and the vocabulary must be there."""
    for needed in ("book.yaml", "vocabulary.yaml"):
        if needed not in files:
            raise BookError((Problem(needed, 1, "this file is missing"),))
    spots: dict[str, Spot] = {}
    problems: list[Problem] = []
    for name, content in files.items():
        try:
            spots[name] = parse_yaml(content, name)
        except BookError as error:
            collect(problems, error)
    if problems:
        raise BookError(tuple(problems))
    return spots


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if not file.is_file() or file.name in OTHER_FILES or name.startswith(("cohort/", ".")):
            continue
        depth = name.count("/")
        good = name in {"book.yaml", "vocabulary.yaml"} or (
            depth == 1 and (file.name in {"rule.yaml", "facts.yaml"} or file.match("table-*.yaml"))
        )
        if not good and file.suffix in {".yaml", ".yml", ".py"}:
            refuse(
                Problem(name, 1, ""),
                "only rule.yaml, facts.yaml, table-*.yaml and cases.yaml stand in a rule folder",
            )
        if good:
            yield file, name


def _how(name: str, reader: Reader) -> Callable[[Spot], None]:
    folder, file = name.split("/")
    if file == "rule.yaml":
        return partial(reader.rule, folder)
    return reader.table


def _fees_fit(cover: Cover, facts: Any, spot: Spot) -> None:
    for fee in cover.fees:
        if fee not in facts or facts[fee].scope != "plot":
            spot.fail(f"fees: `{fee}` is no fact of the plot")


def _bodies_fit(cover: Cover, facts: Any, spot: Spot) -> None:
    for needed in ("family", "body_class", "body"):
        if needed not in facts:
            spot.fail(f"the vocabulary lacks `{needed}`; the engine uses it")
    if set(facts["family"].values) != set(cover.families):
        named = ", ".join(cover.families)
        spot.fail(f"the values of the fact `family` must be the families of the book: {named}")
    for letter, (_, body_class) in cover.bodies.items():
        if body_class not in facts["body_class"].values:
            spot.fail(f"bodies: {letter}: `{body_class}` is no value of body_class")


def _link(cover: Cover, facts: Any, parts: Parts) -> Callable[[date, str], Law | None]:
    """Link the law of every stretch of days and each family; one bad one refuses the book."""
    starts = {rung.start for family in cover.families.values() for rung in family.ladder}
    for group in (parts.derived, parts.signals, parts.tables):
        starts |= {entry.start for entries in group.values() for entry in entries}
    starts |= {e.start for clause in parts.clauses.values() for e in clause.entries}
    starts |= {entry.start for link in parts.links.values() for entry in link.entries}
    days = sorted(starts)
    linker = Linker(cover, facts, parts)
    laws: dict[tuple[int, str], Law] = {}
    problems: dict[Problem, None] = {}
    for index, day in enumerate(days):
        for family in cover.families:
            if cover.families[family].rung_on(day) is None:
                continue
            try:
                laws[index, family] = linker.law(day, family)
            except BookError as error:
                problems.update(dict.fromkeys(error.problems))
    if problems:
        raise BookError(tuple(problems))

    def law_on(day: date, family: str) -> Law | None:
        return laws.get((bisect_right(days, day) - 1, family))

    return law_on


def _hash(spots: dict[str, Spot]) -> str:
    """SHA-256 of the canonical content: no comments, no layout, no cases, no coverage."""
    plain = {name: spot.plain() for name, spot in spots.items()}
    text = json.dumps(_canonical(plain), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_canonical(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value
