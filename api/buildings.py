"""My Building over HTTP, first form."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answers import in_language, json_answer
from api.limits import share
from api.openapi import refusals, unchanged
from api.queries import AsOf
from api.schemas.buildings import Building
from kmap.services import Services


def router(services: Services) -> APIRouter:
    """Return the routes of My Building."""
    routes = APIRouter(
        prefix="/v1/buildings", tags=["buildings"], dependencies=[Depends(share("land"))]
    )

    @routes.get("/{building_id}", response_model=Building, responses=refusals(404) | unchanged())
    def record(request: Request, building_id: str, asked: Annotated[AsOf, Query()]) -> Response:
        """Say what the register holds of a building: floors, uses, heights, plot, scrutinies."""
        found = services.buildings.get(building_id, asked.on())
        return json_answer(request, in_language(found, asked.lang))

    return routes
