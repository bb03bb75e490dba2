"""Five hundred mutated drawings: named complaints, finite numbers, and no false pass."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gis.drawing.sandbox import Limits, read_safely
from kmap.building.intake import site_facts_file
from rules import shipped_book
from tests.gis.mutants import Court, mutant

PLANS = Path(__file__).resolve().parents[2] / "data" / "plans"
LIMITS = Limits(cpu_s=5)


@pytest.fixture(scope="module")
def court() -> Court:
    site = site_facts_file(PLANS / "site.json")
    return Court(shipped_book(), site, date(2026, 11, 22))


def originals(a_house) -> dict[str, bytes]:
    good, bad = (PLANS / f"house_that_{name}.dxf" for name in ("passes", "fails"))
    return {
        "good": good.read_bytes(),
        "bad": bad.read_bytes(),
        "ours": a_house().dxf().encode(),
    }


@pytest.mark.parametrize("name", ["good", "bad", "ours"])
@pytest.mark.parametrize("start", range(0, 168, 24))
def test_no_mutant_passes_falsely_or_is_given_up(
    court: Court, tmp_path: Path, a_house, name: str, start: int
):
    data = originals(a_house)[name]
    path = tmp_path / "plan.dxf"
    path.write_bytes(data)
    original: dict[str, Any] = court.answer(read_safely(path))
    assert original["verdict"] == {"good": "pass", "bad": "fail", "ours": "unknown"}[name]
    faults = {}
    for seed in range(start, start + 24):
        path.write_bytes(mutant(data, seed))
        found = read_safely(path, LIMITS)
        if said := court.faults(original, path.read_bytes(), found):
            faults[seed] = said
    assert not faults
