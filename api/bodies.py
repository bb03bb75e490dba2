"""JSON bodies read strictly, then fitted to a model: the way in for what is posted."""

from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api.reading import read_json
from api.refusals import WrongMediaError

Model = TypeVar("Model", bound=BaseModel)


async def body_of(request: Request, model: type[Model]) -> Model:
    """Return the JSON body as a model.

    Raises WrongMediaError, a BadJsonError, or RequestValidationError where it does not fit.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongMediaError("Send application/json.", "application/json ആയി അയയ്ക്കുക.")
    value = read_json(await request.body())
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(found) from None


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a route whose body is such a model."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
