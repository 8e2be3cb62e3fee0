"""The tracker store: conversations in memory only, forgotten when they have been silent for long or are deleted."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class MemoryTrackerStore(InMemoryTrackerStore):
    """Rasa's in-memory store, but a conversation is dropped when its session has expired (`session_config` of the
    domain), and a person can have it deleted.

    `clock`: seconds that only grow.
    """

    def __init__(
        self, domain: Domain, event_broker: Any = None, clock: Callable[[], float] = time.monotonic, **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._clock = clock
        self._last_turn: OrderedDict[str, float] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation, and forget those that have been silent too long."""
        await super().save(tracker)
        self._last_turn[tracker.sender_id] = self._clock()
        self._last_turn.move_to_end(tracker.sender_id)
        self._forget_silent()
        self._wake_later()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation; None where there is none or it was silent too long."""
        self._forget_silent()
        return await super().retrieve(sender_id)

    def delete(self, sender_id: str) -> None:
        """Forget the conversation; nothing where there is none."""
        self.store.pop(sender_id, None)
        self._last_turn.pop(sender_id, None)

    @property
    def _silence(self) -> float:
        """Seconds without a turn after which a conversation is forgotten."""
        return float(self.domain.session_config.session_expiration_time) * 60

    def _forget_silent(self) -> None:
        oldest = self._clock() - self._silence
        while self._last_turn and next(iter(self._last_turn.values())) < oldest:
            self.delete(next(iter(self._last_turn)))

    def _wake_later(self) -> None:
        """See to it that the oldest conversation is forgotten in time, though nobody says anything any more."""
        if self._timer is None and self._last_turn:
            left = next(iter(self._last_turn.values())) + self._silence - self._clock()
            self._timer = asyncio.get_running_loop().call_later(max(left, 0.0) + 1.0, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._forget_silent()
        self._wake_later()


def innermost(store: TrackerStore) -> TrackerStore:
    """The store itself, without what Rasa wraps around it."""
    while hasattr(store, "_tracker_store"):
        store = store._tracker_store
    return store
