"""What may be built by height, part and use; clearances with the change that was tried."""

import datetime as dt
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from kmap.land.lookup import Land
from kmap.land.needless import cures
from kmap.land.uses import uses
from kmap.store.pool import Pool, connected
from rules import Book, evaluate

pytestmark = pytest.mark.db
TODAY = dt.date(2026, 11, 22)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def built(land: Land, town: Pool) -> list[Json]:
    """Answers of thirty plots on which something may stand."""
    with connected(town) as connection:
        found = connection.execute("SELECT public_id FROM plot ORDER BY md5(public_id) LIMIT 45")
        rows = found.fetchall()
    answers = [land.by_plot(row["public_id"], TODAY) for row in rows]
    return [answer for answer in answers if answer["may_build"]["envelope"]]


@pytest.fixture(scope="module")
def split(land: Land) -> Json:
    return land.by_survey("NLT", "174/2B", TODAY)


def facts_of(answer: Json, book: Book) -> Json:
    facts = {**answer["facts"], **answer["may_build"]["assumed"]["facts"]}
    return {name: value for name, value in facts.items() if name in book.vocabulary}


def keeping(step: Json, height_m: float, road_m: float) -> Json:
    """Return the yards of a step as facts of a building of a height."""
    sides = {f"side{n}_yard_{kind}_m": step["side_m"] for n in (1, 2) for kind in ("min", "avg")}
    ends = {
        f"{end}_yard_{kind}_m": step[f"{end}_m"]
        for end in ("front", "rear")
        for kind in ("min", "avg")
    }
    road = {"road_distance_m": max(step["front_m"], road_m)}
    return {**sides, **ends, **road, "height_m": height_m}


YARDS = ("r26-front-yard", "r26-rear-yard", "r26-side-yards", "r24-height", "r03-plan-height")


def test_a_building_that_keeps_a_step_breaks_no_yard_and_no_height(
    built: list[Json], book: Book
) -> None:
    assert len(built) > 20
    for answer in built[:20]:
        for step in answer["may_build"]["envelope"]:
            facts = {**facts_of(answer, book), **keeping(step, step["to_m"], 3.0)}
            judged = evaluate(book, facts, TODAY)
            assert all(judged.verdict(clause) != "fail" for clause in YARDS), (
                answer["plot"],
                step,
            )


def test_above_a_step_its_yards_no_longer_do(built: list[Json], book: Book) -> None:
    for answer in built[:20]:
        for step in answer["may_build"]["envelope"][:-1]:
            facts = {**facts_of(answer, book), **keeping(step, step["to_m"] + 0.51, 3.0)}
            judged = evaluate(book, facts, TODAY)
            assert any(judged.verdict(clause) == "fail" for clause in YARDS)


def test_ground_shrinks_as_a_building_grows_and_lies_in_the_plot(built: list[Json]) -> None:
    for answer in built:
        plot = shapely.buffer(shape(answer["plot"]["geometry"]), 1e-6)
        steps = answer["may_build"]["envelope"]
        areas = [step["ground_m2"] for step in steps]
        assert areas == sorted(areas, reverse=True)
        assert [s["to_m"] for s in steps] == sorted({s["to_m"] for s in steps})
        assert all(plot.contains(shape(s["footprint"])) for s in steps if s["footprint"])


def test_the_lowest_step_is_the_footprint_of_the_assumed_house(built: list[Json]) -> None:
    same = [
        answer["may_build"]["envelope"][0]["ground_m2"] == answer["may_build"]["footprint_m2"]
        for answer in built
    ]
    assert all(same)


def test_a_split_plot_is_told_part_by_part(split: Json) -> None:
    told = {part["zone"]: part for part in split["may_build"]["parts"]}
    assert set(told) == {"R", "H"}
    assert told["H"]["height_m"] == 9
    assert told["R"]["height_m"] is None
    for part in told.values():
        assert part["floor_m2"] == pytest.approx(part["area_m2"] * part["fsi"], abs=0.01)
    together = split["may_build"]["combined"]
    assert together["ground_m2"] == pytest.approx(sum(p["ground_m2"] for p in told.values()))
    assert together["height_across_m"] == 9
    assert together["says"]["ml"] != together["says"]["en"]


def test_a_plot_in_one_zone_has_no_parts_and_the_plan_s_figures_as_facts(
    land: Land, town: Pool
) -> None:
    with connected(town) as connection:
        row = connection.execute(
            "SELECT public_id FROM plot p WHERE EXISTS (SELECT FROM restriction r JOIN"
            " restriction_geom g ON g.restriction_id = r.id WHERE r.zone_code = 'H'"
            " AND ST_Contains(g.geom, ST_Buffer(p.geom, 2))) ORDER BY 1 LIMIT 1"
        ).fetchone()
    answer = land.by_plot((row or {})["public_id"], TODAY)
    assert answer["may_build"]["parts"] == []
    assert answer["may_build"]["combined"] is None
    assert answer["facts"]["plan_height_m"] == 9
    assert "H" in answer["sources"]["plan_height_m"]["how"]


def test_every_use_stands_side_by_side_and_says_as_its_own_answer(split: Json, land: Land) -> None:
    told = {one["use"]: one for one in split["may_build"]["uses"]}
    assert set(told) == set(uses())
    flats = land.by_survey("NLT", "174/2B", TODAY, "A1-flats")
    own = {noc["id"] for noc in flats["clearances"]}
    assert set(told["A1-flats"]["clearances"]) <= own
    assert told["E"]["not_listed_in"] == ["R", "H"]
    tiers = [limit["tiers"] for limit in flats["may_build"]["limits"] if limit["tiers"]]
    assert tiers[0][0]["fsi"] == told["A1-flats"]["fsi_free"]


FIRE = {
    "family": "municipal", "body_class": "municipal_council", "occupancy": "F",
    "occupancy_sub": "none", "built_up_area_m2": 1400.0, "height_m": 9.0,
}  # fmt: skip


def test_a_tried_change_makes_a_clearance_needless_and_a_step_less_does_not(book: Book) -> None:
    def needed(facts: Json) -> set[str]:
        return {noc["id"] for noc in evaluate(book, facts, TODAY).as_json()["nocs"]}

    assert "noc-fire" in needed(FIRE)
    found = cures(evaluate(book, FIRE, TODAY), FIRE, ["noc-fire"])["noc-fire"]
    assert found["fact"] == "built_up_area_m2"
    assert "noc-fire" not in needed({**FIRE, "built_up_area_m2": found["to"]})
    judged = evaluate(book, {**FIRE, "built_up_area_m2": found["to"] + 0.3}, TODAY).as_json()
    open_or_needed = {noc["id"] for noc in (*judged["nocs"], *judged["nocs_unknown"])}
    assert "noc-fire" in open_or_needed
    assert f"{found['to']:g}" in found["says"]["ml"]


def test_standing_further_from_the_railway_is_tried_too(book: Book) -> None:
    facts = {**FIRE, "built_up_area_m2": 150.0, "railway_distance_m": 12.0}
    found = cures(evaluate(book, facts, TODAY), facts, ["noc-railway"])["noc-railway"]
    assert found["fact"] == "railway_distance_m"
    assert 30.0 < found["to"] <= 30.1


def test_what_follows_from_the_place_has_no_change(book: Book, split: Json) -> None:
    told = {noc["id"]: noc for noc in split["clearances"]}
    assert told["noc-heritage"]["change"] is None
    assert told["noc-heritage"]["trigger"] == {
        "by": "map", "theme": "heritage", "fact": "heritage_area",
        "restrictions": ["heritage-port"],
    }  # fmt: skip
    assert "no change" in told["noc-heritage"]["cure"]["en"]


def test_records_at_odds_say_which_governs_for_which_act(land: Land, town: Pool) -> None:
    with connected(town) as connection:
        row = connection.execute(
            "SELECT plot_id FROM evidence WHERE theme_id = 'paddy' ORDER BY 1 LIMIT 1"
        ).fetchone()
    answer = land.by_plot((row or {})["plot_id"], TODAY)
    conflict = next(one for one in answer["conflicts"] if one["theme"] == "paddy")
    assert len(conflict["acts"]) == 3
    forms = {one["record"]: one["form"] for one in conflict["corrections"]}
    assert forms["data_bank"] == "Form 5"
    assert all(one["days"] is None for one in conflict["corrections"])  # no source gives them
