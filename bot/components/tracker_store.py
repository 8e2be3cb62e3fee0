"""The tracker store: what is kept of a conversation is masked first, and a turn reads only the latest of it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot import settings
from bot.buffering import Buffered
from bot.conversations import Conversations, row
from bot.privacy import Published, private_event, private_sender
from knowledge.masking import Known

logger = logging.getLogger(__name__)
_KEPT = "events_kept"  # attribute of a tracker: how many of its events are stored


class PrivateTrackerStore(TrackerStore):
    """Conversations in Rasa's table of events, on SQLite or PostgreSQL.

    Rasa's own SQL store writes what people write, reads a whole session at every turn, and counts rows to know what
    is new. Here each event is masked before it is stored or published, a turn reads the latest turns, and a tracker
    remembers how many of its events are stored. A database that is away fails no turn (`bot.buffering`).

    `host`: SQLAlchemy address, as Rasa hands on `url` of endpoints.yml, or else that of the settings. `known`: what is
    not masked.
    """

    def __init__(
        self,
        domain: Domain,
        host: str | None = None,
        event_broker: Any = None,
        known: Callable[[], Known] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        chosen = settings.read()
        self._conversations = Conversations(host or chosen.tracker_url)
        self._buffered = Buffered(self._conversations)
        self._key = chosen.sender_key
        self._known = known or Published()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The latest turns, after the slots' values before them; None where there is no such conversation."""
        slots = [slot.name for slot in self.domain.slots]
        return self._tracker(sender_id, await self._buffered.recent(self._own(sender_id), slots))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The whole conversation. Raises `ConversationsError`."""
        found = await asyncio.to_thread(self._conversations.whole, self._own(conversation_id))
        return self._tracker(conversation_id, found)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store and publish what is new, masked. Never raises: Rasa would then publish it unmasked by another store."""
        sender = self._own(tracker.sender_id)
        new = [event.as_dict() for event in islice(tracker.events, getattr(tracker, _KEPT, 0), None)]
        setattr(tracker, _KEPT, len(tracker.events))
        masked = await asyncio.to_thread(self._mask, new)
        await self._buffered.append([row(sender, event) for event in masked])
        self._publish(sender, masked)

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations. Raises `ConversationsError`."""
        return await asyncio.to_thread(self._conversations.senders)

    async def delete(self, sender_id: str) -> None:
        """Delete the conversation for good; nothing where there is none. Raises `ConversationsError`."""
        await self._buffered.delete(self._own(sender_id))

    def warm(self) -> None:
        """Read what the base publishes, so that the first turn need not."""
        self._known()

    def _own(self, sender_id: str) -> str:
        return private_sender(sender_id, self._key)

    def _tracker(self, sender_id: str, found: Sequence[Mapping[str, Any]]) -> DialogueStateTracker | None:
        if not found:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, list(found), self.domain.slots)
        setattr(tracker, _KEPT, len(tracker.events))
        return tracker

    def _mask(self, events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        known = self._known()
        return [private_event(event, known) for event in events]

    def _publish(self, sender: str, events: Iterable[Mapping[str, Any]]) -> None:
        if self.event_broker is None:
            return
        try:
            for event in events:
                self.event_broker.publish({"sender_id": sender, **event})
        except Exception as error:  # noqa: BLE001 - a broker of any kind; the turn goes on
            logger.error("events were not published: %s", type(error).__name__)


def innermost(store: Any) -> Any:
    """The store itself, without what Rasa wraps around it."""
    while hasattr(store, "_tracker_store"):
        store = store._tracker_store
    return store
