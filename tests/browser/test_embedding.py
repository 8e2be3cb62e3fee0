"""The chat on other people's websites: strict policies, odd styles, frames, and sites that nobody has allowed."""

import gzip

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenPage
from tests.browser.host import serve
from tests.browser.measure import STATIC
from tests.servers import free_ports

pytestmark = pytest.mark.e2e
SMALL = 12_000  # bytes, compressed: what a page with the chat costs a visitor


def test_one_script_tag_is_enough_under_a_strict_policy(open_page: OpenPage, host: str) -> None:
    """Content security policy and Trusted Types; a violation would be an error of the console."""
    chat = Chat(open_page(host, hosts=(host,)))
    chat.open()
    expect(chat.ask()).to_contain_text("Perhekeskus")
    with chat.page.expect_download():
        chat.choose("Tallenna tiedostoksi (HTML)")


def test_the_page_around_does_not_change_the_chat(open_page: OpenPage, host: str) -> None:
    chat = Chat(open_page(host, hosts=(host,)))
    chat.page.evaluate("""() => {
      document.documentElement.style.fontSize = '62.5%';
      document.body.style.cssText = 'font: 40px serif; text-transform: uppercase; line-height: 3; color: red';
    }""")
    style = chat.launcher.evaluate(
        "(node) => { const s = getComputedStyle(node); return [s.fontSize, s.textTransform]; }"
    )
    assert style == ["17px", "none"]


def test_a_second_script_tag_makes_no_second_chat(open_page: OpenPage, host: str) -> None:
    chat = Chat(open_page(f"{host}/kahdesti", hosts=(host,)))
    chat.page.wait_for_load_state()
    chat.open()
    expect(chat.host).to_have_count(1)


def test_in_a_frame_it_is_the_full_page(open_page: OpenPage, host: str) -> None:
    page = open_page(f"{host}/kehys", hosts=(host,))
    frame = page.frame_locator("iframe")
    frame.locator("#question").fill("Mikä on perhekeskus?")
    frame.locator("#question").press("Enter")
    expect(frame.locator(".bot").nth(1)).to_contain_text("Perhekeskus")


def test_it_is_small() -> None:
    files = [(STATIC / name).read_bytes() for name in ("widget.js", "widget.css")]
    assert sum(len(gzip.compress(data, 9)) for data in files) <= SMALL


def test_it_can_be_used_without_its_styles(open_page: OpenPage, host: str) -> None:
    def prepare(page: Page) -> None:
        page.route("**/static/*.css", lambda route: route.abort())

    chat = Chat(open_page(host, hosts=(host,), expected="Failed to load resource", prepare=prepare))
    chat.open()
    expect(chat.ask()).to_contain_text("Perhekeskus")
    chat.page.keyboard.press("Escape")
    expect(chat.dialog).to_be_hidden()


def test_a_site_that_is_not_in_the_list_gets_contacts_but_no_answers(open_page: OpenPage, site: str) -> None:
    with serve(free_ports(1)[0], site) as stranger:
        chat = Chat(open_page(stranger, hosts=(stranger,), expected="CORS policy|Failed to load resource"))
        chat.open()
        expect(chat.greeting).to_contain_text("automaatti")
        chat.input.fill("Mikä on perhekeskus?")
        chat.input.press("Enter")
        expect(chat.alert).to_contain_text("116117")
        expect(chat.answers).to_have_count(1)
