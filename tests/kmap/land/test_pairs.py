"""Pairs worked out at load: equal to the live overlay on every plot, whatever came first."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
from shapely.geometry import box

from kmap.land.loading import Order, load_frame
from kmap.land.records import lineage
from kmap.land.town import TOWN
from kmap.store import asking, layers, pairs, parcels
from kmap.store.pool import Connection, Pool, connected

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
Keyed = dict[tuple[str, str, int], list[float]]


def live(connection: Connection) -> Keyed:
    """What the live overlay says of every plot."""
    here = layers._overlay("SELECT q.geom, q.accuracy_m, q.invented")
    themes = [row["id"] for row in connection.execute("SELECT id FROM theme").fetchall()]
    wanted = {"themes": themes, **parcels.moment(TODAY, None)}
    return every(
        connection,
        f"SELECT q.public_id AS plot, o.* FROM plot q CROSS JOIN LATERAL ({here}) o",
        wanted,
    )


def paired(connection: Connection) -> Keyed:
    """What the pairs say of every plot."""
    statement = (
        f"SELECT p.public_id AS plot, o.* FROM plot p CROSS JOIN LATERAL ({layers.PAIRED}) o"
    )
    return every(connection, statement, parcels.moment(TODAY, None))


def every(connection: Connection, statement: str, wanted: dict[str, Any]) -> Keyed:
    numbers = ("size", "least", "most", "distance", "slack")
    return {
        (r["plot"], r["public_id"], r["dimension"]): [float(r[name]) for name in numbers]
        for r in connection.execute(statement, wanted).fetchall()
    }


def same(one: Keyed, other: Keyed) -> None:
    assert one.keys() == other.keys()
    ours, theirs = (np.array([told[key] for key in sorted(one)]) for told in (one, other))
    assert np.abs(ours - theirs).max() < 1e-4


def load_of(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT max(load_id) AS id FROM {table}").fetchone()
    return int((row or {})["id"])


def due(connection: Connection) -> list[str]:
    return [row["what"] for row in connection.execute("SELECT what FROM pairs_due").fetchall()]


@pytest.fixture
def undone(town: Pool) -> Iterator[Connection]:
    """The town, its pairs whole, in a transaction that is undone afterwards."""
    with connected(town) as connection, connection.transaction(force_rollback=True):
        if due(connection):
            pairs.renew_all(connection)
        yield connection


def test_pairs_equal_the_live_overlay_on_all_plots_of_the_town(undone: Connection) -> None:
    found = paired(undone)
    assert len(found) > 10_000
    same(found, live(undone))


def test_it_does_not_matter_what_was_loaded_first(undone: Connection) -> None:
    told = []
    for kind, table in (("plots", "plot"), ("restrictions", "restriction")):
        undone.execute("DELETE FROM plot_restriction")
        pairs.renew(undone, load_of(undone, table), kind)
        told.append(paired(undone))
    assert told[0] == told[1]


def test_a_load_keeps_the_pairs_whole(undone: Connection, town_folder: Path) -> None:
    frame = pyogrio.read_dataframe(town_folder / "town.gpkg", layer="restrictions")
    frame = frame[frame["id"].isin(["paddy-bank", "crz-2"])].copy()
    frame["id"] = ["moved-" + name for name in frame["id"]]
    frame.geometry = frame.geometry.translate(37.0, -21.0)
    before = len(paired(undone))
    load_frame(undone, frame, Order("restrictions"), TOWN, "moved")
    assert due(undone) == []
    found = paired(undone)
    assert len(found) > before
    same(found, live(undone))


def test_a_coarse_layer_reaches_as_far_as_it_is_inexact(
    undone: Connection, town_folder: Path
) -> None:
    """A line 60 m off, drawn to 80 m, may run over the plot: never "not affected"."""
    plot = undone.execute(
        "SELECT id, public_id, accuracy_m, ST_XMax(geom) AS east, ST_Y(ST_Centroid(geom)) AS y"
        " FROM plot WHERE public_id = 'NLT:1:191:3B'"
    ).fetchone()
    assert plot
    frame = pyogrio.read_dataframe(town_folder / "town.gpkg", layer="restrictions")
    frame = frame[frame["id"] == "crz-2"].copy()
    frame["id"], frame["accuracy_m"] = "coarse", [80.0]
    away = plot["east"] + 60.0
    frame.geometry = [box(away, plot["y"] - 30, away + 50, plot["y"] + 30)]
    load_frame(undone, frame, Order("restrictions"), TOWN, "coarse")
    assert due(undone) == []
    key = (plot["public_id"], "coarse", 2)
    found, overlaid = paired(undone), live(undone)
    same(found, overlaid)
    size, least, most, distance, slack = found[key]
    assert (size, least) == (0, 0)
    assert most > 1
    assert distance == pytest.approx(60, abs=0.01)
    assert slack == pytest.approx(80 + plot["accuracy_m"])
    shape = undone.execute(
        "SELECT ST_AsBinary(geom) AS wkb FROM plot WHERE id = %s", (plot["id"],)
    ).fetchone()
    assert shape
    outline = layers.Outline(bytes(shape["wkb"]), plot["accuracy_m"], True)
    drawn = layers.outline_overlaps(undone, outline, TODAY, ["crz"])
    assert {one.row["public_id"] for one in drawn} >= {"coarse"}
    undone.execute("UPDATE restriction SET accuracy_m = 40 WHERE public_id = 'coarse'")
    pairs.renew_all(undone)
    assert key not in paired(undone)


def test_the_answer_names_what_a_plot_came_from_and_went_into(undone: Connection) -> None:
    undone.execute(
        "INSERT INTO plot_lineage (parent_id, child_id, kind, dated) VALUES"
        " ('NLT:1:191:3', 'NLT:1:191:3B', 'split', '2019-04-01'),"
        " ('NLT:1:191:3B', 'NLT:1:191:9', 'merge', '2030-01-01')"
    )
    for day, wanted in ((TODAY, ["split"]), (date(2019, 3, 31), []), (date(2031, 1, 1), None)):
        asked = asking.everything(undone, parcels.named("NLT:1:191:3B"), day)
        assert asked is not None
        told = [one["kind"] for one in lineage(asked.parcel)]
        assert told == (["split", "merge"] if wanted is None else wanted)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE plot SET accuracy_m = 3 WHERE id = (SELECT min(id) FROM plot)",
        "UPDATE plot SET geom = ST_Translate(geom, 1, 0) WHERE id = (SELECT min(id) FROM plot)",
        "UPDATE restriction SET accuracy_m = 9 WHERE public_id = 'crz-2'",
        "UPDATE restriction_geom SET geom = ST_Translate(geom, 5, 0)",
        "UPDATE layer_load SET accuracy_m = 2",
        (
            "INSERT INTO restriction_geom (restriction_id, dimension, geom)"
            " SELECT restriction_id, 0, ST_PointOnSurface(geom) FROM restriction_geom LIMIT 1"
        ),
    ],
)
def test_whoever_changes_the_ground_without_renewing_gets_live_answers(
    undone: Connection, change: str
) -> None:
    first = (
        "SELECT p.public_id FROM plot p JOIN plot_restriction x ON x.plot_id = p.id ORDER BY p.id"
    )
    row = undone.execute(first).fetchone()
    assert row
    undone.execute(change)
    assert due(undone)
    asked = asking.everything(undone, parcels.named(row["public_id"]), TODAY)
    assert asked is not None
    themes = list(asked.overlaps)
    assert [o for theme in sorted(themes) for o in asked.overlaps[theme] or []] == layers.overlaps(
        undone, asked.parcel.key, TODAY, themes
    )


def test_pairs_can_be_worked_out_anew(undone: Connection) -> None:
    undone.execute("UPDATE layer_load SET accuracy_m = 2")
    undone.execute("UPDATE restriction_geom SET geom = ST_Translate(geom, 5, 0)")
    pairs.renew_all(undone)
    assert due(undone) == []
    same(paired(undone), live(undone))


def test_pairs_go_with_their_plots_and_restrictions(undone: Connection) -> None:
    undone.execute("DELETE FROM restriction WHERE theme_id = 'crz'")
    undone.execute("DELETE FROM plot WHERE village_code = 'KDV'")
    left = undone.execute(
        "SELECT count(*) AS n FROM plot_restriction x WHERE NOT EXISTS (SELECT FROM plot p"
        " WHERE p.id = x.plot_id) OR NOT EXISTS (SELECT FROM restriction r"
        " WHERE r.id = x.restriction_id)"
    ).fetchone()
    assert left == {"n": 0}
