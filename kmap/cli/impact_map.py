"""The map of ``kmap rules impact``: squares with changed plots, and the first plots themselves."""

from pathlib import Path

import folium
import shapely
from shapely.geometry import mapping

from gis.overlay import in_degrees
from kmap.rulebook.impact import SQUARE_M, PlotImpact

WORSE, BETTER, OTHER = "#b3261e", "#1b6e3c", "#8a6d00"
SAYS = {
    "en": "{plots} plots and uses change: {worse} for the worse, {better} for the better; "
    "floor area {floor:+,.0f} m²",
    "ml": "{plots} പ്ലോട്ടും ഉപയോഗവും മാറുന്നു: {worse} മോശമായി, {better} മെച്ചമായി; തറ {floor:+,.0f} ച.മീ.",
}
LAYERS = {"en": ("Squares", "Plots"), "ml": ("ചതുരങ്ങൾ", "പ്ലോട്ടുകൾ")}


def save_map(found: PlotImpact, path: Path, lang: str) -> None:
    """Write the map as an HTML file; the backdrop comes from OpenStreetMap, ours does not."""
    squares = folium.FeatureGroup(LAYERS[lang][0])
    bounds = []
    for (x, y), (plots, worse, better, floor) in sorted(found.squares.items()):
        west, south = x * SQUARE_M, y * SQUARE_M
        shape = in_degrees(shapely.box(west, south, west + SQUARE_M, south + SQUARE_M))
        bounds.append(shape.bounds)
        says = SAYS[lang].format(plots=plots, worse=worse, better=better, floor=floor)
        colour = _colour(worse > better, better > worse)
        squares.add_child(_drawn(mapping(shape), colour, says, 0.35))
    plots_drawn = folium.FeatureGroup(LAYERS[lang][1], show=len(found.listed) <= 500)
    for row in found.listed:
        colour = _colour(row["worse"], row["better"])
        says = f"{row['plot']} · {row['use']} · {row['floor_m2']:+,.0f} m²"
        plots_drawn.add_child(_drawn(mapping(in_degrees(row["shape"])), colour, says, 0.6))
    page = folium.Map(tiles=None)
    folium.TileLayer("OpenStreetMap", show=False).add_to(page)
    squares.add_to(page)
    plots_drawn.add_to(page)
    folium.LayerControl().add_to(page)
    if bounds:
        west, south = (min(box[i] for box in bounds) for i in (0, 1))
        east, north = (max(box[i] for box in bounds) for i in (2, 3))
        page.fit_bounds([[south, west], [north, east]])
    page.save(str(path))


def _colour(worse: bool, better: bool) -> str:
    if worse == better:
        return OTHER
    return WORSE if worse else BETTER


def _drawn(shape: object, colour: str, says: str, opacity: float) -> folium.GeoJson:
    style = {"color": colour, "weight": 1, "fillColor": colour, "fillOpacity": opacity}
    return folium.GeoJson(
        {"type": "Feature", "properties": {}, "geometry": shape},
        style_function=lambda _: style,
        tooltip=says,
    )
