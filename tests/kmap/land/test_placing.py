"""A drawing made from a parcel of the sample town is laid on it, and the land joins it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import shapely
from click.testing import CliRunner
from shapely import affinity
from shapely.geometry import shape

from gis.drawing.complaints import catalogue
from gis.drawing.survey import survey
from gis.overlay import in_degrees
from kmap.building import scrutiny
from kmap.building.drawn import laying
from kmap.building.scrutiny import judge
from kmap.cli.check import command
from kmap.land.lookup import Land
from kmap.land.placing import PlaceError, Placer, wanted
from kmap.store.pool import Pool
from rules import Book

pytestmark = pytest.mark.db
DAY = date(2026, 11, 22)
DISTINCT = "NLT:1:174:2B"
"""Six corners, fits one way only; partly in the heritage area."""
RECTANGULAR = "NLT:1:415:9"
"""Fits two ways round."""
PARTLY_CRZ = "NLT:1:578:7"
"""A third of it lies in CRZ I, where nothing may be built."""
Json = dict[str, Any]


class Desk:
    """Draws, places and judges, as the service does."""

    def __init__(self, pool: Pool, land: Land, book: Book, maker: ModuleType, folder: Path):
        self.pool, self.book, self.maker, self.folder = pool, book, maker, folder
        self.placer = Placer(pool, land)
        self.count = 0

    def house(self, plot: str, inset_m: float = 2.5, *, road: bool = True) -> Any:
        with self.pool.connection() as connection:
            parcel, street = self.maker.parcel_and_street(connection, plot)
        return self.maker.House(parcel, street if road else None, inset_m)

    def check(self, house: Any, *typed: str, site: Json | None = None, **place: str) -> Json:
        self.count += 1
        path = house.write(self.folder / f"{self.count}.dxf", *typed)
        lay = laying(self.placer, wanted(**place))
        return judge(survey(path), site=site or {}, as_of=DAY, book=self.book, lay=lay).answer


@pytest.fixture(scope="module")
def desk(
    town: Pool, land: Land, book: Book, on_parcels: ModuleType, tmp_path_factory
) -> Iterator[Desk]:
    """Without the search for cures, which is another matter and takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scrutiny, "cures", lambda *_, **__: SimpleNamespace(as_json=dict))
        yield Desk(town, land, book, on_parcels, tmp_path_factory.mktemp("placed"))


def codes(answer: Json) -> set[str]:
    return {one["code"] for one in answer["complaints"]}


def by_map(answer: Json) -> set[str]:
    return {name for name, source in answer["sources"].items() if source["by"] == "map"}


@pytest.fixture(scope="module")
def distinct(desk: Desk) -> tuple[Any, Json]:
    house = desk.house(DISTINCT).shaken(0.05)
    return house, desk.check(house, survey="NLT/174/2B")


def test_the_drawing_lies_where_it_was_drawn_from(distinct: tuple[Any, Json]) -> None:
    house, answer = distinct
    placement = answer["placement"]
    assert placement["outcome"] == "placed"
    assert placement["plot"]["id"] == DISTINCT
    assert placement["fit"]["rms_m"] < 0.06
    assert placement["fit"]["second"]["rms_m"] > 0.3
    homes = [f for f in placement["geojson"]["features"] if f["properties"]["role"] == "footprint"]
    assert homes[0]["properties"]["height_m"] == pytest.approx(6.4)
    placed, true = shape(homes[0]["geometry"]), in_degrees(house.there(house.home))
    assert placed.symmetric_difference(true).area / true.area < 0.03


def test_the_land_s_facts_join_with_their_source_and_map_date(
    distinct: tuple[Any, Json], land: Land
) -> None:
    _, answer = distinct
    known = land.by_plot(DISTINCT, DAY)["facts"]
    joined = by_map(answer)
    assert {"crz_category", "paddy_status", "heritage_area", "family", "street_width_m"} <= joined
    for name in joined - {"railway_distance_m"}:
        assert answer["facts"][name] == known[name], name
    source = answer["sources"]["heritage_area"]["source"]
    assert source["date"] == "2026-11-22"
    assert source["name"]["ml"]
    assert source["invented"] is True
    assert answer["sources"]["plot_area_drawn_m2"]["by"] == "measured"
    assert "invented" in {notice["id"] for notice in answer["notices"]}


def test_what_the_asked_register_cannot_tell_is_not_said_to_be_known_by_it(
    distinct: tuple[Any, Json], desk: Desk
) -> None:
    told = distinct[1]["supply"]["wetland"]["says"]
    assert "cannot tell" in told["en"]
    assert told["en"] != desk.check(desk.house(DISTINCT))["supply"]["wetland"]["says"]["en"]


def test_a_drawing_for_which_no_plot_is_named_says_so(desk: Desk) -> None:
    answer = desk.check(desk.house(DISTINCT))
    assert answer["placement"]["outcome"] == "not_asked"
    assert not by_map(answer)
    assert not {c for c in codes(answer) if c.startswith(("placement", "parcel"))}


def test_the_number_typed_on_the_drawing_is_a_claim_that_the_shape_must_bear_out(
    desk: Desk,
) -> None:
    right = desk.check(desk.house(DISTINCT), "VILLAGE=NLT", "RS_NO=174/2B")
    assert right["placement"]["asked"] == {"by": "typed", "text": "NLT/174/2B"}
    assert right["placement"]["outcome"] == "placed"
    wrong = desk.check(desk.house(DISTINCT), "VILLAGE=NLT", "RS_NO=578/7")
    assert wrong["placement"]["outcome"] == "refused"
    assert not by_map(wrong)
    missing = desk.check(desk.house(DISTINCT), "VILLAGE=NOWHERE", "RS_NO=1")
    assert "typed_parcel_not_found" in codes(missing)
    several = desk.check(desk.house(DISTINCT), "VILLAGE=NLT", "RS_NO=174/2B, 174/3 AND 174/4")
    assert "typed_parcel_not_found" in codes(several)
    other = desk.check(desk.house(DISTINCT), "VILLAGE=NLT", "RS_NO=9/9", plot=DISTINCT)
    assert "placement_number_differs" in codes(other)
    assert other["placement"]["outcome"] == "placed"


@pytest.mark.parametrize("asked", ["NLT/9999", "NOWHERE/1", "nonsense", "NLT/\0", "a:b:c:d"])
def test_a_plot_the_register_has_not_is_told_and_the_scrutiny_goes_on(
    desk: Desk, asked: str
) -> None:
    answer = desk.check(desk.house(DISTINCT), survey=asked)
    assert "parcel_not_found" in codes(answer)
    assert answer["placement"]["code"] == "parcel_not_found"
    assert answer["facts"]["covered_area_m2"] > 0
    assert not by_map(answer)
    assert answer["verdict"] != "pass"


def test_a_wrong_parcel_is_refused_and_the_fitting_neighbour_named(desk: Desk) -> None:
    with desk.pool.connection() as connection:
        beside = connection.execute(
            "SELECT q.public_id FROM plot p JOIN plot q ON ST_DWithin(p.geom, q.geom, 1)"
            " AND q.id <> p.id WHERE p.public_id = %s ORDER BY q.public_id LIMIT 1",
            [DISTINCT],
        ).fetchone()
    assert beside is not None
    answer = desk.check(desk.house(DISTINCT), plot=beside["public_id"])
    assert codes(answer) & {"placement_poor_fit", "placement_other_size"}
    hint = next(c for c in answer["complaints"] if c["code"] == "placement_fits_another")
    assert DISTINCT in hint["message"]["en"]
    assert not by_map(answer)


def test_a_mirrored_drawing_is_refused(desk: Desk) -> None:
    answer = desk.check(desk.house(DISTINCT).mirrored(), plot=DISTINCT)
    assert answer["placement"]["code"] == "placement_mirrored"
    assert answer["placement"]["geojson"] is None
    assert not by_map(answer)


def test_a_plot_that_fits_two_ways_is_settled_by_the_road_and_by_nothing_else(
    desk: Desk,
) -> None:
    house = desk.house(RECTANGULAR)
    settled = desk.check(house, plot=RECTANGULAR)["placement"]
    assert len(settled["fit"]["ways_round"]) == 2
    assert (settled["outcome"], settled["fit"]["settled_by"]) == ("placed", "road")
    homes = [f for f in settled["geojson"]["features"] if f["properties"]["role"] == "footprint"]
    true = in_degrees(house.there(house.home))
    assert shape(homes[0]["geometry"]).symmetric_difference(true).area / true.area < 0.05

    open_ = desk.check(desk.house(RECTANGULAR, road=False), plot=RECTANGULAR)
    assert open_["placement"]["outcome"] == "turn_unknown"
    assert open_["placement"]["geojson"] is None
    assert "placement_ambiguous" in codes(open_)
    assert "crz_category" in by_map(open_), "what holds for the whole plot is known"


def test_a_road_drawn_on_the_other_side_is_told_or_leaves_the_way_round_open(desk: Desk) -> None:
    for plot in (DISTINCT, PARTLY_CRZ):
        house = desk.house(plot)
        house.road = affinity.rotate(house.road, 180, origin=house.plot.centroid)
        answer = desk.check(house, plot=plot)
        assert codes(answer) & {"placement_road_elsewhere", "placement_ambiguous"}
        right = desk.check(desk.house(plot), plot=plot)
        assert not codes(right) & {"placement_road_elsewhere", "placement_ambiguous"}


def test_a_house_partly_in_the_no_build_strip_is_told_where_it_stands(desk: Desk) -> None:
    answer = desk.check(desk.house(PARTLY_CRZ), plot=PARTLY_CRZ)
    stands = {one["id"]: one for one in answer["placement"]["building"]["restrictions"]}
    assert stands["crz-1"]["building"] == "partly"
    assert stands["crz-1"]["area_m2"] > 20
    assert "building_in_no_build" in codes(answer)
    assert answer["facts"]["crz_category"] == "I"
    assert answer["verdict"] != "pass"


def test_a_house_clear_of_the_strip_that_its_plot_touches_is_not_said_to_stand_in_it(
    desk: Desk,
) -> None:
    house = desk.house(PARTLY_CRZ)
    south = min(house.there(house.home).exterior.coords, key=lambda p: p[1])
    there = house.there(house.home).intersection(
        type(house.home)([(south[0] - 40, south[1] - 9), (south[0] + 40, south[1] - 9),
                          (south[0] + 40, south[1] + 9), (south[0] - 40, south[1] + 9)])
    )  # fmt: skip
    house.home = house.draw(there)
    answer = desk.check(house, plot=PARTLY_CRZ)
    stands = {one["id"]: one for one in answer["placement"]["building"]["restrictions"]}
    assert stands["crz-1"]["building"] == "clear"
    assert stands["crz-1"]["distance_m"] > stands["crz-1"]["slack_m"]
    assert "building_in_no_build" not in codes(answer)
    assert answer["facts"]["crz_category"] == "I", "the plot's own fact stays"


def test_the_railway_s_distance_is_the_building_s_and_never_more_than_the_truth(
    desk: Desk, land: Land
) -> None:
    with desk.pool.connection() as connection:
        row = connection.execute(
            "SELECT p.public_id, ST_AsBinary(f.geom) AS railway FROM plot p, feature f"
            " WHERE f.kind = 'railway' AND p.drawn_area_m2 BETWEEN 300 AND 900"
            " AND ST_Distance(p.geom, f.geom) BETWEEN 32 AND 60"
            " AND EXISTS (SELECT 1 FROM feature r WHERE r.kind = 'road'"
            "             AND ST_DWithin(r.geom, p.geom, 4)) ORDER BY p.public_id LIMIT 1"
        ).fetchone()
    assert row is not None
    house = desk.house(row["public_id"], 3.0)
    answer = desk.check(house, plot=row["public_id"])
    assert answer["placement"]["outcome"] == "placed"
    railway = shapely.from_wkb(bytes(row["railway"]))
    true_m = house.there(house.home).distance(railway)
    of_plot = land.by_plot(row["public_id"], DAY)["facts"]["railway_distance_m"]
    given = answer["facts"]["railway_distance_m"]
    assert of_plot < given <= true_m
    assert "building" in answer["sources"]["railway_distance_m"]["how"]["en"]


def test_a_person_s_word_does_not_outrank_the_register_once_it_is_asked(desk: Desk) -> None:
    site = {"crz_category": "none", "family": "panchayat"}
    answer = desk.check(desk.house(PARTLY_CRZ), plot=PARTLY_CRZ, site=site)
    assert answer["facts"]["crz_category"] == "I"
    assert answer["facts"]["family"] == "municipal"
    said = [c for c in answer["complaints"] if c["code"] == "register_differs"]
    assert {c["message"]["en"].split()[0] for c in said} >= {"crz_category", "family"}
    alone = desk.check(desk.house(PARTLY_CRZ), site=site)
    assert alone["facts"]["crz_category"] == "none"


def test_a_measurement_that_the_vocabulary_trusts_more_stands_and_the_register_is_told(
    desk: Desk,
) -> None:
    with desk.pool.connection() as connection:
        row = connection.execute(
            "SELECT p.public_id FROM plot p, feature f WHERE f.kind = 'power_line'"
            " AND p.drawn_area_m2 BETWEEN 300 AND 900 AND ST_DWithin(p.geom, f.geom, 90)"
            " AND NOT ST_DWithin(p.geom, f.geom, 40) AND EXISTS (SELECT 1 FROM feature r"
            " WHERE r.kind = 'road' AND ST_DWithin(r.geom, p.geom, 4))"
            " ORDER BY p.public_id LIMIT 1"
        ).fetchone()
    assert row is not None
    register = desk.check(desk.house(row["public_id"]), plot=row["public_id"])
    assert register["facts"]["power_line_horizontal_m"] > 30
    house = desk.house(row["public_id"])
    house.line_m = 8.0
    drawn = desk.check(house, plot=row["public_id"])
    assert drawn["facts"]["power_line_horizontal_m"] == pytest.approx(8.0)
    assert "register_contradicts" in codes(drawn)
    assert "register_contradicts" not in codes(register)


@pytest.mark.parametrize("by", ["near", "body"])
def test_a_parcel_is_found_by_its_shape(desk: Desk, land: Land, by: str) -> None:
    lon, lat = land.by_plot(DISTINCT, DAY)["plot"]["centroid"]
    place = {"near": f"{lon},{lat}"} if by == "near" else {"body": "M99001"}
    answer = desk.check(desk.house(DISTINCT), **place)
    if answer["placement"]["outcome"] == "refused":
        assert answer["placement"]["code"] == "placement_rival"
        assert DISTINCT in {one["plot"] for one in answer["placement"]["rivals"]}
    else:
        assert answer["placement"]["plot"]["id"] == DISTINCT
        assert "placement_by_shape" in codes(answer)


def test_a_shape_that_many_plots_have_is_refused_without_a_number(desk: Desk) -> None:
    answer = desk.check(desk.house(RECTANGULAR), body="M99001")
    assert answer["placement"]["code"] == "placement_rival"
    assert len(answer["placement"]["rivals"]) > 1
    assert not by_map(answer)


def test_when_the_right_parcel_is_not_in_the_register_no_other_takes_its_place(
    desk: Desk, land: Land
) -> None:
    """NLT:1:541:13 is a good fit by number (0.24 m off), but not good enough to be found."""
    gone, like = "NLT:1:545:6", "NLT:1:541:13"
    house = desk.house(gone)
    lon, lat = land.by_plot(gone, DAY)["plot"]["centroid"]
    move = "UPDATE plot SET valid = %s::daterange WHERE public_id = %s"
    with desk.pool.connection() as connection:
        valid = connection.execute(
            "SELECT valid::text FROM plot WHERE public_id = %s", [gone]
        ).fetchone()
        assert valid is not None
        connection.execute(move, ["(,2000-01-01)", gone])
        try:
            answer = desk.check(house, near=f"{lon},{lat}")
            named = desk.check(house, plot=like)
        finally:
            connection.execute(move, [valid["valid"], gone])
    assert answer["placement"]["code"] in ("placement_not_sure", "placement_rival")
    assert like in {one["plot"] for one in answer["placement"]["rivals"]}
    assert not by_map(answer)
    assert named["placement"]["outcome"] in ("placed", "turn_unknown")


@pytest.mark.parametrize(
    "place",
    [
        {"near": "1e999,10"},
        {"near": "nan,nan"},
        {"near": "10,75"},
        {"near": "75.9"},
        {"survey": "NLT/1", "plot": "x"},
    ],
)
def test_a_place_that_is_none_is_refused(place: dict[str, str]) -> None:
    with pytest.raises(PlaceError):
        wanted(**place)


def test_a_local_body_or_a_spot_without_such_a_plot_is_told(desk: Desk) -> None:
    house = desk.house(DISTINCT)
    for place in ({"body": "M00000"}, {"near": "75.0,9.0"}):
        answer = desk.check(house, **place)
        assert "parcel_not_found" in codes(answer)


def test_a_bow_tie_for_a_plot_is_told_and_nothing_is_laid(desk: Desk) -> None:
    house = desk.house(DISTINCT)
    corners = list(house.plot.exterior.coords)[:-1]
    corners[0], corners[2] = corners[2], corners[0]
    house.plot = type(house.plot)(corners)
    answer = desk.check(house, plot=DISTINCT)
    assert answer["placement"]["code"] == "placement_no_plot"
    assert not by_map(answer)


def test_a_stored_scrutiny_keeps_its_placement(desk: Desk, distinct: tuple[Any, Json]) -> None:
    """Everything in it is plain JSON of finite numbers."""
    placement = distinct[1]["placement"]
    assert json.loads(json.dumps(placement, allow_nan=False)) == placement
    assert len(json.dumps(placement)) < 20_000


def test_every_complaint_of_placement_speaks_both_languages() -> None:
    own = [c for c in catalogue() if c.startswith(("placement", "building_", "parcel", "typed_p"))]
    assert len(own) >= 14
    for code in own:
        for text in (catalogue()[code]["message"], catalogue()[code]["cure"]):
            assert any("\u0d00" <= c <= "\u0d7f" for c in text["ml"]), code


def test_the_command_says_the_fit(desk: Desk, town: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMAP_DATABASE_URL", town.conninfo)
    path = str(desk.house(DISTINCT).write(desk.folder / "cli.dxf", "VILLAGE=NLT", "RS_NO=174/2B"))
    out = CliRunner().invoke(command, [path, "--place", "--lang", "ml"])
    assert out.exit_code == 1, out.output
    assert "174/2B എന്ന പ്ലോട്ടിൽ" in out.output.replace("\n", " ")
