"""What the chat keeps and gives away: reload, saving, printing, feedback, evidence, deleting."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.chat import QUESTION, Chat, answering, reply
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.e2e
ANSWER = reply("Perhekeskus tuo palvelut yhteen.", "- neuvola\n- perhetyö", cited=True, suggestions=("Entä neuvola?",))
GREETING = {"texts": ["Hei! Olen automaatti."], "documents": True, "limit": 1000, "contacts": []}
STORED = "JSON.parse(sessionStorage.getItem('sote-opas'))"


@pytest.fixture
def chat(open_page: OpenPage) -> Chat:
    """The full page with one question, answered in the server's stead."""
    opened = Chat(open_page(prepare=lambda page: answering(page, ANSWER)))
    opened.ask()
    return opened


def test_a_reload_keeps_the_conversation_and_takes_no_focus(chat: Chat) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    before = chat.log.inner_text()
    chat.page.reload()
    expect(chat.turns).to_have_count(3)
    assert chat.log.inner_text() == before
    assert chat.page.evaluate("document.activeElement === document.body")
    assert [url for url in asked if "/api/" in url] == []


def test_an_open_dialog_is_open_after_a_reload_and_a_closed_one_closed(open_page: OpenPage, host: str) -> None:
    chat = Chat(open_page(host, hosts=(host,)))
    chat.open()
    chat.page.reload()
    expect(chat.dialog).to_be_visible()
    assert chat.page.evaluate("document.activeElement === document.body")
    chat.button("Sulje keskustelu").click()
    chat.page.reload()
    chat.launcher.wait_for()
    expect(chat.dialog).to_be_hidden()


def test_only_the_browsers_own_tab_keeps_it(chat: Chat) -> None:
    assert chat.page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    assert [turn["texts"][0] for turn in chat.page.evaluate(STORED)["turns"]] == [QUESTION, ANSWER["texts"][0]]


def test_the_saved_page_is_whole_and_needs_nothing_else(chat: Chat, open_page: OpenPage, tmp_path: Path) -> None:
    with chat.page.expect_download() as saving:
        chat.choose("Tallenna tiedostoksi (HTML)")
    assert saving.value.suggested_filename.startswith("sote-opas-20")
    path = tmp_path / "keskustelu.html"
    saving.value.save_as(path)
    page = open_page(path.as_uri())
    shown = page.locator("body").inner_text()
    whole(shown)
    assert page.locator("li").first.inner_text() == "neuvola"
    assert page.locator("script, link, img, iframe, [src]").count() == 0
    assert violations(page) == []


def whole(text: str) -> None:
    """Fails where a part of the conversation is missing."""
    parts = [QUESTION, "Perhekeskus tuo palvelut yhteen.", "neuvola", "Hanke on päättynyt.", "Suunnitelma", "klo "]
    parts += [
        "Kunta",
        "1.2.2019",
        "3, 4.1",
        "Olen Sote-opas",
        "automaatti",
        "116117",
        "112",
        "paijatha.fi",
        "hyvaks.fi",
    ]
    assert [part for part in parts if part not in text] == []


def test_the_saved_text_is_whole(chat: Chat, tmp_path: Path) -> None:
    with chat.page.expect_download() as saving:
        chat.choose("Tallenna tekstinä")
    assert saving.value.suggested_filename.endswith(".txt")
    saving.value.save_as(tmp_path / "keskustelu.txt")
    whole((tmp_path / "keskustelu.txt").read_text(encoding="utf-8"))


def test_what_is_printed_is_the_conversation_alone(open_page: OpenPage, host: str) -> None:
    def prepare(page: Page) -> None:
        answering(page, ANSWER)
        page.add_init_script("window.print = () => { top.printed = document.body.innerText; }")

    chat = Chat(open_page(host, hosts=(host,), prepare=prepare))
    chat.open()
    chat.ask()
    chat.choose("Tulosta")
    printed = chat.page.evaluate("window.printed")
    whole(printed)
    assert "Esimerkkikunta" not in printed


def test_the_full_page_can_be_printed_by_the_browser_too(chat: Chat) -> None:
    chat.page.emulate_media(media="print")
    expect(chat.log).to_be_visible()
    for part in (chat.input, chat.rating, chat.chips.first, chat.button("Valikko")):
        expect(part).to_be_hidden()


def test_starting_over_empties_the_conversation(chat: Chat) -> None:
    first = chat.page.evaluate(STORED)["sender"]
    gone = answering(chat.page, status=204, path="conversation")
    chat.choose("Aloita alusta")
    expect(chat.turns).to_have_count(1)
    expect(chat.status).to_have_text("Uusi keskustelu alkoi.")
    chat.ask()
    assert chat.page.evaluate(STORED)["sender"] != first
    assert gone == [{"sender": first}]


def test_deleting_asks_once_and_leaves_nothing(chat: Chat) -> None:
    sender = chat.page.evaluate(STORED)["sender"]
    gone = answering(chat.page, status=204, path="conversation")
    chat.choose("Poista keskusteluni")
    assert chat.focused() == "Älä poista"
    assert gone == []
    chat.button("Kyllä, poista").click()
    expect(chat.status).to_have_text("Keskustelu on poistettu.")
    expect(chat.turns).to_have_count(1)
    assert gone == [{"sender": sender}]
    assert QUESTION not in json.dumps(chat.page.evaluate("({...sessionStorage})"), ensure_ascii=False)
    assert chat.focused() == "question"


def test_deleting_can_be_left_undone(chat: Chat) -> None:
    chat.choose("Poista keskusteluni")
    chat.button("Älä poista").click()
    expect(chat.turns).to_have_count(3)
    assert chat.focused() == "Valikko"


def test_a_deletion_that_fails_is_told_and_can_be_tried_again(open_page: OpenPage) -> None:
    chat = Chat(open_page(expected="Failed to load resource", prepare=lambda page: answering(page, ANSWER)))
    chat.ask()
    answering(chat.page, {"error": "Ei onnistu."}, 503, "conversation")
    chat.choose("Poista keskusteluni")
    chat.button("Kyllä, poista").click()
    expect(chat.alert).to_contain_text("Poisto ei onnistunut")
    expect(chat.turns).to_have_count(3)


def test_feedback_is_sent_once_and_thanked_for(chat: Chat) -> None:
    sent = answering(chat.page, status=204, path="feedback")
    good = chat.rating.get_by_role("button", name="Auttoi", exact=True)
    good.press("Enter")
    expect(chat.status).to_have_text("Kiitos palautteesta!")
    assert chat.focused() == "Auttoi"
    good.press("Enter")
    chat.page.reload()
    expect(good).to_have_attribute("aria-pressed", "true")
    assert [(body["facts"], body["verdict"]) for body in sent] == [(["tavoite"], "good")]


@pytest.mark.parametrize(("name", "verdict"), [("Ei auttanut", "bad"), ("Virheellinen", "wrong")])
@pytest.mark.parametrize("text", ["", "Vuosi on väärin."])
def test_what_was_wrong_may_be_told(chat: Chat, name: str, verdict: str, text: str) -> None:
    sent: list[Any] = answering(chat.page, status=204, path="feedback")
    chat.rating.get_by_role("button", name=name).click()
    chat.rating.get_by_role("textbox").fill(text)
    chat.button("Lähetä palaute").click()
    expect(chat.status).to_have_text("Kiitos palautteesta!")
    expect(chat.rating.get_by_role("textbox")).to_have_count(0)
    assert chat.focused() == name
    assert [(body["verdict"], body.get("text", "")) for body in sent] == [(verdict, text)]


def test_feedback_that_cannot_be_sent_can_be_sent_again(open_page: OpenPage) -> None:
    chat = Chat(open_page(expected="Failed to load resource", prepare=lambda page: answering(page, ANSWER)))
    chat.ask()
    answering(chat.page, {"error": "Ei onnistu."}, 503, "feedback")
    good = chat.rating.get_by_role("button", name="Auttoi", exact=True)
    good.click()
    expect(chat.alert).to_contain_text("Palautetta ei saatu lähetettyä")
    answering(chat.page, status=204, path="feedback")
    good.click()
    expect(chat.status).to_have_text("Kiitos palautteesta!")


def test_the_paragraphs_are_fetched_when_the_sources_are_opened(open_page: OpenPage) -> None:
    def prepare(page: Page) -> None:
        answering(page, ANSWER)
        answering(page, GREETING, path="greeting")

    chat = Chat(open_page(prepare=prepare))
    chat.ask()
    passages = {"passages": [{"number": "3", "text": "Kappale <b>kolme</b>."}, {"number": "4.1", "text": "Virke."}]}
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.url))
    fetched = answering(chat.page, passages, path="evidence")
    summary = chat.sources.locator("summary")
    assert fetched == []
    summary.press("Enter")
    expect(chat.sources.locator("blockquote")).to_have_text(["Kappale <b>kolme</b>.", "Virke."])
    expect(chat.sources).to_contain_text("päättynyt")
    for _ in range(2):
        summary.press("Enter")
    assert len(fetched) == 1
    assert asked[0].endswith("/api/evidence?source=lahde&passages=3%2C4.1")


def test_without_documents_no_paragraph_is_asked_for(open_page: OpenPage) -> None:
    def prepare(page: Page) -> None:
        answering(page, ANSWER)
        answering(page, {**GREETING, "documents": False}, path="greeting")

    chat = Chat(open_page(prepare=prepare))
    chat.ask()
    fetched = answering(chat.page, path="evidence")
    chat.sources.locator("summary").click()
    expect(chat.sources.locator("dl")).to_contain_text("Kunta")
    assert fetched == []


def test_the_data_protection_notice_is_in_the_chat(chat: Chat) -> None:
    chat.choose("Miten tietojani käsitellään?")
    expect(chat.privacy).to_have_attribute("open", "")
    for word in ("Kuka", "Miksi", "Kuinka kauan", "Oikeutesi"):
        expect(chat.privacy).to_contain_text(word)
    expect(chat.privacy.get_by_role("link", name="Tietosuojaseloste")).to_have_attribute(
        "href", re.compile("/tietosuoja$")
    )
    assert chat.focused() == "Näin käsittelemme tietojasi"
