"""How much one client may send and ask: body sizes, body time, requests a second.

Two layers of bare ASGI around everything, and a token bucket for the costly routes. All in
this process: behind several processes each keeps its own count.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.refusals import RefusalError, SlowBodyError, TooLargeError, TooOftenError

SMALL_BODY = 1_000_000
"""Largest body of an address that names no other size, in bytes."""
BULK_BODY = 16_000_000
"""Largest NDJSON body of a bulk evaluation, in bytes."""
FORM_ROOM = 200_000
"""What the fields and boundaries of an upload may add to its file, in bytes."""
PIECE_S = 20.0
"""Longest silence between two pieces of a body, in seconds."""
BODY_S = 180.0
"""Longest time for a whole body, in seconds."""
CLIENTS = 20_000
"""Client addresses remembered; the least recently seen is forgotten first."""


@dataclass(frozen=True)
class Share:
    """What one client address may ask of one kind of route: a rate, and a burst before it."""

    per_second: float
    burst: float


SHARES: dict[str, Share] = {
    "scrutiny": Share(0.5, 30),
    "paper": Share(2, 30),
    "evaluate": Share(20, 100),
    "cures": Share(1, 20),
    "land": Share(40, 200),
    "lookup": Share(200, 1_000),
    "watch": Share(0.1, 20),
    "tiles": Share(300, 2_000),
    "features": Share(40, 400),
}
"""The shares of a client address, by kind of route."""


@dataclass
class Buckets:
    """Token buckets, one for each kind of route and client address; safe across threads."""

    shares: dict[str, Share] = field(default_factory=lambda: dict(SHARES))
    clock: Callable[[], float] = time.monotonic
    _levels: OrderedDict[tuple[str, str], tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, kind: str, client: str) -> None:
        """Take one request of a client's share; raises TooOftenError when it is used up."""
        share = self.shares[kind]
        with self._lock:
            now = self.clock()
            level, then = self._levels.pop((kind, client), (share.burst, now))
            level = min(share.burst, level + (now - then) * share.per_second)
            granted = level >= 1
            self._levels[kind, client] = (level - granted, now)
            if len(self._levels) > CLIENTS:
                self._levels.popitem(last=False)
        if not granted:
            raise TooOftenError(math.ceil((1 - level) / share.per_second))


def client_of(scope: Scope) -> str:
    """Return the address that asks; an address behind a proxy is the proxy's business."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def share(kind: str) -> Callable[[Request], None]:
    """Return a dependency that takes one request of the client's share of ``kind``."""

    def take(request: Request) -> None:
        request.app.state.buckets.take(kind, client_of(request.scope))

    return take


class BodyLimits:
    """ASGI layer: a body over its size is 413, one that dawdles 408; counted as it streams."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int]) -> None:
        self.app, self.limit_of = app, limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a receive that counts and times."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, self.limit_of(scope))
        try:
            body.check_declared(scope)
            await self.app(scope, body.receive, send)
        except RefusalError as refusal:  # raised before any route could answer
            await errors.of_error(Request(scope), refusal)(scope, receive, send)


class _Body:
    """The receiving side of one request."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._seen, self._ended = 0, False
        self._deadline = time.monotonic() + BODY_S

    def check_declared(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value[:20]) > self._limit:
                raise TooLargeError(self._limit)

    async def receive(self) -> Message:
        if self._ended:
            return await self._receive()
        patience = max(0.0, min(PIECE_S, self._deadline - time.monotonic()))
        try:
            message = await asyncio.wait_for(self._receive(), patience)
        except TimeoutError:
            raise SlowBodyError from None
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
        if self._seen > self._limit:
            raise TooLargeError(self._limit)
        return message
