"""The pyramid: tiles of low zooms cut ahead of any request, and all of them in one PMTiles file.

What is built is kept like any other tile, so a load takes out exactly what it touches, and
building again cuts only what is not kept.
"""

import gzip
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from gis.tiles import at
from kmap.errors import KmapError
from kmap.store.tile_layers import LAYERS
from kmap.store.tiles import ALL, KERALA_BOUNDS, Tiles, pack

BUILT_TO = 14
"""The finest zoom built when none is said: finer tiles are cut in a few milliseconds."""
Numbers = tuple[int, int, int]


class StateMovedError(KmapError):
    """A load came in while the tiles of one file were read."""

    code = "state_moved"


@dataclass(frozen=True)
class Built:
    """What was built: tiles with content, and their bytes as kept."""

    tiles: int
    size: int


def offered(home: Path) -> Path:
    """Return where the file lies that the service offers to download."""
    return home / "tiles" / "kmap.pmtiles"


def build(service: Tiles, last: int, say: Callable[[str, int], None]) -> Built:
    """Cut every layer's tiles up to zoom ``last``; ``say`` hears layer and tiles so far."""
    tiles = size = 0
    for layer in LAYERS:
        for _, body in walk(service, layer, last):
            tiles, size = tiles + 1, size + len(body)
            say(layer, tiles)
    return Built(tiles, size)


def walk(service: Tiles, layer: str, last: int) -> Iterator[tuple[Numbers, bytes]]:
    """Go through a layer's tiles that draw something, coarse to fine, and below only these.

    A tile's margin lies within its parent's, so what a child draws its parent draws too.
    """
    known = LAYERS[layer]
    todo = list(_first(known.minzoom))
    for z in range(known.minzoom, min(last, known.maxzoom) + 1):
        found = []
        for number in todo:
            body = service.packed(layer, *number).packed
            if body or z < known.thinned_below:
                found.append(number)
            if body:
                yield number, body
        todo = [
            (z + 1, 2 * x + right, 2 * y + down)
            for _, x, y in found
            for right in (0, 1)
            for down in (0, 1)
        ]


def _first(z: int) -> Iterator[Numbers]:
    west, south, east, north = KERALA_BOUNDS
    (x0, y0), (x1, y1) = at(west, north, z), at(east, south, z)
    return ((z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))


def export(service: Tiles, path: Path, last: int, say: Callable[[str, int], None]) -> Built:
    """Write all layers up to zoom ``last`` as one PMTiles file of one version of the register.

    Raises StateMovedError when a load came in while it was read; nothing is left then.
    """
    before = service.versions()[ALL]
    with tempfile.TemporaryFile() as spool:  # bodies wait on disk: memory stays bounded
        places: dict[Numbers, list[tuple[int, int]]] = {}
        for layer in LAYERS:
            for number, body in walk(service, layer, last):
                places.setdefault(number, []).append((spool.tell(), len(body)))
                spool.write(body)
                say(layer, len(places))
        if service.versions()[ALL] != before:
            raise StateMovedError("A load came in while the tiles were read: export again.")
        return _write(service, path, places, spool, str(before))


def _write(
    service: Tiles,
    path: Path,
    places: dict[Numbers, list[tuple[int, int]]],
    spool: IO[bytes],
    version: str,
) -> Built:
    size = 0
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".pmtiles-")
    try:
        with os.fdopen(handle, "wb") as out:
            writer: Any = Writer(out)  # type: ignore[no-untyped-call]
            for number in sorted(places, key=lambda n: zxy_to_tileid(*n)):
                raw = b""
                for start, length in places[number]:
                    spool.seek(start)
                    raw += gzip.decompress(spool.read(length))
                body = pack(raw)
                size += len(body)
                writer.write_tile(zxy_to_tileid(*number), body)
            writer.finalize(*_about(service, version))
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return Built(len(places), size)


def _about(service: Tiles, version: str) -> tuple[dict[str, object], dict[str, object]]:
    west, south, east, north = (round(n * 1e7) for n in service.bounds())
    header: dict[str, object] = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 12,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    layers = [
        {
            "id": name,
            "description": layer.title,
            "minzoom": layer.minzoom,
            "maxzoom": layer.maxzoom,
            "fields": dict(layer.fields),
        }
        for name, layer in LAYERS.items()
    ]
    says = {"name": "K-MAP", "version": version, "register": service.version()}
    return header, {**says, "attribution": "K-MAP", "vector_layers": layers}
