"""The chat without JavaScript: turns, sources, feedback, saving, deleting; nothing anyone writes becomes HTML."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from knowledge.serving import Service
from tests.web.conftest import CONTRACT, SENDER, SOURCE, Client, Clock, FakeRasa, Start, assert_secure
from web.conversations import TURNS
from web.relay import MAX_CHARACTERS
from web.texts import load_texts

PATH = "/keskustelu/pelkistetty"
TEXTS = load_texts()
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Form(HTMLParser):
    """The page's form: hidden fields, buttons as (name, value), text of the field; and the tags of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.field = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self._inside = found.get("id", "") if tag == "textarea" else ""
        if tag == "input" and found["type"] == "hidden":
            self.hidden[found["name"]] = found["value"]
        if tag == "button":
            self.buttons.append((found["name"], found["value"]))
            assert "type" not in found or found["type"] == "submit"

    def handle_data(self, data: str) -> None:
        if self._inside == "message":
            self.field += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


async def opened(response: Any, status: int = 200) -> tuple[str, Form]:
    """The page of an answer, and its form."""
    assert response.status == status
    assert response.content_type == "text/html"
    assert_secure(response.headers)
    assert response.headers["Cache-Control"] == "no-store"
    page = await response.text()
    return page, Form(page)


async def said(client: Client, form: Form | None = None, status: int = 200, **fields: str) -> tuple[str, Form]:
    """The page after a button was pressed."""
    hidden = form.hidden if form else {}
    return await opened(await client.post(PATH, data={**hidden, **fields}), status)


async def test_the_page_greets_and_needs_no_script(client: Client) -> None:
    page, form = await opened(await client.get(PATH))
    assert html.escape(TEXTS["greeting"]) in page
    assert f'maxlength="{MAX_CHARACTERS}"' in page
    assert "script" not in form.tags
    assert ("action", "human") in form.buttons
    assert all(text in page for text in ('href="tel:112"', 'href="tel:116117"', 'href="https://paijatha.fi"'))
    assert page.count('autocomplete="off"') >= 2


async def test_a_turn_is_shown_with_its_list_and_suggestions(client: Client, rasa: FakeRasa) -> None:
    page, form = await said(client, message="Mikä on Polku?", action="ask")
    assert "Mikä on Polku?" in page
    assert "<li>Jyväskylä</li>" in page
    assert "klo 10.05" in page
    assert ("suggestion", "Milloin se alkoi?") in form.buttons
    assert form.field == ""
    assert UUID.fullmatch(rasa.seen[0]["sender"])


async def test_a_form_with_the_question_alone_begins_a_conversation(client: Client, rasa: FakeRasa) -> None:
    await said(client, message="Mikä on Polku?")
    assert rasa.seen[0]["message"] == "Mikä on Polku?"


async def test_the_conversation_goes_on_under_one_id(client: Client, rasa: FakeRasa) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    page, form = await said(client, form, message="", suggestion="Milloin se alkoi?")
    page, form = await said(client, form, message="kesken", action="human")
    assert [body["message"] for body in rasa.seen] == ["Mikä on Polku?", "Milloin se alkoi?", TEXTS["plain.human"]]
    assert len({body["sender"] for body in rasa.seen}) == 1
    assert page.index("Mikä on Polku?") < page.index("Milloin se alkoi?") < page.index(TEXTS["plain.human"])
    assert form.field == "kesken"


async def test_sources_are_shown_with_status_in_words_and_their_passages(client: Client) -> None:
    page, form = await said(client, message="Mikä on Polku?")
    assert "details" in form.tags
    for text in (SOURCE["title"], SOURCE["publisher"], SOURCE["published"], TEXTS["standing.suunnitelma"]):
        assert str(text) in page
    assert "Mukana on 23 kuntaa." in page
    assert "Kunnista suurin on Jyväskylä." in page


async def test_sources_are_shown_without_passages_where_there_are_no_documents(
    start: Start, empty_service: Service
) -> None:
    page, form = await said(await start(behind=empty_service), message="Mikä on Polku?")
    assert str(SOURCE["publisher"]) in page
    assert "blockquote" not in form.tags


async def test_known_hosts_and_numbers_become_links_and_nothing_else(client: Client, rasa: FakeRasa) -> None:
    rasa.body = [{"text": "Soita 112. Katso paijatha.fi tai https://vieras.example. 112 asiakasta."}]
    page, _ = await said(client, message="hei")
    assert 'Soita <a href="tel:112">112</a>. Katso <a href="https://paijatha.fi" rel="noreferrer">' in page
    assert "https://vieras.example. 112 asiakasta." in page


async def test_html_in_every_text_is_shown_as_text(client: Client, rasa: FakeRasa) -> None:
    source = {**dict.fromkeys(("id", "title", "publisher", "published"), EVIL), "passages": [EVIL]}
    rasa.body = [
        {"text": EVIL},
        {"text": f"- {EVIL}"},
        {"text": EVIL, "buttons": [{"title": EVIL, "payload": EVIL}]},
        {"custom": {**CONTRACT, "facts": [EVIL], "status": EVIL, "kind": EVIL, "sources": [source]}},
    ]
    _, form = await said(client, message=EVIL)
    page, form = await said(client, form, message=EVIL, action=EVIL)
    assert "&lt;script&gt;" in page
    assert not {"script", "img"} & set(form.tags)
    assert ("suggestion", EVIL) in form.buttons
    rasa.status = 500
    page, form = await said(client, form, status=503, message=EVIL)
    assert not {"script", "img"} & set(form.tags)
    assert form.field == EVIL
    saved = await client.post(PATH, data={**form.hidden, "action": "save-html"})
    assert not {"script", "img"} & set(Form(await saved.text()).tags)


@pytest.mark.parametrize(("status", "sent"), [(503, "Mikä on Polku?"), (503, "</textarea><b>hei</b>")])
async def test_an_assistant_that_is_away_leaves_the_text_in_the_field(alone: Client, status: int, sent: str) -> None:
    page, form = await said(alone, status=status, message=sent)
    assert html.escape(TEXTS["unavailable"].split(". ")[0]) in page
    assert 'role="alert"' in page
    assert "paijatha.fi" in page
    assert form.field == sent
    assert "b" not in form.tags


async def test_a_suggestion_that_failed_is_in_the_field(client: Client, rasa: FakeRasa) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    rasa.status = 500
    _, form = await said(client, form, status=503, message="", suggestion="Milloin se alkoi?")
    assert form.field == "Milloin se alkoi?"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", TEXTS["refused.empty"]),
        (" \n", TEXTS["refused.empty"]),
        ("ä" * (MAX_CHARACTERS + 1), TEXTS["refused.long"].format(most=MAX_CHARACTERS)),
    ],
)
async def test_a_bad_message_is_refused_beside_the_field(
    client: Client, rasa: FakeRasa, text: str, reason: str
) -> None:
    page, form = await said(client, status=400, message=text)
    assert reason in page
    assert 'aria-invalid="true"' in page
    assert form.field.strip() == text.strip()
    assert rasa.seen == []


async def test_line_breaks_count_once(client: Client, rasa: FakeRasa) -> None:
    text = "\r\n".join(["a"] * (MAX_CHARACTERS // 2))
    await said(client, message=text)
    assert rasa.seen[0]["message"] == text.replace("\r\n", "\n")


@pytest.mark.parametrize("spoil", [lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), lambda s: "x" + s, lambda s: "x"])
async def test_a_changed_conversation_begins_anew(client: Client, rasa: FakeRasa, spoil: Any) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    form.hidden["state"] = spoil(form.hidden["state"])
    page, _ = await said(client, form, message="Milloin se alkoi?")
    assert TEXTS["plain.anew"] in page
    assert "Mikä on Polku?" not in page
    assert rasa.seen[0]["sender"] != rasa.seen[1]["sender"]


async def test_a_conversation_signed_by_another_secret_begins_anew(start: Start) -> None:
    _, form = await said(await start(secret="a" * 32), message="Mikä on Polku?")
    page, _ = await said(await start(secret="b" * 32), form, message="hei")
    assert TEXTS["plain.anew"] in page


@pytest.mark.parametrize(("minutes", "anew"), [(59, False), (61, True)])
async def test_a_conversation_begins_anew_after_as_long_a_silence_as_rasas(
    client: Client, clock: Clock, minutes: int, anew: bool
) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    clock.seconds = minutes * 60
    page, _ = await said(client, form, message="Milloin se alkoi?")
    assert (TEXTS["plain.anew"] in page) == anew
    assert ("Mikä on Polku?" in page) != anew


@pytest.mark.parametrize("action", ["forget", "save-text", "save-html", "good 0", "wrong 0"])
async def test_what_cannot_be_done_to_a_lost_conversation_is_not_called_done(
    client: Client, rasa: FakeRasa, service: Service, action: str
) -> None:
    page, _ = await said(client, Form('<input type="hidden" name="state" value="x">'), action=action)
    assert TEXTS["plain.anew"] in page
    assert not {TEXTS["plain.forgotten"], TEXTS["plain.thanks"]} & set(re.findall(r">([^<>]+)</p>", page))
    assert (rasa.forgotten, service.feedback().ratings()) == ([], [])


async def test_only_the_last_turns_are_carried(client: Client, clock: Clock) -> None:
    form = None
    for number in range(TURNS + 1):
        clock.seconds += 10
        page, form = await said(client, form, message=f"Kysymys numero {number}.")
    assert "Kysymys numero 0." not in page
    assert "Kysymys numero 1." in page
    assert page.count("Näytä lähde") == TURNS


async def test_feedback_is_kept_and_thanked_once(client: Client, service: Service) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    assert ("action", "good 0") in form.buttons
    page, form = await said(client, form, action="good 0")
    assert TEXTS["plain.thanks"] in page
    assert ("action", "good 0") not in form.buttons
    assert [(row.fact, row.kind) for row in service.feedback().ratings()] == [("polku-kunnat", "good")]


async def test_a_report_of_an_error_is_kept_masked(client: Client, service: Service) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    fields = {**form.hidden, "remark 0": "Luku on väärä. Soita 040 123 4567.", "action": "wrong 0"}
    await opened(await client.post(PATH, data=fields))
    (row,) = service.feedback().ratings()
    assert (row.kind, row.text.startswith("Luku on väärä.")) == ("wrong", True)
    assert "4567" not in row.text


@pytest.mark.parametrize("action", ["good 1", "good -1", "good x", "wrong", "bad ²"])
async def test_feedback_on_no_answer_is_refused(client: Client, service: Service, action: str) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    page, _ = await said(client, form, status=400, action=action)
    assert TEXTS["refused.facts"] in page
    assert service.feedback().ratings() == []


async def test_feedback_that_cannot_be_kept_is_said_calmly(start: Start, empty_service: Service) -> None:
    client = await start(behind=empty_service)
    _, form = await said(client, message="Mikä on Polku?")
    page, _ = await said(client, form, status=503, action="bad 0")
    assert TEXTS["refused.feedback"] in page


@pytest.mark.parametrize(
    ("action", "kind", "ending"), [("save-text", "text/plain", "txt"), ("save-html", "text/html", "html")]
)
async def test_the_conversation_can_be_saved_whole(client: Client, action: str, kind: str, ending: str) -> None:
    _, form = await said(client, message="Mikä on Polku & muu?")
    response = await client.post(PATH, data={**form.hidden, "action": action})
    text = html.unescape(await response.text())
    assert (response.status, response.content_type, response.charset) == (200, kind, "utf-8")
    name = f"sote-opas-2026-11-22.{ending}"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers["Cache-Control"] == "no-store"
    for part in ("Mikä on Polku & muu?", "Jyväskylä", "Muurame", "10.05", "22.11.2026", "automaatti, ei ihminen"):
        assert part in text
    shown = [SOURCE["title"], SOURCE["publisher"], SOURCE["published"], "112", "116117", "paijatha.fi"]
    assert [part for part in shown if str(part) not in text] == []
    assert not re.search(r"<link|<script|src=", text)


async def test_a_conversation_is_deleted_here_and_in_rasa(client: Client, rasa: FakeRasa) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    page, form = await said(client, form, action="forget")
    assert rasa.forgotten == [rasa.seen[0]["sender"]]
    assert TEXTS["plain.forgotten"] in page
    assert "Mikä on Polku?" not in page


async def test_a_conversation_that_could_not_be_deleted_stays_and_is_said_so(client: Client, rasa: FakeRasa) -> None:
    _, form = await said(client, message="Mikä on Polku?")
    rasa.forgets = 500
    page, form = await said(client, form, status=503, action="forget")
    assert TEXTS["refused.forget"] in page
    assert "Mikä on Polku?" in page


async def test_what_was_said_is_in_no_address(client: Client) -> None:
    page, _ = await said(client, message="salaisuuteni")
    addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', page)
    assert addresses
    assert [address for address in addresses if "salaisuuteni" in address or SENDER in address] == []
    assert 'method="post"' in page


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=klingon", b"message=hei"),
        ("application/x-www-form-urlencoded", b"message=\xff\xfe"),
        ("application/x-www-form-urlencoded", b"&" * 10_000),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nhei\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        ("multipart/form-data", b"hei"),
        ("application/json", b"{}"),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused_calmly(
    client: Client, rasa: FakeRasa, kind: str, body: bytes
) -> None:
    response = await client.post(PATH, data=body, headers={"Content-Type": kind})
    assert (response.status, response.content_type) == (400, "text/html")
    assert_secure(response.headers)
    assert rasa.seen == []


async def test_a_form_over_the_limit_is_refused_calmly(client: Client) -> None:
    response = await client.post(PATH, data={"state": "x" * 600_000})
    assert (response.status, response.content_type) == (413, "text/html")
    assert TEXTS["status.413"] in await response.text()
