"""The answer: everything the law of a day says about one plan, for machines and people."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from rules import hanging
from rules.conditions import Unknown
from rules.engine import judge
from rules.engine.outcome import (
    CheckResult,
    ClauseResult,
    DerivedResult,
    FamilyResult,
    Firing,
    Indicative,
    LinkResult,
    Reading,
)
from rules.explain import clause_cure, clause_sentence, fill, fill_gaps, sentence_values
from rules.facts import normalise
from rules.joining import both_clauses, both_derived, both_nocs
from rules.law import Book
from rules.model import Cite, Office, Text

Json = dict[str, Any]
_NO_CITE_DAY = "before-first-version"


def evaluate(book: Book, facts: Mapping[str, Any], as_of: date) -> "Evaluation":
    """Judge facts by the law in force on a day. Pure: the same input gives the same answer.

    ``facts`` are checked and rounded first; raises FactError. A missing fact makes clauses,
    clearances and worked-out values unknown, never passed.
    """
    clean = normalise(book, facts)
    return Evaluation(book, as_of, judge(book, clean, as_of))


@dataclass(frozen=True)
class Evaluation:
    """The answer of ``evaluate``; ``results`` holds one result for each family judged."""

    book: Book
    as_of: date
    results: tuple[FamilyResult, ...]

    def verdict(self, clause: str) -> str:
        """Give the verdict of one clause."""
        return self.verdicts[clause]

    @cached_property
    def verdicts(self) -> Mapping[str, str]:
        """Give the verdict of every clause of the book, without writing the answer out."""
        if not self.results:
            return dict.fromkeys(self.book.clauses, "unknown")
        each = [_family_verdicts(result) for result in self.results]
        if len(each) == 1:
            return each[0]
        return {
            clause: each[0][clause]
            if all(one[clause] == each[0][clause] for one in each)
            else "unknown"
            for clause in self.book.clauses
        }

    @property
    def firings(self) -> tuple[Firing, ...]:
        """List every rule of the chain that fired, in order."""
        return tuple(firing for result in self.results for firing in result.firings)

    def as_json(self) -> Json:
        """Return the whole answer as plain JSON values."""
        return self._json

    def applying(self) -> Json:
        """Return the answer as ``as_json`` does, without the clauses that do not apply.

        ``not_applicable`` counts these. Of a plot nine clauses in ten are of that kind, and
        writing them out costs more than judging them.
        """
        idle = {name for name, verdict in self.verdicts.items() if verdict == "not_applicable"}
        if len(self.results) != 1:
            whole = dict(self._json)
            clauses = {k: v for k, v in whole["clauses"].items() if k not in idle}
            return {**whole, "clauses": clauses, "not_applicable": len(idle)}
        writer = _Writer(self.book)
        body = writer.one_family(self.results[0], idle)
        return {
            **self._head(),
            **body,
            "notices": writer.notices(body),
            "not_applicable": len(idle),
        }

    def checks(self, fact: str) -> Iterator[tuple[str, CheckResult]]:
        """Yield clause id and check for every check of a fact in the clauses that apply."""
        for result in self.results:
            verdicts = result.verdicts
            for clause_id in hanging.checking(self.book, self.as_of, result.family, fact):
                if verdicts.get(clause_id, "not_applicable") != "not_applicable":
                    for check in result.clauses[clause_id].outcome.checks:
                        if check.fact == fact:
                            yield clause_id, check

    def hangs(self) -> hanging.Hanging:
        """Return what hangs on what in the law of this day, for the families judged."""
        families = tuple(result.family for result in self.results)
        return hanging.Hanging(self.book, self.as_of, families)

    def clause(self, clause_id: str) -> Json:
        """Return one clause of the answer, as ``as_json`` has it."""
        if len(self.results) != 1:
            found: Json = self._json["clauses"][clause_id]
            return found
        return _Writer(self.book).clause(self.results[0].clauses[clause_id])

    def _head(self) -> Json:
        return {
            "as_of": self.as_of.isoformat(),
            "book": {"id": self.book.id, "hash": self.book.hash},
        }

    @cached_property
    def _json(self) -> Json:
        writer = _Writer(self.book)
        if not self.results:
            body = writer.before_the_book()
        elif len(self.results) == 1:
            body = writer.one_family(self.results[0])
        else:
            body = writer.both(self.results[0], self.results[1])
        return {**self._head(), **body, "notices": writer.notices(body)}


def _family_verdicts(result: FamilyResult) -> Mapping[str, str]:
    absent = "unknown" if result.partial else "not_applicable"
    return {**dict.fromkeys(result.absent, absent), **result.verdicts}


class _Writer:
    """Writes results as JSON values."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.plan_cautions: dict[str, None] = {}

    def one_family(self, result: FamilyResult, without: Container[str] = ()) -> Json:
        """Write the answer of one family, ``without`` some clauses."""
        self.plan_cautions.update(dict.fromkeys(result.cautions))
        clauses = {}
        for clause_id in self.book.clauses:
            if clause_id in without:
                continue
            found = result.clauses.get(clause_id)
            clauses[clause_id] = (
                self.clause(found) if found is not None else self.absent(clause_id, result)
            )
        derived, missing = self.derived(result.derived)
        needed = [self.noc(one) for one in result.links if one.link.office and one.answer]
        unknown = [
            self.noc_unknown(one.link.id, one.link.office, one.missing, one.open_text)
            for one in result.links
            if one.link.office is not None and one.answer is None
        ]
        if result.partial:
            here = {one.link.id for one in result.links}
            unknown += self._all_open(here)
        fees = {name: derived.pop(name) for name in self.book.fees if name in derived}
        cites = {name: result.derived[name].cite for name in fees}
        return {
            "clauses": clauses,
            "derived": derived,
            "derived_missing": missing,
            "nocs": needed,
            "nocs_unknown": unknown,
            "fees": fees,
            "fee_cites": {name: cite.as_json() for name, cite in cites.items() if cite},
        }

    def _all_open(self, settled: Container[str] = ()) -> list[Json]:
        """Write every other clearance of the book as not known."""
        return [
            self.noc_unknown(link.id, link.office, ())
            for link in self.book.links
            if link.office is not None and link.id not in settled
        ]

    def clause(self, result: ClauseResult) -> Json:
        """Write one clause; one that is the same for every plan is written once."""
        kept = result.kept.get("json")
        if kept is None:
            kept = result.kept["json"] = self._clause(result)
        return dict(kept)

    def _clause(self, result: ClauseResult) -> Json:
        clause, outcome = result.clause, result.outcome
        cure = clause_cure(self.book, result)
        return {
            "title": clause.title.as_json(),
            "severity": clause.severity,
            "verdict": outcome.verdict,
            "cite": clause.cite.as_json(),
            "says": clause_sentence(self.book, result).as_json(),
            "cure": cure.as_json() if cure is not None else None,
            "missing": list(outcome.missing),
            "cautions": list(result.cautions),
            "exceptions": [
                {
                    "id": one.id,
                    "says": self._said(one.says, sentence_values(outcome)),
                    "cite": (one.cite or clause.cite).as_json(),
                }
                for one in outcome.applied
            ],
            "forks": [self.reading(one) for one in outcome.forks],
            "indicative": _indicative(outcome.indicative),
            "checks": [_check(one) for one in outcome.checks],
        }

    def _said(self, template: Any, values: Mapping[str, Any]) -> Json:
        return fill_gaps(self.book, template, values).as_json()

    def reading(self, one: Reading) -> Json:
        """Write one reading of a fork."""
        says = (
            one.says.as_json() if isinstance(one.says, Text) else self._said(one.says, one.values)
        )
        return {
            "fork": one.fork,
            "id": one.id,
            "says": says,
            "verdict": one.verdict,
            "required": one.required,
            "found": one.found,
        }

    def absent(self, clause_id: str, result: FamilyResult) -> Json:
        """Write a clause that the law of the day, or what the book has of it, lacks."""
        title, severity, cite = result.absent[clause_id]
        if result.partial:
            return self._silent(title, severity, cite, "unknown", "older-rules-partly")
        return self._silent(title, severity, cite, "not_applicable", "not-yet-in-force")

    def _silent(self, title: Text, severity: str, cite: Cite, verdict: str, caution: str) -> Json:
        return {
            "title": title.as_json(),
            "severity": severity,
            "verdict": verdict,
            "cite": cite.as_json(),
            "says": self.book.notices[caution].text.as_json(),
            "cure": None,
            "missing": [],
            "cautions": [caution],
            "exceptions": [],
            "forks": [],
            "indicative": None,
            "checks": [],
        }

    def derived(self, results: Mapping[str, DerivedResult]) -> tuple[Json, Json]:
        """Write worked-out facts, and what is missing for those that cannot be told."""
        known: Json = {}
        missing: Json = {}
        for fact, result in results.items():
            if self.book.vocabulary[fact].internal:
                continue
            unknown = [value for _, value in result.values if value.__class__ is Unknown]
            if unknown:
                names = dict.fromkeys(name for one in unknown for name in one.missing)
                missing[fact] = list(names)
            values = [
                {"where": dict(where), "value": _plain(value)}
                for where, value in result.values
                if value.__class__ is not Unknown
            ]
            if len(result.values) == 1 and values:
                known[fact] = values[0]["value"]
            elif values:
                known[fact] = values
        return known, missing

    def noc(self, one: LinkResult) -> Json:
        """Write a clearance that is needed."""
        link = one.link
        office = link.office
        assert office is not None  # noqa: S101  # the caller has looked
        said = fill(self.book, link.because, one.values) if link.because is not None else None
        because = said or (link.because.text if link.because is not None else office.title)
        if said is None and link.because is not None and link.because.names:
            because = office.title
        answer: Json = {
            "id": link.id,
            "office": office.title.as_json(),
            "kind": office.kind,
            "because": because.as_json(),
            "cite": link.cite.as_json(),
        }
        extra = {"days": office.days, "form": office.form, "fee_rs": office.fee_rs}
        answer.update({key: value for key, value in extra.items() if value is not None})
        if office.cure is not None:
            answer["cure"] = office.cure.as_json()
        return answer

    def noc_unknown(
        self, link_id: str, office: Office, missing: tuple[str, ...], text: Text | None = None
    ) -> Json:
        """Write a clearance that cannot be told, and why if the text itself leaves it open."""
        answer = {"id": link_id, "office": office.title.as_json(), "missing": list(missing)}
        return answer if text is None else {**answer, "because": text.as_json()}

    def before_the_book(self) -> Json:
        """Write the answer for a day before the first version: nothing can be told."""
        clauses = {}
        for clause in self.book.clauses.values():
            first = clause.entries[0]
            instrument = (
                first.body.cite.instrument or next(iter(self.book.families.values())).instrument
            )
            cite = Cite(instrument, first.body.cite.rule, first.body.cite.table, None, None, None)
            clauses[clause.id] = self._silent(
                clause.title, clause.severity, cite, "unknown", _NO_CITE_DAY
            )
        facts = [
            name
            for name, fact in self.book.vocabulary.items()
            if "derived" in fact.supplied_by and not fact.internal
        ]
        self.plan_cautions[_NO_CITE_DAY] = None
        return {
            "clauses": clauses,
            "derived": {},
            "derived_missing": {name: [] for name in facts},
            "nocs": [],
            "nocs_unknown": self._all_open(),
            "fees": {},
            "fee_cites": {},
        }

    def both(self, one: FamilyResult, two: FamilyResult) -> Json:
        """Bring both families' answers together: what they agree on stands."""
        first, second = self.one_family(one), self.one_family(two)
        self.plan_cautions["both-families"] = None
        names = [self.book.families[result.family].title.as_json() for result in (one, two)]
        ids = [one.family, two.family]
        clauses = {
            clause_id: both_clauses(clause, second["clauses"][clause_id], ids, names)
            for clause_id, clause in first["clauses"].items()
        }
        derived, missing = both_derived(first, second)
        nocs, unknown = both_nocs(first, second)
        for fee in {**first["fees"], **second["fees"]}:
            if first["fees"].get(fee) != second["fees"].get(fee):
                missing[fee] = [*missing.get(fee, ()), "family"]
        return {
            "clauses": clauses,
            "derived": derived,
            "derived_missing": missing,
            "nocs": nocs,
            "nocs_unknown": unknown,
            "fees": {k: fee for k, fee in first["fees"].items() if second["fees"].get(k) == fee},
            "fee_cites": first["fee_cites"],
        }

    def notices(self, body: Json) -> list[Json]:
        """List the standing notices, then every caution that stands in the answer."""
        used = dict.fromkeys(notice.id for notice in self.book.notices.values() if notice.always)
        used.update(self.plan_cautions)
        for clause in body["clauses"].values():
            used.update(dict.fromkeys(clause["cautions"]))
        return [{"id": one, **self.book.notices[one].text.as_json()} for one in used]


def _indicative(one: Indicative | None) -> Json | None:
    if one is None:
        return None
    return {"required": one.required, "found": one.found, "would_be": one.would_be}


def _check(one: CheckResult) -> Json:
    return {
        "fact": one.fact,
        "where": dict(one.where),
        "op": one.op,
        "required": one.required,
        "found": _plain(one.found),
        "unit": one.unit,
        "verdict": one.verdict,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    return list(value) if isinstance(value, tuple) else value
