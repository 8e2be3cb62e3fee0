"""What nobody means to send gets a calm reply or a 4xx with a reason, from Rasa's channel and from the relay."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.settings import Settings
from tests.conversations.runner import RELAY, REST, check, entries, merge, new_sender, post

pytestmark = pytest.mark.e2e

TEXTS = entries("bad_input.yml", "texts")
BODIES = entries("bad_input.yml", "bodies")
TRACES = ("Traceback", 'File "', "rasa.", "sanic.", "aiohttp.")


def name(entry: Mapping[str, Any]) -> str:
    return str(entry["id"])


def message(entry: Mapping[str, Any]) -> bytes:
    """A request with the entry's text."""
    return json.dumps({"sender": new_sender(), "message": entry["text"] * entry.get("repeat", 1)}).encode()


def body(entry: Mapping[str, Any]) -> bytes:
    """The entry's request, as it is."""
    return str(entry["body"]).replace("{sender}", new_sender()).encode()


@pytest.mark.parametrize("entry", TEXTS, ids=name)
def test_rasa_replies_calmly_to_any_text(servers: Settings, entry: Mapping[str, Any]) -> None:
    status, answer = post(servers.rasa_url + REST, message(entry))
    assert status == 200, answer
    assert not any(trace in merge(json.loads(answer)).text for trace in TRACES)


@pytest.mark.parametrize("entry", BODIES, ids=name)
def test_rasa_replies_or_refuses_any_body(servers: Settings, entry: Mapping[str, Any]) -> None:
    status, answer = post(servers.rasa_url + REST, body(entry))
    assert not any(trace in answer for trace in TRACES)
    if status == 200:
        merge(json.loads(answer))
    else:
        assert 400 <= status < 500, f"status {status}: {answer}"
        assert answer.strip(), "refused without a reason"


@pytest.mark.parametrize("entry", TEXTS, ids=name)
def test_the_relay_replies_or_refuses_any_text(servers: Settings, entry: Mapping[str, Any]) -> None:
    calm(*post(servers.web_url + RELAY, message(entry)))


@pytest.mark.parametrize("entry", BODIES, ids=name)
def test_the_relay_replies_or_refuses_any_body(servers: Settings, entry: Mapping[str, Any]) -> None:
    calm(*post(servers.web_url + RELAY, body(entry)))


def test_a_slash_is_no_command(servers: Settings) -> None:
    """`/restart` would forget the conversation; what follows it must still know what was spoken of."""
    sender = new_sender()
    for text in ("Mikä Kohti-hanke oli?", "/restart", "mistä tämä tieto on"):
        sent = json.dumps({"sender": sender, "message": text}).encode()
        turn = merge(json.loads(post(servers.rasa_url + REST, sent)[1]))
    assert turn.kind == "answer", turn.text


def test_markup_is_not_sent_back(servers: Settings) -> None:
    sent = json.dumps({"sender": new_sender(), "message": "<b onclick=x>mikä on hyte</b>"}).encode()
    assert "onclick" not in post(servers.web_url + RELAY, sent)[1]


def calm(status: int, answer: str) -> None:
    """A merged turn by the contract, or a refusal with its reason in Finnish."""
    assert not any(trace in answer for trace in TRACES)
    content = json.loads(answer)
    if status == 200:
        assert any(text.strip() for text in content["texts"])
        check(content["reply"])
    else:
        assert 400 <= status < 500, f"status {status}: {answer}"
        assert content["error"].endswith(".")
