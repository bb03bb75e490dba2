"""What if, and what would cure: a plan judged again with facts changed, over HTTP."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.answers import to_json
from api.limits import share
from api.openapi import refusals
from api.reading import read_json
from api.refusals import BadQuestionError, WrongMediaError
from api.rules import day_of, question_of
from api.schemas.rules import Cures, Question, WhatIf, WhatIfQuestion
from kmap.services import Services
from rules import Book, cures, what_if

Json = dict[str, Any]
REFUSED = refusals(400, 408, 413, 415)


def router(services: Services) -> APIRouter:
    """Return the routes that judge a plan more than once."""
    routes = APIRouter(prefix="/v1/rules", tags=["rules"])
    book = services.book

    @routes.post(
        "/whatif",
        response_model=WhatIf,
        responses=REFUSED,
        openapi_extra=_body(WhatIfQuestion),
        dependencies=[Depends(share("evaluate"))],
    )
    async def differ(request: Request) -> Response:
        """Judge a plan as it is and with facts changed, or by the law of another day.

        Answers with all that differs: verdicts, numbers, worked-out values, clearances, fees.
        Output as ``kmap whatif --json``.
        """
        asked = await _asked(request)
        return await run_in_threadpool(_differ, book, asked)

    @routes.post(
        "/cures",
        response_model=Cures,
        responses=REFUSED,
        openapi_extra=_body(Question),
        dependencies=[Depends(share("cures"))],
    )
    async def cure(request: Request) -> Response:
        """Give for each clause that fails the smallest change that cures it; each was tried.

        Output as the member ``cures`` of ``kmap rules evaluate --cures --json``.
        """
        asked = await _asked(request)
        return await run_in_threadpool(_cure, book, asked)

    return routes


async def _asked(request: Request) -> Any:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongMediaError("Send application/json.", "application/json ആയി അയയ്ക്കുക.")
    return read_json(await request.body())


def _differ(book: Book, asked: Any) -> Response:
    facts, as_of = question_of(asked, ("compare_as_of", "set", "unset"))
    changes, unset = asked.get("set", {}), asked.get("unset", [])
    if not isinstance(changes, dict) or None in changes.values() or not _words(unset):
        raise BadQuestionError(
            "bad_change",
            "set is an object of facts with their new values, unset a list of names of facts.",
            "set: മാറ്റേണ്ട വിവരങ്ങളുടെ object; unset: ഒഴിവാക്കേണ്ട വിവരങ്ങളുടെ പേരുകൾ.",
        )
    other = day_of(asked, "compare_as_of")
    found = what_if(book, facts, as_of, changes=changes, unset=unset, compare_as_of=other)
    return Response(to_json(found.as_json()), media_type="application/json")


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _cure(book: Book, asked: Any) -> Response:
    facts, as_of = question_of(asked)
    return Response(to_json(cures(book, facts, as_of).as_json()), media_type="application/json")


def _body(model: type[Question | WhatIfQuestion]) -> Json:
    schema = {"schema": model.model_json_schema()}
    return {"requestBody": {"required": True, "content": {"application/json": schema}}}
