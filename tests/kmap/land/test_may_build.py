"""What may be built: limits with the clause that binds, and ground inside the yards."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from kmap.land.lookup import Land
from kmap.land.uses import uses
from kmap.store.pool import Pool, connected
from rules import Book, evaluate

pytestmark = pytest.mark.db
TODAY = dt.date(2026, 11, 22)
METRES = Transformer.from_crs(4326, 32643, always_xy=True).transform


@pytest.fixture(scope="module")
def plots(town: Pool) -> list[str]:
    """Forty plots of the town, the same each time."""
    with connected(town) as connection:
        found = connection.execute("SELECT public_id FROM plot ORDER BY tile_id LIMIT 40")
        rows = found.fetchall()
    return [row["public_id"] for row in rows]


@pytest.fixture(scope="module")
def answers(land: Land, plots: list[str]) -> list[dict[str, Any]]:
    return [land.by_plot(plot, TODAY) for plot in plots]


def limits(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {limit["id"]: limit for limit in answer["may_build"]["limits"]}


def ground(geometry: dict[str, Any]) -> BaseGeometry:
    return shapely.transform(shape(geometry), lambda a: np.column_stack(METRES(a[:, 0], a[:, 1])))


def test_most_plots_of_the_town_show_where_a_house_may_stand(
    answers: list[dict[str, Any]],
) -> None:
    shown = [a for a in answers if a["may_build"]["footprint"]]
    assert len(shown) > len(answers) / 2


def test_a_footprint_lies_in_the_plot_and_keeps_the_least_yard_from_every_edge(
    answers: list[dict[str, Any]],
) -> None:
    for answer in answers:
        if not answer["may_build"]["footprint"]:
            continue
        plot = ground(answer["plot"]["geometry"])
        inner = ground(answer["may_build"]["footprint"])
        told = limits(answer)
        least = min(told[name]["value"] for name in ("rear_yard_m", "side_yard_m"))
        assert plot.buffer(0.05).contains(inner)
        assert inner.distance(plot.exterior) >= least - 0.05  # 7 decimals, and kinks under 25 cm


def test_where_no_footprint_can_be_told_a_notice_says_why(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        notice = answer["may_build"]["notices"][-1]
        assert notice["id"].startswith("footprint-")
        told = notice["id"] in {"footprint-found", "footprint-no-rear"}
        assert told == bool(answer["may_build"]["footprint"])


def test_every_limit_names_the_clause_that_binds(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        for limit in answer["may_build"]["limits"]:
            assert limit["value"] >= 0
            assert limit["clause"]
            assert limit["title"]["ml"]
            later = limit["next"]
            assert later is None or later["value"] != limit["value"]


def test_a_house_that_keeps_the_limits_passes_the_book(
    answers: list[dict[str, Any]], book: Book
) -> None:
    answer = next(a for a in answers if a["may_build"]["footprint"] and a["zones"])
    told = limits(answer)
    facts = {
        **answer["facts"],
        **answer["may_build"]["assumed"]["facts"],
        "covered_area_m2": told["footprint_m2"]["value"],
        "total_floor_area_m2": told["floor_area_m2"]["value"],
        "road_distance_m": max(told["road_distance_m"]["value"], told["front_yard_m"]["value"]),
        "front_yard_min_m": told["front_yard_m"]["value"],
        "front_yard_avg_m": told["front_yard_m"]["value"],
        "rear_yard_min_m": told["rear_yard_m"]["value"],
        "rear_yard_avg_m": told["rear_yard_m"]["value"],
        **{
            f"side{n}_yard_{kind}_m": told["side_yard_m"]["value"]
            for n in (1, 2)
            for kind in ("min", "avg")
        },
    }
    judged = evaluate(book, facts, TODAY).as_json()["clauses"]
    for clause in ("r26-front-yard", "r26-rear-yard", "r26-side-yards", "r23-road-distance"):
        assert judged[clause]["verdict"] == "pass", clause
    assert judged["r27-coverage"]["verdict"] == "pass"
    assert judged["r27-fsi"]["verdict"] == "pass"


def test_one_square_metre_more_of_ground_breaks_the_binding_clause(
    answers: list[dict[str, Any]], book: Book
) -> None:
    answer = next(a for a in answers if limits(a)["footprint_m2"]["clause"] == "r27-coverage")
    covered = limits(answer)["footprint_m2"]["value"] + 1
    facts = {**answer["facts"], **answer["may_build"]["assumed"]["facts"]}
    judged = evaluate(book, {**facts, "covered_area_m2": covered}, TODAY).as_json()
    assert judged["clauses"]["r27-coverage"]["verdict"] == "fail"


def test_an_older_day_has_older_limits(land: Land, plots: list[str]) -> None:
    before = limits(land.by_plot(plots[0], dt.date(2025, 10, 28)))
    after = limits(land.by_plot(plots[0], TODAY))
    tiers = [[t["fsi"] for t in found["floor_area_m2"]["tiers"]] for found in (before, after)]
    assert tiers[0] != tiers[1]


@pytest.mark.parametrize("use", uses())
def test_every_use_a_person_may_choose_is_answered(land: Land, plots: list[str], use: str) -> None:
    answer = land.by_plot(plots[0], TODAY, use)
    assert answer["may_build"]["assumed"]["use"] == use
    assert limits(answer)


def test_the_plan_s_own_height_binds_in_the_heritage_zone(land: Land, town: Pool) -> None:
    with connected(town) as connection:
        row = connection.execute(
            "SELECT public_id FROM plot p WHERE EXISTS (SELECT FROM restriction r JOIN"
            " restriction_geom g ON g.restriction_id = r.id WHERE r.zone_code = 'H'"
            " AND ST_Contains(g.geom, ST_Buffer(p.geom, 2))) ORDER BY 1 LIMIT 1"
        ).fetchone()
    height = limits(land.by_plot((row or {})["public_id"], TODAY))["height_m"]
    assert height["value"] == 9
    assert height["clause"] == "r03-plan-height"
