"""Tried changes and what-ifs, for people at a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from kmap.cli.rule_tables import COLOURS, WORDS
from rules import Book, shown

Json = Mapping[str, Any]
SAYS = {
    "cures": {"en": "Tried changes", "ml": "പരീക്ഷിച്ച മാറ്റങ്ങൾ"},
    "or": {"en": "or", "ml": "അല്ലെങ്കിൽ"},
    "changed": {"en": "Changed", "ml": "മാറ്റിയത്"},
    "law": {"en": "Law of", "ml": "നിയമം"},
    "flips": {"en": "Verdicts that flip", "ml": "മാറുന്ന തീർപ്പുകൾ"},
    "moves": {"en": "Same verdict, other numbers", "ml": "തീർപ്പ് അതു തന്നെ; അക്കങ്ങൾ മാറുന്നു"},
    "cites": {
        "en": "Same verdict and numbers, another version of the text",
        "ml": "തീർപ്പും അക്കങ്ങളും അതു തന്നെ; പാഠത്തിന്റെ പതിപ്പു മാറുന്നു",
    },
    "derived": {"en": "Worked out", "ml": "കണക്കാക്കിയത്"},
    "nocs": {"en": "Clearances", "ml": "എൻ.ഒ.സി.കൾ"},
    "fees": {"en": "Fees", "ml": "ഫീസ്"},
    "nothing": {"en": "Nothing comes out differently.", "ml": "ഒന്നും മാറുന്നില്ല."},
    "clause": {"en": "Clause", "ml": "വ്യവസ്ഥ"},
    "before": {"en": "Before", "ml": "മുമ്പ്"},
    "after": {"en": "After", "ml": "ശേഷം"},
    "unsaid": {"en": "not said", "ml": "പറഞ്ഞിട്ടില്ല"},
}
NEEDS = {
    "needed": {"en": "needed", "ml": "വേണം"},
    "not_needed": {"en": "not needed", "ml": "വേണ്ട"},
    "unknown": {"en": "cannot be told", "ml": "പറയാനാവില്ല"},
}


def print_cures(console: Console, cures: Json, lang: str) -> None:
    """Print for each failed clause its smallest tried change, and what cures several."""
    if not cures["clauses"]:
        return
    console.print(Rich(SAYS["cures"][lang], style="bold"))
    for name, found in cures["clauses"].items():
        console.print(Rich(f"  {name}: ", style="red").append(found["says"][lang], style="green"))
        for other in found["others"]:
            console.print(Rich(f"      {SAYS['or'][lang]}: {other['says'][lang]}", style="dim"))
    for one in cures["several"]:
        console.print(Rich(f"  ✔ {one['says'][lang]}", style="bold green"))


def print_what_if(console: Console, answer: Json, book: Book, lang: str) -> None:
    """Print what was changed and all that comes out differently."""
    days = dict.fromkeys((answer["as_of"], answer["compare_as_of"]))
    console.print(Rich(f"{SAYS['law'][lang]}: {' → '.join(days)}", style="bold"))
    for one in answer["changes"]:
        place = " ".join(f"{scope} {number}" for scope, number in one["where"].items())
        title = f"{one['title'][lang]} ({place})" if place else one["title"][lang]
        values = (_value(one[key], lang) for key in ("from", "to"))
        console.print(Rich(f"{SAYS['changed'][lang]}: {title}: {' → '.join(values)}"))
    flips = [one for one in answer["clauses"] if one["flips"]]
    moves = [one for one in answer["clauses"] if one["numbers"] and not one["flips"]]
    cites = [one["id"] for one in answer["clauses"] if not (one["numbers"] or one["flips"])]
    _print_clauses(console, flips, "flips", lang)
    _print_clauses(console, moves, "moves", lang)
    if cites:
        console.print(Rich(f"{SAYS['cites'][lang]} ({len(cites)})", style="bold"))
        console.print(Rich(f"  {', '.join(cites)}", style="dim"))
    for part in ("derived", "fees"):
        _print_values(console, answer[part], part, book, lang)
    if answer["nocs"]:
        console.print(Rich(SAYS["nocs"][lang], style="bold"))
    for noc in answer["nocs"]:
        change = f"{NEEDS[noc['before']][lang]} → {NEEDS[noc['after']][lang]}"
        console.print(Rich(f"  {noc['office'][lang]}: {change}"))
    if not any(answer[part] for part in ("clauses", "derived", "nocs", "fees")):
        console.print(SAYS["nothing"][lang])
    for notice in answer["notices"]:
        console.print(Rich(f"• {notice[lang]}", style="dim"))


def _print_clauses(console: Console, found: list[Json], what: str, lang: str) -> None:
    if not found:
        return
    console.print(Rich(f"{SAYS[what][lang]} ({len(found)})", style="bold"))
    table = Table()
    for head in ("clause", "before", "after"):
        table.add_column(SAYS[head][lang], overflow="fold")
    for one in found:
        cells = [Rich(f"{one['id']}\n{one['title'][lang]}")]
        for side in (one["before"], one["after"]):
            cell = Rich(WORDS[side["verdict"]][lang], style=COLOURS[side["verdict"]])
            cells.append(cell.append(f"\n{side['says'][lang]}", style="default"))
        table.add_row(*cells)
    console.print(table)


def _print_values(console: Console, found: list[Json], part: str, book: Book, lang: str) -> None:
    if found:
        console.print(Rich(SAYS[part][lang], style="bold"))
    for one in found:
        title = book.vocabulary[one["fact"]].title.of(lang)
        values = (_value(one[side], lang) for side in ("before", "after"))
        console.print(Rich(f"  {title}: {' → '.join(values)}"))


def _value(value: Any, lang: str) -> str:
    if value is None:
        return SAYS["unsaid"][lang]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        places = (
            f"{' '.join(f'{k} {n}' for k, n in one['where'].items())}: {shown(one['value'], lang)}"
            for one in value
        )
        return "; ".join(places)
    return shown(value, lang)
