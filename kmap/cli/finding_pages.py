"""Pages of reference made from the catalogue of findings: one page for each language."""

from collections.abc import Iterator
from pathlib import Path

from gis.drawing.complaints import Recipe, catalogue
from kmap.papers import texts
from kmap.papers.catalogue import Entry, by_recipe
from kmap.papers.format import LANGS, Lang


def write_pages(folder: Path) -> list[Path]:
    """Write README.md, en.md and ml.md into ``folder``; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{lang}.md": "\n".join(_page(lang)).rstrip() + "\n" for lang in LANGS}
    pages["README.md"] = "\n".join(_index())
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages]


def _index() -> Iterator[str]:
    yield "# Findings about drawings · ഡ്രോയിങ്ങിനെക്കുറിച്ചുള്ള കണ്ടെത്തലുകൾ"
    yield ""
    yield f"{len(catalogue())} codes. Made by `kmap findings pages docs/findings`."
    yield ""
    for lang in LANGS:
        yield f"- [{lang}]({lang}.md): {texts.text('findings_title', lang)}"
    yield ""


def _page(lang: Lang) -> Iterator[str]:
    yield f"# {texts.text('findings_title', lang)}"
    yield ""
    yield texts.text("findings_intro", lang)
    yield ""
    yield f"{texts.text('all_codes', lang)}: {', '.join(f'[{c}](#{c})' for c in catalogue())}."
    yield ""
    for recipe, entries in by_recipe(lang):
        yield from _recipe(recipe, lang)
        for one in entries:
            yield from _entry(one, lang)


def _recipe(recipe: Recipe, lang: Lang) -> Iterator[str]:
    yield f"## {recipe.title[lang]}"
    yield ""
    yield recipe.does[lang]
    yield ""
    if recipe.programs:
        yield f"| {texts.text('program', lang)} | {texts.text('steps', lang)} |"
        yield "|---|---|"
        for program, steps in recipe.programs.items():
            yield f"| {program} | {' → '.join(steps)} |"
        yield ""


def _entry(one: Entry, lang: Lang) -> Iterator[str]:
    yield f"### {one.code}"
    yield ""
    yield f"*{one.severity_says}.* {one.means}"
    yield ""
    yield f"**{texts.text('cure', lang)}:** {one.cure}"
    yield ""
