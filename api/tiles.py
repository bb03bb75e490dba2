"""Map tiles: a bare ASGI application beside FastAPI, because tiles come by the hundred.

``/v1/tiles/{layer}/{z}/{x}/{y}.mvt`` and ``/v1/tiles/{layer}.json`` (TileJSON 3); the layer
``all`` is every layer in one tile. ``/v1/relief/{hillshade,slope}/{z}/{x}/{y}.png`` likewise.
Numbers are bounded before any arithmetic: ``2**z`` with a free ``z`` once hung a server. An
answer is kept ready in memory for the version of its layer.
"""

import asyncio
import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors
from api.answers import json_answer, matches
from api.headers import SafeHeaders
from api.limits import Buckets, client_of
from api.refusals import NoTileError
from api.tile_shelf import EMPTY_BODY, MVT, Entry, Shelf
from kmap.errors import KmapError
from kmap.services import Services
from kmap.store.relief import KINDS, Relief
from kmap.store.tile_pyramid import offered
from kmap.store.tiles import ALL, Tile

__all__ = ["HERE", "MAX_ZOOM", "MVT", "TileDoor", "TilesFirst"]
HERE = "/v1/tiles"
"""Where the application answers."""
MAX_ZOOM = 22
DRAWN_AT_ONCE = 2
"""Relief tiles drawn at the same moment: each holds some megabytes."""
_TILE = re.compile(
    r"/([a-z_]{1,32})/(0|[1-9][0-9]?)/(0|[1-9][0-9]{0,6})/(0|[1-9][0-9]{0,6})\.mvt", re.ASCII
)
_LAYER = re.compile(r"/([a-z_]{1,32})\.json", re.ASCII)
RELIEF = "/v1/relief"
"""Where hill-shade and slope answer."""
PNG = "image/png"
DOWNLOAD = "/kmap.pmtiles"
"""All layers in one file, as it was when ``kmap tiles export`` wrote it; in ranges if asked."""
PMTILES = "application/vnd.pmtiles"
_NUMBERS = r"/(0|[1-9][0-9]?)/(0|[1-9][0-9]{0,6})/(0|[1-9][0-9]{0,6})"
_RELIEF = re.compile(rf"/v1/relief/({'|'.join(KINDS)}){_NUMBERS}\.png", re.ASCII)


class TilesFirst:
    """ASGI layer outside all others: tiles go straight to their door."""

    def __init__(self, app: ASGIApp, door: ASGIApp) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request for a tile to the tiles' door, any other on."""
        here = scope["type"] == "http" and scope["path"].startswith(("/v1/tiles/", "/v1/relief/"))
        await (self.door if here else self.app)(scope, receive, send)


class TileDoor:
    """The ASGI application of the tiles."""

    def __init__(self, services: Services, buckets: Buckets) -> None:
        self._tiles, self._relief = services.tiles, Relief(services.pool)
        self._buckets, self._file = buckets, offered(services.settings.home)
        self._drawing = asyncio.Semaphore(DRAWN_AT_ONCE)
        self.shelf = Shelf()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every error leaves as problem+json."""
        path = scope["path"]
        entry = self.shelf.get(path, self._tiles.news.versions())
        try:
            if entry is not None and scope["method"] == "GET":
                self._buckets.take("tiles", client_of(scope))
                await _send(entry, scope, send)
                return
            answer = await self._answer(Request(scope), path.removeprefix(HERE))
        except KmapError as error:
            answer = errors.of_error(Request(scope), error)
        if isinstance(answer, Entry):
            await _send(answer, scope, send)
        else:
            await SafeHeaders(answer)(scope, receive, send)

    async def _answer(self, request: Request, path: str) -> Entry | Response:
        asked = _TILE.fullmatch(path) or _LAYER.fullmatch(path) or _RELIEF.fullmatch(path)
        if path == DOWNLOAD and self._file.is_file() and request.method in ("GET", "HEAD"):
            self._buckets.take("paper", client_of(request.scope))
            return FileResponse(self._file, media_type=PMTILES, filename=self._file.name)
        if asked is None:
            raise _nothing("There is no tile at this address; tiles are LAYER/Z/X/Y.mvt.")
        if request.method not in ("GET", "HEAD"):
            problem = errors.problem(405, *errors.HTTP[405])
            return errors.answer(request, problem, {"Allow": "GET, HEAD"})
        self._buckets.take("tiles", client_of(request.scope))
        if asked.re is _LAYER:
            return await run_in_threadpool(self._tilejson, request, asked[1])
        return await self._tile(request.scope["path"], asked)

    async def _tile(self, path: str, asked: re.Match[str]) -> Entry:
        """Cut or draw a tile, and keep it ready in memory."""
        name, z, x, y = asked[1], int(asked[2]), int(asked[3]), int(asked[4])
        if name in KINDS:
            _bounded(z, x, y)
            async with self._drawing:
                drawn = await run_in_threadpool(self._relief.tile, name, z, x, y)
            layer, entry = "relief", Entry(drawn.version, drawn.packed, PNG)
        else:
            self._check(name, z, x, y)
            found: Tile = await run_in_threadpool(self._tiles.packed, name, z, x, y)
            layer, entry = name, Entry(found.version, found.packed)
        self.shelf.put(path, layer, entry)
        return entry

    def _check(self, name: str, z: int, x: int, y: int) -> None:
        if name != ALL and name not in self._tiles.layers():
            known = ", ".join(sorted([*self._tiles.layers(), ALL]))
            raise _nothing(f"There is no layer {name}; there are {known}.")
        _bounded(z, x, y)

    def _tilejson(self, request: Request, name: str) -> Response:
        self._check(name, 0, 0, 0)
        layers = self._tiles.layers()
        shown = dict(layers) if name == ALL else {name: layers[name]}
        base = f"{request.url.scheme}://{request.url.netloc}{HERE}"
        page: dict[str, Any] = {
            "tilejson": "3.0.0",
            "name": name,
            "title": "All layers" if name == ALL else layers[name].title,
            "version": "1.0.0",
            "scheme": "xyz",
            "tiles": [f"{base}/{name}/{{z}}/{{x}}/{{y}}.mvt"],
            "minzoom": min(layer.minzoom for layer in shown.values()),
            "maxzoom": max(layer.maxzoom for layer in shown.values()),
            "bounds": list(self._tiles.bounds()),
            "vector_layers": [
                {
                    "id": each,
                    "description": layer.title,
                    "minzoom": layer.minzoom,
                    "maxzoom": layer.maxzoom,
                    "fields": dict(layer.fields),
                }
                for each, layer in shown.items()
            ],
        }
        return json_answer(request, page)


def _bounded(z: int, x: int, y: int) -> None:
    """Refuse numbers that name no tile, before any arithmetic with them."""
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        raise _nothing(f"z goes from 0 to {MAX_ZOOM}, x and y from 0 to 2^z - 1.")


async def _send(entry: Entry, scope: Scope, send: Send) -> None:
    """Send a tile in the best coding its client takes; 304 when the client has it."""
    wanted, accepts = None, b""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            wanted = value
        elif name == b"accept-encoding":
            accepts = value
    coding = "br" if b"br" in accepts else "gzip" if b"gzip" in accepts else ""
    reply = entry.reply(coding)
    if wanted is not None and (wanted == reply.tag or _matches(wanted, reply.tag)):
        await send(reply.same)
        await send(EMPTY_BODY)
        return
    await send(reply.start)
    await send(EMPTY_BODY if scope["method"] == "HEAD" else reply.body)


def _matches(wanted: bytes, tag: bytes) -> bool:
    return matches(wanted.decode("latin-1"), tag.decode("latin-1"))


def _nothing(message: str) -> NoTileError:
    return NoTileError(message, "ഈ വിലാസത്തിൽ ഭൂപടക്കഷണമില്ല.")
