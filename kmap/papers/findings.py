"""What a scrutiny found, in the order a reader wants it: one model for paper, drawing and page.

Pure: the answer of ``kmap check`` in, ready texts out. Numbers run through once: the clauses that
fail, the clauses that are unknown, the complaints about the drawing; a marker on the drawing
carries the number of its finding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kmap.papers import texts
from kmap.papers.format import Lang, day, pick, place, plain, quantity, requirement

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A place on the drawing: a point in drawing metres, ids of sketch shapes, their layer."""

    at: tuple[float, float] | None = None
    shapes: tuple[str, ...] = ()
    layer: str = ""


NOWHERE = Place()
"""The place of what was measured nowhere in particular."""


@dataclass(frozen=True)
class Check:
    """One comparison of a clause, at one place, in words."""

    title: str
    where: str
    required: str
    found: str
    verdict: str
    spot: Place = NOWHERE


@dataclass(frozen=True)
class Missing:
    """A fact that is not there: who supplies it, on which layer, and how to ask for it.

    ``by`` is measured, declared or map: who would supply it here; ``key`` what to type for it.
    """

    fact: str
    title: str
    supplied_by: str
    asks: str
    layer: str
    says: str
    by: str = ""
    key: str = ""


@dataclass(frozen=True)
class Finding:
    """One clause or one complaint, with every text in one language and not yet escaped.

    ``key`` is unique in a paper and is the marker's ``data-finding``; ``code`` is the clause id or
    the complaint's code. ``required``, ``found``, ``unit``, ``where`` and ``at`` are those of the
    check that decides; ``at`` is in drawing metres, ``shapes`` are ids of the sketch. ``tried`` is
    the smallest change that was tried and found to cure it.
    """

    number: int | None
    kind: str
    code: str
    key: str
    verdict: str
    severity: str
    title: str
    says: str
    cite: str = ""
    rule: str = ""
    trust: str = ""
    trust_says: str = ""
    required: str = "–"
    found: str = "–"
    unit: str = ""
    where: str = ""
    cure: str = ""
    tried: str = ""
    layer: str = ""
    at: tuple[float, float] | None = None
    shapes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    missing: tuple[Missing, ...] = ()
    cautions: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    indicative: str = ""

    @property
    def told(self) -> tuple[Check, ...]:
        """The checks that apply; all of them when none does."""
        return tuple(c for c in self.checks if c.verdict != "not_applicable") or self.checks


def findings(answer: Json, lang: Lang) -> tuple[Finding, ...]:
    """All that asks for something to be done, numbered from 1: fails, unknowns, complaints."""
    return tuple(_numbered(answer, lang))


def judged(answer: Json, lang: Lang, verdict: str) -> tuple[Finding, ...]:
    """Return the clauses of one ``verdict``, in the order of the book, without numbers."""
    clauses = answer.get("clauses") or {}
    return tuple(
        _clause(None, code, clause, answer, lang)
        for code, clause in clauses.items()
        if clause.get("verdict") == verdict
    )


def several(answer: Json, lang: Lang) -> tuple[str, ...]:
    """Say which single changes cure several findings; none in an answer without tried changes."""
    return tuple(pick(one.get("says"), lang) for one in _cures(answer, "several"))


def _cures(answer: Json, part: str) -> Any:
    """Give a part of the tried changes; empty where none were asked for."""
    return (answer.get("cures") or {}).get(part) or {}


def _numbered(answer: Json, lang: Lang) -> Iterator[Finding]:
    """Fails, unknowns and complaints with running numbers."""
    number = 0
    clauses = answer.get("clauses") or {}
    for verdict in ("fail", "unknown"):
        for code, clause in clauses.items():
            if clause.get("verdict") == verdict:
                number += 1
                yield _clause(number, code, clause, answer, lang)
    for index, complaint in sorted(
        enumerate(answer.get("complaints") or []), key=lambda item: _weight(item[1])
    ):
        number += 1
        yield _complaint(number, index, complaint, lang)


_SEVERITIES = ("fatal", "error", "warning", "note", "info")


def _weight(complaint: Json) -> int:
    """Grave complaints first; an unknown severity ranks with the errors."""
    severity = complaint.get("severity")
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else 1


def _complaint(number: int, index: int, complaint: Json, lang: Lang) -> Finding:
    """One complaint about the drawing as a finding."""
    shape = complaint.get("shape")
    code = plain(complaint.get("code", "complaint"))
    return Finding(
        number=number,
        kind="complaint",
        code=code,
        key=f"complaint-{index}",
        verdict="complaint",
        severity=plain(complaint.get("severity", "error")),
        title=pick(complaint.get("title"), lang) or code.replace("_", " "),
        says=pick(complaint.get("message"), lang),
        cure=pick(complaint.get("cure"), lang),
        layer=plain(complaint.get("layer") or ""),
        at=_point(complaint.get("at")),
        shapes=(plain(shape),) if shape else (),
    )


def _clause(number: int | None, code: str, clause: Json, answer: Json, lang: Lang) -> Finding:
    """One clause as a finding; the deciding check gives the headline figures."""
    verdict = plain(clause.get("verdict", "unknown"))
    raws = clause.get("checks") or []
    title = pick(clause.get("title"), lang) or plain(code)
    checks = tuple(_check(item, title, answer, lang) for item in raws)
    deciding = next((i for i, check in enumerate(checks) if check.verdict == verdict), 0)
    head = checks[deciding] if checks else None
    raw = raws[deciding] if raws else {}
    trust = plain((clause.get("cite") or {}).get("trust") or "")
    spots = [check.spot for check in checks if check.verdict == verdict]
    return Finding(
        number=number,
        kind="clause",
        code=plain(code),
        key=plain(code),
        verdict=verdict,
        severity=plain(clause.get("severity") or "mandatory"),
        title=title,
        says=pick(clause.get("says"), lang),
        cite=citation(clause.get("cite"), lang),
        rule=_rule(clause.get("cite") or {}, lang),
        trust=trust,
        trust_says=texts.trust(trust, lang),
        required=head.required if head else "–",
        found=head.found if head else "–",
        unit=plain(raw.get("unit") or ""),
        where=head.where if head else "",
        cure=pick(clause.get("cure"), lang),
        tried=pick(_cures(answer, "clauses").get(code, {}).get("says"), lang),
        layer=next((spot.layer for spot in spots if spot.layer), ""),
        at=next((spot.at for spot in spots if spot.at), None),
        shapes=tuple(dict.fromkeys(shape for spot in spots for shape in spot.shapes)),
        checks=checks,
        missing=tuple(missing(clause.get("missing") or [], answer, lang)),
        cautions=tuple(texts.notice(item, answer, lang) for item in clause.get("cautions") or []),
        readings=tuple(_readings(clause.get("forks") or [], lang)),
        indicative=_indicative(clause.get("indicative"), raw, lang),
    )


def _rule(cite: Json, lang: Lang) -> str:
    """Return the short citation: instrument and rule."""
    return citation({part: cite.get(part) for part in ("instrument", "rule")}, lang)


def _check(check: Json, clause: str, answer: Json, lang: Lang) -> Check:
    """One check in words, with its place; a name the book does not know has the clause's title."""
    where = check.get("where") or {}
    fact = plain(check.get("fact", ""))
    unit = check.get("unit")
    spot = witness(answer, fact, where)
    return Check(
        title=texts.fact(fact).title(lang) if texts.fact(fact).titles else clause,
        where=place(where, lang),
        required=requirement(
            texts.value(check.get("required"), lang), unit, check.get("op"), lang
        ),
        found=quantity(texts.value(check.get("found"), lang), unit, lang),
        verdict=plain(check.get("verdict", "unknown")),
        spot=spot,
    )


def witness(answer: Json, fact: str, where: Json) -> Place:
    """Return where on the drawing a fact was measured."""
    sources = (answer.get("sources") or {}).get(fact)
    entries = sources if isinstance(sources, list) else [sources] if sources else []
    spread = [each for item in entries for each in item.get("each") or [item]]
    fitting = [item for item in spread if _within(where, item.get("where") or {})]
    marks = [mark for item in fitting for mark in _marks(item.get("witness"))]
    return Place(
        at=next((point for mark in marks if (point := _point(mark.get("at")))), None),
        shapes=tuple(dict.fromkeys(plain(mark["shape"]) for mark in marks if mark.get("shape"))),
        layer=next((plain(mark["layer"]) for mark in marks if mark.get("layer")), ""),
    )


def _marks(found: object) -> list[Json]:
    """Return the witnesses of one source: one object, a list of them, or none."""
    if isinstance(found, Mapping):
        return [found]
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _within(where: Json, source: Json) -> bool:
    """Whether a source's place does not contradict the check's place."""
    return all(source.get(scope, value) == value for scope, value in where.items())


def _point(at: object) -> tuple[float, float] | None:
    """Return a point of two finite numbers, else none."""
    if isinstance(at, list | tuple) and len(at) >= 2:
        x, y = at[0], at[1]
        if all(isinstance(v, int | float) and abs(v) < 1e9 for v in (x, y)):
            return float(x), float(y)
    return None


def missing(facts: list[str], answer: Json, lang: Lang) -> Iterator[Missing]:
    """Return the facts that are not there, each with who supplies it and its layers."""
    supply = answer.get("supply") or {}
    for name in facts:
        words = texts.fact(plain(name))
        source = supply.get(name) or {}
        yield Missing(
            fact=plain(name),
            title=words.title(lang),
            supplied_by=words.supplied_by(lang),
            asks=words.asks(lang),
            layer=plain(source.get("layer") or ""),
            says=pick(source.get("says"), lang),
            by=plain(source.get("by") or ""),
            key=plain(source.get("key") or ""),
        )


def _readings(forks: list[Json], lang: Lang) -> Iterator[str]:
    """Return the ways a text can be read, with the verdict of each where it is told."""
    for fork in forks:
        if says := pick(fork.get("says"), lang):
            yield says + _verdict_tail(fork, lang)
        for reading in fork.get("readings") or []:
            yield f"{plain(reading.get('id', ''))}: {pick(reading.get('says'), lang)}" + (
                _verdict_tail(reading, lang)
            )


def _verdict_tail(item: Json, lang: Lang) -> str:
    """' – fails' and the like, when a reading tells its verdict."""
    verdict = item.get("verdict")
    return f" – {texts.verdict(plain(verdict), lang)}" if verdict else ""


def _indicative(indicative: Json | None, check: Json, lang: Lang) -> str:
    """Say what the verdict would be if the doubtful text held; '' when there is none."""
    if not indicative:
        return ""
    unit = indicative.get("unit") or check.get("unit")
    return texts.text("would_be", lang).format(
        verdict=texts.verdict(plain(indicative.get("would_be", "unknown")), lang),
        required=quantity(texts.value(indicative.get("required"), lang), unit, lang),
        found=quantity(texts.value(indicative.get("found"), lang), unit, lang),
    )


def citation(cite: Json | None, lang: Lang) -> str:
    """Instrument, rule, table, S.R.O. and date of a citation, in words."""
    if not cite:
        return ""
    parts = [texts.instrument(plain(cite.get("instrument") or ""), lang)]
    parts += [
        texts.text(f"cite_{key}", lang).format(plain(cite[key]))
        for key in ("rule", "table", "sro")
        if cite.get(key)
    ]
    if cite.get("from"):
        parts.append(texts.text("cite_from", lang).format(day(cite["from"], lang)))
    return ", ".join(part for part in parts if part)
