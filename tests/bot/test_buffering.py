"""A database that is away: turns go on, and what was said is written when it is back."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot import buffering
from bot.buffering import RETRY, Buffered
from bot.conversations import Conversations, ConversationsError, Event, row

EMPTY: tuple[str, ...] = ("subject",)


class Clock:
    """Seconds that are moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Shaky(Conversations):
    """A real database that can be cut off, or made slow."""

    away = False
    slow = 0.0
    asked = 0

    def _shake(self) -> None:
        self.asked += 1
        time.sleep(self.slow)
        if self.away:
            raise ConversationsError("the conversations cannot be used (pois)")

    def append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._shake()
        super().append(rows)

    def recent(self, sender: str, slots: Iterable[str]) -> list[Event]:
        self._shake()
        return super().recent(sender, slots)

    def delete(self, sender: str) -> int:
        self._shake()
        return super().delete(sender)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Shaky:
    return Shaky(f"sqlite:///{tmp_path / 'conversations.db'}")


@pytest.fixture
def buffered(database: Shaky, clock: Clock) -> Buffered:
    return Buffered(database, clock)


def said(sender: str, text: str) -> list[dict[str, Any]]:
    return [row(sender, {"event": "user", "timestamp": 1.0, "text": text})]


def texts(events: Sequence[Event]) -> list[str]:
    return [str(event["text"]) for event in events]


async def test_what_is_appended_is_read_and_deleted(buffered: Buffered) -> None:
    await buffered.append(said("a", "hei"))
    assert texts(await buffered.recent("a", EMPTY)) == ["hei"]
    await buffered.delete("a")
    assert await buffered.recent("a", EMPTY) == []


async def test_while_it_is_away_the_conversation_goes_on_and_then_all_is_there_in_order(
    buffered: Buffered, database: Shaky, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await buffered.append(said("a", "ennen"))
    database.away = True
    for text in ("yksi", "kaksi"):
        await buffered.append(said("a", text))
    await buffered.append(said("b", "toinen"))
    assert texts(await buffered.recent("a", EMPTY)) == ["yksi", "kaksi"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    database.away = False
    clock.now += RETRY
    await buffered.append(said("a", "kolme"))
    assert texts(database.whole("a")) == ["ennen", "yksi", "kaksi", "kolme"]
    assert texts(database.whole("b")) == ["toinen"]


async def test_reading_too_writes_what_waits(buffered: Buffered, database: Shaky, clock: Clock) -> None:
    database.away = True
    await buffered.append(said("a", "yksi"))
    database.away = False
    clock.now += RETRY
    assert texts(await buffered.recent("a", EMPTY)) == ["yksi"]
    assert texts(database.whole("a")) == ["yksi"]


async def test_what_waits_is_written_though_nobody_says_anything_any_more(
    database: Shaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffering, "RETRY", 0.05)
    buffered = Buffered(database)
    database.away = True
    await buffered.append(said("a", "yksi"))
    await asyncio.sleep(0.4)
    database.away = False
    await asyncio.sleep(1.0)
    assert texts(database.whole("a")) == ["yksi"]


async def test_for_a_while_after_a_failure_nothing_is_tried(buffered: Buffered, database: Shaky, clock: Clock) -> None:
    database.away = True
    await buffered.append(said("a", "yksi"))
    tried = database.asked
    await buffered.recent("a", EMPTY)
    await buffered.append(said("a", "kaksi"))
    assert database.asked == tried
    clock.now += RETRY
    await buffered.recent("a", EMPTY)
    assert database.asked == tried + 1


async def test_a_slow_one_is_not_waited_for_and_nothing_is_written_twice(
    buffered: Buffered, database: Shaky, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffering, "PATIENCE", 0.05)
    database.slow = 0.3
    begun = time.monotonic()
    await buffered.append(said("a", "hidas"))
    assert time.monotonic() - begun < 0.25
    await asyncio.sleep(0.5)
    database.slow = 0.0
    clock.now += RETRY
    await buffered.append(said("a", "nopea"))
    assert texts(database.whole("a")) == ["hidas", "nopea"]


async def test_deleting_forgets_what_waits_and_says_when_it_cannot_be_done(
    buffered: Buffered, database: Shaky, clock: Clock
) -> None:
    database.away = True
    await buffered.append(said("a", "yksi"))
    with pytest.raises(ConversationsError):
        await buffered.delete("a")
    database.away = False
    clock.now += RETRY
    assert await buffered.recent("a", EMPTY) == []


async def test_of_too_much_that_waits_the_oldest_is_given_up(
    database: Shaky, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffering, "WAITING", 3)
    buffered = Buffered(database, clock)
    database.away = True
    for number in range(5):
        await buffered.append(said("a", str(number)))
    assert texts(await buffered.recent("a", EMPTY)) == ["2", "3", "4"]
