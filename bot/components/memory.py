"""The tracker store: conversations in memory only, forgotten when they have been silent for long or are deleted."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

SILENT_MINUTES = 60.0  # as session_expiration_time in domain.yml


class MemoryTrackerStore(InMemoryTrackerStore):
    """Rasa's in-memory store, but what is no longer spoken in is dropped, and a person can have a conversation deleted.

    `silent_minutes`: after so long without a turn a conversation is forgotten. `clock`: seconds that only grow.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: Any = None,
        silent_minutes: float = SILENT_MINUTES,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._silent = silent_minutes * 60
        self._clock = clock
        self._last_turn: OrderedDict[str, float] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation, and forget those that have been silent too long."""
        await super().save(tracker)
        self._last_turn[tracker.sender_id] = self._clock()
        self._last_turn.move_to_end(tracker.sender_id)
        self._forget_silent()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation; None where there is none or it was silent too long."""
        self._forget_silent()
        return await super().retrieve(sender_id)

    def delete(self, sender_id: str) -> None:
        """Forget the conversation; nothing where there is none."""
        self.store.pop(sender_id, None)
        self._last_turn.pop(sender_id, None)

    def _forget_silent(self) -> None:
        oldest = self._clock() - self._silent
        while self._last_turn and next(iter(self._last_turn.values())) < oldest:
            self.delete(next(iter(self._last_turn)))


def innermost(store: TrackerStore) -> TrackerStore:
    """The store itself, without what Rasa wraps around it."""
    while hasattr(store, "_tracker_store"):
        store = store._tracker_store
    return store
