"""Make the demonstration drawings of this folder, in the dialects Kerala's licensees draw.

Each is an invented building on an invented plot; ``findings/`` holds one small wrong drawing for
each finding. ``python -P data/plans/make_plans.py`` writes them all, the same bytes each time;
``--check`` writes nothing and says which files differ.
"""

import io
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import findings  # noqa: E402 - the modules beside this script
import flats  # noqa: E402
import houses  # noqa: E402
import placed  # noqa: E402
import public  # noqa: E402

BUILDINGS = {**houses.DRAWINGS, **flats.DRAWINGS, **public.DRAWINGS, **placed.DRAWINGS}


def files() -> dict[str, bytes]:
    """Return what this script writes: path in this folder -> bytes."""
    out: dict[str, bytes] = {}
    for name, draw in BUILDINGS.items():
        text = io.StringIO()
        draw().write(text)
        out[f"{name}.dxf"] = text.getvalue().encode()
    out |= {f"findings/{name}": data for name, data in findings.files().items()}
    for name, site in findings.SITES.items():
        out[f"findings/{name}.json"] = (json.dumps(site) + "\n").encode()
    return out


def differing() -> list[str]:
    """Return the files that are not as this script would write them."""
    made = files()
    there = {str(p.relative_to(HERE)) for p in HERE.glob("findings/*")}
    strange = there - made.keys()
    stale = [
        n for n, data in made.items() if not (HERE / n).exists() or (HERE / n).read_bytes() != data
    ]
    return sorted({*stale, *strange})


def main() -> None:
    """Write the drawings, or compare them with ``--check``."""
    if sys.argv[1:] == ["--check"]:
        if names := differing():
            sys.exit(f"not as the script makes them: {', '.join(names)}")
        return
    for folder in ("findings", "placed"):
        (HERE / folder).mkdir(exist_ok=True)
    for name, data in files().items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
