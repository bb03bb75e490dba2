"""``kmap check``: real plans, feed-back into the rules, and what must not change a verdict."""

import json
import math
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kmap.building.intake import SiteFactsError
from kmap.building.scrutiny import Scrutiny, scrutinise
from kmap.cli import cli
from rules import evaluate, shipped_book

DAY = date(2026, 1, 15)
SITE = {
    "family": "municipal",
    "ground_slope_deg": 3,
    "flood_liable": False,
    "declared_unsuitable": False,
    "plan_floodable": False,
    "soil_impermeable": False,
    "drain_blocked": False,
    "crz_category": "none",
    "paddy_status": "none",
    "monument_kind": "none",
    "monument_distance_m": 5000,
    "security_zone": False,
    "railway_distance_m": 4000,
    "recharge": True,
    "septic_tank": True,
    "debris_cared_for": True,
    "wetland": False,
    "refuse_on_plot": False,
    "quarry_on_plot": False,
    "waste_segregation": True,
    "airport_distance_m": 60000,
    "heritage_area": False,
    "power_line_kv": 0.4,
    "power_line_horizontal_m": 9,
    "power_line_vertical_m": 9,
    "well_to_pit_m": 9,
    "well_to_boundary_m": 2,
    "pit_to_boundary_m": 2,
    "well_to_street_m": 3,
    "well_wall_m": 1,
    "pervious_pct": 60,
    "front_projection_m": 0.6,
    "rear_projection_m": 0.6,
    "side1_projection_m": 0.6,
    "side2_projection_m": 0.6,
}


@pytest.fixture(scope="module")
def book():
    return shipped_book()


@pytest.fixture(scope="module")
def judged(shared: Path, book) -> dict[str, Scrutiny]:
    plans = sorted((shared / "plans").glob("*.dxf"))
    return {p.stem[:4]: scrutinise(p, site={}, as_of=DAY, book=book) for p in plans}


def verdicts(answer: dict) -> dict[str, str]:
    return {name: clause["verdict"] for name, clause in answer["clauses"].items()}


def test_the_command_prints_the_object_and_its_status(shared: Path, tmp_path: Path):
    plan = shared / "plans" / "kl02_house_202m2.dxf"
    command = [sys.executable, "-P", "-m", "kmap.cli", "check", str(plan), "--as-of", "2026-01-15"]
    papers = ["--report", str(tmp_path / "r.html"), "--overlay", str(tmp_path / "o.svg")]
    done = subprocess.run([*command, "--json", *papers], capture_output=True, check=False)
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert done.stderr == b""
    assert answer["facts"]["plot_area_drawn_m2"] == 201.48
    assert answer["facts"]["covered_area_m2"] == 88.33
    assert answer["facts"]["height_m"] == 6.57
    assert {
        "drawing", "measurements", "facts", "sources", "claims", "complaints", "clauses",
        "derived", "derived_missing", "nocs", "nocs_unknown", "fees", "as_of", "book", "verdict",
    } <= set(answer)  # fmt: skip
    assert (
        "88.33" in (tmp_path / "r.html").read_text() or "88.3" in (tmp_path / "r.html").read_text()
    )
    assert (tmp_path / "o.svg").read_text().startswith("<")


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_people_get_findings_first(shared: Path, lang: str):
    plan = str(shared / "plans" / "kl08_commercial_320m2_basement.dxf")
    done = CliRunner().invoke(cli, ["check", plan, "--as-of", "2026-01-15", "--lang", lang])
    assert done.exit_code == 1
    words = {
        "en": ("Fails", "Could not be told", "Passes"),
        "ml": ("പാലിക്കാത്തവ", "പറയാനാവാത്തവ", "പാലിക്കുന്നവ"),
    }
    places = [done.output.index(word) for word in words[lang]]
    assert places == sorted(places)


@pytest.mark.parametrize("content", [b"", b"AC1032\x00", b"\xff\xfe\x00"])
def test_what_cannot_be_read_is_an_object_with_status_2(tmp_path: Path, content: bytes):
    path = tmp_path / "plan.dxf"
    path.write_bytes(content)
    done = CliRunner().invoke(cli, ["check", str(path), "--json"])
    answer = json.loads(done.output)
    assert (done.exit_code, answer["verdict"]) == (2, "unreadable")
    assert answer["complaints"][0]["cure"]["ml"]


def test_a_missing_file_is_an_answer_too(tmp_path: Path):
    done = CliRunner().invoke(cli, ["check", str(tmp_path / "none.dxf"), "--json"])
    assert (done.exit_code, json.loads(done.output)["verdict"]) == (2, "unreadable")


@pytest.mark.parametrize("text", ["[1]", "{", '{"height_m": NaN}', '{"a": 1, "a": 2}'])
def test_site_facts_that_are_no_json_object_are_refused(tmp_path: Path, text: str):
    (tmp_path / "site.json").write_text(text)
    options = ["--json", "--site", str(tmp_path / "site.json")]
    done = CliRunner().invoke(cli, ["check", str(tmp_path / "plan.dxf"), *options])
    assert isinstance(done.exception, SiteFactsError)
    assert json.loads(done.output)["error"]["code"] == "bad_site_facts"


def test_site_facts_the_vocabulary_lacks_are_one_coded_line(shared: Path, tmp_path: Path):
    (tmp_path / "site.json").write_text('{"hight_m": 3}')
    plan = str(shared / "plans" / "dimensions_only.dxf")
    command = [sys.executable, "-P", "-m", "kmap.cli", "check", plan, "--json"]
    site = ["--site", str(tmp_path / "site.json")]
    done = subprocess.run([*command, *site], capture_output=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "bad_site_facts"
    assert done.stderr.startswith(b"bad_site_facts: unknown_fact")
    assert b"Traceback" not in done.stderr


def test_every_plan_gets_a_verdict_that_is_no_pass(judged):
    assert {name: s.answer["verdict"] for name, s in judged.items()} == {
        "brok": "unknown",
        "dime": "unknown",
        "kl01": "unknown",
        "kl02": "fail",
        "kl07": "fail",
        "kl08": "fail",
    }


def test_the_facts_fed_back_to_the_rules_give_the_same_clauses(judged, book):
    for found in judged.values():
        again = evaluate(book, json.loads(json.dumps(found.answer["facts"])), DAY).as_json()
        assert again["clauses"] == found.answer["clauses"]
        assert again["nocs_unknown"] == found.answer["nocs_unknown"]


def test_every_fact_has_a_source_and_every_missing_one_a_supplier(judged):
    for found in judged.values():
        answer = found.answer
        flat = {k for k in answer["facts"] if k != "blocks"}
        for block in answer["facts"].get("blocks", []):
            flat |= {k for k in block if k not in {"block", "levels", "floors"}}
        assert flat <= set(answer["sources"])
        for clause in answer["clauses"].values():
            assert set(clause["missing"]) <= set(answer["supply"])
        for source in answer["sources"].values():
            assert all(source["how"][lang] for lang in ("en", "ml"))


def test_kl01s_typed_area_switches_nothing_on(judged):
    answer = judged["kl01"].answer
    assert "plot_area_record_m2" not in answer["facts"]
    assert answer["claims"]["plot_area_record_m2"][0]["value"] == 121.527
    assert "small_plot" in answer["derived_missing"]
    assert answer["clauses"]["r27-coverage"]["verdict"] == "unknown"
    assert "plot_area_differs" in {c["code"] for c in answer["complaints"]}


def test_a_deed_given_as_site_fact_settles_kl01(shared: Path, book):
    plan = shared / "plans" / "kl01_house_121m2.dxf"
    small = scrutinise(plan, site={"plot_area_record_m2": 121.53}, as_of=DAY, book=book).answer
    large = scrutinise(plan, site={"plot_area_record_m2": 132.3}, as_of=DAY, book=book).answer
    assert small["derived"]["small_plot"] is True
    assert large["derived"]["small_plot"] is False


def test_typed_map_answers_stay_claims_until_a_person_gives_them(judged, shared: Path, book):
    answer = judged["kl02"].answer
    assert "security_zone" not in answer["facts"]
    assert answer["claims"]["security_zone"][0]["value"] is False
    plan = shared / "plans" / "kl02_house_202m2.dxf"
    given = scrutinise(plan, site={"security_zone": False}, as_of=DAY, book=book).answer
    assert given["facts"]["security_zone"] is False
    assert given["sources"]["security_zone"]["by"] == "declared"


def test_a_measurement_stands_against_what_a_person_says(shared: Path, book):
    plan = shared / "plans" / "kl02_house_202m2.dxf"
    site = {"height_m": 3, "street_width_m": 4, "dwelling_units": 1}
    answer = scrutinise(plan, site=site, as_of=DAY, book=book).answer
    assert answer["facts"]["height_m"] == 6.57
    assert answer["facts"]["street_width_m"] == 4  # the map's place is better than the drawing's
    assert answer["facts"]["occupancy_sub"] == "single_house"
    assert "claim_differs" in {c["code"] for c in answer["complaints"]}


def test_kl08s_levels_and_kl07s_typical_floors_reach_the_rules(judged):
    eight = judged["kl08"].answer
    levels = {lv["level"]: lv for lv in eight["facts"]["blocks"][0]["levels"]}
    assert set(levels) == {-1, 0, 1}
    assert levels[-1]["level_kind"] == "below_ground"
    places = [c["where"] for c in eight["clauses"]["r26-side-yards"]["checks"]]
    assert {"block": 1, "level": 1} in places
    seven = judged["kl07"].answer["facts"]
    assert (seven["occupancy"], seven["occupancy_sub"], seven["dwelling_units"]) == (
        "A1", "apartment", 25,
    )  # fmt: skip
    assert (seven["stairs"], seven["fire_stairs"]) == (2, 1)


def check(path: Path, book, **more) -> dict:
    return scrutinise(path, site=SITE | more, as_of=DAY, book=book).answer


def test_a_sound_house_with_all_facts_passes(tmp_path: Path, a_house, book):
    answer = check(a_house().write(tmp_path), book)
    left = {k: v for k, v in verdicts(answer).items() if v not in {"pass", "not_applicable"}}
    assert left == {}
    assert answer["verdict"] == "pass"
    done = CliRunner().invoke(cli, ["check", str(tmp_path / "plan.dxf")])
    assert done.exit_code == 1  # without the site facts it is unknown


def test_units_place_order_and_turn_change_no_verdict(tmp_path: Path, a_house, book):
    plain = check(a_house().write(tmp_path), book)
    variants = {
        "millimetres": a_house(1000.0, units=4),
        "inches": a_house(1 / 0.0254, units=1),
        "unit not said": a_house(units=None),
        "inches in the header only": a_house(units=1),
        "far off": a_house(shift=(-704500.0, 1_200_000.0)),
    }
    turned = a_house()
    turned.entities = _turned(turned.entities, 0.7)
    variants["turned"] = turned
    backwards = a_house()
    backwards.entities = _backwards(backwards.entities)
    variants["in another order"] = backwards
    for name, drawing in variants.items():
        answer = check(drawing.write(tmp_path, "other.dxf"), book)
        assert verdicts(answer) == verdicts(plain), name
        assert answer["verdict"] == "pass", name


def _turned(entities: list[str], angle: float) -> list[str]:
    out = list(entities)
    cos, sin = math.cos(angle), math.sin(angle)
    for x_code, y_code in (("10", "20"), ("13", "23"), ("14", "24")):
        for i in range(0, len(out) - 3, 2):
            if out[i] == x_code and out[i + 2] == y_code:
                x, y = float(out[i + 1]), float(out[i + 3])
                out[i + 1], out[i + 3] = repr(x * cos - y * sin), repr(x * sin + y * cos)
    return out


def _backwards(entities: list[str]) -> list[str]:
    starts = [i for i in range(0, len(entities), 2) if entities[i] == "0"]
    parts = [entities[a:b] for a, b in zip(starts, [*starts[1:], len(entities)], strict=True)]
    return [value for part in reversed(parts) for value in part]


def test_a_short_yard_a_crossing_outline_and_a_doubtful_colour_never_pass(
    tmp_path: Path, a_house, book
):
    short = a_house()
    wide = short.entities.index("BLK_1_LVL_0_BLDG_FOOT_PRINT")
    assert wide
    short.box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 0.3, 5, 3, 3)
    plan = short.write(tmp_path)
    asked = check(plan, book)["clauses"]["r26-side-yards"]  # with consent it could stand there
    assert asked["verdict"] == "unknown"
    assert asked["missing"] == ["neighbour_consent", "openings_on_short_yard"]
    answer = check(plan, book, neighbour_consent=False, openings_on_short_yard=True)
    assert answer["verdict"] == "fail"
    assert answer["clauses"]["r26-side-yards"]["verdict"] == "fail"
    crossing = a_house().outline(
        "BLK_1_COVERED_AREA", [(0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 9.0)]
    )
    assert check(crossing.write(tmp_path), book)["verdict"] == "unknown"
    doubtful = a_house().box("BLK_1_FLR_1_BLT_UP_AREA", 60, 0, 5, 5, 23)
    answer = check(doubtful.write(tmp_path), book)
    assert "occupancy" not in answer["facts"]
    assert "occupancy_colour_doubtful" in {c["code"] for c in answer["complaints"]}
    assert answer["verdict"] == "unknown"


def test_several_blocks_are_judged_each_by_its_own(tmp_path: Path, a_house, book):
    drawing = a_house()
    once = {"PLOT_BOUNDARY", "NOTIFIED_ROAD", "PLAN_INFO"}
    drawing.raw(
        *("NOTES" if v in once else v.replace("BLK_1", "BLK_2") for v in a_house().entities)
    )
    answer = check(drawing.write(tmp_path), book)
    assert [b["block"] for b in answer["facts"]["blocks"]] == [1, 2]
    assert answer["facts"]["total_floor_area_m2"] == 160
    places = {json.dumps(c["where"]) for c in answer["clauses"]["r26-front-yard"]["checks"]}
    assert len(places) == 2
    assert answer["clauses"]["r26-building-gap"]["verdict"] == "fail"  # one stands in the other


def test_a_claim_is_held_against_the_block_it_speaks_of(tmp_path: Path, a_house, book):
    drawing = a_house()
    drawing.box("BLK_2_COVERED_AREA", 3, 12, 3, 3)
    drawing.dimension("BLK_2_HT_OF_BLDG", (80, 0), (80, 3))
    given = {"blocks": [{"block": 1, "height_m": 4}, {"block": 2, "height_m": 9}]}
    said = check(drawing.write(tmp_path), book, **given)["complaints"]
    differs = [c for c in said if c["code"] == "claim_differs"]
    assert [(c["layer"], "measures 3.0" in c["message"]["en"]) for c in differs] == [
        ("BLK_2_HT_OF_BLDG", True)
    ]


def test_a_plan_with_a_floor_that_cannot_be_measured_never_passes(tmp_path: Path, a_house, book):
    layer = "BLK_1_FLR_1_BLT_UP_AREA"
    ellipse = a_house().raw("0", "ELLIPSE", "8", layer, "10", "80", "20", "0", "40", "0.5")
    misspelt = a_house().box("BLK_1_FLOR_1_BLT_UP_AREA", 80, 0, 10, 8, 25)
    small = a_house()
    small.entities = ["NOTES" if v == "BLK_1_COVERED_AREA" else v for v in small.entities]
    small.box("BLK_1_COVERED_AREA", 3, 3.5, 5, 2)
    hanging = a_house().box("BLK_1_LVL_1_BLDG_FOOT_PRINT", 0.2, 3.5, 15, 8)
    for drawing in (ellipse, misspelt, small):
        assert check(drawing.write(tmp_path), book)["verdict"] == "unknown"
    answer = check(hanging.write(tmp_path), book)  # its yards are not drawn and are measured
    assert answer["verdict"] == "fail"
    assert {"block": 1, "level": 1} in [
        c["where"] for c in answer["clauses"]["r26-side-yards"]["checks"]
    ]
