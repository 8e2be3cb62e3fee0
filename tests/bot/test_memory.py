"""Conversations are in memory only, and not for longer than they are needed."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.settings import ROOT
from knowledge.loading import read_yaml
from tests.bot.conftest import quietly

MINUTE = 60.0


class Clock:
    """Seconds that are moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory() -> Any:
    return quietly("bot.components.memory")


@pytest.fixture
def store(memory: Any, clock: Clock) -> Any:
    domain = quietly("rasa.shared.core.domain").Domain.empty()
    assert domain.session_config.session_expiration_time == 60
    return memory.MemoryTrackerStore(domain, clock=clock)


def spoken(sender: str) -> Any:
    """A conversation of one message."""
    trackers, events = quietly("rasa.shared.core.trackers"), quietly("rasa.shared.core.events")
    tracker = trackers.DialogueStateTracker(sender, [])
    tracker.update(events.UserUttered("mikä on perhekeskus"))
    return tracker


async def test_a_conversation_is_kept(store: Any) -> None:
    await store.save(spoken("a"))
    kept = await store.retrieve("a")
    assert [event.text for event in kept.events] == ["mikä on perhekeskus"]


async def test_a_deleted_conversation_is_gone_and_others_are_not(store: Any) -> None:
    await store.save(spoken("a"))
    await store.save(spoken("b"))
    store.delete("a")
    assert await store.retrieve("a") is None
    assert await store.retrieve("b") is not None


def test_what_is_not_there_can_be_deleted(store: Any) -> None:
    store.delete("nobody")
    assert store.store == {}


async def test_a_silent_conversation_is_forgotten(store: Any, clock: Clock) -> None:
    await store.save(spoken("a"))
    clock.now += 30 * MINUTE
    await store.save(spoken("b"))
    clock.now += 31 * MINUTE
    assert await store.retrieve("a") is None
    assert list(store.store) == ["b"]


async def test_each_turn_keeps_a_conversation_alive(store: Any, clock: Clock) -> None:
    for _ in range(4):
        await store.save(spoken("a"))
        clock.now += 40 * MINUTE
    assert await store.retrieve("a") is not None


async def test_it_is_forgotten_though_nobody_says_anything_any_more(
    store: Any, memory: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[tuple[float, Any]] = []

    def call_later(seconds: float, call: Any) -> object:
        planned.append((seconds, call))
        return call

    loop = SimpleNamespace(call_later=call_later)
    monkeypatch.setattr(memory.asyncio, "get_running_loop", lambda: loop)
    await store.save(spoken("a"))
    clock.now += 20 * MINUTE
    await store.save(spoken("b"))
    assert len(planned) == 1  # one timer for all
    seconds, wake = planned.pop()
    clock.now += seconds - 20 * MINUTE
    wake()
    assert list(store.store) == ["b"]
    seconds, wake = planned.pop()
    clock.now += seconds
    wake()
    assert (store.store, planned) == ({}, [])


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


async def test_the_channel_deletes_a_conversation_under_its_lock(channel: Any, store: Any) -> None:
    await store.save(spoken("a"))
    locked: list[str] = []
    answer = await channel.forget(served(store, locked), "a")
    assert (answer.status, locked, store.store) == (204, ["a"], {})
    assert (await channel.forget(served(store, locked), "a")).status == 204


async def test_another_store_says_that_it_cannot(channel: Any) -> None:
    answer = await channel.forget(served(SimpleNamespace(), []), "a")
    assert answer.status == 501


def test_it_is_the_store_in_use() -> None:
    endpoints = read_yaml(ROOT / "endpoints.yml")
    assert endpoints["tracker_store"]["type"] == "bot.components.memory.MemoryTrackerStore"
