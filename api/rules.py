"""The rule book over HTTP: what is in it on a day, and the judging of facts."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.answers import json_answer, to_json
from api.limits import share
from api.openapi import refusals, unchanged
from api.queries import AsOf, day
from api.reading import BadJsonError, read_json
from api.refusals import (
    BadQueryError,
    BadQuestionError,
    TooLargeError,
    WrongMediaError,
)
from api.rulebook import book_page
from api.schemas.common import Evaluated
from api.schemas.rules import Judged, Question, RuleBook
from kmap.days import today
from kmap.services import Services
from rules import Book, FactError, evaluate

NDJSON = "application/x-ndjson"
LIST = 1_000
"""Most questions in one JSON list."""
LINES = 10_000
"""Most NDJSON lines in one request."""
LINE_BYTES = 1_000_000
"""Longest NDJSON line, in bytes."""
Json = dict[str, Any]


def router(services: Services) -> APIRouter:
    """Return the routes of the rule book."""
    routes = APIRouter(prefix="/v1/rules", tags=["rules"])
    book = services.book

    @routes.get("", response_model=RuleBook, responses=refusals() | unchanged())
    def the_book(request: Request, asked: Annotated[AsOf, Query()]) -> Response:
        """Say which book this is: its versions, and its clauses with their citations on a day."""
        return json_answer(request, book_page(book, asked.on(), asked.lang))

    @routes.post(
        "/evaluate",
        response_model=Evaluated | list[Judged],
        responses=refusals(400, 408, 413, 415) | _NDJSON_ANSWER,
        openapi_extra=_BODY,
        dependencies=[Depends(share("evaluate"))],
    )
    async def judge(request: Request) -> Response:
        """Judge facts by the law of a day: one question, a list, or NDJSON lines in bulk.

        A single question that cannot be judged is a 422 problem; in a list or in bulk it is
        ``{"error": {code, message}}`` in its place. Output as ``kmap rules evaluate``.
        """
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        body = await request.body()
        if kind == NDJSON:
            if body.count(b"\n") >= LINES:
                raise _too_many(LINES, "send the rest in another request")
            return StreamingResponse(_bulk(book, body), media_type=NDJSON)
        if kind != "application/json":
            raise WrongMediaError(
                f"Send application/json or {NDJSON}.",
                f"application/json അല്ലെങ്കിൽ {NDJSON} ആയി അയയ്ക്കുക.",
            )
        return await run_in_threadpool(_judge, book, body)

    return routes


def _judge(book: Book, body: bytes) -> Response:
    asked = read_json(body)
    if not isinstance(asked, list):
        return Response(to_json(_one(book, asked)), media_type="application/json")
    if len(asked) > LIST:
        raise _too_many(LIST, f"send more as {NDJSON}")
    answers = [_or_error(book, question) for question in asked]
    return Response(to_json(answers), media_type="application/json")


def _too_many(count: int, cure: str) -> BadQueryError:
    return BadQueryError(
        f"At most {count} questions at a time; {cure}.",
        f"ഒരു തവണ {count} ചോദ്യങ്ങൾ വരെ മാത്രം; ബാക്കി വേറെ അയയ്ക്കുക.",
    )


def _bulk(book: Book, body: bytes) -> Iterator[bytes]:
    for line in body.splitlines():
        if line.strip():
            yield to_json(_line(book, line)) + b"\n"


def _line(book: Book, line: bytes) -> Json:
    try:
        if len(line) > LINE_BYTES:
            raise TooLargeError(LINE_BYTES)
        return _or_error(book, read_json(line))
    except (BadJsonError, TooLargeError) as error:
        return _error(error)


def _or_error(book: Book, question: Any) -> Json:
    try:
        return _one(book, question)
    except (FactError, BadQuestionError) as error:
        return _error(error)


def _error(error: Any) -> Json:
    fact = {"fact": error.fact} if isinstance(error, FactError) else {}
    return {"error": {"code": error.code, "message": error.message, **fact}}


def _one(book: Book, question: Any) -> Json:
    """Return the evaluation of one question. Raises FactError, BadQuestionError."""
    facts, as_of = question_of(question)
    answer: Json = evaluate(book, facts, as_of).as_json()
    return answer


def question_of(question: Any, more: Collection[str] = ()) -> tuple[Json, date]:
    """Read the facts and the day of a question; ``more`` are other keys it may have.

    Raises BadQuestionError.
    """
    if not isinstance(question, dict) or not isinstance(question.get("facts"), dict):
        raise BadQuestionError(
            "not_an_object",
            'A question is {"facts": {...}} with "as_of": "YYYY-MM-DD" if not today.',
            'ചോദ്യം {"facts": {...}, "as_of": "YYYY-MM-DD"} എന്ന രൂപത്തിലാകണം.',
        )
    allowed = ("as_of", *more)
    if not set(question) <= {"facts", *allowed}:
        raise BadQuestionError(
            "unknown_key",
            f"Beside facts only {', '.join(allowed)} may stand.",
            f"facts, {', '.join(allowed)} എന്നിവ മാത്രം നൽകുക.",
        )
    return question["facts"], day_of(question, "as_of") or today()


def day_of(question: Json, key: str) -> date | None:
    """Read a day of a question; None when it names none. Raises BadQuestionError."""
    try:
        return day(question[key]) if key in question else None
    except ValueError:
        raise BadQuestionError(
            "bad_date",
            f"{key}: a date that exists is needed, written YYYY-MM-DD.",
            f"{key}: YYYY-MM-DD എന്ന രൂപത്തിലുള്ള ശരിയായ തീയതി വേണം.",
        ) from None


_QUESTION = Question.model_json_schema()
_QUESTIONS: Json = {
    "type": "array",
    "items": {"description": "A question as above; one that is none gets its error in place."},
    "maxItems": LIST,
}
_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"anyOf": [_QUESTION, _QUESTIONS]}},
            NDJSON: {
                "schema": {"type": "string", "description": "One question as JSON on each line."}
            },
        },
    }
}
_NDJSON_ANSWER: dict[int | str, Json] = {
    200: {
        "description": "The evaluation, or one for each question in order.",
        "content": {
            NDJSON: {"schema": {"type": "string", "description": "One answer on each line."}}
        },
    }
}
