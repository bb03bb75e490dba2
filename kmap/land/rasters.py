"""Elevation models: recorded with their frame, kept as files under the service's home."""

import hashlib
import shutil
import time
from dataclasses import replace
from pathlib import Path

import rasterio
from rasterio.warp import Resampling, calculate_default_transform, reproject
from shapely.geometry import box

from kmap.land.errors import LayerUnreadableError
from kmap.land.loading import Report
from kmap.store import loads, register
from kmap.store.loads import Source
from kmap.store.pool import Connection, Pool, connected

THEME = "slope"
GROUND = "EPSG:32643"


def load_raster(connection: Connection, path: Path, folder: Path, source: Source) -> Report:
    """Keep an elevation model in metres under ``folder`` and record it for slopes.

    Raises LayerUnreadableError when it cannot be read or has no coordinate system.
    """
    if not path.exists():
        raise LayerUnreadableError(f"There is no file {path}.")
    total = hashlib.sha256(path.read_bytes()).hexdigest()
    earlier = loads.find_load(connection, "dem", THEME, total)
    if earlier:
        return Report("dem", THEME, total, 1, 1, already=True)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"dem-{total[:16]}.tif"
    try:
        _to_ground(path, target)
        with rasterio.open(target) as model:
            frame, cell_m = box(*model.bounds), float(abs(model.transform.a))
    except rasterio.errors.RasterioError as error:
        raise LayerUnreadableError(f"{path.name} cannot be read as a raster: {error}") from error
    load_id = loads.record_load(connection, "dem", THEME, total, source)
    row = {"path": str(target.resolve()), "cell_m": cell_m, "geom": loads.ground(frame)}
    loads.add_raster(connection, load_id, THEME, {**row, "invented": source.invented})
    loads.finish_load(connection, load_id, 1, 0)
    return Report("dem", THEME, total, 1, 1)


def _to_ground(path: Path, target: Path) -> None:
    with rasterio.open(path) as model:
        if model.crs is None:
            raise LayerUnreadableError(f"{path.name} does not say its coordinate system (CRS).")
        if model.crs.to_string() == GROUND:
            if path.resolve() != target.resolve():
                shutil.copyfile(path, target)
            return
        transform, width, height = calculate_default_transform(
            model.crs, GROUND, model.width, model.height, *model.bounds
        )
        profile = {**model.profile, "driver": "GTiff", "dtype": "float32", "nodata": -9999.0}
        profile |= {"crs": GROUND, "transform": transform, "width": width, "height": height}
        with rasterio.open(target, "w", **profile) as out:
            reproject(
                rasterio.band(model, 1),
                rasterio.band(out, 1),
                resampling=Resampling.bilinear,
                dst_nodata=-9999.0,
            )


def load_raster_file(pool: Pool, path: Path, folder: Path, source: Source) -> Report:
    """Load an elevation model in a transaction of its own."""
    began = time.perf_counter()
    with connected(pool) as connection, connection.transaction():
        register.sync(connection)
        report = load_raster(connection, path, folder, source)
    return replace(report, seconds=round(time.perf_counter() - began, 3))
