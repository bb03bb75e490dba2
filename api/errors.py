"""One table from error class to HTTP status, and the problem+json that says it (RFC 9457)."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import reading, refusals
from api.headers import SAFE
from kmap import errors as service
from kmap.building import desk, record
from kmap.land import errors as land
from kmap.land.placing import PlaceError
from kmap.papers.keys import KeysError
from kmap.store import extracts, lookups, scrutinies, watches
from rules import BookError, FactError
from rules.errors import RulesError

MEDIA = "application/problem+json"
_log = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    reading.BadJsonError: 400,
    reading.NotFiniteError: 422,  # JSON's form is right, its number is not
    refusals.BadMultipartError: 400,
    refusals.SlowBodyError: 408,
    refusals.TooLargeError: 413,
    refusals.NotADrawingError: 415,
    refusals.WrongMediaError: 415,
    refusals.BadQueryError: 422,
    refusals.BadQuestionError: 422,
    refusals.TooOftenError: 429,
    desk.BusyError: 503,
    refusals.BadParameterError: 400,
    refusals.NoSuchCollectionError: 404,
    refusals.NoSuchFeatureError: 404,
    refusals.NoTileError: 404,
    refusals.NoSuchClauseError: 404,
    refusals.NoSuchCodeError: 404,
    FactError: 422,
    BookError: 503,
    land.NoPlotHereError: 404,
    land.NoSuchPlotError: 404,
    land.NoSuchVillageError: 404,
    land.OutsideKeralaError: 404,
    land.SeveralPlotsError: 409,
    land.BadSurveyNumberError: 422,
    land.BadOutlineError: 422,
    land.TooManyAskedError: 413,
    PlaceError: 422,
    record.NoBuildingError: 404,
    scrutinies.NoScrutinyError: 404,
    scrutinies.ErasedError: 410,
    scrutinies.RevisedError: 409,
    extracts.NoExtractError: 404,
    watches.NoWatchError: 404,
    watches.TooManyWatchesError: 409,
    KeysError: 503,
    service.DatabaseAwayError: 503,
    lookups.NotReadyError: 503,
}
"""The one table. A class that is not here, nor below one that is, is our fault: 500."""

TITLES: dict[int, tuple[str, str]] = {
    400: ("The request cannot be read", "അപേക്ഷ വായിക്കാനായില്ല"),
    404: ("Not found", "കണ്ടെത്തിയില്ല"),
    405: ("This address does not do that", "ഈ വിലാസത്തിൽ ഇതു ചെയ്യാനാവില്ല"),
    406: ("Not to be had in that form", "ആ രൂപത്തിൽ ലഭ്യമല്ല"),
    408: ("The request came too slowly", "അപേക്ഷ എത്താൻ വൈകി"),
    409: ("Already done", "നേരത്തേ ചെയ്തുകഴിഞ്ഞു"),
    410: ("Erased", "മായ്ച്ചു"),
    413: ("Too large", "വലുപ്പം കൂടുതലാണ്"),
    415: ("Not a kind of file we read", "വായിക്കാവുന്ന തരം ഫയലല്ല"),
    422: ("The values do not fit", "നൽകിയ വിവരങ്ങൾ ശരിയല്ല"),
    429: ("Too many requests", "അപേക്ഷകൾ കൂടുതലാണ്"),
    500: ("Our fault", "ഞങ്ങളുടെ പിഴവ്"),
    503: ("Not at this moment", "ഇപ്പോൾ ലഭ്യമല്ല"),
}


HTTP: dict[int, tuple[str, str, str]] = {
    404: ("no_such_page", "There is nothing at this address.", "ഈ വിലാസത്തിൽ ഒന്നുമില്ല."),
    405: (
        "method_not_allowed",
        "This address does not take that method; see Allow.",
        "ഈ വിലാസം ആ രീതി സ്വീകരിക്കുന്നില്ല.",
    ),
    413: ("too_large", "The request is too large.", "അയച്ചത് വളരെ വലുതാണ്."),
}
"""What the router's own refusals say: code, English, Malayalam."""
FITS_ML: dict[str, str] = {
    "request": "lon, lat എന്നിവ ഒന്നിച്ച്, അല്ലെങ്കിൽ survey=VILLAGE/SURVEY, അല്ലെങ്കിൽ plot=ID: "
    "ഇവയിൽ ഒന്നു മാത്രം നൽകുക.",
    "as_of": "as_of: YYYY-MM-DD എന്ന രൂപത്തിലുള്ള ശരിയായ തീയതി വേണം.",
    "known_at": "known_at: 2026-11-22T10:00:00+05:30 എന്ന രൂപത്തിലുള്ള സമയം വേണം.",
    "lon": "lon: രേഖാംശം ഡിഗ്രിയിൽ, സാധാരണ അക്കത്തിൽ വേണം.",
    "lat": "lat: അക്ഷാംശം ഡിഗ്രിയിൽ, സാധാരണ അക്കത്തിൽ വേണം.",
    "lang": "lang: en അല്ലെങ്കിൽ ml.",
    "survey": "survey: VILLAGE/SURVEY എന്ന് 120 അക്ഷരത്തിനുള്ളിൽ എഴുതുക.",
    "name": "നമ്പർ: 64 ഹെക്സ് അക്കങ്ങൾ (0-9, a-f) വേണം.",
    "q": "q: തിരയേണ്ട വാക്ക് 120 അക്ഷരത്തിനുള്ളിൽ എഴുതുക.",
}
"""What a value must be, by its name, for readers of Malayalam."""
ErrorPage = Callable[[Request, int, str, str, str], Response]
"""The site's error page: request, status, code, English, Malayalam."""


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error: its class's, or its nearest base's; 500 for ours."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem(status: int, code: str, detail: str, detail_ml: str) -> dict[str, Any]:
    """Return the problem object: type, title, status, code, detail; texts in both languages."""
    title, title_ml = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    return {
        "type": f"urn:kmap:problem:{code}",
        "title": title,
        "title_ml": title_ml,
        "status": status,
        "code": code,
        "detail": detail,
        "detail_ml": detail_ml,
    }


def problem_of(error: Exception) -> dict[str, Any]:
    """Return the problem that says what happened and what to do; nothing of the inside."""
    status = status_of(error)
    if status == 500:
        return problem(
            500,
            "our_fault",
            "Something broke on our side; it has been noted. Try again later.",
            "ഞങ്ങളുടെ ഭാഗത്ത് ഒരു പിഴവുണ്ടായി; അതു രേഖപ്പെടുത്തി. പിന്നീട് വീണ്ടും ശ്രമിക്കുക.",
        )
    message = str(getattr(error, "message", "") or error)
    code = str(getattr(error, "code", "refused"))
    said = str(getattr(error, "message_ml", ""))
    own = said if said and said != message else f"{TITLES[status][1]}: {message}"
    found = problem(status, code, message, own)
    more = {name: getattr(error, name, None) for name in ("choices", "fact", "local_body", "why")}
    return found | {name: value for name, value in more.items() if value is not None}


def answer(
    request: Request, found: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as the HTTP answer: problem+json, or a page to who wants a page."""
    more = {"Cache-Control": "no-store", **(headers or {})}
    page = _page(request, found)
    if page is not None:
        page.headers.update(more)
        return page
    if found["status"] == 500:  # answered outside the layer that adds these
        more |= SAFE
    return Response(orjson.dumps(found), found["status"], more, media_type=MEDIA)


def _page(request: Request, found: Mapping[str, Any]) -> Response | None:
    """Return the site's own error page, for a browser that asked for a page of the site."""
    path = request.scope.get("path", "")
    app = request.scope.get("app")
    draw: ErrorPage | None = getattr(app.state, "error_page", None) if app else None
    wants_page = "text/html" in request.headers.get("accept", "")
    if draw is None or not wants_page or path.startswith(("/v1/", "/healthz", "/openapi")):
        return None
    return draw(request, found["status"], found["code"], found["detail"], found["detail_ml"])


def of_error(request: Request, error: Exception) -> Response:
    """Answer for every error class of ours, and for whatever we did not foresee."""
    found = problem_of(error)
    if found["status"] == 500:
        _log.error("unforeseen %s", type(error).__qualname__, exc_info=error)
    wait = {"Retry-After": str(getattr(error, "wait_s", 30))}
    return answer(request, found, wait if found["status"] in (429, 503) else None)


def of_http(request: Request, error: Exception) -> Response:
    """Answer 404, 405 and the like that the router itself raises."""
    status = int(getattr(error, "status_code", 500))
    title = TITLES.get(status, TITLES[400])
    code, detail, detail_ml = HTTP.get(status, ("refused", *title))
    headers: Mapping[str, str] | None = getattr(error, "headers", None)
    return answer(request, problem(status, code, detail, detail_ml), headers)


def of_validation(request: Request, error: Exception) -> Response:
    """Answer 422 with the place of the first value that does not fit."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = ".".join(str(part) for part in first.get("loc", ())[1:])[:80] or "request"
    message = str(first.get("msg", "does not fit")).removeprefix("Value error, ")
    says = f"{where}: {message[:200]}."
    safe = says.encode("utf-8", "replace").decode()
    says_ml = FITS_ML.get(where) or f"ഈ മൂല്യം ചേരുന്നില്ല: {safe}"
    return answer(request, problem(422, "bad_request_value", safe, says_ml))


def install(app: FastAPI) -> None:
    """Let the application answer every error by this module."""
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_validation)
    for kind in (service.KmapError, RulesError, Exception):
        app.add_exception_handler(kind, of_error)
