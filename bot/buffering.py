"""A database of conversations that may be away: turns do not wait for it long, and nothing that was said is lost."""

import asyncio
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.conversations import Conversations, ConversationsError, Event

logger = logging.getLogger(__name__)
PATIENCE = 2.5  # seconds that a turn waits for the database
RETRY = 3.0  # seconds after a failure in which no turn waits for it
WAITING = 20_000  # events that wait in memory, at most; the oldest are given up
Row = Mapping[str, Any]


class Buffered:
    """Conversations by way of worker threads. While the database is away, rows wait in memory in their order.

    `clock`: seconds that only grow.
    """

    def __init__(self, conversations: Conversations, clock: Callable[[], float] = time.monotonic) -> None:
        self._conversations = conversations
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: deque[Row] = deque(maxlen=WAITING)
        self._retry_at = clock()
        self._timer: asyncio.TimerHandle | None = None

    async def recent(self, sender: str, slots: Iterable[str]) -> list[Event]:
        """As `Conversations.recent`; of a database that is away only what waits for it."""
        found: list[Event] | None = await self._in_time(self._recent, sender, slots)
        if found is not None:
            return found
        with self._lock:
            return [json.loads(row["data"]) for row in self._waiting if row["sender_id"] == sender]

    async def append(self, rows: Sequence[Row]) -> None:
        """As `Conversations.append`, now or when the database is back."""
        if self._clock() < self._retry_at:
            self._wait(rows)
        else:
            await self._in_time(self._append, rows)
        self._flush_later()

    async def delete(self, sender: str) -> None:
        """Delete a conversation for good. Raises `ConversationsError`."""
        with self._lock:
            kept = [row for row in self._waiting if row["sender_id"] != sender]
            self._waiting = deque(kept, maxlen=WAITING)
        await asyncio.to_thread(self._conversations.delete, sender)

    def _recent(self, sender: str, slots: Iterable[str]) -> list[Event]:
        self._flush()
        return self._conversations.recent(sender, slots)

    def _append(self, rows: Sequence[Row]) -> None:
        try:
            self._flush()
            self._conversations.append(rows)
        except ConversationsError:
            self._wait(rows)
            raise

    def _flush(self) -> None:
        with self._lock:
            if self._waiting:
                self._conversations.append(list(self._waiting))
                self._waiting.clear()

    def _flush_later(self) -> None:
        """See to it that what waits is written though nobody says anything any more: others read it too."""
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(RETRY + 0.1, self._try_again)

    def _try_again(self) -> None:
        self._timer = None
        self._trying = asyncio.ensure_future(self._in_time(self._flush))
        self._trying.add_done_callback(lambda _: self._flush_later())

    def _wait(self, rows: Sequence[Row]) -> None:
        with self._lock:
            self._waiting.extend(rows)

    async def _in_time(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What the work gives; None, and no turn tries for a while, where it fails or takes too long."""
        if self._clock() < self._retry_at:
            return None
        task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done and not task.exception():
            return task.result()
        self._retry_at = self._clock() + RETRY
        if done:
            _report(task)
        else:
            task.add_done_callback(_report)  # when it ends
        return None


def _report(task: "asyncio.Future[Any]") -> None:
    error = None if task.cancelled() else task.exception()
    known = isinstance(error, ConversationsError)
    logger.error("%s", error if known else f"the conversations answer slowly or not at all ({type(error).__name__})")
