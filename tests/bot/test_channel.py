"""What comes from outside is made harmless before Rasa reads it."""

from types import SimpleNamespace
from typing import Any

import pytest


def extracted(channel: Any, body: Any) -> str:
    text = channel.SafeRestInput()._extract_message(SimpleNamespace(json=body))
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("mikä on perhekeskus?", "mikä on perhekeskus?"),
        ("  mikä\n on \t perhekeskus  ", "mikä on perhekeskus"),
        ("sosiaali- ja/tai terveyspalvelut", "sosiaali- ja/tai terveyspalvelut"),
        ("mika\u0308 on pa\u0308iva\u0308toiminta", "mikä on päivätoiminta"),
        ("/greet", "greet"),
        ("//greet", "greet"),
        ("/ /greet", "greet"),
        ("  /restart", "restart"),
        ("/session_start", "session_start"),
        ('/ask_what{"subject": "kepa"}', 'ask_what{"subject": "kepa"}'),
        ("\u200b/greet", "greet"),
        ("/\u202e\u0000/greet", "greet"),
        ("mikä\u0001 on\u0007 hyte\u001b[31m\u0085?", "mikä on hyte [31m ?"),
        ("hei \ud800", "hei"),
        ("😀🎉👵🏽", "😀🎉👵🏽"),
        ("<b>hei</b>", "<b>hei</b>"),
    ],
)
def test_text(channel: Any, sent: str, read: str) -> None:
    assert extracted(channel, {"sender": "s", "message": sent}) == read


@pytest.mark.parametrize("sent", ["", "   ", "\n\t", "/", "// /", "\u0000\u200b\ufeff", "\ud800"])
def test_nothing_to_read(channel: Any, sent: str) -> None:
    assert extracted(channel, {"message": sent}) == channel.NOTHING


@pytest.mark.parametrize("sent", [None, 7, 1.5, True, ["hei"], {"text": "hei"}])
def test_what_is_not_text(channel: Any, sent: Any) -> None:
    assert extracted(channel, {"message": sent}) == channel.NOTHING


@pytest.mark.parametrize("body", [None, {}, [], [1, 2], "hei", 7, {"text": "hei"}])
def test_a_body_without_message(channel: Any, body: Any) -> None:
    assert extracted(channel, body) == channel.NOTHING


@pytest.mark.parametrize("sent", ["ä" * 10_000, "mikä on perhekeskus " * 500, "a\u0308" * 5_000])
def test_a_very_long_text_is_cut(channel: Any, sent: str) -> None:
    assert 900 <= len(extracted(channel, {"message": sent})) <= 1000


def test_the_address_stays_rasas(channel: Any) -> None:
    assert channel.SafeRestInput.name() == "rest"
    assert channel.SafeRestInput().url_prefix() == "rest"


def test_the_stand_in_for_nothing_is_no_command(channel: Any) -> None:
    assert channel.NOTHING.strip()
    assert not channel.NOTHING.startswith("/")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"why": True}, {"why": True}),
        ({"why": True, "sender": "toinen", "model_id": "oma"}, {"why": True}),
        ({"why": False}, None),
        ({"why": 1}, None),
        ({"why": "true"}, None),
        ({"model_id": "oma"}, None),
        ({}, None),
        (["why"], None),
        ("why", None),
        (None, None),
    ],
)
def test_of_metadata_only_the_wish_to_know_why_comes_through(channel: Any, sent: Any, kept: Any) -> None:
    body = {"message": "hei", "metadata": sent}
    assert channel.SafeRestInput().get_metadata(SimpleNamespace(json=body)) == kept


@pytest.mark.parametrize("body", [None, {}, [], "hei", 7, {"message": "hei"}])
def test_a_body_without_metadata_has_none(channel: Any, body: Any) -> None:
    assert channel.SafeRestInput().get_metadata(SimpleNamespace(json=body)) is None
