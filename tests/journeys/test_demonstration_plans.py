"""The two drawings of our own, through the command an engineer would type."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PLANS = Path(__file__).resolve().parents[2] / "data" / "plans"


def check(name: str, *options: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-P", "-m", "kmap.cli", "check", str(PLANS / f"{name}.dxf")]
    site = ["--site", str(PLANS / "site.json"), "--json", "--as-of", "2026-11-22"]
    done = subprocess.run([*command, *site, *options], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_the_good_house_passes_when_its_land_is_known() -> None:
    status, answer = check("house_that_passes")
    assert (status, answer["verdict"]) == (0, "pass")
    assert answer["derived"]["channel"] == "self_certified"
    assert answer["measurements"]["plot_area_drawn_m2"] == 300


def test_the_bad_house_fails_in_every_way_it_was_drawn_to_and_each_failure_has_a_place() -> None:
    status, answer = check("house_that_fails")
    assert (status, answer["verdict"]) == (1, "fail")
    failed = {name for name, clause in answer["clauses"].items() if clause["verdict"] == "fail"}
    assert failed >= {
        "r23-road-distance",
        "r26-front-yard",
        "r26-rear-yard",
        "r26-side-yards",
        "r28-access",
        "r75-well-to-pit",
        "r75-well-to-boundary",
    }
    for name in failed:
        facts = [one["fact"] for one in answer["clauses"][name]["checks"]]
        assert any(answer["sources"][fact]["witness"]["at"] for fact in facts)
        assert answer["clauses"][name]["cure"]["ml"]


def test_the_good_house_is_an_ordinary_permit_under_the_law_before_low_risk() -> None:
    _, answer = check("house_that_passes", "--as-of", "2021-06-28")
    assert answer["derived"]["channel"] == "ordinary"
