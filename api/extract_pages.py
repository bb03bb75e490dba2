"""Pages of extracts and watches: what a scanned code opens, verifying a file, a watched plot."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.land import Use, canonical, known_use
from api.limits import share
from api.queries import ShortText
from api.refusals import BadQueryError
from api.site.extract_view import extract_view, verdict_view, watch_view
from api.site.render import PRIVATE, Site
from api.site.texts import Lang, preferred, texts
from api.watches import addresses
from kmap.papers.verify import Verdict, check, check_code
from kmap.services import Services

Secret = Annotated[str, Query(min_length=1, max_length=200)]
PASTED = 16_000_000
"""Longest text that is pasted, in characters."""


def add(routes: APIRouter, site: Site, services: Services) -> None:
    """Add the routes to those of the pages."""
    _scanned(routes, site, services)
    _verify(routes, site, services)
    _watch(routes, site, services)


def _lead(request: Request, path: str, query: str = "") -> RedirectResponse:
    """Lead to a page in the language the browser asks for."""
    lang = preferred(request.headers.get("accept-language", ""))
    answer = RedirectResponse(f"/{lang}{path}{'?' if query else ''}{query}", status_code=303)
    answer.headers["vary"] = "accept-language"
    return answer


def _scanned(routes: APIRouter, site: Site, services: Services) -> None:
    asked_often = [Depends(share("land"))]

    @routes.get("/x/{name}")
    def scanned(request: Request, name: str) -> Response:
        """Lead to the page of an extract: this is what the code on a paper names."""
        return _lead(request, f"/x/{name[:64]}")

    @routes.get("/{lang:lang}/x/{name}", dependencies=asked_often)
    def extract(request: Request, lang: Lang, name: str) -> Response:
        """Tell whether an extract is genuine, and what has changed since."""
        found = services.issuer.since(name)
        values = extract_view(found, texts(lang)) | {"here": "land"}
        return site.page(request, lang, "extract_check.html", values, caching=PRIVATE)


def _verify(routes: APIRouter, site: Site, services: Services) -> None:
    ring = services.issuer.ring

    def page(request: Request, lang: Lang, verdict: Verdict | None) -> Response:
        found = verdict_view(verdict, texts(lang)) if verdict else None
        values = {"here": "land", "verdict": found}
        return site.page(request, lang, "verify.html", values, caching=PRIVATE)

    @routes.get("/{lang:lang}/verify")
    def empty(request: Request, lang: Lang) -> Response:
        """Show the form that takes a file, or the text of a code."""
        return page(request, lang, None)

    @routes.post("/{lang:lang}/verify", dependencies=[Depends(share("paper"))])
    async def verify(request: Request, lang: Lang) -> Response:
        """Judge a file or a pasted text by the public keys alone; nothing is kept."""
        async with request.form(max_files=1, max_fields=2, max_part_size=PASTED) as form:
            sent, pasted = form.get("file"), str(form.get("text") or "").strip()
            data = await sent.read() if isinstance(sent, UploadFile) else b""
        if not data and not pasted:
            raise BadQueryError(
                "Choose a file, or paste the text of a code or of a JSON file.",
                "ഒരു ഫയൽ തിരഞ്ഞെടുക്കുക, അല്ലെങ്കിൽ കോഡിലെയോ JSON ഫയലിലെയോ വാചകം പതിക്കുക.",
            )
        keys = ring.published()
        if data or pasted.startswith(("{", "<", "%")):
            verdict = await run_in_threadpool(check, data or pasted.encode(), keys)
        else:
            verdict = check_code(pasted, keys)
        return page(request, lang, verdict)


def _watch(routes: APIRouter, site: Site, services: Services) -> None:
    watching = services.watching

    @routes.post("/{lang:lang}/watch", dependencies=[Depends(share("watch"))])
    def start(
        lang: Lang, plot: Annotated[ShortText, Form()], use: Annotated[Use, Form()] = "A1"
    ) -> Response:
        """Watch a plot; lead to the watch's secret page."""
        watch_id, key, _ = watching.start(canonical(plot), known_use(use))
        return RedirectResponse(f"/{lang}/watch/{watch_id}?{urlencode({'key': key})}", 303)

    @routes.get("/watch/{watch_id}")
    def bare(request: Request, watch_id: str, key: Secret) -> Response:
        """Lead to a watch's page in the language the browser asks for."""
        return _lead(request, f"/watch/{watch_id[:40]}", urlencode({"key": key}))

    @routes.get("/{lang:lang}/watch/{watch_id}", dependencies=[Depends(share("land"))])
    def watch(request: Request, lang: Lang, watch_id: str, key: Secret) -> Response:
        """Show a watch: its alerts, its feed, and how to end it."""
        found, alerts = watching.read(watch_id, key)
        values = watch_view(found, alerts, texts(lang)) | {
            "here": "land",
            "key": key,
            "feed": addresses(services, watch_id, key)["feed"],
            "delete_url": f"/{lang}/watch/{watch_id}/delete",
        }
        return site.page(request, lang, "watch.html", values, caching=PRIVATE)

    @routes.post("/{lang:lang}/watch/{watch_id}/delete")
    async def stop(request: Request, lang: Lang, watch_id: str) -> Response:
        """End a watch for who knows its key."""
        form = await request.form(max_files=0, max_fields=4)
        await run_in_threadpool(watching.stop, watch_id, str(form.get("key", "")))
        t = texts(lang)
        values = {"here": "land", "title": t("watch.gone"), "says": t("watch.gone_says")}
        return site.page(request, lang, "message.html", values, caching=PRIVATE)
