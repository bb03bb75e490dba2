"""The site in real Chromium: the map draws and answers, findings light their places."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Literal

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from psycopg.rows import dict_row

pytestmark = [pytest.mark.db, pytest.mark.browser]
CHROMIUM = Path(os.environ.get("KMAP_CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--use-angle=swiftshader"),
    "--enable-unsafe-swiftshader",
)
AXE = Path(__file__).resolve().parents[2] / "api/web/vendor/axe-core/axe.min.js"
PLOT = "NLT:1:191:3B"
ZOOM = 17
WORLD_PX = 512 * 2**ZOOM
expect.set_options(timeout=20_000)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once; never one of Playwright's own."""
    if not CHROMIUM.exists():
        reason = f"No browser at {CHROMIUM}: apt-get install chromium, or set KMAP_CHROMIUM."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def desk(browser: Browser, site_url: str) -> Iterator[Page]:
    """A page on a desk that notes what goes wrong; a test ends with nothing noted."""
    yield from watched(browser.new_context(base_url=site_url, viewport=DESK), site_url)


@pytest.fixture
def phone(browser: Browser, site_url: str) -> Iterator[Page]:
    """The same on a phone."""
    context = browser.new_context(base_url=site_url, viewport=PHONE, has_touch=True)
    yield from watched(context, site_url)


def watched(context: BrowserContext, site_url: str) -> Iterator[Page]:
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("request", lambda sent: _own(sent.url, site_url) or wrong.append(sent.url))
    yield page
    context.close()
    assert not wrong


def _own(url: str, site_url: str) -> bool:
    return url.startswith((site_url, "blob:", "data:"))


def drawn(page: Page) -> int:
    """Wait for the map and return how many plots it shows."""
    page.wait_for_selector("#map[data-idle]", state="attached", timeout=20_000)
    page.wait_for_function("Number(document.getElementById('map').dataset.idle) > 0")
    return int(page.get_attribute("#map", "data-idle") or 0)


def test_the_tiles_draw_with_labels_in_our_own_letters(desk: Page) -> None:
    fetched: list[str] = []
    desk.on("request", lambda sent: fetched.append(sent.url))
    desk.goto("/ml/")
    assert drawn(desk) > 1_000
    picture = desk.locator("#map canvas").screenshot()
    assert len(picture) > 100_000, "an empty map is a few kilobytes"
    assert any("manjari/malayalam-" in url for url in fetched)
    assert not any(".pbf" in url for url in fetched), "glyph files draw empty boxes"


def test_a_tap_on_the_map_answers_with_the_plot(desk: Page, client: httpx.Client) -> None:
    here = client.get("/v1/land", params={"plot": PLOT}).json()["plot"]
    lon, lat = here["centroid"]
    there, shift_px = neighbour(client, lon, lat)
    desk.goto(f"/en/plot/{PLOT}")
    drawn(desk)
    box = desk.locator("#map canvas").bounding_box()
    assert box
    desk.mouse.click(box["x"] + box["width"] / 2 + shift_px, box["y"] + box["height"] / 2)
    expect(desk.locator(f'.answer[data-plot="{there}"]')).to_be_visible()
    assert there in desk.url.replace("%25", "%")
    title = desk.locator("#answer-title").inner_text()
    desk.reload()
    expect(desk.locator("#answer-title")).to_have_text(title)


def neighbour(client: httpx.Client, lon: float, lat: float) -> tuple[str, float]:
    """Find a plot to the east, and how many pixels away its point is on the map."""
    for step in range(3, 40):
        away = step * 0.0001
        answer = client.get("/v1/land", params={"lon": f"{lon + away:.6f}", "lat": lat})
        if answer.status_code == 200 and answer.json()["plot"]["id"] != PLOT:
            return answer.json()["plot"]["id"], away / 360 * WORLD_PX
    pytest.fail("no plot east of the one asked for")


def test_the_map_answers_to_the_keyboard_alone(desk: Page) -> None:
    desk.goto(f"/ml/plot/{PLOT}")
    drawn(desk)
    desk.locator("#map canvas").focus()
    desk.keyboard.press("ArrowUp")
    desk.wait_for_timeout(600)
    desk.keyboard.press("Enter")
    desk.wait_for_function(
        "(old) => document.querySelector('.answer')?.dataset.plot !== old"
        " || !document.getElementById('map-say').hidden",
        arg=PLOT,
    )


def test_a_tap_where_there_is_no_plot_says_what_to_do(browser: Browser, site_url: str) -> None:
    page = browser.new_page(base_url=site_url, viewport=DESK)
    page.goto("/en/")
    drawn(page)
    page.route("**/plot/at?**", lambda route: route.continue_(url=at_sea(route.request.url)))
    page.locator("#map canvas").click()
    expect(page.locator("#map-say")).to_contain_text("no plot at this point")
    assert page.url.endswith("/en/")
    page.close()


def at_sea(url: str) -> str:
    """Move a question to where nothing is surveyed."""
    return re.sub(r"lon=[\d.]+", "lon=75.0", url)


def test_a_survey_number_is_found_on_a_phone(phone: Page) -> None:
    phone.goto("/ml/")
    phone.fill("#q", "191/3B")
    phone.click(".search-form button")
    expect(phone.locator("#answer-title")).to_contain_text("191/3B")
    assert drawn(phone) > 0


def test_a_dropped_drawing_shows_findings_and_each_lights_its_place(
    desk: Page, shared: Path
) -> None:
    desk.goto("/en/scrutiny")
    desk.set_input_files("#file", shared / "plans" / "kl02_house_202m2.dxf")
    expect(desk.locator("#drop-name")).to_contain_text("kl02_house_202m2.dxf")
    desk.click("#send")
    desk.wait_for_url("**/en/scrutiny/*?key=*", timeout=30_000)
    entry = desk.locator(".entry[data-key]:has(a.place)").first
    entry.locator("a.place").click()
    shape = (entry.get_attribute("data-shapes") or "").split()[0]
    expect(desk.locator(f"#shape-{shape}")).to_have_class(re.compile(r"\blit\b"))
    mark = desk.locator("#drawing [data-finding]").first
    mark.click()
    key = mark.get_attribute("data-finding")
    expect(desk.locator(f'.entry[data-key="{key}"]')).to_have_class(re.compile(r"\blit\b"))


def test_from_a_plot_s_page_to_its_building_standing_on_the_map(
    desk: Page, town: str, on_parcels: ModuleType, tmp_path: Path
) -> None:
    with psycopg.connect(town, row_factory=dict_row) as connection:
        found = on_parcels.parcel_and_street(connection, "NLT:1:174:2B")
    drawing = on_parcels.House(*found).shaken(0.05).write(tmp_path / "house.dxf")
    desk.goto("/ml/plot/NLT:1:174:2B")
    desk.click('a[href*="/ml/scrutiny?plot="]')
    expect(desk.locator("#plot")).to_have_value("NLT:1:174:2B")
    desk.set_input_files("#file", drawing)
    desk.click("#send")
    desk.wait_for_url("**/ml/scrutiny/*?key=*", timeout=60_000)
    expect(desk.locator("#placement")).to_contain_text("നീലത്തുറ")
    desk.locator("#placed-map").scroll_into_view_if_needed()
    expect(desk.locator("#placed-map")).to_have_attribute("data-shown", re.compile("[1-9]"))
    assert serious(desk) == []
    asked: list[str] = []
    desk.on("request", lambda sent: asked.append(sent.url))
    key = re.search(r"key=([^&]+)", desk.url)
    assert key
    desk.click('#placement a[href*="#scrutiny="]')
    expect(desk.locator("#map")).to_have_attribute("data-standing", "yes")
    assert any("building.geojson" in url for url in asked)
    assert not any(key[1] in url.split("#")[0] for url in asked), "the key is in no address"


def test_a_file_that_is_no_drawing_is_refused_on_the_form(browser: Browser, site_url: str) -> None:
    page = browser.new_page(base_url=site_url, viewport=DESK)
    page.goto("/en/scrutiny")
    page.set_input_files("#file", {"name": "a.dxf", "mimeType": "", "buffer": b"%PDF-1.7 no"})
    page.click("#send")
    expect(page.locator("#drop-say")).to_contain_text("A DXF drawing is needed")
    expect(page.locator("#send")).to_be_enabled()
    page.close()


def test_a_place_is_lit_without_javascript_too(
    browser: Browser, site_url: str, shared: Path
) -> None:
    context = browser.new_context(base_url=site_url, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto("/ml/scrutiny")
    page.set_input_files("#file", shared / "plans" / "kl02_house_202m2.dxf")
    page.click("#send")
    page.wait_for_url("**/ml/scrutiny/*?key=*", timeout=30_000)
    entry = page.locator(".entry[data-key]:has(a.place)").first
    entry.locator("a.place").click()
    assert "#shape-" in page.url
    context.close()


PAGES = [
    "",
    f"plot/{PLOT}",
    "find?q=145",
    "scrutiny",
    "rules",
    "rules/r29-parking-cars",
    "about",
    "nowhere",
]


@pytest.mark.parametrize("lang", ["ml", "en"])
def test_axe_finds_nothing_serious_on_any_page(
    browser: Browser, site_url: str, client: httpx.Client, shared: Path, lang: str
) -> None:
    plan = (shared / "plans" / "kl02_house_202m2.dxf").read_bytes()
    sent = client.post(f"/{lang}/scrutiny", files={"file": ("plan.dxf", plan)})
    found = client.get("/v1/search", params={"q": "191"}).json()["found"]
    answers = (client.get("/v1/land", params={"plot": plot["id"]}).json() for plot in found)
    building = next(b["id"] for answer in answers for b in answer["buildings"])
    paths = [f"/{lang}/{path}" for path in [*PAGES, f"building/{building}"]]
    paths.append(sent.headers["location"])
    sizes = (DESK, PHONE) if lang == "ml" else (DESK,)
    scheme: Literal["light", "dark"] = "light" if lang == "ml" else "dark"
    context = browser.new_context(base_url=site_url, color_scheme=scheme)
    page = context.new_page()
    for size in sizes:
        page.set_viewport_size(size)
        for path in paths:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
            assert serious(page) == [], path
    context.close()


def serious(page: Page) -> list[str]:
    """Return axe's serious and critical violations, each with its first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', "
        "'wcag21a', 'wcag21aa', 'best-practice']}).then((r) => r.violations)"
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_the_page_reflows_at_320_pixels(browser: Browser, site_url: str) -> None:
    context = browser.new_context(base_url=site_url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    for path in ("/ml/", f"/ml/plot/{PLOT}", "/ml/scrutiny", "/ml/rules"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()
