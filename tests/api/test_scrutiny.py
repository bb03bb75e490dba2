"""A drawing goes in at the door, is judged and kept; only its holder sees it again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import httpx
import pytest

from kmap.services import Services

pytestmark = pytest.mark.db

SITE = '{"family": "municipal", "occupancy": "A1"}'


def send(door: httpx.Client, drawing: bytes, to: str = "/v1/scrutiny", **fields: str) -> Any:
    return door.post(to, files={"file": ("plan.dxf", drawing, "image/vnd.dxf")}, data=fields)


@pytest.fixture(scope="module")
def sent(door: httpx.Client, kl02: bytes) -> dict[str, Any]:
    answer = send(door, kl02, site=SITE, as_of="2026-11-22")
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == answer.json()["links"]["self"]
    found: dict[str, Any] = answer.json()
    return found


def test_a_real_house_is_measured_judged_and_kept(
    door: httpx.Client, sent: dict[str, Any]
) -> None:
    measured = sent["answer"]["measurements"]
    assert measured["plot_area_drawn_m2"] == pytest.approx(201.48, abs=0.01)
    kept = door.get(sent["links"]["self"])
    assert kept.json()["answer"] == sent["answer"]
    assert kept.json()["book"] == sent["answer"]["book"]
    assert kept.json()["drawing_sha256"] == sent["answer"]["drawing"]["sha256"]
    assert kept.headers["cache-control"] == "no-store, private"


@pytest.mark.parametrize(
    "part", ["", "/overlay.svg", "/overlay.dxf", "/report.html", "/report.pdf"]
)
def test_the_id_alone_reveals_nothing(door: httpx.Client, sent: dict[str, Any], part: str) -> None:
    right, wrong = sent["id"], str(uuid.uuid4())
    answers = [
        door.get(f"/v1/scrutiny/{right}{part}"),
        door.get(f"/v1/scrutiny/{right}{part}?key=guess"),
        door.get(f"/v1/scrutiny/{wrong}{part}?key={sent['key']}"),
        door.get(f"/v1/scrutiny/..%2f{right}{part}?key={sent['key']}"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers[:3]}) == 1


def test_the_key_may_come_as_a_header(door: httpx.Client, sent: dict[str, Any]) -> None:
    answer = door.get(f"/v1/scrutiny/{sent['id']}", headers={"K-MAP-Key": sent["key"]})
    assert answer.status_code == 200


def test_overlay_and_reports_are_files_in_both_languages(
    door: httpx.Client, sent: dict[str, Any]
) -> None:
    links = sent["links"]
    for lang in ("en", "ml"):
        assert door.get(links[f"overlay_{lang}"]).text.lstrip().startswith("<svg")
        marks = door.get(links[f"overlay_dxf_{lang}"])
        assert marks.headers["content-type"] == "image/vnd.dxf"
        assert "KMAP_FINDINGS_FAIL" in marks.text
        page = door.get(links[f"report_{lang}"])
        assert "<html" in page.text
        assert "script" not in page.headers["content-security-policy"].replace("script-src", "")
    pdf = door.get(links["report_pdf_ml"])
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-type"] == "application/pdf"


def test_a_revision_follows_and_the_line_does_not_fork(door: httpx.Client, kl02: bytes) -> None:
    first = send(door, kl02, site=SITE).json()
    second = send(door, kl02 + b"\n", first["links"]["revise"], site=SITE)
    assert second.status_code == 201, second.text
    assert (second.json()["revision"], second.json()["previous_id"]) == (2, first["id"])
    assert door.get(first["links"]["self"]).json()["next_id"] == second.json()["id"]
    again = send(door, kl02, first["links"]["revise"], site=SITE)
    assert (again.status_code, again.json()["code"]) == (409, "scrutiny_revised")


def test_two_scrutinies_are_compared_by_who_knows_both_keys(
    door: httpx.Client, sent: dict[str, Any], kl02: bytes
) -> None:
    other = send(door, kl02 + b"\n", site=SITE, as_of="2026-11-22").json()
    where = f"/v1/scrutiny/{other['id']}/compare"
    sides = {"key": other["key"], "before": sent["id"], "before_key": sent["key"]}
    found = door.get(where, params=sides)
    assert found.status_code == 200, found.text
    assert found.headers["cache-control"] == "no-store, private"
    assert (found.json()["measures"], found.json()["outlines"]) == ([], [])
    assert {one["change"] for one in found.json()["clauses"]} == {"still"}
    built = door.get(where, params=sides | {"completion": "true"}).json()["completion"]
    assert built["revised_permit"]["told"]["change_area_pct"] == 0
    for ending, start in ((".html", b"<!doctype html>"), (".pdf", b"%PDF")):
        assert door.get(where + ending, params=sides | {"lang": "en"}).content.startswith(start)
    for wrong in ({"before_key": "guess"}, {"key": "guess"}, {"before": str(uuid.uuid4())}):
        assert door.get(where, params=sides | wrong).status_code == 404
    assert door.get(where, params={"key": other["key"]}).status_code == 422


def test_what_its_holder_erases_is_gone_but_for_a_tombstone(
    door: httpx.Client, kl02: bytes
) -> None:
    mine = send(door, kl02, site=SITE).json()
    refused = door.delete(f"/v1/scrutiny/{mine['id']}?key=guess")
    assert refused.status_code == 404
    gone = door.delete(mine["links"]["self"])
    assert gone.status_code == 200
    assert set(gone.json()) == {"id", "drawing_sha256", "made_at", "erased_at"}
    for name in ("self", "overlay_en", "report_ml"):
        assert door.get(mine["links"][name]).status_code == 410
    assert door.get(f"/v1/scrutiny/{mine['id']}?key=guess").status_code == 404
    assert door.delete(mine["links"]["self"]).status_code == 410
    assert send(door, kl02, mine["links"]["revise"]).status_code == 410


def test_a_drawing_that_cannot_be_read_is_kept_with_its_complaints(
    door: httpx.Client,
) -> None:
    answer = send(door, b"this is no drawing\n" * 50)
    assert answer.status_code == 201, answer.text
    assert answer.json()["verdict"] == "unreadable"
    assert answer.json()["answer"]["complaints"]


@pytest.mark.parametrize(
    ("drawing", "status", "code"),
    [
        (b"", 415, "not_a_drawing"),
        (b"%PDF-1.7 not a drawing", 415, "not_a_drawing"),
        (b"AC1032" + b"\0" * 100, 415, "not_a_drawing"),
        (b"0\n" * 2_000_000, 413, "too_large"),
    ],
)
def test_what_is_no_drawing_or_too_large_is_refused_by_name(
    door: httpx.Client, drawing: bytes, status: int, code: str
) -> None:
    answer = send(door, drawing)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"site": '{"height_m": NaN}'}, 422),
        ({"site": "[1]"}, 422),
        ({"site": '{"no_such_fact": 1}'}, 422),
        ({"as_of": "yesterday"}, 422),
        ({"as_of": "2026-02-30"}, 422),
        ({"building": "no such building"}, 404),
        ({"owner": "me"}, 400),
        ({"site": "{" + '"a":' * 20_000}, 400),
        ({"site": "x" * 200_000}, 400),
    ],
)
def test_fields_that_do_not_fit_are_refused(
    door: httpx.Client, kl02: bytes, fields: dict[str, str], status: int
) -> None:
    answer = send(door, kl02, **fields)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "application/json", 415),
        (b"{}", "application/json", 415),
        (b"no boundary", "multipart/form-data", 400),
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x", 400),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n0\nSECTION\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
    ],
)
def test_a_form_that_is_none_is_refused(
    door: httpx.Client, body: bytes, media: str, status: int
) -> None:
    answer = door.post("/v1/scrutiny", content=body, headers={"Content-Type": media})
    assert answer.status_code == status, answer.text


def test_two_files_at_once_are_refused(door: httpx.Client, kl02: bytes) -> None:
    files = [("file", ("a.dxf", kl02)), ("file", ("b.dxf", kl02))]
    assert door.post("/v1/scrutiny", files=files).status_code == 400


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\0b.dxf", "C:\\con.dxf", "x" * 3000])
def test_a_file_s_name_is_never_a_path(door: httpx.Client, kl02: bytes, name: str) -> None:
    answer = door.post("/v1/scrutiny", files={"file": (name, kl02)}, data={"site": SITE})
    assert answer.status_code in (201, 400)
    assert "passwd" not in answer.text


def test_many_at_once_are_judged_or_told_to_come_back(door: httpx.Client, kl02: bytes) -> None:
    with ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(lambda _: send(door, kl02, site=SITE), range(10)))
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 503}
    assert 201 in statuses
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "busy"
            assert answer.headers["retry-after"]


@pytest.fixture(scope="module")
def on_plot(services: Services, on_parcels: ModuleType, tmp_path_factory) -> bytes:
    """A drawing of a house on plot NLT:1:174:2B of the sample town; nothing typed on it."""
    with services.pool.connection() as connection:
        found = on_parcels.parcel_and_street(connection, "NLT:1:174:2B")
    path = on_parcels.House(*found).shaken(0.05).write(tmp_path_factory.mktemp("plot") / "p.dxf")
    return path.read_bytes()


@pytest.fixture(scope="module")
def placed(door: httpx.Client, on_plot: bytes) -> dict[str, Any]:
    answer = send(door, on_plot, as_of="2026-11-22", survey="NLT/174/2B")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_drawing_for_a_plot_is_laid_on_it_and_its_placement_is_kept(
    door: httpx.Client, placed: dict[str, Any]
) -> None:
    answer = placed["answer"]
    assert answer["placement"]["plot"]["id"] == "NLT:1:174:2B"
    assert answer["sources"]["heritage_area"]["by"] == "map"
    kept = door.get(placed["links"]["self"]).json()["answer"]
    assert kept["placement"] == answer["placement"]
    told = door.get(placed["links"]["building"]).json()
    assert [f["properties"]["role"] for f in told["features"]] == ["parcel", "plot", "footprint"]


def test_nobody_sees_the_building_without_its_key(
    door: httpx.Client, placed: dict[str, Any]
) -> None:
    path = f"/v1/scrutiny/{placed['id']}/building.geojson"
    assert door.get(path).status_code == 404
    assert door.get(path, headers={"K-MAP-Key": "guess"}).status_code == 404
    shown = door.get(path, headers={"K-MAP-Key": placed["key"]})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store, private"
    plot = door.get("/v1/land", params={"plot": "NLT:1:174:2B"}).text
    page = door.get("/en/plot/NLT:1:174:2B").text
    assert placed["id"] not in plot + page
    corner = str(shown.json()["features"][2]["geometry"]["coordinates"][0][0][0])
    assert corner not in plot + page


def test_a_revision_stays_on_its_plot(
    door: httpx.Client, on_plot: bytes, placed: dict[str, Any]
) -> None:
    again = send(door, on_plot + b"\n", placed["links"]["revise"], as_of="2026-11-22")
    assert again.status_code == 201, again.text
    assert again.json()["answer"]["placement"]["asked"]["text"] == "NLT/174/2B"
    gone = door.delete(again.json()["links"]["self"])
    assert gone.status_code == 200
    assert door.get(again.json()["links"]["building"]).status_code == 410


@pytest.mark.parametrize("fields", [{"near": "nan,1"}, {"survey": "NLT/1", "plot": "a"}])
def test_a_place_that_is_none_is_refused(
    door: httpx.Client, kl02: bytes, fields: dict[str, str]
) -> None:
    answer = send(door, kl02, **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_place")


def test_a_plot_that_is_not_there_is_a_finding_not_a_refusal(
    door: httpx.Client, kl02: bytes
) -> None:
    answer = send(door, kl02, plot="NLT:1:9999:1", site=SITE)
    assert answer.status_code == 201
    codes = {one["code"] for one in answer.json()["answer"]["complaints"]}
    assert "parcel_not_found" in codes
    assert door.get(answer.json()["links"]["building"]).json()["features"] == []
