"""Extracts, keys, verification and watches at the door."""

import copy
import hashlib
import json
import re
from typing import Any

import feedparser
import httpx
import pytest

from kmap.papers.verify import check
from kmap.services import Services

pytestmark = pytest.mark.db
DAY = "2026-11-22"
WHERE = {"survey": "NLT/174/2B", "as_of": DAY}
PLOT = "NLT:1:174:2B"
PAGE = {"accept": "text/html"}


@pytest.fixture(scope="module")
def keys(door: httpx.Client) -> dict[str, Any]:
    return door.get("/.well-known/kmap-keys.json").json()


@pytest.fixture(scope="module")
def issued(door: httpx.Client) -> httpx.Response:
    return door.post("/v1/extracts", json=WHERE)


@pytest.fixture(scope="module")
def name(issued: httpx.Response) -> str:
    return issued.json()["proof"]["id"]


def test_an_extract_is_issued_and_its_number_is_the_hash_of_its_bytes(
    door: httpx.Client, issued: httpx.Response, name: str, keys: Any
) -> None:
    assert issued.status_code == 201
    assert check(issued.content, keys).code == "genuine"
    kept = door.get(issued.headers["location"])
    assert hashlib.sha256(kept.content).hexdigest() == name
    assert kept.json() == issued.json()["extract"]
    assert "immutable" in kept.headers["cache-control"]
    again = door.get(issued.headers["location"], headers={"if-none-match": kept.headers["etag"]})
    assert again.status_code == 304


def test_the_same_asked_again_any_way_is_the_same_extract(
    door: httpx.Client, issued: httpx.Response
) -> None:
    by_id = door.post("/v1/extracts", json={"plot": PLOT, "as_of": DAY})
    assert by_id.content == issued.content
    assert door.get("/v1/extract.json", params=WHERE).content == issued.content
    other = door.get("/v1/extract.json", params={**WHERE, "use": "F"})
    assert other.json()["proof"]["id"] != issued.json()["proof"]["id"]


def test_a_load_elsewhere_leaves_the_extract_as_it_is(
    door: httpx.Client, services: Services, issued: httpx.Response
) -> None:
    with services.pool.connection() as db:
        row = db.execute(
            "INSERT INTO layer_load (kind, source_en, source_ml, checksum, rows)"
            " VALUES ('features', 'far', 'ദൂരെ', 'far', 0) RETURNING id"
        ).fetchone()
    assert row
    try:
        assert door.post("/v1/extracts", json=WHERE).content == issued.content
        newest = door.get("/v1/land", params=WHERE).json()["known_at"]
        then = door.post("/v1/extracts", json={**WHERE, "known_at": newest})
        assert then.json()["proof"]["id"] != issued.json()["proof"]["id"]
        assert then.json()["extract"]["answer"]["known_at"] == newest
    finally:
        with services.pool.connection() as db:
            db.execute("DELETE FROM layer_load WHERE id = %s", (row["id"],))


@pytest.mark.parametrize("kind", ["json", "geojson", "html", "pdf"])
def test_each_form_is_genuine_and_the_kept_one_too(
    door: httpx.Client, keys: Any, name: str, kind: str
) -> None:
    made = door.get(f"/v1/extract.{kind}", params={**WHERE, "lang": "en"})
    kept = door.get(f"/v1/extracts/{name}/extract.{kind}", params={"lang": "en"})
    for file in (made, kept):
        assert file.status_code == 200
        assert (check(file.content, keys).code, check(file.content, keys).id) == ("genuine", name)
        told = door.post("/v1/verify", content=file.content).json()
        assert (told["code"], told["id"]) == ("genuine", name)


def test_the_geojson_has_plot_parts_and_footprint(door: httpx.Client) -> None:
    found = door.get("/v1/extract.geojson", params=WHERE)
    assert found.headers["content-type"] == "application/geo+json"
    kinds = [one["properties"]["kind"] for one in found.json()["features"]]
    assert kinds == ["plot", *["restriction"] * 4, "footprint"]
    assert all(one["geometry"] for one in found.json()["features"])


def test_nothing_of_a_person_and_nothing_of_the_clock_is_in_it(issued: httpx.Response) -> None:
    text = json.dumps(issued.json()["extract"]).lower()
    assert not re.search(r'"(owner|holder_name|aadhaar|phone|email|issued_at|made_at)"', text)


def test_an_altered_file_is_refused_with_words(door: httpx.Client, issued: httpx.Response) -> None:
    changed = issued.content.replace(b'"share_pct":84.22', b'"share_pct":14.22')
    assert changed != issued.content
    told = door.post("/v1/verify", content=changed).json()
    assert (told["code"], told["genuine"]) == ("altered", False)
    assert told["says"]["en"].startswith("Altered")


def test_what_has_changed_since_is_nothing_or_named(
    door: httpx.Client, services: Services, name: str, issued: httpx.Response
) -> None:
    told = door.get(f"/v1/extracts/{name}/changes").json()
    assert (told["genuine"], told["changes"]) == (True, [])
    old = copy.deepcopy(issued.json()["extract"]["answer"])
    zoning = next(theme for theme in old["themes"] if theme["id"] == "zoning")
    del zoning["restrictions"][1]
    old["may_build"]["limits"][0]["value"] = 1.0
    earlier = services.issuer.issue(old, "A1")
    told = door.get(f"/v1/extracts/{earlier.id}/changes", params={"lang": "ml"}).json()
    assert [(one["what"], one["change"]) for one in told["changes"]] == [
        ("restriction", "added"),
        ("limit", "changed"),
    ]
    for lang, words in (("en", "Heritage zone"), ("ml", "പൈതൃക മേഖല")):
        page = door.get(f"/{lang}/x/{earlier.id}", headers=PAGE)
        assert page.status_code == 200
        assert words in page.text


@pytest.mark.parametrize(
    ("lang", "genuine", "nothing"),
    [("en", "Genuine", "Nothing has changed"), ("ml", "യഥാർത്ഥം", "ഒന്നും മാറിയിട്ടില്ല")],
)
def test_a_scanned_code_leads_to_genuine_and_nothing_changed(
    door: httpx.Client, name: str, lang: str, genuine: str, nothing: str
) -> None:
    lead = door.get(f"/x/{name}", headers={"accept-language": lang})
    assert (lead.status_code, lead.headers["location"]) == (303, f"/{lang}/x/{name}")
    page = door.get(lead.headers["location"], headers=PAGE)
    assert page.status_code == 200
    assert genuine in page.text
    assert nothing in page.text


@pytest.mark.parametrize("path", ["/v1/extracts/{}", "/v1/extracts/{}/changes", "/en/x/{}"])
def test_an_extract_that_was_never_issued_is_404(door: httpx.Client, path: str) -> None:
    assert door.get(path.format("0" * 64)).status_code == 404
    assert door.get(path.format("0" * 64)).json()["code"] == "no_extract"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"survey": "NLT/174/2B", "plot": "x"}', 422, "bad_request_value"),
        (b'{"survey": "NLT/174/2B", "known_at": "2026-11-25"}', 422, "bad_request_value"),
        (b'{"survey": "NLT/9999/1"}', 404, "no_such_plot"),
        (b'{"lon": NaN, "lat": 10}', 422, "not_finite"),
        (b'{"plot": "a", "plot": "b"}', 400, "duplicate_key"),
        (b'{"survey": "NLT/174/2B", "use": "A1", "owner": "x"}', 422, "bad_request_value"),
        (b'{"survey": "NLT/174/2B", "use": "Q9"}', 422, "bad_request_value"),
    ],
)
def test_bad_questions_are_refused_by_name(
    door: httpx.Client, body: bytes, status: int, code: str
) -> None:
    answer = door.post("/v1/extracts", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_page_verifies_a_file_and_a_code_without_keeping_them(
    door: httpx.Client, name: str
) -> None:
    pdf = door.get(f"/v1/extracts/{name}/extract.pdf").content
    good = door.post("/en/verify", files={"file": ("a.pdf", pdf)}, headers=PAGE)
    bad = door.post("/ml/verify", files={"file": ("a.pdf", pdf[:-2] + b"0\n")}, headers=PAGE)
    assert "Genuine" in good.text
    assert PLOT in good.text
    assert "മാറ്റം വരുത്തിയത്" in bad.text
    junk = door.post("/en/verify", data={"text": "hello"}, headers=PAGE)
    assert "Not a signed extract" in junk.text
    assert door.post("/en/verify", data={"text": ""}, headers=PAGE).status_code == 422


def test_keys_are_public_halves_only(door: httpx.Client, services: Services, keys: Any) -> None:
    assert door.get("/v1/keys").json() == keys
    secret = services.issuer.ring.signer().secret.hex()
    assert secret not in json.dumps(keys)
    assert {"kty", "crv", "kid", "x", "status"} <= set(keys["keys"][0])


def test_a_watch_lives_from_post_to_delete(door: httpx.Client, services: Services) -> None:
    made = door.post("/v1/watches", json={"plot": PLOT})
    assert made.status_code == 201
    watch, key = made.json()["id"], made.json()["key"]
    feed = door.get(f"/v1/watches/{watch}/feed.atom", params={"key": key})
    assert feed.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(feed.content)
    assert (read.bozo, read.entries) == (False, [])
    etag = {"if-none-match": feed.headers["etag"]}
    same = door.get(f"/v1/watches/{watch}/feed.atom", params={"key": key}, headers=etag)
    assert same.status_code == 304
    assert door.get(f"/v1/watches/{watch}", headers={"K-MAP-Key": key}).json()["alerts"] == []
    for lang, none in (("en", "No alert yet"), ("ml", "അറിയിപ്പുകളില്ല")):
        page = door.get(f"/{lang}/watch/{watch}", params={"key": key}, headers=PAGE)
        assert none in page.text
        assert page.headers["cache-control"] == "no-store"
    refused = [
        door.get(f"/v1/watches/{watch}", params={"key": "wrong"}),
        door.get("/v1/watches/nothing", params={"key": key}),
        door.delete(f"/v1/watches/{watch}"),
    ]
    assert {one.content for one in refused} == {refused[0].content}
    assert refused[0].status_code == 404
    assert door.delete(f"/v1/watches/{watch}", params={"key": key}).status_code == 204
    assert door.get(f"/v1/watches/{watch}", params={"key": key}).status_code == 404


def test_the_plot_s_page_leads_to_a_watch_that_can_be_deleted_there(door: httpx.Client) -> None:
    assert 'action="/en/watch"' in door.get(f"/en/plot/{PLOT}", headers=PAGE).text
    lead = door.post("/en/watch", data={"plot": PLOT, "use": "A1"})
    assert lead.status_code == 303
    path, _, query = lead.headers["location"].partition("?")
    key = query.removeprefix("key=")
    gone = door.post(f"{path}/delete", data={"key": key}, headers=PAGE)
    assert "gone from our store" in gone.text
    assert door.get(f"{path}?{query}", headers=PAGE).status_code == 404
