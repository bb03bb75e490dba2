"""The pages as a reader without JavaScript, or a search engine, gets them."""

import re
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.db
PLOT = "NLT:1:191:3B"
LARGEST_PAGE = 60_000
LANGS = ("ml", "en")


@pytest.mark.parametrize(
    ("accepts", "path"), [("en-IN,en;q=0.9", "/en/"), ("ml,en;q=0.8", "/ml/"), ("fr", "/ml/")]
)
def test_the_first_address_leads_to_the_language_of_the_browser(
    client: httpx.Client, accepts: str, path: str
) -> None:
    answer = client.get("/", headers={"accept-language": accepts})
    assert (answer.status_code, answer.headers["location"]) == (302, path)


@pytest.mark.parametrize("lang", LANGS)
def test_a_survey_number_leads_to_its_plot(client: httpx.Client, lang: str) -> None:
    form = client.get(f"/{lang}/").text
    assert f'action="/{lang}/find" method="get"' in form
    answer = client.get(f"/{lang}/find", params={"q": "191/3B"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{lang}/plot/{PLOT}")


def test_a_number_with_several_plots_lists_them(client: httpx.Client) -> None:
    page = client.get("/en/find", params={"q": "145"})
    assert page.status_code == 200
    assert len(re.findall(r'href="/en/plot/', page.text)) > 1


def test_a_number_that_nobody_has_says_what_to_do(client: httpx.Client) -> None:
    page = client.get("/en/find", params={"q": "99999/9"})
    assert page.status_code == 404
    assert "Write the survey number as it stands in the deed" in page.text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("use", ["A1", "A1-flats", "F"])
def test_a_plot_page_is_complete_and_light(client: httpx.Client, lang: str, use: str) -> None:
    page = client.get(f"/{lang}/plot/{PLOT}", params={"use": use})
    assert page.status_code == 200
    assert len(page.content) <= LARGEST_PAGE
    for part in ("affected", "not-affected", "no-data", "build", "offices", "keep"):
        assert f'id="{part}"' in page.text
    assert '<svg class="sketch"' in page.text
    assert "{" not in re.sub(r'data-(config|allowed)="[^"]*"', "", page.text)


def test_a_plot_page_says_that_it_is_no_permit_and_that_the_town_is_invented(
    client: httpx.Client,
) -> None:
    page = client.get(f"/en/plot/{PLOT}").text
    assert "Not a permit" in page
    assert "invented" in page
    assert "not yet been compared with the gazette" in page


def test_another_day_asks_the_law_of_that_day(client: httpx.Client) -> None:
    page = client.get(f"/en/plot/{PLOT}", params={"as_of": "2020-01-01"}).text
    assert "law as of 1 January 2020" in page
    assert 'value="2020-01-01"' in page


def test_an_emptied_date_is_today(client: httpx.Client) -> None:
    emptied = client.get(f"/en/plot/{PLOT}", params={"as_of": ""})
    assert emptied.text == client.get(f"/en/plot/{PLOT}").text.replace(
        f'href="/ml/plot/{PLOT}"', f'href="/ml/plot/{PLOT}?as_of="'
    )


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/en/plot/NLT:1:99999:9", 404, "This is not here"),
        ("/ml/plot/NLT:1:99999:9", 404, "ഇത് ഇവിടെയില്ല"),
        ("/en/plot/at?lon=76.3&lat=nan", 422, "Something in the question is not right"),
        (f"/ml/plot/{PLOT}?as_of=2020-02-31", 422, "ചോദ്യത്തിൽ എന്തോ ശരിയല്ല"),
        (f"/en/plot/{PLOT}?use=castle", 422, "use is one of"),
        ("/en/building/none", 404, "This is not here"),
        ("/en/nowhere", 404, "This is not here"),
        ("/en/scrutiny/none?key=none", 404, "This is not here"),
        ("/en/scrutiny/none", 422, "Something in the question is not right"),
    ],
)
def test_an_error_is_a_page_in_the_language_of_the_reader(
    client: httpx.Client, path: str, status: int, says: str
) -> None:
    page = client.get(path)
    assert page.status_code == status
    assert says in page.text
    assert "Traceback" not in page.text


def test_the_switch_of_language_keeps_the_page_and_its_day(client: httpx.Client) -> None:
    page = client.get(f"/en/plot/{PLOT}", params={"as_of": "2024-05-01"}).text
    switch = re.search(r'class="switch" href="([^"]+)"', page)
    assert switch
    assert switch[1].startswith("/ml/plot/NLT")
    assert switch[1].endswith("as_of=2024-05-01")


def test_files_are_kept_for_ever_and_nothing_outside_is_served(client: httpx.Client) -> None:
    address = re.search(r'href="(/static/[^"]+/site.css)"', client.get("/en/").text)
    assert address
    style = client.get(address[1])
    assert style.headers["content-type"].startswith("text/css")
    assert "immutable" in style.headers["cache-control"]
    for name in ("../pages.py", "%2e%2e/pages.py", "nothing.css", "vendor/axe-core/axe.min.js"):
        assert client.get(f"/static/x/{name}").status_code == 404


def test_a_page_allows_no_inline_script_and_no_other_host(client: httpx.Client) -> None:
    policy = client.get("/en/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("lang", LANGS)
def test_a_drawing_is_checked_by_the_plain_form_and_erased_on_request(
    client: httpx.Client, shared: Path, lang: str
) -> None:
    plan = (shared / "plans" / "kl02_house_202m2.dxf").read_bytes()
    sent = client.post(
        f"/{lang}/scrutiny",
        files={"file": ("plan.dxf", plan)},
        data={"family": "municipal", "access_width_m": "4", "as_of": "", "street_class": ""},
    )
    assert sent.status_code == 303
    page = client.get(sent.headers["location"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert 'data-finding="' in page.text
    assert "201.48" in page.text
    action, key = re.search(
        r'action="([^"]+/delete)".*?name="key" value="([^"]+)"', page.text, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    assert client.post(action, data={"key": key}).status_code == 422
    assert client.post(action, data={"key": key, "sure": "yes"}).status_code == 200
    assert client.get(sent.headers["location"]).status_code == 410


def test_a_number_that_is_none_is_refused_with_its_name(
    client: httpx.Client, shared: Path
) -> None:
    plan = (shared / "plans" / "kl02_house_202m2.dxf").read_bytes()
    sent = client.post(
        "/en/scrutiny", files={"file": ("p.dxf", plan)}, data={"access_width_m": "wide"}
    )
    assert sent.status_code == 422
    assert "access_width_m" in sent.text


def test_a_building_shows_its_floors_and_leads_to_its_plot(client: httpx.Client) -> None:
    found = client.get("/v1/search", params={"q": "191"}).json()["found"]
    answers = (client.get("/v1/land", params={"plot": plot["id"]}).json() for plot in found)
    building = next(b for answer in answers for b in answer["buildings"])
    page = client.get(f"/ml/building/{building['id']}")
    assert page.status_code == 200
    assert "/ml/plot/NLT" in page.text


@pytest.mark.parametrize("lang", LANGS)
def test_the_rule_book_can_be_read(client: httpx.Client, lang: str) -> None:
    page = client.get(f"/{lang}/rules").text
    assert 'id="r26-front-yard"' in page
    assert "r31-subdivision" in page  # a row of the register


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Car bays must be at least"), ("ml", "കാർ പാർക്കിങ് സ്ഥലങ്ങൾ കുറഞ്ഞത്")]
)
def test_a_clause_is_said_as_the_law_says_it(client: httpx.Client, lang: str, words: str) -> None:
    assert words in client.get(f"/{lang}/rules/r29-parking-cars").text
    older = client.get(f"/{lang}/rules/r29-parking-cars", params={"as_of": "2010-01-01"})
    assert older.status_code == 200
    assert words not in older.text
    nowhere = client.get(f"/{lang}/rules/r99-nothing")
    assert nowhere.status_code == 404


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_about_drawings_has_its_page(client: httpx.Client, lang: str) -> None:
    index = client.get(f"/{lang}/findings").text
    codes = re.findall(rf'href="/{lang}/findings/(\w+)"', index)
    assert len(codes) > 60
    page = client.get(f"/{lang}/findings/outline_open")
    assert page.status_code == 200
    assert "PEDIT" in page.text
    assert client.get(f"/{lang}/findings/no_such_code").status_code == 404


def test_a_changed_drawing_leads_to_what_changed(client: httpx.Client, shared: Path) -> None:
    plan = (shared / "plans" / "kl02_house_202m2.dxf").read_bytes()
    sent = client.post("/en/scrutiny", files={"file": ("p.dxf", plan)})
    page = client.get(sent.headers["location"]).text
    assert "Draw on these layers" in page
    assert 'href="/en/findings/' in page
    assert re.search(r'href="/v1/scrutiny/[^"]*/overlay\.dxf', page)
    action = re.search(r'action="(/en/scrutiny/[^"]*/revise)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert action
    assert key
    changed = plan.replace(b"BLK_1_LVL_0_REAR_YARD", b"BLK_1_LVL_0_REAR_YRAD")
    files = {"file": ("p.dxf", changed)}
    revised = client.post(action[1], files=files, data={"key": key[1]})
    assert revised.status_code == 303, revised.text
    compared = client.get(revised.headers["location"])
    assert compared.status_code == 200, compared.text
    assert 'id="change-new"' in compared.text
    assert "BLK_1_LVL_0_REAR_YARD" in compared.text
    built = client.get(revised.headers["location"] + "&completion=true")
    assert "The completed building against its permit" in built.text
    assert "revised permit" in built.text
    wrong = client.post(action[1], files=files, data={"key": "guess"})
    assert wrong.status_code == 404


def test_a_static_file_that_is_not_there_is_a_coded_error(client: httpx.Client) -> None:
    told = client.get("/static/x/nothing.css", headers={"accept": "*/*"})
    assert told.status_code == 404
    assert told.json()["code"] == "no_such_page"
