"""Make the demonstration drawings of this folder, in the dialects Kerala's licensees draw.

Each is an invented building on an invented plot. ``python -P data/plans/make_plans.py`` writes
them all, the same bytes each time; ``--check`` writes nothing and says which files differ.
"""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import flats  # noqa: E402 - the modules beside this script
import houses  # noqa: E402
import public  # noqa: E402


def drawings(folder: Path) -> None:
    """Write every drawing into a folder."""
    for name, draw in {**houses.DRAWINGS, **flats.DRAWINGS, **public.DRAWINGS}.items():
        draw().save(folder / f"{name}.dxf")


def differing() -> list[str]:
    """Return the names of committed drawings that this script would write otherwise."""
    with tempfile.TemporaryDirectory() as made:
        drawings(Path(made))
        fresh = sorted(p.relative_to(made) for p in Path(made).rglob("*.dxf"))
        return [
            str(name)
            for name in fresh
            if not (HERE / name).exists()
            or (HERE / name).read_bytes() != (Path(made) / name).read_bytes()
        ]


def main() -> None:
    """Write the drawings, or compare them with ``--check``."""
    if sys.argv[1:] != ["--check"]:
        drawings(HERE)
    elif names := differing():
        sys.exit(f"not as the script makes them: {', '.join(names)}")


if __name__ == "__main__":
    main()
