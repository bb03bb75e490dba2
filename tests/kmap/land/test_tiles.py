"""Tiles cut by the database, read back with GDAL."""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import box

from gis.tiles import BadTileError, at, bounds
from kmap.store.pool import Pool, connected
from kmap.store.tile_layers import LAYERS
from kmap.store.tiles import NoSuchLayerError, Tiles

pytestmark = pytest.mark.db
MIDDLE = (75.9465, 10.4820)
BACKWATER = (75.9466, 10.4976)


@pytest.fixture(scope="module")
def tiles(town: Pool) -> Tiles:
    return Tiles(town)


def read(folder: Path, body: bytes, z: int, x: int, y: int) -> gpd.GeoDataFrame:
    """What a client sees of a tile, in EPSG:3857."""
    path = folder / "tile.mvt"
    path.write_bytes(body)
    return pyogrio.read_dataframe(path, X=str(x), Y=str(y), Z=str(z), CLIP="NO")


@pytest.mark.parametrize("z", [14, 16, 18])
def test_a_tile_of_plots_holds_every_plot_of_its_square_and_no_other(
    tiles: Tiles, town: Pool, tmp_path: Path, z: int
) -> None:
    x, y = at(*MIDDLE, z)
    body = tiles.tile("parcels", z, x, y)
    assert body
    seen = read(tmp_path, body, z, x, y)
    west, south, east, north = bounds(z, x, y)
    with connected(town) as connection:
        rows = connection.execute(
            "SELECT tile_id, ST_AsBinary(geom_3857) AS shape FROM plot WHERE geom_3857 &&"
            " ST_MakeEnvelope(%s, %s, %s, %s, 3857)",
            (west, south, east, north),
        ).fetchall()
    true = gpd.GeoSeries.from_wkb([r["shape"] for r in rows], index=[r["tile_id"] for r in rows])
    touching = true[true.intersects(box(west, south, east, north))]
    assert set(touching.index) <= set(seen["mvt_id"])
    drawn = seen.set_index("mvt_id").geometry
    unit_m = (east - west) / 4096
    inside = true[true.within(box(west, south, east, north))]
    for plot, shape in inside.items():
        assert drawn[plot].hausdorff_distance(shape) <= 1.5 * unit_m


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_draws_something_of_the_town(tiles: Tiles, tmp_path: Path, layer: str) -> None:
    z = {"places": 12, "parcels": 16}.get(layer, 14)
    x, y = at(*(BACKWATER if layer == "water" else MIDDLE), z)
    body = tiles.tile(layer, z, x, y)
    assert body
    seen = read(tmp_path, body, z, x, y)
    assert len(seen) > 0
    assert set(LAYERS[layer].fields) <= set(seen.columns)


def test_an_empty_tile_is_none(tiles: Tiles) -> None:
    assert tiles.tile("parcels", 16, 0, 0) is None


def test_plots_are_not_sent_by_the_ten_thousand_at_low_zooms(tiles: Tiles) -> None:
    assert tiles.tile("parcels", 12, *at(*MIDDLE, 12)) is None


def test_what_names_no_tile_is_refused(tiles: Tiles) -> None:
    with pytest.raises(NoSuchLayerError):
        tiles.tile("owners", 14, 0, 0)
    with pytest.raises(BadTileError):
        tiles.tile("parcels", 14, 1 << 14, 0)
    with pytest.raises(BadTileError):
        tiles.tile("parcels", 10_000, 0, 0)


def test_the_version_changes_with_a_load(tiles: Tiles, town: Pool) -> None:
    before = tiles.version()
    assert tiles.version() == before
    insert = (
        "INSERT INTO layer_load (kind, source_en, source_ml, checksum, rows)"
        " VALUES ('test', 'x', 'x', 'x', 0) RETURNING id"
    )
    with connected(town) as connection:
        row = connection.execute(insert).fetchone() or {}
        assert tiles.version() != before
        connection.execute("DELETE FROM layer_load WHERE id = %s", (row["id"],))


def test_the_bounds_are_the_town_s(tiles: Tiles) -> None:
    west, south, east, north = tiles.bounds()
    assert west < MIDDLE[0] < east
    assert south < MIDDLE[1] < north
