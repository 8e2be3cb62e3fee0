"""The counsellors' desk in a real Chromium: live search, keys, copying, no JavaScript, accessibility rules."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

import pytest
from aiohttp import web
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from bot.settings import Settings as BotSettings
from knowledge import settings as knowledge_settings
from knowledge.bootstrap import bootstrap
from knowledge.serving import Service
from tests.browser.axe import PHONE, everywhere
from tests.browser.conftest import SECONDS, OpenPage
from tests.servers import free_ports
from web.app import init_app
from web.settings import Settings

pytestmark = pytest.mark.e2e
PASSWORD = "selaimen salasana"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
QUESTION = "Kuka vetää Kohti-hanketta?"
FACT = "/neuvoja/fakta/kohti-hankepaallikko"
LOST = r"net::ERR_FAILED|htmx:"  # htmx writes what happened to the console
PAGES = {
    "search": "/neuvoja",
    "results": f"/neuvoja?q={QUESTION}",
    "nothing": "/neuvoja?q=mikä on pizza",
    "filtered": "/neuvoja?nakokulma=funding&alue=Päijät-Häme",
    "subjects": "/neuvoja/aiheet?alue=Päijät-Häme",
    "subject": "/neuvoja/aihe/lape-ph",
    "fact": FACT,
    "report": f"{FACT}/virhe",
    "ask": "/neuvoja/kysy",
    "feedback": "/neuvoja/palaute",
    "missing": "/neuvoja/fakta/ei-ole",
}
OpenDesk = Callable[..., Page]


@pytest.fixture(scope="module")
def site(servers: BotSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A web app with an open desk, in front of the running servers, with feedback of its own."""
    feedback = f"sqlite:///{tmp_path_factory.mktemp('desk') / 'feedback.db'}"
    service = Service(bootstrap(replace(knowledge_settings.read(), feedback_url=feedback)))
    service.warm()
    service.feedback().rate(["kohti-hankepaallikko"], "wrong", "Nimi on väärin.")
    service.feedback().unanswered("Paljonko kahvi maksaa?", "tsk-kulut", 0.1)
    settings = Settings(port=free_ports(1)[0], rasa_url=servers.rasa_url, desk_hash=HASH)
    loop, started = asyncio.new_event_loop(), threading.Event()
    runner = web.AppRunner(init_app(settings, service))

    async def begin() -> None:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(begin())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(30)
    yield f"http://{settings.host}:{settings.port}"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    loop.close()


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A busy machine may take longer than Playwright's usual five seconds."""
    expect.set_options(timeout=SECONDS * 1000)
    yield
    expect.set_options(timeout=5000)


@pytest.fixture
def open_desk(open_page: OpenPage, site: str) -> OpenDesk:
    """Opens a page of the desk for who has logged in."""

    def opener(path: str = "/neuvoja", javascript: bool = True, expected: str = "") -> Page:
        page = open_page("/neuvoja/kirjaudu", javascript=javascript, expected=expected)
        page.get_by_label("Salasana").fill(PASSWORD)
        page.get_by_role("button", name="Kirjaudu").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Hae tietoa")
        if path != "/neuvoja":
            page.goto(site + path)
        return page

    return opener


def search_for(page: Page, text: str) -> None:
    """Type the text and wait for the results that it gives by itself."""
    page.locator("#q").press_sequentially(text)
    expect(page.locator("#tila")).to_have_text(re.compile("Vastaus löytyi"))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_passes_the_accessibility_rules(open_desk: OpenDesk, name: str) -> None:
    page = open_desk(PAGES[name], expected="404" if name == "missing" else "")
    for summary in page.locator("main summary").all()[:8]:
        summary.click()
    assert {where: found for where, found in everywhere(page, f"desk-{name}").items() if found} == {}


def test_login_and_closed_forms_pass_them_too(open_page: OpenPage) -> None:
    page = open_page("/neuvoja/kirjaudu", expected="403")
    page.get_by_label("Salasana").fill("väärä")
    page.get_by_label("Salasana").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Salasana ei ole oikein. Yritä uudelleen.")
    assert {where: found for where, found in everywhere(page, "desk-login").items() if found} == {}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(open_desk: OpenDesk, name: str) -> None:
    page = open_desk(PAGES[name], expected="404" if name == "missing" else "")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_results_come_while_one_types(open_desk: OpenDesk) -> None:
    page = open_desk()
    status = page.locator("#tila").element_handle()
    search_for(page, QUESTION)
    expect(page.locator(".is-told .hit-link")).to_have_text("Kuka johti Kohti-hanketta?")
    expect(page).to_have_url(re.compile(r"/neuvoja\?q=Kuka"))
    assert status.evaluate("(node) => node.isConnected && node.getAttribute('role') === 'status'")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value(QUESTION)


def test_filters_act_at_once_and_the_address_can_be_shared(open_desk: OpenDesk, site: str) -> None:
    page = open_desk()
    page.get_by_text("Rajaa hakua").click()
    page.get_by_label("Näkökulma").select_option("Rahoitus")
    expect(page.locator("#tila")).to_have_text(re.compile(r"\d+ tietoa sopii rajaukseen"))
    expect(page).to_have_url(f"{site}/neuvoja?nakokulma=funding")
    shown = page.locator("#tila").inner_text()
    page.reload()
    expect(page.locator("#tila")).to_have_text(shown)


def test_the_keyboard_alone_is_enough(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    search_for(page, QUESTION)
    links = page.locator(".hit-link")
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(FACT))


def test_c_copies_the_text_with_its_citation(open_desk: OpenDesk, site: str) -> None:
    page = open_desk(f"/neuvoja?q={QUESTION}")
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    expect(page.locator("#ilmoitus")).to_have_text("Teksti on kopioitu.")
    assert_pasted(page, site)


def test_the_button_copies_too(open_desk: OpenDesk, site: str) -> None:
    page = open_desk(f"/neuvoja?q={QUESTION}")
    page.get_by_role("button", name="Kopioi muistioon").first.click()
    expect(page.locator("#ilmoitus")).to_have_text("Teksti on kopioitu.")
    assert_pasted(page, site)


def assert_pasted(page: Page, site: str) -> None:
    """Whether the clipboard holds the fact with its source and link."""
    area = page.locator("#kysymys")
    area.fill("")
    area.press("Control+v")
    pasted = area.input_value()
    assert "Kati Honkanen" in pasted
    assert "Lähde: Hyvinvointialueen hankkeilla" in pasted
    assert site + FACT in pasted


def test_letters_are_letters_while_one_types(open_desk: OpenDesk) -> None:
    page = open_desk(f"/neuvoja?q={QUESTION}")
    page.locator("#kysymys").fill("")
    page.locator("#kysymys").press_sequentially("a/c")
    expect(page.locator("#kysymys")).to_have_value("a/c")
    expect(page.locator("#ilmoitus")).to_be_empty()


def test_the_letter_keys_can_be_turned_off(open_desk: OpenDesk) -> None:
    page = open_desk(f"/neuvoja?q={QUESTION}")
    page.get_by_label("Näppäimet / ja c käytössä").uncheck()
    for _ in range(2):  # the choice is kept
        page.locator(".hit-link").first.focus()
        page.keyboard.press("c")
        page.keyboard.press("/")
        expect(page.locator(".hit-link").first).to_be_focused()
        expect(page.locator("#ilmoitus")).to_be_empty()
        page.reload()
    page.get_by_label("Näppäimet / ja c käytössä").check()


def test_a_lost_connection_is_told_calmly(open_desk: OpenDesk) -> None:
    page = open_desk(expected=LOST)
    page.route("**/neuvoja?*", lambda route: route.abort())
    page.locator("#q").press_sequentially("perhekeskus")
    expect(page.locator("#ilmoitus")).to_have_text("Haku ei onnistunut. Tarkista yhteys ja yritä uudelleen.")
    page.unroute("**/neuvoja?*")
    page.locator("#q").press("Enter")
    expect(page.locator("#tila")).to_have_text(re.compile("tieto"))


def test_a_lapsed_session_leads_to_login_and_back(open_desk: OpenDesk) -> None:
    page = open_desk(f"/neuvoja?q={QUESTION}", expected="401")
    page.context.clear_cookies()
    page.locator("#q").press_sequentially(" nyt")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")
    page.get_by_label("Salasana").fill(PASSWORD)
    page.get_by_label("Salasana").press("Enter")
    expect(page.locator("#q")).to_have_value(QUESTION)


def test_one_can_ask_as_a_resident_does(open_desk: OpenDesk) -> None:
    page = open_desk(f"/neuvoja?q={QUESTION}")
    page.get_by_role("button", name="Kysy", exact=True).click()
    expect(page.locator("#vastaus")).to_contain_text("Kati Honkanen")
    expect(page.locator("#vastaus a").first).to_have_attribute("href", FACT)
    page.locator("#vastaus button").first.click()
    expect(page.locator("#vastaus")).not_to_contain_text("hankepäällikkönä esiteltiin")
    expect(page.locator(".is-told")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_timeline_is_drawn_in_forced_colours_too(open_desk: OpenDesk, scheme: Literal["light", "dark"]) -> None:
    page = open_desk("/neuvoja/aihe/lape-ph")
    page.emulate_media(color_scheme=scheme, forced_colors="active")
    picture = page.get_by_role("img", name="Päijät-Hämeen LAPE-hanke: aikajana")
    expect(picture).to_be_visible()
    colours = picture.locator(".mark").first.evaluate("(mark) => getComputedStyle(mark).fill")
    ground = picture.evaluate("(picture) => getComputedStyle(picture).backgroundColor")
    page.emulate_media(forced_colors="none")
    assert colours != ground


def test_everything_works_without_javascript(open_desk: OpenDesk) -> None:
    page = open_desk(javascript=False)
    page.get_by_label("Kysymys tai hakusana").fill(QUESTION)
    page.get_by_role("button", name="Hae").click()
    expect(page.locator(".is-told")).to_contain_text("Kati Honkanen")
    expect(page.get_by_role("button", name="Kopioi muistioon").first).to_be_hidden()
    page.get_by_text("Muistioteksti").first.click()
    expect(page.get_by_label("Valitse teksti ja kopioi").first).to_have_value(re.compile("Lähde: Hyvinvointialueen"))
    page.get_by_role("button", name="Kysy", exact=True).click()
    expect(page.locator("#vastaus")).to_contain_text("Kati Honkanen")
    page.locator("#vastaus a").first.click()
    page.get_by_role("link", name="Ilmoita virheestä").click()
    page.get_by_label("Mikä tiedossa on väärin?").fill("Nimi on väärin.")
    page.get_by_role("button", name="Lähetä ilmoitus").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiitos ilmoituksesta")
    page.get_by_role("link", name="Palaute", exact=True).click()
    expect(page.locator("table").first).to_contain_text("Nimi on väärin.")
    page.get_by_role("link", name="Aiheet").click()
    page.get_by_label("Aiheen nimi").fill("lape-hanke")
    page.get_by_role("button", name="Näytä").click()
    page.get_by_role("link", name="Päijät-Hämeen LAPE-hanke", exact=True).click()
    expect(page.locator("svg.timeline")).to_be_visible()
    page.get_by_role("button", name="Kirjaudu ulos").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")
