"""`/api/message`: one merged turn, a reason for a bad message, a calm sentence where Rasa is not there."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.web.conftest import CONTRACT, SENDER, TURN, Client, FakeRasa, question
from web.app import init_app
from web.relay import MAX_BODY_BYTES, MAX_CHARACTERS
from web.settings import Settings
from web.texts import load_texts

JSON = {"Content-Type": "application/json"}
UNAVAILABLE = load_texts()["unavailable"]


async def refused(client: Client, status: int, **request: Any) -> str:
    """The reason of a refusal, which is a sentence of plain text."""
    response = await client.post("/api/message", **request)
    assert response.status == status
    assert response.content_type == "application/json"
    body = await response.json()
    assert set(body) == {"error"}
    assert body["error"].endswith(".")
    assert "Traceback" not in body["error"]
    return str(body["error"])


async def test_a_turn_is_merged(client: Client, rasa: FakeRasa) -> None:
    response = await client.post("/api/message", json=question())
    assert response.status == 200
    assert await response.json() == {
        "texts": ["Polussa oli 23 kuntaa. Niitä olivat:\n- Jyväskylä\n- Muurame", "Lähde: Polku-suunnitelma."],
        "lead": "Voit kysyä myös:",
        "suggestions": ["Milloin se alkoi?"],
        "reply": CONTRACT,
    }
    assert rasa.seen == [{"sender": SENDER, "message": "mikä on perhekeskus"}]


async def test_a_turn_without_suggestions(client: Client, rasa: FakeRasa) -> None:
    rasa.body = [{"text": "Ole hyvä!"}, {"custom": {"kind": "smalltalk", "sources": []}}]
    body = await (await client.post("/api/message", json=question("kiitti"))).json()
    assert (body["texts"], body["lead"], body["suggestions"]) == (["Ole hyvä!"], "", [])
    assert body["reply"]["kind"] == "smalltalk"


@pytest.mark.parametrize(
    "text", ["mikä on hyte 🤔", "' OR 1=1 --", "{{ 7*7 }}", "/greet", "x" * MAX_CHARACTERS, "hei\n"]
)
async def test_the_text_goes_through_as_it_is(client: Client, rasa: FakeRasa, text: str) -> None:
    assert (await client.post("/api/message", json=question(text))).status == 200
    assert rasa.seen[0]["message"] == text


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"mika on perhekeskus",
        b'{"sender": "',
        b"\xff\xfe\x00",
        b"[" * 16_000,
        json.dumps(question("mikä"), ensure_ascii=False).encode("latin-1"),
    ],
    ids=["empty", "text", "cut", "not utf-8", "deep", "latin-1"],
)
async def test_what_is_not_json_is_refused(client: Client, rasa: FakeRasa, sent: bytes) -> None:
    assert "JSON" in await refused(client, 400, data=sent, headers=JSON)
    assert rasa.seen == []


async def test_an_unknown_charset_is_refused(client: Client) -> None:
    headers = {"Content-Type": "application/json; charset=klingon"}
    await refused(client, 400, data=json.dumps(question()).encode(), headers=headers)


@pytest.mark.parametrize("sent", [None, 7, "hei", [], [1, 2], [question()]])
async def test_json_that_is_no_object_is_refused(client: Client, rasa: FakeRasa, sent: Any) -> None:
    assert "JSON-olio" in await refused(client, 400, data=json.dumps(sent), headers=JSON)
    assert rasa.seen == []


@pytest.mark.parametrize("text", ["", "   ", "\n\t", None, 7, True, ["hei"], {"text": "hei"}])
async def test_a_message_without_text_is_refused(client: Client, rasa: FakeRasa, text: Any) -> None:
    assert await refused(client, 400, json=question(text)) == "Kirjoita ensin kysymyksesi."
    assert rasa.seen == []


async def test_a_missing_message_is_refused(client: Client) -> None:
    assert await refused(client, 400, json={"sender": SENDER}) == "Kirjoita ensin kysymyksesi."


async def test_a_text_that_is_too_long_is_refused_with_the_limit(client: Client, rasa: FakeRasa) -> None:
    assert str(MAX_CHARACTERS) in await refused(client, 400, json=question("ä" * (MAX_CHARACTERS + 1)))
    assert rasa.seen == []


async def test_a_body_over_the_limit_is_refused(client: Client, rasa: FakeRasa) -> None:
    assert "liian pitkä" in await refused(client, 413, json=question("x" * (MAX_BODY_BYTES + 1)))
    assert rasa.seen == []


@pytest.mark.parametrize(
    "sender",
    [None, "", 7, ["0f8fad5b-d9cb-469f"], "lyhyt", "a" * 15, "a" * 65, "Z" * 20, "../../etc/passwd", SENDER + "\n"],
)
async def test_a_bad_sender_is_refused(client: Client, rasa: FakeRasa, sender: Any) -> None:
    assert "sender" in await refused(client, 400, json=question(sender=sender))
    assert rasa.seen == []


async def test_nobody_where_rasa_should_be_is_a_calm_sentence(alone: Client) -> None:
    assert await refused(alone, 503, json=question()) == UNAVAILABLE


@pytest.mark.parametrize("status", [204, 302, 400, 404, 500, 503])
async def test_a_failing_rasa_is_a_calm_sentence(client: Client, rasa: FakeRasa, status: int) -> None:
    rasa.status, rasa.raw = status, b""
    assert await refused(client, 503, json=question()) == UNAVAILABLE


@pytest.mark.parametrize(
    "body",
    [
        None,
        7,
        "hei",
        {},
        {"text": "hei"},
        [],
        [1, 2],
        ["hei"],
        [None],
        [{"text": 7}],
        [{"text": "Voit kysyä:", "buttons": [{"payload": "x"}]}],
        [{"text": "Voit kysyä:", "buttons": "x"}],
        [{"custom": "hei"}],
    ],
)
async def test_nonsense_from_rasa_is_a_calm_sentence(client: Client, rasa: FakeRasa, body: Any) -> None:
    rasa.body = body
    assert await refused(client, 503, json=question()) == UNAVAILABLE


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(b"<html>proxy</html>", "text/html"), (b"{", "application/json"), (b"\xff\xfe", "application/json")],
)
async def test_what_is_not_json_from_rasa_is_a_calm_sentence(
    client: Client, rasa: FakeRasa, raw: bytes, kind: str
) -> None:
    rasa.raw, rasa.kind = raw, kind
    assert await refused(client, 503, json=question()) == UNAVAILABLE


async def test_a_rasa_that_does_not_answer_in_time_is_a_calm_sentence() -> None:
    answered = asyncio.Event()

    async def never(request: web.Request) -> web.Response:
        await answered.wait()
        return web.json_response(TURN)

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", never)
    async with TestServer(app) as server:
        settings = Settings(rasa_url=str(server.make_url("/")).rstrip("/"), timeout=0.05)
        async with TestClient(TestServer(init_app(settings))) as client:
            assert await refused(client, 503, json=question()) == UNAVAILABLE
        answered.set()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
async def test_html_stays_text_in_json(client: Client, rasa: FakeRasa, text: str) -> None:
    rasa.body = [{"text": f"Kysyit: {text}"}, {"custom": CONTRACT}]
    response = await client.post("/api/message", json=question(text))
    assert response.content_type == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (await response.json())["texts"] == [f"Kysyit: {text}"]


@pytest.mark.parametrize("where", ["sender", "message", "body"])
async def test_html_is_never_given_back_in_a_refusal(client: Client, where: str) -> None:
    html = "<script>alert(1)</script>"
    sent = {"sender": question(sender=html), "message": question([html]), "body": html}[where]
    response = await client.post("/api/message", data=json.dumps(sent), headers=JSON)
    assert response.status == 400
    assert "script" not in await response.text()


async def test_a_lone_surrogate_reaches_rasa_without_harm(client: Client, rasa: FakeRasa) -> None:
    sent = f'{{"sender": "{SENDER}", "message": "hei \\ud800"}}'
    assert (await client.post("/api/message", data=sent, headers=JSON)).status == 200
    assert rasa.seen[0]["message"] == "hei \ud800"
