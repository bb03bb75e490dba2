"""The extract of Know Your Land: what is known of one plot, as HTML and as PDF."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kmap.papers import clearances, paper, texts
from kmap.papers.certificate import Certificate
from kmap.papers.findings import citation
from kmap.papers.format import (
    Lang,
    day,
    land_area,
    number,
    pick,
    plain,
    quantity,
    short,
    unit_name,
)
from kmap.papers.landmap import land_map, restrictions
from kmap.papers.statement import unit_in

__all__ = ["extract_html", "extract_pdf"]

Json = Mapping[str, Any]

_TOUCH_M2: Final = 1.0


def extract_html(
    answer: Json, lang: Lang, around: Sequence[Json] = (), told: Certificate | None = None
) -> str:
    """Return the extract of a land answer as one self-contained HTML page, without script.

    ``answer`` is what ``kmap know --json`` prints, ``around`` what ``Land.around`` gives for the
    map (without it the map shows the plot only), ``told`` how it is signed (without it the paper
    says that it is not). Raises PaperError for another language.
    """
    known = paper.language(lang)
    return paper.render("extract.html", lang, _view(answer, known, around, told))


def extract_pdf(
    answer: Json,
    lang: Lang,
    around: Sequence[Json] = (),
    told: Certificate | None = None,
    attached: bytes | None = None,
) -> bytes:
    """Return the same extract as PDF (A4), the signed extract attached; the same again."""
    return paper.pdf(extract_html(answer, lang, around, told), attached)


@dataclass(frozen=True)
class Entry:
    """One restriction that affects the plot, in words; ``number`` is its number on the map."""

    number: int
    theme: str
    title: str
    says: str
    kind: str
    share: str
    close: str
    status: str
    office: str
    document: str
    source: str


@dataclass(frozen=True)
class Limit:
    """One limit on building, with the clause that binds and what would bind next."""

    title: str
    value: str
    says: str
    cite: str
    trust: str
    following: str


def _view(
    answer: Json, lang: Lang, around: Sequence[Json], told: Certificate | None
) -> dict[str, Any]:
    """Return all that the template shows."""
    themes = answer.get("themes") or []
    drawn = land_map(answer, lang, around)
    may_build = answer.get("may_build") or {}
    return {
        "subtitle": _subtitle(answer.get("plot") or {}, lang),
        "particulars": _particulars(answer, lang),
        "words": pick(answer.get("description"), lang),
        "figure": drawn[0] if drawn else None,
        "legend": drawn[1] if drawn else (),
        "affected": tuple(_entry(*item, lang) for item in restrictions(answer)),
        "not_affected": _themes(themes, ("not_affected",), lang),
        "no_answer": _themes(themes, ("no_data", "could_not_check"), lang),
        "conflicts": tuple(
            _conflict(item, themes, lang) for item in answer.get("conflicts") or []
        ),
        "nearest": _nearest(answer.get("nearest") or {}, lang),
        "zones": tuple(_zone(zone, lang) for zone in answer.get("zones") or []),
        "clearances": clearances.needed(answer.get("clearances") or [], lang),
        "clearances_unknown": clearances.untold(
            answer.get("clearances_unknown") or [], answer, lang
        ),
        "clearances_of_use": ", ".join(
            pick(item["office"], lang) for item in answer.get("clearances_of_use") or []
        ),
        "assumed": _assumed(may_build.get("assumed") or {}, lang),
        "limits": tuple(_limit(item, lang) for item in may_build.get("limits") or []),
        "build_notices": _texts(may_build.get("notices") or [], answer, lang),
        "notices": _notices(answer, lang),
        "foot": _foot(answer, lang, told),
        "certificate": told.view(answer, lang) if told else None,
    }


def _survey(plot: Json) -> str:
    """Return survey number and subdivision as the record writes them."""
    return "/".join(plain(plot[key]) for key in ("survey_no", "subdivision") if plot.get(key))


def _subtitle(plot: Json, lang: Lang) -> str:
    """Return survey number and village, the name by which people know a plot."""
    return f"{texts.text('survey_no', lang)} {_survey(plot)}, {pick(plot.get('village'), lang)}"


def _particulars(answer: Json, lang: Lang) -> list[tuple[str, str]]:
    """Return the box at the head: which plot, how large, which law and which book."""
    plot = answer.get("plot") or {}
    body = plot.get("local_body") or {}
    ward = plot.get("ward") or {}
    book = answer.get("book") or {}
    ward_name = " ".join(
        part for part in (plain(ward.get("number") or ""), pick(ward.get("name"), lang)) if part
    )
    rows = [
        ("survey_no", _survey(plot)),
        ("village", pick(plot.get("village"), lang)),
        ("land_block", plain(plot.get("block") or "")),
        ("local_body", pick(body.get("name"), lang)),
        ("ward", ward_name),
        ("rules_family", texts.instrument(body["family"], lang) if body.get("family") else ""),
        ("land_deed_area", land_area(plot.get("deed_area_m2"), lang)),
        ("land_drawn_area", land_area(plot.get("drawn_area_m2"), lang)),
        ("land_accuracy", _accuracy(plot.get("accuracy_m"), lang)),
        ("land_position", _position(plot.get("centroid"))),
        ("land_date", day(answer.get("as_of"), lang)),
        ("book_and_hash", f"{plain(book.get('id', '–'))}, {short(book.get('hash'))}"),
    ]
    return [(texts.text(key, lang), value or texts.text("not_said", lang)) for key, value in rows]


def _accuracy(accuracy_m: float | None, lang: Lang) -> str:
    """Return how exact the map is."""
    if accuracy_m is None:
        return ""
    return texts.text("land_accuracy_m", lang).format(number(accuracy_m, 0, 2))


def _position(centroid: Sequence[float] | None) -> str:
    """Return latitude and longitude of the middle of the plot."""
    if not centroid or len(centroid) != 2:
        return ""
    return f"{float(centroid[1]):.5f}° N, {float(centroid[0]):.5f}° E"


def _entry(index: int, theme: Json, item: Json, lang: Lang) -> Entry:
    """Return one restriction in words."""
    status = texts.verdict(plain(item.get("status") or "in_force"), lang)
    if item.get("since"):
        status += ", " + texts.text("land_since", lang).format(day(item["since"], lang))
    return Entry(
        number=index,
        theme=pick(theme.get("title"), lang),
        title=pick(item.get("title"), lang) or pick(theme.get("title"), lang),
        says=pick(item.get("says"), lang),
        kind=texts.verdict(plain(item.get("kind") or "informs"), lang),
        share=_share(item, lang),
        close=_close(item, lang),
        status=status,
        office=_named(item.get("office"), lang),
        document=_named(item.get("document"), lang),
        source=_source(theme.get("source") or {}, lang),
    )


def _named(thing: Any, lang: Lang) -> str:
    """Return the name of an office or document, however the answer holds it."""
    if isinstance(thing, Mapping) and not {"en", "ml"} & set(thing):
        parts = [pick(thing.get(key), lang) for key in ("name", "title", "article", "number")]
        return ", ".join(part for part in parts if part)
    return pick(thing, lang)


def _share(item: Json, lang: Lang) -> str:
    """Return area and share of the plot; or that it only touches."""
    area, length = item.get("area_m2"), item.get("length_m")
    if length is not None and not item.get("touches_only"):
        return texts.text("land_length", lang).format(quantity(length, "m", lang))
    if item.get("touches_only") or (isinstance(area, int | float) and area < _TOUCH_M2):
        return texts.text("land_touches", lang)
    if area is None or item.get("share_pct") is None:
        return quantity(area, "m2", lang)
    return texts.text("land_share_pct", lang).format(
        area=quantity(area, "m2", lang), pct=number(float(item["share_pct"]), 0, 1)
    )


def _close(item: Json, lang: Lang) -> str:
    """Return the least and the most that the maps allow, when they cannot tell."""
    if not item.get("too_close_to_call"):
        return ""
    return texts.text("land_too_close", lang).format(
        min=quantity(item.get("min_area_m2"), "m2", lang),
        max=quantity(item.get("max_area_m2"), "m2", lang),
    )


def _source(source: Json, lang: Lang) -> str:
    """Return name, date and accuracy of a source."""
    parts = [_named(source.get("name"), lang)]
    if source.get("date"):
        parts.append(day(source["date"], lang))
    if source.get("accuracy_m") is not None:
        parts.append("± " + quantity(source["accuracy_m"], "m", lang))
    return ", ".join(part for part in parts if part)


def _themes(
    themes: Sequence[Json], answers: tuple[str, ...], lang: Lang
) -> tuple[tuple[str, str, str], ...]:
    """Return title, answer and source of the themes with one of these answers."""
    return tuple(
        (
            pick(theme.get("title"), lang),
            texts.verdict(plain(theme["answer"]), lang),
            _source(theme.get("source") or {}, lang),
        )
        for theme in themes
        if theme.get("answer") in answers
    )


def _zone(zone: Json, lang: Lang) -> str:
    """Return one zone with its share of the plot."""
    name = pick(zone.get("title"), lang)
    code = plain(zone.get("code") or "")
    head = f"{name} ({code})" if code and code != name else name
    share = _share(zone, lang)
    return f"{head}: {share}" if share != "–" else head


def _conflict(item: Json, themes: Sequence[Json], lang: Lang) -> dict[str, Any]:
    """Return registers that disagree, side by side, with which governs and who corrects."""
    titles = {theme.get("id"): pick(theme.get("title"), lang) for theme in themes}
    return {
        "theme": titles.get(item.get("theme")) or plain(item.get("theme", "")),
        "records": tuple(
            (pick(record.get("holder"), lang), pick(record.get("says"), lang))
            for record in item.get("records") or []
        ),
        "governs": pick(item.get("governs"), lang),
        "correction": pick(item.get("correction"), lang),
    }


def _nearest(nearest: Json, lang: Lang) -> list[tuple[str, str]]:
    """Return what is near, the nearest first, with its distance from the plot."""
    found = [item for item in nearest.values() if isinstance(item, Mapping)]
    found.sort(key=lambda item: float(item.get("distance_m") or 0))
    return [(pick(item.get("name"), lang), _far(item.get("distance_m"), lang)) for item in found]


def _far(distance_m: Any, lang: Lang) -> str:
    """Return a distance, in kilometres from one kilometre on."""
    if not isinstance(distance_m, int | float):
        return "–"
    if distance_m < 1000:
        return f"{number(distance_m, 0, 0)} {unit_name('m', lang)}"
    return f"{number(distance_m / 1000, 1, 1)} {unit_name('km', lang)}"


def _assumed(assumed: Json, lang: Lang) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the building that was assumed, and its facts, in words."""
    facts = assumed.get("facts") or {}
    return pick(assumed.get("title"), lang), tuple(
        (
            texts.fact(plain(name)).title(lang),
            quantity(texts.value(value, lang), unit_in(name), lang),
        )
        for name, value in facts.items()
    )


def _limit(item: Json, lang: Lang) -> Limit:
    """Return one limit on building in words."""
    title, says = pick(item.get("title"), lang), pick(item.get("says"), lang)
    return Limit(
        title=title,
        value=quantity(texts.value(item.get("value"), lang), item.get("unit"), lang),
        says="" if says == title else says,
        cite=citation(item.get("cite"), lang),
        trust=plain((item.get("cite") or {}).get("trust") or ""),
        following=_next(item.get("next"), lang),
    )


def _next(following: Any, lang: Lang) -> str:
    """Return the next limit that would bind: its clause and its value."""
    if isinstance(following, Mapping) and not {"en", "ml"} & set(following):
        value = quantity(following.get("value"), following.get("unit"), lang)
        title = pick(following.get("title") or following.get("says"), lang)
        return f"{title}: {value}" if value != "–" else title
    return pick(following, lang)


def _texts(items: Sequence[Any], answer: Json, lang: Lang) -> list[str]:
    """Return notices in words, whether given as text or by id."""
    return [texts.notice(item, answer, lang) for item in items]


_SAID: Final = frozenset({"not-a-permit", "not-gazetted", "invented", "invented-town", "sample"})


def _notices(answer: Json, lang: Lang) -> list[str]:
    """Return our notices, then those of the answer that do not say the same again."""
    ours = ["notice_permit", "notice_copies"]
    if (answer.get("plot") or {}).get("invented", True):
        ours.insert(0, "notice_invented")
    given = [
        pick(item, lang) for item in answer.get("notices") or [] if item.get("id") not in _SAID
    ]
    own = [texts.text(key, lang) for key in ours]
    return own + [text for text in dict.fromkeys(given) if text]


def _foot(answer: Json, lang: Lang, told: Certificate | None) -> dict[str, str]:
    """Return the running foot, fit for a CSS string."""
    book = re.sub(r"[^0-9a-zA-Z]", "", plain((answer.get("book") or {}).get("hash", "")))
    plot = answer.get("plot") or {}
    return {
        "left": paper.css_text(
            f"{texts.text('survey_no', lang)} {_survey(plot)}",
            f"{texts.text('book', lang)} {book[:12]}",
            told.short if told else "",
        ),
        "middle": paper.css_text(texts.text("not_a_permit", lang)),
        "page": paper.css_text(texts.text("page", lang)),
    }
