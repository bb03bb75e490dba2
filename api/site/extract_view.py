"""What the pages of extracts, verdicts and watches show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.site.land_view import plot_url
from api.site.texts import Texts
from kmap.days import IST
from kmap.land.uses import uses
from kmap.papers.issue import Since
from kmap.papers.verdict import as_json
from kmap.papers.verify import Verdict
from kmap.store.watches import Alert, Watch

Json = Mapping[str, Any]
MARKS = {"genuine": "pass", "retired_key": "pass", "unknown_key": "unknown"}
"""How a verdict is marked; every other one as failed."""


def extract_view(found: Since, t: Texts) -> dict[str, Any]:
    """Return what the page behind a scanned code shows."""
    issued = found.issued
    answer, asked = issued.extract["answer"], issued.extract["asked"]
    plot = answer["plot"]
    survey = "/".join(str(part) for part in (plot["survey_no"], plot["subdivision"]) if part)
    kept = f"/v1/extracts/{issued.id}"
    return {
        "verdict": verdict_view(found.verdict, t),
        "survey": survey,
        "village": plot["village"],
        "plot": asked["plot"],
        "as_of": asked["as_of"],
        "use": t.own(uses()[asked["use"]]["title"]) if asked["use"] in uses() else asked["use"],
        "issued_at": moment(issued.made_at) if issued.made_at else "",
        "book": answer["book"],
        "today": found.today.isoformat(),
        "changes": change_list(found.changes, t),
        "plot_url": plot_url(t.lang, asked["plot"], None, asked["use"]),
        "pdf_url": f"{kept}/extract.pdf?lang={t.lang}",
        "json_url": f"{kept}/extract.json",
    }


def verdict_view(verdict: Verdict, t: Texts) -> dict[str, Any]:
    """Return a verdict with its mark and its words."""
    told = as_json(verdict)
    head, _, rest = str(told["says"][t.lang]).partition(". ")
    summary = told["summary"] or {}
    return {
        **{name: told[name] for name in ("code", "id", "key", "asked")},
        "mark": MARKS.get(verdict.code, "fail"),
        "head": head.rstrip("."),
        "says": rest,
        "description": t.own(summary.get("description")),
    }


def change_list(changes: Sequence[Json], t: Texts) -> list[dict[str, str]]:
    """Return changes with their mark and their words."""
    marks = {"added": "affected", "removed": "not_affected", "changed": "could_not_check"}
    return [{"mark": marks[one["change"]], "says": t.own(one["says"])} for one in changes]


def watch_view(watch: Watch, alerts: Sequence[Alert], t: Texts) -> dict[str, Any]:
    """Return what the page of a watch shows."""
    title = uses().get(watch.use, {}).get("title")
    return {
        "plot": watch.plot_id,
        "plot_url": plot_url(t.lang, watch.plot_id, None, watch.use),
        "use": t.own(title) or watch.use,
        "made_at": moment(watch.made_at),
        "alerts": [
            {"at": moment(alert.made_at), "changes": change_list(alert.changes, t)}
            for alert in alerts
        ],
    }


def moment(at: datetime) -> str:
    """Write a moment in India's time."""
    return at.astimezone(IST).strftime("%d.%m.%Y, %H:%M")
