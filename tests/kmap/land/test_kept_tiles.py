"""Kept tiles: whatever is written, no kept tile is stale, and what is untouched stays kept."""

import gzip
import itertools
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from gis.tiles import at
from kmap import settings
from kmap.land.town import ensure_town
from kmap.store import migrate, tiles
from kmap.store.pool import Pool, connected, open_pool
from kmap.store.tile_layers import KEPT_FROM, KEPT_TO, LAYERS
from kmap.store.tiles import Tiles, cut, keep

pytestmark = [pytest.mark.db, pytest.mark.xdist_group("kept-tiles")]
ZOOMS = (10, 13, 14, 16, 17)
MIDDLE = (75.9465, 10.4820)
Key = tuple[str, int, int, int]


@pytest.fixture(scope="module")
def own(server: str) -> Iterator[Pool]:
    """A town of its own: these tests write."""
    name = f"kmap_kept_tiles_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    url = server.rsplit("/", 1)[0] + "/" + name
    migrate.upgrade(url)
    pool = open_pool(url)
    ensure_town(pool, settings.load().home, lambda _: None)
    yield pool
    pool.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def keys() -> list[Key]:
    """Every tile round the middle of the town at the zooms, and one tile more on each side."""
    west, south, east, north = (*(n - 0.007 for n in MIDDLE), *(n + 0.007 for n in MIDDLE))
    found = []
    for z in ZOOMS:
        (x0, y0), (x1, y1) = at(west, north, z), at(east, south, z)
        square = itertools.product(range(x0 - 1, x1 + 2), range(y0 - 1, y1 + 2))
        found += [(z, x, y) for x, y in square]
    return [
        (name, *key)
        for name, layer in LAYERS.items()
        for key in found
        if layer.minzoom <= key[0] <= layer.maxzoom
    ]


def kept(pool: Pool) -> dict[Key, bytes]:
    with connected(pool) as connection:
        rows = connection.execute("SELECT layer, z, x, y, body FROM tile_kept").fetchall()
    return {(r["layer"], r["z"], r["x"], r["y"]): bytes(r["body"]) for r in rows}


def fresh(pool: Pool, wanted: list[Key]) -> dict[Key, bytes]:
    """Cut every tile anew, whatever is kept."""
    with connected(pool) as connection:
        cuts = {key: cut(connection, *key).packed for key in wanted}
    return {key: body for key, body in cuts.items() if body}


SPOT = "ST_SetSRID(ST_MakePoint(603000, 1159000), 32643)"
NEW_PLOT = (
    "INSERT INTO plot (tile_id, public_id, village_code, block, survey_no, search_key, geom,"
    " source, accuracy_m, load_id) SELECT tile_id + 7, public_id || '~' || random(), village_code,"
    " block, survey_no, search_key, ST_Translate(geom, 3, 2), source, accuracy_m, load_id"
    " FROM plot"
)
CHANGES = {
    "plots split and closed": (
        "UPDATE plot SET known = tstzrange(lower(known), now()) WHERE id % 500 = 3",
        f"{NEW_PLOT} WHERE id % 500 = 3",
    ),
    "many plots at once": (f"{NEW_PLOT} WHERE id % 2 = 0",),
    "a zone of a new version": (
        (
            "UPDATE restriction SET known = tstzrange(lower(known), now())"
            " WHERE id = (SELECT min(id) FROM restriction WHERE theme_id = 'zoning')"
        ),
    ),
    "a restriction that becomes a draft": (
        (
            "UPDATE restriction SET status = 'stayed' WHERE id = (SELECT max(id) FROM restriction"
            " WHERE theme_id <> 'zoning' AND status = 'in_force')"
        ),
    ),
    "a restriction taken out": (
        (
            "DELETE FROM restriction WHERE id = (SELECT max(id) FROM restriction"
            " WHERE theme_id <> 'zoning' AND status = 'in_force')"
        ),
    ),
    "a colour": ("UPDATE theme SET colour = '#123456' WHERE id = 'paddy'",),
    "coverage": (
        (
            "INSERT INTO coverage (theme_id, level, geom, load_id) SELECT 'crz', 'partial',"
            f" ST_Buffer({SPOT}, 300), min(id) FROM layer_load"
        ),
        (
            "UPDATE coverage SET known = tstzrange(lower(known), now())"
            " WHERE id = (SELECT min(id) FROM coverage)"
        ),
    ),
    "a road": (
        (
            "INSERT INTO feature (kind, name_en, geom, load_id) SELECT 'road', 'New road',"
            f" ST_MakeLine({SPOT}, ST_Translate({SPOT}, 900, 700)), min(id) FROM layer_load"
        ),
    ),
    "a building's height": ("UPDATE building SET height_m = 33 WHERE tile_id % 100 = 1",),
    "a local body's name": (
        (
            "UPDATE local_body SET name_en = name_en || '!' WHERE id ="
            " (SELECT min(id) FROM local_body WHERE geom IS NOT NULL)"
        ),
    ),
    "nothing that is drawn": (
        "UPDATE plot SET deed_area_m2 = 1 + coalesce(deed_area_m2, 0)",
        "UPDATE building SET ward_code = 'x'",
        "UPDATE theme SET title_en = title_en || '.'",
    ),
}
LOOSE = {"many plots at once": 1.0, "a restriction taken out": 3.0}
"""Share of untouched tiles that may go too: many rows are taken together by the place, and what is
taken out whole (only the invented town is) no longer says its layer."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_load_takes_out_exactly_the_tiles_it_touches(own: Pool, change: str) -> None:
    service = Tiles(own)
    wanted = keys()
    if change == "a colour":
        with connected(own) as connection:
            connection.execute("UPDATE restriction SET colour = NULL WHERE theme_id = 'paddy'")
    for key in wanted:
        service.packed(*key)
    before, versions = kept(own), service.versions()
    with connected(own) as connection, connection.transaction():
        for statement in CHANGES[change]:
            connection.execute(statement)
    after, left = fresh(own, wanted), kept(own)
    stale = {key for key, body in left.items() if body != after.get(key)}
    assert stale == set()
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert (changed == set()) == (change == "nothing that is drawn")
    lost = before.keys() - left.keys() - changed
    assert len(lost) <= LOOSE.get(change, 0.02) * len(changed), lost
    if change not in LOOSE:
        newer = {n for n, v in service.versions().items() if v != versions[n]} - {"all"}
        assert newer == {key[0] for key in changed}


def test_a_tile_cut_before_a_load_is_not_kept_after_it(own: Pool) -> None:
    z, x, y = 16, *at(*MIDDLE, 16)
    with connected(own) as reader, connected(own) as writer:
        writer.execute("DELETE FROM tile_kept")
        old = cut(reader, "parcels", z, x, y)
        with writer.transaction():
            writer.execute(f"{NEW_PLOT} WHERE id % 500 = 4")
            writer.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the load is at its commit
            assert not keep(reader, "parcels", (z, x, y), old)
        assert not keep(reader, "parcels", (z, x, y), old)
        new = cut(reader, "parcels", z, x, y)
        assert new.version == old.version + 1
        assert keep(reader, "parcels", (z, x, y), new)
    assert kept(own)["parcels", z, x, y] == new.packed


def test_a_load_that_fails_takes_nothing_out(own: Pool) -> None:
    service = Tiles(own)
    service.packed("parcels", 16, *at(*MIDDLE, 16))
    before, versions = kept(own), service.versions()
    with connected(own) as connection, connection.transaction(force_rollback=True):
        connection.execute(f"{NEW_PLOT} WHERE id % 500 = 5")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (kept(own), service.versions()) == (before, versions)


def test_two_loads_at_once_end_in_the_order_of_their_commits(own: Pool) -> None:
    """The first to begin commits last: what it changed goes, though another came between."""
    service = Tiles(own)
    key = ("buildings", 16, *at(*MIDDLE, 16))
    with connected(own) as first, connected(own) as second:
        with first.transaction():
            first.execute("UPDATE building SET height_m = 44")
            second.execute(f"{NEW_PLOT} WHERE id % 500 = 6")
            between = service.packed(*key)
            assert kept(own)[key] == between.packed
        assert key not in kept(own)
        assert service.packed(*key).packed != between.packed


def test_a_day_of_new_law_takes_its_tiles_out(own: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Tiles(own)
    with connected(own) as connection:
        connection.execute(
            "UPDATE restriction SET valid = daterange(lower(valid), (SELECT day + 1"
            " FROM tile_day)) WHERE id = (SELECT min(id) FROM restriction WHERE"
            " theme_id = 'zoning' AND upper_inf(known))"
        )
    wanted = [key for key in keys() if key[0] in ("zones", "parcels")]
    for key in wanted:
        service.packed(*key)
    before = kept(own)
    tomorrow = tiles.today() + timedelta(days=1)
    monkeypatch.setattr(tiles, "today", lambda: tomorrow)
    service.versions()
    gone = before.keys() - kept(own).keys()
    assert {key[0] for key in gone} == {"zones"}
    assert {k: v for k, v in kept(own).items() if v != fresh(own, [k]).get(k)} == {}


def test_tiles_asked_for_during_loads_are_whole_and_of_one_state(own: Pool) -> None:
    """A writer flips two buildings together, readers never see one flipped without the other."""
    z, x, y = 14, *at(*MIDDLE, 14)
    service = Tiles(own)
    seen: list[Any] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(service.packed("all", z, x, y))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(6):
        with connected(own) as connection, connection.transaction():
            connection.execute("UPDATE building SET height_m = %s", (10 + turn,))
            connection.execute("UPDATE local_body SET name_en = %s", (f"state {turn}",))
    done.set()
    for reader in readers:
        reader.join()
    bodies: dict[int, set[bytes]] = {}
    for tile in seen:
        bodies.setdefault(tile.version, set()).add(tile.packed)
    assert all(len(same) == 1 for same in bodies.values())
    for tile in seen:
        raw = gzip.decompress(tile.packed)
        states = [n for n in range(6) if f"state {n}".encode() + b"\x12" in raw + b"\x12"]
        assert len(states) <= 1
    assert service.packed("all", z, x, y).packed in bodies[max(bodies)] | {
        service.packed("all", z, x, y).packed
    }


def test_only_zooms_a_client_asks_for_are_kept(own: Pool) -> None:
    service = Tiles(own)
    assert service.packed("parcels", 18, *at(*MIDDLE, 18)).packed
    assert service.packed("zones", 17, *at(*MIDDLE, 17)).packed
    zooms = {(key[0], key[1]) for key in kept(own)}
    assert all(KEPT_FROM <= z <= min(KEPT_TO, LAYERS[name].maxzoom) for name, z in zooms)


def test_what_is_no_read_committed_load_is_refused(own: Pool) -> None:
    """A snapshot of the beginning cannot see tiles kept since: it could not take them out."""
    with connected(own) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        connection.execute("UPDATE building SET height_m = 9")
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("COMMIT")


def test_an_emptied_table_empties_its_tiles(own: Pool) -> None:
    service = Tiles(own)
    assert service.packed("drafts", 14, *at(*MIDDLE, 14)).packed
    with connected(own) as connection:
        connection.execute("TRUNCATE restriction CASCADE")
    assert {key for key in kept(own) if key[0] in ("zones", "restrictions", "drafts")} == set()
