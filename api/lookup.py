"""The bare look-up over HTTP: a small ASGI application beside FastAPI, for who asks very often.

``/v1/lookup?lon&lat`` names the plot and every zone and restriction that meets it, with sizes;
no law, no clearances, no words. Maps and other programs ask it; people read ``/v1/land``.
"""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api import errors
from api.limits import Buckets, client_of
from api.queries import day, number
from api.refusals import BadQueryError
from kmap.days import today
from kmap.errors import KmapError
from kmap.land.errors import NoPlotHereError
from kmap.store.lookups import Lookups

HERE = "/v1/lookup"
"""Its address."""
_NOTICE = (
    ',"notice":{"en":"What meets the plot, and no more: silence here is not clearance. '
    'Ask /v1/land for the answer.","ml":"പ്ലോട്ടിനെ തൊടുന്നവ മാത്രം; ഇവിടെ പറയാത്തത് അനുമതിയല്ല. '
    'ഉത്തരത്തിന് /v1/land ചോദിക്കുക."}}'
).encode()
_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-cache")]
_NAMES = {"lon", "lat", "as_of"}


class LookupDoor:
    """The ASGI application; route :data:`HERE` to it."""

    def __init__(self, lookups: Lookups, buckets: Buckets) -> None:
        self._lookups, self._buckets = lookups, buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every error leaves as problem+json."""
        try:
            body = await self._answer(scope)
        except KmapError as error:
            await errors.of_error(Request(scope), error)(scope, receive, send)
            return
        if body is None:
            found = errors.problem(405, *errors.HTTP[405])
            refusal = errors.answer(Request(scope), found, {"Allow": "GET"})
            await refusal(scope, receive, send)
            return
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope) -> bytes | None:
        if scope["method"] != "GET":
            return None
        self._buckets.take("lookup", client_of(scope))
        lon, lat, as_of = asked(scope["query_string"])
        found = await self._lookups.at(lon, lat, as_of)
        if found is None:
            raise NoPlotHereError(
                "The register has no plot at this point. Choose a point inside a plot.",
                "ഈ സ്ഥലത്ത് രജിസ്റ്ററിൽ പ്ലോട്ടില്ല. പ്ലോട്ടിനുള്ളിലെ സ്ഥലം തിരഞ്ഞെടുക്കുക.",
            )
        return found + _NOTICE


def asked(query: bytes) -> tuple[float, float, date]:
    """Return longitude, latitude (degrees) and day of a query. Raises BadQueryError."""
    try:
        given = dict(parse_qsl(query.decode("latin-1"), max_num_fields=8))
        if not {"lon", "lat"} <= given.keys() <= _NAMES:
            raise ValueError("give lon and lat, and as_of if you like")
        lon, lat = float(number(given["lon"])), float(number(given["lat"]))
        as_of = day(given["as_of"]) if "as_of" in given else today()
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError("lon and lat are degrees")
    except ValueError as error:
        raise BadQueryError(
            f"lookup: {error}.", "lookup: lon, lat ഡിഗ്രിയിലും as_of YYYY-MM-DD ആയും നൽകുക."
        ) from None
    return lon, lat, as_of


def paths() -> dict[str, Any]:
    """Return the OpenAPI path of the application."""

    def parameter(name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
        return {"name": name, "in": "query", "required": required, "schema": schema}

    degrees = {"lon": 180, "lat": 90}
    operation = {
        "tags": ["land"],
        "operationId": "lookup",
        "summary": "The plot at a point and every restriction that meets it; no law, no words.",
        "parameters": [
            *[
                parameter(n, {"type": "number", "minimum": -m, "maximum": m}, required=True)
                for n, m in degrees.items()
            ],
            parameter("as_of", {"type": "string", "format": "date"}, required=False),
        ],
        "responses": {
            "200": {
                "description": "Plot, restrictions with sizes, notice.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **{
                str(status): {"description": errors.TITLES[status][0]}
                for status in (404, 405, 422, 429, 503)
            },
        },
    }
    return {HERE: {"get": operation}}
