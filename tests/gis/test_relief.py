"""Relief: known planes have known slopes; what is unknown is transparent."""

import io
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.transform import from_origin

from gis import relief
from gis.terrain import NoElevationError
from gis.tiles import BadTileError, at

EAST, NORTH = 602000.0, 1160000.0
CELL = 5.0
MIDDLE = (75.9465, 10.4820)


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ground that rises 15 degrees to the east, with a hole of no data."""
    path = tmp_path_factory.mktemp("relief") / "plane.tif"
    rise = np.tan(np.radians(15.0)) * CELL
    ground = np.tile(np.arange(800, dtype="float32") * rise, (800, 1))
    ground[380:420, 380:420] = -9999
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:32643"}
    profile |= {"width": 800, "height": 800, "nodata": -9999.0}
    place = from_origin(EAST, NORTH, CELL, CELL)
    with rasterio.open(path, "w", **profile, transform=place) as out:
        out.write(ground, 1)
    return path


def pixels(body: bytes) -> np.ndarray:
    found = np.asarray(Image.open(io.BytesIO(body)))
    return found.transpose(2, 0, 1)


def middle(z: int) -> tuple[int, int, int]:
    lon, lat = rasterio.warp.transform("EPSG:32643", "EPSG:4326", [EAST + 2000], [NORTH - 2000])
    return (z, *at(lon[0], lat[0], z))


@pytest.mark.parametrize("z", [13, 14, 15, 16])
def test_a_plane_has_its_slope_at_every_zoom(plane: Path, z: int) -> None:
    tile = middle(z)
    ground = relief.heights([plane], *tile)
    assert ground is not None
    degrees = relief.slope_deg(ground, relief.pixel_m(z, tile[2]))
    assert np.nanmedian(degrees) == pytest.approx(15.0, abs=0.15)
    body = relief.slope_png(ground, relief.pixel_m(z, tile[2]))
    assert body is not None
    image = pixels(body)
    assert image.shape == (4, 256, 256)
    wanted = next(c for c in relief.CLASSES if c.above_deg < 15 <= c.to_deg).colour
    rgb = [int(wanted[n : n + 2], 16) for n in (1, 3, 5)]
    assert np.median(image[:3, image[3] == 255], axis=1).tolist() == rgb


def test_what_is_unknown_is_transparent_not_flat(plane: Path) -> None:
    tile = middle(15)
    ground = relief.heights([plane], *tile)
    assert ground is not None
    for body in (relief.slope_png(ground, 4.7), relief.hillshade_png(ground, 4.7)):
        assert body is not None
        alpha = pixels(body)[-1]
        unknown = np.isnan(ground)[1:-1, 1:-1]
        assert 100 < unknown.sum() < unknown.size
        assert (alpha[unknown] == 0).all()


def test_light_comes_from_the_north_west(plane: Path) -> None:
    """Ground that rises to the east turns to the west: lit; mirrored, it lies in shade."""
    ground = relief.heights([plane], *middle(15))
    assert ground is not None
    lit, dark = (pixels(relief.hillshade_png(g, 4.7) or b"")[0] for g in (ground, ground[:, ::-1]))
    assert np.median(lit) == 255
    assert np.median(dark) == 0


def test_a_finer_model_lies_over_a_coarser_one(plane: Path, tmp_path: Path) -> None:
    coarse = tmp_path / "coarse.tif"
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:32643"}
    place = from_origin(EAST, NORTH, 100, 100)
    with rasterio.open(coarse, "w", **profile, width=40, height=40, transform=place) as out:
        out.write(np.full((40, 40), 7000, dtype="float32"), 1)
    alone = relief.heights([plane], *middle(15))
    both = relief.heights([plane, coarse], *middle(15))
    assert alone is not None
    assert both is not None
    known = ~np.isnan(alone)
    assert (both[known] == alone[known]).all()
    assert (both[~known] == 7000).all()


def test_outside_the_model_there_is_nothing(plane: Path) -> None:
    assert relief.heights([plane], 15, 0, 0) is None


def test_what_cannot_be_read_or_is_no_tile_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoElevationError):
        relief.heights([tmp_path / "none.tif"], 15, 0, 0)
    with pytest.raises(BadTileError):
        relief.heights([], 15, 1 << 15, 0)
