"""A zoo of hostile drawings: each is named or read rightly, quickly, and never passes falsely."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gis.drawing.complaints import catalogue
from gis.drawing.sandbox import Limits, read_safely
from gis.drawing.survey import survey
from kmap.papers import scrutiny as papers
from rules import shipped_book
from tests.gis.mutants import FAILURES, Court
from tests.gis.zoo import READ, SAME, ZOO, polyline
from tests.kmap.test_check import DAY, SITE

LIMITS = Limits(memory_bytes=512_000_000, cpu_s=5)


@pytest.fixture(scope="module")
def court() -> Court:
    return Court(shipped_book(), SITE, DAY)


@pytest.fixture(scope="module")
def plain(court: Court, tmp_path_factory: pytest.TempPathFactory, a_house) -> dict[str, Any]:
    """The answer about the house alone."""
    path = a_house().write(tmp_path_factory.mktemp("plain"))
    answer = court.answer(read_safely(path))
    assert answer["verdict"] == "pass"
    return answer


def written(made: Any, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
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
    if said & beast.codes and any(c["severity"] == "error" for c in found.complaints):
        return  # an error never passes; what follows costs half a second
    answer = court.answer(found)
    said = {c["code"] for c in answer["complaints"]}
    same = found.readable and answer["facts"] == plain["facts"]
    assert said & beast.codes or READ in beast.codes or (SAME in beast.codes and same)
    assert answer["verdict"] != "pass" or same


HOSTILE_NAME = "BLK_1_COVERED_AREA\x07<script>alert(1)</script>\u202e\u0d15\u0d46\x1b[2J"


def test_names_and_texts_are_inert_on_every_paper(court: Court, tmp_path: Path, a_house):
    evil = '"><script>alert(1)</script><!--]]>\u202e കെ'
    drawing = a_house().raw(*polyline(HOSTILE_NAME, [(0, 0), (1, 0), (1, 1)]))
    drawing.raw(*polyline("PLOT_BOUNDRY<img src=x onerror=alert(1)>", [(0, 0), (1, 0), (1, 1)]))
    drawing.text("PLAN_INFO", f"ACCESS_WIDTH_M={evil}\\PPROJECT={evil}\\PPLOT_ARAE_M2={evil}")
    drawing.dimension("BLK_1_HT_OF_BLDG", (0.0, 0.0), (0.0, 5.0), text=evil)
    drawing.outline(f"BLK_1_COVERED_AREA {evil}", [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)])
    path = written(drawing, tmp_path)
    found = read_safely(path)
    answer = court.answer(found)
    for lang in ("en", "ml"):
        for paper in (
            papers.overlay_svg(answer, found.sketch, lang),
            papers.report_html(answer, found.sketch, lang),
        ):
            lower = paper.lower()
            assert "alert(1)" not in lower.replace("&lt;script&gt;alert(1)", "").replace(
                "onerror=alert(1)&gt;", ""
            )
            assert "<script" not in lower
            assert "<img" not in lower
            assert not {c for c in paper if ord(c) < 32 and c not in "\n\t\r"}


def test_no_file_is_opened_but_the_drawing(tmp_path: Path, a_house, sheet):
    names = ["an xref to a file of the server", "an image of a file of the server"]
    paths = [written(ZOO[name].make(a_house, sheet), tmp_path / name) for name in names]
    survey(paths[0])  # imports and tables first
    opened: list[str] = []
    watching = True

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if watching and event in {"open", "socket.connect", "subprocess.Popen", "os.system"}:
            opened.append(str(given[0]))

    sys.addaudithook(watch)  # it cannot be taken away again: hence ``watching``
    for path in paths:
        survey(path)
    watching = False
    assert opened == [str(path) for path in paths]
