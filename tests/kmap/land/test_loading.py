"""Loading layers: what is refused and why, what is repaired, and the real layers."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import psycopg
import pytest
from psycopg import sql
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from kmap.land.errors import LayerUnreadableError, NoPlotHereError, UnknownThemeError
from kmap.land.loading import Order, Report, load_file
from kmap.land.lookup import Land
from kmap.land.rasters import load_raster_file
from kmap.store import migrate
from kmap.store.loads import Source
from kmap.store.pool import Pool, connected, open_pool
from rules import Book

pytestmark = pytest.mark.db
SOURCE = Source("A test", "ഒരു പരീക്ഷ", accuracy_m=1.0)
HERE = (620_000.0, 1_150_000.0)


@pytest.fixture(scope="module")
def empty(server: str) -> Iterator[Pool]:
    """A migrated database of its own, without the town."""
    name = sql.Identifier(f"kmap_loading_{os.getpid()}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    url = server.rsplit("/", 1)[0] + "/" + name.as_string(None).strip('"')
    migrate.upgrade(url)
    pool = open_pool(url)
    yield pool
    pool.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def square(east: float = 0.0, side: float = 20.0) -> Polygon:
    x, y = HERE[0] + east, HERE[1]
    return box(x, y, x + side, y + side)


def row(shape: BaseGeometry | None, key: str, **more: object) -> dict[str, object]:
    texts = {"title_en": "A", "title_ml": "അ", "says_en": "B", "says_ml": "ബ"}
    return {"id": key, "kind": "limits", "status": "in_force", **texts, "geometry": shape, **more}


def write(path: Path, rows: list[dict[str, object]], crs: str = "EPSG:32643") -> Path:
    gpd.GeoDataFrame(rows, geometry="geometry", crs=crs).to_file(path, engine="pyogrio")
    return path


def load(pool: Pool, path: Path, kind: str = "restrictions", theme: str | None = "crz") -> Report:
    return load_file(pool, path, Order(kind, theme), SOURCE)


def codes(report: Report) -> dict[int, str]:
    return {refusal.row: refusal.code for refusal in report.refused}


def test_each_bad_row_is_refused_with_its_reason_and_the_good_ones_go_in(
    empty: Pool, tmp_path: Path
) -> None:
    rows = [
        row(square(), "good"),
        row(None, "no-shape"),
        row(Polygon(), "empty-shape"),
        row(square(5_000_000), "far-away"),
        row(square(), "no-malayalam", says_ml=" "),
        row(square(), "odd-status", status="perhaps"),
        row(square(), "odd-office", office="ministry-of-nothing"),
        row(square(), "good"),
        row(square(), "bad-accuracy", accuracy_m=-1.0),
        row(square(), "bad-day", since="soon"),
    ]
    report = load(empty, write(tmp_path / "rows.gpkg", rows))
    assert codes(report) == {
        2: "empty_geometry",
        3: "empty_geometry",
        4: "outside_kerala",
        5: "language_missing",
        6: "bad_value",
        7: "not_in_register",
        8: "twice_in_file",
        9: "bad_value",
        10: "bad_value",
    }
    assert report.loaded == 1
    assert all(r.says()["en"] and r.says()["ml"] for r in report.refused)


def test_a_coordinate_that_is_no_number_is_refused(empty: Pool, tmp_path: Path) -> None:
    rows = [row(Point(float("nan"), 1.0), "nan"), row(Point(HERE[0], np.inf), "inf")]
    rows.append(row(LineString([HERE, (HERE[0] + 9, HERE[1])]), "line"))
    report = load(empty, write(tmp_path / "nan.gpkg", rows))
    assert set(codes(report)) == {1, 2}
    assert report.loaded == 1


def test_swapped_axes_are_refused_as_outside_kerala(empty: Pool, tmp_path: Path) -> None:
    swapped = Polygon([(10.5, 76.0), (10.6, 76.0), (10.6, 76.1)])
    report = load(empty, write(tmp_path / "swap.geojson", [row(swapped, "swap")], "EPSG:4326"))
    assert codes(report) == {1: "outside_kerala"}


def test_a_self_crossing_shape_is_made_valid_and_said_so(empty: Pool, tmp_path: Path) -> None:
    x, y = HERE
    bow = Polygon([(x, y), (x + 20, y + 20), (x + 20, y), (x, y + 20)])
    report = load(empty, write(tmp_path / "bow.gpkg", [row(bow, "bow")]))
    assert report.repaired == [1]
    with connected(empty) as connection:
        found = connection.execute(
            "SELECT ST_IsValid(geom) AS ok, ST_Area(geom) AS area FROM restriction_geom g"
            " JOIN restriction r ON r.id = g.restriction_id WHERE r.public_id = 'bow'"
        ).fetchall()
    assert all(f["ok"] for f in found)
    assert sum(f["area"] for f in found) == pytest.approx(200)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_each_format_is_read(empty: Pool, tmp_path: Path, suffix: str) -> None:
    shape = gpd.GeoSeries([square()], crs="EPSG:32643").to_crs("EPSG:4326").iloc[0]
    path = write(tmp_path / f"f.{suffix}", [row(shape, f"as-{suffix}")], "EPSG:4326")
    assert load(empty, path).loaded == 1
    with connected(empty) as connection:
        found = connection.execute(
            "SELECT ST_Area(geom) AS area FROM restriction_geom g JOIN restriction r"
            " ON r.id = g.restriction_id WHERE r.public_id = %s",
            (f"as-{suffix}",),
        ).fetchone()
    assert (found or {})["area"] == pytest.approx(400, abs=0.01)


def test_the_same_file_again_changes_nothing(empty: Pool, tmp_path: Path) -> None:
    path = write(tmp_path / "again.gpkg", [row(square(), "again")])
    assert not load(empty, path).already
    again = load(empty, path)
    assert again.already
    assert again.loaded == 1


def test_a_newer_version_of_a_restriction_closes_what_was_known(
    empty: Pool, tmp_path: Path
) -> None:
    load(empty, write(tmp_path / "v1.gpkg", [row(square(), "moved")]))
    load(empty, write(tmp_path / "v2.gpkg", [row(square(side=30), "moved")]))
    with connected(empty) as connection:
        rows = connection.execute(
            "SELECT upper_inf(known) AS open FROM restriction WHERE public_id = 'moved'"
            " ORDER BY id"
        ).fetchall()
    assert [r["open"] for r in rows] == [False, True]


def test_a_plot_needs_its_village_one_part_and_a_sound_deed(empty: Pool, tmp_path: Path) -> None:
    village = {"code": "TST", "name_en": "Test", "name_ml": "പരീക്ഷ", "geometry": square(-50, 500)}
    load(empty, write(tmp_path / "village.gpkg", [village]), "villages", None)

    def plot(number: str, shape: BaseGeometry, **more: object) -> dict[str, object]:
        named = {"village_code": "TST", "block": "1", "survey_no": number, "subdivision": None}
        return {**named, "deed_area_m2": 400.0, "geometry": shape, **more}

    rows = [
        plot("1", square()),
        plot("2", MultiPolygon([square(30), square(60)])),
        plot("3", square(90), village_code="XXX"),
        plot("4", square(120), deed_area_m2=-5.0),
        plot("1", square(150)),
        plot("6", LineString([HERE, (HERE[0] + 9, HERE[1])])),
    ]
    report = load(empty, write(tmp_path / "plots.gpkg", rows), "plots", None)
    assert codes(report) == {
        2: "several_parts",
        3: "not_in_register",
        4: "bad_value",
        5: "twice_in_file",
        6: "wrong_shape",
    }
    second = write(tmp_path / "more.gpkg", [plot("1", square(), ulpin="X")])
    assert codes(load(empty, second, "plots", None)) == {1: "already_there"}


def test_what_cannot_be_read_at_all_is_a_named_error(empty: Pool, tmp_path: Path) -> None:
    (tmp_path / "text.gpkg").write_text("not a GeoPackage")
    (tmp_path / "bytes.csv").write_bytes(b"a,b\n\xff\xfe,1\n")
    write(tmp_path / "plain.shp", [{"code": "A", "geometry": square()}])
    (tmp_path / "plain.prj").unlink()
    for path, kind in (
        (tmp_path / "text.gpkg", "restrictions"),
        (tmp_path / "plain.shp", "restrictions"),
        (tmp_path / "absent.gpkg", "restrictions"),
        (tmp_path / "bytes.csv", "wards"),
        (write(tmp_path / "thin.gpkg", [{"a": 1, "geometry": square()}]), "plots"),
    ):
        with pytest.raises(LayerUnreadableError):
            load(empty, path, kind)
    with pytest.raises(UnknownThemeError, match="crz"):
        load(empty, write(tmp_path / "t.gpkg", [row(square(), "t")]), theme="weather")
    with pytest.raises(LayerUnreadableError):
        load_raster_file(empty, tmp_path / "text.gpkg", tmp_path / "rasters", SOURCE)


PLACES = {
    "Thiruvananthapuram secretariat": (76.9506, 8.4980, "Thiruvananthapuram", "C"),
    "Kollam Chinnakada": (76.5900, 8.8870, "Kollam", "C"),
    "Kochi, MG Road": (76.2850, 9.9700, "Kochi", "C"),
    "Thrissur Vadakkunnathan": (76.2144, 10.5244, "Thrissur", "C"),
    "Kozhikode Mananchira": (75.7800, 11.2545, "Kozhikode", "C"),
    "Kannur town": (75.3704, 11.8745, "Kannur", "C"),
    "Alappuzha town": (76.3388, 9.4981, "Alappuzha", "M"),
    "Kottayam town": (76.5222, 9.5916, "Kottayam", "M"),
    "Palakkad fort": (76.6547, 10.7637, "Palakkad", "M"),
    "Malappuram town": (76.0740, 11.0510, "Malappuram", "M"),
    "Kalpetta town": (76.0827, 11.6085, "Kalpetta", "M"),
    "Kasaragod town": (74.9899, 12.4996, "Kasaragod", "M"),
    "Aluva town": (76.3516, 10.1076, "Aluva", "M"),
    "Guruvayur temple": (76.0398, 10.5946, "Guruvayoor", "M"),
    "Thodupuzha town": (76.7170, 9.8930, "Thodupuzha", "M"),
    "Pathanamthitta town": (76.7870, 9.2648, "Pathanamthitta", "M"),
    "Munnar town": (77.0595, 10.0889, "Munnar", "G"),
    "Kumarakom": (76.4300, 9.6175, "Kumarakom", "G"),
    "Kumily, Thekkady": (77.1600, 9.6070, "Kumily", "G"),
    "Ambalavayal": (76.2110, 11.6200, "Ambalavayal", "G"),
}


@pytest.fixture(scope="module")
def bodies(empty: Pool, shared: Path) -> Report:
    path = shared / "data" / "kerala_lsg_2021_osm.gpkg"
    return load_file(empty, path, Order("local-bodies"), Source("OpenStreetMap", "ഓപ്പൺസ്ട്രീറ്റ്മാപ്പ്"))


def test_all_1034_local_bodies_of_kerala_load_with_malayalam_names(
    empty: Pool, bodies: Report
) -> None:
    assert (bodies.read, bodies.loaded, bodies.refused) == (1034, 1034, [])
    assert any("Mattannur" in text for text in bodies.corrected)
    with connected(empty) as connection:
        found = connection.execute(
            "SELECT count(*) AS n, count(*) FILTER (WHERE name_ml ~ '[ഀ-ൿ]') AS ml,"
            " count(*) FILTER (WHERE body_class = 'corporation') AS c,"
            " count(*) FILTER (WHERE body_class = 'municipal_council') AS m,"
            " count(*) FILTER (WHERE family = 'panchayat') AS g,"
            " bool_or(invented) AS invented, bool_and(left(code, 1) = CASE body_class"
            " WHEN 'corporation' THEN 'C' WHEN 'municipal_council' THEN 'M' ELSE 'G' END) AS fits"
            " FROM local_body"
        ).fetchone()
    counts = {"n": 1034, "ml": 1034, "c": 6, "m": 87, "g": 941}
    assert found == {**counts, "invented": False, "fits": True}


@pytest.mark.parametrize("place", PLACES)
def test_a_known_place_falls_in_its_local_body(empty: Pool, bodies: Report, place: str) -> None:
    lon, lat, name, kind = PLACES[place]
    with connected(empty) as connection:
        found = connection.execute(
            "SELECT name_en, left(code, 1) AS kind FROM local_body WHERE ST_Contains(geom,"
            " ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 32643))",
            (lon, lat),
        ).fetchall()
    assert [(f["name_en"].split()[0], f["kind"]) for f in found] == [(name, kind)]


def test_the_other_real_layers_load(empty: Pool, shared: Path, tmp_path: Path) -> None:
    data = shared / "data"
    wards = load_file(empty, data / "kerala_wards_sec2025.csv", Order("wards"), SOURCE)
    assert (wards.loaded, wards.refused) == (23_611, [])
    given = {"kind": "station"}
    stations = load_file(
        empty, data / "kerala_railway_stations.geojson", Order("features", given=given), SOURCE
    )
    assert stations.loaded == 179
    dem = load_raster_file(empty, data / "kerala_dem_srtm_200m.tif", tmp_path, SOURCE)
    assert dem.loaded == 1
    with connected(empty) as connection:
        cell = connection.execute("SELECT cell_m FROM raster").fetchone()
    assert (cell or {})["cell_m"] == pytest.approx(200, rel=0.02)


def test_one_slip_refuses_its_row_and_not_the_layer(empty: Pool, tmp_path: Path) -> None:
    rows = [
        row(square(), "slip-good"),
        row(square(), "slip-days", since="2022-01-01", until="2020-01-01"),
        row(square(), "slip-book", says_en="x" * 1_000_000),
        row(square(), "slip-colour", colour="red; }"),
        row(square(), "slip-accuracy", accuracy_m=1e300),
    ]
    report = load(empty, write(tmp_path / "slips.gpkg", rows))
    assert codes(report) == dict.fromkeys((2, 3, 4, 5), "bad_value")
    assert all(len(r.what) < 100 for r in report.refused)


@pytest.mark.filterwarnings("ignore:Non closed ring")
def test_a_ring_that_does_not_close_is_a_refused_row(empty: Pool, tmp_path: Path) -> None:
    wgs = gpd.GeoSeries([square()], crs="EPSG:32643").to_crs("EPSG:4326").iloc[0]
    path = write(tmp_path / "ring.geojson", [row(wgs, "ring")], "EPSG:4326")
    text = path.read_text(encoding="utf-8")
    east = str(text.split("[ [ [ ")[1].split(",")[0])
    path.write_text(text.replace(east, "NaN", 1), encoding="utf-8")
    assert codes(load(empty, path)) == {1: "empty_geometry"}


def test_a_shapefile_with_other_attributes_is_another_file(empty: Pool, tmp_path: Path) -> None:
    first, second = tmp_path / "first.shp", tmp_path / "second.shp"
    assert load(empty, write(first, [row(square(), "attribute-a")])).loaded == 1
    again = load(empty, write(second, [row(square(), "attribute-b")]))
    assert first.read_bytes() == second.read_bytes()
    assert not again.already


def test_a_plot_nobody_could_ask_for_is_refused(empty: Pool, tmp_path: Path) -> None:
    village = {"code": "ASK", "name_en": "Ask", "name_ml": "ആസ്ക്", "geometry": square(side=900)}
    load(empty, write(tmp_path / "ask.gpkg", [village]), "villages", None)
    plot = {"village_code": "ASK", "block": "1", "survey_no": "../x", "geometry": square()}
    report = load(empty, write(tmp_path / "plots.gpkg", [plot]), "plots", None)
    assert codes(report) == {1: "bad_value"}


def test_a_real_plot_does_not_go_into_an_invented_village(empty: Pool, tmp_path: Path) -> None:
    village = {"code": "INV", "name_en": "I", "name_ml": "ഇ", "geometry": square(side=901)}
    path = write(tmp_path / "inv.gpkg", [village])
    invented = Source("A test", "ഒരു പരീക്ഷ", invented=True)
    load_file(empty, path, Order("villages"), invented)
    plot = {"village_code": "INV", "block": "1", "survey_no": "1", "geometry": square()}
    path = write(tmp_path / "plot.gpkg", [plot])
    assert codes(load(empty, path, "plots", None)) == {1: "not_in_register"}
    assert load_file(empty, path, Order("plots"), invented).loaded == 1


def test_a_point_without_a_plot_is_told_with_its_local_body(
    empty: Pool, tmp_path: Path, book: Book
) -> None:
    body = {"code": "B1", "tier": "municipality", "name_en": "Town", "name_ml": "പട്ടണം"}
    path = write(tmp_path / "body.gpkg", [{**body, "geometry": square(50_000.0)}])
    load(empty, path, "local-bodies", None)
    spot = gpd.GeoSeries([square(50_000.0).centroid], crs="EPSG:32643").to_crs("EPSG:4326").iloc[0]
    land = Land(empty, book)
    with pytest.raises(NoPlotHereError, match=r"Town \(B1\)") as caught:
        land.at(spot.x, spot.y, date(2026, 11, 22))
    assert "പട്ടണം" in caught.value.message_ml
    with pytest.raises(NoPlotHereError) as sea:
        land.at(75.0, 9.0, date(2026, 11, 22))
    assert sea.value.local_body is None
