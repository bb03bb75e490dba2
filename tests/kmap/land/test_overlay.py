"""Overlaps against an overlay of our own with shapely, and under shifts of the layers."""

import math
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

from kmap.land.themes import TOUCH_M, TOUCH_M2, judge
from kmap.store import layers, parcels, register
from kmap.store.layers import Overlap
from kmap.store.parcels import Parcel
from kmap.store.pool import Pool, connected

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
Found = list[tuple[Parcel, dict[str, Overlap]]]


@pytest.fixture(scope="module")
def restrictions(town_folder: Path) -> dict[str, BaseGeometry]:
    frame = pyogrio.read_dataframe(town_folder / "town.gpkg", layer="restrictions")
    return dict(zip(frame["id"], shapely.make_valid(frame.geometry.to_numpy()), strict=True))


@pytest.fixture(scope="module")
def accuracy_m(town_folder: Path) -> dict[str, float]:
    frame = pyogrio.read_dataframe(town_folder / "town.gpkg", layer="restrictions")
    return dict(zip(frame["id"], frame["accuracy_m"].astype(float), strict=True))


@pytest.fixture(scope="module")
def found(town: Pool) -> Found:
    """What the database says of 300 plots chosen at random, the same each time."""
    with connected(town) as connection:
        book = register.read(connection)
        keys = [
            row["public_id"]
            for row in connection.execute("SELECT public_id FROM plot ORDER BY 1").fetchall()
        ]
        chosen = np.random.default_rng(7).choice(keys, 300, replace=False)
        out = []
        for key in chosen:
            parcel = parcels.by_id(connection, str(key), TODAY)
            assert parcel is not None
            rows = layers.overlaps(connection, parcel.key, TODAY, list(book.themes))
            out.append((parcel, {row.row["public_id"]: row for row in rows}))
    return out


def size(shape: BaseGeometry, plot: BaseGeometry) -> float:
    shared = shape.intersection(plot)
    return float(shared.area if shapely.get_dimensions(shape) == 2 else shared.length)


def test_overlaps_agree_with_shapely_within_a_square_decimetre(
    found: Found, restrictions: dict[str, BaseGeometry]
) -> None:
    names, shapes = list(restrictions), list(restrictions.values())
    tree = STRtree(shapes)
    pairs = 0
    for parcel, said in found:
        ours = {
            names[i]: size(shapes[i], parcel.shape)
            for i in tree.query(parcel.shape, predicate="intersects")
        }
        assert set(ours) <= set(said)
        for name, overlap in said.items():
            assert overlap.size == pytest.approx(ours.get(name, 0.0), abs=0.01)
            pairs += name in ours
    assert pairs > 300


def test_a_definite_answer_holds_for_every_shift_within_accuracy(
    found: Found, restrictions: dict[str, BaseGeometry], accuracy_m: dict[str, float]
) -> None:
    definite = 0
    for parcel, said in found:
        for name, shape in restrictions.items():
            overlap = said.get(name)
            bearing = judge(overlap) if overlap else None
            if bearing is not None and bearing.too_close:
                continue
            slack = parcel.accuracy_m + accuracy_m[name]
            near = parcel.shape.distance(shape) <= 8.0
            if not near or (overlap and shape.contains(parcel.shape.buffer(8.0))):
                continue
            least = TOUCH_M2 if shapely.get_dimensions(shape) == 2 else TOUCH_M
            sizes = [size(shape, moved) for moved in shifted(parcel.shape, slack)]
            present = bearing is not None and bearing.present
            assert all((s >= least) == present for s in sizes), (parcel.row["public_id"], name)
            definite += 1
    assert definite > 50


def test_the_bounds_hold_the_overlap_of_every_shift(
    found: Found, restrictions: dict[str, BaseGeometry]
) -> None:
    for parcel, said in found:
        for name, overlap in said.items():
            for moved in shifted(parcel.shape, overlap.slack_m):
                assert overlap.least - 0.01 <= size(restrictions[name], moved)
                assert size(restrictions[name], moved) <= overlap.most + 0.01


def shifted(plot: BaseGeometry, by_m: float) -> list[BaseGeometry]:
    """Eight shifts: moving the plot one way is moving the layer the other."""
    turns = [math.radians(45 * k) for k in range(8)]
    return [affinity.translate(plot, by_m * math.cos(t), by_m * math.sin(t)) for t in turns]


def test_plots_too_close_to_call_exist_in_the_town(found: Found) -> None:
    bearings = [judge(overlap) for _, said in found for overlap in said.values()]
    assert any(b is not None and b.too_close for b in bearings)
