"""Answers of the OGC door: JSON with its media type and a weak entity tag, or a page to read."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.answers import matches
from api.refusals import BadParameterError
from api.site.render import Site
from api.site.texts import Lang, preferred

Json = dict[str, Any]
JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def base_of(request: Request) -> str:
    """Return the address of the landing page, as the client wrote the host."""
    return f"{request.url.scheme}://{request.url.netloc}/ogc"


def link(href: str, rel: str, kind: str = JSON, title: str = "") -> Json:
    """Return a link object."""
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def wants_page(request: Request, given: Mapping[str, str]) -> bool:
    """Say whether HTML is asked for: by ``f``, else by Accept. Raises BadParameterError."""
    form = given.get("f")
    if form not in (None, "json", "html"):
        raise BadParameterError("f: json or html.", "f: json അല്ലെങ്കിൽ html.")
    if form:
        return form == "html"
    accept = request.headers.get("accept", "")
    return "text/html" in accept and "json" not in accept.split("text/html")[0]


def language(request: Request, given: Mapping[str, str]) -> Lang:
    """Return the language of a page: ``lang``, else what the browser prefers."""
    asked = given.get("lang")
    if asked not in (None, "en", "ml"):
        raise BadParameterError("lang: en or ml.", "lang: en അല്ലെങ്കിൽ ml.")
    if asked:
        return "ml" if asked == "ml" else "en"
    return preferred(request.headers.get("accept-language", ""))


def answer(
    request: Request,
    body: Json,
    kind: str = JSON,
    headers: Mapping[str, str] | None = None,
    *,
    stamped: bool = False,
) -> Response:
    """Return JSON with its tag, or 304; ``stamped`` adds the time, which the tag leaves out."""
    raw = orjson.dumps(body, option=_OPTIONS)
    tag = f'W/"{hashlib.blake2b(raw, digest_size=16).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept", **(headers or {})}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=more)
    if stamped:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        raw = raw[:-1] + b',"timeStamp":"' + now.encode() + b'"}'
    return Response(raw, headers=more, media_type=kind)


def page(request: Request, site: Site, lang: Lang, values: Json) -> Response:
    """Return a page of the site that shows what the JSON says; ``values`` for ogc.html."""
    blank: Json = {"lead": "", "links": [], "columns": [], "rows": [], "facts": [], "here": ""}
    html = site.page(request, lang, "ogc.html", blank | values)
    html.headers["vary"] = "Accept, Accept-Language"
    return html
