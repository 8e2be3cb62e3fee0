"""The tracker store that Rasa uses: masked, by the latest turns, and never failing a turn."""

import asyncio
import json
import sqlite3
import warnings
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import buffering, conversations
from bot.conversations import TURNS
from bot.settings import ROOT
from knowledge.loading import read_yaml
from knowledge.masking import mask
from tests.bot.conftest import quietly
from tests.privacy.generated import found, message

SENDER = "0123456789abcdef0123456789abcdef"
OURS = "044 482 3328"
QUESTIONS = ("Mikä on perhekeskus?", "paljonko rahaa Kohti-hanke sai", "Kuka vetää LAPE-työtä Lahdessa?")


@pytest.fixture(scope="module")
def rasa() -> Any:
    """Rasa's events and trackers."""
    names = (
        "rasa.shared.core.events",
        "rasa.shared.core.trackers",
        "rasa.core.tracker_store",
        "rasa.shared.core.domain",
    )
    events, trackers, stores, domain = map(quietly, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pykwalify
        loaded = domain.Domain.load(str(ROOT / "domain.yml"))
    return SimpleNamespace(events=events, trackers=trackers, stores=stores, domain=domain, loaded=loaded)


@pytest.fixture(scope="module")
def module() -> Any:
    return quietly("bot.components.tracker_store")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "conversations.db"


class Broker:
    """Remembers what was published; fails where it is told to."""

    broken = False

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        if self.broken:
            raise ConnectionError("pois")
        self.published.append(event)


@pytest.fixture
def broker() -> Broker:
    return Broker()


def make(module: Any, rasa: Any, path: Path, broker: Any = None) -> Any:
    return module.PrivateTrackerStore(rasa.loaded, f"sqlite:///{path}", broker, known=lambda: frozenset({OURS}))


@pytest.fixture
def store(module: Any, rasa: Any, path: Path, broker: Broker) -> Any:
    return make(module, rasa, path, broker)


async def turn(store: Any, rasa: Any, text: str, sender: str = SENDER, **parsed: Any) -> Any:
    """One turn as Rasa makes it: read, add, write; the tracker."""
    tracker = await store.get_or_create_tracker(sender)
    events = rasa.events
    tracker.update(events.UserUttered(text, {"name": "ask_what"}, parse_data={"text": text, "entities": [], **parsed}))
    tracker.update(events.ActionExecuted("action_answer"))
    tracker.update(events.BotUttered(f"Kysyit: {text}", {"buttons": [{"title": text, "payload": text}]}))
    tracker.update(events.SlotSet("question", text))
    tracker.update(events.SlotSet("choices", [text, [text]]))
    tracker.update(events.ActionExecuted("action_listen"))
    await store.save(tracker)
    return tracker


def texts(tracker: Any) -> list[str]:
    return [event.text for event in tracker.events if event.type_name == "user"]


def written(path: Path) -> str:
    return b"".join(file.read_bytes() for file in path.parent.iterdir()).decode("utf-8", "replace")


def spoil(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("ei tietokanta" * 100, encoding="utf-8")


def mend(path: Path) -> None:
    path.unlink()


def rows(path: Path, sender: str = SENDER) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT count(*) FROM events WHERE sender_id = ?", (sender,)).fetchone()[0])


async def test_a_conversation_goes_on_and_each_event_is_stored_once(store: Any, rasa: Any, path: Path) -> None:
    for number in range(7):
        await turn(store, rasa, f"viesti {number}")
    tracker = await store.retrieve(SENDER)
    assert texts(tracker) == [f"viesti {number}" for number in range(7 - TURNS, 7)]
    assert tracker.get_slot("question") == "viesti 6"
    whole = await store.retrieve_full_tracker(SENDER)
    assert texts(whole) == [f"viesti {number}" for number in range(7)]
    assert rows(path) == len(whole.events) == 1 + 7 * 6


async def test_saving_twice_in_a_turn_stores_nothing_twice(store: Any, rasa: Any, path: Path, broker: Broker) -> None:
    tracker = await turn(store, rasa, "hei")
    before = rows(path)
    await store.save(tracker)
    tracker.update(rasa.events.SlotSet("subject", "kepa"))
    await store.save(tracker)
    assert rows(path) == before + 1 == len(broker.published)


async def test_a_slot_set_long_ago_is_known(store: Any, rasa: Any) -> None:
    tracker = await turn(store, rasa, "hei")
    tracker.update(rasa.events.SlotSet("subject", "kepa"))
    await store.save(tracker)
    for number in range(TURNS + 3):
        await turn(store, rasa, f"viesti {number}")
    assert (await store.retrieve(SENDER)).get_slot("subject") == "kepa"


async def test_a_new_session_begins_with_empty_slots(store: Any, rasa: Any) -> None:
    tracker = await turn(store, rasa, "hei")
    tracker.update(rasa.events.SlotSet("subject", "kepa"))
    tracker.update(rasa.events.SessionStarted())
    await store.save(tracker)
    for number in range(TURNS + 3):
        await turn(store, rasa, f"viesti {number}")
        assert (await store.retrieve(SENDER)).get_slot("subject") is None


async def test_no_such_conversation(store: Any) -> None:
    assert await store.retrieve("nobody") is None
    assert await store.retrieve_full_tracker("nobody") is None
    assert list(await store.keys()) == []


async def test_the_embedding_reaches_neither_disk_nor_broker(store: Any, rasa: Any, path: Path, broker: Broker) -> None:
    await turn(store, rasa, "hei", embedding="Qk" * 256, text_tokens=[(0, 3)])
    assert "QkQk" not in written(path) + json.dumps(broker.published)


async def test_an_id_that_tells_who_it_is_is_stored_and_published_as_a_digest(
    store: Any, rasa: Any, path: Path, broker: Broker
) -> None:
    who = "matti@esimerkki.fi"
    await turn(store, rasa, "hei", who)
    await turn(store, rasa, "vielä", who)
    assert texts(await store.retrieve(who)) == ["hei", "vielä"]
    assert "matti" not in written(path) + json.dumps(broker.published)
    await store.delete(who)
    assert await store.retrieve(who) is None


async def test_a_deleted_conversation_is_gone_and_others_are_not(store: Any, rasa: Any, path: Path) -> None:
    await turn(store, rasa, "poistettava")
    await turn(store, rasa, "toinen", "b")
    await store.delete(SENDER)
    await store.delete("nobody")
    assert await store.retrieve(SENDER) is None
    assert await store.retrieve("b") is not None
    assert "poistettava" not in written(path)


async def test_two_workers_share_a_conversation(module: Any, rasa: Any, path: Path) -> None:
    workers = [make(module, rasa, path) for _ in range(2)]
    for number in range(6):
        await turn(workers[number % 2], rasa, f"viesti {number}")
    assert texts(await workers[0].retrieve_full_tracker(SENDER)) == [f"viesti {number}" for number in range(6)]
    await asyncio.gather(*(turn(workers[n % 2], rasa, str(n), f"sender {n}") for n in range(20)))
    assert [texts(await workers[0].retrieve(f"sender {n}")) for n in range(20)] == [[str(n)] for n in range(20)]


async def test_a_broker_that_fails_fails_no_turn(
    store: Any, rasa: Any, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.broken = True
    await turn(store, rasa, "salaisuus")
    assert texts(await store.retrieve(SENDER)) == ["salaisuus"]
    assert "ConnectionError" in caplog.text
    assert "salaisuus" not in caplog.text


async def test_masking_that_fails_lets_nothing_through_and_the_conversation_can_be_read(
    store: Any, rasa: Any, path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str, _: Any) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr("bot.privacy.mask", broken)
    await turn(store, rasa, "salaisuus 1")
    await turn(store, rasa, "salaisuus 2")
    assert "salaisuus" not in written(path) + json.dumps(broker.published)
    assert len((await store.retrieve(SENDER)).events) == rows(path)


async def test_wrapped_by_rasa_a_database_that_is_away_fails_no_turn_and_publishes_nothing_unmasked(
    store: Any, rasa: Any, path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Rasa's own fallback is a store in memory that publishes events as they are."""
    monkeypatch.setattr(conversations, "WAIT", 0.1)
    spoil(path)
    wrapped = rasa.stores.FailSafeTrackerStore(store)
    for text in ("soita 040 123 4567", "kysyn vielä"):
        await turn(wrapped, rasa, text)
    assert texts(await wrapped.retrieve(SENDER)) == ["soita [puhelinnumero]", "kysyn vielä"]
    assert "123 4567" not in json.dumps(broker.published) + caplog.text
    assert "file is not a database" in caplog.text
    mend(path)
    store._buffered._retry_at = 0.0
    await turn(wrapped, rasa, "nyt se toimii")
    full = await store.retrieve_full_tracker(SENDER)
    assert texts(full) == ["soita [puhelinnumero]", "kysyn vielä", "nyt se toimii"]


@settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(st.lists(st.tuples(st.randoms(use_true_random=False), st.sampled_from(QUESTIONS)), min_size=1, max_size=4))
def test_no_generated_datum_is_in_the_files_or_published(
    store: Any, rasa: Any, path: Path, broker: Broker, drawn: Sequence[tuple[Random, str]]
) -> None:
    sent = [message(random, question) for random, question in drawn]
    for said in sent:
        entities = [{"entity": "subject", "value": said.text, "start": 0, "end": len(said.text)}]
        asyncio.run(turn(store, rasa, said.text, entities=entities, metadata={"from": said.text}))
    secrets = [said.secret for said in sent]
    assert found(secrets, " ".join(said.text for said in sent)) == sorted(set(secrets)), "the search finds them"
    assert found(secrets, written(path)) == []
    assert found(secrets, json.dumps(broker.published)) == []
    broker.published.clear()
    asyncio.run(store.delete(SENDER))


async def test_a_number_that_the_base_publishes_stays(store: Any, rasa: Any, path: Path) -> None:
    await turn(store, rasa, f"onko {OURS} oikein, minun on 040 123 4567")
    assert f"onko {OURS} oikein, minun on [puhelinnumero]" in written(path)
    assert mask(OURS) == "[puhelinnumero]", "without the base it would not"


def test_an_address_that_is_not_given_is_that_of_the_settings(
    module: Any, rasa: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOTE_TRACKER_URL", f"sqlite:///{path}")
    store = module.PrivateTrackerStore(rasa.domain.Domain.empty(), known=frozenset)
    assert Path(store._conversations._database.engine.url.database) == path


def test_rasa_makes_it_from_the_endpoints(module: Any, rasa: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOTE_TRACKER_URL", f"sqlite:///{path}")
    monkeypatch.setenv("SOTE_ACTIONS_URL", "http://127.0.0.1:5055/webhook")
    utils = quietly("rasa.core.utils")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        endpoints = utils.AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    store = rasa.stores.TrackerStore.create(endpoints.tracker_store, rasa.domain.Domain.empty())
    assert type(store) is module.PrivateTrackerStore
    assert Path(store._conversations._database.engine.url.database) == path
    assert read_yaml(ROOT / "endpoints.yml")["tracker_store"]["type"].endswith("PrivateTrackerStore")


def test_a_turn_waits_less_than_the_relay() -> None:
    """The relay gives up after 5 s, and the action server needs time too."""
    assert buffering.PATIENCE <= 3
