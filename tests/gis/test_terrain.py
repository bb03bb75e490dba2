"""Slopes from an elevation model: exact on planes, silent where the ground is not known."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import Polygon, box

from gis.terrain import NoElevationError, Terrain

CELL_M = 10.0


def model(folder: Path, ground: np.ndarray, cell_m: float = CELL_M) -> Terrain:
    path = folder / "dem.tif"
    rows, cols = ground.shape
    profile = {"driver": "GTiff", "height": rows, "width": cols, "count": 1, "dtype": "float32"}
    place = from_origin(600_000, 1_100_000 + rows * cell_m, cell_m, cell_m)
    more = {"crs": "EPSG:32643", "nodata": -9999.0, "transform": place}
    with rasterio.open(path, "w", **profile, **more) as out:
        out.write(ground.astype("float32"), 1)
    return Terrain(path)


def plot() -> Polygon:
    return box(600_030, 1_100_030, 600_050, 1_100_055)


@pytest.mark.parametrize("degrees", [0.0, 1.0, 30.0, 44.9, 45.1])
def test_a_plane_has_the_slope_it_was_built_with(tmp_path: Path, degrees: float) -> None:
    rise = np.tan(np.radians(degrees)) * CELL_M
    slope = model(tmp_path, np.tile(np.arange(10) * rise, (10, 1))).slope(plot())
    assert slope is not None
    assert slope.max_deg == pytest.approx(degrees, abs=1e-3)
    assert slope.mean_deg == pytest.approx(degrees, abs=1e-3)


def test_a_cell_without_data_beside_the_plot_gives_no_slope(tmp_path: Path) -> None:
    ground = np.zeros((10, 10))
    ground[5, 4] = -9999.0
    assert model(tmp_path, ground).slope(plot()) is None


def test_a_plot_at_the_edge_of_the_model_has_no_slope(tmp_path: Path) -> None:
    corner = box(600_000, 1_100_000, 600_020, 1_100_020)
    assert model(tmp_path, np.zeros((10, 10))).slope(corner) is None


def test_a_model_too_coarse_for_plots_gives_no_slope(tmp_path: Path) -> None:
    assert model(tmp_path, np.zeros((10, 10)), cell_m=200.0).slope(plot()) is None


def test_a_missing_model_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(NoElevationError, match="no-such"):
        Terrain(tmp_path / "no-such.tif")
