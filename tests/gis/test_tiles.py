"""z/x/y: bounded, and inverse to itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.tiles import BadTileError, at, bounds

DEGREES_LON = st.floats(74.5, 77.5)
DEGREES_LAT = st.floats(8.0, 12.9)


@given(DEGREES_LON, DEGREES_LAT, st.integers(0, 22))
def test_the_tile_at_a_point_holds_the_point(lon: float, lat: float, z: int) -> None:
    x, y = at(lon, lat, z)
    west, south, east, north = bounds(z, x, y)
    metres = lon * 20037508.342789244 / 180
    assert west - 1e-6 <= metres <= east + 1e-6
    assert south < north


@pytest.mark.parametrize("tile", [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_numbers_that_name_no_tile_are_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(BadTileError):
        bounds(*tile)


def test_four_tiles_share_the_square_of_their_parent() -> None:
    west, south, east, north = bounds(14, 11650, 7711)
    assert bounds(15, 23300, 15422)[0] == west
    assert bounds(15, 23301, 15423)[2] == pytest.approx(east)
    assert bounds(15, 23301, 15423)[1] == pytest.approx(south)
    assert bounds(15, 23300, 15422)[3] == north
