"""Every state of the chat passes the accessibility rules, at every size, in light and dark, and fits its place."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.axe import everywhere
from tests.browser.chat import Chat, states
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.e2e
PROVOKED = r"Failed to load resource: net::ERR_FAILED"
STATES = {
    "open", "answered", "sources", "feedback", "thanked", "menu", "sure", "privacy", "emergency", "offline", "contacts",
    "restored",
}  # fmt: skip


def checked(page: Page, name: str) -> Iterator[str]:
    """What is wrong in this state."""
    for where, found in everywhere(page, name).items():
        yield from (f"{name}, {where}: {line}" for line in found)
    yield from (f"{name}: {line}" for line in Chat(page).sideways())


def test_the_full_page(open_page: OpenPage) -> None:
    page = open_page(expected=PROVOKED)
    seen = {state: list(checked(page, f"page-{state}")) for state in states(Chat(page))}
    assert set(seen) == STATES
    assert [line for found in seen.values() for line in found] == []


def test_the_dialog_on_another_website(open_page: OpenPage, host: str) -> None:
    page = open_page(host, hosts=(host,), expected=PROVOKED)
    chat = Chat(page)
    chat.launcher.wait_for()
    closed = list(checked(page, "dialog-closed"))
    chat.open()
    seen = {state: list(checked(page, f"dialog-{state}")) for state in states(chat)}
    assert set(seen) == STATES
    assert [*closed, *(line for found in seen.values() for line in found)] == []
