"""The answer of ``kmap check`` for people at a terminal: findings first."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kmap.cli.rule_tables import COLOURS, WORDS
from kmap.papers.findings import Finding, findings, judged, several

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
    "missing": {"en": "missing", "ml": "ഇല്ലാത്തത്"},
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
    """Print verdict, measurements, then fails, unknowns, complaints and passes."""
    console = Console(soft_wrap=False)
    language: Any = lang
    console.print(_headline(answer, lang, name))
    if answer["verdict"] != "unreadable":
        _print_measurements(console, answer, lang)
        found = findings(answer, language)
        for verdict in ("fail", "unknown"):
            _print_clauses(console, [f for f in found if f.verdict == verdict], verdict, lang)
        for said in several(answer, language):
            console.print(Text(f"✔ {said}", style="bold green"))
        _print_complaints(console, answer, lang)
        _print_quiet(console, judged(answer, language, "pass"), "pass", lang)
        _print_quiet(console, judged(answer, language, "not_applicable"), "not_applicable", lang)
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


def _print_clauses(console: Console, found: Sequence[Finding], verdict: str, lang: str) -> None:
    if not found:
        return
    console.print(
        Text(f"\n{SAYS[verdict][lang]} ({len(found)})", style=f"bold {COLOURS[verdict]}")
    )
    for one in found:
        line = Text(f"{one.number:>3}. {one.title}", style="bold")
        line.append(f"  [{one.cite}]", style="dim")
        console.print(line)
        console.print(Text(f"     {one.says}"))
        console.print(Text("     " + "   ".join(_details(one, lang)), style="dim"))
        for need in one.missing:
            console.print(Text(f"     {SAYS['missing'][lang]}: {need.title} — {need.says}"))
        for what, said in (("cure", one.cure), ("tried", one.tried)):
            if said:
                console.print(Text(f"     {SAYS[what][lang]}: {said}", style="green"))


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


def _print_quiet(console: Console, found: Sequence[Finding], verdict: str, lang: str) -> None:
    if not found:
        return
    console.print(
        Text(f"\n{SAYS[verdict][lang]} ({len(found)})", style=f"bold {COLOURS[verdict]}")
    )
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(no_wrap=True)
    for one in found:
        numbers = "" if verdict == "not_applicable" else f"{one.required} / {one.found}"
        table.add_row(
            Text(one.code, style="dim"),
            Text(one.title),
            Text(numbers),
            Text(one.cite, style="dim"),
        )
    console.print(table)


def _print_nocs(console: Console, answer: dict[str, Any], lang: str) -> None:
    nocs = answer.get("nocs") or []
    if nocs:
        console.print(Text(f"\n{SAYS['noc'][lang]} ({len(nocs)})", style="bold"))
    for noc in nocs:
        console.print(Text(f"  {noc['office'][lang]}: {noc['because'][lang]}"))
