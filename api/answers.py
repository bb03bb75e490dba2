"""Answers as bytes: JSON with an entity tag, and 304 to who has them already."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response


def to_json(value: Any) -> bytes:
    """Return JSON bytes; half surrogates, which no UTF-8 can hold, become ``?``."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return orjson.dumps(_mended(value), option=orjson.OPT_NON_STR_KEYS)


def in_language(value: Any, lang: str | None) -> Any:
    """Return a value with each {en, ml} replaced by the text of ``lang``; unchanged for None.

    >>> in_language([{"en": "road", "ml": "റോഡ്"}], "en")
    ['road']
    """
    if lang is None:
        return value
    match value:
        case {"en": str(), "ml": str()} if len(value) == 2:
            return value[lang]
        case dict():
            return {key: in_language(item, lang) for key, item in value.items()}
        case list() | tuple():
            return [in_language(item, lang) for item in value]
    return value


def json_answer(
    request: Request, value: Any, headers: Mapping[str, str] | None = None
) -> Response:
    """Return 200 with JSON and an ETag of its bytes, or 304 when the client has them."""
    body = to_json(value)
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=more)
    return Response(body, headers=more, media_type="application/json")


def matches(wanted: str | None, tag: str) -> bool:
    """Say whether an If-None-Match header names this entity tag (RFC 9110, weak comparison)."""
    if not wanted:
        return False
    names = [name.strip().removeprefix("W/") for name in wanted.split(",")]
    return tag.removeprefix("W/") in names or "*" in names


def _mended(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_mended(key): _mended(item) for key, item in value.items()}
        case list() | tuple():
            return [_mended(item) for item in value]
    return value
