"""Styles of the map in both languages (MapLibre style specification, version 8), and its hatches.

``/v1/styles/{en|ml}.json``, ``/v1/styles/sprite.json`` and ``.png`` (``@2x`` too): the site's own
map reads them, and so may any other. What is missing is hatched, drafts are hatched and dashed.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from fastapi import APIRouter, Request, Response
from ruamel.yaml import YAML

from api.answers import json_answer
from api.openapi import file, unchanged
from api.site.assets import Assets, find_assets
from api.site.render import WEB
from gis import relief
from kmap.services import Services

Json = Any
_AGE = {"Cache-Control": "public, max-age=86400"}
HATCH = 12
"""Side of a hatch's square, pixels."""
HATCHES = {"missing": (75, 88, 83, 1), "draft": (155, 48, 21, -1)}
"""Red, green, blue, and which way the strokes lean."""
_BIG = ["in", ["get", "class"], ["literal", ["national_highway", "state_highway"]]]
_CREDIT = {"en": "K-MAP land register", "ml": "കെ-മാപ്പ് ഭൂമി രജിസ്റ്റർ"}


@cache
def _layers() -> list[dict[str, Any]]:
    path = Path(__file__).with_suffix(".yaml")
    found: list[dict[str, Any]] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return found


def style(services: Services, lang: str, base: str, fonts: dict[str, str]) -> Json:
    """Return the style in a language; ``base`` is this service's own address."""
    words = {
        "$name": ["coalesce", ["get", lang], ["get", "en"], ""],
        "$colour": ["to-color", ["get", "colour"], "#9b3015"],
        "$big": _BIG,
    }
    drawn = [_filled(layer, words) for layer in _layers()]
    for layer in drawn:
        if layer.get("source") in services.tiles.layers():
            layer["source-layer"] = layer["source"]
    page: dict[str, Any] = {
        "version": 8,
        "name": f"K-MAP ({lang})",
        "sprite": f"{base}/v1/styles/sprite",
        "sources": _sources(services, base, lang),
        "layers": drawn,
    }
    if fonts:
        page["font-faces"] = {
            name: [
                {"url": base + fonts[f"malayalam-{weight}"], "unicode-range": _MALAYALAM},
                {"url": base + fonts[f"latin-{weight}"], "unicode-range": _LATIN},
            ]
            for name, weight in (("Manjari", 400), ("Manjari Bold", 700))
        }
    return page


_MALAYALAM = ["U+0D00-0D7F", "U+200C-200D", "U+25CC"]
_LATIN = ["U+0020-00FF", "U+2010-2026"]


def _sources(services: Services, base: str, lang: str) -> Json:
    vector = {
        name: {
            "type": "vector",
            "tiles": [f"{base}/v1/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt"],
            "minzoom": layer.minzoom,
            "maxzoom": layer.maxzoom,
            "attribution": _CREDIT[lang],
        }
        for name, layer in services.tiles.layers().items()
    }
    raster = {
        name: {
            "type": "raster",
            "tiles": [f"{base}/v1/relief/{name}/{{z}}/{{x}}/{{y}}.png"],
            "tileSize": relief.SIZE,
            "minzoom": relief.FIRST,
            "maxzoom": relief.LAST,
        }
        for name in ("hillshade", "slope")
    }
    return {**vector, **raster}


def _filled(value: Json, words: dict[str, Json]) -> Json:
    """Return a value with each word of ``words`` replaced by what it stands for."""
    match value:
        case str():
            return words.get(value, value)
        case dict():
            return {key: _filled(item, words) for key, item in value.items()}
        case list():
            return [_filled(item, words) for item in value]
    return value


@cache
def sprite(ratio: int) -> bytes:
    """Return the hatches as PNG, side by side, at a pixel ratio of 1 or 2."""
    side = HATCH * ratio
    rows, columns = np.mgrid[0:side, 0:side]
    squares = []
    for red, green, blue, lean in HATCHES.values():
        strokes = (columns + lean * rows) % side < 2 * ratio
        squares.append(np.stack([np.full_like(rows, n) for n in (red, green, blue)]))
        squares[-1] = np.concatenate([squares[-1], (strokes * 255)[None]])
    return relief.png(np.concatenate(squares, axis=2).astype(np.uint8))


def places_in_sprite(ratio: int) -> Json:
    """Return where each hatch lies in the picture."""
    side = HATCH * ratio
    return {
        name: {"x": n * side, "y": 0, "width": side, "height": side, "pixelRatio": ratio}
        for n, name in enumerate(HATCHES)
    }


def legend() -> Json:
    """Return the classes of slope with their colours, degrees; both languages."""
    return [
        {
            "above_deg": one.above_deg,
            "to_deg": one.to_deg,
            "colour": one.colour,
            "says": {
                "en": f"slope {one.above_deg:g} to {one.to_deg:g} degrees",
                "ml": f"ചരിവ് {one.above_deg:g} മുതൽ {one.to_deg:g} വരെ ഡിഗ്രി",
            },
        }
        for one in relief.CLASSES
    ]


def fonts_of(assets: Assets) -> dict[str, str]:
    """Return the addresses of the map's fonts by script and weight; none without set-up."""
    wanted = [f"{script}-{weight}" for script in ("malayalam", "latin") for weight in (400, 700)]
    names = {one: f"vendor/manjari/{one}.woff2" for one in wanted}
    there = all(name in assets.files for name in names.values())
    return {one: assets.url(name) for one, name in names.items()} if there else {}


def router(services: Services) -> APIRouter:
    """Return the routes of the styles."""
    door = APIRouter(prefix="/v1/styles", tags=["tiles"])
    fonts = fonts_of(find_assets(WEB / "static", services.settings.web_assets))

    @door.get("/slope.json", summary="Classes of slope, with colours.", responses=unchanged())
    def classes(request: Request) -> Response:
        return json_answer(request, legend())

    @door.get("/sprite.json", summary="Where the style's pictures lie.", responses=unchanged())
    def index(request: Request) -> Response:
        return json_answer(request, places_in_sprite(1))

    @door.get("/sprite@2x.json", summary="The same, for fine screens.", responses=unchanged())
    def fine_index(request: Request) -> Response:
        return json_answer(request, places_in_sprite(2))

    picture = file("image/png", "The hatches.")

    @door.get("/sprite.png", summary="The style's pictures.", responses=picture)
    def pictures() -> Response:
        return Response(sprite(1), media_type="image/png", headers=_AGE)

    @door.get("/sprite@2x.png", summary="The same, for fine screens.", responses=picture)
    def fine_pictures() -> Response:
        return Response(sprite(2), media_type="image/png", headers=_AGE)

    @door.get("/{lang}.json", summary="A MapLibre style.", responses=unchanged())
    def of_language(request: Request, lang: Literal["en", "ml"]) -> Response:
        base = f"{request.url.scheme}://{request.url.netloc}"
        return json_answer(request, style(services, lang, base, fonts))

    return door
