"""Pages of reference made from the book: every rule as the law says it, in both languages."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from rules import Book
from rules.law import Law, LinkedClause
from rules.model import Clause, Link, RuleFolder, Text
from rules.register import STATES, Row
from rules.saying import Said, say, say_table

STATE_WORDS: Mapping[str, Text] = {
    "encoded": Text("encoded", "പുസ്തകത്തിലുണ്ട്"),
    "partly": Text("partly", "ഭാഗികമായി"),
    "advisory": Text("told, nothing to judge", "അറിയിപ്പു മാത്രം"),
    "not_yet": Text("not yet", "ഇതുവരെ ഇല്ല"),
}


def write_pages(book: Book, rows: Iterable[Row], folder: Path, day: date) -> list[Path]:
    """Write an index and one page for each rule folder; returns the files written.

    Pages of folders that are no longer in the book are taken away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{one.folder}.md": _page(book, one, day) for one in book.rules}
    pages["README.md"] = _index(book, tuple(rows), day)
    for old in folder.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages]


def _index(book: Book, rows: tuple[Row, ...], day: date) -> str:
    lines = [
        "# The rule book",
        "",
        f"{book.title.en}, as it stands on {day}. Made by `kmap rules pages docs/rules`.",
        "Not a permit; worked from copies not yet compared with the gazette.",
        "",
        "| rule | English | മലയാളം | clauses |",
        "|---|---|---|---|",
    ]
    for one in sorted(book.rules, key=lambda one: one.folder):
        count = sum(1 for _ in _clauses_of(book, one))
        link = f"[{one.folder}]({one.folder}.md)"
        lines.append(f"| {link} | {one.title.en} | {one.title.ml} | {count} |")
    lines += ["", "## How much of the law is in the book", ""]
    for state in STATES:
        found = [one for one in rows if one.status == state]
        lines += [f"### {STATE_WORDS[state].en} · {STATE_WORDS[state].ml} ({len(found)})", ""]
        lines += ["| id | rule | English | മലയാളം |", "|---|---|---|---|"] if found else []
        lines += [_register_line(one) for one in found]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _register_line(row: Row) -> str:
    reason = Text("", "") if row.reason is None else row.reason
    en = f"{row.subject.en}. {reason.en}".strip().rstrip(".") + "."
    ml = f"{row.subject.ml}. {reason.ml}".strip().rstrip(".") + "."
    return f"| `{row.id}` | {row.rule} | {_cell(en)} | {_cell(ml)} |"


def _page(book: Book, folder: RuleFolder, day: date) -> str:
    law = book.law_on(day, next(iter(book.families)))
    lines = [f"# {folder.title.en} · {folder.title.ml}", "", f"Rule {folder.rule}. Law of {day}."]
    lines += ["", "[All rules](README.md)", ""]
    linked = {} if law is None else {one.id: one for one in law.clauses}
    tables: dict[str, None] = {}
    for clause in _clauses_of(book, folder):
        lines += [f"## {clause.title.en} · {clause.title.ml}", "", f"`{clause.id}`", ""]
        found = linked.get(clause.id)
        if law is not None and found is not None and not found.omitted:
            said = say(book, law, found)
            lines += _clause(said, found)
            tables.update(dict.fromkeys(said.tables))
        lines += [*_versions(clause), ""]
    links = [one for one in book.links if _folder_of(one) == folder.folder]
    lines += [line for one in links for line in _link(one)]
    lines += [line for one in tables if law is not None for line in _table(book, law, one)]
    if folder.untranslated:
        lines += ["## Not in the book · പുസ്തകത്തിൽ ഇല്ലാത്തത്", ""]
        for what, why in folder.untranslated:
            lines += [f"- {what.en} {why.en}", f"- {what.ml} {why.ml}"]
    return "\n".join(lines).rstrip() + "\n"


def _clauses_of(book: Book, folder: RuleFolder) -> Iterator[Clause]:
    for one in book.clauses.values():
        if one.entries[0].file.split("/")[0] == folder.folder:
            yield one


def _folder_of(link: Link) -> str:
    return link.entries[0].file.split("/")[0]


def _clause(said: Said, clause: LinkedClause) -> list[str]:
    lines = []
    for language, words in (("en", EN), ("ml", ML)):
        if said.applies is not None:
            lines.append(f"- {words['applies']}: {said.applies.of(language)}.")
        groups = ["; ".join(one.of(language) for one in group) for group in said.checks]
        either = f" {words['or']} "
        lines.append(f"- **{either.join(groups)}.**")
        lines += [f"- *{name}*: {text.of(language)}." for name, text in said.where]
        for when, change, sentence in said.exceptions:
            lines.append(
                f"- {words['except']}: {when.of(language)} → {change.of(language)}. "
                f"“{sentence.of(language)}”"
            )
        for fork, readings in said.readings:
            ways = " / ".join(one.of(language) for one in readings)
            lines.append(f"- {words['fork']}: {fork.of(language)} {ways}")
        lines.append("")
    cite = clause.cite
    table = f", table {cite.table}" if cite.table else ""
    lines += [f"{cite.instrument} rule {cite.rule}{table}, trust {cite.trust}.", ""]
    return lines


EN = {"applies": "Applies when", "or": "or", "except": "Except", "fork": "Can be read two ways"}
ML = {
    "applies": "ബാധകമാകുന്നത്",
    "or": "അല്ലെങ്കിൽ",
    "except": "ഒഴിവ്",
    "fork": "രണ്ടു രീതിയിൽ വായിക്കാം",
}


def _versions(clause: Clause) -> list[str]:
    lines = ["| from | family | rule | table |", "|---|---|---|---|"]
    for one in clause.entries:
        cite = one.body.cite
        lines.append(f"| {one.start} | {one.family} | {cite.rule} | {cite.table or ''} |")
    return lines


def _link(link: Link) -> list[str]:
    title = link.office.title if link.office is not None else None
    head = f"{title.en} · {title.ml}" if title is not None else f"`{link.id}`"
    lines = [f"## {head}", "", f"`{link.id}`", ""]
    if link.because is not None:
        lines += [f"- {link.because.text.en}", f"- {link.because.text.ml}", ""]
    return lines


def _table(book: Book, law: Law, table_id: str) -> list[str]:
    table = law.tables[table_id]
    heads, *rows = say_table(book, table)
    lines = [f"## {table.title.en} · {table.title.ml}", ""]
    lines.append("| " + " | ".join(_both(one) for one in heads) + " |")
    lines.append("|" + "---|" * len(heads))
    lines += ["| " + " | ".join(_cell(_both(one)) for one in row) + " |" for row in rows]
    return [*lines, ""]


def _both(text: Text) -> str:
    return text.en if text.en == text.ml else f"{text.en} · {text.ml}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
