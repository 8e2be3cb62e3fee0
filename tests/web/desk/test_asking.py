"""Asking as a resident does."""

import pytest

from tests.web.conftest import FakeRasa
from tests.web.desk.conftest import HOSTILE, Client, OpenDesk, login, read, seen, token_of

LIVE = {"HX-Request": "true"}
SENDER = "0f8fad5b-d9cb-469f-a165-70867728950e"


async def ask(client: Client, status: int = 200, live: bool = False, **fields: str) -> str:
    """The page after a question."""
    token = token_of(await read(client, "/neuvoja/kysy"))
    sent = {"token": token, "keskustelu": SENDER, **fields}
    response = await client.post("/neuvoja/kysy", data=sent, headers=LIVE if live else {})
    assert response.status == status
    return await response.text()


@pytest.mark.parametrize("live", [False, True])
async def test_the_resident_s_reply_is_shown_with_links_to_its_facts(desk: Client, rasa: FakeRasa, live: bool) -> None:
    page = await ask(desk, live=live, kysymys="Montako kuntaa Polussa oli?")
    text = seen(page)
    assert ("<html" in page) is not live
    assert "Sote-opas vastaa tähän" in text
    assert "Polussa oli 23 kuntaa." in text
    assert "Lähde: Polku-suunnitelma." in text
    assert '<a href="/neuvoja/fakta/polku-kunnat">' in page
    assert 'name="ehdotus" value="Milloin se alkoi?"' in page
    assert rasa.seen == [{"sender": SENDER, "message": "Montako kuntaa Polussa oli?"}]


async def test_a_suggestion_goes_on_in_the_same_conversation(desk: Client, rasa: FakeRasa) -> None:
    await ask(desk, kysymys="Montako?", ehdotus="Milloin se alkoi?")
    assert rasa.seen == [{"sender": SENDER, "message": "Milloin se alkoi?"}]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kysymys": " "}, "Kysymys puuttuu"),
        ({"kysymys": "a" * 1001}, "Teksti on liian pitkä"),
        ({"kysymys": "Mikä?", "keskustelu": "../x"}, "Pyyntöä ei voi käsitellä"),
    ],
)
async def test_a_bad_question_is_refused_calmly(
    desk: Client, rasa: FakeRasa, fields: dict[str, str], told: str
) -> None:
    assert told in await ask(desk, 400, False, **fields)
    assert told in await ask(desk, 400, True, **fields)
    assert rasa.seen == []


async def test_where_rasa_is_down_the_page_says_so(open_desk: OpenDesk, unused_tcp_port: int) -> None:
    client = await open_desk(rasa_url=f"http://127.0.0.1:{unused_tcp_port}")
    await login(client)
    for live in (False, True):
        page = await ask(client, 503, live, kysymys="Mikä?")
        assert "Sote-opas ei vastaa juuri nyt" in page
    assert "Iltatalo" in await read(client, "/neuvoja?q=iltatalo")


async def test_what_rasa_says_is_shown_as_text(desk: Client, rasa: FakeRasa) -> None:
    contract = {"kind": HOSTILE, "facts": [HOSTILE, "ei-ole"], "sources": []}
    buttons = [{"title": HOSTILE, "payload": HOSTILE}]
    rasa.body = [{"text": HOSTILE}, {"text": HOSTILE, "buttons": buttons}, {"custom": contract}]
    page = await ask(desk, kysymys=HOSTILE)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "Sote-oppaan vastaus" in page
