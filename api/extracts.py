"""Signed extracts over HTTP: issue, fetch as issued, what has changed since, verify; the keys."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import openapi
from api.answers import in_language, json_answer, matches, to_json
from api.bodies import body_of, described
from api.headers import PAPER_POLICY
from api.land import Where, look
from api.limits import share
from api.openapi import refusals, unchanged
from api.queries import Lang
from api.schemas.extracts import ChangesSince, Keys, Proof, SignedExtract, Verified
from kmap.land.lookup import Land
from kmap.papers.format import Lang as PaperLang
from kmap.papers.issue import KINDS, Issued, Issuer, Since
from kmap.papers.verdict import as_json
from kmap.papers.verify import check
from kmap.services import Services

Json = dict[str, Any]
FOR_EVER = "public, max-age=31536000, immutable"
"""Caching of what is named by its own hash."""
KEYS_AT = "/.well-known/kmap-keys.json"
InLang = Annotated[Lang | None, Query()]
Name = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def router(services: Services) -> APIRouter:
    """Return the routes of extracts and of the keys."""
    routes = APIRouter(tags=["extracts"])
    _issuing(routes, services)
    _kept(routes, services)
    _checking(routes, services)
    return routes


def issue(land: Land, issuer: Issuer, where: Where) -> Issued:
    """Issue the extract of what a query names. Raises kmap.land's errors."""
    return issuer.issue(look(land, where), where.use, where.known_at)


def _issuing(routes: APIRouter, services: Services) -> None:
    land, issuer = services.land, services.issuer
    costly = [Depends(share("paper"))]

    @routes.post(
        "/v1/extracts",
        status_code=201,
        response_model=SignedExtract,
        responses=refusals(400, 404, 408, 409, 413, 415),
        openapi_extra=described(Where),
        dependencies=costly,
    )
    async def post(request: Request) -> Response:
        """Issue the signed extract of a plot, as JSON; the same again is the same extract."""
        asked = await body_of(request, Where)
        issued = await run_in_threadpool(issue, land, issuer, asked)
        made = await run_in_threadpool(issuer.file, issued, "json", "en")
        headers = {"Location": f"/v1/extracts/{issued.id}"}
        return Response(made, 201, headers, media_type="application/json")

    def add(kind: str) -> None:
        @routes.get(
            f"/v1/extract.{kind}",
            name=f"extract_{kind}",
            response_class=Response,
            responses=openapi.file(KINDS[kind], "The signed extract.") | refusals(404, 409),
            dependencies=costly,
        )
        def get(where: Annotated[Where, Query()]) -> Response:
            """Issue the signed extract of a plot as a file."""
            issued = issue(land, issuer, where)
            return _file(services, issued, kind, where.lang)

    for kind in KINDS:
        add(kind)


def _kept(routes: APIRouter, services: Services) -> None:
    issuer = services.issuer

    @routes.get(
        "/v1/extracts/{name}",
        response_class=Response,
        responses=openapi.file("application/json", "Its bytes.") | refusals(404) | unchanged(),
    )
    def fetch(request: Request, name: Name) -> Response:
        """Give an extract's bytes as issued: their SHA-256 is its number."""
        issued = issuer.kept(name)
        headers = {
            "ETag": f'"{issued.id}"',
            "Cache-Control": FOR_EVER,
            "K-MAP-Key": issued.proof.key,
            "K-MAP-Signature": issued.proof.signature,
        }
        if matches(request.headers.get("if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(issued.content, headers=headers, media_type="application/json")

    @routes.get("/v1/extracts/{name}/proof", response_model=Proof, responses=refusals(404))
    def proof(request: Request, name: Name) -> Response:
        """Give an extract's signature, and when it was first issued."""
        issued = issuer.kept(name)
        made = issued.made_at.isoformat() if issued.made_at else None
        return json_answer(request, {**issued.proof.as_json(), "issued_at": made})

    @routes.get(
        "/v1/extracts/{name}/changes",
        response_model=ChangesSince,
        responses=refusals(404),
        dependencies=[Depends(share("land"))],
    )
    def changed(request: Request, name: Name, lang: InLang = None) -> Response:
        """Tell whether an extract is genuine, and what has changed between then and today."""
        return json_answer(request, in_language(since_json(issuer.since(name)), lang))

    for kind in KINDS:
        _kept_as(routes, services, kind)


def _kept_as(routes: APIRouter, services: Services, kind: str) -> None:
    @routes.get(
        f"/v1/extracts/{{name}}/extract.{kind}",
        name=f"kept_{kind}",
        response_class=Response,
        responses=openapi.file(KINDS[kind], "The signed extract.") | refusals(404),
        dependencies=[Depends(share("paper"))],
    )
    def again(name: Name, lang: InLang = None) -> Response:
        """Give a kept extract as a file."""
        return _file(services, services.issuer.kept(name), kind, lang)


def _checking(routes: APIRouter, services: Services) -> None:
    ring = services.issuer.ring

    @routes.get(KEYS_AT, response_model=Keys, responses=refusals())
    @routes.get("/v1/keys", response_model=Keys, responses=refusals())
    def keys(request: Request) -> Response:
        """Give the public keys, a JWK set: whoever has it can verify without this service."""
        ring.signer()
        return json_answer(request, ring.published())

    @routes.post(
        "/v1/verify",
        response_model=Verified,
        responses=refusals(413),
        dependencies=[Depends(share("paper"))],
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                },
            }
        },
    )
    async def verify(request: Request) -> Response:
        """Say whether a file (the raw body: PDF, HTML, GeoJSON or JSON) is a genuine extract.

        Only the file and our public keys are looked at, no database.
        """
        body = await request.body()
        verdict = await run_in_threadpool(check, body, ring.published())
        headers = {"Cache-Control": "no-store"}
        return Response(to_json(as_json(verdict)), headers=headers, media_type="application/json")


def since_json(found: Since) -> Json:
    """Return what became of an extract, as it is printed."""
    told = as_json(found.verdict)
    made = found.issued.made_at
    return {
        "id": found.issued.id,
        "genuine": found.verdict.genuine,
        "code": found.verdict.code,
        "says": told["says"],
        "asked": found.issued.extract["asked"],
        "issued_at": made.isoformat() if made else None,
        "compared_with": found.today.isoformat(),
        "changes": found.changes,
    }


def _file(services: Services, issued: Issued, kind: str, lang: Lang | None) -> Response:
    words: PaperLang = lang or "ml"
    if kind in ("json", "geojson"):
        made = services.issuer.file(issued, kind, words)
    else:
        with services.paper_places.hold():
            made = services.issuer.file(issued, kind, words)
    headers: Mapping[str, str] = {
        "Content-Security-Policy": PAPER_POLICY,
        "Content-Disposition": f'inline; filename="extract-{issued.id[:12]}.{kind}"',
        "K-MAP-Extract": issued.id,
    }
    return Response(made, headers=headers, media_type=KINDS[kind])
