"""Reads the queue of events as a consumer of the organisation's would."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

QUEUE = "sote-events"
Event = dict[str, Any]


def fetch(url: str, enough: Callable[[Sequence[Event]], bool], seconds: float = 15.0) -> list[Event]:
    """Take events, in their order, until there are enough; fails where the time is over before."""
    return asyncio.run(_fetch(url, enough, seconds))


def empty(url: str) -> None:
    """Throw away what waits there."""
    asyncio.run(_empty(url))


async def _empty(url: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await (await channel.declare_queue(QUEUE, passive=True)).purge()


async def _fetch(url: str, enough: Callable[[Sequence[Event]], bool], seconds: float) -> list[Event]:
    events: list[Event] = []
    done = asyncio.Event()

    async def take(message: AbstractIncomingMessage) -> None:
        events.append(json.loads(message.body))
        if enough(events):
            done.set()

    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(QUEUE, passive=True)
        await queue.consume(take, no_ack=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), seconds)
    assert done.is_set(), f"only {len(events)} events"
    return events


def of(sender: str, kind: str = "user", count: int = 1) -> Callable[[Sequence[Event]], bool]:
    """Whether that many events of a kind are there of a conversation."""
    return lambda events: len(select(events, sender, kind)) >= count


def select(events: Sequence[Event], sender: str, kind: str = "user") -> list[Event]:
    """The events of a conversation of a kind."""
    return [event for event in events if event.get("sender_id") == sender and event["event"] == kind]
