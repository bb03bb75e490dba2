"""Watching a plot over HTTP: start, read, the Atom feed, end.

A watch has a secret address, its id and a key told once, as a scrutiny has. Nobody is asked who
they are. The feed carries its key in the address, for readers of feeds know no other way.
"""

import hashlib
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import openapi
from api.answers import json_answer, matches, to_json
from api.bodies import body_of, described
from api.extracts import InLang
from api.land import Use, canonical, known_use
from api.limits import share
from api.openapi import refusals, unchanged
from api.queries import ShortText
from api.schemas.extracts import NewWatch, Watched
from api.scrutiny import PRIVATE, Key
from kmap.land.feed import MEDIA, atom
from kmap.services import Services
from kmap.store.watches import Alert, Watch

Json = dict[str, Any]


class WatchOf(BaseModel):
    """The plot to watch, and what one would build on it."""

    model_config = ConfigDict(extra="forbid")

    plot: Annotated[ShortText, Field(description="The plot's id.")]
    use: Use = "A1"


def router(services: Services) -> APIRouter:
    """Return the routes of watches."""
    routes = APIRouter(prefix="/v1/watches", tags=["watches"])
    _starting(routes, services)
    _reading(routes, services)
    return routes


def addresses(services: Services, watch_id: str, key: str) -> dict[str, str]:
    """Return the secret addresses of a watch: its feed and its page."""
    base, secret = services.settings.base_url.rstrip("/"), f"key={quote(key)}"
    return {
        "feed": f"{base}/v1/watches/{watch_id}/feed.atom?{secret}",
        "page": f"{base}/watch/{watch_id}?{secret}",
    }


def _starting(routes: APIRouter, services: Services) -> None:
    watching = services.watching

    @routes.post(
        "",
        status_code=201,
        response_model=NewWatch,
        responses=refusals(400, 404, 408, 409, 413, 415),
        openapi_extra=described(WatchOf),
        dependencies=[Depends(share("watch"))],
    )
    async def start(request: Request) -> Response:
        """Watch a plot: an alert in its feed whenever a load or a new rule book changes it."""
        asked = await body_of(request, WatchOf)
        plot, use = canonical(asked.plot), known_use(asked.use)
        watch_id, key, _ = await run_in_threadpool(watching.start, plot, use)
        told = {"id": watch_id, "key": key, "plot": plot, "use": use}
        made = to_json({**told, **addresses(services, watch_id, key)})
        headers = {**PRIVATE, "Location": f"/v1/watches/{watch_id}"}
        return Response(made, 201, headers, media_type="application/json")


def _reading(routes: APIRouter, services: Services) -> None:
    watching = services.watching
    asked_often = [Depends(share("land"))]

    @routes.get(
        "/{watch_id}", response_model=Watched, responses=refusals(404), dependencies=asked_often
    )
    def read(request: Request, watch_id: str, key: Key) -> Response:
        """Read a watch and its alerts, the newest first; for who knows the key."""
        watch, alerts = watching.read(watch_id, key)
        return json_answer(request, watch_json(watch, alerts), PRIVATE)

    @routes.get(
        "/{watch_id}/feed.atom",
        response_class=Response,
        responses=openapi.file(MEDIA, "The feed.") | refusals(404) | unchanged(),
        dependencies=asked_often,
    )
    def feed(request: Request, watch_id: str, key: Key, lang: InLang = None) -> Response:
        """Read the alerts as an Atom feed, in one language or both."""
        watch, alerts = watching.read(watch_id, key)
        told = addresses(services, watch.id, key)
        body = atom(watch, alerts, told["feed"], told["page"], lang)
        tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=MEDIA)

    @routes.delete("/{watch_id}", status_code=204, responses=refusals(404))
    def stop(watch_id: str, key: Key) -> Response:
        """Delete a watch with all its alerts, for good."""
        watching.stop(watch_id, key)
        return Response(status_code=204, headers=PRIVATE)


def watch_json(watch: Watch, alerts: list[Alert]) -> Json:
    """Return a watch and its alerts, as they are printed."""
    return {
        "id": watch.id,
        "plot": watch.plot_id,
        "use": watch.use,
        "made_at": watch.made_at.isoformat(),
        "alerts": [
            {
                "number": alert.number,
                "made_at": alert.made_at.isoformat(),
                "book": alert.book_hash,
                "loads": list(alert.loads),
                "changes": alert.changes,
            }
            for alert in alerts
        ],
    }
