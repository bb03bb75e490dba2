"""OGC API - Features and Tiles: what the standard's own tests ask, and what GDAL reads."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from api.limits import SHARES, Share
from gis.tiles import at
from kmap.store.collections import collections

pytestmark = pytest.mark.db
GEOJSON = "application/geo+json"
MIDDLE = (75.9465, 10.4820)
NAMES = list(collections())


def walk(door: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    """Every feature of a walk by its next links."""
    url: str | None = path
    for _ in range(200):
        if url is None:
            return
        page = door.get(url).raise_for_status().json()
        assert page["numberReturned"] == len(page["features"])
        yield from page["features"]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    raise AssertionError("the walk does not end")


def test_the_landing_page_leads_to_everything(door: httpx.Client) -> None:
    page = door.get("/ogc").raise_for_status().json()
    rels = {link["rel"]: link for link in page["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(rels)
    for link in page["links"]:
        answer = door.get(link["href"])
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0]


def test_conformance_names_the_core_and_geojson(door: httpx.Client) -> None:
    told = door.get("/ogc/conformance").json()["conformsTo"]
    spec = "http://www.opengis.net/spec/"
    assert {f"{spec}ogcapi-features-1/1.0/conf/{c}" for c in ("core", "geojson")} <= set(told)


def test_the_api_page_is_valid_and_names_each_collection(door: httpx.Client) -> None:
    answer = door.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    validate(answer.json())
    assert {f"/collections/{name}/items" for name in NAMES} <= set(answer.json()["paths"])


def test_each_collection_says_what_it_is_and_its_links_lead_somewhere(door: httpx.Client) -> None:
    page = door.get("/ogc/collections").json()
    assert [one["id"] for one in page["collections"]] == NAMES
    for one in page["collections"]:
        assert door.get(f"/ogc/collections/{one['id']}").json() == one
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east
        assert south < north
        for link in one["links"]:
            assert door.get(link["href"]).status_code == 200, link


@pytest.mark.parametrize("name", NAMES)
def test_a_walk_meets_every_feature_once(door: httpx.Client, name: str) -> None:
    step = 1000 if name in ("plots", "roads") else 7
    ids = [one["id"] for one in walk(door, f"/ogc/collections/{name}/items?limit={step}")]
    assert ids
    assert len(ids) == len(set(ids))
    whole = door.get(f"/ogc/collections/{name}/items?limit=1000").json()
    if "numberMatched" in whole:
        assert [one["id"] for one in whole["features"]] == ids


def test_the_collections_hold_what_the_tables_hold(door: httpx.Client, town: str) -> None:
    plots = {
        one["properties"]["plot"] for one in walk(door, "/ogc/collections/plots/items?limit=1000")
    }
    with psycopg.connect(town) as db:
        rows = db.execute("SELECT public_id FROM plot").fetchall()
    assert plots == {row[0] for row in rows}


@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    w=st.floats(0, 0.1),
    h=st.floats(0, 0.1),
    limit=st.integers(1, 60),
)
def test_a_box_holds_exactly_what_touches_it(
    door: httpx.Client, town: str, x: float, y: float, w: float, h: float, limit: int
) -> None:
    west, south = 602_500 + x * 4_000, 1_158_000 + y * 3_500
    box = (west, south, west + w * 2000, south + h * 2000)
    crs = "http://www.opengis.net/def/crs/EPSG/0/32643"
    query = f"limit={limit}&bbox={','.join(f'{n:.6f}' for n in box)}&bbox-crs={crs}"
    seen = [f["id"] for f in walk(door, f"/ogc/collections/plots/items?{query}")]
    with psycopg.connect(town) as db:
        rows = db.execute(
            "SELECT id FROM plot WHERE ST_Intersects(geom, ST_Envelope(ST_SetSRID(ST_MakeLine("
            "ST_MakePoint(%s, %s), ST_MakePoint(%s, %s)), 32643))) ORDER BY id",
            [float(f"{n:.6f}") for n in box],
        ).fetchall()
    assert seen == [row[0] for row in rows]


def test_a_load_in_the_middle_of_a_walk_changes_nothing_of_it(
    door: httpx.Client, town: str
) -> None:
    """The next link pins the register: what a load closes stays, what it adds stays out."""
    before = [one["id"] for one in walk(door, "/ogc/collections/coverage/items?limit=3")]
    walker = walk(door, "/ogc/collections/coverage/items?limit=3")
    seen = [next(walker)["id"] for _ in range(3)]
    checksum = uuid.uuid4().hex
    with psycopg.connect(town) as db:
        load = db.execute(
            "INSERT INTO layer_load (kind, source_en, source_ml, checksum, rows)"
            " VALUES ('coverage', 'x', 'x', %s, 1) RETURNING id",
            [checksum],
        ).fetchone()
        assert load
        old = db.execute("SELECT max(id) FROM coverage WHERE upper_inf(known)").fetchone()
        db.execute("UPDATE coverage SET known = tstzrange(lower(known), now()) WHERE id = %s", old)
        db.execute(
            "INSERT INTO coverage (theme_id, level, geom, valid, load_id)"
            " SELECT theme_id, level, geom, valid, %s FROM coverage WHERE id = %s",
            [load[0], old[0]],
        )
    try:
        seen += [one["id"] for one in walker]
        assert seen == before
        after = [one["id"] for one in walk(door, "/ogc/collections/coverage/items?limit=3")]
        assert len(after) == len(before)
        assert old[0] not in after
        assert max(after) > max(before)
    finally:
        with psycopg.connect(town) as db:
            db.execute("DELETE FROM coverage WHERE load_id = %s", load)
            db.execute(
                "UPDATE coverage SET known = tstzrange(lower(known), NULL) WHERE id = %s", old
            )
            db.execute("DELETE FROM layer_load WHERE id = %s", load)


@pytest.mark.parametrize(
    ("datetime", "found"),
    [
        ("2019-11-07", False),
        ("2019-11-08", True),
        ("../2019-11-07", False),
        ("../2019-11-08", True),
        ("/2019-11-07", False),
        ("2019-11-08/..", True),
        ("2019-11-07/2019-11-08", True),
        ("2019-11-07T18:29:59Z", False),  # still the 7th in India
        ("2019-11-07T18:30:00Z", True),
        ("../..", True),
    ],
)
def test_datetime_is_the_law_s_day_with_both_ends(
    door: httpx.Client, datetime: str, found: bool
) -> None:
    query = f"theme=zoning&datetime={datetime}"
    page = door.get(f"/ogc/collections/coverage/items?{query}").raise_for_status().json()
    assert bool(page["features"]) is found


@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=1.5",
        "limit=",
        "bbox=1,2,3",
        "bbox=1,2,3,nan",
        "bbox=1,2,3,inf",
        "bbox=3,2,1,4",
        "bbox=1,4,2,3",
        "bbox=1,2,3,4,5",
        "bbox=-181,0,1,1",
        "bbox=",
        "bbox=75,10,76,11&bbox=75,10,76,11",
        "f=xml",
        "crs=EPSG:4326",
        "bbox-crs=x&bbox=1,2,3,4",
        "datetime=yesterday",
        "datetime=2026-02-30",
        "datetime=2026-01-02/2026-01-01",
        "datetime=../../..",
        "known_at=x",
        "known_at=0001-01-01T00:00:00%2B23:00",
        "after=x",
        "after=-1",
        "after=" + "9" * 30,
        "survey=';drop",
        "plot=%00",
        "plot=" + "x" * 500,
        "offset=10",
    ],
)
def test_a_wrong_parameter_is_a_400_in_both_languages(door: httpx.Client, query: str) -> None:
    answer = door.get(f"/ogc/collections/plots/items?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "bad_parameter"
    assert any("\u0d00" <= letter <= "\u0d7f" for letter in told["detail_ml"])


def test_a_limit_above_the_largest_is_no_error(door: httpx.Client) -> None:
    for limit in ("1001", "9" * 300):
        page = door.get(f"/ogc/collections/plots/items?limit={limit}").json()
        assert page["numberReturned"] == 1000


@pytest.mark.parametrize(
    "path",
    [
        "owners",
        "owners/items",
        "plots/items/0",
        "plots/items/x",
        "plots/items/" + "9" * 40,
        "villages/items/no",
        "coverage/tiles",
        "plots/items/1/2",
    ],
)
def test_what_is_not_there_is_a_404(door: httpx.Client, path: str) -> None:
    answer = door.get(f"/ogc/collections/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_feature_has_an_address_and_a_client_that_has_it_is_told_so(door: httpx.Client) -> None:
    page = door.get("/ogc/collections/buildings/items?limit=3")
    assert page.headers["content-type"] == GEOJSON
    for one in page.json()["features"]:
        answer = door.get(f"/ogc/collections/buildings/items/{one['id']}")
        assert answer.headers["content-type"] == GEOJSON
        assert answer.json()["geometry"] == one["geometry"]
    tag = {"If-None-Match": page.headers["etag"]}
    again = door.get("/ogc/collections/buildings/items?limit=3", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    head = door.head("/ogc/collections/buildings/items?limit=3")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == page.headers["etag"]
    assert door.post("/ogc/collections/buildings/items").status_code == 405


def test_filters_choose_and_crs_moves(door: httpx.Client) -> None:
    items = "/ogc/collections/plots/items"
    (one,) = door.get(f"{items}?village=NLT&survey=174/2B").json()["features"]
    assert one["properties"]["survey"] == "174/2B"
    metres = "http://www.opengis.net/def/crs/EPSG/0/3857"
    moved = door.get(items, params={"plot": one["properties"]["plot"], "crs": metres})
    assert moved.headers["content-crs"] == f"<{metres}>"
    x = moved.json()["features"][0]["geometry"]["coordinates"][0][0][0]
    lon = one["geometry"]["coordinates"][0][0][0]
    assert x == pytest.approx(lon * 111_319.49079, abs=0.01)
    kinds = {
        f["properties"]["kind"]
        for f in walk(door, "/ogc/collections/restrictions/items?kind=prohibits")
    }
    assert kinds == {"prohibits"}


def test_no_property_names_an_owner() -> None:
    words = {name for one in collections().values() for name in one.properties}
    assert not [w for w in words if any(x in w for x in ("owner", "holder", "person", "phone"))]


@pytest.mark.parametrize("lang", ["en", "ml"])
def test_there_is_a_page_to_read_in_both_languages(door: httpx.Client, lang: str) -> None:
    for path in ("", "/collections/restrictions", "/collections/restrictions/items", "/api"):
        answer = door.get(f"/ogc{path}?f=html&lang={lang}")
        assert answer.headers["content-type"].startswith("text/html")
        assert f'<html lang="{lang}">' in answer.text
        assert "<script" not in answer.text


def test_tiles_are_asked_for_by_row_then_column(door: httpx.Client) -> None:
    x, y = at(*MIDDLE, 15)
    ours = door.get(f"/v1/tiles/parcels/15/{x}/{y}.mvt")
    theirs = door.get(f"/ogc/collections/plots/tiles/WebMercatorQuad/15/{y}/{x}")
    assert theirs.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert theirs.content == ours.content
    assert len(theirs.content) > 1000
    everything = door.get(f"/ogc/tiles/WebMercatorQuad/15/{y}/{x}").content
    assert ours.content in everything
    for bad in ("23/0/0", "1/2/0", "1/0/2", "x/0/0", "1/-1/0"):
        assert door.get(f"/ogc/tiles/WebMercatorQuad/{bad}").status_code == 404
        assert door.get(f"/ogc/collections/plots/tiles/WebMercatorQuad/{bad}").status_code == 404
    assert door.get("/ogc/tiles/WebMercatorQuad/15/0/0?x=1").status_code == 400


GDAL = """
import json, sys, pyogrio
source, layers, box = json.loads(sys.argv[1])
def seen(layer):
    found = pyogrio.read_dataframe(source, layer=layer, bbox=box and tuple(box))
    plots = sorted(found["plot"]) if layer == "plots" else []
    return [len(found), list(found.columns), found.crs.to_epsg(), plots]
names = [name for name, _ in pyogrio.list_layers(source)]
print(json.dumps([pyogrio.list_drivers()["OAPIF"], names, {n: seen(n) for n in layers or names}]))
"""
"""Run in a process of its own: GDAL keeps Python's lock while it waits for our server."""


def gdal(address: str, layers: list[str], box: list[float] | None) -> Any:
    asked = json.dumps([f"OAPIF:{address}/ogc", layers, box])
    command = [sys.executable, "-P", "-c", GDAL, asked]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


def test_gdal_reads_every_collection(door: httpx.Client, address: str) -> None:
    """GDAL's own OAPIF driver, which others stand on; pyogrio's wheel carries it."""
    driver, names, seen = gdal(address, [], None)
    assert driver
    assert names == NAMES
    for name, (count, columns, epsg, _) in seen.items():
        assert count == sum(1 for _ in walk(door, f"/ogc/collections/{name}/items?limit=1000"))
        assert set(collections()[name].properties) <= set(columns)
        assert epsg == 32643


def test_gdal_sends_its_box_to_us(door: httpx.Client, address: str) -> None:
    box = [603_500.0, 1_159_300.0, 603_800.0, 1_159_600.0]
    _, _, seen = gdal(address, ["plots"], box)
    crs = "http://www.opengis.net/def/crs/EPSG/0/32643"
    query = f"limit=1000&bbox={','.join(map(str, box))}&bbox-crs={crs}"
    met = walk(door, f"/ogc/collections/plots/items?{query}")
    assert seen["plots"][3] == sorted(one["properties"]["plot"] for one in met)
    assert seen["plots"][0] > 10


def test_a_client_has_its_share(services: Any, serve: Any) -> None:
    with serve(services, SHARES | {"features": Share(0.01, 2)}) as url:
        said = [httpx.get(f"{url}/ogc/conformance").status_code for _ in range(3)]
    assert said == [200, 200, 429]
