"""The invented sample town: made by ``data/sample/make_town.py``, loaded once."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio

from kmap.land.errors import TownError
from kmap.land.loading import Order, Row, load_frame
from kmap.land.rasters import load_raster
from kmap.land.search import plot_id
from kmap.settings import ROOT
from kmap.store import loads, register
from kmap.store.loads import Source
from kmap.store.pool import Connection, Pool, connected

SCRIPTS = ROOT / "data" / "sample"
MAKE_SECONDS = 300
LAYERS = (
    ("local_bodies", "local-bodies"),
    ("wards", "wards"),
    ("villages", "villages"),
    ("coverage", "coverage"),
    ("restrictions", "restrictions"),
    ("features", "features"),
    ("plots", "plots"),
    ("buildings", "buildings"),
)
TOWN = Source(
    source_en="Invented town of Neelathura, made by data/sample/make_town.py",
    source_ml="സാങ്കൽപ്പിക പട്ടണമായ നീലത്തുറ; data/sample/make_town.py നിർമ്മിച്ചത്",
    source_date=date(2026, 11, 22),
    source_scale="1:1000",
    accuracy_m=0.3,
    licence="CC0-1.0",
    invented=True,
)


@dataclass(frozen=True)
class Town:
    """What is loaded of the town: rows by layer; ``already`` when nothing had to be done."""

    rows: dict[str, int]
    already: bool
    seconds: float


def fingerprint() -> str:
    """Return the SHA-256 of everything that decides what the town looks like."""
    digest = hashlib.sha256()
    for path in sorted([*SCRIPTS.glob("*.py"), *SCRIPTS.glob("*.yaml")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def ensure_town(pool: Pool, home: Path, say: Callable[[str], None]) -> Town:
    """Make and load the town unless this very town is there; an older one is taken out first.

    Raises TownError when the script fails.
    """
    began = time.perf_counter()
    mark = fingerprint()
    with connected(pool) as connection:
        if loads.find_load(connection, "town", None, mark):
            return Town(_counts(connection), already=True, seconds=_since(began))
    folder = made(home, mark, say)
    with connected(pool) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(7300)")
        if not loads.find_load(connection, "town", None, mark):
            _load(connection, folder, mark, say)
    with connected(pool) as connection:
        loads.analyse(connection)
        return Town(_counts(connection), already=False, seconds=_since(began))


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 2)


def _counts(connection: Connection) -> dict[str, int]:
    counted = connection.execute(
        "SELECT kind, sum(rows)::int AS rows FROM layer_load WHERE invented GROUP BY kind"
    )
    return {row["kind"]: row["rows"] for row in counted.fetchall()}


def made(home: Path, mark: str, say: Callable[[str], None]) -> Path:
    """Return the folder that holds the town's files, made now if need be.

    Two starters may both make it; the first to finish is kept. Raises TownError.
    """
    folder = home / "town" / mark[:16]
    if folder.exists():
        return folder
    say("making the invented town")
    folder.parent.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    command = [sys.executable, str(SCRIPTS / "make_town.py"), "--out", str(own)]
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=MAKE_SECONDS, check=False
        )
        if ran.returncode != 0:
            raise TownError(f"The town's script failed: {ran.stderr.strip().splitlines()[-1:]}")
        with contextlib.suppress(OSError):
            own.rename(folder)
    finally:
        shutil.rmtree(own, ignore_errors=True)
    return folder


def _load(connection: Connection, folder: Path, mark: str, say: Callable[[str], None]) -> None:
    tables: dict[str, Any] = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    loads.remove_invented(connection)
    register.sync(connection)
    for row in tables["documents"]:
        register.save_document(connection, row, invented=True)
    for row in tables["articles"]:
        register.save_article(connection, row)
    loads.save_zone_types(connection, [_zone(row) for row in tables["zones"]])
    for layer, kind in LAYERS:
        say(f"loading {kind}")
        frame = pyogrio.read_dataframe(folder / "town.gpkg", layer=layer)
        if "plot_key" in frame.columns:
            frame["plot_id"] = [plot_id(*json.loads(key)) for key in frame["plot_key"]]
        total = hashlib.sha256(f"{mark} {layer}".encode()).hexdigest()
        report = load_frame(connection, frame, Order(kind), TOWN, total)
        if report.refused:
            raise TownError(f"The town's {kind} were refused: {report.refused[:3]}")
    loads.place_buildings(connection)
    loads.copy_rows(connection, "building_floor", tables["floors"])
    _load_rest(connection, folder, mark, tables)


def _load_rest(connection: Connection, folder: Path, mark: str, tables: dict[str, Any]) -> None:
    load_raster(connection, folder / "dem.tif", folder, replace(TOWN, accuracy_m=5.0))
    load_id = loads.record_load(connection, "town", None, mark, TOWN)
    rows = [_evidence(row, load_id) for row in tables["evidence"]]
    loads.copy_rows(connection, "evidence", rows)
    loads.finish_load(connection, load_id, len(rows), 0)


def _zone(row: Row) -> Row:
    names = ("code", "colour", "uses", "parameters", "title_en", "title_ml", "says_en", "says_ml")
    since = {"valid": loads.from_day(date(2021, 4, 1)), "invented": True}
    return {**{name: row[name] for name in names}, **since}


def _evidence(row: Row, load_id: int) -> Row:
    texts = [
        f"{n}_{lang}" for n in ("holder", "says", "governs", "correction") for lang in ("en", "ml")
    ]
    return {
        "plot_id": plot_id(*row["plot_key"]),
        "theme_id": row["theme"],
        "record": row["record"],
        "value": row["value"],
        **{name: row[name] for name in texts},
        "load_id": load_id,
    }
