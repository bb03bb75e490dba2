"""The tables of the land register, as SQLAlchemy sees them; migrations are checked against these.

Geometry is stored in EPSG:32643; what maps draw has a generated EPSG:3857 column, rings
clockwise, so that tiles need no transformation. ``valid`` is when a thing holds in law,
``known`` when the register knew it. Every text a person reads is kept in both languages.
"""

from kmap.store.columns import metadata
from kmap.store.tables import pairs, places, plots, themes, tiles

__all__ = ["metadata", "pairs", "places", "plots", "themes", "tiles"]
