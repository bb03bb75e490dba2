"""Impact over the register: the same as judging every plot before and after."""

import json
import os
from datetime import date

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from shapely.geometry import mapping

from kmap.cli import cli
from kmap.land.bulk import land_chunks
from kmap.land.uses import uses
from kmap.land.zoning import NewZoning, read_zoning
from kmap.rulebook.impact import on_cohort, on_plots, on_scrutinies
from kmap.store.evaluations import Evaluations, FrozenBook, Judgement
from kmap.store.pool import connected
from rules import Coded, evaluate, load_book
from rules.record import answer_bytes, engine_mark, freeze

DAY = date(2026, 6, 1)
TABLE = "r27-coverage-fsi/table-6.yaml"
RAILWAY = "telecom_kind == tower else 30"
SAMPLE = 40
"""Every so many plots are judged one by one."""


def rows(town, use):
    """Yield each plot's id and facts, as plain values."""
    with connected(town) as connection:
        for chunk in land_chunks(connection, DAY):
            texts = {
                name: column.texts() if isinstance(column, Coded) else column
                for name, column in chunk.columns.items()
            }
            for place, plot in enumerate(chunk.plots.public_ids):
                facts = {
                    name: column[place].item() if hasattr(column[place], "item") else column[place]
                    for name, column in texts.items()
                    if column[place] is not None and column[place] is not np.ma.masked
                }
                yield plot, {**facts, **uses()[use]["facts"]}


def test_a_lower_fsi_agrees_with_evaluating_plots_before_and_after(town, changed_book):
    old = load_book()
    new = load_book(changed_book(TABLE, "fsi_top: 4", "fsi_top: 3.2"))
    found = on_plots(town, old, new, DAY, ["E"])
    [told] = found.as_json()["uses"]
    every = list(rows(town, "E"))
    assert found.plots == told["plots"] == len(every)
    lost = lower = 0.0
    for plot, facts in every[::SAMPLE]:
        before, after = (evaluate(book, facts, DAY).as_json() for book in (old, new))
        caps = [
            side["clauses"]["r27-fsi"]["checks"][0]["required"]
            if side["clauses"]["r27-fsi"]["checks"]
            else None
            for side in (before, after)
        ]
        for name, clause in before["clauses"].items():
            assert clause["verdict"] == after["clauses"][name]["verdict"], (plot, name)
        if caps[0] != caps[1]:
            lower += 1
            lost += (caps[0] - caps[1]) * before["derived"].get("plot_area_m2", 0)
    assert (told["worse"], told["better"], told["clauses"]) == (0, 0, {})
    assert told["limits"]["r27-fsi"]["lower"] == told["changed"] > 5000
    assert told["changed"] == pytest.approx(lower * SAMPLE, rel=0.05)
    assert told["floor_lost_m2"] == pytest.approx(lost * SAMPLE, rel=0.1)
    assert (told["floor_won_m2"], told["ground_lost_m2"]) == (0, 0)
    assert told["by"]["body"]["M99001"]["changed"] == told["changed"]
    assert sum(one["changed"] for one in told["by"]["zone"].values()) == told["changed"]
    assert sum(square[0] for square in found.squares.values()) == told["changed"]


def test_a_wider_railway_rule_asks_exactly_the_plots_between(town, changed_book):
    old = load_book()
    new = load_book(changed_book("r05-nocs/rule.yaml", RAILWAY, RAILWAY.replace("30", "90")))
    found = on_plots(town, old, new, DAY, ["A1"]).as_json()["uses"][0]
    with connected(town) as connection:
        away = np.ma.concatenate(
            [chunk.columns["railway_distance_m"] for chunk in land_chunks(connection, DAY)]
        )
    between = int(((away > 30) & (away <= 90)).filled(False).sum())
    assert between > 20
    assert found["clearances"]["noc-railway"] == [
        {"from": "not_needed", "to": "needed", "plots": between}
    ]
    assert (found["worse"], found["newly_failing"]) == (between, 0)


def test_the_cohort_and_stored_scrutinies_are_judged_again(town, changed_book):
    old = load_book()
    new = load_book(changed_book("r75-wells/rule.yaml", "at_least: 7.5", "at_least: 8"))
    sites = on_cohort(old, new, DAY)
    assert len(sites) == 50
    assert not any(one["worse"] for one in sites)
    facts = {"family": "municipal", "well": True, "well_to_pit_m": 7.6, "well_to_boundary_m": 2}
    kept = Judgement(
        FrozenBook(old.id, old.hash, freeze(old)),
        DAY,
        engine_mark(),
        json.dumps(facts),
        answer_bytes(old, facts, DAY),
    )
    Evaluations(town).add([kept])
    [one] = [row for row in on_scrutinies(town, old, new, DAY) if row["changes"]]
    assert one["worse"]
    assert one["changes"][0]["clause"] == "r75-well-to-pit"


def test_a_new_zoning_layer_is_read_and_judged(town, tmp_path):
    with connected(town) as connection:
        chunk = next(land_chunks(connection, DAY))
    west, south, east, north = shapely.total_bounds(chunk.plots.shapes)
    middle = (west + east) / 2
    zones = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32643"}},
        "features": [
            {"type": "Feature", "properties": {"code": code}, "geometry": mapping(box)}
            for code, box in (
                ("R", shapely.box(west - 9, south - 9, middle, north + 9)),
                ("C", shapely.box(middle, south - 9, east + 9, north + 9)),
            )
        ],
    }
    path = tmp_path / "plan.geojson"
    path.write_text(json.dumps(zones), encoding="utf-8")
    plan = read_zoning(path)
    told = plan.column(chunk.plots.shapes)
    spots = shapely.get_x(shapely.centroid(chunk.plots.shapes))
    whole = told.codes >= 0
    assert whole.sum() > 0.95 * len(whole)
    assert (
        np.array(told.words)[told.codes[whole]] == np.where(spots < middle, "R", "C")[whole]
    ).all()
    crossing = shapely.intersects(
        chunk.plots.shapes, shapely.LineString([(middle, south), (middle, north)])
    )
    assert not whole[crossing & (np.abs(spots - middle) < 1)].any()
    outside = NewZoning(plan.codes[:1], plan.shapes[:1]).column(chunk.plots.shapes)
    assert (outside.codes[spots > middle + 100] == -1).all()
    book = load_book()
    found = on_plots(town, book, book, DAY, ["A1"], zoning=plan)
    assert found.plots > 11_000


def test_the_command_tells_tables_and_writes_a_map(town, changed_book, tmp_path, database_url):
    folder = changed_book(TABLE, "fsi_top: 4", "fsi_top: 3.2")
    page, command = tmp_path / "impact.html", ["rules", "impact", "rules/book", str(folder)]
    run = CliRunner().invoke(
        cli,
        [*command, "--as-of", "2026-06-01", "--use", "E", "--map", str(page), "--lang", "ml"],
        env={**os.environ, "KMAP_DATABASE_URL": database_url, "COLUMNS": "150"},
    )
    assert run.exit_code == 0, run.output
    assert "r27-fsi" in run.output
    assert "ഓഫീസുകൾ" in run.output
    assert page.read_text(encoding="utf-8").count('"type": "Feature"') > 50
    plain = CliRunner().invoke(cli, [*command, "--no-register", "--json"])
    answer = json.loads(plain.output)
    assert answer["register"] is None
    assert sum(bool(one["changes"]) for one in answer["cohort"]) == 6
