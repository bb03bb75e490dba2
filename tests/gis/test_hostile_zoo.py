"""A zoo of hostile drawings: each is named or read rightly, quickly, and never passes falsely."""

import json
from pathlib import Path
from typing import Any

import pytest

from gis.drawing.complaints import catalogue
from gis.drawing.sandbox import Limits, read_safely
from rules import load_book
from tests.gis.mutants import FAILURES, Court
from tests.gis.zoo import READ, SAME, ZOO
from tests.kmap.test_check import DAY, SITE

LIMITS = Limits(memory_bytes=512_000_000, cpu_s=5)


@pytest.fixture(scope="module")
def court() -> Court:
    return Court(load_book(), SITE, DAY)


@pytest.fixture(scope="module")
def plain(court: Court, tmp_path_factory: pytest.TempPathFactory, a_house) -> dict[str, Any]:
    """The answer about the house alone."""
    path = a_house().write(tmp_path_factory.mktemp("plain"))
    answer = court.answer(read_safely(path))
    assert answer["verdict"] == "pass"
    return answer


def written(made: Any, folder: Path) -> Path:
    path = folder / "plan.dxf"
    if isinstance(made, bytes):
        path.write_bytes(made)
    elif isinstance(made, str):
        path.write_bytes(made.encode("utf-8", "surrogatepass"))
    else:
        path.write_bytes(made.dxf().encode("utf-8", "surrogatepass"))
    return path


@pytest.mark.parametrize("name", ZOO)
def test_each_beast_is_named_or_changes_nothing(
    court: Court, plain, tmp_path: Path, a_house, sheet, name: str
):
    beast = ZOO[name]
    found = read_safely(written(beast.make(a_house, sheet), tmp_path), LIMITS)
    said = {c["code"] for c in found.complaints}
    assert not said & FAILURES
    assert said <= catalogue().keys()
    json.dumps([found.measurements, found.sketch, found.complaints], allow_nan=False)
    answer = court.answer(found)
    said = {c["code"] for c in answer["complaints"]}
    same = found.readable and answer["facts"] == plain["facts"]
    assert said & beast.codes or READ in beast.codes or (SAME in beast.codes and same)
    assert answer["verdict"] != "pass" or same
