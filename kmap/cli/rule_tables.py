"""Tables of the rule book and its answers, for people at a terminal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from rules import Book
from rules.explain import shown, unit_title, worded
from rules.register import STATES, Row
from rules.saying import WORDS as WORDS_OF_LAW
from rules.saying import Said, say

COLOURS = {"pass": "green", "fail": "red", "unknown": "yellow", "not_applicable": "dim"}
WORDS = {
    "pass": {"en": "pass", "ml": "പാലിക്കുന്നു"},
    "fail": {"en": "fail", "ml": "പാലിക്കുന്നില്ല"},
    "unknown": {"en": "unknown", "ml": "അറിയില്ല"},
    "not_applicable": {"en": "not applicable", "ml": "ബാധകമല്ല"},
}
HEADS = {
    "verdict": {"en": "Verdict", "ml": "തീർപ്പ്"},
    "clause": {"en": "Clause", "ml": "വ്യവസ്ഥ"},
    "required": {"en": "Required", "ml": "വേണ്ടത്"},
    "found": {"en": "Found", "ml": "കണ്ടത്"},
    "cite": {"en": "Rule", "ml": "ചട്ടം"},
    "needed": {"en": "Clearances needed", "ml": "വേണ്ട എൻ.ഒ.സി.കൾ"},
    "open": {"en": "Clearances that cannot be told", "ml": "പറയാനാവാത്ത എൻ.ഒ.സി.കൾ"},
    "derived": {"en": "Worked out", "ml": "കണക്കാക്കിയത്"},
    "fees": {"en": "Fees (Rs)", "ml": "ഫീസ് (രൂപ)"},
    "idle": {
        "en": "{} more do not apply (--all lists them)",
        "ml": "ബാധകമല്ലാത്തവ: {} (--all എല്ലാം കാണിക്കും)",
    },
    "applies": {"en": "Applies when", "ml": "ബാധകമാകുന്നത്"},
    "where": {"en": "where", "ml": "ഇവിടെ"},
    "except": {"en": "Except", "ml": "ഒഴിവ്"},
    "missing": {"en": "missing", "ml": "ഇല്ലാത്തത്"},
}
ORDER = ("fail", "unknown", "pass", "not_applicable")
SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<", "equals": "="}


def print_evaluation(
    console: Console, answer: dict[str, Any], book: Book, lang: str, *, whole: bool = False
) -> None:
    """Print one answer: verdicts worst first, clearances, fees, worked-out facts, notices.

    Clauses that do not apply are counted, and listed only when the ``whole`` is asked for.
    """
    console.print(
        f"[bold]{book.title.of(lang)}[/]  {answer['as_of']}  {answer['book']['hash'][:12]}"
    )
    table = Table()
    for head in ("verdict", "clause", "required", "found", "cite"):
        table.add_column(HEADS[head][lang], overflow="fold")
    clauses = sorted(answer["clauses"].items(), key=lambda item: ORDER.index(item[1]["verdict"]))
    for clause_id, clause in clauses:
        if whole or clause["verdict"] != "not_applicable":
            _clause_rows(table, clause_id, clause, book, lang)
    console.print(table)
    idle = sum(clause["verdict"] == "not_applicable" for _, clause in clauses)
    if idle and not whole:
        console.print(HEADS["idle"][lang].format(idle), style="dim")
    _print_nocs(console, answer, book, lang)
    _print_fees(console, answer, book, lang)
    worked = [
        f"{_title(book, name, lang)}: {_value(book, name, value, lang)}"
        for name, value in answer["derived"].items()
    ]
    console.print(f"[bold]{HEADS['derived'][lang]}[/]")
    for line in worked:
        console.print(f"  {line}", markup=False)
    for notice in answer["notices"]:
        console.print(f"• {notice[lang]}", style="dim", markup=False)


def _print_fees(console: Console, answer: dict[str, Any], book: Book, lang: str) -> None:
    if answer["fees"]:
        console.print(f"[bold]{HEADS['fees'][lang]}[/]")
    for name, value in answer["fees"].items():
        cite = _cite(answer["fee_cites"][name])
        console.print(f"  {_title(book, name, lang)}: {shown(value, lang)} {cite}", markup=False)


def _clause_rows(
    table: Table, clause_id: str, clause: dict[str, Any], book: Book, lang: str
) -> None:
    verdict = clause["verdict"]
    word = Rich(WORDS[verdict][lang], style=COLOURS[verdict])
    title = f"{clause_id}\n{clause['says'][lang]}"
    if verdict == "fail" and clause["cure"]:
        title += f"\n→ {clause['cure'][lang]}"
    asked = [check for check in clause["checks"] if check["verdict"] != "not_applicable"]
    checks = asked if verdict != "not_applicable" else []
    required = "\n".join(_required(check, book, lang) for check in checks)
    found = "\n".join(
        "?" if check["found"] is None else shown(check["found"], lang) for check in checks
    )
    table.add_row(word, Rich(title), Rich(required), Rich(found), Rich(_cite(clause["cite"])))


def _required(check: dict[str, Any], book: Book, lang: str) -> str:
    limit = "?" if check["required"] is None else shown(check["required"], lang)
    unit = unit_title(book, check["unit"])
    place = _where(check["where"])
    sign = SIGNS.get(check["op"], "=")
    title = _title(book, check["fact"], lang)
    return f"{title}{' (' + place + ')' if place else ''} {sign} {limit} {unit.of(lang)}".strip()


def _cite(cite: dict[str, Any]) -> str:
    table = f", table {cite['table']}" if cite["table"] else ""
    since = f" ({cite['from']})" if cite["from"] else ""
    mark = f" [{cite['trust']}]" if cite["trust"] else ""
    return f"{cite['instrument']} r.{cite['rule']}{table}{since}{mark}"


def _print_nocs(console: Console, answer: dict[str, Any], book: Book, lang: str) -> None:
    if answer["nocs"]:
        console.print(f"[bold]{HEADS['needed'][lang]}[/]")
    for noc in answer["nocs"]:
        console.print(
            f"  {noc['office'][lang]}: {noc['because'][lang]} {_cite(noc['cite'])}", markup=False
        )
    if answer["nocs_unknown"]:
        console.print(f"[bold]{HEADS['open'][lang]}[/]")
    for noc in answer["nocs_unknown"]:
        missing = ", ".join(_title(book, name, lang) for name in noc["missing"])
        why = noc["because"][lang] if "because" in noc else f"{HEADS['missing'][lang]}: {missing}"
        console.print(f"  {noc['office'][lang]}: {why}", markup=False)


def _where(where: dict[str, int]) -> str:
    return " ".join(f"{scope} {number}" for scope, number in where.items())


def _title(book: Book, name: str, lang: str) -> str:
    fact = book.vocabulary.get(name)
    return fact.title.of(lang) if fact is not None else name.replace("_", " ")


def _value(book: Book, name: str, value: Any, lang: str) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        parts = (
            f"{_where(one['where'])}: {worded(book, name, one['value'], lang)}" for one in value
        )
        return "; ".join(parts)
    return worded(book, name, value, lang)


def print_clause(console: Console, book: Book, clause_id: str, day: date, lang: str) -> None:
    """Print a clause's versions, the one in force marked for each family."""
    clause = book.clauses[clause_id]
    console.print(f"[bold]{clause_id}[/]  {clause.title.of(lang)}  ({clause.severity})")
    laws = {family: book.law_on(day, family) for family in book.families}
    for family, law in laws.items():
        found = [one for one in law.clauses if one.id == clause_id] if law is not None else []
        state = _cite(found[0].cite.as_json()) if found else "-"
        console.print(f"  {book.families[family].title.of(lang)}, {day}: {state}", markup=False)
    shown_law = next((law for law in laws.values() if law is not None), None)
    if shown_law is not None:
        stands = [one for one in shown_law.clauses if one.id == clause_id and not one.omitted]
        for one in stands:
            _print_said(console, say(book, shown_law, one), lang)
    table = Table("From", "Family", "Checks", "Where")
    for entry in clause.entries:
        checks = "\n".join(
            f"{check.fact} {check.op} {check.limit.value if check.limit else ''}"
            for group in entry.body.checks
            for check in group
        )
        table.add_row(str(entry.start), entry.family, Rich(checks), f"{entry.file}:{entry.line}")
    console.print(table)


def _print_said(console: Console, said: Said, lang: str) -> None:
    """Print a clause as the law says it."""
    if said.applies is not None:
        console.print(f"  {HEADS['applies'][lang]}: {said.applies.of(lang)}", markup=False)
    for number, group in enumerate(said.checks):
        either = "" if number == 0 else f"{WORDS_OF_LAW['or'].of(lang).strip()}: "
        checks = "; ".join(one.of(lang) for one in group)
        console.print(f"  {either}{checks}", style="bold", markup=False)
    for name, means in said.where:
        console.print(f"    {HEADS['where'][lang]} {name} = {means.of(lang)}", markup=False)
    for when, change, sentence in said.exceptions:
        text = f"{when.of(lang)} → {change.of(lang)}"
        console.print(f"  {HEADS['except'][lang]}: {text}. {sentence.of(lang)}", markup=False)


def glossary(book: Book) -> str:
    """Write the vocabulary as a page in Markdown, each fact in both languages."""
    lines = [
        "# Glossary",
        "",
        "Every fact a rule may name. Made by `kmap rules glossary > docs/glossary.md`.",
        "",
        "| fact | English | മലയാളം | of | type, unit | supplied by |",
        "|---|---|---|---|---|---|",
    ]
    for fact in book.vocabulary.values():
        if fact.internal:
            continue
        kind = ", ".join(part for part in (fact.type, fact.unit) if part)
        words = f": {', '.join(fact.values)}" if fact.type == "enum" else ""
        suppliers = ", ".join(fact.supplied_by)
        cells = (
            f"`{fact.name}`",
            fact.title.en,
            fact.title.ml,
            fact.scope,
            kind + words,
            suppliers,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def print_list(console: Console, book: Book, lang: str) -> None:
    """Print all clauses, clearances and worked-out facts."""
    table = Table()
    table.add_column("Id", no_wrap=True)  # an id cut short cannot be typed
    for head in ("Title", "Rule", "Versions"):
        table.add_column(head)
    for clause in book.clauses.values():
        days = ", ".join(str(entry.start) for entry in clause.entries)
        table.add_row(clause.id, clause.title.of(lang), clause.rule, days)
    for link in book.links:
        title = link.office.title.of(lang) if link.office else link.sets.fact if link.sets else ""
        days = ", ".join(str(entry.start) for entry in link.entries)
        table.add_row(link.id, title, link.entries[0].body.cite.rule, days)
    console.print(table)


def print_coverage(console: Console, rows: Sequence[Row], cases: int, lang: str) -> None:
    """Print how much of the law is in the book, rule by rule."""
    table = Table()
    for head in ("Status", "Rule", "Subject", "Why"):
        table.add_column(head, overflow="fold")
    for state in STATES:
        for row in (one for one in rows if one.status == state):
            why = row.reason.of(lang) if row.reason is not None else ""
            table.add_row(state, row.rule, Rich(row.subject.of(lang)), Rich(why))
    console.print(table)
    judged = [row for row in rows if row.substantive]
    done = sum(row.status == "encoded" for row in judged)
    console.print(f"{done} of {len(judged)} substantive rules encoded; {cases} cases")
