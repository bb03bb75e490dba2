"""Pages about drawings beside the result: the catalogue of findings, a revision, a comparison."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import uploads
from api.limits import share
from api.refusals import NoSuchCodeError
from api.site.findings_view import code_view, codes_view
from api.site.render import PRIVATE, Site
from api.site.texts import Lang, texts
from gis.drawing.complaints import catalogue
from kmap.papers.comparison import pictures, view
from kmap.services import Services

Secret = Annotated[str, Query(min_length=1, max_length=200)]


def add(routes: APIRouter, site: Site, services: Services) -> None:
    """Add the routes to those of the pages."""
    _catalogue(routes, site)
    _revision(routes, site, services)


def _catalogue(routes: APIRouter, site: Site) -> None:
    @routes.get("/{lang:lang}/findings")
    def codes(request: Request, lang: Lang) -> Response:
        """List all findings about drawings, by the kind of cure."""
        return site.page(request, lang, "findings.html", codes_view(lang) | {"here": "drawing"})

    @routes.get("/{lang:lang}/findings/{code}")
    def code(request: Request, lang: Lang, code: str) -> Response:
        """Show one finding: what it means, its cure, the commands of CAD programs."""
        if code not in catalogue():
            raise NoSuchCodeError(code)
        return site.page(
            request, lang, "finding.html", code_view(code, lang) | {"here": "drawing"}
        )


def _revision(routes: APIRouter, site: Site, services: Services) -> None:
    desk = services.scrutinies

    @routes.post(
        "/{lang:lang}/scrutiny/{scrutiny_id}/revise", dependencies=[Depends(share("scrutiny"))]
    )
    async def revise(request: Request, lang: Lang, scrutiny_id: str) -> Response:
        """Take the changed drawing, with the same facts and day; lead to what changed."""
        async with uploads.receive(request, ("key",)) as upload:
            key = upload.fields.get("key", "")
            kept = await run_in_threadpool(desk.get, scrutiny_id, key)
            made = await run_in_threadpool(
                desk.revise, scrutiny_id, key, upload.path, site=kept.site, as_of=kept.as_of
            )
        names = urlencode({"key": made.key, "before": scrutiny_id, "before_key": key})
        return RedirectResponse(f"/{lang}/scrutiny/{made.id}/compare?{names}", status_code=303)

    @routes.get(
        "/{lang:lang}/scrutiny/{scrutiny_id}/compare", dependencies=[Depends(share("paper"))]
    )
    def compare(
        request: Request,
        lang: Lang,
        scrutiny_id: str,
        key: Secret,
        before: Secret,
        before_key: Secret,
        completion: bool = False,
    ) -> Response:
        """Show what changed between two scrutinies; with completion, the deviations judged."""
        sides = (before, before_key), (scrutiny_id, key)
        found, sketches = desk.compare(*sides, completed=completion)
        names = {"key": key, "before": before, "before_key": before_key}
        query = urlencode(names | {"lang": lang, "completion": str(completion).lower()})
        values = view(found, texts(lang).lang) | {
            "here": "drawing",
            "pictures": pictures(sketches, lang)[:1],
            "new_url": f"/{lang}/scrutiny/{scrutiny_id}?{urlencode({'key': key})}",
            "old_url": f"/{lang}/scrutiny/{before}?{urlencode({'key': before_key})}",
            "paper_url": f"/v1/scrutiny/{scrutiny_id}/compare",
            "query": query,
            "other_url": "?" + urlencode(names | {"completion": str(not completion).lower()}),
        }
        return site.page(request, lang, "compare.html", values, caching=PRIVATE)
