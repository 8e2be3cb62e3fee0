"""What all actions share: the tracker read into a context, the reply sent by the contract, no exception let out."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from knowledge.answer import Answerer
from knowledge.embedding import Vectors, unpack
from knowledge.errors import KnowledgeError, StoreError
from knowledge.following import Context
from knowledge.language.text import clean, question_part
from knowledge.model import Aspect
from knowledge.reply import Kind, Reply
from knowledge.serving import Service

logger = logging.getLogger(__name__)
REMEMBERED = 30  # facts told, so that more is new and no button asks for what was told
SUBJECTS = 8  # spoken of before, so that one can go back to them
SURE_INTENT = 0.6  # of an intent's confidence
# Search is work for the processor; one worker keeps the event loop free without two questions fighting for cores.
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge")


@lru_cache(maxsize=1)
def service() -> Service:
    """The knowledge service of this process, opened on first use."""
    return Service()


class KnowledgeAction(Action):
    """An action whose reply comes from the knowledge base."""

    leans = False  # whether the message that it is for leans on what was told before

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The one call to the knowledge base."""

    def response(self, tracker: Tracker) -> str:
        """The domain's response that is said first; '' where the reply has all the words."""
        return ""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Reply and remember what was spoken of. Never raises: the SDK would send the request back to the caller."""
        try:
            reply, guarded = await asyncio.get_running_loop().run_in_executor(_worker, self._work, tracker)
        except Exception as error:  # noqa: BLE001 - see above; the text of the message is not logged
            logger.error("%s failed: %s", self.name(), type(error).__name__)
            known = "knowledge base unavailable" if isinstance(error, KnowledgeError) else "unexpected error"
            logger.error("reason: %s", known)
            dispatcher.utter_message(response="utter_unavailable")
            dispatcher.utter_message(json_message=Reply(Kind.NO_ANSWER).contract(model_id(tracker)))
            return []
        response = "" if guarded or reply.facts else self.response(tracker)
        if reply.kind is Kind.OUT_OF_SCOPE:
            response = "utter_out_of_scope"
        if response:
            dispatcher.utter_message(text=variant(domain, response, tracker))
        send(dispatcher, reply, tracker)
        return remember(reply, tracker)

    def _work(self, tracker: Tracker) -> tuple[Reply, bool]:
        """The reply, and whether a guard gave it."""
        reply = guarded(tracker)
        if reply:
            return reply, True
        answerer, told = service().answerer(), context(tracker)
        reply = answerer.at_once(question(tracker), told)
        if not reply and self.leans and not (told.told or told.choices or told.question):
            reply = answerer.unprompted(question(tracker), embedding(tracker))
        reply = reply or self.reply(answerer, tracker)
        if reply.kind is Kind.NO_ANSWER and reply.confidence is not None:
            keep_unanswered(reply, question(tracker))
        return reply, False


def guarded(tracker: Tracker) -> Reply | None:
    """The reply of the guards, whatever Rasa took the message for; None where they notice nothing."""
    text = question(tracker)
    # Rasa's embedding is of the part that asks, mended; the guards read the whole message.
    whole = question_part(clean(text)) == clean(text)
    return service().guarded(text, embedding(tracker) if whole else None, tracker.get_slot("region"))


def keep_unanswered(reply: Reply, text: str) -> None:
    """Keep the question for the editors' list of gaps; a reply does not fail because that cannot be done."""
    try:
        service().feedback().unanswered(text, reply.nearest, reply.confidence or 0.0)
    except StoreError as error:
        logger.error("an unanswered question was not kept: %s", error)


def context(tracker: Tracker) -> Context:
    """What the conversation is about."""
    return Context(
        subject=tracker.get_slot("subject"),
        facts=tuple(tracker.get_slot("facts") or ()),
        told=tuple(tracker.get_slot("told") or ()),
        region=tracker.get_slot("region"),
        question=tracker.get_slot("question") or "",
        choices=tuple(tracker.get_slot("choices") or ()),
        asked_back=bool(tracker.get_slot("asked_back")),
        past=tuple(tracker.get_slot("past") or ()),
    )


def variant(domain: Mapping[str, Any], response: str, tracker: Tracker) -> str:
    """One of the response's texts: the one after that which was said last, the first where none was."""
    texts = [str(item["text"]).strip() for item in domain["responses"][response]]
    said = (
        texts.index(e["text"]) for e in reversed(tracker.events) if e.get("event") == "bot" and e.get("text") in texts
    )
    return texts[(next(said, -1) + 1) % len(texts)]


def question(tracker: Tracker) -> str:
    """The text of the last message."""
    return str(tracker.latest_message.get("text") or "")


def aspect(tracker: Tracker) -> Aspect | None:
    """What the message asks by its intent, `ask_goals` and the like; None for other or unsure intents."""
    intent = tracker.latest_message.get("intent") or {}
    name = str(intent.get("name") or "").removeprefix("ask_")
    sure = float(intent.get("confidence") or 0.0) >= SURE_INTENT
    return next((a for a in Aspect if sure and a.value == name), None)


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
    contract = reply.contract(model_id(tracker))
    dispatcher.utter_message(json_message={**contract, "why": why(reply, tracker)} if wants_why(tracker) else contract)


def wants_why(tracker: Tracker) -> bool:
    """Whether the message came with a wish to know why: the shell sends one, the website never does."""
    users = (event for event in reversed(tracker.events) if event.get("event") == "user")
    last: Mapping[str, Any] = next(users, {})
    return bool((last.get("metadata") or {}).get("why"))


def why(reply: Reply, tracker: Tracker) -> dict[str, Any]:
    """What Rasa and the knowledge base understood of the message."""
    message = tracker.latest_message
    entities = [f"{e.get('entity')}={e.get('value')}" for e in message.get("entities") or ()]
    intents = {i["name"]: round(i["confidence"], 3) for i in (message.get("intent_ranking") or ())[:3]}
    return {"intent": intents, "entities": entities, "kind": reply.kind.value, **reply.why}


def remember(reply: Reply, tracker: Tracker) -> list[EventType]:
    """Slots for the next turn; a reply that neither tells of a thing nor names one leaves what was spoken of."""
    slots = [SlotSet("asked_back", reply.kind is Kind.CLARIFY), SlotSet("choices", list(reply.suggestions))]
    if reply.asked:
        slots.append(SlotSet("question", reply.asked))
    last, subject = tracker.get_slot("subject"), reply.subject or reply.about
    changed, told = bool(subject) and subject != last, [fact.id for fact in reply.facts]
    if changed:
        past = [s for s in (last, *(tracker.get_slot("past") or ())) if s and s != subject]
        slots += [SlotSet("subject", subject), SlotSet("past", list(dict.fromkeys(past))[:SUBJECTS])]
    if told:
        before = tracker.get_slot("facts") or []
        slots.append(SlotSet("facts", [*(f for f in before if f not in told), *told][-REMEMBERED:]))
        region = reply.sources[-1].region if reply.sources else None
        slots += [SlotSet("told", told), SlotSet("region", region)]
    return slots
