"""The routes of OGC API - Features and Tiles. ``HEAD`` comes with each ``GET``."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.limits import client_of
from api.ogc import documents
from api.ogc.answering import (
    GEOJSON,
    HTML,
    OPENAPI,
    SCHEMA,
    answer,
    base_of,
    language,
    link,
    page,
    wants_page,
)
from api.ogc.asking import (
    Items,
    crs_of,
    feature_key,
    items,
    no_feature,
    parameters,
)
from api.ogc.openapi import whole
from api.ogc.tiles import TileRoutes
from api.refusals import NoSuchCollectionError
from api.site.render import Site
from api.tiles import TileDoor
from kmap.land.offering import Offer
from kmap.services import Services
from kmap.store.collections import Collection, Page
from kmap.store.pool import Row

Json = dict[str, Any]
PLAIN = ("f", "lang")


def routes(services: Services, site: Site, tiles: TileDoor) -> list[Route]:
    """Return the routes below /ogc."""
    door = Door(Offer(services.pool), site)
    one = "/ogc/collections/{collection}"
    made = {
        "/ogc": door.landing,
        "/ogc/": door.landing,
        "/ogc/conformance": door.conformance,
        "/ogc/api": door.api,
        "/ogc/collections": door.collections,
        one: door.collection,
        f"{one}/schema": door.schema,
        f"{one}/queryables": door.queryables,
        f"{one}/items": door.items,
        f"{one}/items/{{feature:path}}": door.item,
    }
    plain = [Route(path, _counted(handler)) for path, handler in made.items()]
    return TileRoutes(services.tiles, tiles, door.named).routes() + plain


def _counted(handler: Callable[[Request], Response]) -> Any:
    async def asked(request: Request) -> Response:
        request.app.state.buckets.take("features", client_of(request.scope))
        return await run_in_threadpool(handler, request)

    return asked


class Door:
    """Handlers: each reads the parameters, asks the register, and writes JSON or a page."""

    def __init__(self, offer: Offer, site: Site) -> None:
        self._offer, self._site = offer, site

    def named(self, request: Request) -> Collection:
        """Return the collection of the path. Raises NoSuchCollectionError."""
        name = str(request.path_params["collection"])
        found = self._offer.collections().get(name)
        if found is None:
            known = ", ".join(self._offer.collections())
            raise NoSuchCollectionError(
                f"There is no such collection; there are {known}.",
                f"അങ്ങനെയൊരു ശേഖരമില്ല; {known} എന്നിവയാണുള്ളത്.",
            )
        return found

    def landing(self, request: Request) -> Response:
        """Answer what there is here."""
        given = parameters(request, PLAIN)
        base = base_of(request)
        if not wants_page(request, given):
            return answer(request, documents.landing(base))
        lang = language(request, given)
        rows = [
            (one.title[lang], one.says[lang], f"/ogc{documents.path_of(one)}?f=html&lang={lang}")
            for one in self._offer.collections().values()
        ]
        values = {"title": documents.TITLE[lang], "lead": documents.SAYS[lang], "links": rows}
        values["facts"] = [("OGC API", base), ("GDAL", f"OAPIF:{base}")]
        return page(request, self._site, lang, values)

    def conformance(self, request: Request) -> Response:
        """Answer which conformance classes are kept."""
        given = parameters(request, PLAIN)
        if not wants_page(request, given):
            return answer(request, {"conformsTo": documents.CONFORMS})
        rows = [(uri, "", "") for uri in documents.CONFORMS]
        values = {"title": "Conformance", "links": rows}
        return page(request, self._site, language(request, given), values)

    def api(self, request: Request) -> Response:
        """Answer with the OpenAPI page of this door."""
        given = parameters(request, PLAIN)
        made = whole(base_of(request), self._offer.collections())
        if not wants_page(request, given):
            return answer(request, made, OPENAPI)
        rows = [(path, ops["get"]["summary"], "") for path, ops in made["paths"].items()]
        values = {"title": made["info"]["title"], "links": rows}
        return page(request, self._site, language(request, given), values)

    def collections(self, request: Request) -> Response:
        """Answer with all collections."""
        given = parameters(request, PLAIN)
        if wants_page(request, given):
            return self.landing(request)
        base = base_of(request)
        found = [
            documents.about(base, one, self._offer.extent(one))
            for one in self._offer.collections().values()
        ]
        here = f"{base}/collections"
        links = [link(here, "self"), link(f"{here}?f=html", "alternate", HTML)]
        return answer(request, {"links": links, "collections": found})

    def collection(self, request: Request) -> Response:
        """Answer what a collection is."""
        one, given = self.named(request), parameters(request, PLAIN)
        extent = self._offer.extent(one)
        if not wants_page(request, given):
            return answer(request, documents.about(base_of(request), one, extent))
        lang = language(request, given)
        items = f"/ogc{documents.path_of(one)}?f=html&lang={lang}"
        values = {
            "title": one.title[lang],
            "lead": one.says[lang],
            "links": [(one.title[lang], items, items)],
            "facts": [("bbox", ", ".join(f"{n:.5f}" for n in extent))],
        }
        return page(request, self._site, lang, values)

    def schema(self, request: Request) -> Response:
        """Answer with the properties as JSON Schema."""
        return self._schema(request, "schema", list(self.named(request).properties))

    def queryables(self, request: Request) -> Response:
        """Answer with what can be filtered by, as JSON Schema."""
        return self._schema(request, "queryables", list(self.named(request).filters))

    def _schema(self, request: Request, which: str, names: list[str]) -> Response:
        one = self.named(request)
        parameters(request, PLAIN)
        here = f"{base_of(request)}/collections/{one.id}/{which}"
        return answer(request, documents.schema(here, one, names), SCHEMA)

    def items(self, request: Request) -> Response:
        """Answer with one page of features."""
        one = self.named(request)
        asked = items(request, one)
        given = dict(asked.given)
        as_page = wants_page(request, given)
        lang = language(request, given) if as_page else "en"
        pin = self._offer.pinned(asked.known_at)
        question = replace(asked.asked, known_at=pin)
        found = Page([], more=False) if asked.nowhere else self._offer.page(one, question)
        links = _links(base_of(request), one, asked, pin.isoformat(), found)
        if as_page:
            return self._table(request, lang, one, found, links)
        body: Json = {"type": "FeatureCollection"}
        body["features"] = [_feature(one, row) for row in found.rows]
        body["numberReturned"] = len(found.rows)
        if asked.asked.after is None and not found.more:
            body["numberMatched"] = len(found.rows)  # known only when everything is on one page
        body["links"] = links
        headers = {"Content-Crs": f"<{asked.crs_uri}>", "K-MAP-Known-At": pin.isoformat()}
        return answer(request, body, GEOJSON, headers, stamped=True)

    def _table(
        self, request: Request, lang: Any, one: Collection, found: Page, links: list[Json]
    ) -> Response:
        names = [n for n in one.properties if not n.endswith("_ml" if lang == "en" else "_en")]
        following = [entry["href"] for entry in links if entry["rel"] == "next"]
        here = f"/ogc{documents.path_of(one)}"
        values = {
            "title": one.title[lang],
            "lead": one.says[lang],
            "columns": names,
            "rows": [
                (
                    f"/ogc{documents.path_of(one, row['key'])}?f=html&lang={lang}",
                    row["key"],
                    [_said(row[name]) for name in names],
                )
                for row in found.rows
            ],
            "links": [("GeoJSON", here, here)] + [("→", "", href) for href in following],
        }
        return page(request, self._site, lang, values)

    def item(self, request: Request) -> Response:
        """Answer with one feature, whether or not it still holds: its times say so."""
        one, given = self.named(request), parameters(request, (*PLAIN, "crs"))
        uri, srid = crs_of(given)
        text = str(request.path_params["feature"])
        row = self._offer.one(one, feature_key(text, one), srid)
        if row is None:
            raise no_feature(one, text)
        base = base_of(request)
        if wants_page(request, given):
            lang = language(request, given)
            facts = [(name, _said(row[name])) for name in one.properties]
            here = f"/ogc{documents.path_of(one, row['key'])}"
            values = {
                "title": f"{one.title[lang]} {row['key']}",
                "facts": facts,
                "links": [("GeoJSON", here, here)],
            }
            return page(request, self._site, lang, values)
        here = base + documents.path_of(one, row["key"])
        links = [
            link(here, "self", GEOJSON),
            link(f"{here}?f=html", "alternate", HTML),
            link(f"{base}/collections/{one.id}", "collection"),
        ]
        headers = {"Content-Crs": f"<{uri}>"}
        return answer(request, _feature(one, row) | {"links": links}, GEOJSON, headers)


def _feature(one: Collection, row: Row) -> Json:
    shape = row["shape"]
    return {
        "type": "Feature",
        "id": row["key"],
        "geometry": None if shape is None else orjson.Fragment(shape),
        "properties": {name: row[name] for name in one.properties},
    }


def _links(base: str, one: Collection, asked: Items, pin: str, found: Page) -> list[Json]:
    """Return the links of a page; ``next`` pins the register's time and the law's days."""
    here = base + documents.path_of(one)
    given = dict(asked.given)
    plain = {name: value for name, value in given.items() if name not in ("f", "lang")}
    links = [
        link(_with(here, given), "self", GEOJSON),
        link(_with(here, plain | {"f": "html"}), "alternate", HTML),
        link(f"{base}/collections/{one.id}", "collection"),
    ]
    if found.more:
        following = given | {"datetime": asked.days, "after": str(found.rows[-1]["key"])}
        following |= {"known_at": pin} if one.known else {}
        links.append(link(_with(here, following), "next", GEOJSON))
    return links


def _with(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def _said(value: Any) -> str:
    return "" if value is None else str(value)
