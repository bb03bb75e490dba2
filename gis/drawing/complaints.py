"""The catalogue of complaints: every finding about a drawing has a code, texts and a cure."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gis.errors import DialectError
from gis.model import Complaint, Survey

_HERE = Path(__file__).parent
SEVERITIES = ("error", "warning", "info")


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Return code -> {severity, message{en,ml}, cure{en,ml}} from complaints.yaml.

    Raises:
        DialectError: the file is not in its form.

    """
    return _load("complaints.yaml")


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


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def fill(texts: Mapping[str, str], details: Mapping[str, str]) -> dict[str, str]:
    """Return {en, ml} with details put in; a missing detail shows as a question mark."""
    blank = _Blank(details)
    return {lang: texts[lang].format_map(blank) for lang in ("en", "ml")}


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
