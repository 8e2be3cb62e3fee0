"""Conversation acts: what is said to a greeting, thanks, a wish to talk to a person, and the like."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import KnowledgeAction, context, embedding, question
from knowledge.answer import Answerer
from knowledge.reply import Kind, Reply

KINDS = {
    "out_of_scope": Kind.OUT_OF_SCOPE,
    "swedish": Kind.LANGUAGE,
    "english": Kind.LANGUAGE,
    "handoff": Kind.HANDOFF,
    "complaint": Kind.HANDOFF,
}


class ActionConversation(KnowledgeAction):
    """Utters the response of the intent, unless the message is really a question about something we know."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_conversation"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The answer where the message surely asks for one, else a reply of the intent's kind without facts."""
        sure = answerer.sure_answer(question(tracker), embedding(tracker))
        return sure or Reply(KINDS.get(intent(tracker), Kind.SMALLTALK), version=answerer.version)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """As every action; a reply without words of its own is worded by the intent's response."""
        events = await super().run(dispatcher, tracker, domain)
        if not any(message.get("text") or message.get("response") for message in dispatcher.messages):
            dispatcher.messages.insert(0, {"response": f"utter_{intent(tracker)}", "text": None})
        return events


class ActionPeople(KnowledgeAction):
    """Tells how to reach a person, or how to complain, and which county it is."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_people"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The county by the municipality named, else by the conversation's region."""
        return answerer.handoff(question(tracker), context(tracker))

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """The intent's response first, then where to turn."""
        dispatcher.utter_message(response=f"utter_{intent(tracker)}")
        return await super().run(dispatcher, tracker, domain)


def intent(tracker: Tracker) -> str:
    """The intent of the last message."""
    return str(tracker.get_intent_of_latest_message() or "nlu_fallback")
