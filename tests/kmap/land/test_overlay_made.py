"""Overlaps of made plots and restrictions, every awkward kind; ``just torture-land`` for more."""

from types import ModuleType

import numpy as np
import pytest
import shapely

from gis import pairs


@pytest.fixture(scope="module")
def torture(tool: object) -> ModuleType:
    return tool("torture_land")


def test_pairs_agree_with_plain_overlays_and_definite_answers_hold(torture: ModuleType) -> None:
    cases = [torture.a_case(seed) for seed in range(24)]
    assert [fault for case in cases for fault in torture.faults(case)] == []
    kinds = {shapely.get_dimensions(shape) for case in cases for shape in case.shapes}
    assert kinds == {0, 1, 2}


@pytest.mark.parametrize("margin", [0.7, 0.0])
def test_bounds_too_narrow_would_be_noticed(
    torture: ModuleType, monkeypatch: pytest.MonkeyPatch, margin: float
) -> None:
    monkeypatch.setattr(pairs, "SLACK_MARGIN", margin)
    assert any(torture.faults(torture.a_case(seed)) for seed in range(12))


def test_a_plot_wholly_inside_needs_no_numbers() -> None:
    plot, near, far = (
        shapely.box(0, 0, 20, 20),
        shapely.box(-9, -9, 29, 29),
        shapely.box(40, 0, 50, 9),
    )
    found = pairs.pairs(
        pairs.Plots(np.array([7]), np.array([plot]), np.array([1.0])),
        pairs.Pieces(np.array([1, 2]), np.array([near, far]), np.array([2.0, 2.0])),
    )
    assert (found.plots.tolist(), found.restrictions.tolist()) == ([7], [1])
    assert np.isnan(found.size).all()
    assert found.slack_m.tolist() == [3.0]


def test_pieces_of_one_area_are_one_restriction() -> None:
    plot = shapely.box(0, 0, 20, 20)
    halves = np.array([shapely.box(-50, -50, 10, 50), shapely.box(10, -50, 50, 50)])
    found = pairs.pairs(
        pairs.Plots(np.array([1]), np.array([plot]), np.array([1.0])),
        pairs.Pieces(np.array([4, 4]), halves, np.array([0.0, 0.0])),
    )
    assert len(found) == 1
    assert np.isnan(found.size).all()


def test_no_plots_or_no_restrictions_are_no_pairs() -> None:
    none = (np.empty(0, np.int64), np.empty(0, object), np.empty(0))
    some = (np.array([1]), np.array([shapely.box(0, 0, 9, 9)]), np.array([0.1]))
    assert len(pairs.pairs(pairs.Plots(*none), pairs.Pieces(*some))) == 0
    assert len(pairs.pairs(pairs.Plots(*some), pairs.Pieces(*none))) == 0
