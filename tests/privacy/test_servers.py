"""Personal data are told to the really running assistant, and looked for in all that it keeps."""

import json
import urllib.request
import uuid
from collections.abc import Sequence
from random import Random

import pytest

from bot import chatting
from bot.conversations import Conversations
from bot.settings import Settings
from knowledge.language.text import clean
from tests.evaluation.dataset import questions
from tests.privacy.generated import CARRIERS, Message, found, message

pytestmark = pytest.mark.e2e
TURNS = 60
PUBLISHED = "Mikä on Kohti-hankkeen projektipäällikön puhelinnumero?"


@pytest.fixture(scope="module")
def sent() -> list[Message]:
    random = Random(7)  # noqa: S311 - the same messages at each run
    texts = [question.text for question in questions()]
    return [message(random, random.choice(texts)) for _ in range(TURNS)]


@pytest.fixture(scope="module")
def sender() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def kept(servers: Settings, sent: Sequence[Message], sender: str) -> dict[str, str]:
    """Name of a file → what is in it, after the messages were sent: some to Rasa, some through the website."""
    for number, said in enumerate(sent):
        if number % 3:
            assert chatting.ask(servers, sender if number % 2 else f"matti{number}@esimerkki.fi", said.text)
        else:
            through_the_website(servers, sender, said.text)
    folder = servers.log.parent
    return {path.name: path.read_bytes().decode("utf-8", "replace") for path in folder.iterdir()}


def through_the_website(servers: Settings, sender: str, text: str) -> None:
    body = json.dumps({"sender": sender, "message": text}).encode()
    headers = {"Content-Type": "application/json", "Origin": servers.web_url}
    request = urllib.request.Request(f"{servers.web_url}/api/message", body, headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.load(response)["texts"]


def test_each_kind_of_datum_is_sent_and_the_search_would_find_it(sent: Sequence[Message]) -> None:
    secrets = {said.secret for said in sent}
    assert found(secrets, "\n".join(clean(said.text) for said in sent)) == sorted(secrets)
    assert found(secrets, json.dumps([said.text for said in sent])) == sorted(secrets)
    assert len(CARRIERS) == 6


def test_no_datum_is_in_any_file(kept: dict[str, str], sent: Sequence[Message]) -> None:
    assert {"conversations.db", "conversations.db-wal", "run.log"} <= set(kept)
    assert "".join(kept.values()).count("[nimi]") >= 5, "what was said is there, masked"
    leaks = {name: found([said.secret for said in sent], text) for name, text in kept.items()}
    assert leaks == {name: [] for name in kept}


def test_no_id_tells_who_somebody_is(kept: dict[str, str]) -> None:
    assert not [name for name, text in kept.items() if "esimerkki.fi" in text]


def test_no_embedding_is_kept(kept: dict[str, str]) -> None:
    assert '"embedding"' not in "".join(kept.values())


def test_a_number_that_the_base_publishes_stays(servers: Settings) -> None:
    sender = uuid.uuid4().hex
    said = " ".join(item.get("text") or "" for item in chatting.ask(servers, sender, PUBLISHED))
    number = "+358 44 440 3106"
    assert number in said
    chatting.ask(servers, sender, f"Onko {number} vielä oikea? Minun on 040 123 4567.")
    events = Conversations(servers.tracker_url).whole(sender)
    texts = [event["text"] for event in events if event["event"] in {"user", "bot"} and event.get("text")]
    assert f"Onko {number} vielä oikea? Minun on [puhelinnumero]." in texts
    assert any(number in text for text in texts[1:3])


def test_the_person_deletes_a_conversation(servers: Settings) -> None:
    sender = uuid.uuid4().hex
    chatting.ask(servers, sender, "poistettava keskustelu perhekeskuksesta")
    conversations = Conversations(servers.tracker_url)
    assert conversations.whole(sender)
    request = urllib.request.Request(f"{servers.rasa_url}/webhooks/rest/conversations/{sender}", method="DELETE")
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 204
    assert conversations.whole(sender) == []


def test_a_follow_up_is_understood_from_what_is_kept(servers: Settings) -> None:
    """The subject was told more turns ago than are read back; only its slot knows it."""
    sender = uuid.uuid4().hex
    chatting.ask(servers, sender, "Mikä on Kohti-hanke?")
    for _ in range(5):
        chatting.ask(servers, sender, "kiitos")
    contract = next(item["custom"] for item in chatting.ask(servers, sender, "kuka sitä vetää?") if item.get("custom"))
    assert contract["facts"] == ["kohti-hankepaallikko"]


def test_the_start_of_the_server_purged(servers: Settings) -> None:
    days = {purged.days for purged in Conversations(servers.tracker_url).purged()}
    assert days == {servers.retention_days}
