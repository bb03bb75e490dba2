"""The OpenAPI 3.0 page of the OGC door: each collection with the parameters it takes."""

from collections.abc import Mapping
from typing import Any

from api.ogc.answering import GEOJSON, JSON, SCHEMA
from api.ogc.asking import CRS, MOST, USUAL
from api.ogc.documents import MVT, SAYS, TITLE
from kmap.store.collections import Collection

Json = dict[str, Any]


def whole(base: str, collections: Mapping[str, Collection]) -> Json:
    """Return the page for a service at ``base``."""
    simple = {
        "/": "The landing page.",
        "/conformance": "Conformance classes.",
        "/api": "This page.",
        "/collections": "All collections.",
        "/tileMatrixSets": "Tile matrix sets.",
        "/tileMatrixSets/WebMercatorQuad": "The tile matrix set of web maps.",
        "/tiles": "Tilesets of everything.",
        "/tiles/WebMercatorQuad": "The tileset of everything.",
    }
    paths = {path: _get(says, JSON, [_FORM]) for path, says in simple.items()}
    paths["/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"] = _get(
        "A vector tile of everything.", MVT, _TILE
    )
    for one in collections.values():
        paths |= _of(one)
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE["en"], "description": SAYS["en"], "version": "1.0.0"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _of(one: Collection) -> Json:
    here, title = f"/collections/{one.id}", one.title["en"]
    crs = _query("crs", {"type": "string", "format": "uri", "enum": list(CRS)})
    key = {"type": "integer"} if one.counted else {"type": "string"}
    feature = {"name": "featureId", "in": "path", "required": True, "schema": key}
    found = {
        here: _get(f"{title}: what the collection is.", JSON, [_FORM]),
        f"{here}/items": _get(f"{title}: a page of features.", GEOJSON, _items(one, crs)),
        f"{here}/items/{{featureId}}": _get(
            f"{title}: one feature.", GEOJSON, [feature, _FORM, crs]
        ),
        f"{here}/schema": _get(f"{title}: properties.", SCHEMA, [_FORM]),
        f"{here}/queryables": _get(f"{title}: filters.", SCHEMA, [_FORM]),
    }
    if one.layer:
        grid = f"{here}/tiles/WebMercatorQuad"
        found |= {
            f"{here}/tiles": _get(f"{title}: tilesets.", JSON, []),
            grid: _get(f"{title}: the tileset.", JSON, []),
            f"{grid}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
                f"{title}: a vector tile.", MVT, _TILE
            ),
        }
    return found


def _items(one: Collection, crs: Json) -> list[Json]:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    found = [
        _FORM,
        {**_query("limit", limit), "style": "form", "explode": False},
        {**_query("bbox", numbers), "style": "form", "explode": False},
        {**_query("bbox-crs", crs["schema"])},
        crs,
        _query(
            "datetime",
            {"type": "string"},
            "When it holds in law: a day, a time, or an "
            "interval with .. for an open end. Left out: today. Everything: ../..",
        ),
        _query("after", {"type": "string"}, "Written by next links."),
    ]
    if one.known:
        found.append(
            _query(
                "known_at",
                {"type": "string", "format": "date-time"},
                "The register as it was known at this time. Left out: now.",
            )
        )
    for name in one.filters:
        words = {"enum": list(one.allowed[name])} if name in one.allowed else {"maxLength": 120}
        found.append(_query(name, {"type": "string", **words}))
    return found


def _query(name: str, schema: Json, says: str = "") -> Json:
    told = {"description": says} if says else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **told}


def _get(says: str, kind: str, parameters: list[Json]) -> Json:
    shape = {"type": "string", "format": "binary"} if kind == MVT else {"type": "object"}
    answers: Json = {"200": {"description": says, "content": {kind: {"schema": shape}}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, why in _REFUSED.items():
        answers[status] = {"description": why, "content": problem}
    return {"get": {"summary": says, "parameters": parameters, "responses": answers}}


_FORM = _query("f", {"type": "string", "enum": ["json", "html"]})
_TILE = [
    {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
    for name in ("tileMatrix", "tileRow", "tileCol")
]
_REFUSED = {
    "400": "A parameter is unknown or does not fit.",
    "404": "There is no such thing.",
    "429": "Too many requests.",
    "503": "The database is away, or the question took too long.",
}
_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "title_ml", "status", "code", "detail", "detail_ml"],
    "properties": {
        name: {"type": "integer" if name == "status" else "string"}
        for name in ("type", "title", "title_ml", "status", "code", "detail", "detail_ml")
    },
}
