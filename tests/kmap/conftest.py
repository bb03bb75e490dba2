"""The drawing maker of tests/gis, for tests of the service."""

import importlib.util
from pathlib import Path

import pytest


def _makers() -> object:
    path = Path(__file__).resolve().parent.parent / "gis" / "conftest.py"
    spec = importlib.util.spec_from_file_location("drawing_makers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sheet() -> object:
    """The writer of drawings."""
    return _makers().Sheet


@pytest.fixture(scope="session")
def a_house() -> object:
    """A function that draws a sound house."""
    return _makers().house
