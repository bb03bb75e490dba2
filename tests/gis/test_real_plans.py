"""The six real drawings: our numbers against a second reader and against what is known of them."""

import math
from collections import defaultdict
from pathlib import Path

import ezdxf
import pytest
from ezdxf import path as ezpath
from ezdxf import recover
from ezdxf.disassemble import recursive_decompose
from ezdxf.entities import DXFEntity
from ezdxf.math import bulge_to_arc
from shapely import Polygon

from gis.drawing.dialect import load
from gis.drawing.outlines import outline
from gis.drawing.read import read
from gis.drawing.survey import survey

PLANS = [
    "kl01_house_121m2",
    "kl02_house_202m2",
    "kl07_apartment_1484m2_basement",
    "kl08_commercial_320m2_basement",
]


def second_reader(plan: Path) -> dict[str, list[float]]:
    """Layer -> areas of its closed LWPOLYLINEs, by a tag scan of this test's own and shapely.

    Arcs are added as exact circle segments to the polygon of the chords.
    """
    lines = plan.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = [(lines[i].strip(), lines[i + 1].strip()) for i in range(0, len(lines) - 1, 2)]
    pairs = pairs[pairs.index(("2", "ENTITIES")) :]
    pairs = pairs[: pairs.index(("0", "ENDSEC"))]
    starts = [i for i, (code, _) in enumerate(pairs) if code == "0"]
    areas: dict[str, list[float]] = defaultdict(list)
    for start, end in zip(starts, [*starts[1:], len(pairs)], strict=True):
        if pairs[start] == ("0", "LWPOLYLINE"):
            layer, closed, points, bulges = _polyline(pairs[start + 1 : end])
            if closed or math.dist(points[0], points[-1]) < 1e-3:
                areas[layer].append(_area(points, bulges))
    return areas


def _polyline(pairs: list[tuple[str, str]]):
    """Layer, closed flag, points and bulges of one LWPOLYLINE."""
    layer = next(value for code, value in pairs if code == "8")
    closed = any(code == "70" and int(value) & 1 for code, value in pairs)
    xs = [float(value) for code, value in pairs if code == "10"]
    ys = [float(value) for code, value in pairs if code == "20"]
    bulges, seen = {}, -1
    for code, value in pairs:
        seen += code == "10"
        if code == "42":
            bulges[seen] = float(value)
    return layer, closed, list(zip(xs, ys, strict=True)), bulges


def _area(points: list[tuple[float, float]], bulges: dict[int, float]) -> float:
    x0, y0 = points[0]
    ring = [(x - x0, y - y0) for x, y in points]
    polygon = Polygon(ring)
    total = polygon.area
    turn = 1 if polygon.exterior.is_ccw else -1
    for i, bulge in bulges.items():
        a, b = ring[i], ring[(i + 1) % len(ring)]
        chord = math.dist(a, b)
        if bulge and chord:
            angle = 4 * math.atan(abs(bulge))
            radius = chord / (2 * math.sin(angle / 2))
            total += turn * math.copysign(radius**2 * (angle - math.sin(angle)) / 2, bulge)
    return total


@pytest.mark.parametrize("plan", PLANS)
def test_every_area_equals_that_of_a_second_reader(shared: Path, plan: str):
    path = shared / "plans" / f"{plan}.dxf"
    second = second_reader(path)
    found = survey(path)
    assert found.measurements["plot_area_drawn_m2"] == pytest.approx(
        sum(second["PLOT_BOUNDARY"]), abs=1e-6
    )
    block = found.measurements["blocks"][0]
    covered = sum(second["BLK_1_COVERED_AREA"]) - sum(second["BLK_1_COVERED_AREA_DEDUCT"])
    assert block["covered_area_m2"] == pytest.approx(covered, abs=1e-6)
    for floor in block["floors"]:
        layer = f"BLK_1_FLR_{floor.get('typical_of', floor['floor'])}_BLT_UP_AREA"
        assert floor["drawn_m2"] == pytest.approx(sum(second[layer]), abs=1e-6)
        deducted = sum(second[f"{layer}_DEDUCT"])
        assert floor["deducted_m2"] == pytest.approx(deducted, abs=0.002)
    for level in block["levels"]:
        name = "BSMNT" if level["level"] < 0 else f"LVL_{level['level']}"
        for side, yard in level["yards"].items():
            tail = {"front": "FRONT_YARD", "rear": "REAR_YARD"}.get(
                side, f"SIDE_YARD{'_' if name == 'BSMNT' else ''}{side[-1]}"
            )
            layer = f"BLK_1_{name}_{tail}"
            assert yard["area_m2"] == pytest.approx(sum(second[layer]), abs=1e-6)


@pytest.mark.parametrize("plan", PLANS)
def test_our_reader_and_ezdxf_see_the_same_entities(shared: Path, plan: str):
    path = shared / "plans" / f"{plan}.dxf"
    dialect = load()
    ours = {e.handle: e for e in read(path, dialect.measures).entities}
    theirs = [e for e in ezdxf.readfile(path).modelspace() if dialect.measures(e.dxf.layer)]
    assert {e.dxf.handle for e in theirs} == set(ours)
    for entity in theirs:
        mine = ours[entity.dxf.handle]
        assert mine.layer == entity.dxf.layer
        if entity.dxftype() == "LWPOLYLINE":
            flat = list(ezpath.make_path(entity).flattening(0.001))
            assert mine.points[0] == pytest.approx((flat[0].x, flat[0].y))
            assert len(mine.points) == len(entity)
        elif entity.dxftype() == "MTEXT":
            assert mine.text.split() == entity.plain_text().split()


DRAWN = sorted((Path(__file__).resolve().parents[2] / "data" / "plans").glob("*.dxf"))


def every_plan(shared: Path) -> list[Path]:
    return [*sorted((shared / "plans").glob("*.dxf")), *DRAWN]


def area_by_ezdxf(entity: DXFEntity) -> float | None:
    """Area of what encloses one: the chords by shapely, each arc's segment by ezdxf."""
    kind = entity.dxftype()
    if kind == "CIRCLE":
        return math.pi * entity.dxf.radius**2
    if kind == "ELLIPSE" and abs(entity.dxf.end_param - entity.dxf.start_param) > math.tau - 1e-9:
        return math.pi * entity.dxf.major_axis.magnitude**2 * entity.dxf.ratio
    if kind == "LWPOLYLINE":
        rows = list(entity.get_points("xyb"))
    elif kind == "POLYLINE" and entity.is_2d_polyline:
        at = [(v.dxf.location, v.dxf.get("bulge", 0.0)) for v in entity.vertices]
        rows = [(point.x, point.y, bulge) for point, bulge in at]
    else:
        return None
    rows = [(x - rows[0][0], y - rows[0][1], bulge) for x, y, bulge in rows]
    if math.dist(rows[0][:2], rows[-1][:2]) > 1e-3 and not entity.is_closed:
        return None
    chords = Polygon([row[:2] for row in rows])
    turn = 1 if chords.exterior.is_ccw else -1
    total = chords.area
    for (x, y, bulge), following in zip(rows, rows[1:] + rows[:1], strict=True):
        if bulge and (x, y) != following[:2]:
            _, start, end, radius = bulge_to_arc((x, y), following[:2], bulge)
            angle = (end - start) % math.tau
            segment = radius**2 * (angle - math.sin(angle)) / 2
            total += turn * math.copysign(segment, bulge)
    return total


def test_every_outline_of_every_drawing_has_the_area_a_second_reader_finds(shared: Path):
    dialect, compared = load(), 0
    for plan in every_plan(shared):
        document, _ = recover.readfile(plan)
        theirs: dict[str, list[float]] = defaultdict(list)
        for entity in recursive_decompose(document.modelspace()):
            if dialect.measures(entity.dxf.layer):
                theirs[entity.dxf.layer].append(area_by_ezdxf(entity) or 0.0)
        ours: dict[str, list[float]] = defaultdict(list)
        for entity in read(plan, dialect.measures).entities:
            if entity.kind in {"outline", "circle", "hatch"}:
                place = dialect.place(entity.layer)
                found, said = outline(entity, place, (1e-3, 1e-3))
                assert found or said, plan.name
                ours[entity.layer].append(found.area_m2 if found else 0.0)
        for layer in {*ours, *theirs}:
            mine = sorted(a for a in ours[layer] if a)
            wanted = sorted(a for a in theirs[layer] if a)
            assert mine == pytest.approx(wanted, abs=1e-6), (plan.name, layer)
            compared += len(mine)
    assert compared > 200


def numbers(shared: Path, plan: str):
    found = survey(shared / "plans" / f"{plan}.dxf")
    return found, found.measurements["blocks"][0] if found.measurements["blocks"] else None


def codes(found) -> list[str]:
    return [c["code"] for c in found.complaints]


def test_kl02_measures_what_is_known_of_it(shared: Path):
    found, block = numbers(shared, "kl02_house_202m2")
    assert round(found.measurements["plot_area_drawn_m2"], 2) == 201.48
    assert round(block["height_m"], 3) == 6.57
    assert [round(f["built_up_area_m2"], 3) for f in block["floors"]] == [88.325, 24.77]
    yards = block["levels"][0]["yards"]
    assert yards["side1"]["min_m"] == pytest.approx(1.0, abs=1e-3)
    assert yards["side1"]["avg_m"] == pytest.approx(1.0, abs=1e-3)
    assert block["levels"][0]["road_distance_m"] == pytest.approx(3.899, abs=1e-3)
    assert found.measurements["well_to_pit_m"] == pytest.approx(8.509, abs=2e-3)
    assert "far_off_coordinates" in codes(found)


def test_kl01_has_both_floors_on_one_layer_and_says_so(shared: Path):
    found, block = numbers(shared, "kl01_house_121m2")
    assert [f["floor"] for f in block["floors"]] == [1]
    assert block["floors"][0]["drawn_m2"] == pytest.approx(118.0855, abs=1e-3)
    assert [m.value for m in found.measures if m.name == "storeys"] == [2]
    assert {"floors_on_one_layer", "dimension_exploded"} <= set(codes(found))


def test_kl07_repeats_typical_floors_and_counts_arcs(shared: Path):
    found, block = numbers(shared, "kl07_apartment_1484m2_basement")
    assert [f["floor"] for f in block["floors"]] == [-1, 0, 1, 2, 3, 4, 5]
    assert block["floors"][2]["drawn_m2"] == pytest.approx(686.4326, abs=1e-4)  # chords: 683.79
    assert block["floors"][6]["stair_cabin"]
    assert len(block["units_m2"]) == 25
    facts = {m.name: m.value for m in found.measures if not m.typed and m.level is None}
    assert (facts["storeys"], facts["basements"]) == (5, 1)
    assert (
        facts["cars"] == 28 - 2 - 3
    )  # two lie on others, three have a strip of 2.27 m before them
    assert facts["parking_aisle"] < 3.58
    assert not {"outline_open", "outline_crosses_itself"} & set(codes(found))


def test_kl08_has_yards_that_differ_by_level(shared: Path):
    found, block = numbers(shared, "kl08_commercial_320m2_basement")
    levels = {level["level"]: level for level in block["levels"]}
    assert set(levels) == {-1, 0, 1}
    assert levels[1]["yards"]["rear"]["avg_m"] > levels[0]["yards"]["rear"]["avg_m"] + 5
    assert levels[0]["yards"]["side2"]["min_m"] < 0.01
    assert codes(found).count("deduction_on_other_floor") == 2


def test_the_broken_drawing_is_repaired_and_its_contradiction_named(shared: Path):
    found, block = numbers(shared, "broken_missing_endsec")
    assert found.readable
    assert block is None
    assert {"damaged_repaired", "key_twice_differs", "plot_missing"} <= set(codes(found))


def test_a_drawing_of_dimensions_alone_is_told_what_it_lacks(shared: Path):
    found, _ = numbers(shared, "dimensions_only")
    assert {"nothing_known", "plot_missing"} <= set(codes(found))
