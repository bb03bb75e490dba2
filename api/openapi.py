"""The OpenAPI page made true: problems are problem+json, and the tiles are on it too."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA, TITLES
from api.schemas.common import Problem

Json = dict[str, Any]
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def refusals(*statuses: int) -> dict[int | str, Json]:
    """Return the ``responses`` of a route that may refuse with these, besides the common ones."""
    wanted = sorted({*statuses, 422, 429, 500, 503})
    return {status: {"model": Problem, "description": TITLES[status][0]} for status in wanted}


def file(kind: str, says: str) -> dict[int | str, Json]:
    """Return the 200 of a route that answers with a file of this media type."""
    return {200: {"description": says, "content": {kind: {"schema": {"type": "string"}}}}}


def unchanged() -> dict[int | str, Json]:
    """Return the 304 of an answer that has an entity tag."""
    return {304: {"description": "Not changed: what If-None-Match names is still so."}}


def tell_the_truth(app: FastAPI, extra_paths: Json) -> None:
    """Make ``app.openapi`` name the true media types, and the paths beside FastAPI."""

    def made() -> Json:
        if app.openapi_schema is None:
            page = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
            )
            page["paths"].update(extra_paths)
            for path in page["paths"].values():
                for operation in path.values():
                    _mend(operation)
            for name in ("HTTPValidationError", "ValidationError"):
                page["components"]["schemas"].pop(name, None)
            app.openapi_schema = page
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]


def _mend(operation: Json) -> None:
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if status.isdigit() and int(status) >= 400:
            content.pop("application/json", None)
            answer["content"] = {**content, MEDIA: {"schema": _PROBLEM}}
        elif len(content) > 1 and content.get("application/json") == {"schema": {}}:
            del content["application/json"]  # FastAPI's guess where we named the true one
