"""The catalogue of complaints: every finding about a drawing has a code, texts and a cure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gis.errors import DialectError
from gis.model import Complaint, Survey

_HERE = Path(__file__).parent
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a kind of finding is cured: in words, and step by step in each CAD program."""

    name: str
    title: Mapping[str, str]
    does: Mapping[str, str]
    programs: Mapping[str, tuple[str, ...]]
    """Name of the program -> what to choose there, in its own (English) words, in order."""


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Return code -> {severity, recipe, message{en,ml}, cure{en,ml}} from complaints.yaml.

    Raises:
        DialectError: the file is not in its form.

    """
    return _load("complaints.yaml")


@cache
def recipes() -> Mapping[str, Recipe]:
    """Return the recipes by name, in the order of recipes.yaml.

    Raises:
        DialectError: the file is not in its form, or one language is missing.

    """
    data = _load("recipes.yaml")
    try:
        return {
            name: _recipe(name, row, data["programs"]) for name, row in data["recipes"].items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"recipes.yaml: {type(error).__name__}: {error}"
        raise DialectError(msg) from error


def _recipe(name: str, row: Mapping[str, Any], programs: Mapping[str, str]) -> Recipe:
    title, does = ({lang: str(row[part][lang]) for lang in ("en", "ml")} for part in _SAID)
    steps = {
        programs[key]: tuple(step.strip() for step in text.split(" > "))
        for key, text in row["in"].items()
    }
    return Recipe(name, title, does, steps)


_SAID = ("title", "does")


def recipe_of(code: str) -> Recipe:
    """Return the recipe of a finding's code; DialectError when complaints.yaml names none such."""
    try:
        return recipes()[catalogue()[code]["recipe"]]
    except KeyError as error:
        msg = f"complaints.yaml: {code} needs recipe: with a name of recipes.yaml"
        raise DialectError(msg) from error


@cache
def hows() -> Mapping[str, Mapping[str, str]]:
    """Return key -> {en, ml}: the sentences that say how a value was found."""
    return _load("hows.yaml")


def _load(name: str) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = YAML(typ="safe").load(_HERE / name)
    except (OSError, YAMLError) as error:
        msg = f"{name}: {error}"
        raise DialectError(msg) from error
    return data


def fill(texts: Mapping[str, str], details: Mapping[str, str], blank: str = "?") -> dict[str, str]:
    """Return {en, ml} with details put in; a missing detail shows as ``blank``."""
    known = defaultdict(lambda: blank, details)
    return {lang: texts[lang].format_map(known) for lang in ("en", "ml")}


def as_json(complaint: Complaint) -> dict[str, Any]:
    """Return a complaint as issue 2 prints it; ``at`` as it stands."""
    entry = catalogue()[complaint.code]
    details = {**complaint.details, "layer": complaint.layer or "?"}
    return {
        "code": complaint.code,
        "severity": entry["severity"],
        "message": fill(entry["message"], details),
        "layer": complaint.layer,
        "at": None if complaint.at is None else list(complaint.at),
        "cure": fill(entry["cure"], details),
    }


def unreadable(code: str, sha256: str | None = None, **details: str) -> Survey:
    """Return the survey of a drawing that could not be read."""
    complaint = as_json(Complaint(code, details=details))
    drawing = {"sha256": sha256, "units": None, "release": None}
    return Survey(drawing, NOTHING, (), (complaint,), _EMPTY_SKETCH, readable=False)


NOTHING: dict[str, Any] = {"plot_area_drawn_m2": None, "blocks": []}
_EMPTY_SKETCH: dict[str, Any] = {"bounds": None, "site_bounds": None, "shapes": []}
