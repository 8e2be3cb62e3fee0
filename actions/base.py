"""What all actions share: the tracker read into a context, the reply sent by the contract, no exception let out."""

import asyncio
import logging
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from knowledge.answer import Answerer, Context
from knowledge.embedding import Vectors, unpack
from knowledge.errors import KnowledgeError
from knowledge.language.analysis import clean, question_part
from knowledge.reply import Kind, Reply
from knowledge.serving import Service

logger = logging.getLogger(__name__)
# Search is work for the processor; one worker keeps the event loop free without two questions fighting for cores.
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge")


@lru_cache(maxsize=1)
def service() -> Service:
    """The knowledge service of this process, opened on first use."""
    return Service()


class KnowledgeAction(Action):
    """An action whose reply comes from the knowledge base."""

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The one call to the knowledge base."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Reply and remember what was spoken of. Never raises: the SDK would send the request back to the caller."""
        try:
            reply = await asyncio.get_running_loop().run_in_executor(_worker, self._work, tracker)
        except Exception as error:  # noqa: BLE001 - see above; the text of the message is not logged
            logger.error("%s failed: %s", self.name(), type(error).__name__)
            known = "knowledge base unavailable" if isinstance(error, KnowledgeError) else "unexpected error"
            logger.error("reason: %s", known)
            dispatcher.utter_message(response="utter_unavailable")
            dispatcher.utter_message(json_message=Reply(Kind.NO_ANSWER).contract(model_id(tracker)))
            return []
        send(dispatcher, reply, tracker)
        return remember(reply, tracker)

    def _work(self, tracker: Tracker) -> Reply:
        return danger(tracker) or self.reply(service().answerer(), tracker)


def danger(tracker: Tracker) -> Reply | None:
    """The reply to acute danger, whatever Rasa took the message for; None where there is none."""
    text = question(tracker)
    # Rasa's embedding is of the part that asks; the guard reads the whole message.
    whole = question_part(clean(text)) == clean(text)
    return service().emergency(text, embedding(tracker) if whole else None)


def context(tracker: Tracker) -> Context:
    """What the conversation is about."""
    facts = tracker.get_slot("facts") or []
    asked_back = bool(tracker.get_slot("asked_back"))
    return Context(tracker.get_slot("subject"), tuple(facts), tracker.get_slot("region"), asked_back)


def question(tracker: Tracker) -> str:
    """The text of the last message."""
    return str(tracker.latest_message.get("text") or "")


def embedding(tracker: Tracker) -> Vectors | None:
    """The vector that Rasa's featurizer made of the last message, if it did."""
    packed = tracker.latest_message.get("embedding")
    return unpack(packed) if isinstance(packed, str) else None


def model_id(tracker: Tracker) -> str:
    """Id of the trained model, which Rasa writes on every event."""
    metadata = (event.get("metadata") or {} for event in reversed(tracker.events))
    return next((str(m["model_id"]) for m in metadata if m.get("model_id")), "")


def send(dispatcher: CollectingDispatcher, reply: Reply, tracker: Tracker) -> None:
    """The texts, the suggested questions as buttons, and one message with the contract."""
    for text in reply.messages:
        dispatcher.utter_message(text=text)
    if reply.suggestions:
        buttons = [{"title": question, "payload": question} for question in reply.suggestions]
        dispatcher.utter_message(text=reply.lead, buttons=buttons)
    dispatcher.utter_message(json_message=reply.contract(model_id(tracker)))


def remember(reply: Reply, tracker: Tracker) -> list[EventType]:
    """Slots for the next turn; a reply without facts leaves what was spoken of as it is."""
    asked_back = SlotSet("asked_back", reply.kind is Kind.CLARIFY)
    if not reply.facts:
        return [asked_back]
    told = [f for f in tracker.get_slot("facts") or [] if reply.subject == tracker.get_slot("subject")]
    facts = list(
        dict.fromkeys([*(f for f in told if f not in {x.id for x in reply.facts}), *(f.id for f in reply.facts)])
    )
    region = reply.sources[-1].region if reply.sources else None
    return [
        SlotSet("subject", reply.subject),
        SlotSet("aspect", reply.facts[0].aspect.value),
        SlotSet("region", region),
        SlotSet("facts", facts[-20:]),
        asked_back,
    ]
