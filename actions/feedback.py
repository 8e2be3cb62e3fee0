"""What the person thinks of the last answer, kept for the editors by the ids of its facts."""

from rasa_sdk import Tracker

from actions.base import KnowledgeAction, context, embedding, question, service
from actions.conversation import SURELY, intent
from knowledge.answer import Answerer
from knowledge.feedback import BAD, GOOD, WRONG
from knowledge.reply import Kind, Reply

KINDS = {"feedback_good": GOOD, "feedback_bad": BAD, "feedback_wrong": WRONG}


class ActionFeedback(KnowledgeAction):
    """Keeps the feedback; with what was said, masked, where something is wrong."""

    leans = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_feedback"

    def response(self, tracker: Tracker) -> str:
        """The intent's response; another one where nothing has been told yet."""
        return f"utter_{intent(tracker)}" if context(tracker).told else "utter_feedback_of_what"

    def reply(self, answerer: Answerer, tracker: Tracker) -> Reply:
        """A reply without facts, so that the last answer stays the last; the answer where one is asked for."""
        sure = answerer.sure_answer(question(tracker), embedding(tracker), context(tracker), SURELY)
        if sure:
            return sure
        told, kind = context(tracker).told, KINDS[intent(tracker)]
        if told:
            service().feedback().rate(told, kind, question(tracker) if kind == WRONG else "")
        return Reply(Kind.SMALLTALK, version=answerer.version)
