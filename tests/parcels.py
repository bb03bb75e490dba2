"""Drawings of houses on parcels of the register, written with ezdxf as an engineer draws them.

The plot is turned so that its street lies below, and moved to an arbitrary origin; the house keeps
a distance from every edge.
"""

import math
from pathlib import Path

import ezdxf
import numpy as np
import shapely
from ezdxf.layouts import Modelspace
from shapely import affinity
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

ORIGIN = (137.0, -42.0)


class House:
    """A house on a parcel, in the frame of its drawing; ``turned_deg`` was taken off the map."""

    def __init__(self, parcel: Polygon, street: BaseGeometry | None = None, inset_m: float = 2.5):
        self.centre = parcel.centroid
        self.turned_deg = -_front_deg(parcel, street) if street is not None else 31.0
        self.plot = self.draw(parcel)
        self.road = self.draw(street).buffer(3.0, cap_style="flat") if street else None
        inner = self.plot.buffer(-inset_m, join_style="mitre")
        inner = max(getattr(inner, "geoms", [inner]), key=lambda part: part.area)
        self.home = inner.simplify(0.3)
        self.height_m = 6.4
        self.line_m = 0.0
        """Dimensioned distance to a power line; 0: none is drawn."""

    def draw(self, shape: BaseGeometry) -> BaseGeometry:
        """Move a shape of the map into the drawing's frame."""
        here = affinity.rotate(shape, self.turned_deg, origin=self.centre)
        return affinity.translate(here, ORIGIN[0] - self.centre.x, ORIGIN[1] - self.centre.y)

    def there(self, shape: BaseGeometry) -> BaseGeometry:
        """Move a shape of the drawing back to the map: the truth a placement must find."""
        here = affinity.translate(shape, self.centre.x - ORIGIN[0], self.centre.y - ORIGIN[1])
        return affinity.rotate(here, -self.turned_deg, origin=self.centre)

    def mirrored(self) -> "House":
        """Turn everything drawn over, as a careless engineer does."""
        for name in ("plot", "home", "road"):
            shape = getattr(self, name)
            if shape is not None:
                setattr(self, name, affinity.scale(shape, -1, 1, origin=ORIGIN))
        return self

    def shaken(self, by_m: float, seed: int = 7) -> "House":
        """Move every corner of the plot by at most ``by_m``, as a tape survey does."""
        chance = np.random.default_rng(seed)
        corners = np.array(self.plot.exterior.coords)[:-1]
        moved = Polygon(corners + chance.uniform(-by_m, by_m, corners.shape))
        self.plot = moved if moved.is_valid else self.plot
        return self

    def write(self, path: Path, *typed: str) -> Path:
        """Write the drawing; ``typed`` are further KEY=VALUE lines of PLAN_INFO."""
        document = ezdxf.new("R2010", units=6)
        space = document.modelspace()
        _outline(space, "PLOT_BOUNDARY", self.plot)
        _outline(space, "BLK_1_LVL_0_BLDG_FOOT_PRINT", self.home)
        _outline(space, "BLK_1_COVERED_AREA", self.home)
        floor = affinity.translate(self.home, 90, 0)
        for number in (0, 1):
            _outline(space, f"BLK_1_FLR_{number}_BLT_UP_AREA", floor, 25)
        _outline(space, "BLK_1_FLR_0_UNITFA", floor, 25)
        if self.road is not None:
            _outline(
                space, "NOTIFIED_ROAD", self.road.difference(shapely.make_valid(self.plot)), 1
            )
        ends = ((90, 60), (90, 60 + self.height_m))
        attributes = {"layer": "BLK_1_HT_OF_BLDG"}
        space.add_aligned_dim(p1=ends[0], p2=ends[1], distance=0.4, dxfattribs=attributes).render()
        if self.line_m:
            layer = {"layer": "HORIZ_CLEAR_OHEL"}
            ends = ((90, 80), (90 + self.line_m, 80))
            space.add_aligned_dim(p1=ends[0], p2=ends[1], distance=0.4, dxfattribs=layer).render()
        text = space.add_mtext("\\P".join(["CRZ=NO", *typed]), dxfattribs={"layer": "PLAN_INFO"})
        text.set_location((60, 60))
        document.saveas(path)
        return path


def _outline(space: Modelspace, layer: str, shape: BaseGeometry, color: int = 256) -> None:
    part = max(getattr(shape, "geoms", [shape]), key=lambda one: one.area)
    points = list(part.exterior.coords)[:-1]
    space.add_lwpolyline(points, close=True, dxfattribs={"layer": layer, "color": color})


def _front_deg(parcel: Polygon, street: BaseGeometry) -> float:
    """Return how far to turn so that the street lies below."""
    near = shapely.shortest_line(parcel.centroid, street)
    (x0, y0), (x1, y1) = near.coords
    return math.degrees(math.atan2(y1 - y0, x1 - x0)) + 90


def street_by(parcel: Polygon, streets: list[LineString]) -> BaseGeometry:
    """Return the stretch of the nearest street beside a parcel."""
    nearest = min(streets, key=parcel.distance)
    stretch = nearest.intersection(parcel.buffer(25))
    return max(getattr(stretch, "geoms", [stretch]), key=lambda one: one.length)


def parcel_and_street(connection, public_id: str) -> tuple[Polygon, BaseGeometry | None]:
    """Fetch a parcel and the stretch of street beside it from a register."""
    found = connection.execute(
        "SELECT ST_AsBinary(geom) AS shape FROM plot WHERE public_id = %s", [public_id]
    ).fetchone()
    parcel = shapely.from_wkb(bytes(found["shape"]))
    rows = connection.execute(
        "SELECT ST_AsBinary(f.geom) AS shape FROM feature f, plot p WHERE p.public_id = %s"
        " AND f.kind = 'road' AND ST_DWithin(f.geom, p.geom, 20)",
        [public_id],
    ).fetchall()
    streets = [shapely.from_wkb(bytes(row["shape"])) for row in rows]
    return parcel, street_by(parcel, streets) if streets else None
