"""What one client may send and ask, and what browsers are told; no database needed."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.answers import matches
from api.headers import SafeHeaders
from api.limits import BodyLimits, Buckets, Share
from api.refusals import NotADrawingError, TooOftenError
from api.tile_shelf import ENTRY_BYTES, Entry, Shelf
from api.uploads import sniff


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_client_that_used_up_its_share_is_told_when_to_come_back() -> None:
    clock = Clock()
    buckets = Buckets({"land": Share(per_second=0.5, burst=3)}, clock)
    for _ in range(3):
        buckets.take("land", "10.0.0.1")
    with pytest.raises(TooOftenError) as refused:
        buckets.take("land", "10.0.0.1")
    assert refused.value.wait_s == 2
    buckets.take("land", "10.0.0.2")  # another client is not held back
    clock.now += 2.0
    buckets.take("land", "10.0.0.1")


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "zip"),
        (b"AC1032\x00\x00", "DWG"),
        (b"<!DOCTYPE html>", "web page"),
        (b"\x89PNG\r\n", "PNG"),
        (b'{"a": 1}', "JSON"),
    ],
)
def test_what_is_plainly_no_dxf_is_refused_by_its_first_bytes(head: bytes, says: str) -> None:
    with pytest.raises(NotADrawingError, match=says):
        sniff(head)


@pytest.mark.parametrize(
    "head", [b"  0\r\nSECTION\r\n", b"999\ncomment\n", b"AutoCAD Binary DXF\r\n\x1a\x00", b"junk"]
)
def test_what_might_be_a_dxf_goes_on_to_the_reader(head: bytes) -> None:
    sniff(head)


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _ask(pieces: list[bytes], headers: list[tuple[bytes, bytes]], limit: int) -> list[Message]:
    scope = {"type": "http", "method": "POST", "path": "/v1/x", "headers": headers}
    left = [
        {"type": "http.request", "body": piece, "more_body": more}
        for piece, more in zip(pieces, [True] * (len(pieces) - 1) + [False], strict=True)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return left.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    app = SafeHeaders(BodyLimits(_echo, lambda _: limit))
    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("pieces", "headers", "status"),
    [
        ([b"x" * 10], [], 200),
        ([b"x" * 5, b"x" * 5], [(b"content-length", b"10")], 200),
        ([b"x" * 5, b"x" * 6], [], 413),
        ([b"x"], [(b"content-length", b"11")], 413),
        ([b"x"], [(b"content-length", b"9" * 5000)], 413),
        ([b"x"], [(b"content-length", b"-1")], 200),
    ],
)
def test_a_body_is_counted_as_it_streams(
    pieces: list[bytes], headers: list[tuple[bytes, bytes]], status: int
) -> None:
    start = _ask(pieces, headers, limit=10)[0]
    assert start["status"] == status
    names = dict(start["headers"])
    assert names[b"x-content-type-options"] == b"nosniff"
    assert names[b"referrer-policy"] == b"no-referrer"


def test_a_body_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.limits.PIECE_S", 0.05)
    sent: list[Any] = []

    async def receive() -> Message:
        await asyncio.sleep(5)
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/x", "headers": []}
    asyncio.run(BodyLimits(_echo, lambda _: 10)(scope, receive, send))
    assert sent[0]["status"] == 408


def test_endlessly_many_empty_tiles_do_not_fill_the_memory() -> None:
    shelf = Shelf(limit=ENTRY_BYTES * 10)
    for x in range(1_000):
        shelf.put(f"/{x}", "parcels", Entry(7, b""))
    assert shelf.get("/999", {"parcels": 7})
    assert shelf.get("/989", {"parcels": 7}) is None
    assert shelf.get("/999", {"parcels": 8}) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
        (None, False),
    ],
)
def test_if_none_match_is_read_as_the_standard_says(wanted: str | None, found: bool) -> None:
    assert matches(wanted, '"a"') is found
