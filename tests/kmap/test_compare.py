"""``kmap compare``: what changed between drawings; completion on both sides of the law."""

import cmath
import json
import math
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kmap.building.compare import compare
from kmap.building.completion import completion
from kmap.building.moved import moved
from kmap.building.scrutiny import Scrutiny, scrutinise
from kmap.cli import cli
from kmap.papers.comparison import comparison_html, comparison_svg, view
from rules import shipped_book

DAY = date(2026, 1, 15)
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def book():
    return shipped_book()


@pytest.fixture(scope="module", autouse=True)
def no_trials():
    """Leave the search for cures out: nothing here looks at them, and it takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kmap.building.scrutiny.TRIED", 1)
        yield


def draw(sheet, front: float = 3.5, deep: float = 8.0, high: float = 4.0, shift=(0.0, 0.0)):
    """Draw a house on a plot of 16 x 16 m: its front yard, its depth and its height as wanted."""
    made, (dx, dy) = sheet(), shift
    back = front + deep

    def box(layer, x, y, w, h, colour=256):
        made.box(layer, x + dx, y + dy, w, h, colour)

    box("PLOT_BOUNDARY", 0, 0, 16, 16)
    box("BLK_1_LVL_0_BLDG_FOOT_PRINT", 3, front, 10, deep)
    box("BLK_1_LVL_0_FRONT_YARD", 3, 0, 10, front)
    box("BLK_1_LVL_0_REAR_YARD", 3, back, 10, 16 - back)
    box("BLK_1_LVL_0_SIDE_YARD1", 0, front, 3, deep)
    box("BLK_1_LVL_0_SIDE_YARD2", 13, front, 3, deep)
    box("BLK_1_COVERED_AREA", 3, front, 10, deep)
    box("BLK_1_FLR_0_BLT_UP_AREA", 40, 0, 10, deep, 25)
    box("BLK_1_FLR_0_UNITFA", 40, 0, 10, deep, 25)
    box("NOTIFIED_ROAD", -5, -6, 30, 6)
    made.dimension("BLK_1_HT_OF_BLDG", (60 + dx, dy), (60 + dx, high + dy))
    made.text("PLAN_INFO", r"PLOT_AREA_M2=256\PACCESS_WIDTH_M=6")
    return made


@pytest.fixture(scope="module")
def judged(tmp_path_factory, sheet, book):
    folder = tmp_path_factory.mktemp("plans")
    known: dict[str, Scrutiny] = {}

    def judge(**more) -> Scrutiny:
        name = json.dumps(more)
        if name not in known:
            path = draw(sheet, **more).write(folder)
            known[name] = scrutinise(path, site={"family": "municipal"}, as_of=DAY, book=book)
        return known[name]

    return judge


def both(one: Scrutiny, other: Scrutiny) -> dict:
    return compare(one.answer, other.answer, (one.sketch, other.sketch))


def test_the_same_building_drawn_elsewhere_has_not_changed(judged):
    found = both(judged(), judged(shift=(1500.0, -700.0)))
    assert (found["measures"], found["outlines"]) == ([], [])
    assert {one["change"] for one in found["clauses"]} == {"still"}


def test_the_same_building_drawn_turned_has_not_changed(judged):
    straight = square = judged().sketch

    def turned(sketch: dict, degrees: float) -> dict:
        spun = json.loads(json.dumps(sketch))
        turn = cmath.rect(1, math.radians(degrees))
        for shape in spun["shapes"]:
            if "rings" in shape:
                shape["rings"] = [
                    [[(complex(*p) * turn).real, (complex(*p) * turn).imag] for p in ring]
                    for ring in shape["rings"]
                ]
        return spun

    for degrees in (3.0, 37.0, 90.0, 200.0):  # the plot is square: only the house tells the way
        assert moved(straight, turned(square, degrees)) == [], degrees
    found = {one["layer"] for one in moved(straight, turned(judged(front=1.5).sketch, 37.0))}
    assert "BLK_1_LVL_0_BLDG_FOOT_PRINT" in found
    assert "PLOT_BOUNDARY" not in found


def test_a_moved_front_is_told_with_its_yard_its_findings_and_its_outline(judged):
    found = both(judged(), judged(front=1.5, shift=(40.0, 9.0)))
    measures = {one["name"]: one for one in found["measures"]}
    assert measures["front_yard_min_m"]["by"] == -2.0
    assert measures["rear_yard_min_m"]["by"] == 2.0
    assert "floor_built_up_m2" not in measures
    fresh = {one["clause"] for one in found["clauses"] if one["change"] == "new"}
    assert {"r23-road-distance", "r26-front-yard"} <= fresh
    outlines = {one["layer"]: one for one in found["outlines"]}
    assert outlines["BLK_1_LVL_0_BLDG_FOOT_PRINT"]["by_m"] == 2.0
    assert "PLOT_BOUNDARY" not in outlines
    back = both(judged(front=1.5), judged())
    gone = {one["clause"] for one in back["clauses"] if one["change"] == "gone"}
    assert fresh == gone


def test_a_value_counts_as_changed_beyond_half_a_centimetre(judged):
    near = both(judged(), judged(high=4.004))["measures"]
    far = both(judged(), judged(high=4.006))["measures"]
    assert (near, [one["name"] for one in far]) == ([], ["height_m"])


def test_outlines_that_are_added_removed_or_hostile(judged):
    old, new = judged().sketch, json.loads(json.dumps(judged().sketch))
    new["shapes"] = [s for s in new["shapes"] if s["layer"] != "BLK_1_COVERED_AREA"]
    well = {"layer": "WELL", "role": "well", "kind": "area", "floor": None, "block": None}
    new["shapes"].append(well | {"rings": [[[0, 0], [1, 1], [1, 0], [0, 1]]]})
    new["shapes"].append(well | {"layer": "FLAT", "rings": [[[0, 0], [1, 1]]]})
    found = {one["layer"]: one["change"] for one in moved(old, new)}
    assert found == {"BLK_1_COVERED_AREA": "removed", "WELL": "added"}
    assert moved({"shapes": []}, {}) == []


def test_places_of_one_block_and_of_two_are_laid_beside_each_other():
    one = {"facts": {"height_m": 6.0, "storeys": 2}}
    heights = [{"block": 1, "height_m": 6.0}, {"block": 2, "height_m": 9.0}]
    two = {"facts": {"storeys": 2, "blocks": heights}}
    found = compare(one, two)["measures"]
    assert [(m["where"], m["old"], m["new"]) for m in found] == [({"block": 2}, 6.0, 9.0)]


def deviations(judged, book, **built) -> tuple[dict, dict]:
    permit, other = judged(), judged(**built)
    found = completion(permit.answer, other.answer, book, DAY)
    return found, {one["name"]: one for one in found["deviations"]}


@pytest.mark.parametrize(("front", "verdict"), [(2.86, "pass"), (2.84, "fail")])
def test_a_yard_may_miss_five_per_cent_at_completion_the_road_distance_nothing(
    judged, book, front, verdict
):
    found, rows = deviations(judged, book, front=front)
    yard = rows["front_yard_avg_m"]
    assert (yard["clause"], yard["verdict"]) == ("r20-tolerance", verdict)
    assert yard["limit"]["required"] == pytest.approx(2.85)
    assert bool(yard["cure"]) == (verdict == "fail")
    road = rows["road_distance_m"]
    assert (road["clause"], road["verdict"]) == ("r20-tolerance", "fail")
    assert "no tolerance" in road["says"]["en"]
    assert road["cite"]["rule"] == "20(3)"
    assert found["verdict"] == "fail"


def test_a_yard_that_keeps_its_rule_needs_no_tolerance(judged, book):
    _, rows = deviations(judged, book, front=3.2)
    yard = rows["front_yard_min_m"]
    assert (yard["clause"], yard["verdict"]) == ("r26-front-yard", "pass")
    assert "no figure" in yard["says"]["en"]


@pytest.mark.parametrize(("deep", "pct", "needed"), [(8.8, 10.0, None), (8.81, 10.13, True)])
def test_more_than_ten_per_cent_of_a_use_needs_a_revised_permit(judged, book, deep, pct, needed):
    found, rows = deviations(judged, book, deep=deep)
    revised = found["revised_permit"]
    assert revised["told"]["change_area_pct"] == pytest.approx(pct, abs=0.01)
    assert revised["needed"] is needed
    assert rows["built_up_area_m2"]["verdict"] == "by_use"
    if needed:
        assert (revised["verdict"], revised["cite"]["rule"]) == ("fail", "89(1), (2)")
        assert revised["cure"]["ml"]
    else:  # whether every rule is kept is not known: many clauses lack facts
        assert (revised["verdict"], revised["missing"]) == ("unknown", ["change_within_rules"])


def test_before_the_amendment_any_such_change_needed_one(judged, book):
    permit, built = judged(), judged(deep=8.2)
    found = completion(permit.answer, built.answer, book, date(2025, 10, 28))
    assert found["revised_permit"]["needed"] is True


def test_what_keeps_every_rule_and_changes_little_needs_none(judged, book):
    permit, built = (json.loads(json.dumps(judged(deep=d).answer)) for d in (8.0, 8.2))
    for clause in built["clauses"].values():
        clause["verdict"] = "pass" if clause["verdict"] == "unknown" else clause["verdict"]
    found = completion(permit, built, book, DAY)
    assert found["revised_permit"]["told"]["change_within_rules"] is True
    assert (found["revised_permit"]["needed"], found["verdict"]) == (False, "pass")


def test_what_the_permit_broke_in_the_same_way_is_no_part_of_the_change(judged, book):
    low, far = judged(front=2.5), judged(front=2.5, high=4.5)
    found = completion(low.answer, far.answer, book, DAY)
    assert found["revised_permit"]["verdict"] == "unknown"
    worse = completion(low.answer, judged(front=2.4).answer, book, DAY)
    assert worse["revised_permit"]["told"]["change_within_rules"] is False
    assert worse["revised_permit"]["verdict"] == "fail"


def test_nothing_changed_is_within_the_law(judged, book):
    found, rows = deviations(judged, book, shift=(3.0, 4.0))
    assert rows == {}
    assert found["revised_permit"]["needed"] is False
    assert found["verdict"] == "pass"


def test_the_command_tells_people_machines_and_paper(tmp_path, sheet):
    old = draw(sheet).write(tmp_path, "permit.dxf")
    new = draw(sheet, front=2.84).write(tmp_path, "built.dxf")
    command = ["compare", str(old), str(new), "--as-of", "2026-01-15"]
    papers = ["--report", str(tmp_path / "c.html"), "--overlay", str(tmp_path / "c.svg")]
    told = CliRunner().invoke(cli, [*command, "--completion", "--lang", "ml", *papers])
    assert told.exit_code == 1, told.output
    assert "അനുവദനീയമല്ല" in told.output
    assert "stroke-dasharray" in (tmp_path / "c.svg").read_text()
    page = (tmp_path / "c.html").read_text()
    assert "പെർമിറ്റിൽ നിന്നുള്ള വ്യതിയാനങ്ങൾ" in page
    assert "<script" not in page
    (tmp_path / "none.dxf").write_text("no drawing")
    broken = CliRunner().invoke(
        cli, ["compare", str(tmp_path / "none.dxf"), str(tmp_path / "none.dxf"), "--json"]
    )
    assert (broken.exit_code, json.loads(broken.output)["drawings"][1]["verdict"]) == (
        2, "unreadable",
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_every_word_of_a_comparison_is_said(judged, book, lang):
    one, other = judged(), judged(front=2.84)
    found = both(one, other)
    found["completion"] = completion(one.answer, other.answer, book, DAY)
    shown = view(found, lang)
    assert {change for change, _ in shown["changes"]} >= {"new", "still"}
    assert all(d.word and d.says for d in shown["deviations"])
    page = comparison_html(found, (one.sketch, other.sketch), lang)
    assert page.count("<svg") == 2
    assert comparison_svg(({}, {}), lang).startswith("<svg")
