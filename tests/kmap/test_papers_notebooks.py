"""The notebooks as they are committed: run from top to bottom, without a failure, and light."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_committed_as_one_clean_run(path: Path) -> None:
    text = path.read_text("utf-8")
    cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
    kinds = {o["output_type"] for c in cells for o in c["outputs"]}
    assert kinds
    assert "error" not in kinds
    assert not [o for c in cells for o in c["outputs"] if o.get("name") == "stderr"]
    assert "postgresql://kmap" not in text
    assert len(text.encode()) < 1_500_000


def test_there_is_the_notebook_of_know_your_land() -> None:
    assert "01-know-your-land.ipynb" in {path.name for path in NOTEBOOKS}
