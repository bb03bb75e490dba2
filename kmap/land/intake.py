"""Reading a layer and checking it row by row; what is refused is refused with its reason."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from ruamel.yaml import YAML
from shapely.geometry.base import BaseGeometry

from kmap.land.errors import LayerUnreadableError

GROUND = "EPSG:32643"
KERALA_BOX_M = (470_000.0, 860_000.0, 800_000.0, 1_450_000.0)
"""Kerala with some sea round it, EPSG:32643 metres: west, south, east, north."""

_MALAYALAM = re.compile("[\u0d00-\u0d7f]")
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
LONGEST = 4_000
"""Longest text of a field, in characters: it stands in every answer for its area."""
LARGEST = 1e9
"""Largest number of a field, whatever its unit; what is beyond is a slip, and no column's."""
_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg")
REASONS = {
    "empty_geometry": ("The row has no shape.", "ഈ വരിക്ക് ആകൃതിയില്ല."),
    "not_finite": ("A coordinate is not a number.", "ഒരു നിർദ്ദേശാങ്കം സംഖ്യയല്ല."),
    "outside_kerala": (
        "The shape lies outside Kerala; are the axes or the CRS wrong?",
        "ആകൃതി കേരളത്തിനു പുറത്താണ്; അക്ഷങ്ങളോ സി.ആർ.എസോ തെറ്റിയോ?",
    ),
    "wrong_shape": (
        "The shape is of the wrong kind for this layer.",
        "ഈ പാളിക്ക് ചേരാത്ത തരം ആകൃതി.",
    ),
    "several_parts": ("A row may hold one part only.", "ഒരു വരിയിൽ ഒരു ഭാഗം മാത്രമേ പാടുള്ളൂ."),
    "missing_field": ("A compulsory field is empty: {what}.", "നിർബന്ധ വിവരം ഇല്ല: {what}."),
    "language_missing": (
        "Both languages are compulsory; missing: {what}.",
        "രണ്ടു ഭാഷയും നിർബന്ധം; ഇല്ലാത്തത്: {what}.",
    ),
    "bad_value": ("The value cannot be used: {what}.", "ഈ മൂല്യം ഉപയോഗിക്കാനാവില്ല: {what}."),
    "twice_in_file": ("The same key stands twice in the file: {what}.", "ഫയലിൽ രണ്ടുതവണ: {what}."),
    "already_there": ("The register already has this: {what}.", "രജിസ്റ്ററിൽ ഉള്ളതാണ്: {what}."),
    "not_in_register": ("Not in the register: {what}.", "രജിസ്റ്ററിൽ ഇല്ല: {what}."),
}


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: its number in the file (from 1), a code and the reason."""

    row: int
    code: str
    what: str = ""

    def says(self) -> dict[str, str]:
        """Return the reason in both languages."""
        en, ml = REASONS[self.code]
        return {"en": en.format(what=self.what), "ml": ml.format(what=self.what)}


@dataclass
class Checked:
    """A layer after checking: rows that may go in, and what happened to the others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)


@cache
def kinds() -> dict[str, Any]:
    """Return what ``kinds.yaml`` says of each kind of layer."""
    text = Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book


@cache
def _corrections() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("corrections.yaml").read_text(encoding="utf-8")
    book: dict[str, dict[str, str]] = YAML(typ="safe").load(text)
    return book


def checksum(path: Path, *more: str) -> str:
    """Return the SHA-256 of a file (a Shapefile with its parts) and of how it is loaded.

    Raises LayerUnreadableError when there is no such file.
    """
    if not path.is_file():
        raise LayerUnreadableError(f"There is no file {path}.")
    digest = hashlib.sha256(path.read_bytes())
    if path.suffix.lower() == ".shp":
        for part in filter(Path.is_file, map(path.with_suffix, _SHAPEFILE)):
            digest.update(part.suffix.encode() + part.read_bytes())
    for text in more:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()


def read_frame(path: Path, layer: str | None = None) -> gpd.GeoDataFrame | pd.DataFrame:
    """Read a GeoPackage, GeoJSON, Shapefile or CSV; shapes in EPSG:32643.

    Raises LayerUnreadableError when it cannot be read or says no coordinate system.
    """
    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
        with np.errstate(invalid="ignore"):  # a broken shape becomes none, and its row is refused
            frame = pyogrio.read_dataframe(path, layer=layer, on_invalid="ignore")
    except (RuntimeError, ValueError) as error:  # all of GDAL's, pyogrio's and pandas' own
        message = f"{path.name} cannot be read as GeoPackage, GeoJSON or Shapefile: {error}"
        raise LayerUnreadableError(message) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    if frame.crs is None:
        raise LayerUnreadableError(f"{path.name} does not say its coordinate system (CRS).")
    return frame


def check(frame: gpd.GeoDataFrame | pd.DataFrame, kind: str, given: Mapping[str, str]) -> Checked:
    """Check every row of a layer of a kind; ``given`` are fields the caller states himself."""
    spec = kinds()[kind]
    checked = Checked()
    shapes, bad = _shapes(frame, spec, checked)
    columns = _columns(frame, spec, given, kind)
    records = frame.drop(columns="geometry", errors="ignore").to_dict("records")
    seen: set[str] = set()
    for index, record in enumerate(records):
        if index in bad:
            checked.refused.append(Refusal(index + 1, bad[index]))
            continue
        values = _values(record, spec, columns, given)
        _correct(values, record, spec, checked)
        refusal = _judge(values, spec, index + 1, seen)
        if refusal is not None:
            checked.refused.append(refusal)
            continue
        values["geom"] = shapes[index] if shapes is not None else None
        values["row"] = index + 1
        checked.rows.append(values)
    return checked


def _columns(
    frame: pd.DataFrame, spec: Mapping[str, Any], given: Mapping[str, str], kind: str
) -> dict[str, list[str]]:
    """Find which column holds each field; refuse a layer that lacks a compulsory one."""
    found = {
        name: [c for c in rule["from"] if c in frame.columns]
        for name, rule in spec["fields"].items()
    }
    missing = [
        name
        for name, rule in spec["fields"].items()
        if rule.get("required") and not found[name] and name not in given
    ]
    if missing:
        names = ", ".join(missing)
        message = f"A layer of {kind} needs the columns {names}; state one with --set NAME=VALUE."
        raise LayerUnreadableError(message)
    return found


def _values(
    record: Mapping[str, Any],
    spec: Mapping[str, Any],
    columns: Mapping[str, Sequence[str]],
    given: Mapping[str, str],
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in spec["fields"]:
        candidates = [record[c] for c in columns[name]]
        present = [v for v in candidates if not _absent(v)]
        values[name] = present[0] if present else given.get(name)
    return values


def _absent(value: Any) -> bool:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return value is pd.NaT or (isinstance(value, str) and not value.strip())


def _correct(
    values: dict[str, Any], record: Mapping[str, Any], spec: Mapping[str, Any], checked: Checked
) -> None:
    known = spec.get("corrected_by")
    if not known:
        return
    for key in (record.get(known), values.get("code")):
        fix = _corrections().get(str(key))
        if fix:
            values.update({k: v for k, v in fix.items() if k != "why"})
            checked.corrected.append(f"{values['name_en']}: {fix['why']}")


def _judge(
    values: dict[str, Any], spec: Mapping[str, Any], row: int, seen: set[str]
) -> Refusal | None:
    for name, rule in spec["fields"].items():
        value = values[name]
        if value is None:
            if rule.get("required"):
                code = "language_missing" if name[-3:] in {"_en", "_ml"} else "missing_field"
                return Refusal(row, code, name)
            continue
        if name.endswith("_ml") and not _MALAYALAM.search(str(value)):
            return Refusal(row, "language_missing", name)
        try:
            values[name] = _typed(value, rule)
        except (ValueError, TypeError):
            return Refusal(row, "bad_value", f"{name} = {str(value)[:60]}")
    if (values.get("until") or date.max) <= (values.get("since") or date.min):
        return Refusal(row, "bad_value", f"until = {values['until']}")
    return _again(values, spec, row, seen)


def _again(
    values: Mapping[str, Any], spec: Mapping[str, Any], row: int, seen: set[str]
) -> Refusal | None:
    """Refuse a key that an earlier row of the file has."""
    key = values.get("id" if "id" in spec["fields"] else str(spec.get("key")))
    if key is None:
        return None
    if key in seen:
        return Refusal(row, "twice_in_file", str(key))
    seen.add(str(key))
    return None


def _typed(value: Any, rule: Mapping[str, Any]) -> Any:
    kind = rule.get("kind", "text")
    if kind == "text":
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        known = text in rule.get("one_of", (text,))
        if not known or len(text) > LONGEST or "\0" in text:
            raise ValueError(text[:60])
        return text.strip()
    if kind == "colour" and not _COLOUR.fullmatch(str(value)):
        raise ValueError(value)
    if kind == "colour":
        return value
    if kind == "date":
        return _day(value)
    number = float(value)
    if not 0 <= number <= LARGEST or (kind == "positive" and number == 0):
        raise ValueError(value)
    return int(number) if kind == "integer" else number


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _shapes(
    frame: pd.DataFrame, spec: Mapping[str, Any], checked: Checked
) -> tuple[list[BaseGeometry | None] | None, dict[int, str]]:
    """Return each row's shape in EPSG:32643, made valid, and the rows that have none of use."""
    optional = bool(spec.get("shape_optional"))
    if not isinstance(frame, gpd.GeoDataFrame):
        return None, {} if optional else dict.fromkeys(range(len(frame)), "empty_geometry")
    bad: dict[int, str] = {}
    given = np.asarray(frame.geometry.array)
    for index, shape in enumerate(given):
        if shape is None or shape.is_empty:
            if not optional:
                bad[index] = "empty_geometry"
        elif not np.isfinite(shapely.get_coordinates(shape)).all():
            bad[index] = "not_finite"
    usable = frame.geometry.copy()
    usable[[index in bad for index in range(len(frame))]] = None
    moved = list(shapely.force_2d(np.asarray(usable.to_crs(GROUND).array)))
    out = [
        None if shape is None else _sound(shape, spec, index, bad, checked)
        for index, shape in enumerate(moved)
    ]
    return out, bad


def _sound(
    shape: BaseGeometry, spec: Mapping[str, Any], index: int, bad: dict[int, str], checked: Checked
) -> BaseGeometry | None:
    west, south, east, north = KERALA_BOX_M
    x0, y0, x1, y1 = shape.bounds
    if not (west <= x0 and south <= y0 and x1 <= east and y1 <= north):
        bad[index] = "outside_kerala"
        return None
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        checked.repaired.append(index + 1)
    dimension = 2 if spec["shape"] == "polygon" else shapely.get_dimensions(shape)
    parts = [p for p in flat_parts(shape) if shapely.get_dimensions(p) == dimension]
    if not parts:
        bad[index] = "wrong_shape"
        return None
    if spec.get("single_part") and len(parts) > 1:
        bad[index] = "several_parts"
        return None
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def flat_parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the simple parts of a shape, collections taken apart."""
    if not hasattr(shape, "geoms"):
        return [] if shape.is_empty else [shape]
    return [part for member in shape.geoms for part in flat_parts(member)]
