"""The chat as a person uses it: its parts, what it can be asked, and answers made up for a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, Route

QUESTION = "Mikä on perhekeskus?"
DANGER = "Rintaan sattuu ja en saa henkeä"
SOURCE = {
    "id": "lahde",
    "title": "Suunnitelma",
    "publisher": "Kunta",
    "published": "1.2.2019",
    "passages": ["3", "4.1"],
}


@dataclass(frozen=True)
class Chat:
    """The chat on a page; Playwright looks into its shadow tree by itself."""

    page: Page

    def __getattr__(self, name: str) -> Locator:
        """A part by its name: `chat.launcher`, `chat.log`."""
        return self.page.locator(PARTS[name])

    def button(self, name: str) -> Locator:
        """The button that is called so."""
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self) -> None:
        """Open the dialog."""
        self.launcher.click()
        self.greeting.wait_for()

    def ask(self, text: str = QUESTION) -> Locator:
        """Write, press Enter and wait; the answer."""
        self.greeting.wait_for()
        told = self.answers.count()
        self.input.fill(text)
        self.input.press("Enter")
        answer = self.answers.nth(told)
        answer.wait_for()
        return answer

    def choose(self, name: str) -> None:
        """Press an item of the menu."""
        self.button("Valikko").click()
        self.button(name).click()

    def focused(self) -> str:
        """What has the focus: name or text."""
        return str(self.page.evaluate(FOCUSED))

    def sideways(self) -> list[str]:
        """Parts that are wider than their place."""
        return list(self.page.evaluate(SIDEWAYS))


PARTS = {
    "host": "sote-opas",
    "launcher": ".launcher",
    "dialog": "[role=dialog]",
    "log": "[role=log]",
    "status": "[role=status]",
    "alert": "[role=alert]",
    "input": "#question",
    "turns": "[role=log] > .turn",
    "answers": "[role=log] > .bot",
    "greeting": "[role=log] > .bot >> nth=0",
    "chips": ".chips button",
    "rating": ".rating >> nth=-1",
    "sources": "details:has(dl) >> nth=-1",
    "privacy": "details:has-text('tietosuojavaltuutetulle')",
}
FOCUSED = """() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node.id || node.getAttribute('aria-label') || node.textContent.trim() || node.tagName;
}"""
SIDEWAYS = """() => {
  const root = document.querySelector('sote-opas').shadowRoot;
  const inner = [...root.querySelectorAll('*')].filter((node) => !node.closest('.unseen, svg, [hidden]'));
  return [document.documentElement, ...inner]
    .filter((node) => node.clientWidth && node.scrollWidth > node.clientWidth + 1)
    .map((node) => `${node.tagName} ${node.className} ${node.scrollWidth} > ${node.clientWidth}`);
}"""


def reply(*texts: str, kind: str = "answer", suggestions: tuple[str, ...] = (), cited: bool = False) -> dict[str, Any]:
    """A turn as `/api/message` gives it. `cited`: with a source, a fact and a source line."""
    contract = {
        "kind": kind,
        "facts": ["tavoite"] if cited else [],
        "confidence": 0.9,
        "sources": [dict(SOURCE)] if cited else [],
        "as_of": "2019-02-01" if cited else None,
        "status": "päättynyt" if cited else None,
        "subject": None,
        "knowledge": "k",
        "model": "m",
    }
    line = ("Lähde: Suunnitelma, Kunta, 1.2.2019.\nHanke on päättynyt.",) if cited else ()
    lead = "Voit kysyä myös:" if suggestions else ""
    return {"texts": [*texts, *line], "lead": lead, "suggestions": list(suggestions), "reply": contract}


def answering(page: Page, body: dict[str, Any] | None = None, status: int = 200, path: str = "message") -> list[Any]:
    """Answers the page's requests to `/api/<path>` in the server's stead; what was sent, as it comes."""
    sent: list[Any] = []

    def fulfil(route: Route) -> None:
        sent.append(route.request.post_data_json)
        allowed = {"Access-Control-Allow-Origin": "*"}
        if status == 204:
            route.fulfill(status=status, headers=allowed)
        else:
            route.fulfill(status=status, json=body, headers=allowed)

    page.route(f"**/api/{path}*", fulfil)
    return sent


def unreachable(page: Page) -> None:
    """The server cannot be reached."""
    page.route("**/api/**", lambda route: route.abort())


def reachable(page: Page) -> None:
    """It can be reached again, and nothing is answered in its stead."""
    page.unroute_all()


def states(chat: Chat) -> Iterator[str]:
    """Leads the chat through its states, from open on; the name of each."""
    page = chat.page
    chat.greeting.wait_for()
    yield "open"
    chat.ask()
    chat.chips.first.wait_for()
    yield "answered"
    chat.sources.locator("summary").click()
    chat.sources.locator("dl").last.wait_for()
    if chat.sources.locator(".evidence").count():  # only where the documents are
        page.locator("figure, .evidence p").last.wait_for()
    yield "sources"
    chat.rating.get_by_role("button", name="Ei auttanut").click()
    yield "feedback"
    chat.button("Lähetä palaute").click()
    chat.status.filter(has_text="Kiitos").wait_for()
    yield "thanked"
    chat.button("Valikko").click()
    yield "menu"
    chat.button("Poista keskusteluni").click()
    yield "sure"
    chat.button("Älä poista").click()
    chat.choose("Miten tietojani käsitellään?")
    yield "privacy"
    chat.ask(DANGER)
    yield "emergency"
    unreachable(page)
    chat.input.fill(QUESTION)
    chat.input.press("Enter")
    chat.button("Yritä uudelleen").wait_for()
    yield "offline"
    chat.button("Ota yhteyttä ihmiseen").click()
    chat.status.filter(has_text="Automaatti ei nyt vastaa").wait_for()
    yield "contacts"
    reachable(page)
    page.reload()
    chat.turns.last.wait_for()
    yield "restored"
