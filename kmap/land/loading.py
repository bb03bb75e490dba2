"""Loading a layer: read, check, turn into rows of the register, COPY, record. Idempotent."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from kmap.land.errors import BadSurveyNumberError, LayerUnreadableError, UnknownThemeError
from kmap.land.intake import Checked, Refusal, check, checksum, flat_parts, kinds, read_frame
from kmap.land.search import fold, parse_survey, plot_id, survey_key, tile_id
from kmap.store import loads, pairs, register
from kmap.store.loads import Source
from kmap.store.pool import Connection, Pool, connected

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What a load did: rows read, taken, refused (each with its reason), repaired, corrected."""

    kind: str
    theme: str | None
    checksum: str
    read: int
    loaded: int
    refused: list[Refusal] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    already: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Batch:
    """One load under way: its connection, record, theme and source."""

    connection: Connection
    load_id: int
    theme: str | None
    source: Source

    @property
    def marks(self) -> Row:
        """The columns every row of a load shares."""
        return {"load_id": self.load_id, "invented": self.source.invented}


@dataclass(frozen=True)
class Order:
    """What to load: kind, theme, layer name, and fields stated for every row."""

    kind: str
    theme: str | None = None
    layer: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)


def load_file(pool: Pool, path: Path, order: Order, source: Source) -> Report:
    """Load one file; a file already loaded the same way is left alone.

    Raises LayerUnreadableError or UnknownThemeError; refused rows are in the report.
    """
    began = time.perf_counter()
    total = checksum(path, order.layer or "", repr(sorted(order.given.items())))
    with connected(pool) as connection, connection.transaction():
        register.sync(connection)
        earlier = loads.find_load(connection, order.kind, order.theme, total)
        if earlier:
            return Report(order.kind, order.theme, total, 0, earlier["rows"], already=True)
        frame = read_frame(path, order.layer)
        report = load_frame(connection, frame, order, source, total)
    with connected(pool) as connection:
        loads.analyse(connection)
    return _timed(report, time.perf_counter() - began)


def load_frame(
    connection: Connection,
    frame: gpd.GeoDataFrame | pd.DataFrame,
    order: Order,
    source: Source,
    total: str,
) -> Report:
    """Check a frame and write it inside the caller's transaction."""
    if order.kind not in BUILDERS:
        raise LayerUnreadableError(f"There is no kind {order.kind}; see kmap load --help.")
    spec = kinds()[order.kind]
    known = {r["id"] for r in connection.execute("SELECT id FROM theme").fetchall()}
    if spec.get("themed"):
        _require_theme(order, frame, known)
    checked = check(frame, order.kind, order.given)
    load_id = loads.record_load(connection, order.kind, order.theme, total, source)
    batch = Batch(connection, load_id, order.theme, source)
    loaded = BUILDERS[order.kind](batch, checked)
    pairs.renew(connection, load_id, order.kind)
    loads.finish_load(connection, load_id, loaded, len(checked.refused))
    refused = sorted(checked.refused, key=lambda r: (r.row, r.code))
    return Report(
        order.kind,
        order.theme,
        total,
        len(frame),
        loaded,
        refused,
        checked.repaired,
        sorted(set(checked.corrected)),
    )


def _timed(report: Report, seconds: float) -> Report:
    return Report(**{**vars(report), "seconds": round(seconds, 3)})


def _require_theme(order: Order, frame: pd.DataFrame, known: set[str]) -> None:
    named = {order.theme} if order.theme else set(frame.get("theme", pd.Series(dtype=str)))
    if not named or None in named or named - known:
        names = ", ".join(sorted(known - {register.RECORDS_ONLY}))
        raise UnknownThemeError(f"State a theme with --theme; the register knows: {names}.")


def _new(batch: Batch, checked: Checked, table: str, column: str) -> list[Row]:
    """Return the rows whose key the register does not hold yet; refuse the others."""
    keys = [row[column] for row in checked.rows]
    there = loads.existing(batch.connection, table, column, keys)
    return _keep(checked, lambda row: row[column] not in there, "already_there", column)


def _keep(checked: Checked, holds: Callable[[Row], bool], code: str, column: str) -> list[Row]:
    kept = []
    for row in checked.rows:
        if holds(row):
            kept.append(row)
        else:
            checked.refused.append(Refusal(row["row"], code, str(row[column])))
    return kept


def many(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return a shape as a marked MultiPolygon."""
    if shape is None:
        return None
    parts = [p for p in flat_parts(shape) if isinstance(p, Polygon)]
    return loads.ground(MultiPolygon(parts))


_CLASS = {
    "municipal_corporation": ("municipal", "corporation"),
    "corporation": ("municipal", "corporation"),
    "municipality": ("municipal", "municipal_council"),
    "gram_panchayat": ("panchayat", "grama_panchayat"),
    "grama_panchayat": ("panchayat", "grama_panchayat"),
}


def _local_bodies(batch: Batch, checked: Checked) -> int:
    checked.rows = _keep(checked, lambda r: r["tier"] in _CLASS, "bad_value", "tier")
    rows = [
        {
            "code": r["code"],
            "tier": r["tier"],
            "name_en": r["name_en"],
            "name_ml": r["name_ml"],
            "family": _CLASS[r["tier"]][0],
            "body_class": _CLASS[r["tier"]][1],
            "district": r["district"],
            "geom": many(r["geom"]),
            **batch.marks,
        }
        for r in _new(batch, checked, "local_body", "code")
    ]
    return loads.copy_rows(batch.connection, "local_body", rows)


def _wards(batch: Batch, checked: Checked) -> int:
    rows = [
        {
            "local_body_code": r["local_body_code"],
            "code": r["code"],
            "number": r["number"],
            "name_en": r["name_en"],
            "name_ml": r["name_ml"] or "",
            "electors": r["electors"],
            "geom": many(r["geom"]),
            **batch.marks,
        }
        for r in _new(batch, checked, "ward", "code")
    ]
    return loads.copy_rows(batch.connection, "ward", rows)


def _villages(batch: Batch, checked: Checked) -> int:
    names = ("code", "name_en", "name_ml", "taluk_en", "taluk_ml", "district_en", "district_ml")
    rows = [
        {
            **{name: r[name] for name in names},
            "search_key": fold(r["name_en"]),
            "search_key_ml": fold(r["name_ml"]),
            "geom": many(r["geom"]),
            **batch.marks,
        }
        for r in _new(batch, checked, "village", "code")
    ]
    return loads.copy_rows(batch.connection, "village", rows)


def _plots(batch: Batch, checked: Checked) -> int:
    codes = {row["village_code"] for row in checked.rows}
    there = loads.villages(batch.connection, codes, invented=batch.source.invented)
    checked.rows = _keep(
        checked, lambda r: r["village_code"] in there, "not_in_register", "village_code"
    )
    checked.rows = _keep(checked, _has_number, "bad_value", "survey_no")
    first: dict[str, int] = {}
    for row in checked.rows:
        row["subdivision"] = row["subdivision"] or ""
        parts = [row[k] for k in ("village_code", "block", "survey_no", "subdivision")]
        row["public_id"] = plot_id(*parts)
        first.setdefault(row["public_id"], row["row"])
    checked.rows = _keep(
        checked,
        lambda r: first[r["public_id"]] == r["row"],
        "twice_in_file",
        "public_id",
    )
    kept = _new(batch, checked, "plot", "public_id")
    kept.sort(key=lambda r: _along_the_curve(r["geom"]))
    return loads.copy_rows(batch.connection, "plot", [_plot(batch, row) for row in kept])


def _has_number(row: Row) -> bool:
    """Say whether a plot could be asked for by its survey number."""
    try:
        parse_survey(survey_key(row["survey_no"], row["subdivision"] or ""))
    except BadSurveyNumberError:
        return False
    return True


def _along_the_curve(shape: BaseGeometry) -> int:
    """Order neighbours next to each other, so that a tile reads few pages."""
    spot = shape.centroid
    x, y = int(spot.x) >> 6, int(spot.y) >> 6
    return sum(
        ((x >> bit & 1) << (2 * bit)) | ((y >> bit & 1) << (2 * bit + 1)) for bit in range(20)
    )


def _plot(batch: Batch, row: Row) -> Row:
    accuracy = row["accuracy_m"]
    return {
        "tile_id": tile_id(row["public_id"]),
        "public_id": row["public_id"],
        "village_code": row["village_code"],
        "block": row["block"],
        "survey_no": row["survey_no"],
        "subdivision": row["subdivision"],
        "search_key": survey_key(row["survey_no"], row["subdivision"]),
        "ulpin": row["ulpin"],
        "deed_area_m2": row["deed_area_m2"],
        "geom": loads.ground(row["geom"]),
        "source": batch.source.source_en,
        "accuracy_m": batch.source.accuracy_m if accuracy is None else accuracy,
        **batch.marks,
    }


def _restrictions(batch: Batch, checked: Checked) -> int:
    for name in ("office", "document"):
        _refuse_unknown(batch, checked, name)
    rows = [
        {
            "public_id": r["id"],
            "theme_id": r["theme"] or batch.theme,
            "kind": r["kind"],
            "status": r["status"],
            "value": r["value"],
            "zone_code": r["zone_code"],
            **{k: r[k] for k in ("title_en", "title_ml", "says_en", "says_ml", "colour")},
            "accuracy_m": r["accuracy_m"],
            "office_id": r["office"],
            "document_id": r["document"],
            "article": r["article"],
            "valid": loads.from_day(r["since"], r["until"]),
            "load_id": batch.load_id,
        }
        for r in checked.rows
    ]
    shapes = [flat_parts(r["geom"]) for r in checked.rows]
    return loads.add_restrictions(batch.connection, rows, shapes)


def _refuse_unknown(batch: Batch, checked: Checked, name: str) -> None:
    named = {r[name] for r in checked.rows if r[name]}
    there = loads.existing(batch.connection, name, "id", named)
    checked.rows = _keep(
        checked, lambda r: r[name] is None or r[name] in there, "not_in_register", name
    )


def _coverage(batch: Batch, checked: Checked) -> int:
    rows = [
        {
            "theme_id": r["theme"] or batch.theme,
            "level": r["level"],
            "valid": loads.from_day(r["since"], r["until"]),
            "geom": loads.ground(part),
            "load_id": batch.load_id,
        }
        for r in checked.rows
        for part in flat_parts(r["geom"])
    ]
    return loads.copy_rows(batch.connection, "coverage", rows)


def _features(batch: Batch, checked: Checked) -> int:
    rows = [
        {
            **{k: r[k] for k in ("kind", "class", "name_en", "name_ml", "width_m")},
            "geom": loads.ground(part),
            **batch.marks,
        }
        for r in checked.rows
        for part in flat_parts(r["geom"])
    ]
    return loads.copy_rows(batch.connection, "feature", rows)


def _buildings(batch: Batch, checked: Checked) -> int:
    names = list(kinds()["buildings"]["fields"])
    rows = [
        {
            **{name: r[name] for name in names},
            "tile_id": tile_id(r["id"]),
            "geom": None if r["geom"] is None else loads.ground(r["geom"]),
            **batch.marks,
        }
        for r in _new(batch, checked, "building", "id")
    ]
    return loads.copy_rows(batch.connection, "building", rows)


BUILDERS: dict[str, Callable[[Batch, Checked], int]] = {
    "local-bodies": _local_bodies,
    "wards": _wards,
    "villages": _villages,
    "plots": _plots,
    "restrictions": _restrictions,
    "coverage": _coverage,
    "features": _features,
    "buildings": _buildings,
}
