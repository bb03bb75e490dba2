"""Is the service well? Said honestly: 503 when the database is away or behind."""

from fastapi import APIRouter
from starlette.responses import Response

from api.answers import to_json
from api.schemas.health import Health
from kmap.services import Services


def router(services: Services) -> APIRouter:
    """Return the route of health."""
    routes = APIRouter(tags=["health"])

    @routes.get(
        "/healthz",
        response_model=Health,
        responses={503: {"model": Health, "description": "Not well: see database."}},
    )
    def health() -> Response:
        """Look at the database and its migration now, and name the loaded rule book."""
        database = services.database()
        found = {
            "status": "ok" if database.good else "unwell",
            "database": {
                "reachable": database.reachable,
                "migration": database.migration,
                "newest": database.newest,
            },
            "book": {"id": services.book.id, "hash": services.book.hash},
        }
        return Response(
            to_json(found),
            200 if database.good else 503,
            {"Cache-Control": "no-store"},
            media_type="application/json",
        )

    return routes
