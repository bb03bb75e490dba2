"""The answer of ``kmap check`` for people at a terminal: findings first."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kmap.cli.rule_tables import COLOURS, WORDS
from kmap.papers.findings import Finding, findings, judged, several
from kmap.papers.lacking import needs, numbers

SAYS = {
    "fail": {"en": "Fails", "ml": "പാലിക്കാത്തവ"},
    "unknown": {"en": "Could not be told", "ml": "പറയാനാവാത്തവ"},
    "complaint": {"en": "About the drawing", "ml": "ഡ്രോയിങ്ങിനെക്കുറിച്ച്"},
    "pass": {"en": "Passes", "ml": "പാലിക്കുന്നവ"},
    "not_applicable": {"en": "Do not apply", "ml": "ബാധകമല്ലാത്തവ"},
    "required": {"en": "required", "ml": "വേണ്ടത്"},
    "found": {"en": "found", "ml": "കണ്ടത്"},
    "cure": {"en": "cure", "ml": "പരിഹാരം"},
    "tried": {"en": "tried", "ml": "പരീക്ഷിച്ചത്"},
    "at": {"en": "at", "ml": "സ്ഥാനം"},
    "counted": {
        "en": "1 + 4: settles 1 at once, 4 more wait for it and for something else; "
        "[numbers of the findings].",
        "ml": "1 + 4: ഒരെണ്ണം ഉടൻ തീരുമാനമാകും; വേറെ 4 എണ്ണം ഇതിനും മറ്റു ചിലതിനും കാത്തിരിക്കുന്നു; "
        "[കണ്ടെത്തലുകളുടെ നമ്പർ].",
    },
    "rest": {"en": "each for one clause", "ml": "ഓരോ ചട്ടത്തിനും ഒന്നു വീതം"},
    "catalogue": {
        "en": "The commands of your CAD program for a code: kmap findings show CODE",
        "ml": "ഒരു കോഡിനുള്ള CAD കമാൻഡുകൾ കാണാൻ: kmap findings show CODE --lang ml",
    },
    "noc": {"en": "Clearances needed", "ml": "വേണ്ട എൻ.ഒ.സി.കൾ"},
    "verdict": {"en": "Verdict", "ml": "തീർപ്പ്"},
    "unreadable": {"en": "the drawing cannot be read", "ml": "ഡ്രോയിങ് വായിക്കാനായില്ല"},
    "floor": {"en": "floor", "ml": "നില"},
    "block": {"en": "Block", "ml": "ബ്ലോക്ക്"},
    "plot": {"en": "Plot as drawn", "ml": "വരച്ച പ്ലോട്ട്"},
    "covered": {"en": "covered", "ml": "മൂടിയത്"},
    "height": {"en": "height", "ml": "ഉയരം"},
}


def print_answer(answer: dict[str, Any], lang: str, name: str) -> None:
    """Print verdict, measurements, then what fails, what is unknown and why, and what passes."""
    console = Console(soft_wrap=False)
    language: Any = lang
    console.print(_headline(answer, lang, name))
    if answer["verdict"] != "unreadable":
        _print_measurements(console, answer, lang)
        found = findings(answer, language)
        _print_fails(console, [f for f in found if f.verdict == "fail"], lang)
        for said in several(answer, language):
            console.print(Text(f"✔ {said}", style="bold green"))
        _print_unknowns(console, [f for f in found if f.verdict == "unknown"], language)
        _print_complaints(console, answer, lang)
        _print_passes(console, judged(answer, language, "pass"), lang)
        _print_idle(console, judged(answer, language, "not_applicable"), lang)
        _print_nocs(console, answer, lang)
    else:
        _print_complaints(console, answer, lang)
    for notice in answer["notices"]:
        console.print(Text(f"• {notice[lang]}", style="dim"))


def _headline(answer: dict[str, Any], lang: str, name: str) -> Text:
    verdict = answer["verdict"]
    word = WORDS.get(verdict, SAYS["unreadable"])[lang]
    line = Text(f"{SAYS['verdict'][lang]}: ", style="bold")
    line.append(word.upper(), style=f"bold {COLOURS.get(verdict, 'red')}")
    line.append(
        f"   {name}   {answer['as_of']}   {answer['book']['id']} {answer['book']['hash'][:12]}"
    )
    return line


def _print_measurements(console: Console, answer: dict[str, Any], lang: str) -> None:
    placement = answer.get("placement") or {}
    if placement.get("asked"):
        console.print(Text(placement["says"][lang], style="cyan"))
    measured = answer["measurements"]
    plot = measured.get("plot_area_drawn_m2")
    if plot is not None:
        console.print(Text(f"{SAYS['plot'][lang]}: {plot:.2f} m²"))
    for block in measured.get("blocks", []):
        parts = [f"{SAYS['block'][lang]} {block['block']}:"]
        if block["covered_area_m2"] is not None:
            parts.append(f"{SAYS['covered'][lang]} {block['covered_area_m2']:.2f} m²,")
        if block["height_m"] is not None:
            parts.append(f"{SAYS['height'][lang]} {block['height_m']:.2f} m,")
        floors = [
            f"{SAYS['floor'][lang]} {f['floor']} {f['built_up_area_m2']:.2f} m²"
            for f in block["floors"]
        ]
        console.print(Text(" ".join(parts) + " " + ", ".join(floors)))


def _heading(console: Console, kind: str, count: int, lang: str) -> None:
    style = f"bold {COLOURS[kind]}" if kind in COLOURS else "bold"
    console.print(Text(f"\n{SAYS[kind][lang]} ({count})", style=style))


def _print_fails(console: Console, found: Sequence[Finding], lang: str) -> None:
    if not found:
        return
    _heading(console, "fail", len(found), lang)
    for one in found:
        line = Text(f"{one.number:>3}. {one.title}", style="bold")
        line.append(f"  [{one.cite}]", style="dim")
        console.print(line)
        console.print(Text(f"     {one.says}"))
        console.print(Text("     " + "   ".join(_details(one, lang)), style="dim"))
        for what, said in (("cure", one.cure), ("tried", one.tried)):
            if said:
                console.print(Text(f"     {SAYS[what][lang]}: {said}", style="green"))


def _print_unknowns(console: Console, found: Sequence[Finding], lang: Any) -> None:
    """Print what would settle the unknown clauses, best first, then each clause on a line."""
    if not found:
        return
    _heading(console, "unknown", len(found), lang)
    for group in needs(found, lang):
        console.print(Text(f"  {group.title}", style="bold"))
        table = _columns()
        for need in group.main:
            waits = f"{len(need.alone)} + {len(need.waits) - len(need.alone)}"
            titles = Text(", ".join(need.titles)).append(f"  [{numbers(need.waits)}]", "dim")
            titles.append(f"  {need.key}" if need.key else "")
            table.add_row(waits, Text(need.source, style="bold"), titles)
        console.print(table)
        if group.rest:
            said = "; ".join(f"{need.source} [{numbers(need.waits)}]" for need in group.rest)
            console.print(Padding(Text(f"{SAYS['rest'][lang]}: {said}", style="dim"), (0, 3)))
    console.print(Text(f"  {SAYS['counted'][lang]}\n", style="dim"))
    clauses = _columns()
    for one in found:
        cite = Text(f"  [{one.rule}]", style="dim")
        clauses.add_row(f"{one.number}.", Text(one.title).append_text(cite), _lacks(one))
    console.print(clauses)


def _lacks(one: Finding) -> Text:
    """Name the first facts that a finding lacks; what a text that is open says."""
    titles = [need.title for need in one.missing]
    more = f" + {len(titles) - 3}" if len(titles) > 3 else ""
    return Text((", ".join(titles[:3]) + more) or one.says, style="dim")


def _columns() -> Table:
    """Return a table without lines: a number, a name, and what is said of it."""
    table = Table(show_header=False, box=None, padding=(0, 1), expand=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    return table


def _details(one: Finding, lang: str) -> list[str]:
    out = [one.code]
    for check in one.told:
        pair = f"{SAYS['required'][lang]} {check.required}, {SAYS['found'][lang]} {check.found}"
        out.append(f"{check.title} {check.where}: {pair}".replace(" :", ":"))
    if one.at is not None:
        out.append(f"{SAYS['at'][lang]} {one.at[0]:.2f}, {one.at[1]:.2f}")
    return out


def _print_complaints(console: Console, answer: dict[str, Any], lang: str) -> None:
    complaints = answer["complaints"]
    if not complaints:
        return
    order = ["error", "warning", "info"]
    styles = {"error": "red", "warning": "yellow", "info": "dim"}
    console.print(Text(f"\n{SAYS['complaint'][lang]} ({len(complaints)})", style="bold"))
    for one in sorted(complaints, key=lambda c: order.index(c["severity"])):
        line = Text(f"  {one['code']}: ", style=styles[one["severity"]])
        line.append(one["message"][lang], style="")
        if one["at"]:
            line.append(
                f"  ({SAYS['at'][lang]} {one['at'][0]:.2f}, {one['at'][1]:.2f})", style="dim"
            )
        console.print(line)
        console.print(Text(f"     {SAYS['cure'][lang]}: {one['cure'][lang]}", style="green"))
    console.print(Text(f"  {SAYS['catalogue'][lang]}", style="dim"))


def _print_passes(console: Console, found: Sequence[Finding], lang: str) -> None:
    if not found:
        return
    _heading(console, "pass", len(found), lang)
    table = _columns()
    for one in found:
        pair = f"{SAYS['required'][lang]} {one.required}, {SAYS['found'][lang]} {one.found}"
        title = Text(one.title).append(f"  [{one.rule}]", style="dim")
        table.add_row("✔", title, Text("" if one.found == "–" else pair, style="dim"))
    console.print(table)


def _print_idle(console: Console, found: Sequence[Finding], lang: str) -> None:
    """Name the clauses that do not apply, in one paragraph."""
    if found:
        _heading(console, "not_applicable", len(found), lang)
        console.print(Text("; ".join(one.title for one in found), style="dim"))


def _print_nocs(console: Console, answer: dict[str, Any], lang: str) -> None:
    nocs = answer.get("nocs") or []
    if nocs:
        console.print(Text(f"\n{SAYS['noc'][lang]} ({len(nocs)})", style="bold"))
    for noc in nocs:
        console.print(Text(f"  {noc['office'][lang]}: {noc['because'][lang]}"))
