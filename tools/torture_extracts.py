"""Attack signed extracts and watches: ``python -P tools/torture_extracts.py [--kills N]``.

Every bit of a JSON extract's proof and of a 4 kB stretch of the PDF flipped, 2,000 structural
edits, wrong keys: all must be refused. Then runs over watches killed by SIGKILL at random
moments: in the end each changed plot must have exactly one alert. Prints JSON lines; status 1
when anything passed that may not.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from rfc8785 import dumps

from kmap import settings
from kmap.land.loading import Order, load_file
from kmap.land.lookup import Land
from kmap.land.town import ensure_town
from kmap.papers.issue import Issuer
from kmap.papers.keys import Ring
from kmap.papers.verify import check
from kmap.services import book_of, watching_of
from kmap.store import cluster, migrate
from kmap.store.extracts import Extracts
from kmap.store.loads import Source
from kmap.store.pool import Pool, connected, open_pool

SEED = 20_261_126
ROOMY = """
SELECT public_id,
       ST_AsGeoJSON(ST_Transform(ST_Buffer(ST_PointOnSurface(geom), 2), 4326))::json AS g
FROM plot WHERE upper_inf(known) AND drawn_area_m2 > 600
  AND ST_Distance(ST_PointOnSurface(geom), ST_Boundary(geom)) > 6 ORDER BY tile_id LIMIT %s"""


def main() -> int:
    """Run both parts in a database of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--watches", type=int, default=60)
    parser.add_argument("--edits", type=int, default=2000)
    asked = parser.parse_args()
    here = settings.load()
    server = here.database_url or cluster.ensure(here.home).url
    name = f"kmap_torture_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    url = server.rsplit("/", 1)[0] + "/" + name
    try:
        migrate.upgrade(url)
        pool = open_pool(url)
        ensure_town(pool, here.home, lambda _: None)
        bad = forge(pool, asked.edits) + kill(pool, url, asked.kills, asked.watches)
        pool.close()
    finally:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return 1 if bad else 0


def forge(pool: Pool, edits: int) -> int:
    """Flip bits and edit members; return how many forgeries passed."""
    draw = random.Random(SEED)  # noqa: S311 - which, not what
    here = settings.load()
    land = Land(pool, book_of(here))
    with tempfile.TemporaryDirectory() as folder:
        issuer = Issuer(land, Extracts(pool), Ring(Path(folder) / "keys"), "https://kmap.example")
        issued = issuer.issue(land.by_survey("NLT", "174/2B", issuer._today()), "A1")  # noqa: SLF001
        file, pdf = issuer.file(issued, "json", "en"), issuer.file(issued, "pdf", "en")
        keys = issuer.ring.published()
    tried, passed = 0, 2 - check(file, keys).genuine - check(pdf, keys).genuine
    proof = range(8 * file.rindex(b'"proof"'), 8 * len(file))
    middle = 8 * (len(pdf) // 2)
    for whole, places in (
        (file, proof),
        (pdf, range(middle, middle + 8 * 4096)),
        (pdf, range(8 * (len(pdf) - 260), 8 * len(pdf))),
    ):
        for place in places:
            changed = bytearray(whole)
            changed[place // 8] ^= 1 << place % 8
            tried, passed = tried + 1, passed + check(bytes(changed), keys).genuine
    for _ in range(edits):
        value = json.loads(file)
        edit(value["extract"], draw)
        changed = dumps(value)
        tried, passed = tried + 1, passed + (changed != file and check(changed, keys).genuine)
    told = {"what": "forgeries", "tried": tried, "passed": passed}
    sys.stdout.write(json.dumps(told) + "\n")
    return passed


def edit(value: Any, draw: random.Random) -> None:
    """Change one member somewhere: drop it, replace it, or say it twice."""
    while True:
        key = draw.choice(list(value)) if isinstance(value, dict) else draw.randrange(len(value))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and draw.random() < 0.8:
            value = inner
            continue
        match draw.randrange(3):
            case 0:
                del value[key]
            case 1:
                value[key] = [inner]
            case _:
                value[key] = "x" if inner != "x" else "y"
        return


RUN = (
    "from kmap.cli.watch import after_load; from kmap import settings; "
    "from kmap.store.pool import open_pool; h = settings.load(); after_load(h, open_pool(h.url()))"
)


def kill(pool: Pool, url: str, kills: int, watches: int) -> int:
    """Kill runs at random moments; return how many plots have not exactly one alert."""
    draw = random.Random(SEED)  # noqa: S311 - which, not what
    here = settings.load()
    book = book_of(here)
    watching = watching_of(here, pool, Land(pool, book), book)
    with connected(pool) as db:
        plots = db.execute(ROOMY, [watches]).fetchall()
    kept = [watching.start(one["public_id"], "A1")[:2] for one in plots]
    words = {"title_en": "W", "title_ml": "കി", "says_en": "N", "says_ml": "പാ"}
    features = [
        {
            "type": "Feature",
            "geometry": one["g"],
            "properties": {"id": f"t{at}", "kind": "prohibits", "status": "in_force", **words},
        }
        for at, one in enumerate(plots)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        load_file(pool, path, Order("restrictions", "flood"), Source("T", "ടി", accuracy_m=0.5))
    killed = 0
    for _ in range(kills):
        run = subprocess.Popen(
            [sys.executable, "-P", "-c", RUN],
            env={**os.environ, "KMAP_DATABASE_URL": url},
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(1.5, 6))
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
            killed += 1
        run.wait()
    watching.run()
    counts = [len(watching.read(*one)[1]) for one in kept]
    wrong = sum(count != 1 for count in counts)
    told = {"what": "kills", "killed": killed, "watches": len(kept), "not_once": wrong}
    sys.stdout.write(json.dumps(told) + "\n")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
