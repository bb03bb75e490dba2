"""Execute every notebook and keep its outputs: ``just notebooks`` (``--check``: write nothing).

Fails on the first error of any cell. Outputs carry no times, so that a second run gives the same
file where the answers are the same.
"""

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
CELL_SECONDS = 300
LARGEST_BYTES = 1_500_000


def main() -> None:
    """Run the named notebooks, or all of them; status 1 when one of them fails or is too large."""
    options = _options()
    paths = [Path(name) for name in options.notebooks] or sorted(NOTEBOOKS.glob("*.ipynb"))
    failed = [path.name for path in paths if not run(path, write=not options.check)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", help="files; all of notebooks/ without any")
    parser.add_argument("--check", action="store_true", help="execute, but write nothing")
    return parser.parse_args()


def run(path: Path, *, write: bool) -> bool:
    """Execute one notebook in its folder; return whether all ran and the file stays small."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    began = time.perf_counter()
    try:
        client.execute()
    except CellExecutionError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return False
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    text = nbformat.writes(notebook) + "\n"  # type: ignore[no-untyped-call]
    size = len(text.encode())
    print(f"{path.name}: {time.perf_counter() - began:.1f} s, {size:,} bytes")
    if size > LARGEST_BYTES:
        print(f"{path.name}: over {LARGEST_BYTES:,} bytes; show less", file=sys.stderr)
        return False
    if write:
        path.write_text(text, "utf-8")
    return True


if __name__ == "__main__":
    main()
