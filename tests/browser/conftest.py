"""A real Chromium and pages in it that are held to our promises: no errors, no policy violations, no other hosts."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from bot.settings import Settings
from tests.browser.axe import WIDE
from tests.browser.host import serve
from tests.servers import Ports

SECONDS = 20
OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. Package scope: while Playwright is open, no asynchronous test can run."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("there is no chromium on the PATH; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(servers: Settings) -> str:
    """Address of the running web app."""
    return servers.web_url


@pytest.fixture(scope="session")
def host(servers: Settings, ports: Ports) -> Iterator[str]:
    """Address of a website of another origin that embeds the chat."""
    with serve(ports.host, servers.web_url) as address:
        yield address


@pytest.fixture(scope="package")
def contexts(chromium: Browser) -> Iterator[Callable[[bool], BrowserContext]]:
    """Browser contexts, with and without JavaScript; kept, for a page opens sooner in one that is there."""
    kept: dict[bool, BrowserContext] = {}

    def context(javascript: bool) -> BrowserContext:
        if javascript not in kept:
            kept[javascript] = chromium.new_context(
                java_script_enabled=javascript, locale="fi-FI", timezone_id="Europe/Helsinki"
            )
            kept[javascript].set_default_timeout(SECONDS * 1000)
        return kept[javascript]

    yield context
    for each in kept.values():
        each.close()


@dataclass
class Watch:
    """What a page must not do. `hosts`: those it may speak to; `expected`: pattern of errors the test provokes."""

    hosts: frozenset[str]
    expected: str
    seen: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Begin to watch; policy violations are errors of the console."""
        page.on("console", lambda message: self._note(message.text, message.type))
        page.on("pageerror", lambda error: self._note(str(error), "error"))
        page.on("request", self._request)

    def _note(self, text: str, level: str) -> None:
        if level in {"error", "warning"} and not (self.expected and re.search(self.expected, text)):
            self.seen.append(text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc not in self.hosts:
            self.seen.append(f"request to another host: {request.url}")


@pytest.fixture
def open_page(contexts: Callable[[bool], BrowserContext], site: str) -> Iterator[OpenPage]:
    """Opens pages, each in a tab of its own: `open_page(path, viewport, scheme, javascript)`.

    `path` may be a whole address of another site that is named in `hosts`. `prepare` is called with the page before
    anything is loaded. After the test every page must have been without errors, policy violations and requests to other
    hosts; `expected` is a pattern of errors that the test provokes.
    """
    opened: list[tuple[Page, Watch]] = []

    def opener(
        path: str = "/keskustelu",
        viewport: tuple[int, int] = WIDE,
        scheme: Literal["light", "dark"] = "light",
        javascript: bool = True,
        hosts: tuple[str, ...] = (),
        expected: str = "",
        prepare: Callable[[Page], object] | None = None,
    ) -> Page:
        page = contexts(javascript).new_page()
        watch = Watch(frozenset(urlsplit(address).netloc for address in (site, *hosts)), expected)
        watch.over(page)
        opened.append((page, watch))
        page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        page.emulate_media(color_scheme=scheme)
        if prepare:
            prepare(page)
        page.goto(path if "://" in path else site + path)
        return page

    yield opener
    for page, _ in opened:
        page.context.clear_cookies()
        page.close()
    assert [line for _, watch in opened for line in watch.seen] == []
