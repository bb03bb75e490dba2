"""The pages: server-rendered, in Malayalam and English, complete without any script.

The language is the first part of the path and nothing else remembers it. The map, the dropping
of files and the lighting of places are added by small modules on top.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BeforeValidator
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from api import drawing_pages, extract_pages, uploads
from api.limits import share
from api.queries import Day, Latitude, Longitude, ShortText, given_day
from api.refusals import BadQueryError, NoSuchClauseError
from api.site.building_view import building_view
from api.site.land_view import found_view, land_view, plot_url
from api.site.map_view import map_view
from api.site.placed_view import placed_view
from api.site.render import PRIVATE, Site, build_site
from api.site.rules_view import clause_view, rules_view
from api.site.scrutiny_view import SITE_FACTS, result_view, site_facts, site_fields
from api.site.texts import LANGS, Lang, preferred, texts
from kmap.days import today
from kmap.land.placing import wanted_of
from kmap.land.uses import uses
from kmap.services import Services
from rules.register import read_register

USUAL = "A1"
"""The use assumed when none is chosen: a single house."""


def known_use(name: str) -> str:
    """Return the name of an intended use; ValueError when the service knows no such use."""
    if name not in uses():
        raise ValueError(f"use is one of {', '.join(uses())}")
    return name


AsOf = Annotated[Day | None, BeforeValidator(lambda text: text or None)]
"""A day as a form sends it: an emptied field is no day."""
Key = Annotated[str, Query(min_length=1, max_length=200)]
ForPlot = Annotated[str, Query(max_length=200)]
Use = Annotated[str, AfterValidator(known_use), Query(max_length=20)]
ROBOTS = "User-agent: *\nDisallow: /en/scrutiny/\nDisallow: /ml/scrutiny/\nDisallow: /*/watch/\n"
SEVERAL = 40
"""Most plots that a search lists."""


class LangConvertor(Convertor[str]):
    """A path part that is one of the two languages."""

    regex = "en|ml"

    def convert(self, value: str) -> str:
        """Return the language as it stands."""
        return value

    def to_string(self, value: str) -> str:
        """Return the path part as it stands."""
        return value


register_url_convertor("lang", LangConvertor())


def router(services: Services) -> APIRouter:
    """Return the routes of all pages and of the browser's files."""
    site = site_of(services)
    routes = APIRouter(include_in_schema=False)
    _files(routes, site)
    _home(routes, site, services)
    _plot(routes, site, services)
    _drop(routes, site, services)
    _result(routes, site, services)
    _reading(routes, site, services)
    drawing_pages.add(routes, site, services)
    extract_pages.add(routes, site, services)
    return routes


def error_page(request: Request, status: int, code: str, en: str, ml: str) -> Response:
    """Answer an error on a page's address: a page, or one line to a script of ours."""
    services: Services = request.app.state.services
    lang = _lang_of(request)
    says = ml if lang == "ml" else en
    if request.query_params.get("part") or request.headers.get("x-k-map-part"):
        return PlainTextResponse(says, status_code=status)
    t = texts(lang)
    values = {
        "title": t.words.get(f"error.{status}") or t("error.other"),
        "cure": t.words.get(f"error.{status}_cure", ""),
        "says": says,
        "code": code,
        "here": "",
    }
    site = site_of(services)
    return site.page(request, lang, "error.html", values, status=status, caching=PRIVATE)


def site_of(services: Services) -> Site:
    """Return the templates and the browser's files of these services."""
    return build_site(services.settings.web_assets, services.book.id, services.book.hash)


def _lang_of(request: Request) -> Lang:
    first = request.url.path.split("/")[1]
    in_path = next((lang for lang in LANGS if lang == first), None)
    return in_path or preferred(request.headers.get("accept-language", ""))


def _see(url: str) -> RedirectResponse:
    return RedirectResponse(url, status_code=303)


def _files(routes: APIRouter, site: Site) -> None:
    @routes.get("/")
    def root(request: Request) -> Response:
        """Lead to the first page in the language the browser asks for."""
        answer = RedirectResponse(f"/{_lang_of(request)}/", status_code=302)
        answer.headers["vary"] = "accept-language"
        return answer

    @routes.get("/static/{version}/{name:path}")
    def static(request: Request, name: str) -> Response:
        """Serve a file of ours or of another project, by name; the version only names it anew."""
        return site.assets.answer(request, name)

    @routes.get("/favicon.ico")
    def favicon(request: Request) -> Response:
        """Serve the mark for browsers that look for it here."""
        return site.assets.answer(request, "favicon.svg")

    @routes.get("/robots.txt")
    def robots() -> Response:
        """Ask robots to leave the secret addresses alone."""
        return PlainTextResponse(ROBOTS)


def _home(routes: APIRouter, site: Site, services: Services) -> None:
    land = services.land

    @routes.get("/{lang:lang}", dependencies=[Depends(share("land"))])
    def bare(lang: Lang) -> Response:
        """Lead to the first page."""
        return _see(f"/{lang}/")

    @routes.get("/{lang:lang}/", dependencies=[Depends(share("land"))])
    def home(request: Request, lang: Lang) -> Response:
        """Search a plot, or tap it on the map."""
        values = {
            "here": "land",
            "map": map_view(site, services, lang),
        }
        return site.page(request, lang, "home.html", values)

    @routes.get("/{lang:lang}/find", dependencies=[Depends(share("land"))])
    def find(request: Request, lang: Lang, q: ShortText) -> Response:
        """Lead to the one plot that fits, or list those that do."""
        found = land.search(q, SEVERAL)
        if len(found) == 1:
            return _see(plot_url(lang, found[0]["id"]))
        values = {
            "here": "land",
            "query": q,
            "found": [found_view(f, lang) for f in found],
        }
        return site.page(request, lang, "find.html", values, status=200 if found else 404)


def _plot(routes: APIRouter, site: Site, services: Services) -> None:
    land = services.land

    def answer_page(request: Request, lang: Lang, answer: Mapping[str, Any]) -> Response:
        part = request.query_params.get("part") == "answer"
        values = {"v": land_view(answer, texts(lang)), "here": "land"}
        if part:
            return site.page(request, lang, "answer_part.html", values)
        return site.page(
            request, lang, "plot.html", values | {"map": map_view(site, services, lang)}
        )

    @routes.get("/{lang:lang}/plot/at", dependencies=[Depends(share("land"))])
    def at(
        request: Request,
        lang: Lang,
        lon: Longitude,
        lat: Latitude,
        as_of: AsOf = None,
        use: Use = USUAL,
    ) -> Response:
        """Answer for the plot at a point: its part for the map, its own address otherwise."""
        answer = land.at(lon, lat, as_of or today(), use=use)
        if request.query_params.get("part") == "answer":
            return answer_page(request, lang, answer)
        return _see(plot_url(lang, answer["plot"]["id"], as_of, use))

    @routes.get("/{lang:lang}/plot/{plot_id:path}", dependencies=[Depends(share("land"))])
    def plot(
        request: Request, lang: Lang, plot_id: str, as_of: AsOf = None, use: Use = USUAL
    ) -> Response:
        """Show the answer for a plot."""
        answer = land.by_plot(plot_id, as_of or today(), use=use)
        return answer_page(request, lang, answer)


def _drop(routes: APIRouter, site: Site, services: Services) -> None:
    desk = services.scrutinies

    @routes.get("/{lang:lang}/scrutiny")
    def drop(request: Request, lang: Lang, plot: ForPlot = "") -> Response:
        """Show the form for a drawing, for a plot where its page led here."""
        values = {
            "here": "drawing",
            "plot": plot,
            "fields": site_fields(services.book, texts(lang)),
            "max_mb": services.settings.max_upload_mb,
            "today": today().isoformat(),
        }
        return site.page(request, lang, "scrutiny_new.html", values)

    @routes.post("/{lang:lang}/scrutiny", dependencies=[Depends(share("scrutiny"))])
    async def submit(request: Request, lang: Lang) -> Response:
        """Take a drawing in; lead to its result, or tell a script where that is."""
        async with uploads.receive(request, ("as_of", "plot", *SITE_FACTS)) as upload:
            as_of = given_day(upload.fields.get("as_of") or None)
            facts = _site(upload.fields, services)
            want = wanted_of(upload.fields)
            done = await run_in_threadpool(
                desk.submit, upload.path, site=facts, as_of=as_of, want=want
            )
        url = f"/{lang}/scrutiny/{done.id}?{urlencode({'key': done.key})}"
        if request.headers.get("x-k-map-part"):
            return PlainTextResponse("", status_code=201, headers={"location": url})
        return _see(url)


def _result(routes: APIRouter, site: Site, services: Services) -> None:
    desk = services.scrutinies

    @routes.get("/scrutiny/{scrutiny_id}")
    def bare(request: Request, scrutiny_id: str, key: Key) -> Response:
        """Lead to the result in the language the browser asks for."""
        return _see(f"/{_lang_of(request)}/scrutiny/{scrutiny_id}?{urlencode({'key': key})}")

    @routes.get("/{lang:lang}/scrutiny/{scrutiny_id}")
    def result(request: Request, lang: Lang, scrutiny_id: str, key: Key) -> Response:
        """Show the findings beside the drawing."""
        kept = desk.get(scrutiny_id, key)
        here = f"/{lang}/scrutiny/{kept.id}"
        placed = placed_view(kept.answer, texts(lang), kept.id, key)
        values = result_view(kept.answer, kept.sketch, texts(lang)) | {
            "here": "drawing",
            "placed": placed,
            "map": map_view(site, services, lang) if placed and placed["data_url"] else None,
            "key": key,
            "secret": urlencode({"key": key, "lang": lang}),
            "report_url": f"/v1/scrutiny/{kept.id}/report",
            "overlay_url": f"/v1/scrutiny/{kept.id}/overlay",
            "revise_url": f"{here}/revise",
            "compare_url": f"{here}/compare",
            "previous": kept.previous_id,
            "delete_url": f"{here}/delete",
        }
        return site.page(request, lang, "scrutiny.html", values, caching=PRIVATE)

    @routes.post("/{lang:lang}/scrutiny/{scrutiny_id}/delete")
    async def delete(request: Request, lang: Lang, scrutiny_id: str) -> Response:
        """Erase a scrutiny for who knows its key and ticked the box."""
        form = await request.form(max_files=0, max_fields=4)
        if form.get("sure") != "yes":
            raise BadQueryError(
                "Tick the box before deleting.", "നീക്കുന്നതിനു മുമ്പ് പെട്ടിയിൽ ശരി അടയാളമിടുക."
            )
        await run_in_threadpool(desk.erase, scrutiny_id, str(form.get("key", "")))
        t = texts(lang)
        values = {
            "here": "drawing",
            "title": t("result.deleted"),
            "says": t("result.deleted_says"),
        }
        return site.page(request, lang, "message.html", values, caching=PRIVATE)


def _site(fields: Mapping[str, str], services: Services) -> dict[str, Any]:
    try:
        return site_facts(fields, services.book)
    except ValueError as error:
        raise BadQueryError(
            f"{error}: a number such as 3.6 is needed, in metres or square metres.",
            f"{error}: മീറ്ററിലോ ചതുരശ്ര മീറ്ററിലോ 3.6 പോലെ ഒരു സംഖ്യ വേണം.",
        ) from None


def _reading(routes: APIRouter, site: Site, services: Services) -> None:
    book = services.book
    register = read_register(book)

    @routes.get("/{lang:lang}/building/{building_id}", dependencies=[Depends(share("land"))])
    def building(request: Request, lang: Lang, building_id: str, as_of: AsOf = None) -> Response:
        """Show the record of a building."""
        record = services.buildings.get(building_id, as_of or today())
        values = building_view(record, texts(lang)) | {"here": "land"}
        return site.page(request, lang, "building.html", values)

    @routes.get("/{lang:lang}/rules")
    def rules(request: Request, lang: Lang) -> Response:
        """Show the rule book's clauses with their versions."""
        values = rules_view(book, register, texts(lang)) | {"here": "rules"}
        return site.page(request, lang, "rules.html", values)

    @routes.get("/{lang:lang}/rules/{clause}")
    def clause(request: Request, lang: Lang, clause: str, as_of: AsOf = None) -> Response:
        """Show one clause as the law of a day says it."""
        if clause not in book.clauses:
            raise NoSuchClauseError(clause)
        values = clause_view(book, clause, as_of or today(), texts(lang)) | {"here": "rules"}
        return site.page(request, lang, "clause.html", values)

    @routes.get("/{lang:lang}/about")
    def about(request: Request, lang: Lang) -> Response:
        """Say what this is and what it is not."""
        notices = [notice.text.as_json() for notice in book.notices.values() if notice.always]
        return site.page(request, lang, "about.html", {"here": "about", "notices": notices})
