"""What touches a plot, and what is near it: as known at a time.

Overlaps are exact areas on the map grid. Their least and greatest values hold for every shift
of the layer by the declared accuracy of plot and layer together: the plot shrunk by it lies in
every shifted plot, the plot grown by it holds every one. Overlaps are read from the pairs worked
out at load (``kmap.store.pairs``); where those are not whole, they are overlaid live: the same
numbers, tested on all plots of the town.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from kmap.store.parcels import moment
from kmap.store.pool import Connection, Row

NEAREST_KINDS = ("railway", "airport", "coast", "river", "power_line")
MONUMENT_CLASSES = ("asi", "state")
STREET_REACH_M = 25.0
EQUALLY_NEAR = 8
"""So many features at one distance from a plot are told apart by their order."""


@dataclass(frozen=True)
class Overlap:
    """A restriction at a plot. Areas in square metres and lengths in metres, as drawn.

    ``least`` and ``most`` bound the size under shifts within ``slack_m``; for lines sizes are
    lengths, and ``area_m2`` is 0.
    """

    row: Row
    dimension: int
    size: float
    least: float
    most: float
    distance_m: float
    slack_m: float

    @property
    def area_m2(self) -> float:
        """The drawn overlap, square metres."""
        return self.size if self.dimension == 2 else 0.0


@dataclass(frozen=True)
class Near:
    """The nearest feature of a kind, metres away."""

    kind: str
    distance_m: float
    row: Row


@dataclass(frozen=True)
class StreetLine:
    """A street close to a plot: class, width (None when unknown), names, centreline."""

    row: Row
    line: BaseGeometry


_TOLD = """r.public_id, r.theme_id, r.kind, r.status, r.value, r.zone_code, r.title_en, r.title_ml,
       r.says_en, r.says_ml, r.colour, r.office_id, r.document_id, r.article, r.load_id,
       lower(r.valid) AS since, upper(r.valid) AS until"""
PAIRED = f"""
SELECT {_TOLD}, x.dimension, x.slack, coalesce(x.distance, 0) AS distance,
       coalesce(x.size, p.drawn_area_m2) AS size, coalesce(x.least, p.drawn_area_m2) AS least,
       coalesce(x.most, p.drawn_area_m2) AS most
FROM plot_restriction x JOIN restriction r ON r.id = x.restriction_id
WHERE x.plot_id = p.id AND range_contains_elem(r.valid, %(as_of)s::date)
  AND range_contains_elem(r.known, %(known_at)s::timestamptz)
  AND r.status <> 'repealed'
ORDER BY r.theme_id, r.public_id, x.dimension
"""  # noqa: S608
_OF_PLOT = "SELECT geom, accuracy_m, invented FROM plot WHERE id = %(plot)s"
_OF_OUTLINE = """SELECT ST_SetSRID(ST_GeomFromWKB(%(shape)s), 32643) AS geom,
       %(accuracy)s::float8 AS accuracy_m, %(invented)s::boolean AS invented"""


def _overlay(ground: str) -> str:
    """Return the statement that overlays a piece of ground live; ``ground`` selects it."""
    return f"""
WITH p AS (SELECT g.*, ST_Area(geom) AS area FROM ({ground}) g),
near AS (
    SELECT k.restriction_id, k.geom, ST_Dimension(k.geom) AS dimension,
           p.accuracy_m + coalesce(r.accuracy_m, l.accuracy_m) AS slack
    FROM p
    JOIN restriction_piece k ON k.geom && ST_Expand(p.geom, slack_reach(p.accuracy_m))
    JOIN restriction r ON r.id = k.restriction_id
    JOIN layer_load l ON l.id = r.load_id
    WHERE range_contains_elem(r.valid, %(as_of)s::date)
      AND range_contains_elem(r.known, %(known_at)s::timestamptz)
      AND r.status <> 'repealed'
      AND r.theme_id = ANY(%(themes)s)
      AND ST_DWithin(k.geom, p.geom, (p.accuracy_m + coalesce(r.accuracy_m, l.accuracy_m)) * 1.02)
),
sized AS (
    SELECT n.restriction_id, n.dimension, max(n.slack) AS slack,
           sum(m.size) AS size, sum(m.least) AS least, sum(m.most) AS most,
           max(m.grown_area) AS grown_area, min(m.distance) AS distance
    FROM near n, p,
    LATERAL (SELECT ST_Buffer(p.geom, n.slack * 1.02, 'quad_segs=4') AS grown,
                    ST_Buffer(p.geom, -n.slack * 1.02, 'quad_segs=4') AS shrunk) b,
    LATERAL (SELECT n.dimension = 2 AND ST_CoveredBy(b.grown, n.geom) AS inside) i,
    LATERAL (SELECT
        CASE WHEN i.inside THEN p.area ELSE
            CASE n.dimension WHEN 2 THEN ST_Area(ST_Intersection(n.geom, p.geom))
                             WHEN 1 THEN ST_Length(ST_Intersection(n.geom, p.geom))
                             ELSE 0 END END AS size,
        CASE WHEN i.inside THEN p.area ELSE
            CASE n.dimension WHEN 2 THEN ST_Area(ST_Intersection(n.geom, b.shrunk))
                             WHEN 1 THEN ST_Length(ST_Intersection(n.geom, b.shrunk))
                             ELSE 0 END END AS least,
        CASE WHEN i.inside THEN ST_Area(b.grown) ELSE
            CASE n.dimension WHEN 2 THEN ST_Area(ST_Intersection(n.geom, b.grown))
                             WHEN 1 THEN ST_Length(ST_Intersection(n.geom, b.grown))
                             ELSE 0 END END AS most,
        ST_Area(b.grown) AS grown_area,
        CASE WHEN i.inside THEN 0 ELSE ST_Distance(n.geom, p.geom) END AS distance) m
    GROUP BY n.restriction_id, n.dimension
)
SELECT {_TOLD}, s.dimension, s.slack, s.distance, s.size,
       CASE WHEN s.dimension = 2 AND s.most > s.grown_area - 0.01 THEN p.area ELSE s.least
       END AS least,
       CASE WHEN s.dimension = 2 THEN least(s.most, p.area) ELSE s.most END AS most
FROM sized s JOIN restriction r ON r.id = s.restriction_id, p
ORDER BY r.theme_id, r.public_id, s.dimension
"""  # noqa: S608


_OVERLAPS, _OUTLINE_OVERLAPS = _overlay(_OF_PLOT), _overlay(_OF_OUTLINE)


@dataclass(frozen=True)
class Outline:
    """Ground that is no plot: WKB in EPSG:32643, how exact it is (metres), of which world."""

    shape: bytes
    accuracy_m: float
    invented: bool

    def values(self) -> Row:
        """Return what the statements name."""
        return {"shape": self.shape, "accuracy": self.accuracy_m, "invented": self.invented}


def overlaps(
    connection: Connection,
    plot_key: int,
    as_of: date,
    themes: list[str],
    known_at: datetime | None = None,
) -> list[Overlap]:
    """Overlay live: every restriction of some themes that meets a plot, or may within accuracy."""
    wanted = {"plot": plot_key, "themes": themes, **moment(as_of, known_at)}
    return [overlap(row) for row in connection.execute(_OVERLAPS, wanted).fetchall()]


def outline_overlaps(
    connection: Connection, outline: Outline, as_of: date, themes: list[str]
) -> list[Overlap]:
    """Overlay an outline live, as ``overlaps`` does a plot."""
    wanted = {**outline.values(), "themes": themes, **moment(as_of, None)}
    return [overlap(row) for row in connection.execute(_OUTLINE_OVERLAPS, wanted).fetchall()]


def overlap(row: Row) -> Overlap:
    """Return the overlap a row tells; a day may come as text, from JSON."""
    for name in ("since", "until"):
        if isinstance(row[name], str):
            row[name] = date.fromisoformat(row[name])
    return Overlap(
        row=row,
        dimension=row["dimension"],
        size=float(row["size"]),
        least=float(row["least"]),
        most=float(row["most"]),
        distance_m=float(row["distance"]),
        slack_m=float(row["slack"]),
    )


def _nearest(kind: str, subkind: str = "") -> str:
    """Return the nearest feature of a kind; of those equally near, the first of the register.

    The inner order is the index's own, so that few distances are measured.
    """
    narrowed = f" AND f.class = '{subkind}'" if subkind else ""
    return f"""
(SELECT * FROM (
    SELECT '{kind}' AS kind, f.class, f.name_en, f.name_ml, f.width_m, f.load_id,
           f.geom <-> p.geom AS distance, NULL::bytea AS line, f.id
    FROM feature f
    WHERE '{kind}' = ANY(%(kinds)s) AND f.kind = '{kind}'{narrowed} AND f.invented = p.invented
      AND range_contains_elem(f.valid, %(as_of)s::date)
      AND range_contains_elem(f.known, %(known_at)s::timestamptz)
    ORDER BY f.geom <-> p.geom LIMIT {EQUALLY_NEAR}) f ORDER BY f.distance, f.id LIMIT 1)"""  # noqa: S608


NEARBY = f"""
SELECT kind, class, name_en, name_ml, width_m, load_id, distance, line FROM (
{" UNION ALL ".join(_nearest(kind) for kind in NEAREST_KINDS)}
UNION ALL
{" UNION ALL ".join(_nearest("monument", subkind) for subkind in MONUMENT_CLASSES)}
UNION ALL
(SELECT 'road', f.class, f.name_en, f.name_ml, f.width_m, f.load_id,
        ST_Distance(f.geom, p.geom),
        ST_AsBinary(ST_ClipByBox2D(f.geom, ST_Expand(p.geom, 60)::box2d)), f.id
 FROM feature f
 WHERE 'road' = ANY(%(kinds)s) AND f.kind = 'road' AND f.invented = p.invented
   AND range_contains_elem(f.valid, %(as_of)s::date)
   AND range_contains_elem(f.known, %(known_at)s::timestamptz)
   AND ST_DWithin(f.geom, p.geom, {STREET_REACH_M}))
) f ORDER BY kind, distance, id
"""  # noqa: S608
_NEAR, _OUTLINE_NEAR = (
    f"SELECT n.* FROM ({ground}) p CROSS JOIN LATERAL ({NEARBY}) n ORDER BY n.kind, n.distance"  # noqa: S608
    for ground in (_OF_PLOT, _OF_OUTLINE)
)


def near(
    connection: Connection,
    plot_key: int,
    as_of: date,
    kinds: tuple[str, ...],
    known_at: datetime | None = None,
) -> tuple[list[Near], list[StreetLine]]:
    """Return the nearest feature of each kind, and the streets close to a plot."""
    wanted = {"plot": plot_key, "kinds": list(kinds), **moment(as_of, known_at)}
    return nearby(connection.execute(_NEAR, wanted).fetchall())


def outline_near(
    connection: Connection, outline: Outline, as_of: date
) -> tuple[list[Near], list[StreetLine]]:
    """Return the nearest feature of each kind to an outline, and the streets close to it."""
    kinds = [*NEAREST_KINDS, "monument", "road"]
    wanted = {**outline.values(), "kinds": kinds, **moment(as_of, None)}
    return nearby(connection.execute(_OUTLINE_NEAR, wanted).fetchall())


def nearby(rows: list[Row]) -> tuple[list[Near], list[StreetLine]]:
    """Part rows of ``NEARBY`` into the nearest of each kind and the streets."""
    nearest = [Near(r["kind"], float(r["distance"]), r) for r in rows if r["kind"] != "road"]
    roads = [r for r in rows if r["kind"] == "road" and r["line"] is not None]
    return nearest, [StreetLine(r, _line(r["line"])) for r in roads]


def _line(wkb: Any) -> BaseGeometry:
    """Read a line: bytes of a column, or PostgreSQL's hexadecimal within JSON."""
    return shapely.from_wkb(wkb[2:] if isinstance(wkb, str) else bytes(wkb))
