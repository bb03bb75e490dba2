"""Drawings over HTTP: send, fetch, revise, erase; the sketch and the report as files.

A scrutiny has a secret address: its id and a key told once. Without the key, with a wrong
one, or with an id that is none, the answer is the same 404.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import openapi, uploads
from api.answers import json_answer, to_json
from api.headers import PAPER_POLICY
from api.limits import share
from api.openapi import refusals
from api.queries import Lang, given_day
from api.schemas.scrutiny import Erased, NewScrutiny, StoredScrutiny
from kmap.building.desk import Submitted
from kmap.land.placing import wanted_of
from kmap.papers import scrutiny as papers
from kmap.services import Services
from kmap.store.scrutinies import Kept, Tombstone

Json = dict[str, Any]
PRIVATE = {"Cache-Control": "no-store, private"}
EMPTY: Json = {"type": "FeatureCollection", "features": []}
InQuery = Annotated[str | None, Query(max_length=100, description="The secret key.")]
InHeader = Annotated[
    str | None, Header(alias="K-MAP-Key", max_length=100, description="The key, as a header.")
]
Report = Literal["html", "pdf"]


def given_key(key: InQuery = None, header: InHeader = None) -> str:
    """Return the key of the request, from the query or the header; empty when there is none."""
    return key or header or ""


Key = Annotated[str, Depends(given_key)]
InLang = Annotated[Lang, Query()]


def router(services: Services) -> APIRouter:
    """Return the routes of scrutiny."""
    routes = APIRouter(prefix="/v1/scrutiny", tags=["scrutiny"])
    _sending(routes, services)
    _keeping(routes, services)
    _papers(routes, services)
    return routes


def _sending(routes: APIRouter, services: Services) -> None:
    desk = services.scrutinies
    costly = [Depends(share("scrutiny"))]

    @routes.post(
        "",
        status_code=201,
        response_model=NewScrutiny,
        responses=refusals(400, 404, 408, 413, 415),
        openapi_extra=_FORM,
        dependencies=costly,
    )
    async def send(request: Request) -> Response:
        """Send a DXF drawing; get its scrutiny, stored, with the secret address.

        With ``survey``, ``plot``, ``near`` or ``within`` (or VILLAGE= and RS_NO= on the drawing)
        the drawn plot is laid on the land register, and what holds there joins the scrutiny.

        A drawing that cannot be read is stored all the same: verdict ``unreadable`` with
        complaints that say what is wrong with it.
        """
        async with uploads.receive(request) as upload:
            site, as_of = upload.site(), given_day(upload.fields.get("as_of"))
            building = upload.fields.get("building") or None
            if building:
                await run_in_threadpool(services.buildings.get, building, as_of)
            want = wanted_of(upload.fields)
            made = await run_in_threadpool(
                desk.submit, upload.path, site=site, as_of=as_of, building=building, want=want
            )
        return _created(made)

    @routes.post(
        "/{scrutiny_id}/revise",
        status_code=201,
        response_model=NewScrutiny,
        responses=refusals(400, 404, 408, 409, 410, 413, 415),
        openapi_extra=_FORM,
        dependencies=costly,
    )
    async def revise(request: Request, scrutiny_id: str, key: Key) -> Response:
        """Send a changed drawing: a new scrutiny, linked to the one it revises, own key."""
        async with uploads.receive(request, ("site", "as_of", *uploads.PLACE)) as upload:
            site, as_of = upload.site(), given_day(upload.fields.get("as_of"))
            want = wanted_of(upload.fields)
            made = await run_in_threadpool(
                desk.revise, scrutiny_id, key, upload.path, site=site, as_of=as_of, want=want
            )
        return _created(made)


def _keeping(routes: APIRouter, services: Services) -> None:
    desk = services.scrutinies

    @routes.get("/{scrutiny_id}", response_model=StoredScrutiny, responses=refusals(404, 410))
    def fetch(request: Request, scrutiny_id: str, key: Key) -> Response:
        """Fetch a scrutiny exactly as it was answered."""
        kept = desk.get(scrutiny_id, key)
        return json_answer(request, _stored(kept, key), PRIVATE)

    @routes.get("/{scrutiny_id}/building.geojson", responses=refusals(404, 410))
    def building(request: Request, scrutiny_id: str, key: Key) -> Response:
        """Give the placed drawing as GeoJSON: the parcel, the drawn plot, footprints with heights.

        Without a placement the collection is empty. Only for who knows the key.
        """
        placement = desk.get(scrutiny_id, key).answer.get("placement") or {}
        return json_answer(request, placement.get("geojson") or EMPTY, PRIVATE)

    @routes.delete("/{scrutiny_id}", response_model=Erased, responses=refusals(404, 410))
    def erase(scrutiny_id: str, key: Key) -> Response:
        """Erase drawing, facts and answer. What stays: the drawing's hash and the times."""
        gone = _members(desk.erase(scrutiny_id, key))
        return Response(to_json(gone), headers=PRIVATE, media_type="application/json")


def _papers(routes: APIRouter, services: Services) -> None:
    desk = services.scrutinies
    costly = [Depends(share("paper"))]

    def file(path: str, kind: str) -> Callable[[Callable[..., Response]], Any]:
        return routes.get(
            "/{scrutiny_id}" + path,
            response_class=Response,
            responses=openapi.file(kind, "The file.") | refusals(404, 410),
            dependencies=costly,
        )

    @file("/overlay.svg", "image/svg+xml")
    def overlay(scrutiny_id: str, key: Key, lang: InLang = "ml") -> Response:
        """Draw the drawing with its findings marked."""
        kept = desk.get(scrutiny_id, key)
        drawn = papers.overlay_svg(kept.answer, kept.sketch, lang)
        return paper_file(drawn, "image/svg+xml")

    @file("/overlay.dxf", "image/vnd.dxf")
    def overlay_dxf(scrutiny_id: str, key: Key, lang: InLang = "ml") -> Response:
        """Give the findings as a DXF to attach over the drawing, which is not in it."""
        kept = desk.get(scrutiny_id, key)
        drawn = papers.overlay_dxf(kept.answer, kept.sketch, lang)
        return paper_file(drawn, "image/vnd.dxf")

    @file("/report.html", "text/html")
    def report_html(scrutiny_id: str, key: Key, lang: InLang = "ml") -> Response:
        """Give the report as a page."""
        kept = desk.get(scrutiny_id, key)
        with services.paper_places.hold():
            return paper_file(papers.report_html(kept.answer, kept.sketch, lang), "text/html")

    @file("/report.pdf", "application/pdf")
    def report_pdf(scrutiny_id: str, key: Key, lang: InLang = "ml") -> Response:
        """Give the report as a PDF."""
        kept = desk.get(scrutiny_id, key)
        with services.paper_places.hold():
            return paper_file(papers.report_pdf(kept.answer, kept.sketch, lang), "application/pdf")


def paper_file(content: str | bytes, kind: str) -> Response:
    """Answer with a paper or a picture: private, and under the policy of papers."""
    headers = PRIVATE | {"Content-Security-Policy": PAPER_POLICY}
    return Response(content, headers=headers, media_type=kind)


def links(scrutiny_id: str, key: str) -> dict[str, str]:
    """Return the secret addresses of a scrutiny's parts, as paths."""
    here, secret = f"/v1/scrutiny/{scrutiny_id}", f"key={quote(key, safe='')}"
    paths = {
        "self": f"{here}?{secret}",
        "revise": f"{here}/revise?{secret}",
        "page": f"/scrutiny/{scrutiny_id}?{secret}",
        "building": f"{here}/building.geojson?{secret}",
    }
    for lang in ("en", "ml"):
        paths[f"overlay_{lang}"] = f"{here}/overlay.svg?{secret}&lang={lang}"
        paths[f"overlay_dxf_{lang}"] = f"{here}/overlay.dxf?{secret}&lang={lang}"
        paths[f"report_{lang}"] = f"{here}/report.html?{secret}&lang={lang}"
        paths[f"report_pdf_{lang}"] = f"{here}/report.pdf?{secret}&lang={lang}"
    return paths


def _created(made: Submitted) -> Response:
    paths = links(made.id, made.key)
    found = _members(made) | {"url": paths["self"], "links": paths}
    headers = PRIVATE | {"Location": paths["self"]}
    return Response(to_json(found), 201, headers, media_type="application/json")


def _stored(kept: Kept, key: str) -> Json:
    found = _members(kept) | {"links": links(kept.id, key)}
    found["book"] = {"id": found.pop("book_id"), "hash": found.pop("book_hash")}
    return found


def _members(kept: Submitted | Kept | Tombstone) -> Json:
    return {field.name: getattr(kept, field.name) for field in fields(kept)}


_FORM: Json = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "A DXF."},
                        "site": {"type": "string", "description": "JSON object of site facts."},
                        "as_of": {"type": "string", "format": "date"},
                        "building": {"type": "string", "description": "The register's id."},
                        "survey": {"type": "string", "description": "VILLAGE/SURVEY, NLT/174/2B."},
                        "plot": {"type": "string", "description": "A plot's public id."},
                        "near": {"type": "string", "description": "LON,LAT: found by shape."},
                        "within": {"type": "string", "description": "A local body: by shape."},
                    },
                }
            }
        },
    }
}
