"""What comes from outside is made harmless before Rasa reads it."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.bot.conftest import quietly


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


@pytest.mark.parametrize("sender", ["matti@esimerkki.fi", "040 123 4567", "testi"])
async def test_an_id_that_may_tell_who_it_is_comes_in_as_a_digest(channel: Any, sender: str) -> None:
    read = await channel.SafeRestInput()._extract_sender(SimpleNamespace(json={"sender": sender}))
    assert re.fullmatch("[0-9a-f]{32}", read)
    assert await channel.SafeRestInput()._extract_sender(SimpleNamespace(json={"sender": read})) == read


class Sayings:
    """Stands for Rasa's collecting channel."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    async def send_text_message(self, _: str, text: str) -> None:
        self.messages.append({"text": text})

    async def send_custom_json(self, _: str, custom: dict[str, Any]) -> None:
        self.messages.append({"custom": custom})


def message() -> Any:
    return SimpleNamespace(sender_id="a", text="salaisuus", output_channel=Sayings())


@pytest.mark.parametrize("error", [RuntimeError("salaisuus"), asyncio.CancelledError("salaisuus"), TimeoutError()])
async def test_a_turn_that_fails_is_answered_calmly_and_the_log_has_nothing_of_it(
    channel: Any, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(_: Any) -> None:
        raise error

    sent = message()
    await channel.calmly(fails)(sent)
    text, contract = sent.output_channel.messages
    assert "116117" in text["text"]
    assert (contract["custom"]["kind"], contract["custom"]["facts"]) == ("no_answer", [])
    assert type(error).__name__ in caplog.text
    assert "salaisuus" not in caplog.text


async def test_a_turn_that_says_nothing_is_answered_too(channel: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def silent(_: Any) -> None:
        return None

    sent = message()
    await channel.calmly(silent)(sent)
    assert len(sent.output_channel.messages) == 2
    assert caplog.text == ""


async def test_a_turn_that_goes_well_is_left_alone(channel: Any) -> None:
    async def answers(taken: Any) -> None:
        await taken.output_channel.send_text_message("a", "Vastaus.")

    sent = message()
    await channel.calmly(answers)(sent)
    assert sent.output_channel.messages == [{"text": "Vastaus."}]


async def test_a_turn_that_fails_after_it_answered_says_no_more(channel: Any) -> None:
    async def answers_and_fails(taken: Any) -> None:
        await taken.output_channel.send_text_message("a", "Vastaus.")
        raise RuntimeError

    sent = message()
    await channel.calmly(answers_and_fails)(sent)
    assert sent.output_channel.messages == [{"text": "Vastaus."}]


@pytest.fixture
def store(channel: Any, tmp_path: Path) -> Any:
    domain = quietly("rasa.shared.core.domain").Domain.empty()
    return channel.PrivateTrackerStore(domain, f"sqlite:///{tmp_path / 'conversations.db'}", known=frozenset)


def served(store: Any, locked: list[str]) -> Any:
    """A request to a Rasa with that store, wrapped as Rasa wraps it."""

    class Lock:
        def __init__(self, sender: str) -> None:
            locked.append(sender)

        async def __aenter__(self) -> None:
            return None

        async def __aexit__(self, *_: object) -> None:
            return None

    wrapped = SimpleNamespace(_tracker_store=SimpleNamespace(_tracker_store=store))
    agent = SimpleNamespace(tracker_store=wrapped, lock_store=SimpleNamespace(lock=Lock))
    return SimpleNamespace(app=SimpleNamespace(ctx=SimpleNamespace(agent=agent)))


async def speak(store: Any, sender: str) -> None:
    trackers, events = quietly("rasa.shared.core.trackers"), quietly("rasa.shared.core.events")
    tracker = trackers.DialogueStateTracker(sender, [])
    tracker.update(events.UserUttered("mikä on perhekeskus"))
    await store.save(tracker)


@pytest.mark.parametrize("sender", ["a" * 32, "matti@esimerkki.fi"])
async def test_a_conversation_is_deleted_under_the_lock_of_its_turns(channel: Any, store: Any, sender: str) -> None:
    own = await channel.SafeRestInput()._extract_sender(SimpleNamespace(json={"sender": sender}))
    await speak(store, own)
    await speak(store, "b" * 32)
    locked: list[str] = []
    assert (await channel.forget(served(store, locked), sender)).status == 204
    assert (locked, list(await store.keys())) == ([own], ["b" * 32])
    assert (await channel.forget(served(store, locked), sender)).status == 204


async def test_it_is_said_when_a_conversation_cannot_be_deleted_now(
    channel: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "conversations.db").write_text("ei tietokanta" * 100, encoding="utf-8")
    domain = quietly("rasa.shared.core.domain").Domain.empty()
    broken = channel.PrivateTrackerStore(domain, f"sqlite:///{tmp_path / 'conversations.db'}", known=frozenset)
    assert (await channel.forget(served(broken, []), "a")).status == 503
    assert "ConversationsError" in caplog.text


async def test_another_store_says_that_it_cannot(channel: Any) -> None:
    assert (await channel.forget(served(SimpleNamespace(), []), "a")).status == 501


async def test_the_server_purges_from_its_start_to_its_end(
    channel: Any, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []

    async def daily(settings: Any) -> None:
        begun.append(settings)
        await asyncio.sleep(60)

    monkeypatch.setattr(channel.retention, "purge_daily", daily)
    app = served(store, []).app
    app.ctx.agent.is_ready = lambda: True
    await channel.begin(app, None)
    await asyncio.sleep(0)
    assert len(begun) == 1
    await channel.end(app, None)
    assert app.ctx.purging.cancelled()


@pytest.mark.parametrize("agent", [None, SimpleNamespace(is_ready=lambda: False)])
async def test_a_server_without_a_model_ends(channel: Any, agent: Any) -> None:
    stopped: list[bool] = []
    app = SimpleNamespace(ctx=SimpleNamespace(agent=agent), stop=lambda: stopped.append(True))
    await channel.begin(app, None)
    await channel.end(app, None)
    assert stopped == [True]
    assert not hasattr(app.ctx, "purging")
