"""The catalogue of findings for people: each code, what it means, how CAD programs cure it."""

from collections.abc import Iterator
from dataclasses import dataclass

from gis.drawing.complaints import Recipe, catalogue, fill, recipe_of, recipes
from kmap.papers import texts
from kmap.papers.format import Lang

_DETAIL = "…"


@dataclass(frozen=True)
class Entry:
    """One code in one language; details that a drawing would fill in stand as three dots."""

    code: str
    severity: str
    severity_says: str
    means: str
    cure: str
    recipe: Recipe


def entry(code: str, lang: Lang) -> Entry:
    """Return what is said about a code. Raises KeyError for a code that is none."""
    row = catalogue()[code]
    return Entry(
        code=code,
        severity=row["severity"],
        severity_says=texts.text(f"severity_{row['severity']}", lang),
        means=fill(row["message"], {}, _DETAIL)[lang],
        cure=fill(row["cure"], {}, _DETAIL)[lang],
        recipe=recipe_of(code),
    )


def by_recipe(lang: Lang) -> Iterator[tuple[Recipe, tuple[Entry, ...]]]:
    """Yield each kind of cure with the codes that need it, in the order of the recipes."""
    entries = [entry(code, lang) for code in catalogue()]
    for name, recipe in recipes().items():
        held = tuple(one for one in entries if one.recipe.name == name)
        if held:
            yield recipe, held
