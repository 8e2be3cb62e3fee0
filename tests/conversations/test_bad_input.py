"""What nobody means to send gets a calm reply or a 4xx with a reason, from Rasa's channel and from the relay."""

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.settings import Settings
from tests.conversations.runner import RELAY, REST, entries, merge, new_sender, post
from tests.load.inputs import Input, inputs, judge_rasa, judge_relay
from tests.load.sending import Sender

pytestmark = pytest.mark.e2e

TEXTS = entries("bad_input.yml", "texts")
BODIES = entries("bad_input.yml", "bodies")
GENERATED = 150  # inputs of each way; `python -m tests.load.bad_input` sends more
# The same at each run. An input that fails is made smaller over the same servers.
generated = settings(
    max_examples=GENERATED, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


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
    judge_rasa(status, answer)


@pytest.mark.parametrize("entry", BODIES, ids=name)
def test_rasa_replies_or_refuses_any_body(servers: Settings, entry: Mapping[str, Any]) -> None:
    judge_rasa(*post(servers.rasa_url + REST, body(entry)))


@pytest.mark.parametrize("entry", TEXTS, ids=name)
def test_the_relay_replies_or_refuses_any_text(servers: Settings, entry: Mapping[str, Any]) -> None:
    judge_relay(*post(servers.web_url + RELAY, message(entry)))


@pytest.mark.parametrize("entry", BODIES, ids=name)
def test_the_relay_replies_or_refuses_any_body(servers: Settings, entry: Mapping[str, Any]) -> None:
    judge_relay(*post(servers.web_url + RELAY, body(entry)))


def test_rasa_replies_or_refuses_whatever_is_generated(servers: Settings) -> None:
    with closing(Sender(servers.rasa_url + REST)) as sender:

        @generated
        @given(inputs())
        def send(one: Input) -> None:
            judge_rasa(*sender.post(one.body, one.type))

        send()


def test_the_relay_replies_or_refuses_whatever_is_generated(servers: Settings) -> None:
    """On one connection: a refused body that is too large must not spoil it for the next message."""
    with closing(Sender(servers.web_url + RELAY)) as sender:

        @generated
        @given(inputs())
        def send(one: Input) -> None:
            judge_relay(*sender.post(one.body, one.type))

        send()


@pytest.mark.parametrize("size", [20_000, 140_000, 300_000, 600_000])
def test_after_a_body_that_is_too_large_the_next_message_is_answered(servers: Settings, size: int) -> None:
    with closing(Sender(servers.web_url + RELAY, seconds=5.0)) as sender:
        assert sender.post(b"x" * size)[0] == 413
        judge_relay(*sender.post(message({"text": "mikä on hyte"})))


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
