"""OGC API - Tiles: our tiles under the standard's addresses, row before column.

A collection's tile is the tile application's own answer, called inside this process; a tile of
the dataset is its layers' tiles one after the other, which is a vector tile again.
"""

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.answers import matches
from api.limits import client_of
from api.ogc import documents
from api.ogc.answering import answer, base_of
from api.ogc.asking import parameters
from api.refusals import BadParameterError, NoTileError
from api.tiles import HERE, MAX_ZOOM, MVT, TileDoor
from kmap.store.collections import Collection
from kmap.store.tiles import Tiles

TOGETHER = ("local_bodies", "zones", "restrictions", "water", "roads", "parcels", "places")
"""Layers of a dataset tile, lowest first; buildings are asked for by themselves."""
_GRID = "tiles/WebMercatorQuad"
_TILE = f"{_GRID}/{{z}}/{{row}}/{{col}}"


class TileRoutes:
    """The routes of tilesets, for collections that have tiles and for all of them together."""

    def __init__(
        self, tiles: Tiles, door: TileDoor, named: Callable[[Request], Collection]
    ) -> None:
        self._tiles, self._door, self._named = tiles, door, named

    def routes(self) -> list[Route]:
        """Return them, the tiles themselves as bare ASGI."""
        one = "/ogc/collections/{collection}"
        tile = Route(f"{one}/{_TILE}", self._delegated())
        return [
            Route("/ogc/tileMatrixSets", _counted(_matrix_sets)),
            Route("/ogc/tileMatrixSets/WebMercatorQuad", _counted(_matrix_set)),
            Route("/ogc/tiles", _counted(self._all_sets)),
            Route(f"/ogc/{_GRID}", _counted(self._all_set)),
            Route(f"/ogc/{_TILE}", self._together, methods=["GET"]),
            Route(f"{one}/tiles", _counted(self._sets)),
            Route(f"{one}/{_GRID}", _counted(self._set)),
            tile,
        ]

    def _delegated(self) -> Any:
        routes = self

        class Tile:
            """One tile of a collection; an ASGI application of its own."""

            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                request = Request(scope)
                layer = routes._layer(request)  # the class lives inside it
                _check_form(request)
                where = request.path_params
                path = f"{HERE}/{layer}/{where['z']}/{where['col']}/{where['row']}.mvt"
                inner = {**scope, "path": path, "root_path": HERE}
                await routes._door(inner, receive, send)

        return Tile()

    def _layer(self, request: Request) -> str:
        layer = self._named(request).layer
        if layer is None or layer not in self._tiles.layers():
            raise NoTileError("This collection has no tiles.", "ഈ ശേഖരത്തിനു ഭൂപടക്കഷണങ്ങളില്ല.")
        return layer

    def _sets(self, request: Request) -> Response:
        one, layer = self._named(request), self._layer(request)
        parameters(request, ("f",))
        where, title = f"/collections/{one.id}", one.title["en"]
        return answer(request, documents.tilesets(base_of(request), where, title, [layer]))

    def _set(self, request: Request) -> Response:
        one, layer = self._named(request), self._layer(request)
        parameters(request, ("f",))
        where, title = f"/collections/{one.id}", one.title["en"]
        return answer(request, documents.tileset(base_of(request), where, title, [layer]))

    def _all_sets(self, request: Request) -> Response:
        parameters(request, ("f",))
        made = documents.tilesets(base_of(request), "", documents.TITLE["en"], list(TOGETHER))
        return answer(request, made)

    def _all_set(self, request: Request) -> Response:
        parameters(request, ("f",))
        made = documents.tileset(base_of(request), "", documents.TITLE["en"], list(TOGETHER))
        return answer(request, made)

    async def _together(self, request: Request) -> Response:
        request.app.state.buckets.take("tiles", client_of(request.scope))
        _check_form(request)
        return await run_in_threadpool(self._joined, request)

    def _joined(self, request: Request) -> Response:
        z, row, col = (_number(request.path_params[name]) for name in ("z", "row", "col"))
        if z > MAX_ZOOM or row >= 1 << z or col >= 1 << z:
            raise _no_tile()
        tag = f'W/"{self._tiles.version()}.{z}.{row}.{col}"'
        headers = {"ETag": tag, "Cache-Control": "public, max-age=60"}
        if matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        body = b"".join(self._tiles.tile(name, z, col, row) or b"" for name in TOGETHER)
        if not body:
            return Response(status_code=204, headers=headers)
        return Response(body, headers=headers, media_type=MVT)


def _counted(handler: Callable[[Request], Response]) -> Any:
    async def asked(request: Request) -> Response:
        request.app.state.buckets.take("features", client_of(request.scope))
        return await run_in_threadpool(handler, request)

    return asked


def _matrix_sets(request: Request) -> Response:
    parameters(request, ("f",))
    return answer(request, documents.matrix_sets(base_of(request)))


def _matrix_set(request: Request) -> Response:
    parameters(request, ("f",))
    return answer(request, documents.web_mercator_quad(MAX_ZOOM))


def _check_form(request: Request) -> None:
    if parameters(request, ("f",)).get("f", "mvt") not in ("mvt", MVT):
        raise BadParameterError("f: mvt.", "f: mvt മാത്രം.")


def _number(text: Any) -> int:
    plain = str(text)
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 7):
        raise _no_tile()
    return int(plain)


def _no_tile() -> NoTileError:
    return NoTileError(
        f"z goes from 0 to {MAX_ZOOM}, row and column from 0 to 2^z - 1.",
        "ഈ വിലാസത്തിൽ ഭൂപടക്കഷണമില്ല.",
    )
