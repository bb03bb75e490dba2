"""Every number of the research tables (shared/law/law_tables.yaml) against what the book answers.

The oracle reads only that file: the book's own tables are never looked at. A test says for each
cell what was asked, what the table says and what the book says, and lists all that differ.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from rules import Book, evaluate

Facts = dict[str, Any]
Yards = tuple[float | None, ...]
# One day inside each version of the municipal rules, and the column of the tables that holds then.
OLD = ("2020-10-01", "2023-01-17", "2025-10-28")
NEW = ("2025-10-29", "2026-08-04")
COLUMNS = [("V2_V4", day) for day in OLD] + [("V5", day) for day in NEW]
EVERY_COLUMN = pytest.mark.parametrize(("column", "day"), COLUMNS)
ONE_DAY_EACH = pytest.mark.parametrize(
    ("column", "day"), [("V2_V4", "2025-10-28"), ("V5", "2025-10-29")]
)
YARD_FACTS = ("front_yard_avg_m", "front_yard_min_m", "rear_yard_avg_m", "rear_yard_min_m")
SIDE_FACTS = ("side{}_yard_avg_m", "side{}_yard_min_m")
GROUPS = ("A1", "A2", "B", "C", "D", "D1", "E", "F", "G1", "G2", "G3", "H", "I", "J")
YARD_CLAUSES = {"front": "r26-front-yard", "rear": "r26-rear-yard", "side1": "r26-side-yards"}
SMALL = {"plot_area_record_m2": 125, "plot_area_drawn_m2": 125}
# Buildings that stand in a row of table 4, from just above its lower bound to its upper one.
PROBES: dict[str, list[Facts]] = {
    "A1_A2_any": [
        {"occupancy": g, "built_up_area_m2": a} for g in ("A1", "A2") for a in (1, 9000)
    ],
    "F_le200": [{"occupancy": "F", "built_up_area_m2": a} for a in (1, 200)],
    "G1white_lt200": [
        {"occupancy": "G1", "occupancy_sub": "g1_white", "built_up_area_m2": a}
        for a in (1, 199.99)
    ],
    "H_le300": [{"occupancy": "H", "built_up_area_m2": a} for a in (1, 300)],
    "small_plot_A1_F_bua_le200_plot_le125": [
        {"occupancy": g, "built_up_area_m2": a, **SMALL} for g in ("A1", "F") for a in (1, 200)
    ],
    "BCE_200_500": [{"occupancy": g, "built_up_area_m2": a} for g in "BCE" for a in (200.01, 500)],
    "BCE_gt500": [{"occupancy": g, "built_up_area_m2": a} for g in "BCE" for a in (500.01, 9000)],
    "D_200_500": [{"occupancy": "D", "built_up_area_m2": a} for a in (200.01, 500)],
    "D_500_800": [{"occupancy": "D", "built_up_area_m2": a} for a in (500.01, 800)],
    "D_gt800": [{"occupancy": "D", "built_up_area_m2": a} for a in (800.01, 9000)],
    "D1": [{"occupancy": "D1", "built_up_area_m2": a} for a in (1, 9000)],
    "F_gt200": [{"occupancy": "F", "built_up_area_m2": a} for a in (200.01, 9000)],
    "G1_le200": [
        {"occupancy": "G1", "occupancy_sub": "g1_green", "built_up_area_m2": a} for a in (1, 200)
    ],
    "G1_gt200": [
        {"occupancy": "G1", "occupancy_sub": s, "built_up_area_m2": a}
        for s in ("g1_green", "g1_white")
        for a in (200.01, 1000)
    ],
    "G2": [
        {"occupancy": "G2", "built_up_area_m2": 1},
        {"occupancy": "G2", "built_up_area_m2": 9000},
        {"occupancy": "G1", "built_up_area_m2": 1000.01},
    ],
    "G3_le750": [
        {"occupancy": "G3", "occupancy_sub": "birds", "built_up_area_m2": 100.01},
        {"occupancy": "G3", "occupancy_sub": "none", "built_up_area_m2": 250.01},
        {"occupancy": "G3", "occupancy_sub": "none", "built_up_area_m2": 750},
    ],
    "G3_gt750": [{"occupancy": "G3", "built_up_area_m2": a} for a in (750.01, 9000)],
    "H_gt300": [{"occupancy": "H", "built_up_area_m2": a} for a in (300.01, 9000)],
    "I": [{"occupancy": "I", "built_up_area_m2": a} for a in (1, 9000)],
    "J": [{"occupancy": "J", "built_up_area_m2": a} for a in (12000, 90000)],
}


@pytest.fixture(scope="session")
def law(shared: Path) -> dict[str, Any]:
    """The research tables."""
    tables: dict[str, Any] = YAML(typ="safe").load((shared / "law/law_tables.yaml").read_text())
    return tables


class Plan:
    """One plan judged on one day; what the book says about it."""

    def __init__(self, book: Book, day: str, **facts: Any) -> None:
        self.facts = {"family": "municipal", **facts}
        self.answer = evaluate(book, self.facts, date.fromisoformat(day)).as_json()

    def verdict(self, clause: str) -> str:
        return str(self.answer["clauses"][clause]["verdict"])

    def required(self, clause: str, check: int = 0) -> Any:
        checks = self.answer["clauses"][clause]["checks"]
        return checks[check]["required"] if len(checks) > check else None

    def derived(self, fact: str) -> Any:
        return self.answer["derived"].get(fact)

    def noc(self, clearance: str) -> str:
        for name, verdict in (("nocs", "needed"), ("nocs_unknown", "unknown")):
            if clearance in {one["id"] for one in self.answer[name]}:
                return verdict
        return "not_needed"


def rows_of(table: dict[str, Any]) -> Iterator[tuple[str, Facts, list[Any]]]:
    """Give each row of table 4 with every building that stands in it."""
    for name, cells in table["rows"].items():
        parts = [name] if name in PROBES else name.split("__")
        for part in parts:
            for building in PROBES[part]:
                yield part, building, cells


def built(yards: Yards, building: Facts, height_m: float = 10, **facts: Any) -> Facts:
    """Give a building with exactly these yards: front avg, min, rear avg, min, side avg, min."""
    front_avg, front_min, rear_avg, rear_min, side_avg, side_min = yards
    sides: Facts = {
        name.format(side): value
        for side in (1, 2)
        for name, value in zip(SIDE_FACTS, (side_avg or side_min, side_min), strict=True)
    }
    large: Facts = {"plot_area_record_m2": 90000, "plot_area_drawn_m2": 90000}
    return {
        "height_m": height_m,
        "storeys": 3,
        "openings_on_short_yard": True,
        "neighbour_consent": False,
        "street_class": "notified",
        "street_width_m": 8,
        **dict(zip(YARD_FACTS, (front_avg, front_min, rear_avg, rear_min), strict=True)),
        **sides,
        **large,
        **building,
        **facts,
    }


def six(cells: list[Any]) -> tuple[float, ...]:
    """Give average and least of each yard; until 28-10-2025 a row held one figure a yard."""
    return tuple(cells) if len(cells) == 6 else tuple(c for cell in cells for c in (cell, cell))


def grown(yards: Yards, height_m: float, rise: dict[str, Any]) -> Yards:
    """Give the yards of a higher building: the rise stops where the least yard reaches its end."""
    steps = ceil(Fraction(str(max(height_m - rise["above_m"], 0))) / rise["step_m"])
    more = [
        min(rise["add_m"] * steps, max(rise["stop_when_min_yard_m"] - least, 0))
        for least in yards[1::2]
        if least is not None
    ]
    return tuple(
        None if yard is None else yard + more[place // 2] for place, yard in enumerate(yards)
    )


def yard_faults(book: Book, day: str, facts: Facts, yards: Yards) -> list[str]:
    """List where the yards of table 4 do not just pass, or pass with a millimetre less."""
    plan = Plan(book, day, **facts)
    faults = []
    for clause, limit in (
        ("r26-front-yard", yards[1]),
        ("r26-rear-yard", yards[3]),
        ("r26-side-yards", yards[5]),
    ):
        got = (plan.verdict(clause), plan.required(clause))
        if got != ("pass", limit):
            faults.append(f"{day} {facts['occupancy']} {facts}: {clause} {got}, table {limit}")
    least = {name: facts[name] - 0.001 for name in facts if name.endswith("_yard_min_m")}
    mean = {name: facts[name] - 0.001 for name in facts if name.endswith("_yard_avg_m")}
    for less in (least, mean):
        short = Plan(book, day, **{**facts, **less})
        for name, clause in YARD_CLAUSES.items():
            average = f"{name}_yard_avg_m"
            if less is mean and facts[average] == facts[average.replace("avg", "min")]:
                continue  # an average below the least is no yard at all
            if short.verdict(clause) != "fail":
                faults.append(f"{day} {facts}: {name} a millimetre short, {short.verdict(clause)}")
    return faults


@ONE_DAY_EACH
def test_table_4_holds_cell_by_cell(
    book: Book, law: dict[str, Any], column: str, day: str
) -> None:
    faults = []
    for _, building, cells in rows_of(law["table4_yards_m"][column]):
        yards = six(cells)
        faults += yard_faults(book, day, built(yards, building), yards)
    assert faults == []


@EVERY_COLUMN
def test_table_4_stands_in_every_version(
    book: Book, law: dict[str, Any], column: str, day: str
) -> None:
    faults = []
    for name, cells in law["table4_yards_m"][column]["rows"].items():
        building, yards = PROBES[name.split("__")[0]][-1], six(cells)
        plan = Plan(book, day, **built(yards, building))
        got = (plan.required("r26-front-yard"), plan.required("r26-rear-yard"))
        if got != (yards[1], yards[3]):
            faults.append(f"{building}: book {got}, table {yards}")
    assert faults == []


def test_table_4a_holds_where_the_plot_is_of_peculiar_shape(
    book: Book, law: dict[str, Any]
) -> None:
    faults = []
    for name, cells in law["table4_yards_m"]["V2_V4"]["table4A"].items():
        for _, building, _ in rows_of({"rows": {name: cells}}):
            yards = tuple(cells)
            facts = built(yards, building, plot_shape_peculiar=True)
            faults += yard_faults(book, "2023-01-17", facts, yards)
    assert faults == []


@ONE_DAY_EACH
def test_yards_grow_with_height_until_they_reach_their_end(
    book: Book, law: dict[str, Any], column: str, day: str
) -> None:
    faults = []
    buildings: tuple[tuple[str, Facts], ...] = (
        ("BCE_gt500", {"occupancy": "E", "built_up_area_m2": 9000}),
        ("J", {"occupancy": "J", "built_up_area_m2": 90000}),
    )
    for row, building in buildings:
        base = six(law["table4_yards_m"][column]["rows"][row])
        for height in (10, 10.001, 13, 13.001, 16, 40, 43, 43.001, 73, 73.001, 120):
            yards = grown(base, height, law["height_increment"])
            plan = Plan(book, day, **built(yards, building, height_m=height))
            for clause, place in (("r26-front-yard", 1), ("r26-rear-yard", 3)):
                got = (plan.verdict(clause), plan.required(clause))
                if got != ("pass", yards[place]):
                    faults.append(f"{row} {height} m: {clause} {got}, table {yards[place]}")
    assert faults == []


def test_a_single_home_on_a_narrow_road_may_have_2_m_until_the_new_table(
    book: Book, law: dict[str, Any]
) -> None:
    least = law["table4_yards_m"]["V2_V4"]["single_family_unnotified_road_lt6_front_min"]
    home = {"occupancy": "A1", "dwelling_units": 1, "built_up_area_m2": 150}
    facts = built(six([least, 1.5, 1]), home, street_class="unnotified", street_width_m=5.999)
    short = {**facts, "front_yard_min_m": least - 0.001, "front_yard_avg_m": 3}
    wide = {**facts, "street_width_m": 6}
    days = ("2020-01-01", *OLD)
    assert [Plan(book, day, **facts).verdict("r26-front-yard") for day in days] == ["pass"] * 4
    assert [Plan(book, day, **short).verdict("r26-front-yard") for day in days] == ["fail"] * 4
    assert [Plan(book, day, **wide).verdict("r26-front-yard") for day in OLD] == ["fail"] * 3
    assert Plan(book, NEW[0], **facts).verdict("r26-front-yard") == "fail"


@EVERY_COLUMN
def test_gap_between_buildings(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    gap = law["building_gap_m"]
    houses = gap["single_dual_le8_from_V5"] if column == "V5" else gap["both_le10"]
    expected = {
        ("A1", 1, 8.0, 2): houses,
        ("A1", 1, 8.001, 2): gap["both_le10"],
        ("A1", 3, 8.0, 2): gap["both_le10"],
        ("E", 0, 10.0, 3): gap["both_le10"],
        ("E", 0, 10.001, 3): gap["gt10"],
        ("E", 0, 15.999, 5): gap["gt10"],
        ("E", 0, 16.0, 5): gap["high_rise"],
    }
    faults = []
    for (group, homes, height, storeys), least in expected.items():
        building = {
            "occupancy": group,
            "built_up_area_m2": 900,
            "dwelling_units": homes,
            "height_m": height,
            "storeys": storeys,
        }
        for found, verdict in ((least, "pass"), (least - 0.001, "fail")):
            two = [{"block": n, **building, "building_gap_m": found} for n in (1, 2)]
            got = Plan(book, day, blocks=two).verdict("r26-building-gap")
            if got != verdict:
                faults.append(f"{group} {homes} homes {height} m, {found} m apart: {got}")
    assert faults == []


@EVERY_COLUMN
def test_distance_from_the_road(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    table = law["road_distance_m"]
    major, minor = table["major_or_unnotified_ge6"], table["unnotified_lt6"]
    here = table[column]
    top = 8 if column == "V5" else 7
    small = here[f"culdesac_250_or_avg3_or_colony_h_le{top}"]
    asked: list[tuple[Facts, float]] = [
        ({"street_class": kind, "street_width_m": 5}, major)
        for kind in ("national_highway", "state_highway", "district_road", "notified")
    ]
    asked += [
        ({"street_class": "unnotified", "street_width_m": 6}, major),
        ({"street_class": "unnotified", "street_width_m": 5.999}, minor),
        ({"street_class": "cul_de_sac", "street_width_m": 7, "lane_length_m": 250}, small),
        ({"street_class": "cul_de_sac", "street_width_m": 7, "lane_length_m": 250.001}, major),
        ({"street_class": "colony_road", "street_width_m": 7}, small),
        ({"street_class": "notified", "street_width_m": 3}, small),
        ({"street_class": "notified", "street_width_m": 3.001}, major),
    ]
    lane = {"street_class": "lane", "street_width_m": 3.5, "lane_length_m": 75}
    long_lane = {**lane, "lane_length_m": 75.001}
    if column == "V5":
        few = {**lane, "plots_beyond": 5, "neighbour_consent": True}
        tiny = {
            "street_class": "unnotified",
            "street_width_m": 3,
            "plot_area_record_m2": 81,
            "plot_area_drawn_m2": 81,
            "built_up_area_m2": 100,
            "owners_only_land": True,
        }
        asked += [
            ({**lane, "plots_beyond": 6}, here["lane75_gt5plots_h_le8"]),
            ({**long_lane, "plots_beyond": 6}, minor),
            (few, here["lane75_le5plots_consent_h_le8"]),
            ({**few, "neighbour_consent": False}, minor),
            (tiny, here["tiny_plot_81_bua100_road3_h_le8"]),
            ({**tiny, "plot_area_record_m2": 81.01, "plot_area_drawn_m2": 82}, minor),
            ({**tiny, "built_up_area_m2": 100.01}, minor),
            ({**tiny, "street_width_m": 3.001}, minor),
            ({**tiny, "owners_only_land": False}, minor),
        ]
    else:
        asked += [(lane, here["lane75"]), (long_lane, minor)]
    common: Facts = {
        "occupancy": "A1",
        "dwelling_units": 1,
        "built_up_area_m2": 150,
        "lane_length_m": 500,
        "plots_beyond": 50,
        "neighbour_consent": False,
        "plot_area_record_m2": 500,
        "plot_area_drawn_m2": 500,
    }
    faults = []
    for facts, least in asked:
        for height, limit in ((top, least), (top + 0.001, None)):
            for found in (limit, limit - 0.001) if limit else ():
                plan = Plan(
                    book, day, **{**common, **facts}, height_m=height, road_distance_m=found
                )
                verdict = "pass" if found == limit else "fail"
                if plan.verdict("r23-road-distance") != verdict:
                    faults.append(f"{facts}, {height} m high, {found} m: not {verdict}")
    assert faults == []
    wide = {"street_class": "colony_road", "street_width_m": 7, "road_distance_m": small}
    assert Plan(book, day, **{**common, **wide}, height_m=top + 0.001).verdict(
        "r23-road-distance"
    ) == ("fail" if small < major else "pass")


def table_6_rows(law: dict[str, Any], day: str) -> Iterator[tuple[Facts, float, list[float]]]:
    """Give every row of table 6: the building, its coverage, its FSI without and with fees."""
    column = "V5" if day >= NEW[0] else "V2_V4"
    table = law["table6"][column]
    for name, row in table["rows"].items():
        kind = {"B_upto_HSS": "school_to_hss", "B_other": "higher_education"}.get(name, "none")
        coverage = row["cov"]
        if name == "G2" and day < OLD[0]:
            coverage = 40  # the comment of that cell: "V1: cov 40"
        yield {"occupancy": name.split("_")[0], "occupancy_sub": kind}, coverage, row["fsi"]
    park = table["it_park"]
    yield {"occupancy": "E", "occupancy_sub": "it_park"}, park["cov"], [park["fsi"]]


@pytest.mark.parametrize("day", ["2019-11-08", *OLD, *NEW])
def test_table_6_coverage_and_fsi(book: Book, law: dict[str, Any], day: str) -> None:
    faults = []
    for building, coverage, tiers in table_6_rows(law, day):
        top = tiers[-1]
        land = 190 if building["occupancy"] == "G1" else 10000  # works of more than 1000 m2 are G2
        plot = {"plot_area_record_m2": land, "plot_area_drawn_m2": land}
        for more, verdict in ((0.0, "pass"), (0.02, "fail")):
            areas = {
                "built_up_area_m2": top * land + more,
                "total_floor_area_m2": top * land + more,
            }
            covered = coverage * land / 100 + more
            plan = Plan(book, day, **building, **plot, **areas, covered_area_m2=covered)
            for clause, limit in (("r27-coverage", coverage), ("r27-fsi", top)):
                got = (plan.verdict(clause), plan.required(clause))
                if got != (verdict, limit):
                    faults.append(f"{building} {more}: {clause} {got}, table {limit}")
    assert faults == []


@ONE_DAY_EACH
def test_each_fee_tier_of_table_6_is_named(
    book: Book, law: dict[str, Any], column: str, day: str
) -> None:
    rates = [0, *law["table6"][column]["fee_tiers"]]
    faults = []
    for building, _, tiers in table_6_rows(law, day):
        if building["occupancy_sub"] == "it_park":
            continue
        for place, limit in enumerate(tiers):
            if place and limit == tiers[place - 1]:
                continue
            says = Plan(book, day, **building, fsi=limit).answer["clauses"]["r27-fsi"]["says"][
                "en"
            ]
            wanted = f"Rs {rates[place]}" if rates[place] else "free"
            if wanted not in says:
                faults.append(f"{building} FSI {limit}: {says}")
    assert faults == []


def test_a_declared_commercial_zone_has_its_own_limits(book: Book, law: dict[str, Any]) -> None:
    zone = law["table6"]["V5"]["commercial_TOD_CBD_zone_if_plan_silent"]
    shop: Facts = {"occupancy": "F", "commercial_zone": True, "built_up_area_m2": 70000}
    plan = Plan(
        book,
        NEW[0],
        **shop,
        plot_area_record_m2=10000,
        plot_area_drawn_m2=10000,
        covered_area_m2=zone["cov"] * 100,
        total_floor_area_m2=zone["fsi"] * 10000,
        access_width_m=zone["access_if_fsi_gt4_m"] - 0.001,
    )
    assert plan.required("r27-coverage") == zone["cov"]
    assert (plan.verdict("r27-fsi"), plan.required("r27-fsi")) == ("pass", zone["fsi"])
    assert plan.verdict("r28-access") == "fail"


def access_rows(law: dict[str, Any], column: str) -> Iterator[tuple[Facts, list[list[Any]]]]:
    """Give the bands of each group of the tables of access."""
    rows = {
        name.removesuffix("_gt300"): bands
        for name, bands in law["access_width_m"][column].items()
        if name != "mark"
    }
    for name, bands in rows.items():
        if name == "A1_single":
            yield {"occupancy": "A1", "occupancy_sub": "single_house"}, bands
            continue
        text = name.replace("_", "")
        groups = [g for g in GROUPS if g == text] or [
            g for g in GROUPS if g in text and not (g == "D" and "D1" in text)
        ]
        for group in groups:
            yield {"occupancy": group, "occupancy_sub": "none"}, bands


def parking_is_asked(group: str, area_m2: float) -> bool:
    """Tell whether table 10 has a row: homes are in table 9, I and G3 in none, F above 90 m2."""
    return group not in ("A1", "I", "G3") and (group != "F" or area_m2 > 90)


@EVERY_COLUMN
def test_access_width_on_both_sides_of_every_band(
    book: Book, law: dict[str, Any], column: str, day: str
) -> None:
    motorable = law["access_width_m"]["special"]["motorable_to_parking"]
    faults = []
    for building, bands in access_rows(law, column):
        house = building["occupancy"] == "A1"
        single = building["occupancy_sub"] == "single_house"
        low = 0.0
        for bound, width in bands:
            for area in {low + 0.01, bound or low + 5000}:
                if building["occupancy"] == "H" and column == "V2_V4" and area <= 300:
                    continue
                facts = {**building, "total_floor_area_m2": area, "height_m": 9, "storeys": 3}
                if house:
                    facts["dwelling_units"] = 1 if single else 2
                plan = Plan(book, day, **facts, access_width_m=50)
                parked = motorable if parking_is_asked(building["occupancy"], area) else 0
                if plan.required("r28-access") != max(width, parked):
                    faults.append(
                        f"{building} {area} m2: {plan.required('r28-access')}, table {width}"
                    )
            low = bound or low
    assert faults == []


@EVERY_COLUMN
def test_special_widths_of_access(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    special = law["access_width_m"]["special"]
    eight = special["motorable_A1_le8units_V2_V4"]
    flats: Facts = {"occupancy": "A1", "total_floor_area_m2": 550, "height_m": 9, "storeys": 3}
    of_eight = Plan(book, day, **flats, dwelling_units=8, access_width_m=2.4)
    of_nine = Plan(book, day, **flats, dwelling_units=9, access_width_m=2.999)
    least = eight if column == "V2_V4" else special["motorable_to_parking"]
    assert of_eight.required("r28-access") == least
    assert of_eight.verdict("r28-motorable") == ("pass" if least == eight else "fail")
    assert of_nine.required("r28-access") == special["motorable_to_parking"]
    assert of_nine.verdict("r28-motorable") == "fail"
    tower: Facts = {"occupancy": "E", "total_floor_area_m2": 900, "height_m": 16, "storeys": 4}
    assert Plan(book, day, **tower).required("r28-high-rise-access") == special["high_rise"]
    uses = {"service_garage": special["service_garage"], "crematorium": special["crematorium"]}
    if column == "V5":
        uses["sewage_plant"] = special["stp_standalone_V5"]
    for use, width in uses.items():
        plan = Plan(
            book,
            day,
            occupancy="I",
            special_use=use,
            total_floor_area_m2=200,
            height_m=5,
            storeys=1,
        )
        assert plan.required("r28-access") == width, use


def cars(book: Book, day: str, **facts: Any) -> Any:
    return Plan(book, day, **facts).derived("parking_required_cars")


@EVERY_COLUMN
def test_parking_by_floor_area(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    kinds: dict[str, Facts] = {
        "B_school": {"occupancy": "B", "occupancy_sub": "school_to_hss"},
        "B_higher": {"occupancy": "B", "occupancy_sub": "higher_education"},
        "D_halls": {"occupancy": "D", "occupancy_sub": "hall"},
        "D_other": {"occupancy": "D", "occupancy_sub": "none"},
        "E_IT_park": {"occupancy": "E", "occupancy_sub": "it_park"},
    }
    faults = []
    for name, rate in law["parking"][column]["m2_per_car"].items():
        building = kinds.get(name, {"occupancy": name, "occupancy_sub": "none"})
        whole = rate * ceil(300 / rate)
        for area, wanted in ((whole, whole // rate), (whole + 0.01, whole // rate + 1)):
            hall = {"hall_area_m2": area} if name == "D_halls" else {}  # of halls the hall counts
            got = cars(book, day, **building, **hall, total_floor_area_m2=area)
            if got != wanted:
                faults.append(f"{name} {area} m2: {got} cars, table {wanted}")
    assert faults == []


@EVERY_COLUMN
def test_parking_of_two_rates(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    table = law["parking"][column]
    tiered = table["tiered"]
    first, low, high = tiered["first_m2"], tiered["rate_first"], tiered["rate_rest"]
    faults = []
    for name in tiered["groups"]:
        group = name.removesuffix("_gt90")
        for area in (
            91,
            first - 0.01,
            first,
            first + 0.01,
            first + high,
            first + high + 0.01,
            5000,
        ):
            exact = Fraction(str(area))
            need = min(exact, first) / low + max(exact - first, 0) / high
            got = cars(book, day, occupancy=group, occupancy_sub="none", total_floor_area_m2=area)
            if got != ceil(need):
                faults.append(f"{group} {area} m2: {got} cars, table {ceil(need)}")
    assert faults == []
    assert cars(book, day, occupancy="F", total_floor_area_m2=90) == 0
    shares = table.get("A2_share", {"hostel": 1})
    for kind, share in (
        ("hostel", shares["hostel"]),
        ("senior_living", shares.get("hostel_with_school_or_senior_or_orphanage_or_seminary", 1)),
    ):
        got = cars(book, day, occupancy="A2", occupancy_sub=kind, total_floor_area_m2=900)
        assert got == ceil(Fraction(900, 90) * Fraction(str(share)))


@EVERY_COLUMN
def test_parking_of_flats(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    table = law["parking"][column]
    length, width = law["parking"]["bay_m"]["car"]
    low = 0.0
    for bound, per_home in table["flats_per_du"]:
        for area in (low + 0.01, bound or low + 500):
            share = Fraction(per_home).limit_denominator(6)
            plan = Plan(book, day, occupancy="A1", dwelling_units=7, unit_areas_m2=[area] * 7)
            need = ceil(7 * share)
            assert plan.derived("parking_required_cars") == need, area
            visitors = ceil(Fraction(str(table["flats_visitor_share"])) * need)
            assert plan.derived("parking_visitor_cars") == visitors, area
            ground = Fraction(str(table["two_wheeler_area_share"])) * need
            ground *= Fraction(str(length)) * Fraction(str(width))
            unit = law["parking"]["bay_m"]["two_wheeler_m2"]
            asked = unit * ceil(ground / unit) if column == "V5" else float(ground)
            assert plan.derived("parking_two_wheeler_required_m2") == pytest.approx(
                asked, abs=0.01
            )
        low = bound or low


@pytest.mark.parametrize("day", ["2019-11-08", *OLD, *NEW])
def test_high_rise_from_its_height_or_its_floors(
    book: Book, law: dict[str, Any], day: str
) -> None:
    rule = law["high_rise"]
    floors = rule["floors_gt"]["V1" if day < OLD[0] else "V2_on"]
    tall = rule["height_ge_m"]
    for height, storeys, wanted in (
        (tall - 0.001, floors, False),
        (tall, floors, True),
        (tall - 0.001, floors + 1, True),
    ):
        plan = Plan(book, day, occupancy="E", height_m=height, storeys=storeys)
        assert plan.derived("high_rise") is wanted, (height, storeys)


@pytest.mark.parametrize("day", ["2019-11-08", *OLD, *NEW])
def test_height_against_the_street(book: Book, law: dict[str, Any], day: str) -> None:
    near = law["height_vs_street"]["binding_within_m"]["V5" if day >= NEW[0] else "V1_V4"]
    facts: Facts = {
        "occupancy": "E",
        "built_up_area_m2": 900,
        "street_width_m": 5,
        "front_yard_min_m": 3,
        "front_yard_avg_m": 3,
        "storeys": 4,
        "plot_area_record_m2": 900,
        "plot_area_drawn_m2": 900,
    }
    limit = 2 * 5 + 2 * 3
    at = Plan(book, day, **facts, height_m=limit, road_distance_m=near)
    above = Plan(book, day, **facts, height_m=limit + 0.001, road_distance_m=near)
    far = Plan(book, day, **facts, height_m=limit + 0.001, road_distance_m=near + 0.001)
    assert (at.verdict("r24-height"), at.required("r24-height")) == ("pass", limit)
    assert above.verdict("r24-height") == "fail"
    assert far.verdict("r24-height") == "not_applicable"


@pytest.mark.parametrize("day", ["2019-11-08", *OLD, *NEW])
def test_power_lines(book: Book, law: dict[str, Any], day: str) -> None:
    if day >= NEW[0]:
        table = law["power_line_m"]["V5"]["horizontal"]
        bands = {11: table["le_11kV"], 11.001: table["gt11_le33kV"], 33: table["gt11_le33kV"]}
    else:
        table = law["power_line_m"]["V1_V4"]
        low, high = table["low_medium"], table["high_le33kV"]
        bands = {0.4: low["horizontal"], 11: high["horizontal"], 33: high["horizontal"]}
        for kv, least in (
            (0.4, low["vertical"]),
            (33, high["vertical"]),
            (66, high["vertical"] + 0.3),
        ):
            line = {"power_line_kv": kv, "power_line_horizontal_m": 0}
            at = Plan(book, day, **line, power_line_vertical_m=least)
            short = Plan(book, day, **line, power_line_vertical_m=least - 0.001)
            assert short.verdict("r22-power-line") == "fail"
            assert at.noc("noc-electrical") == "not_needed"
            assert short.noc("noc-electrical") == "needed"
    bands |= {
        33.001: 2.3,
        66: 2.3,
        66.001: 2.6,
        110: 2.9,
        220: 3.8,
    }  # 2.0 + 0.3 each further 33 kV
    for kv, least in bands.items():
        line = {"power_line_kv": kv, "storeys": 2}
        at = Plan(book, day, **line, power_line_horizontal_m=least)
        short = Plan(book, day, **line, power_line_horizontal_m=least - 0.001)
        assert at.verdict("r22-power-line") == "pass", kv
        assert at.required("r22-power-line") == pytest.approx(least)
        assert short.verdict("r22-power-line") == "fail", kv
        assert (at.noc("noc-electrical"), short.noc("noc-electrical")) == ("not_needed", "needed")


@EVERY_COLUMN
def test_rain_water_tank(book: Book, law: dict[str, Any], column: str, day: str) -> None:
    for group, litres in law["rainwater_tank_l_per_m2_covered"].items():
        large = {"occupancy": group, "built_up_area_m2": 900, "covered_area_m2": 200}
        plan = Plan(book, day, **large, plot_area_record_m2=900, dwelling_units=4)
        assert plan.derived("rain_tank_required_l") == litres * 200, group
    store = Plan(book, day, occupancy="H", built_up_area_m2=900, covered_area_m2=200)
    assert store.derived("rain_tank_required_l") == 0
    home: Facts = {"occupancy": "A1", "dwelling_units": 1, "covered_area_m2": 100}
    plot = {"plot_area_record_m2": 900, "plot_area_drawn_m2": 900}
    for area, wanted in ((300, 0), (300.01, 2500)):
        plan = Plan(book, day, **home, **plot, built_up_area_m2=area)
        assert plan.derived("rain_tank_required_l") == wanted, area


def test_solar_power(book: Book, law: dict[str, Any]) -> None:
    table = law["pv_kw_per_m2_bua_V5"]
    least = table["threshold_bua_gt"]
    kinds: dict[str, Facts] = {
        "A1_single_dual": {"occupancy": "A1", "dwelling_units": 2},
        "A1_flats": {"occupancy": "A1", "dwelling_units": 3},
        "A2": {"occupancy": "A2"},
        "C": {"occupancy": "C"},
        "D": {"occupancy": "D"},
    }
    for kind, building in kinds.items():
        at = Plan(book, NEW[0], **building, built_up_area_m2=least)
        above = Plan(book, NEW[0], **building, built_up_area_m2=600)
        assert at.derived("pv_required_kw") == 0
        assert above.derived("pv_required_kw") == pytest.approx(600 * table[kind]), kind


def test_low_risk(book: Book, law: dict[str, Any]) -> None:
    old, new = law["low_risk"]["V3_V4"], law["low_risk"]["V5"]
    told: Facts = {"basements": 0, "excavation_depth_m": 1.5, "storeys": 2}
    home: Facts = {**told, "occupancy": "A1", "dwelling_units": 1, "height_m": 6.999}
    hostel: Facts = {**told, "occupancy": "A2", "occupancy_sub": "hostel", "height_m": 6}
    school: Facts = {**told, "occupancy": "B", "occupancy_sub": "school_to_hss", "height_m": 6}
    church: Facts = {**told, "occupancy": "D", "occupancy_sub": "worship", "height_m": 6}
    shop: Facts = {**told, "occupancy": "F", "occupancy_sub": "none", "height_m": 6}
    works: Facts = {**told, "occupancy": "G1", "occupancy_sub": "g1_white", "height_m": 6}
    asked = [
        (home, old["A1_bua_lt"], new["A1_bua_lt"]),
        (hostel, old["A2_special_lt"], new["A2_special_lt"]),
        (school, old["B_lt"], new["B_lt"]),
        (church, old["D_worship_lt"], new["D_worship_lt"]),
        (shop, old["F_lt"], new["F_lt"]),
        (works, old["G1_lt"], new["G1_white_lt"]),
    ]
    for facts, before, after in asked:
        for day, limit in (("2021-06-29", before), ("2025-10-28", before), (NEW[0], after)):
            # education of up to 200 m2 is also A1, worship also F (rule 25): either name will do
            other = old["A1_bua_lt"] if facts is school else new["F_lt"] if facts is church else 0
            above = 200.01 if other > limit and (facts is school or day == NEW[0]) else limit
            for area, wanted in ((limit - 0.01, True), (above, False)):
                plan = Plan(book, day, **facts, built_up_area_m2=area)
                assert plan.derived("low_risk") is wanted, (day, facts, area)
                channel = "self_certified" if wanted else "ordinary"
                assert plan.derived("channel") == channel, (day, facts, area)
        deep = {**facts, "excavation_depth_m": 1.501, "built_up_area_m2": 50}
        assert Plan(book, NEW[0], **deep).derived("channel") == "ordinary"
        assert (
            Plan(book, "2021-06-28", **facts, built_up_area_m2=50).derived("channel") == "ordinary"
        )
    high = {**home, "height_m": old["A1_height_lt"], "built_up_area_m2": 250}
    assert Plan(book, "2025-10-28", **high).derived("low_risk") is False
    assert Plan(book, NEW[0], **high).derived("low_risk") is True
    below = {**home, "basements": 1, "built_up_area_m2": 250}
    assert Plan(book, "2025-10-28", **below).derived("low_risk") is False
    assert Plan(book, NEW[0], **below).derived("low_risk") is True
    assert (
        Plan(book, NEW[0], **{**shop, "basements": 1}, built_up_area_m2=240).derived("low_risk")
        is False
    )
    green = {**works, "occupancy_sub": "g1_green"}
    for area, wanted in ((new["medium_risk_G1_green_le"], True), (200.01, False)):
        assert Plan(book, NEW[0], **green, built_up_area_m2=area).derived("medium_risk") is wanted


@pytest.mark.parametrize("day", ["2019-11-08", *OLD, *NEW])
def test_fire_clearance(book: Book, law: dict[str, Any], day: str) -> None:
    text = law["fire_noc"]["full"]
    sized = text.removeprefix("groups ").split(" above")[0].split()
    always = [group for group in ("D", "I", "J") if f" {group}" in text.split(";")[1]]
    assert (len(sized), always) == (9, ["D", "I", "J"])
    nothing, declare, clear = (
        ("not_needed",) * 2,
        ("not_needed", "needed"),
        ("needed", "not_needed"),
    )
    expected = {
        (300, 15): nothing,
        (300.01, 15): declare,
        (999.99, 15): declare,
        (1000, 15): ("unknown", "unknown"),
        (1000.01, 15): clear,
        (1000, 15.001): clear,
        (250, 15.001): clear,
    }
    faults = []
    for group in sized:
        for (area, height), wanted in expected.items():
            plan = Plan(
                book, day, occupancy=group, built_up_area_m2=area, height_m=height, storeys=2
            )
            got = (plan.noc("noc-fire"), plan.noc("noc-fire-self-declaration"))
            if got != wanted:
                faults.append(f"{group} {area} m2 {height} m: {got}, table {wanted}")
    for group in always:
        plan = Plan(book, day, occupancy=group, built_up_area_m2=12000, height_m=9)
        if (plan.noc("noc-fire"), plan.noc("noc-fire-self-declaration")) != clear:
            faults.append(group)
    assert faults == []


def test_the_ladder_turns_on_the_days_of_the_table(book: Book, law: dict[str, Any]) -> None:
    home = {"occupancy": "A1", "fsi": 2}
    for name, version in law["versions"].items():
        if name == "P11":
            panchayat = {"family": "panchayat", "panchayat_category": "I", **home}
            before, after = (
                Plan(book, day, **panchayat, built_up_area_m2=301).required("r27-fsi")
                for day in ("2011-02-13", str(version["from"]))
            )
            assert (before, after) == (4, 2.75)
        elif name == "K99":
            assert Plan(book, "1999-09-30", **home).verdict("r27-fsi") == "unknown"
            # the columns of before the amendment of 22-02-2001 were not seen: they only indicate
            assert Plan(book, str(version["from"]), **home).verdict("r27-fsi") == "unknown"
            assert Plan(book, "2001-02-21", **home).verdict("r27-fsi") == "unknown"
            assert Plan(book, "2001-02-22", **home).verdict("r27-fsi") == "pass"
            assert Plan(book, str(version["to"]), **home).verdict("r27-fsi") == "pass"
        else:
            assert Plan(book, str(version["from"]), **home).verdict("r27-fsi") == "pass"
    cautioned = [
        day
        for day in ("2025-03-18", "2025-03-19", "2025-10-28", "2025-10-29")
        if "window-unseen" in Plan(book, day, **home).answer["clauses"]["r27-fsi"]["cautions"]
    ]
    assert cautioned == ["2025-03-19", "2025-10-28"]


def test_the_coverage_of_high_hazard_works_is_cited_from_the_order_that_changed_it(
    book: Book,
) -> None:
    cited = [
        Plan(book, day, occupancy="G2", coverage_pct=50).answer["clauses"]["r27-coverage"]["cite"]
        for day in ("2020-09-30", "2020-10-01")
    ]
    assert [cite["sro"] for cite in cited] == ["828/2019", "639/2020"]
