"""My Building, first form: what the register holds of one building, and what was sent for it.

Only public facts: no owner, no secret of a scrutiny. A scrutiny names its building by its
sender's word alone, and the record says so.
"""

from datetime import date
from typing import Any, ClassVar

from kmap.days import IST
from kmap.errors import KmapError
from kmap.store.buildings import Buildings
from kmap.store.scrutinies import Scrutinies

NOTICES: tuple[dict[str, str], ...] = (
    {
        "id": "not-a-certificate",
        "en": "This page is not a permit and not a certificate. It shows what the register holds.",
        "ml": "ഇത് പെർമിറ്റോ സർട്ടിഫിക്കറ്റോ അല്ല. രജിസ്റ്ററിലുള്ളതു മാത്രമാണ് കാണിക്കുന്നത്.",
    },
    {
        "id": "not-gazetted",
        "en": "The rules come from copies that have not yet been compared with the gazette.",
        "ml": "ഗസറ്റുമായി ഒത്തുനോക്കാത്ത പകർപ്പുകളിൽ നിന്നാണ് ചട്ടങ്ങൾ എടുത്തിരിക്കുന്നത്.",
    },
    {
        "id": "scrutinies-unverified",
        "en": "Scrutinies listed here were linked by their senders; nobody has checked the link.",
        "ml": "ഇവിടെയുള്ള പരിശോധനകൾ അയച്ചവർ ചേർത്തതാണ്; ആ ബന്ധം ആരും പരിശോധിച്ചിട്ടില്ല.",
    },
)
INVENTED: dict[str, str] = {
    "id": "invented",
    "en": "This building belongs to an invented sample town; it does not exist.",
    "ml": "ഇതു സങ്കൽപ്പിച്ചുണ്ടാക്കിയ മാതൃകാപട്ടണത്തിലെ കെട്ടിടമാണ്; യഥാർത്ഥത്തിൽ ഇല്ല.",
}


class NoBuildingError(KmapError):
    """The register has no building with this id."""

    code: ClassVar[str] = "no_building"

    def __init__(self, building: str) -> None:
        name = building[:60].encode("utf-8", "replace").decode()
        super().__init__(
            f"The register has no building {name}. Choose it on the map, or check its number.",
            f"{name} എന്ന കെട്ടിടം രജിസ്റ്ററിലില്ല. ഭൂപടത്തിൽ തിരഞ്ഞെടുക്കുക, അല്ലെങ്കിൽ നമ്പർ നോക്കുക.",
        )


class BuildingRecords:
    """Puts the register's rows and the scrutinies sent for a building together."""

    def __init__(self, store: Buildings, scrutinies: Scrutinies) -> None:
        self._store, self._scrutinies = store, scrutinies

    def get(self, building: str, as_of: date) -> dict[str, Any]:
        """Return the record of a building, its age as of a day. Raises NoBuildingError.

        Areas in m2, heights in m. What the register does not hold is null, never a guess.
        """
        row = self._store.one(building) if "\0" not in building else None
        if row is None:
            raise NoBuildingError(building)
        floors = row["floors"] or []
        completed: date | None = row["completed"]
        return {
            "id": row["id"],
            "tile_id": row["tile_id"],
            "as_of": as_of.isoformat(),
            "name": {"en": row["name_en"], "ml": row["name_ml"]},
            "occupancy": row["occupancy"],
            "storeys": row["storeys"],
            "height_m": row["height_m"],
            "roof": row["roof"],
            "completed": completed.isoformat() if completed else None,
            "age_years": _years(completed, as_of),
            "permit": {"number": row["permit_no"], "rules": row["permit_rules"]},
            "certificate": row["certificate"],
            "footprint_m2": row["footprint_m2"],
            "floor_area_m2": round(sum(f["area_m2"] for f in floors), 2) if floors else None,
            "by_occupancy": _by_occupancy(floors),
            "floors": floors,
            "plot_id": row["plot_id"],
            "plot": row["plot"],
            "local_body": row["local_body"],
            "ward_code": row["ward_code"],
            "outline": row["outline"],
            "scrutinies": [_public(found) for found in self._scrutinies.of_building(building)],
            "source": row["source"],
            "invented": row["invented"],
            "notices": [*NOTICES, *([INVENTED] if row["invented"] else [])],
        }


def _by_occupancy(floors: list[dict[str, Any]]) -> dict[str, float]:
    areas: dict[str, float] = {}
    for floor in floors:
        use = str(floor["occupancy"])
        areas[use] = round(areas.get(use, 0.0) + float(floor["area_m2"]), 2)
    return areas


def _years(completed: date | None, as_of: date) -> int | None:
    """Return whole years from completion; None when unknown or not yet completed that day.

    >>> _years(date(2020, 3, 1), date(2026, 2, 28))
    5
    """
    if completed is None or completed > as_of:
        return None
    before = (as_of.month, as_of.day) < (completed.month, completed.day)
    return as_of.year - completed.year - before


def _public(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "made_on": found["made_at"].astimezone(IST).date().isoformat(),
        "as_of": found["as_of"].isoformat(),
        "verdict": found["verdict"],
        "revision": found["revision"],
        "book": {"id": found["book_id"], "hash": found["book_hash"]},
    }
