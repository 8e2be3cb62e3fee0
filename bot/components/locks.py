"""The lock store of several Rasa workers: one turn of a conversation at a time, over all of them, in Redis."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError as LostError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
LIFETIME = 3.0  # seconds that a lock outlives a worker that was killed
RENEWED = 1.0  # seconds between renewals by a worker that lives
WAIT = 4.0  # seconds that a message waits for the one before it; the relay gives up after 5
POLL = 0.02
ANSWERS_IN = 0.5  # seconds that Redis may take


class SharedLockStore(LockStore):
    """Rasa's own Redis lock reads and writes its tickets in two steps, so that two workers may draw the same one, and
    the lock of a killed worker holds for a minute. This one is redis-py's.

    Without Redis the turns of one worker still wait for each other, and conversations go on.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        kwargs = {"socket_timeout": ANSWERS_IN, "socket_connect_timeout": ANSWERS_IN}
        self._redis: Redis[bytes] = Redis.from_url(endpoint_config.url, **kwargs)
        self._prefix = str(endpoint_config.kwargs.get("key_prefix", "lock"))
        self._own: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncIterator[None]:
        """Hold the conversation. Raises `LockError` where that takes longer than `WAIT`."""
        own = self._own.setdefault(conversation_id, asyncio.Lock())
        try:
            async with asyncio.timeout(WAIT):
                await own.acquire()
        except TimeoutError as error:
            raise LockError("the conversation is busy") from error
        try:
            async with self._over_all_workers(conversation_id):
                yield
        finally:
            own.release()

    @asynccontextmanager
    async def _over_all_workers(self, conversation_id: str) -> AsyncIterator[None]:
        shared = self._redis.lock(
            f"{self._prefix}:{conversation_id}", timeout=LIFETIME, sleep=POLL, blocking_timeout=WAIT, thread_local=False
        )
        try:
            held = await shared.acquire()
        except (RedisError, OSError) as error:
            logger.error("no lock over all workers: Redis gives %s", type(error).__name__)
            yield
            return
        if not held:
            raise LockError("the conversation is busy")
        renewal = asyncio.create_task(_renew(shared))
        try:
            yield
        finally:
            renewal.cancel()
            with suppress(LostError, RedisError, OSError):
                await shared.release()


async def _renew(shared: Lock) -> None:
    with suppress(LostError, RedisError, OSError):
        while True:
            await asyncio.sleep(RENEWED)
            await shared.reacquire()
