"""Make the invented town of Neelathura: ``python data/sample/make_town.py --out FOLDER``.

Writes ``town.gpkg`` (all vector layers, EPSG:32643), ``dem.tif`` (10 m) and ``tables.json``
(what has no geometry). The same seed makes the same town. Nothing in it is a real place, plot,
person or record.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import geopandas as gpd
import numpy as np
import rasterio
from rasterio.transform import from_origin
from ruamel.yaml import YAML
from town_layers import fixed_features, shapes, wards, zones
from town_plan import CRS, EAST_0, HEIGHT, NORTH_0, SEED, elevation, place
from town_plots import Surveyor
from town_records import Row, make_buildings, make_evidence, number_plots

BUILDINGS = 640
ACCURACY_OF_ZONES_M = 0.0  # the plan's zone lines are drawn on the survey's own lines


def main() -> None:
    """Make the town and write it to a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    book = YAML(typ="safe").load(Path(__file__).with_name("town.yaml"))
    rng = np.random.default_rng(SEED)
    surveyor = Surveyor(rng)
    named = shapes()
    say("laying lanes and plots")
    parcels = surveyor.survey()
    villages = {v["code"]: named[v["shape"]] for v in book["villages"]}
    plots = number_plots(parcels, villages, rng)
    say(f"{len(plots)} plots; drawing layers and buildings")
    buildings, floors = make_buildings(plots, BUILDINGS, rng)
    evidence = make_evidence(plots, named["paddy_unnotified"], named["paddy_bank"])
    lanes: list[Row] = [
        {
            "kind": "road",
            "class": lane.kind,
            "name_en": None,
            "name_ml": None,
            "width_m": lane.width_m,
            "geometry": lane.line,
        }
        for lane in surveyor.lanes
    ]
    layers = {
        "plots": plots,
        "features": fixed_features() + lanes,
        "buildings": [_with_plot_id(row) for row in buildings],
        "restrictions": _restrictions(book, named),
        "coverage": [{**c, "geometry": named[c["shape"]]} for c in book["coverage"]],
        "local_bodies": [{**b, "geometry": named[b["shape"]]} for b in book["local_bodies"]],
        "villages": [{**v, "geometry": named[v["shape"]]} for v in book["villages"]],
        "wards": _wards(book, named, rng),
    }
    write(out, layers)
    tables = {
        "floors": floors,
        "evidence": [_with_plot_id(row) for row in evidence],
        **{key: book[key] for key in ("documents", "articles", "zones")},
    }
    text = json.dumps(tables, ensure_ascii=False, default=str)
    (out / "tables.json").write_text(text, encoding="utf-8")
    say(f"wrote {len(buildings)} buildings, {len(evidence)} records, to {out}")


def say(text: str) -> None:
    """Tell how far the work is."""
    print(text, file=sys.stderr, flush=True)


def _with_plot_id(row: Row) -> Row:
    plot = row["plot"]
    if not isinstance(plot, dict):
        raise TypeError(row)
    keys = ("village_code", "block", "survey_no", "subdivision")
    return {
        **{k: v for k, v in row.items() if k != "plot"},
        "plot_key": [str(plot[k]) for k in keys],
    }


def _restrictions(book: dict, named: dict) -> list[Row]:
    rows: list[Row] = [
        {"status": "in_force", **r, "geometry": named[r["shape"]]} for r in book["restrictions"]
    ]
    titles = {z["code"]: z for z in book["zones"]}
    for code, shape in zones(named["municipality"]).items():
        texts = {
            k: titles[code][k] for k in ("title_en", "title_ml", "says_en", "says_ml", "colour")
        }
        kind = "prohibits" if code == "G" else "limits"
        rows.append(
            {
                "id": f"zone-{code}",
                "theme": "zoning",
                "kind": kind,
                "status": "in_force",
                "value": code,
                "zone_code": code,
                "document": "town-mp-2031",
                "article": "4.2",
                "since": "2021-04-01",
                "accuracy_m": ACCURACY_OF_ZONES_M,
                "geometry": shape,
                **texts,
            }
        )
    return rows


def _wards(book: dict, named: dict, rng: np.random.Generator) -> list[Row]:
    rows: list[Row] = []
    for body in book["local_bodies"]:
        names = book["wards"][body["code"]]
        for number, (shape, name) in enumerate(
            zip(wards(named[body["shape"]], len(names), rng), names, strict=True), 1
        ):
            rows.append(
                {
                    "local_body_code": body["code"],
                    "code": f"{body['code']}{number:03d}",
                    "number": number,
                    "name_en": name[0],
                    "name_ml": name[1],
                    "geometry": shape,
                }
            )
    return rows


def write(out: Path, layers: dict[str, list[Row]]) -> None:
    """Write the vector layers and the elevation model."""
    path = out / "town.gpkg"
    path.unlink(missing_ok=True)
    for name, rows in layers.items():
        moved = [
            {**row, "geometry": place(row["geometry"]) if row["geometry"] is not None else None}
            for row in rows
        ]
        frame = gpd.GeoDataFrame(moved, geometry="geometry", crs=CRS).drop(
            columns="shape", errors="ignore"
        )
        for column in [c for c in ("plot_key",) if c in frame.columns]:
            frame[column] = [json.dumps(v) for v in frame[column]]
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
    ground = elevation()
    rows, cols = ground.shape
    profile = {
        "driver": "GTiff",
        "height": rows,
        "width": cols,
        "count": 1,
        "dtype": "float32",
        "crs": CRS,
        "nodata": -9999.0,
        "compress": "deflate",
        "transform": from_origin(EAST_0, NORTH_0 + HEIGHT, 10, 10),
    }
    with rasterio.open(out / "dem.tif", "w", **profile) as target:
        target.write(np.where(np.isnan(ground), -9999.0, ground).astype("float32"), 1)


if __name__ == "__main__":
    main()
