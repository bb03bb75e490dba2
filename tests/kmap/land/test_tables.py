"""The register's tables: migrations make what the tables say; constraints hold."""

import threading
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers

from kmap.store import migrate
from kmap.store.pool import Pool, connected
from kmap.store.tables import metadata

pytestmark = pytest.mark.db


def ours(thing: Any, name: Any, kind: str, reflected: bool, to: Any) -> bool:
    if kind == "table" and reflected and to is None:
        return False
    return bool(alembic_helpers.include_object(thing, name, kind, reflected, to))


def test_the_migrations_make_what_the_tables_say(database_url: str) -> None:
    with migrate.engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_the_database_is_at_the_newest_migration(database_url: str) -> None:
    assert migrate.is_current(database_url)


def test_two_starters_do_not_collide(database_url: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            migrate.upgrade(database_url)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


REFUSED = {
    "a restriction without Malayalam": (
        "UPDATE restriction SET title_ml = ''",
        psycopg.errors.CheckViolation,
    ),
    "an unknown status": (
        "UPDATE restriction SET status = 'maybe'",
        psycopg.errors.CheckViolation,
    ),
    "a self-crossing plot": (
        (
            "UPDATE plot SET geom = ST_GeomFromText("
            "'POLYGON((602000 1158000, 602010 1158010, 602010 1158000, 602000 1158010,"
            " 602000 1158000))', 32643) WHERE id = (SELECT min(id) FROM plot)"
        ),
        psycopg.errors.CheckViolation,
    ),
    "a deed of no area": ("UPDATE plot SET deed_area_m2 = 0", psycopg.errors.CheckViolation),
    "two versions of a plot on one day": (
        (
            "INSERT INTO plot (tile_id, public_id, village_code, block, survey_no, search_key,"
            " geom, source, accuracy_m, load_id) SELECT tile_id, public_id, village_code, block,"
            " survey_no, search_key, geom, source, accuracy_m, load_id FROM plot LIMIT 1"
        ),
        psycopg.errors.ExclusionViolation,
    ),
    "a panchayat under the municipality rules": (
        "UPDATE local_body SET family = 'municipal' WHERE body_class = 'grama_panchayat'",
        psycopg.errors.CheckViolation,
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_register_refuses(town: Pool, what: str) -> None:
    statement, error = REFUSED[what]
    with town.connection() as connection, pytest.raises(error), connection.transaction():
        connection.execute(statement)


def test_every_big_polygon_is_also_kept_in_pieces_of_the_same_area(town: Pool) -> None:
    with connected(town) as connection:
        rows = connection.execute(
            "SELECT g.id, max(ST_Area(g.geom)) AS whole, sum(ST_Area(p.geom)) AS pieces,"
            " max(ST_NPoints(p.geom)) AS points FROM restriction_geom g"
            " JOIN restriction_piece p ON p.geom_id = g.id WHERE g.dimension = 2 GROUP BY g.id"
        ).fetchall()
    assert rows
    for row in rows:
        assert row["pieces"] == pytest.approx(row["whole"], abs=0.01)
        assert row["points"] <= 65
