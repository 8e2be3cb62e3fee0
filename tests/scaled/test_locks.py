"""The locks of conversations, in a real Redis, which may be away."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from rasa.core.lock_store import LockError
from rasa.utils.endpoints import EndpointConfig

from bot.components import locks
from bot.components.locks import SharedLockStore
from tests.conversations.runner import new_sender
from tests.scaled.engines import redis
from tests.scaled.process import Process
from tests.servers import free_ports

Stores = list[SharedLockStore]


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Process]:
    """A Redis of these tests' own."""
    folder = place / "locks"
    folder.mkdir(mode=0o711)
    server = redis(folder, *free_ports(1))
    server.start()
    server.wait_until_listening()
    yield server
    server.stop()


@pytest.fixture
async def stores(server: Process) -> AsyncIterator[list[SharedLockStore]]:
    """Those of two Rasa workers."""
    address = EndpointConfig(f"redis://127.0.0.1:{server.port}/1", key_prefix="sote")
    stores = [SharedLockStore(address), SharedLockStore(address)]
    yield stores
    for store in stores:
        await store._redis.close()
        await store._redis.connection_pool.disconnect()


async def turn(store: SharedLockStore, sender: str, log: list[str], name: str, seconds: float = 0.05) -> None:
    """Note begin and end of a turn under the lock."""
    async with store.lock(sender):
        log.append(f"{name} begins")
        await asyncio.sleep(seconds)
        log.append(f"{name} ends")


def one_after_the_other(log: list[str]) -> bool:
    pairs = zip(log[::2], log[1::2], strict=True)
    return all(begin.removesuffix(" begins") == end.removesuffix(" ends") for begin, end in pairs)


async def test_turns_of_a_conversation_wait_for_each_other_over_all_workers(stores: Stores) -> None:
    log: list[str] = []
    sender = new_sender()
    await asyncio.gather(*(turn(stores[n % 2], sender, log, str(n)) for n in range(10)))
    assert len(log) == 20
    assert one_after_the_other(log)


async def test_turns_of_a_worker_keep_their_order(stores: Stores) -> None:
    store, sender = stores[0], new_sender()
    log: list[str] = []
    await asyncio.gather(*(turn(store, sender, log, str(n), 0.01) for n in range(10)))
    assert [line.split()[0] for line in log[::2]] == [str(n) for n in range(10)]


async def test_other_conversations_do_not_wait(stores: Stores) -> None:
    store = stores[0]
    log: list[str] = []
    began = time.monotonic()
    await asyncio.gather(*(turn(store, new_sender(), log, str(n), 0.5) for n in range(5)))
    assert time.monotonic() - began < 1.5


async def test_a_lock_of_a_dead_worker_ends_and_that_of_a_slow_one_does_not(stores: Stores) -> None:
    (dead, living), sender = stores, new_sender()
    left = dead._redis.lock(f"sote:{sender}", timeout=locks.LIFETIME, thread_local=False)
    assert await left.acquire()  # and nobody renews or releases it
    began = time.monotonic()
    async with living.lock(sender):
        assert locks.LIFETIME - 0.5 < time.monotonic() - began < locks.WAIT
    log: list[str] = []
    slow = asyncio.create_task(turn(dead, sender, log, "slow", locks.LIFETIME + 0.5))
    await asyncio.sleep(0.1)
    await asyncio.gather(slow, turn(living, sender, log, "next"))
    assert log == ["slow begins", "slow ends", "next begins", "next ends"]


async def test_who_waits_too_long_is_told(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT", 0.3)
    sender = new_sender()
    async with stores[0].lock(sender):
        for store in stores:
            with pytest.raises(LockError, match="busy"):
                async with store.lock(sender):
                    pytest.fail("two at once")


async def test_nothing_is_left_in_redis(stores: Stores) -> None:
    store = stores[0]
    with pytest.raises(ZeroDivisionError):
        async with store.lock(new_sender()):
            raise ZeroDivisionError
    assert await store._redis.keys("sote:*") == []


async def test_without_redis_turns_of_a_worker_still_wait_for_each_other(stores: Stores, server: Process) -> None:
    (store, other), sender = stores, new_sender()
    log: list[str] = []
    await turn(store, sender, log, "before")
    server.kill()
    began = time.monotonic()
    await asyncio.gather(*(turn(store, sender, log, str(n)) for n in range(3)))
    assert time.monotonic() - began < 2.0
    assert one_after_the_other(log)
    server.start()
    server.wait_until_listening()
    await asyncio.gather(*(turn(one, sender, log, str(n)) for n, one in enumerate((store, other, store, other))))
    assert one_after_the_other(log)
