"""What laying a drawing on the register needs: plots of like shape, and what a footprint meets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from kmap.store.pool import Connection, Row

MOST_ALIKE = 400
"""Most plots of like size that are looked at by shape."""
BESIDE_KINDS = ("railway", "power_line")
"""Features whose distance from the building, not only from the plot, the rules ask for."""


@dataclass(frozen=True)
class Alike:
    """A plot of about the right size; ``shape`` in EPSG:32643."""

    key: int
    public_id: str
    accuracy_m: float
    shape: BaseGeometry


@dataclass(frozen=True)
class Met:
    """A restriction and a footprint: shared area (m2, also of the footprint shrunk), distance."""

    row: Row
    area_m2: float
    surely_m2: float
    distance_m: float
    slack_m: float


_ALIKE = """
SELECT p.id, p.public_id, p.accuracy_m, ST_AsBinary(p.geom) AS shape
FROM plot p
WHERE p.valid @> %(as_of)s::date AND upper_inf(p.known)
  AND p.geom && ST_GeomFromWKB(%(within)s, 32643)
  AND ST_Intersects(p.geom, ST_GeomFromWKB(%(within)s, 32643))
  AND p.drawn_area_m2 BETWEEN %(least_m2)s AND %(most_m2)s
  AND ST_Perimeter(p.geom) BETWEEN %(least_m)s AND %(most_m)s
  AND p.id <> %(but)s
ORDER BY abs(p.drawn_area_m2 / %(area)s - 1) + abs(ST_Perimeter(p.geom) / %(perimeter)s - 1), p.id
LIMIT %(limit)s
"""


def alike(
    connection: Connection,
    within: BaseGeometry,
    shape: BaseGeometry,
    as_of: date,
    *,
    shares: tuple[float, float],
    but: int = -1,
    limit: int = MOST_ALIKE,
) -> list[Alike]:
    """Return plots in an area (EPSG:32643) whose size is like a drawn one's, most like first.

    ``shares`` is how far the area and the perimeter may differ, as shares of the drawn ones.
    """
    area, perimeter = shape.area, shape.length
    by_area, by_perimeter = shares
    wanted = {
        "within": shapely.to_wkb(within),
        "as_of": as_of,
        "area": area,
        "perimeter": perimeter,
        "least_m2": area * (1 - by_area),
        "most_m2": area * (1 + by_area),
        "least_m": perimeter * (1 - by_perimeter),
        "most_m": perimeter * (1 + by_perimeter),
        "but": but,
        "limit": limit,
    }
    rows = connection.execute(_ALIKE, wanted).fetchall()
    return [
        Alike(r["id"], r["public_id"], float(r["accuracy_m"]), shapely.from_wkb(bytes(r["shape"])))
        for r in rows
    ]


def body_area(connection: Connection, code: str, as_of: date) -> BaseGeometry | None:
    """Return the area of a local body, EPSG:32643, or None."""
    row = connection.execute(
        "SELECT ST_AsBinary(geom) AS shape FROM local_body WHERE upper(code) = upper(%(code)s)"
        " AND valid @> %(as_of)s::date ORDER BY code LIMIT 1",
        {"code": code, "as_of": as_of},
    ).fetchone()
    return shapely.from_wkb(bytes(row["shape"])) if row else None


_MET = """
WITH f AS (SELECT ST_GeomFromWKB(%(shape)s, 32643) AS geom),
k AS (
    SELECT r.public_id, k.geom, %(slack)s + coalesce(r.accuracy_m, l.accuracy_m) AS slack
    FROM restriction r
    JOIN layer_load l ON l.id = r.load_id
    JOIN restriction_piece k ON k.restriction_id = r.id, f
    WHERE r.public_id = ANY(%(ids)s) AND upper_inf(r.known)
      AND r.valid @> %(as_of)s::date AND k.geom && ST_Expand(f.geom, 100)
)
SELECT k.public_id, max(k.slack) AS slack, min(ST_Distance(k.geom, f.geom)) AS distance,
       sum(CASE WHEN ST_Dimension(k.geom) = 2 THEN ST_Area(ST_Intersection(k.geom, f.geom))
           ELSE 0 END) AS area,
       sum(CASE WHEN ST_Dimension(k.geom) = 2 THEN
           ST_Area(ST_Intersection(k.geom, ST_Buffer(f.geom, -k.slack))) ELSE 0 END) AS surely
FROM k, f GROUP BY k.public_id ORDER BY k.public_id
"""


def met(
    connection: Connection,
    footprint: BaseGeometry,
    slack_m: float,
    restrictions: Sequence[str],
    as_of: date,
) -> list[Met]:
    """Return how a placed footprint lies to some restrictions (public ids) of its plot.

    A restriction farther than 100 m from the footprint is not among them.
    """
    wanted = {
        "shape": shapely.to_wkb(footprint),
        "slack": slack_m,
        "ids": list(restrictions),
        "as_of": as_of,
    }
    return [
        Met(row, float(row["area"]), float(row["surely"]), float(row["distance"]),
            float(row["slack"]))
        for row in connection.execute(_MET, wanted).fetchall()
    ]  # fmt: skip


def _nearest(kind: str) -> str:
    return f"""
(SELECT '{kind}' AS kind, f.class, f.load_id, l.accuracy_m, ST_Distance(f.geom, s.geom) AS distance
 FROM s, feature f JOIN layer_load l ON l.id = f.load_id
 WHERE f.kind = '{kind}' AND f.invented = %(invented)s AND f.valid @> %(as_of)s::date
   AND upper_inf(f.known)
 ORDER BY f.geom <-> s.geom, f.id LIMIT 1)"""  # noqa: S608


_BESIDE = f"""
WITH s AS (SELECT ST_GeomFromWKB(%(shape)s, 32643) AS geom)
{" UNION ALL ".join(_nearest(kind) for kind in BESIDE_KINDS)}
"""


def beside(
    connection: Connection, footprint: BaseGeometry, as_of: date, *, invented: bool
) -> dict[str, Row]:
    """Return by kind the feature nearest to a placed footprint: class, load_id, distance, ..."""
    wanted = {"shape": shapely.to_wkb(footprint), "as_of": as_of, "invented": invented}
    return {row["kind"]: row for row in connection.execute(_BESIDE, wanted).fetchall()}
