"""The dialect and the catalogues are data: every name is read, every text is in two languages."""

import csv
import re
from pathlib import Path

import pytest

import gis
import kmap
from gis.drawing import complaints
from gis.drawing.dialect import load

ROOM = Path(complaints.__file__).parent
CODE = re.compile(r'"([a-z]+(?:_[a-z]+)+)"')


def test_every_layer_of_the_published_list_is_known(shared: Path):
    dialect = load()
    with (shared / "design" / "drawing_layers.csv").open() as file:
        names = {
            row[k] for row in csv.DictReader(file) for k in ("ksmart_value", "digit_oss_value")
        }
    for name in sorted(n for n in names if len(n) > 4):
        layer = name.replace("%s", "1")
        assert dialect.is_known(layer) or dialect.place(layer), layer


@pytest.mark.parametrize(
    ("layer", "role", "numbers"),
    [
        ("plot_boundary", "plot", {}),
        ("BLK_2_LVL_1_FRONT_SETBACK", "front", {"block": 2, "level": 1}),
        ("BLK1LVL0SIDEYARD2", "side2", {"block": 1, "level": 0}),
        ("BLK_1_BSMNT_REAR_YARD", "rear", {"block": 1, "level": -1}),
        ("BLK_1_FLR_-2_BLT_UP_AREA", "built_up", {"block": 1, "floor": -2}),
        ("BLK_1_FLR_0_M_1_BLT_UP_AREA", "built_up", {"floor": 0, "mezzanine": 1}),
        ("BLK_1_FLR_3_STAIR_2_STEP", "stair_flight", {"floor": 3, "number": 2}),
        ("UN_NOTIFIED_ROAD", "road", {}),
    ],
)
def test_a_layer_name_gives_its_role_and_its_numbers(layer, role, numbers):
    place = load().place(layer)
    assert place.kind.role == role
    assert {k: getattr(place, k) for k in numbers} == numbers


def test_doubtful_colours_have_no_group():
    for colour, use in load().occupancies.items():
        assert ("group" in use) != ("doubtful" in use), colour
    assert load().occupancies[25]["group"] == load().occupancies[2]["group"] == "A1"
    assert "doubtful" in load().occupancies[23]


def test_every_complaint_has_two_languages_a_severity_and_a_cure():
    for code, entry in complaints.catalogue().items():
        assert entry["severity"] in complaints.SEVERITIES, code
        for part in ("message", "cure"):
            assert entry[part]["en"].strip(), code
            assert re.search("[ഀ-ൿ]", entry[part]["ml"]), code
            places = [set(re.findall(r"\{(\w+?)(?:_ml)?\}", entry[part][k])) for k in ("en", "ml")]
            assert places[0] == places[1], code


def test_every_complaint_is_raised_somewhere_and_every_code_raised_is_in_the_catalogue():
    rooms = [Path(gis.__file__).parent / "drawing", Path(kmap.__file__).parent / "facts"]
    service = Path(kmap.__file__).parent
    rooms.append(service / "building")
    sources = [path for room in rooms for path in room.rglob("*.py")]
    sources += [service / "land" / "placing.py", service / "land" / "standing.py"]
    text = "\n".join(path.read_text() for path in sources)
    used = set(CODE.findall(text))
    assert set(complaints.catalogue()) <= used
    raised = re.findall(r'(?:say|Complaint|UnreadableError|unreadable)\(\s*"([a-z_]+)"', text)
    assert set(raised) <= set(complaints.catalogue())


def test_every_way_of_measuring_is_said_in_two_languages():
    for key, texts in complaints.hows().items():
        assert texts["en"], key
        assert re.search("[ഀ-ൿ]", texts["ml"]), key
