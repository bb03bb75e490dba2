"""Coverage-guided fuzzing of the reader of drawings (atheris); ends by itself.

Each input is read and measured in this process, under a limit of memory. Whatever is not a coded
complaint (an exception, a number that is none, a code without a text) ends the run with status 1
and leaves the input in --keep.

Usage: python tools/fuzz_drawings.py [--runs 20000] [--seconds 300] [--keep out/fuzz]
"""

import argparse
import io
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEMORY_MB = 1500
ONE_S = 20
"""An input that takes longer is a fault."""


def fuzz(arguments: list[str]) -> None:
    """Fuzz in this process; libFuzzer ends it."""
    import atheris  # noqa: PLC0415 - only what comes after it is instrumented

    with atheris.instrument_imports(include=["gis"]):
        from gis.drawing import survey  # noqa: PLC0415
    from gis.drawing.complaints import catalogue  # noqa: PLC0415

    known = catalogue().keys()
    logging.disable(logging.ERROR)  # ezdxf's, about what it repairs

    def one(data: bytes) -> None:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            found = survey.survey_of(io.BufferedReader(io.FileIO(os.dup(file.fileno()))))
        wrong = {c["code"] for c in found.complaints} - known
        if wrong:
            message = f"complaints without a text: {wrong}"
            raise AssertionError(message)
        json.dumps([found.measurements, found.sketch, found.complaints], allow_nan=False)

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def seeds(folder: Path) -> None:
    """Write the first inputs: our own drawings, small sheets, and starts of other kinds."""
    sys.path.insert(0, str(ROOT / "tests" / "gis"))
    import conftest  # noqa: PLC0415 - the writer of drawings of the tests

    for plan in (ROOT / "data" / "plans").glob("*.dxf"):
        (folder / plan.name).write_bytes(plan.read_bytes())
    (folder / "house").write_text(conftest.house().dxf())
    box = conftest.Sheet().box("PLOT_BOUNDARY", 0, 0, 9, 9)
    (folder / "box").write_text(box.dxf())
    well = ["0", "CIRCLE", "8", "WELL", "10", "1", "20", "1", "40", "1"]
    insert = ["0", "INSERT", "8", "0", "2", "B", "10", "5", "20", "5", "50", "30", "70", "2"]
    (folder / "block").write_text(box.block("B", *well).raw(*insert).dxf())
    (folder / "binary").write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00\x00\x00SECTION\x00")
    words = "SECTION ENDSEC ENTITIES BLOCKS BLOCK ENDBLK INSERT LWPOLYLINE POLYLINE VERTEX SEQEND"
    words += " CIRCLE ARC LINE DIMENSION MTEXT TEXT HATCH SPLINE ELLIPSE EOF PLOT_BOUNDARY WELL"
    words += " PLAN_INFO BLK_1_COVERED_AREA BLK_1_HT_OF_BLDG nan 1e308 -1"
    lines = [f'"\\x0a{word}\\x0a"' for word in words.split()]
    (folder.parent / "words.txt").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Prepare, fuzz in a process of its own, and sum up."""
    if len(sys.argv) > 1 and sys.argv[1] == "--inside":
        fuzz(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"))
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        seeds(corpus)
        command = [
            sys.executable, "-P", __file__, "--inside", f"-runs={given.runs}",
            f"-max_total_time={given.seconds}", f"-timeout={ONE_S}", f"-rss_limit_mb={MEMORY_MB}",
            f"-dict={folder}/words.txt", f"-artifact_prefix={given.keep}/", "-max_len=60000",
            "-print_final_stats=1", str(corpus),
        ]  # fmt: skip
        done = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
        kept = len(list(corpus.iterdir()))
    seconds = round(time.perf_counter() - start, 1)
    print(json.dumps({"status": done.returncode, "seconds": seconds, "corpus": kept}), flush=True)
    sys.exit(1 if done.returncode else 0)


if __name__ == "__main__":
    main()
