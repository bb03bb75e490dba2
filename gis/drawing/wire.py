"""A survey as JSON and back: what crosses from the child process."""

from collections.abc import Mapping
from typing import Any

from gis.model import Measure, Survey, Witness


def to_json(survey: Survey) -> dict[str, Any]:
    """Return a survey as plain JSON values."""
    return {
        "drawing": survey.drawing,
        "measurements": survey.measurements,
        "measures": [_measure_json(m) for m in survey.measures],
        "complaints": list(survey.complaints),
        "sketch": survey.sketch,
        "readable": survey.readable,
    }


def _measure_json(measure: Measure) -> dict[str, Any]:
    seen = measure.witness
    return {
        "name": measure.name,
        "value": measure.value,
        "how": measure.how,
        "details": dict(measure.details),
        "witness": None if seen is None else seen.as_json(),
        "block": measure.block,
        "level": measure.level,
        "floor": measure.floor,
        "typed": measure.typed,
    }


def from_json(data: Mapping[str, Any]) -> Survey:
    """Return the survey that ``to_json`` wrote."""
    return Survey(
        drawing=data["drawing"],
        measurements=data["measurements"],
        measures=tuple(_measure(m) for m in data["measures"]),
        complaints=tuple(data["complaints"]),
        sketch=data["sketch"],
        readable=data["readable"],
    )


def _measure(data: Mapping[str, Any]) -> Measure:
    seen = data["witness"]
    witness = None
    if seen is not None:
        at = None if seen["at"] is None else (seen["at"][0], seen["at"][1])
        line = None if seen.get("line") is None else _ends(seen["line"])
        witness = Witness(seen["layer"], tuple(seen["handles"]), seen["shape"], at, line)
    return Measure(**{**data, "witness": witness})


def _ends(line: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    (ax, ay), (bx, by) = line
    return (ax, ay), (bx, by)
