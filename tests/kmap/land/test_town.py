"""The invented town: big enough, labelled, made the same each time, loaded once."""

from pathlib import Path

import pyogrio
import pytest
from shapely.strtree import STRtree

from kmap import settings
from kmap.land.search import tile_id
from kmap.land.town import ensure_town
from kmap.store.pool import Pool, connected

pytestmark = pytest.mark.db


def count(town: Pool, question: str) -> int:
    with connected(town) as connection:
        row = connection.execute(f"SELECT count(*) AS n FROM {question}").fetchone()
    return int((row or {})["n"])


def test_the_town_has_what_the_tour_needs(town: Pool) -> None:
    assert count(town, "plot") >= 5000
    assert (
        count(
            town,
            "building b WHERE EXISTS (SELECT FROM building_floor f"
            " WHERE f.building_id = b.id) AND b.height_m > 0",
        )
        >= 200
    )
    assert count(town, "building WHERE geom IS NULL") > 0
    assert count(town, "local_body WHERE invented") == 2
    assert count(town, "ward WHERE invented") == 16
    assert count(town, "restriction WHERE status = 'draft'") >= 1
    assert count(town, "restriction WHERE status = 'draft_with_effect'") >= 1
    assert count(town, "evidence") > 50


def test_everything_of_the_town_says_that_it_is_invented(town: Pool) -> None:
    for table in ("plot", "building", "local_body", "ward", "village", "feature", "raster"):
        assert count(town, f"{table} WHERE invented") > 0
    assert count(town, "layer_load WHERE source_en ILIKE 'invented%' AND NOT invented") == 0
    assert count(town, "local_body WHERE invented AND name_en NOT LIKE '%(invented)'") == 0


def test_loading_the_town_again_changes_nothing(town: Pool) -> None:
    before = count(town, "plot"), count(town, "layer_load")
    again = ensure_town(town, settings.load().home, lambda _: None)
    assert again.already
    assert (count(town, "plot"), count(town, "layer_load")) == before


def test_deeds_differ_a_little_from_the_drawn_areas(town: Pool) -> None:
    near = "plot WHERE abs(deed_area_m2 / drawn_area_m2 - 1)"
    assert count(town, f"{near} < 0.03") > 0.9 * count(town, "plot")
    assert count(town, f"{near} > 0.0005") > 0.8 * count(town, "plot")
    assert count(town, "plot WHERE deed_area_m2 IS NULL") > 0


def test_plots_do_not_overlap(town_folder: Path) -> None:
    plots = pyogrio.read_dataframe(town_folder / "town.gpkg", layer="plots")
    shapes = plots.geometry.to_numpy()
    left, right = STRtree(shapes).query(shapes, predicate="overlaps")
    shared = [shapes[a].intersection(shapes[b]).area for a, b in zip(left, right, strict=True)]
    assert max(shared, default=0.0) < 0.01


def test_public_and_tile_ids_are_unique_and_follow_from_each_other(town: Pool) -> None:
    with connected(town) as connection:
        rows = connection.execute("SELECT public_id, tile_id FROM plot").fetchall()
    assert len({r["public_id"] for r in rows}) == len({r["tile_id"] for r in rows}) == len(rows)
    assert all(tile_id(r["public_id"]) == r["tile_id"] < 2**53 for r in rows[::50])


def test_the_town_lies_in_no_real_local_body(shared: Path, town_folder: Path) -> None:
    real = pyogrio.read_dataframe(shared / "data" / "kerala_lsg_2021_osm.gpkg")
    frame = pyogrio.read_dataframe(town_folder / "town.gpkg", layer="local_bodies")
    assert not real.to_crs(frame.crs).intersects(frame.union_all()).any()
