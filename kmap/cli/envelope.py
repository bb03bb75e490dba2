"""The table of ``kmap rules envelope``: what may be built, what binds, what is next."""

from typing import Any

from rich.console import Console
from rich.table import Table

from rules import Book
from rules.explain import shown, unit_title

Json = dict[str, Any]
WORDS = {
    "best": {"en": "Largest design that is allowed", "ml": "അനുവദനീയമായ ഏറ്റവും വലിയ കെട്ടിടം"},
    "none": {
        "en": "No size of building is allowed as far as is known.",
        "ml": "അറിയാവുന്നിടത്തോളം ഒരു വലിപ്പവും അനുവദനീയമെന്ന് പറയാനാവില്ല.",
    },
    "area": {
        "en": "The area of the plot is not known; nothing can be told without it.",
        "ml": "പ്ലോട്ടിന്റെ വിസ്തീർണ്ണം അറിയില്ല; അതില്ലാതെ ഒന്നും പറയാനാവില്ല.",
    },
    "forbids": {"en": "Forbidden by", "ml": "തടയുന്നത്"},
    "open": {"en": "Not decided", "ml": "തീരുമാനിച്ചിട്ടില്ല"},
    "more": {
        "en": "Not forbidden; allowed if what is not decided turns out well",
        "ml": "തടഞ്ഞിട്ടില്ല; തീരുമാനിക്കാത്തവ അനുകൂലമായാൽ അനുവദനീയം",
    },
    "measure": {"en": "Measure", "ml": "അളവ്"},
    "limit": {"en": "Limit", "ml": "പരിധി"},
    "slack": {"en": "Slack", "ml": "ബാക്കി"},
    "binds": {"en": "What binds", "ml": "പരിധി വയ്ക്കുന്നത്"},
    "next": {"en": "Next to bind", "ml": "അടുത്ത പരിധി"},
    "fail": {"en": "", "ml": ""},
    "unknown": {"en": " (not decided beyond)", "ml": " (അതിനപ്പുറം തീരുമാനിച്ചിട്ടില്ല)"},
}
SIGNS = {"at_least": "≥", "at_most": "≤"}


def print_envelope(console: Console, answer: Json, book: Book, lang: str) -> None:
    """Print an envelope: the largest design, each limit, and what is not decided."""
    best, other = answer["best"], answer["not_forbidden"]["design"]
    console.print(f"[bold]{book.title.of(lang)}[/]  {answer['as_of']}")
    console.print(f"[bold]{WORDS['best' if best else 'none'][lang]}[/]")
    if answer["plot_area_m2"] is None:
        console.print(WORDS["area"][lang])
    if best:
        console.print(f"  {_design(best, book, lang)}", markup=False)
    if other and other != best:
        console.print(f"[bold]{WORDS['more'][lang]}[/]")
        console.print(f"  {_design(other, book, lang)}", markup=False)
    if answer["limits"]:
        console.print(_table(answer["limits"], book, lang))
    always = [*answer["size_not_decided"], *answer["not_decided"]]
    left = answer["not_forbidden"]["not_decided"] if other else always
    for key, clauses in (("forbids", answer["forbids"]), ("open", left)):
        for one in clauses:
            console.print(f"  {WORDS[key][lang]}: {one['title'][lang]} ({one['clause']})")


def _table(limits: list[Json], book: Book, lang: str) -> Table:
    table = Table()
    for head in ("measure", "limit", "slack", "binds", "next"):
        table.add_column(WORDS[head][lang], overflow="fold")
    for one in limits:
        binding, following = one["binding"], one["next"]
        if binding is None:
            continue
        unit = unit_title(book, one["unit"]).of(lang)
        table.add_row(
            one["title"][lang],
            f"{SIGNS[one['sense']]} {shown(binding['value'], lang)} {unit}",
            "–" if one["assumed"] else f"{shown(binding['slack'], lang)} {unit}",
            _clause(binding, lang),
            f"{shown(following['value'], lang)} {unit}: {_clause(following, lang)}"
            if following
            else "–",
        )
    return table


def _clause(stop: Json, lang: str) -> str:
    return f"{stop['title'][lang]}{WORDS[stop['beyond']][lang]}"


def _design(design: Json, book: Book, lang: str) -> str:
    names = ("storeys", "height_m", "covered_area_m2", "total_floor_area_m2")
    parts = []
    for name in names:
        fact = book.vocabulary[name]
        unit = unit_title(book, fact.unit).of(lang)
        parts.append(f"{fact.title.of(lang)} {shown(design[name], lang)} {unit}".rstrip())
    return ", ".join(parts)
