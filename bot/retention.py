"""What is kept of conversations and feedback is deleted when its time is over, or when somebody asks for it."""

import asyncio
import http.client
import logging
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from bot.conversations import Conversations, ConversationsError
from bot.privacy import private_sender
from bot.settings import Settings
from knowledge import settings as knowledge_settings
from knowledge.clock import SystemClock
from knowledge.errors import KnowledgeError
from knowledge.feedback import Feedback

logger = logging.getLogger(__name__)
DAY_SECONDS = 86_400
EVERY_SECONDS = DAY_SECONDS  # between purges of a running assistant
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Purged:
    """What was deleted: silent conversations with their events, and rows of feedback and unanswered questions."""

    days: int
    conversations: int
    events: int
    feedback: int

    def __str__(self) -> str:
        """One line for a terminal or a log."""
        parts = f"{self.conversations} conversation(s) with {self.events} event(s), {self.feedback} row(s) of feedback"
        return f"purged what was older than {self.days} day(s): {parts}"


def purge(settings: Settings, days: int | None = None) -> Purged:
    """Delete what is older than `days`, or else than the setting. Raises `ConversationsError`, `KnowledgeError`."""
    limit = settings.retention_days if days is None else days
    conversations = Conversations(settings.tracker_url)
    silent, events = conversations.purge(time.time() - limit * DAY_SECONDS)
    feedback = None
    try:
        url = knowledge_settings.read().feedback_url
        feedback = Feedback(url, SystemClock()).purge(date.today() - timedelta(days=limit))
    finally:
        conversations.log_purge(limit, silent, events, feedback)
    return Purged(limit, silent, events, feedback)


def forget(settings: Settings, sender: str) -> None:
    """Delete one conversation: by the running assistant, which holds the conversation's lock meanwhile, or where none
    runs in the database itself. Raises `ConversationsError`.
    """
    address = f"{settings.rasa_url}/webhooks/rest/conversations/{quote(sender, safe='')}"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=TIMEOUT_SECONDS):
            return
    except urllib.error.HTTPError as error:
        raise ConversationsError(f"the running assistant did not delete it (status {error.code})") from None
    except (http.client.HTTPException, OSError):
        Conversations(settings.tracker_url).delete(private_sender(sender, settings.sender_key))


async def purge_daily(settings: Settings) -> None:
    """Purge now and then once a day, as long as the process runs; a failure is logged and tried again the next day."""
    while True:
        try:
            logger.info("%s", await asyncio.to_thread(purge, settings))
        except (ConversationsError, KnowledgeError) as error:
            logger.error("not purged: %s", error)
        await asyncio.sleep(EVERY_SECONDS)
