"""Map tiles: a bare ASGI application beside FastAPI, because tiles come by the hundred.

``/v1/tiles/{layer}/{z}/{x}/{y}.mvt`` and ``/v1/tiles/{layer}.json`` (TileJSON 3). Numbers are
bounded before any arithmetic: ``2**z`` with a free ``z`` once hung a server. An answer is
kept compressed in memory under the register's version, so a new load makes all of it stale.
"""

import gzip
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api import errors
from api.answers import json_answer, matches
from api.limits import Buckets, client_of
from api.refusals import NoTileError
from kmap.errors import KmapError
from kmap.store.tiles import Tiles

MVT = "application/vnd.mapbox-vector-tile"
HERE = "/v1/tiles"
"""Where the application is mounted."""
MAX_ZOOM = 22
KEPT_BYTES = 64_000_000
"""Compressed tiles kept in memory, in bytes."""
ENTRY_BYTES = 400
"""What an entry costs besides its body: a client may ask for endlessly many empty tiles."""
FRESH_S = 2.0
"""How long the register's version is believed before it is asked again, in seconds."""
_TILE = re.compile(
    r"/([a-z_]{1,32})/(0|[1-9][0-9]?)/(0|[1-9][0-9]{0,6})/(0|[1-9][0-9]{0,6})\.mvt", re.ASCII
)
_LAYER = re.compile(r"/([a-z_]{1,32})\.json", re.ASCII)
_AGES = {"Cache-Control": "public, max-age=60, stale-while-revalidate=600"}


@dataclass
class Shelf:
    """Compressed tiles of one version of the register, least recently used out first."""

    limit: int = KEPT_BYTES
    _version: str = ""
    _size: int = 0
    _kept: OrderedDict[tuple[Any, ...], bytes] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, version: str, key: tuple[Any, ...]) -> bytes | None:
        """Return a kept tile of this version; None when it is not kept."""
        with self._lock:
            if version != self._version or key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, version: str, key: tuple[Any, ...], body: bytes) -> None:
        """Keep a tile; another version empties the shelf first."""
        with self._lock:
            if version != self._version:
                self._kept.clear()
                self._version, self._size = version, 0
            old = self._kept.pop(key, None)
            self._size += _cost(body) - (_cost(old) if old is not None else 0)
            self._kept[key] = body
            while self._size > self.limit:
                self._size -= _cost(self._kept.popitem(last=False)[1])


def _cost(body: bytes) -> int:
    """Return what keeping a tile costs, in bytes: an empty one is not free."""
    return len(body) + ENTRY_BYTES


class TileDoor:
    """The ASGI application; mount it at :data:`HERE`."""

    def __init__(self, tiles: Tiles, buckets: Buckets) -> None:
        self._tiles, self._buckets = tiles, buckets
        self._shelf = Shelf()
        self._version, self._asked = "", -FRESH_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every error leaves as problem+json."""
        request = Request(scope)
        try:
            answer = await self._answer(request)
        except KmapError as error:
            answer = errors.of_error(request, error)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        tile, layer = _TILE.fullmatch(path), _LAYER.fullmatch(path)
        if not tile and not layer:
            raise _nothing("There is no tile at this address; tiles are LAYER/Z/X/Y.mvt.")
        if request.method not in ("GET", "HEAD"):
            found = errors.problem(405, *errors.HTTP[405])
            return errors.answer(request, found, {"Allow": "GET, HEAD"})
        self._buckets.take("tiles", client_of(request.scope))
        if layer:
            return await run_in_threadpool(self._tilejson, request, layer[1])
        name, z, x, y = tile[1], int(tile[2]), int(tile[3]), int(tile[4])  # type: ignore[index]
        self._check(name, z, x, y)
        return await self._tile(request, (name, z, x, y))

    def _check(self, name: str, z: int, x: int, y: int) -> None:
        if name not in self._tiles.layers():
            known = ", ".join(sorted(self._tiles.layers()))
            raise _nothing(f"There is no layer {name}; there are {known}.")
        if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
            raise _nothing(f"z goes from 0 to {MAX_ZOOM}, x and y from 0 to 2^z - 1.")

    async def _tile(self, request: Request, key: tuple[str, int, int, int]) -> Response:
        version = self._version
        if time.monotonic() - self._asked > FRESH_S:
            version = await run_in_threadpool(self._ask_version)
        packs = "gzip" in request.headers.get("accept-encoding", "")
        tag = f'"{version}.{".".join(map(str, key))}{".gz" if packs else ""}"'
        headers = {"ETag": tag, "Vary": "Accept-Encoding", **_AGES}
        if matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        body = self._shelf.get(version, key)
        if body is None:
            body = await run_in_threadpool(self._cut, version, key)
        if not body:
            return Response(status_code=204, headers=headers)
        if packs:
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        return Response(body, headers=headers, media_type=MVT)

    def _ask_version(self) -> str:
        self._version = self._tiles.version()
        self._asked = time.monotonic()
        return self._version

    def _cut(self, version: str, key: tuple[str, int, int, int]) -> bytes:
        raw = self._tiles.tile(*key)
        body = gzip.compress(raw, 5, mtime=0) if raw else b""
        self._shelf.put(version, key, body)
        return body

    def _tilejson(self, request: Request, name: str) -> Response:
        self._check(name, 0, 0, 0)
        layer = self._tiles.layers()[name]
        page = {
            "tilejson": "3.0.0",
            "name": name,
            "title": layer.title,
            "version": "1.0.0",
            "scheme": "xyz",
            "tiles": [
                f"{request.url.scheme}://{request.url.netloc}{HERE}/{name}/{{z}}/{{x}}/{{y}}.mvt"
            ],
            "minzoom": layer.minzoom,
            "maxzoom": layer.maxzoom,
            "bounds": list(self._tiles.bounds()),
            "vector_layers": [{"id": name, "fields": dict(layer.fields)}],
        }
        return json_answer(request, page)


def _nothing(message: str) -> NoTileError:
    return NoTileError(message, "ഈ വിലാസത്തിൽ ഭൂപടക്കഷണമില്ല.")
