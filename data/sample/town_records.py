"""The invented town's records: survey numbers, deeds, buildings, and registers that disagree."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.prepared import prep
from town_plots import Parcel, house

Row = dict[str, object]
FLOOR_USES = {
    "A1": ["A1"],
    "F": ["F", "F", "A1"],
    "E": ["E"],
    "B": ["B"],
    "A2": ["A2"],
    "D": ["D"],
}
NAMES = {
    "A1": ("House", "വീട്"),
    "F": ("Shops", "കടകൾ"),
    "E": ("Offices", "ഓഫീസുകൾ"),
    "B": ("School", "സ്കൂൾ"),
    "A2": ("Lodge", "ലോഡ്ജ്"),
    "D": ("Hall", "ഹാൾ"),
}


def number_plots(
    parcels: list[Parcel], villages: dict[str, BaseGeometry], rng: np.random.Generator
) -> list[Row]:
    """Give each plot a village, block, survey number and subdivision, and a deed.

    A survey number is a block of land between lanes. In Pularikkunnu two blocks count from 1 each,
    so a number alone may name two plots there, as after a real resurvey.
    """
    cells: dict[int, list[Polygon]] = defaultdict(list)
    for parcel in parcels:
        cells[parcel.cell].append(parcel.shape)
    prepared = {code: prep(shape) for code, shape in villages.items()}
    homes: dict[str, list[int]] = defaultdict(list)
    for cell, members in cells.items():
        spot = members[0].representative_point()
        code = next((c for c, area in prepared.items() if area.contains(spot)), "NLT")
        homes[code].append(cell)
    rows: list[Row] = []
    for code in sorted(homes):
        rows += _number_village(code, homes[code], cells, rng)
    return rows


def _number_village(
    code: str, homes: list[int], cells: dict[int, list[Polygon]], rng: np.random.Generator
) -> list[Row]:
    middle = float(np.median([cells[c][0].centroid.x for c in homes]))
    counters: dict[str, int] = defaultdict(int)
    rows: list[Row] = []
    for cell in sorted(homes, key=lambda c: _snake(cells[c][0])):
        block = "1" if cells[cell][0].centroid.x < middle else "2"
        key = block if code == "PLK" else "all"
        counters[key] += 1
        names = _subdivisions(len(cells[cell]), rng)
        ordered = sorted(cells[cell], key=lambda p: (round(p.centroid.y / 20), p.centroid.x))
        for name, shape in zip(names, ordered, strict=True):
            rows.append(_plot(code, block, str(counters[key]), name, shape, rng))
    return rows


def _snake(shape: Polygon) -> tuple[int, float]:
    row = int(shape.centroid.y // 160)
    return row, shape.centroid.x if row % 2 == 0 else -shape.centroid.x


def _subdivisions(count: int, rng: np.random.Generator) -> list[str]:
    if count == 1:
        return [""]
    names: list[str] = []
    number = 1
    while len(names) < count:
        left = count - len(names)
        letters = int(rng.choice([1, 2, 3], p=[0.78, 0.16, 0.06]))
        if letters == 1 or letters > left:
            names.append(str(number))
        else:
            names += [f"{number}{'ABC'[i]}" for i in range(letters)]
        number += 1
    return names


def _plot(
    village: str, block: str, survey: str, sub: str, shape: Polygon, rng: np.random.Generator
) -> Row:
    wide = rng.random() < 0.03
    factor = 1 + float(rng.normal(0, 0.05 if wide else 0.009))
    deed: float | None = round(shape.area * factor / 1.0) * 1.0
    if rng.random() < 0.01:
        deed = None
    return {
        "village_code": village,
        "block": block,
        "survey_no": survey,
        "subdivision": sub,
        "deed_area_m2": deed,
        "accuracy_m": 0.3 if village != "PLK" else 0.6,
        "geometry": shape,
    }


def make_buildings(
    plots: list[Row], wanted: int, rng: np.random.Generator
) -> tuple[list[Row], list[Row]]:
    """Return building records with footprints, and their floors; a dozen have no footprint."""
    order = rng.permutation(len(plots))
    buildings: list[Row] = []
    floors: list[Row] = []
    for index in order:
        if len(buildings) >= wanted:
            break
        plot = plots[int(index)]
        shape = plot["geometry"]
        if not isinstance(shape, Polygon) or not 90 < shape.area < 3000:
            continue
        footprint = house(shape, rng)
        if footprint is not None:
            record, own = _building(len(buildings) + 1, plot, footprint, rng)
            buildings.append(record)
            floors += own
    for record in buildings[::80]:
        record["geometry"] = None
    return buildings, floors


def _building(
    number: int, plot: Row, footprint: Polygon, rng: np.random.Generator
) -> tuple[Row, list[Row]]:
    use = str(rng.choice(list(NAMES), p=[0.72, 0.16, 0.04, 0.03, 0.03, 0.02]))
    storeys = int(rng.choice([1, 2, 3, 4], p=[0.34, 0.48, 0.14, 0.04]))
    completed = date(1992, 1, 1) + timedelta(days=int(rng.integers(0, 12_400)))
    key = f"NLT-{completed.year}-{number:04d}"
    place = "/".join(str(plot[k]) for k in ("village_code", "survey_no", "subdivision")).rstrip(
        "/"
    )
    en, ml = NAMES[use]
    record: Row = {
        "id": key,
        "plot": plot,
        "name_en": f"{en} at {place}",
        "name_ml": f"{ml}, {place}",
        "occupancy": use,
        "storeys": storeys,
        "height_m": round(0.6 + 3.15 * storeys + float(rng.uniform(0, 0.8)), 2),
        "roof": str(rng.choice(["concrete", "tiled", "sheet"], p=[0.75, 0.2, 0.05])),
        "completed": completed.isoformat(),
        "permit_no": f"BP/{completed.year - 1}/{1000 + number}",
        "permit_rules": "KMBR-2019" if completed >= date(2019, 11, 8) else "KMBR-1999",
        "certificate": "occupancy",
        "geometry": footprint,
    }
    uses = FLOOR_USES[use]
    floors: list[Row] = [
        {
            "building_id": key,
            "floor": level,
            "occupancy": uses[min(level, len(uses) - 1)],
            "area_m2": round(footprint.area * (1.0 if level < 2 else 0.8), 2),
            "height_m": 3.15,
            "units": 1,
        }
        for level in range(storeys)
    ]
    return record, floors


def make_evidence(plots: list[Row], paddy: BaseGeometry, bank: BaseGeometry) -> list[Row]:
    """Return what registers say of plots where they disagree, and who can correct it."""
    rows: list[Row] = []
    near_paddy = prep(paddy)
    near_bank = prep(bank)
    for index, plot in enumerate(plots):
        shape, deed = plot["geometry"], plot["deed_area_m2"]
        if not isinstance(shape, Polygon):
            continue
        if isinstance(deed, float) and abs(deed - shape.area) > 0.04 * shape.area:
            rows += _areas(plot, deed, shape.area)
        spot = shape.representative_point()
        if near_paddy.contains(spot) and not near_bank.contains(spot) and index % 3 == 0:
            rows += _paddy(plot)
    return rows


def _areas(plot: Row, deed: float, drawn: float) -> list[Row]:
    common = {
        "plot": plot,
        "theme": "cadastre",
        "governs_en": "The lesser area governs the building rules since 29 October 2025.",
        "governs_ml": "2025 ഒക്ടോബർ 29 മുതൽ കെട്ടിട ചട്ടങ്ങൾക്ക് കുറഞ്ഞ വിസ്തീർണ്ണമാണ് ബാധകം.",
        "correction_en": "The Taluk Surveyor corrects the sketch on an application for resurvey.",
        "correction_ml": "പുനർസർവേ അപേക്ഷയിൽ താലൂക്ക് സർവേയർ സ്കെച്ച് തിരുത്തും.",
    }
    ares = [f"{value / 100:.2f}" for value in (deed, drawn)]
    deed_row = {
        "record": "deed",
        "value": ares[0],
        "holder_en": "Sub-registrar",
        "holder_ml": "സബ് രജിസ്ട്രാർ",
        "says_en": f"The deed says {ares[0]} ares.",
        "says_ml": f"ആധാരത്തിൽ {ares[0]} ആർ.",
    }
    survey = {
        "record": "survey",
        "value": ares[1],
        "holder_en": "Survey department",
        "holder_ml": "സർവേ വകുപ്പ്",
        "says_en": f"The survey sketch gives {ares[1]} ares.",
        "says_ml": f"സർവേ സ്കെച്ച് പ്രകാരം {ares[1]} ആർ.",
    }
    return [{**common, **deed_row}, {**common, **survey}]


def _paddy(plot: Row) -> list[Row]:
    common = {
        "plot": plot,
        "theme": "paddy",
        "governs_en": "Under the paddy land Act the data bank and tax register govern.",
        "governs_ml": "നെൽവയൽ നിയമത്തിന് ഡാറ്റാ ബാങ്കും നികുതി രജിസ്റ്ററുമാണ് ബാധകം, മാസ്റ്റർ പ്ലാനല്ല.",
        "correction_en": "The Revenue Divisional Officer decides on Form 6.",
        "correction_ml": "ഫോം 6-ൽ റവന്യൂ ഡിവിഷണൽ ഓഫീസർ തീരുമാനിക്കും.",
    }
    says = (
        (
            "tax_register",
            "nilam",
            "Village Officer",
            "വില്ലേജ് ഓഫീസർ",
            "The basic tax register says paddy (nilam).",
            "അടിസ്ഥാന നികുതി രജിസ്റ്ററിൽ നിലം.",
        ),
        (
            "data_bank",
            "not_listed",
            "Agricultural Officer",
            "കൃഷി ഓഫീസർ",
            "The data bank does not list it.",
            "ഡാറ്റാ ബാങ്കിൽ ഉൾപ്പെട്ടിട്ടില്ല.",
        ),
        (
            "master_plan",
            "R",
            "Local body",
            "തദ്ദേശസ്ഥാപനം",
            "The master plan shows it as residential.",
            "മാസ്റ്റർ പ്ലാനിൽ പാർപ്പിട മേഖല.",
        ),
    )
    return [
        {
            **common,
            "record": r,
            "value": v,
            "holder_en": he,
            "holder_ml": hm,
            "says_en": se,
            "says_ml": sm,
        }
        for r, v, he, hm, se, sm in says
    ]
