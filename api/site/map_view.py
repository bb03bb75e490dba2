"""What the map needs to know: where the tiles are, where the town lies, the legend's boxes."""

import json
from typing import Any

from api.site.land_view import colour as plain_colour
from api.site.render import Site
from api.site.texts import Lang, Texts, other, texts
from kmap.services import Services
from kmap.store import register
from kmap.store.pool import connected

PLAIN = (
    ("zones", "layer.zones", "#e3b23c", False),
    ("parcels", "layer.parcels", "#ffffff", True),
    ("buildings", "layer.buildings", "#8d7f63", True),
    ("roads", "layer.roads", "#f4d58a", True),
    ("water", "layer.water", "#a9cbd6", True),
)
"""Layer, text key, colour of its swatch, shown at first."""
WORDS = {
    "AttributionControl.ToggleAttribution": "map.toggle_credit",
    "NavigationControl.ZoomIn": "map.zoom_in",
    "NavigationControl.ZoomOut": "map.zoom_out",
    "CooperativeGesturesHandler.WindowsHelpText": "map.ctrl_scroll",
    "CooperativeGesturesHandler.MacHelpText": "map.ctrl_scroll",
    "CooperativeGesturesHandler.MobileHelpText": "map.two_fingers",
    "Map.Title": "map.title",
    "attribution": "map.attribution",
    "looking": "map.looking",
    "failed": "map.failed",
    "shown": "placed.shown",
}
"""Word of MapLibre or of our module -> text key."""
WITHOUT_AREAS = {"cadastre", "zoning", "slope"}
"""Themes that the restrictions layer does not draw."""
MODULE = "vendor/maplibre-gl/maplibre-gl.mjs"


def map_view(site: Site, services: Services, lang: Lang) -> dict[str, Any] | None:
    """Return the map's configuration and legend; None when set-up fetched no map module."""
    if MODULE not in site.assets.files:
        return None
    t = texts(lang)
    layers = services.tiles.layers()
    config = {
        "lang": lang,
        "other": other(lang),
        "at": f"/{lang}/plot/at",
        "tiles": "/v1/tiles",
        "version": services.tiles.version(),
        "bounds": services.tiles.bounds(),
        "layers": list(layers),
        "zooms": {name: [layer.minzoom, layer.maxzoom] for name, layer in layers.items()},
        "words": {name: t(key) for name, key in WORDS.items()},
        "fonts": {
            f"{script}-{weight}": site.assets.url(f"vendor/manjari/{script}-{weight}.woff2")
            for script in ("malayalam", "latin")
            for weight in (400, 700)
        },
    }
    legend: list[dict[str, Any]] = [
        {"layer": name, "theme": "", "title": t(key), "colour": colour, "on": on}
        for name, key, colour, on in PLAIN
        if name in layers
    ]
    legend += [
        {"layer": "restrictions", "theme": name, "title": title, "colour": colour, "on": True}
        for name, title, colour in _themes(services, t)
    ]
    return {"config": json.dumps(config, ensure_ascii=False), "legend": legend}


def _themes(services: Services, t: Texts) -> list[tuple[str, str, str]]:
    """Return id, title and colour of every theme that the map draws."""
    with connected(services.pool) as connection:
        themes = register.read(connection).themes
    return [
        (name, str(row[f"title_{t.lang}"]), plain_colour(row["colour"]))
        for name, row in themes.items()
        if name not in WITHOUT_AREAS
    ]
