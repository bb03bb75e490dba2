"""What OpenAPI says of the tiles, which live beside FastAPI."""

from typing import Any

from api.tiles import MAX_ZOOM, MVT

Json = dict[str, Any]


def paths(layers: list[str]) -> Json:
    """Return the OpenAPI paths of the tile application for these layers."""
    layer = _in_path("layer", {"type": "string", "enum": sorted([*layers, "all"])})
    numbers = [
        _in_path("z", {"type": "integer", "minimum": 0, "maximum": MAX_ZOOM}),
        _in_path("x", {"type": "integer", "minimum": 0, "maximum": 2**MAX_ZOOM - 1}),
        _in_path("y", {"type": "integer", "minimum": 0, "maximum": 2**MAX_ZOOM - 1}),
    ]
    tile = {
        "tags": ["tiles"],
        "operationId": "tile",
        "summary": "One vector tile; x and y stay below 2^z.",
        "parameters": [layer, *numbers],
        "responses": {
            "200": _binary("A Mapbox vector tile, in Brotli or gzip if accepted."),
            "204": {"description": "Nothing to draw here."},
            **_COMMON,
        },
    }
    about = {
        "tags": ["tiles"],
        "operationId": "tilejson",
        "summary": "TileJSON 3 of a layer.",
        "parameters": [layer],
        "responses": {
            "200": {
                "description": "TileJSON.",
                "content": {"application/json": {"schema": _TILEJSON}},
            },
            **_COMMON,
        },
    }
    return {
        "/v1/tiles/{layer}/{z}/{x}/{y}.mvt": {"get": tile},
        "/v1/tiles/{layer}.json": {"get": about},
    }


def _in_path(name: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _binary(says: str) -> Json:
    schema = {"type": "string", "format": "binary"}
    return {"description": says, "content": {MVT: {"schema": schema}}}


_COMMON: Json = {
    "304": {"description": "Not changed."},
    "404": {"description": "No such layer or tile."},
    "405": {"description": "Only GET and HEAD."},
    "429": {"description": "Too many requests."},
    "503": {"description": "The database is away."},
}
_TILEJSON: Json = {
    "type": "object",
    "required": ["tilejson", "tiles", "vector_layers", "minzoom", "maxzoom", "bounds"],
    "properties": {
        "tilejson": {"const": "3.0.0"},
        "tiles": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "bounds": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 4,
            "maxItems": 4,
        },
    },
}
