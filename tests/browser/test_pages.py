"""The pages around the chat: accessible at every size, and a whole conversation without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import PHONE, ZOOMED, everywhere
from tests.browser.chat import DANGER, QUESTION
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.e2e
PLAIN = "/keskustelu/pelkistetty"


@pytest.mark.parametrize("path", ["/saavutettavuus", "/tietosuoja", "/tietoa", PLAIN, "/tuntematon"])
def test_a_page_is_accessible_at_every_size(open_page: OpenPage, path: str) -> None:
    page = open_page(path, expected="404" if path == "/tuntematon" else "")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    accessible(page, path.strip("/").replace("/", "-"))


def accessible(page: Page, name: str) -> None:
    """Fails where the rules find something or the page is wider than the window."""
    found = {where: [*lines, *wide(page)] for where, lines in everywhere(page, name).items()}
    assert {where: lines for where, lines in found.items() if lines} == {}


def wide(page: Page) -> list[str]:
    """Whether one must scroll sideways."""
    root = "document.documentElement"
    width, place = page.evaluate(f"[{root}.scrollWidth, {root}.clientWidth]")
    return [f"{width} > {place} pixels"] if width > place else []


def say(page: Page, text: str) -> None:
    """Write and send without JavaScript."""
    page.get_by_label("Kysymyksesi").fill(text)
    page.get_by_role("button", name="Lähetä", exact=True).click()


def test_without_javascript_the_chat_leads_to_the_plain_one(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sote-opas, automaatti")
    expect(page.get_by_role("link", name="116117")).to_have_attribute("href", "tel:116117")
    say(page, QUESTION)
    assert page.url.split("#")[0].endswith(PLAIN)
    expect(page.locator("main")).to_contain_text("Lähde")


def test_a_whole_conversation_without_javascript(open_page: OpenPage) -> None:
    page = open_page(PLAIN, javascript=False)
    main = page.locator("main")
    say(page, QUESTION)
    expect(main).to_contain_text("Lähde")
    page.locator("summary", has_text="Näytä läh").click()
    expect(main.locator("dl").first).to_contain_text("Julkaisija")
    page.get_by_role("button", name="Kyllä").click()
    expect(page.get_by_role("status")).to_contain_text("Kiitos")
    further = page.locator("button[name=suggestion]").first
    text = further.inner_text()
    further.click()
    expect(main.locator(".me").last).to_contain_text(text)
    say(page, DANGER)
    expect(main.locator(".bot").last.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    page.get_by_role("button", name="Ota yhteyttä ihmiseen").click()
    expect(main.locator(".bot").last).to_contain_text("hyvinvointialue")
    page.locator("summary", has_text="Tallenna").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Tallenna tekstinä").click()
    assert QUESTION in saving.value.path().read_text(encoding="utf-8")


def test_the_plain_conversation_is_accessible(open_page: OpenPage) -> None:
    page = open_page(PLAIN)
    say(page, QUESTION)
    for summary in page.locator("main summary").all():
        summary.click()
    accessible(page, "keskustelu-pelkistetty-vastaus")


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED])
def test_the_page_without_scripts_fits(open_page: OpenPage, viewport: tuple[int, int]) -> None:
    page = open_page(javascript=False, viewport=viewport)
    box = page.get_by_role("button", name="Lähetä").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= viewport[0]
