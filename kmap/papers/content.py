"""What an extract holds: the land answer, what was asked, and the shapes its map is drawn from.

Nothing of the clock is in it: the same plot, day, time of knowledge, use, loads and book give the
same bytes. No owner is in it, for the land answer names none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from kmap.land.canonical import canonical, name_of

Json = dict[str, Any]
FORMAT: Final = "kmap-extract/1"
_PLACES: Final = 7
"""Decimals of a degree in GeoJSON: about a centimetre."""


@dataclass(frozen=True)
class Proof:
    """The name of an extract, and a signature of it by one key."""

    id: str
    key: str
    signature: str

    def as_json(self) -> Json:
        """Return it as the file of an extract carries it."""
        return {"id": self.id, "key": self.key, "signature": self.signature}


def extract_of(
    answer: Json, around: Sequence[Json], use: str, known_at: datetime | None = None
) -> Json:
    """Return an extract's content; ``around`` is what ``Land.around`` gives.

    Which load of the whole register was the newest is left out unless it was asked for: a load
    elsewhere changes nothing here, and the loads of this plot are named.
    """
    if known_at is None:
        answer = {name: told for name, told in answer.items() if name != "known_at"}
    return {
        "format": FORMAT,
        "asked": {
            "plot": answer["plot"]["id"],
            "as_of": answer["as_of"],
            "known_at": known_at.isoformat() if known_at else None,
            "use": use,
        },
        "answer": answer,
        "map": list(around),
    }


def envelope(extract: Json, proof: Proof) -> bytes:
    """Return the file of a signed extract, canonical JSON."""
    return canonical({"extract": extract, "proof": proof.as_json()})


def geojson(extract: Json, name: str) -> Json:
    """Return the plot, the parts of restrictions on it and the footprint, degrees WGS 84."""
    answer = extract["answer"]
    return {
        "type": "FeatureCollection",
        "extract": {
            "id": name,
            "asked": extract["asked"],
            "book": answer["book"],
            "loads": answer["loads"],
            "notices": answer["notices"],
        },
        "features": list(_features(answer, extract["map"])),
    }


def _features(answer: Json, around: Sequence[Json]) -> Iterator[Json]:
    plot = answer["plot"]
    outline = shape(plot["geometry"])
    told = {name: value for name, value in plot.items() if name not in ("geometry", "centroid")}
    yield _feature("plot", plot["id"], plot["geometry"], told)
    shapes = {item["name"]: item["geometry"] for item in around if item["kind"] == "restriction"}
    for theme in answer["themes"]:
        for row in theme["restrictions"]:
            lies = shapes.get(row["id"])
            part = _part(lies, outline) if lies else None
            yield _feature("restriction", row["id"], part, {"theme": theme["id"], **row})
    build = answer.get("may_build") or {}
    if build.get("footprint"):
        use = (build.get("assumed") or {}).get("use")
        told = {"use": use, "area_m2": build.get("footprint_m2")}
        yield _feature("footprint", f"{plot['id']}/footprint", build["footprint"], told)


def _part(lies: Json, outline: Any) -> Json | None:
    """Return the part of a restriction on the plot, rounded; None where it only touches."""
    part = shapely.intersection(shapely.make_valid(shape(lies)), outline)
    if part.is_empty:
        return None
    rounded = shapely.transform(part, lambda points: np.round(points, _PLACES))
    return dict(mapping(rounded))


def _feature(kind: str, name: str, geometry: Any, told: Mapping[str, Any]) -> Json:
    properties = {**told, "kind": kind, "effect": told.get("kind")}
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}


def pack(extract: Json) -> tuple[bytes, str]:
    """Return the canonical bytes of an extract and their name."""
    content = canonical(extract)
    return content, name_of(content)
