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
    ("local_bodies", "layer.local_bodies", "#5b3a86", True),
    ("drafts", "layer.drafts", "#d99a86", True),
    ("missing", "layer.missing", "#8b948f", False),
    ("hillshade", "layer.hillshade", "#9a9a9a", False),
    ("slope", "layer.slope", "#f9a94e", False),
    ("3d", "layer.3d", "#a3957a", False),
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
    config = {
        "lang": lang,
        "other": other(lang),
        "at": f"/{lang}/plot/at",
        "style": f"/v1/styles/{lang}.json",
        "bounds": services.tiles.bounds(),
        "words": {name: t(key) for name, key in WORDS.items()},
    }
    legend: list[dict[str, Any]] = [
        {"layer": name, "theme": "", "title": t(key), "colour": colour, "on": on}
        for name, key, colour, on in PLAIN
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
