"""Tiles of the sample town: what is drawn, what is empty, what is refused."""

import gzip
import io
import json
import math
import time
from pathlib import Path
from typing import Any

import brotli
import httpx
import psycopg
import pytest
from PIL import Image
from pmtiles.reader import MmapSource, Reader, all_tiles

from api.tile_shelf import Entry, Shelf
from kmap.services import Services
from kmap.store import tile_pyramid

pytestmark = pytest.mark.db

LAYERS = ("parcels", "zones", "restrictions")


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return int(x), int(y)


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data: bytes) -> list[tuple[int, Any]]:
    """Read one protobuf message: pairs of field number and value."""
    found: list[tuple[int, Any]] = []
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        match key & 7:
            case 0:
                value, at = varint(data, at)
                found.append((key >> 3, value))
            case 2:
                size, at = varint(data, at)
                found.append((key >> 3, data[at : at + size]))
                at += size
            case 1:
                found.append((key >> 3, data[at : at + 8]))
                at += 8
            case 5:
                found.append((key >> 3, data[at : at + 4]))
                at += 4
            case other:
                raise AssertionError(other)
    return found


@pytest.fixture(scope="module")
def middle(town: str) -> tuple[float, float]:
    """A point in the middle of the town's plots, lon and lat."""
    with psycopg.connect(town) as db:
        row = db.execute(
            "SELECT st_x(p), st_y(p) FROM (SELECT st_transform(st_pointonsurface(geom), 4326) p "
            "FROM plot ORDER BY geom LIMIT 1 OFFSET (SELECT count(*) / 2 FROM plot)) t"
        ).fetchone()
    assert row
    return row


@pytest.mark.parametrize("layer", LAYERS)
def test_a_tile_is_a_vector_tile_of_its_layer(
    door: httpx.Client, middle: tuple[float, float], layer: str
) -> None:
    for z in (16, 15, 14, 13, 12):
        x, y = tile_at(*middle, z)
        answer = door.get(f"/v1/tiles/{layer}/{z}/{x}/{y}.mvt")
        if answer.status_code == 200:
            break
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    (number, body), *rest = fields(answer.content)
    assert number == 3
    assert not rest
    inside = fields(body)
    assert dict(inside)[1] == layer.encode()
    assert [value for key, value in inside if key == 2], "no features"


def test_a_client_that_has_a_tile_is_told_so_in_no_bytes(
    door: httpx.Client, middle: tuple[float, float]
) -> None:
    x, y = tile_at(*middle, 16)
    path = f"/v1/tiles/parcels/16/{x}/{y}.mvt"
    first = door.get(path)
    second = door.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert first.headers["cache-control"] == "public, no-cache"  # asked after, so never stale


def test_a_tile_comes_compressed_only_to_who_takes_it(
    door: httpx.Client, middle: tuple[float, float]
) -> None:
    x, y = tile_at(*middle, 16)
    path = f"/v1/tiles/parcels/16/{x}/{y}.mvt"
    plain = door.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with door.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in packed.headers["vary"].lower()
        assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]


def test_where_nothing_is_drawn_the_answer_is_empty(door: httpx.Client) -> None:
    answer = door.get("/v1/tiles/parcels/16/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"]


@pytest.mark.parametrize(
    "tile",
    [
        "parcels/23/0/0",
        "parcels/1000000000/0/0",
        "parcels/0/1/0",
        "parcels/2/0/4",
        "parcels/-1/0/0",
        "parcels/1/0x1/0",
        "parcels/1/1.0/0",
        "parcels/１/0/0",
        "parcels/1/00/0",
        "nothing/1/0/0",
        "parcels;DROP TABLE plot/1/0/0",
        "../parcels/1/0/0",
        "parcels/1/0/" + "9" * 5000,
    ],
)
def test_numbers_out_of_bounds_and_layers_that_are_none_are_refused(
    door: httpx.Client, tile: str
) -> None:
    answer = door.get(f"/v1/tiles/{tile}.mvt")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_other_methods_are_refused(door: httpx.Client) -> None:
    answer = door.post("/v1/tiles/parcels/0/0/0.mvt")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_tilejson_names_tiles_that_answer(door: httpx.Client) -> None:
    page = door.get("/v1/tiles/parcels.json").json()
    west, south, east, north = page["bounds"]
    assert 74 < west < east < 78
    assert 8 < south < north < 13
    x, y = tile_at((west + east) / 2, (south + north) / 2, 14)
    url = page["tiles"][0].format(z=14, x=x, y=y)
    assert httpx.get(url).status_code in (200, 204)


def test_brotli_comes_to_who_takes_it(door: httpx.Client, middle: tuple[float, float]) -> None:
    x, y = tile_at(*middle, 16)
    path = f"/v1/tiles/parcels/16/{x}/{y}.mvt"
    plain = door.get(path, headers={"Accept-Encoding": "identity"})
    with door.stream("GET", path, headers={"Accept-Encoding": "gzip, br"}) as packed:
        assert packed.headers["content-encoding"] == "br"
        assert brotli.decompress(b"".join(packed.iter_raw())) == plain.content


def test_all_layers_come_in_one_tile(door: httpx.Client, middle: tuple[float, float]) -> None:
    x, y = tile_at(*middle, 14)
    body = door.get(f"/v1/tiles/all/14/{x}/{y}.mvt").content
    named = {dict(fields(layer))[1].decode() for _, layer in fields(body)}
    page = door.get("/v1/tiles/all.json").json()
    assert {"parcels", "zones", "restrictions", "buildings", "drafts", "coverage"} <= named
    assert named <= {layer["id"] for layer in page["vector_layers"]}


def test_a_load_shows_and_what_it_does_not_touch_stays_unchanged_to_the_client(
    door: httpx.Client, town: str, middle: tuple[float, float]
) -> None:
    x, y = tile_at(*middle, 16)
    paths = [f"/v1/tiles/{layer}/16/{x}/{y}.mvt" for layer in ("buildings", "parcels")]
    first = [door.get(path) for path in paths]
    with psycopg.connect(town, autocommit=True) as db:
        old = db.execute("SELECT id, height_m FROM building").fetchall()
        db.execute("UPDATE building SET height_m = 77")
        try:
            for _ in range(200):
                second = door.get(paths[0])
                if second.content != first[0].content:
                    break
                time.sleep(0.01)
            again = door.get(paths[1], headers={"If-None-Match": first[1].headers["etag"]})
        finally:
            for key, height in old:
                db.execute("UPDATE building SET height_m = %s WHERE id = %s", (height, key))
    assert second.content != first[0].content
    assert second.headers["etag"] != first[0].headers["etag"]
    assert again.status_code == 304


def test_the_shelf_believes_nothing_while_nobody_listens() -> None:
    shelf = Shelf()
    shelf.put("/a", "parcels", Entry(3, b"x"))
    assert shelf.get("/a", None) is None
    assert shelf.get("/a", {"parcels": 4}) is None
    assert shelf.get("/a", {"parcels": 3}) is not None


def test_the_shelf_stays_below_its_limit() -> None:
    shelf = Shelf(limit=100_000)
    for n in range(1_000):
        shelf.put(f"/{n}", "parcels", Entry(1, b"" if n % 2 else b"x" * 500))
    assert shelf.size <= 100_000
    assert 0 < len(shelf) < 40
    assert shelf.get("/999", {"parcels": 1}) is not None
    assert shelf.get("/0", {"parcels": 1}) is None


@pytest.mark.parametrize("kind", ["hillshade", "slope"])
def test_relief_comes_as_pictures_and_nothing_where_there_is_no_model(
    door: httpx.Client, middle: tuple[float, float], kind: str
) -> None:
    x, y = tile_at(*middle, 14)
    path = f"/v1/relief/{kind}/14/{x}/{y}.png"
    picture = door.get(path)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "content-encoding" not in picture.headers
    again = door.get(path, headers={"If-None-Match": picture.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for nothing in ("14/0/0", f"22/{x << 8}/{y << 8}", "3/0/0"):
        assert door.get(f"/v1/relief/{kind}/{nothing}.png").status_code == 204


@pytest.mark.parametrize("tile", ["slope/15/40000/1", "slope/99/0/0", "aspect/5/1/1", "slope/5/1"])
def test_relief_that_is_none_is_refused(door: httpx.Client, tile: str) -> None:
    answer = door.get(f"/v1/relief/{tile}.png")
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (404, "nosniff")


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_a_style_draws_every_layer_and_names_addresses_that_answer(
    door: httpx.Client, lang: str, middle: tuple[float, float]
) -> None:
    style = door.get(f"/v1/styles/{lang}.json").json()
    vector = {name for name, source in style["sources"].items() if source["type"] == "vector"}
    assert {layer.get("source-layer") for layer in style["layers"]} >= vector - {"coverage"}
    assert f'["get", "{lang}"]' in json.dumps(style["layers"])
    assert "$" not in json.dumps(style["layers"])
    x, y = tile_at(*middle, 14)
    for source in style["sources"].values():
        assert source["minzoom"] <= 14
        found = httpx.get(source["tiles"][0].format(z=14, x=x, y=y))
        assert found.status_code in (200, 204)
    for faces in style["font-faces"].values():
        assert all(httpx.get(face["url"]).status_code == 200 for face in faces)


def test_the_hatches_lie_where_the_style_looks_for_them(door: httpx.Client) -> None:
    for fine in ("", "@2x"):
        places = door.get(f"/v1/styles/sprite{fine}.json").json()
        image = Image.open(io.BytesIO(door.get(f"/v1/styles/sprite{fine}.png").content))
        assert set(places) == {"missing", "draft"}
        for place in places.values():
            box = (place["x"], 0, place["x"] + place["width"], place["height"])
            alpha = {value for _, value in image.crop(box).getchannel("A").getcolors() or []}
            assert alpha == {0, 255}


def test_the_pyramid_comes_as_one_file_in_ranges(
    door: httpx.Client, services: Services, tmp_path: Path
) -> None:
    file = tile_pyramid.offered(services.settings.home)
    file.parent.mkdir(parents=True, exist_ok=True)
    built = tile_pyramid.export(services.tiles, tmp_path / "t.pmtiles", 13, lambda *_: None)
    with (tmp_path / "t.pmtiles").open("rb") as source:
        reader = Reader(MmapSource(source))
        tile = next(iter(all_tiles(reader.get_bytes)))
        number, body = tile
        same = door.get(f"/v1/tiles/all/{number[0]}/{number[1]}/{number[2]}.mvt")
        assert gzip.decompress(body) == same.content
        assert {one["id"] for one in reader.metadata()["vector_layers"]} >= set(LAYERS)
    assert built.tiles > 5
    kept = file.read_bytes() if file.exists() else None
    try:
        (tmp_path / "t.pmtiles").replace(file)
        part = door.get("/v1/tiles/kmap.pmtiles", headers={"Range": "bytes=0-6"})
        assert (part.status_code, part.content) == (206, b"PMTiles")
    finally:
        file.unlink() if kept is None else file.write_bytes(kept)
