"""Know Your Land over HTTP: by point, survey number or plot; search."""

from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field, model_validator
from starlette.responses import Response

from api.answers import in_language, json_answer
from api.limits import share
from api.openapi import refusals, unchanged
from api.queries import AsOf, Lang, Latitude, Longitude, Moment, ShortText
from api.refusals import BadQueryError
from api.schemas.land import LandAnswer, SearchAnswer
from kmap.land.lookup import Land
from kmap.land.uses import uses
from kmap.services import Services

Json = dict[str, Any]
FOUND = 20
"""Most plots a search returns."""


Use = Annotated[
    str,
    Field(
        pattern="^[A-Z0-9][A-Za-z0-9-]{0,15}$",
        description="What one would build: A1 (a house), A1-flats, F (a shop) and others.",
    ),
]


class Known(AsOf):
    """The day of the law, and the time as of which the register is asked."""

    known_at: Annotated[
        Moment | None,
        Field(description="As the register knew it then, ISO 8601 with offset; now by default."),
    ] = None


class Where(Known):
    """A plot by a point (lon and lat, WGS 84 degrees) or by survey (VILLAGE/SURVEY)."""

    lon: Annotated[Longitude | None, Field(description="Degrees east, WGS 84.")] = None
    lat: Annotated[Latitude | None, Field(description="Degrees north, WGS 84.")] = None
    survey: Annotated[
        ShortText | None, Field(description="VILLAGE/SURVEY, village by code or name.")
    ] = None
    use: Use = "A1"
    plot: Annotated[ShortText | None, Field(description="The plot's id.")] = None

    @model_validator(mode="after")
    def _one_way(self) -> "Where":
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat go together")
        if sum(way is not None for way in (self.lon, self.survey, self.plot)) != 1:
            raise ValueError("give lon and lat, or survey=VILLAGE/SURVEY, or plot=ID: one of them")
        if self.survey and "/" not in self.survey.strip("/ "):
            raise ValueError("survey is written VILLAGE/SURVEY, as KZH/123/4")
        return self


class ByPlot(Known):
    """What may be asked of a plot named in the path."""

    use: Use = "A1"


class Search(AsOf):
    """A search for plots by survey number, place or plot id, in either script."""

    q: ShortText


def router(services: Services) -> APIRouter:
    """Return the routes of Know Your Land."""
    routes = APIRouter(prefix="/v1", tags=["land"], dependencies=[Depends(share("land"))])
    _answers(routes, services.land)
    return routes


def look(land: Land, where: Where) -> Json:
    """Return the land answer for what a query names. Raises kmap.land's errors."""
    use, then = known_use(where.use), where.known_at
    if where.survey is not None:
        return land.by_name(where.survey, where.on(), use, known_at=then)
    if where.plot is not None:
        return land.by_plot(canonical(where.plot), where.on(), use, known_at=then)
    return land.at(where.lon or 0.0, where.lat or 0.0, where.on(), use, known_at=then)


def known_use(use: str) -> str:
    """Return a use that may be assumed. Raises BadQueryError, which names all of them."""
    known = uses()
    if use not in known:
        raise BadQueryError(
            f"use: there is no {use}; there are {', '.join(known)}.",
            f"use: {use} ഇല്ല; {', '.join(known)} എന്നിവയാണുള്ളത്.",
        )
    return use


def canonical(plot_id: str) -> str:
    """Return a plot id as the register writes it, however often its slashes were encoded.

    >>> canonical("NLT:1:145:2/A") == canonical("NLT:1:145:2%2FA") == "NLT:1:145:2%2FA"
    True
    """
    return ":".join(quote(unquote(part), safe="") for part in plot_id.split(":"))


def _answers(routes: APIRouter, land: Land) -> None:
    @routes.get("/land", response_model=LandAnswer, responses=refusals(404) | unchanged())
    def at_a_point(request: Request, where: Annotated[Where, Query()]) -> Response:
        """Answer for the plot at a point or with a survey number: what bears on it."""
        return _answer(request, look(land, where), where.lang)

    @routes.get("/search", response_model=SearchAnswer, responses=refusals() | unchanged())
    def search(request: Request, asked: Annotated[Search, Query()]) -> Response:
        """Find plots by survey number, place or id, best first."""
        found = {"query": asked.q, "found": land.search(asked.q, FOUND)}
        return json_answer(request, in_language(found, asked.lang))

    @routes.get(
        "/land/{plot_id:path}", response_model=LandAnswer, responses=refusals(404) | unchanged()
    )
    def by_id(request: Request, plot_id: str, asked: Annotated[ByPlot, Query()]) -> Response:
        """Answer for the plot with an id, village:block:survey:subdivision."""
        use, then = known_use(asked.use), asked.known_at
        found = land.by_plot(canonical(plot_id), asked.on(), use, known_at=then)
        return _answer(request, found, asked.lang)


def _answer(request: Request, found: Json, lang: Lang | None) -> Response:
    versions = {"K-MAP-Book": found["book"]["hash"], "K-MAP-As-Of": found["as_of"]}
    versions["K-MAP-Known-At"] = found["known_at"]
    return json_answer(request, in_language(found, lang), versions)
