"""Conversation acts: what is said to a greeting, thanks, a wish to talk to a person, and the like."""

from rasa_sdk import Tracker

from actions.base import KnowledgeAction, context, embedding, question
from knowledge.answer import Answerer
from knowledge.language.text import has_question
from knowledge.reply import Kind, Reply

CERTAIN = 0.8  # of an intent's confidence
SURELY = 0.85  # of a turn's confidence; docs/decisions.md (A conversation) has why
KINDS = {"out_of_scope": Kind.OUT_OF_SCOPE}


class SaysIntent:
    """An action that says the response of the intent where its reply has no words of its own."""

    def response(self, tracker: Tracker) -> str:
        """The intent's response."""
        return f"utter_{intent(tracker)}"


class ActionConversation(SaysIntent, KnowledgeAction):
    """Utters the response of the intent, unless the message is really a question about something we know."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_conversation"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The answer where the message surely asks for one, else a reply of the intent's kind without facts.

        What may be an act but is likelier a question is replied to as one, with an answer or without.
        """
        text, vector = question(tracker), embedding(tracker)
        known = answerer.sure_answer(text, vector, context(tracker), needed(tracker))
        if not known and intent(tracker) == "out_of_scope" and answerer.names(text):
            known = answerer.answer(text, context(tracker), vector)
        if not known and unsure(tracker) and has_question(text):
            asked = answerer.answer(text, context(tracker), vector)
            known = asked if (asked.confidence or 0.0) > certainty(tracker) else None
        return known or Reply(KINDS.get(intent(tracker), Kind.SMALLTALK), version=answerer.version)


class ActionConfirm(SaysIntent, KnowledgeAction):
    """A yes to the one question that was offered is a wish for its answer; any other is a conversation act."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_confirm"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The answer to the one question that was offered, or to the question that the message is."""
        told, text = context(tracker), question(tracker)
        asked = answerer.sure_answer(text, embedding(tracker), told, needed(tracker)) if has_question(text) else None
        if not asked and len(told.choices) == 1:
            return answerer.answer(told.choices[0])
        return asked or Reply(Kind.SMALLTALK, version=answerer.version)


class ActionPeople(SaysIntent, KnowledgeAction):
    """Tells how to reach a person, or how to complain, and which county it is."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_people"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """The answer where the message surely asks for one; else the county by the municipality or region named.

        Who wants a person gets one unless something of ours is named, or it may be a question after all; what surely
        is a complaint may speak of things of ours without asking of them.
        """
        text = question(tracker)
        asks, doubtful = has_question(text), unsure(tracker)
        wants_person = intent(tracker) == "handoff"
        asked = answerer.names(text) or (doubtful and asks) if wants_person else doubtful or asks
        sure = answerer.sure_answer(text, embedding(tracker)) if asked else None
        return sure or answerer.handoff(text, context(tracker))


def needed(tracker: Tracker) -> float:
    """The confidence from which a message is answered as a question of what was spoken of, whatever act it may be."""
    return 0.0 if unsure(tracker) else SURELY


def unsure(tracker: Tracker) -> bool:
    """Whether the classifier could take the message for something else too."""
    return certainty(tracker) < CERTAIN


def certainty(tracker: Tracker) -> float:
    """The confidence of the message's intent."""
    return float((tracker.latest_message.get("intent") or {}).get("confidence") or 0.0)


def intent(tracker: Tracker) -> str:
    """The intent of the last message."""
    return str(tracker.get_intent_of_latest_message() or "nlu_fallback")
