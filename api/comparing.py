"""Two stored scrutinies compared: as JSON, as a paper, as one picture of both drawings.

Both are secret: who compares them knows both keys. The one asked for is the later; ``before``
names the earlier. With ``completion`` the earlier is the permit and the later what was built.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api import openapi
from api.answers import json_answer
from api.limits import share
from api.openapi import refusals
from api.schemas.scrutiny import Compared
from api.scrutiny import PRIVATE, InLang, Key, paper_file
from kmap.papers import comparison as papers
from kmap.services import Services

Before = Annotated[str, Query(min_length=1, max_length=100, description="Id of the earlier one.")]
BeforeKey = Annotated[str, Query(min_length=1, max_length=100, description="Its secret key.")]
Completion = Annotated[
    bool, Query(description="The earlier is the permit's drawing, the later what was built.")
]


@dataclass(frozen=True)
class Asked:
    """Which two scrutinies are compared, and how."""

    before: tuple[str, str]
    after: tuple[str, str]
    completed: bool


def asked(
    scrutiny_id: str,
    key: Key,
    before: Before,
    before_key: BeforeKey,
    completion: Completion = False,
) -> Asked:
    """Return what the address asks for."""
    return Asked((before, before_key), (scrutiny_id, key), completion)


Sides = Annotated[Asked, Depends(asked)]


def router(services: Services) -> APIRouter:
    """Return the routes of comparing."""
    routes = APIRouter(prefix="/v1/scrutiny/{scrutiny_id}/compare", tags=["scrutiny"])
    desk, costly = services.scrutinies, [Depends(share("paper"))]

    def file(ending: str, kind: str) -> Callable[[Callable[..., Response]], Any]:
        said = openapi.file(kind, "The file.") | refusals(404, 410)
        return routes.get(ending, response_class=Response, responses=said, dependencies=costly)

    @routes.get("", response_model=Compared, responses=refusals(404, 410), dependencies=costly)
    def compare(request: Request, sides: Sides) -> Response:
        """Tell what changed: measures, findings, outlines; with completion, the deviations."""
        found, _ = desk.compare(sides.before, sides.after, completed=sides.completed)
        return json_answer(request, found, PRIVATE)

    @file(".html", "text/html")
    def page(sides: Sides, lang: InLang = "ml") -> Response:
        """Give the comparison as a page to read and print."""
        found, sketches = desk.compare(sides.before, sides.after, completed=sides.completed)
        with services.paper_places.hold():
            return paper_file(papers.comparison_html(found, sketches, lang), "text/html")

    @file(".pdf", "application/pdf")
    def pdf(sides: Sides, lang: InLang = "ml") -> Response:
        """Give the comparison as a PDF."""
        found, sketches = desk.compare(sides.before, sides.after, completed=sides.completed)
        with services.paper_places.hold():
            return paper_file(papers.comparison_pdf(found, sketches, lang), "application/pdf")

    return routes
