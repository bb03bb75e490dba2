"""More ways to ask Know Your Land: a drawn outline, a list of plots, two answers compared."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator, BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.answers import in_language, json_answer, to_json
from api.land import Use, canonical, known_use
from api.limits import share
from api.openapi import refusals, unchanged
from api.queries import AsOf, Day, ShortText
from api.reading import read_json
from api.refusals import BadQuestionError, TooLargeError, WrongMediaError
from api.schemas.land import Comparison, LandAnswer
from kmap.land import listing
from kmap.land.compare import Side, compare
from kmap.land.lookup import Land
from kmap.services import Services

Json = dict[str, Any]
OUTLINE_BYTES = 100_000
LIST_BYTES = 200_000
NDJSON = "application/x-ndjson"
_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {
            "application/geo+json": {"schema": {"type": "object"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}
_LIST: Json = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {
                    "description": (
                        "VILLAGE/SURVEY or a plot's id, one a line; a head survey or plot is read."
                    ),
                }
            }
        },
    }
}
_ROWS: dict[int | str, Json] = {
    200: {
        "description": "One row for each plot asked, in order.",
        "content": {NDJSON: {"schema": {"type": "string"}}},
    }
}


def _zoned(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time of the register needs its zone, like 2026-11-22T10:00:00+05:30")
    return moment


Moment = Annotated[datetime, AfterValidator(_zoned)]


class Drawn(AsOf):
    """What may be asked of a drawn outline."""

    use: Use = "A1"
    choice: Annotated[
        Literal["drawn", "amended"],
        Field(description="Drawn anew, or a register's outline amended; repeated in the answer."),
    ] = "drawn"


class Listed(AsOf):
    """What may be asked of a list of plots."""

    use: Use = "A1"


class Compared(BaseModel):
    """Two sides: a plot on two days, or at two times of the register, or two plots."""

    model_config = {"extra": "forbid"}

    plot: ShortText
    with_plot: ShortText | None = None
    as_of: Day | None = None
    with_as_of: Day | None = None
    known_at: Moment | None = None
    with_known_at: Moment | None = None
    use: Use = "A1"
    lang: Literal["en", "ml"] | None = None


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/land", tags=["land"], dependencies=[Depends(share("land"))])
    _outline(routes, services)
    _list(routes, services.land)
    _compare(routes, services.land)
    return routes


def _outline(routes: APIRouter, services: Services) -> None:
    @routes.post(
        "/outline",
        response_model=LandAnswer,
        responses=refusals(400, 404, 413, 415),
        openapi_extra=_BODY,
    )
    async def outline(request: Request, asked: Annotated[Drawn, Query()]) -> Response:
        """Answer for land as its owner draws it: a GeoJSON Polygon in degrees.

        The answer is that of a plot, with the plots the outline meets. Nothing drawn is kept.
        """
        body = await _body(request, OUTLINE_BYTES, ("application/geo+json", "application/json"))
        use = known_use(asked.use)
        found = await run_in_threadpool(
            services.outlines.answer, read_json(body), asked.on(), use, asked.choice
        )
        return Response(to_json(in_language(found, asked.lang)), media_type="application/json")


def _list(routes: APIRouter, land: Land) -> None:
    @routes.post(
        "/list",
        response_class=StreamingResponse,
        responses=_ROWS | refusals(400, 413, 415),
        openapi_extra=_LIST,
        dependencies=[Depends(share("evaluate"))],
    )
    async def many(request: Request, asked: Annotated[Listed, Query()]) -> Response:
        """Answer for a list of survey numbers, a row each as it is found, at most 1,000.

        A number that names no plot has its error in its row; the others are answered.
        """
        body = await _body(request, LIST_BYTES, ("text/csv", "text/plain"))
        try:
            wanted = listing.entries(body.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise BadQuestionError("not_utf8", "Send UTF-8 text.", "UTF-8 ആയി അയയ്ക്കുക.") from None
        rows = listing.rows(land, wanted, asked.on(), known_use(asked.use))
        return StreamingResponse(_lines(rows, asked.lang), media_type=NDJSON)


def _lines(rows: Iterator[Json], lang: str | None) -> Iterator[bytes]:
    for row in rows:
        yield to_json(in_language(row, lang)) + b"\n"


def _compare(routes: APIRouter, land: Land) -> None:
    @routes.get("/compare", response_model=Comparison, responses=refusals(404) | unchanged())
    def differ(request: Request, asked: Annotated[Compared, Query()]) -> Response:
        """Compare a plot on two days, at two times of the register, or two plots.

        Tells what is added, removed or changed, and by which document, load or book.
        """
        today = AsOf().on()
        one = Side(canonical(asked.plot), asked.as_of or today, asked.known_at)
        two = Side(
            canonical(asked.with_plot or asked.plot),
            asked.with_as_of or asked.as_of or today,
            asked.with_known_at or asked.known_at,
        )
        found = compare(land, one, two, known_use(asked.use))
        return json_answer(request, in_language(found, asked.lang))


async def _body(request: Request, most: int, kinds: tuple[str, ...]) -> bytes:
    """Read a body of one of some kinds. Raises WrongMediaError, TooLargeError."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in kinds:
        names = ", ".join(kinds)
        raise WrongMediaError(f"Send {names}.", f"{names} ആയി അയയ്ക്കുക.")
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > most:
            raise TooLargeError(most)
    return bytes(found)
