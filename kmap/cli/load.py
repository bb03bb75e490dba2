"""``kmap load``: a layer into the land register."""

import json
import math
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kmap import settings
from kmap.cli.watch import after_load
from kmap.land.errors import LayerUnreadableError
from kmap.land.intake import kinds
from kmap.land.loading import Order, Report, load_file
from kmap.land.rasters import load_raster_file
from kmap.store import migrate
from kmap.store.loads import Source
from kmap.store.pool import Pool, open_pool

SHOWN = 20


def _kinds_help() -> str:
    lines = []
    for kind, spec in kinds().items():
        fields = [
            name + ("*" if rule.get("required") else "") for name, rule in spec["fields"].items()
        ]
        lines.append(f"\b\n  {kind}: {spec['says']}\n      {' '.join(fields) or '(a raster)'}\n")
    return "\n".join(lines)


HELP = f"""Load a layer: GeoPackage, GeoJSON, Shapefile (CSV for wards, GeoTIFF for dem).

Shapes are moved to EPSG:32643 and made valid (and the report says so). A row is refused, with
its reason, when it is empty, not finite, outside Kerala, lacks a compulsory field or one of the
two languages. The load is recorded with source, date, accuracy and checksum; the same file again
changes nothing.

Kinds for --as (fields with * are compulsory; other names are understood too, see kinds.yaml):

{_kinds_help()}
Examples:

\b
  kmap load kerala_lsg_2021_osm.gpkg --as local-bodies --source "OpenStreetMap, ODbL"
  kmap load kerala_wards_sec2025.csv --as wards
  kmap load coast.gpkg --as features --set kind=coast
  kmap load crz.geojson --as restrictions --theme crz --accuracy 2

Exit status: 0 all rows in, 3 some rows refused, 1 a coded error (nothing loaded).
"""


@click.command(help=HELP)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(list(kinds())), default="restrictions")
@click.option("--theme", help="Theme of restrictions or coverage.")
@click.option("--layer", help="Layer of the file; the first if not said.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field for all rows.")
@click.option("--source", default="", help="Whose data these are.")
@click.option("--source-ml", default="", help="The same in Malayalam.")
@click.option("--date", "dated", type=click.DateTime(["%Y-%m-%d"]), help="Date of the data.")
@click.option("--scale", help="Scale of the source, like 1:4000.")
@click.option("--accuracy", type=click.FloatRange(0, 10_000), default=0.0, help="Metres.")
@click.option("--licence", default="", help="Licence of the data.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(  # noqa: PLR0913, PLR0917 - each is an option of its own
    file: Path,
    kind: str,
    theme: str | None,
    layer: str | None,
    given: tuple[str, ...],
    source: str,
    source_ml: str,
    dated: datetime | None,
    scale: str | None,
    accuracy: float,
    licence: str,
    as_json: bool,
) -> None:
    """Load a layer into the land register (the help text is HELP)."""
    if not math.isfinite(accuracy):
        raise click.BadParameter("a number of metres is needed", param_hint="--accuracy")
    named = source or file.name
    origin = Source(
        source_en=named,
        source_ml=source_ml or named,
        source_date=dated.date() if dated else None,
        source_scale=scale,
        accuracy_m=accuracy,
        licence=licence,
    )
    here = settings.load()
    migrate.upgrade(here.url())
    pool = open_pool(here.url())
    try:
        report = _load(pool, file, Order(kind, theme, layer, _pairs(given)), origin)
        after_load(here, pool)
    finally:
        pool.close()
    click.echo(json.dumps(report_json(report), ensure_ascii=False) if as_json else _text(report))
    if report.refused:
        raise SystemExit(3)


def _load(pool: Pool, file: Path, order: Order, origin: Source) -> Report:
    if order.kind == "dem":
        return load_raster_file(pool, file, settings.load().home / "rasters", origin)
    return load_file(pool, file, order, origin)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(text.split("=", 1) for text in given if "=" in text)
    if len(pairs) != len(given):
        raise LayerUnreadableError("--set is written FIELD=VALUE, each field once.")
    return pairs


def report_json(report: Report) -> dict[str, Any]:
    """Return a load's report as it is printed with ``--json``."""
    out = asdict(report)
    out["refused"] = [{"row": r.row, "code": r.code, "message": r.says()} for r in report.refused]
    return out


def _text(report: Report) -> str:
    if report.already:
        return f"{report.kind}: this file is loaded already ({report.loaded} rows)"
    lines = [
        (
            f"{report.kind}: {report.read} rows read, {report.loaded} loaded, "
            f"{len(report.refused)} refused, in {report.seconds} s"
        )
    ]
    if report.repaired:
        lines.append(f"  {len(report.repaired)} shapes were made valid")
    lines += [f"  corrected: {text}" for text in report.corrected]
    for refusal in report.refused[:SHOWN]:
        says = refusal.says()
        lines.append(f"  row {refusal.row}: {refusal.code}: {says['en']} / {says['ml']}")
    if len(report.refused) > SHOWN:
        lines.append(f"  ... and {len(report.refused) - SHOWN} more; --json lists all")
    return "\n".join(lines)
