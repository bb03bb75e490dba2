"""The application: every route over ready services. Nothing happens at import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import Lifespan, Scope

from api import (
    buildings,
    comparing,
    errors,
    extracts,
    health,
    land,
    land_more,
    limits,
    lookup,
    pages,
    rules,
    scrutiny,
    styles,
    tilepaths,
    watches,
    whatif,
)
from api.headers import SafeHeaders
from api.limits import SHARES, BodyLimits, Buckets, Share
from api.ogc import door as ogc
from api.openapi import tell_the_truth
from api.tiles import TileDoor, TilesFirst
from kmap.services import Services

DESCRIPTION = (
    "What may be built here, and does this drawing keep the rules? "
    "Answers are not permits; the rules were worked from copies not yet compared with the "
    "gazette; the sample town is invented. Every text comes in English and Malayalam."
)


def create_app(services: Services, shares: dict[str, Share] | None = None) -> FastAPI:
    """Return the application over these services; ``shares`` replaces the rate limits."""
    app = FastAPI(
        title="K-MAP",
        version="0.1.0",
        summary="Building permits and zoning for Kerala's local bodies",
        description=DESCRIPTION,
        docs_url=None,  # their pages load scripts from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_while_serving(services),
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.services = services
    app.state.buckets = Buckets(shares or SHARES)
    about_land = (land_more, land, extracts, watches)
    for room in (health, *about_land, scrutiny, comparing, buildings, rules, whatif, styles):
        app.include_router(room.router(services))
    door = lookup.LookupDoor(services.lookups, app.state.buckets)
    app.router.routes.insert(0, Route(lookup.HERE, door))  # found before forty others
    tiles = TileDoor(services, app.state.buckets)
    app.router.routes.extend(ogc.routes(services, pages.site_of(services), tiles))
    app.include_router(pages.router(services), include_in_schema=False)
    app.state.error_page = pages.error_page
    errors.install(app)
    tell_the_truth(app, tilepaths.paths(list(services.tiles.layers())) | lookup.paths())
    app.add_middleware(BodyLimits, limit_of=_body_limit(services))
    app.add_middleware(GZipMiddleware, minimum_size=1_500, compresslevel=5)
    app.add_middleware(SafeHeaders)
    app.add_middleware(TilesFirst, door=tiles)
    return app


def _while_serving(services: Services) -> Lifespan[FastAPI]:
    """Give the event loop's own connections back when the server ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await services.lookups.close()

    return lifespan


def _body_limit(services: Services) -> Any:
    drawing = services.settings.max_upload_mb * 1_000_000 + limits.FORM_ROOM

    def limit_of(scope: Scope) -> int:
        path = str(scope["path"])
        if "/scrutiny" in path:
            return drawing
        bulk = path == "/v1/rules/evaluate" or path.endswith("/verify")
        return limits.BULK_BODY if bulk else limits.SMALL_BODY

    return limit_of
