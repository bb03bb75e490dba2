"""From the catalogue of findings to its pages."""

from dataclasses import asdict
from typing import Any

from api.site.texts import Lang
from gis.drawing.complaints import Recipe
from kmap.papers import texts as words
from kmap.papers.catalogue import by_recipe, entry

MARKS = {"error": "fail", "warning": "unknown", "info": "not_applicable"}
"""Severity of a finding -> the mark it is shown with."""


def codes_view(lang: Lang) -> dict[str, Any]:
    """Return every kind of cure with the findings that need it."""
    return {
        "title": words.text("findings_title", lang),
        "intro": words.text("findings_intro", lang),
        "groups": [
            (_recipe(recipe, lang), [asdict(one) | {"mark": MARKS[one.severity]} for one in held])
            for recipe, held in by_recipe(lang)
        ],
    }


def code_view(code: str, lang: Lang) -> dict[str, Any]:
    """Return one finding with the commands of each CAD program. Raises KeyError for none such."""
    found = entry(code, lang)
    return {
        "one": asdict(found) | {"mark": MARKS[found.severity]},
        "recipe": _recipe(found.recipe, lang),
        "names": {key: words.text(key, lang) for key in ("cure", "program", "steps")},
    }


def _recipe(recipe: Recipe, lang: Lang) -> dict[str, Any]:
    return {
        "name": recipe.name,
        "title": recipe.title[lang],
        "does": recipe.does[lang],
        "programs": recipe.programs,
    }
