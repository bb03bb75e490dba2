"""Query parameters of the OGC door, checked before anything is asked.

OGC API - Features part 1 wants 400 for a parameter that is unknown or does not fit, and no error
for a limit above the largest. Nothing here reaches the database as text of a statement.
"""

import math
import re
from collections.abc import Collection as Names
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.requests import Request

from api.refusals import BadParameterError, NoSuchFeatureError
from kmap.days import IST, today
from kmap.land.errors import BadSurveyNumberError
from kmap.land.offering import folded
from kmap.store.collections import Area, Asked, Collection

MOST = 1_000
"""Most features on a page."""
USUAL = 100
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS: dict[str, int] = {
    CRS84: 4326,
    "http://www.opengis.net/def/crs/EPSG/0/32643": 32643,
    "http://www.opengis.net/def/crs/EPSG/0/3857": 3857,
}
"""Coordinate systems that can be asked for, by their address. All are east, then north."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2}))?",
    re.ASCII,
)
_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,120}")
_NEAR = {4326: (68.0, 0.0, 84.0, 30.0), 32643: (-400_000.0, 0.0, 1_400_000.0, 3_300_000.0)}
"""Where the register's grid is usable: a box is cut to this before it is projected."""
_EARTH_M = 6_378_137.0


@dataclass(frozen=True)
class Items:
    """What an items request asks; ``days`` and ``known_at`` as written into the next link."""

    asked: Asked
    crs_uri: str
    days: str
    known_at: datetime | None
    nowhere: bool
    given: tuple[tuple[str, str], ...]


def parameters(request: Request, allowed: Names[str]) -> dict[str, str]:
    """Return the query parameters; each is allowed, given once, short and plain."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise _bad(
                f"There is no parameter {_shown(name)} here; there are {known}.",
                f"{_shown(name)} എന്ന ഘടകം ഇവിടെയില്ല; {known} എന്നിവയാണുള്ളത്.",
            )
        if name in found:
            raise _bad(f"{name}: give it once.", f"{name}: ഒരിക്കൽ മാത്രം നൽകുക.")
        if (not _TEXT.fullmatch(value) and len(value) <= 120) or len(value) > 400:
            raise _bad(f"{name}: a short plain text is needed.", f"{name}: ചെറിയ ഒരു വാക്കു വേണം.")
        found[name] = value
    return found


def items(request: Request, collection: Collection) -> Items:
    """Read an items request. Raises BadParameterError."""
    own = {"f", "lang", "limit", "bbox", "bbox-crs", "crs", "datetime", "after"}
    own |= {"known_at"} if collection.known else set()
    given = parameters(request, own | set(collection.filters))
    crs_uri = given.get("crs", CRS84)
    days = given.get("datetime") or today().isoformat()
    area, nowhere = _area(given)
    asked = Asked(
        limit=_limit(given.get("limit")),
        crs=_crs("crs", crs_uri),
        after=_after(given.get("after"), collection),
        area=area,
        days=_days(days),
        filters={
            name: _filter(collection, name, given[name])
            for name in collection.filters
            if name in given
        },
    )
    known = _time("known_at", given["known_at"]) if "known_at" in given else None
    return Items(asked, crs_uri, days, known, nowhere, tuple(given.items()))


def feature_key(text: str, collection: Collection) -> str | int:
    """Return a feature's key from its address. Raises NoSuchFeatureError."""
    fits = _WHOLE.fullmatch(text) if collection.counted else _TEXT.fullmatch(text)
    if not fits:
        raise no_feature(collection, text)
    return int(text) if collection.counted else text


def no_feature(collection: Collection, text: str) -> NoSuchFeatureError:
    """Return the error of a feature that is not there."""
    return NoSuchFeatureError(
        f"The collection {collection.id} has no feature {_shown(text)}.",
        f"{collection.id} എന്ന ശേഖരത്തിൽ {_shown(text)} ഇല്ല.",
    )


def crs_of(given: dict[str, str]) -> tuple[str, int]:
    """Return address and number of the coordinate system asked for. Raises BadParameterError."""
    uri = given.get("crs", CRS84)
    return uri, _crs("crs", uri)


def _bad(en: str, ml: str) -> BadParameterError:
    return BadParameterError(en, ml)


def _shown(text: str) -> str:
    plain = text.encode("ascii", "replace").decode()
    return repr(plain[:40])


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not re.fullmatch(r"[0-9]{1,400}", text, re.ASCII) or not text.strip("0"):
        raise _bad(
            f"limit: a whole number from 1 to {MOST} is needed.",
            f"limit: 1 മുതൽ {MOST} വരെയുള്ള പൂർണസംഖ്യ വേണം.",
        )
    return min(int(text[-19:]) if len(text.lstrip("0")) < 19 else MOST, MOST)


def _crs(name: str, uri: str) -> int:
    if uri not in CRS:
        raise _bad(
            f"{name}: choose one of {', '.join(CRS)}.",
            f"{name}: ഇവയിൽ ഒന്നു തിരഞ്ഞെടുക്കുക: {', '.join(CRS)}.",
        )
    return CRS[uri]


def _after(text: str | None, collection: Collection) -> str | int | None:
    if text is None:
        return None
    if not collection.counted:
        return text
    if not _WHOLE.fullmatch(text):
        raise _bad(
            "after: follow the next link as it is.", "after: അടുത്ത താളിന്റെ കണ്ണി അതേപടി ഉപയോഗിക്കുക."
        )
    return int(text)


def _filter(collection: Collection, name: str, text: str) -> str:
    words = collection.allowed.get(name)
    if words and text not in words:
        raise _bad(
            f"{name}: choose one of {', '.join(words)}.",
            f"{name}: ഇവയിൽ ഒന്നു തിരഞ്ഞെടുക്കുക: {', '.join(words)}.",
        )
    try:
        return folded(name, text)
    except BadSurveyNumberError as error:
        raise _bad(f"{name}: {error.message}", f"{name}: {error.message_ml}") from error


def _area(given: dict[str, str]) -> tuple[Area | None, bool]:
    """Return the box, cut to where the grid is usable; and whether nothing of it is left."""
    srid = _crs("bbox-crs", given.get("bbox-crs", CRS84))
    if "bbox" not in given:
        return None, False
    parts = given["bbox"].split(",")
    numbers = [float(part) for part in parts if _NUMBER.fullmatch(part.strip())]
    if len(parts) not in (4, 6) or len(numbers) != len(parts):
        raise _bad(
            "bbox: four finite numbers with commas are needed: west,south,east,north.",
            "bbox: നാലു സംഖ്യകൾ വേണം: west,south,east,north.",
        )
    half = len(parts) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if west > east or south > north:
        raise _bad(
            "bbox: west before east and south before north.",
            "bbox: പടിഞ്ഞാറ് കിഴക്കിനു മുമ്പും തെക്ക് വടക്കിനു മുമ്പും വരണം.",
        )
    if srid == 4326 and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise _bad(
            "bbox: degrees from -180 to 180 and from -90 to 90.",
            "bbox: ഡിഗ്രി -180 മുതൽ 180 വരെയും -90 മുതൽ 90 വരെയും.",
        )
    if srid == 3857:
        west, south, east, north = *_degrees(west, south), *_degrees(east, north)
        srid = 4326
    near = _NEAR[srid]
    west, south = max(west, near[0]), max(south, near[1])
    east, north = min(east, near[2]), min(north, near[3])
    return Area(west, south, east, north, srid), west > east or south > north


def _degrees(x_m: float, y_m: float) -> tuple[float, float]:
    """Return degrees of Web Mercator metres; no overflow however far out they lie."""
    turned = math.atan(math.sinh(max(-20.0, min(20.0, y_m / _EARTH_M))))
    return math.degrees(x_m / _EARTH_M), math.degrees(turned)


def _days(text: str) -> str:
    """Return a datetime parameter as a PostgreSQL daterange; days are days in India."""
    first, slash, last = text.partition("/")
    if not slash:
        day = _day(first)
        return f"[{day},{day}]"
    begins = None if first in ("", "..") else _day(first)
    ends = None if last in ("", "..") else _day(last)
    if begins and ends and begins > ends:
        raise _bad(
            "datetime: the interval ends before it begins.",
            "datetime: കാലയളവ് തുടങ്ങും മുമ്പേ അവസാനിക്കുന്നു.",
        )
    return f"[{begins or ''},{ends or ''}]"


def _day(text: str) -> date:
    if len(text) == 10:
        return _time("datetime", text).date()
    return _time("datetime", text).astimezone(IST).date()


def _time(name: str, text: str) -> datetime:
    """Return an RFC 3339 time; a date alone is its midnight in India."""
    text = text.replace(" ", "+")  # a plus sign that nobody encoded
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        found = datetime.fromisoformat(text.upper())
        found = found.replace(tzinfo=IST) if found.tzinfo is None else found
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(
            f"{name}: write a time as RFC 3339 does, 2026-11-22 or 2026-11-22T10:00:00Z.",
            f"{name}: സമയം RFC 3339 പ്രകാരം എഴുതുക: 2026-11-22, 2026-11-22T10:00:00Z.",
        ) from None
    return found
